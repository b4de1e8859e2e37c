// A part of an authorised amount that was captured, while the rest was released.

import { describe, expect, it } from 'vitest';
import { callback, given, line, type ObservedGiven, order, poll, t } from './given.ts';

const soon = t('3 15:00');
const later = t('9 00:00');
const paid = { payment: 'matched', settlement: 'pending' } as const;
const both = { payment: 'matched', settlement: 'matched' } as const;

describe('an authorised amount of which a part was captured', () => {
  const asked = callback({ id: 'a', status: 'authorised', amount: '1500.00' });
  const captured = callback({ id: 'b', at: t('2 09:00') });
  const released = (parts: ObservedGiven = {}) =>
    callback({ id: 'c', status: 'voided', amount: '500.00', at: t('2 09:05'), ...parts });

  it('is the part that was captured, and the release of the rest says nothing of it', () => {
    given(order(), asked, captured, released()).at(soon).shows(paid);
    given(order(), asked, released(), line()).at(later).shows(both);
    given(order(), asked, captured, poll({ status: 'voided', amount: '500.00', at: t('2 09:05') }))
      .at(soon)
      .shows(paid);
  });

  it('is no payment where the whole was released, or where nothing was captured', () => {
    for (const amount of ['1500.00', '500.00']) {
      const { assessment } = given(order({ status: 'cancelled' }), asked, released({ amount })).at(soon);
      expect([assessment.payment, assessment.money]).toEqual(['closed', []]);
    }
  });

  it.each<[string, ObservedGiven]>([
    ['the whole', { amount: '1500.00' }],
    ['more than was authorised', { amount: '2000.00' }],
    ['an amount that nobody told', { amount: null, currency: null }],
    ['another currency', { currency: 'UGX', amount: '500' }],
  ])('is contradicted by a release of %s', (_what, parts) => {
    const { assessment } = given(order(), asked, captured, released(parts)).at(soon);
    expect(assessment.findings.map(({ reason }) => reason)).toContain('STATUS_CONFLICT');
  });
});
