// The grouping by shared ids and the homes of claw-back lines, against the plain rule, which compares every pair.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Line, Observation } from '../../src/matching/claims.ts';
import { EMPTY_STATE, evolve, evolveAll } from '../../src/matching/evolve.ts';
import { IdGroups } from '../../src/matching/id-groups.ts';
import { clawedBack, giveHomes } from '../../src/matching/return-lines.ts';
import type { Return } from '../../src/matching/return-state.ts';
import { claimsShuffled } from './claim-pools.ts';
import { callback, line } from './given.ts';

interface PlainGroup {
  readonly provider: string;
  readonly ids: string[];
  readonly claims: (Observation | Line)[];
}

function plainGroups(claims: readonly { claim: Observation | Line; ids: readonly string[] }[]): PlainGroup[] {
  const groups: PlainGroup[] = [];
  for (const { claim, ids } of claims) {
    const near = groups.filter(
      (group) => group.provider === claim.provider && ids.some((id) => group.ids.includes(id)),
    );
    const home = near[0] ?? { provider: claim.provider, ids: [], claims: [] };
    if (near.length === 0) groups.push(home);
    for (const other of near.slice(1)) {
      home.ids.push(...other.ids);
      home.claims.push(...other.claims);
      groups.splice(groups.indexOf(other), 1);
    }
    home.ids.push(...ids);
    home.claims.push(claim);
  }
  return groups;
}

const named = fc.array(
  fc.record({
    provider: fc.constantFrom('a', 'b'),
    isLine: fc.boolean(),
    ids: fc.uniqueArray(fc.integer({ min: 0, max: 40 }).map(String), { maxLength: 3 }),
  }),
  { maxLength: 60 },
);

describe('groups by shared ids', () => {
  it('are those of the plain rule, in its order, for few ids and for many', () => {
    fc.assert(
      fc.property(named, (given) => {
        const claims = given.map(({ provider, isLine, ids }, at) => ({
          claim: { ...(isLine ? line({ id: `${at}` }) : callback({ id: `${at}` })), provider } as Observation | Line,
          ids,
        }));
        const groups = new IdGroups();
        for (const { claim, ids } of claims) groups.add(claim, ids, claim.provider);
        const shown = groups.list().map(({ voice: provider, ids, observations, lines }) => {
          return { provider, ids: [...ids].sort(), observations, lines };
        });
        expect(shown).toEqual(
          plainGroups(claims).map((group) => ({
            provider: group.provider,
            ids: [...new Set(group.ids)].sort(),
            observations: group.claims.filter(({ body }) => body.type === 'PaymentObserved'),
            lines: group.claims.filter(({ body }) => body.type !== 'PaymentObserved'),
          })),
        );
      }),
      { numRuns: 500 },
    );
  });
});

describe('claw-back lines without an id of their own', () => {
  it('go where the plain rule puts them', () => {
    const amounts = fc.array(fc.integer({ min: 1, max: 6 }), { maxLength: 12 });
    fc.assert(
      fc.property(amounts, amounts, (returned, taken) => {
        const returns = () =>
          returned.map((amount): Return => ({ ...RETURN, amount: BigInt(amount * 100), lines: [] }));
        const lines = taken.map((amount, at) => line({ id: `${at}`, line_type: 'refund', gross: `-${amount}.00` }));
        const [plain, given] = [returns(), returns()];
        const homeless = lines.filter((each) => {
          const amount = clawedBack([each]);
          const home =
            plain.find((entry) => entry.lines.length === 0 && entry.amount === amount) ??
            plain.find((entry) => clawedBack(entry.lines) + amount <= entry.amount) ??
            plain.find((entry) => entry.lines.length === 0);
          home?.lines.push(each);
          return home === undefined;
        });
        expect(giveHomes(lines, given, [])).toEqual(homeless);
        expect(given).toEqual(plain);
      }),
      { numRuns: 500 },
    );
  });
});

const RETURN: Return = {
  ...{ name: 'R', id: 'R', provider: 'a' },
  state: 'done',
  isChargeback: false,
  isReported: true,
  amount: 0n,
  currency: 'KES',
  at: null,
  lines: [],
};

describe('claims that come together', () => {
  it('give the state, and are as new, as one after another', () => {
    fc.assert(
      fc.property(claimsShuffled, claimsShuffled, ({ claims }, { shuffled }) => {
        const begun = claims.reduce(evolve, EMPTY_STATE);
        const forwarded = shuffled.map((claim, at) => ({ ...claim, forwarded: at % 3 === 0 }));
        const added: number[] = [];
        const one = forwarded.reduce((state, claim, at) => {
          const next = evolve(state, claim);
          if (next !== state) added.push(at);
          return next;
        }, begun);
        const together = evolveAll(begun, forwarded);
        expect(together.state.claims).toEqual(one.claims);
        expect(together.added).toEqual(added);
        if (added.length === 0) expect(together.state).toBe(begun);
      }),
      { numRuns: 500 },
    );
  });
});
