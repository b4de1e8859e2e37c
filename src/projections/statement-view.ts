// A statement as people and programs read it: its figures as decimal texts, in the order in which they add up.

import { currencyExponent } from '../domain/currency.ts';
import { addDecimal, type Decimal, negated, normalDecimal } from '../domain/decimal.ts';
import { CAUSES } from '../domain/decision.ts';
import { REASON_CODES } from '../domain/reasons.ts';
import { MOVEMENT_KINDS, type MovementKind } from '../matching/movements.ts';
import type { Explanation } from '../matching/statement-parts.ts';
import type { StatementLine } from './statement-rows.ts';
import type { Explained, StatementSums } from './statements.ts';

/** A figure, and the line to ask for what it is the sum of. */
export interface Figure {
  readonly line: StatementLine;
  /** Whether it is added, or taken off. */
  readonly sign: '+' | '-';
  readonly value: string;
}

/** What came late of closed days. */
export interface LateFigure {
  readonly what: MovementKind;
  readonly sign: '+' | '-';
  readonly value: string;
}

/** What explains a part of what is left. */
export interface ExplainedLine {
  readonly line: Explanation;
  /** Still owed, or too much. */
  readonly side: 'under' | 'over';
  /** How many remainders: a key has one of its order and one of the gateway. */
  readonly count: number;
  readonly value: string;
  /** How many are up to 1, 7 and 30 days old, how many older, and of how many nobody knows. */
  readonly ages: readonly number[];
}

export interface Statement {
  readonly merchant: string;
  readonly provider: string;
  readonly currency: string;
  /** What the gateway owed before the day, what moved on it, and what it owes at its end. */
  readonly gateway: { readonly opening: string; readonly moves: readonly Figure[]; readonly closing: string };
  /** What moved on closed days and came later, on the first day that is open: added to the opening. */
  readonly late: readonly LateFigure[];
  /**
   * From the beginning to the day's end: what should be paid less what was settled, and what that is made of: figures,
   * and what explains the rest.
   */
  readonly bridge: {
    readonly begins: readonly Figure[];
    readonly difference: string;
    readonly agreed: readonly Figure[];
    readonly explained: readonly ExplainedLine[];
  };
  /** What moved on the day between the gateway, us and the bank; figures that are not zero. */
  readonly clearing: readonly Figure[];
  /** The closing by movements less that of the keys: always zero. */
  readonly residual: string;
  /** The keys that differ: none. */
  readonly residual_keys: readonly string[];
}

const EXPLANATIONS: readonly Explanation[] = [
  ...(['pending', 'tolerance'] as const),
  ...REASON_CODES,
  ...CAUSES.map((cause) => `resolved:${cause}` as const),
];
export const STATEMENT_LINES: readonly StatementLine[] = [
  ...(['opening', 'closing'] as const),
  ...MOVEMENT_KINDS,
  ...MOVEMENT_KINDS.map((kind) => `total:${kind}` as const),
  ...EXPLANATIONS,
];
const LINES: ReadonlySet<string> = new Set(STATEMENT_LINES);
const EXPLAINED: ReadonlySet<string> = new Set(EXPLANATIONS);

/** Whether a figure of a statement may have this name. */
export function isStatementLine(name: string): name is StatementLine {
  return LINES.has(name);
}

/** Whether a line is what explains remainders, which have ages and sides. */
export function isExplanation(line: StatementLine): line is Explanation {
  return EXPLAINED.has(line);
}

/** What changes what the gateway owes. */
export const GATEWAY: readonly (readonly [MovementKind, '+' | '-'])[] = [
  ['received', '+'],
  ['payer_fee', '+'],
  ['returned', '-'],
  ['fee', '-'],
  ['settled', '-'],
  ['fx', '-'],
  ['written_off', '-'],
];
const BEGINS: readonly (readonly [MovementKind, '+' | '-'])[] = [
  ['ordered', '+'],
  ['payer_fee', '+'],
  ['settled', '-'],
  ['fx', '-'],
];
const AGREED: readonly (readonly [MovementKind, '+' | '-'])[] = [
  ['fee', '+'],
  ['returned', '+'],
  ['written_off', '+'],
  ['order_written_off', '+'],
  ['linked_in', '+'],
  ['linked_out', '-'],
];
const CLEARING: readonly MovementKind[] = ['exchanged', 'own_money', 'account_fee', 'payout', 'bank'];
/** Shown where they are zero too. */
const ALWAYS: ReadonlySet<MovementKind> = new Set(['received', 'returned', 'fee', 'settled', 'ordered']);

export function statementView(sums: StatementSums): Statement {
  const { merchant, provider, currency, day, late, total, under, over } = sums;
  const text = (amount: Decimal) => amountText(amount, currency);
  const moved = addDecimal(signedSum(GATEWAY, day), late === undefined ? ZERO : signedSum(GATEWAY, late));
  const closing = signedSum(GATEWAY, total);
  const shown = (kind: MovementKind, amount: Decimal) => ALWAYS.has(kind) || amount.digits !== 0n;
  const figures = (list: readonly (readonly [MovementKind, '+' | '-'])[], from: 'day' | 'total'): Figure[] =>
    list.flatMap(([kind, sign]) => {
      const amount = sums[from][kind];
      const line = from === 'day' ? kind : (`total:${kind}` as const);
      return shown(kind, amount) ? [{ line, sign, value: text(amount) }] : [];
    });
  return {
    ...{ merchant, provider, currency },
    gateway: {
      opening: text(addDecimal(closing, negated(moved))),
      moves: figures(GATEWAY, 'day'),
      closing: text(closing),
    },
    late: late === undefined ? [] : lateFigures(late, text),
    bridge: {
      begins: figures(BEGINS, 'total'),
      difference: text(signedSum(BEGINS, total)),
      agreed: figures(AGREED, 'total'),
      explained: explainedLines(under, over, text),
    },
    clearing: CLEARING.flatMap((kind) => (day[kind].digits === 0n ? [] : figures([[kind, '+']], 'day'))),
    residual: text(addDecimal(closing, negated(sums.owed))),
    residual_keys: sums.residuals.map(({ key }) => key).sort(),
  };
}

const ZERO: Decimal = { digits: 0n, scale: 0 };
/** Orders are in the bridge alone, which is from the beginning. */
const LATE = [...GATEWAY, ...CLEARING.map((kind) => [kind, '+'] as const)];

function lateFigures(late: StatementSums['day'], text: (amount: Decimal) => string): LateFigure[] {
  return LATE.flatMap(([what, sign]) => (late[what].digits === 0n ? [] : [{ what, sign, value: text(late[what]) }]));
}

/** With the currency's decimals, and more only where they say something. */
export function amountText(amount: Decimal, currency: string): string {
  return normalDecimal(amount, currencyExponent(currency) ?? 0);
}

/** Whether nothing moved and nothing is left. */
export function isEmptyStatement({ day, late = day, total, under, over }: StatementSums): boolean {
  // What was taken back on a day leaves nothing in all.
  const isNothing = (sums: StatementSums['day']) => Object.values(sums).every(({ digits }) => digits === 0n);
  return under.size + over.size === 0 && [day, late, total].every(isNothing);
}

function signedSum(list: readonly (readonly [MovementKind, '+' | '-'])[], sums: StatementSums['day']): Decimal {
  return list.reduce<Decimal>(
    (sum, [kind, sign]) => addDecimal(sum, sign === '+' ? sums[kind] : negated(sums[kind])),
    ZERO,
  );
}

const ORDER: readonly string[] = ['pending', ...REASON_CODES, 'tolerance'];

function explainedLines(
  under: ReadonlyMap<Explanation, Explained>,
  over: ReadonlyMap<Explanation, Explained>,
  text: (amount: Decimal) => string,
): ExplainedLine[] {
  const lines = [...new Set([...under.keys(), ...over.keys()])];
  const placeOf = (line: Explanation) => (ORDER.includes(line) ? ORDER.indexOf(line) : ORDER.length);
  lines.sort((left, right) => placeOf(left) - placeOf(right) || (left < right ? -1 : 1));
  const sides = [
    ['under', under],
    ['over', over],
  ] as const;
  return lines.flatMap((line) =>
    sides.flatMap(([side, of]) => {
      const found = of.get(line);
      if (found === undefined) return [];
      return [{ line, side, count: found.count, value: text(found.value), ages: found.ages }];
    }),
  );
}
