// The index of cases against a pass over all keys: whatever facts and decisions come, in any order and pieces.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { caseId } from '../../../src/domain/case-id.ts';
import { decisionFact } from '../../../src/producers/decisions/decision-facts.ts';
import { CaseIndex } from '../../../src/projections/cases/case-index.ts';
import { mergeCasePages } from '../../../src/projections/cases/case-page.ts';
import type { CasePage, CaseQuestion } from '../../../src/projections/cases/case-question.ts';
import type { OpenFinding } from '../../../src/task/overview.ts';
import { t } from '../../matching/given.ts';
import { approved, proposed, rejected, SERVICE, STRANGER, ZHANG } from '../../matching/given-decisions.ts';
import { type Keyed, Running, rulesOf, run, worlds } from '../../task/world.ts';

const RULES = rulesOf({ review: { threshold: { KES: '200.00' } }, decision_keys: [SERVICE.signer] });
const OTHERS = rulesOf({ review: { threshold: {} }, decision_keys: [SERVICE.signer] });
const ALL: CaseQuestion = {
  ...{ filter: { status: ['all'] }, merchants: null, sort: 'reference', limit: 1_000, now: t('25 00:00'), routing: [] },
};

const WORDS = ['assigned', 'forged', 'noted', 'proposed', 'approved', 'rejected'] as const;

/** What people say of a case that the evidence of the world gives. */
function said({ key, finding }: OpenFinding, word: (typeof WORDS)[number], at: number): Keyed {
  const { stage, reason, subject } = finding;
  const about = { about: key, case: { stage, reason, subject }, by: ZHANG, batch: null };
  const proposal = proposed(finding, { about: key, kind: 'explain' });
  const signer = word === 'forged' ? STRANGER : SERVICE;
  const terms = { merchant: 'shop-1', at: t('20 08:00') + (at % 3), key: `s${at}` };
  if (word === 'proposed') return { key, claim: proposal };
  if (word === 'approved') return { key, claim: approved(proposal, { about: key }) };
  if (word === 'rejected') return { key, claim: rejected(proposal, { about: key }) };
  const note = { ...about, type: 'NoteAdded', text: 'ab'.repeat(32), attachments: [] } as const;
  const assigned = { ...about, type: 'CaseAssigned', owner: `p-${at % 4}`, due_at: null, waiting_on: null } as const;
  return { key, claim: decisionFact(word === 'noted' ? note : assigned, terms, signer) };
}

function pageOf(index: CaseIndex, { group, rules }: Running, question = ALL): CasePage {
  return index.page(group.tasks, (hash) => rules.get(hash)!, question);
}

test('kept from what came, it has what a pass over all keys has', () =>
  fc.assert(
    fc.asyncProperty(
      worlds,
      fc.array(fc.tuple(fc.nat(), fc.constantFrom(...WORDS)), { maxLength: 20 }),
      fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 3, maxLength: 3 }),
      fc.boolean(),
      async (world, words, sizes, areNew) => {
        const { findings } = (await run(world, { partitions: 1, pieces: 1, batch: 100 }, RULES)).overview;
        const told =
          findings.length === 0
            ? []
            : words.map(([which, word], at) => said(findings[which % findings.length]!, word, at));
        const running = new Running(2);
        const index = new CaseIndex(running.log);
        const facts = [...world, ...told];
        for (let at = 0, piece = 0; at < facts.length; piece++) {
          const size = sizes[piece % sizes.length]!;
          await running.append(facts.slice(at, at + size), 5);
          at += size;
          // Notes are there before the block that reads them, where somebody asks in between.
          if (piece % 2 === 0) pageOf(index, running);
          await running.advance(t('24 00:00'), areNew && at >= facts.length ? OTHERS : RULES);
          const kept = pageOf(index, running);
          expect(kept).toEqual(pageOf(new CaseIndex(running.log), running));
          expect(
            kept.rows
              .filter(({ status }) => status !== 'resolved')
              .map(({ entryId }) => entryId)
              .sort(),
          ).toEqual(
            running.group
              .overview()
              .findings.map(({ entryId }) => entryId)
              .sort(),
          );
        }
        for (const row of pageOf(index, running).rows) expect(row.id).toBe(caseId({ key: row.key, ...row.finding }));
      },
    ),
    { numRuns: 25 },
  ));

test('pages of several threads add up to the page of one', () =>
  fc.assert(
    fc.asyncProperty(worlds, fc.integer({ min: 1, max: 4 }), async (world, limit) => {
      const running = await run(world, { partitions: 4, pieces: 1, batch: 100 }, RULES);
      const ask = (tasks: typeof running.group.tasks, question: CaseQuestion) =>
        new CaseIndex(running.log).page(tasks, (hash) => running.rules.get(hash)!, question);
      const question = { ...ALL, filter: {}, limit };
      const { tasks } = running.group;
      const apart = tasks.map((task) => ask([task], question));
      expect(mergeCasePages(apart, limit)).toEqual(mergeCasePages([ask(tasks, question)], limit));
    }),
    { numRuns: 25 },
  ));
