// Payments that differ from their orders, and gateways that contradict themselves.

import type { Sale } from '../model/sale.ts';
import { type ExpectedResult, isGhana, matchedFrom, PENDING, type Scenario, unmatched } from '../model/scenario.ts';
import { HOUR_MS, MINUTE_MS, reportDay } from '../model/week.ts';

function underpaid(sale: Sale): ExpectedResult {
  sale.order();
  sale.settles(sale.succeeds(sale.payment({ amount: sale.amount - sale.amount / 10n })));
  return unmatched('AMOUNT_UNDER');
}

function overpaid(sale: Sale): ExpectedResult {
  sale.order();
  sale.settles(sale.succeeds(sale.payment({ amount: sale.amount + sale.amount / 10n })));
  return unmatched('AMOUNT_OVER');
}

function depositOnly(sale: Sale): ExpectedResult {
  sale.order();
  sale.settles(sale.succeeds(sale.payment({ amount: (sale.amount / 300n) * 100n })));
  return unmatched('AMOUNT_UNDER');
}

/** Cedis and naira have the same number of decimals, so the digits are a valid amount in both. */
function wrongCurrency(sale: Sale): ExpectedResult {
  sale.order();
  sale.settles(sale.succeeds(sale.payment({ currency: 'NGN' })));
  return unmatched('CURRENCY_MISMATCH');
}

function paidTwice(sale: Sale): ExpectedResult {
  sale.order();
  const first = sale.succeeds();
  const second = sale.succeeds(sale.payment({ at: first.at + 4 * MINUTE_MS }));
  sale.settles(first);
  sale.settles(second);
  return unmatched('DUPLICATE_PAYMENT');
}

function paidTwiceAndReturned(sale: Sale): ExpectedResult {
  sale.order();
  const first = sale.succeeds();
  const second = sale.succeeds(sale.payment({ at: first.at + 4 * MINUTE_MS }));
  sale.settles(first);
  sale.settles(second);
  const refund = sale.returns('refund.success', second, second.amount, second.at + 30 * MINUTE_MS);
  sale.clawsBack('refund', refund, second, second.amount, reportDay(sale.day));
  return matchedFrom(sale.day);
}

/** The three days of grace for payments started on Monday or Tuesday are over by Friday midnight. */
function inconclusive(sale: Sale): ExpectedResult {
  sale.order();
  const payment = sale.payment();
  sale.callback('payment.pending', payment, { at: sale.placedAt + 20_000 });
  sale.poll(payment, sale.random.pick(['MR102', 'MR103', 'TA']), payment.at, 3);
  return sale.day <= 2 ? unmatched('PAYMENT_INCONCLUSIVE') : PENDING;
}

function failedThenPolledPaid(sale: Sale): ExpectedResult {
  sale.order();
  const payment = sale.payment();
  sale.callback('payment.failed', payment);
  sale.poll(payment, 'success', payment.at + MINUTE_MS);
  sale.settles(payment);
  return unmatched('STATUS_CONFLICT');
}

/** The poll takes precedence over the callback, and the settlement line contradicts the poll. */
function paidThenPolledFailed(sale: Sale): ExpectedResult {
  sale.order();
  const payment = sale.succeeds();
  sale.poll(payment, 'failed', payment.at + MINUTE_MS);
  sale.settles(payment);
  return unmatched('STATUS_CONFLICT');
}

/** One webhook id with two contents. They differ only in the fee, which only the settlement decides. */
function contradicted(sale: Sale): ExpectedResult {
  sale.order();
  const payment = sale.payment();
  const id = `evt_again_${sale.rows.nextNumber()}`;
  sale.callback('payment.success', payment, { id, data: { fee: '15' } });
  sale.callback('payment.success', payment, { id, data: { fee: '16' }, arrives: payment.at + HOUR_MS });
  sale.settles(payment);
  return unmatched('CONFLICTING_EVIDENCE');
}

function unknownEvent(sale: Sale): ExpectedResult {
  sale.order();
  const payment = sale.payment();
  sale.callback('payment.held_for_review', payment, { at: payment.at - 20_000 });
  sale.settles(sale.succeeds(payment));
  return unmatched('UNCLASSIFIED');
}

function unknownPollStatus(sale: Sale): ExpectedResult {
  sale.order();
  const payment = sale.succeeds();
  sale.poll(payment, 'ON_HOLD_AML');
  sale.settles(payment);
  return unmatched('UNCLASSIFIED');
}

function settledNotPaid(sale: Sale): ExpectedResult {
  sale.order();
  const payment = sale.payment();
  sale.callback('payment.failed', payment);
  sale.settles(payment);
  return unmatched('SETTLED_NOT_PAID');
}

export const PAYMENTS: readonly Scenario[] = [
  { name: 'underpaid', weight: 30, days: [1, 4], write: underpaid },
  { name: 'overpaid', weight: 15, write: overpaid },
  { name: 'deposit only', weight: 10, days: [1, 4], at: isGhana, write: depositOnly },
  { name: 'paid in another currency', weight: 8, at: isGhana, write: wrongCurrency },
  { name: 'paid twice', weight: 25, write: paidTwice },
  { name: 'paid twice, one returned', weight: 15, write: paidTwiceAndReturned },
  { name: 'inconclusive', weight: 30, write: inconclusive },
  { name: 'callback failed, poll succeeded', weight: 12, write: failedThenPolledPaid },
  { name: 'callback succeeded, poll failed', weight: 6, days: [1, 4], write: paidThenPolledFailed },
  { name: 'webhook with two contents', weight: 10, write: contradicted },
  { name: 'unknown event', weight: 8, write: unknownEvent },
  { name: 'unknown poll status', weight: 6, write: unknownPollStatus },
  { name: 'settled, but failed', weight: 8, days: [1, 4], write: settledNotPaid },
];
