// Makes the topics of a ledger, and looks whether they are as they must be: a worker on topics that are not would read
// the wrong keys or lose what it should keep.

import { setTimeout as sleep } from 'node:timers/promises';
import kafkajs, { type Admin, type Kafka } from 'kafkajs';
import { HesabuError } from '../../domain/errors.ts';
import { FACT_TOPICS } from '../../domain/fact.ts';
import type { KafkaSettings } from './settings.ts';
import { TOPIC_PLANS, type TopicPlan } from './topics.ts';

const LEADERS_MILLIS_MAX = 30_000;
const LEADERS_LOOK_MILLIS = 100;
const PASSING_ATTEMPTS = 25;
const PASSING_PAUSE_MILLIS = 200;

export interface TopicFault {
  readonly topic: string;
  readonly what: string;
  readonly expected: string;
  readonly found: string;
  /** The line that mends it; null where the topic must be made anew. */
  readonly mend: string | null;
}

export interface TopicsOptions {
  readonly partitions: number;
  readonly replication: number;
}

/** Makes the topics that are not there, and returns their names. Throws HESABU_KAFKA_UNREACHABLE. */
export async function createTopics(
  kafka: Kafka,
  { prefix }: Pick<KafkaSettings, 'prefix'>,
  { partitions, replication }: TopicsOptions,
): Promise<string[]> {
  return withAdmin(kafka, async (admin) => {
    const there = new Set(await admin.listTopics());
    const missing = TOPIC_PLANS.filter(({ topic }) => !there.has(prefix + topic));
    if (missing.length === 0) return [];
    // One replica may be away and writing goes on; with two or fewer there is none to spare.
    const replicas = { 'min.insync.replicas': String(Math.max(1, replication - 1)) };
    await admin.createTopics({
      waitForLeaders: false,
      topics: missing.map(({ topic, isSingle, config }) => ({
        topic: prefix + topic,
        numPartitions: isSingle ? 1 : partitions,
        replicationFactor: replication,
        configEntries: Object.entries({ ...config, ...replicas }).map(([name, value]) => ({ name, value })),
      })),
    });
    const made = missing.map(({ topic }) => prefix + topic);
    await waitForLeaders(admin, made);
    return made;
  });
}

/** A topic that was made is known to all only after a moment; kafkajs gives up where it is not yet known to one. */
async function waitForLeaders(admin: Admin, topics: string[]): Promise<void> {
  for (const began = Date.now(); ; await sleep(LEADERS_LOOK_MILLIS)) {
    try {
      const { topics: found } = await admin.fetchTopicMetadata({ topics });
      if (found.every(({ partitions }) => partitions.every(({ leader }) => leader >= 0))) return;
    } catch (error) {
      if (Date.now() - began > LEADERS_MILLIS_MAX) throw error;
    }
    if (Date.now() - began > LEADERS_MILLIS_MAX) throw wrong(topics[0]!, 'leaders for all partitions', 'some without');
  }
}

/** What is not as it must be; empty where all is well. Throws HESABU_KAFKA_UNREACHABLE. */
export async function checkTopics(kafka: Kafka, { prefix, brokers }: KafkaSettings): Promise<TopicFault[]> {
  return withAdmin(kafka, async (admin) => {
    const there = new Set(await admin.listTopics());
    const present = TOPIC_PLANS.filter(({ topic }) => there.has(prefix + topic));
    const missing = TOPIC_PLANS.filter(({ topic }) => !there.has(prefix + topic));
    const faults: TopicFault[] = missing.map(({ topic }) => ({
      ...{ topic: prefix + topic, what: 'the topic', expected: 'it is there', found: 'no such topic' },
      mend: `hesabu topics --create --kafka ${brokers.join(',')}`,
    }));
    if (present.length === 0) return faults;
    const counts = await partitionCounts(
      admin,
      present.map(({ topic }) => prefix + topic),
    );
    faults.push(...partitionFaults(present, prefix, counts));
    faults.push(...(await configFaults(admin, present, prefix, brokers)));
    return faults;
  });
}

/** How many partitions the ledger has. Throws HESABU_TOPICS_WRONG where its topics are missing or do not agree. */
export async function ledgerPartitions(kafka: Kafka, { prefix }: Pick<KafkaSettings, 'prefix'>): Promise<number> {
  return withAdmin(kafka, async (admin) => {
    const topics = TOPIC_PLANS.filter(({ isSingle }) => !isSingle).map(({ topic }) => prefix + topic);
    const there = new Set(await admin.listTopics());
    const missing = topics.find((topic) => !there.has(topic));
    if (missing !== undefined) throw wrong(missing, 'it is there', 'no such topic');
    const counts = await partitionCounts(admin, topics);
    const partitions = counts.get(topics[0]!)!;
    const other = topics.find((topic) => counts.get(topic) !== partitions);
    if (other !== undefined) throw wrong(other, `${partitions} partitions, as ${topics[0]}`, `${counts.get(other)}`);
    return partitions;
  });
}

function wrong(where: string, expected: string, found: string): HesabuError {
  return new HesabuError('HESABU_TOPICS_WRONG', { where, expected, found });
}

async function partitionCounts(admin: Admin, topics: string[]): Promise<Map<string, number>> {
  const { topics: described } = await admin.fetchTopicMetadata({ topics });
  return new Map(described.map(({ name, partitions }) => [name, partitions.length]));
}

function partitionFaults(
  plans: readonly TopicPlan[],
  prefix: string,
  counts: ReadonlyMap<string, number>,
): TopicFault[] {
  const first = prefix + FACT_TOPICS[0];
  const expected = counts.get(first) ?? [...counts.values()][0]!;
  return plans.flatMap(({ topic, isSingle }) => {
    const [name, wanted] = [prefix + topic, isSingle ? 1 : expected];
    const found = counts.get(name)!;
    if (found === wanted) return [];
    const mend = null;
    return [{ topic: name, what: 'partitions', expected: `${wanted}`, found: `${found}`, mend }];
  });
}

async function configFaults(
  admin: Admin,
  plans: readonly TopicPlan[],
  prefix: string,
  brokers: readonly string[],
): Promise<TopicFault[]> {
  const resources = plans.map(({ topic, config }) => ({
    type: kafkajs.ConfigResourceTypes.TOPIC,
    name: prefix + topic,
    configNames: Object.keys(config),
  }));
  const described = await admin.describeConfigs({ resources, includeSynonyms: false });
  const found = new Map(
    described.resources.map(({ resourceName, configEntries }) => [
      resourceName,
      new Map(configEntries.map(({ configName, configValue }) => [configName, configValue])),
    ]),
  );
  return plans.flatMap(({ topic, config }) =>
    Object.entries(config).flatMap(([what, expected]) => {
      const name = prefix + topic;
      const value = found.get(name)?.get(what) ?? '';
      if (isEnough(what, value, expected)) return [];
      const change = `--entity-type topics --entity-name ${name} --alter --add-config ${what}=${expected}`;
      const mend = `kafka-configs.sh --bootstrap-server ${brokers[0]} ${change}`;
      return [{ topic: name, what, expected, found: value, mend }];
    }),
  );
}

/** Longer is no fault: what is kept for ever may be asked of recon topics too. */
function isEnough(what: string, value: string, expected: string): boolean {
  if (value === expected) return true;
  if (what === 'retention.ms') return value === '-1' || (expected !== '-1' && Number(value) >= Number(expected));
  return what === 'max.message.bytes' && Number(value) >= Number(expected);
}

/**
 * Throws HESABU_KAFKA_UNREACHABLE where no broker answers, with what the client says. After a fault that passes the
 * work is done again, as where a partition has no leader for moments after its topic was made or a broker came back.
 */
export async function withAdmin<Result>(kafka: Kafka, work: (admin: Admin) => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    const admin = kafka.admin();
    try {
      await admin.connect();
      return await work(admin);
    } catch (error) {
      if (error instanceof HesabuError) throw error;
      if (attempt === PASSING_ATTEMPTS || !isPassing(error)) throw unreachable(error as Error);
    } finally {
      await admin.disconnect().catch(() => {});
    }
    await sleep(PASSING_PAUSE_MILLIS);
  }
}

/** What passes by itself; kafkajs asks again for most of it, but not where it asks for offsets. */
function isPassing(error: unknown): boolean {
  const { type, retriable } = error as { type?: string; retriable?: boolean };
  return type !== undefined && retriable === true && type !== 'UNKNOWN_TOPIC_OR_PARTITION';
}

export function unreachable(error: Error): HesabuError {
  return new HesabuError('HESABU_KAFKA_UNREACHABLE', { where: '--kafka', found: error.message }, error);
}
