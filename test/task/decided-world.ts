// Decisions about what the evidence of a world gives: rightly and wrongly proposed, approved, rejected and forged.

import fc from 'fast-check';
import { type CompiledRules, compileRules, parseRules } from '../../src/matching/rules.ts';
import type { OpenFinding } from '../../src/task/overview.ts';
import { t } from '../matching/given.ts';
import {
  approved,
  OTIENO,
  type Proposed,
  proposed,
  rejected,
  SERVICE,
  STRANGER,
  ZHANG,
} from '../matching/given-decisions.ts';
import { type Coming, type Keyed, run, worlds } from './world.ts';

const WHOLE: Coming = { partitions: 3, pieces: 1, batch: 100 };
export const DECIDED_INPUT = { review: { threshold: { KES: '200.00' } }, decision_keys: [SERVICE.signer] };
export const DECIDED_RULES: CompiledRules = compileRules(parseRules(DECIDED_INPUT));

export interface Choice {
  readonly kind: 'write_off' | 'explain';
  readonly answers: readonly ('approved' | 'by maker' | 'by operator' | 'forged' | 'rejected' | 'withdrawn')[];
  readonly forged: boolean;
  readonly amount: 'right' | 'wrong';
}

export const choices: fc.Arbitrary<readonly Choice[]> = fc.array(
  fc.record({
    kind: fc.constantFrom('write_off', 'write_off', 'explain', 'explain'),
    answers: fc.array(
      fc.constantFrom('approved', 'approved', 'approved', 'by maker', 'by operator', 'forged', 'rejected', 'withdrawn'),
      { maxLength: 3 },
    ),
    forged: fc.constantFrom(false, false, false, false, true),
    amount: fc.constantFrom('right', 'right', 'right', 'wrong'),
  }),
  { minLength: 12, maxLength: 12 },
);

/** Some worlds with decisions, for what is too slow for a property: the same ones for the same seed. */
export async function someDecided(count: number): Promise<Keyed[][]> {
  const seed = Number(process.env.HESABU_SEED ?? 1);
  const sampled = fc.sample(fc.tuple(worlds, choices), { numRuns: count, seed });
  return Promise.all(sampled.map(async ([world, chosen]) => [...world, ...(await decided(world, chosen))]));
}

/** Decisions about what the evidence of a world gives. */
export async function decided(world: readonly Keyed[], chosen: readonly Choice[]): Promise<Keyed[]> {
  const { findings } = (await run(world, WHOLE, DECIDED_RULES)).overview;
  return findings.slice(0, chosen.length).flatMap((open, at) => decisionsOn(open, chosen[at]!, at));
}

function decisionsOn({ key, finding, merchant }: OpenFinding, choice: Choice, at: number): Keyed[] {
  const given = {
    about: key,
    merchant,
    key: `k${at}`,
    kind: choice.kind,
    signedBy: choice.forged ? STRANGER : SERVICE,
    at: t('20 08:00') + at,
    ...(choice.amount === 'wrong' ? { amount: '0.01' } : {}),
  } as const;
  const proposal = proposed(finding, given);
  const answers = choice.answers.map((answer, place) => answered(proposal, answer, key, `${at}/${place}`));
  return [proposal, ...answers].map((claim) => ({ key, claim }));
}

function answered(proposal: Proposed, answer: Choice['answers'][number], about: string, key: string) {
  const given = { about, key };
  switch (answer) {
    case 'approved':
      return approved(proposal, given);
    case 'by maker':
      return approved(proposal, { ...given, by: { ...ZHANG, roles: ['operator', 'approver'] } });
    case 'by operator':
      return approved(proposal, { ...given, by: OTIENO });
    case 'forged':
      return approved(proposal, { ...given, signedBy: STRANGER });
    case 'rejected':
      return rejected(proposal, given);
    case 'withdrawn':
      return rejected(proposal, { ...given, by: ZHANG });
  }
}
