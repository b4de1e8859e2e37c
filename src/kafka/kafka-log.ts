// The event log on Kafka. An append resolves when it is in Kafka; reads come from a copy in this process that follows
// the topics. Blocks are not appended here: tasks write them in transactions of their own.

import { HesabuError } from '../domain/errors.ts';
import { FACT_TOPICS } from '../domain/fact.ts';
import type { Block } from '../ledger/block-codec.ts';
import { type Append, type Batch, checkAppend, type EventLog, type Topic } from '../log/event-log.ts';
import { readFact } from '../log/fact-codec.ts';
import { forEachValue } from '../log/value-frames.ts';
import { unreachable } from './client/admin.ts';
import { endBefore } from './client/high-watermarks.ts';
import { IdempotentProducer } from './client/idempotent-producer.ts';
import type { Kafka, Message } from './client/kafkajs.ts';
import { checkHeld, replaced } from './client/lost-records.ts';
import { topicEnds } from './client/topic-offsets.ts';
import { type Reading, type Records, startReading } from './client/topic-reader.ts';
import { type BlockForm, PART_BYTES_MAX } from './records/block-records.ts';
import { cloudEventHeaders } from './records/cloud-event.ts';
import { identityHeaders } from './records/ledger-identity.ts';
import { type AddValues, addAsFacts, COPIED_TOPICS, SOURCE, TopicReplicator } from './topic-replicator.ts';
import { type SchemaIds, WIRE_PREFIX_BYTES } from './topics/registry.ts';

export interface KafkaLogOptions {
  readonly kafka: Kafka;
  readonly prefix: string;
  readonly schemas: SchemaIds;
  readonly blocks: BlockForm<Block>;
  /** The destination of the copied topics. It has as many partitions as they have, and this log closes it. */
  readonly copy: EventLog;
  /** Converts records to values; default: as facts. */
  readonly addValues?: AddValues;
  /** Called once when the copy cannot continue. */
  readonly onFault?: (error: Error) => void;
  /** Called now and then while a block waits for facts that are in the topics and were not read yet. */
  readonly onWait?: (text: string) => void;
}

const SEND_MESSAGES_MAX = 500;
/** A block that waits this long is looked after: usually what it read comes with the same fetch. */
const LOOK_MILLIS = 2_000;
const FACTS: readonly Topic[] = [...FACT_TOPICS, 'unresolved.v1'];

interface Waiter {
  readonly topic: Topic;
  readonly partition: number;
  readonly end: bigint;
  resolve(): void;
  reject(error: Error): void;
}

/**
 * An append to several topics or partitions is not atomic here: after an error a part of it may be there. That is safe
 * for facts: the same fact again is one fact, and a caller without an answer repeats the append.
 */
export class KafkaLog implements EventLog {
  readonly partitions: number;
  private readonly options: KafkaLogOptions;
  private readonly replicator: TopicReplicator;
  private readonly producer: IdempotentProducer;
  private reading: Reading | undefined;
  /** Writes to the copy run one after another. */
  private copyWrites: Promise<void> = Promise.resolve();
  private appending: Promise<unknown> = Promise.resolve();
  private readonly waiters = new Set<Waiter>();
  private fault: Error | undefined;
  /** Resolved when the copy has what was in the topics at the beginning. */
  private readonly caughtUp = Promise.withResolvers<void>();
  private looking: NodeJS.Timeout | undefined;
  private isClosed = false;
  /** By partition of the ledger, the block that waited at the last look. */
  private waited = new Map<number, number>();

  private constructor(options: KafkaLogOptions) {
    const { kafka, prefix, copy, schemas, blocks } = options;
    this.options = options;
    this.partitions = copy.partitions;
    this.replicator = new TopicReplicator(
      copy,
      prefix,
      blocks,
      options.addValues ?? addAsFacts(schemas, copy.partitions),
    );
    this.producer = new IdempotentProducer(kafka);
    this.caughtUp.promise.catch(() => {});
  }

  /** Resolves when the copy has everything now in the topics. Throws HESABU_KAFKA_UNREACHABLE and the like. */
  static async open(options: KafkaLogOptions): Promise<KafkaLog> {
    const log = new KafkaLog(options);
    try {
      await log.producer.connect();
      await log.catchUp();
      return log;
    } catch (error) {
      await log.close();
      throw error instanceof HesabuError ? error : unreachable(error as Error);
    }
  }

  append(appends: readonly Append[]): Promise<void> {
    const done = this.appending.then(() => this.appendNow(appends));
    this.appending = done.catch(() => {});
    return done;
  }

  read(topic: Topic, partition: number, from: bigint): Iterable<Batch> {
    return this.options.copy.read(topic, partition, from);
  }

  end(topic: Topic, partition: number): bigint {
    return this.options.copy.end(topic, partition);
  }

  async close(): Promise<void> {
    this.isClosed = true;
    clearTimeout(this.looking);
    await this.reading?.stop();
    await this.producer.close();
    await this.copyWrites;
    await this.options.copy.close();
  }

  private async catchUp(): Promise<void> {
    const { kafka, prefix } = this.options;
    const places = this.replicator.places();
    // The end of the ledger first: everything that its blocks read lies before the ends that are asked for later.
    const topics = COPIED_TOPICS.toReversed().map((topic) => prefix + topic);
    const topicPlaces = await topicEnds(kafka, topics);
    const held = places.map((place) => ({ ...place, known: place.offset }));
    await checkHeld(kafka, held, topicPlaces);
    const { ends } = topicPlaces;
    const left = new Map(ends);
    for (const { topic, partition, offset } of places) {
      if (offset >= (left.get(`${topic}/${partition}`) ?? 0n)) left.delete(`${topic}/${partition}`);
    }
    const isInCopy = () =>
      this.replicator.awaited.every(({ partition, offset }) => offset >= ends.get(`${prefix}ledger.v1/${partition}`)!);
    const onRecords = async (records: Records) => {
      await this.take(records);
      const name = `${records.topic}/${records.partition}`;
      if (records.next >= (left.get(name) ?? 0n)) left.delete(name);
      if (left.size === 0 && isInCopy()) this.caughtUp.resolve();
    };
    const isWanted = (topic: string, partition: number) => this.replicator.isWanted(topic, partition);
    const onFault = (error: Error) => this.fail(error);
    this.reading = await startReading({ kafka, prefix, places, onRecords, isWanted, onFault });
    this.lookLater();
    if (left.size > 0) await this.caughtUp.promise;
    this.replicator.checkHeads();
  }

  private lookLater(): void {
    if (this.isClosed) return;
    this.looking = setTimeout(async () => {
      // Without the cluster nothing is known, and nothing is told.
      await this.look().catch(() => {});
      this.lookLater();
    }, LOOK_MILLIS);
  }

  /**
   * Looks whether blocks that have waited since the last look can have what they wait for: if its topic ends before
   * that, it was lost. Otherwise it is still to come, however long that takes. Rejects while the cluster is away.
   */
  private async look(): Promise<void> {
    const { kafka, prefix, onWait } = this.options;
    const { waited } = this;
    const { awaited } = this.replicator;
    this.waited = new Map(awaited.map(({ partition, height }) => [partition, height]));
    for (const { partition, height, input } of awaited) {
      if (waited.get(partition) !== height) continue;
      const topic = prefix + input.topic;
      const end = await endBefore(kafka, topic, input.partition, input.to);
      if (end !== undefined) return this.fail(replaced(topic, input.partition, input.to, end));
      const there = this.end(input.topic, input.partition);
      const where = `${topic}/${input.partition}`;
      onWait?.(`block ${height} of ledger.v1/${partition} waits for ${where} up to ${input.to}: copied up to ${there}`);
    }
  }

  private take(records: Records): Promise<void> {
    const done = this.copyWrites.then(() => this.replicator.take(records));
    this.copyWrites = done.catch(() => {});
    return done.then(() => this.resolveWaiters());
  }

  private fail(error: Error): void {
    if (this.fault !== undefined) return;
    this.fault = error;
    this.caughtUp.reject(error);
    for (const waiter of this.waiters) waiter.reject(error);
    this.waiters.clear();
    this.options.onFault?.(error);
  }

  private resolveWaiters(): void {
    for (const waiter of this.waiters) {
      if (this.end(waiter.topic, waiter.partition) < waiter.end) continue;
      this.waiters.delete(waiter);
      waiter.resolve();
    }
  }

  private async appendNow(appends: readonly Append[]): Promise<void> {
    for (const append of appends) checkAppend(append, this.partitions);
    if (this.fault !== undefined) throw this.fault;
    this.checkEnds(appends);
    for (const append of appends) await this.send(append);
  }

  private checkEnds(appends: readonly Append[]): void {
    const ends = new Map<string, bigint>();
    for (const { topic, partition, count, expectedEnd } of appends) {
      const name = `${topic}/${partition}`;
      const end = ends.get(name) ?? this.end(topic, partition);
      if (expectedEnd !== undefined && expectedEnd !== end) {
        throw new HesabuError('HESABU_LOG_CONFLICT', { where: name, expected: `end ${expectedEnd}`, found: `${end}` });
      }
      ends.set(name, end + BigInt(count));
    }
  }

  private async send(append: Append): Promise<void> {
    const { topic } = append;
    if (topic === 'ledger.v1') throw new RangeError('blocks are written by tasks');
    let end = -1n;
    let isOwn = true;
    for (const messages of this.chunksOf(append)) {
      const [sent] = await this.producer.send({ topic: this.options.prefix + topic, messages });
      const from = BigInt(sent!.baseOffset!);
      isOwn &&= end < 0n || from === end;
      end = from + BigInt(messages.length);
    }
    await this.put(append, end, isOwn);
  }

  /** Writes to the copy at once if no other writer came between; otherwise waits until the reading reaches it. */
  private async put(append: Append, end: bigint, isOwn: boolean): Promise<void> {
    const { topic, partition, count } = append;
    const { copy } = this.options;
    const direct = this.copyWrites.then(async () => {
      const isNext = isOwn && copy.end(topic, partition) === end - BigInt(count);
      if (isNext) await copy.append([{ topic, partition, count, payload: append.payload, source: append.source }]);
    });
    this.copyWrites = direct.catch(() => {});
    await direct;
    if (copy.end(topic, partition) >= end) return;
    await new Promise<void>((resolve, reject) => {
      this.waiters.add({ topic, partition, end, resolve, reject });
      this.resolveWaiters();
    });
  }

  private *chunksOf({ topic, partition, payload, source }: Append): Iterable<Message[]> {
    const prefix = this.options.schemas.prefix(topic);
    const bytes = Buffer.from(payload.buffer, payload.byteOffset, payload.length);
    const all: Message[] = [];
    forEachValue(bytes, 0, (start, end) => {
      const value = Buffer.concat([prefix, bytes.subarray(start, end)]);
      all.push({ partition, value, ...this.envelope(topic, value, source) });
    });
    let [messages, size]: [Message[], number] = [[], 0];
    for (const message of all) {
      const added = (message.value?.length ?? 0) + 400;
      if (messages.length === SEND_MESSAGES_MAX || (messages.length > 0 && size + added > PART_BYTES_MAX)) {
        yield messages;
        [messages, size] = [[], 0];
      }
      messages.push(message);
      size += added;
    }
    yield messages;
  }

  /** The key, and the headers that describe the record to other programs. */
  private envelope(topic: Topic, value: Buffer, source: number): Pick<Message, 'key' | 'headers'> {
    const { schemas } = this.options;
    if (topic === 'rules.v1') return { headers: identityHeaders({ partitions: this.partitions, schemas }) };
    const headers = source === 0 ? {} : { [SOURCE]: String(source) };
    if (!FACTS.includes(topic) || this.options.addValues !== undefined) return { headers };
    const { transaction_reference, id, provider } = readFact(value, WIRE_PREFIX_BYTES, value.length);
    const event = { id, source: `/hesabu/producers/${provider}`, type: `hesabu.${topic}` };
    return { key: transaction_reference, headers: { ...cloudEventHeaders(event), ...headers } };
  }
}
