// Damage that somebody planted in the topics of a ledger is told with its code: by a copy from nothing, by a copy from
// before, and by a worker that begins without a state.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { withAdmin } from '../../src/kafka/client/admin.ts';
import { type KafkaMessage, Partitioners, type Producer } from '../../src/kafka/client/kafkajs.ts';
import { takeoverIn } from '../../src/kafka/records/block-records.ts';
import { createTopics } from '../../src/kafka/topics/topic-admin.ts';
import type { Topic } from '../../src/log/event-log.ts';
import { type GivenFacts, givenFacts } from './given-facts.ts';
import { GivenLedger } from './given-ledger.ts';

// Each starts several processes, on machines that may be busy.
vi.setConfig({ testTimeout: 300_000 });

/** Of damages alike the run of all tests tries one; the soak sets `HESABU_TEST_HALTS`. */
const further = test.runIf(process.env.HESABU_TEST_HALTS !== undefined);

const PARTITIONS = 1;
const PIECES = 4;

let given: GivenFacts;
let ledger: GivenLedger;
let dir: string;

beforeAll(async () => {
  given = await givenFacts(100);
});
beforeEach(async () => {
  ledger = await GivenLedger.make(PARTITIONS);
  dir = mkdtempSync(join(tmpdir(), 'hesabu-planted-'));
});
afterEach(async () => {
  await ledger.remove();
  rmSync(dir, { recursive: true, force: true });
});
afterAll(() => given.remove());

/** A worker reads these facts in pieces, so that there are some blocks; then it is gone. */
async function reconciled(into: GivenLedger, facts = given.facts, more: readonly string[] = []): Promise<void> {
  const worker = into.worker([...args(), ...more]);
  const size = Math.ceil(facts.length / PIECES);
  for (let from = 0; from < facts.length; from += size) {
    await into.produce(facts.slice(from, from + size));
    await into.drained();
  }
  worker.kill('SIGTERM');
  expect(await worker.ended, worker.said()).toBe(0);
}

const args = () => ['--rules', given.rules, '--as-of', given.asOf, '--session', '6'];
const named = (topic: Topic) => `${ledger.settings.prefix}${topic}`;

async function recordsOf({ settings }: GivenLedger, topic: Topic): Promise<KafkaMessage[]> {
  const records: KafkaMessage[] = [];
  await ledger.readAll([settings.prefix + topic], (_, message) => records.push(message));
  return records.filter((message) => takeoverIn(message) === undefined);
}

async function planter(): Promise<Producer> {
  const producer = ledger.kafka.producer({
    ...{ transactionalId: `${ledger.settings.prefix}planter`, idempotent: true, maxInFlightRequests: 1 },
    createPartitioner: Partitioners.DefaultPartitioner,
    // The longest that a broker allows.
    transactionTimeout: 900_000,
  });
  await producer.connect();
  return producer;
}

const again = ({ key, value, headers }: KafkaMessage) => ({ partition: 0, key, value, headers: headers ?? {} });

/** Deletes a topic and makes it again with these records; undefined is a place where a transaction was aborted. */
async function remake(topic: Topic, records: readonly (KafkaMessage | undefined)[]): Promise<void> {
  const { kafka, settings } = ledger;
  const name = named(topic);
  await withAdmin(kafka, (admin) => admin.deleteTopics({ topics: [name] }));
  await expect
    .poll(() => createTopics(kafka, settings, { partitions: PARTITIONS, replication: 1 }).catch(() => []))
    .toEqual([name]);
  const producer = await planter();
  try {
    for (const record of records) {
      if (record !== undefined) {
        await producer.send({ topic: name, messages: [again(record)] });
        continue;
      }
      const transaction = await producer.transaction();
      await transaction.send({ topic: name, messages: [{ partition: 0, value: 'nothing' }] });
      await transaction.abort();
    }
  } finally {
    await producer.disconnect();
  }
}

const replay = (name: string, exit: number) =>
  ledger.hesabu(['replay', '--kafka', ledger.settings.brokers.join(','), '--data', join(dir, name)], exit);

/** What a copy from nothing tells, or one that told it before. */
async function expectTold(code: string, exit = 3): Promise<void> {
  expect(await replay('new', exit)).toMatch(new RegExp(`^${code}: `, 'm'));
}

async function expectHalt(code: string, exit = 3): Promise<void> {
  const worker = ledger.worker(args());
  expect(await worker.ended, worker.said()).toBe(exit);
  expect(worker.said()).toMatch(new RegExp(`^${code}: `, 'm'));
}

test('a block that is taken out of the middle (F24 partly)', async () => {
  await reconciled(ledger);
  await replay('before', 0);
  const blocks = await recordsOf(ledger, 'ledger.v1');
  expect(blocks.length).toBeGreaterThan(2);
  await remake('ledger.v1', blocks.toSpliced(1, 1));
  await expectTold('HESABU_LEDGER_GONE');
  await expectTold('HESABU_LEDGER_GONE');
  await expectHalt('HESABU_LEDGER_GONE');
});

further('a ledger that lost its end (F23 partly)', async () => {
  await reconciled(ledger, given.facts, ['--snapshot-facts', '10']);
  await replay('before', 0);
  const blocks = await recordsOf(ledger, 'ledger.v1');
  await remake('ledger.v1', blocks.slice(0, 1));
  expect(await replay('before', 3)).toMatch(/^HESABU_LEDGER_GONE: /m);
  // From nothing it is a shorter ledger, but a snapshot in the cluster knows of more.
  await expectHalt('HESABU_LEDGER_GONE');
});

test('a fact that is changed', async () => {
  await reconciled(ledger);
  const facts = await recordsOf(ledger, 'orders.v1');
  const [first, second] = facts;
  // Another order in the place of one, whole and with its own key.
  await remake('orders.v1', [second!, ...facts.slice(1)]);
  expect(first!.value).not.toEqual(second!.value);
  await expectTold('HESABU_REPLAY_DIFFERS');
  await expectHalt('HESABU_TOPIC_REPLACED');
});

further('a topic that is cut at its beginning, before a copy had read it (F24 partly)', async () => {
  await reconciled(ledger);
  await replay('before', 0);
  const topic = named('callbacks.v1');
  await withAdmin(ledger.kafka, async (admin) => {
    // The client knows a topic only after it asked for its offsets.
    await admin.fetchTopicOffsets(topic);
    await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: '5' }] });
  });
  await expectTold('HESABU_TOPIC_TRUNCATED', 4);
  await replay('before', 0);
});

test('a topic that is cut at its end (F23 partly)', async () => {
  await reconciled(ledger);
  await replay('before', 0);
  const facts = await recordsOf(ledger, 'callbacks.v1');
  await remake('callbacks.v1', facts.slice(0, -3));
  await expectTold('HESABU_TOPIC_REPLACED');
  expect(await replay('before', 3)).toMatch(/^HESABU_TOPIC_REPLACED: /m);
  await expectHalt('HESABU_TOPIC_REPLACED');
});

further('another ledger in the place of this one', async () => {
  await reconciled(ledger);
  await replay('before', 0);
  const other = await GivenLedger.make(PARTITIONS);
  try {
    await reconciled(other, given.facts.toReversed());
    await remake('ledger.v1', await recordsOf(other, 'ledger.v1'));
  } finally {
    await other.remove();
  }
  await expectTold('HESABU_REPLAY_DIFFERS');
  expect(await replay('before', 3)).toMatch(/^HESABU_LEDGER_GONE: /m);
});

further('a gap among the facts', async () => {
  await reconciled(ledger);
  const facts = await recordsOf(ledger, 'callbacks.v1');
  // The aborted record and the mark of its transaction have the offsets of two facts.
  await remake('callbacks.v1', [...facts.slice(0, 4), undefined, ...facts.slice(6)]);
  await expectTold('HESABU_REPLAY_DIFFERS');
  await expectHalt('HESABU_TOPIC_REPLACED');
});

test('facts that are there and cannot be read yet are no damage: a copy says so and waits', async () => {
  await reconciled(ledger);
  const facts = await recordsOf(ledger, 'callbacks.v1');
  await remake('callbacks.v1', facts.slice(0, -1));
  const producer = await planter();
  try {
    const transaction = await producer.transaction();
    await transaction.send({ topic: named('callbacks.v1'), messages: [again(facts.at(-1)!)] });
    const copying = ledger.start(['replay', '--kafka', ledger.settings.brokers.join(','), '--data', join(dir, 'new')]);
    const { length } = facts;
    const waiting = new RegExp(
      `^block \\d+ of ledger.v1/0 waits for .+ to ${length}: copied up to ${length - 1}$`,
      'm',
    );
    await expect.poll(() => copying.said()).toMatch(waiting);
    expect(copying.child.exitCode).toBe(null);
    await transaction.commit();
    expect(await copying.ended, copying.said()).toBe(0);
  } finally {
    await producer.disconnect();
  }
});
