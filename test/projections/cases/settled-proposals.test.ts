// Proposals that evidence answered, kept from what came, against a plain pass over all entries of each key.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { standingCaseId } from '../../../src/domain/case-id.ts';
import { isResolution } from '../../../src/domain/reason-words-resolutions.ts';
import { assessEvidence } from '../../../src/matching/assess-key.ts';
import { proposalsOf } from '../../../src/matching/decisions.ts';
import { CaseIndex } from '../../../src/projections/cases/case-index.ts';
import type { SettledPage } from '../../../src/projections/cases/settled-proposals.ts';
import { entriesAbout } from '../../../src/projections/history.ts';
import { caseOfEntry } from '../../../src/projections/ledger-changes.ts';
import { t } from '../../matching/given.ts';
import { approved, proposed, rejected, SERVICE } from '../../matching/given-decisions.ts';
import { type Keyed, Running, rulesOf, worlds } from '../../task/world.ts';

const RULES = rulesOf({ review: { threshold: { KES: '200.00' } }, decision_keys: [SERVICE.signer] });
const QUESTION = { keys: null, merchants: null, since: 0, withRefunds: false, limit: 1_000, routing: [] };

/** As a page tells it: which proposal, and which entry ended its case. */
type Told = readonly string[];

function pageOf(index: CaseIndex, { group, rules }: Running, most: number): Told {
  let page: SettledPage;
  do page = index.settled(group.tasks, (hash) => rules.get(hash)!, { ...QUESTION, most });
  while (page.left > 0);
  expect(page.total).toBe(page.proposals.length);
  return page.proposals.map(({ view, entry }) => `${view.proposal.id} ${entry}`).sort();
}

function plainly({ group, log }: Running): Told {
  return group.tasks
    .flatMap((task) => {
      const { partition, deadlines_to } = task.head;
      return [...Array(task.table.count).keys()].flatMap((slot) => {
        const key = task.table.keys.keyOf(slot);
        const state = task.stateAt(slot);
        const evidence = assessEvidence(key, state, RULES, deadlines_to);
        const entries = entriesAbout(log, partition, key);
        const byId = new Map(entries.map(({ id, entry }) => [id, entry]));
        const now = entries.flatMap(({ entry, supersededBy }) => (supersededBy === null ? [caseOfEntry(entry)] : []));
        const standing = now.filter((name) => name !== null);
        return proposalsOf(key, state.decisions ?? [], RULES, evidence).flatMap(({ proposal, state: is, approval }) => {
          const own = { key, ...proposal.body.case };
          if (is !== 'stale' || approval !== null || standingCaseId(own, standing) !== undefined) return [];
          const ends = entries.flatMap(({ id, entry }) =>
            entry.supersedes.flatMap((before) => {
              const name = caseOfEntry(byId.get(before)!);
              return name !== null && standingCaseId(own, [name]) !== undefined
                ? [{ id, last: byId.get(before)! }]
                : [];
            }),
          );
          const end = ends.at(-1);
          return end === undefined || isResolution(end.last.finding.reason!) ? [] : [`${proposal.id} ${end.id}`];
        });
      });
    })
    .sort();
}

test('kept from what came, they are those that a pass over all entries finds, with the same entries', async () => {
  let count = 0;
  await fc.assert(
    fc.asyncProperty(
      worlds,
      fc.array(fc.constantFrom('waits', 'waits', 'approved', 'rejected'), { minLength: 12, maxLength: 12 }),
      fc.integer({ min: 1, max: 3 }),
      async (world, answers, most) => {
        const running = new Running(2);
        const index = new CaseIndex(running.log);
        const half = Math.ceil(world.length / 2);
        await running.append(world.slice(0, half), 5);
        await running.advance(t('20 00:00'), RULES);
        const said = running.group.overview().findings.flatMap(({ key, finding }, at): Keyed[] => {
          const proposal = proposed(finding, { about: key, kind: 'explain', key: `p${at}` });
          const answer = answers[at % answers.length];
          const more = answer === 'approved' ? [approved(proposal, { about: key })] : [];
          if (answer === 'rejected') more.push(rejected(proposal, { about: key }) as never);
          return [proposal, ...more].map((claim) => ({ key, claim }));
        });
        await running.append(said, 5);
        await running.advance(t('20 08:00'), RULES);
        for (const fact of world.slice(half)) {
          await running.append([fact], 1);
          await running.advance(t('24 00:00'), RULES);
          const told = pageOf(index, running, most);
          expect(told).toEqual(plainly(running));
          count = Math.max(count, told.length);
        }
        expect(pageOf(new CaseIndex(running.log), running, 1_000)).toEqual(plainly(running));
      },
    ),
    { numRuns: 8 },
  );
  // Otherwise nothing was compared.
  expect(count).toBeGreaterThan(0);
});
