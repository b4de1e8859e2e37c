// The gateway's settlement reports: a day's payments and returns, with the agreed fees and with their faults.

import { DateTime } from 'luxon';
import Papa from 'papaparse';
import { currencyExponent } from '../../domain/currency.ts';
import { parseDecimal, roundHalfUp } from '../../domain/decimal.ts';
import { formatMinor } from '../../domain/money.ts';
import type { Instant } from '../../domain/time.ts';
import { randomFor } from '../random/seeded-random.ts';
import type { Faults } from './faults.ts';
import type { Payment } from './payment.ts';
import { type PaymentOutcome, paymentOutcomeOf } from './payment-outcome.ts';

const SETTLEMENT_ZONE = 'Africa/Nairobi';
/** The agreed fee: the share of each payment that the gateway keeps. */
export const FEE_PERCENT = '1.5';
/** A report is available from this local hour of the next day; a delayed one later. */
const READY_HOUR = 6;
const DELAYED_HOUR = 15;
/** From this hour an incomplete report is complete. */
const WHOLE_HOUR = 20;

export interface Line {
  readonly line_id: string;
  readonly transaction_reference: string;
  readonly transaction_id: string;
  readonly type: 'payment' | 'refund' | 'reversal';
  readonly amount_received: string;
  readonly currency: string;
  readonly fee_deduction: string;
  readonly settlement_date: string;
  readonly original_transaction_id: string;
}

/** The agreed fee of an amount, in minor units: rounded half-up once. */
export function feeOf(minor: bigint, currency: string): bigint {
  const percent = parseDecimal(FEE_PERCENT)!;
  const exponent = currencyExponent(currency)!;
  return roundHalfUp({ digits: minor * percent.digits, scale: exponent + percent.scale + 2 }, exponent);
}

function dateOf(at: Instant): string {
  return DateTime.fromMillis(at, { zone: SETTLEMENT_ZONE }).toISODate()!;
}

/** All lines of a day's final report. */
export function linesOf(payments: Iterable<Payment>, date: string, seed: number, faults: Faults): Line[] {
  const lines: Line[] = [];
  for (const payment of payments) {
    if (payment.paidAt !== null && dateOf(payment.paidAt) === date) {
      lines.push(...paymentLines(payment, date, paymentOutcomeOf(seed, payment.reference, faults)));
    }
    for (const { id, kind, minor, at } of payment.refunds) {
      if (dateOf(at) !== date) continue;
      const amount_received = formatMinor(-minor, payment.currency);
      lines.push({
        ...common(payment, date),
        ...{ line_id: `L-${id}`, transaction_id: id, type: kind, amount_received },
        ...{ fee_deduction: '', original_transaction_id: payment.id },
      });
    }
  }
  return lines.sort((left, right) => (left.line_id < right.line_id ? -1 : 1));
}

function paymentLines(payment: Payment, date: string, outcome: PaymentOutcome): Line[] {
  if (outcome.line === 'missing') return [];
  const { minor, currency } = payment;
  // A thousandth and two minor units more is beyond any rounding.
  const fee = feeOf(minor, currency) + (outcome.wrongFee ? minor / 1000n + 2n : 0n);
  const gross = outcome.line === 'amount' ? minor - minor / 10n - 1n : minor;
  const line: Line = {
    ...common(payment, date),
    ...{ line_id: `L-${payment.id}`, transaction_id: payment.id, type: 'payment' },
    ...{ amount_received: formatMinor(gross, currency), fee_deduction: formatMinor(fee, currency) },
    original_transaction_id: '',
  };
  return outcome.line === 'doubled' ? [line, { ...line, line_id: `${line.line_id}-again` }] : [line];
}

function common({ reference, currency }: Payment, date: string) {
  return { transaction_reference: reference, currency, settlement_date: date };
}

/** The report of a day as it is at a time; undefined if it is not available yet. */
export function reportAt(lines: readonly Line[], date: string, now: Instant, seed: number, faults: Faults) {
  const random = randomFor(seed, 'report', date);
  const isDelayed = random.percent(25) && faults.has('delayed');
  const isGrowing = random.percent(25) && faults.has('grown');
  const at = (hour: number) =>
    DateTime.fromISO(date, { zone: SETTLEMENT_ZONE }).plus({ days: 1, hours: hour }).toMillis();
  if (now < at(isDelayed ? DELAYED_HOUR : READY_HOUR)) return undefined;
  return isGrowing && now < at(WHOLE_HOUR) ? lines.filter((_, index) => index % 4 !== 3) : lines;
}

export function asCsv(lines: readonly Line[]): string {
  const fields = [
    'transaction_reference',
    'transaction_id',
    'type',
    'amount_received',
    'currency',
    'fee_deduction',
    'settlement_date',
    'line_id',
    'original_transaction_id',
  ];
  return `${Papa.unparse({ fields, data: lines.map((line) => fields.map((field) => line[field as keyof Line])) })}\r\n`;
}
