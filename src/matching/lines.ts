// What settlement lines alone show about a payment: their time, their sum, and its amount.

import { type Calendar, dayOfDate } from '../domain/calendar.ts';
import type { Claim } from '../domain/fact.ts';
import { minorOf } from '../domain/money.ts';
import type { Instant } from '../domain/time.ts';
import type { Line } from './claims.ts';
import { amountBeforeFee, chooseFee } from './fees.ts';
import type { Order } from './orders.ts';
import type { CompiledRules } from './rules.ts';

export interface PaymentAmount {
  readonly gross: bigint | null;
  readonly currency: string | null;
  readonly lineGross: bigint | null;
  readonly grossAt: Instant | null;
}

const UNKNOWN: PaymentAmount = { gross: null, currency: null, lineGross: null, grossAt: null };

/** The instant of a settlement line's date. */
export function lineTime(line: Line, calendar: Calendar): Instant {
  return calendar.startOf(dayOfDate(line.body.settlement_date));
}

/** The source's own time of a claim; null where it gave none. */
export function claimTime(claim: Claim, calendar: Calendar): Instant | null {
  if (claim.body.type === 'SettlementLineReported') return lineTime(claim as Line, calendar);
  return claim.occurred_at;
}

export function grossOf(lines: readonly Line[]): bigint {
  let sum = 0n;
  for (const { body } of lines) sum += minorOf(body.gross, body.currency);
  return sum;
}

/**
 * The amount of a payment that only its lines report. If the order is large enough for the sum of several lines, they
 * are its parts; otherwise the first line has the amount and the others are duplicates. A fee that the payer paid on
 * top is not part of the amount.
 */
export function amountOfLines(
  lines: readonly Line[],
  provider: string,
  operator: string | null,
  order: Order | undefined,
  rules: CompiledRules,
): PaymentAmount {
  const first = lines[0];
  if (first === undefined) return UNKNOWN;
  const { currency } = first.body;
  const amountOf = (lineGross: bigint): bigint => {
    const about = { provider, currency, country: order?.country ?? null, gross: lineGross, day: null };
    const schedule = chooseFee(rules.fees, { ...about, operator: operator ?? order?.operator ?? null });
    return schedule?.borneByPayer ? amountBeforeFee(schedule, lineGross, currency) : lineGross;
  };
  const withLineGross = (lineGross: bigint, last: Line): PaymentAmount => {
    return { gross: amountOf(lineGross), currency, lineGross, grossAt: lineTime(last, rules.calendar) };
  };
  if (lines.length > 1 && order?.currency === currency && lines.every(({ body }) => body.currency === currency)) {
    const sum = grossOf(lines);
    const limit = order.amount + (rules.tolerance.get(currency) ?? 0n);
    if (amountOf(sum) <= limit) return withLineGross(sum, lines.at(-1)!);
  }
  return withLineGross(minorOf(first.body.gross, currency), first);
}
