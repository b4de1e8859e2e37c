// What a task is fed: records as they were fetched become batches of values, with the dead letters and traces among
// them. Each fetch must begin where the one before ended: a client whose place is gone from a topic goes on at another
// without a word, and what lies between would be skipped.

import { FACT_TOPICS, type FactTopic } from '../../domain/fact.ts';
import { BatchBuilder } from '../../log/value-frames.ts';
import type { KafkaMessage } from '../client/kafkajs.ts';
import { type Trace, traceOf } from '../records/cloud-event.ts';
import { type DeadLetter, deadLetterOf } from '../records/dead-letter.ts';
import { addFacts } from '../records/fact-records.ts';
import type { SchemaIds } from '../topics/registry.ts';
import type { Fetched } from './record-queue.ts';

/** What a fetch brought of one topic. */
export interface FetchedRecords {
  readonly messages: readonly KafkaMessage[];
  /** The offset that was asked for: offsets after it that have no record are not in the topic. */
  readonly asked: bigint;
  /** After the last record, one that is not for readers included. */
  readonly after: bigint;
  /** Where the topic ends, as far as is known. */
  readonly end: bigint;
}

export interface RecordDecoderOptions {
  readonly partition: number;
  readonly schemas: SchemaIds;
  readonly partitions: number;
}

export class RecordDecoder {
  private readonly options: RecordDecoderOptions;
  /** After the last value that was taken. */
  private readonly next: Map<FactTopic, bigint>;
  /** Where the next fetch begins: beyond `next` where what follows is not for readers. */
  private readonly reached: Map<FactTopic, bigint>;
  /** Where a topic ends, as far as is known. */
  private readonly ends = new Map<FactTopic, bigint>();

  constructor(options: RecordDecoderOptions, next: ReadonlyMap<FactTopic, bigint>) {
    this.options = options;
    this.next = new Map(next);
    this.reached = new Map(next);
  }

  /** The offset that a topic is to be read on from. */
  nextOf(topic: FactTopic): bigint {
    return this.next.get(topic)!;
  }

  /** The same; the next fetch is to begin there. */
  beginAt(topic: FactTopic): bigint {
    const next = this.nextOf(topic);
    this.reached.set(topic, next);
    return next;
  }

  /** So many offsets of a topic were there when it was looked at. */
  expect(topic: FactTopic, offsets: bigint): void {
    this.ends.set(topic, this.nextOf(topic) + offsets);
  }

  /** How many offsets of a topic are still to be fetched. */
  leftOf(topic: FactTopic): bigint {
    const left = (this.ends.get(topic) ?? 0n) - this.reached.get(topic)!;
    return left > 0n ? left : 0n;
  }

  /** Whether more of a topic than this is still to be fetched. */
  isBehind(offsets: bigint): boolean {
    return FACT_TOPICS.some((topic) => this.leftOf(topic) > offsets);
  }

  /** A fetch had nothing for readers. */
  pass(topic: FactTopic, first: bigint, after: bigint): void {
    if (first === this.reached.get(topic)) this.reached.set(topic, after);
  }

  /** Undefined where nothing is new. Throws where the fetch begins somewhere else than it should. */
  take(topic: FactTopic, { messages, asked, after, end }: FetchedRecords): Fetched | undefined {
    const { partition, schemas, partitions } = this.options;
    const reached = this.reached.get(topic)!;
    if (asked !== reached) throw new Error(`${topic}/${partition} went on at offset ${asked} instead of ${reached}`);
    this.reached.set(topic, after);
    this.ends.set(topic, end);
    const from = this.nextOf(topic);
    const fresh = messages.filter(({ offset }) => BigInt(offset) >= from);
    const builder = new BatchBuilder(64 * 1024);
    const letters: DeadLetter[] = [];
    const to = addFacts(builder, from, partition, fresh, {
      schemas,
      partitions,
      onFault: ({ message, reason, detail }) => {
        letters.push(deadLetterOf({ topic, partition }, message, reason, detail));
      },
    });
    // What was gone past at the end holds no facts; it belongs to the next block that has one.
    this.next.set(topic, to);
    if (builder.count === 0) return undefined;
    const batch = { topic, partition, from, to, payload: builder.take().payload, source: 0 };
    return { batch, time: Number(fresh.at(-1)!.timestamp), letters, traces: tracesOf(fresh) };
  }
}

function tracesOf(messages: readonly KafkaMessage[]): Map<bigint, Trace> {
  const traces = new Map<bigint, Trace>();
  for (const { headers, offset } of messages) {
    const trace = headers?.traceparent === undefined ? undefined : traceOf(headers);
    if (trace !== undefined) traces.set(BigInt(offset), trace);
  }
  return traces;
}

/** Where a task reads on: after what its blocks have read, but that which is to be looked at again. */
export function placesAfter(
  positions: ReadonlyMap<string, bigint>,
  again: ReadonlyMap<string, { readonly from: bigint }>,
): Map<FactTopic, bigint> {
  return new Map(FACT_TOPICS.map((topic) => [topic, again.get(topic)?.from ?? positions.get(topic) ?? 0n]));
}
