// The sums of a day's statements by merchant, provider and currency, over all keys of some tables: each key is read
// once. A command reads them so; of a running ledger sums are kept (day-sums/), and tests hold the two together.

import { addDecimal, type Decimal, negated } from '../domain/decimal.ts';
import type { ClosedHead } from '../domain/decision.ts';
import type { Instant } from '../domain/time.ts';
import { digestToHex } from '../ledger/digest.ts';
import type { LedgerHead } from '../ledger/head.ts';
import { rootOf } from '../ledger/merkle.ts';
import { MOVEMENT_KINDS, type MovementKind } from '../matching/movements.ts';
import type { CompiledRules } from '../matching/rules.ts';
import type { Explanation, Remainder, StatementPart } from '../matching/statement-parts.ts';
import { isAsked, type KeyPart, keyParts, type StatementQuestion, type StatementTasks } from './statement-keys.ts';

/** Up to so many days a remainder is in an age bucket; those that are older are in the last, and undated ones after. */
const AGE_DAYS = [1, 7, 30] as const;
/** The buckets by their names, in which days are counted from one to another. */
export const STATEMENT_AGES = ['0-1', '2-7', '8-30', 'older', 'undated'] as const;
export type StatementAge = (typeof STATEMENT_AGES)[number];

/** What explains remainders of one sign. */
export interface Explained {
  count: number;
  value: Decimal;
  /** How many of them are how old. */
  readonly ages: number[];
}

export type Sums = Record<MovementKind, Decimal>;

export interface StatementSums {
  readonly merchant: string;
  readonly provider: string;
  readonly currency: string;
  /** What moved on the day, and in all up to its end. */
  readonly day: Sums;
  readonly total: Sums;
  /** What moved on days that are closed, and came when they were: the first open day has it. */
  readonly late?: Sums;
  /** What keys come to themselves at the day's end: what the gateway still owes. */
  owed: Decimal;
  /** What is left, by what explains it: still owed, and too much. */
  readonly under: Map<Explanation, Explained>;
  readonly over: Map<Explanation, Explained>;
  /** The keys of which movements and the key itself differ: there are none. */
  readonly residuals: { readonly key: string; readonly amount: Decimal }[];
}

export function statementSums(
  tasks: StatementTasks,
  rules: CompiledRules,
  question: StatementQuestion,
): StatementSums[] {
  return sumsOfKeys(keyParts(tasks, rules, question), rules, question);
}

/** The same over some keys. */
export function sumsOfKeys(
  keys: Iterable<KeyPart>,
  rules: CompiledRules,
  question: StatementQuestion,
): StatementSums[] {
  const groups = new Map<string, StatementSums>();
  for (const { merchant, provider, key, part } of keys) {
    const groupOf = (currency: string) => {
      const name = [merchant, provider, currency].join('\n');
      let sums = groups.get(name);
      if (sums === undefined) {
        sums = emptySums(merchant, provider, currency);
        groups.set(name, sums);
      }
      return sums;
    };
    addPart(groupOf, key, part, rules, question);
  }
  return inOrder([...groups.values()].filter(({ currency }) => isAsked(currency, question)));
}

function addPart(
  groupOf: (currency: string) => StatementSums,
  key: string,
  { until, before, remainders }: StatementPart,
  { calendar }: CompiledRules,
  { day }: StatementQuestion,
): void {
  const residuals = new Map<string, Decimal>();
  const addResidual = (currency: string, amount: Decimal) => {
    residuals.set(currency, addDecimal(residuals.get(currency) ?? ZERO, amount));
  };
  for (const { what, currency, from, to, amount } of until) {
    const { total } = groupOf(currency);
    total[what] = addDecimal(total[what], amount);
    if (to === 'gateway') addResidual(currency, amount);
    if (from === 'gateway') addResidual(currency, negated(amount));
  }
  if (before !== until) {
    for (const [movements, sign] of [
      [until, plus],
      [before, negated],
    ] as const) {
      for (const { what, currency, amount } of movements) {
        const sums = groupOf(currency).day;
        sums[what] = addDecimal(sums[what], sign(amount));
      }
    }
  }
  for (const remainder of remainders) {
    const sums = groupOf(remainder.currency);
    if (remainder.side === 'gateway') {
      sums.owed = addDecimal(sums.owed, remainder.amount);
      addResidual(remainder.currency, negated(remainder.amount));
    }
    addRemainder(sums, remainder, (since) => day - calendar.dayOf(since));
  }
  for (const [currency, amount] of residuals) {
    if (amount.digits !== 0n) groupOf(currency).residuals.push({ key, amount });
  }
}

const ZERO: Decimal = { digits: 0n, scale: 0 };
const plus = (amount: Decimal) => amount;

export function emptySums(merchant: string, provider: string, currency: string): StatementSums {
  const zeros = () => Object.fromEntries(MOVEMENT_KINDS.map((kind) => [kind, ZERO])) as Sums;
  const sums = { day: zeros(), total: zeros(), owed: ZERO, under: new Map(), over: new Map(), residuals: [] };
  return { merchant, provider, currency, ...sums };
}

function addRemainder(sums: StatementSums, remainder: Remainder, ageOf: (since: Instant) => number): void {
  const { amount, explanation, since } = remainder;
  const explained = explainedOf(1, amount, since === null ? null : ageOf(since));
  addExplained(amount.digits < 0n ? sums.over : sums.under, explanation, explained);
}

/** So many remainders of one age in days; null where nobody knows it. */
export function explainedOf(count: number, value: Decimal, age: number | null): Explained {
  const ages = STATEMENT_AGES.map(() => 0);
  ages[bucketOf(age)] = count;
  return { count, value, ages };
}

/** Of an age in days; null where nobody knows it. */
export function statementAge(age: number | null): StatementAge {
  return STATEMENT_AGES[bucketOf(age)]!;
}

function bucketOf(age: number | null): number {
  if (age === null) return STATEMENT_AGES.length - 1;
  const bucket = AGE_DAYS.findIndex((most) => age <= most);
  return bucket < 0 ? AGE_DAYS.length : bucket;
}

export function addExplained(into: Map<Explanation, Explained>, explanation: Explanation, more: Explained): void {
  const known = into.get(explanation);
  if (known === undefined) {
    into.set(explanation, { ...more, ages: [...more.ages] });
    return;
  }
  known.count += more.count;
  known.value = addDecimal(known.value, more.value);
  for (const [at, count] of more.ages.entries()) known.ages[at]! += count;
}

/** The sums of a day's statements, and where the ledger stood that they are of. */
export interface DaySums {
  /** The ledger's time. */
  readonly asOf: Instant;
  readonly statements: readonly StatementSums[];
  readonly heads: readonly ClosedHead[];
}

export function daySums(statements: readonly StatementSums[], heads: readonly LedgerHead[], asOf: Instant): DaySums {
  const stood = heads.map(({ partition, tree }) => ({ partition, size: tree.size, root: digestToHex(rootOf(tree)) }));
  return { asOf, statements, heads: stood };
}

/** The answers of several executors as one. */
export function mergeDaySums(answers: readonly DaySums[]): DaySums {
  const heads = answers.flatMap((answer) => answer.heads).sort((left, right) => left.partition - right.partition);
  const asOf = Math.max(...answers.map((answer) => answer.asOf));
  return { asOf, statements: mergeStatements(answers.map(({ statements }) => statements)), heads };
}

/** Several parts of the same statements as one. */
export function mergeStatements(answers: readonly (readonly StatementSums[])[]): StatementSums[] {
  const groups = new Map<string, StatementSums>();
  for (const sums of answers.flat()) {
    const name = [sums.merchant, sums.provider, sums.currency].join('\n');
    const known = groups.get(name) ?? emptySums(sums.merchant, sums.provider, sums.currency);
    groups.set(name, known);
    for (const kind of MOVEMENT_KINDS) {
      known.day[kind] = addDecimal(known.day[kind], sums.day[kind]);
      known.total[kind] = addDecimal(known.total[kind], sums.total[kind]);
    }
    known.owed = addDecimal(known.owed, sums.owed);
    for (const [explanation, more] of sums.under) addExplained(known.under, explanation, more);
    for (const [explanation, more] of sums.over) addExplained(known.over, explanation, more);
    known.residuals.push(...sums.residuals);
  }
  return inOrder([...groups.values()]);
}

function inOrder(groups: StatementSums[]): StatementSums[] {
  const nameOf = ({ merchant, provider, currency }: StatementSums) => [merchant, provider, currency].join('\n');
  return groups.sort((left, right) => (nameOf(left) < nameOf(right) ? -1 : 1));
}
