// A worker: one of many processes that share the partitions of a ledger on Kafka. It joins the group, takes over the
// tasks that it is given, feeds them what comes, and lets them go when others join.

import type { Consumer, EachBatchPayload, Kafka } from 'kafkajs';
import type { Logger } from 'pino';
import { HesabuError } from '../../domain/errors.ts';
import { FACT_TOPICS, type FactTopic } from '../../domain/fact.ts';
import type { Instant } from '../../domain/time.ts';
import type { SchemaIds } from '../../log/kafka/registry.ts';
import type { Meter } from '../../log/meter.ts';
import { copartitioned } from './assigner.ts';
import type { SharedRules } from './shared-rules.ts';
import type { SnapshotKeeper } from './snapshot-keeper.ts';
import { isHalt, TaskOwner } from './task-owner.ts';
import { type ReadPosition, TopicWatch } from './topic-watch.ts';

export interface WorkerOptions {
  readonly kafka: Kafka;
  readonly prefix: string;
  readonly partitions: number;
  readonly schemas: SchemaIds;
  readonly rules: SharedRules;
  readonly snapshots: SnapshotKeeper;
  readonly now: () => Instant;
  readonly logger: Logger;
  readonly meter: Meter;
  /** Told once when the worker cannot go on: what the topics hold must be looked at by somebody. */
  readonly onHalt: (error: HesabuError) => void;
  /** After this long without a heartbeat others get its partitions. */
  readonly sessionMillis?: number;
}

/** All topics come forward alike: were one fetched far ahead, each of a key's facts would make an entry of its own. */
const FETCH_BYTES = 32 * 1024 * 1024;
const PARTITION_BYTES = 256 * 1024;
/** A task that holds as many bytes of facts is fed no more until it has fewer than half. */
const BUFFER_BYTES_MAX = 32 * 1024 * 1024;
const WATCH_MILLIS = 5_000;
const RESTART_MILLIS = 1_000;

export class Worker {
  private readonly options: WorkerOptions;
  private readonly owners = new Map<number, TaskOwner>();
  private readonly watch: TopicWatch;
  private consumer: Consumer | undefined;
  private stopping = false;
  private halted = false;
  private timer: NodeJS.Timeout | undefined;

  constructor(options: WorkerOptions) {
    this.options = options;
    this.watch = new TopicWatch(options);
  }

  get partitions(): readonly number[] {
    return [...this.owners.keys()].sort((a, b) => a - b);
  }

  async start(): Promise<void> {
    await this.join();
    this.timer = setInterval(() => this.look(), WATCH_MILLIS);
  }

  /** Leaves the group: others take the partitions at once. What was under way is finished first. */
  async stop(): Promise<void> {
    this.stopping = true;
    clearInterval(this.timer);
    await Promise.all([...this.owners.values()].map((owner) => owner.end()));
    await this.consumer?.disconnect().catch(() => {});
  }

  private async join(): Promise<void> {
    const { kafka, prefix, partitions, sessionMillis = 15_000 } = this.options;
    const topics = FACT_TOPICS.map((topic) => prefix + topic);
    const consumer = kafka.consumer({
      groupId: `${prefix}hesabu-workers`,
      partitionAssigners: [copartitioned(topics, partitions, () => this.partitions)],
      sessionTimeout: sessionMillis,
      heartbeatInterval: Math.min(1_000, sessionMillis / 5),
      rebalanceTimeout: Math.max(10_000, sessionMillis),
      maxWaitTimeInMs: 50,
      maxBytes: FETCH_BYTES,
      maxBytesPerPartition: PARTITION_BYTES,
      metadataMaxAge: 30_000,
    });
    this.consumer = consumer;
    consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
      this.assign(payload.memberAssignment[topics[0]!] ?? []);
    });
    consumer.on(consumer.events.CRASH, ({ payload }) => {
      if (payload.restart || this.stopping || this.halted || consumer !== this.consumer) return;
      this.options.logger.warn({ err: payload.error }, 'the consumer ended; it begins again');
      setTimeout(() => this.rejoin(consumer), RESTART_MILLIS);
    });
    await consumer.connect();
    await consumer.subscribe({ topics, fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      partitionsConsumedConcurrently: 4,
      eachBatch: (payload) => this.feed(payload),
    });
  }

  private async rejoin(before: Consumer): Promise<void> {
    if (this.stopping || this.halted) return;
    await before.disconnect().catch(() => {});
    try {
      await this.join();
    } catch (error) {
      this.options.logger.warn({ err: error }, 'the group could not be joined; it is tried again');
      setTimeout(() => this.rejoin(this.consumer!), RESTART_MILLIS);
    }
  }

  /** What this worker has from now on. Nothing is fetched before this returns. */
  private assign(assigned: readonly number[]): void {
    const { logger } = this.options;
    if (this.stopping || this.halted) return;
    logger.info({ partitions: assigned }, 'partitions were assigned');
    this.options.meter.set('hesabu_worker_partitions', {}, assigned.length);
    for (const [partition, owner] of this.owners) {
      if (assigned.includes(partition)) continue;
      this.owners.delete(partition);
      void owner.end();
    }
    for (const partition of assigned) {
      if (!this.owners.has(partition)) this.owners.set(partition, this.own(partition));
      this.point(partition);
    }
  }

  private own(partition: number): TaskOwner {
    const owner: TaskOwner = new TaskOwner(partition, {
      ...this.options,
      checkHeld: (topic, offset) => this.watch.checkHeld(topic, partition, offset),
      onReady: () => this.point(partition),
      onTaken: () => this.relieve(partition),
      onHalt: (error) => this.halt(error),
    });
    owner.start();
    return owner;
  }

  /** Has the consumer read on where the task stands; a task that has no state yet is fed nothing. */
  private point(partition: number): void {
    const { consumer } = this;
    const owner = this.owners.get(partition);
    if (owner === undefined || consumer === undefined) return;
    for (const topic of FACT_TOPICS) {
      const name = this.options.prefix + topic;
      const next = owner.nextOf(topic);
      if (next === undefined) consumer.pause([{ topic: name, partitions: [partition] }]);
      else {
        consumer.seek({ topic: name, partition, offset: String(next) });
        consumer.resume([{ topic: name, partitions: [partition] }]);
      }
    }
  }

  private async feed({ batch, heartbeat, pause }: EachBatchPayload): Promise<void> {
    const { partition } = batch;
    const topic = batch.topic.slice(this.options.prefix.length) as FactTopic;
    const owner = this.owners.get(partition);
    if (owner === undefined) return;
    owner.take(topic, batch.messages, BigInt(batch.lastOffset()) + 1n, BigInt(batch.highWatermark));
    if (owner.bufferedBytes > BUFFER_BYTES_MAX) {
      owner.isFull = true;
      pause();
    }
    await heartbeat();
  }

  /** Feeds a task again that had too much. */
  private relieve(partition: number): void {
    const owner = this.owners.get(partition);
    if (owner === undefined || !owner.isFull || owner.bufferedBytes > BUFFER_BYTES_MAX / 2) return;
    owner.isFull = false;
    this.consumer?.resume(
      FACT_TOPICS.map((topic) => ({ topic: this.options.prefix + topic, partitions: [partition] })),
    );
  }

  /** Now and then: whether the topics are what they were, and which rules are in force; and tells how far we are. */
  private async look(): Promise<void> {
    const { rules, logger } = this.options;
    try {
      this.showLag(await this.watch.check(this.positions()));
      await rules.refresh();
      await this.tellPositions();
    } catch (error) {
      if (error instanceof HesabuError && isHalt(error)) this.halt(error);
      else logger.debug({ err: error }, 'the cluster could not be asked');
    }
  }

  private showLag(lag: ReadonlyMap<FactTopic, bigint>): void {
    for (const topic of FACT_TOPICS) {
      this.options.meter.set('hesabu_worker_lag_facts', { topic }, Number(lag.get(topic) ?? 0n));
    }
  }

  private positions(): ReadPosition[] {
    return [...this.owners.values()].flatMap((owner) =>
      FACT_TOPICS.flatMap((topic) => {
        const offset = owner.nextOf(topic);
        return offset === undefined ? [] : [{ topic, partition: owner.partition, offset, known: owner.knownTo(topic) }];
      }),
    );
  }

  /** For whoever watches the lag: where to read on, the ledger alone says. */
  private async tellPositions(): Promise<void> {
    const told = [...this.owners.values()].flatMap(({ partition, positions }) =>
      [...positions].map(([topic, offset]) => ({
        topic: this.options.prefix + topic,
        partition,
        offset: String(offset),
      })),
    );
    if (told.length > 0) await this.consumer?.commitOffsets(told);
  }

  private halt(error: HesabuError): void {
    if (this.halted || this.stopping) return;
    this.halted = true;
    this.options.onHalt(error);
  }
}
