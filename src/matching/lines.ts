// What settlement lines tell of a payment by themselves: their time, their sum, and the amount they stand for.

import { type Calendar, dayOfDate } from '../domain/calendar.ts';
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

/** The instant that a settlement line's date stands for. */
export function lineTime(line: Line, calendar: Calendar): Instant {
  return calendar.startOf(dayOfDate(line.body.settlement_date));
}

export function grossOf(lines: readonly Line[]): bigint {
  let sum = 0n;
  for (const { body } of lines) sum += minorOf(body.gross, body.currency);
  return sum;
}

/**
 * The amount of a payment that only its lines tell of. Several lines are its parts where the order is large enough for
 * their sum; else the first line tells the amount and the others are too many. What the payer paid on top as a fee is
 * no part of the amount.
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
  const told = (lineGross: bigint, last: Line): PaymentAmount => {
    return { gross: amountOf(lineGross), currency, lineGross, grossAt: lineTime(last, rules.calendar) };
  };
  if (lines.length > 1 && order?.currency === currency && lines.every(({ body }) => body.currency === currency)) {
    const sum = grossOf(lines);
    const most = order.amount + (rules.tolerance.get(currency) ?? 0n);
    if (amountOf(sum) <= most) return told(sum, lines.at(-1)!);
  }
  return told(minorOf(first.body.gross, currency), first);
}
