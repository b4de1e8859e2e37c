// What settlement lines say against the payment: amounts, currencies, lines of what was never paid, or of no payment.

import { describe, it } from 'vitest';
import { callback, given, line, order, poll, t } from './given.ts';

const later = t('20 00:00');
const both = { payment: 'matched', settlement: 'matched' } as const;
const open = { payment: 'matched', settlement: 'unmatched' } as const;

describe('SETTLEMENT_AMOUNT: the line against the payment', () => {
  it('holds for one minor unit either way', () => {
    given(order(), callback(), line({ gross: '999.99' }))
      .at(later)
      .shows({
        ...open,
        found: [
          {
            reason: 'SETTLEMENT_AMOUNT',
            stage: 'settlement',
            kind: 'unmatched',
            expected: '1000.00',
            observed: '999.99',
            difference: '-0.01',
            currency: 'KES',
            opened_at: t('2 16:00'),
          },
        ],
      });
    given(order(), callback(), line({ gross: '1000.01' }))
      .at(later)
      .shows({
        ...open,
        found: [{ reason: 'SETTLEMENT_AMOUNT', expected: '1000.00', observed: '1000.01', difference: '0.01' }],
      });
  });

  it('does not hold at the tolerance, and holds beyond it', () => {
    const rules = { tolerance: { KES: '0.50' } };
    given(order(), callback(), line({ gross: '999.50' }))
      .at(later, rules)
      .shows(both);
    given(order(), callback(), line({ gross: '1000.50' }))
      .at(later, rules)
      .shows(both);
    given(order(), callback(), line({ gross: '999.49' }))
      .at(later, rules)
      .shows({
        ...open,
        found: ['SETTLEMENT_AMOUNT'],
      });
    given(order(), callback(), line({ gross: '1000.51' }))
      .at(later, rules)
      .shows({
        ...open,
        found: ['SETTLEMENT_AMOUNT'],
      });
  });

  it("compares with the payment's gross, not with the order", () => {
    given(order(), callback({ amount: '900.00' }), line({ gross: '900.00' }))
      .at(later)
      .shows({
        payment: 'unmatched',
        settlement: 'matched',
        found: ['AMOUNT_UNDER'],
      });
  });
});

describe('SETTLEMENT_CURRENCY: the line in another currency', () => {
  it('holds, and the amounts are then not compared', () => {
    given(order(), callback(), line({ gross: '77', currency: 'UGX' }))
      .at(later)
      .shows({
        ...open,
        found: [
          {
            reason: 'SETTLEMENT_CURRENCY',
            stage: 'settlement',
            expected: 'KES',
            observed: 'UGX',
            difference: null,
            opened_at: t('2 16:00'),
          },
        ],
      });
  });

  it('does not hold of the currency that the money was paid out in', () => {
    given(order(), callback(), line({ settlement_currency: 'USD', settlement_amount: '7.70' }))
      .at(later)
      .shows(both);
  });
});

describe('SETTLED_NOT_PAID: a line for what callbacks and polls call no payment', () => {
  it.each(['failed', 'expired', 'voided'] as const)('holds of a %s payment', (status) => {
    given(order(), callback({ status }), line())
      .at(later)
      .shows({
        ...open,
        found: [
          {
            reason: 'SETTLED_NOT_PAID',
            stage: 'settlement',
            kind: 'unmatched',
            opened_at: t('2 16:00'),
          },
        ],
      });
  });

  it('does not hold beside STATUS_CONFLICT: the line speaks for the payment', () => {
    for (const claims of [
      [callback({ status: 'failed' }), poll()],
      [callback(), poll({ status: 'failed' })],
    ]) {
      given(order(), ...claims, line())
        .at(later)
        .shows({ payment: 'unmatched', settlement: 'matched', found: ['STATUS_CONFLICT'] });
    }
  });

  it('holds since the line and the first word that denies the payment', () => {
    const denials = [
      callback({ status: 'failed', at: t('2 17:00') }),
      callback({ status: 'voided', at: t('2 18:00') }),
    ];
    given(order(), ...denials, line())
      .at(later)
      .shows({ ...open, found: [{ reason: 'SETTLED_NOT_PAID', opened_at: t('2 17:00') }] });
  });

  it('goes by the poll before the callback', () => {
    given(order(), callback({ status: 'pending' }), poll({ status: 'failed' }), line())
      .at(later)
      .shows({ payment: 'matched', settlement: 'unmatched', found: ['SETTLED_NOT_PAID'] });
  });

  it.each(['pending', 'inconclusive', 'authorised'] as const)('does not hold of a %s one', (status) => {
    given(order(), callback({ status }), line()).at(later).shows(both);
  });

  it('does not hold where another attempt failed', () => {
    given(order(), callback({ status: 'failed', payment: 'P0' }), callback(), line())
      .at(later)
      .shows(both);
  });
});

describe('lines that are of no payment', () => {
  it('of a payout or a charge of its own count in no stage', () => {
    const payout = line({ line_type: 'payout', payment: 'T1', gross: '-985.00' });
    const charge = line({ line_type: 'fee', payment: 'F1', gross: '-3.00' });
    given(order(), callback(), line(), payout, charge).at(later).shows(both);
  });
});
