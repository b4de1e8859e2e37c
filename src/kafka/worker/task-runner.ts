// The task of one partition while a worker has it: takes facts from the topics, makes blocks of them, and has them
// written. First it catches up with the blocks already in the ledger; each must have the same hash again.

import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { HesabuError } from '../../domain/errors.ts';
import type { TaskTopic } from '../../domain/fact.ts';
import type { Instant } from '../../domain/time.ts';
import type { BlockInput } from '../../ledger/block-codec.ts';
import { digestToHex, sha256OfParts } from '../../ledger/digest.ts';
import { EPOCHS_TOPIC } from '../../ledger/epoch.ts';
import type { Batch, Topic } from '../../log/event-log.ts';
import type { CompiledRules } from '../../matching/rules.ts';
import { batchesBetween, missingInput } from '../../task/block-inputs.ts';
import { waitingEpochs } from '../../task/epochs.ts';
import { type RulesByHash, rulesBefore } from '../../task/rules-store.ts';
import { executeStored } from '../../task/stored-block.ts';
import type { ReconciliationTask, TaskBlock } from '../../task/task.ts';
import type { ReadLog } from '../../task/task-group.ts';
import type { Trace } from '../records/cloud-event.ts';
import type { DeadLetter } from '../records/dead-letter.ts';
import type { SchemaIds } from '../topics/registry.ts';
import { type FetchedRecords, placesAfter, RecordDecoder } from './record-decoder.ts';
import { type Fetched, RecordQueue, tracesIn } from './record-queue.ts';
import type { PlacedBlock, RestoredTask } from './state-restore.ts';
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
  /** Makes a block durable. Blocks come one after another. */
  readonly commit: (made: MadeBlock) => Promise<void>;
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
/** Facts wait this long for others; longer while many are to come: facts together cost one entry instead of three. */
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
  /** The log in which stored blocks find what they read. */
  private readonly inputs: Pick<ReadLog, 'read'>;
  private readonly stored: PlacedBlock[];
  /** The last input of each topic in the task's state, until it is confirmed to be unchanged. */
  private readonly checks: Map<string, BlockInput>;
  private readonly begun = Promise.withResolvers<void>();
  private ended = false;
  private wake: () => void = () => {};
  private readonly running: Promise<void>;

  constructor({ task, blocks, read }: RestoredTask, options: TaskRunnerOptions) {
    const { partition, positions } = task.head;
    this.partition = partition;
    this.options = options;
    this.task = task;
    this.stored = [...blocks];
    this.checks = new Map(read);
    this.time = new TaskTime(options.now, options.settlingMillis);
    this.inputs = {
      read: (topic, partition, from) =>
        topic === EPOCHS_TOPIC ? options.epochs.read(topic, partition, from) : this.buffer.read(topic),
    };
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
    const ends = this.stored.flatMap(({ header }) => header.inputs.filter((input) => input.topic === topic));
    const known = ends.at(-1)?.to ?? this.task.head.positions.get(topic) ?? 0n;
    const next = this.nextOf(topic);
    return known > next ? known : next;
  }

  /** Whether catching up waits for more of a topic; then it must be fed, however much of other topics is buffered. */
  needs(topic: TaskTopic): boolean {
    const inputs = [this.checks.get(topic), ...(this.stored[0]?.header.inputs ?? [])];
    return inputs.some((input) => input?.topic === topic && this.nextOf(topic) < input.to);
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
      if (!this.check() || !this.catchUp()) {
        await this.news(IDLE_MILLIS);
        continue;
      }
      break;
    }
    if (!this.ended) this.options.onLive();
    let committing: Promise<void> = Promise.resolve();
    // A failed commit is reported when the next block awaits it.
    while (!this.ended) {
      await this.gather();
      const block = this.step();
      if (block === undefined) {
        await committing;
        await this.news(IDLE_MILLIS);
        if (this.buffer.facts > 0) await sleep(LINGER_MILLIS);
        continue;
      }
      await committing;
      committing = this.options.commit(block);
      committing.catch(() => {});
      this.options.onTaken();
      // Lets other tasks run: a step occupies the thread as long as it lasts.
      await nextTurn();
    }
    await committing;
  }

  /** Checks that the topics still hold the ledger's last inputs. Throws HESABU_TOPIC_REPLACED. */
  private check(): boolean {
    for (const input of this.checks.values()) {
      if ((this.endOf(input.topic as Topic) ?? input.from) < input.to) continue;
      this.checkInput(input);
      this.buffer.dropBefore(input.topic as TaskTopic, input.to);
      this.checks.delete(input.topic);
      this.options.onTaken();
    }
    return this.checks.size === 0;
  }

  private checkInput({ topic, from, to, sha256 }: BlockInput): void {
    const parts = [...batchesBetween(this.inputs, topic as Topic, this.partition, from, to)];
    const found = sha256OfParts(parts.map(({ payload }) => payload));
    if (found === sha256) return;
    const where = `${topic}/${this.partition} from ${from} to ${to}`;
    const [expected, seen] = [sha256, found].map((digest) => `SHA-256 ${digestToHex(digest)}`);
    throw new HesabuError('HESABU_TOPIC_REPLACED', { where, expected: expected!, found: seen! });
  }

  /** Executes the stored blocks whose facts are here; true if those were all. Throws HESABU_REPLAY_DIFFERS. */
  private catchUp(): boolean {
    for (let block = this.stored[0]; block !== undefined; block = this.stored[0]) {
      const { header } = block;
      if (missingInput(header, (topic) => this.nextOf(topic as TaskTopic)) !== undefined) return false;
      this.execute(block);
      for (const { topic, to } of header.inputs) this.buffer.dropBefore(topic as TaskTopic, to);
      this.stored.shift();
      this.options.onTaken();
    }
    return true;
  }

  /** Throws HESABU_TOPIC_REPLACED where the topics hold other facts than the ledger read, which explains the rest. */
  private execute(block: PlacedBlock): void {
    try {
      executeStored(this.task, block, this.inputs, this.options.rulesByHash);
    } catch (error) {
      const isOther = error instanceof HesabuError && error.code === 'HESABU_REPLAY_DIFFERS';
      if (isOther) for (const input of block.header.inputs) this.checkInput(input);
      throw error;
    }
  }

  /** Of what is here and not dropped. */
  private endOf(topic: Topic): bigint | undefined {
    return topic === EPOCHS_TOPIC ? this.nextOf(topic) : this.buffer.end(topic);
  }

  private step(): MadeBlock | undefined {
    const { task, options } = this;
    // An epoch that was decided comes before all that is unread. Before its first block a ledger has none to begin.
    const [waiting] = task.head.height < 0 ? [] : waitingEpochs(options.epochs, task.head);
    if (waiting !== undefined) return this.make([waiting.batch], waiting.epoch.as_of, waiting.epoch.as_of, []);
    const taken = this.buffer.take(BLOCK_MAX);
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

  /** While many facts are to come, waits until a block is full. */
  private async gather(): Promise<void> {
    const began = performance.now();
    const isFull = () => this.buffer.facts >= BLOCK_MAX.facts || this.buffer.bytes >= BLOCK_MAX.bytes;
    while (!this.ended && this.buffer.facts > 0 && !isFull() && this.decoder.isBehind(BEHIND_FACTS)) {
      const left = BEHIND_LINGER_MILLIS - (performance.now() - began);
      if (left <= 0) return;
      await this.news(left);
    }
  }

  private news(most: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, most);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  private fail(error: Error): void {
    if (this.ended) return;
    this.ended = true;
    this.options.onFault(error);
  }
}
