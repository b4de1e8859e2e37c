// Attempts that are neither paid nor failed: they suspend the end of an order, and become a case after their grace.

import { describe, expect, it } from 'vitest';
import { callback, given, line, order, poll, t } from './given.ts';

const unknown = callback({ status: 'inconclusive' });
const pending = { payment: 'pending', settlement: 'closed' } as const;
const open = { reason: 'PAYMENT_INCONCLUSIVE', stage: 'payment', kind: 'unmatched' } as const;

describe('PAYMENT_INCONCLUSIVE: nobody knows, for too long', () => {
  it('holds from the first such claim + grace.inconclusive', () => {
    given(order(), unknown)
      .at(t('5 08:04:59.999'))
      .shows({ ...pending, next: t('5 08:05') });
    given(order(), unknown)
      .at(t('5 08:05'))
      .shows({
        payment: 'unmatched',
        settlement: 'closed',
        found: [{ ...open, opened_at: t('5 08:05') }],
        next: null,
      });
  });

  it('counts from the first of several', () => {
    given(order(), unknown, poll({ status: 'inconclusive', at: t('4 08:05') }))
      .at(t('5 08:05'))
      .shows({
        payment: 'unmatched',
        settlement: 'closed',
        found: [{ ...open, opened_at: t('5 08:05') }],
      });
  });

  it('takes the grace from the rules', () => {
    const rules = { grace: { inconclusive: 'PT1H' } };
    given(order(), unknown).at(t('2 09:04:59.999'), rules).shows(pending);
    given(order(), unknown)
      .at(t('2 09:05'), rules)
      .shows({ payment: 'unmatched', settlement: 'closed', found: [open] });
  });

  it('suspends the expiry of the order, and PAYMENT_MISSING', () => {
    given(order(), unknown).at(t('4 08:00')).shows(pending);
    given(order({ expires_at: t('2 09:00') }), unknown)
      .at(t('2 12:00'))
      .shows(pending);
    given(order({ status: 'paid' }), unknown)
      .at(t('4 08:00'))
      .shows(pending);
    given(order({ status: 'paid' }), unknown)
      .at(t('5 08:05'))
      .shows({
        payment: 'unmatched',
        settlement: 'closed',
        found: [open],
      });
  });

  it('suspends the closing of a cancelled order', () => {
    given(order({ status: 'cancelled', status_at: t('2 08:30') }), unknown)
      .at(t('3 00:00'))
      .shows(pending);
  });

  it('is over with any final word, late as it may be', () => {
    given(order(), unknown, poll({ at: t('2 08:06') }))
      .at(t('3 15:00'))
      .shows({
        payment: 'matched',
        settlement: 'pending',
      });
    given(order(), unknown, poll({ status: 'failed', at: t('6 08:00') }))
      .at(t('6 09:00'))
      .shows({
        payment: 'closed',
        settlement: 'closed',
        found: ['ORDER_EXPIRED'],
      });
    given(order(), unknown, line()).at(t('9 00:00')).shows({ payment: 'matched', settlement: 'matched' });
  });

  it('holds per payment, also beside one that is paid', () => {
    const other = callback({ payment: 'P2', at: t('2 08:10') });
    const second = line({ payment: 'P2' });
    given(order(), unknown, other, second)
      .at(t('5 08:05'))
      .shows({
        payment: 'unmatched',
        settlement: 'matched',
        found: [open],
      });
  });

  it('holds per payment, each from its own first claim', () => {
    const other = callback({ status: 'inconclusive', payment: 'P2', at: t('3 08:05') });
    given(order(), unknown, other)
      .at(t('5 08:05'))
      .shows({
        payment: 'unmatched',
        settlement: 'closed',
        found: [open],
        next: t('6 08:05'),
      });
    given(order(), unknown, other)
      .at(t('6 08:05'))
      .shows({
        payment: 'unmatched',
        settlement: 'closed',
        found: [open, open],
      });
  });

  it('is money neither way: no order need be there, and none is missing', () => {
    given(unknown).at(t('4 00:00')).shows(pending);
    given(unknown)
      .at(t('5 08:05'))
      .shows({ payment: 'unmatched', settlement: 'closed', found: [open] });
  });

  it('never holds of a claim that has no time', () => {
    given(order(), callback({ status: 'inconclusive', at: null }))
      .at(t('30 00:00'))
      .shows({ ...pending, next: null });
  });
});

describe('an answer without an id to a poll', () => {
  const unclear = poll({ status: 'inconclusive', payment: null, amount: null, at: t('2 08:04') });
  const late = t('6 00:00');

  it('is of the payment that a later poll names', () => {
    given(order(), unclear, poll({ at: t('2 08:20') }), line())
      .at(late)
      .shows({ payment: 'matched', settlement: 'matched' });
  });

  it('is an attempt of its own beside a callback alone, an earlier poll, or two payments', () => {
    const alone = [[callback()], [poll({ at: t('2 08:03') })]];
    for (const told of alone) {
      const { assessment } = given(order(), unclear, ...told, line()).at(late);
      expect(assessment.findings.map(({ reason }) => reason)).toContain('PAYMENT_INCONCLUSIVE');
    }
    const two = [poll({ at: t('2 08:20') }), poll({ payment: 'P2', at: t('2 08:20') })];
    const { assessment } = given(order(), unclear, ...two, line()).at(late);
    expect(assessment.findings.map(({ reason }) => reason)).toContain('PAYMENT_INCONCLUSIVE');
  });
});
