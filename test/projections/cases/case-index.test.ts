// The index of cases against a pass over all keys: whatever facts and decisions come, in any order and pieces.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { caseId } from '../../../src/domain/case-id.ts';
import { decisionFact } from '../../../src/producers/decisions/decision-facts.ts';
import { Ageing } from '../../../src/projections/cases/case-ages.ts';
import { type CaseChangesQuestion, mergeCaseChanges } from '../../../src/projections/cases/case-changes.ts';
import { CaseIndex } from '../../../src/projections/cases/case-index.ts';
import { CaseList } from '../../../src/projections/cases/case-list.ts';
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

type Tasks = Running['group']['tasks'];
const AGEING = new Ageing(RULES.calendar, ALL.now);

/** What the list has after it was told what it lacks, some keys at a time. */
async function pageOf(
  { index, list = new CaseList() }: { readonly index: CaseIndex; readonly list?: CaseList },
  { group, rules }: Running,
  { question = ALL, tasks = group.tasks, most = 7 }: { question?: CaseQuestion; tasks?: Tasks; most?: number } = {},
): Promise<CasePage> {
  const ask = async (asked: CaseChangesQuestion) => index.changes(tasks, (hash) => rules.get(hash)!, asked);
  await list.bringUp(ask, question.routing, most);
  return list.page(question, AGEING);
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
        const kept = { index: new CaseIndex(running.log), list: new CaseList() };
        const facts = [...world, ...told];
        for (let at = 0, piece = 0; at < facts.length; piece++) {
          const size = sizes[piece % sizes.length]!;
          await running.append(facts.slice(at, at + size), 5);
          at += size;
          // Notes are there before the block that reads them, where somebody asks in between.
          if (piece % 2 === 0) await pageOf(kept, running);
          await running.advance(t('24 00:00'), areNew && at >= facts.length ? OTHERS : RULES);
          const page = await pageOf(kept, running);
          expect(page).toEqual(await pageOf({ index: new CaseIndex(running.log) }, running, { most: 1_000 }));
          expect(
            page.rows
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
        for (const row of (await pageOf(kept, running)).rows)
          expect(row.id).toBe(caseId({ key: row.key, ...row.finding }));
      },
    ),
    { numRuns: 25 },
  ));

test('a list that lacks what was told, as another one was told it, begins anew', () =>
  fc.assert(
    fc.asyncProperty(
      worlds,
      fc.array(fc.tuple(fc.nat({ max: 1 }), fc.integer({ min: 1, max: 5 })), { maxLength: 6 }),
      async (world, asked) => {
        const running = new Running(2);
        const index = new CaseIndex(running.log);
        const lists = [new CaseList(), new CaseList()];
        const size = Math.ceil(world.length / Math.max(1, asked.length));
        for (const [piece, [which, most]] of asked.entries()) {
          await running.append(world.slice(piece * size, (piece + 1) * size), 5);
          await running.advance(t('24 00:00'), RULES);
          const page = await pageOf({ index, list: lists[which]! }, running, { most });
          expect(page).toEqual(await pageOf({ index: new CaseIndex(running.log) }, running));
        }
      },
    ),
    { numRuns: 10 },
  ));

test('partitions of several threads make the list that those of one make', () =>
  fc.assert(
    fc.asyncProperty(worlds, fc.integer({ min: 1, max: 4 }), async (world, limit) => {
      const running = await run(world, { partitions: 4, pieces: 1, batch: 100 }, RULES);
      const question = { ...ALL, filter: {}, limit };
      const { tasks } = running.group;
      const indexes = tasks.map((task) => ({ index: new CaseIndex(running.log), task }));
      const list = new CaseList();
      const ask = async (asked: CaseChangesQuestion) =>
        mergeCaseChanges(
          indexes.map(({ index, task }) => index.changes([task], (hash) => running.rules.get(hash)!, asked)),
        );
      await list.bringUp(ask, []);
      const whole = await pageOf({ index: new CaseIndex(running.log) }, running, { question });
      expect(list.page(question, AGEING)).toEqual(whole);
    }),
    { numRuns: 10 },
  ));
