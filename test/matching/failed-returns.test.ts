// Returns that did not reach the payer: a refund that bounced after it was said to have succeeded, a chargeback that
// was won after its money was taken, and the line with which the money comes back.

import { describe, expect, it } from 'vitest';
import { callback, given, type LineGiven, line, type ObservedGiven, order, refund, refundLine, t } from './given.ts';

const later = t('20 00:00');
const both = { payment: 'matched', settlement: 'matched' } as const;
const paid = [order({ status: 'paid' }), callback(), line()] as const;
const sent = refund({ at: t('3 10:00') });
const failed = (parts: ObservedGiven = {}) => refund({ id: 'failed', status: 'failed', at: t('5 10:00'), ...parts });
const taken = refundLine({ settlement_date: '2026-03-04' });
const back = (parts: LineGiven = {}) =>
  refundLine({ id: 'back', line_type: 'return_failed', gross: '1000.00', settlement_date: '2026-03-08', ...parts });
const broken = {
  reason: 'REFUND_FAILED',
  stage: 'payment',
  kind: 'unmatched',
  expected: '1000.00',
  observed: '0.00',
  opened_at: t('5 10:00'),
} as const;

describe('REFUND_FAILED: the customer was told of money that did not arrive', () => {
  it('holds from the failure on, and the money no longer counts as returned', () => {
    const { shows, assessment } = given(...paid, sent, taken, failed()).at(t('6 10:00'));
    shows({ payment: 'unmatched', settlement: 'pending', found: [broken], next: t('6 16:00') });
    expect(assessment.money).toEqual([{ currency: 'KES', received: 100000n, returned: 0n }]);
  });

  it('holds since the first word of the failure, however often it is repeated', () => {
    const repeated = refund({ id: 'polled', via: 'poll', status: 'failed', at: t('6 08:00') });
    given(...paid, sent, taken, failed(), repeated)
      .at(t('6 10:00'))
      .shows({ payment: 'unmatched', settlement: 'pending', found: [broken] });
  });

  it('holds where nothing was taken yet', () => {
    given(...paid, sent, failed())
      .at(later)
      .shows({ payment: 'unmatched', settlement: 'matched', found: [broken] });
  });

  it('is over when the money comes back, by whichever id the line names it', () => {
    for (const line of [back(), back({ payment: 'X1', original: 'P1' }), back({ payment: 'P1', original: null })]) {
      const { shows, assessment } = given(...paid, sent, taken, failed(), line).at(later);
      shows(both);
      expect(assessment.money).toEqual([{ currency: 'KES', received: 100000n, returned: 0n }]);
    }
  });

  it('is over when the money is returned again, under the same id or another', () => {
    const again = { at: t('6 10:00') };
    given(...paid, sent, taken, failed(), refund({ id: 'again', ...again }), back({ settlement_date: '2026-03-06' }))
      .at(t('6 12:00'))
      .shows({ payment: 'matched', settlement: 'pending', next: t('9 16:00') });
    const second = [refund({ payment: 'R2', ...again }), refundLine({ payment: 'R2', settlement_date: '2026-03-09' })];
    given(...paid, sent, taken, failed(), ...second, back())
      .at(later)
      .shows(both);
  });

  it('does not hold of one that was only asked for', () => {
    given(...paid, refund({ status: 'pending' }))
      .at(later)
      .shows(both);
    given(...paid, refund({ status: 'pending' }), failed())
      .at(later)
      .shows(both);
  });

  it('does not hold where it succeeded after it had failed', () => {
    given(...paid, failed({ at: t('3 09:00') }), sent, taken)
      .at(later)
      .shows(both);
  });
});

describe('money that was taken for a refund that failed', () => {
  const kept = { reason: 'SETTLEMENT_AMOUNT', expected: '0.00', observed: '1000.00' } as const;

  it('is a difference of the settlement where it did not come back in time, from then on', () => {
    given(...paid, sent, taken, failed())
      .at(t('9 16:00'))
      .shows({
        payment: 'unmatched',
        settlement: 'unmatched',
        found: [broken, { ...kept, opened_at: t('6 16:00') }],
      });
  });

  it('still is where the customer was paid again: the gateway took it twice', () => {
    const again = refund({ payment: 'R2', at: t('6 10:00') });
    const { assessment } = given(...paid, sent, taken, failed(), again, refundLine({ payment: 'R2' })).at(later);
    expect(assessment.findings.filter(({ subject }) => subject === 'R1')).toMatchObject([kept]);
  });
});

describe('a refund that failed, of a payment that nobody knows', () => {
  it('is no return, unless its money was taken and did not come back', () => {
    const lost = [refund({ original: 'P9' }), failed({ original: 'P9' })];
    given(...paid, ...lost)
      .at(later)
      .shows(both);
    const gone = refundLine({ original: 'P9' });
    given(...paid, ...lost, gone, back({ original: 'P9' }))
      .at(later)
      .shows(both);
    given(...paid, ...lost, gone)
      .at(later)
      .shows({ payment: 'matched', settlement: 'unmatched', found: ['REFUND_UNLINKED'] });
  });
});

describe('money of a return that came back', () => {
  it('undoes a return that nobody said had failed', () => {
    const { shows, assessment } = given(...paid, sent, taken, back()).at(later);
    shows(both);
    expect(assessment.money).toEqual([{ currency: 'KES', received: 100000n, returned: 0n }]);
  });

  it('undoes it as far as it goes', () => {
    const { shows, assessment } = given(...paid, sent, taken, back({ gross: '400.00' })).at(later);
    shows(both);
    expect(assessment.money).toEqual([{ currency: 'KES', received: 100000n, returned: 60000n }]);
  });

  it('before its claw-back was read, waits for that without a break', () => {
    given(...paid, sent, failed(), back())
      .at(later)
      .shows({ payment: 'matched', settlement: 'pending' });
  });

  it('of another amount than was taken is a difference', () => {
    given(...paid, sent, taken, failed(), back({ gross: '900.00' }))
      .at(later)
      .shows({
        payment: 'matched',
        settlement: 'unmatched',
        found: [{ reason: 'SETTLEMENT_AMOUNT', expected: '0.00', observed: '100.00' }],
      });
  });

  it('of a return that nobody knows, waits for it', () => {
    given(...paid, back({ payment: 'X1', original: 'P1' }))
      .at(later)
      .shows({ payment: 'matched', settlement: 'pending' });
  });

  it('goes to the return of its amount, of several', () => {
    const two = [
      ...[refund({ payment: 'R1', amount: '300.00' }), refund({ payment: 'R2', amount: '400.00' })],
      ...[refundLine({ payment: 'R1', gross: '-300.00' }), refundLine({ payment: 'R2', gross: '-400.00' })],
    ];
    const { shows, assessment } = given(...paid, ...two, back({ payment: 'X1', original: 'P1', gross: '400.00' })).at(
      later,
    );
    shows(both);
    expect(assessment.money).toEqual([{ currency: 'KES', received: 100000n, returned: 30000n }]);
  });
});

describe('a chargeback that was won', () => {
  const won = [
    callback({ kind: 'chargeback', status: 'disputed', payment: 'D1', original: 'P1', at: t('4 10:00') }),
    callback({ id: 'won', kind: 'chargeback', status: 'succeeded', payment: 'D1', original: 'P1', at: t('9 10:00') }),
  ];
  const lost = line({
    id: 'lost',
    line_type: 'chargeback',
    payment: 'D1',
    original: 'P1',
    gross: '-1000.00',
    settlement_date: '2026-03-05',
  });

  it('has its money back by settlement.days later, and is a difference without', () => {
    given(...paid, ...won, lost)
      .at(t('10 15:59'))
      .shows({ payment: 'matched', settlement: 'pending', next: t('10 16:00') });
    given(...paid, ...won, lost)
      .at(t('10 16:00'))
      .shows({
        payment: 'matched',
        settlement: 'unmatched',
        found: [{ reason: 'SETTLEMENT_AMOUNT', expected: '0.00', observed: '1000.00' }],
      });
    given(...paid, ...won, lost, back({ payment: 'D1' }))
      .at(later)
      .shows(both);
  });
});
