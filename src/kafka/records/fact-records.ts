// Records of fact topics as values of the log: the Avro bytes without their prefix. An invalid fact becomes an empty
// value, so that offsets stay the same; `onFault` gets the reason. Every reader gets the same values.

import type { ErrorCode } from '../../domain/error-codes.ts';
import type { Fact } from '../../domain/fact.ts';
import { HANDOFFS_TOPIC } from '../../domain/handoff.ts';
import { partitionOf } from '../../domain/partition.ts';
import type { BatchBuilder } from '../../log/value-frames.ts';
import type { KafkaMessage } from '../client/kafkajs.ts';
import type { RecordCursor } from '../client/record-set.ts';
import { type SchemaIds, WIRE_PREFIX_BYTES } from '../topics/registry.ts';
import { checkedFact } from './fact-check.ts';
import { OrdinaryFacts } from './ordinary-fact.ts';

export interface RecordFault {
  readonly message: KafkaMessage;
  readonly reason: ErrorCode;
  /** What was expected and found. */
  readonly detail: string;
}

export interface FactReaderOptions {
  readonly topic: string;
  readonly partition: number;
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

/** Reads the facts of one topic-partition. */
export class FactReader {
  private readonly options: FactReaderOptions;
  private readonly ordinary: OrdinaryFacts;
  private readonly key = { from: 0, to: 0 };

  constructor(options: FactReaderOptions) {
    this.options = options;
    this.ordinary = new OrdinaryFacts(options.partitions);
  }

  /**
   * Adds the value of a record to a builder, and an empty value for it if it is no fact and for each offset before it
   * from `next` on. Returns the offset after it.
   */
  add(builder: BatchBuilder, next: number, record: RecordCursor): number {
    for (let at = next; at < record.offset; at++) builder.add(EMPTY);
    const fault = this.isOrdinary(record) ? undefined : this.faultOf(record);
    if (fault === undefined) builder.addPart(record.bytes, record.valueFrom + WIRE_PREFIX_BYTES, record.valueTo);
    else {
      builder.add(EMPTY);
      this.options.onFault({ message: record.message(), ...fault });
    }
    return record.offset + 1;
  }

  private isOrdinary({ bytes, keyFrom, keyTo, valueFrom, valueTo }: RecordCursor): boolean {
    const { topic, partition, schemas } = this.options;
    const size = valueTo - valueFrom;
    if (size <= WIRE_PREFIX_BYTES || size > FACT_BYTES_MAX || bytes[valueFrom] !== 0) return false;
    if (topic === HANDOFFS_TOPIC || !schemas.isFact(bytes.readUInt32BE(valueFrom + 1))) return false;
    [this.key.from, this.key.to] = [keyFrom, keyTo];
    return this.ordinary.has(bytes, valueFrom + WIRE_PREFIX_BYTES, valueTo, this.key, partition);
  }

  private faultOf({ key, value }: RecordCursor): Fault | undefined {
    const { topic, schemas, partitions, partition } = this.options;
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
