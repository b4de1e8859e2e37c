// Owns one partition's task for as long as the worker is assigned it: takes it over, runs it, and after any fault of
// the cluster begins again from what the ledger says. Faults of what the topics hold end the worker instead.

import { setTimeout as sleep } from 'node:timers/promises';
import type { KafkaMessage } from 'kafkajs';
import { HesabuError } from '../../domain/errors.ts';
import type { FactTopic } from '../../domain/fact.ts';
import { restoreTask } from './restoring.ts';
import type { TaskSnapshots } from './snapshot-keeper.ts';
import { type MadeBlock, TaskRunner } from './task-runner.ts';
import { TaskWriter } from './task-writer.ts';
import type { WorkerOptions } from './worker.ts';

export interface TaskOwnerOptions extends Omit<WorkerOptions, 'onHalt'> {
  readonly checkHeld: (topic: FactTopic, offset: bigint) => Promise<void>;
  /** The task stands somewhere: `nextOf` says where it is to be fed from. */
  readonly onReady: () => void;
  readonly onTaken: () => void;
  readonly onHalt: (error: HesabuError) => void;
}

/** After a fault, so that whoever fenced us has its turn, and a broker that is away is not asked all the time. */
const RESTART_MILLIS = 1_000;

export class TaskOwner {
  readonly partition: number;
  /** Whether the worker has stopped feeding it. */
  isFull = false;
  private readonly options: TaskOwnerOptions;
  private runner: TaskRunner | undefined;
  private readonly ending = new AbortController();
  private running: Promise<void> = Promise.resolve();

  constructor(partition: number, options: TaskOwnerOptions) {
    this.partition = partition;
    this.options = options;
  }

  start(): void {
    this.running = this.run();
  }

  /** Where a topic is to be read on; undefined while the task has no state. */
  nextOf(topic: FactTopic): bigint | undefined {
    return this.runner?.nextOf(topic);
  }

  /** To where the ledger has read a topic. */
  knownTo(topic: FactTopic): bigint {
    return this.runner?.knownTo(topic) ?? 0n;
  }

  get bufferedBytes(): number {
    return this.runner?.bufferedBytes ?? 0;
  }

  get positions(): ReadonlyMap<string, bigint> {
    return this.runner?.positions ?? new Map();
  }

  take(topic: FactTopic, messages: readonly KafkaMessage[], next: bigint, end: bigint): void {
    this.runner?.take(topic, messages, next, end);
  }

  async end(): Promise<void> {
    this.ending.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    const { logger } = this.options;
    const { signal } = this.ending;
    while (!signal.aborted) {
      const writer = new TaskWriter({ ...this.options, partition: this.partition });
      try {
        await this.runOnce(writer);
      } catch (error) {
        if (error instanceof HesabuError && isHalt(error)) {
          this.options.onHalt(error);
          break;
        }
        if (signal.aborted) break;
        const { message } = error as Error;
        logger.warn({ partition: this.partition, fault: message }, 'the task begins again from the ledger');
      } finally {
        this.runner = undefined;
        this.options.onReady();
        await writer.close();
      }
      await sleep(RESTART_MILLIS, undefined, { signal }).catch(() => {});
    }
  }

  /** From the takeover to the fault, or to the end. */
  private async runOnce(writer: TaskWriter): Promise<void> {
    const { kafka, prefix, snapshots, schemas, partitions, rules, now, logger, onTaken, checkHeld } = this.options;
    const { partition } = this;
    const { signal } = this.ending;
    const takeover = await writer.takeOver();
    await rules.refresh();
    const restored = await restoreTask(partition, takeover, { kafka, prefix, snapshots: snapshots.local });
    if (signal.aborted) return;
    const faulted = Promise.withResolvers<void>();
    const runner = new TaskRunner(restored, {
      ...{ schemas, partitions, now, onTaken, checkHeld },
      rulesByHash: (hash) => rules.byHash(hash),
      rules: () => rules.inForce,
      commit: (made) => this.commit(writer, made, snapshotting),
      onLive: () => logger.info({ partition }, 'the task is live'),
      onFault: faulted.reject,
    });
    const snapshotting = snapshots.begin(restored);
    this.runner = runner;
    logger.info(
      { partition, height: restored.task.head.height, behind: restored.blocks.length },
      'the task was restored',
    );
    this.options.onReady();
    signal.addEventListener('abort', () => faulted.resolve(), { once: true });
    try {
      await faulted.promise;
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
    for (const { topic, from, to } of header.inputs) meter.add('hesabu_facts_total', { topic }, Number(to - from));
    for (const { reason } of letters) meter.add('hesabu_dead_letters_total', { reason });
  }

  private async commit(writer: TaskWriter, made: MadeBlock, snapshotting: TaskSnapshots) {
    const state = snapshotting.capture(made);
    const began = performance.now();
    const offset = await writer.commit({ ...made, snapshotHead: snapshotting.takeHead() });
    this.count(made, (performance.now() - began) / 1000);
    if (state !== undefined) snapshotting.keep(made.block, state, offset);
  }
}

/** Whether it is what the topics hold, or a setting: no new start mends that. */
export function isHalt({ code }: HesabuError): boolean {
  return code !== 'HESABU_KAFKA_UNREACHABLE' && code !== 'HESABU_REGISTRY_UNREACHABLE';
}
