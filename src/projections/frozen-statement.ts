// A statement as it is frozen when its day is closed: JSON lines, of which the ledger has the hash. The first line says
// of what it is and where the ledger stood; then comes a line for each merchant, with the sums that later days go on
// from.

import { parseDecimal } from '../domain/decimal.ts';
import type { ClosedHead } from '../domain/decision.ts';
import { MOVEMENT_KINDS, type MovementKind } from '../matching/movements.ts';
import { amountText, type Statement } from './statement-view.ts';
import type { Sums } from './statements.ts';

const FORMAT = 'hesabu/statement@1';

export interface FrozenHead {
  /** `YYYY-MM-DD`, and the zone in which it is one. */
  readonly day: string;
  readonly zone: string;
  /** `*` for all merchants. */
  readonly merchant: string;
  readonly provider: string;
  readonly currency: string;
  /** The ledger's time, and where its partitions stood. */
  readonly as_of: string;
  readonly heads: readonly ClosedHead[];
}

/** A merchant's statement, and what moved in all up to the day's end: kinds that are not zero, as decimals. */
export interface FrozenPart {
  readonly statement: Statement;
  readonly totals: Readonly<Partial<Record<MovementKind, string>>>;
}

/** The same parts give the same bytes. */
export function frozenText(
  { day, zone, merchant, provider, currency, as_of, heads }: FrozenHead,
  parts: readonly FrozenPart[],
) {
  const head = { format: FORMAT, day, zone, merchant, provider, currency, as_of, heads };
  const sorted = parts.toSorted((left, right) => (left.statement.merchant < right.statement.merchant ? -1 : 1));
  return [head, ...sorted].map((line) => `${JSON.stringify(line)}\n`).join('');
}

/** Throws a RangeError for a text that is none. */
export function frozenParts(text: string): readonly FrozenPart[] {
  const [head, ...parts] = text.split('\n').slice(0, -1);
  const { format } = JSON.parse(head ?? '{}') as { readonly format?: string };
  if (format !== FORMAT) throw new RangeError(`not a statement of the form ${FORMAT}`);
  return parts.map((line) => JSON.parse(line) as FrozenPart);
}

export function totalsText(total: Sums, currency: string): FrozenPart['totals'] {
  const moved = MOVEMENT_KINDS.filter((kind) => total[kind].digits !== 0n);
  return Object.fromEntries(moved.map((kind) => [kind, amountText(total[kind], currency)]));
}

export function totalOf({ totals }: FrozenPart, kind: MovementKind) {
  return parseDecimal(totals[kind] ?? '0')!;
}
