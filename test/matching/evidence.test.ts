// Which of several words on a payment holds, for any of them, against the criteria written once more.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Observation } from '../../src/matching/claims.ts';
import { isFinal, meansMoney, whyAmount, whyStatus } from '../../src/matching/evidence.ts';
import { claimSets } from './claim-pools.ts';
import { callback, t } from './given.ts';

/** The criteria once more, as scores of a word among all: in the first that differs, the higher score holds. */
const SCORES: Readonly<Record<string, (claim: Observation, all: readonly Observation[]) => number>> = {
  progress: ({ body }) => (body.status === 'initiated' ? 0 : 1),
  final: ({ body }) => (isFinal(body.status) ? 1 : 0),
  unanswered: (claim, all) => (isUnanswered(claim, all) ? 1 : 0),
  poll: ({ body }) => (body.via === 'poll' ? 1 : 0),
  later: ({ occurred_at }) => occurred_at ?? Number.NEGATIVE_INFINITY,
  money: ({ body }) => (meansMoney(body.status) ? 1 : 0),
  rank: ({ body }) => LIVES.indexOf(body.status),
};
const LIVES: readonly string[] = [
  ...['unclassified', 'initiated', 'pending', 'inconclusive', 'authorised', 'failed', 'expired', 'voided'],
  ...['succeeded', 'disputed', 'reversed', 'refunded', 'charged_back'],
];

/** An unsigned word that may mean money is open while there are polls, all from before it, and none saw money. */
function isUnanswered({ body, occurred_at }: Observation, all: readonly Observation[]): boolean {
  const polls = all.filter((claim) => claim.body.via === 'poll');
  const speaking = polls.filter((claim) => !['initiated', 'unclassified'].includes(claim.body.status));
  return (
    [body.hint === true, body.status === 'inconclusive', occurred_at !== null].every(Boolean) &&
    speaking.length > 0 &&
    polls.every((claim) => (claim.occurred_at ?? 0) < occurred_at! && !meansMoney(claim.body.status))
  );
}

/** The criterion in which a word beats another, by the order of the names; `same` where they are alike. */
function beats(names: readonly string[], winner: Observation, loser: Observation, all: readonly Observation[]): string {
  const name = names.find((each) => SCORES[each]!(winner, all) !== SCORES[each]!(loser, all)) ?? 'same';
  if (name !== 'same') expect(SCORES[name]!(winner, all)).toBeGreaterThan(SCORES[name]!(loser, all));
  return name;
}

const observationSets = claimSets.map((claims) => {
  return claims.filter((claim): claim is Observation => claim.body.type === 'PaymentObserved');
});

/** From so few that two are often alike in all but one. */
const word: fc.Arbitrary<Observation> = fc
  .record({
    via: fc.constantFrom('callback' as const, 'poll' as const),
    status: fc.constantFrom(
      ...(['initiated', 'pending', 'inconclusive', 'authorised', 'failed', 'succeeded', 'refunded'] as const),
    ),
    at: fc.constantFrom(null, t('2 08:05'), t('2 08:06')),
    isSigned: fc.boolean(),
  })
  .map(({ isSigned, ...parts }) => callback({ ...parts, ...(isSigned || parts.via === 'poll' ? {} : { hint: true }) }));

const STATUS_CRITERIA = ['progress', 'final', 'unanswered', 'poll', 'later', 'money', 'rank'] as const;

describe('for any words on a payment', () => {
  it.each([
    ['status', whyStatus, STATUS_CRITERIA],
    ['amount', whyAmount, ['money', 'poll', 'final', 'later', 'rank']],
  ] as const)(
    'the best %s beats each other, and the criterion named is the one that beats the next best',
    (...given) => {
      const [question, why, names] = given;
      fc.assert(
        fc.property(observationSets, (observations) => {
          const speaking = observations.filter(({ body }) => {
            return question === 'status' ? body.status !== 'unclassified' : body.amount !== null;
          });
          const choice = why(observations);
          expect(choice === undefined).toBe(speaking.length === 0);
          if (choice === undefined) return;
          const losers = speaking.filter((claim) => claim !== choice.claim);
          const reporting = losers.map((loser) => beats(names, choice.claim, loser, observations));
          // The next best loses by the last criterion of all: what is decided earlier is decided more clearly.
          const last = [...names, 'same'].findLast((name) => reporting.includes(name));
          expect(choice.criterion).toBe(last ?? 'only');
        }),
        { numRuns: 400 },
      );
    },
  );

  it('of two words the criterion named is the first in which they differ', () => {
    const names = STATUS_CRITERIA;
    const seen = new Set<string>();
    fc.assert(
      fc.property(word, word, (left, right) => {
        const { claim, criterion } = whyStatus([left, right])!;
        expect(criterion).toBe(beats(names, claim, claim === left ? right : left, [left, right]));
        seen.add(criterion);
      }),
      { numRuns: 2000 },
    );
    expect([...seen].sort()).toEqual([...names, 'same'].sort());
  });
});
