// Holds the product against the slow reference on random examples: every standing, finding and deadline at several
// times. `HESABU_TEST_REFERENCE` sets another number of them.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Assessment } from '../../src/domain/assessment.ts';
import { assess } from '../../src/matching/assess.ts';
import { assessPayout } from '../../src/matching/payouts.ts';
import { compileRules, parseRules } from '../../src/matching/rules.ts';
import { fold } from '../matching/given.ts';
import { differencesOf } from './comparison.ts';
import { claimsOf, type Example, examples, SCENARIOS } from './examples.ts';
import { claimsOfPayout, type PayoutExample, payoutExamples } from './payout-examples.ts';
import { judgePayout } from './payouts.ts';
import { readingsUnder } from './reference.ts';
import { termsOf } from './terms.ts';

const RUNS = Number(process.env.HESABU_TEST_REFERENCE ?? 400);

/** What the product says at each of the example's times. */
function assessed(example: Example): [number, Assessment][] {
  const [state, compiled] = [fold(claimsOf(example)), compileRules(parseRules(example.rules))];
  return example.times.map((asOf) => [asOf, assess(state, compiled, asOf)]);
}

/** Why no reading of the example gives what the product says; empty where one does. */
function disagreement(example: Example): string[] {
  const product = assessed(example);
  const readings = readingsUnder(example.claims, example.rules, example.withdrawn);
  let fewest: string[] | null = null;
  for (const judge of readings) {
    const found = product.flatMap(([asOf, assessment]) => differencesOf(assessment, judge, asOf));
    if (found.length === 0) return [];
    if (fewest === null || found.length < fewest.length) fewest = found;
  }
  return fewest ?? [];
}

/** Where the product and the reference differ about a payout. */
function payoutDisagreement(example: PayoutExample): string[] {
  const { references, own, bank, isNamed, rules, times } = example;
  const [state, compiled] = [fold(claimsOfPayout(example)), compileRules(parseRules(rules))];
  const claims = { isNamed, lines: [...references.flat(), ...own], bank };
  const judge = (asOf: number) => judgePayout(claims, termsOf(rules), asOf);
  return times.flatMap((asOf) => differencesOf(assessPayout(state, compiled, asOf), judge, asOf));
}

describe('the slow reference', () => {
  it('knows at least 20 kinds of scenarios', () => {
    expect(Object.keys(SCENARIOS).length).toBeGreaterThanOrEqual(20);
  });

  it('agrees with the product on every payout', () => {
    fc.assert(
      fc.property(payoutExamples, (example) => {
        expect(payoutDisagreement(example)).toEqual([]);
      }),
      { numRuns: RUNS },
    );
  });

  it('agrees with the product on every example', () => {
    fc.assert(
      fc.property(examples, (example) => {
        expect({ kinds: example.kinds, differences: disagreement(example) }).toEqual({
          kinds: example.kinds,
          differences: [],
        });
      }),
      { numRuns: RUNS },
    );
  });
});
