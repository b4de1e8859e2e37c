// A key with many claims that gets one more is read as if all were read again.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Claim, PaymentStatus } from '../../src/domain/fact.ts';
import type { Instant } from '../../src/domain/time.ts';
import { assess, moneyMoved, readMatchGroup } from '../../src/matching/assess.ts';
import { evolveAll, type PaymentState } from '../../src/matching/evolve.ts';
import { Findings } from '../../src/matching/findings.ts';
import { assessPaymentStage, type MatchGroup } from '../../src/matching/payment-stage.ts';
import { compileRules, parseRules } from '../../src/matching/rules.ts';
import { assessSettlementStage } from '../../src/matching/settlement-stage.ts';
import { tellForeign } from '../../src/matching/whose-order.ts';
import { asOfs, claimSets } from './claim-pools.ts';
import { callback, line, t } from './given.ts';

const RULES = compileRules(parseRules({}));

/** Enough payments that what was read is kept, with names between which others come. */
const manyOf = (status: PaymentStatus) => {
  return Array.from({ length: 600 }, (_, n) =>
    callback({ id: `m${n}`, payment: `M${n}`, amount: '10.00', at: t('2 08:00') + n * 1000, status }),
  );
};
const many = manyOf('succeeded');

const more: fc.Arbitrary<Claim> = fc.record({ n: fc.nat(650), what: fc.nat(5), at: fc.nat(700) }).map((given) => {
  const { n, what, at } = given;
  const about = { id: `x${n}-${what}-${at}`, payment: `M${n}`, at: t('2 08:00') + at * 1000 };
  if (what === 0) return line({ id: about.id, payment: `M${n}`, gross: '10.00' });
  if (what === 1) return callback({ ...about, status: n % 2 === 0 ? 'failed' : 'inconclusive' });
  if (what === 5) return callback({ ...about, hint: true, operator_transaction_id: n % 3 === 0 ? `M${at}` : null });
  if (what === 2) return callback({ ...about, request_id: `M${at}` });
  return callback({ ...about, amount: '10.00', status: what === 3 ? 'pending' : 'succeeded' });
});

/** An assessment that looks at each payment anew, and never at a part of them. */
function onePaymentAfterTheOther(state: PaymentState, asOf: Instant) {
  const about = { ...readMatchGroup({ claims: [...state.claims] }, RULES, asOf), parts: null };
  const found = new Findings(asOf);
  const [payment, settlement] = [assessPaymentStage(found, about), assessSettlementStage(found, about)];
  tellForeign(found, about);
  const { next_deadline } = found.awaited;
  return { payment, settlement, findings: found.list, money: moneyMoved(about), next_deadline };
}

/** The order of a payment's ids means nothing. */
function shown({ payments, claims, returns, order, heard }: MatchGroup) {
  const all = payments.map((payment) => ({ ...payment, ids: [...payment.ids].sort() }));
  return {
    payments: all,
    claims,
    order,
    heard: heard.claims,
    unlinked: returns.unlinked,
    returns: [...returns.byPayment.values()],
  };
}

describe('a key with many claims', () => {
  it('is read the same from what was read before as from all its claims (L08 partly, B16 partly)', () => {
    const claims = fc.tuple(fc.array(more, { maxLength: 25 }), claimSets, fc.integer({ min: 1, max: 4 }));
    fc.assert(
      fc.property(claims, asOfs, ([usual, odd, size], asOf) => {
        let { state } = evolveAll({ claims: [] }, many);
        assess(state, RULES, asOf);
        const added = [...usual.slice(0, 15), ...odd, ...usual.slice(15)];
        for (let from = 0; from < added.length; from += size) {
          state = evolveAll(state, added.slice(from, from + size)).state;
          const again = { claims: [...state.claims] };
          const assessed = assess(state, RULES, asOf);
          expect(assessed).toEqual(assess(again, RULES, asOf));
          expect(assessed).toMatchObject(onePaymentAfterTheOther(state, asOf));
          expect(shown(readMatchGroup(state, RULES, asOf))).toEqual(shown(readMatchGroup(again, RULES, asOf)));
        }
      }),
      { numRuns: 25 },
    );
  });

  it('is assessed the same at one time after another, in parts and payment by payment (L08 partly)', () => {
    const begun = fc.constantFrom<PaymentStatus>('succeeded', 'inconclusive', 'pending', 'failed').map(manyOf);
    const claims = fc.tuple(begun, fc.array(more, { maxLength: 12 }), fc.array(asOfs, { minLength: 1, maxLength: 4 }));
    fc.assert(
      fc.property(claims, ([before, added, times]) => {
        let { state } = evolveAll({ claims: [] }, before);
        for (const [at, claim] of [undefined, ...added].entries()) {
          if (claim !== undefined) state = evolveAll(state, [claim]).state;
          const asOf = times[at % times.length]!;
          expect(assess(state, RULES, asOf)).toMatchObject(onePaymentAfterTheOther(state, asOf));
        }
      }),
      { numRuns: 40 },
    );
  });

  it('does not read its claims again for one more', () => {
    let { state } = evolveAll({ claims: [] }, many);
    const first = readMatchGroup(state, RULES);
    state = evolveAll(state, [callback({ payment: 'NEW', amount: '10.00' })]).state;
    const second = readMatchGroup(state, RULES);
    expect(second.payments).toHaveLength(first.payments.length + 1);
    expect(second.payments.filter((payment) => first.payments.includes(payment))).toEqual(first.payments);
    expect(second.payments.every((payment) => payment.name === 'NEW' || first.payments.includes(payment))).toBe(true);
  });
});
