// Writes what one task makes: a transaction for each block, with the block, its entries for subscribers and the dead
// letters that it met. Whoever owns the task has the only producer that can; an error makes the producer useless.

import type { Kafka, Message, Producer, Transaction } from 'kafkajs';
import { Partitioners } from 'kafkajs';
import { ByteWriter } from '../../domain/bytes.ts';
import { entryId } from '../../domain/entry.ts';
import type { BuiltBlock } from '../../ledger/block.ts';
import { decodeBlock, readEntries } from '../../ledger/block-codec.ts';
import { writeEntry } from '../../ledger/entry-codec.ts';
import { blockMessages, makeTakeover, PART_BYTES_MAX } from '../../log/kafka/block-records.ts';
import { cloudEventHeaders, type Trace } from '../../log/kafka/cloud-event.ts';
import { type DeadLetter, encodeDeadLetter } from '../../log/kafka/dead-letter.ts';
import type { SchemaIds } from '../../log/kafka/registry.ts';
import { reconTopicOf } from '../../log/kafka/topics.ts';

export interface TaskWriterOptions {
  readonly kafka: Kafka;
  readonly prefix: string;
  readonly partition: number;
  readonly schemas: SchemaIds;
}

export interface BlockToCommit {
  readonly block: BuiltBlock;
  readonly letters: readonly DeadLetter[];
  /** The trace of the fact that caused an entry. */
  readonly traceOf: (topic: string, offset: bigint) => Trace | undefined;
  /** The head of a snapshot whose chunks are written. */
  readonly snapshotHead: Message | undefined;
}

/** Above it kafkajs takes time that grows with the square of the number. */
const SEND_MESSAGES_MAX = 500;
const TRANSACTION_MILLIS = 30_000;
/**
 * Right after a commit the coordinator answers CONCURRENT_TRANSACTIONS for some milliseconds: short waits, and many.
 */
const RETRY = { initialRetryTime: 2, maxRetryTime: 200, retries: 50, factor: 0.2, multiplier: 1.5 };

export class TaskWriter {
  private readonly options: TaskWriterOptions;
  private readonly producer: Producer;

  constructor(options: TaskWriterOptions) {
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
   * Fences whoever had the task before, and writes a record that says so. Whatever stands before it in the ledger is
   * all that there will ever be of others. Returns its id.
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
  async commit({ block, letters, traceOf, snapshotHead }: BlockToCommit): Promise<bigint> {
    const { prefix, partition, schemas } = this.options;
    const { height } = block.header;
    const messages = new Map<string, Message[]>();
    messages.set('ledger.v1', blockMessages(partition, height, block.bytes, schemas.prefix('ledger.v1')));
    if (snapshotHead !== undefined) messages.set('snapshots.v1', [snapshotHead]);
    for (const letter of letters) push(messages, 'dead-letters.v1', this.letterMessage(letter));
    this.addEntries(messages, block, traceOf);
    let offset = -1n;
    await this.transact(async (transaction) => {
      for (const topicMessages of sendsOf(messages, prefix)) {
        const sent = await transaction.sendBatch({ topicMessages });
        const ledger = sent.find(({ topicName }) => topicName === `${prefix}ledger.v1`);
        if (offset < 0n && ledger?.baseOffset !== undefined) offset = BigInt(ledger.baseOffset);
      }
    });
    return offset;
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
      // The producer is thrown away: this only frees the partitions sooner than the time-out would.
      if (transaction.isActive()) await transaction.abort().catch(() => {});
      throw error;
    }
  }

  private addEntries(messages: Map<string, Message[]>, block: BuiltBlock, traceOf: BlockToCommit['traceOf']): void {
    const { partition, schemas } = this.options;
    const source = `/hesabu/ledger/${partition}`;
    for (const entry of readEntries(decodeBlock(block.bytes))) {
      const topic = reconTopicOf(entry.finding.kind);
      if (topic === null) continue;
      const { cause } = entry;
      const writer = new ByteWriter(256);
      writer.raw(schemas.prefix(topic));
      writeEntry(writer, entry);
      const headers = cloudEventHeaders({
        id: entryId(entry.partition, entry.height, entry.index),
        ...{ source, type: `hesabu.${topic}` },
        trace: cause === null ? undefined : traceOf(cause.topic, cause.offset),
      });
      push(messages, topic, { partition, key: entry.key, value: writer.take(), headers });
    }
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

function push(messages: Map<string, Message[]>, topic: string, message: Message): void {
  const waiting = messages.get(topic);
  if (waiting === undefined) messages.set(topic, [message]);
  else waiting.push(message);
}

/** Several sends, each with some messages of every topic: few enough for kafkajs, and small enough for the broker. */
function* sendsOf(messages: ReadonlyMap<string, readonly Message[]>, prefix: string) {
  const left = new Map([...messages].map(([topic, all]) => [topic, { all, at: 0 }]));
  while (left.size > 0) {
    const topicMessages: { topic: string; messages: Message[] }[] = [];
    for (const [topic, place] of left) {
      const from = place.at;
      let bytes = 0;
      while (place.at < place.all.length && place.at - from < SEND_MESSAGES_MAX) {
        const size = sizeOf(place.all[place.at]!);
        if (bytes > 0 && bytes + size > PART_BYTES_MAX) break;
        bytes += size;
        place.at++;
      }
      topicMessages.push({ topic: prefix + topic, messages: place.all.slice(from, place.at) });
      if (place.at === place.all.length) left.delete(topic);
    }
    yield topicMessages;
  }
}

/** About: a record's headers are small beside it, and PART_BYTES_MAX leaves room. */
function sizeOf({ key, value }: Message): number {
  return (value?.length ?? 0) + (key?.length ?? 0) + 300;
}
