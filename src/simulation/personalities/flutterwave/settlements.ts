// Settlements of Flutterwave: one a day and currency, with their transactions; refunds and chargebacks are sums of the
// head. `is_local` and `meta` have one form in the list and another in the answer for one. Shapes: Flutterwave/Node-v3,
// documentation of settlements.

import type { PaymentDesk } from '../../gateway/payment-desk.ts';
import type { SettledLine } from '../../gateway/settlement.ts';
import { numberOf } from '../../gateway/wire-forms.ts';
import { entityOf, flwRefOf, majorOf } from './forms.ts';

interface Settlement {
  readonly id: number;
  readonly date: string;
  readonly currency: string;
  readonly lines: readonly SettledLine[];
}

/** Every settlement that is there by now, the newest first. */
function settlements(desk: PaymentDesk): Settlement[] {
  const times = desk.payments().flatMap(({ createdAt, refunds }) => [createdAt, ...refunds.map(({ at }) => at)]);
  if (times.length === 0) return [];
  const found: Settlement[] = [];
  for (let at = Math.min(...times) - DAY; at <= desk.now; at += DAY) {
    const date = new Date(at).toISOString().slice(0, 10);
    const lines = desk.report(date) ?? [];
    const currencies = [...new Set(lines.map(({ payment }) => payment.currency))].sort();
    for (const currency of currencies) {
      const letters = [...currency].map((letter) => letter.charCodeAt(0) - 65).reduce((all, one) => all * 26 + one, 0);
      const own = lines.filter(({ payment }) => payment.currency === currency);
      found.push({ id: Number(date.replaceAll('-', '')) * 20_000 + letters, date, currency, lines: own });
    }
  }
  return found.reverse();
}

const DAY = 86_400_000;

export function settlementsOf(desk: PaymentDesk, from = '', to = '9'): object[] {
  return settlements(desk)
    .filter(({ date }) => date >= from.slice(0, 10) && date <= to.slice(0, 10))
    .map((settlement) => ({ ...headOf(settlement), is_local: true, meta: idsOf(settlement) }));
}

export function settlementNumbered(desk: PaymentDesk, id: string): object | null {
  const found = settlements(desk).find((one) => String(one.id) === id);
  if (found === undefined) return null;
  const transactions = found.lines.filter(({ refund }) => refund === null).map(lineOf);
  return { ...headOf(found), is_local: 1, meta: JSON.stringify(idsOf(found)), transactions };
}

/** Not the ids of the lines, but of their postings. */
function idsOf({ lines }: Settlement): number[] {
  return lines.map(({ payment }) => numberOf(payment) - 78_000);
}

function headOf({ id, date, currency, lines }: Settlement): object {
  const sum = (values: readonly bigint[]) => values.reduce((all, one) => all + one, 0n);
  const major = (minor: bigint) => majorOf(minor, currency);
  const payments = lines.filter(({ refund }) => refund === null);
  const gross = sum(payments.map((line) => line.gross));
  const fee = sum(payments.map((line) => line.fee));
  const back = (kind: string) => -sum(lines.filter(({ refund }) => refund?.kind === kind).map((line) => line.gross));
  const [refund, chargeback] = [back('refund'), back('reversal')];
  const at = `${date}T00:00:00.000Z`;
  return {
    ...{ id, account_id: 73_362, merchant_name: 'A shop', settlement_account: '0031318432', bank_code: '063' },
    ...{ transaction_date: at, due_date: at, processed_date: at, status: 'completed', currency },
    ...{ gross_amount: major(gross), app_fee: major(fee), merchant_fee: 0, stampduty_charge: 0 },
    ...{ chargeback: major(chargeback), refund: major(refund), net_amount: major(gross - fee - refund - chargeback) },
    ...{ transaction_count: payments.length, processor_ref: null, disburse_ref: 'INSTANT_SETTLEMENT' },
    ...{ disburse_message: null, channel: 'web', destination: 'autowallet', fx_data: null, flag_message: null },
    ...{ refund_meta: null, chargeback_meta: null, source_bankcode: null, created_at: at },
  };
}

function lineOf({ payment, gross, fee, date }: SettledLine): object {
  const { currency, reference } = payment;
  return {
    ...{ customer_email: 'payer@example.com', flw_ref: flwRefOf(payment), tx_ref: reference, id: numberOf(payment) },
    ...{ charged_amount: majorOf(gross, currency), app_fee: majorOf(fee, currency), merchant_fee: 0 },
    ...{ stampduty_charge: 0, settlement_amount: majorOf(gross - fee, currency), status: 'successful' },
    ...{ payment_entity: entityOf(payment), transaction_date: date, currency, card_locale: 'LOCAL', rrn: 'N/A' },
    subaccount_settlement: 0,
  };
}
