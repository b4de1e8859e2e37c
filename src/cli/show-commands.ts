// The commands that show what a ledger has: everything about one payment, and the cases that people work.

import { type Command, Option } from 'commander';
import { REASON_CODES, STAGES } from '../domain/reasons.ts';
import { CASE_STATES } from '../matching/case-state.ts';
import { AGES, DUES } from '../projections/cases/case-ages.ts';
import { CASE_SORTS } from '../projections/cases/case-question.ts';
import type { RunCasesOptions } from './commands/cases.ts';
import type { RunTraceOptions } from './commands/trace.ts';
import type { MakeCommand } from './kafka-commands.ts';

export function addShowCommands(program: Command, command: MakeCommand): void {
  command('trace', 'Show everything about one payment.', 'hesabu trace ORDER-1042 --data books', program)
    .argument('<ref>', "the shop's reference or order number, or the provider's, the operator's or the request's id")
    .requiredOption('--data <dir>', 'directory of the ledger')
    .option('--all', 'print all of a reference that has very many facts; as text, 100 of each are printed')
    .action(async (name: string, options: RunTraceOptions) => {
      const { runTrace } = await import('./commands/trace.ts');
      process.exitCode = await runTrace(name, options);
    });

  command('cases', 'List the cases that people work.', 'hesabu cases --data books --reason AMOUNT_UNDER', program)
    .requiredOption('--data <dir>', 'directory of the ledger')
    .addOption(new Option('--status <state>', 'default: all that are not resolved').choices([...CASE_STATES, 'all']))
    .addOption(new Option('--reason <code>', 'as rules-and-reasons.md has them').choices(REASON_CODES))
    .addOption(new Option('--stage <stage>', 'the stage of the break').choices(STAGES))
    .option('--merchant <name>', 'one merchant')
    .option('--provider <name>', 'one payment network')
    .option('--operator <name>', 'one mobile network, as the gateway names it; - where nobody said')
    .option('--owner <id>', 'a person or a team; - for nobody')
    .option('--team <id>', 'the team that has it; - for none')
    .option('--currency <code>', 'one currency')
    .addOption(new Option('--age <days>', 'business days since it was opened').choices(AGES))
    .addOption(new Option('--due <when>', 'when it is due').choices(DUES))
    .addOption(new Option('--sort <order>', 'the order of the list').choices(CASE_SORTS).default('oldest'))
    .option('--limit <count>', 'how many are listed', '100')
    .action(async (options: RunCasesOptions) => {
      const { runCases } = await import('./commands/cases.ts');
      process.exitCode = await runCases(options);
    });
}
