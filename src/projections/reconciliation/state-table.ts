// The keys of one partition and what is kept of each, packed: one object a key was measured at a kilobyte a key.
// Keys lie in a growing buffer and records in slabs; an open-addressing index of whole numbers finds a key's slot.

const LOAD_MAX = 0.5;
const EMPTY = -1;
/** A record's place is one number: its slab's number, then its offset there in so many bits. */
const SLAB_BITS = 21;
const SLAB_BYTES = 2 ** SLAB_BITS;

/** So many bytes may be wasted before the records are laid anew. */
const WASTED_MIN = 1024 * 1024;
const NO_BYTES = Buffer.alloc(0);

/** Where a record lies. */
export interface RecordPlace {
  readonly bytes: Buffer;
  readonly from: number;
  readonly to: number;
}

export class StateTable {
  /** How many keys there are; slots count from 0 in the order in which keys were first seen. */
  count = 0;
  /** The next deadline of each slot, in ms; Infinity where none. */
  deadlines = new Float64Array(1024);
  /** A number for each slot that whoever works on the table may use, and leaves at 0. */
  marks = new Int32Array(1024);
  /** The last slab takes new records until it is full; a record never lies across two. */
  private slabs: Buffer[] = [];
  private slabEnd = 0;
  private stored = 0;
  private wasted = 0;
  private keys = Buffer.allocUnsafeSlow(16 * 1024);
  private keysEnd = 0;
  private keyFrom = new Uint32Array(1024);
  private keySize = new Uint16Array(1024);
  private recordFrom = new Uint32Array(1024);
  private recordSize = new Uint32Array(1024);
  private hashes = new Int32Array(1024);
  private index = new Int32Array(2048).fill(EMPTY);

  /** The slot of the key whose UTF-8 bytes are given; a new one, with an empty record, where it is not known. */
  slotOf(bytes: Buffer, from: number, to: number): number {
    const hash = hashOf(bytes, from, to);
    const mask = this.index.length - 1;
    let at = hash & mask;
    for (let slot = this.index[at]!; slot !== EMPTY; slot = this.index[at]!) {
      if (this.hashes[slot] === hash && this.holds(slot, bytes, from, to)) return slot;
      at = (at + 1) & mask;
    }
    return this.insert(hash, at, bytes, from, to);
  }

  /** The slot of a key, or undefined. */
  find(key: string): number | undefined {
    const bytes = Buffer.from(key);
    const hash = hashOf(bytes, 0, bytes.length);
    const mask = this.index.length - 1;
    for (let at = hash & mask; ; at = (at + 1) & mask) {
      const slot = this.index[at]!;
      if (slot === EMPTY) return undefined;
      if (this.hashes[slot] === hash && this.holds(slot, bytes, 0, bytes.length)) return slot;
    }
  }

  keyOf(slot: number): string {
    const from = this.keyFrom[slot]!;
    return this.keys.toString('utf8', from, from + this.keySize[slot]!);
  }

  /** The key's bytes, one character each: these texts compare as the bytes do. */
  keyBytesText(slot: number): string {
    const from = this.keyFrom[slot]!;
    return this.keys.toString('latin1', from, from + this.keySize[slot]!);
  }

  keySizeOf(slot: number): number {
    return this.keySize[slot]!;
  }

  /** Copies the key's bytes and returns how many there are. */
  copyKey(slot: number, target: Buffer, at: number): number {
    const from = this.keyFrom[slot]!;
    return this.keys.copy(target, at, from, from + this.keySize[slot]!);
  }

  recordOf(slot: number): RecordPlace {
    const place = this.recordFrom[slot]!;
    const from = place & (SLAB_BYTES - 1);
    return { bytes: this.slabs[place >>> SLAB_BITS] ?? NO_BYTES, from, to: from + this.recordSize[slot]! };
  }

  setRecord(slot: number, bytes: Buffer, size: number): void {
    const old = this.recordSize[slot]!;
    if (size > old) {
      this.wasted += old;
      if (this.wasted > WASTED_MIN && this.wasted * 2 > this.stored) this.compact();
      this.recordFrom[slot] = this.place(size);
    }
    this.recordSize[slot] = size;
    const place = this.recordFrom[slot]!;
    bytes.copy(this.slabs[place >>> SLAB_BITS]!, place & (SLAB_BYTES - 1), 0, size);
  }

  /** The columns and buffers of the table, for a snapshot: as they lie in memory. */
  *parts(): Iterable<Uint8Array> {
    this.compact();
    const sizes = this.slabs.map((slab, at) => (at === this.slabs.length - 1 ? this.slabEnd : slab.length));
    yield bytesOf(new Float64Array([this.count, this.keysEnd, this.stored, this.slabs.length]));
    yield bytesOf(new Float64Array(sizes));
    for (const column of [this.deadlines, this.keyFrom, this.keySize, this.recordFrom, this.recordSize, this.hashes]) {
      yield bytesOf(column.subarray(0, this.count));
    }
    yield this.keys.subarray(0, this.keysEnd);
    for (const [at, slab] of this.slabs.entries()) yield slab.subarray(0, sizes[at]!);
  }

  /** Reads what `parts` gave, from `at` on. The table then owns copies, so the bytes may be let go. */
  static fromParts(bytes: Buffer, at: number): StateTable {
    const table = new StateTable();
    const next = (size: number): Uint8Array => {
      at += size;
      if (at > bytes.length) throw new RangeError('the snapshot ends too early');
      return bytes.subarray(at - size, at);
    };
    const numbers = (count: number): Float64Array => {
      const read = new Float64Array(count);
      bytesOf(read).set(next(count * 8));
      return read;
    };
    const [count, keysEnd, stored, slabs] = numbers(4) as unknown as [number, number, number, number];
    const sizes = numbers(slabs);
    const capacity = capacityFor(count);
    table.deadlines = new Float64Array(capacity);
    table.keyFrom = new Uint32Array(capacity);
    table.keySize = new Uint16Array(capacity);
    table.recordFrom = new Uint32Array(capacity);
    table.recordSize = new Uint32Array(capacity);
    table.hashes = new Int32Array(capacity);
    table.marks = new Int32Array(capacity);
    const { deadlines, keyFrom, keySize, recordFrom, recordSize, hashes } = table;
    for (const column of [deadlines, keyFrom, keySize, recordFrom, recordSize, hashes]) {
      const used = bytesOf(column.subarray(0, count));
      used.set(next(used.length));
    }
    table.keys = Buffer.allocUnsafeSlow(Math.max(16 * 1024, keysEnd));
    table.keys.set(next(keysEnd));
    for (const size of sizes) {
      const slab = Buffer.allocUnsafeSlow(Math.max(SLAB_BYTES, size));
      slab.set(next(size));
      table.slabs.push(slab);
    }
    Object.assign(table, { count, keysEnd, stored, slabEnd: sizes.at(-1) ?? 0 });
    table.reindex(capacity * 2);
    return table;
  }

  private holds(slot: number, bytes: Buffer, from: number, to: number): boolean {
    const size = to - from;
    if (this.keySize[slot] !== size) return false;
    const keys = this.keys;
    const at = this.keyFrom[slot]!;
    for (let offset = 0; offset < size; offset++) if (keys[at + offset] !== bytes[from + offset]) return false;
    return true;
  }

  private insert(hash: number, at: number, bytes: Buffer, from: number, to: number): number {
    const slot = this.count;
    if (slot === this.hashes.length) this.growColumns();
    if (this.keysEnd + to - from > this.keys.length) this.keys = grown(this.keys, this.keysEnd + to - from);
    bytes.copy(this.keys, this.keysEnd, from, to);
    this.keyFrom[slot] = this.keysEnd;
    this.keySize[slot] = to - from;
    this.keysEnd += to - from;
    this.recordFrom[slot] = 0;
    this.recordSize[slot] = 0;
    this.hashes[slot] = hash;
    this.deadlines[slot] = Number.POSITIVE_INFINITY;
    this.index[at] = slot;
    this.count++;
    if (this.count > this.index.length * LOAD_MAX) this.reindex(this.index.length * 2);
    return slot;
  }

  private growColumns(): void {
    const capacity = this.hashes.length * 2;
    const deadlines = new Float64Array(capacity);
    deadlines.set(this.deadlines);
    this.deadlines = deadlines;
    this.keyFrom = grownColumn(this.keyFrom, new Uint32Array(capacity));
    this.keySize = grownColumn(this.keySize, new Uint16Array(capacity));
    this.recordFrom = grownColumn(this.recordFrom, new Uint32Array(capacity));
    this.recordSize = grownColumn(this.recordSize, new Uint32Array(capacity));
    this.hashes = grownColumn(this.hashes, new Int32Array(capacity));
    this.marks = grownColumn(this.marks, new Int32Array(capacity));
  }

  private reindex(size: number): void {
    const index = new Int32Array(size).fill(EMPTY);
    const mask = size - 1;
    for (let slot = 0; slot < this.count; slot++) {
      let at = this.hashes[slot]! & mask;
      while (index[at] !== EMPTY) at = (at + 1) & mask;
      index[at] = slot;
    }
    this.index = index;
  }

  /** Room for a record of this size, as the number that says where. */
  private place(size: number): number {
    const last = this.slabs.at(-1);
    if (last === undefined || this.slabEnd + size > last.length) {
      // A record larger than a slab gets one of its own, at whose beginning it lies.
      this.slabs.push(Buffer.allocUnsafeSlow(Math.max(SLAB_BYTES, size)));
      this.slabEnd = 0;
    }
    const place = (((this.slabs.length - 1) << SLAB_BITS) | this.slabEnd) >>> 0;
    // What lies beyond a slab's bits cannot be named, so nothing follows a record that reaches there.
    this.slabEnd = this.slabEnd + size < SLAB_BYTES ? this.slabEnd + size : (this.slabs.at(-1)?.length ?? 0);
    this.stored += size;
    return place;
  }

  /** Lays the records anew, without the places that records outgrew. */
  private compact(): void {
    if (this.wasted === 0) return;
    const old = this.slabs;
    this.slabs = [];
    this.slabEnd = 0;
    this.stored = 0;
    this.wasted = 0;
    for (let slot = 0; slot < this.count; slot++) {
      const size = this.recordSize[slot]!;
      if (size === 0) continue;
      const from = this.recordFrom[slot]!;
      const to = this.place(size);
      const offset = from & (SLAB_BYTES - 1);
      old[from >>> SLAB_BITS]!.copy(this.slabs[to >>> SLAB_BITS]!, to & (SLAB_BYTES - 1), offset, offset + size);
      this.recordFrom[slot] = to;
    }
  }
}

function hashOf(bytes: Buffer, from: number, to: number): number {
  // FNV-1a, then mixed, so that keys which differ in their last digits only spread over the index.
  let hash = 0x811c9dc5;
  for (let at = from; at < to; at++) hash = Math.imul(hash ^ bytes[at]!, 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x45d9f3b);
  return hash ^ (hash >>> 15);
}

function capacityFor(count: number): number {
  let capacity = 1024;
  while (capacity < count) capacity *= 2;
  return capacity;
}

function grown(buffer: Buffer, needed: number): Buffer<ArrayBuffer> {
  const larger = Buffer.allocUnsafeSlow(Math.max(buffer.length * 2, needed));
  buffer.copy(larger);
  return larger;
}

function grownColumn<Column extends Uint32Array | Uint16Array | Int32Array>(old: Column, larger: Column): Column {
  larger.set(old);
  return larger;
}

function bytesOf(column: Float64Array | Uint32Array | Uint16Array | Int32Array): Uint8Array {
  return new Uint8Array(column.buffer, column.byteOffset, column.byteLength);
}
