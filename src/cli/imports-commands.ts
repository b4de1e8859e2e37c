// The commands about imports: listing, showing and withdrawing them.

import type { Command } from 'commander';
import type { RunImportsOptions } from './commands/imports.ts';
import { type MakeCommand, waitOption } from './kafka-commands.ts';

export function addImportsCommands(program: Command, command: MakeCommand): void {
  const imports = program
    .command('imports')
    .description('List the files that were imported, show one, and withdraw a wrong one.')
    .exitOverride();
  const about = (name: string, description: string, example: string) =>
    command(name, description, example, imports)
      .requiredOption('--data <dir>', 'directory of the ledger')
      .option('--kafka <brokers>', 'the ledger is on Kafka, and --data is a copy of it')
      .addOption(waitOption());
  about('list', 'List the imports, with their numbers.', 'hesabu imports list --data books').action(
    async (options: RunImportsOptions) => {
      const { runImportsList } = await import('./commands/imports.ts');
      process.exitCode = await runImportsList(options);
    },
  );
  about('show', 'Show one import.', 'hesabu imports show 3 --data books')
    .argument('<number>', 'its number')
    .action(async (number: string, options: RunImportsOptions) => {
      const { runImportsShow } = await import('./commands/imports.ts');
      process.exitCode = await runImportsShow(number, options);
    });
  about(
    'withdraw',
    'Withdraw an import: what it said counts as never said.',
    "hesabu imports withdraw 3 --data books --why 'the file of another shop'",
  )
    .argument('<number>', 'its number')
    .requiredOption('--why <text>', 'the reason, which stays in the log')
    .action(async (number: string, options: RunImportsOptions & { readonly why: string }) => {
      const { runImportsWithdraw } = await import('./commands/imports.ts');
      process.exitCode = await runImportsWithdraw(number, options);
    });
}
