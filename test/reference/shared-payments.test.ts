// Holds payments under several references against the slow reference: where each reference stands, and with which
// breaks, whatever the references know of the payment.

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { STANDINGS, type Standing } from '../../src/domain/assessment.ts';
import { isFromSource } from '../../src/domain/fact.ts';
import { isIdentityKey } from '../../src/domain/key.ts';
import { isBreak } from '../../src/domain/reasons.ts';
import { END, rulesOf, run } from '../task/world.ts';
import { type SharingExample, sharingExamples } from './shared-examples.ts';
import { judgeReferences } from './shared-payments.ts';
import { termsOf } from './terms.ts';

const RUNS = Math.ceil(Number(process.env.HESABU_TEST_REFERENCE ?? 400) / 10);

/** Where a reference stands, and its breaks. */
type Stand = readonly [reference: string, standing: Standing, reasons: string];

async function shownBy({ references }: SharingExample): Promise<Stand[]> {
  const facts = [...references].flatMap(([key, claims]) => {
    return claims.flatMap((claim) => (isFromSource(claim) ? [{ key, claim }] : []));
  });
  const running = await run(facts, { partitions: 3, pieces: 2, batch: 3 }, rulesOf({}));
  const shown = running.standings.filter(({ key }) => !isIdentityKey(key));
  return shown.map(({ key, standing, reasons }) => [key, standing, reasons.filter(isBreak).sort().join(' ')]);
}

function judgedBy({ references }: SharingExample): Stand[] {
  const judged = [...judgeReferences(references, termsOf({}), END)].map(
    ([key, { payment, settlement, told }]): Stand => {
      const worst = Math.max(STANDINGS.indexOf(payment), STANDINGS.indexOf(settlement));
      const reasons = told.map(({ reason }) => reason).filter(isBreak);
      return [key, STANDINGS[worst]!, reasons.sort().join(' ')];
    },
  );
  return judged.sort(([one], [other]) => (one < other ? -1 : 1));
}

it('agrees with the product on payments under several references', async () => {
  await fc.assert(
    fc.asyncProperty(sharingExamples, async (example) => {
      expect(await shownBy(example)).toEqual(judgedBy(example));
    }),
    { numRuns: RUNS },
  );
}, 600_000);
