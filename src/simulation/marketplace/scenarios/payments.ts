// Payments that are not what the order asked for, and gateways that contradict themselves.

import type { Sale } from '../sale.ts';
import { type Ending, isGhana, matchedFrom, PENDING, type Scenario, unmatched } from '../scenario.ts';
import { HOUR_MS, MINUTE_MS, reportDay } from '../week.ts';

function underpaid(sale: Sale): Ending {
  sale.order();
  sale.settles(sale.succeeds(sale.payment({ amount: sale.amount - sale.amount / 10n })));
  return unmatched('AMOUNT_UNDER');
}

function overpaid(sale: Sale): Ending {
  sale.order();
  sale.settles(sale.succeeds(sale.payment({ amount: sale.amount + sale.amount / 10n })));
  return unmatched('AMOUNT_OVER');
}

function depositOnly(sale: Sale): Ending {
  sale.order();
  sale.settles(sale.succeeds(sale.payment({ amount: (sale.amount / 300n) * 100n })));
  return unmatched('AMOUNT_UNDER');
}

/** Cedis and naira have as many decimals, so the same digits are an amount in both. */
function wrongCurrency(sale: Sale): Ending {
  sale.order();
  sale.settles(sale.succeeds(sale.payment({ currency: 'NGN' })));
  return unmatched('CURRENCY_MISMATCH');
}

function paidTwice(sale: Sale): Ending {
  sale.order();
  const first = sale.succeeds();
  const second = sale.succeeds(sale.payment({ at: first.at + 4 * MINUTE_MS }));
  sale.settles(first);
  sale.settles(second);
  return unmatched('DUPLICATE_PAYMENT');
}

function paidTwiceAndReturned(sale: Sale): Ending {
  sale.order();
  const first = sale.succeeds();
  const second = sale.succeeds(sale.payment({ at: first.at + 4 * MINUTE_MS }));
  sale.settles(first);
  sale.settles(second);
  const refund = sale.returns('refund.success', second, second.amount, second.at + 30 * MINUTE_MS);
  sale.clawsBack('refund', refund, second, second.amount, reportDay(sale.day));
  return matchedFrom(sale.day);
}

/** Three days of grace are over by Friday midnight for what began on Monday or Tuesday. */
function inconclusive(sale: Sale): Ending {
  sale.order();
  const payment = sale.payment();
  sale.callback('payment.pending', payment, { at: sale.placedAt + 20_000 });
  sale.poll(payment, sale.random.pick(['MR102', 'MR103', 'TA']), payment.at, 3);
  return sale.day <= 2 ? unmatched('PAYMENT_INCONCLUSIVE') : PENDING;
}

function failedThenPolledPaid(sale: Sale): Ending {
  sale.order();
  const payment = sale.payment();
  sale.callback('payment.failed', payment);
  sale.poll(payment, 'success', payment.at + MINUTE_MS);
  sale.settles(payment);
  return unmatched('STATUS_CONFLICT');
}

/** The poll outweighs the callback, and the settlement line contradicts the poll. */
function paidThenPolledFailed(sale: Sale): Ending {
  sale.order();
  const payment = sale.succeeds();
  sale.poll(payment, 'failed', payment.at + MINUTE_MS);
  sale.settles(payment);
  return unmatched('STATUS_CONFLICT', 'SETTLED_NOT_PAID');
}

/** One webhook id with two contents. Only its fee differs, which settlement alone decides. */
function contradicted(sale: Sale): Ending {
  sale.order();
  const payment = sale.payment();
  const id = `evt_again_${sale.papers.nextNumber()}`;
  sale.callback('payment.success', payment, { id, data: { fee: '15' } });
  sale.callback('payment.success', payment, { id, data: { fee: '16' }, arrives: payment.at + HOUR_MS });
  sale.settles(payment);
  return unmatched('CONFLICTING_EVIDENCE');
}

function unknownEvent(sale: Sale): Ending {
  sale.order();
  const payment = sale.payment();
  sale.callback('payment.held_for_review', payment, { at: payment.at - 20_000 });
  sale.settles(sale.succeeds(payment));
  return unmatched('UNCLASSIFIED');
}

function unknownPollWord(sale: Sale): Ending {
  sale.order();
  const payment = sale.succeeds();
  sale.poll(payment, 'ON_HOLD_AML');
  sale.settles(payment);
  return unmatched('UNCLASSIFIED');
}

function settledNotPaid(sale: Sale): Ending {
  sale.order();
  const payment = sale.payment();
  sale.callback('payment.failed', payment);
  sale.settles(payment);
  return unmatched('SETTLED_NOT_PAID');
}

export const PAYMENTS: readonly Scenario[] = [
  { name: 'underpaid', weight: 30, days: [1, 4], play: underpaid },
  { name: 'overpaid', weight: 15, play: overpaid },
  { name: 'deposit only', weight: 10, days: [1, 4], at: isGhana, play: depositOnly },
  { name: 'paid in another currency', weight: 8, at: isGhana, play: wrongCurrency },
  { name: 'paid twice', weight: 25, play: paidTwice },
  { name: 'paid twice, one returned', weight: 15, play: paidTwiceAndReturned },
  { name: 'inconclusive', weight: 30, play: inconclusive },
  { name: 'callback failed, poll succeeded', weight: 12, play: failedThenPolledPaid },
  { name: 'callback succeeded, poll failed', weight: 6, days: [1, 4], play: paidThenPolledFailed },
  { name: 'webhook with two contents', weight: 10, play: contradicted },
  { name: 'unknown event', weight: 8, play: unknownEvent },
  { name: 'unknown poll status', weight: 6, play: unknownPollWord },
  { name: 'settled, but failed', weight: 8, days: [1, 4], play: settledNotPaid },
];
