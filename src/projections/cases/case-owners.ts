// Who works a case that nobody was given, and until when: the first row of the configuration that it fits. It follows
// from the case, so that ten thousand of them need no fact; an assignment overrules it.

import type { Finding } from '../../domain/assessment.ts';
import type { Calendar } from '../../domain/calendar.ts';
import { parseDecimal } from '../../domain/decimal.ts';
import { isPersonId } from '../../domain/decision.ts';
import type { ReasonCode } from '../../domain/reasons.ts';
import type { Instant } from '../../domain/time.ts';
import { minorAtLeast } from '../../matching/review.ts';

/** What a row leaves out fits every case. */
export interface RoutingRow {
  readonly merchant?: string | undefined;
  readonly provider?: string | undefined;
  readonly reason?: ReasonCode | undefined;
  readonly currency?: string | undefined;
  /** From which amount on, in whichever currency. */
  readonly value_from?: string | undefined;
  /** A person's or a team's id. */
  readonly owner: string;
  /** Who is told of one that is overdue, once. */
  readonly escalate_to?: string | undefined;
  /** In business days after the day on which it was opened. */
  readonly due?: number | undefined;
}

/** In their order. */
export type Routing = readonly RoutingRow[];

interface RoutedCase {
  readonly merchant: string;
  readonly provider: string;
  readonly finding: Pick<Finding, 'reason' | 'currency' | 'opened_at'>;
  /** In minor units by currency. */
  readonly value: readonly (readonly [currency: string, minor: bigint])[];
}

interface Route {
  readonly owner: string | null;
  readonly due_at: Instant | null;
}

const NOWHERE: Route = { owner: null, due_at: null };

/** The first row that fits. */
function rowFor(row: RoutedCase, routing: Routing): RoutingRow | undefined {
  return routing.find((one) => isFor(one, row));
}

export interface Caught {
  readonly rows: Routing;
  /** How many of the cases each row is the first one for. */
  readonly caught: readonly number[];
  readonly uncaught: number;
}

export function caughtBy(routing: Routing, cases: Iterable<RoutedCase>): Caught {
  const counts = new Map<RoutingRow | undefined, number>();
  for (const one of cases) {
    const row = rowFor(one, routing);
    counts.set(row, (counts.get(row) ?? 0) + 1);
  }
  const caught = routing.map((row) => counts.get(row) ?? 0);
  return { rows: routing, caught, uncaught: counts.get(undefined) ?? 0 };
}

/** It is due when the last of its days ends. */
export function routeOf(row: RoutedCase, routing: Routing, calendar: Calendar): Route {
  const found = rowFor(row, routing);
  if (found === undefined) return NOWHERE;
  const { owner, due } = found;
  const { opened_at } = row.finding;
  if (due === undefined || opened_at === null) return { owner, due_at: null };
  const day = calendar.businessDayAfter(calendar.dayOf(opened_at), due);
  return { owner, due_at: calendar.startOf(day + 1) };
}

/** The team that has a case, or to which the configuration gives it while a person works it; null where none is. */
export function teamOf(owner: string | null, routed: string | null): string | null {
  return [owner, routed].find((one) => one !== null && !isPersonId(one)) ?? null;
}

/** Who is told when it is overdue; null for nobody. */
export function escalationOf(row: RoutedCase, routing: Routing): string | null {
  return rowFor(row, routing)?.escalate_to ?? null;
}

function isFor(asked: RoutingRow, { merchant, provider, finding, value }: RoutedCase): boolean {
  const { value_from, currency } = asked;
  if ((asked.merchant ?? merchant) !== merchant || (asked.provider ?? provider) !== provider) return false;
  if ((asked.reason ?? finding.reason) !== finding.reason) return false;
  const inCurrency = currency === undefined ? value : value.filter(([code]) => code === currency);
  if (currency !== undefined && inCurrency.length === 0 && finding.currency !== currency) return false;
  if (value_from === undefined) return true;
  const least = parseDecimal(value_from)!;
  return inCurrency.some(([code, minor]) => minor >= minorAtLeast(least, code));
}
