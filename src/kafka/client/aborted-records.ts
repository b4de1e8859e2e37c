// Which records of a fetch belong to aborted transactions. kafkajs checks at most one aborted transaction per record:
// where a fetch begins within two of them, readers would get records of the second one as committed. Here those
// records are marked before kafkajs checks: as control records, which it hides and counts.
// Source: https://kafka.apache.org/protocol#The_Messages_Fetch (aborted_transactions)

import { createRequire } from 'node:module';

export interface FetchedPartition {
  abortedTransactions?: readonly { readonly producerId: unknown; readonly firstOffset: unknown }[] | null;
  readonly messages: readonly FetchedMessage[];
}

export interface FetchedMessage {
  readonly offset: unknown;
  readonly key?: Uint8Array | null;
  isControlRecord?: boolean;
  readonly batchContext?: { readonly producerId: unknown; readonly inTransaction: boolean };
}

/** The key of a control record that aborts: version 0, type 0. A commit has type 1. */
const ABORT = Buffer.from([0, 0, 0, 0]);

export function markAborted(partition: FetchedPartition): void {
  const { abortedTransactions, messages } = partition;
  if (!abortedTransactions || abortedTransactions.length === 0) return;
  const ahead = abortedTransactions
    .map(({ producerId, firstOffset }) => ({ producer: String(producerId), first: BigInt(String(firstOffset)) }))
    .sort((left, right) => (left.first < right.first ? -1 : 1));
  const aborted = new Set<string>();
  for (const message of messages) {
    const offset = BigInt(String(message.offset));
    while (ahead.length > 0 && ahead[0]!.first <= offset) aborted.add(ahead.shift()!.producer);
    const producer = String(message.batchContext?.producerId);
    if (message.isControlRecord === true) {
      if (message.key && ABORT.equals(message.key)) aborted.delete(producer);
    } else if (message.batchContext?.inTransaction === true && aborted.has(producer)) {
      message.isControlRecord = true;
    }
  }
  partition.abortedTransactions = [];
}

interface FetchAnswer {
  readonly responses: readonly { readonly partitions: readonly FetchedPartition[] }[];
}

interface BrokerClass {
  readonly prototype: { fetch(request: unknown): Promise<FetchAnswer> };
}

/** Makes kafkajs mark the records of every fetch; called once. */
export function installAbortedMarks(): void {
  const { prototype } = createRequire(import.meta.url)('kafkajs/src/broker/index.js') as BrokerClass;
  const theirFetch = prototype.fetch;
  prototype.fetch = async function fetch(request) {
    const answer = await theirFetch.call(this, request);
    for (const { partitions } of answer.responses) for (const partition of partitions) markAborted(partition);
    return answer;
  };
}
