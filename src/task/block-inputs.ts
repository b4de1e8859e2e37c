// A block's inputs in the log: batches cut to the offsets that the block names.

import type { BlockHeader, BlockInput } from '../ledger/block-codec.ts';
import { sha256OfParts } from '../ledger/digest.ts';
import type { Batch, EventLog, Topic } from '../log/event-log.ts';
import { forEachValue } from '../log/value-frames.ts';
import { giveBack } from '../runtime/give-back.ts';

/** The values of a topic-partition from `from` (inclusive) to `to` (exclusive). */
export function* batchesBetween(
  log: Pick<EventLog, 'read'>,
  topic: Topic,
  partition: number,
  from: bigint,
  to: bigint,
): Iterable<Batch> {
  if (from >= to) return;
  for (const batch of log.read(topic, partition, from)) {
    if (batch.from >= to) return;
    yield batch.from >= from && batch.to <= to ? batch : cutBatch(batch, from, to);
    if (batch.to >= to) return;
  }
}

/**
 * The first input of a block that is not wholly before the end of its topic; undefined if all of them are there. Topics
 * come separately, so a block may be known before its inputs: it is executed when they are there, and not before.
 */
export function missingInput(
  { inputs }: Pick<BlockHeader, 'inputs'>,
  endOf: (topic: Topic) => bigint,
): BlockInput | undefined {
  return inputs.find(({ topic, to }) => endOf(topic as Topic) < to);
}

/** Everything that a block read, topic by topic. Throws a RangeError if the log does not have all of it. */
export function batchesOf(log: Pick<EventLog, 'read'>, { inputs, partition }: BlockHeader): Batch[] {
  return inputs.flatMap(({ topic, from, to }) => {
    const batches = [...batchesBetween(log, topic as Topic, partition, from, to)];
    let end = from;
    for (const batch of batches) end = batch.from === end ? batch.to : end;
    if (end < to) throw new RangeError(`${topic}/${partition} up to ${end}, though the block read up to ${to}`);
    return batches;
  });
}

/** Lets go of what a block read, once its task has made it. */
export function giveBackBatches(batches: readonly Batch[]): void {
  for (const { payload, isOwn = false } of batches) if (isOwn) giveBack(payload);
}

/** A block may end inside a batch, for example if another log stored the values singly. */
function cutBatch(batch: Batch, from: bigint, to: bigint): Batch {
  const first = from > batch.from ? Number(from - batch.from) : 0;
  const last = Number((to < batch.to ? to : batch.to) - batch.from) - 1;
  let [start, end] = [batch.payload.length, 0];
  forEachValue(batch.payload, first, (valueStart, valueEnd, index) => {
    if (index === first) start = valueStart - 4;
    if (index === last) end = valueEnd;
  });
  return {
    ...batch,
    from: batch.from + BigInt(first),
    to: batch.from + BigInt(last + 1),
    payload: batch.payload.subarray(start, end),
  };
}

/** A block's inputs: per topic the offsets, and the hash over the values with their lengths. */
export function inputsOf(batches: readonly Batch[]): BlockInput[] {
  const inputs: BlockInput[] = [];
  for (const topic of new Set(batches.map((batch) => batch.topic))) {
    const read = batches.filter((batch) => batch.topic === topic);
    const parts = read.map((batch) => batch.payload);
    inputs.push({ topic, from: read[0]!.from, to: read.at(-1)!.to, sha256: sha256OfParts(parts) });
  }
  return inputs;
}
