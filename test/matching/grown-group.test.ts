// A key with many claims that gets one more is read as if all were read again.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Claim } from '../../src/domain/fact.ts';
import { assess, readMatchGroup } from '../../src/matching/assess.ts';
import { evolveAll } from '../../src/matching/evolve.ts';
import type { MatchGroup } from '../../src/matching/payment-stage.ts';
import { compileRules, parseRules } from '../../src/matching/rules.ts';
import { asOfs, claimSets } from './claim-pools.ts';
import { callback, line, t } from './given.ts';

const RULES = compileRules(parseRules({}));

/** Enough payments that what was read is kept, with names between which others come. */
const many = Array.from({ length: 600 }, (_, n) =>
  callback({ id: `m${n}`, payment: `M${n}`, amount: '10.00', at: t('2 08:00') + n * 1000 }),
);

const more: fc.Arbitrary<Claim> = fc.record({ n: fc.nat(650), what: fc.nat(4), at: fc.nat(700) }).map((given) => {
  const { n, what, at } = given;
  const about = { id: `x${n}-${what}-${at}`, payment: `M${n}`, at: t('2 08:00') + at * 1000 };
  if (what === 0) return line({ id: about.id, payment: `M${n}`, gross: '10.00' });
  if (what === 1) return callback({ ...about, status: 'failed' });
  if (what === 2) return callback({ ...about, request_id: `M${at}` });
  return callback({ ...about, amount: '10.00', status: what === 3 ? 'pending' : 'succeeded' });
});

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
          expect(assess(state, RULES, asOf)).toEqual(assess(again, RULES, asOf));
          expect(shown(readMatchGroup(state, RULES))).toEqual(shown(readMatchGroup(again, RULES)));
        }
      }),
      { numRuns: 25 },
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
