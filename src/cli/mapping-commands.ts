// The commands about mappings: suggesting one for a file, and checking what one makes of a file.

import { type Command, Option } from 'commander';
import { FILE_KINDS } from '../producers/formats/format.ts';
import type { RunMappingCheckOptions, RunMappingSuggestOptions } from './commands/mapping.ts';
import type { MakeCommand } from './kafka-commands.ts';

export function addMappingCommands(program: Command, command: MakeCommand): void {
  const mapping = program
    .command('mapping')
    .description("Suggest how another system's file is read, and check it before anything is imported.")
    .exitOverride();
  const about = (name: string, description: string, example: string) =>
    command(name, description, example, mapping)
      .argument('<file>', 'CSV, workbook, JSON or JSONL; - is standard input')
      .addOption(new Option('--kind <kind>', 'what the file is; default: as its columns say').choices(FILE_KINDS))
      .option('--provider <name>', 'the payment network of the file');
  about(
    'suggest',
    'Write a mapping for a file: what is not certain is left as a question.',
    'hesabu mapping suggest statement.csv > mapping.yaml',
  )
    .option('--encoding <name>', 'of a text that is not in Unicode, such as windows-1252')
    .action(async (file: string, options: RunMappingSuggestOptions) => {
      const { runMappingSuggest } = await import('./commands/mapping.ts');
      process.exitCode = await runMappingSuggest(file, options);
    });
  about(
    'check',
    'Show what a mapping makes of a file: the first rows, counts and sums. Imports nothing.',
    'hesabu mapping check statement.csv --mapping mapping.yaml',
  )
    .option('--mapping <file>', 'the mapping; default: the export of the provider that the file is')
    .option('--account <name>', "the provider's account that the file comes from")
    .action(async (file: string, options: RunMappingCheckOptions) => {
      const { runMappingCheck } = await import('./commands/mapping.ts');
      process.exitCode = await runMappingCheck(file, options);
    });
}
