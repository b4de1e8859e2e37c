// What the payment leg says of itself: whose word holds, amounts and currencies against the order, a payment's ids.

import { describe, expect, it } from 'vitest';
import { OPEN_STATUSES, PAYMENT_STATUSES } from '../../src/domain/fact.ts';
import { isFinal, meansMoney } from '../../src/matching/evidence.ts';
import { callback, given, line, order, poll, t } from './given.ts';

const soon = t('3 15:00');
const later = t('9 00:00');
const paid = { payment: 'matched', settlement: 'pending' } as const;
const both = { payment: 'matched', settlement: 'matched' } as const;
const broken = { payment: 'unmatched', settlement: 'pending' } as const;

describe('a payment that agrees with its order', () => {
  it('is matched by callback, by poll, by both or by its line alone', () => {
    given(order(), callback()).at(soon).shows(paid);
    given(order(), poll()).at(soon).shows(paid);
    given(order(), callback(), poll()).at(soon).shows(paid);
    given(order(), line())
      .at(later)
      .shows({ ...both, next: null });
    given(order(), callback(), line())
      .at(later)
      .shows({ ...both, next: null });
  });

  it('says so in a finding of each matched stage', () => {
    const { assessment } = given(order(), callback(), line()).at(later);
    const reporting = assessment.findings.map(({ stage, kind, reason }) => ({ stage, kind, reason }));
    expect(reporting.toSorted((left, right) => left.stage.localeCompare(right.stage))).toEqual([
      { stage: 'payment', kind: 'matched', reason: null },
      { stage: 'settlement', kind: 'matched', reason: null },
    ]);
    expect(assessment.money).toEqual([{ currency: 'KES', received: 100000n, returned: 0n }]);
  });

  it('is kept by a line where the callback was lost and the attempt seemed pending', () => {
    given(order(), callback({ status: 'pending' }), line())
      .at(later)
      .shows(both);
  });
});

describe('whose word holds for the status', () => {
  it('is the final one before one that is not, whoever says it', () => {
    given(order(), callback(), poll({ status: 'pending', at: t('2 08:10') }))
      .at(soon)
      .shows(paid);
    given(order(), callback({ status: 'pending', at: t('2 08:10') }), poll())
      .at(soon)
      .shows(paid);
    given(order(), callback({ status: 'pending', at: t('2 08:10') }), callback())
      .at(soon)
      .shows(paid);
  });

  it('is the poll before the callback where both are final', () => {
    given(order(), callback(), poll({ status: 'failed' }))
      .at(soon)
      .shows({
        payment: 'unmatched',
        settlement: 'closed',
        found: ['STATUS_CONFLICT'],
      });
    given(order(), callback({ status: 'failed' }), poll())
      .at(soon)
      .shows({ ...broken, found: ['STATUS_CONFLICT'] });
  });

  it('is the later of two final words of one source, then the one that means money', () => {
    const failed = callback({ status: 'failed', at: t('2 08:10') });
    given(order(), callback(), failed)
      .at(soon)
      .shows({
        payment: 'unmatched',
        settlement: 'closed',
        found: ['STATUS_CONFLICT'],
      });
    given(order(), callback({ at: t('2 08:15') }), failed)
      .at(soon)
      .shows({ ...broken, found: ['STATUS_CONFLICT'] });
    given(order(), callback({ at: t('2 08:10') }), failed)
      .at(soon)
      .shows({ ...broken, found: ['STATUS_CONFLICT'] });
  });
});

describe('STATUS_CONFLICT: one payment both money and none', () => {
  it.each(['failed', 'expired', 'voided'] as const)('holds between succeeded and %s', (status) => {
    given(order(), callback({ status, at: t('2 08:10') }), poll())
      .at(soon)
      .shows({
        ...broken,
        found: [{ reason: 'STATUS_CONFLICT', stage: 'payment', kind: 'unmatched', opened_at: t('2 08:10') }],
      });
  });

  it('holds between a return, which means money came, and none', () => {
    given(order(), callback({ status: 'refunded' }), poll({ status: 'failed' }))
      .at(soon)
      .shows({
        payment: 'unmatched',
        settlement: 'closed',
        found: ['STATUS_CONFLICT'],
      });
  });

  it('does not hold between two words for no money', () => {
    given(order(), callback({ status: 'failed' }), poll({ status: 'expired' }))
      .at(t('2 12:00'))
      .shows({
        payment: 'pending',
        settlement: 'closed',
      });
  });

  it.each(['pending', 'initiated', 'authorised', 'inconclusive'] as const)('does not hold with %s', (status) => {
    given(order(), callback(), poll({ status })).at(soon).shows(paid);
    given(order(), callback({ status }), poll()).at(soon).shows(paid);
  });

  it('does not hold between two attempts', () => {
    given(order(), callback({ status: 'failed' }), callback({ payment: 'P2' }))
      .at(soon)
      .shows(paid);
  });

  it.each(['initiated', 'pending', 'failed', 'expired'] as const)(
    'does not hold between a payment with an id and an attempt without one that is %s',
    (status) => {
      const attempt = callback({ id: 'a', status, payment: null, at: t('2 08:10') });
      given(order(), attempt, callback()).at(soon).shows(paid);
      given(order(), attempt, callback(), line()).at(later).shows(both);
    },
  );

  it.each([
    ['money without an id is denied by id', 'P1'],
    ['neither has an id', null],
  ])('holds where %s', (_what, payment) => {
    const denied = callback({ id: 'a', status: 'failed', payment, at: t('2 08:10') });
    const { assessment } = given(order(), denied, callback({ id: 'b', payment: null })).at(soon);
    expect(assessment.findings.map(({ reason }) => reason)).toContain('STATUS_CONFLICT');
  });

  it('does not hold against a line, which is SETTLED_NOT_PAID', () => {
    given(order(), callback({ status: 'failed' }), line())
      .at(later)
      .shows({
        payment: 'matched',
        settlement: 'unmatched',
        found: ['SETTLED_NOT_PAID'],
      });
  });
});

describe('whose word holds for the amount', () => {
  it("is the poll's before the callback's", () => {
    given(order(), callback({ amount: '999.00' }), poll())
      .at(soon)
      .shows(paid);
    given(order(), callback(), poll({ amount: '999.00' }))
      .at(soon)
      .shows({ ...broken, found: ['AMOUNT_UNDER'] });
  });

  it.each(['initiated', 'pending', 'authorised', 'inconclusive'] as const)(
    'is that of a word of success, whatever a poll says that it is %s',
    (status) => {
      given(order(), callback(), poll({ status, amount: '1500.00', at: t('2 08:10') }))
        .at(soon)
        .shows(paid);
    },
  );

  it('is what was settled rather than what was asked for', () => {
    given(order({ amount: '700.00' }), poll({ status: 'pending' }), line({ gross: '700.00' }))
      .at(later)
      .shows({ payment: 'matched', settlement: 'matched', found: [] });
  });

  it('is, of one source, the one of the final status, then the later', () => {
    const pending = callback({ status: 'pending', amount: '999.00', at: t('2 08:10') });
    given(order(), callback(), pending).at(soon).shows(paid);
    const first = callback({ id: 'first', amount: '999.00', at: t('2 08:04') });
    given(order(), callback(), first).at(soon).shows(paid);
  });

  it("is the callback's where the poll gave none", () => {
    given(order(), callback(), poll({ amount: null, currency: null }))
      .at(soon)
      .shows(paid);
  });

  it("is the line's only where neither spoke, so that a wrong line shows", () => {
    given(order(), callback({ amount: null, currency: null }), line({ gross: '999.00' }))
      .at(later)
      .shows({
        payment: 'unmatched',
        settlement: 'matched',
        found: [{ reason: 'AMOUNT_UNDER', observed: '999.00' }],
      });
    given(order(), callback(), line({ gross: '999.00' }))
      .at(later)
      .shows({
        payment: 'matched',
        settlement: 'unmatched',
        found: ['SETTLEMENT_AMOUNT'],
      });
  });
});

describe('a payout of our own', () => {
  it('is no payment of the order', () => {
    given(order(), callback({ kind: 'payout' }))
      .at(t('2 09:00'))
      .shows({ payment: 'pending', settlement: 'closed' });
    given(order(), callback(), callback({ kind: 'payout', payment: 'T1' }))
      .at(soon)
      .shows(paid);
  });
});

describe('the ids of one payment', () => {
  it('make one payment of observations that share any', () => {
    const request = poll({ payment: null, request_id: 'Q1', operator_transaction_id: 'O1', status: 'pending' });
    given(order(), callback({ request_id: 'Q1' }), request, line({ payment: 'X', operator_transaction_id: 'O1' }))
      .at(later)
      .shows(both);
  });

  it('make two payments of observations that share none', () => {
    given(order(), callback(), callback({ payment: 'P2' }))
      .at(soon)
      .shows({ ...broken, found: ['DUPLICATE_PAYMENT'] });
  });

  it('make one of two that seemed different, when something that names both comes', () => {
    const link = poll({ payment: 'P2', operator_transaction_id: 'O1' });
    given(order(), callback({ operator_transaction_id: 'O1' }), callback({ payment: 'P2' }), link)
      .at(soon)
      .shows(paid);
  });

  it('leave a line of another payment to that payment', () => {
    given(order(), callback(), line({ payment: 'P2' }))
      .at(t('3 16:00'))
      .shows({
        payment: 'unmatched',
        settlement: 'unmatched',
        found: ['DUPLICATE_PAYMENT', 'SETTLEMENT_MISSING'],
      });
  });
});

describe('UNCLASSIFIED: what the adapter could not map', () => {
  const strange = { status: 'unclassified', word: 'payment.mystery' } as const;

  it('holds of an event or status, from its own time', () => {
    given(order(), callback({ ...strange, at: t('2 08:10') }))
      .at(t('2 09:00'))
      .shows({
        payment: 'unmatched',
        settlement: 'closed',
        found: [{ reason: 'UNCLASSIFIED', stage: 'payment', observed: 'payment.mystery', opened_at: t('2 08:10') }],
      });
  });

  it('stays open beside a success of the same payment', () => {
    given(order(), poll({ ...strange, at: t('2 08:01') }), callback())
      .at(soon)
      .shows({
        ...broken,
        found: ['UNCLASSIFIED'],
      });
  });

  it('holds of a line type', () => {
    const odd = line({ line_type: 'unclassified', word: 'adjustment', gross: '-5.00', payment: 'X' });
    given(order(), callback(), line(), odd)
      .at(later)
      .shows({
        payment: 'unmatched',
        settlement: 'matched',
        found: [{ reason: 'UNCLASSIFIED', observed: 'adjustment' }],
      });
  });
});

describe('a status', () => {
  it.each(PAYMENT_STATUSES)(
    '%s is one that another is to follow, or is final, or means money, or says nothing',
    (status) => {
      const isOther = isFinal(status) || meansMoney(status) || status === 'unclassified';
      expect(OPEN_STATUSES.has(status)).toBe(!isOther);
    },
  );
});
