// Sales that end well although the gateway's reports can be untidy. Most sales of the week are of this kind.

import { feeOf, TOLERANCE_XOF } from '../model/market.ts';
import type { Sale } from '../model/sale.ts';
import {
  anywhere,
  type ExpectedResult,
  isCfa,
  isGhana,
  isPaidAtHome,
  matchedFrom,
  PENDING,
  type Scenario,
} from '../model/scenario.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../model/week.ts';

function ordinary(sale: Sale): ExpectedResult {
  sale.order();
  const payment = sale.succeeds();
  if (sale.random.percent(15)) sale.poll(payment, sale.random.pick(['success', 'successful', 'completed', 'MR101']));
  if (sale.random.percent(30)) sale.becomes('paid', payment.at + 5 * MINUTE_MS);
  sale.settles(payment);
  return matchedFrom(sale.day);
}

function repeated(sale: Sale): ExpectedResult {
  sale.order();
  const payment = sale.payment();
  const body = sale.callback('payment.success', payment);
  for (let time = sale.random.between(1, 3); time > 0; time--) {
    sale.rows.add('callbacks', payment.at + time * 7 * MINUTE_MS, body);
  }
  sale.settles(payment);
  return matchedFrom(sale.day);
}

function late(sale: Sale): ExpectedResult {
  sale.order();
  const payment = sale.payment();
  sale.succeeds(payment, { arrives: payment.at + DAY_MS - HOUR_MS });
  sale.settles(payment);
  return matchedFrom(sale.day);
}

function lost(sale: Sale): ExpectedResult {
  sale.order();
  sale.settles(sale.payment());
  return matchedFrom(sale.day);
}

function lostAndPolled(sale: Sale): ExpectedResult {
  sale.order();
  const payment = sale.payment();
  sale.poll(payment, 'pending', sale.placedAt + 20_000);
  sale.poll(payment, 'success', payment.at, 2);
  sale.settles(payment);
  return matchedFrom(sale.day);
}

function reordered(sale: Sale): ExpectedResult {
  sale.order();
  const payment = sale.succeeds();
  const earlier = { at: payment.at - 25_000, arrives: payment.at + 3 * MINUTE_MS };
  sale.callback(sale.random.pick(['payment.pending', 'payment.authorized']), payment, earlier);
  sale.settles(payment);
  return matchedFrom(sale.day);
}

function secondTry(sale: Sale): ExpectedResult {
  sale.order();
  const failed = sale.payment();
  sale.callback('payment.failed', failed);
  const payment = sale.succeeds(sale.payment({ at: failed.at + 2 * MINUTE_MS }));
  sale.settles(payment);
  return matchedFrom(sale.day);
}

function exportedLate(sale: Sale): ExpectedResult {
  sale.order({}, sale.placedAt + DAY_MS - HOUR_MS);
  sale.settles(sale.succeeds());
  return matchedFrom(sale.day);
}

function inconclusiveThenPaid(sale: Sale): ExpectedResult {
  sale.order();
  const payment = sale.payment();
  sale.poll(payment, sale.random.pick(['MR102', 'MR103', 'TA']), sale.placedAt + 10_000);
  sale.poll(payment, 'MR101');
  sale.settles(payment);
  return matchedFrom(sale.day);
}

function feeApart(sale: Sale): ExpectedResult {
  sale.order();
  const payment = sale.succeeds();
  sale.settles(payment, { fee: null });
  const amount = -feeOf(payment.amount, payment.currency);
  sale.line({ type: 'fee', id: `FEE${sale.rows.nextNumber()}`, original: payment.id, amount });
  return matchedFrom(sale.day);
}

function withinTolerance(sale: Sale): ExpectedResult {
  sale.order();
  sale.settles(sale.succeeds(sale.payment({ amount: sale.amount - TOLERANCE_XOF })));
  return matchedFrom(sale.day);
}

/** Whole cedis, so that the fees of the parts need no rounding. */
function wholePart(sale: Sale): bigint {
  return (sale.amount / 300n) * 100n;
}

function twoPayments(sale: Sale): ExpectedResult {
  sale.order();
  const deposit = sale.succeeds(sale.payment({ amount: wholePart(sale) }));
  const rest = sale.succeeds(sale.payment({ amount: sale.amount - wholePart(sale), at: deposit.at + 5 * MINUTE_MS }));
  sale.settles(deposit);
  sale.settles(rest);
  return matchedFrom(sale.day);
}

function twoLines(sale: Sale): ExpectedResult {
  sale.order();
  const payment = sale.succeeds();
  const rest = sale.amount - wholePart(sale);
  sale.settles(payment, { amount: wholePart(sale), fee: feeOf(wholePart(sale), 'GHS') });
  sale.settles(payment, { amount: rest, fee: feeOf(rest, 'GHS') });
  return matchedFrom(sale.day);
}

/** Friday's report repeats the line of Thursday's, with the same line id and date. */
function lineRepeated(sale: Sale): ExpectedResult {
  sale.order();
  sale.settles(sale.succeeds());
  const line = sale.rows.rows.at(-1)!;
  sale.rows.add('settlements', line.at + DAY_MS, line.content);
  return matchedFrom(sale.day);
}

function started(sale: Sale): ExpectedResult {
  sale.order();
  sale.callback('payment.pending', sale.payment());
  return PENDING;
}

export const ORDINARY: readonly Scenario[] = [
  { name: 'ordinary', weight: 7_300, at: anywhere, write: ordinary },
  { name: 'callback repeated', weight: 200, at: anywhere, write: repeated },
  { name: 'callback a day late', weight: 120, at: anywhere, write: late },
  { name: 'callback lost, settled', weight: 100, write: lost },
  { name: 'callback lost, polled', weight: 120, at: anywhere, write: lostAndPolled },
  { name: 'callbacks reordered', weight: 180, at: anywhere, write: reordered },
  { name: 'failed first, paid second', weight: 180, at: anywhere, write: secondTry },
  { name: 'order exported a day late', weight: 50, days: [1, 4], write: exportedLate },
  { name: 'inconclusive, then paid', weight: 50, at: anywhere, write: inconclusiveThenPaid },
  { name: 'fee on a line of its own', weight: 30, at: isPaidAtHome, write: feeApart },
  { name: 'short by the tolerance', weight: 30, at: isCfa, write: withinTolerance },
  { name: 'paid in two parts', weight: 50, at: isGhana, write: twoPayments },
  { name: 'settled in two lines', weight: 30, at: isGhana, write: twoLines },
  { name: 'line in two reports', weight: 20, days: [2, 2], write: lineRepeated },
  { name: 'payment started', weight: 30, days: [5, 5], at: anywhere, write: started },
];
