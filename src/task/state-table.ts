// The state of each key of one partition, packed: one object per key took a kilobyte per key when measured. Records lie
// in slabs; keys that agree to the cent are numbers instead. The table of keys knows the slot of a key, and so both.

import type { ClaimSource } from './claims-ahead.ts';
import { bytesOf, capacityFor, doubled } from './columns.ts';
import { Deadlines } from './deadlines.ts';
import { KeyTable } from './key-table.ts';
import { OutcomeBuckets } from './outcome-buckets.ts';
import { newPackedKey, type PackedKey, readPackedKey } from './packed-key.ts';
import { PackedKeys } from './packed-keys.ts';
import type { PartReader } from './part-reader.ts';
import type { RecordPlace } from './record-place.ts';

/** A record's place is one number: its slab's number, then its offset there in this many bits. */
const SLAB_BITS = 21;
const SLAB_BYTES = 2 ** SLAB_BITS;

/** A record of this size may grow in place, in a slab of its own. */
const LARGE_MIN = SLAB_BYTES / 2;
/** The room before such a record, at least and at most, so that its beginning may become longer. */
const BEGINNING_ROOM_MIN = 64 * 1024;
const BEGINNING_ROOM_MAX = SLAB_BYTES / 2;

/** How many bytes may be wasted before the records are compacted. */
const WASTED_MIN = 1024 * 1024;
const NO_BYTES = Buffer.alloc(0);
const key = newPackedKey();

export class StateTable {
  readonly keys: KeyTable;
  readonly deadlines: Deadlines;
  readonly outcome: OutcomeBuckets;
  /** A number for each slot, for temporary use: its user sets it back to 0. */
  marks: Int32Array<ArrayBuffer>;
  /** The keys that are kept as numbers; undefined where their claims could not be read from a log again. */
  readonly packed: PackedKeys | undefined;
  private recordFrom: Uint32Array<ArrayBuffer>;
  private recordSize: Uint32Array<ArrayBuffer>;
  /** The open slab takes new records until it is full; a record never lies across two. */
  private slabs: Buffer[] = [];
  private open = -1;
  private slabEnd = 0;
  /** The slabs with one record that grows in place; it ends where its slab's used bytes end. */
  private readonly own = new Map<number, number>();
  private stored = 0;
  private wasted = 0;

  /** With `parts`, the table has the records of a snapshot: see `restoredTable`. */
  constructor(keys = new KeyTable(), packed?: PackedKeys, parts?: PartReader) {
    const capacity = capacityFor(keys.count);
    this.packed = packed;
    this.keys = keys;
    this.deadlines = new Deadlines(parts === undefined ? keys.count : 0);
    this.outcome = new OutcomeBuckets(this);
    this.marks = new Int32Array(capacity);
    this.recordFrom = new Uint32Array(capacity);
    this.recordSize = new Uint32Array(capacity);
    if (parts !== undefined) this.readParts(parts);
  }

  get count(): number {
    return this.keys.count;
  }

  /** The slot of a key given as UTF-8 bytes; a new one with an empty record if the key is unknown. */
  slotOf(bytes: Buffer, from: number, to: number): number {
    const slot = this.keys.slotOf(bytes, from, to);
    if (slot === this.marks.length) {
      this.deadlines.grow();
      this.marks = doubled(this.marks);
      this.recordFrom = doubled(this.recordFrom);
      this.recordSize = doubled(this.recordSize);
      this.packed?.grow();
    }
    return slot;
  }

  /** The record of a key. That of a packed one is overwritten by what is read next of any. */
  recordOf(slot: number): RecordPlace {
    return this.packed?.has(slot) ? this.packed.recordOf(slot) : this.storedAt(slot);
  }

  private storedAt(slot: number): RecordPlace {
    const place = this.recordFrom[slot]!;
    const from = place & (SLAB_BYTES - 1);
    return { bytes: this.slabs[place >>> SLAB_BITS] ?? NO_BYTES, from, to: from + this.recordSize[slot]! };
  }

  /** The bytes of the key's last assessment; none where nothing stands under the key. */
  assessmentOf(slot: number): RecordPlace {
    if (this.packed?.has(slot)) return this.packed.assessmentOf(slot);
    const { bytes, from, to } = this.storedAt(slot);
    // A record begins with the assessment's length: see key-record.ts.
    return to === from ? { bytes, from, to } : { bytes, from: from + 4, to: from + 4 + bytes.readUInt32BE(from) };
  }

  /**
   * Writes the slot's record: the first `head` of the bytes, then what the record has from offset `kept` on, then the
   * other bytes. Without `kept`, only the bytes. The assessment that a record begins with may have changed: where
   * else one changes, as where a plain key is packed at once, `outcome.mark` is called as well.
   */
  setRecord(slot: number, bytes: Buffer, head = bytes.length, kept?: number): void {
    this.outcome.mark(slot);
    if (this.packed?.has(slot)) this.unpack(slot);
    this.store(slot, bytes, head, kept ?? this.recordSize[slot]!);
  }

  /**
   * Keeps the key as numbers: those given, or those of its record if it can be had from them again. False where the key
   * keeps its record. Where its assessment is another with the numbers given, `outcome.mark` is called as well.
   */
  pack(slot: number, given?: PackedKey): boolean {
    const { packed } = this;
    const isStored = this.recordSize[slot]! > 0;
    if (packed === undefined || (isStored && this.own.has(this.recordFrom[slot]! >>> SLAB_BITS))) return false;
    if (given === undefined && (packed.has(slot) || !readPackedKey(this.storedAt(slot), key))) return false;
    packed.put(slot, given ?? key);
    if (isStored) this.giveUp(slot);
    return true;
  }

  /** Makes a packed key an ordinary one. */
  private unpack(slot: number): void {
    const { bytes, from, to } = this.packed!.recordOf(slot);
    this.packed!.remove(slot);
    this.store(slot, bytes.subarray(from, to), to - from, 0);
  }

  /** Forgets a record. */
  private giveUp(slot: number): void {
    const size = this.recordSize[slot]!;
    const place = this.recordFrom[slot]!;
    this.recordFrom[slot] = 0;
    this.recordSize[slot] = 0;
    const isLast = place >>> SLAB_BITS === this.open && (place & (SLAB_BYTES - 1)) + size === this.slabEnd;
    // What was written last, as mostly, is overwritten by the next record.
    if (isLast) this.slabEnd -= size;
    if (isLast) this.stored -= size;
    else this.wasted += size;
  }

  private store(slot: number, bytes: Buffer, head: number, kept: number): void {
    const old = this.recordSize[slot]!;
    const size = bytes.length + old - kept;
    if (size >= LARGE_MIN || (old > 0 && this.own.has(this.recordFrom[slot]! >>> SLAB_BITS))) {
      this.setLarge(slot, bytes, head, kept);
      return;
    }
    let { bytes: source, from } = this.storedAt(slot);
    if (size > old) {
      this.wasted += old;
      if (this.wasted > WASTED_MIN && this.wasted * 2 > this.stored) {
        this.compact();
        ({ bytes: source, from } = this.storedAt(slot));
      }
      this.recordFrom[slot] = this.place(size);
    }
    this.recordSize[slot] = size;
    const place = this.storedAt(slot);
    // First, because the place may be the same.
    source.copy(place.bytes, place.from + head, from + kept, from + old);
    bytes.copy(place.bytes, place.from, 0, head);
    bytes.copy(place.bytes, place.from + head + old - kept, head);
  }

  /** The same for a large record: what it keeps stays where it is, while there is room before and after it. */
  private setLarge(slot: number, bytes: Buffer, head: number, kept: number): void {
    const { bytes: old, from, to } = this.storedAt(slot);
    let slab = this.recordFrom[slot]! >>> SLAB_BITS;
    let [target, at] = [old, from + kept];
    const more = bytes.length - head;
    const isInPlace = this.own.has(slab) && head <= at && at - head < SLAB_BYTES && to + more <= old.length;
    if (!isInPlace) {
      if (!this.own.has(slab) || to === from) {
        this.wasted += to - from;
        slab = this.slabs.length;
      }
      at = head + (to === from ? 0 : Math.min(Math.max(head, BEGINNING_ROOM_MIN), BEGINNING_ROOM_MAX));
      target = Buffer.alloc(at + Math.ceil((to - from - kept + more) * 1.5));
      old.copy(target, at, from + kept, to);
      this.slabs[slab] = target;
    }
    const end = at + to - from - kept;
    bytes.copy(target, at - head, 0, head);
    bytes.copy(target, end, head);
    this.own.set(slab, end + more);
    this.recordFrom[slot] = ((slab << SLAB_BITS) | (at - head)) >>> 0;
    this.recordSize[slot] = head + end - at + more;
  }

  /** Everything as it is in memory, for a snapshot. */
  *parts(): Iterable<Uint8Array> {
    this.compact();
    yield* this.keys.parts();
    yield bytesOf(new Float64Array([this.packed === undefined ? 0 : 1]));
    if (this.packed !== undefined) yield* this.packed.parts(this.count);
    const sizes = this.slabs.map((slab, at) => this.own.get(at) ?? (at === this.open ? this.slabEnd : slab.length));
    yield bytesOf(new Float64Array([this.stored, this.slabs.length]));
    yield bytesOf(new Float64Array(sizes));
    for (const column of [this.deadlines.at, this.recordFrom, this.recordSize]) {
      yield bytesOf(column.subarray(0, this.count));
    }
    for (const [at, slab] of this.slabs.entries()) yield slab.subarray(0, sizes[at]!);
    yield* this.outcome.parts();
  }

  private readParts(parts: PartReader): void {
    const [stored, slabs] = parts.numbers(2) as unknown as [number, number];
    const sizes = parts.numbers(slabs);
    this.deadlines.at = parts.column(Float64Array, this.count).fill(Number.POSITIVE_INFINITY, this.count);
    this.recordFrom = parts.column(Uint32Array, this.count);
    this.recordSize = parts.column(Uint32Array, this.count);
    for (const size of sizes) this.slabs.push(parts.bytes(size));
    this.stored = stored;
    this.open = this.slabs.length - 1;
    this.slabEnd = sizes.at(-1) ?? 0;
    const last = this.slabs.at(-1);
    if (last !== undefined && last.length < SLAB_BYTES) {
      // As in a table that was never in a snapshot, it takes records until it is full.
      this.slabs[this.open] = Buffer.alloc(SLAB_BYTES);
      last.copy(this.slabs[this.open]!);
    }
    this.outcome.readParts(parts);
  }

  /** Reserves room for a record of this size and returns its place. */
  private place(size: number): number {
    const last = this.slabs[this.open];
    if (last === undefined || this.slabEnd + size > last.length) {
      // A record larger than a slab gets its own slab and lies at its beginning. Zeros, since a snapshot takes all of a
      // slab that is full: other memory may hold what must not be on a disk.
      this.open = this.slabs.push(Buffer.alloc(Math.max(SLAB_BYTES, size))) - 1;
      this.slabEnd = 0;
    }
    const place = ((this.open << SLAB_BITS) | this.slabEnd) >>> 0;
    // Offsets beyond a slab's bits cannot be expressed, so nothing follows a record that reaches them.
    this.slabEnd = this.slabEnd + size < SLAB_BYTES ? this.slabEnd + size : this.slabs[this.open]!.length;
    this.stored += size;
    return place;
  }

  /** Compacts the records: drops the places that records outgrew. */
  private compact(): void {
    if (this.wasted === 0) return;
    const old = this.slabs;
    const own = [...this.own];
    this.own.clear();
    this.slabs = [];
    this.open = -1;
    this.slabEnd = 0;
    this.stored = 0;
    this.wasted = 0;
    const moved = new Map<number, number>();
    for (const [slab, end] of own) {
      const to = this.slabs.push(old[slab]!) - 1;
      this.own.set(to, end);
      moved.set(slab, to);
    }
    for (let slot = 0; slot < this.count; slot++) {
      const size = this.recordSize[slot]!;
      if (size === 0) continue;
      const from = this.recordFrom[slot]!;
      const slab = moved.get(from >>> SLAB_BITS);
      if (slab !== undefined) {
        this.recordFrom[slot] = ((slab << SLAB_BITS) | (from & (SLAB_BYTES - 1))) >>> 0;
        continue;
      }
      const to = this.place(size);
      const offset = from & (SLAB_BYTES - 1);
      old[from >>> SLAB_BITS]!.copy(this.slabs[to >>> SLAB_BITS]!, to & (SLAB_BYTES - 1), offset, offset + size);
      this.recordFrom[slot] = to;
    }
  }
}

/**
 * Reads the bytes of a table's `parts`, which are the table's own from now on. Throws a RangeError where keys are
 * packed and there is no log to read their claims from.
 */
export function restoredTable(parts: PartReader, source?: ClaimSource): StateTable {
  const keys = KeyTable.fromParts(parts);
  const isPacked = parts.numbers(1)[0] === 1;
  const none = source && new PackedKeys(keys.count, source);
  const packed = isPacked ? PackedKeys.fromParts(parts, keys.count, source) : none;
  return new StateTable(keys, packed, parts);
}
