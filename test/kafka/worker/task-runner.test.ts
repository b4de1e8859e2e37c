// While a task catches up, the facts that it waits for must be fed, however much of other topics it buffers; and the
// stored blocks must come out the same.
import { expect, test } from 'vitest';
import { SchemaIds } from '../../../src/kafka/topics/registry.ts';
import type { PlacedBlock, RestoredTask } from '../../../src/kafka/worker/state-restore.ts';
import { TaskRunner, type TaskRunnerOptions } from '../../../src/kafka/worker/task-runner.ts';
import type { BlockInput } from '../../../src/ledger/block-codec.ts';
import { type Digest, ZERO_DIGEST } from '../../../src/ledger/digest.ts';
import { MemoryLog } from '../../../src/log/memory.ts';
import { compileRules, DEFAULT_RULES } from '../../../src/matching/rules.ts';
import { ReconciliationTask } from '../../../src/task/task.ts';

const rules = compileRules(DEFAULT_RULES);
const OPTIONS: TaskRunnerOptions = {
  schemas: new SchemaIds(new Map()),
  partitions: 1,
  rulesByHash: () => rules,
  rules: () => rules,
  epochs: new MemoryLog(1),
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
  ({ header: { inputs }, hash: ZERO_DIGEST, offset: 0n }) as unknown as PlacedBlock;

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

/** A block that reads nothing, as time alone makes one: it is executed as soon as the runner begins. */
const silent = () => ReconciliationTask.empty(0).step([], 5, rules);

const restored = (hash: Digest): RestoredTask => ({
  ...{ task: ReconciliationTask.empty(0), offset: 0n, place: 'a', read: new Map() },
  blocks: [{ header: silent().header, hash, offset: 0n }],
});

test('a stored block that comes out as it is stored makes the task live', async () => {
  const live = Promise.withResolvers<void>();
  const runner = new TaskRunner(restored(silent().head.hash), { ...OPTIONS, onLive: live.resolve });
  runner.begin(new Map());
  await live.promise;
  await runner.end();
});

test('a stored block that comes out otherwise ends the task', async () => {
  const ended = Promise.withResolvers<Error>();
  const runner = new TaskRunner(restored(ZERO_DIGEST), { ...OPTIONS, onFault: ended.resolve });
  runner.begin(new Map());
  expect((await ended.promise).message).toMatch(/^HESABU_REPLAY_DIFFERS: partition 0, block 0: /);
  await runner.end();
});
