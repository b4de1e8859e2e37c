// A worker without a directory takes over: it reads its tasks' states from the cluster, and executes few blocks again.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { BLOCKS } from '../../src/kafka/kafka-copy.ts';
import { BlockAssembler } from '../../src/kafka/records/block-records.ts';
import { digestToHex } from '../../src/ledger/digest.ts';
import { type GivenFacts, givenFacts } from './given-facts.ts';
import { GivenLedger, type WorkerProcess } from './given-ledger.ts';
import { expectOnce } from './recon.ts';

const PARTITIONS = 2;
let given: GivenFacts;
let ledger: GivenLedger;

beforeAll(async () => {
  given = await givenFacts(120);
  ledger = await GivenLedger.make(PARTITIONS);
});
afterAll(async () => {
  await ledger.remove();
  given.remove();
});

const started = (data?: string) =>
  ledger.worker(['--rules', given.rules, '--as-of', given.asOf, '--session', '6', '--snapshot-facts', '64'], data);

/** How many blocks it executed again for each of its tasks, once it has them all. */
async function executedAgain(worker: WorkerProcess): Promise<number[]> {
  await expect.poll(() => worker.said().match(/the task is live/g)?.length).toBe(PARTITIONS);
  return [...worker.said().matchAll(/"behind":(\d+)/g)].map(([, blocks]) => Number(blocks));
}

/** By partition, how many blocks follow the last one whose state is in the cluster. */
async function blocksAfterSnapshots(): Promise<number[]> {
  const after = new Map<number, number>();
  const named = new Set<string>();
  const topic = (name: string) => [ledger.settings.prefix + name];
  await ledger.readAll(topic('snapshots.v1'), (_, { key, value }) => {
    if (key?.toString() === 'head') named.add(JSON.parse(value!.toString()).blockHash);
  });
  const assembler = new BlockAssembler(BLOCKS);
  await ledger.readAll(topic('ledger.v1'), (_, message) => {
    const { header, hash } = assembler.take(message)?.block ?? {};
    if (header === undefined) return;
    after.set(header.partition, named.has(digestToHex(hash!)) ? 0 : (after.get(header.partition) ?? 0) + 1);
  });
  return [...after.values()];
}

/** No block comes that could name the snapshots: they are named alone. One that read very few facts has none. */
async function rested(): Promise<void> {
  await ledger.drained();
  await expect.poll(async () => Math.max(...(await blocksAfterSnapshots()))).toBeLessThan(2);
}

test('after a kill, once the tasks had nothing to do', async () => {
  const first = started('away');
  await ledger.produce(given.facts.slice(0, 100));
  await rested();
  first.kill('SIGTERM');
  await first.ended;
  const worker = started();
  await ledger.produce(given.facts.slice(100, 250));
  await rested();
  worker.kill('SIGKILL');
  await worker.ended;
  const next = started();
  for (const blocks of await executedAgain(next)) expect(blocks).toBeLessThan(2);
  next.kill('SIGTERM');
  expect(await next.ended).toBe(0);
  // What this machine has is older than what the cluster has.
  const back = started('away');
  for (const blocks of await executedAgain(back)) expect(blocks).toBeLessThan(2);
  back.kill('SIGTERM');
  expect(await back.ended).toBe(0);
});

test('after a worker that left, while it had facts to read', async () => {
  const worker = started();
  await executedAgain(worker);
  await ledger.produce(given.facts.slice(250));
  worker.kill('SIGTERM');
  expect(await worker.ended).toBe(0);
  const next = started();
  for (const blocks of await executedAgain(next)) expect(blocks).toBeLessThan(3);
  const audit = await ledger.drained();
  expectOnce(await ledger.recon(), audit.entries);
});
