// Which records of a fetch belong to aborted transactions. kafkajs checks at most one aborted transaction per record:
// where a fetch begins within two of them, readers would get records of the second one as committed.
// Source: https://kafka.apache.org/protocol#The_Messages_Fetch (aborted_transactions)

import { type RecordBatch, RecordSet } from './record-set.ts';

export interface AbortedTransaction {
  readonly producerId: unknown;
  readonly firstOffset: unknown;
}

/** The key of a control record that aborts: version 0, type 0. A commit has type 1. */
const ABORT = Buffer.from([0, 0, 0, 0]);

/** The batches that readers of committed records get: without aborted ones, and without the ends of transactions. */
export function committedBatches(
  batches: readonly RecordBatch[],
  transactions: readonly AbortedTransaction[],
): RecordBatch[] {
  const ahead = transactions
    .map(({ producerId, firstOffset }) => ({ producer: BigInt(String(producerId)), first: Number(firstOffset) }))
    .sort((left, right) => left.first - right.first);
  const aborted = new Set<bigint>();
  return batches.filter((batch) => {
    const { producerId, lastOffset, isControl, isTransactional } = batch;
    while (ahead.length > 0 && ahead[0]!.first <= lastOffset) aborted.add(ahead.shift()!.producer);
    if (isControl && isAbort(batch)) aborted.delete(producerId);
    return !isControl && !(isTransactional && aborted.has(producerId));
  });
}

function isAbort(batch: RecordBatch): boolean {
  const marker = new RecordSet([batch]).cursor();
  return marker.next() && marker.key !== null && ABORT.equals(marker.key);
}
