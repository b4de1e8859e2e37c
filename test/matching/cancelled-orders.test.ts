// Orders that the shop cancelled after they were paid: the money goes back in time, or the shop delivers after all.

import { describe, expect, it } from 'vitest';
import { callback, given, line, order, refund, refundLine, t } from './given.ts';

const cancelled = order({ status: 'cancelled', status_at: t('2 12:00') });
const waiting = { payment: 'pending', settlement: 'matched' } as const;
const open = { payment: 'unmatched', settlement: 'matched' } as const;
const both = { payment: 'matched', settlement: 'matched' } as const;
const kept = { reason: 'CANCELLED_BUT_PAID', stage: 'payment', kind: 'unmatched', expected: '0.00' } as const;

describe('CANCELLED_BUT_PAID: the money of an order that was cancelled after it was paid', () => {
  it('holds from grace.return after it was cancelled, and is waited for until then', () => {
    given(cancelled, callback(), line())
      .at(t('5 11:59:59.999'))
      .shows({ ...waiting, next: t('5 12:00') });
    given(cancelled, callback(), line())
      .at(t('5 12:00'))
      .shows({ ...open, found: [{ ...kept, observed: '1000.00', opened_at: t('5 12:00') }], next: null });
  });

  it('holds of money that only a line tells', () => {
    given(cancelled, line())
      .at(t('20 00:00'))
      .shows({ ...open, found: [kept] });
  });

  it('holds of what did not go back', () => {
    given(cancelled, callback(), line(), refund({ amount: '400.00' }), refundLine({ gross: '-400.00' }))
      .at(t('20 00:00'))
      .shows({ ...open, found: [{ ...kept, observed: '600.00' }] });
  });

  it('is over when all of it went back, or the shop counts the order as paid after all', () => {
    given(cancelled, callback(), line(), refund(), refundLine()).at(t('20 00:00')).shows(both);
    given(cancelled, order({ status: 'paid', status_at: t('9 12:00') }), callback(), line())
      .at(t('20 00:00'))
      .shows(both);
  });

  it('does not hold of a payment after the cancellation, which is PAID_AFTER_CANCEL', () => {
    const { assessment } = given(cancelled, callback({ at: t('2 12:00') }), line()).at(t('20 00:00'));
    const reasons = assessment.findings.flatMap(({ reason }) => reason ?? []);
    expect(reasons).toEqual(['PAID_AFTER_CANCEL']);
  });

  it('holds of a payment after the deadline of an order that the shop counted as paid, for it never expired', () => {
    const counted = order({ status: 'paid', status_at: t('2 08:20') });
    const given_up = order({ status: 'cancelled', status_at: t('4 12:00') });
    given(order(), counted, given_up, callback({ at: t('3 10:00') }), line({ settlement_date: '2026-03-04' }))
      .at(t('7 12:00'))
      .shows({ ...open, found: [{ ...kept, opened_at: t('7 12:00') }] });
  });

  it('does not hold without money', () => {
    given(cancelled, callback({ status: 'failed' }))
      .at(t('20 00:00'))
      .shows({ payment: 'closed', settlement: 'closed', found: ['ORDER_CANCELLED'] });
  });
});
