// Orders without payment, orders paid too late, and money without an order.

import { formatInstant } from '../../../domain/time.ts';
import type { Sale } from '../model/sale.ts';
import {
  CLOSED,
  closedFrom,
  type ExpectedResult,
  matchedFrom,
  PENDING,
  type Scenario,
  unmatched,
} from '../model/scenario.ts';
import { HOUR_MS, MINUTE_MS } from '../model/week.ts';

function abandoned(sale: Sale): ExpectedResult {
  sale.order();
  return closedFrom(sale.day);
}

function abandonedWithExpiry(sale: Sale): ExpectedResult {
  sale.order({ expires_at: formatInstant(sale.placedAt + HOUR_MS) });
  return CLOSED;
}

function failedOnly(sale: Sale): ExpectedResult {
  sale.order();
  for (let tries = sale.random.between(1, 3); tries > 0; tries--) {
    sale.callback(sale.random.pick(['payment.failed', 'payment.expired', 'payment.voided']), sale.payment());
  }
  return closedFrom(sale.day);
}

function cancelled(sale: Sale): ExpectedResult {
  sale.order();
  sale.becomes('cancelled', sale.placedAt + 40 * MINUTE_MS);
  return CLOSED;
}

function failedWithoutOrder(sale: Sale): ExpectedResult {
  sale.callback('payment.failed', sale.payment());
  return CLOSED;
}

function paidAfterCancel(sale: Sale): ExpectedResult {
  sale.order();
  sale.becomes('cancelled', sale.placedAt + 20 * MINUTE_MS);
  sale.settles(sale.succeeds(sale.payment({ at: sale.placedAt + 25 * MINUTE_MS })));
  return unmatched('PAID_AFTER_CANCEL');
}

/** An order has expired at the exact second of its expiry. */
function paidAtExpiry(sale: Sale): ExpectedResult {
  const expiry = sale.placedAt + HOUR_MS;
  sale.order({ expires_at: formatInstant(expiry) });
  sale.settles(sale.succeeds(sale.payment({ at: expiry })));
  return unmatched('PAID_AFTER_CANCEL');
}

/** Cancelled by mistake: then the shop counts it as paid, and the money is correct. */
function revived(sale: Sale): ExpectedResult {
  sale.order();
  sale.becomes('cancelled', sale.placedAt + 20 * MINUTE_MS);
  const payment = sale.succeeds(sale.payment({ at: sale.placedAt + 25 * MINUTE_MS }));
  sale.becomes('paid', payment.at + 5 * MINUTE_MS);
  sale.settles(payment);
  return matchedFrom(sale.day);
}

/** Cancelled after it was paid, and the money stays with the shop. */
function cancelledAndKept(sale: Sale): ExpectedResult {
  sale.order();
  const payment = sale.succeeds();
  sale.becomes('cancelled', payment.at + HOUR_MS);
  sale.settles(payment);
  return unmatched('CANCELLED_BUT_PAID');
}

function paymentMissing(sale: Sale): ExpectedResult {
  sale.order();
  sale.becomes(sale.random.pick(['paid', 'fulfilled']), sale.placedAt + 30 * MINUTE_MS);
  return sale.day < 5 ? unmatched('PAYMENT_MISSING') : PENDING;
}

function orderMissing(sale: Sale): ExpectedResult {
  sale.settles(sale.succeeds());
  return unmatched('ORDER_MISSING');
}

function orderMissingUnseen(sale: Sale): ExpectedResult {
  sale.settles(sale.payment());
  return unmatched('ORDER_MISSING');
}

/** Paid well before both expiries, so that only the contradiction remains. */
function reportedTwice(sale: Sale): ExpectedResult {
  sale.order({ expires_at: formatInstant(sale.placedAt + HOUR_MS) });
  sale.order({ expires_at: formatInstant(sale.placedAt + 2 * HOUR_MS) }, sale.placedAt + 30 * MINUTE_MS);
  sale.settles(sale.succeeds());
  return unmatched('CONFLICTING_EVIDENCE');
}

export const ORDERS: readonly Scenario[] = [
  { name: 'abandoned', weight: 300, write: abandoned },
  { name: 'abandoned, with an expiry', weight: 100, write: abandonedWithExpiry },
  { name: 'failed attempts only', weight: 150, write: failedOnly },
  { name: 'cancelled', weight: 120, write: cancelled },
  { name: 'failed attempt without order', weight: 10, days: [1, 4], write: failedWithoutOrder },
  { name: 'paid after cancelling', weight: 25, write: paidAfterCancel },
  { name: 'paid at expiry', weight: 10, write: paidAtExpiry },
  { name: 'cancelled, then paid', weight: 10, write: revived },
  { name: 'shop says paid, no money', weight: 30, write: paymentMissing },
  { name: 'paid without order', weight: 15, write: orderMissing },
  { name: 'settled without order', weight: 10, days: [1, 4], write: orderMissingUnseen },
  { name: 'cancelled after paying, money kept', weight: 4, days: [1, 1], write: cancelledAndKept },
  { name: 'order reported in two ways', weight: 6, write: reportedTwice },
];
