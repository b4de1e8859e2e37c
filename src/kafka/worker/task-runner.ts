// The task of one partition while a worker has it: takes facts from the topics, makes blocks of them, and has them
// written. First it catches up with the blocks already in the ledger; each must have the same hash again.

import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import type { TaskTopic } from '../../domain/fact.ts';
import type { Instant } from '../../domain/time.ts';
import { EPOCHS_TOPIC } from '../../ledger/epoch.ts';
import type { Batch } from '../../log/event-log.ts';
import type { CompiledRules } from '../../matching/rules.ts';
import { waitingEpochs } from '../../task/epochs.ts';
import { type RulesByHash, rulesBefore } from '../../task/rules-store.ts';
import type { ReconciliationTask, TaskBlock } from '../../task/task.ts';
import type { ReadLog } from '../../task/task-group.ts';
import type { Trace } from '../records/cloud-event.ts';
import type { DeadLetter } from '../records/dead-letter.ts';
import type { SchemaIds } from '../topics/registry.ts';
import { CatchUp } from './catch-up.ts';
import { type FetchedRecords, placesAfter, RecordDecoder } from './record-decoder.ts';
import { type Fetched, RecordQueue, type TakeLimits, tracesIn } from './record-queue.ts';
import type { RestoredTask } from './state-restore.ts';
import type { StepTurns } from './step-turns.ts';
import { TaskTime } from './task-time.ts';

export interface TaskRunnerOptions {
  readonly schemas: SchemaIds;
  readonly partitions: number;
  readonly rulesByHash: RulesByHash;
  /** The rules in force now. */
  readonly rules: () => CompiledRules;
  /** epochs.v1 as far as it was read. */
  readonly epochs: ReadLog;
  readonly now: () => Instant;
  /** Deadlines pass so long after their time. */
  readonly settlingMillis: number;
  /** Shared with the worker's other tasks. */
  readonly turns: StepTurns;
  /** What the worker buffers for this task; a block takes no more. */
  readonly bufferBytesMax: () => number;
  /** Makes a block durable. Blocks come one after another. */
  readonly commit: (made: MadeBlock) => Promise<void>;
  /** Called between commits, where nothing came for a while. */
  readonly rest: (task: ReconciliationTask) => Promise<void>;
  /** Called once the task has caught up with its ledger. */
  readonly onLive: () => void;
  /** Called when facts go into blocks: there may be room for more. */
  readonly onTaken: () => void;
  /** Called once with the fault that ended the task; the owner decides what to do. */
  readonly onFault: (fault: Error) => void;
}

export interface MadeBlock {
  readonly task: ReconciliationTask;
  readonly block: TaskBlock;
  readonly letters: readonly DeadLetter[];
  /** By `topic/offset`, for the facts in the block. */
  readonly traces: ReadonlyMap<string, Trace>;
  /** Whether many facts are still to come. */
  readonly isBehind: boolean;
}

/**
 * The approximate limit of a block. The more of a key's facts come together, the fewer entries are written; but one
 * task's step keeps the others from writing, and the worker from its heartbeat.
 */
const BLOCK_MAX = { facts: 60_000, bytes: 20 * 1024 * 1024 };
/**
 * Facts wait this long for others: also after a commit, because the next transaction would be refused for some
 * milliseconds until its markers are written. Longer while many are to come: together they cost fewer entries.
 */
const LINGER_MILLIS = 10;
const BEHIND_LINGER_MILLIS = 6_000;
const BEHIND_FACTS = 2_000n;
/** How often deadlines are checked. */
const IDLE_MILLIS = 500;

export class TaskRunner {
  readonly partition: number;
  private readonly options: TaskRunnerOptions;
  private readonly task: ReconciliationTask;
  private readonly buffer = new RecordQueue();
  private readonly decoder: RecordDecoder;
  private readonly time: TaskTime;
  private readonly before: CatchUp;
  private readonly begun = Promise.withResolvers<void>();
  private ended = false;
  /** Whether the task has caught up with its ledger. */
  isLive = false;
  private wake: () => void = () => {};
  private readonly running: Promise<void>;

  constructor(restored: RestoredTask, options: TaskRunnerOptions) {
    const { task, read } = restored;
    const { partition, positions } = task.head;
    this.partition = partition;
    this.options = options;
    this.task = task;
    this.time = new TaskTime(options.now, options.settlingMillis);
    this.before = new CatchUp(restored, { ...options, buffer: this.buffer, nextOf: (topic) => this.nextOf(topic) });
    this.decoder = new RecordDecoder({ ...options, partition }, placesAfter(positions, read));
    this.running = this.run().catch((error) => this.fail(error));
  }

  /** The offset to continue reading a topic from. */
  nextOf(topic: TaskTopic | typeof EPOCHS_TOPIC): bigint {
    return topic === EPOCHS_TOPIC ? this.options.epochs.end(topic, this.partition) : this.decoder.nextOf(topic);
  }

  /** The same, when the consumer is about to seek to it. */
  beginAt(topic: TaskTopic): bigint {
    return this.decoder.beginAt(topic);
  }

  /** Begins with the number of offsets still to be read of each topic, which decides the time of the task. */
  begin(lag: ReadonlyMap<TaskTopic, bigint>): void {
    for (const [topic, offsets] of lag) this.decoder.expect(topic, offsets);
    this.begun.resolve();
  }

  /** The offset up to which the ledger has read a topic, including blocks after this task. */
  knownTo(topic: TaskTopic | typeof EPOCHS_TOPIC): bigint {
    return this.before.knownTo(topic);
  }

  /** Whether catching up waits for more of a topic; then it must be fed, however much of other topics is buffered. */
  needs(topic: TaskTopic): boolean {
    return this.before.needs(topic);
  }

  get bufferedBytes(): number {
    return this.buffer.bytes;
  }

  /** The positions of the ledger, for monitoring the lag. */
  get positions(): ReadonlyMap<string, bigint> {
    return this.task.head.positions;
  }

  take(topic: TaskTopic, records: FetchedRecords): void {
    if (this.ended) return;
    try {
      const fetched = this.decoder.take(topic, records);
      if (fetched === undefined) return;
      this.buffer.add(fetched);
      this.wake();
    } catch (error) {
      this.fail(error as Error);
    }
  }

  /** Takes nothing more. Resolves when the work in progress is done. */
  async end(): Promise<void> {
    this.ended = true;
    this.begun.resolve();
    this.wake();
    await this.running;
  }

  private async run(): Promise<void> {
    await this.begun.promise;
    while (!this.ended) {
      if (this.before.advance()) break;
      await this.news(IDLE_MILLIS);
    }
    if (!this.ended) this.becomeLive();
    let committing: Promise<void> = Promise.resolve();
    // A failed commit is reported when the next block awaits it.
    while (!this.ended) {
      if (this.isBusy) await this.gather();
      const turn = await this.options.turns.take(Math.min(this.buffer.bytes, this.blockMax.bytes));
      const block = this.stepIn(turn);
      if (block === undefined) {
        await committing;
        // What came while the commit was awaited has woken nobody.
        const isQuiet = this.buffer.facts === 0 && !(await this.news(IDLE_MILLIS));
        if (isQuiet && !this.isBusy && !this.ended) await this.options.rest(this.task);
        await this.linger();
        continue;
      }
      const next = this.commitAfter(committing, block).finally(turn);
      next.catch(() => {});
      this.options.onTaken();
      await committing;
      committing = next;
      if (!this.isBusy) {
        // What comes while a block is written goes into the next one, and not into the one after that.
        await committing;
        await this.linger();
      }
      // Lets other tasks run: a step occupies the thread as long as it lasts.
      await nextTurn();
    }
    await committing;
  }

  private becomeLive(): void {
    this.isLive = true;
    this.options.onLive();
  }

  /** Ends the turn, unless there is a block. */
  private stepIn(turn: () => void): MadeBlock | undefined {
    let block: MadeBlock | undefined;
    try {
      if (!this.ended) block = this.step();
      return block;
    } finally {
      if (block === undefined) turn();
    }
  }

  private async commitAfter(before: Promise<void>, block: MadeBlock): Promise<void> {
    await before;
    await this.options.commit(block);
  }

  private step(): MadeBlock | undefined {
    const { task, options } = this;
    // An epoch that was decided comes before all that is unread. Before its first block a ledger has none to begin.
    const [waiting] = task.head.height < 0 ? [] : waitingEpochs(options.epochs, task.head);
    if (waiting !== undefined) return this.make([waiting.batch], waiting.epoch.as_of, waiting.epoch.as_of, []);
    const taken = this.buffer.take(this.blockMax);
    const deadlinesTo = this.time.next(task.head, taken, (topic) => {
      const left = this.decoder.rangeLeft(topic);
      return { from: this.buffer.read(topic)[0]?.from ?? left.from, to: left.to };
    });
    if (taken.length === 0 && !task.hasDue(deadlinesTo, options.rules())) return undefined;
    const batches = taken.map(({ batch }) => batch);
    return this.make(batches, Math.max(task.head.as_of, deadlinesTo, options.now()), deadlinesTo, taken);
  }

  private make(batches: readonly Batch[], asOf: Instant, deadlinesTo: Instant, taken: readonly Fetched[]): MadeBlock {
    const { task, options } = this;
    const rules = options.rules();
    const before = rulesBefore(task.head, options.rulesByHash, rules);
    const block = task.step(batches, asOf, rules, { before, deadlinesTo });
    const letters = taken.flatMap((fetched) => fetched.letters);
    return { task, block, letters, traces: tracesIn(taken), isBehind: this.decoder.isBehind(BEHIND_FACTS) };
  }

  private get blockMax(): TakeLimits {
    return { facts: BLOCK_MAX.facts, bytes: Math.min(BLOCK_MAX.bytes, this.options.bufferBytesMax()) };
  }

  /** Whether many facts are to come, or are here: then a block is computed while the one before is written. */
  private get isBusy(): boolean {
    return this.decoder.isBehind(BEHIND_FACTS) || this.buffer.facts > BEHIND_FACTS;
  }

  private async linger(): Promise<void> {
    if (this.buffer.facts > 0 && !this.ended) await sleep(LINGER_MILLIS);
  }

  /** While many facts are to come, waits until a block is full. */
  private async gather(): Promise<void> {
    const began = performance.now();
    const { facts, bytes } = this.blockMax;
    const isFull = () => this.buffer.facts >= facts || this.buffer.bytes >= bytes;
    while (!this.ended && this.buffer.facts > 0 && !isFull() && this.decoder.isBehind(BEHIND_FACTS)) {
      const left = BEHIND_LINGER_MILLIS - (performance.now() - began);
      if (left <= 0) return;
      await this.news(left);
    }
  }

  /** Whether anything came within this time. */
  private news(most: number): Promise<boolean> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(false), most);
      this.wake = () => {
        clearTimeout(timer);
        resolve(true);
      };
    });
  }

  private fail(error: Error): void {
    if (this.ended) return;
    this.ended = true;
    this.options.onFault(error);
  }
}
