// What readers get of a fetch: the committed records where they lie in the answer. kafkajs keeps its own work, which is
// positions, groups and retries; in place of each record it gets two that stand for all of them.

import { createRequire } from 'node:module';
import type { Batch } from 'kafkajs';
import { type AbortedTransaction, committedBatches } from './aborted-records.ts';
import { type Decompressor, type RecordBatch, RecordSet, readBatches } from './record-set.ts';

/** What `Batch` of kafkajs takes for a message: it looks at the offset, and hides control records. */
interface StandIn {
  readonly offset: string;
  readonly isControlRecord: boolean;
  readonly records: RecordSet;
}

interface FetchedPartition {
  readonly partition: number;
  abortedTransactions?: readonly AbortedTransaction[] | null;
  /** Batches as `readMessages` returns them, then what stands for them. */
  messages: readonly RecordBatch[] | readonly StandIn[];
}

interface FetchRequest {
  readonly topics: readonly {
    readonly topic: string;
    readonly partitions: readonly { readonly partition: number; readonly fetchOffset: unknown }[];
  }[];
}

interface FetchAnswer {
  readonly responses: readonly { readonly topicName: string; readonly partitions: readonly FetchedPartition[] }[];
}

interface BrokerClass {
  readonly prototype: { fetch(request: FetchRequest): Promise<FetchAnswer> };
}

/** kafkajs's decoder of an answer. */
interface Decoder {
  readInt32(): number;
  canReadBytes(size: number): boolean;
  readBytes(size: number): Buffer;
}

interface Compression {
  lookupCodecByAttributes(attributes: number): { decompress(bytes: Buffer): Promise<Buffer> } | null;
}

const require = createRequire(import.meta.url);

/** Makes kafkajs leave the records of every fetch where they are; called once, before anything is fetched. */
export function installFetchedRecords(): void {
  require('kafkajs/src/protocol/requests/fetch/v4/decodeMessages.js');
  const path = require.resolve('kafkajs/src/protocol/requests/fetch/v4/decodeMessages.js');
  require.cache[path]!.exports = readMessages;
  const { prototype } = require('kafkajs/src/broker/index.js') as BrokerClass;
  const theirFetch = prototype.fetch;
  prototype.fetch = async function fetch(request) {
    const answer = await theirFetch.call(this, request);
    for (const { topicName, partitions } of answer.responses) {
      const asked = request.topics.find(({ topic }) => topic === topicName)!;
      for (const found of partitions) {
        const { fetchOffset } = asked.partitions.find(({ partition }) => partition === found.partition)!;
        found.messages = standInsFor(found, Number(fetchOffset));
        // What was aborted is gone already.
        found.abortedTransactions = [];
      }
    }
    return answer;
  };
}

/** The records of a batch that a consumer of kafkajs gives to its `eachBatch`. */
export function recordsOf({ messages }: Batch): RecordSet {
  return (messages as unknown as readonly StandIn[])[0]!.records;
}

async function readMessages(decoder: Decoder): Promise<readonly RecordBatch[]> {
  const size = decoder.readInt32();
  if (size <= 0 || !decoder.canReadBytes(size)) return [];
  return readBatches(decoder.readBytes(size), decompressor);
}

const decompressor: Decompressor = (attributes) => {
  const { lookupCodecByAttributes } = require('kafkajs/src/protocol/message/compression/index.js') as Compression;
  const codec = lookupCodecByAttributes(attributes);
  return codec === null ? undefined : (bytes) => codec.decompress(bytes);
};

/** A first one that is given to readers, and a last one, hidden, up to which kafkajs then counts all as read. */
function standInsFor({ messages, abortedTransactions }: FetchedPartition, from: number): StandIn[] {
  const batches = messages as readonly RecordBatch[];
  if (batches.length === 0) return [];
  const records = new RecordSet(committedBatches(batches, abortedTransactions ?? []), from);
  const first = Math.max(from, batches[0]!.firstOffset);
  return [
    { offset: String(first), isControlRecord: false, records },
    { offset: String(batches.at(-1)!.lastOffset), isControlRecord: true, records },
  ];
}
