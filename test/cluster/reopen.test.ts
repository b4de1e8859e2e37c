// A ledger on Kafka that ran ahead is reopened: its workers go on from the right time, to the outcome of one process
// that never ran ahead, and every block replays.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { reconcile } from '../../src/app/reconcile.ts';
import { formatInstant, parseInstant } from '../../src/domain/time.ts';
import { Reconciler } from '../../src/engine/reconciler.ts';
import { verifyDirectory } from '../../src/engine/verification/directory.ts';
import { connectCluster, openKafkaLog } from '../../src/kafka/kafka-copy.ts';
import { encodeEpoch } from '../../src/ledger/epoch.ts';
import { type GivenFacts, givenFacts, shuffled } from './given-facts.ts';
import { GivenLedger, type WorkerProcess } from './given-ledger.ts';
import { expectOnce } from './recon.ts';

vi.setConfig({ testTimeout: 240_000 });

const WHY = 'the clock of a worker ran days ahead';
const TRUE_TIME = '2026-06-02T00:00:00Z';

let given: GivenFacts;
/** The outcome in one process at the right time; that of `given` is at a later one. */
let root: string;
let ledger: GivenLedger;
let copy: string;

beforeAll(async () => {
  given = await givenFacts(400);
  const { orders, callbacks, settlements } = given.files;
  const { summary } = await reconcile({
    ...{ orders: [orders], callbacks: [callbacks], settlements: [settlements], rules: given.rules },
    ...{ provider: 'mfs-africa', asOf: TRUE_TIME, lang: 'en' },
  });
  root = summary.outcome_root;
});
beforeEach(async () => {
  ledger = await GivenLedger.make();
  copy = mkdtempSync(join(tmpdir(), 'hesabu-copy-'));
});
afterEach(async () => {
  await ledger.remove();
  rmSync(copy, { recursive: true, force: true });
});
afterAll(() => given.remove());

const worker = (asOf: string) =>
  ledger.worker(['--rules', given.rules, '--as-of', asOf, '--future', '--session', '6', '--snapshot-facts', '100']);

async function ended(worker: WorkerProcess, signal: NodeJS.Signals): Promise<void> {
  worker.kill(signal);
  await worker.ended;
}

/** Workers whose clock is days ahead have read every fact. */
async function ranAhead(): Promise<void> {
  const workers = [worker(given.asOf), worker(given.asOf)];
  await ledger.produce(shuffled(given.facts, 7));
  expect((await ledger.drained()).root).toBe(given.root);
  expect(root).not.toBe(given.root);
  await Promise.all(workers.map((one) => ended(one, 'SIGTERM')));
}

const reopened = async () => {
  const { brokers } = ledger.settings;
  const to = ['--kafka', brokers.join(','), '--data', copy, '--as-of', TRUE_TIME];
  return JSON.parse(await ledger.hesabu(['reopen', ...to, '--why', WHY, '--format', 'json']));
};

/** As a service does beside the workers. */
async function startFollower(): Promise<Reconciler> {
  const dir = join(copy, 'of a service');
  const cluster = await connectCluster(ledger.settings, { waitMillis: 0, tell: () => {} });
  return Reconciler.open(dir, { openLog: () => openKafkaLog(cluster, dir), follows: true });
}

test('workers of which one is killed, and a reopening that was, end at the outcome of one process', async () => {
  await ranAhead();
  const before = await ledger.audit();
  // As a reopening that ended after one partition left it.
  const epoch = encodeEpoch({ why: WHY, as_of: parseInstant(TRUE_TIME)! });
  await ledger.produceRaw('epochs.v1', { key: null, value: epoch, partition: 1 });
  const first = worker(TRUE_TIME);
  await expect.poll(() => first.said(), { timeout: 60_000 }).toContain('the ledger was reopened');
  await ended(first, 'SIGKILL');
  expect((await ledger.audit()).root).not.toBe(root);
  // These read the epoch of the other partitions while they run.
  for (let count = 0; count < 2; count++) worker(TRUE_TIME);
  const follower = await startFollower();
  const report = { before: formatInstant(parseInstant(given.asOf)!), as_of: TRUE_TIME, why: WHY, entries: null };
  expect(await reopened()).toEqual(report);
  await expect.poll(async () => (await ledger.audit()).root, { timeout: 90_000, interval: 500 }).toBe(root);
  const { rulesInForce } = follower.ledger;
  await follower.ledger.advance(parseInstant(given.asOf)!, rulesInForce);
  expect(await follower.executors.ask({ query: 'outcomeRoot' })).toBe(root);
  await follower.close();
  const after = await ledger.audit();
  expect(after.entries).toEqual(expect.arrayContaining([...before.entries]));
  expectOnce(await ledger.recon(), after.entries);
  for (let partition = 0; partition < ledger.partitions; partition++) {
    expect(after.positions.get(`epochs.v1/${partition}`)).toBe(partition === 1 ? 2n : 1n);
  }
  const to = ['--kafka', ledger.settings.brokers.join(','), '--data', copy];
  expect(JSON.parse(await ledger.hesabu(['replay', ...to, '--format', 'json'])).outcome_root).toBe(root);
  // A copy that no service signs has one fault.
  const { faults } = await verifyDirectory({ data: copy });
  expect(faults.map(({ code }) => code)).toEqual(['HESABU_LEDGER_UNSIGNED']);
});

test('a record that is no epoch ends the workers, and says where it is', async () => {
  const one = worker(TRUE_TIME);
  await expect.poll(() => one.said(), { timeout: 60_000 }).toContain('the task is live');
  await ledger.produceRaw('epochs.v1', { key: null, value: Buffer.from('{"as_of":"2036-01-01"}'), partition: 2 });
  expect(await one.ended).not.toBe(0);
  expect(one.said()).toContain('HESABU_LEDGER_TAMPERED: epochs.v1/2, offset 0');
});
