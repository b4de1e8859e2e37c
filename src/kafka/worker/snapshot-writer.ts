// Writes snapshots of tasks from time to time: one on this machine, and one in snapshots.v1 for the next owner of the
// partition. They are derived: a failed one is skipped.

import type { Logger } from 'pino';
import type { BuiltBlock } from '../../ledger/block.ts';
import { digestToHex } from '../../ledger/digest.ts';
import type { FileSnapshotStore, SnapshotName } from '../../log/snapshots.ts';
import { giveBack } from '../../runtime/give-back.ts';
import type { ReconciliationTask } from '../../task/task.ts';
import { snapshotParts } from '../../task/task-snapshot.ts';
import { type Kafka, type Message, Partitioners, type Producer } from '../client/kafkajs.ts';
import { type SnapshotSlot, snapshotMessages } from '../records/snapshot-topic.ts';
import { type LastRead, storedParts } from './snapshot-codec.ts';
import { lastRead, type RestoredTask } from './state-restore.ts';
import type { MadeBlock } from './task-runner.ts';

export interface SnapshotWriterOptions {
  readonly kafka: Kafka;
  readonly prefix: string;
  readonly local: Pick<FileSnapshotStore, 'load' | 'saveInBackground'>;
  readonly logger: Logger;
  /** A snapshot is written after this many facts since the last one. */
  readonly factsMin?: number;
}

const FACTS_MIN = 50_000;
/** And after this many per key: fewer snapshots while a worker is behind and has more urgent work. */
const FACTS_A_KEY = 0.5;
const FACTS_A_KEY_BEHIND = 2;
/** A task that waits for facts has time: a snapshot comes after this part of them, and of a fact a key. */
const PART_AT_REST = 1 / 16;
/** While copies of states with more bytes are held, no other is made: large ones come one after another. */
const HELD_BYTES_MAX = 32 * 1024 * 1024;

export class SnapshotWriter {
  readonly local: Pick<FileSnapshotStore, 'load' | 'saveInBackground'>;
  /** A snapshot is due after so many facts at least. */
  readonly factsMin: number;
  private readonly options: SnapshotWriterOptions;
  private producer: Promise<Producer> | undefined;
  /** Copies of states, in bytes, from their capture to the end of their writing. */
  private held = 0;

  constructor(options: SnapshotWriterOptions) {
    this.options = options;
    this.local = options.local;
    this.factsMin = options.factsMin ?? FACTS_MIN;
  }

  /** For one task, from its restore to its end. */
  begin({ place, blocks, read }: RestoredTask): TaskSnapshots {
    const { factsMin } = this;
    const inputs = blocks.flatMap(({ header }) => header.inputs);
    const facts = inputs.reduce((sum, { from, to }) => sum + Number(to - from), 0);
    return new TaskSnapshots(this, { place, factsMin, facts, read: lastRead(read, inputs) });
  }

  /** Whether a task may capture its state now. */
  get hasRoom(): boolean {
    return this.held < HELD_BYTES_MAX;
  }

  /** Counts a captured state, or with a negative number one that is written or dropped. */
  hold(bytes: number): void {
    this.held += bytes;
  }

  /** Writes the chunks, and returns the head that refers to them; undefined if that failed. */
  async write(partition: number, name: SnapshotName, place: SnapshotSlot, parts: readonly Uint8Array[]) {
    const { prefix, logger } = this.options;
    try {
      await this.local.saveInBackground(partition, name, parts);
      const { chunks, head } = snapshotMessages(partition, name, place, parts);
      const producer = await this.connected();
      for await (const messages of chunks) await producer.send({ topic: `${prefix}snapshots.v1`, messages });
      return head();
    } catch (error) {
      logger.warn({ partition, err: error }, 'a snapshot could not be written');
      return undefined;
    }
  }

  async close(): Promise<void> {
    const producer = await this.producer?.catch(() => undefined);
    await producer?.disconnect().catch(() => {});
  }

  private connected(): Promise<Producer> {
    this.producer ??= (async () => {
      // Chunks may be sent twice. An idempotent producer would have to be replaced after each send without an answer.
      const producer = this.options.kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
      await producer.connect();
      return producer;
    })();
    this.producer.catch(() => {
      this.producer = undefined;
    });
    return this.producer;
  }
}

/** The state after a block, until the block is in the ledger. */
export interface CapturedState {
  readonly parts: readonly Uint8Array[];
  /** Of all parts, in bytes. */
  readonly size: number;
  readonly read: LastRead;
}

interface Beginning {
  readonly place: SnapshotSlot;
  readonly factsMin: number;
  /** The number of facts read since the last snapshot. */
  readonly facts: number;
  readonly read: LastRead;
}

export class TaskSnapshots {
  private readonly writer: SnapshotWriter;
  private readonly factsMin: number;
  private place: SnapshotSlot;
  private facts: number;
  private read: LastRead;
  private head: Message | undefined;
  private writing: Promise<void> | undefined;

  constructor(writer: SnapshotWriter, { place, factsMin, facts, read }: Beginning) {
    this.writer = writer;
    this.factsMin = factsMin;
    this.place = place;
    this.facts = facts;
    this.read = read;
  }

  /** The head of a snapshot whose chunks are written, once. */
  takeHead(): Message | undefined {
    const { head } = this;
    this.head = undefined;
    return head;
  }

  /** A copy of the state after a block about to be written, if a snapshot is due; the task continues meanwhile. */
  capture({ task, block, isBehind }: MadeBlock): CapturedState | undefined {
    const { inputs } = block.header;
    for (const { from, to } of inputs) this.facts += Number(to - from);
    this.read = lastRead(this.read, inputs);
    const aKey = isBehind ? FACTS_A_KEY_BEHIND : FACTS_A_KEY;
    return this.captureIf(task, this.facts >= Math.max(this.factsMin, task.table.count * aKey));
  }

  /** The same after the last block, while nothing is to be done. */
  captureAtRest(task: ReconciliationTask): CapturedState | undefined {
    return this.captureIf(task, this.isDueAtRest(task));
  }

  /** Whether enough was read since the last snapshot for another. */
  isDueAtRest({ table }: ReconciliationTask): boolean {
    return this.facts >= Math.max(this.factsMin, table.count) * PART_AT_REST;
  }

  private captureIf(task: ReconciliationTask, isDue: boolean): CapturedState | undefined {
    if (!isDue || this.writing !== undefined || this.head !== undefined || !this.writer.hasRoom) return undefined;
    this.facts = 0;
    const parts = snapshotParts(task).map((part) => Buffer.from(part));
    const size = parts.reduce((sum, part) => sum + part.length, 0);
    this.writer.hold(size);
    return { parts, size, read: this.read };
  }

  /** The block of a captured state is now in the ledger, at this offset. */
  keep({ head }: Pick<BuiltBlock, 'head'>, { parts, size, read }: CapturedState, offset: bigint): void {
    const { place } = this;
    this.place = place === 'a' ? 'b' : 'a';
    const name = { height: head.height, blockHash: digestToHex(head.hash) };
    const stored = storedParts(parts, { offset, place, read });
    this.writing = this.writer.write(head.partition, name, place, stored).then((message) => {
      this.head = message;
      this.writing = undefined;
      this.drop({ parts, size });
    });
  }

  /** A captured state is written, or its block could not be. */
  drop({ parts, size }: Pick<CapturedState, 'parts' | 'size'>): void {
    for (const part of parts) giveBack(part);
    this.writer.hold(-size);
  }

  async end(): Promise<void> {
    await this.writing;
  }
}
