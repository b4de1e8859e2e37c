// When a task's state becomes a snapshot: seldom while facts come, and soon while none do.
import pino from 'pino';
import { expect, test } from 'vitest';
import type { Kafka } from '../../../src/kafka/client/kafkajs.ts';
import { SnapshotWriter } from '../../../src/kafka/worker/snapshot-writer.ts';
import type { PlacedBlock } from '../../../src/kafka/worker/state-restore.ts';
import type { MadeBlock } from '../../../src/kafka/worker/task-runner.ts';
import { ZERO_DIGEST } from '../../../src/ledger/digest.ts';
import { ReconciliationTask } from '../../../src/task/task.ts';

const FACTS_MIN = 160;
const AT_REST = FACTS_MIN / 16;
const task = ReconciliationTask.empty(0);

function blockOf(facts: number) {
  const inputs = [{ topic: 'orders.v1', from: 0n, to: BigInt(facts), sha256: ZERO_DIGEST }];
  return { header: { inputs }, hash: ZERO_DIGEST, offset: 0n } as unknown as PlacedBlock;
}
const made = (facts: number) => ({ task, block: blockOf(facts), isBehind: false }) as unknown as MadeBlock;

function given(facts: number) {
  const producer = { connect: async () => {}, send: async () => [], disconnect: async () => {} };
  const writer = new SnapshotWriter({
    ...{ kafka: { producer: () => producer } as unknown as Kafka, prefix: '', factsMin: FACTS_MIN },
    ...{ local: { load: () => undefined, saveInBackground: async () => {} }, logger: pino({ level: 'silent' }) },
  });
  const blocks = facts === 0 ? [] : [blockOf(facts)];
  const snapshots = writer.begin({ task, place: 'a', blocks, read: new Map(), offset: 0n });
  return { writer, snapshots };
}

test('at rest after a sixteenth of the facts that make one due with a block', async () => {
  const { snapshots } = given(AT_REST - 1);
  expect(snapshots.captureAtRest(task)).toBeUndefined();
  expect(snapshots.capture(made(1))).toBeUndefined();
  const state = snapshots.captureAtRest(task)!;
  snapshots.keep(task, state, 3n);
  expect(snapshots.takeHead()).toBeUndefined();
  await snapshots.end();
  expect(snapshots.takeHead()).toMatchObject({ key: 'head' });
  expect(snapshots.isDueAtRest(task)).toBe(false);
});

test('with a block after more facts, those of blocks that were executed again among them', () => {
  const { snapshots } = given(FACTS_MIN - 1);
  expect(snapshots.capture(made(1))).toBeDefined();
});

test('later, while others are written', () => {
  const { writer, snapshots } = given(FACTS_MIN);
  writer.hold(32 * 1024 * 1024);
  expect(snapshots.captureAtRest(task)).toBeUndefined();
  expect(snapshots.isDueAtRest(task)).toBe(true);
  writer.hold(-1);
  expect(snapshots.captureAtRest(task)).toBeDefined();
});
