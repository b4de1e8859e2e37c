// Reads topic-partitions from given offsets, committed records only. kafkajs has no manual assignment: each reading
// has a consumer group of its own, with an assigner that gives the only member its partitions.

import { randomUUID } from 'node:crypto';
import { AssignerProtocol, type Batch, type Consumer, type PartitionAssigner } from 'kafkajs';
import type { HesabuError } from '../../domain/errors.ts';
import { clusterFault, deniedBy } from './cluster-errors.ts';
import { recordsOf } from './fetched-records.ts';
import { replaced, truncated } from './lost-records.ts';
import type { RecordSet } from './record-set.ts';
import { within } from './time-limit.ts';
import type { StartPosition } from './topic-offsets.ts';
import type { WatchedKafka as Kafka } from './watched-kafka.ts';

/** Fetched records, maybe none, and the offset of the next ones: records hidden from readers may lie between. */
export interface Records {
  readonly topic: string;
  readonly partition: number;
  readonly records: RecordSet;
  readonly next: bigint;
}

export type OnRecords = (records: Records) => void | Promise<void>;

const NAME = 'hesabu-fixed';
const FETCH_BYTES = 8 * 1024 * 1024;
const PARTITION_BYTES = 2 * 1024 * 1024;
const RESTART_MILLIS = 300;
/** kafkajs would start a consumer that crashed again in the old group, where it waits for itself. */
const NO_RESTART = { retries: 5, restartOnFailure: async () => false };

export interface ReadOptions {
  readonly kafka: Kafka;
  /** Before the group's name, so that an administrator can allow it by prefix. */
  readonly prefix: string;
  readonly places: readonly StartPosition[];
  /** An error thrown here ends the reading. */
  readonly onRecords: OnRecords;
  /** Called once if a fault ends the reading; not after `stop`. */
  readonly onFault: (error: Error) => void;
  /** Whether more of a topic-partition is wanted now; asked after every batch. Without it, always. */
  readonly isWanted?: (topic: string, partition: number) => boolean;
  /** How long a fetch waits for new records. */
  readonly waitMillis?: number;
}

export interface Reading {
  stop(): Promise<void>;
}

/**
 * Starts reading and continues until stopped. If it cannot start it throws HESABU_KAFKA_UNREACHABLE or _DENIED; later
 * it reads on by itself after transient errors, such as a broker that was away.
 */
export async function startReading(options: ReadOptions): Promise<Reading> {
  if (options.places.length === 0) return { stop: async () => {} };
  const reading = new RestartingReader(options);
  try {
    await reading.begin();
  } catch (error) {
    await reading.stop();
    throw clusterFault(error);
  }
  return reading;
}

class RestartingReader implements Reading {
  private readonly options: ReadOptions;
  /** By `topic/partition`. */
  private readonly next: Map<string, bigint>;
  private consumer: Consumer | undefined;
  private timer: NodeJS.Timeout | undefined;
  private ended = false;
  /** When the cluster answered this consumer last, as of `performance.now()`. */
  private heard = Number.NEGATIVE_INFINITY;
  private endPresence: () => void = () => {};

  constructor(options: ReadOptions) {
    this.options = options;
    this.next = new Map(options.places.map(({ topic, partition, offset }) => [`${topic}/${partition}`, offset]));
  }

  async begin(): Promise<void> {
    const { presence } = this.options.kafka;
    // A consumer that heard nothing since waits for time-outs.
    this.endPresence = presence.listen({ onBack: (since) => this.heard < since && this.restart(0) });
    await presence.during(() => this.join());
  }

  async stop(): Promise<void> {
    this.ended = true;
    clearTimeout(this.timer);
    this.endPresence();
    await within(this.consumer && dispose(this.consumer));
  }

  /** Each consumer has a group of its own: a member that is gone would keep the next one out until its session ends. */
  private async join(): Promise<void> {
    const { kafka, prefix, places, waitMillis = 100 } = this.options;
    const consumer = kafka.consumer({
      groupId: `${prefix}hesabu-read-${randomUUID()}`,
      partitionAssigners: [assignerOf(places)],
      maxWaitTimeInMs: waitMillis,
      maxBytes: FETCH_BYTES,
      maxBytesPerPartition: PARTITION_BYTES,
      metadataMaxAge: 30_000,
      sessionTimeout: 45_000,
      // The only member waits for no other, and kafkajs for an answer to its join no longer than to others.
      rebalanceTimeout: 5_000,
      heartbeatInterval: 3_000,
      retry: NO_RESTART,
    });
    this.consumer = consumer;
    this.heard = Number.NEGATIVE_INFINITY;
    this.follow(consumer);
    const starting = this.startConsumer(consumer);
    STARTS.set(consumer, starting);
    await starting.catch((fault) => consumer === this.consumer && Promise.reject(fault));
  }

  private follow(consumer: Consumer): void {
    seekOnJoin(consumer, this.options.places, this.next);
    consumer.on(consumer.events.CRASH, ({ payload: { error } }) => {
      if (consumer === this.consumer) this.recover(error);
    });
    consumer.on(consumer.events.FETCH, () => {
      if (consumer === this.consumer) this.heard = performance.now();
    });
  }

  private async startConsumer(consumer: Consumer): Promise<void> {
    const topics = [...new Set(this.options.places.map(({ topic }) => topic))];
    await consumer.connect();
    await consumer.subscribe({ topics, fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      partitionsConsumedConcurrently: 1,
      eachBatch: async ({ batch, isStale }) => {
        const { topic, partition } = batch;
        if (isStale() || consumer !== this.consumer) return;
        const fault = positionFault(batch, this.next.get(`${topic}/${partition}`)!);
        if (fault !== undefined) return this.fail(fault);
        await this.take(topic, partition, recordsOf(batch), batch.lastOffset());
        this.pauseUnwanted(consumer);
      },
    });
  }

  private async take(topic: string, partition: number, records: RecordSet, last: string): Promise<void> {
    if (this.ended) return;
    const next = BigInt(last) + 1n;
    this.next.set(`${topic}/${partition}`, next);
    try {
      await this.options.onRecords({ topic, partition, records, next });
    } catch (error) {
      this.fail(error as Error);
    }
  }

  /** kafkajs forgets what is paused when it restarts, so it is asked. */
  private pauseUnwanted(consumer: Consumer): void {
    const { isWanted, places } = this.options;
    if (isWanted === undefined || this.ended || consumer !== this.consumer) return;
    const paused = consumer.paused();
    for (const { topic, partition } of places) {
      const isPaused = paused.some((one) => one.topic === topic && one.partitions.includes(partition));
      if (isWanted(topic, partition) !== isPaused) continue;
      if (isPaused) consumer.resume([{ topic, partitions: [partition] }]);
      else consumer.pause([{ topic, partitions: [partition] }]);
    }
  }

  /** After an error that passes, reads on with another consumer; while the cluster is away, once it is back. */
  private recover(error: unknown): void {
    if (this.ended) return;
    this.heard = Number.NEGATIVE_INFINITY;
    const denied = deniedBy(error);
    if (denied !== undefined) this.fail(denied);
    else if (this.options.kafka.presence.away === undefined) this.restart(RESTART_MILLIS);
  }

  private restart(millis: number): void {
    if (this.ended) return;
    if (this.consumer !== undefined) void dispose(this.consumer);
    this.consumer = undefined;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.join().catch((fault) => this.recover(fault)), millis);
  }

  private fail(error: Error): void {
    if (this.ended) return;
    this.ended = true;
    this.endPresence();
    this.options.onFault(error);
  }
}

/** By consumer, its start: one that is disconnected while it joins would go on for ever. */
const STARTS = new WeakMap<Consumer, Promise<void>>();

async function dispose(consumer: Consumer): Promise<void> {
  await STARTS.get(consumer)?.catch(() => {});
  await consumer.disconnect().catch(() => {});
}

/** The offset that a batch was requested with; kafkajs has it, but not in its types. */
export function requestedOffset(batch: Batch): bigint {
  return BigInt((batch as Batch & { readonly fetchedOffset: string }).fetchedOffset);
}

/** If a position no longer exists in a topic, kafkajs silently continues at the topic's beginning. */
function positionFault(batch: Batch, next: bigint): HesabuError | undefined {
  const { topic, partition } = batch;
  const requested = requestedOffset(batch);
  if (requested === next) return undefined;
  return requested > next
    ? truncated({ topic, partition, offset: next }, requested)
    : replaced(topic, partition, next, requested);
}

/** Called before anything is fetched, whenever the group is formed again. */
function seekOnJoin(consumer: Consumer, places: readonly StartPosition[], next: ReadonlyMap<string, bigint>): void {
  consumer.on(consumer.events.GROUP_JOIN, () => {
    for (const { topic, partition } of places) {
      consumer.seek({ topic, partition, offset: String(next.get(`${topic}/${partition}`)) });
    }
  });
}

function assignerOf(places: readonly StartPosition[]): PartitionAssigner {
  const assignment: Record<string, number[]> = {};
  for (const { topic, partition } of places) {
    assignment[topic] ??= [];
    assignment[topic].push(partition);
  }
  const userData = Buffer.alloc(0);
  return () => ({
    name: NAME,
    version: 1,
    assign: async ({ members }) =>
      members.map(({ memberId }, at) => ({
        memberId,
        memberAssignment: AssignerProtocol.MemberAssignment.encode({
          version: 1,
          assignment: at === 0 ? assignment : {},
          userData,
        }),
      })),
    protocol: ({ topics }) => ({
      name: NAME,
      metadata: AssignerProtocol.MemberMetadata.encode({ version: 1, topics, userData }),
    }),
  });
}
