// The command that shows what would be read of a body or an export.

import { type Command, Option } from 'commander';
import { INSPECTED } from '../producers/bodies/body.ts';
import { DEFAULT_PROVIDER } from '../providers/default-provider.ts';
import type { RunInspectOptions } from './commands/inspect.ts';
import type { MakeCommand } from './kafka-commands.ts';

export function addInspectCommand(program: Command, command: MakeCommand): void {
  command(
    'inspect',
    "Show what is read of a network's webhook, answer or export. Keeps nothing.",
    `hesabu inspect webhook.json --provider ${DEFAULT_PROVIDER} --headers headers.json --secret-file key.txt`,
    program,
  )
    .argument('<file>', 'one body, JSON Lines with a body in each line, or an export')
    .requiredOption('--provider <name>', 'the payment network or shop')
    .option('--account <name>', "the provider's account")
    .addOption(new Option('--as <kind>', 'what it is; default: a webhook, or an export for a table').choices(INSPECTED))
    .option('--headers <file>', 'JSON: the headers that came with it')
    .option('--secret-file <file>', 'the secret of the webhooks, byte for byte; for Basic, user:password')
    .option('--context <file>', 'JSON: what the body lacks, such as endpoint, http_status or X-Reference-Id')
    .option('--now <time>', 'the time of reading, ISO 8601 with an offset; default: now')
    .option('--config <file>', 'hesabu.yaml, for the settings of the account')
    .action(async (file: string, options: RunInspectOptions) => {
      const { runInspect } = await import('./commands/inspect.ts');
      process.exitCode = await runInspect(file, options);
    });
}
