// Where topics end as they are. kafkajs asks for every end as READ_COMMITTED and gets the last stable offset: while a
// transaction is open, or its marker is not written yet, that lies before records that were acknowledged. It says how
// far committed records can be read now, and nothing about what is gone.
// Source: https://kafka.apache.org/protocol#The_Messages_ListOffsets (isolation_level)

import { createRequire } from 'node:module';
import { setTimeout as sleep } from 'node:timers/promises';
import { withAdmin } from './admin.ts';
import type { WatchedKafka as Kafka } from './watched-kafka.ts';

/** Stands for the high watermark where kafkajs takes a time; the protocol's own special times are above it. */
const HIGH_WATERMARK = -1_000;
const LATEST = -1;
const READ_UNCOMMITTED = 0;
/** Between two looks at an end: a new leader learns the high watermark from its followers, within a fetch of theirs. */
const LOOK_AGAIN_MILLIS = 1_000;

interface OffsetsRequest {
  readonly isolationLevel?: number;
  readonly topics: readonly {
    readonly topic: string;
    readonly partitions: readonly { readonly partition: number; readonly timestamp?: number }[];
  }[];
}

interface BrokerClass {
  readonly prototype: { listOffsets(request: OffsetsRequest): Promise<unknown> };
}

/** Makes kafkajs ask for the high watermark where the time stands for it; called once. */
export function installHighWatermarks(): void {
  const { prototype } = createRequire(import.meta.url)('kafkajs/src/broker/index.js') as BrokerClass;
  const theirs = prototype.listOffsets;
  prototype.listOffsets = function listOffsets(request) {
    return theirs.call(this, asItIs(request));
  };
}

/** A request has one isolation level; kafkajs never mixes times in one. */
function asItIs(request: OffsetsRequest): OffsetsRequest {
  const isAsked = request.topics.some(({ partitions }) =>
    partitions.some(({ timestamp }) => timestamp === HIGH_WATERMARK),
  );
  if (!isAsked) return request;
  const topics = request.topics.map(({ topic, partitions }) => ({
    topic,
    partitions: partitions.map((place) => ({ ...place, timestamp: LATEST })),
  }));
  return { ...request, isolationLevel: READ_UNCOMMITTED, topics };
}

/** The offset after the last record of each partition of a topic, committed or not. Throws HESABU_KAFKA_UNREACHABLE. */
export async function highWatermarks(kafka: Kafka, topic: string): Promise<ReadonlyMap<number, bigint>> {
  const found = await withAdmin(kafka, (admin) => admin.fetchTopicOffsetsByTimestamp(topic, HIGH_WATERMARK));
  return new Map(found.map(({ partition, offset }) => [partition, BigInt(offset)]));
}

/**
 * The end of a topic-partition that is known to have had all offsets before `known`, if it lies before that; otherwise
 * undefined. What is gone is looked at twice before anybody is told, and on connections of their own.
 */
export async function endBefore(
  kafka: Kafka,
  topic: string,
  partition: number,
  known: bigint,
): Promise<bigint | undefined> {
  for (let look = 1; ; look++) {
    const end = (await highWatermarks(kafka, topic)).get(partition);
    if (end === undefined || end >= known) return undefined;
    if (look === 2) return end;
    await sleep(LOOK_AGAIN_MILLIS);
  }
}
