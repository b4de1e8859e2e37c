// Owns the task of one partition while the worker is assigned to it: takes it over, runs it, and after a fault of the
// cluster restarts it from the ledger. Faults in the contents of the topics end the worker instead.

import { setTimeout as sleep } from 'node:timers/promises';
import { HesabuError } from '../../domain/errors.ts';
import { TASK_TOPICS, type TaskTopic } from '../../domain/fact.ts';
import { formatInstant } from '../../domain/time.ts';
import { beginsEpoch, EPOCHS_TOPIC } from '../../ledger/epoch.ts';
import type { ReconciliationTask } from '../../task/task.ts';
import { deniedBy, isAway } from '../client/cluster-errors.ts';
import type { Message } from '../client/kafkajs.ts';
import { within } from '../client/time-limit.ts';
import type { FetchedRecords } from './record-decoder.ts';
import type { TaskSnapshots } from './snapshot-writer.ts';
import { restoreTask } from './state-restore.ts';
import { TaskProducer } from './task-producer.ts';
import { type MadeBlock, TaskRunner, type TaskRunnerOptions } from './task-runner.ts';
import type { ReadPosition } from './topic-monitor.ts';
import type { WorkerOptions } from './worker-options.ts';

export interface TaskSupervisorOptions
  extends Omit<WorkerOptions, 'onHalt'>,
    Pick<TaskRunnerOptions, 'turns' | 'bufferBytesMax'> {
  /** Checks these positions in the topics; returns the lag per topic. Throws HESABU_TOPIC_TRUNCATED and the like. */
  readonly checkHeld: (positions: readonly ReadPosition[]) => Promise<ReadonlyMap<TaskTopic, bigint>>;
  /** The task has a state: `nextOf` returns where to feed it from. */
  readonly onReady: () => void;
  readonly onTaken: () => void;
  readonly onHalt: (error: HesabuError) => void;
}

/** After this many restarts without a block, the fault is not transient. */
const STUCK_RESTARTS = 5;
/** The wait after a fault: an owner that fenced us can proceed, and an absent broker is not called constantly. */
const RESTART_MILLIS = 1_000;
/** After this time a worker that leaves begins no more snapshots: its partitions wait for the next owner. */
const SAVE_MILLIS_MAX = 4_000;
/** How often a task looks whether its state may be captured. */
const ROOM_MILLIS = 20;

export class TaskSupervisor {
  readonly partition: number;
  /** The topics that the worker has paused for this task. */
  readonly paused = new Set<TaskTopic>();
  private readonly options: TaskSupervisorOptions;
  private runner: TaskRunner | undefined;
  private readonly ending = new AbortController();
  private running: Promise<void> = Promise.resolve();
  /** Since the last block. */
  private restarts = 0;
  private fault = '';
  /** Of the last block in ledger.v1. */
  private offset = -1n;
  /** As of `performance.now()`; 0 where nothing is to be saved at the end. */
  private saveUntil = 0;

  constructor(partition: number, options: TaskSupervisorOptions) {
    this.partition = partition;
    this.options = options;
  }

  start(): void {
    this.running = this.run();
  }

  /** Where to continue reading a topic; undefined while the task has no state. */
  nextOf(topic: TaskTopic): bigint | undefined {
    return this.runner?.nextOf(topic);
  }

  /** The same, when the consumer is about to seek to it. */
  beginAt(topic: TaskTopic): bigint | undefined {
    return this.runner?.beginAt(topic);
  }

  /** What prevents the task from continuing, after several restarts; undefined if nothing does. */
  get stuck(): string | undefined {
    return this.restarts < STUCK_RESTARTS ? undefined : `partition ${this.partition}: ${this.fault}`;
  }

  /** The positions that must exist in the topics while the task runs; none while it has no state. */
  get held(): ReadPosition[] {
    const { runner, partition } = this;
    return runner === undefined ? [] : heldBy(runner, partition, this.offset);
  }

  needs(topic: TaskTopic): boolean {
    return this.runner?.needs(topic) ?? false;
  }

  get bufferedBytes(): number {
    return this.runner?.bufferedBytes ?? 0;
  }

  get positions(): ReadonlyMap<string, bigint> {
    return this.runner?.positions ?? new Map();
  }

  take(topic: TaskTopic, records: FetchedRecords): void {
    this.runner?.take(topic, records);
  }

  /** A worker that leaves saves its tasks' states: who takes them over need not execute the last blocks again. */
  async end(isLeaving = false): Promise<void> {
    if (isLeaving) this.saveUntil = performance.now() + SAVE_MILLIS_MAX;
    this.ending.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    const { logger } = this.options;
    const { signal } = this.ending;
    while (!signal.aborted) {
      const writer = new TaskProducer({ ...this.options, partition: this.partition });
      try {
        await this.runOnce(writer);
      } catch (error) {
        const halt = haltBy(error);
        if (halt !== undefined) {
          this.options.onHalt(halt);
          break;
        }
        if (signal.aborted) break;
        this.fault = (error as Error).message;
        this.restarts++;
        logger.warn({ partition: this.partition, fault: this.fault }, 'the task restarts from the ledger');
      } finally {
        this.runner = undefined;
        this.options.onReady();
        await within(writer.close());
      }
      await this.options.kafka.presence.back(signal);
      await sleep(RESTART_MILLIS, undefined, { signal }).catch(() => {});
    }
  }

  /** From the takeover to the fault, or to the end. */
  private async runOnce(writer: TaskProducer): Promise<void> {
    const { kafka, prefix, snapshots, rules, logger, epochs, checkHeld } = this.options;
    const { partition } = this;
    const { signal } = this.ending;
    const takeover = await kafka.presence.during(() => writer.takeOver());
    // What the ledger's blocks read was written before them.
    await Promise.all([rules.refresh(), epochs.refresh()]);
    const { local, factsMin } = snapshots;
    const restored = await restoreTask(partition, takeover, { kafka, prefix, snapshots: local, factsMin });
    if (signal.aborted) return;
    this.offset = restored.offset;
    const faulted = Promise.withResolvers<void>();
    const runner = new TaskRunner(restored, {
      ...this.options,
      rulesByHash: (hash) => rules.byHash(hash),
      rules: () => rules.inForce,
      epochs: epochs.log,
      commit: (made) => this.commit(writer, made, snapshotting),
      rest: (task) => this.rest(writer, task, snapshotting),
      onLive: () => logger.info({ partition }, 'the task is live'),
      onFault: faulted.reject,
    });
    const snapshotting = snapshots.begin(restored);
    try {
      runner.begin(await checkHeld(heldBy(runner, partition, this.offset)));
    } catch (error) {
      await runner.end();
      throw error;
    }
    this.runner = runner;
    logger.info(
      { partition, height: restored.task.head.height, behind: restored.blocks.length },
      'the task was restored',
    );
    this.options.onReady();
    signal.addEventListener('abort', () => faulted.resolve(), { once: true });
    try {
      await faulted.promise;
      await runner.end();
      if (runner.isLive) await this.save(writer, restored.task, snapshotting);
    } finally {
      await runner.end();
      await snapshotting.end();
    }
  }

  private count({ block: { header }, letters }: MadeBlock, seconds: number): void {
    const { meter } = this.options;
    meter.add('hesabu_blocks_total');
    meter.observe('hesabu_block_seconds', {}, seconds);
    meter.add('hesabu_entries_total', {}, header.entry_count);
    for (const { topic, from, to } of beginsEpoch(header.inputs) ? [] : header.inputs) {
      meter.add('hesabu_facts_total', { topic }, Number(to - from));
    }
    for (const { reason } of letters) meter.add('hesabu_dead_letters_total', { reason });
  }

  private async commit(writer: TaskProducer, made: MadeBlock, snapshotting: TaskSnapshots) {
    const state = snapshotting.capture(made);
    try {
      await this.write(writer, made, snapshotting.takeHead());
    } catch (error) {
      if (state !== undefined) snapshotting.drop(state);
      throw error;
    }
    if (state !== undefined) snapshotting.keep(made.block, state, this.offset);
  }

  /** A task that waits for facts writes the snapshot that it had no time for, and names one that is written. */
  private async rest(writer: TaskProducer, task: ReconciliationTask, snapshotting: TaskSnapshots): Promise<void> {
    await nameWritten(writer, snapshotting);
    const state = snapshotting.captureAtRest(task);
    if (state !== undefined) snapshotting.keep(task, state, this.offset);
  }

  private async save(writer: TaskProducer, task: ReconciliationTask, snapshotting: TaskSnapshots): Promise<void> {
    while (snapshotting.isDueAtRest(task) && performance.now() < this.saveUntil) {
      await this.rest(writer, task, snapshotting);
      await sleep(ROOM_MILLIS);
    }
    await snapshotting.end();
    if (this.saveUntil > 0) await nameWritten(writer, snapshotting);
  }

  private async write(writer: TaskProducer, made: MadeBlock, snapshotHead: Message | undefined): Promise<void> {
    const began = performance.now();
    const offset = await writer.commit({ ...made, snapshotHead });
    if (offset <= this.offset) {
      const where = `ledger.v1/${this.partition}`;
      const expected = `a block after offset ${this.offset}`;
      throw new HesabuError('HESABU_LEDGER_GONE', { where, expected, found: `the block at offset ${offset}` });
    }
    this.offset = offset;
    this.restarts = 0;
    this.count(made, (performance.now() - began) / 1000);
    if (beginsEpoch(made.block.header.inputs)) {
      const { partition, height, as_of } = made.block.header;
      this.options.logger.warn({ partition, height, as_of: formatInstant(as_of) }, 'the ledger was reopened');
    }
  }
}

async function nameWritten(writer: TaskProducer, snapshotting: TaskSnapshots): Promise<void> {
  const head = snapshotting.takeHead();
  if (head !== undefined) await writer.name(head);
}

function heldBy(runner: TaskRunner, partition: number, offset: bigint): ReadPosition[] {
  const read = ([...TASK_TOPICS, EPOCHS_TOPIC] as const).map((topic) => ({
    ...{ topic, partition, offset: runner.nextOf(topic), known: runner.knownTo(topic) },
  }));
  return [...read, { topic: 'ledger.v1', partition, offset: 0n, known: offset + 1n }];
}

/** Faults in the contents of topics, settings or rights: a restart does not help. Undefined for transient errors. */
export function haltBy(error: unknown): HesabuError | undefined {
  if (!(error instanceof HesabuError)) return deniedBy(error);
  return isAway(error) ? deniedBy(error) : error;
}
