// What the late figures of a statement are made of: what each fact moved that came after its day was closed. What is
// left has no such fact, as where something was withdrawn, and is a row of its own: so the rows come to the figure.

import { setTimeout as pause } from 'node:timers/promises';
import type { Day } from '../../domain/calendar.ts';
import { addDecimal, type Decimal, decimalOf, negated } from '../../domain/decimal.ts';
import { MOVEMENT_KINDS, type MovementKind } from '../../matching/movements.ts';
import type { ClosedDay } from '../../projections/closed-days.ts';
import { closesOf, type LateFact, type LatePage } from '../../projections/late-facts.ts';
import type { LateMove } from '../../projections/late-moves.ts';
import { addToSums, firstKeys, type StatementRow } from '../../projections/statement-rows.ts';
import type { Statement } from '../../projections/statement-view.ts';
import type { ApiContext } from './api-context.ts';

/** How long one request reads on, in pieces between which the ledger does its own work. */
const READING_MILLIS = 1_000;

/** Of which kind of movement a line is the late figure; undefined of other lines. */
export function lateKind(line: string): MovementKind | undefined {
  return MOVEMENT_KINDS.find((kind) => line === `late:${kind}`);
}

type Parts = Pick<ApiContext, 'ledger'>;

/** The facts about closed days that came later; a long log is read in several requests. */
export async function lateFactsOf({ ledger }: Parts, closed: readonly ClosedDay[]): Promise<LatePage> {
  const closes = closesOf(closed);
  const until = performance.now() + READING_MILLIS;
  let page = await ledger.statements.late(closes);
  while (!page.isWhole && performance.now() < until) {
    await pause(1);
    page = await ledger.statements.late(closes);
  }
  return page;
}

/** What such facts moved, on the days that were closed when they came. */
async function movesOfLate({ ledger }: Parts, facts: readonly LateFact[]): Promise<readonly LateMove[]> {
  return ledger.statements.lateMoves(facts.map(({ key, fact, bookedOn }) => ({ key, fact, until: bookedOn - 1 })));
}

interface LateRows {
  readonly rows: readonly StatementRow[];
  readonly sums: ReadonlyMap<string, Decimal>;
}

/** Of the statements that were asked for; `facts` are all that came late. */
export async function lateRows(
  parts: Parts,
  {
    day,
    what,
    statements,
  }: { readonly day: Day; readonly what: MovementKind; readonly statements: readonly Statement[] },
  facts: readonly LateFact[],
): Promise<LateRows> {
  const groups = new Map<string, StatementRow>();
  const sums = new Map<string, Decimal>();
  for (const { merchant, provider, currency, late } of statements) {
    for (const figure of late.filter((one) => one.what === what)) {
      const amount = decimalOf(figure.value);
      const rest = { merchant, provider, currency, key: '', partition: 0, fact: '', amount, entries: [] };
      groups.set(nameOf(rest), rest);
      addToSums(sums, [{ currency, amount }]);
    }
  }
  const merchants = new Set([...groups.values()].map(({ merchant }) => merchant));
  const booked = facts.filter((one) => one.bookedOn === day && merchants.has(one.merchant));
  const moves = groups.size === 0 ? [] : await movesOfLate(parts, booked);
  const rows = moves.filter((move) => move.what === what && groups.has(nameOf(move)));
  for (const row of rows) {
    const rest = groups.get(nameOf(row))!;
    groups.set(nameOf(row), { ...rest, amount: addDecimal(rest.amount, negated(row.amount)) });
  }
  const left = [...groups.values()].filter(({ amount }) => amount.digits !== 0n);
  return { rows: firstKeys([...left, ...rows.map(({ what: _, ...row }) => row)], undefined), sums };
}

function nameOf({ merchant, provider, currency }: Pick<StatementRow, 'merchant' | 'provider' | 'currency'>): string {
  return JSON.stringify([merchant, provider, currency]);
}

/** So much is added up of one answer. */
const MOVES_MAX = 2_000;

/** What groups of late facts moved, by kind and currency; null where there are too many of them. */
export async function lateSums(
  parts: Parts,
  groups: readonly (readonly LateFact[])[],
): Promise<(at: number) => readonly { what: MovementKind; currency: string; amount: Decimal }[] | null> {
  const facts = groups.flat();
  if (facts.length > MOVES_MAX) return () => null;
  const moves = await movesOfLate(parts, facts);
  const byFact = Map.groupBy(moves, ({ key, fact }) => `${key}\n${fact}`);
  return (at) => {
    const own = groups[at]!.flatMap(({ key, fact }) => byFact.get(`${key}\n${fact}`) ?? []);
    const kinds = Map.groupBy(own, ({ what, currency }) => `${currency} ${what}`);
    return [...kinds].sort().map(([, [first, ...rest]]) => {
      const amount = rest.reduce((sum, one) => addDecimal(sum, one.amount), first!.amount);
      return { what: first!.what, currency: first!.currency, amount };
    });
  };
}
