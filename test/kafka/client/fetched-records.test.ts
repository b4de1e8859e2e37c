// What of kafkajs the reading of fetches relies on: the lines that are replaced, and those that take what stands for
// records. Another version is refused, so these say what a change of the version must look at.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Batch } from 'kafkajs';
import { beforeAll, describe, expect, test } from 'vitest';
import { recordsOf } from '../../../src/kafka/client/fetched-records.ts';
import { installPatches } from '../../../src/kafka/client/patches.ts';

const require = createRequire(import.meta.url);
beforeAll(() => installPatches());

test.each([
  // Messages come from one function, which is loaded with the first answer.
  ['protocol/requests/fetch/v11/response.js', "const decodeMessages = require('../v4/decodeMessages')"],
  ['protocol/requests/fetch/v11/response.js', 'messages: await decodeMessages(decoder),'],
  ['protocol/requests/fetch/index.js', "const response = require('./v11/response')"],
  // A batch looks at their offsets, hides control records, and ends with the last of all.
  ['consumer/batch.js', 'this.messagesWithinOffset = this.rawMessages.filter(message =>'],
  ['consumer/batch.js', '}).filter(message => !message.isControlRecord)'],
  ['consumer/batch.js', 'return this.messagesWithinOffset[this.messagesWithinOffset.length - 1].offset'],
  ['consumer/filterAbortedMessages.js', 'if (!abortedTransactions || !abortedTransactions.length) {'],
  ['consumer/consumerGroup.js', 'return new Batch(topicName, fetchedOffset, partitionData)'],
  ['consumer/consumerGroup.js', 'fetchOffset: this.offsetManager.nextOffset(topic, partition).toString(),'],
  // A consumer is given the batch, and goes on after its last offset.
  ['consumer/runner.js', 'this.consumerGroup.resolveOffset({ topic, partition, offset: batch.lastOffset() })'],
])('%s has the line: %s', (file, line) => {
  expect(readFileSync(require.resolve(`kafkajs/src/${file}`), 'utf8')).toContain(line);
});

/** One partition of an answer, as brokers send it: version 11 of Fetch. */
async function answered(batches: readonly Buffer[], aborted: readonly [bigint, bigint][] = []) {
  const int32 = (value: number) => {
    const bytes = Buffer.alloc(4);
    bytes.writeInt32BE(value);
    return bytes;
  };
  const int64 = (value: bigint) => {
    const bytes = Buffer.alloc(8);
    bytes.writeBigInt64BE(value);
    return bytes;
  };
  const records = Buffer.concat(batches);
  const bytes = Buffer.concat([
    ...[int32(0), Buffer.alloc(2), int32(0)],
    ...[int32(1), Buffer.from([0, 5]), Buffer.from('facts')],
    ...[int32(1), int32(3), Buffer.alloc(2), int64(900n), int64(900n), int64(0n)],
    int32(aborted.length),
    ...aborted.flatMap(([producer, first]) => [int64(producer), int64(first)]),
    ...[int32(-1), int32(records.length), records],
  ]);
  return require('kafkajs/src/protocol/requests/fetch/v11/response.js').decode(bytes);
}

/** The same through a broker's client, as a batch of a consumer that asked for this offset. */
async function batchFrom(offset: string, batches: readonly Buffer[], aborted?: readonly [bigint, bigint][]) {
  const BrokerClass = require('kafkajs/src/broker/index.js');
  const BatchClass = require('kafkajs/src/consumer/batch.js');
  const answer = await answered(batches, aborted);
  const logger = { namespace: () => ({}) };
  const broker = new BrokerClass({ connectionPool: { host: 'broker', port: 1, connectionTimeout: 1 }, logger });
  const [sendRequest] = Object.getOwnPropertySymbols(BrokerClass.prototype);
  Object.assign(broker, { lookupRequest: () => () => ({}), [sendRequest!]: async () => answer });
  const topics = [{ topic: 'facts', partitions: [{ partition: 3, fetchOffset: offset, maxBytes: 1 }] }];
  const { responses } = await broker.fetch({ topics });
  return new BatchClass('facts', offset, responses[0].partitions[0]);
}

async function batchAt(firstOffset: number, values: readonly string[], more: object = {}): Promise<Buffer> {
  const { RecordBatch } = require('kafkajs/src/protocol/recordBatch/v0/index.js');
  const encode = require('kafkajs/src/protocol/recordBatch/record/v0/index.js');
  const records = values.map((value, offsetDelta) => encode({ key: null, value: Buffer.from(value), offsetDelta }));
  const place = { firstOffset: String(firstOffset), lastOffsetDelta: Math.max(values.length - 1, 0), records };
  return (await RecordBatch({ ...place, firstTimestamp: 0, maxTimestamp: 0, ...more })).buffer;
}

/** A marker that ends a transaction: `type` 0 aborts, 1 commits. */
async function markerAt(firstOffset: number, producerId: string, type: number): Promise<Buffer> {
  const { RecordBatch } = require('kafkajs/src/protocol/recordBatch/v0/index.js');
  const encode = require('kafkajs/src/protocol/recordBatch/record/v0/index.js');
  const records = [encode({ key: Buffer.from([0, 0, 0, type]), value: Buffer.alloc(6) })];
  const place = { firstOffset: String(firstOffset), firstTimestamp: 0, maxTimestamp: 0, producerId };
  const { buffer } = await RecordBatch({ ...place, transactional: true, records });
  buffer[22] |= 32;
  return buffer;
}

type Found = Batch & { isEmptyDueToFiltering(): boolean };
const valuesOf = (batch: Found) => recordsOf(batch).messages.map(({ value }) => String(value));

describe('a batch of kafkajs', () => {
  test('has all records from the offset that was asked for, and ends after the last', async () => {
    const parts = [await batchAt(10, ['a', 'b', 'c']), await batchAt(13, ['d', 'e'])];
    const batch: Found = await batchFrom('12', parts);
    expect([valuesOf(batch), batch.firstOffset(), batch.lastOffset()]).toEqual([['c', 'd', 'e'], '12', '14']);
    expect([batch.isEmpty(), batch.highWatermark, batch.messages.length]).toEqual([false, '900', 1]);
  });

  test('is given to its reader with hidden records only, and goes beyond them', async () => {
    const transactional = { transactional: true, producerId: '7' };
    const parts = [await batchAt(4, ['x', 'y'], transactional), await markerAt(6, '7', 0)];
    const batch: Found = await batchFrom('4', parts, [[7n, 4n]]);
    expect([valuesOf(batch), batch.isEmptyDueToFiltering(), batch.lastOffset()]).toEqual([[], false, '6']);
    const committed: Found = await batchFrom('4', [parts[0]!, await markerAt(6, '7', 1)]);
    expect([valuesOf(committed), committed.lastOffset()]).toEqual([['x', 'y'], '6']);
  });

  test('goes beyond a batch of which a compaction left nothing', async () => {
    const nothing = await batchAt(20, [], { lastOffsetDelta: 5 });
    const batch: Found = await batchFrom('20', [nothing]);
    expect([valuesOf(batch), batch.lastOffset()]).toEqual([[], '25']);
  });

  test('without an answer is empty', async () => {
    const batch: Found = await batchFrom('20', []);
    expect([batch.isEmpty(), batch.isEmptyDueToFiltering()]).toEqual([true, false]);
  });
});
