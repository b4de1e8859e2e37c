// The ledger of Onafriq: a row for each sum that came in or went out. A fee is a row of its own, and so is what goes
// back to a payer. Shape: beyonic/api-docs, methods/_transactions.

import type { Instant } from '../../../domain/time.ts';
import type { PaymentDesk } from '../../gateway/payment-desk.ts';
import type { SettledLine } from '../../gateway/settlement.ts';
import { numberOf } from '../../gateway/wire-forms.ts';
import { accountOf, fourDecimals, rowNumberOf } from './forms.ts';

const DAY = 86_400_000;

/** The oldest row first. */
export function ledgerOf(desk: PaymentDesk): object[] {
  return rowsUntil(desk).map(({ row }) => row);
}

interface Row {
  readonly at: Instant;
  readonly row: object;
}

/** What the days' settlements hold by now, with their faults. */
function rowsUntil(desk: PaymentDesk): Row[] {
  const times = desk.payments().map(({ createdAt }) => createdAt);
  const rows: Row[] = [];
  for (let at = Math.min(...times) - DAY; at <= desk.now; at += DAY) {
    rows.push(...(desk.report(new Date(at).toISOString().slice(0, 10)) ?? []).flatMap(rowsOf));
  }
  return rows.sort((left, right) => left.at - right.at);
}

function rowsOf({ id, payment, refund, gross, fee }: SettledLine): Row[] {
  const { currency, phone, paidAt } = payment;
  const at = refund?.at ?? paidAt!;
  const common = { account: accountOf(currency), created: `${new Date(at).toISOString().slice(0, 19)}Z` };
  const row = (number: number, amount: bigint, type: string, description: string, more: object = {}): Row => {
    return { at, row: { id: number, ...common, amount: fourDecimals(amount, currency), description, type, ...more } };
  };
  if (refund !== null) return [row(numberOf(refund) * 2, gross, 'funds_adjustment', `Returned to ${phone}`)];
  // A line that is doubled is another row.
  const number = rowNumberOf(payment) + (id.endsWith('-again') ? 10 ** 11 : 0);
  const charge = row(number + 1, -fee, 'service_charge', `Charge for incoming payment from ${phone}`);
  const fees = { fee_transaction: number + 1 };
  return [row(number, gross, 'mobile_collection', `Incoming payment from ${phone}`, fees), charge];
}
