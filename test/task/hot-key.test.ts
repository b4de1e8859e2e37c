// What one reference costs: the work for its facts, and for one more of them, grows with their number, not with its
// square. Compared are times of the processor for this thread, one number of facts with another, in the same run.

import { describe, expect, it } from 'vitest';
import { compileRules, DEFAULT_RULES } from '../../src/matching/rules.ts';
import { ReconciliationTask } from '../../src/task/task.ts';
import { endOf, HOT_KINDS, hotBatch } from './given-hot-key.ts';

const RULES = compileRules(DEFAULT_RULES);
const MONTH = 31 * 86_400_000;

/** Microseconds of the processor; Node 24 has the call, its types do not. */
function work(act: () => void): number {
  const { threadCpuUsage } = process as unknown as { threadCpuUsage(): { user: number; system: number } };
  const before = threadCpuUsage();
  act();
  const after = threadCpuUsage();
  return after.user + after.system - before.user - before.system;
}

/** The work for so many facts in one block, and for one more in the next, long after all deadlines. */
function costOf(kind: string, count: number): { readonly all: number; readonly oneMore: number } {
  const task = ReconciliationTask.empty(0);
  const claimOf = HOT_KINDS[kind]!;
  const batches = [hotBatch(claimOf, 0, count), hotBatch(claimOf, count, count + 1)];
  const asOf = endOf(count) + MONTH;
  const [all, oneMore] = batches.map((batch) => work(() => task.step([batch], asOf, RULES)));
  return { all: all!, oneMore: oneMore! };
}

/** How much more so many times the facts cost; the least of some attempts, since the processor's clock is coarse. */
function growthOf(kind: string, count: number, times: number): number {
  let least = Number.POSITIVE_INFINITY;
  for (let attempt = 0; attempt < 4 && least > times * SLACK; attempt++) {
    const few = [1, 2, 3, 4].map(() => costOf(kind, count));
    const many = costOf(kind, count * times);
    const growth = (part: 'all' | 'oneMore') => {
      const mean = few.reduce((sum, cost) => sum + cost[part], 0) / few.length;
      return many[part] / Math.max(mean, 3_000);
    };
    least = Math.min(least, Math.max(growth('all'), growth('oneMore')));
  }
  return least;
}

/** `npm run soak` takes twice as many. */
const FEW = process.env.HESABU_TEST_HOT === undefined ? 1_000 : 2_000;

/** In step with the facts is 1; with the square it would be as many as the times. */
const SLACK = 4;

describe('one reference', () => {
  it.each(Object.keys(HOT_KINDS))('costs in step with the number of %s (L08 partly)', (kind) => {
    costOf(kind, 500);
    expect(growthOf(kind, FEW, 8)).toBeLessThan(8 * SLACK);
  });
});

/** `npm run soak` takes 100,000. */
const FACTS = Number(process.env.HESABU_TEST_HOT ?? 4_000);

describe('one payment more of a reference', () => {
  it.each([
    ['before its deadlines', 0],
    ['with a finding for each payment', MONTH],
  ])('costs at most three times what it did with a quarter of its payments, %s (L08 partly)', (_, later) => {
    const claimOf = HOT_KINDS['payments of their own']!;
    const asOf = endOf(FACTS) + later;
    const task = ReconciliationTask.empty(0);
    let next = 0;
    const add = (count: number) => {
      const batch = hotBatch(claimOf, next, next + count);
      next += count;
      task.step([batch], asOf, RULES);
    };
    /** The median of the work for one more. */
    const median = () => {
      const times = Array.from({ length: 41 }, () => work(() => add(1))).sort((left, right) => left - right);
      return times[times.length >> 1]!;
    };
    add(FACTS / 4);
    const few = median();
    add(FACTS - next);
    const many = Math.min(median(), median(), median());
    // The clock is coarse, and other work takes the memory.
    expect(many).toBeLessThanOrEqual(3 * Math.max(few, 5_000));
    expect(task.table.count).toBe(1);
    expect(task.stateAt(0).claims).toHaveLength(next);
  });
});
