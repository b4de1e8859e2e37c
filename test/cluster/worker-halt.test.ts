// If the topics have changed, a worker ends with a clear code: missing records are never skipped.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { withAdmin } from '../../src/kafka/client/admin.ts';
import { schemaText } from '../../src/kafka/topics/registry.ts';
import { createTopics } from '../../src/kafka/topics/topic-admin.ts';
import { TOPIC_PLANS } from '../../src/kafka/topics/topic-plans.ts';
import { type GivenFacts, givenFacts } from './given-facts.ts';
import { GivenLedger, type WorkerProcess } from './given-ledger.ts';
import type { Recon } from './recon.ts';

const WEEK_MILLIS = 7 * 24 * 3_600_000;
/** Of each kind of fault the run of all tests tries the hardest; the soak sets `HESABU_TEST_HALTS`. */
const further = test.runIf(process.env.HESABU_TEST_HALTS !== undefined);

let given: GivenFacts;
let ledger: GivenLedger;
let args: string[];

beforeAll(async () => {
  given = await givenFacts(300);
  args = ['--rules', given.rules, '--as-of', given.asOf, '--session', '6'];
});
beforeEach(async () => {
  ledger = await GivenLedger.make(2);
});
afterEach(() => ledger.remove());
afterAll(() => given.remove());

const named = (topic: string) => `${ledger.settings.prefix}${topic}`;
const orders = () => named('orders.v1');

async function expectHalt(worker: WorkerProcess, code: string, exit: number): Promise<void> {
  expect(await worker.ended, worker.said()).toBe(exit);
  expect(worker.said()).toMatch(new RegExp(`^${code}: `, 'm'));
}

/** The ledger has read half of the facts, and no worker runs. */
async function halfRead(asOf = given.asOf): Promise<void> {
  await ledger.produce(given.facts.slice(0, given.facts.length / 2));
  const worker = ledger.worker([...args, '--as-of', asOf], 'same');
  await ledger.drained();
  worker.kill('SIGTERM');
  expect(await worker.ended).toBe(0);
}

/** Subscribers see nothing new in the end: nothing was written again, and nothing is lost. */
async function expectNothingNew(before: readonly Recon[]): Promise<void> {
  expect((await ledger.recon()).map(({ id }) => id).sort()).toEqual(before.map(({ id }) => id).sort());
}

/** Nothing is left to be told: every fact was read, and every deadline has passed. */
async function quiet(): Promise<void> {
  const asOf = Date.parse(given.asOf);
  await expect
    .poll(async () => (await ledger.drained()).tables.some(({ deadlines, count }) => deadlines.hasDue(count, asOf)), {
      timeout: 60_000,
      interval: 500,
    })
    .toBe(false);
}

async function deleteAndMakeAgain(topic = orders()): Promise<void> {
  await withAdmin(ledger.kafka, (admin) => admin.deleteTopics({ topics: [topic] }));
  await expect
    .poll(() => createTopics(ledger.kafka, ledger.settings, { partitions: 2, replication: 1 }).catch(() => []))
    .toEqual([topic]);
}

/** Removes everything in a topic, or all but the last `left` records of each partition. */
const cut = (topic = orders(), left = 0n) =>
  withAdmin(ledger.kafka, async (admin) => {
    const offsets = await admin.fetchTopicOffsets(topic);
    const partitions = offsets.map(({ partition, high }) => ({ partition, offset: String(BigInt(high) - left) }));
    await admin.deleteTopicRecords({ topic, partitions });
  });

test('unread facts that are deleted (F24)', async () => {
  await halfRead();
  await ledger.produce(given.facts.slice(given.facts.length / 2));
  await cut();
  await expectHalt(ledger.worker(args, 'same'), 'HESABU_TOPIC_TRUNCATED', 4);
});

further('a topic that was made again and is empty', async () => {
  await halfRead();
  await deleteAndMakeAgain();
  await expectHalt(ledger.worker(args, 'same'), 'HESABU_TOPIC_REPLACED', 3);
});

test("a topic that was made again and has grown beyond the ledger's position (F24)", async () => {
  await halfRead();
  await deleteAndMakeAgain();
  const newer = given.facts.filter(({ topic }) => topic === 'orders.v1').toReversed();
  await ledger.produce([...newer, ...newer]);
  await expectHalt(ledger.worker(args, 'same'), 'HESABU_TOPIC_REPLACED', 3);
});

further('a topic that was made again, after a block that only a deadline caused', async () => {
  await halfRead(new Date(Date.parse(given.asOf) - WEEK_MILLIS).toISOString());
  // Orders end later: the last blocks then read no topic at all.
  const { blocks } = await ledger.audit();
  const later = ledger.worker(args, 'same');
  const counted = async () => (await ledger.audit()).blocks;
  await expect.poll(counted, { timeout: 30_000, interval: 500 }).toBeGreaterThanOrEqual(blocks + 2);
  later.kill('SIGTERM');
  expect(await later.ended).toBe(0);
  await deleteAndMakeAgain();
  const newer = given.facts.filter(({ topic }) => topic === 'orders.v1').toReversed();
  await ledger.produce([...newer, ...newer]);
  await expectHalt(ledger.worker(args, 'same'), 'HESABU_TOPIC_REPLACED', 3);
});

further('facts that are deleted while a worker is behind', async () => {
  const facts = given.facts.toSorted((left, right) => left.key.localeCompare(right.key));
  await ledger.produce(facts.slice(0, facts.length / 2));
  const worker = ledger.worker(args, 'same');
  await ledger.drained();
  worker.kill('SIGSTOP');
  // Its last request is answered with the first of these; the rest of the topic begins later.
  await ledger.produce(facts.slice(facts.length / 2), 6);
  await cut(orders(), 2n);
  worker.kill('SIGCONT');
  await expectHalt(worker, 'HESABU_TOPIC_TRUNCATED', 4);
  await expectHalt(ledger.worker(args, 'same'), 'HESABU_TOPIC_TRUNCATED', 4);
});

describe('a ledger that is deleted from its topic is not started a second time', () => {
  test('made again, with a snapshot and without', async () => {
    await halfRead();
    const before = await ledger.recon();
    await deleteAndMakeAgain(named('ledger.v1'));
    await expectHalt(ledger.worker(args, 'same'), 'HESABU_LEDGER_GONE', 3);
    await expectHalt(ledger.worker(args, 'other'), 'HESABU_LEDGER_GONE', 3);
    await expectNothingNew(before);
  });

  further('truncated, to its end and to its last block', async () => {
    await halfRead();
    const before = await ledger.recon();
    await cut(named('ledger.v1'), 2n);
    await expectHalt(ledger.worker(args, 'other'), 'HESABU_LEDGER_GONE', 3);
    await cut(named('ledger.v1'));
    await expectHalt(ledger.worker(args, 'same'), 'HESABU_LEDGER_GONE', 3);
    await expectNothingNew(before);
  });

  further('made again while a worker runs', async () => {
    await ledger.produce(given.facts.slice(0, given.facts.length / 2));
    const worker = ledger.worker(args, 'same');
    await quiet();
    const before = await ledger.recon();
    await deleteAndMakeAgain(named('ledger.v1'));
    expect(await worker.ended, worker.said()).not.toBe(0);
    expect(worker.said()).toMatch(/^HESABU_(LEDGER_GONE|TOPICS_WRONG): /m);
    await expectNothingNew(before);
  });
});

test('all topics with more partitions, changed while no worker ran', async () => {
  await halfRead();
  const several = TOPIC_PLANS.filter(({ isSingle }) => !isSingle).map(({ topic }) => named(topic));
  await withAdmin(ledger.kafka, (admin) =>
    admin.createPartitions({ topicPartitions: several.map((topic) => ({ topic, count: 4 })) }),
  );
  await expectHalt(ledger.worker(args, 'same'), 'HESABU_PARTITIONS_CHANGED', 4);
});

test('a subject with another schema, while a worker runs and at its start', async () => {
  const { registry, prefix } = ledger.settings;
  await ledger.produce(given.facts);
  const worker = ledger.worker(args, 'same');
  await ledger.drained();
  const schema = JSON.parse(schemaText('fact'));
  schema.fields.push({ name: 'note', type: ['null', 'string'], default: null });
  const answer = await fetch(`${registry.replace(/\/$/, '')}/subjects/${prefix}orders.v1-value/versions`, {
    method: 'POST',
    headers: { 'content-type': 'application/vnd.schemaregistry.v1+json' },
    body: JSON.stringify({ schema: JSON.stringify(schema) }),
  });
  expect(answer.status, await answer.text()).toBe(200);
  await expectHalt(worker, 'HESABU_SCHEMA_CHANGED', 4);
  await expectHalt(ledger.worker(args, 'same'), 'HESABU_SCHEMA_CHANGED', 4);
});

further('a topic that is deleted while a worker runs (F24)', async () => {
  const worker = ledger.worker(args);
  await ledger.produce(given.facts);
  await ledger.drained();
  await withAdmin(ledger.kafka, (admin) => admin.deleteTopics({ topics: [orders()] }));
  await expectHalt(worker, 'HESABU_TOPICS_WRONG', 4);
});

further('added partitions, while a worker runs and at its start', async () => {
  const worker = ledger.worker(args);
  await ledger.produce(given.facts);
  await ledger.drained();
  await withAdmin(ledger.kafka, (admin) =>
    admin.createPartitions({ topicPartitions: [{ topic: orders(), count: 3 }] }),
  );
  await expectHalt(worker, 'HESABU_TOPICS_WRONG', 4);
  await expectHalt(ledger.worker(args), 'HESABU_TOPICS_WRONG', 4);
});

test('a registry that is down, one without our schemas, and no broker', async () => {
  const down = { HESABU_REGISTRY_URL: 'http://127.0.0.1:2/' };
  const atOnce = [...args, '--wait', 'PT0S'];
  await expectHalt(ledger.worker(atOnce, 'a', down), 'HESABU_REGISTRY_UNREACHABLE', 4);
  const away = { HESABU_KAFKA_BROKERS: '127.0.0.1:9' };
  await expectHalt(ledger.worker(atOnce, 'b', away), 'HESABU_KAFKA_UNREACHABLE', 4);
  const elsewhere = { HESABU_KAFKA_PREFIX: 'nobody.' };
  await expectHalt(ledger.worker(args, 'c', elsewhere), 'HESABU_TOPICS_WRONG', 4);
});
