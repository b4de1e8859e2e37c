// A batch is killed half-way, several times: after the next start each of its rows is done, and each once.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { afterAll, expect, test } from 'vitest';
import type { GivenRow } from '../../src/http/api/batch.ts';
import { BatchRunner } from '../../src/http/api/cases/batch-runner.ts';
import { parseRules } from '../../src/matching/rules.ts';
import { openServiceDatabase } from '../../src/runtime/service-database.ts';
import { apiTables } from '../../src/service/tables/api-tables.ts';
import { SERVICE } from '../matching/given-decisions.ts';
import { openLiveLedger, order, paid, StillClock } from '../service/ledger/given-live-ledger.ts';

const PROGRAM = join(import.meta.dirname, 'bulk-program.ts');
const dir = mkdtempSync(join(tmpdir(), 'hesabu-bulk-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const CASES = 20;
const RULES = parseRules({ decision_keys: [SERVICE.signer] });
const ACT = { act: 'assign', owner: 'team-a', due_at: null, waiting_on: null } as const;

test('a batch that is killed between its facts and its marks is finished after the start, each row once', async () => {
  const clock = new StillClock();
  const open = () => openLiveLedger(dir, clock, { rules: RULES });
  const names = Array.from({ length: CASES }, (_, at) => `A-${at}`);
  const database = openServiceDatabase(dir);
  const { batches } = apiTables(database, clock);
  const ledger = await open();
  await ledger.writer.append(names.flatMap((name) => [order(name), paid(name, { data: { amount: '990.00' } })]));
  await ledger.loop.catchUp();
  const asked = { filter: {}, merchants: null, sort: 'reference', limit: 100, now: clock.at } as const;
  const { rows } = await ledger.cases.page(asked);
  const given = rows.map(({ id, merchant }): GivenRow => {
    return { ...{ case: id, merchant, seen: null, proposal: null }, act: null, line: null, decision: null };
  });
  const who = { person: 'p-zhang', via: 'desk', roles: { 'shop-1': ['operator'] } } as const;
  await batches.add({ id: 'b-1', at: clock.at, ...who, act: ACT }, given);
  await ledger.close();

  for (const [step, nth] of [
    ['append', '1'],
    ['settle', '2'],
  ] as const) {
    const args = ['--disable-warning=ExperimentalWarning', PROGRAM, dir, step, nth];
    const { signal, stderr } = spawnSync(process.execPath, args);
    expect([signal, String(stderr)]).toEqual(['SIGKILL', '']);
  }
  expect(batches.counts('b-1', null).waiting).toBeGreaterThan(0);

  const again = await open();
  const work = { ledger: again, clock, logger: pino({ level: 'silent' }), store: batches, decisionKey: SERVICE };
  const runner = new BatchRunner(work);
  runner.wake();
  const isFinished = () => batches.get('b-1')!.finished_at !== null;
  await expect.poll(isFinished, { interval: 5, timeout: 30_000 }).toBe(true);
  expect(batches.counts('b-1', null)).toEqual({ waiting: 0, done: CASES, unchanged: 0, refused: 0 });
  for (const name of names) {
    const [{ talk, row }] = (await again.cases.ofKey(name)) as [Awaited<ReturnType<typeof again.cases.ofKey>>[number]];
    expect([name, talk.assignments.length, row.owner]).toEqual([name, 1, 'team-a']);
  }
  const decisions = Array.from({ length: again.reconciler.log.partitions }, (_, partition) =>
    Number(again.reconciler.log.end('decisions.v1', partition)),
  );
  expect(decisions.reduce((sum, count) => sum + count, 0)).toBe(CASES);
  await runner.stop();
  await again.close();
  database.close();
});
