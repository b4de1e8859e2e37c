// The commands that show the ledger as it stands: reports, and the statement of a day.

import type { Command } from 'commander';
import { READER_LANGUAGES } from '../domain/language.ts';
import type { RunReportOptions } from './commands/report.ts';
import type { RunStatementOptions } from './commands/statement.ts';
import type { MakeCommand } from './kafka-commands.ts';

/** For the commands that print a report and nothing more: their texts exist in every language of reports. */
export function inReaderLanguages(command: Command): Command {
  command.options.find(({ long }) => long === '--lang')!.choices(READER_LANGUAGES);
  return command;
}

export function addReportCommands(command: MakeCommand): void {
  inReaderLanguages(
    command(
      'report',
      'Write reports of the ledger as it stands, with the matched payments. Imports nothing.',
      'hesabu report --data books --out june --lang fr',
    ),
  )
    .requiredOption('--data <dir>', 'directory of the ledger')
    .requiredOption('--out <dir>', 'where summary.json, breaks.csv, matched.csv and report.xlsx are written')
    .action(async (options: RunReportOptions) => {
      const { runReport } = await import('./commands/report.ts');
      process.exitCode = await runReport(options);
    });

  command(
    'statement',
    'Show the statement of a day: what the gateway owed, what moved, what it owes, and what explains it.',
    'hesabu statement 2026-03-02 --data books --drill received',
  )
    .argument('<day>', 'a day in the time zone of the rules, such as 2026-03-02')
    .requiredOption('--data <dir>', 'directory of the ledger')
    .option('--merchant <name>', 'this merchant alone')
    .option('--provider <name>', 'this payment network alone')
    .option('--currency <code>', 'this currency alone')
    .option('--drill <line>', 'show what this line is the sum of; --format json names the lines')
    .action(async (day: string, options: RunStatementOptions) => {
      const { runStatement } = await import('./commands/statement.ts');
      process.exitCode = await runStatement(day, options);
    });
}
