// Settlement reports with missing, late, repeated or wrong lines.

import { feeOf } from '../model/market.ts';
import type { Payment, Sale } from '../model/sale.ts';
import {
  type ExpectedResult,
  isKenya,
  isPaidAbroad,
  matchedFrom,
  PENDING,
  type Scenario,
  unmatched,
} from '../model/scenario.ts';
import { reportDay } from '../model/week.ts';

function paid(sale: Sale): Payment {
  sale.order();
  return sale.succeeds();
}

function missing(sale: Sale): ExpectedResult {
  paid(sale);
  return sale.day < 5 ? unmatched('SETTLEMENT_MISSING') : PENDING;
}

function late(sale: Sale): ExpectedResult {
  sale.settles(paid(sale), { day: reportDay(sale.day + 1) });
  return matchedFrom(sale.day, 'SETTLEMENT_LATE');
}

function anotherAmount(sale: Sale): ExpectedResult {
  const payment = paid(sale);
  sale.settles(payment, { amount: payment.amount - payment.amount / 20n });
  return unmatched('SETTLEMENT_AMOUNT');
}

/** No fee is agreed for dollars, and the fee has the digits of the fee in shillings. */
function anotherCurrency(sale: Sale): ExpectedResult {
  sale.settles(paid(sale), { currency: 'USD' });
  return unmatched('SETTLEMENT_CURRENCY');
}

function wrongFee(sale: Sale): ExpectedResult {
  const payment = paid(sale);
  const fee = feeOf(payment.amount, payment.currency);
  sale.settles(payment, { fee: fee + fee / 5n + 10n });
  return unmatched('FEE_VARIANCE');
}

function noFee(sale: Sale): ExpectedResult {
  sale.settles(paid(sale), { fee: null });
  return unmatched('FEE_MISSING');
}

function wrongRate(sale: Sale): ExpectedResult {
  sale.settles(paid(sale), { payoutPercent: 97n });
  return unmatched('FX_RATE_DELTA');
}

function twice(sale: Sale): ExpectedResult {
  const payment = paid(sale);
  sale.settles(payment);
  sale.settles(payment);
  return unmatched('DUPLICATE_SETTLEMENT');
}

function unknownLine(sale: Sale): ExpectedResult {
  const payment = paid(sale);
  sale.settles(payment);
  const amount = -payment.amount / 10n;
  sale.line({ type: 'rolling_reserve', id: `RES${sale.rows.nextNumber()}`, original: payment.id, amount });
  return unmatched('UNCLASSIFIED');
}

export const SETTLEMENTS: readonly Scenario[] = [
  { name: 'settlement missing', weight: 30, write: missing },
  { name: 'settlement late', weight: 30, days: [1, 2], write: late },
  { name: 'settled in another amount', weight: 15, days: [1, 4], write: anotherAmount },
  { name: 'settled in another currency', weight: 6, days: [1, 4], at: isKenya, write: anotherCurrency },
  { name: 'wrong fee', weight: 35, days: [1, 4], write: wrongFee },
  { name: 'fee missing', weight: 12, days: [1, 4], write: noFee },
  { name: 'payout at a wrong rate', weight: 12, days: [1, 4], at: isPaidAbroad, write: wrongRate },
  { name: 'settled twice', weight: 15, days: [1, 4], write: twice },
  { name: 'unknown line type', weight: 6, days: [1, 4], write: unknownLine },
];
