// Several payments of one order and several lines of one payment: parts up to the amount, duplicates beyond it.

import { describe, expect, it } from 'vitest';
import { callback, given, line, order, poll, refund, t } from './given.ts';

const soon = t('3 15:00');
const later = t('9 00:00');
const second = callback({ payment: 'P2', at: t('2 08:10') });
const broken = { payment: 'unmatched', settlement: 'pending' } as const;

describe('parts of an order', () => {
  it('are matched where they sum up to the amount', () => {
    given(order(), callback({ amount: '400.00' }), callback({ payment: 'P2', amount: '600.00' }))
      .at(soon)
      .shows({
        payment: 'matched',
        settlement: 'pending',
      });
  });

  it('are AMOUNT_UNDER by their sum', () => {
    given(order(), callback({ amount: '400.00' }), callback({ payment: 'P2', amount: '599.99' }))
      .at(soon)
      .shows({
        ...broken,
        found: [{ reason: 'AMOUNT_UNDER', expected: '1000.00', observed: '999.99', difference: '-0.01' }],
      });
  });

  it('are still parts at the amount plus the tolerance', () => {
    const rules = { tolerance: { KES: '1.00' } };
    given(order(), callback({ amount: '400.00' }), callback({ payment: 'P2', amount: '601.00' }))
      .at(soon, rules)
      .shows({ payment: 'matched', settlement: 'pending' });
    given(order(), callback({ amount: '400.00' }), callback({ payment: 'P2', amount: '601.01' }))
      .at(soon, rules)
      .shows({ ...broken, found: ['DUPLICATE_PAYMENT'] });
  });

  it('are settled each by its own line', () => {
    const parts = [callback({ amount: '400.00' }), callback({ payment: 'P2', amount: '600.00' })];
    const lines = [line({ gross: '400.00' }), line({ payment: 'P2', gross: '600.00' })];
    given(order(), ...parts, ...lines)
      .at(later)
      .shows({ payment: 'matched', settlement: 'matched' });
    given(order(), ...parts, lines[0]!)
      .at(later)
      .shows({
        payment: 'matched',
        settlement: 'unmatched',
        found: [{ reason: 'SETTLEMENT_MISSING', expected: '600.00' }],
      });
  });
});

describe('DUPLICATE_PAYMENT: the customer paid twice', () => {
  it('holds where the sum is above the amount, by a minor unit or by all', () => {
    given(order(), callback({ amount: '400.00' }), callback({ payment: 'P2', amount: '600.01' }))
      .at(soon)
      .shows({
        ...broken,
        found: [{ reason: 'DUPLICATE_PAYMENT', stage: 'payment', kind: 'duplicate' }],
      });
    const { assessment } = given(order(), callback(), second).at(soon);
    expect(assessment.money).toEqual([{ currency: 'KES', received: 200000n, returned: 0n }]);
  });

  it('tells the sum against the amount, since the second payment (B15)', () => {
    given(order(), callback(), second)
      .at(soon)
      .shows({
        ...broken,
        found: [
          {
            reason: 'DUPLICATE_PAYMENT',
            expected: '1000.00',
            observed: '2000.00',
            difference: '1000.00',
            currency: 'KES',
            opened_at: t('2 08:10'),
          },
        ],
      });
  });

  it('puts off the comparison of amounts, and not the settlement of each', () => {
    given(order(), callback({ amount: '900.00' }), second, line({ gross: '900.00' }))
      .at(later)
      .shows({
        payment: 'unmatched',
        settlement: 'unmatched',
        found: ['DUPLICATE_PAYMENT', { reason: 'SETTLEMENT_MISSING', expected: '1000.00' }],
      });
  });

  it('leaves AMOUNT_OVER to a single payment', () => {
    given(order(), callback({ amount: '2000.00' }))
      .at(soon)
      .shows({ ...broken, found: ['AMOUNT_OVER'] });
  });

  it('does not hold of the same claim, callback or poll again', () => {
    given(order(), callback(), callback(), callback({ id: 'again' }), poll())
      .at(soon)
      .shows({
        payment: 'matched',
        settlement: 'pending',
      });
  });

  it('does not hold of attempts that are failed or pending', () => {
    given(order(), callback(), callback({ payment: 'P2', status: 'failed' }))
      .at(soon)
      .shows({
        payment: 'matched',
        settlement: 'pending',
      });
    given(order(), callback(), callback({ payment: 'P2', status: 'voided' }))
      .at(soon)
      .shows({
        payment: 'matched',
        settlement: 'pending',
      });
  });

  it('is over when one of them went back in full, and not when a part did', () => {
    given(order(), callback(), second, refund({ original: 'P2' }))
      .at(soon)
      .shows({
        payment: 'matched',
        settlement: 'pending',
      });
    given(order(), callback(), second, refund({ original: 'P2', amount: '999.99' }))
      .at(soon)
      .shows({
        ...broken,
        found: ['DUPLICATE_PAYMENT'],
      });
  });
});

describe('lines of one payment', () => {
  const half = line({ gross: '600.00' });
  const rest = (gross: string) => line({ id: 'L2', gross });

  it('are matched where they sum up to the gross', () => {
    given(order(), callback(), half, rest('400.00')).at(later).shows({ payment: 'matched', settlement: 'matched' });
  });

  it('are SETTLEMENT_AMOUNT by their sum', () => {
    given(order(), callback(), half, rest('399.99'))
      .at(later)
      .shows({
        payment: 'matched',
        settlement: 'unmatched',
        found: [{ reason: 'SETTLEMENT_AMOUNT', expected: '1000.00', observed: '999.99', difference: '-0.01' }],
      });
  });

  it('are still parts at the gross plus the tolerance', () => {
    const rules = { tolerance: { KES: '1.00' } };
    given(order(), callback(), half, rest('401.00')).at(later, rules).shows({
      payment: 'matched',
      settlement: 'matched',
    });
    given(order(), callback(), half, rest('401.01'))
      .at(later, rules)
      .shows({
        payment: 'matched',
        settlement: 'unmatched',
        found: ['DUPLICATE_SETTLEMENT'],
      });
  });

  it('have their fees compared by the sum', () => {
    const rules = { fees: [{ provider: 'mfs-africa', currency: 'KES', percent: '1.5' }] };
    const lines = (fee: string) => [line({ gross: '600.00', fee: '9.00' }), line({ id: 'L2', gross: '400.00', fee })];
    given(order(), callback(), ...lines('6.00'))
      .at(later, rules)
      .shows({ payment: 'matched', settlement: 'matched' });
    given(order(), callback(), ...lines('6.01'))
      .at(later, rules)
      .shows({
        payment: 'matched',
        settlement: 'unmatched',
        found: [{ reason: 'FEE_VARIANCE', expected: '15.00', observed: '15.01', difference: '0.01' }],
      });
  });
});

describe('parts of a settlement', () => {
  it('are no break where the callback was lost and only they tell of the payment', () => {
    given(order(), line({ gross: '600.00' }), line({ id: 'L2', gross: '400.00' }))
      .at(later)
      .shows({
        payment: 'matched',
        settlement: 'matched',
      });
  });

  it('have fees finer than the currency summed up before they are rounded', () => {
    const rules = { fees: [{ provider: 'mfs-africa', currency: 'KES', percent: '1.5' }] };
    const lines = (fee: string) => [line({ gross: '600.00', fee }), line({ id: 'L2', gross: '400.00', fee })];
    given(order(), callback(), ...lines('7.5024'))
      .at(later, rules)
      .shows({ payment: 'matched', settlement: 'matched' });
    given(order(), callback(), ...lines('7.504'))
      .at(later, rules)
      .shows({
        payment: 'matched',
        settlement: 'unmatched',
        found: [{ reason: 'FEE_VARIANCE', observed: '15.01' }],
      });
  });
});

describe('DUPLICATE_SETTLEMENT: a line settled twice', () => {
  const again = line({ id: 'L2', settlement_date: '2026-03-04' });

  it('holds where the sum is above the gross', () => {
    given(order(), callback(), line(), line({ id: 'L2', gross: '0.01' }))
      .at(later)
      .shows({
        payment: 'matched',
        settlement: 'unmatched',
        found: [{ reason: 'DUPLICATE_SETTLEMENT', stage: 'settlement', kind: 'duplicate' }],
      });
  });

  it('tells the sum against the gross, since the second line', () => {
    const twice = line({ id: 'L2' });
    given(order(), callback(), line(), twice)
      .at(later)
      .shows({
        payment: 'matched',
        settlement: 'unmatched',
        found: [
          {
            reason: 'DUPLICATE_SETTLEMENT',
            expected: '1000.00',
            observed: '2000.00',
            difference: '1000.00',
            currency: 'KES',
            opened_at: t('2 16:00'),
          },
        ],
      });
  });

  it('puts off the comparison of amounts and fees', () => {
    const rules = { fees: [{ provider: 'mfs-africa', currency: 'KES', percent: '1.5' }] };
    given(order(), callback(), line({ fee: '99.00' }), line({ id: 'L2', fee: '99.00' }))
      .at(later, rules)
      .shows({
        payment: 'matched',
        settlement: 'unmatched',
        found: ['DUPLICATE_SETTLEMENT'],
      });
  });

  it('does not hold of the same line again, nor double the money', () => {
    given(order(), callback(), line(), line()).at(later).shows({ payment: 'matched', settlement: 'matched' });
    const { assessment } = given(order(), callback(), line(), again).at(later);
    expect(assessment.money).toEqual([{ currency: 'KES', received: 100000n, returned: 0n }]);
  });

  it('does not hold of a single line that is too much, which is SETTLEMENT_AMOUNT', () => {
    given(order(), callback(), line({ gross: '2000.00' }))
      .at(later)
      .shows({
        payment: 'matched',
        settlement: 'unmatched',
        found: ['SETTLEMENT_AMOUNT'],
      });
  });
});
