// Records as a fetch returns them, from messages of a test: each in a batch of its own, at any offset.
import type { KafkaMessage } from 'kafkajs';
import { EncodedRecords } from '../../src/kafka/client/encoded-records.ts';
import { type RecordBatch, RecordSet } from '../../src/kafka/client/record-set.ts';

export type GivenMessage = Pick<KafkaMessage, 'offset' | 'key' | 'value'> & Partial<KafkaMessage>;

export function recordSetOf(messages: readonly GivenMessage[]): RecordSet {
  return new RecordSet(messages.map((message) => batchOf(message)));
}

/** In no transaction, unless the test says so. */
export function batchOf(
  { offset, key, value, headers, timestamp = '0' }: GivenMessage,
  more: Partial<RecordBatch> = {},
): RecordBatch {
  const records = new EncodedRecords(0);
  records.add(key, value, headers);
  const { bytes } = records;
  const at = Number(offset);
  return {
    ...{ bytes, from: 0, to: bytes.length, count: 1, firstOffset: at, lastOffset: at },
    ...{ firstTimestamp: Number(timestamp), appendedAt: undefined },
    ...{ producerId: -1n, isTransactional: false, isControl: false, ...more },
  };
}
