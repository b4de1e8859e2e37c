// Small examples for the tests of reports.

import type { BreakRow, MatchedRow } from '../../../src/app/reports/rows.ts';
import type { Summary } from '../../../src/app/reports/summary.ts';

export const AT = Date.UTC(2026, 0, 31, 9);

export const aBreak: BreakRow = {
  merchant: 'shop-1',
  provider: 'mfs-africa',
  transaction_reference: 'ORD-1',
  stage: 'payment',
  kind: 'unmatched',
  reason: 'AMOUNT_UNDER',
  expected: '1500.00',
  observed: '1450.00',
  difference: '-50.00',
  currency: 'KES',
  opened_at: AT,
  entry_id: '3-7-0',
  message: 'Short, "really"',
};

export const aMatched: MatchedRow = {
  merchant: 'shop-1',
  provider: 'mfs-africa',
  transaction_reference: 'ORD-2',
  order_amount: '12.500',
  paid: '12.500',
  returned: null,
  settled: '12.500',
  fee: '0.1875',
  currency: 'TND',
  paid_at: AT + 250,
  settled_on: '2026-02-02',
};

export const aSummary: Summary = {
  as_of: '2026-01-31T09:00:00Z',
  facts: { orders: 9_990, callbacks: 0, polls: 0, settlements: 0, redelivered: 5, rejected: 5 },
  keys: 1_010,
  standing: { matched: 1_005, pending: 2, unmatched: 2, closed: 1 },
  breaks: { AMOUNT_UNDER: 1_234 },
  notices: { SETTLEMENT_LATE: 3 },
  ledger_entries: 20_000,
  outcome_root: 'ab'.repeat(32),
  elapsed_ms: 1_234,
  payouts: { matched: 0, pending: 0, unmatched: 0 },
  fees: {},
  files: [
    {
      ...{ name: 'orders.csv', kind: 'orders', read: true, refused: false, fault: null },
      ...{ rows: 10_000, taken: 9_990, redelivered: 5, rejected: 5, left_out: 0 },
      ...{ sums: { KES: '1234567.00' }, fees: {} },
    },
    {
      ...{ name: 'old.csv', kind: 'settlements', read: true, refused: true, fault: null },
      ...{ rows: 0, taken: 0, redelivered: 0, rejected: 0, left_out: 0, sums: {}, fees: {} },
    },
  ],
  money: {
    KES: { received: '1234567.00', matched: '1234000.00', open: '567.00', returned: '0.00' },
    UGX: { received: '5000', matched: '4000', open: '0', returned: '1000' },
  },
  break_value: { AMOUNT_UNDER: { KES: '50.00', UGX: '100' } },
};
