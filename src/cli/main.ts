// The command `hesabu`: its commands and options, and the one line and exit code of an error.

import { enableCompileCache } from 'node:module';
import { join } from 'node:path';
import { Command, CommanderError, Option } from 'commander';
import type { ReconcileOptions } from '../app/reconcile.ts';
import { HesabuError } from '../domain/errors.ts';
import { LANGUAGES } from '../domain/language.ts';
import { beginThreads } from '../engine/executors/threads.ts';
import { FILE_KINDS, type FileKind } from '../producers/formats/format.ts';
import { DEFAULT_PROVIDER } from '../providers/default-provider.ts';
import { knownSecrets } from '../runtime/known-secrets.ts';
import type { RunBackupOptions } from './commands/backup.ts';
import type { RunDemoOptions } from './commands/demo.ts';
import type { RunDoctorOptions } from './commands/doctor.ts';
import type { RunExportOptions } from './commands/export.ts';
import type { RunImportOptions } from './commands/import.ts';
import type { RunLiveDemoOptions } from './commands/live-demo.ts';
import type { RunProofOptions } from './commands/proof.ts';
import type { RunReopenOptions } from './commands/reopen.ts';
import type { RunReplayOptions } from './commands/replay.ts';
import type { RunRestoreRecordOptions } from './commands/restore-record.ts';
import type { RunVerifyOptions } from './commands/verify.ts';
import { withVersion } from './commands/version.ts';
import { addImportsCommands } from './imports-commands.ts';
import { addInspectCommand } from './inspect-command.ts';
import { addKafkaCommands, waitOption } from './kafka-commands.ts';
import { addMappingCommands } from './mapping-commands.ts';
import { addReportCommands, inReaderLanguages } from './report-commands.ts';
import { addServiceCommands } from './service-commands.ts';
import { addShowCommands } from './show-commands.ts';

enableCompileCache();

/** How long what is left of a command may keep its process. */
const LINGER_MILLIS = 5_000;

interface Common {
  readonly format: 'text' | 'json';
  readonly lang: (typeof LANGUAGES)[number];
}

const program = withVersion(new Command('hesabu'))
  .description('Reconciles orders, payments and settlements into a ledger that can be replayed and proved.')
  .configureOutput({
    // Commander's own errors look like ours: one line with a code.
    outputError: (text, write) => write(`HESABU_USAGE: ${oneLine(text.replace(/^error: |\.\s$/g, ''))}. See --help.\n`),
  })
  .exitOverride();

function command(name: string, description: string, example: string, parent = program): Command {
  return parent
    .command(name)
    .description(description)
    .addOption(new Option('--format <format>', 'how the result is printed').choices(['text', 'json']).default('text'))
    .addOption(new Option('--lang <language>', 'the language of texts for people').choices(LANGUAGES).default('en'))
    .addHelpText('after', `\nExample:\n  ${example}`)
    .exitOverride();
}

function withFiles(target: Command): Command {
  return target
    .option('--orders <files...>', 'orders, CSV or JSONL')
    .option('--callbacks <files...>', 'webhook bodies, JSONL or CSV')
    .option('--polls <files...>', 'responses of status polls, JSONL or CSV')
    .option('--settlements <files...>', 'settlement reports: CSV, Excel, JSONL or JSON')
    .option('--bank <files...>', 'statements of the bank, CSV, JSONL or camt.053')
    .option('--provider <name>', 'the payment network of the files', DEFAULT_PROVIDER)
    .option('--account <name>', "the provider's account that the files come from")
    .option('--mapping <file>', 'YAML: how other files are read; FILE#NAME where it has several')
    .option('--stated-at <time>', 'when the files were made, ISO 8601 with an offset; default: the time of the run')
    .option('--expect <totals...>', 'FILE:rows=4,sum=KES:1750.00: nothing of the file is taken if it is not so')
    .option('--replaces <imports...>', 'imports that the files replace: their numbers, or the names of their files');
}

/** What a run over files works on: those, and the ledger. */
function workOf({ data, ...options }: Partial<Record<FileKind, readonly string[]>> & { readonly data?: string }) {
  const files = FILE_KINDS.flatMap((kind) => options[kind] ?? []);
  return data === undefined ? files : [...files, join(data, 'hesabu.db')];
}

command(
  'demo',
  'Simulate a week of a marketplace, reconcile it, and compare it with the truth.',
  'hesabu demo --seed 7',
)
  .option('--seed <number>', 'another seed gives another week', '1')
  .option('--dir <dir>', 'where the files, the ledger and the reports are written', 'hesabu-demo')
  .option('--desk', 'afterwards run the service with its page, where people work the breaks')
  .option('--live', 'run a shop, a gateway with every fault and the live service, on a fast clock, instead')
  .option('--networks', 'of the live demo: over several payment networks at once')
  .option('--faults <names>', 'of the live demo: all, none, or names as for hesabu sandbox', 'all')
  .option('--orders <number>', 'of the live demo', '150')
  .option('--speed <number>', 'speed of the live demo, as a multiple of real time', '7200')
  .action(async (options: RunDemoOptions & RunLiveDemoOptions & { live?: boolean }) => {
    if (options.live === true) {
      const { runLiveDemo } = await import('./commands/live-demo.ts');
      process.exitCode = await runLiveDemo(options);
      return;
    }
    const { runDemo } = await import('./commands/demo.ts');
    process.exitCode = await runDemo(options);
  });

withFiles(
  inReaderLanguages(
    command(
      'reconcile',
      'Import files, reconcile them, and write the reports.',
      'hesabu reconcile --orders orders.csv --callbacks hooks.jsonl --settlements settled.csv --data books --out day-1',
    ),
  ),
)
  .option('--rules <file>', 'YAML or JSON; default: the rules last used, or the built-in ones')
  .option('--as-of <time>', 'ISO 8601 with an offset; default: now')
  .option('--future', 'take an --as-of that is more than a day ahead of the clock')
  .option('--clock-confirmed', "the machine's clock is right, whatever the directory knows of the time")
  .option('--data <dir>', 'directory of the ledger; default: a ledger for this run only')
  .option('--out <dir>', 'where summary.json, breaks.csv, rejects.csv and report.xlsx are written')
  .option('--keep-going', 'let time pass though a file was not read; without it, no deadline passes then')
  .option('--fail-on-breaks', 'end with exit code 1 where breaks are open')
  .action(async (options: ReconcileOptions & Omit<Common, 'lang'> & { failOnBreaks?: boolean }) => {
    beginThreads(workOf(options));
    const { runReconcile } = await import('./commands/reconcile.ts');
    process.exitCode = await runReconcile(options);
  });

withFiles(
  command(
    'import',
    'Import files into the log; the next reconcile reconciles them.',
    'hesabu import --callbacks hooks.jsonl --data books',
  ),
)
  .requiredOption('--data <dir>', 'directory of the ledger')
  .option('--kafka <brokers>', 'the rows go to a ledger on Kafka, of which --data is a copy')
  .addOption(waitOption())
  .option('--out <dir>', 'where rejects.csv is written')
  .action(async (options: RunImportOptions) => {
    beginThreads(workOf(options));
    const { runImport } = await import('./commands/import.ts');
    process.exitCode = await runImport(options);
  });

addShowCommands(program, command);

addReportCommands(command);

command(
  'replay',
  'Execute the ledger again from its facts, or show what other rules would have changed.',
  'hesabu replay --data books --rules rules-2.yaml',
)
  .requiredOption('--data <dir>', 'directory of the ledger')
  .option('--kafka <brokers>', 'brokers of the ledger that --data is a copy of; the copy is updated first')
  .addOption(waitOption())
  .option('--rules <file>', 'YAML or JSON: print what these rules would have changed, and write nothing')
  .addOption(
    new Option('--until <time>', 'ISO 8601 with an offset: only the blocks up to this time').conflicts('rules'),
  )
  .action(async (options: RunReplayOptions) => {
    const { runReplay } = await import('./commands/replay.ts');
    process.exitCode = await runReplay(options);
  });

command(
  'reopen',
  'Let a ledger whose time ran ahead go on from the right time, in a new epoch.',
  "hesabu reopen --data books --why 'the clock ran three days ahead on 2026-03-02'",
)
  .requiredOption('--data <dir>', 'directory of the ledger')
  .option('--kafka <brokers>', 'the ledger is on Kafka; the directory is its copy, updated first')
  .addOption(waitOption())
  .requiredOption('--why <text>', 'the reason, which stays in the ledger')
  .option('--as-of <time>', 'ISO 8601 with an offset; default: now')
  .option('--future', 'take an --as-of that is more than a day ahead of the clock')
  .option('--clock-confirmed', "the machine's clock is right, whatever the directory knows of the time")
  .action(async (options: RunReopenOptions) => {
    const { runReopen } = await import('./commands/reopen.ts');
    process.exitCode = await runReopen(options);
  });

command('verify', 'Check that a stored ledger is as it was written.', 'hesabu verify --data books')
  .requiredOption('--data <dir>', 'directory of the ledger')
  .option('--key <file>', "the verifier key of the signatures, such as an exported vkey.txt; default: the ledger's own")
  .option('--checkpoint <files...>', 'checkpoints that were given away earlier: the ledger must hold them')
  .action(async (options: RunVerifyOptions) => {
    const { runVerify } = await import('./commands/verify.ts');
    process.exitCode = await runVerify(options);
  });

command(
  'backup',
  'Copy a data directory so that it can be put back, also beside its service, or prove such a copy.',
  'hesabu backup --data books --out /mnt/backups/books-1',
)
  .option('--data <dir>', 'directory of the ledger')
  .option('--out <dir>', 'where the backup is written; nothing may be there')
  .option('--with-keys', 'copy the secrets in keys too: who has the backup then signs as the ledger does')
  .option('--without-keys', 'leave them out, which is the default: keep them at another place')
  .option('--check <dir>', 'prove this backup instead')
  .option('--key <file>', "for --check: the verifier key of the signatures; default: the backup's own")
  .option('--against <dir>', 'for --check: the directory that it was taken of; says what came after it')
  .action(async (options: RunBackupOptions) => {
    const { runBackup } = await import('./commands/backup.ts');
    process.exitCode = await runBackup(options);
  });

command(
  'restore-record',
  'Take over a ledger that is older than the record of what was signed last.',
  'hesabu restore-record --data books --checkpoint given-in-june.txt',
)
  .requiredOption('--data <dir>', 'directory of the ledger')
  .option('--key <file>', "the verifier key of the signatures, such as an exported vkey.txt; default: the ledger's own")
  .option('--checkpoint <files...>', 'checkpoints that were given away earlier: the ledger must hold them')
  .option('--confirm <heads>', 'write the record; without it, the heads are shown, and what confirms them')
  .action(async (options: RunRestoreRecordOptions) => {
    const { runRestoreRecord } = await import('./commands/restore-record.ts');
    process.exitCode = await runRestoreRecord(options);
  });

command('proof', 'Prove an entry, or that the ledger only grew, to somebody else.', 'hesabu proof 3-0-17 --data books')
  .argument('[entry]', "the entry's id, as in breaks.csv")
  .option('--data <dir>', 'directory of the ledger')
  .option('--out <dir>', 'where the proof is written', '.')
  .option('--consistency-from <checkpoint>', "an older checkpoint's file, or its size with --partition")
  .option('--partition <number>', 'the partition, where --consistency-from is a size')
  .option('--check <files...>', 'check a proof: PROOF ENTRY, or PROOF and the older checkpoint')
  .option('--key <file>', 'the verifier key for --check')
  .action(async (entry: string | undefined, options: RunProofOptions) => {
    const { runProof } = await import('./commands/proof.ts');
    process.exitCode = await runProof(entry, options);
  });

command('export', 'Write the signed ledger for others to check and read.', 'hesabu export --data books --out for-audit')
  .requiredOption('--data <dir>', 'directory of the ledger')
  .requiredOption('--out <dir>', 'where the files are written')
  .action(async (options: RunExportOptions) => {
    const { runExport } = await import('./commands/export.ts');
    process.exitCode = await runExport(options);
  });

command(
  'doctor',
  "Check the machine, and a data directory or a service's configuration, and say what to do.",
  'hesabu doctor --config hesabu.yaml',
)
  .option('--data <dir>', 'directory of the ledger; default: only the machine is checked')
  .option('--config <file>', "a service's configuration: checks everything in it and calls its gateways")
  .action(async (options: RunDoctorOptions) => {
    const { runDoctor } = await import('./commands/doctor.ts');
    process.exitCode = await runDoctor(options);
  });

addImportsCommands(program, command);
addMappingCommands(program, command);
addInspectCommand(program, command);
addServiceCommands(program, command);
addKafkaCommands(program, command);

/** Runs the command line. An error ends in one line on stderr and in the exit code of its error code. */
async function main(): Promise<void> {
  try {
    await program.parseAsync();
  } catch (error) {
    process.exitCode = exitOf(error);
  }
}

function oneLine(text: string): string {
  return text.trim().replaceAll(/\s*\n\s*/g, ' ');
}

function exitOf(error: unknown): number {
  // Commander has already printed its own errors; a request for help is not an error.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  const known = error instanceof HesabuError ? error : new HesabuError('HESABU_INTERNAL', {}, error);
  const stack = error instanceof HesabuError ? '' : `${(error as Error).stack}\n`;
  process.stderr.write(knownSecrets.hide(`${oneLine(known.message)}\n${stack}`));
  return known.exit;
}

// A reader of our output can close it early: `hesabu tail | head`. A disk that the output goes to can be full.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  const detail = { where: 'the standard output', found: error.code ?? error.message };
  process.exit(exitOf(new HesabuError('HESABU_OUT_UNWRITABLE', detail, error)));
});

/** Connections to a cluster that is away end by themselves, later than the command: it does not wait for them. */
function exitSoon(): void {
  setTimeout(() => {
    if (process.stdout.writableLength > 0) exitSoon();
    else process.exit();
  }, LINGER_MILLIS).unref();
}

await main();
exitSoon();
