// The courses of one partition's keys, packed: by slot, with the days between which each key adds anything, so that
// most keys are passed over by two numbers.

import type { Day } from '../../domain/calendar.ts';
import { bytesOf, capacityFor, doubled } from '../../task/columns.ts';
import type { PartReader } from '../../task/part-reader.ts';
import type { RecordPlace } from '../../task/record-place.ts';

/** A place is one number: its chunk's number, then its offset there in this many bits. */
const CHUNK_BITS = 20;
const CHUNK_BYTES = 2 ** CHUNK_BITS;
/** How many bytes may be wasted before the courses are written together. */
const WASTED_MIN = CHUNK_BYTES;
const NO_BYTES = Buffer.alloc(0);

/** Of a key that adds something on every later day. */
export const NO_LAST_DAY: Day = 2 ** 31 - 1;

export class CourseStore {
  private chunks: Buffer[] = [];
  private end = CHUNK_BYTES;
  private from: Uint32Array<ArrayBuffer>;
  private size: Uint32Array<ArrayBuffer>;
  private first: Int32Array<ArrayBuffer>;
  private last: Int32Array<ArrayBuffer>;
  private stored = 0;
  private wasted = 0;

  constructor(count = 0) {
    const capacity = capacityFor(count);
    this.from = new Uint32Array(capacity);
    this.size = new Uint32Array(capacity);
    this.first = new Int32Array(capacity);
    this.last = new Int32Array(capacity);
  }

  /** Empty bytes are no course. From the first day on the key adds something, up to the last. */
  put(slot: number, bytes: Buffer, first: Day, last: Day): void {
    while (slot >= this.from.length) this.grow();
    this.wasted += this.size[slot]!;
    this.stored -= this.size[slot]!;
    this.size[slot] = bytes.length;
    this.first[slot] = first;
    this.last[slot] = last;
    if (this.wasted > WASTED_MIN && this.wasted > this.stored) this.compact(slot);
    if (bytes.length > 0) this.from[slot] = this.place(bytes);
  }

  at(slot: number): RecordPlace | undefined {
    const size = this.size[slot] ?? 0;
    if (size === 0) return undefined;
    const place = this.from[slot]!;
    const from = place & (CHUNK_BYTES - 1);
    return { bytes: this.chunks[place >>> CHUNK_BITS] ?? NO_BYTES, from, to: from + size };
  }

  /** Whether the key of a slot may add something on one of these days. */
  isBetween(slot: number, from: Day, to: Day): boolean {
    return (this.size[slot] ?? 0) > 0 && this.first[slot]! <= to && this.last[slot]! >= from;
  }

  /** The columns of the first so many slots, and the courses, as they are in memory, for a snapshot. */
  *parts(count: number): Iterable<Uint8Array> {
    while (count > this.from.length) this.grow();
    const { chunks, end, stored, wasted } = this;
    yield bytesOf(new Float64Array([chunks.length, end, stored, wasted, ...chunks.map(({ length }) => length)]));
    for (const column of [this.from, this.size, this.first, this.last]) yield bytesOf(column.subarray(0, count));
    yield* chunks;
  }

  static fromParts(parts: PartReader, count: number): CourseStore {
    const store = new CourseStore();
    const [chunks = 0, end = 0, stored = 0, wasted = 0] = parts.numbers(4);
    store.end = end;
    store.stored = stored;
    store.wasted = wasted;
    const sizes = parts.numbers(chunks);
    store.from = parts.column(Uint32Array, count);
    store.size = parts.column(Uint32Array, count);
    store.first = parts.column(Int32Array, count);
    store.last = parts.column(Int32Array, count);
    for (const size of sizes) store.chunks.push(parts.bytes(size));
    return store;
  }

  private grow(): void {
    this.from = doubled(this.from);
    this.size = doubled(this.size);
    this.first = doubled(this.first);
    this.last = doubled(this.last);
  }

  /** Where bytes lie from now on. Large ones have a chunk of their own, at its beginning. */
  private place(bytes: Buffer): number {
    if (this.end + bytes.length > CHUNK_BYTES) {
      // Zeros, since a snapshot takes all of it: other memory may hold what must not be on a disk.
      this.chunks.push(Buffer.alloc(Math.max(CHUNK_BYTES, bytes.length)));
      this.end = 0;
    }
    const chunk = this.chunks.length - 1;
    const place = ((chunk << CHUNK_BITS) | this.end) >>> 0;
    bytes.copy(this.chunks[chunk]!, this.end);
    this.end += bytes.length;
    this.stored += bytes.length;
    return place;
  }

  /** Drops what was given up; the course of one slot is about to be written. */
  private compact(but: number): void {
    const old = this.chunks;
    this.chunks = [];
    this.end = CHUNK_BYTES;
    this.stored = 0;
    this.wasted = 0;
    for (let slot = 0; slot < this.size.length; slot++) {
      const size = this.size[slot]!;
      if (size === 0 || slot === but) continue;
      const place = this.from[slot]!;
      const from = place & (CHUNK_BYTES - 1);
      this.from[slot] = this.place(old[place >>> CHUNK_BITS]!.subarray(from, from + size));
    }
  }
}
