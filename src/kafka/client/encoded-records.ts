// Records of one partition as bytes of Kafka's record format (v2), one after another in one buffer, ready to send.
// kafkajs takes an object per record and header, copies them many times and groups them in quadratic time; together
// that was measured at half of a worker's work.
// Source: https://kafka.apache.org/documentation/#record

import type { IHeaders, Message } from 'kafkajs';

type Bytes = Buffer | string | null | undefined;

/** Bytes of a buffer, without making a view of them. */
export interface Slice {
  readonly buffer: Buffer;
  readonly from: number;
  readonly to: number;
}

export interface HeaderParts {
  readonly count: number;
  readonly parts: readonly (Buffer | string)[];
}

const FIRST_BYTES = 16 * 1024;

/**
 * Records of one topic, each of another partition, as the messages that kafkajs sends: it looks for invalid ones and
 * groups by partition, with these two methods.
 */
export function messagesOf(records: readonly EncodedRecords[]): Message[] {
  const messages = {
    length: records.reduce((sum, { length }) => sum + length, 0),
    find: () => undefined,
    reduce: () => Object.fromEntries(records.map((each) => [each.partition, each])),
  };
  return messages as unknown as Message[];
}

export class EncodedRecords {
  readonly partition: number;
  /** The number of records, as of an array of messages. */
  length = 0;
  private buffer = Buffer.allocUnsafe(FIRST_BYTES);
  private end = 0;

  constructor(partition: number) {
    this.partition = partition;
  }

  /** A view of the bytes. */
  get bytes(): Buffer {
    return this.buffer.subarray(0, this.end);
  }

  get size(): number {
    return this.end;
  }

  /** Adds a record; all records of a send have the same time. Each header has one value. */
  add(key: Bytes, value: Bytes, headers: IHeaders = {}): void {
    const names = Object.keys(headers);
    let size = this.sizeBefore() + sizeOfBytes(key) + sizeOfBytes(value) + sizeOfVarint(names.length);
    for (const name of names) size += sizeOfBytes(name) + sizeOfBytes(headers[name] as Bytes);
    this.begin(size);
    this.put(key);
    this.put(value);
    this.putVarint(names.length);
    for (const name of names) {
      this.put(name);
      this.put(headers[name] as Bytes);
    }
  }

  /** The same from parts of other buffers. The headers are those of `headerBytes`; texts are the values between. */
  addParts(key: Slice, value: readonly Slice[], headers: HeaderParts): void {
    const valueSize = value.reduce((sum, { from, to }) => sum + to - from, 0);
    const keySize = key.to - key.from;
    let size = this.sizeBefore() + sizeOfVarint(keySize) + keySize + sizeOfVarint(valueSize) + valueSize;
    size += sizeOfVarint(headers.count);
    for (const part of headers.parts) size += typeof part === 'string' ? sizeOfBytes(part) : part.length;
    this.begin(size);
    this.putVarint(keySize);
    this.copy(key.buffer, key.from, key.to);
    this.putVarint(valueSize);
    for (const { buffer, from, to } of value) this.copy(buffer, from, to);
    this.putVarint(headers.count);
    for (const part of headers.parts) {
      if (typeof part === 'string') this.put(part);
      else this.copy(part, 0, part.length);
    }
  }

  /** The part before the key: attributes, timestamp delta and offset delta. */
  private sizeBefore(): number {
    return 2 + sizeOfVarint(this.length);
  }

  private begin(size: number): void {
    this.reserve(size + 5);
    this.putVarint(size);
    this.buffer[this.end++] = 0;
    this.buffer[this.end++] = 0;
    this.putVarint(this.length++);
  }

  private reserve(size: number): void {
    if (this.end + size <= this.buffer.length) return;
    const grown = Buffer.allocUnsafe(Math.max(this.buffer.length * 2, this.end + size));
    this.buffer.copy(grown, 0, 0, this.end);
    this.buffer = grown;
  }

  private copy(from: Buffer, start: number, end: number): void {
    this.end += from.copy(this.buffer, this.end, start, end);
  }

  /** Null has the length -1. */
  private put(bytes: Bytes): void {
    if (bytes === null || bytes === undefined) {
      this.putVarint(-1);
    } else if (typeof bytes === 'string') {
      this.putVarint(Buffer.byteLength(bytes));
      this.end += this.buffer.write(bytes, this.end);
    } else {
      this.putVarint(bytes.length);
      this.copy(bytes, 0, bytes.length);
    }
  }

  private putVarint(value: number): void {
    this.end = writeVarint(this.buffer, this.end, value);
  }
}

/** Names and values in the form of a record; a missing value follows later. */
export function headerBytes(headers: readonly (readonly [name: string, value?: string])[]): Buffer {
  return Buffer.concat(
    headers.flatMap((header) =>
      header.flatMap((text = '') => {
        const size = Buffer.alloc(sizeOfBytes(text) - Buffer.byteLength(text));
        writeVarint(size, 0, Buffer.byteLength(text));
        return [size, Buffer.from(text)];
      }),
    ),
  );
}

/** The messages as records; undefined if kafkajs must encode them: a timestamp, or a header with several values. */
export function encodedRecords(partition: number, messages: readonly Message[]): EncodedRecords | undefined {
  if (messages instanceof EncodedRecords) return messages;
  const records = new EncodedRecords(partition);
  for (const { key, value, headers, timestamp } of messages) {
    if (timestamp !== undefined || Object.values(headers ?? {}).some(Array.isArray)) return undefined;
    records.add(key, value, headers);
  }
  return records;
}

function sizeOfBytes(bytes: Bytes): number {
  if (bytes === null || bytes === undefined) return 1;
  const size = typeof bytes === 'string' ? Buffer.byteLength(bytes) : bytes.length;
  return sizeOfVarint(size) + size;
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
