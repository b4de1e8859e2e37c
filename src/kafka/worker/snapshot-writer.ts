// Keeps snapshots of tasks now and then: a copy on this machine, and one in snapshots.v1 for whoever has the partition
// next. They are derived: one that cannot be written is left out.

import type { Logger } from 'pino';
import type { BuiltBlock } from '../../ledger/block.ts';
import { digestToHex } from '../../ledger/digest.ts';
import type { SnapshotName, SnapshotStore } from '../../log/snapshots.ts';
import { snapshotParts } from '../../task/task-snapshot.ts';
import { type Kafka, type Message, Partitioners, type Producer } from '../client/kafkajs.ts';
import { type SnapshotPlace, snapshotMessages } from '../records/snapshot-topic.ts';
import { keptParts, type LastRead } from './snapshot-codec.ts';
import { lastRead, type RestoredTask } from './state-restore.ts';
import type { MadeBlock } from './task-runner.ts';

export interface SnapshotWriterOptions {
  readonly kafka: Kafka;
  readonly prefix: string;
  readonly local: SnapshotStore;
  readonly logger: Logger;
  /** A snapshot is kept once as many facts were read since the last. */
  readonly factsMin?: number;
}

const FACTS_MIN = 50_000;
/** And once they are so many for each key: fewer are kept while a worker is behind, which has better to do. */
const FACTS_A_KEY = 0.5;
const FACTS_A_KEY_BEHIND = 2;

export class SnapshotWriter {
  readonly local: SnapshotStore;
  private readonly options: SnapshotWriterOptions;
  private producer: Promise<Producer> | undefined;

  constructor(options: SnapshotWriterOptions) {
    this.options = options;
    this.local = options.local;
  }

  /** For one task, from its restoring to its end. */
  begin({ place, blocks, read }: RestoredTask): TaskSnapshots {
    const factsMin = this.options.factsMin ?? FACTS_MIN;
    const inputs = blocks.flatMap(({ header }) => header.inputs);
    const facts = inputs.reduce((sum, { from, to }) => sum + Number(to - from), 0);
    return new TaskSnapshots(this, { place, factsMin, facts, read: lastRead(read, inputs) });
  }

  /** Writes the chunks, and returns the head that names them; undefined where that failed. */
  async write(partition: number, name: SnapshotName, place: SnapshotPlace, parts: readonly Uint8Array[]) {
    const { prefix, logger } = this.options;
    try {
      this.local.save(partition, name, parts);
      const { chunks, head } = snapshotMessages(partition, name, place, parts);
      const producer = await this.connected();
      for await (const chunk of chunks) await producer.send({ topic: `${prefix}snapshots.v1`, messages: [chunk] });
      return head();
    } catch (error) {
      logger.warn({ partition, err: error }, 'a snapshot could not be kept');
      return undefined;
    }
  }

  async close(): Promise<void> {
    const producer = await this.producer?.catch(() => undefined);
    await producer?.disconnect().catch(() => {});
  }

  private connected(): Promise<Producer> {
    this.producer ??= (async () => {
      // Chunks bear being sent twice. An idempotent producer would have to go with each that is not answered.
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

/** The state after a block, until the block stands in the ledger. */
export interface CapturedState {
  readonly parts: readonly Uint8Array[];
  readonly read: LastRead;
}

interface Beginning {
  readonly place: SnapshotPlace;
  readonly factsMin: number;
  /** How many were read since the last snapshot. */
  readonly facts: number;
  readonly read: LastRead;
}

export class TaskSnapshots {
  private readonly keeper: SnapshotWriter;
  private readonly factsMin: number;
  private place: SnapshotPlace;
  private facts: number;
  private read: LastRead;
  private head: Message | undefined;
  private writing: Promise<void> | undefined;

  constructor(keeper: SnapshotWriter, { place, factsMin, facts, read }: Beginning) {
    this.keeper = keeper;
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

  /** The state after a block that is about to be written, where a snapshot is due; the task will go on meanwhile. */
  capture({ task, block, isBehind }: MadeBlock): CapturedState | undefined {
    const { inputs } = block.header;
    for (const { from, to } of inputs) this.facts += Number(to - from);
    this.read = lastRead(this.read, inputs);
    if (this.writing !== undefined || this.head !== undefined) return undefined;
    const aKey = isBehind ? FACTS_A_KEY_BEHIND : FACTS_A_KEY;
    if (this.facts < this.factsMin || this.facts < task.table.count * aKey) return undefined;
    this.facts = 0;
    return { parts: snapshotParts(task).map((part) => Buffer.from(part)), read: this.read };
  }

  /** The block of a captured state stands in the ledger now, at this offset. */
  keep({ head }: Pick<BuiltBlock, 'head'>, { parts, read }: CapturedState, offset: bigint): void {
    const { place } = this;
    this.place = place === 'a' ? 'b' : 'a';
    const name = { height: head.height, blockHash: digestToHex(head.hash) };
    const kept = keptParts(parts, { offset, place, read });
    this.writing = this.keeper.write(head.partition, name, place, kept).then((message) => {
      this.head = message;
      this.writing = undefined;
    });
  }

  async end(): Promise<void> {
    await this.writing;
  }
}
