// The records of a fetch, read where they lie. kafkajs makes an object, two buffers and a map of headers for each; a
// worker needs a few positions of most of them.
// Source: https://kafka.apache.org/documentation/#recordbatch and #record

import type { IHeaders, KafkaMessage } from 'kafkajs';

/** Records that one producer wrote at once: all of one transaction, or none of them of any. */
export interface RecordBatch {
  /** What holds the records, from `from` to `to`. */
  readonly bytes: Buffer;
  readonly from: number;
  readonly to: number;
  readonly count: number;
  readonly firstOffset: number;
  /** Its last record may be gone from a compacted topic. */
  readonly lastOffset: number;
  readonly firstTimestamp: number;
  /** The time of all records where the broker sets it; otherwise undefined. */
  readonly appendedAt: number | undefined;
  readonly producerId: bigint;
  readonly isTransactional: boolean;
  /** A marker that ends a transaction. */
  readonly isControl: boolean;
}

/** Makes the bytes of compressed records readable; undefined for an attribute that says they are not compressed. */
export type Decompressor = (attributes: number) => ((bytes: Buffer) => Promise<Buffer>) | undefined;

const MAGIC = 2;
/** The first offset and the length, which counts what follows it. */
const LENGTH_END = 12;
/** The head of a batch before its records, which ends with their number. */
const HEAD_BYTES = 61;
const [LAST_DELTA_AT, TIMESTAMP_AT, MAX_TIMESTAMP_AT, PRODUCER_AT, COUNT_AT] = [23, 27, 35, 43, 57];
const [APPEND_TIME, TRANSACTIONAL, CONTROL] = [8, 16, 32];

/** The batches in the bytes of an answer. The last one may be cut off, because the size of an answer is bounded. */
export async function readBatches(bytes: Buffer, decompressor: Decompressor): Promise<RecordBatch[]> {
  const batches: RecordBatch[] = [];
  for (let at = 0; at + HEAD_BYTES <= bytes.length; ) {
    const end = at + LENGTH_END + bytes.readInt32BE(at + 8);
    if (end > bytes.length) break;
    const magic = bytes.readInt8(at + 16);
    if (magic !== MAGIC || end < at + HEAD_BYTES) throw new RangeError(`records in the format ${magic}`);
    const attributes = bytes.readInt16BE(at + 21);
    const decompress = decompressor(attributes);
    const count = bytes.readInt32BE(at + COUNT_AT);
    const records = { bytes, from: at + HEAD_BYTES, to: end };
    if (decompress !== undefined && count > 0) {
      records.bytes = await decompress(bytes.subarray(at + HEAD_BYTES, end));
      [records.from, records.to] = [0, records.bytes.length];
    }
    const firstOffset = numberAt(bytes, at);
    batches.push({
      ...records,
      count,
      firstOffset,
      lastOffset: firstOffset + bytes.readInt32BE(at + LAST_DELTA_AT),
      firstTimestamp: Number(bytes.readBigInt64BE(at + TIMESTAMP_AT)),
      appendedAt: attributes & APPEND_TIME ? Number(bytes.readBigInt64BE(at + MAX_TIMESTAMP_AT)) : undefined,
      producerId: bytes.readBigInt64BE(at + PRODUCER_AT),
      isTransactional: (attributes & TRANSACTIONAL) !== 0,
      isControl: (attributes & CONTROL) !== 0,
    });
    at = end;
  }
  return batches;
}

function numberAt(bytes: Buffer, at: number): number {
  const offset = Number(bytes.readBigInt64BE(at));
  if (!Number.isSafeInteger(offset)) throw new RangeError(`offset ${offset}`);
  return offset;
}

/** The records of some batches from an offset on: a batch may begin before what was asked for. */
export class RecordSet {
  readonly batches: readonly RecordBatch[];
  private readonly from: number;

  constructor(batches: readonly RecordBatch[], from = 0) {
    this.batches = batches;
    this.from = from;
  }

  /** Before the first record. */
  cursor(): RecordCursor {
    return new RecordCursor(this.batches, this.from);
  }

  /** Whether there is no record. */
  get isEmpty(): boolean {
    return !this.cursor().next();
  }

  /** At least as many bytes as all records have. */
  get size(): number {
    return this.batches.reduce((sum, { from, to }) => sum + to - from, 0);
  }

  /** Each record as an object, with views of its bytes. */
  get messages(): KafkaMessage[] {
    const messages: KafkaMessage[] = [];
    for (const record = this.cursor(); record.next(); ) messages.push(record.message());
    return messages;
  }
}

/** One record after another, as positions in the bytes that hold it. */
export class RecordCursor {
  offset = 0;
  timestamp = 0;
  bytes: Buffer = NOTHING;
  keyFrom = 0;
  /** Before `keyFrom` where there is no key. */
  keyTo = 0;
  valueFrom = 0;
  /** Before `valueFrom` where there is no value. */
  valueTo = 0;
  private headerCount = 0;
  private headersFrom = 0;
  private readonly batches: readonly RecordBatch[];
  private readonly first: number;
  private batch: RecordBatch | undefined;
  private nth = 0;
  /** Of this batch, the records that follow. */
  private left = 0;
  private at = 0;
  private end = 0;

  constructor(batches: readonly RecordBatch[], first: number) {
    this.batches = batches;
    this.first = first;
  }

  /** Goes to the next record; false after the last. Throws a RangeError for bytes that are no record. */
  next(): boolean {
    do {
      while (this.left === 0) {
        if (this.nth === this.batches.length) return false;
        this.open(this.batches[this.nth++]!);
      }
      this.read(this.batch!);
    } while (this.offset < this.first);
    return true;
  }

  get key(): Buffer | null {
    return this.keyTo < this.keyFrom ? null : this.bytes.subarray(this.keyFrom, this.keyTo);
  }

  get value(): Buffer | null {
    return this.valueTo < this.valueFrom ? null : this.bytes.subarray(this.valueFrom, this.valueTo);
  }

  /** The first value of a header, as text; undefined without such a header. */
  header(name: Buffer): string | undefined {
    this.at = this.headersFrom;
    for (let nth = 0; nth < this.headerCount; nth++) {
      const size = this.size();
      const isFound = size === name.length && this.bytes.compare(name, 0, size, this.at, this.at + size) === 0;
      this.at += Math.max(size, 0);
      const valueSize = this.size();
      const from = this.at;
      this.at += Math.max(valueSize, 0);
      if (isFound) return this.bytes.toString('utf8', from, this.at);
    }
    return undefined;
  }

  /** The record as kafkajs gives it: a header that is there more than once has a list of values. */
  message(): KafkaMessage {
    // Who writes to the topic chooses the names.
    const headers: IHeaders = Object.create(null);
    this.at = this.headersFrom;
    for (let nth = 0; nth < this.headerCount; nth++) {
      const name = this.part()?.toString() ?? 'null';
      const value = this.part() as Buffer;
      const before = headers[name];
      if (before === undefined) headers[name] = value;
      else headers[name] = Array.isArray(before) ? [...before, value] : [before, value];
    }
    const { key, value, offset, timestamp } = this;
    return { key, value, headers, offset: String(offset), timestamp: String(timestamp), attributes: 0 };
  }

  private open(batch: RecordBatch): void {
    this.batch = batch;
    this.bytes = batch.bytes;
    this.left = Math.max(batch.count, 0);
    this.end = batch.from;
  }

  private read({ firstOffset, firstTimestamp, appendedAt, to }: RecordBatch): void {
    this.at = this.end;
    // A record's end is the batch's until its own is known.
    this.end = to;
    const size = this.size();
    const end = this.at + size;
    this.end = end;
    this.at++;
    const delta = this.varint();
    this.timestamp = appendedAt ?? firstTimestamp + delta;
    this.offset = firstOffset + this.varint();
    const keySize = this.size();
    this.keyFrom = this.at;
    this.keyTo = this.at + keySize;
    this.at += Math.max(keySize, 0);
    const valueSize = this.size();
    this.valueFrom = this.at;
    this.valueTo = this.at + valueSize;
    this.at += Math.max(valueSize, 0);
    this.headerCount = this.at < end ? this.varint() : 0;
    this.headersFrom = this.at;
    if (size < 0 || this.at > end) throw new RangeError('a record ends too late');
    this.left--;
  }

  /** The size of what follows, -1 for nothing. It must lie within the record. */
  private size(): number {
    const size = this.varint();
    if (size < -1 || this.at + size > this.end) throw new RangeError('a record ends within a part of it');
    return size;
  }

  private part(): Buffer | null {
    const size = this.size();
    if (size < 0) return null;
    this.at += size;
    return this.bytes.subarray(this.at - size, this.at);
  }

  /** Zigzag and variable length, also of more than 32 bits. */
  private varint(): number {
    const { bytes } = this;
    const first = bytes[this.at++]!;
    if (first < 128) return (first >>> 1) ^ -(first & 1);
    let value = first & 127;
    for (let factor = 128; factor <= 2 ** 63; factor *= 128) {
      const byte = bytes[this.at++]!;
      value += (byte & 127) * factor;
      if (byte < 128) return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
    }
    throw new RangeError('a number has too many bytes');
  }
}

const NOTHING = Buffer.alloc(0);
