// A task that keeps what it worked out for keys with very many claims writes the same bytes as one that keeps nothing.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileRules, DEFAULT_RULES } from '../../src/matching/rules.ts';
import { alignedParts, PartReader } from '../../src/task/part-reader.ts';
import { restoredTable } from '../../src/task/state-table.ts';
import { ReconciliationTask } from '../../src/task/task.ts';
import { callback } from '../matching/given.ts';
import { endOf, HOT_KINDS, hotBatch } from './given-hot-key.ts';

const RULES = compileRules(DEFAULT_RULES);
const DAY = 86_400_000;
const COUNT = 600;
/** `npm run soak` makes more. */
const RUNS = process.env.HESABU_TEST_HOT === undefined ? 1 : 60;

const stateOf = ({ table }: ReconciliationTask): Buffer => Buffer.concat([...alignedParts(table.parts())]);

/** The same task, which knows only what a snapshot has. */
function cold(task: ReconciliationTask): ReconciliationTask {
  return new ReconciliationTask(task.head, restoredTable(new PartReader(stateOf(task), 0)));
}

/** Up to so many facts of another kind, so many days later. */
const blocks = fc.array(
  fc.record({
    kind: fc.constantFrom(...Object.keys(HOT_KINDS)),
    first: fc.nat(2 * COUNT),
    count: fc.oneof({ weight: 4, arbitrary: fc.constant(1) }, fc.nat(12)),
    days: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, fc.nat(9)),
  }),
  { minLength: 1, maxLength: 6 },
);

function compare(begun: string, following: readonly { kind: string; first: number; count: number; days: number }[]) {
  const hot = ReconciliationTask.empty(0);
  let asOf = endOf(COUNT);
  hot.step([hotBatch(HOT_KINDS[begun]!, 0, COUNT)], asOf, RULES);
  let offset = BigInt(COUNT);
  for (const { kind, first, count, days } of following) {
    asOf += days * DAY;
    const batch = { ...hotBatch(HOT_KINDS[kind]!, first, first + count), from: offset, to: offset + BigInt(count) };
    offset = batch.to;
    const other = cold(hot);
    const batches = count === 0 ? [] : [batch];
    const [block, again] = [hot.step(batches, asOf, RULES), other.step(batches, asOf, RULES)];
    expect(block.bytes.equals(again.bytes)).toBe(true);
    expect(hot.table.deadlines.at[0]).toBe(other.table.deadlines.at[0]);
    expect(stateOf(hot).equals(stateOf(cold(other)))).toBe(true);
  }
}

describe('a task with a key that has very many claims', () => {
  it.each(Object.keys(HOT_KINDS))('writes the bytes of one that reads all again, of %s (L08 partly)', (begun) => {
    fc.assert(
      fc.property(blocks, (following) => compare(begun, following)),
      { numRuns: RUNS },
    );
  });

  it('writes them also where very many are found at once', () => {
    const day = (days: number, count = 1) => ({ kind: 'payments of their own', first: COUNT + days, count, days });
    compare('payments of their own', [day(0), day(1), day(40), day(0), day(0, 300), day(0)]);
    compare('lines of payments', [day(40), day(0), { ...day(0, 200), kind: 'lines of payments' }, day(3)]);
  });

  it('writes them also where two findings are alike', () => {
    const asOf = endOf(COUNT) + 40 * DAY;
    const start = endOf(0);
    const task = ReconciliationTask.empty(0);
    task.step([hotBatch(HOT_KINDS['payments of their own']!, 0, COUNT)], asOf, RULES);
    for (let n = 0; n < 4; n++) {
      // Another provider names a payment as the first does: the same words about both.
      const twin = (at: number) => ({
        ...callback({ id: `twin${at}`, payment: `P${n * 100}`, amount: '10.00', at: start }),
        provider: 'other',
      });
      const other = cold(task);
      const batch = hotBatch(twin, COUNT + n, COUNT + n + 1);
      expect(task.step([batch], asOf, RULES).bytes.equals(other.step([batch], asOf, RULES).bytes)).toBe(true);
      expect(stateOf(task).equals(stateOf(other))).toBe(true);
    }
  });

  it('writes them also where a part of very many comes in one block', () => {
    const [count, more] = [9_000, 550];
    const asOf = endOf(count) + 40 * DAY;
    const task = ReconciliationTask.empty(0);
    task.step([hotBatch(HOT_KINDS['payments of their own']!, 0, count)], asOf, RULES);
    const other = cold(task);
    const batch = hotBatch(HOT_KINDS['payments of their own']!, count, count + more);
    expect(task.step([batch], asOf, RULES).bytes.equals(other.step([batch], asOf, RULES).bytes)).toBe(true);
    expect(stateOf(task).equals(stateOf(other))).toBe(true);
  });

  it('writes them also after a start that read the key ahead', () => {
    const count = 2_500;
    const asOf = endOf(count) + 40 * DAY;
    const task = ReconciliationTask.empty(0);
    task.step([hotBatch(HOT_KINDS['payments of their own']!, 0, count)], asOf, RULES);
    const warm = cold(task);
    warm.warm(() => RULES);
    for (let n = count; n < count + 3; n++) {
      const batch = hotBatch(HOT_KINDS['payments of their own']!, n, n + 1);
      expect(warm.step([batch], asOf, RULES).bytes.equals(task.step([batch], asOf, RULES).bytes)).toBe(true);
      expect(stateOf(warm).equals(stateOf(task))).toBe(true);
    }
  });
});
