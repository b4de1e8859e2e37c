// The keys of one partition: their bytes in one growing buffer, and an open-addressing index of whole numbers that
// finds a key's slot. Slots count from 0 in the order in which keys were first seen.

import { partitionHash } from '../domain/partition.ts';
import { bytesOf, doubled, grown } from './columns.ts';
import { sortedSlots } from './key-order.ts';
import type { PartReader } from './part-reader.ts';

const LOAD_MAX = 0.5;
const EMPTY = -1;

export class KeyTable {
  count = 0;
  private bytes = Buffer.allocUnsafeSlow(16 * 1024);
  private bytesEnd = 0;
  private from = new Uint32Array(1024);
  private size = new Uint16Array(1024);
  /** The hash that decides the partition: it is that of the index and of the outcome's buckets as well. */
  private hashes = new Int32Array(1024);
  private index = new Int32Array(2048).fill(EMPTY);
  private sorted: Uint32Array = new Uint32Array(0);

  /** The slot of a key given as UTF-8 bytes; a new one with an empty record if the key is unknown. */
  slotOf(bytes: Buffer, from: number, to: number): number {
    const hash = partitionHash(bytes, from, to);
    const mask = this.index.length - 1;
    let at = spread(hash) & mask;
    for (let slot = this.index[at]!; slot !== EMPTY; slot = this.index[at]!) {
      if (this.hashes[slot] === hash && this.holds(slot, bytes, from, to)) return slot;
      at = (at + 1) & mask;
    }
    return this.insert(hash, at, bytes, from, to);
  }

  /** The slot of a key, or undefined. */
  find(key: string): number | undefined {
    const bytes = Buffer.from(key);
    const hash = partitionHash(bytes, 0, bytes.length);
    const mask = this.index.length - 1;
    for (let at = spread(hash) & mask; ; at = (at + 1) & mask) {
      const slot = this.index[at]!;
      if (slot === EMPTY) return undefined;
      if (this.hashes[slot] === hash && this.holds(slot, bytes, 0, bytes.length)) return slot;
    }
  }

  keyOf(slot: number): string {
    const from = this.from[slot]!;
    return this.bytes.toString('utf8', from, from + this.size[slot]!);
  }

  /** The key's first byte, which tells what kind of key it is. */
  markOf(slot: number): number {
    return this.bytes[this.from[slot]!]!;
  }

  partitionHashOf(slot: number): number {
    return this.hashes[slot]!;
  }

  /** Negative where the left key comes first in the byte order of keys. */
  compare(left: number, right: number): number {
    const { bytes } = this;
    const [leftAt, rightAt] = [this.from[left]!, this.from[right]!];
    const [leftSize, rightSize] = [this.size[left]!, this.size[right]!];
    const both = leftSize < rightSize ? leftSize : rightSize;
    for (let offset = 0; offset < both; offset++) {
      const difference = bytes[leftAt + offset]! - bytes[rightAt + offset]!;
      if (difference !== 0) return difference;
    }
    return leftSize - rightSize;
  }

  keySizeOf(slot: number): number {
    return this.size[slot]!;
  }

  /**
   * All slots, in the byte order of their keys, or those whose keys come after this one. Cached, so that a few new keys
   * do not cost a sort of all.
   */
  slotsInOrder(after?: string): Uint32Array {
    const known = this.sorted.length;
    const fresh = this.count - known;
    if (fresh > 0) this.sorted = fresh * 4 > known ? this.sort(0) : this.mergeSlots(this.sort(known));
    return after === undefined ? this.sorted : this.sorted.subarray(this.countUpTo(after));
  }

  /** How many keys come before this one or are it, in the byte order of keys. */
  private countUpTo(key: string): number {
    const slots = this.sorted;
    const bytes = Buffer.from(key);
    const at = this.placeInOrder(bytes, 0, bytes.length, 0);
    return at < slots.length && this.holds(slots[at]!, bytes, 0, bytes.length) ? at + 1 : at;
  }

  /** Copies the key's bytes and returns their number. */
  copyKey(slot: number, target: Buffer, at: number): number {
    const { bytes } = this;
    const [from, size] = [this.from[slot]!, this.size[slot]!];
    // For so few bytes a loop is faster than a call out of JavaScript.
    for (let offset = 0; offset < size; offset++) target[at + offset] = bytes[from + offset]!;
    return size;
  }

  /** The columns and the bytes as they are in memory, for a snapshot. */
  *parts(): Iterable<Uint8Array> {
    yield bytesOf(new Float64Array([this.count, this.bytesEnd]));
    for (const column of [this.from, this.size, this.hashes]) yield bytesOf(column.subarray(0, this.count));
    yield this.bytes.subarray(0, this.bytesEnd);
  }

  static fromParts(parts: PartReader): KeyTable {
    const table = new KeyTable();
    const [count, bytesEnd] = parts.numbers(2) as unknown as [number, number];
    table.from = parts.column(Uint32Array, count);
    table.size = parts.column(Uint16Array, count);
    table.hashes = parts.column(Int32Array, count);
    table.bytes = parts.bytes(bytesEnd);
    table.count = count;
    table.bytesEnd = bytesEnd;
    let size = table.index.length;
    while (count > size * LOAD_MAX) size *= 2;
    table.reindex(size);
    return table;
  }

  private sort(first: number): Uint32Array {
    return sortedSlots({ bytes: this.bytes, from: this.from, size: this.size }, first, this.count);
  }

  private mergeSlots(fresh: Uint32Array): Uint32Array {
    const merged = new Uint32Array(this.count);
    let from = 0;
    let end = 0;
    for (const slot of fresh) {
      const at = this.from[slot]!;
      const to = this.placeInOrder(this.bytes, at, at + this.size[slot]!, from);
      merged.set(this.sorted.subarray(from, to), end);
      end += to - from;
      merged[end++] = slot;
      from = to;
    }
    merged.set(this.sorted.subarray(from), end);
    return merged;
  }

  /** How many of the sorted keys come before these bytes; at least `least` do. */
  private placeInOrder(bytes: Buffer, from: number, to: number, least: number): number {
    let first = least;
    let end = this.sorted.length;
    while (first < end) {
      const middle = (first + end) >>> 1;
      const slot = this.sorted[middle]!;
      const at = this.from[slot]!;
      if (bytes.compare(this.bytes, at, at + this.size[slot]!, from, to) > 0) first = middle + 1;
      else end = middle;
    }
    return first;
  }

  private holds(slot: number, bytes: Buffer, from: number, to: number): boolean {
    const size = to - from;
    if (this.size[slot] !== size) return false;
    const keys = this.bytes;
    const at = this.from[slot]!;
    for (let offset = 0; offset < size; offset++) if (keys[at + offset] !== bytes[from + offset]) return false;
    return true;
  }

  private insert(hash: number, at: number, bytes: Buffer, from: number, to: number): number {
    const slot = this.count;
    if (slot === this.hashes.length) {
      this.from = doubled(this.from);
      this.size = doubled(this.size);
      this.hashes = doubled(this.hashes);
    }
    if (this.bytesEnd + to - from > this.bytes.length) this.bytes = grown(this.bytes, this.bytesEnd + to - from);
    bytes.copy(this.bytes, this.bytesEnd, from, to);
    this.from[slot] = this.bytesEnd;
    this.size[slot] = to - from;
    this.bytesEnd += to - from;
    this.hashes[slot] = hash;
    this.index[at] = slot;
    this.count++;
    if (this.count > this.index.length * LOAD_MAX) this.reindex(this.index.length * 2);
    return slot;
  }

  private reindex(size: number): void {
    const index = new Int32Array(size).fill(EMPTY);
    const mask = size - 1;
    for (let slot = 0; slot < this.count; slot++) {
      let at = spread(this.hashes[slot]!) & mask;
      while (index[at] !== EMPTY) at = (at + 1) & mask;
      index[at] = slot;
    }
    this.index = index;
  }
}

/** The place of a key in an index, from its hash: the keys of one partition have some bits of it in common. */
export function spread(hash: number): number {
  const mixed = Math.imul(hash ^ (hash >>> 16), 0x45d9f3b);
  return mixed ^ (mixed >>> 15);
}
