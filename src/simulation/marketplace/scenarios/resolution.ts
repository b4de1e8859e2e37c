// Rows without the shop's reference, which are resolved by the gateway's ids, and rows that are invalid.

import { identityKey } from '../../../domain/key.ts';
import { PROVIDER } from '../model/market.ts';
import type { Sale } from '../model/sale.ts';
import { anywhere, type ExpectedResult, matchedFrom, type Scenario, unmatched } from '../model/scenario.ts';
import { DAY_MS, HOUR_MS, reportDay, SECOND_MS, startOfDay } from '../model/week.ts';

function lineById(sale: Sale): ExpectedResult {
  sale.order();
  sale.settles(sale.succeeds(), { reference: '' });
  return matchedFrom(sale.day);
}

/** The first callback has request, payment and reference; the second has only the request, as M-Pesa's do. */
function callbackByRequest(sale: Sale): ExpectedResult {
  sale.order();
  const payment = sale.payment();
  const request_id = `ws_CO_${payment.id}`;
  sale.callback('payment.pending', payment, { at: payment.at - 20 * SECOND_MS, data: { request_id } });
  const only = { transaction_reference: '', transaction_id: '', request_id };
  sale.succeeds(payment, { data: only });
  sale.settles(payment);
  return matchedFrom(sale.day);
}

function strangeLine(sale: Sale): ExpectedResult {
  const payment = sale.payment();
  sale.settles(payment, { reference: '' });
  return { ...unmatched('ORDER_MISSING'), key: identityKey(PROVIDER, payment.id) };
}

/** The line is under the gateway's id until the callback, two days late, gives its reference. */
function lineNamedLater(sale: Sale): ExpectedResult {
  sale.order();
  const payment = sale.payment();
  sale.settles(payment, { reference: '' });
  sale.succeeds(payment, { arrives: payment.at + 2 * DAY_MS });
  return matchedFrom(sale.day);
}

/** An invalid cell; the shop corrects its export on the next day. */
function badOrder(sale: Sale): ExpectedResult {
  const faults = [
    { amount: '1,250.00' },
    { placed_at: '2026-06-01 14:05' },
    { currency: 'KSH' },
    { amount: '-20' },
    { transaction_reference: '' },
  ];
  sale.rows.addBad('orders', sale.placedAt, sale.orderRow(sale.random.pick(faults)));
  sale.order({}, sale.placedAt + DAY_MS - HOUR_MS);
  sale.settles(sale.succeeds());
  return matchedFrom(sale.day);
}

/** A webhook cut off in transit; the gateway delivers it again. */
function cutCallback(sale: Sale): ExpectedResult {
  sale.order();
  const payment = sale.payment();
  const body = JSON.stringify(sale.callback('payment.success', payment, { arrives: payment.at + 60 * SECOND_MS }));
  sale.rows.addBad('callbacks', payment.at + 5 * SECOND_MS, body.slice(0, -40));
  sale.settles(payment);
  return matchedFrom(sale.day);
}

/** A settlement line without a reference and without a payment id. */
function namelessLine(sale: Sale): ExpectedResult {
  sale.order();
  sale.settles(sale.succeeds());
  const line = sale.rows.rows.at(-1)!;
  const content = { ...(line.content as object), transaction_reference: '', transaction_id: '', line_id: '' };
  sale.rows.addBad('settlements', startOfDay(reportDay(sale.day)!) + 9 * HOUR_MS, content);
  return matchedFrom(sale.day);
}

export const RESOLUTION: readonly Scenario[] = [
  { name: 'line by gateway id', weight: 120, at: anywhere, write: lineById },
  { name: 'callback by request id', weight: 60, at: anywhere, write: callbackByRequest },
  { name: 'line of an unknown gateway id', weight: 12, days: [1, 2], write: strangeLine },
  { name: 'line named later', weight: 15, days: [1, 2], write: lineNamedLater },
  { name: 'bad order row, corrected', weight: 20, days: [1, 4], write: badOrder },
  { name: 'webhook cut off', weight: 12, at: anywhere, write: cutCallback },
  { name: 'line without any id', weight: 6, days: [1, 4], write: namelessLine },
];
