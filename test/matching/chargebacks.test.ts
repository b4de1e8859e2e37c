// Chargebacks: open without an outcome, lost as a return, won as if they had never been.

import { describe, expect, it } from 'vitest';
import { callback, chargeback, given, line, order, poll, t } from './given.ts';

const later = t('20 00:00');
const both = { payment: 'matched', settlement: 'matched' } as const;
const settled = [order(), callback(), line()] as const;
const lostLine = line({ line_type: 'chargeback', payment: 'C1', original: 'P1', gross: '-1000.00' });

describe('CHARGEBACK_OPEN: a chargeback without its outcome', () => {
  it('holds from its opening', () => {
    given(...settled, chargeback('disputed'))
      .at(later)
      .shows({
        payment: 'unmatched',
        settlement: 'matched',
        found: [
          {
            reason: 'CHARGEBACK_OPEN',
            stage: 'payment',
            kind: 'unmatched',
            observed: '1000.00',
            currency: 'KES',
            opened_at: t('2 10:00'),
          },
        ],
      });
  });

  it('holds since the first word of it, also where that is not yet a dispute', () => {
    given(...settled, chargeback('pending', { at: t('2 09:30') }), chargeback('disputed'))
      .at(later)
      .shows({
        payment: 'unmatched',
        settlement: 'matched',
        found: [{ reason: 'CHARGEBACK_OPEN', opened_at: t('2 09:30') }],
      });
  });

  it('returns nothing as yet', () => {
    const { assessment } = given(...settled, chargeback('disputed')).at(later);
    expect(assessment.money).toEqual([{ currency: 'KES', received: 100000n, returned: 0n }]);
  });

  it('is over when it is won, as if it had never been (B15)', () => {
    const { assessment, shows } = given(
      ...settled,
      chargeback('disputed'),
      chargeback('succeeded', { at: t('5 10:00') }),
    ).at(later);
    shows(both);
    expect(assessment.money).toEqual([{ currency: 'KES', received: 100000n, returned: 0n }]);
  });

  it('is over when it is lost, and the claw-back is due from then', () => {
    const lost = chargeback('charged_back', { at: t('5 10:00') });
    given(...settled, chargeback('disputed'), lost)
      .at(t('6 15:59:59.999'))
      .shows({
        payment: 'matched',
        settlement: 'pending',
        next: t('6 16:00'),
      });
    given(...settled, chargeback('disputed'), lost)
      .at(t('6 16:00'))
      .shows({
        payment: 'matched',
        settlement: 'unmatched',
        found: [{ reason: 'REVERSAL_NOT_SETTLED', expected: '1000.00', opened_at: t('6 16:00') }],
      });
    given(...settled, chargeback('disputed'), lost, lostLine)
      .at(later)
      .shows(both);
  });

  it("may be told by the payment's own status, and is over when that is its own again", () => {
    const disputed = poll({ status: 'disputed', at: t('4 10:00') });
    given(...settled, disputed)
      .at(later)
      .shows({
        payment: 'unmatched',
        settlement: 'matched',
        found: [{ reason: 'CHARGEBACK_OPEN', observed: '1000.00', opened_at: t('4 10:00') }],
      });
    given(...settled, disputed, poll({ at: t('5 10:00') }))
      .at(later)
      .shows(both);
  });

  it('stays with one of two chargebacks', () => {
    const half = { amount: '500.00' };
    const other = chargeback('disputed', { ...half, payment: 'C2' });
    given(...settled, chargeback('disputed', half), chargeback('succeeded', half), other)
      .at(later)
      .shows({
        payment: 'unmatched',
        settlement: 'matched',
        found: [{ reason: 'CHARGEBACK_OPEN', observed: '500.00' }],
      });
  });

  it('still holds of a payment that went back in full', () => {
    const refunded = callback({ kind: 'refund', payment: 'R1', original: 'P1' });
    given(order(), callback(), refunded, chargeback('disputed'))
      .at(later)
      .shows({
        payment: 'unmatched',
        settlement: 'closed',
        found: ['CHARGEBACK_OPEN'],
      });
  });
});

describe('a lost chargeback', () => {
  it('is a return of its payment', () => {
    const { assessment, shows } = given(order(), callback(), chargeback('charged_back')).at(later);
    shows({ payment: 'matched', settlement: 'closed' });
    expect(assessment.money).toEqual([{ currency: 'KES', received: 100000n, returned: 100000n }]);
  });

  it('is told by a line alone', () => {
    const { assessment, shows } = given(...settled, lostLine).at(later);
    shows(both);
    expect(assessment.money).toEqual([{ currency: 'KES', received: 100000n, returned: 100000n }]);
  });

  it('beside a refund is more than was paid', () => {
    const refunded = callback({ kind: 'refund', payment: 'R1', original: 'P1', amount: '0.01' });
    const { assessment } = given(order(), callback(), chargeback('charged_back'), refunded).at(t('3 15:00'));
    expect(assessment.findings).toContainEqual(
      expect.objectContaining({ reason: 'REFUND_EXCEEDS_PAYMENT', observed: '1000.01', difference: '0.01' }),
    );
  });

  it('of no payment that is known is REFUND_UNLINKED', () => {
    given(...settled, chargeback('charged_back', { original: 'P9' }))
      .at(later)
      .shows({
        payment: 'matched',
        settlement: 'unmatched',
        found: ['REFUND_UNLINKED'],
      });
  });
});
