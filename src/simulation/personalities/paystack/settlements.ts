// Settlements of Paystack: one a day and currency, with the transactions of the day before. Refunds and lost disputes
// are taken off as `deductions`; they are no transactions. Shapes: PaystackOSS/doc-code-snippets, api/settlements.

import { DateTime } from 'luxon';
import type { Refund } from '../../gateway/payment.ts';
import type { PaymentDesk } from '../../gateway/payment-desk.ts';
import type { SettledLine } from '../../gateway/settlement.ts';
import { hundredthsOf, transactionOf } from './forms.ts';

/** `date` is the day of the settlement. */
interface Settlement {
  readonly date: string;
  readonly currency: string;
  readonly lines: readonly SettledLine[];
}

function ofDay(desk: PaymentDesk, date: string): Settlement[] {
  const lines = desk.report(before(date)) ?? [];
  const currencies = [...new Set(lines.map(({ payment }) => payment.currency))].sort();
  return currencies.map((currency) => {
    return { date, currency, lines: lines.filter(({ payment }) => payment.currency === currency) };
  });
}

/** The day and the letters of the currency as digits. */
function idOf({ date, currency }: Settlement): string {
  return `${date.replaceAll('-', '')}${[...currency].map((letter) => letter.charCodeAt(0)).join('')}`;
}

/** The heads of the settlements from one date to another, the newest first. */
export function settlementsOf(desk: PaymentDesk, from: string, to: string): object[] {
  const heads: object[] = [];
  for (let date = to; date >= from && heads.length < 1_000; date = before(date)) {
    heads.push(...ofDay(desk, date).map(headOf));
  }
  return heads;
}

function before(date: string): string {
  return DateTime.fromISO(date, { zone: 'utc' }).minus({ days: 1 }).toISODate()!;
}

function headOf(settlement: Settlement): object {
  const { date, currency, lines } = settlement;
  const sum = (values: readonly bigint[]) =>
    hundredthsOf(
      values.reduce((all, one) => all + one, 0n),
      currency,
    );
  const payments = lines.filter(({ refund }) => refund === null);
  const processed = sum(payments.map(({ gross }) => gross));
  const fees = sum(payments.map(({ fee }) => fee));
  const deductions = -sum(lines.filter(({ refund }) => refund !== null).map(({ gross }) => gross));
  const at = `${date}T00:00:00.000Z`;
  return {
    ...{ id: Number(idOf(settlement)), domain: 'live', status: 'success', currency, integration: 463_433 },
    ...{ total_amount: processed - fees, effective_amount: processed - fees - deductions, total_fees: fees },
    ...{ total_processed: processed, deductions: deductions === 0 ? null : deductions },
    ...{ settlement_date: at, settled_by: null, createdAt: at, updatedAt: at },
  };
}

/** The transactions of a settlement; null if there is none with this id. */
export function settlementNumbered(desk: PaymentDesk, id: string): object[] | null {
  const [, year, month, day] = /^(\d{4})(\d\d)(\d\d)\d+$/.exec(id) ?? [];
  if (day === undefined) return null;
  const found = ofDay(desk, `${year}-${month}-${day}`).find((settlement) => idOf(settlement) === id);
  if (found === undefined) return null;
  return found.lines.filter(({ refund }) => refund === null).map((line) => lineOf(line, desk));
}

/** The line's own amount and fee, which are wrong in a faulty settlement. */
function lineOf({ payment, gross, fee }: SettledLine, desk: PaymentDesk): object {
  const { currency } = payment;
  return {
    ...transactionOf(payment, desk.now, 'success'),
    ...{ amount: hundredthsOf(gross, currency), fees: hundredthsOf(fee, currency) },
  };
}

/** The settlements that refunds were taken from; a day is looked up once. */
export function takenFrom(desk: PaymentDesk): (refund: Refund) => number | null {
  const days = new Map<string, Settlement[]>();
  return (refund) => {
    const first = DateTime.fromMillis(refund.at, { zone: 'utc' });
    // A settlement is of the day before, and the network's days begin before those of UTC.
    for (const later of [1, 2]) {
      const date = first.plus({ days: later }).toISODate()!;
      const settlements = days.get(date) ?? ofDay(desk, date);
      days.set(date, settlements);
      const found = settlements.find(({ lines }) => lines.some((line) => line.refund === refund));
      if (found !== undefined) return Number(idOf(found));
    }
    return null;
  };
}
