// While a task catches up, the facts that it waits for must be fed, however much of other topics it buffers.
import { expect, test } from 'vitest';
import { SchemaIds } from '../../../src/kafka/topics/registry.ts';
import type { StoredBlock } from '../../../src/kafka/worker/state-restore.ts';
import { TaskRunner, type TaskRunnerOptions } from '../../../src/kafka/worker/task-runner.ts';
import type { BlockInput } from '../../../src/ledger/block-codec.ts';
import { ZERO_DIGEST } from '../../../src/ledger/digest.ts';
import { compileRules, DEFAULT_RULES } from '../../../src/matching/rules.ts';
import { ReconciliationTask } from '../../../src/task/task.ts';

const rules = compileRules(DEFAULT_RULES);
const OPTIONS: TaskRunnerOptions = {
  schemas: new SchemaIds(new Map()),
  partitions: 1,
  rulesByHash: () => rules,
  rules: () => rules,
  now: () => 0,
  commit: async () => {},
  onLive: () => {},
  onTaken: () => {},
  onFault: (error) => {
    throw error;
  },
};

const input = (topic: string, from: bigint, to: bigint): BlockInput => ({ topic, from, to, sha256: ZERO_DIGEST });
const stored = (...inputs: BlockInput[]) =>
  ({ header: { inputs }, hash: ZERO_DIGEST, offset: 0n }) as unknown as StoredBlock;

test('the inputs of the next block, and the last inputs that are checked again', async () => {
  const runner = new TaskRunner(
    {
      ...{ task: ReconciliationTask.empty(0), offset: 0n, place: 'a' },
      blocks: [stored(input('orders.v1', 0n, 5n)), stored(input('callbacks.v1', 0n, 5n))],
      read: new Map([['polls.v1', input('polls.v1', 2n, 4n)]]),
    },
    OPTIONS,
  );
  const needed = (['orders.v1', 'callbacks.v1', 'polls.v1', 'settlements.v1'] as const).filter((topic) =>
    runner.needs(topic),
  );
  expect(needed).toEqual(['orders.v1', 'polls.v1']);
  expect(runner.nextOf('polls.v1')).toBe(2n);
  await runner.end();
});
