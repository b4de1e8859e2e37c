// The golden ledger with decisions: it has every kind of them, the close of a day among them, what became of each is as
// it was, and an outsider can check it with the files that he was given then.

import { spawnSync } from 'node:child_process';
import { hash } from 'node:crypto';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readRules } from '../../src/app/reconcile.ts';
import { statementOfDay } from '../../src/app/statements/statement.ts';
import { BULK_KINDS, type DecisionBody } from '../../src/domain/decision.ts';
import { type Fact, isDecision } from '../../src/domain/fact.ts';
import { Reconciler } from '../../src/engine/reconciler.ts';
import { verifyDirectory } from '../../src/engine/verification/directory.ts';
import { decodeBlock } from '../../src/ledger/block-codec.ts';
import { EmbeddedLog } from '../../src/log/embedded.ts';
import { forEachValue } from '../../src/log/value-frames.ts';
import { Random } from '../../src/simulation/random/prng.ts';
import { keyStandings } from '../../src/task/overview.ts';
import { append, endOf, factsIn, type Golden, goldenDirectory, logOf, parseGolden, replayed } from './golden.ts';

const VERIFIER = fileURLToPath(new URL('../../tools/verify.mjs', import.meta.url));
const AUDIT = join(goldenDirectory(2), 'audit');
const directory = mkdtempSync(join(tmpdir(), 'hesabu-decided-'));
afterAll(() => rmSync(directory, { recursive: true }));

let golden: Golden;
beforeAll(() => {
  golden = parseGolden(join(goldenDirectory(2), 'ledger.jsonl'));
});

const isSaid = (fact: Fact): fact is Fact<DecisionBody> => isDecision(fact);

test('it has decisions of every type, of every kind, taken in every way', () => {
  const bodies = factsIn(golden)
    .filter(isSaid)
    .map(({ body }) => body);
  const seen = <Value>(values: readonly Value[]) => [...new Set(values)].sort();
  expect(seen(bodies.map(({ type }) => type))).toEqual([
    ...['CaseAssigned', 'NoteAdded', 'PeriodClosed'],
    ...['ResolutionApproved', 'ResolutionProposed', 'ResolutionRejected'],
  ]);
  const kinds = bodies.flatMap((body) => (body.type === 'ResolutionProposed' ? [body.kind] : []));
  // The stored ledger is of before the refunds.
  expect(seen(kinds)).toEqual(seen(BULK_KINDS));
  expect(seen(bodies.map(({ by }) => by.via))).toEqual(['api', 'desk', 'xlsx']);
});

test('each key stands where it stood', async () => {
  const standings = replayed(await logOf(golden)).flatMap(({ task }) => [...keyStandings(task.table)]);
  const shown = standings.map(({ key, standing, reasons }) => [key, standing, ...reasons].join(' '));
  expect(shown.sort()).toEqual([
    ...['E-1 resolved', 'E-2 matched', 'K-1 unmatched AMOUNT_UNDER'],
    ...['L-1 resolved', 'L-2 resolved', 'L-3 unmatched PAYMENT_MISSING', 'L-4 resolved'],
    ...['N-1 unmatched AMOUNT_UNDER', 'OK-1 matched'],
    ...['W-1 resolved', 'W-2 resolved', 'W-3 unmatched AMOUNT_UNDER', 'W-4 unmatched AMOUNT_UNDER'],
    ...['W-5 unmatched AMOUNT_UNDER', 'W-6 unmatched AMOUNT_UNDER', 'W-7 resolved', 'W-8 matched', 'W-9 resolved'],
    ...['X-1 resolved', 'X-2 unmatched ORDER_MISSING', 'X-3 resolved'],
  ]);
});

test('all that was said, shuffled and doubled, gives the same outcome in an empty directory', async () => {
  const data = join(directory, 'shuffled');
  await new EmbeddedLog(data, { partitions: golden.partitions }).close();
  const reconciler = await Reconciler.open(data);
  try {
    const { rules, asOf } = endOf(2);
    await append(reconciler, new Random(2).shuffle([...factsIn(golden), ...factsIn(golden)]));
    await reconciler.ledger.advance(asOf, readRules(rules));
    expect(await reconciler.finish()).toBe(golden.outcome_root);
  } finally {
    await reconciler.close();
  }
});

const fromAudit = (name: RegExp) => join(AUDIT, readdirSync(AUDIT).find((one) => name.test(one))!);
const checked = (...args: readonly string[]) =>
  spawnSync(process.execPath, [VERIFIER, ...args], { encoding: 'utf8' }).stdout;

test('an outsider verifies its trees, a resolution, and the statement of the day that was closed', () => {
  for (let partition = 0; partition < golden.partitions; partition++) {
    const entries = golden.batches
      .filter(({ topic, partition: of }) => topic === 'ledger.v1' && of === partition)
      .flatMap(({ payload }) => {
        const bytes = Buffer.from(payload, 'base64');
        const blocks: Buffer[] = [];
        forEachValue(bytes, 0, (start, end) => blocks.push(decodeBlock(bytes.subarray(start, end)).entries));
        return blocks;
      });
    const path = join(directory, `entries-${partition}.bin`);
    writeFileSync(path, Buffer.concat(entries));
    const [vkey, checkpoint] = [join(AUDIT, 'vkey.txt'), join(AUDIT, `checkpoint-${partition}.txt`)];
    expect(checked('tree', vkey, checkpoint, path)).toMatch(/^ok: \d+ entries in \d+ leaves give the root of /);
  }
  const statement = fromAudit(/^statement-/);
  const closed = /statement-(.*)\.jsonl$/.exec(statement)![1]!;
  const filesOf = (id: string) => ['vkey.txt', `proof-${id}.txt`, `entry-${id}.bin`].map((name) => join(AUDIT, name));
  expect(checked('statement', ...filesOf(closed), statement)).toMatch(
    /^ok: 2026-06-01 of \*, mfs-africa, is closed from 0\.00 to \d+\.\d\d KES; entry /,
  );
  const resolved = readdirSync(AUDIT).flatMap((name) => /^proof-(.*)\.txt$/.exec(name)?.[1] ?? []);
  const other = resolved.find((id) => id !== closed)!;
  expect(checked('entry', ...filesOf(other))).toMatch(new RegExp(`^ok: entry ${other} in leaf `));
  expect(checked('statement', ...filesOf(other), statement)).toBe('refused: the entry closes no day\n');
});

test('it is verified as a directory: its blocks, its signed heads, its statement and what came late', async () => {
  const data = join(directory, 'books');
  const log = new EmbeddedLog(data, { partitions: golden.partitions });
  for (const { payload, ...batch } of golden.batches) {
    await log.append([{ ...batch, payload: Buffer.from(payload, 'base64') }]);
  }
  await log.close();
  for (let partition = 0; partition < golden.partitions; partition++) {
    place(join(AUDIT, `checkpoint-${partition}.txt`), join(data, 'checkpoints', `${partition}.txt`));
  }
  const statement = fromAudit(/^statement-/);
  const sha256 = hash('sha256', readFileSync(statement), 'hex');
  place(statement, join(data, 'statements', sha256.slice(0, 2), sha256));
  const { partitions, faults } = await verifyDirectory({ data, key: join(AUDIT, 'vkey.txt') });
  expect([faults, partitions.length]).toEqual([[], golden.partitions]);

  // What was paid on Monday and told after the close is Tuesday's, and Monday is as it was closed.
  const [monday, tuesday] = await Promise.all(
    ['2026-06-01', '2026-06-02'].map(
      async (day) => (await statementOfDay({ data, day, merchant: 'shop-1' })).statements,
    ),
  );
  expect(monday!.map(({ closed }) => closed?.sha256)).toEqual([sha256]);
  expect(tuesday!.map(({ closed, late, residual }) => ({ closed, late, residual }))).toEqual([
    { closed: null, late: [{ sign: '+', what: 'received', value: '600.00' }], residual: '0.00' },
  ]);
});

function place(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true });
  copyFileSync(from, to);
}
