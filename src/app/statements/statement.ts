// `hesabu statement`: the statement of a day from a data directory, and the rows behind a line of it.

import { STATEMENTS_FOLDER, TextStore } from '../../archive/texts/text-store.ts';
import { type Day, dayOfDate } from '../../domain/calendar.ts';
import { HesabuError } from '../../domain/errors.ts';
import { EVERY_MERCHANT } from '../../domain/key.ts';
import { type Instant, isDate } from '../../domain/time.ts';
import { rulesInForce, timeOf } from '../../engine/executors/executors.ts';
import { type ReadOnlyLedger, withReadOnlyLedger } from '../../engine/read-only-ledger.ts';
import { compileRules, rulesHash } from '../../matching/rules.ts';
import { type BookedStatement, bookedStatements, closesAbout } from '../../projections/booked-statements.ts';
import { closedDays, closeOfDay } from '../../projections/closed-days.ts';
import { readFrozenFiles } from '../../projections/frozen-files.ts';
import type { StatementQuestion } from '../../projections/statement-keys.ts';
import type { StatementLine } from '../../projections/statement-rows.ts';
import { amountText, isStatementLine, type Statement } from '../../projections/statement-view.ts';
import { RulesLog } from '../../task/rules-log.ts';
import { type DrilledRow, drilledRows } from './drill.ts';

export interface StatementOptions {
  readonly data: string;
  /** `YYYY-MM-DD` in the zone of the rules. */
  readonly day: string;
  readonly merchant?: string;
  readonly provider?: string;
  readonly currency?: string;
}

export interface DayStatements {
  readonly day: string;
  /** The zone in which the day is one. */
  readonly zone: string;
  readonly as_of: Instant;
  /** Whether the ledger's time is past the day: otherwise more may come. */
  readonly over: boolean;
  readonly statements: readonly ShownStatement[];
}

interface ShownClose {
  readonly sha256: string;
  /** The entry that has the hash. */
  readonly entry: string | null;
  readonly by: string;
  readonly approved_by: string;
}

export interface ShownStatement extends Statement {
  /** Null while the day is open; otherwise the hash of the file that it was frozen in, and who closed it. */
  readonly closed: ShownClose | null;
}

export interface DrilledLine extends Omit<DayStatements, 'statements'> {
  readonly line: StatementLine;
  readonly rows: readonly DrilledRow[];
  /** By currency, in its order. */
  readonly sums: readonly { readonly currency: string; readonly sum: string }[];
}

/** Throws HESABU_FILE_MISSING, and HESABU_USAGE for an invalid day or line, or if nothing has been reconciled yet. */
export function statementOfDay(options: StatementOptions): Promise<DayStatements> {
  return asked(options, async ({ dir, executors }, question, about) => {
    const closed = closedDays(await executors.ask({ query: 'periods', rulesHash: question.rulesHash }));
    // Of a day that is closed for all merchants nothing is worked out.
    const isClosed = closeOfDay(closed, EVERY_MERCHANT, options.day) !== undefined;
    const sums = isClosed ? [] : (await executors.ask({ query: 'statement', ...question })).statements;
    const frozen = await readFrozenFiles(closesAbout(closed, question.day), new TextStore(dir, STATEMENTS_FOLDER));
    const isAskedFor = ({ merchant, provider, currency }: Pick<Statement, 'merchant' | 'provider' | 'currency'>) =>
      (options.merchant ?? merchant) === merchant &&
      (options.provider ?? provider) === provider &&
      (options.currency ?? currency) === currency;
    const booked = bookedStatements(sums, question.day, closed, frozen, isAskedFor);
    return { ...about, statements: booked.map(shown) };
  });
}

function shown({ statement, closed }: BookedStatement): ShownStatement {
  if (closed === null) return { ...statement, closed: null };
  const { proposal, approval } = closed.close;
  const file = closed.statements.find(
    (one) => one.provider === statement.provider && one.currency === statement.currency,
  );
  const [by, approved_by] = [proposal.body.by.person, approval!.body.by.person];
  const { sha256 = '', entry = null } = file ?? {};
  return { ...statement, closed: { sha256, entry, by, approved_by } };
}

export function statementLine(options: StatementOptions, name: string): Promise<DrilledLine> {
  const line = lineNamed(name);
  return asked(options, async (ledger, question, about) => {
    const { rows, sums } = await ledger.executors.ask({ query: 'statementRows', ...question, line });
    return {
      ...{ ...about, line, rows: await drilledRows(ledger, rows) },
      sums: [...sums].sort().map(([currency, sum]) => ({ currency, sum: amountText(sum, currency) })),
    };
  });
}

type About = Omit<DayStatements, 'statements'>;

function asked<Result>(
  { data, day, ...filters }: StatementOptions,
  answer: (ledger: ReadOnlyLedger, question: StatementQuestion, about: About) => Promise<Result>,
): Promise<Result> {
  const date = dateNamed(day);
  return withReadOnlyLedger(data, async (ledger) => {
    const heads = await ledger.executors.ask({ query: 'heads' });
    const now = timeOf(heads);
    if (now === 0) {
      throw new HesabuError('HESABU_USAGE', { where: data, expected: 'a ledger that was reconciled at least once' });
    }
    const rules = rulesInForce(heads, new RulesLog(ledger.log));
    const question = { ...filters, day: date, now, rulesHash: rulesHash(rules), merchants: null };
    return answer(ledger, question, {
      day,
      zone: rules.zone,
      as_of: now,
      over: now >= compileRules(rules).calendar.startOf(date + 1),
    });
  });
}

/** Throws HESABU_USAGE. */
function dateNamed(day: string): Day {
  if (!isDate(day)) throw new HesabuError('HESABU_USAGE', { where: day, expected: 'a day such as 2026-03-02' });
  return dayOfDate(day);
}

/** Throws HESABU_USAGE. */
function lineNamed(name: string): StatementLine {
  if (isStatementLine(name)) return name;
  const expected = 'a line as --format json names it, such as received, total:settled, pending or AMOUNT_UNDER';
  throw new HesabuError('HESABU_USAGE', { where: name, expected });
}
