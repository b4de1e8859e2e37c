// The input of a task: fetched records become batches of values, with their dead letters and traces. Each fetch must
// begin where the previous one ended: a client whose position was deleted from a topic silently continues elsewhere,
// and would skip the records between.

import { TASK_TOPICS, type TaskTopic } from '../../domain/fact.ts';
import { BatchBuilder } from '../../log/value-frames.ts';
import type { RecordSet } from '../client/record-set.ts';
import { type Trace, traceIn } from '../records/cloud-event.ts';
import { type DeadLetter, deadLetterOf } from '../records/dead-letter.ts';
import { FactReader } from '../records/fact-records.ts';
import type { SchemaIds } from '../topics/registry.ts';
import type { Fetched } from './record-queue.ts';

/** The records that a fetch returned for one topic. */
export interface FetchedRecords {
  readonly records: RecordSet;
  /** The offset of the request: later offsets without a record do not exist in the topic. */
  readonly requested: bigint;
  /** After the last record, including one hidden from readers. */
  readonly after: bigint;
  /** The end of the topic, as far as known. */
  readonly end: bigint;
}

export interface RecordDecoderOptions {
  readonly partition: number;
  readonly schemas: SchemaIds;
  readonly partitions: number;
}

export class RecordDecoder {
  private readonly options: RecordDecoderOptions;
  /** After the last value taken. */
  private readonly next: Map<TaskTopic, bigint>;
  /** The start of the next fetch: beyond `next` if hidden records follow. */
  private readonly reached: Map<TaskTopic, bigint>;
  /** The end of a topic, as far as known. */
  private readonly ends = new Map<TaskTopic, bigint>();

  constructor(options: RecordDecoderOptions, next: ReadonlyMap<TaskTopic, bigint>) {
    this.options = options;
    this.next = new Map(next);
    this.reached = new Map(next);
  }

  /** The offset to continue reading a topic from. */
  nextOf(topic: TaskTopic): bigint {
    return this.next.get(topic)!;
  }

  /** The same; the next fetch must begin there. */
  beginAt(topic: TaskTopic): bigint {
    const next = this.nextOf(topic);
    this.reached.set(topic, next);
    return next;
  }

  /** The number of offsets that a topic had left when it was checked. */
  expect(topic: TaskTopic, offsets: bigint): void {
    this.ends.set(topic, this.nextOf(topic) + offsets);
  }

  /** The offsets of a topic that are still to be fetched, as far as its end is known. */
  rangeLeft(topic: TaskTopic): { readonly from: bigint; readonly to: bigint } {
    const from = this.reached.get(topic)!;
    const end = this.ends.get(topic) ?? 0n;
    return { from, to: end > from ? end : from };
  }

  /** Whether more than this is still to be fetched of any topic. */
  isBehind(offsets: bigint): boolean {
    return TASK_TOPICS.some((topic) => {
      const { from, to } = this.rangeLeft(topic);
      return to - from > offsets;
    });
  }

  /** Undefined if nothing is new. Throws if the fetch does not begin at the expected offset. */
  take(topic: TaskTopic, { records, requested, after, end }: FetchedRecords): Fetched | undefined {
    const { partition, schemas, partitions } = this.options;
    const reached = this.reached.get(topic)!;
    if (requested !== reached)
      throw new Error(`${topic}/${partition} continued at offset ${requested} instead of ${reached}`);
    this.reached.set(topic, after);
    this.ends.set(topic, end);
    const from = this.nextOf(topic);
    const builder = new BatchBuilder(records.size);
    const letters: DeadLetter[] = [];
    const traces = new Map<bigint, Trace>();
    const facts = new FactReader({
      ...{ topic, partition, schemas, partitions },
      onFault: ({ message, reason, detail }) => {
        letters.push(deadLetterOf({ topic, partition }, message, reason, detail));
      },
    });
    let [next, time] = [Number(from), 0];
    for (const record = records.cursor(); record.next(); ) {
      if (record.offset < next) continue;
      next = facts.add(builder, next, record);
      time = record.timestamp;
      const trace = traceIn(record);
      if (trace !== undefined) traces.set(BigInt(record.offset), trace);
    }
    // Offsets skipped at the end hold no facts; they belong to the next block with one.
    const to = BigInt(next);
    this.next.set(topic, to);
    if (builder.count === 0) return undefined;
    const batch = { topic, partition, from, to, payload: builder.take().payload, source: 0 };
    return { batch, time, letters, traces };
  }
}

/** Where a task continues: after the inputs of its blocks, except those to be checked again. */
export function placesAfter(
  positions: ReadonlyMap<string, bigint>,
  again: ReadonlyMap<string, { readonly from: bigint }>,
): Map<TaskTopic, bigint> {
  return new Map(TASK_TOPICS.map((topic) => [topic, again.get(topic)?.from ?? positions.get(topic) ?? 0n]));
}
