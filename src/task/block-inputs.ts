// A block's inputs in the log: batches cut to the offsets that the block names.

import type { BlockHeader } from '../ledger/block-codec.ts';
import type { Batch, EventLog, Topic } from '../log/event-log.ts';
import { forEachValue } from '../log/value-frames.ts';

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

/** Everything that a block read, topic by topic. */
export function batchesOf(log: Pick<EventLog, 'read'>, header: BlockHeader): Batch[] {
  return header.inputs.flatMap(({ topic, from, to }) => [
    ...batchesBetween(log, topic as Topic, header.partition, from, to),
  ]);
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
