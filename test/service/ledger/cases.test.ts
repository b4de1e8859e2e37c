// Who works cases in a running ledger: by the routing of its configuration, unless somebody assigned them.
import { expect, test } from 'vitest';
import { parseRules } from '../../../src/matching/rules.ts';
import { decisionFact } from '../../../src/producers/decisions/decision-facts.ts';
import type { CaseOfKey } from '../../../src/projections/cases/case-index.ts';
import type { Routing } from '../../../src/projections/cases/case-owners.ts';
import type { CaseQuestion } from '../../../src/projections/cases/case-question.ts';
import { SERVICE, ZHANG } from '../../matching/given-decisions.ts';
import { NOON, order, paid, withLiveLedger } from './given-live-ledger.ts';

const ASKED: Omit<CaseQuestion, 'routing'> = {
  ...{ filter: {}, merchants: null, sort: 'reference', limit: 10, now: NOON },
};

test('a routed case has an owner and a day, which an assignment and another routing change', async () => {
  let routing: Routing = [{ reason: 'AMOUNT_UNDER', owner: 'team-a', due: 1 }];
  await withLiveLedger(
    async ({ ledger }) => {
      ledger.loop.rules = parseRules({ decision_keys: [SERVICE.signer] });
      const owners = async (filter: CaseQuestion['filter'] = {}) => {
        const { rows } = await ledger.cases.page({ ...ASKED, filter });
        return rows.map(({ key, owner, status, due_at }) => [key, owner, status, due_at !== null]);
      };
      const short = (reference: string) => paid(reference, { data: { amount: '990.00' } });
      await ledger.writer.append([order('A-1'), order('A-2'), short('A-1'), short('A-2')]);
      await ledger.loop.catchUp();
      expect(await owners({ owner: ['team-a'] })).toEqual([
        ['A-1', 'team-a', 'assigned', true],
        ['A-2', 'team-a', 'assigned', true],
      ]);
      const [{ row }] = (await ledger.cases.ofKey('A-1')) as [CaseOfKey];
      const { stage, reason, subject } = row.finding;
      const given = {
        type: 'CaseAssigned',
        about: 'A-1',
        case: { stage, reason, subject },
        by: ZHANG,
        batch: null,
      } as const;
      const terms = { merchant: 'shop-1', at: NOON, key: 'k' };
      const words = { owner: null, due_at: null, waiting_on: null };
      await ledger.writer.append([decisionFact({ ...given, ...words }, terms, SERVICE)]);
      await ledger.loop.catchUp();
      expect(await owners()).toEqual([
        ['A-1', null, 'new', true],
        ['A-2', 'team-a', 'assigned', true],
      ]);
      routing = [];
      expect(await owners()).toEqual([
        ['A-1', null, 'new', false],
        ['A-2', null, 'new', false],
      ]);
    },
    { routing: () => routing },
  );
});
