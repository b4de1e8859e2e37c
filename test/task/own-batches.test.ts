// What a block read: its memory is given back where the log made it for this reading, and only there.
import { expect, test } from 'vitest';
import type { Batch } from '../../src/log/event-log.ts';
import { MemorySnapshotStore } from '../../src/log/snapshots.ts';
import { outcomeRoot } from '../../src/task/outcome.ts';
import { executeStored, readStored } from '../../src/task/stored-block.ts';
import { ReconciliationTask } from '../../src/task/task.ts';
import { type ReadLog, TaskGroup } from '../../src/task/task-group.ts';
import { callback, order, t } from '../matching/given.ts';
import { Running, rulesOf } from './world.ts';

const RULES = rulesOf({});
const KEYS = Array.from({ length: 2000 }, (_, at) => `A-${at}`);
const END = t('20 00:00');

/** Large batches of orders and payments. */
async function given(): Promise<Running> {
  const running = new Running(1);
  await running.append(
    KEYS.flatMap((key) => {
      const payment = callback({ id: `ev-${key}`, payment: `P-${key}` });
      return [order({ id: `order:${key}` }), payment].map((claim) => ({ key, claim }));
    }),
    KEYS.length,
  );
  return running;
}

/** The same log, whose batches are made for each reading; `made` has all of them. */
function remaking({ log }: Running, made: Batch[]): ReadLog & { readonly partitions: number } {
  return {
    partitions: log.partitions,
    beginning: (...place) => log.beginning(...place),
    end: (...place) => log.end(...place),
    *read(...place) {
      for (const batch of log.read(...place)) {
        const own = { ...batch, payload: Buffer.from(batch.payload), isOwn: true };
        made.push(own);
        yield own;
      }
    },
  };
}

const sizes = (batches: Iterable<Batch>) => [...batches].map(({ payload }) => payload.length);

test('batches made for an advance are empty after it, and its blocks are those of batches that stay', async () => {
  const running = await given();
  const made: Batch[] = [];
  const log = remaking(running, made);
  const group = new TaskGroup(log, new MemorySnapshotStore(), () => RULES);
  group.open([0]);
  const hashes: string[] = [];
  await group.advance('facts', END, RULES, async (blocks) => void hashes.push(...blocks.map(({ head }) => head.hash)));
  expect(made.length).toBeGreaterThan(1);
  expect(sizes(made)).toEqual(made.map(() => 0));
  const before = sizes(running.log.read('orders.v1', 0, 0n));
  await running.group.advance('facts', END, RULES, async (blocks) => {
    expect(blocks.map(({ head }) => head.hash)).toEqual(hashes);
  });
  expect(sizes(running.log.read('orders.v1', 0, 0n))).toEqual(before);
  expect(outcomeRoot([group.outcomePart()])).toBe(outcomeRoot([running.group.outcomePart()]));
});

test('batches made for the execution of a stored block are empty after it', async () => {
  const running = await given();
  await running.advance(END, RULES);
  const made: Batch[] = [];
  const task = ReconciliationTask.empty(0);
  for (const { payload } of running.log.read('ledger.v1', 0, 0n)) {
    executeStored(task, readStored(task.head, payload.subarray(4)), remaking(running, made), () => RULES);
  }
  expect(made.length).toBeGreaterThan(1);
  expect(sizes(made)).toEqual(made.map(() => 0));
});
