// The commands of the live service: the service itself, its keys, people and archive, whom it forgets, and a gateway to
// try it on.

import { type Command, Option } from 'commander';
import { CALL_ENDS, CALL_KIND_NAMES } from '../http/api/call-kinds.ts';
import { DEFAULT_PROVIDER } from '../providers/default-provider.ts';
import { FAULT_NAMES } from '../simulation/gateway/faults.ts';
import { NETWORK_NAMES } from '../simulation/personalities/names.ts';
import type { AuditOptions } from './commands/audit.ts';
import type { ExchangesOptions } from './commands/exchanges.ts';
import type { CreateKeyOptions, KeysOptions } from './commands/keys.ts';
import type { RunSandboxOptions } from './commands/sandbox.ts';
import type { RunServeOptions } from './commands/serve.ts';
import { addForgetCommand } from './forget-command.ts';
import { type MakeCommand, waitOption } from './kafka-commands.ts';
import { addPeopleCommands } from './people-commands.ts';

export function addServiceCommands(program: Command, command: MakeCommand): void {
  addExchanges(command);
  addAudit(command);
  addKeys(program, command);
  addPeopleCommands(program, command);
  addServe(command);
  addSandbox(command);
  addForgetCommand(program, command);
}

function addExchanges(command: MakeCommand): void {
  command(
    'exchanges',
    'Show the exchanges with the outside: webhooks, polls, reports, requests.',
    'hesabu exchanges --name ORDER-1042 --data books',
  )
    .requiredOption('--data <dir>', 'directory of the ledger')
    .option('--name <name>', "a reference or id in it: the shop's, the provider's, the request's")
    .option('--id <id>', "the exchange's own id, such as a fact refers to")
    .option('--from <time>', 'ISO 8601 with an offset')
    .option('--to <time>', 'ISO 8601 with an offset; exclusive')
    .option('--account <provider/account>', 'the account of the exchange')
    .option('--status <number>', 'the status of the response, such as 401')
    .option('--limit <number>', 'how many are shown, the newest first', '50')
    .action(async (options: ExchangesOptions) => {
      const { runExchanges } = await import('./commands/exchanges.ts');
      process.exitCode = await runExchanges(options);
    });
}

function addAudit(command: MakeCommand): void {
  command(
    'audit',
    'Show who asked a service for what, and who read what.',
    'hesabu audit --reference ORDER-1042 --data books',
  )
    .requiredOption('--data <dir>', 'directory of the ledger')
    .option('--person <person>', "a person's id, or the name in an API key")
    .option('--key <id>', 'the id of an API key')
    .option('--reference <name>', 'a reference, an id of a network, a person or a file that it was about')
    .addOption(new Option('--what <kind>', 'only calls of a kind').choices(CALL_KIND_NAMES))
    .addOption(new Option('--outcome <outcome>', 'only what was done, or what was refused').choices(CALL_ENDS))
    .option('--since <time>', 'ISO 8601 with an offset')
    .option('--until <time>', 'ISO 8601 with an offset; exclusive')
    .option('--limit <number>', 'how many are shown, the newest first', '50')
    .option('--check', 'check instead that each record is as it was written, and show the head of their chain')
    .option('--head <head>', 'a head that was shown before: check that the chain has grown from it')
    .action(async (options: AuditOptions) => {
      const { runAudit } = await import('./commands/audit.ts');
      process.exitCode = runAudit(options);
    });
}

function addKeys(program: Command, command: MakeCommand): void {
  const keys = program.command('keys').description('Create, list and revoke the API keys of a service.').exitOverride();

  command(
    'create',
    'Create an API key and show it once.',
    "hesabu keys create --data books --role shop --merchant savanna-crafts --label 'the web shop'",
    keys,
  )
    .requiredOption('--data <dir>', 'directory of the ledger')
    .addOption(
      new Option('--role <role>', 'what the key may do')
        .choices(['shop', 'operator', 'approver', 'auditor', 'admin'])
        .makeOptionMandatory(),
    )
    .requiredOption('--merchant <names...>', "whose transactions it sees; '*' for all")
    .option('--person <name>', 'who uses it: money above a threshold needs the keys of two persons')
    .option('--label <text>', 'its purpose, for people', '')
    .option('--expires <time>', 'ISO 8601 with an offset; default: never')
    .action(async (options: CreateKeyOptions) => {
      const { createKey } = await import('./commands/keys.ts');
      process.exitCode = await createKey(options);
    });

  command('list', 'List the API keys, including expired and revoked ones.', 'hesabu keys list --data books', keys)
    .requiredOption('--data <dir>', 'directory of the ledger')
    .action(async (options: KeysOptions) => {
      const { listKeys } = await import('./commands/keys.ts');
      process.exitCode = await listKeys(options);
    });

  command('revoke', 'Revoke an API key.', 'hesabu keys revoke 0f3a9c51be77 --data books', keys)
    .argument('<id>', 'the id in the output of keys list')
    .requiredOption('--data <dir>', 'directory of the ledger')
    .action(async (id: string, options: KeysOptions) => {
      const { revokeKey } = await import('./commands/keys.ts');
      process.exitCode = await revokeKey(id, options);
    });
}

function addServe(command: MakeCommand): void {
  command('serve', 'Run the live service: webhooks, orders, polls, settlements.', 'hesabu serve --config hesabu.yaml')
    .requiredOption('--config <file>', 'the configuration; hesabu.example.yaml explains every key')
    .option('--kafka <brokers>', 'brokers of a ledger on Kafka, of which the data directory is a copy')
    .addOption(waitOption())
    .option('--clock-confirmed', "the machine's clock is right, whatever the directory knows of the time")
    .action(async (options: RunServeOptions) => {
      const { runServe } = await import('./commands/serve.ts');
      process.exitCode = await runServe(options);
    });
}

function addSandbox(command: MakeCommand): void {
  command(
    'sandbox',
    'Serve a test gateway for the live service, with the faults of real gateways.',
    'hesabu sandbox --faults lost,late,limited',
  )
    .option('--provider <name>', `the network whose side it plays: ${NETWORK_NAMES.join(', ')}`, DEFAULT_PROVIDER)
    .option('--dir <dir>', 'where a matching hesabu.yaml is written, with its rules and secrets', 'hesabu-sandbox')
    .option('--host <host>', 'the address on which it listens', '127.0.0.1')
    .option('--port <number>', 'the port on which it listens; 0 for any free port', '8071')
    .option('--webhook-url <url>', 'address for webhooks; default: of the account, on this machine, port 8070')
    .option('--faults <names>', `all, none, or names separated by commas: ${FAULT_NAMES.join(', ')}`, 'all')
    .option('--seed <number>', 'another seed gives other payment outcomes', '1')
    .option(
      '--calls <number>',
      "calls per minute that it accepts, with the fault limited; default: the network's limit",
    )
    .option('--speed <number>', 'speed of its clock, as a multiple of real time', '1')
    .option('--from <time>', 'when, in real time, its clock began to be fast, ISO 8601 with an offset; default: now')
    .action(async (options: RunSandboxOptions) => {
      const { runSandbox } = await import('./commands/sandbox.ts');
      process.exitCode = await runSandbox(options);
    });
}
