// One partition's task while a worker has it: takes facts as they come from the topics, makes blocks of them, and has
// them written. First it catches up with the blocks that stand in the ledger already; each must come out the same.

import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import type { KafkaMessage } from 'kafkajs';
import { HesabuError } from '../../domain/errors.ts';
import { FACT_TOPICS, type FactTopic } from '../../domain/fact.ts';
import type { Instant } from '../../domain/time.ts';
import type { BlockInput } from '../../ledger/block-codec.ts';
import { digestToHex, sha256OfParts } from '../../ledger/digest.ts';
import type { Batch } from '../../log/event-log.ts';
import { BatchBuilder } from '../../log/framing.ts';
import { type Trace, traceOf } from '../../log/kafka/cloud-event.ts';
import { type DeadLetter, deadLetterOf } from '../../log/kafka/dead-letter.ts';
import { addFacts } from '../../log/kafka/fact-records.ts';
import type { SchemaIds } from '../../log/kafka/registry.ts';
import type { CompiledRules } from '../../matching/rules.ts';
import { batchesBetween, batchesOf } from '../../projections/reconciliation/inputs.ts';
import type { RulesByHash } from '../../projections/reconciliation/shard.ts';
import type { ReconciliationTask, TaskBlock } from '../../projections/reconciliation/task.ts';
import { FactBuffer } from './fact-buffer.ts';
import type { Restored, StoredBlock } from './restoring.ts';

export interface TaskRunnerOptions {
  readonly schemas: SchemaIds;
  readonly partitions: number;
  readonly rulesByHash: RulesByHash;
  /** Those in force now. */
  readonly rules: () => CompiledRules;
  readonly now: () => Instant;
  /** Looks whether a topic still holds this offset. Throws HESABU_TOPIC_TRUNCATED and HESABU_TOPIC_REPLACED. */
  readonly checkHeld: (topic: FactTopic, offset: bigint) => Promise<void>;
  /** Makes a block durable. Blocks come one after the other. */
  readonly commit: (made: MadeBlock) => Promise<void>;
  /** Told once the task stands where its ledger does. */
  readonly onLive: () => void;
  /** Told as facts go into blocks: there may be room for more. */
  readonly onTaken: () => void;
  /** Told once: `fault` is what ended the task, whoever has it must decide what comes of it. */
  readonly onFault: (fault: Error) => void;
}

export interface MadeBlock {
  readonly task: ReconciliationTask;
  readonly block: TaskBlock;
  readonly letters: readonly DeadLetter[];
  /** Of the facts in the block, by `topic/offset`. */
  readonly traces: ReadonlyMap<string, Trace>;
}

/** A block takes about as many facts: large enough for what a transaction costs, small enough to be soon done. */
const [BLOCK_FACTS_MAX, BLOCK_BYTES_MAX] = [40_000, 16 * 1024 * 1024];
/** Facts wait this long for others; longer while many are to come: what comes together costs one entry, not three. */
const LINGER_MILLIS = 10;
const BEHIND_LINGER_MILLIS = 1_000;
const BEHIND_FACTS = 2_000n;
/** Deadlines are looked at as often. */
const IDLE_MILLIS = 500;

export class TaskRunner {
  readonly partition: number;
  private readonly options: TaskRunnerOptions;
  private readonly task: ReconciliationTask;
  private readonly buffer = new FactBuffer();
  private readonly next: Map<FactTopic, bigint>;
  private readonly stored: StoredBlock[];
  /** What the ledger's last block read, until it was seen to be there still. */
  private readonly checks = new Map<string, BlockInput>();
  private letters: DeadLetter[] = [];
  private doubts: Promise<void>[] = [];
  private readonly traces = new Map<string, Trace>();
  /** How many offsets of a topic are still to be fetched. */
  private readonly left = new Map<FactTopic, bigint>();
  private ended = false;
  private wake: () => void = () => {};
  private readonly running: Promise<void>;

  constructor({ task, blocks, last }: Restored, options: TaskRunnerOptions) {
    this.partition = task.head.partition;
    this.options = options;
    this.task = task;
    this.stored = [...blocks];
    if (blocks.length === 0) for (const input of last?.header.inputs ?? []) this.checks.set(input.topic, input);
    this.next = new Map(
      FACT_TOPICS.map((topic) => [topic, this.checks.get(topic)?.from ?? task.head.positions.get(topic) ?? 0n]),
    );
    this.running = this.run().catch((error) => this.fail(error));
  }

  /** The offset that a topic is to be read on from. */
  nextOf(topic: FactTopic): bigint {
    return this.next.get(topic)!;
  }

  /** To where the ledger has read a topic, what stands there after this task included. */
  knownTo(topic: FactTopic): bigint {
    const ends = this.stored.flatMap(({ header }) => header.inputs.filter((input) => input.topic === topic));
    const known = ends.at(-1)?.to ?? this.task.head.positions.get(topic) ?? 0n;
    const next = this.nextOf(topic);
    return known > next ? known : next;
  }

  get bufferedBytes(): number {
    return this.buffer.bytes;
  }

  /** Where the ledger stands, for whoever watches the lag. */
  get positions(): ReadonlyMap<string, bigint> {
    return this.task.head.positions;
  }

  /** Whether the task has executed all that stood in the ledger when it came here. */
  get isLive(): boolean {
    return this.stored.length === 0;
  }

  /** Takes what a fetch brought, and what it went past; `end` is where the topic ends as far as is known. */
  take(topic: FactTopic, messages: readonly KafkaMessage[], next: bigint, end: bigint): void {
    this.left.set(topic, end - next);
    const from = this.nextOf(topic);
    const first = messages[0];
    // Offsets without records lie between transactions; but they are also what is left of a topic that was cut.
    if (first !== undefined && BigInt(first.offset) !== from) this.doubts.push(this.options.checkHeld(topic, from));
    if (this.ended || next <= from) return;
    const { partition } = this;
    const { schemas, partitions } = this.options;
    const builder = new BatchBuilder(64 * 1024);
    const fresh = messages.filter(({ offset }) => BigInt(offset) >= from);
    const to = addFacts(builder, from, partition, fresh, {
      schemas,
      partitions,
      onFault: ({ message, reason, detail }) => {
        this.letters.push(deadLetterOf({ topic, partition }, message, reason, detail));
      },
    });
    for (const { headers, offset } of fresh) {
      const trace = headers?.traceparent === undefined ? undefined : traceOf(headers);
      if (trace !== undefined) this.traces.set(`${topic}/${offset}`, trace);
    }
    // What was gone past at the end holds no facts; it belongs to the next block that has one.
    this.next.set(topic, to);
    if (builder.count === 0) return;
    this.buffer.add({ topic, partition, from, to, payload: builder.take().payload, source: 0 });
    this.wake();
  }

  /** Takes nothing more. Resolves when what was under way is over. */
  async end(): Promise<void> {
    this.ended = true;
    this.wake();
    await this.running;
  }

  private async run(): Promise<void> {
    while (!this.ended) {
      await this.settleDoubts();
      if (!this.check() || !this.catchUp()) {
        await this.news(IDLE_MILLIS);
        continue;
      }
      break;
    }
    if (!this.ended) this.options.onLive();
    let committing: Promise<void> = Promise.resolve();
    // A failure is met where the next block waits for this one.
    while (!this.ended) {
      await this.settleDoubts();
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
      // Others have their turn: a step takes the thread for as long as it lasts.
      await nextTurn();
    }
    await committing;
  }

  /** Whether the topics still hold what the ledger's last block read. Throws HESABU_TOPIC_REPLACED. */
  private check(): boolean {
    for (const input of this.checks.values()) {
      if ((this.buffer.end(input.topic as FactTopic) ?? input.from) < input.to) continue;
      this.checkInput(input);
      this.trim(input.topic as FactTopic, input.to);
      this.checks.delete(input.topic);
    }
    return this.checks.size === 0;
  }

  private checkInput({ topic, from, to, sha256 }: BlockInput): void {
    const parts = [...batchesBetween(this.buffer, topic as FactTopic, this.partition, from, to)];
    const found = sha256OfParts(parts.map(({ payload }) => payload));
    if (found === sha256) return;
    const where = `${topic}/${this.partition} from ${from} to ${to}`;
    const [expected, seen] = [sha256, found].map((digest) => `SHA-256 ${digestToHex(digest)}`);
    throw new HesabuError('HESABU_TOPIC_REPLACED', { where, expected: expected!, found: seen! });
  }

  /** Executes the stored blocks whose facts are there; whether that was all. Throws HESABU_REPLAY_DIFFERS too. */
  private catchUp(): boolean {
    for (let block = this.stored[0]; block !== undefined; block = this.stored[0]) {
      const { header, hash } = block;
      const isHere = header.inputs.every(({ topic, to }) => this.nextOf(topic as FactTopic) >= to);
      if (!isHere) return false;
      const batches = batchesOf(this.buffer, header);
      const made = this.task.step(batches, header.as_of, this.options.rulesByHash(digestToHex(header.rules_hash)));
      if (made.head.hash !== hash) {
        for (const input of header.inputs) this.checkInput(input);
        const where = `partition ${this.partition}, block ${header.height}`;
        const [expected, found] = [hash, made.head.hash].map((digest) => `the block with hash ${digestToHex(digest)}`);
        throw new HesabuError('HESABU_REPLAY_DIFFERS', { where, expected: expected!, found: found! });
      }
      for (const { topic, to } of header.inputs) this.trim(topic as FactTopic, to);
      this.stored.shift();
      this.options.onTaken();
    }
    return true;
  }

  /** Forgets what is in a block already: its dead letters were written with it. */
  private trim(topic: FactTopic, to: bigint): void {
    const kept = [...batchesBetween(this.buffer, topic, this.partition, to, this.nextOf(topic))];
    this.buffer.dropBefore(topic, this.nextOf(topic));
    for (const batch of kept) this.buffer.add(batch);
    this.letters = this.letters.filter((letter) => letter.topic !== topic || letter.offset >= to);
  }

  private step(): MadeBlock | undefined {
    const { task, options } = this;
    const rules = options.rules();
    const asOf = Math.max(options.now(), task.head.as_of);
    const batches = this.buffer.take(BLOCK_FACTS_MAX);
    if (batches.length === 0 && !task.hasDue(asOf, rules)) return undefined;
    const block = task.step(batches, asOf, rules);
    const letters = this.letters.filter((letter) => isIn(batches, letter));
    this.letters = this.letters.filter((letter) => !letters.includes(letter));
    return { task, block, letters, traces: this.takeTraces(batches) };
  }

  /** Nothing is read further while it is not known whether something is missing. */
  private async settleDoubts(): Promise<void> {
    const doubts = this.doubts;
    this.doubts = [];
    await Promise.all(doubts);
  }

  private takeTraces(batches: readonly Batch[]): ReadonlyMap<string, Trace> {
    const taken = new Map<string, Trace>();
    if (this.traces.size === 0) return taken;
    for (const { topic, from, to } of batches) {
      for (let offset = from; offset < to; offset++) {
        const name = `${topic}/${offset}`;
        const trace = this.traces.get(name);
        if (trace === undefined) continue;
        taken.set(name, trace);
        this.traces.delete(name);
      }
    }
    return taken;
  }

  /** While much is to come, waits until a block is full. */
  private async gather(): Promise<void> {
    const began = performance.now();
    const isBehind = () => [...this.left.values()].some((left) => left > BEHIND_FACTS);
    const isFull = () => this.buffer.facts >= BLOCK_FACTS_MAX || this.buffer.bytes >= BLOCK_BYTES_MAX;
    while (!this.ended && this.buffer.facts > 0 && !isFull() && isBehind()) {
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

function isIn(batches: readonly Batch[], { topic, offset }: DeadLetter): boolean {
  return batches.some((batch) => batch.topic === topic && offset >= batch.from && offset < batch.to);
}
