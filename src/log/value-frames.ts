// Values in a batch: each after its length in four bytes, most significant first, on every topic.

import { ByteWriter } from '../domain/bytes.ts';
import type { Fact } from '../domain/fact.ts';
import { writeFact } from './fact-codec.ts';

export const LENGTH_SIZE = 4;

/** Collects values for one append. Write a value between `begin` and `end`, or add one as bytes. */
export class BatchBuilder {
  readonly writer: ByteWriter;
  count = 0;
  private valueFrom = 0;

  constructor(capacity = 64 * 1024) {
    this.writer = new ByteWriter(capacity);
  }

  /** The bytes collected so far, lengths included. */
  get size(): number {
    return this.writer.length;
  }

  /** Begins a value: everything written to the result until `end` is the value. */
  begin(): ByteWriter {
    this.valueFrom = this.writer.length;
    this.writer.uint32(0);
    return this.writer;
  }

  end(): void {
    const writer = this.writer;
    writer.buffer.writeUInt32BE(writer.length - this.valueFrom - LENGTH_SIZE, this.valueFrom);
    this.count++;
  }

  add(value: Uint8Array): void {
    this.writer.uint32(value.length);
    this.writer.raw(value);
    this.count++;
  }

  /** Adds the bytes of a buffer from `from` to `to` as a value. */
  addPart(buffer: Buffer, from: number, to: number): void {
    this.writer.uint32(to - from);
    this.writer.rawPart(buffer, from, to);
    this.count++;
  }

  addFact(fact: Fact): void {
    writeFact(this.begin(), fact);
    this.end();
  }

  /** A copy of the payload and its number of values; the builder is empty again. */
  take(): { readonly count: number; readonly payload: Buffer } {
    const taken = { count: this.count, payload: this.writer.take() };
    this.count = 0;
    return taken;
  }
}

/**
 * Visits the values of a payload from index `first` on. A value is the bytes from `start` to `end`. Returns the number
 * of values in the payload; throws a RangeError for a payload that ends within a value.
 */
export function forEachValue(
  payload: Buffer,
  first: number,
  visit: (start: number, end: number, index: number) => void,
): number {
  let index = 0;
  let at = 0;
  while (at < payload.length) {
    const start = at + LENGTH_SIZE;
    const end = start <= payload.length ? start + payload.readUInt32BE(at) : start;
    if (end > payload.length) throw new RangeError('the batch ends within a value');
    if (index >= first) visit(start, end, index);
    index++;
    at = end;
  }
  return index;
}

/** The same for facts: a value without bytes is an offset without a fact, as topics of Kafka have them. */
export function forEachFact(
  payload: Buffer,
  first: number,
  visit: (start: number, end: number, index: number) => void,
): number {
  return forEachValue(payload, first, (start, end, index) => {
    if (end > start) visit(start, end, index);
  });
}
