// A worker: one of many processes that share the partitions of a ledger on Kafka. It joins the group, takes over the
// tasks that it is given, feeds them what comes, and lets them go when others join.

import type { HesabuError } from '../../domain/errors.ts';
import { FACT_TOPICS, type FactTopic } from '../../domain/fact.ts';
import type { Consumer, EachBatchPayload } from '../client/kafkajs.ts';
import { askedOffset } from '../client/topic-reader.ts';
import { checkSubjects } from '../topics/registry.ts';
import { copartitioned } from './assigner.ts';
import { haltBy, TaskSupervisor } from './task-supervisor.ts';
import { TopicWatch } from './topic-watch.ts';
import type { WorkerOptions } from './worker-options.ts';

/** All topics come forward alike: were one fetched far ahead, each of a key's facts would make an entry of its own. */
const FETCH_BYTES = 32 * 1024 * 1024;
const PARTITION_BYTES = 256 * 1024;
/** A task that holds as many bytes of facts is fed no more until it has fewer than half. */
const BUFFER_BYTES_MAX = 40 * 1024 * 1024;
const WATCH_MILLIS = 5_000;
const RESTART_MILLIS = 1_000;

export class Worker {
  private readonly options: WorkerOptions;
  private readonly supervisors = new Map<number, TaskSupervisor>();
  private readonly watch: TopicWatch;
  private consumer: Consumer | undefined;
  private stopping = false;
  private halted = false;
  private looking = false;
  private timer: NodeJS.Timeout | undefined;

  constructor(options: WorkerOptions) {
    this.options = options;
    this.watch = new TopicWatch(options);
  }

  get partitions(): readonly number[] {
    return [...this.supervisors.keys()].sort((a, b) => a - b);
  }

  /** What keeps tasks from going on. */
  get stuck(): readonly string[] {
    return [...this.supervisors.values()].flatMap(({ stuck }) => stuck ?? []);
  }

  /** The cluster was there a moment ago: a group that cannot be joined now is joined when it can. */
  async start(): Promise<void> {
    await this.join().catch((error) => this.tryAgain(error));
    this.timer = setInterval(() => this.look(), WATCH_MILLIS);
  }

  /** Leaves the group: others take the partitions at once. What was under way is finished first. */
  async stop(): Promise<void> {
    this.stopping = true;
    clearInterval(this.timer);
    await Promise.all([...this.supervisors.values()].map((supervisor) => supervisor.end()));
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
      retry: { retries: 10, initialRetryTime: 50, maxRetryTime: 2_000 },
    });
    this.consumer = consumer;
    consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
      this.assign(payload.memberAssignment[topics[0]!] ?? []);
    });
    // What has nothing for readers, such as the end of a transaction, comes as no batch.
    consumer.on(consumer.events.START_BATCH_PROCESS, ({ payload: { topic, partition, batchSize, ...batch } }) => {
      if (batchSize > 0 || batch.firstOffset === null) return;
      const after = BigInt(batch.lastOffset) + 1n;
      this.supervisors.get(partition)?.pass(this.factTopic(topic), BigInt(batch.firstOffset), after);
    });
    consumer.on(consumer.events.CRASH, ({ payload }) => {
      if (payload.restart || this.stopping || this.halted || consumer !== this.consumer) return;
      const halt = haltBy(payload.error);
      if (halt !== undefined) return this.halt(halt);
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
      this.tryAgain(error);
    }
  }

  private tryAgain(error: unknown): void {
    const halt = haltBy(error);
    if (halt !== undefined) return this.halt(halt);
    this.options.logger.warn({ err: error }, 'the group could not be joined; it is tried again');
    setTimeout(() => this.rejoin(this.consumer!), RESTART_MILLIS);
  }

  /** What this worker has from now on. Nothing is fetched before this returns. */
  private assign(assigned: readonly number[]): void {
    const { logger } = this.options;
    if (this.stopping || this.halted) return;
    logger.info({ partitions: assigned }, 'partitions were assigned');
    this.options.meter.set('hesabu_worker_partitions', {}, assigned.length);
    for (const [partition, supervisor] of this.supervisors) {
      if (assigned.includes(partition)) continue;
      this.supervisors.delete(partition);
      void supervisor.end();
    }
    for (const partition of assigned) {
      if (!this.supervisors.has(partition)) this.supervisors.set(partition, this.own(partition));
      this.point(partition);
    }
  }

  private own(partition: number): TaskSupervisor {
    const supervisor: TaskSupervisor = new TaskSupervisor(partition, {
      ...this.options,
      checkHeld: (positions) => this.watch.check(positions),
      onReady: () => this.point(partition),
      onTaken: () => this.relieve(partition),
      onHalt: (error) => this.halt(error),
    });
    supervisor.start();
    return supervisor;
  }

  /** Has the consumer read on where the task stands; a task that has no state yet is fed nothing. */
  private point(partition: number): void {
    const supervisor = this.supervisors.get(partition);
    if (supervisor === undefined) return;
    supervisor.paused.clear();
    this.steer((consumer) => {
      for (const topic of FACT_TOPICS) {
        const place = this.place(topic, partition);
        const next = supervisor.beginAt(topic);
        if (next === undefined) consumer.pause([place]);
        else {
          consumer.seek({ topic: place.topic, partition, offset: String(next) });
          consumer.resume([place]);
        }
      }
    });
  }

  private async feed({ batch, isStale, heartbeat }: EachBatchPayload): Promise<void> {
    const { partition } = batch;
    const topic = this.factTopic(batch.topic);
    const supervisor = this.supervisors.get(partition);
    if (supervisor === undefined || isStale()) return;
    const after = BigInt(batch.lastOffset()) + 1n;
    const end = BigInt(batch.highWatermark);
    supervisor.take(topic, { messages: batch.messages, asked: askedOffset(batch), after, end });
    if (supervisor.bufferedBytes > BUFFER_BYTES_MAX && !supervisor.needs(topic)) {
      supervisor.paused.add(topic);
      this.steer((consumer) => consumer.pause([this.place(topic, partition)]));
    }
    await heartbeat();
  }

  /** Feeds a task again that had too much of a topic. */
  private relieve(partition: number): void {
    const supervisor = this.supervisors.get(partition);
    if (supervisor === undefined) return;
    for (const topic of supervisor.paused) {
      if (supervisor.bufferedBytes > BUFFER_BYTES_MAX / 2 && !supervisor.needs(topic)) continue;
      supervisor.paused.delete(topic);
      this.steer((consumer) => consumer.resume([this.place(topic, partition)]));
    }
  }

  /** A consumer that is between two starts takes no orders; it is told where to read when it has joined again. */
  private steer(order: (consumer: Consumer) => void): void {
    try {
      if (this.consumer !== undefined) order(this.consumer);
    } catch (error) {
      this.options.logger.debug({ err: error }, 'the consumer is not there at the moment');
    }
  }

  private place(topic: FactTopic, partition: number) {
    return { topic: this.options.prefix + topic, partition, partitions: [partition] };
  }

  private factTopic(name: string): FactTopic {
    return name.slice(this.options.prefix.length) as FactTopic;
  }

  /** Now and then: whether the topics are what they were, and which rules are in force; and tells how far we are. */
  private async look(): Promise<void> {
    const { rules, logger, settings, schemas } = this.options;
    if (this.looking) return;
    this.looking = true;
    try {
      this.showLag(await this.watch.check([...this.supervisors.values()].flatMap(({ held }) => held)));
      await rules.refresh();
      await this.tellPositions();
      await checkSubjects(settings, schemas);
    } catch (error) {
      const halt = haltBy(error);
      if (halt !== undefined) this.halt(halt);
      else logger.debug({ err: error }, 'the cluster could not be asked');
    } finally {
      this.looking = false;
    }
  }

  private showLag(lag: ReadonlyMap<FactTopic, bigint>): void {
    for (const topic of FACT_TOPICS) {
      this.options.meter.set('hesabu_worker_lag_facts', { topic }, Number(lag.get(topic) ?? 0n));
    }
  }

  /** For whoever watches the lag: where to read on, the ledger alone says. */
  private async tellPositions(): Promise<void> {
    const told = [...this.supervisors.values()].flatMap(({ partition, positions }) =>
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
