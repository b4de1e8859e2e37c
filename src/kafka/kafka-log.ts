// The event log on Kafka. An append resolves when it is in Kafka; reads come from a copy in this process that follows
// the topics. Blocks are not appended here: tasks write them in transactions of their own.

import { HesabuError } from '../domain/errors.ts';
import type { Block } from '../ledger/block-codec.ts';
import { type Append, type Batch, checkAppend, type EventLog, type Topic } from '../log/event-log.ts';
import { AppendSender, closed } from './append-sender.ts';
import { clusterFault, unreachable } from './client/cluster-errors.ts';
import { endBefore } from './client/high-watermarks.ts';
import type { Kafka } from './client/kafkajs.ts';
import { checkHeld, replaced } from './client/lost-records.ts';
import { tellOutages } from './client/outages.ts';
import { within } from './client/time-limit.ts';
import { topicEnds } from './client/topic-offsets.ts';
import { type Reading, type Records, startReading } from './client/topic-reader.ts';
import type { BlockForm } from './records/block-records.ts';
import { type AddValue, addAsFacts, COPIED_TOPICS, TopicReplicator } from './topic-replicator.ts';
import type { SchemaIds } from './topics/registry.ts';

export interface KafkaLogOptions {
  readonly kafka: Kafka;
  readonly prefix: string;
  readonly schemas: SchemaIds;
  readonly blocks: BlockForm<Block>;
  /** The destination of the copied topics. It has as many partitions as they have, and this log closes it. */
  readonly copy: EventLog;
  /** Converts records to values; default: as facts. */
  readonly addValue?: AddValue;
  /** Called once when the copy cannot continue. */
  readonly onFault?: (error: Error) => void;
  /**
   * Called when the cluster goes away, each half minute while it is, and when it is back; and now and then while a
   * block waits for facts that are in the topics and were not read yet.
   */
  readonly tell?: (text: string) => void;
  /** Whether an append waits for a cluster that is away. Otherwise it is refused, so that its caller can answer. */
  readonly isPatient?: boolean;
}

/** A block that waits this long is looked after: usually what it read comes with the same fetch. */
const LOOK_MILLIS = 2_000;

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
  private readonly sender: AppendSender;
  private reading: Reading | undefined;
  /** Writes to the copy run one after another. */
  private copyWrites: Promise<void> = Promise.resolve();
  private appending: Promise<unknown> = Promise.resolve();
  private readonly waiters = new Set<Waiter>();
  private fault: Error | undefined;
  /** Resolved when the copy has what was in the topics at the beginning. */
  private readonly caughtUp = Promise.withResolvers<void>();
  private looking: NodeJS.Timeout | undefined;
  private readonly closing = new AbortController();
  private readonly stops: (() => void)[] = [];
  /** By partition of the ledger, the block that waited at the last look. */
  private waited = new Map<number, number>();

  private constructor(options: KafkaLogOptions) {
    const { prefix, copy, schemas, blocks } = options;
    this.options = options;
    this.partitions = copy.partitions;
    this.replicator = new TopicReplicator(
      copy,
      prefix,
      blocks,
      options.addValue ?? addAsFacts(schemas, copy.partitions),
    );
    this.sender = new AppendSender(options, copy.partitions, this.closing.signal);
    this.caughtUp.promise.catch(() => {});
  }

  /** Resolves when the copy has everything now in the topics. Throws HESABU_KAFKA_UNREACHABLE and the like. */
  static async open(options: KafkaLogOptions): Promise<KafkaLog> {
    const log = new KafkaLog(options);
    const { kafka, isPatient } = options;
    try {
      await log.sender.connect();
      await log.catchUp();
      if (!isPatient)
        log.stops.push(kafka.presence.listen({ onAway: (error) => log.rejectWaiters(unreachable(error)) }));
      return log;
    } catch (error) {
      await log.close();
      throw clusterFault(error);
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

  beginning(topic: Topic, partition: number, from: bigint): Buffer | undefined {
    return this.options.copy.beginning(topic, partition, from);
  }

  end(topic: Topic, partition: number): bigint {
    return this.options.copy.end(topic, partition);
  }

  /** Appends that wait are refused. Does not wait for a cluster that is away. */
  async close(): Promise<void> {
    this.closing.abort();
    clearTimeout(this.looking);
    for (const stop of this.stops) stop();
    this.rejectWaiters(closed());
    await Promise.all([this.reading?.stop(), this.sender.close(), within(this.appending)]);
    await this.copyWrites;
    await this.options.copy.close();
  }

  private async catchUp(): Promise<void> {
    const { kafka, prefix, tell = () => {} } = this.options;
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
    // From here on an outage is waited for, however long.
    this.stops.push(tellOutages(kafka, tell));
    this.lookLater();
    if (left.size > 0) await this.caughtUp.promise;
    this.replicator.checkHeads();
  }

  private lookLater(): void {
    if (this.closing.signal.aborted) return;
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
    const { kafka, prefix, tell } = this.options;
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
      tell?.(`block ${height} of ledger.v1/${partition} waits for ${where} up to ${input.to}: copied up to ${there}`);
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
    this.rejectWaiters(error);
    this.options.onFault?.(error);
  }

  private rejectWaiters(error: Error): void {
    for (const waiter of this.waiters) waiter.reject(error);
    this.waiters.clear();
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
    if (this.closing.signal.aborted) throw closed();
    this.checkEnds(appends);
    for (const append of appends) {
      const { end, isOwn } = await this.sender.send(append);
      await this.put(append, end, isOwn);
    }
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
    const { kafka, isPatient } = this.options;
    if (this.closing.signal.aborted) throw closed();
    if (!isPatient && kafka.presence.away !== undefined) throw unreachable(kafka.presence.away);
    await new Promise<void>((resolve, reject) => {
      this.waiters.add({ topic, partition, end, resolve, reject });
      this.resolveWaiters();
    });
  }
}
