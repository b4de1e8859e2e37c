// Keeps snapshots of tasks now and then: a copy on this machine, and one in snapshots.v1 for whoever has the partition
// next. They are derived: one that cannot be written is left out.

import { type Kafka, type Message, Partitioners, type Producer } from 'kafkajs';
import type { Logger } from 'pino';
import type { BuiltBlock } from '../../ledger/block.ts';
import { digestToHex } from '../../ledger/digest.ts';
import { type SnapshotPlace, snapshotMessages } from '../../log/kafka/snapshot-topic.ts';
import type { SnapshotName, SnapshotStore } from '../../log/snapshots.ts';
import { snapshotParts } from '../../projections/reconciliation/task-snapshot.ts';
import { keptParts, type Restored } from './restoring.ts';
import type { MadeBlock } from './task-runner.ts';

export interface SnapshotKeeperOptions {
  readonly kafka: Kafka;
  readonly prefix: string;
  readonly local: SnapshotStore;
  readonly logger: Logger;
  /** A snapshot is kept once as many facts were read since the last. */
  readonly factsMin?: number;
}

const FACTS_MIN = 50_000;
/** And once they are this part of the keys. */
const KEYS_PART = 2;

export class SnapshotKeeper {
  readonly local: SnapshotStore;
  private readonly options: SnapshotKeeperOptions;
  private producer: Promise<Producer> | undefined;

  constructor(options: SnapshotKeeperOptions) {
    this.options = options;
    this.local = options.local;
  }

  /** For one task, from its restoring to its end. */
  begin({ place, blocks }: Restored): TaskSnapshots {
    const factsMin = this.options.factsMin ?? FACTS_MIN;
    const facts = blocks
      .flatMap(({ header }) => header.inputs)
      .reduce((sum, { from, to }) => sum + Number(to - from), 0);
    return new TaskSnapshots(this, place, factsMin, facts);
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
      const producer = this.options.kafka.producer({
        idempotent: true,
        maxInFlightRequests: 1,
        createPartitioner: Partitioners.DefaultPartitioner,
      });
      await producer.connect();
      return producer;
    })();
    this.producer.catch(() => {
      this.producer = undefined;
    });
    return this.producer;
  }
}

export class TaskSnapshots {
  private readonly keeper: SnapshotKeeper;
  private readonly factsMin: number;
  private place: SnapshotPlace;
  private facts: number;
  private head: Message | undefined;
  private writing: Promise<void> | undefined;

  constructor(keeper: SnapshotKeeper, place: SnapshotPlace, factsMin: number, facts: number) {
    this.keeper = keeper;
    this.place = place;
    this.factsMin = factsMin;
    this.facts = facts;
  }

  /** The head of a snapshot whose chunks are written, once. */
  takeHead(): Message | undefined {
    const { head } = this;
    this.head = undefined;
    return head;
  }

  /** The state after a block that is about to be written, where a snapshot is due; the task will go on meanwhile. */
  capture({ task, block }: MadeBlock): readonly Uint8Array[] | undefined {
    for (const { from, to } of block.header.inputs) this.facts += Number(to - from);
    if (this.writing !== undefined || this.head !== undefined) return undefined;
    if (this.facts < this.factsMin || this.facts * KEYS_PART < task.table.count) return undefined;
    this.facts = 0;
    return snapshotParts(task).map((part) => Buffer.from(part));
  }

  /** The block of a captured state stands in the ledger now, at this offset. */
  keep({ head }: Pick<BuiltBlock, 'head'>, state: readonly Uint8Array[], offset: bigint): void {
    const { place } = this;
    this.place = place === 'a' ? 'b' : 'a';
    const name = { height: head.height, blockHash: digestToHex(head.hash) };
    this.writing = this.keeper.write(head.partition, name, place, keptParts(state, offset, place)).then((message) => {
      this.head = message;
      this.writing = undefined;
    });
  }

  async end(): Promise<void> {
    await this.writing;
  }
}
