// Refunds and reversals: what they return, of which payment, and the claw-back that settlement owes for them.

import { describe, expect, it } from 'vitest';
import { callback, given, line, order, poll, refund, refundLine, t } from './given.ts';

const soon = t('3 15:00');
const later = t('20 00:00');
const both = { payment: 'matched', settlement: 'matched' } as const;
const open = { payment: 'matched', settlement: 'unmatched' } as const;
const waiting = { payment: 'matched', settlement: 'pending' } as const;
const nothing = { payment: 'matched', settlement: 'closed' } as const;
const part = refund({ amount: '300.00' });

describe('a partial refund', () => {
  it('does not reduce what was paid for the order', () => {
    const { assessment, shows } = given(order(), callback(), part).at(soon);
    shows(waiting);
    expect(assessment.money).toEqual([{ currency: 'KES', received: 100000n, returned: 30000n }]);
  });

  it('adds up with others to a return in full (B15)', () => {
    const rest = refund({ payment: 'R2', amount: '700.00' });
    given(order(), callback(), part, rest).at(later).shows(nothing);
    given(order(), callback(), part, refund({ payment: 'R2', amount: '699.99' }))
      .at(later)
      .shows({
        ...open,
        found: ['SETTLEMENT_MISSING'],
      });
  });
});

describe('two returns that are told under the id of their payment', () => {
  it('are told apart by ids of their own', () => {
    const reporting = (id: string) =>
      refund({ id, payment: 'P1', original: null, operator_transaction_id: `O-${id}`, amount: '300.00' });
    const { assessment } = given(order(), callback(), line(), reporting('e1'), reporting('e2')).at(later);
    const subjects = assessment.findings.filter(({ reason }) => reason === 'REVERSAL_NOT_SETTLED');
    expect(subjects.map(({ subject }) => subject).sort()).toEqual(['O-e1', 'O-e2']);
  });
});

describe('a return that is told under the id of its payment alone', () => {
  const reporting = (id: string, given: Parameters<typeof refund>[0] = {}) =>
    refund({ id, payment: 'P1', original: null, amount: '600.00', ...given });
  const taken = (id: string, gross: string) => refundLine({ id, payment: 'P1', original: null, gross });

  it('is one, however often it is told', () => {
    const told = [reporting('e1'), reporting('e2', { via: 'poll', at: t('2 09:05') })];
    const { assessment, shows } = given(order(), callback(), line(), ...told, taken('l1', '-600.00')).at(later);
    shows(both);
    expect(assessment.money).toEqual([{ currency: 'KES', received: 100000n, returned: 60000n }]);
  });

  it('is another one with another amount, or of another kind', () => {
    const others = [reporting('e2', { amount: '300.00' }), reporting('e3', { kind: 'reversal', amount: '100.00' })];
    const lines = [taken('l1', '-600.00'), taken('l2', '-300.00'), taken('l3', '-100.00')];
    const { assessment, shows } = given(order(), callback(), line(), reporting('e1'), ...others, ...lines).at(later);
    shows(both);
    expect(assessment.money).toEqual([{ currency: 'KES', received: 100000n, returned: 100000n }]);
  });

  it('is none once it failed, and the line that took its money belongs to it', () => {
    const failed = reporting('e2', { status: 'failed', at: t('3 09:00') });
    const { assessment } = given(order(), callback(), line(), reporting('e1'), failed, taken('l1', '-600.00')).at(
      later,
    );
    const reasons = assessment.findings.flatMap(({ reason }) => reason ?? []);
    expect(reasons).toEqual(['REFUND_FAILED', 'SETTLEMENT_AMOUNT']);
    expect(assessment.money).toEqual([{ currency: 'KES', received: 100000n, returned: 0n }]);
  });
});

describe('a payment that went back in full', () => {
  it('stands as matched, with a reversal of what was paid', () => {
    const { assessment, shows } = given(order(), callback(), line(), refund(), refundLine()).at(later);
    shows({ ...both, next: null });
    const reversals = assessment.findings.filter((finding) => finding.kind === 'reversal');
    expect(reversals).toMatchObject([
      { stage: 'payment', reason: null, subject: 'P1', expected: '1000.00', observed: '1000.00', currency: 'KES' },
    ]);
    expect(assessment.money).toEqual([{ currency: 'KES', received: 100000n, returned: 100000n }]);
  });

  it('misses nothing where neither was settled', () => {
    given(order(), callback(), refund())
      .at(soon)
      .shows({ ...nothing, next: null });
    given(order(), callback(), refund()).at(later).shows(nothing);
  });

  it('is told by its own status as well as by a return', () => {
    given(order(), callback(), poll({ status: 'refunded', at: t('2 09:00') }))
      .at(later)
      .shows(nothing);
    given(order(), callback({ status: 'reversed' }))
      .at(later)
      .shows(nothing);
  });

  it('raises neither amounts, currency, missing order, cancelling nor duplicates', () => {
    given(order(), callback({ amount: '999.00' }), refund({ amount: '999.00' }))
      .at(later)
      .shows(nothing);
    given(order(), callback({ amount: '1001.00' }), refund({ amount: '1001.00' }))
      .at(later)
      .shows(nothing);
    const shillings = { amount: '1000', currency: 'UGX' };
    given(order(), callback(shillings), refund(shillings)).at(later).shows(nothing);
    given(callback(), refund()).at(later).shows(nothing);
    const cancelled = order({ status: 'cancelled', status_at: t('2 08:01') });
    given(cancelled, callback(), refund()).at(later).shows(nothing);
    const again = callback({ payment: 'P2' });
    given(order(), callback(), again, refund(), refund({ payment: 'R2', original: 'P2' }))
      .at(later)
      .shows(nothing);
  });

  it('still raises contradictions and what is not understood', () => {
    given(order(), callback(), poll({ status: 'refunded' }), callback({ status: 'failed', at: t('2 08:04') }))
      .at(later)
      .shows({ payment: 'unmatched', settlement: 'closed', found: ['STATUS_CONFLICT'] });
    given(order(), callback(), refund(), poll({ status: 'unclassified', word: 'limbo' }))
      .at(later)
      .shows({
        payment: 'unmatched',
        settlement: 'closed',
        found: ['UNCLASSIFIED'],
      });
  });

  it('is in full by the minor unit, whatever the tolerance', () => {
    const rules = { tolerance: { KES: '5.00' } };
    given(order({ amount: '1.00' }), callback(), refund({ amount: '999.99' }))
      .at(soon, rules)
      .shows({
        payment: 'unmatched',
        settlement: 'pending',
        found: ['AMOUNT_OVER'],
      });
  });
});

describe('the original of a return', () => {
  it("is the key's only payment where it names none", () => {
    given(order(), callback(), refund({ original: null }))
      .at(later)
      .shows(nothing);
  });

  it('is the one that it names rather than one whose id it bears', () => {
    const parts = [callback({ amount: '400.00' }), callback({ payment: 'P2', amount: '600.00' })];
    const { assessment } = given(order(), ...parts, refund({ payment: 'P1', original: 'P2', amount: '600.00' })).at(
      soon,
    );
    expect(assessment.findings.filter(({ kind }) => kind === 'reversal')).toMatchObject([{ subject: 'P2' }]);
  });

  it('may be named by any id of the payment', () => {
    given(order(), callback({ operator_transaction_id: 'O1' }), refund({ original: 'O1' }))
      .at(later)
      .shows(nothing);
  });

  it('is unknown where several could be meant', () => {
    const parts = [callback({ amount: '400.00' }), callback({ payment: 'P2', amount: '600.00' })];
    given(order(), ...parts, refund({ original: null, amount: '400.00' }))
      .at(soon)
      .shows({
        ...open,
        found: ['REFUND_UNLINKED'],
      });
  });
});

describe('REFUND_EXCEEDS_PAYMENT: more went back than came', () => {
  it('holds for one minor unit, whatever the tolerance (B15)', () => {
    const { assessment } = given(
      order(),
      callback(),
      part,
      refund({ payment: 'R2', amount: '700.01', at: t('2 09:30') }),
    ).at(soon, { tolerance: { KES: '5.00' } });
    expect(assessment.payment).toBe('unmatched');
    expect(assessment.findings.filter(({ reason }) => reason !== null)).toMatchObject([
      {
        reason: 'REFUND_EXCEEDS_PAYMENT',
        stage: 'payment',
        kind: 'reversal',
        expected: '1000.00',
        observed: '1000.01',
        difference: '0.01',
        opened_at: t('2 09:30'),
      },
    ]);
  });

  it('does not hold for the whole amount', () => {
    given(order(), callback(), part, refund({ payment: 'R2', amount: '700.00' }))
      .at(soon)
      .shows(nothing);
  });

  it('counts a return told by callback, poll and line once', () => {
    const reporting = [refund(), refund({ via: 'poll' }), refundLine()];
    given(order(), callback(), line(), ...reporting)
      .at(later)
      .shows(both);
  });

  it("counts a return told by the payment's status and by a claim of its own once", () => {
    given(order(), callback(), poll({ status: 'refunded' }), refund())
      .at(later)
      .shows(nothing);
    given(order(), callback(), poll({ status: 'refunded' }), part)
      .at(later)
      .shows(nothing);
  });

  it('does not count a return that failed or is pending', () => {
    given(order(), callback(), refund({ status: 'failed' }), refund({ payment: 'R2', status: 'pending' }))
      .at(soon)
      .shows(waiting);
  });
});
