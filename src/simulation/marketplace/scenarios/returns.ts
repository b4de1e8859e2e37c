// Returned money: refunds, reversals and chargebacks, with and without their claw-backs.

import type { Payment, Sale } from '../model/sale.ts';
import { type ExpectedResult, matchedFrom, type Scenario, unmatched } from '../model/scenario.ts';
import { DAY_MS, HOUR_MS, reportDay } from '../model/week.ts';

function paidAndSettled(sale: Sale): Payment {
  sale.order();
  const payment = sale.succeeds();
  sale.settles(payment);
  return payment;
}

/** A third, in whole hundreds of minor units if the amount allows. */
const part = (sale: Sale): bigint => (sale.amount / 300n) * 100n;

function partialRefund(sale: Sale): ExpectedResult {
  const payment = paidAndSettled(sale);
  const refund = sale.returns('refund.success', payment, part(sale), payment.at + HOUR_MS);
  sale.clawsBack('refund', refund, payment, part(sale), reportDay(sale.day));
  return matchedFrom(sale.day);
}

function refundNextDay(sale: Sale): ExpectedResult {
  const payment = paidAndSettled(sale);
  const refund = sale.returns('refund.success', payment, payment.amount, payment.at + DAY_MS);
  sale.clawsBack('refund', refund, payment, payment.amount, reportDay(sale.day + 1));
  return matchedFrom(sale.day + 1);
}

/** The gateway refunded before it paid anything out: the net is zero, and no line is expected. */
function refundBeforeSettlement(sale: Sale): ExpectedResult {
  sale.order();
  const payment = sale.succeeds();
  sale.returns('refund.success', payment, payment.amount, payment.at + HOUR_MS);
  return matchedFrom(sale.day);
}

function refundedTooMuch(sale: Sale): ExpectedResult {
  const payment = paidAndSettled(sale);
  const amount = payment.amount - part(sale);
  for (const hours of [0.5, 0.75]) {
    const refund = sale.returns('refund.success', payment, amount, payment.at + hours * HOUR_MS);
    sale.clawsBack('refund', refund, payment, amount, reportDay(sale.day));
  }
  return unmatched('REFUND_EXCEEDS_PAYMENT');
}

function refundOfAnother(sale: Sale): ExpectedResult {
  const payment = paidAndSettled(sale);
  const stranger = sale.payment();
  sale.returns('refund.success', payment, part(sale), payment.at + HOUR_MS, stranger.id);
  return unmatched('REFUND_UNLINKED');
}

function refundLineOfNothing(sale: Sale): ExpectedResult {
  const stranger = sale.payment();
  sale.clawsBack('refund', `RET${sale.rows.nextNumber()}`, stranger, stranger.amount, reportDay(sale.day));
  return unmatched('REFUND_UNLINKED');
}

function refundClawedBackShort(sale: Sale): ExpectedResult {
  const payment = paidAndSettled(sale);
  const refund = sale.returns('refund.success', payment, payment.amount, payment.at + HOUR_MS);
  sale.clawsBack('refund', refund, payment, payment.amount - part(sale), reportDay(sale.day));
  return unmatched('SETTLEMENT_AMOUNT');
}

/** Monday's refund is due on Tuesday and comes on Friday. */
function refundClawedBackLate(sale: Sale): ExpectedResult {
  const payment = paidAndSettled(sale);
  const refund = sale.returns('refund.success', payment, payment.amount, payment.at + HOUR_MS);
  sale.clawsBack('refund', refund, payment, payment.amount, 5);
  return matchedFrom(sale.day, 'SETTLEMENT_LATE');
}

/** The payer's wallet was closed: the refund fails on the next day, under the same id. */
function refundBounced(sale: Sale): ExpectedResult {
  const payment = paidAndSettled(sale);
  const refund = sale.returns('refund.success', payment, payment.amount, payment.at + HOUR_MS);
  sale.outcome('refund.failed', payment, refund, payment.amount, payment.at + DAY_MS);
  return unmatched('REFUND_FAILED');
}

function reversed(sale: Sale): ExpectedResult {
  const payment = paidAndSettled(sale);
  const reversal = sale.returns('payment.reversed', payment, payment.amount, payment.at + HOUR_MS);
  sale.clawsBack('reversal', reversal, payment, payment.amount, reportDay(sale.day));
  return matchedFrom(sale.day);
}

function reversedNotClawedBack(sale: Sale): ExpectedResult {
  const payment = paidAndSettled(sale);
  sale.returns('payment.reversed', payment, payment.amount, payment.at + HOUR_MS);
  return unmatched('REVERSAL_NOT_SETTLED');
}

function chargebackOpen(sale: Sale): ExpectedResult {
  const payment = paidAndSettled(sale);
  sale.returns('chargeback.opened', payment, payment.amount, payment.at + HOUR_MS);
  return unmatched('CHARGEBACK_OPEN');
}

/** A chargeback is opened on the day of the payment and decided on the next day, under the same id. */
function decided(sale: Sale, payment: Payment, event: string): string {
  const id = sale.returns('chargeback.opened', payment, payment.amount, payment.at + HOUR_MS);
  sale.outcome(event, payment, id, payment.amount, payment.at + DAY_MS);
  return id;
}

function chargebackWon(sale: Sale): ExpectedResult {
  decided(sale, paidAndSettled(sale), 'chargeback.won');
  return matchedFrom(sale.day);
}

function chargebackLost(sale: Sale): ExpectedResult {
  const payment = paidAndSettled(sale);
  const id = decided(sale, payment, 'chargeback.lost');
  sale.clawsBack('chargeback', id, payment, payment.amount, reportDay(sale.day + 1));
  return matchedFrom(sale.day + 1);
}

function chargebackLostNotClawedBack(sale: Sale): ExpectedResult {
  decided(sale, paidAndSettled(sale), 'chargeback.lost');
  return unmatched('REVERSAL_NOT_SETTLED');
}

function chargebackLineAlone(sale: Sale): ExpectedResult {
  const payment = paidAndSettled(sale);
  sale.clawsBack('chargeback', `CB${sale.rows.nextNumber()}`, payment, payment.amount, reportDay(sale.day + 1));
  return matchedFrom(sale.day + 1);
}

export const RETURNS: readonly Scenario[] = [
  { name: 'partial refund', weight: 80, write: partialRefund },
  { name: 'full refund on the next day', weight: 60, write: refundNextDay },
  { name: 'refunded before settlement', weight: 15, days: [1, 3], write: refundBeforeSettlement },
  { name: 'refund that failed', weight: 6, days: [1, 4], write: refundBounced },
  { name: 'refunded too much', weight: 8, days: [1, 4], write: refundedTooMuch },
  { name: 'refund of an unknown payment', weight: 8, write: refundOfAnother },
  { name: 'refund line of nothing known', weight: 6, days: [1, 4], write: refundLineOfNothing },
  { name: 'clawed back short', weight: 6, days: [1, 2], write: refundClawedBackShort },
  { name: 'clawed back late', weight: 6, days: [1, 1], write: refundClawedBackLate },
  { name: 'reversed', weight: 20, write: reversed },
  { name: 'reversed, not clawed back', weight: 10, days: [1, 2], write: reversedNotClawedBack },
  { name: 'chargeback open', weight: 10, write: chargebackOpen },
  { name: 'chargeback won', weight: 10, days: [1, 4], write: chargebackWon },
  { name: 'chargeback lost', weight: 10, days: [1, 3], write: chargebackLost },
  { name: 'chargeback lost, not clawed back', weight: 6, days: [1, 2], write: chargebackLostNotClawedBack },
  { name: 'chargeback by line alone', weight: 6, days: [1, 3], write: chargebackLineAlone },
];
