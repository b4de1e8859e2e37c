// The EventLog port: partitioned, append-only topics. Batches of values are the unit of storage, as in Kafka.

import type { TaskTopic } from '../domain/fact.ts';

/** `imports.v1` and `rules.v1` have partition 0 only; the others have as many partitions as the log. */
export type Topic = TaskTopic | 'epochs.v1' | 'ledger.v1' | 'imports.v1' | 'rules.v1';

/**
 * Values to append, each after its length in four bytes, most significant first. The caller must not change the
 * payload until the append resolves.
 */
export interface Append {
  readonly topic: Topic;
  readonly partition: number;
  readonly count: number;
  readonly payload: Uint8Array;
  /** Where the payload is given as it is stored (see zstd-frames.ts), its size before. Not every log takes such. */
  readonly unpackedSize?: number;
  /** The import that the values come from; 0 for none. */
  readonly source: number;
  /** Refuses the whole append (HESABU_LOG_CONFLICT) unless the topic-partition ends at this offset. */
  readonly expectedEnd?: bigint;
}

/** A stored batch: values with the offsets `from` (inclusive) to `to` (exclusive). */
export interface Batch {
  readonly topic: Topic;
  readonly partition: number;
  readonly from: bigint;
  readonly to: bigint;
  readonly payload: Buffer;
  readonly source: number;
  /** Whether the payload was made for this one reading: then its memory may be given back after it. */
  readonly isOwn?: boolean;
}

export interface EventLog {
  /** Fixed when the log was made. */
  readonly partitions: number;
  /** Appends all batches or none, and resolves only when they are durable. Concurrent calls share one commit. */
  append(batches: readonly Append[]): Promise<void>;
  /** The batches that hold offsets at or after `from`, in order, read lazily; the first may begin before `from`. */
  read(topic: Topic, partition: number, from: bigint): Iterable<Batch>;
  /**
   * The beginning of the payload of the batch that begins at this offset, 128 KiB or more or all of it: for what stands
   * at the beginning of a large value. Undefined if no batch begins there.
   */
  beginning(topic: Topic, partition: number, from: bigint): Buffer | undefined;
  /** The offset of the next value; 0n if nothing was appended. */
  end(topic: Topic, partition: number): bigint;
  /** Resolves when everything is durable and another process may open the log. */
  close(): Promise<void>;
}

const SINGLE: readonly Topic[] = ['imports.v1', 'rules.v1'];

/** Throws a RangeError for an invalid append: an unknown partition, no values, or packed ones where none are taken. */
export function checkAppend(append: Append, partitions: number, takesPacked = false): void {
  const { topic, partition, count, unpackedSize } = append;
  if (unpackedSize !== undefined && !takesPacked) throw new RangeError('this log takes no packed values');
  const limit = SINGLE.includes(topic) ? 1 : partitions;
  if (!Number.isInteger(partition) || partition < 0 || partition >= limit) {
    throw new RangeError(`${topic} has no partition ${partition}`);
  }
  if (!Number.isInteger(count) || count < 1) throw new RangeError('an append holds at least one value');
}
