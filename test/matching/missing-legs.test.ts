// What should be there and is not: money that the shop counts on, and orders for money that came.

import { describe, it } from 'vitest';
import { callback, given, line, order, refund, t } from './given.ts';

const expired = { reason: 'ORDER_EXPIRED', stage: 'payment', kind: 'closed' } as const;

describe('PAYMENT_MISSING: the shop counts on money that nobody saw', () => {
  const missing = { reason: 'PAYMENT_MISSING', expected: '1000.00', currency: 'KES' } as const;

  it.each(['paid', 'fulfilled'] as const)('holds of a %s order at its placing + grace.payment', (status) => {
    const counted = order({ status, status_at: t('2 08:10') });
    given(counted)
      .at(t('3 07:59:59.999'))
      .shows({ payment: 'pending', settlement: 'closed', next: t('3 08:00') });
    given(counted)
      .at(t('3 08:00'))
      .shows({
        payment: 'unmatched',
        settlement: 'closed',
        found: [{ ...missing, opened_at: t('3 08:00') }],
        next: null,
      });
  });

  it('opens when the shop counted it, where that was after the deadline', () => {
    given(order(), order({ status: 'paid', status_at: t('4 10:00') }))
      .at(t('6 00:00'))
      .shows({
        payment: 'unmatched',
        settlement: 'closed',
        found: [{ ...missing, opened_at: t('4 10:00') }],
      });
  });

  it('opens when the shop first counted on it, though it called the order fulfilled later', () => {
    const counted = order({ status: 'paid', status_at: t('4 10:00') });
    given(order(), counted, order({ status: 'fulfilled', status_at: t('5 10:00') }))
      .at(t('6 00:00'))
      .shows({ payment: 'unmatched', settlement: 'closed', found: [{ ...missing, opened_at: t('4 10:00') }] });
  });

  it('counts from the placing and not from expires_at, since such an order never expires', () => {
    const counted = order({ status: 'paid', expires_at: t('2 08:30') });
    given(counted)
      .at(t('2 09:00'))
      .shows({ payment: 'pending', settlement: 'closed', next: t('3 08:00') });
    given(counted)
      .at(t('3 08:00'))
      .shows({ payment: 'unmatched', settlement: 'closed', found: [missing] });
  });

  it('does not hold of an order that still awaits payment', () => {
    given(order())
      .at(t('9 00:00'))
      .shows({ payment: 'closed', settlement: 'closed', found: [expired] });
  });

  it('is over when the money comes, however late, for a paid order never expires', () => {
    const counted = order({ status: 'paid', status_at: t('2 08:10') });
    given(counted, callback({ at: t('4 08:00') }))
      .at(t('4 09:00'))
      .shows({ payment: 'matched', settlement: 'pending' });
    given(counted, line()).at(t('9 00:00')).shows({ payment: 'matched', settlement: 'matched' });
  });

  it('holds where all that came is failed', () => {
    given(order({ status: 'paid' }), callback({ status: 'failed' }))
      .at(t('3 08:00'))
      .shows({
        payment: 'unmatched',
        settlement: 'closed',
        found: [missing],
      });
  });

  it('does not hold where money came and went back in full', () => {
    given(order({ status: 'paid' }), callback(), refund())
      .at(t('9 00:00'))
      .shows({
        payment: 'matched',
        settlement: 'closed',
      });
  });
});

describe('ORDER_MISSING: money that nobody ordered', () => {
  const missing = { reason: 'ORDER_MISSING', observed: '1000.00', currency: 'KES' } as const;

  it('holds from the first sight of money + grace.order', () => {
    given(callback())
      .at(t('2 08:19:59.999'))
      .shows({ payment: 'pending', settlement: 'pending', next: t('2 08:20') });
    given(callback())
      .at(t('2 08:20'))
      .shows({
        payment: 'unmatched',
        settlement: 'pending',
        found: [{ ...missing, opened_at: t('2 08:20') }],
        next: t('3 16:00'),
      });
  });

  it('takes the midnight of its date, in the zone of the rules, for the first sight of a line', () => {
    given(line())
      .at(t('2 16:14:59.999'))
      .shows({ payment: 'pending', settlement: 'matched', next: t('2 16:15') });
    given(line())
      .at(t('2 16:15'))
      .shows({
        payment: 'unmatched',
        settlement: 'matched',
        found: [{ ...missing, opened_at: t('2 16:15') }],
      });
    const nairobi = { zone: 'Africa/Nairobi' };
    given(line()).at(t('2 21:14:59.999'), nairobi).shows({ payment: 'pending', settlement: 'matched' });
    given(line())
      .at(t('2 21:15'), nairobi)
      .shows({ payment: 'unmatched', settlement: 'matched', found: [missing] });
  });

  it('counts from money, not from an attempt that was pending before it', () => {
    given(callback({ status: 'pending', at: t('2 08:00') }), callback())
      .at(t('2 08:19'))
      .shows({
        payment: 'pending',
        settlement: 'pending',
      });
  });

  it('is over when the order comes, however late', () => {
    given(callback(), order()).at(t('2 12:00')).shows({ payment: 'matched', settlement: 'pending' });
  });

  it('does not hold of money that has no time, nor of money that went back in full', () => {
    given(callback({ at: null }))
      .at(t('30 00:00'))
      .shows({ payment: 'pending', settlement: 'pending', next: null });
    given(callback(), refund()).at(t('9 00:00')).shows({ payment: 'matched', settlement: 'closed' });
  });
});
