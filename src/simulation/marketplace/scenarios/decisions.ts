// Sales whose breaks people work on Thursday morning. All are Monday's, so that what is missing of them is due by then;
// in Ghana, for which the rules have no threshold, a second person decides on every amount.

import { formatMinor } from '../../../domain/money.ts';
import type { EvidenceReason } from '../../../domain/reasons.ts';
import type { CaseState } from '../../../matching/case-state.ts';
import { feeOf } from '../model/market.ts';
import { Sale } from '../model/sale.ts';
import { chargesShop, type ExpectedResult, isGhana, isKenya, matchedFrom, unmatched } from '../model/scenario.ts';
import { MINUTE_MS } from '../model/week.ts';
import type { Act, WorkedSale, WorkedScenario } from '../model/work.ts';

const RESOLVED: ExpectedResult = { standing: 'resolved', reasons: [] };
/** The day on which more comes of what was decided in its morning. */
const LATER = 4;

const WRITE_OFF: Act = { act: 'propose', kind: 'write_off', cause: 'goodwill' };
const IN_CASH: Act = { act: 'propose', kind: 'explain', cause: 'cash_or_other_channel' };
const TOMORROW: Act = { act: 'propose', kind: 'explain', cause: 'timing' };
const APPROVE: Act = { act: 'approve' };

/** A sale of one key, with one break. */
function worked(
  { reference: key }: Sale,
  result: ExpectedResult,
  reason: EvidenceReason,
  acts: readonly Act[],
  stands: CaseState | null,
): WorkedSale {
  return { results: [{ key, ...result }], cases: [{ key, reason, acts, stands }] };
}

/** A tenth too little was paid. */
function short(acts: readonly Act[], stands: CaseState): WorkedScenario['write'] {
  return (sale) => {
    sale.order();
    sale.settles(sale.succeeds(sale.payment({ amount: sale.amount - sale.amount / 10n })));
    const result = stands === 'resolved' ? RESOLVED : unmatched('AMOUNT_UNDER');
    return worked(sale, result, 'AMOUNT_UNDER', acts, stands);
  };
}

/** A tenth too little was settled, and half of that comes on Thursday, after people spoke of what was missing then. */
function settledMore(acts: readonly Act[], stands: CaseState): WorkedScenario['write'] {
  return (sale) => {
    sale.order();
    const payment = sale.succeeds();
    sale.settles(payment, { amount: payment.amount - payment.amount / 10n, fee: feeOf(payment.amount, 'GHS') });
    sale.settles(payment, { amount: payment.amount / 20n, fee: 0n, day: LATER });
    const result = unmatched('SETTLEMENT_AMOUNT', 'SETTLEMENT_LATE');
    return worked(sale, result, 'SETTLEMENT_AMOUNT', acts, stands);
  };
}

function paidInCash(sale: Sale): WorkedSale {
  sale.order();
  sale.becomes('paid', sale.placedAt + 30 * MINUTE_MS);
  return worked(sale, RESOLVED, 'PAYMENT_MISSING', [IN_CASH, APPROVE], 'resolved');
}

function settledLate(sale: Sale): WorkedSale {
  sale.order();
  sale.settles(sale.succeeds(), { day: LATER });
  const result = matchedFrom(sale.day, 'SETTLEMENT_LATE');
  return worked(sale, result, 'SETTLEMENT_MISSING', [TOMORROW, APPROVE], null);
}

function askedTheGateway(sale: Sale): WorkedSale {
  sale.order();
  sale.succeeds();
  const acts: Act[] = [
    { act: 'assign', waiting_on: 'gateway' },
    { act: 'note', text: 'The gateway looks for the line.' },
  ];
  return worked(sale, unmatched('SETTLEMENT_MISSING'), 'SETTLEMENT_MISSING', acts, 'assigned');
}

/** The payer wrote a reference that the shop never gave, and paid so many of its orders with it. */
function paidElsewhere(count: number, answers: readonly Act[], stands: 'resolved' | 'reopened') {
  return (sale: Sale): WorkedSale => {
    const orders = Array.from({ length: count }, () => new Sale(sale.rows, sale.random, sale.store, sale.day));
    for (const one of orders) {
      one.order();
      one.becomes('paid', one.placedAt + 30 * MINUTE_MS);
    }
    const amount = orders.reduce((sum, one) => sum + one.amount, 0n);
    sale.settles(sale.succeeds(sale.payment({ amount })));
    const to = orders.map((one) => ({
      reference: one.reference,
      amount: formatMinor(one.amount, one.store.currency),
    }));
    const link: Act = { act: 'propose', kind: 'link', cause: 'customer_error', to };
    const isLinked = stands === 'resolved';
    const unpaid = isLinked ? RESOLVED : unmatched('PAYMENT_MISSING');
    const own = worked(
      sale,
      isLinked ? RESOLVED : unmatched('ORDER_MISSING'),
      'ORDER_MISSING',
      [link, ...answers],
      stands,
    );
    return { ...own, results: [...own.results, ...orders.map(({ reference: key }) => ({ key, ...unpaid }))] };
  };
}

const REJECT: Act = { act: 'reject' };
const REVOKE: Act = { act: 'revoke' };

export const WORKED: readonly WorkedScenario[] = [
  { name: 'written off below the threshold', at: isKenya, write: short([WRITE_OFF], 'resolved') },
  { name: 'written off by two', at: isGhana, write: short([WRITE_OFF, APPROVE], 'resolved') },
  { name: 'nobody approved it yet', at: isGhana, write: short([WRITE_OFF], 'awaiting_approval') },
  {
    name: 'rejected, and worked on',
    at: isGhana,
    write: short([{ act: 'assign', waiting_on: 'customer' }, WRITE_OFF, REJECT], 'assigned'),
  },
  { name: 'withdrawn before anybody approved it', at: isGhana, write: short([WRITE_OFF, { act: 'withdraw' }], 'new') },
  { name: 'withdrawn, after it held', at: isKenya, write: short([WRITE_OFF, { act: 'withdraw' }], 'reopened') },
  { name: 'approved, then revoked', at: isGhana, write: short([WRITE_OFF, APPROVE, REVOKE], 'reopened') },
  { name: 'more was settled before it was approved', at: isGhana, write: settledMore([WRITE_OFF], 'stale') },
  { name: 'more was settled after it was approved', at: isGhana, write: settledMore([WRITE_OFF, APPROVE], 'reopened') },
  { name: 'paid in cash', at: chargesShop, write: paidInCash },
  { name: 'explained as late, then settled', at: chargesShop, write: settledLate },
  { name: 'waits for the gateway', at: chargesShop, write: askedTheGateway },
  { name: 'one payment for two orders', at: chargesShop, write: paidElsewhere(2, [APPROVE], 'resolved') },
  { name: 'linked, then revoked', at: chargesShop, write: paidElsewhere(1, [APPROVE, REVOKE], 'reopened') },
];
