// The produce request in one buffer. It replaces kafkajs's own function, which copies each record eight times and
// computes its checksum byte by byte.
// Sources: https://kafka.apache.org/documentation/#recordbatch and https://kafka.apache.org/protocol (Produce, 3 to 7)

import { createRequire } from 'node:module';
import { crc32c } from '@node-rs/crc32';
import type { Message } from 'kafkajs';
import { type EncodedRecords, encodedRecords } from './encoded-records.ts';

export interface ProduceArguments {
  readonly acks: number;
  readonly timeout: number;
  readonly transactionalId?: string | null;
  /** An int64 as kafkajs read it: a text, a number, or its own long. */
  readonly producerId?: unknown;
  readonly producerEpoch?: number;
  readonly compression?: number;
  readonly topicData: readonly TopicData[];
}

interface TopicData {
  readonly topic: string;
  readonly partitions: readonly {
    readonly partition: number;
    readonly messages: readonly Message[];
    readonly firstSequence?: number;
  }[];
}

/** The form of kafkajs's own encoder. */
interface Encoded {
  readonly buf: Buffer;
  readonly buffer: Buffer;
}

export interface ProduceRequest {
  encode(): Promise<Encoded>;
}

type MakeRequest = (given: ProduceArguments) => ProduceRequest;

/** The head of a batch before its records: from the first offset to the number of records. */
const BATCH_HEAD_BYTES = 61;
/** The parts of the head that the batch's length and its checksum exclude. */
const LENGTH_FROM = 12;
const CHECKED_FROM = 21;
const TRANSACTIONAL = 16;

const require = createRequire(import.meta.url);
let theirs: MakeRequest | undefined;

function loadTheirs(): MakeRequest {
  return require('kafkajs/src/protocol/requests/produce/v3/request.js');
}

/** The original of kafkajs. */
export function theirProduceRequest(given: ProduceArguments): ProduceRequest {
  theirs ??= loadTheirs();
  return theirs(given);
}

/** Replaces kafkajs's function in the module cache, before kafkajs loads the modules that use it. */
export function installProduceRequest(): void {
  theirs ??= loadTheirs();
  const path = require.resolve('kafkajs/src/protocol/requests/produce/v3/request.js');
  require.cache[path]!.exports = produceRequest;
}

export function produceRequest(given: ProduceArguments): ProduceRequest {
  const { topicData, compression = 0 } = given;
  const topics = topicData.map(({ topic, partitions }) => ({
    topic,
    parts: partitions.map(({ partition, messages, firstSequence = 0 }) => ({
      ...{ partition, firstSequence },
      records: encodedRecords(partition, messages),
    })),
  }));
  const original = theirProduceRequest(given);
  const isOurs = compression === 0 && topics.every(({ parts }) => parts.every(({ records }) => records !== undefined));
  if (!isOurs) return original;
  return { ...original, encode: async () => encode(given, topics as Topic[]) };
}

interface Part {
  readonly partition: number;
  readonly firstSequence: number;
  readonly records: EncodedRecords;
}

interface Topic {
  readonly topic: string;
  readonly parts: readonly Part[];
}

function encode(given: ProduceArguments, topics: readonly Topic[]): Encoded {
  const { transactionalId = null, acks, timeout } = given;
  const target = new RequestWriter(sizeOf(transactionalId, topics));
  target.string(transactionalId);
  target.int16(acks);
  target.int32(timeout);
  target.int32(topics.length);
  const now = BigInt(Date.now());
  for (const { topic, parts } of topics) {
    target.string(topic);
    target.int32(parts.length);
    for (const part of parts) {
      target.int32(part.partition);
      target.int32(BATCH_HEAD_BYTES + part.records.size);
      writeBatch(target, part, given, now);
    }
  }
  const { buffer } = target;
  return { buf: buffer, buffer };
}

function writeBatch(target: RequestWriter, part: Part, given: ProduceArguments, now: bigint): void {
  const { records, firstSequence } = part;
  const { producerId = -1, producerEpoch = 0, transactionalId } = given;
  const from = target.at;
  target.int64(0n);
  target.int32(BATCH_HEAD_BYTES - LENGTH_FROM + records.size);
  // The leader's epoch, which the leader fills in; the format; the checksum, written at the end.
  target.int32(0);
  target.int8(2);
  target.int32(0);
  target.int16(typeof transactionalId === 'string' && transactionalId !== '' ? TRANSACTIONAL : 0);
  target.int32(records.length - 1);
  target.int64(now);
  target.int64(now);
  target.int64(BigInt(String(producerId)));
  target.int16(producerEpoch);
  target.int32(firstSequence);
  target.int32(records.length);
  target.raw(records.bytes);
  const sum = crc32c(target.buffer.subarray(from + CHECKED_FROM, target.at));
  target.buffer.writeUInt32BE(sum, from + CHECKED_FROM - 4);
}

function sizeOf(transactionalId: string | null, topics: readonly Topic[]): number {
  let size = 2 + Buffer.byteLength(transactionalId ?? '') + 10;
  for (const { topic, parts } of topics) {
    size += 2 + Buffer.byteLength(topic) + 4;
    for (const { records } of parts) size += 8 + BATCH_HEAD_BYTES + records.size;
  }
  return size;
}

/** Writes into a buffer of known size. */
class RequestWriter {
  readonly buffer: Buffer;
  at = 0;

  constructor(size: number) {
    this.buffer = Buffer.allocUnsafe(size);
  }

  int8(value: number): void {
    this.at = this.buffer.writeInt8(value, this.at);
  }

  int16(value: number): void {
    this.at = this.buffer.writeInt16BE(value, this.at);
  }

  int32(value: number): void {
    this.at = this.buffer.writeInt32BE(value, this.at);
  }

  int64(value: bigint): void {
    this.at = this.buffer.writeBigInt64BE(value, this.at);
  }

  string(value: string | null): void {
    this.int16(value === null ? -1 : Buffer.byteLength(value));
    if (value !== null) this.at += this.buffer.write(value, this.at);
  }

  raw(bytes: Buffer): void {
    this.at += bytes.copy(this.buffer, this.at);
  }
}
