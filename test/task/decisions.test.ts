// What must hold of people's decisions in a ledger, in whatever order, repetition and pieces evidence and decisions
// come, and whatever part of them comes at all.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isDecisionBody } from '../../src/domain/decision.ts';
import { isBreak } from '../../src/domain/reasons.ts';
import { readRecord, readRecordAssessment } from '../../src/task/key-record.ts';
import { type Proposed, rejected, WANJIRU } from '../matching/given-decisions.ts';
import { choices, decided, DECIDED_RULES as RULES } from './decided-world.ts';
import { type Coming, comings, type Keyed, type Running, run, shuffled, worlds } from './world.ts';

const WORLDS = Number(process.env.HESABU_TEST_WORLDS ?? 5);
const RUNS = { numRuns: WORLDS };
const WHOLE: Coming = { partitions: 3, pieces: 1, batch: 100 };
const worldsDecided = fc.record({ world: worlds, chosen: choices, at: fc.infiniteStream(fc.nat()) });

describe('evidence and decisions', () => {
  test('give the same outcome in any order, repetition, pieces and partitions', () =>
    fc.assert(
      fc.asyncProperty(worlds, choices, comings, fc.integer(), async (world, chosen, coming, seed) => {
        const all = [...world, ...(await decided(world, chosen))];
        const [again] = fc.sample(shuffled(all), { numRuns: 1, seed });
        const [once, other] = [await run(all, WHOLE, RULES), await run(again!, coming, RULES)];
        expect(other.standings).toEqual(once.standings);
        expect(other.root).toBe(once.root);
      }),
      RUNS,
    ));

  test('add up: every key has one standing, and money received is matched, resolved, open or returned', () =>
    fc.assert(
      fc.asyncProperty(worlds, choices, async (world, chosen) => {
        const { all } = (await run([...world, ...(await decided(world, chosen))], WHOLE, RULES)).overview;
        const { matched, resolved, pending, unmatched, closed } = all.standing;
        expect(matched + resolved + pending + unmatched + closed).toBe(all.keys);
        for (const sum of all.money.values()) {
          expect(sum.received).toBe(sum.matched + sum.resolved + sum.open + sum.returned);
        }
      }),
      RUNS,
    ));

  test('are executed again to the same bytes', () =>
    fc.assert(
      fc.asyncProperty(worlds, choices, comings, async (world, chosen, coming) => {
        (await run([...world, ...(await decided(world, chosen))], coming, RULES)).replay();
      }),
      { numRuns: Math.ceil(WORLDS / 3) },
    ));
});

describe('of any part of the decisions', () => {
  test('nothing from the threshold on is resolved without two persons, and nothing that was rejected', () =>
    fc.assert(
      fc.asyncProperty(worlds, choices, fc.infiniteStream(fc.boolean()), async (world, chosen, coins) => {
        const decisions = (await decided(world, chosen)).filter(() => coins.next().value);
        const running = await run([...world, ...decisions], WHOLE, RULES);
        for (const { key, minor, proposals } of resolutionsIn(running, decisions)) {
          const answersTo = (type: string) =>
            decisions.filter(({ claim: { body } }) => {
              return body.type === type && 'proposal' in body && proposals.has(body.proposal.id);
            });
          expect(proposals.size, key).toBeGreaterThan(0);
          const persons = answersTo('ResolutionApproved').map(
            ({ claim: { body } }) => isDecisionBody(body) && body.by.person,
          );
          if (minor >= 20_000n) expect(persons, key).toContain(WANJIRU.person);
        }
      }),
      RUNS,
    ));

  test('one rejection more never resolves more', () =>
    fc.assert(
      fc.asyncProperty(worlds, choices, async (world, chosen) => {
        const decisions = await decided(world, chosen);
        const before = resolvedOf(await run([...world, ...decisions], WHOLE, RULES));
        for (const { key, claim } of decisions.filter(({ claim: { body } }) => body.type === 'ResolutionProposed')) {
          const more = { key, claim: rejected(claim as Proposed, { about: key, key: `more ${claim.id}` }) };
          const after = resolvedOf(await run([...world, ...decisions, more], WHOLE, RULES));
          for (const name of after) expect(before).toContain(name);
        }
      }),
      { numRuns: Math.ceil(WORLDS / 3) },
    ));
});

/** The resolutions of a ledger: with the key, the amount, and the proposals that are about the finding. */
function resolutionsIn(running: Running, decisions: readonly Keyed[]) {
  return assessmentsOf(running).flatMap(({ key, findings }) =>
    findings
      .filter(({ kind }) => kind === 'decision')
      .map(({ subject, difference, currency }) => {
        const proposals = decisions.flatMap(({ key: of, claim: { id, body } }) => {
          const isAbout = body.type === 'ResolutionProposed' && `${body.case.reason}/${body.case.subject}` === subject;
          return of === key && isAbout ? [id] : [];
        });
        const minor = currency === 'KES' && difference !== null ? BigInt(difference.replace(/[-.]/g, '')) : 0n;
        return { key, minor, proposals: new Set(proposals) };
      }),
  );
}

function resolvedOf(running: Running): string[] {
  return assessmentsOf(running).flatMap(({ key, findings }) =>
    findings.filter(({ kind }) => kind === 'decision').map(({ subject }) => `${key} ${subject}`),
  );
}

function assessmentsOf({ group }: Running) {
  return group.tasks.flatMap(({ table }) => {
    return Array.from({ length: table.count }, (_, slot) => {
      const { bytes, from, to } = table.recordOf(slot);
      const record = readRecord(bytes, from, to);
      const isEmpty = record.assessment.from === record.assessment.to;
      return { key: table.keys.keyOf(slot), findings: isEmpty ? [] : readRecordAssessment(bytes, record).findings };
    });
  });
}

test('worlds have breaks to decide on, and some of them are resolved', async () => {
  let resolved = 0;
  for (const { world, chosen } of fc.sample(worldsDecided, { numRuns: 12, seed: 5 })) {
    const running = await run([...world, ...(await decided(world, chosen))], WHOLE, RULES);
    resolved += resolvedOf(running).length;
    for (const { finding } of running.overview.findings) expect(isBreak(finding.reason) || finding.kind).toBeTruthy();
  }
  expect(resolved).toBeGreaterThan(5);
});
