// Writes the output of one task: one transaction per block, with the block, its entries for subscribers and its dead
// letters. Only the owner of the task has a producer that can write; an error makes the producer useless.

import { ByteReader } from '../../domain/bytes.ts';
import { entryId } from '../../domain/entry.ts';
import { HANDOFFS_TOPIC } from '../../domain/handoff.ts';
import type { BuiltBlock } from '../../ledger/block.ts';
import { decodeBlock, forEachEntry } from '../../ledger/block-codec.ts';
import { readEntry, readEntryAddress } from '../../ledger/entry-codec.ts';
import { locateFact } from '../../log/fact-codec.ts';
import { forEachValue } from '../../log/value-frames.ts';
import { routed } from '../../task/handoff-routes.ts';
import type { TaskBlock } from '../../task/task.ts';
import { EncodedRecords, type HeaderParts, messagesOf } from '../client/encoded-records.ts';
import type { Kafka, Message, Producer, Transaction } from '../client/kafkajs.ts';
import { Partitioners } from '../client/kafkajs.ts';
import { blockMessages, makeTakeover, PART_BYTES_MAX } from '../records/block-records.ts';
import { cloudEventHeaders, cloudEventParts, type Trace } from '../records/cloud-event.ts';
import { type DeadLetter, encodeDeadLetter } from '../records/dead-letter.ts';
import type { SchemaIds } from '../topics/registry.ts';
import { type ReconTopic, reconTopicOf } from '../topics/topic-plans.ts';

export interface TaskProducerOptions {
  readonly kafka: Kafka;
  readonly prefix: string;
  readonly partition: number;
  readonly partitions: number;
  readonly schemas: SchemaIds;
}

export interface BlockToCommit {
  readonly block: TaskBlock;
  readonly letters: readonly DeadLetter[];
  /** By `topic/offset`, for the facts of the block that have one. */
  readonly traces: ReadonlyMap<string, Trace>;
  /** The head of a snapshot whose chunks are written. */
  readonly snapshotHead: Message | undefined;
}

/** A send is one batch, and the broker limits a batch like a record; a part of a block fills one. */
const SEND_BYTES_MAX = PART_BYTES_MAX + 1024;
/** Approximate overhead of a record beside its key and value. */
const ENVELOPE_BYTES = 300;
const TRANSACTION_MILLIS = 30_000;
/**
 * Right after a commit the coordinator answers CONCURRENT_TRANSACTIONS for some milliseconds: short waits, and many.
 */
const RETRY = { initialRetryTime: 2, maxRetryTime: 200, retries: 50, factor: 0.2, multiplier: 1.5 };

const NO_HEADERS: HeaderParts = { count: 0, parts: [] };

interface Recon {
  readonly prefix: Buffer;
  readonly source: string;
  readonly type: string;
  readonly headers: (id: string) => HeaderParts;
}

export class TaskProducer {
  private readonly options: TaskProducerOptions;
  private readonly producer: Producer;
  private readonly recons = new Map<ReconTopic, Recon>();

  constructor(options: TaskProducerOptions) {
    const { kafka, prefix, partition } = options;
    this.options = options;
    this.producer = kafka.producer({
      transactionalId: `${prefix}hesabu-task-${partition}`,
      transactionTimeout: TRANSACTION_MILLIS,
      idempotent: true,
      maxInFlightRequests: 1,
      createPartitioner: Partitioners.DefaultPartitioner,
      retry: RETRY,
      metadataMaxAge: 60_000,
    });
  }

  /**
   * Fences the previous owner of the task, and writes a record of the takeover. Everything before that record in the
   * ledger is all that other owners will ever have written. Returns its id.
   */
  async takeOver(): Promise<string> {
    const { prefix, partition } = this.options;
    await this.producer.connect();
    const { id, message } = makeTakeover(partition);
    await this.transact(async (transaction) => {
      await transaction.sendBatch({
        topicMessages: ['ledger.v1', 'snapshots.v1'].map((topic) => ({ topic: prefix + topic, messages: [message] })),
      });
    });
    return id;
  }

  /** Resolves with the offset of the block's first record once everything is committed. */
  async commit({ block, letters, traces, snapshotHead }: BlockToCommit): Promise<bigint> {
    const { prefix, partition, schemas } = this.options;
    const { height } = block.header;
    const sends = new Sends(partition);
    const parts = blockMessages(partition, height, block.bytes, schemas.prefix('ledger.v1'));
    for (const part of parts) sends.add('ledger.v1', part);
    if (snapshotHead !== undefined) sends.add('snapshots.v1', snapshotHead);
    for (const letter of letters) sends.add('dead-letters.v1', this.letterMessage(letter));
    this.addEntries(sends, block, traces);
    this.addHandoffs(sends, block);
    let offset = -1n;
    await this.transact(async (transaction) => {
      for (const topicMessages of sends.batches(prefix)) {
        const sent = await transaction.sendBatch({ topicMessages });
        const ledger = sent.find(({ topicName }) => topicName === `${prefix}ledger.v1`);
        if (offset < 0n && ledger?.baseOffset !== undefined) offset = BigInt(ledger.baseOffset);
      }
    });
    return offset;
  }

  /** Writes the head of a snapshot whose chunks are written, with no block. */
  async name(snapshotHead: Message): Promise<void> {
    await this.transact(async (transaction) => {
      await transaction.send({ topic: `${this.options.prefix}snapshots.v1`, messages: [snapshotHead] });
    });
  }

  async close(): Promise<void> {
    await this.producer.disconnect().catch(() => {});
  }

  private async transact(work: (transaction: Transaction) => Promise<void>): Promise<void> {
    const transaction = await this.producer.transaction();
    try {
      await work(transaction);
      await transaction.commit();
    } catch (error) {
      // The producer is discarded: this only releases the partitions before the time-out does.
      if (transaction.isActive()) await transaction.abort().catch(() => {});
      throw error;
    }
  }

  private addEntries(sends: Sends, { bytes }: BuiltBlock, traces: ReadonlyMap<string, Trace>): void {
    const { partition } = this.options;
    const { header, entries } = decodeBlock(bytes);
    forEachEntry(entries, (from, to, index) => {
      const { kind, keyFrom, keyTo } = readEntryAddress(new ByteReader(entries, from, to));
      const topic = reconTopicOf(kind);
      const { prefix, source, type, headers } = this.recon(topic);
      const records = sends.recordsFor(topic, to - from + ENVELOPE_BYTES);
      const id = entryId(partition, header.height, index);
      const trace = traces.size === 0 ? undefined : causeIn(traces, new ByteReader(entries, from, to));
      if (trace === undefined) {
        const value = [
          { buffer: prefix, from: 0, to: prefix.length },
          { buffer: entries, from, to },
        ];
        records.addParts({ buffer: entries, from: keyFrom, to: keyTo }, value, headers(id));
      } else {
        const value = Buffer.concat([prefix, entries.subarray(from, to)]);
        records.add(entries.subarray(keyFrom, keyTo), value, cloudEventHeaders({ id, source, type, trace }));
      }
    });
  }

  /** Each under the key that is told, in the partition of that key. */
  private addHandoffs(sends: Sends, { handoffs }: TaskBlock): void {
    const { partitions, schemas } = this.options;
    const prefix = schemas.prefix(HANDOFFS_TOPIC);
    const prefixPart = { buffer: prefix, from: 0, to: prefix.length };
    const place = { keyFrom: 0, keyTo: 0, claimFrom: 0 };
    for (const { partition, payload } of routed([handoffs], partitions)) {
      const buffer = payload as Buffer;
      forEachValue(buffer, 0, (from, to) => {
        locateFact(buffer, from, place);
        const key = { buffer, from: place.keyFrom, to: place.keyTo };
        const records = sends.recordsFor(HANDOFFS_TOPIC, to - from + ENVELOPE_BYTES, partition);
        records.addParts(key, [prefixPart, { buffer, from, to }], NO_HEADERS);
      });
    }
  }

  /** The common parts of all entries on a topic. */
  private recon(topic: ReconTopic): Recon {
    let found = this.recons.get(topic);
    if (found === undefined) {
      const [source, type] = [`/hesabu/ledger/${this.options.partition}`, `hesabu.${topic}`];
      const prefix = this.options.schemas.prefix(topic);
      found = { prefix, source, type, headers: cloudEventParts({ source, type }) };
      this.recons.set(topic, found);
    }
    return found;
  }

  private letterMessage(letter: DeadLetter): Message {
    const { partition, schemas } = this.options;
    const { topic, offset, reason } = letter;
    const headers = cloudEventHeaders({
      id: `${topic}-${letter.partition}-${offset}`,
      ...{ source: `/hesabu/${topic}/${letter.partition}`, type: 'hesabu.dead-letters.v1' },
    });
    const value = Buffer.concat([schemas.prefix('dead-letters.v1'), encodeDeadLetter(letter)]);
    return { partition, key: letter.key, value, headers: { ...headers, 'hesabu-reason': reason } };
  }
}

function causeIn(traces: ReadonlyMap<string, Trace>, reader: ByteReader): Trace | undefined {
  const { cause } = readEntry(reader);
  return cause === null ? undefined : traces.get(`${cause.topic}/${cause.offset}`);
}

/** The records to send, by partition in pieces small enough for the broker. */
class Sends {
  /** Of all topics but that of handoffs. */
  private readonly partition: number;
  /** By topic and partition. */
  private readonly pieces = new Map<string, { readonly topic: string; readonly list: EncodedRecords[] }>();

  constructor(partition: number) {
    this.partition = partition;
  }

  /** The piece to which to add a record of about this size. */
  recordsFor(topic: string, size: number, partition = this.partition): EncodedRecords {
    const name = `${topic}/${partition}`;
    let pieces = this.pieces.get(name);
    if (pieces === undefined) {
      pieces = { topic, list: [] };
      this.pieces.set(name, pieces);
    }
    const last = pieces.list.at(-1);
    if (last !== undefined && last.size + size <= SEND_BYTES_MAX) return last;
    const records = new EncodedRecords(partition);
    pieces.list.push(records);
    return records;
  }

  add(topic: string, { key, value, headers }: Message): void {
    this.recordsFor(topic, sizeOf(key) + sizeOf(value) + ENVELOPE_BYTES).add(key, value, headers);
  }

  /** The first piece of each topic, then the second, and so on. */
  *batches(prefix: string): Iterable<{ topic: string; messages: Message[] }[]> {
    for (let nth = 0; ; nth++) {
      const now = new Map<string, EncodedRecords[]>();
      for (const { topic, list } of this.pieces.values()) {
        const piece = list[nth];
        if (piece !== undefined) now.set(topic, [...(now.get(topic) ?? []), piece]);
      }
      if (now.size === 0) return;
      yield [...now].map(([topic, pieces]) => ({ topic: prefix + topic, messages: messagesOf(pieces) }));
    }
  }
}

function sizeOf(bytes: Buffer | string | null | undefined): number {
  return bytes === null || bytes === undefined ? 0 : Buffer.byteLength(bytes);
}
