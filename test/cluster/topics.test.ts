// `hesabu topics`: wrong topics and schemas are reported, each with the command to fix it; topics made later are like
// the existing ones; refusals of the cluster are reported by topic and reason.
import kafkajs, { type ITopicConfig } from 'kafkajs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { withAdmin } from '../../src/kafka/client/admin.ts';
import { subjectOf } from '../../src/kafka/topics/registry.ts';
import { createTopics, ledgerPartitions } from '../../src/kafka/topics/topic-admin.ts';
import { GivenLedger } from './given-ledger.ts';

let ledger: GivenLedger;

beforeEach(async () => {
  ledger = await GivenLedger.make(2);
});
afterEach(() => ledger.remove());

/** Deletes a topic, and resolves when it is gone. */
async function deleted(topic: string): Promise<void> {
  await withAdmin(ledger.kafka, async (admin) => {
    await admin.deleteTopics({ topics: [topic] });
    await expect.poll(async () => (await admin.listTopics()).includes(topic)).toBe(false);
  });
}

async function made(...topics: ITopicConfig[]): Promise<void> {
  const make = () => withAdmin(ledger.kafka, async (admin) => void (await admin.createTopics({ topics })));
  // Just after a topic of the name was deleted, the broker may say that it does not host it.
  await expect.poll(() => make().then(() => 'made', String), { timeout: 30_000 }).toBe('made');
}

test('wrong topics are reported, with the command to fix them', async () => {
  const { prefix } = ledger.settings;
  expect(await ledger.hesabu(['topics', '--check'])).toContain('topics and their schemas are correct');
  await withAdmin(ledger.kafka, async (admin) => {
    const configEntries = [{ name: 'retention.ms', value: '3600000' }];
    const type = kafkajs.ConfigResourceTypes.TOPIC;
    await admin.alterConfigs({
      validateOnly: false,
      resources: [{ type, name: `${prefix}callbacks.v1`, configEntries }],
    });
    await admin.createPartitions({ topicPartitions: [{ topic: `${prefix}polls.v1`, count: 3 }] });
    await admin.deleteTopics({ topics: [`${prefix}rules.v1`] });
  });
  await expect.poll(() => ledger.hesabu(['topics', '--check'], 4).catch(() => '')).toContain('rules.v1');
  const told = await ledger.hesabu(['topics', '--check'], 4);
  expect(told).toMatch(/callbacks\.v1 +retention\.ms +-1 +3600000/);
  expect(told).toMatch(/polls\.v1 +partitions +2 +3/);
  expect(told).toMatch(/--entity-name \S+callbacks\.v1 --alter --add-config retention\.ms=-1/);
  expect(told).toContain('hesabu topics --create');
});

test('given topics, when one is made later, then it is like the others, and other numbers are refused', async () => {
  const polls = `${ledger.settings.prefix}polls.v1`;
  await deleted(polls);
  expect(await ledger.hesabu(['topics', '--check'], 4)).toMatch(
    /topics --create --partitions 2 --replication 1 --kafka \S+/,
  );
  const told = await ledger.hesabu(['topics', '--create', '--partitions', '3'], 2);
  expect(told).toMatch(/--partitions: .*; expected 2, as for \S+orders\.v1, found 3\./);
  await ledger.hesabu(['topics', '--create']);
  expect(await ledgerPartitions(ledger.kafka, ledger.settings)).toBe(2);
});

test('given a subject without our schema or compatibility, when topics are checked, then both are named', async () => {
  const { registry } = ledger.settings;
  const [gone, loose] = ['orders.v1', 'ledger.v1'].map((topic) => subjectOf(ledger.settings, topic));
  await fetch(`${registry}subjects/${gone}`, { method: 'DELETE' });
  await fetch(`${registry}config/${loose}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ compatibility: 'NONE' }),
  });
  const told = await ledger.hesabu(['topics', '--check'], 4);
  expect(told).toMatch(/orders\.v1-value +schema +ours +none/);
  expect(told).toMatch(/ledger\.v1-value +compatibility +FULL_TRANSITIVE +NONE/);
  expect(told).toContain(`curl -X PUT`);
});

test('given an unreachable registry, when topics are checked, then that is one more fault', async () => {
  await deleted(`${ledger.settings.prefix}polls.v1`);
  ledger.environment.HESABU_REGISTRY_URL = 'http://127.0.0.1:9';
  const told = await ledger.hesabu(['topics', '--check'], 4);
  expect(told).toMatch(/polls\.v1 +the topic +to exist +no such topic/);
  expect(told).toMatch(/127\.0\.0\.1:9 +the schema registry +an answer/);
});

test('given one broker, when topics should have three replicas, then topic and reason are reported', async () => {
  const settings = { prefix: `${ledger.settings.prefix}three.` };
  await expect(createTopics(ledger.kafka, settings, { replication: 3 })).rejects.toThrowError(
    /HESABU_TOPICS_REFUSED: \S+three\.\S+\.v1: .* found INVALID_REPLICATION_FACTOR: .*--replication 1/,
  );
});

test('given no rules topic, or one with two partitions, when a ledger is opened, then that is refused', async () => {
  const rules = `${ledger.settings.prefix}rules.v1`;
  await deleted(rules);
  await expect(ledgerPartitions(ledger.kafka, ledger.settings)).rejects.toThrowError(
    /rules\.v1: .*found no such topic/,
  );
  await made({ topic: rules, numPartitions: 2, replicationFactor: 1 });
  await expect
    .poll(() => ledgerPartitions(ledger.kafka, ledger.settings).catch(({ message }) => message))
    .toMatch(/rules\.v1: .*expected 1 partitions, found 2/);
});

test('given a registration that ended half-way, when it is repeated, then it is completed', async () => {
  const { registry } = ledger.settings;
  const subject = subjectOf(ledger.settings, 'ledger.v1');
  await fetch(`${registry}config/${subject}`, { method: 'DELETE' });
  expect(await ledger.hesabu(['topics', '--check'], 4)).toMatch(
    /ledger\.v1-value +compatibility +FULL_TRANSITIVE +NONE/,
  );
  expect(await ledger.hesabu(['topics', '--create'])).toContain('Schemas are registered');
});

test('given a subject with another compatibility, when topics are created, then that is refused', async () => {
  const subject = subjectOf(ledger.settings, 'ledger.v1');
  await fetch(`${ledger.settings.registry}config/${subject}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ compatibility: 'FORWARD' }),
  });
  expect(await ledger.hesabu(['topics', '--create'], 2).catch(String)).toMatch(
    /expected FULL_TRANSITIVE, found FORWARD/,
  );
});
