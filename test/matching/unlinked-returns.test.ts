// Returns of no payment that is known, by callback or by line.

import { describe, expect, it } from 'vitest';
import { callback, given, line, order, refund, refundLine, t } from './given.ts';

const soon = t('3 15:00');
const later = t('20 00:00');
const open = { payment: 'matched', settlement: 'unmatched' } as const;
const waiting = { payment: 'matched', settlement: 'pending' } as const;
const part = refund({ amount: '300.00' });

describe('REFUND_UNLINKED: a return of no payment that we know', () => {
  const stray = { reason: 'REFUND_UNLINKED', stage: 'settlement', kind: 'reversal' } as const;

  it('holds by callback, and the money counts neither as returned nor as seen', () => {
    const { assessment, shows } = given(order(), part).at(t('2 10:00'));
    shows({
      payment: 'pending',
      settlement: 'unmatched',
      found: [{ ...stray, observed: '300.00', currency: 'KES', opened_at: t('2 09:00') }],
    });
    expect(assessment.money.every(({ received, returned }) => received === 0n && returned === 0n)).toBe(true);
  });

  it('holds by line, as of its date', () => {
    given(order(), refundLine({ gross: '-300.00' }))
      .at(t('3 20:00'))
      .shows({
        payment: 'closed',
        settlement: 'unmatched',
        found: [{ ...stray, observed: '300.00', opened_at: t('3 16:00') }, 'ORDER_EXPIRED'],
      });
  });

  it('adds up no lines of different currencies', () => {
    const other = refundLine({
      id: 'other',
      original: 'P9',
      gross: '-70',
      currency: 'UGX',
      settlement_date: '2026-03-05',
    });
    given(refundLine({ original: 'P9', gross: '-300.00' }), other)
      .at(later)
      .shows({
        payment: 'closed',
        settlement: 'unmatched',
        found: [{ ...stray, observed: '300.00', currency: 'KES' }],
      });
  });

  it('holds once where callback and line tell the same return', () => {
    given(refund(), refundLine())
      .at(later)
      .shows({
        payment: 'closed',
        settlement: 'unmatched',
        found: [stray],
      });
  });

  it('does not hold of a return that failed or is pending', () => {
    given(order(), refund({ status: 'failed' }), refund({ payment: 'R2', status: 'pending' }))
      .at(t('2 10:00'))
      .shows({ payment: 'pending', settlement: 'closed' });
  });

  it('does not make an order missing', () => {
    given(part)
      .at(later)
      .shows({ payment: 'closed', settlement: 'unmatched', found: [stray] });
  });

  it('holds of a return that names another payment than the only one', () => {
    given(order(), callback(), line(), refund({ original: 'P9' }))
      .at(later)
      .shows({ ...open, found: [stray] });
  });

  it('holds of one that was only asked for and was taken by a line, as of its date', () => {
    given(refund({ status: 'pending', amount: '300.00' }), refundLine({ gross: '-300.00' }))
      .at(later)
      .shows({ payment: 'closed', settlement: 'unmatched', found: [{ ...stray, opened_at: t('3 16:00') }] });
  });

  it('is over when its payment appears (B15)', () => {
    given(order(), part, callback()).at(soon).shows(waiting);
    given(order(), part, line()).at(soon).shows(waiting);
  });
});
