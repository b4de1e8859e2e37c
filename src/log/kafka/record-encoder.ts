// A record as the bytes of Kafka's record format (v2), in one buffer. kafkajs makes a buffer of 512 bytes for each
// record and each header, which was measured at 40 % of what a worker does; this takes the place of its function.
// Source: https://kafka.apache.org/documentation/#record

import { createRequire } from 'node:module';
import type { IHeaders } from 'kafkajs';

export interface RecordParts {
  readonly offsetDelta?: number;
  /** In milliseconds. */
  readonly timestampDelta?: number;
  readonly key?: Buffer | string | null;
  readonly value: Buffer | string | null;
  readonly headers?: IHeaders;
}

/** What kafkajs takes for an encoder of its own. */
interface Encoded {
  readonly buf: Buffer;
  readonly buffer: Buffer;
}

type EncodeRecord = (parts: RecordParts) => Encoded;

const require = createRequire(import.meta.url);
/** As kafkajs has it. */
export const theirEncodeRecord: EncodeRecord = require('kafkajs/src/protocol/recordBatch/record/v0/index.js');

/** Has kafkajs encode records with `encodeRecord`; what it loads later finds it in the place of its own. */
export function installEncoder(): void {
  const path = require.resolve('kafkajs/src/protocol/recordBatch/record/v0/index.js');
  require.cache[path]!.exports = encodeRecord;
}

export function encodeRecord(parts: RecordParts): Encoded {
  const { offsetDelta = 0, timestampDelta = 0, key, value, headers = {} } = parts;
  // What none of ours is: kafkajs may have its own way with it.
  const names = Object.keys(headers);
  if (timestampDelta < 0 || timestampDelta > 2 ** 30 || names.some((name) => Array.isArray(headers[name]))) {
    return theirEncodeRecord(parts);
  }
  const values = names.map((name) => headers[name] as Buffer | string | undefined);
  let size = 1 + sizeOfVarint(timestampDelta) + sizeOfVarint(offsetDelta) + sizeOfBytes(key) + sizeOfBytes(value);
  size += sizeOfVarint(names.length);
  for (const [at, name] of names.entries()) size += sizeOfBytes(name) + sizeOfBytes(values[at]);
  const buf = Buffer.allocUnsafe(sizeOfVarint(size) + size);
  let at = writeVarint(buf, 0, size);
  buf[at++] = 0;
  at = writeVarint(buf, at, timestampDelta);
  at = writeVarint(buf, at, offsetDelta);
  at = writeBytes(buf, at, key);
  at = writeBytes(buf, at, value);
  at = writeVarint(buf, at, names.length);
  for (const [index, name] of names.entries()) {
    at = writeBytes(buf, at, name);
    at = writeBytes(buf, at, values[index]);
  }
  return { buf, buffer: buf };
}

type Bytes = Buffer | string | null | undefined;

function sizeOfBytes(bytes: Bytes): number {
  if (bytes === null || bytes === undefined) return 1;
  const size = typeof bytes === 'string' ? Buffer.byteLength(bytes) : bytes.length;
  return sizeOfVarint(size) + size;
}

/** Null is the length -1. */
function writeBytes(target: Buffer, at: number, bytes: Bytes): number {
  if (bytes === null || bytes === undefined) return writeVarint(target, at, -1);
  const isText = typeof bytes === 'string';
  const size = isText ? Buffer.byteLength(bytes) : bytes.length;
  const from = writeVarint(target, at, size);
  if (isText) target.write(bytes, from);
  else target.set(bytes, from);
  return from + size;
}

function sizeOfVarint(value: number): number {
  let left = ((value << 1) ^ (value >> 31)) >>> 0;
  let size = 1;
  for (; left > 127; left >>>= 7) size++;
  return size;
}

function writeVarint(target: Buffer, from: number, value: number): number {
  let left = ((value << 1) ^ (value >> 31)) >>> 0;
  let at = from;
  for (; left > 127; left >>>= 7) target[at++] = (left & 127) | 128;
  target[at++] = left;
  return at;
}
