// Every query of the table, asked of executors in this thread and in threads of their own. Neither the number of the
// executors nor their threads change what they answer together.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { caseId } from '../../../src/domain/case-id.ts';
import { LocalExecutor } from '../../../src/engine/executors/executor.ts';
import { Executors } from '../../../src/engine/executors/executors.ts';
import type { Query, QueryName } from '../../../src/engine/executors/queries.ts';
import { ThreadExecutor } from '../../../src/engine/executors/thread-executor.ts';
import { type LogReader, openReader } from '../../../src/log/log-reader.ts';
import { DEFAULT_RULES, rulesHash } from '../../../src/matching/rules.ts';
import type { CaseChanges } from '../../../src/projections/cases/case-changes.ts';
import { mergeLedgerSums } from '../../../src/projections/ledger-sums.ts';
import { factOf, NOON, openLiveLedger, order, paid, StillClock } from '../../service/ledger/given-live-ledger.ts';

const OF_DAY = { day: Math.floor(NOON / 86_400_000), now: NOON, rulesHash: rulesHash(DEFAULT_RULES), merchants: null };

const CASE = caseId({ key: 'A-7', stage: 'payment', reason: 'AMOUNT_UNDER', subject: '' });

/** One query of each name: a row that is missing here does not compile. */
const ASKED: { readonly [Name in QueryName]: Query<Name> } = {
  open: { query: 'open', partitions: [] },
  follow: { query: 'follow' },
  saveSnapshots: { query: 'saveSnapshots' },
  heads: { query: 'heads' },
  overview: { query: 'overview' },
  ledgerSums: { query: 'ledgerSums' },
  openPage: { query: 'openPage', limit: 3, merchants: null },
  caseChanges: { query: 'caseChanges', routing: [], marks: new Map(), most: 1_000 },
  casesOfKey: { query: 'casesOfKey', key: 'A-7', routing: [] },
  namedCases: { query: 'namedCases', cases: [{ id: CASE, planned: null }], withProposals: true, routing: [] },
  settledProposals: {
    ...{
      query: 'settledProposals',
      keys: null,
      merchants: null,
      since: 0,
      withRefunds: false,
      limit: 5,
      routing: [],
      most: 1_000,
    },
  },
  attached: { query: 'attached', sha256: 'ab'.repeat(32), routing: [] },
  outcomeRoot: { query: 'outcomeRoot' },
  findClaims: { query: 'findClaims', name: 'A-7' },
  orderClaims: { query: 'orderClaims', reference: 'A-7' },
  isAwaited: { query: 'isAwaited', reference: 'A-7', asOf: NOON, askedAt: null },
  findTransactions: { query: 'findTransactions', name: 'A-7', asOf: NOON, shown: 'all claims', references: 'and ids' },
  matchedPage: { query: 'matchedPage', partition: 1, after: null, blocks: null, rulesHash: rulesHash(DEFAULT_RULES) },
  shares: { query: 'shares', rulesHash: rulesHash(DEFAULT_RULES) },
  waitingMoney: { query: 'waitingMoney', keys: null },
  hintsAbout: {
    query: 'hintsAbout',
    money: [
      {
        key: 'a-7',
        merchant: '',
        reason: 'ORDER_MISSING',
        parts: [{ amount: 100n, currency: 'KES', at: NOON, phones: [] }],
      },
    ],
    keys: null,
  },
  payouts: { query: 'payouts' },
  keyEntries: { query: 'keyEntries', key: 'A-7', partition: 1, entryIds: [] },
  filedFacts: { query: 'filedFacts', facts: [{ key: 'A-7', fact: '' }] },
  fileRows: {
    ...{ query: 'fileRows', topic: 'orders.v1', partition: 1, wanted: [{ fact: 'A-7', import: 1 }] },
    ...{ since: 0, from: null, most: 1_000 },
  },
  riskSignals: { query: 'riskSignals', reference: 'A-7', rules: DEFAULT_RULES, now: NOON },
  entriesAfter: { query: 'entriesAfter', cursor: null, limit: 25 },
  rulesHistory: { query: 'rulesHistory' },
  decisionSigns: { query: 'decisionSigns', rules: DEFAULT_RULES, now: NOON },
  changesAfter: { query: 'changesAfter', cursor: null, limit: 100 },
  orderChanges: { query: 'orderChanges', cursor: null, limit: 100 },
  feesPaid: { query: 'feesPaid' },
  keysWithId: { query: 'keysWithId', id: 'P-A-7', keys: ['A-6', 'A-7'] },
  claimants: { query: 'claimants', identities: ['?mfs-africa:TXN-1'] },
  claimCounts: { query: 'claimCounts' },
  standings: { query: 'standings' },
  statement: { query: 'statement', ...OF_DAY },
  prepareStatements: { query: 'prepareStatements', ...OF_DAY, most: 1_000 },
  periods: { query: 'periods', rulesHash: rulesHash(DEFAULT_RULES) },
  lateFacts: {
    ...{ query: 'lateFacts', rulesHash: rulesHash(DEFAULT_RULES), most: 1_000 },
    closes: [{ day: OF_DAY.day, merchant: '*', at: 0 }],
  },
  lateMoves: {
    ...{ query: 'lateMoves', rulesHash: rulesHash(DEFAULT_RULES), now: NOON },
    facts: [{ key: 'A-7', fact: 'mfs-africa:callback:ev-A-7', until: OF_DAY.day }],
  },
  statementRows: { query: 'statementRows', ...OF_DAY, line: 'received' },
};

const settled = (reference: string) =>
  factOf('settlements', {
    transaction_reference: reference,
    transaction_id: `P-${reference}`,
    type: 'payment',
    amount_received: '1000.00',
    currency: 'KES',
    settlement_date: '2026-06-01',
    line_id: `L-${reference}`,
  });

let dir: string;
let log: LogReader;
let one: Executors;
let several: Executors;
let threads: Executors;

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'hesabu-queries-'));
  const ledger = await openLiveLedger(dir, new StillClock());
  const names = Array.from({ length: 20 }, (_, at) => `A-${at}`);
  await ledger.writer.append(names.map((name) => order(name)));
  await ledger.writer.append(names.map((name, at) => paid(name, at % 4 === 0 ? { data: { amount: '1.00' } } : {})));
  await ledger.writer.append(names.map(settled));
  await ledger.loop.catchUp();
  await ledger.close();
  log = openReader(dir);
  // Without its `close`, which an executor would call: all of them read this log.
  const { read, beginning, end, partitions } = log;
  const reading = { read, beginning, end, partitions };
  const local = () => new LocalExecutor(dir, reading, { readOnly: true });
  one = new Executors(() => [local()], log.partitions);
  several = new Executors(() => [local(), local(), local()], log.partitions);
  threads = new Executors(() => [1, 2].map(() => new ThreadExecutor(dir)), log.partitions);
  await Promise.all([one, several, threads].map((executors) => executors.open()));
});

afterAll(async () => {
  await Promise.all([one, several, threads].map((executors) => executors?.close()));
  log?.close();
  rmSync(dir, { recursive: true, force: true });
});

describe('a query', () => {
  test.each(Object.values(ASKED))(
    '$query is answered alike by one executor, by several and by threads',
    async (query) => {
      const whole = inOrder(await one.ask(query));
      expect(inOrder(await several.ask(query))).toEqual(whole);
      expect(inOrder(await threads.ask(query))).toEqual(whole);
    },
  );

  test('is about what the ledger holds', async () => {
    expect((await threads.ask(ASKED.overview)).findings).toHaveLength(10);
    expect(await threads.ask(ASKED.claimCounts)).toMatchObject({ 'orders.v1': 20, 'callbacks.v1': 20 });
    expect((await threads.ask(ASKED.findClaims)).map(({ key }) => key)).toEqual(['A-7']);
    expect(await threads.ask(ASKED.standings)).toHaveLength(20);
    expect((await threads.ask(ASKED.heads)).map(({ partition }) => partition)).toEqual([...partitions()]);
    expect(await threads.ask(ASKED.outcomeRoot)).toMatch(/^[0-9a-f]{64}$/);
  });

  test('about late facts reads on with each question, however little is read at once', async () => {
    const [close] = ASKED.lateFacts.closes;
    const asked = { ...ASKED.lateFacts, closes: [{ ...close!, at: 1 }] };
    let [page, questions] = [await one.ask({ ...asked, most: 1 }), 1];
    for (; !page.isWhole; questions++) page = await one.ask({ ...asked, most: 1 });
    expect(questions).toBeGreaterThan(3);
    expect(page).toEqual(await one.ask(ASKED.lateFacts));
    expect(page.facts.length).toBeGreaterThan(20);
  });

  test('about one partition is asked of the executor that has it', async () => {
    const pages = [...partitions()].map((partition) => several.ask({ ...ASKED.matchedPage, partition }));
    const rows = (await Promise.all(pages)).flatMap((page) => page.rows);
    expect(rows).toHaveLength(15);
    const sums = [...partitions()].map((partition) => several.ask({ ...ASKED.ledgerSums, partition }));
    expect(mergeLedgerSums(await Promise.all(sums))).toEqual(await one.ask(ASKED.ledgerSums));
  });

  test('that fails in a thread fails with the same error', async () => {
    const unknown = { ...ASKED.matchedPage, rulesHash: 'ff' } as const;
    for (const executors of [one, threads]) {
      await expect(executors.ask(unknown)).rejects.toMatchObject({ code: 'HESABU_LEDGER_TAMPERED' });
    }
  });
});

const partitions = () => Array(log.partitions).keys();

/** Keys come in the order of the partitions of each executor. */
function inOrder(answer: unknown): unknown {
  if (isChanges(answer)) {
    const parts = answer.parts.toSorted((left, right) => left.partition - right.partition);
    // Each mark is a new one.
    return { ...answer, parts: parts.map((part) => ({ ...part, mark: '' })) };
  }
  const keyOf = (item: unknown) => String((item as { key?: string })?.key ?? '');
  return Array.isArray(answer) ? [...answer].sort((left, right) => keyOf(left).localeCompare(keyOf(right))) : answer;
}

function isChanges(answer: unknown): answer is CaseChanges {
  return typeof answer === 'object' && answer !== null && 'parts' in answer && 'left' in answer;
}
