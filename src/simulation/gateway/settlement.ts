// What a network settles of a day: its payments and returns, with the agreed fees and with their faults.

import { DateTime } from 'luxon';
import { currencyExponent } from '../../domain/currency.ts';
import { parseDecimal, roundHalfUp } from '../../domain/decimal.ts';
import type { Instant } from '../../domain/time.ts';
import { randomFor } from '../random/seeded-random.ts';
import type { Faults } from './faults.ts';
import type { Payment, Refund } from './payment.ts';
import type { OutcomeOf, PaymentOutcome } from './payment-outcome.ts';

const SETTLEMENT_ZONE = 'Africa/Nairobi';
/** The agreed fee: the share of each payment that the gateway keeps. */
export const FEE_PERCENT = '1.5';
/** A report is available from this local hour of the next day; a delayed one later. */
const READY_HOUR = 6;
const DELAYED_HOUR = 15;
/** From this hour an incomplete report is complete. */
const WHOLE_HOUR = 20;

export interface SettledLine {
  readonly id: string;
  readonly payment: Payment;
  /** Of a refund or a reversal; null for a payment. */
  readonly refund: Refund | null;
  /** Negative for money that goes back. */
  readonly gross: bigint;
  readonly fee: bigint;
  readonly date: string;
}

/** The agreed fee of an amount, in minor units: rounded half-up once. */
export function feeOf(minor: bigint, currency: string): bigint {
  return percentOf(minor, currency, FEE_PERCENT);
}

export function percentOf(minor: bigint, currency: string, share: string): bigint {
  const percent = parseDecimal(share)!;
  const exponent = currencyExponent(currency)!;
  return roundHalfUp({ digits: minor * percent.digits, scale: exponent + percent.scale + 2 }, exponent);
}

function dateOf(at: Instant): string {
  return DateTime.fromMillis(at, { zone: SETTLEMENT_ZONE }).toISODate()!;
}

/** All lines of a day's final report. */
export function linesOf(payments: Iterable<Payment>, date: string, outcomeOf: OutcomeOf): SettledLine[] {
  const lines: SettledLine[] = [];
  for (const payment of payments) {
    if (payment.paidAt !== null && dateOf(payment.paidAt) === date) {
      lines.push(...paymentLines(payment, date, outcomeOf(payment.reference)));
    }
    for (const refund of payment.refunds) {
      if (dateOf(refund.at) !== date) continue;
      lines.push({ id: `L-${refund.id}`, payment, refund, gross: -refund.minor, fee: 0n, date });
    }
  }
  return lines.sort((left, right) => (left.id < right.id ? -1 : 1));
}

function paymentLines(payment: Payment, date: string, outcome: PaymentOutcome): SettledLine[] {
  if (outcome.line === 'missing') return [];
  const { minor, currency } = payment;
  // A thousandth and two minor units more is beyond any rounding.
  const fee = feeOf(minor, currency) + (outcome.wrongFee ? minor / 1000n + 2n : 0n);
  const gross = outcome.line === 'amount' ? minor - minor / 10n - 1n : minor;
  const line: SettledLine = { id: `L-${payment.id}`, payment, refund: null, gross, fee, date };
  return outcome.line === 'doubled' ? [line, { ...line, id: `${line.id}-again` }] : [line];
}

/** The report of a day as it is at a time; undefined if it is not available yet. */
export function reportAt(lines: readonly SettledLine[], date: string, now: Instant, seed: number, faults: Faults) {
  const random = randomFor(seed, 'report', date);
  const isDelayed = random.percent(25) && faults.has('delayed');
  const isGrowing = random.percent(25) && faults.has('grown');
  const at = (hour: number) =>
    DateTime.fromISO(date, { zone: SETTLEMENT_ZONE }).plus({ days: 1, hours: hour }).toMillis();
  if (now < at(isDelayed ? DELAYED_HOUR : READY_HOUR)) return undefined;
  return isGrowing && now < at(WHOLE_HOUR) ? lines.filter((_, index) => index % 4 !== 3) : lines;
}
