// The cluster of the benchmark, the facts in its topics, and the detection that a program has finished.

import { setTimeout as sleep } from 'node:timers/promises';
import { type Admin, Partitioners } from 'kafkajs';
import { FACT_TOPICS } from '../../src/domain/fact.ts';
import { partitionOf } from '../../src/domain/partition.ts';
import type { Kafka } from '../../src/kafka/client/kafkajs.ts';
import { type KafkaSettings, kafkaSettings, makeKafka } from '../../src/kafka/client/settings.ts';
import { registerSchemas, type SchemaIds } from '../../src/kafka/topics/registry.ts';
import { createTopics } from '../../src/kafka/topics/topic-admin.ts';
import { RECON_TOPICS } from '../../src/kafka/topics/topic-plans.ts';
import { EmbeddedLog } from '../../src/log/embedded.ts';
import { readKey } from '../../src/log/fact-codec.ts';
import { forEachValue } from '../../src/log/value-frames.ts';

export const PARTITIONS = 8;
const OUTPUTS = ['ledger.v1', 'snapshots.v1', 'dead-letters.v1', ...RECON_TOPICS];
/** An output that has not grown for this long is complete. */
const QUIET_MILLIS = 20_000;
const CHECK_MILLIS = 100;
const SEND_MAX = 400;

export interface Cluster {
  readonly environment: Record<string, string>;
  readonly settings: KafkaSettings;
  readonly kafka: Kafka;
  readonly admin: Admin;
  readonly schemas: SchemaIds;
}

export async function makeCluster(brokers: string, registry: string, prefix: string): Promise<Cluster> {
  const environment = { HESABU_KAFKA_BROKERS: brokers, HESABU_REGISTRY_URL: registry, HESABU_KAFKA_PREFIX: prefix };
  const settings = kafkaSettings(brokers, environment);
  const kafka = makeKafka(settings);
  await createTopics(kafka, settings, { partitions: PARTITIONS, replication: 1 });
  const admin = kafka.admin();
  await admin.connect();
  return { environment, settings, kafka, admin, schemas: await registerSchemas(settings) };
}

/** New output topics for another run; the facts stay. */
export async function freshOutputs({ admin, kafka, settings }: Cluster): Promise<void> {
  const topics = OUTPUTS.map((topic) => settings.prefix + topic);
  const there = new Set(await admin.listTopics());
  await admin.deleteTopics({ topics: topics.filter((topic) => there.has(topic)) });
  await sleep(2_000);
  await createTopics(kafka, settings, { partitions: PARTITIONS, replication: 1 });
}

/** An empty topic for Kafka Streams. */
export async function freshTopic({ admin, settings }: Cluster, name: string): Promise<void> {
  const topic = settings.prefix + name;
  if ((await admin.listTopics()).includes(topic)) {
    await admin.deleteTopics({ topics: [topic] });
    await sleep(2_000);
  }
  await admin.createTopics({ topics: [{ topic, numPartitions: PARTITIONS, replicationFactor: 1 }] });
}

/** Writes the facts of a data directory as records, in the order of its log, topics in turn. Returns their number. */
export async function produceFacts({ kafka, settings, schemas }: Cluster, dir: string): Promise<number> {
  const producer = kafka.producer({
    ...{ idempotent: true, maxInFlightRequests: 1, createPartitioner: Partitioners.DefaultPartitioner },
  });
  await producer.connect();
  const log = new EmbeddedLog(dir);
  const readers = FACT_TOPICS.flatMap((topic) =>
    Array.from({ length: log.partitions }, (_, partition) => ({ topic, batches: log.read(topic, partition, 0n) })),
  ).map(({ topic, batches }) => ({ topic, batches: batches[Symbol.iterator]() }));
  let count = 0;
  while (readers.length > 0) {
    for (const reader of [...readers]) {
      const { value: batch, done } = reader.batches.next();
      if (done === true) {
        readers.splice(readers.indexOf(reader), 1);
        continue;
      }
      const prefix = schemas.prefix(reader.topic);
      const messages: { key: string; partition: number; value: Buffer }[] = [];
      forEachValue(batch.payload, 0, (start, end) => {
        const key = readKey(batch.payload, start);
        const value = Buffer.concat([prefix, batch.payload.subarray(start, end)]);
        messages.push({ key, partition: partitionOf(key, PARTITIONS), value });
      });
      for (let at = 0; at < messages.length; at += SEND_MAX) {
        await producer.send({ topic: settings.prefix + reader.topic, messages: messages.slice(at, at + SEND_MAX) });
      }
      count += messages.length;
    }
  }
  await log.close();
  await producer.disconnect();
  return count;
}

export interface Drained {
  /** From the call to the last record written. */
  readonly seconds: number;
  readonly records: number;
}

/** Waits until topics stop growing; `check` throws if nothing more can come. */
export async function drained(
  { admin, settings }: Cluster,
  topics: readonly string[],
  began: number,
  check: () => void,
): Promise<Drained> {
  const names = topics.map((topic) => settings.prefix + topic);
  let [records, at] = [0, performance.now()];
  for (; ; await sleep(CHECK_MILLIS)) {
    check();
    const found = await countRecords(admin, names);
    if (found !== records) [records, at] = [found, performance.now()];
    // A start takes a variable time and writes a few records itself; only a program that has begun can be finished.
    else if (records > PARTITIONS * 100 && performance.now() - at > QUIET_MILLIS) break;
  }
  return { seconds: (at - began) / 1000, records };
}

/** A topic that does not exist yet, or has no leader yet, counts as empty. */
async function countRecords(admin: Admin, topics: readonly string[]): Promise<number> {
  let count = 0;
  for (const topic of topics) {
    const ends = await admin.fetchTopicOffsets(topic).catch(() => []);
    for (const { high } of ends) count += Number(high);
  }
  return count;
}
