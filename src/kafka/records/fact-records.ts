// Records of fact topics as values of the log: the Avro bytes without their prefix. An invalid fact becomes an empty
// value, so that offsets stay the same; `onFault` gets the reason. Every reader gets the same values.

import type { ErrorCode } from '../../domain/error-codes.ts';
import type { Fact } from '../../domain/fact.ts';
import { partitionOf } from '../../domain/partition.ts';
import type { BatchBuilder } from '../../log/value-frames.ts';
import type { KafkaMessage } from '../client/kafkajs.ts';
import { type SchemaIds, WIRE_PREFIX_BYTES } from '../topics/registry.ts';
import { checkedFact } from './fact-check.ts';

export interface RecordFault {
  readonly message: KafkaMessage;
  readonly reason: ErrorCode;
  /** What was expected and found. */
  readonly detail: string;
}

export interface RecordReading {
  readonly topic: string;
  readonly schemas: SchemaIds;
  readonly partitions: number;
  readonly onFault: (fault: RecordFault) => void;
}

/**
 * Our producers' facts have some kilobytes. An entry combines texts of several facts, such as a merchant and a
 * payment's id, and must fit a record: otherwise it could never be written, and its partition would stop.
 */
const FACT_BYTES_MAX = 64 * 1024;
const EMPTY = new Uint8Array(0);

/**
 * Adds the values of messages from the offset `from` on to a builder, with an empty value for each offset without a
 * fact. Returns the offset after the last.
 */
export function addFacts(
  builder: BatchBuilder,
  from: bigint,
  partition: number,
  messages: readonly KafkaMessage[],
  reading: RecordReading,
): bigint {
  let next = from;
  for (const message of messages) {
    const offset = BigInt(message.offset);
    for (; next < offset; next++) builder.add(EMPTY);
    const fault = faultOf(message, partition, reading);
    if (fault === undefined) builder.add(message.value!.subarray(WIRE_PREFIX_BYTES));
    else {
      builder.add(EMPTY);
      reading.onFault({ message, ...fault });
    }
    next++;
  }
  return next;
}

type Fault = Omit<RecordFault, 'message'>;

/** The fact in a record's value, with any key; or the fault. */
export function factIn(topic: string, value: Buffer | null, schemas: SchemaIds): Fact | Fault {
  if (value === null || value.length === 0) return { reason: 'HESABU_RECORD_EMPTY', detail: 'no value' };
  if (value.length > FACT_BYTES_MAX) {
    return { reason: 'HESABU_RECORD_TOO_LARGE', detail: `${value.length} bytes, at most ${FACT_BYTES_MAX}` };
  }
  if (value.length < WIRE_PREFIX_BYTES || value[0] !== 0) {
    return { reason: 'HESABU_RECORD_SCHEMA', detail: 'the value does not begin with a schema' };
  }
  const id = value.readUInt32BE(1);
  if (!schemas.isFact(id)) return { reason: 'HESABU_RECORD_SCHEMA', detail: `schema ${id}` };
  const fact = checkedFact(topic, value, WIRE_PREFIX_BYTES, value.length);
  return typeof fact === 'string' ? { reason: 'HESABU_RECORD_INVALID', detail: fact } : fact;
}

function faultOf(
  { key, value }: KafkaMessage,
  partition: number,
  { topic, schemas, partitions }: RecordReading,
): Fault | undefined {
  const fact = factIn(topic, value, schemas);
  if ('reason' in fact) return fact;
  const { transaction_reference: reference } = fact;
  if (reference === '') return { reason: 'HESABU_RECORD_INVALID', detail: 'no reference' };
  if (key === null || key.toString() !== reference) {
    return {
      reason: 'HESABU_RECORD_KEY',
      detail: `the key of ${reference} is ${key?.toString().slice(0, 300) ?? 'none'}`,
    };
  }
  const belongs = partitionOf(reference, partitions);
  if (belongs === partition) return undefined;
  return { reason: 'HESABU_RECORD_KEY', detail: `${reference} belongs to partition ${belongs}` };
}
