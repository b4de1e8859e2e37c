// A worker: one of many processes that share the partitions of a ledger on Kafka. It joins the consumer group, takes
// over its assigned tasks, feeds them records, and gives them up when others join.

import type { HesabuError } from '../../domain/errors.ts';
import { TASK_TOPICS, type TaskTopic } from '../../domain/fact.ts';
import { EPOCHS_TOPIC } from '../../ledger/epoch.ts';
import { recordsOf } from '../client/fetched-records.ts';
import type { Consumer, EachBatchPayload } from '../client/kafkajs.ts';
import { within } from '../client/time-limit.ts';
import { requestedOffset } from '../client/topic-reader.ts';
import { checkSubjects } from '../topics/registry.ts';
import { copartitioned } from './assigner.ts';
import { StepTurns } from './step-turns.ts';
import { haltBy, TaskSupervisor } from './task-supervisor.ts';
import { TopicMonitor } from './topic-monitor.ts';
import type { WorkerOptions } from './worker-options.ts';

/** All topics advance evenly: if one were fetched far ahead, each of a key's facts would make an entry of its own. */
const FETCH_BYTES = 32 * 1024 * 1024;
const PARTITION_BYTES = 256 * 1024;
/** A task that buffers its part of this many bytes of facts is paused until it has fewer than half of that. */
const BUFFER_BYTES_MAX = 96 * 1024 * 1024;
/** Of a worker with few tasks, or many: the largest block twice, and some fetches of all topics. */
const TASK_BUFFER_BYTES = { min: 4 * 1024 * 1024, max: 40 * 1024 * 1024 };
const CHECK_MILLIS = 5_000;
const RESTART_MILLIS = 1_000;

export class Worker {
  private readonly options: WorkerOptions;
  private readonly supervisors = new Map<number, TaskSupervisor>();
  private readonly monitor: TopicMonitor;
  private readonly turns = new StepTurns();
  private consumer: Consumer | undefined;
  private stopping = false;
  private halted = false;
  private readonly checking = new Set<'cluster' | 'schemas'>();
  private timer: NodeJS.Timeout | undefined;

  constructor(options: WorkerOptions) {
    this.options = options;
    this.monitor = new TopicMonitor(options);
  }

  get partitions(): readonly number[] {
    return [...this.supervisors.keys()].sort((a, b) => a - b);
  }

  /** What prevents tasks from continuing. */
  get stuck(): readonly string[] {
    return [...this.supervisors.values()].flatMap(({ stuck }) => stuck ?? []);
  }

  /** The cluster was just reachable: if the group cannot be joined now, joining is retried. */
  async start(): Promise<void> {
    await this.join().catch((error) => this.retryJoin(error));
    const { settings, schemas } = this.options;
    this.timer = setInterval(() => {
      void this.check('cluster', () => this.checkCluster());
      // Apart: a registry that is away keeps nothing else waiting.
      void this.check('schemas', () => checkSubjects(settings, schemas));
    }, CHECK_MILLIS);
  }

  /** Leaves the group: others take the partitions at once. Work in progress is finished first. */
  async stop(): Promise<void> {
    this.stopping = true;
    clearInterval(this.timer);
    await Promise.all([...this.supervisors.values()].map((supervisor) => supervisor.end(true)));
    await within(this.consumer?.disconnect());
  }

  private async join(): Promise<void> {
    const { kafka, prefix, partitions, sessionMillis = 15_000 } = this.options;
    const topics = TASK_TOPICS.map((topic) => prefix + topic);
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
      // A consumer that crashed ends: this worker joins again with another.
      retry: { retries: 10, initialRetryTime: 50, maxRetryTime: 2_000, restartOnFailure: async () => false },
    });
    this.consumer = consumer;
    consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
      this.assign(payload.memberAssignment[topics[0]!] ?? []);
    });
    consumer.on(consumer.events.CRASH, ({ payload }) => {
      if (this.stopping || this.halted || consumer !== this.consumer) return;
      const halt = haltBy(payload.error);
      if (halt !== undefined) return this.halt(halt);
      this.options.logger.warn({ err: payload.error }, 'the consumer ended and restarts');
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
    await within(before.disconnect());
    await this.options.kafka.presence.back();
    if (this.stopping) return;
    try {
      await this.join();
    } catch (error) {
      this.retryJoin(error);
    }
  }

  private retryJoin(error: unknown): void {
    const halt = haltBy(error);
    if (halt !== undefined) return this.halt(halt);
    this.options.logger.warn({ err: error }, 'the group could not be joined and is retried');
    setTimeout(() => this.rejoin(this.consumer!), RESTART_MILLIS);
  }

  /** The present partitions of this worker. Nothing is fetched before this returns. */
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
      if (!this.supervisors.has(partition)) this.supervisors.set(partition, this.makeSupervisor(partition));
      this.seekTo(partition);
    }
  }

  private makeSupervisor(partition: number): TaskSupervisor {
    const supervisor: TaskSupervisor = new TaskSupervisor(partition, {
      ...this.options,
      turns: this.turns,
      bufferBytesMax: () => this.bufferBytesMax,
      checkHeld: (positions) => this.monitor.check(positions),
      onReady: () => this.seekTo(partition),
      onTaken: () => this.resumeIfDrained(partition),
      onHalt: (error) => this.halt(error),
    });
    supervisor.start();
    return supervisor;
  }

  /** Makes the consumer continue at the task's position; a task without a state is not fed. */
  private seekTo(partition: number): void {
    const supervisor = this.supervisors.get(partition);
    if (supervisor === undefined) return;
    supervisor.paused.clear();
    this.withConsumer((consumer) => {
      for (const topic of TASK_TOPICS) {
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
    supervisor.take(topic, { records: recordsOf(batch), requested: requestedOffset(batch), after, end });
    if (supervisor.bufferedBytes > this.bufferBytesMax && !supervisor.needs(topic)) {
      supervisor.paused.add(topic);
      this.withConsumer((consumer) => consumer.pause([this.place(topic, partition)]));
    }
    await heartbeat();
  }

  /** Of each task. */
  private get bufferBytesMax(): number {
    const share = Math.floor(BUFFER_BYTES_MAX / Math.max(this.supervisors.size, 1));
    return Math.min(Math.max(share, TASK_BUFFER_BYTES.min), TASK_BUFFER_BYTES.max);
  }

  /** Resumes a task that had too much of a topic. */
  private resumeIfDrained(partition: number): void {
    const supervisor = this.supervisors.get(partition);
    if (supervisor === undefined) return;
    for (const topic of supervisor.paused) {
      if (supervisor.bufferedBytes > this.bufferBytesMax / 2 && !supervisor.needs(topic)) continue;
      supervisor.paused.delete(topic);
      this.withConsumer((consumer) => consumer.resume([this.place(topic, partition)]));
    }
  }

  /** A consumer that restarts accepts no calls; it gets its positions after it has joined again. */
  private withConsumer(call: (consumer: Consumer) => void): void {
    try {
      if (this.consumer !== undefined) call(this.consumer);
    } catch (error) {
      this.options.logger.debug({ err: error }, 'the consumer is not available at the moment');
    }
  }

  private place(topic: TaskTopic, partition: number) {
    return { topic: this.options.prefix + topic, partition, partitions: [partition] };
  }

  private factTopic(name: string): TaskTopic {
    return name.slice(this.options.prefix.length) as TaskTopic;
  }

  /** One after another of each; a fault in what is checked ends the worker. */
  private async check(what: 'cluster' | 'schemas', work: () => Promise<void>): Promise<void> {
    if (this.checking.has(what)) return;
    this.checking.add(what);
    try {
      await work();
    } catch (error) {
      const halt = haltBy(error);
      if (halt !== undefined) this.halt(halt);
      else this.options.logger.debug({ err: error }, `the ${what} could not be checked`);
    } finally {
      this.checking.delete(what);
    }
  }

  /** The topics, the rules and the epochs, and how far they are read. */
  private async checkCluster(): Promise<void> {
    const { rules, epochs } = this.options;
    this.showLag(await this.monitor.check([...this.supervisors.values()].flatMap(({ held }) => held)));
    await rules.refresh();
    await epochs.refresh();
    await this.commitPositions();
  }

  private showLag(lag: ReadonlyMap<TaskTopic, bigint>): void {
    for (const topic of TASK_TOPICS) {
      this.options.meter.set('hesabu_worker_lag_facts', { topic }, Number(lag.get(topic) ?? 0n));
    }
  }

  /** For monitoring the lag only: the ledger alone decides where to continue. */
  private async commitPositions(): Promise<void> {
    const offsets = [...this.supervisors.values()].flatMap(({ partition, positions }) =>
      [...positions]
        // The group reads facts only.
        .filter(([topic]) => topic !== EPOCHS_TOPIC)
        .map(([topic, offset]) => ({ topic: this.options.prefix + topic, partition, offset: String(offset) })),
    );
    if (offsets.length > 0) await this.consumer?.commitOffsets(offsets);
  }

  private halt(error: HesabuError): void {
    if (this.halted || this.stopping) return;
    this.halted = true;
    this.options.onHalt(error);
  }
}
