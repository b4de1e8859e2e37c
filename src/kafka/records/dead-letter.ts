// Dead letters: records of fact topics that are not valid facts, stored with their position and the reason. The schema
// is schemas/dead-letter.avsc.

import { ByteReader, ByteWriter } from '../../domain/bytes.ts';
import type { ErrorCode } from '../../domain/error-codes.ts';
import type { KafkaMessage, Message } from '../client/kafkajs.ts';
import { headerOf } from './block-records.ts';

export interface DeadLetter {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
  /** The record's own timestamp, in milliseconds since 1970 UTC. */
  readonly timestamp: number;
  readonly reason: ErrorCode;
  readonly detail: string;
  readonly key: Buffer | null;
  /** Whole up to VALUE_BYTES_MAX; otherwise its beginning. */
  readonly value: Buffer | null;
  /** The size of the whole value in bytes; -1 for no value. */
  readonly valueSize: number;
}

/** Half of the maximum size of a dead letter's record. */
const VALUE_BYTES_MAX = 4 * 1_048_576;

export function deadLetterOf(
  place: { readonly topic: string; readonly partition: number },
  { key, value, offset, timestamp }: KafkaMessage,
  reason: ErrorCode,
  detail: string,
): DeadLetter {
  return {
    ...place,
    ...{ offset: BigInt(offset), timestamp: Number(timestamp), reason, detail },
    // Copies: the message is a view of everything fetched with it.
    key: key === null ? null : Buffer.from(key),
    value: value === null ? null : Buffer.from(value.subarray(0, VALUE_BYTES_MAX)),
    valueSize: value === null ? -1 : value.length,
  };
}

/** The position of the record, as text. */
export function placeOf({ topic, partition, offset }: Pick<DeadLetter, 'topic' | 'partition' | 'offset'>): string {
  return `${topic}/${partition}/${offset}`;
}

const RETRIED = 'hesabu-retried';

/** Marks a letter as sent again: a record without a value, because it holds nothing new. */
export function retriedMessage({ partition, ...letter }: DeadLetter): Message {
  return { partition, value: null, headers: { [RETRIED]: placeOf({ partition, ...letter }) } };
}

/** The position of the record that this one marks as sent again; undefined for any other. */
export function retriedIn({ headers }: KafkaMessage): string | undefined {
  return headerOf(headers, RETRIED);
}

export function encodeDeadLetter(letter: DeadLetter): Buffer {
  const writer = new ByteWriter((letter.value?.length ?? 0) + 1024);
  writer.string(letter.topic);
  writer.long(letter.partition);
  writer.long(Number(letter.offset));
  writer.long(letter.timestamp);
  writer.string(letter.reason);
  writer.string(letter.detail);
  writeOptional(writer, letter.key);
  writeOptional(writer, letter.value);
  writer.long(letter.valueSize);
  return writer.take();
}

/** Throws a RangeError for invalid bytes. */
export function decodeDeadLetter(bytes: Buffer): DeadLetter {
  const reader = new ByteReader(bytes);
  return {
    topic: reader.string(),
    partition: reader.long(),
    offset: BigInt(reader.long()),
    timestamp: reader.long(),
    reason: reader.string() as ErrorCode,
    detail: reader.string(),
    key: readOptional(reader),
    value: readOptional(reader),
    valueSize: reader.long(),
  };
}

function writeOptional(writer: ByteWriter, bytes: Uint8Array | null): void {
  writer.long(bytes === null ? 0 : 1);
  if (bytes !== null) writer.bytes(bytes);
}

function readOptional(reader: ByteReader): Buffer | null {
  return reader.long() === 0 ? null : reader.bytes();
}
