// While a task catches up, the facts that it waits for must be fed, however much of other topics it buffers; and the
// stored blocks must come out the same.
import { describe, expect, test } from 'vitest';
import { type Entry, entryId } from '../../../src/domain/entry.ts';
import type { Claim, FactTopic } from '../../../src/domain/fact.ts';
import { SchemaIds } from '../../../src/kafka/topics/registry.ts';
import type { FetchedRecords } from '../../../src/kafka/worker/record-decoder.ts';
import type { PlacedBlock, RestoredTask } from '../../../src/kafka/worker/state-restore.ts';
import { StepTurns } from '../../../src/kafka/worker/step-turns.ts';
import { TaskRunner, type TaskRunnerOptions } from '../../../src/kafka/worker/task-runner.ts';
import { type BlockInput, decodeBlock } from '../../../src/ledger/block-codec.ts';
import { type Digest, ZERO_DIGEST } from '../../../src/ledger/digest.ts';
import { MemoryLog } from '../../../src/log/memory.ts';
import { BatchBuilder } from '../../../src/log/value-frames.ts';
import { compileRules, DEFAULT_RULES } from '../../../src/matching/rules.ts';
import { ReconciliationTask } from '../../../src/task/task.ts';
import { readEntries } from '../../ledger/blocks.ts';
import { callback, order, t } from '../../matching/given.ts';
import { recordSetOf } from '../given-records.ts';

const rules = compileRules(DEFAULT_RULES);
const OPTIONS: TaskRunnerOptions = {
  schemas: new SchemaIds(new Map()),
  partitions: 1,
  rulesByHash: () => rules,
  rules: () => rules,
  epochs: new MemoryLog(1),
  now: () => 0,
  settlingMillis: 0,
  turns: new StepTurns(),
  bufferBytesMax: () => 1024 * 1024,
  commit: async () => {},
  rest: async () => {},
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

describe('facts that were there when a worker began', () => {
  const schemas = new SchemaIds(
    new Map([
      ['orders.v1', 7],
      ['callbacks.v1', 8],
    ]),
  );
  const KEYS = ['R-1', 'R-2', 'R-3'];

  function record(topic: FactTopic, at: number, reference: string, claim: Claim): FetchedRecords {
    const builder = new BatchBuilder(1024);
    const envelope = { received_at: 0, raw: '1/1', report: null, line: null, payout: null };
    builder.addFact({ transaction_reference: reference, ...envelope, ...claim });
    // The length of the only value is before it.
    const value = Buffer.concat([schemas.prefix(topic), builder.take().payload.subarray(4)]);
    const timestamp = `${t('19 00:00') + at}`;
    const records = recordSetOf([{ key: Buffer.from(reference), value, offset: `${at}`, timestamp }]);
    return { records, requested: BigInt(at), after: BigInt(at + 1), end: BigInt(KEYS.length) };
  }

  test('make blocks of which none tells a break that a later one takes back, however small they are', async () => {
    const blocks: Entry[][] = [];
    let made = Promise.withResolvers<void>();
    const runner = new TaskRunner(
      { task: ReconciliationTask.empty(0), offset: 0n, place: 'a', blocks: [], read: new Map() },
      {
        ...{ ...OPTIONS, schemas },
        now: () => t('20 00:00'),
        commit: async ({ block }) => {
          blocks.push([...readEntries(decodeBlock(block.bytes))]);
          made.resolve();
        },
      },
    );
    const left = BigInt(KEYS.length);
    runner.begin(
      new Map([
        ['orders.v1', left],
        ['callbacks.v1', left],
      ]),
    );
    const take = async (topic: FactTopic, records: FetchedRecords) => {
      made = Promise.withResolvers();
      runner.take(topic, records);
      await made.promise;
    };
    for (const [at, key] of KEYS.entries()) {
      await take('orders.v1', record('orders.v1', at, key, order({ id: `order:${key}`, status: 'paid' })));
    }
    for (const [at, key] of KEYS.toReversed().entries()) {
      await take('callbacks.v1', record('callbacks.v1', at, key, callback({ id: `ev-${key}`, payment: `P-${key}` })));
    }
    await runner.end();
    const entries = blocks.flat();
    const superseded = new Set(entries.flatMap(({ supersedes }) => supersedes));
    const takenBack = entries.filter(({ partition, height, index }) =>
      superseded.has(entryId(partition, height, index)),
    );
    expect(blocks.length).toBeGreaterThanOrEqual(2 * KEYS.length);
    expect(takenBack.map(({ key, finding }) => [key, finding.reason])).toEqual([]);
    expect(entries.filter(({ finding }) => finding.kind === 'matched').map(({ key }) => key)).toEqual(
      KEYS.toReversed(),
    );
    expect(entries.filter(({ finding }) => finding.reason !== null).map(({ finding }) => finding.reason)).toEqual(
      KEYS.map(() => 'SETTLEMENT_MISSING'),
    );
  });

  test('go into one block with what comes while another is written', async () => {
    const blocks: bigint[][] = [];
    let written = Promise.withResolvers<void>();
    let begun = Promise.withResolvers<void>();
    const runner = new TaskRunner(
      { task: ReconciliationTask.empty(0), offset: 0n, place: 'a', blocks: [], read: new Map() },
      {
        ...{ ...OPTIONS, schemas },
        now: () => t('20 00:00'),
        commit: ({ block }) => {
          blocks.push(block.header.inputs.map(({ to }) => to));
          begun.resolve();
          return written.promise;
        },
      },
    );
    runner.begin(new Map());
    const take = (at: number) => {
      const key = KEYS[at]!;
      runner.take('orders.v1', record('orders.v1', at, key, order({ id: `order:${key}`, status: 'paid' })));
    };
    take(0);
    await begun.promise;
    const first = written;
    [begun, written] = [Promise.withResolvers(), Promise.withResolvers()];
    take(1);
    // Long enough for a block of this fact alone.
    await new Promise((resolve) => setTimeout(resolve, 50));
    take(2);
    first.resolve();
    await begun.promise;
    written.resolve();
    await runner.end();
    expect(blocks).toEqual([[1n], [3n]]);
  });

  test('wait for what a task does at rest, as its transactions come one after another', async () => {
    const [rested, going, committed] = [0, 1, 2].map(() => Promise.withResolvers<void>());
    const done: string[] = [];
    const runner = new TaskRunner(
      { task: ReconciliationTask.empty(0), offset: 0n, place: 'a', blocks: [], read: new Map() },
      {
        ...{ ...OPTIONS, schemas },
        now: () => t('20 00:00'),
        rest: async () => {
          rested!.resolve();
          await going!.promise;
          done.push('rest');
        },
        commit: async () => {
          done.push('block');
          committed!.resolve();
        },
      },
    );
    runner.begin(new Map());
    await rested!.promise;
    runner.take('orders.v1', record('orders.v1', 0, 'R-1', order({ id: 'order:R-1', status: 'paid' })));
    await new Promise((resolve) => setTimeout(resolve, 50));
    going!.resolve();
    await committed!.promise;
    await runner.end();
    expect(done.slice(0, 2)).toEqual(['rest', 'block']);
  });
});
