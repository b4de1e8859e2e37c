// What the live demo compares at the end: each comparison finds what is wrong.

import { describe, expect, test } from 'vitest';
import type { ShareRow } from '../../../src/projections/shares.ts';
import type { Truth } from '../../../src/simulation/gateway/truth.ts';
import type { Notice } from '../../../src/simulation/live-demo/notices.ts';
import { planOrders } from '../../../src/simulation/live-demo/plan.ts';
import {
  knownResults,
  noticeDifferences,
  shareDifferences,
  standingDifferences,
  truthRows,
} from '../../../src/simulation/live-demo/truths.ts';

const MARKET = {
  ...{ country: 'KE', prefix: '+25471', digits: 7, merchants: ['a', 'b'], marketplace: 'mall', refunds: true },
  fixed: { operator: 'mpesa', currency: 'KES', decimals: 2 },
};
const ORDERS = planOrders(3, 60, 0, 1_000, [[MARKET]]);
const WHOLE = { ...ORDERS.find(({ parts }) => parts.length > 0)!, reference: 'W' };
const PARTS = [
  { reference: 'W-1', merchant: 'a', units: 600 },
  { reference: 'W-2', merchant: 'b', units: 400 },
];
const ORDER = { ...WHOLE, units: 1_000, parts: PARTS };

function truth(standing: 'matched' | 'unmatched' | 'closed'): Truth['references'] {
  const payment = { id: 'P', status: 'succeeded', paid_at: null, agreed_fee: '15.00', returned: '0.00' };
  const expected = { standing, reasons: standing === 'unmatched' ? (['FEE_VARIANCE'] as const) : [] };
  return { W: { amount: '1000.00', currency: 'KES', outcome: 'paid', payments: [payment], expected } };
}

function share(part: 0 | 1, more: Partial<ShareRow> = {}): ShareRow {
  const { reference, merchant, units } = PARTS[part]!;
  const [gross, fee, commission] = [units, (units * 15) / 1_000, (units * 75) / 1_000];
  return {
    ...{ merchant, parent: 'W', transaction_reference: reference, currency: 'KES', gross: gross.toFixed(2) },
    ...{ returned: '0.00', commission: commission.toFixed(2), provider_fee: fee.toFixed(2) },
    ...{ net: (gross - fee - commission).toFixed(2), settled: true, settlement_date: '2026-06-02' },
    ...more,
  };
}

describe('a plan with a marketplace', () => {
  test('has orders of one merchant and orders of all, whose parts come to the whole', () => {
    const wholes = ORDERS.filter(({ parts }) => parts.length > 0);
    expect(wholes.length).toBeGreaterThan(10);
    expect(ORDERS.length - wholes.length).toBeGreaterThan(20);
    for (const { merchant, units, parts } of wholes) {
      expect([merchant, parts.map((part) => part.merchant)]).toEqual(['mall', ['a', 'b']]);
      expect(parts.reduce((sum, part) => sum + part.units, 0)).toBe(units);
      for (const part of parts) expect(part.units).toBeGreaterThan(0);
    }
  });
});

describe('the standings', () => {
  const truths = knownResults([ORDER], truth('unmatched'));

  test('are those of the networks, and a part stands as its whole, without a reason of its own', () => {
    expect(truths).toEqual([
      { key: 'W', scenario: 'paid', standing: 'unmatched', reasons: ['FEE_VARIANCE'] },
      { key: 'W-1', scenario: 'part', standing: 'unmatched', reasons: [] },
      { key: 'W-2', scenario: 'part', standing: 'unmatched', reasons: [] },
    ]);
    expect(knownResults([ORDER], {}).map(({ standing }) => standing)).toEqual(['closed', 'closed', 'closed']);
  });

  test('differ by a reason, by a part, and by money of nobody, but not by a hint that came to nothing', () => {
    const found = truths.map(({ key, standing, reasons }) => ({ key, standing, reasons }));
    const nobody = (standing: string) => ({ key: '?mpesa/main:X', standing, reasons: [] });
    expect(standingDifferences(truths, [...found, nobody('closed')])).toEqual([]);
    expect(standingDifferences(truths, [...found, nobody('unmatched')])).toHaveLength(1);
    expect(standingDifferences(truths, found.slice(0, 2))).toHaveLength(1);
    expect(standingDifferences(truths, [{ ...found[0]!, reasons: [] }, ...found.slice(1)])).toHaveLength(1);
  });

  test('are counted by what happened, and those that differ are not counted as agreeing', () => {
    const differences = ['W-1 (part): expected unmatched, found matched'];
    expect(truthRows(truths, differences)).toEqual([
      { outcome: 'part', expected: 'unmatched', count: 2, agreeing: 1 },
      { outcome: 'paid', expected: 'unmatched FEE_VARIANCE', count: 1, agreeing: 1 },
    ]);
  });
});

describe('the shares of merchants', () => {
  const right = [share(0), share(1)];

  test('agree where each has its part, less commission and its part of the fee', () => {
    expect(shareDifferences([ORDER], truth('matched'), right)).toEqual([]);
  });

  test.each<[string, ShareRow[]]>([
    ['a missing share', [share(0)]],
    ['a commission', [share(0), share(1, { commission: '30.01' })]],
    ['a fee', [share(0, { provider_fee: '9.01', net: '545.99' }), share(1)]],
    ['a net', [share(0), share(1, { net: '363.99' })]],
    ['what went back', [share(0), share(1, { returned: '400.00', commission: '0.00', net: '-6.00' })]],
  ])('differ by %s', (_what, shares) => {
    expect(shareDifferences([ORDER], truth('matched'), shares).length).toBeGreaterThan(0);
  });

  test('are not asked for where the whole does not agree', () => {
    expect(shareDifferences([ORDER], truth('unmatched'), [])).toEqual([]);
  });
});

describe('the notices to the shop', () => {
  const told = (...references: string[]) => {
    const notices = references.map((reference): [string, Notice] => {
      return [reference, { id: reference, type: 'order.expired', data: { transaction_reference: reference } }];
    });
    return { url: '', accepted: new Map(notices), refused: 0, close: async () => {} };
  };
  const truths = knownResults([ORDER], truth('closed'));

  test('tell once of a whole that expired, and of nothing else', () => {
    expect(noticeDifferences([ORDER], truths, told('W'))).toEqual([]);
    expect(noticeDifferences([ORDER], truths, told())).toHaveLength(1);
    expect(noticeDifferences([ORDER], knownResults([ORDER], truth('matched')), told('W'))).toHaveLength(1);
    expect(noticeDifferences([ORDER], truths, { ...told('W'), refused: 1 })).toHaveLength(1);
  });
});
