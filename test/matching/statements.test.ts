// What a source said again, and what was withdrawn: the latest statement of an order holds, a withdrawal leaves what
// would be without the claim, and no order of arrival makes a difference.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Claim } from '../../src/domain/fact.ts';
import { assess } from '../../src/matching/assess.ts';
import { EMPTY_STATE, evolveAll, saidAgain } from '../../src/matching/evolve.ts';
import { toldTo } from '../../src/matching/handoffs.ts';
import { compileRules, parseRules } from '../../src/matching/rules.ts';
import { isVacant } from '../../src/matching/shared-payments.ts';
import { distinctClaims } from '../../src/matching/standing-claims.ts';
import { callback, fold, given, line, order, poll, t, withdrawn } from './given.ts';

const soon = t('3 15:00');
const RULES = compileRules(parseRules({}));
const paid = { payment: 'matched', settlement: 'pending' } as const;
const stated = (import_id: number, amount: string, more: Parameters<typeof order>[0] = {}) =>
  order({ amount, import_id, stated_at: t(`2 1${import_id}:00`), ...more });

describe('the latest statement of an order', () => {
  it('holds, in amount, currency and times', () => {
    given(stated(1, '3000.00'), stated(2, '1000.00'), callback()).at(soon).shows(paid);
    given(stated(1, '1000.00', { currency: 'USD' }), stated(2, '1000.00'), callback())
      .at(soon)
      .shows(paid);
    given(stated(1, '1000.00', { expires_at: t('2 08:01') }), stated(2, '1000.00'), callback())
      .at(soon)
      .shows(paid);
  });

  it('is the first again where the source went back to it (A, B, A)', () => {
    given(stated(1, '1000.00'), stated(2, '3000.00'), stated(3, '1000.00'), callback()).at(soon).shows(paid);
    given(stated(1, '3000.00'), stated(2, '1000.00'), stated(3, '3000.00'), callback())
      .at(soon)
      .shows({ payment: 'unmatched', settlement: 'pending', found: ['AMOUNT_UNDER'] });
  });

  it('conflicts with another of the same time, and with none from before', () => {
    const at = t('2 18:00');
    const both = [stated(4, '1000.00', { stated_at: at }), stated(5, '900.00', { stated_at: at })];
    const { assessment } = given(stated(1, '800.00'), ...both).at(t('2 09:00'));
    const [found] = assessment.findings.filter(({ reason }) => reason === 'CONFLICTING_EVIDENCE');
    expect([found!.expected, found!.observed].sort()).toEqual(['amount: 1000.00 KES', 'amount: 900.00 KES']);
  });

  it('leaves the statuses, which have times of their own', () => {
    const cancelled = stated(1, '1000.00', { status: 'cancelled', status_at: t('2 08:30') });
    given(cancelled, stated(2, '1000.00'))
      .at(soon)
      .shows({
        payment: 'closed',
        settlement: 'closed',
        found: ['ORDER_CANCELLED'],
      });
  });

  it('comes after a statement without a time', () => {
    given(order({ amount: '3000.00' }), stated(1, '1000.00'), callback())
      .at(soon)
      .shows(paid);
  });
});

describe('other claims', () => {
  it('conflict whenever their contents were stated (callbacks, polls and lines)', () => {
    for (const make of [callback, poll, line]) {
      const contents = [1, 2].map((import_id) => make({ id: 'x', fee: `${import_id}.00`, import_id }));
      const { assessment } = given(order(), callback({ id: 'y' }), ...contents).at(soon);
      expect(assessment.findings.map(({ reason }) => reason)).toContain('CONFLICTING_EVIDENCE');
    }
  });

  it('do not conflict where one of the contents was withdrawn', () => {
    const [wrong, right] = [callback({ id: 'e', fee: '1.00', import_id: 1 }), callback({ id: 'e', import_id: 2 })];
    given(order(), wrong, right, withdrawn(wrong)).at(soon).shows(paid);
  });
});

describe('a withdrawal', () => {
  const order1 = stated(1, '1000.00');
  const payment = callback({ import_id: 2 });

  it('leaves what another import said too', () => {
    given(order1, payment, callback({ import_id: 3 }), withdrawn(payment))
      .at(soon)
      .shows(paid);
    given(order1, payment, callback(), withdrawn(payment)).at(soon).shows(paid);
  });

  it('leaves nothing where nobody else said it', () => {
    const state = fold([order1, payment, withdrawn(payment), withdrawn(order1)]);
    expect(toldTo(state.claims).own).toEqual([]);
    expect(isVacant(state.claims)).toBe(true);
    expect(isVacant(fold([order1, payment, withdrawn(payment)]).claims)).toBe(false);
  });

  it('lets an order stand as it was stated before', () => {
    const [second, third] = [stated(2, '3000.00'), stated(3, '1000.00')];
    given(order1, second, third, callback(), withdrawn(third))
      .at(soon)
      .shows({ payment: 'unmatched', settlement: 'pending', found: ['AMOUNT_UNDER'] });
    given(order1, second, third, callback(), withdrawn(third), withdrawn(second)).at(soon).shows(paid);
  });

  it('does not hold of what is stated again by another import', () => {
    given(order1, payment, withdrawn(payment), callback({ import_id: 9 }))
      .at(soon)
      .shows(paid);
  });

  it('takes a status away with the content that had it', () => {
    const cancelled = stated(2, '1000.00', { status: 'cancelled', status_at: t('2 08:01') });
    given(order1, cancelled, withdrawn(cancelled), callback()).at(soon).shows(paid);
  });
});

describe('statements and withdrawals of any kind', () => {
  const pool = [1, 2, 3].flatMap((import_id): Claim[] => [
    stated(import_id, '1000.00'),
    stated(import_id, '900.00', { status: 'paid' }),
    stated(import_id, '900.00', { merchant: 'shop-2' }),
    callback({ id: 'e', import_id }),
    callback({ id: 'e', fee: '1.00', import_id }),
    poll({ import_id }),
    line({ import_id }),
    line({ fee: '2.00', import_id }),
    line({ id: 'other', payment: 'P2', import_id }),
  ]);
  const some = fc.uniqueArray(fc.nat(pool.length - 1)).chain((picked) =>
    fc.record({
      picked: fc.constant(picked),
      taken: fc.subarray(picked),
      seed: fc.shuffledSubarray([...Array(60).keys()]),
    }),
  );

  it('give what would be without the claims withdrawn, in any order and however often', () => {
    fc.assert(
      fc.property(some, ({ picked, taken, seed }) => {
        const claims = picked.map((at) => pool[at]!);
        const withdrawals = taken.map((at) => withdrawn(pool[at]!));
        const all = [...claims, ...withdrawals, ...claims.slice(0, 2)];
        const shuffled = [...all].sort((left, right) => seed[all.indexOf(left)]! - seed[all.indexOf(right)]!);
        const state = fold(shuffled);
        expect(state).toEqual(fold(all));
        const without = fold(picked.filter((at) => !taken.includes(at)).map((at) => pool[at]!));
        for (const asOf of [t('2 09:00'), soon, t('9 00:00')]) {
          expect(assess(state, RULES, asOf)).toEqual(assess(without, RULES, asOf));
        }
        expect(isVacant(state.claims)).toBe(taken.length > 0 && taken.length === picked.length);
      }),
      { numRuns: 500 },
    );
  });
});

describe('what is counted and shown', () => {
  it('counts a content once, however often it is stated', () => {
    const [first, second] = [callback({ import_id: 1 }), callback({ import_id: 2 })];
    const batch = [first, second, callback({ id: 'e', import_id: 2 })];
    const { state, added } = evolveAll(EMPTY_STATE, batch);
    expect(added).toEqual([0, 1, 2]);
    expect([...saidAgain(EMPTY_STATE, batch, added)]).toEqual([1]);
    expect([...saidAgain(state, [callback({ import_id: 3 })], [0])]).toEqual([0]);
    expect([...saidAgain(state, [callback({ id: 'new', import_id: 3 })], [0])]).toEqual([]);
  });

  it('shows each content once, with the withdrawals', () => {
    const [first, second] = [callback({ import_id: 1 }), callback({ import_id: 2 })];
    const shown = distinctClaims(fold([order(), first, second, withdrawn(first), withdrawn(second)]).claims);
    expect(shown.map(({ body }) => body.type).sort()).toEqual([
      'ClaimWithdrawn',
      'ClaimWithdrawn',
      'OrderPlaced',
      'PaymentObserved',
    ]);
  });
});
