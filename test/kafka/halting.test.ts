// Where the topics are not what they were, a worker ends with a code that says so: what is missing is never skipped.
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { createTopics, withAdmin } from '../../src/log/kafka/topic-admin.ts';
import { type GivenFacts, givenFacts } from './given-facts.ts';
import { GivenLedger, type WorkerProcess } from './given-ledger.ts';

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

const orders = () => `${ledger.settings.prefix}orders.v1`;

async function expectHalt(worker: WorkerProcess, code: string, exit: number): Promise<void> {
  expect(await worker.ended, worker.said()).toBe(exit);
  expect(worker.said()).toMatch(new RegExp(`^${code}: `, 'm'));
}

/** The ledger has read half of the facts, and nobody is at work. */
async function halfRead(): Promise<void> {
  await ledger.produce(given.facts.slice(0, given.facts.length / 2));
  const worker = ledger.worker(args, 'same');
  await ledger.drained();
  worker.kill('SIGTERM');
  expect(await worker.ended).toBe(0);
}

async function deleteAndMakeAgain(): Promise<void> {
  await withAdmin(ledger.kafka, (admin) => admin.deleteTopics({ topics: [orders()] }));
  await expect
    .poll(() => createTopics(ledger.kafka, ledger.settings, { partitions: 2, replication: 1 }).catch(() => []), {
      timeout: 20_000,
    })
    .toEqual([orders()]);
}

const cut = () =>
  withAdmin(ledger.kafka, async (admin) => {
    const offsets = await admin.fetchTopicOffsets(orders());
    const partitions = offsets.map(({ partition, high }) => ({ partition, offset: high }));
    await admin.deleteTopicRecords({ topic: orders(), partitions });
  });

test('facts that were not read yet and are gone', async () => {
  await halfRead();
  await ledger.produce(given.facts.slice(given.facts.length / 2));
  await cut();
  await expectHalt(ledger.worker(args, 'same'), 'HESABU_TOPIC_TRUNCATED', 4);
});

test('a topic that was made again and is empty', async () => {
  await halfRead();
  await deleteAndMakeAgain();
  await expectHalt(ledger.worker(args, 'same'), 'HESABU_TOPIC_REPLACED', 3);
});

test('a topic that was made again and has grown past where the ledger is', async () => {
  await halfRead();
  await deleteAndMakeAgain();
  const newer = given.facts.filter(({ topic }) => topic === 'orders.v1').toReversed();
  await ledger.produce([...newer, ...newer]);
  await expectHalt(ledger.worker(args, 'same'), 'HESABU_TOPIC_REPLACED', 3);
});

test('a topic that is deleted while a worker runs', async () => {
  const worker = ledger.worker(args);
  await ledger.produce(given.facts);
  await ledger.drained();
  await withAdmin(ledger.kafka, (admin) => admin.deleteTopics({ topics: [orders()] }));
  await expectHalt(worker, 'HESABU_TOPICS_WRONG', 4);
});

test('partitions that were added, while a worker runs and at its start', async () => {
  const worker = ledger.worker(args);
  await ledger.produce(given.facts);
  await ledger.drained();
  await withAdmin(ledger.kafka, (admin) =>
    admin.createPartitions({ topicPartitions: [{ topic: orders(), count: 3 }] }),
  );
  await expectHalt(worker, 'HESABU_TOPICS_WRONG', 4);
  await expectHalt(ledger.worker(args), 'HESABU_TOPICS_WRONG', 4);
});

test('a registry that is down, one without our schemas, and no broker at all', async () => {
  const down = { HESABU_REGISTRY_URL: 'http://127.0.0.1:9/' };
  await expectHalt(ledger.worker(args, 'a', down), 'HESABU_REGISTRY_UNREACHABLE', 4);
  const away = { HESABU_KAFKA_BROKERS: '127.0.0.1:9' };
  await expectHalt(ledger.worker(args, 'b', away), 'HESABU_KAFKA_UNREACHABLE', 4);
  const elsewhere = { HESABU_KAFKA_PREFIX: 'nobody.' };
  await expectHalt(ledger.worker(args, 'c', elsewhere), 'HESABU_TOPICS_WRONG', 4);
});
