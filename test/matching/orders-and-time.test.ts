// Orders and the passing of time: expiry, cancelling, missing orders and missing payments, each to the millisecond.

import { describe, expect, it } from 'vitest';
import { callback, given, line, order, poll, t } from './given.ts';

/** An hour before the default payment's settlement is due. */
const soon = t('3 15:00');
const expired = { reason: 'ORDER_EXPIRED', stage: 'payment', kind: 'closed' } as const;

describe('an order without money', () => {
  it('is pending until its placing + grace.payment', () => {
    given(order())
      .at(t('3 07:59:59.999'))
      .shows({ payment: 'pending', settlement: 'closed', next: t('3 08:00') });
  });

  it('is closed as expired exactly then, and for good', () => {
    given(order())
      .at(t('3 08:00'))
      .shows({ payment: 'closed', settlement: 'closed', found: [expired], next: null });
    given(order())
      .at(t('30 08:00'))
      .shows({ payment: 'closed', settlement: 'closed', found: [expired] });
  });

  it('opens its end at the deadline, not at the discovery', () => {
    given(order())
      .at(t('9 00:00'))
      .shows({
        payment: 'closed',
        settlement: 'closed',
        found: [{ ...expired, opened_at: t('3 08:00') }],
      });
  });

  it('expires at its own expires_at where it has one, sooner or later than the grace', () => {
    const brief = order({ expires_at: t('2 09:00') });
    given(brief)
      .at(t('2 08:59:59.999'))
      .shows({ payment: 'pending', settlement: 'closed', next: t('2 09:00') });
    given(brief)
      .at(t('2 09:00'))
      .shows({ payment: 'closed', settlement: 'closed', found: [expired] });
    const long = order({ expires_at: t('5 09:00') });
    given(long)
      .at(t('5 08:59:59.999'))
      .shows({ payment: 'pending', settlement: 'closed', next: t('5 09:00') });
    given(long)
      .at(t('5 09:00'))
      .shows({ payment: 'closed', settlement: 'closed', found: [expired] });
  });

  it('takes the grace from the rules', () => {
    const rules = { grace: { payment: 'PT2H' } };
    given(order()).at(t('2 09:59:59.999'), rules).shows({ payment: 'pending', settlement: 'closed' });
    given(order())
      .at(t('2 10:00'), rules)
      .shows({ payment: 'closed', settlement: 'closed', found: [expired] });
  });

  it('is closed at once when it is cancelled', () => {
    given(order({ status: 'cancelled', status_at: t('2 08:30') }))
      .at(t('2 08:31'))
      .shows({
        payment: 'closed',
        settlement: 'closed',
        found: [{ reason: 'ORDER_CANCELLED', stage: 'payment', kind: 'closed', opened_at: t('2 08:30') }],
      });
  });

  it('counts a cancelling without its own time from the placing', () => {
    given(order({ status: 'cancelled' }))
      .at(t('2 08:31'))
      .shows({
        payment: 'closed',
        settlement: 'closed',
        found: [{ reason: 'ORDER_CANCELLED', opened_at: t('2 08:00') }],
      });
  });
});

describe('failed attempts', () => {
  const failed = callback({ status: 'failed' });

  it('leave the order pending until it expires, for the customer may try again', () => {
    given(order(), failed).at(t('3 07:59:59.999')).shows({ payment: 'pending', settlement: 'closed' });
    given(order(), failed)
      .at(t('3 08:00'))
      .shows({ payment: 'closed', settlement: 'closed', found: [expired] });
  });

  it('do not hinder a second attempt that is paid', () => {
    const second = callback({ payment: 'P2', at: t('2 08:10') });
    given(order(), failed, second)
      .at(soon)
      .shows({ payment: 'matched', settlement: 'pending', next: t('3 16:00') });
  });

  it.each(['failed', 'expired', 'voided'] as const)('that are %s, with no order at all, are closed', (status) => {
    const { assessment, shows } = given(callback({ status })).at(t('9 00:00'));
    shows({ payment: 'closed', settlement: 'closed' });
    expect(assessment.findings).toMatchObject([{ stage: 'payment', kind: 'closed', reason: null }]);
  });

  it.each(['initiated', 'pending', 'authorised'] as const)('are no more money than one that is %s', (status) => {
    given(order(), callback({ status })).at(t('3 07:59')).shows({ payment: 'pending', settlement: 'closed' });
    given(order(), callback({ status }))
      .at(t('3 08:00'))
      .shows({
        payment: 'closed',
        settlement: 'closed',
        found: [expired],
      });
  });
});

describe('PAID_AFTER_CANCEL: money at or after the end of an order', () => {
  const unmatched = { payment: 'unmatched', settlement: 'pending' } as const;
  const matched = { payment: 'matched', settlement: 'pending' } as const;
  const waiting = { payment: 'pending', settlement: 'pending' } as const;
  const late = 'PAID_AFTER_CANCEL';

  it('holds from the very instant of expiry', () => {
    const brief = order({ expires_at: t('2 08:05') });
    given(brief, callback({ at: t('2 08:05') }))
      .at(soon)
      .shows({
        ...unmatched,
        found: [{ reason: late, observed: '1000.00', currency: 'KES', opened_at: t('2 08:05') }],
      });
    given(brief, callback({ at: t('2 08:04:59.999') }))
      .at(soon)
      .shows(matched);
    given(brief, callback({ at: t('2 08:04:59') }))
      .at(soon)
      .shows(matched);
  });

  it('holds from the instant of placing + grace.payment', () => {
    given(order(), callback({ at: t('3 08:00') }))
      .at(soon)
      .shows({ ...unmatched, found: [late] });
    given(order(), callback({ at: t('3 07:59:59.999') }))
      .at(soon)
      .shows(matched);
  });

  it('holds from the instant of cancelling', () => {
    const cancelled = order({ status: 'cancelled', status_at: t('2 08:30') });
    given(cancelled, callback({ at: t('2 08:30') }))
      .at(soon)
      .shows({
        ...unmatched,
        found: [{ reason: late, opened_at: t('2 08:30') }],
      });
    given(cancelled, callback({ at: t('2 09:30') }))
      .at(soon)
      .shows({
        ...unmatched,
        found: [{ reason: late, opened_at: t('2 09:30') }],
      });
    given(cancelled, callback({ at: t('2 08:29:59.999') }))
      .at(soon)
      .shows(waiting);
  });

  it('holds of an order that had expired before it was cancelled', () => {
    const ended = order({ expires_at: t('2 09:00'), status: 'cancelled', status_at: t('2 10:00') });
    given(ended, callback({ at: t('2 09:30') }))
      .at(soon)
      .shows({ ...unmatched, found: [late] });
    given(ended, callback({ at: t('2 08:59:59.999') }))
      .at(soon)
      .shows(waiting);
  });

  it('goes by the earliest time of success that a callback or poll claims', () => {
    const brief = order({ expires_at: t('2 08:05') });
    given(brief, callback({ at: t('2 08:06') }), poll({ at: t('2 08:04') }))
      .at(soon)
      .shows(matched);
    given(brief, callback({ at: t('2 08:04') }), poll({ at: t('2 08:06') }))
      .at(soon)
      .shows(matched);
    given(brief, callback({ status: 'pending', at: t('2 08:04') }), poll({ at: t('2 08:06') }))
      .at(soon)
      .shows({ ...unmatched, found: [late] });
  });

  it('cannot hold of money known by its line alone, which tells no time of success', () => {
    given(order({ expires_at: t('2 08:05') }), line())
      .at(t('5 00:00'))
      .shows({
        payment: 'matched',
        settlement: 'matched',
      });
  });

  it('cannot hold of a success that has no time', () => {
    given(order({ expires_at: t('2 08:05') }), callback({ at: null }))
      .at(soon)
      .shows(matched);
  });
});

describe('an order of several statuses', () => {
  const cancelled = order({ status: 'cancelled', status_at: t('2 08:30') });
  const paid = order({ status: 'paid', status_at: t('2 08:40') });

  it('is revived when it is paid after it was cancelled', () => {
    given(order(), cancelled, paid).at(t('2 09:00')).shows({ payment: 'pending', settlement: 'closed' });
    given(order(), cancelled, paid, callback({ at: t('2 08:35') }))
      .at(soon)
      .shows({
        payment: 'matched',
        settlement: 'pending',
      });
  });

  it('is cancelled when that came after it was paid', () => {
    const before = order({ status: 'paid', status_at: t('2 08:20') });
    given(order(), before, cancelled)
      .at(t('2 09:00'))
      .shows({
        payment: 'closed',
        settlement: 'closed',
        found: [{ reason: 'ORDER_CANCELLED', opened_at: t('2 08:30') }],
      });
  });

  it('is not cancelled, paid or fulfilled before the time of that status', () => {
    for (const status of ['cancelled', 'paid', 'fulfilled'] as const) {
      given(order({ status, status_at: t('2 10:00') }))
        .at(t('2 09:59:59.999'))
        .shows({ payment: 'pending', settlement: 'closed', next: t('2 10:00') });
    }
    given(order(), order({ status: 'cancelled', status_at: t('2 10:00') }), callback())
      .at(t('2 09:00'))
      .shows({ payment: 'matched', settlement: 'pending', next: t('2 10:00') });
  });

  it('has counted as paid all the while where a status was overtaken at once', () => {
    const first = order({ status: 'paid', status_at: t('2 08:00') });
    const [overtaken, last] = (['awaiting_payment', 'fulfilled'] as const).map((status) =>
      order({ status, status_at: t('6 09:00') }),
    );
    given(first, overtaken!, last!)
      .at(t('9 00:00'))
      .shows({
        payment: 'unmatched',
        settlement: 'closed',
        found: [{ reason: 'PAYMENT_MISSING', opened_at: t('3 08:00') }],
      });
  });

  it('takes a status without its own time to hold from the placing', () => {
    given(order({ status: 'paid' }), cancelled)
      .at(t('2 09:00'))
      .shows({
        payment: 'closed',
        settlement: 'closed',
        found: ['ORDER_CANCELLED'],
      });
  });
});

describe('what an assessment says of the key', () => {
  it("names the order's shop and the provider", () => {
    const { assessment } = given(callback(), order()).at(soon);
    expect([assessment.merchant, assessment.provider]).toEqual(['shop-1', 'mfs-africa']);
  });
});
