// The epochs in a log: those that a ledger has not begun yet, and the records of a new one.

import { decodeEpoch, EPOCHS_TOPIC, type Epoch, encodeEpoch } from '../ledger/epoch.ts';
import type { LedgerHead } from '../ledger/head.ts';
import type { Append, Batch, EventLog } from '../log/event-log.ts';
import { BatchBuilder, forEachValue } from '../log/value-frames.ts';
import { batchesBetween } from './block-inputs.ts';

export interface WaitingEpoch {
  readonly epoch: Epoch;
  /** Its record alone: the input of the block that begins it. */
  readonly batch: Batch;
}

/** The epochs after a head, in order. Throws a RangeError for a record that is not an epoch. */
export function waitingEpochs(log: Pick<EventLog, 'read' | 'end'>, head: LedgerHead): readonly WaitingEpoch[] {
  const { partition, positions } = head;
  const end = log.end(EPOCHS_TOPIC, partition);
  const waiting: WaitingEpoch[] = [];
  for (let at = positions.get(EPOCHS_TOPIC) ?? 0n; at < end; at++) {
    for (const batch of batchesBetween(log, EPOCHS_TOPIC, partition, at, at + 1n)) {
      waiting.push({ epoch: epochIn(batch), batch });
    }
  }
  return waiting;
}

/** The epoch that these inputs of a block begin; undefined if they are facts. Throws as `waitingEpochs`. */
export function epochOf([batch]: readonly Batch[]): Epoch | undefined {
  return batch?.topic === EPOCHS_TOPIC ? epochIn(batch) : undefined;
}

/** Throws a RangeError for a record that is not an epoch. */
function epochIn({ payload }: Pick<Batch, 'payload'>): Epoch {
  let epoch: Epoch | undefined;
  forEachValue(payload, 0, (start, end) => {
    epoch = decodeEpoch(payload.subarray(start, end));
  });
  return epoch!;
}

/** One record for each partition that has a block: the ledger's time is that of all its partitions. */
export function epochAppends(epoch: Epoch, heads: readonly LedgerHead[]): Append[] {
  return heads
    .filter(({ height }) => height >= 0)
    .map(({ partition }) => {
      const builder = new BatchBuilder(1024);
      builder.add(encodeEpoch(epoch));
      return { topic: EPOCHS_TOPIC, partition, source: 0, ...builder.take() };
    });
}
