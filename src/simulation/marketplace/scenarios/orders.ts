// Orders that came to nothing, that came to money too late, and money that came without an order.

import { formatInstant } from '../../../domain/time.ts';
import type { Sale } from '../sale.ts';
import { CLOSED, closedFrom, type Ending, matchedFrom, PENDING, type Scenario, unmatched } from '../scenario.ts';
import { HOUR_MS, MINUTE_MS } from '../week.ts';

function abandoned(sale: Sale): Ending {
  sale.order();
  return closedFrom(sale.day);
}

function abandonedWithExpiry(sale: Sale): Ending {
  sale.order({ expires_at: formatInstant(sale.placedAt + HOUR_MS) });
  return CLOSED;
}

function failedOnly(sale: Sale): Ending {
  sale.order();
  for (let tries = sale.random.between(1, 3); tries > 0; tries--) {
    sale.callback(sale.random.pick(['payment.failed', 'payment.expired', 'payment.voided']), sale.payment());
  }
  return closedFrom(sale.day);
}

function cancelled(sale: Sale): Ending {
  sale.order();
  sale.becomes('cancelled', sale.placedAt + 40 * MINUTE_MS);
  return CLOSED;
}

function failedWithoutOrder(sale: Sale): Ending {
  sale.callback('payment.failed', sale.payment());
  return CLOSED;
}

function paidAfterCancel(sale: Sale): Ending {
  sale.order();
  sale.becomes('cancelled', sale.placedAt + 20 * MINUTE_MS);
  sale.settles(sale.succeeds(sale.payment({ at: sale.placedAt + 25 * MINUTE_MS })));
  return unmatched('PAID_AFTER_CANCEL');
}

/** At the very second of its expiry an order has expired. */
function paidAtExpiry(sale: Sale): Ending {
  const expiry = sale.placedAt + HOUR_MS;
  sale.order({ expires_at: formatInstant(expiry) });
  sale.settles(sale.succeeds(sale.payment({ at: expiry })));
  return unmatched('PAID_AFTER_CANCEL');
}

/** Cancelled by mistake: the shop then counts it as paid, and the money was rightly taken. */
function revived(sale: Sale): Ending {
  sale.order();
  sale.becomes('cancelled', sale.placedAt + 20 * MINUTE_MS);
  const payment = sale.succeeds(sale.payment({ at: sale.placedAt + 25 * MINUTE_MS }));
  sale.becomes('paid', payment.at + 5 * MINUTE_MS);
  sale.settles(payment);
  return matchedFrom(sale.day);
}

function paymentMissing(sale: Sale): Ending {
  sale.order();
  sale.becomes(sale.random.pick(['paid', 'fulfilled']), sale.placedAt + 30 * MINUTE_MS);
  return sale.day < 5 ? unmatched('PAYMENT_MISSING') : PENDING;
}

function orderMissing(sale: Sale): Ending {
  sale.settles(sale.succeeds());
  return unmatched('ORDER_MISSING');
}

function orderMissingUnseen(sale: Sale): Ending {
  sale.settles(sale.payment());
  return unmatched('ORDER_MISSING');
}

/** Paid well before either of the two expiries, so that only the contradiction remains. */
function toldTwice(sale: Sale): Ending {
  sale.order({ expires_at: formatInstant(sale.placedAt + HOUR_MS) });
  sale.order({ expires_at: formatInstant(sale.placedAt + 2 * HOUR_MS) }, sale.placedAt + 30 * MINUTE_MS);
  sale.settles(sale.succeeds());
  return unmatched('CONFLICTING_EVIDENCE');
}

export const ORDERS: readonly Scenario[] = [
  { name: 'abandoned', weight: 300, play: abandoned },
  { name: 'abandoned, with an expiry', weight: 100, play: abandonedWithExpiry },
  { name: 'failed attempts only', weight: 150, play: failedOnly },
  { name: 'cancelled', weight: 120, play: cancelled },
  { name: 'failed attempt without order', weight: 10, days: [1, 4], play: failedWithoutOrder },
  { name: 'paid after cancelling', weight: 25, play: paidAfterCancel },
  { name: 'paid at expiry', weight: 10, play: paidAtExpiry },
  { name: 'cancelled, then paid', weight: 10, play: revived },
  { name: 'shop says paid, no money', weight: 30, play: paymentMissing },
  { name: 'paid without order', weight: 15, play: orderMissing },
  { name: 'settled without order', weight: 10, days: [1, 4], play: orderMissingUnseen },
  { name: 'order told in two ways', weight: 6, play: toldTwice },
];
