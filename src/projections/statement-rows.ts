// The rows behind a figure of a statement.

import { addDecimal, type Decimal, negated } from '../domain/decimal.ts';
import { compareKeys } from '../domain/key.ts';
import type { Account, Movement, MovementKind } from '../matching/movements.ts';
import type { CompiledRules } from '../matching/rules.ts';
import type { Explanation, Remainder, StatementPart } from '../matching/statement-parts.ts';
import { isAsked, type KeyPart, keyParts, type StatementQuestion, type StatementTasks } from './statement-keys.ts';
import { type StatementAge, statementAge } from './statements.ts';

/** What a figure of a statement is the sum of. */
export interface StatementRow extends Pick<KeyPart, 'merchant' | 'provider' | 'key' | 'partition'> {
  readonly currency: string;
  /** The id of the claim that says so; '' where the key as a whole does. */
  readonly fact: string;
  readonly amount: Decimal;
  /** Of what is left of a key: at its order, or at the gateway. */
  readonly account?: Remainder['side'];
  /** The ids of the entries with the key's current findings. */
  readonly entries: readonly string[];
}

/**
 * A figure: what moved on the day, what moved in all, the balance before and after the day, or what is explained by a
 * reason or another explanation.
 */
export type StatementLine = MovementKind | `total:${MovementKind}` | 'opening' | 'closing' | Explanation;

export interface StatementLineQuestion extends StatementQuestion {
  readonly line: StatementLine;
  /** Of an explanation: only what is so old, and only what is still owed, or too much. */
  readonly age?: StatementAge | undefined;
  readonly side?: 'under' | 'over' | undefined;
  /** The keys after this one; all of them where absent. */
  readonly after?: string | undefined;
  /** About so many rows, and one more if there are more; all of them where absent. */
  readonly limit?: number | undefined;
}

export interface StatementRows {
  /** In the order of their keys and facts. */
  readonly rows: readonly StatementRow[];
  /** Over all rows, by currency. */
  readonly sums: ReadonlyMap<string, Decimal>;
  readonly limit: number | undefined;
}

const ZERO: Decimal = { digits: 0n, scale: 0 };
const plus = (amount: Decimal) => amount;

/** The rows behind a line. However many there are, few more than the limit are ever held. */
export function statementRows(
  tasks: StatementTasks,
  rules: CompiledRules,
  question: StatementLineQuestion,
): StatementRows {
  const { after, limit } = question;
  const sums = new Map<string, Decimal>();
  let rows: StatementRow[] = [];
  for (const part of keyParts(tasks, rules, question)) {
    const found = rowsOfKey(part, rules, question);
    addToSums(sums, found);
    if (after === undefined || compareKeys(part.key, after) > 0) rows.push(...found);
    if (limit !== undefined && rows.length > HELD_MAX * limit) rows = firstKeys(rows, limit);
  }
  return { rows: firstKeys(rows, limit), sums, limit };
}

/** The rows that a key has of a line. */
export function rowsOfKey(
  { part, entries, ...about }: KeyPart,
  { calendar }: CompiledRules,
  question: StatementLineQuestion,
): StatementRow[] {
  const isWanted = ({ since, amount }: Remainder) => {
    return isAskedPart(question, since === null ? null : question.day - calendar.dayOf(since), amount);
  };
  return [...amountsOf(part, question.line, isWanted)].flatMap(([name, amount]) => {
    const [currency, fact, account] = JSON.parse(name) as [string, string, Remainder['side']?];
    if (amount.digits === 0n || !isAsked(currency, question)) return [];
    const at = account === undefined ? {} : { account };
    return [{ ...about, currency, fact, amount, ...at, entries: entries() }];
  });
}

/** Whether a remainder, of an age in days at the day's end, is asked for. */
export function isAskedPart(
  { age, side }: Pick<StatementLineQuestion, 'age' | 'side'>,
  days: number | null,
  amount: Decimal,
): boolean {
  if (side !== undefined && (amount.digits < 0n ? 'over' : 'under') !== side) return false;
  return age === undefined || statementAge(days) === age;
}

export function addToSums(
  sums: Map<string, Decimal>,
  amounts: Iterable<{ readonly currency: string; readonly amount: Decimal }>,
): void {
  for (const { currency, amount } of amounts) {
    sums.set(currency, addDecimal(sums.get(currency) ?? ZERO, amount));
  }
}

/** How many times the limit may be held. */
const HELD_MAX = 8;

/** The rows of the first keys, at least so many and one of the next key if there are more: a key is never cut. */
export function firstKeys(rows: readonly StatementRow[], limit: number | undefined): StatementRow[] {
  const sorted = rows.toSorted(compareRows);
  const last = limit === undefined ? undefined : sorted[limit - 1]?.key;
  if (last === undefined) return sorted;
  const next = sorted.findIndex(({ key }) => compareKeys(key, last) > 0);
  if (next < 0) return sorted;
  const after = sorted[next]!.key;
  return sorted.filter(({ key }) => compareKeys(key, after) <= 0);
}

function compareRows(left: StatementRow, right: StatementRow): number {
  const order = compareKeys(left.key, right.key);
  if (order !== 0) return order;
  const [one, other] = [left, right].map(({ currency, fact, account = '' }) => `${currency}\n${fact}\n${account}`);
  return one! < other! ? -1 : 1;
}

/** The rows of several executors as one. */
export function mergeStatementRows(answers: readonly StatementRows[]): StatementRows {
  const sums = new Map<string, Decimal>();
  for (const answer of answers)
    addToSums(
      sums,
      [...answer.sums].map(([currency, amount]) => ({ currency, amount })),
    );
  const limit = answers[0]?.limit;
  return {
    rows: firstKeys(
      answers.flatMap(({ rows }) => rows),
      limit,
    ),
    sums,
    limit,
  };
}

/** By currency and fact; what is left is counted by its account, and has a row for each. */
function amountsOf(
  { until, before, remainders }: StatementPart,
  line: StatementLine,
  isWanted: (remainder: Remainder) => boolean,
): Map<string, Decimal> {
  const amounts = new Map<string, Decimal>();
  const add = (currency: string, fact: string, amount: Decimal, account?: Remainder['side']) => {
    const name = JSON.stringify(account === undefined ? [currency, fact] : [currency, fact, account]);
    amounts.set(name, addDecimal(amounts.get(name) ?? ZERO, amount));
  };
  const addMoves = (movements: readonly Movement[], kind: string, sign: (amount: Decimal) => Decimal) => {
    for (const { what, currency, fact, amount } of movements) if (what === kind) add(currency, fact, sign(amount));
  };
  const addBalance = (movements: readonly Movement[], account: Account) => {
    for (const { currency, from, to, amount } of movements) {
      if (to === account) add(currency, '', amount);
      if (from === account) add(currency, '', negated(amount));
    }
  };
  if (line === 'opening') addBalance(before, 'gateway');
  else if (line === 'closing') addBalance(until, 'gateway');
  else if (line.startsWith('total:')) addMoves(until, line.slice('total:'.length), plus);
  else {
    addMoves(until, line, plus);
    addMoves(before, line, negated);
    for (const remainder of remainders) {
      const { explanation, currency, amount, side } = remainder;
      if (explanation === line && isWanted(remainder)) add(currency, '', amount, side);
    }
  }
  return amounts;
}
