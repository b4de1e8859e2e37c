// A copy of a ledger is whole at every moment, in whatever order its topics come: no block is in it before everything
// that the block read. What is missing for good is told.
import fc from 'fast-check';
import type { KafkaMessage } from 'kafkajs';
import { beforeAll, describe, expect, test } from 'vitest';
import { TASK_TOPICS } from '../../src/domain/fact.ts';
import type { Records } from '../../src/kafka/client/topic-reader.ts';
import { BLOCKS } from '../../src/kafka/kafka-copy.ts';
import { blockMessages } from '../../src/kafka/records/block-records.ts';
import { addUnchanged, TopicReplicator } from '../../src/kafka/topic-replicator.ts';
import { SchemaIds, WIRE_PREFIX_BYTES } from '../../src/kafka/topics/registry.ts';
import type { Topic } from '../../src/log/event-log.ts';
import { MemoryLog } from '../../src/log/memory.ts';
import { forEachValue } from '../../src/log/value-frames.ts';
import { canonicalRules, parseRules } from '../../src/matching/rules.ts';
import { replayPartition } from '../../src/task/replay.ts';
import { RulesLog } from '../../src/task/rules-log.ts';
import { callback, line, order, t } from '../matching/given.ts';
import { type Keyed, Running, rulesOf } from '../task/world.ts';
import { recordSetOf } from './given-records.ts';

/** Orders in which the topics are read; `HESABU_TEST_COPIES` sets another number. */
const ORDERS = Number(process.env.HESABU_TEST_COPIES ?? 1);

const RULES = rulesOf({});
const PREFIX = Buffer.alloc(WIRE_PREFIX_BYTES);
const NO_SCHEMAS = addUnchanged(new SchemaIds(new Map()));

/** One record of a topic; all of the ledger's are in partition 0. */
interface Scripted {
  readonly topic: Topic;
  readonly message: KafkaMessage;
}

const message = (offset: number, value: Buffer, headers = {}) =>
  ({ offset: String(offset), key: null, value, headers, timestamp: '0', attributes: 0 }) as KafkaMessage;

/** A ledger of six blocks over three topics, as its records lie in the topics. */
async function givenTopics(): Promise<Map<Topic, Scripted[]>> {
  const running = new Running(1);
  for (let day = 1; day <= 6; day++) {
    const facts: Keyed[] = [order({ id: `o${day}` }), callback({ id: `c${day}` }), line({ id: `s${day}` })].map(
      (claim) => ({ key: `A-${day}`, claim }),
    );
    await running.append(facts, 9);
    await running.advance(t(`${day + 1} 09:00`), RULES);
  }
  const topics = new Map<Topic, Scripted[]>();
  const put = (topic: Topic, value: Buffer, headers = {}) => {
    const records = topics.get(topic) ?? [];
    topics.set(topic, [...records, { topic, message: message(records.length, value, headers) }]);
  };
  put('rules.v1', Buffer.from(canonicalRules(parseRules({}))));
  for (const topic of TASK_TOPICS) {
    for (const value of valuesOf(running.log, topic)) put(topic, value);
  }
  for (const [height, bytes] of valuesOf(running.log, 'ledger.v1').entries()) {
    const [record] = blockMessages(0, height, bytes, PREFIX);
    put('ledger.v1', record!.value as Buffer, record!.headers);
  }
  return topics;
}

function valuesOf(log: MemoryLog, topic: Topic): Buffer[] {
  const values: Buffer[] = [];
  for (const { payload } of log.read(topic, 0, 0n)) {
    forEachValue(payload, 0, (start, end) => values.push(Buffer.from(payload.subarray(start, end))));
  }
  return values;
}

let topics: Map<Topic, Scripted[]>;
beforeAll(async () => {
  topics = await givenTopics();
});

function makeCopy(copy = new MemoryLog(1)) {
  const replicator = new TopicReplicator(copy, 'p.', BLOCKS, NO_SCHEMAS);
  const take = ({ topic, message: record }: Scripted) => {
    const records: Records = {
      topic: `p.${topic}`,
      partition: 0,
      records: recordSetOf([record]),
      next: BigInt(record.offset) + 1n,
    };
    return replicator.take(records);
  };
  return { copy, replicator, take };
}

/** Executes what is in the copy; throws if it cannot be. Returns the number of blocks. */
function replay(copy: MemoryLog): number {
  const rules = new RulesLog(copy);
  return replayPartition(
    copy,
    0,
    (hash) => rules.compiledWith(hash),
    () => {},
  ).replayed.blocks;
}

describe('a copy', () => {
  test('has no block before its facts, however late they come (L12 partly)', async () => {
    const { copy, replicator, take } = makeCopy();
    const facts = TASK_TOPICS.flatMap((topic) => topics.get(topic) ?? []);
    for (const record of [...topics.get('rules.v1')!, ...topics.get('ledger.v1')!]) await take(record);
    expect(replay(copy)).toBe(0);
    expect(replicator.awaited).toEqual([
      { partition: 0, height: 0, offset: 0n, input: { topic: 'orders.v1', partition: 0, to: 1n } },
    ]);
    for (const record of facts) {
      await take(record);
      replay(copy);
    }
    expect([replay(copy), replicator.awaited]).toEqual([topics.get('ledger.v1')!.length, []]);
  });

  test('has no block before its rules', async () => {
    const { copy, replicator, take } = makeCopy();
    for (const [topic, records] of topics) if (topic !== 'rules.v1') for (const record of records) await take(record);
    expect(replay(copy)).toBe(0);
    expect(replicator.awaited).toMatchObject([{ height: 0, input: { topic: 'rules.v1', partition: 0, to: 1n } }]);
    await take(topics.get('rules.v1')![0]!);
    expect(replay(copy)).toBe(topics.get('ledger.v1')!.length);
  });

  test(
    'can be replayed after every record, in any order of topics, and after a new start (R03 partly)',
    async () => {
      const names = [...topics.keys()];
      const all = [...topics.values()].flat().length;
      const turns = fc.array(fc.nat({ max: names.length - 1 }), { minLength: 4 * all, maxLength: 4 * all });
      await fc.assert(
        fc.asyncProperty(turns, fc.nat({ max: all }), async (order, restartAt) => {
          let { copy, take } = makeCopy();
          const left = new Map([...topics].map(([topic, records]) => [topic, [...records]]));
          let taken = 0;
          for (const turn of [...order, ...names.flatMap((_, at) => Array(all).fill(at) as number[])]) {
            const record = left.get(names[turn]!)!.shift();
            if (record === undefined) continue;
            await take(record);
            replay(copy);
            if (++taken !== restartAt) continue;
            // A new process reads the ledger from its beginning, and the other topics where the copy ends.
            ({ copy, take } = makeCopy(copy));
            left.set('ledger.v1', [...topics.get('ledger.v1')!]);
          }
          expect(replay(copy)).toBe(topics.get('ledger.v1')!.length);
        }),
        { numRuns: ORDERS },
      );
    },
    60_000 + ORDERS * 15_000,
  );
});

describe('a copy tells', () => {
  const blocks = () => topics.get('ledger.v1')!;

  test('that a block is gone from the middle of the ledger', async () => {
    const { take } = makeCopy();
    for (const record of blocks().slice(0, 2)) await take(record);
    await expect(take(blocks()[3]!)).rejects.toMatchObject({
      code: 'HESABU_LEDGER_GONE',
      detail: { where: 'ledger.v1/0', found: 'block 3, which follows another' },
    });
  });

  test('that its own last block is not in the topic', async () => {
    const { copy, take } = makeCopy();
    for (const records of topics.values()) for (const record of records) await take(record);
    const other = makeCopy(copy);
    for (const record of blocks().slice(0, -1)) await other.take(record);
    expect(() => other.replicator.checkHeads()).toThrow(/^HESABU_LEDGER_GONE: /);
    await other.take(blocks().at(-1)!);
    other.replicator.checkHeads();
  });

  test('nothing of blocks that are there twice, or that follow such a block', async () => {
    const { copy, take } = makeCopy();
    for (const [topic, records] of topics) if (topic !== 'ledger.v1') for (const record of records) await take(record);
    for (const record of [blocks()[0]!, ...blocks().slice(0, 4), ...blocks().slice(1)]) await take(record);
    expect(replay(copy)).toBe(blocks().length);
  });
});

test('a copy that keeps back many blocks wants no more of them until their facts come', async () => {
  // The memory is shared among the partitions: with so many of them, one block is too much.
  const { replicator, take } = makeCopy(new MemoryLog(2 ** 24));
  const wanted = () => ['ledger.v1', 'orders.v1'].map((topic) => replicator.isWanted(`p.${topic}`, 0));
  expect(wanted()).toEqual([true, true]);
  for (const record of topics.get('ledger.v1')!) await take(record);
  expect(wanted()).toEqual([false, true]);
  for (const [topic, records] of topics) if (topic !== 'ledger.v1') for (const record of records) await take(record);
  expect(wanted()).toEqual([true, true]);
});
