// The command that takes a person's data out of a data directory.

import type { Command } from 'commander';
import type { RunForgetOptions } from './commands/forget.ts';
import { type MakeCommand, waitOption } from './kafka-commands.ts';

export function addForgetCommand(program: Command, command: MakeCommand): void {
  command(
    'forget',
    'Forget a person: destroy the keys of the pseudonyms, and blank what stands in clear. Proofs stay valid.',
    'hesabu forget - --data books',
    program,
  )
    .argument('<subject>', 'a telephone number with its country code, another text as it was written, or - to be asked')
    .requiredOption('--data <dir>', 'directory of the ledger')
    .option('--kafka <brokers>', 'the ledger is on Kafka, and --data is a copy of it')
    .addOption(waitOption())
    .option('--yes', 'ask nothing')
    .action(async (subject: string, options: RunForgetOptions) => {
      const { runForget } = await import('./commands/forget.ts');
      process.exitCode = await runForget(subject, options);
    });
}
