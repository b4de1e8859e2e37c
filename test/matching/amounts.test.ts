// A payment's amount and currency against its order's, to the minor unit.

import { describe, it } from 'vitest';
import { callback, given, order, poll, t } from './given.ts';

const soon = t('3 15:00');
const paid = { payment: 'matched', settlement: 'pending' } as const;
const broken = { payment: 'unmatched', settlement: 'pending' } as const;

describe('AMOUNT_UNDER and AMOUNT_OVER: to the minor unit', () => {
  it('hold for one minor unit', () => {
    given(order(), callback({ amount: '999.99' }))
      .at(soon)
      .shows({
        ...broken,
        found: [
          {
            reason: 'AMOUNT_UNDER',
            stage: 'payment',
            kind: 'unmatched',
            expected: '1000.00',
            observed: '999.99',
            difference: '-0.01',
            currency: 'KES',
            opened_at: t('2 08:05'),
          },
        ],
      });
    given(order(), callback({ amount: '1000.01' }))
      .at(soon)
      .shows({
        ...broken,
        found: [{ reason: 'AMOUNT_OVER', expected: '1000.00', observed: '1000.01', difference: '0.01' }],
      });
  });

  it('do not hold at the tolerance, and hold beyond it', () => {
    const rules = { tolerance: { KES: '0.50' } };
    given(order(), callback({ amount: '999.50' }))
      .at(soon, rules)
      .shows(paid);
    given(order(), callback({ amount: '1000.50' }))
      .at(soon, rules)
      .shows(paid);
    given(order(), callback({ amount: '999.49' }))
      .at(soon, rules)
      .shows({
        ...broken,
        found: [{ reason: 'AMOUNT_UNDER', difference: '-0.51' }],
      });
    given(order(), callback({ amount: '1000.51' }))
      .at(soon, rules)
      .shows({
        ...broken,
        found: [{ reason: 'AMOUNT_OVER', difference: '0.51' }],
      });
  });

  it('have a tolerance finer than the currency as it is, and not rounded up', () => {
    const shillings = { amount: '1000', currency: 'UGX' };
    given(order(shillings), callback({ ...shillings, amount: '999' }))
      .at(soon, { tolerance: { UGX: '0.5' } })
      .shows({
        ...broken,
        found: ['AMOUNT_UNDER'],
      });
  });

  it('know no tolerance of another currency', () => {
    given(order(), callback({ amount: '999.99' }))
      .at(soon, { tolerance: { GHS: '5.00' } })
      .shows({
        ...broken,
        found: ['AMOUNT_UNDER'],
      });
  });

  it('count in the minor units of currencies with no and with three decimals', () => {
    const shillings = { amount: '1000', currency: 'UGX' };
    given(order(shillings), callback(shillings)).at(soon).shows(paid);
    given(order(shillings), callback({ ...shillings, amount: '999' }))
      .at(soon)
      .shows({
        ...broken,
        found: [{ reason: 'AMOUNT_UNDER', expected: '1000', observed: '999', difference: '-1', currency: 'UGX' }],
      });
    const dinars = { amount: '10.000', currency: 'TND' };
    given(order(dinars), callback({ ...dinars, amount: '10.001' }))
      .at(soon)
      .shows({
        ...broken,
        found: [
          { reason: 'AMOUNT_OVER', expected: '10.000', observed: '10.001', difference: '0.001', currency: 'TND' },
        ],
      });
  });

  it('open when the later of order and payment was there', () => {
    given(order({ placed_at: t('2 08:07') }), callback({ amount: '1.00' }))
      .at(soon)
      .shows({
        ...broken,
        found: [{ reason: 'AMOUNT_UNDER', opened_at: t('2 08:07') }],
      });
  });
});

describe('CURRENCY_MISMATCH: paid in another currency', () => {
  it('holds of a payment that succeeded, whose amount is then not compared', () => {
    given(order(), callback({ amount: '1000', currency: 'UGX' }))
      .at(soon)
      .shows({
        ...broken,
        found: [
          {
            reason: 'CURRENCY_MISMATCH',
            stage: 'payment',
            kind: 'unmatched',
            expected: 'KES',
            observed: 'UGX',
            difference: null,
            opened_at: t('2 08:05'),
          },
        ],
      });
  });

  it('opens when the later of order and payment was there', () => {
    given(order({ placed_at: t('2 08:07') }), callback({ amount: '1000', currency: 'UGX' }))
      .at(soon)
      .shows({ ...broken, found: [{ reason: 'CURRENCY_MISMATCH', opened_at: t('2 08:07') }] });
  });

  it('opens with the success, and not with an attempt in that currency before it', () => {
    const other = { amount: '1000', currency: 'UGX' };
    given(order(), callback({ ...other, status: 'pending' }), callback({ ...other, at: t('2 09:00') }))
      .at(soon)
      .shows({ ...broken, found: [{ reason: 'CURRENCY_MISMATCH', opened_at: t('2 09:00') }] });
  });

  it('does not hold of an attempt that failed or is pending', () => {
    const other = { amount: '1000', currency: 'UGX' };
    given(order(), callback({ ...other, status: 'failed' }), callback({ payment: 'P2' }))
      .at(soon)
      .shows(paid);
    given(order(), callback({ ...other, status: 'pending' }))
      .at(t('2 09:00'))
      .shows({
        payment: 'pending',
        settlement: 'closed',
      });
  });

  it("goes by the poll's word before the callback's", () => {
    given(order(), callback({ amount: '1000', currency: 'UGX' }), poll())
      .at(soon)
      .shows(paid);
  });
});
