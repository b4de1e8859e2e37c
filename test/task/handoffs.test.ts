// What keys tell each other: one payment counts once, wherever its facts lie and in whatever order they come.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Claim, SourceBody } from '../../src/domain/fact.ts';
import { isFromSource } from '../../src/domain/fact.ts';
import { identityOf, isAboutPayment } from '../../src/domain/payment-ids.ts';
import { claimSets } from '../matching/claim-pools.ts';
import { type Coming, comings, type Keyed, rulesOf, run, shuffled } from './world.ts';

const RULES = rulesOf({});
const SAMPLE = Number(process.env.HESABU_TEST_HANDOFFS ?? 60);

/** Where a source puts a claim: under a reference, or under its first id where it names none. */
function placed(reference: string | null, claim: Claim<SourceBody>): Keyed | undefined {
  if (reference !== null) return { key: reference, claim };
  if (!isAboutPayment(claim.body)) return undefined;
  const key = identityOf(
    claim.provider,
    claim.body,
    claim.body.original_transaction_id === null ? 'payment' : 'return',
  );
  return key === undefined ? undefined : { key, claim };
}

/** Facts about a few payments under a few references, some of them without any. */
const worlds: fc.Arbitrary<Keyed[]> = fc
  .array(fc.tuple(fc.constantFrom('A-1', 'A-2', 'b', null, null), claimSets), { maxLength: 5 })
  .map((sets) =>
    sets.flatMap(([reference, claims], at) => {
      return claims
        .filter(isFromSource)
        .map((claim) => placed(reference, { ...claim, id: `${claim.id}-${at}`, forwarded: false }))
        .filter((each) => each !== undefined);
    }),
  );

describe('the outcome', () => {
  test(`is one in any order, with repeats, in any pieces and partitions: ${SAMPLE} books`, async () => {
    const ways = fc.tuple(comings, comings);
    await fc.assert(
      fc.asyncProperty(
        worlds.chain((world) => fc.tuple(fc.constant(world), shuffled(world))),
        ways,
        async ([world, again], [one, other]: [Coming, Coming]) => {
          const first = await run(world, one, RULES);
          const second = await run(again, other, RULES);
          expect(second.standings).toEqual(first.standings);
          expect(second.root).toBe(first.root);
        },
      ),
      { numRuns: SAMPLE },
    );
  }, 600_000);
});
