// Packed keys as rows of numbers of one size, in pages: a page is never copied for growth, and a snapshot takes it as
// it is in memory.

import type { LogPlace } from '../log/log-place.ts';
import { bytesOf } from './columns.ts';
import { KeyTable } from './key-table.ts';
import { PACKED_CLAIMS_MAX, type PackedKey, type PackedName, readPackedName } from './packed-key.ts';
import type { PartReader } from './part-reader.ts';

/** Where the numbers of a row are. First come those of 8 bytes, */
const MINOR = 0;
const PAYMENT_AT = 1;
const SETTLEMENT_AT = 2;
const FEE = 3;
/** then those of 4. */
const NAME = 8;
const SHAPE = 9;
const PAYMENT_HEIGHT = 10;
const PAYMENT_INDEX = 11;
const SETTLEMENT_HEIGHT = 12;
const SETTLEMENT_INDEX = 13;
const CLAIMS = 14;
const ROW_WORDS = CLAIMS + PACKED_CLAIMS_MAX;
const ROW_FLOATS = ROW_WORDS / 2;

/** The shape has a byte each for the number of claims, the fee's decimals and the version. No claims: a free row. */
const SCALE_SHIFT = 8;
const VERSION_SHIFT = 16;
const BYTE = 0xff;

const PAGE_BITS = 12;
const PAGE_ROWS = 2 ** PAGE_BITS;

interface Page {
  readonly floats: Float64Array<ArrayBuffer>;
  readonly words: Uint32Array<ArrayBuffer>;
}

export class PackedRows {
  /** How many rows there are, with those that are free. */
  private rows = 0;
  private pages: Page[] = [];
  private readonly free: number[] = [];
  /** Each name is a slot of this table. */
  private table = new KeyTable();
  private names: Buffer[] = [];

  /** Stores a key, and returns its row. */
  add(key: PackedKey): number {
    const row = this.free.pop() ?? this.rows++;
    if (row >>> PAGE_BITS === this.pages.length) this.pages.push(newPage());
    const { floats, words } = this.pages[row >>> PAGE_BITS]!;
    const at = (row & (PAGE_ROWS - 1)) * ROW_FLOATS;
    floats[at + MINOR] = key.minor;
    floats[at + PAYMENT_AT] = key.paymentAt;
    floats[at + SETTLEMENT_AT] = key.settlementAt;
    floats[at + FEE] = key.fee;
    const word = at * 2;
    words[word + NAME] = this.nameOf(key);
    words[word + SHAPE] = key.count | (key.feeScale << SCALE_SHIFT) | (key.version << VERSION_SHIFT);
    words[word + PAYMENT_HEIGHT] = key.paymentHeight;
    words[word + PAYMENT_INDEX] = key.paymentIndex;
    words[word + SETTLEMENT_HEIGHT] = key.settlementHeight;
    words[word + SETTLEMENT_INDEX] = key.settlementIndex;
    for (let claim = 0; claim < key.count; claim++) words[word + CLAIMS + claim] = key.claims[claim]!;
    return row;
  }

  remove(row: number): void {
    const { words } = this.pages[row >>> PAGE_BITS]!;
    words[(row & (PAGE_ROWS - 1)) * ROW_WORDS + SHAPE] = 0;
    this.free.push(row);
  }

  /** Fills a key with a row, apart from its name, which is returned. */
  read(row: number, key: PackedKey): Buffer {
    const { floats, words } = this.pages[row >>> PAGE_BITS]!;
    const at = (row & (PAGE_ROWS - 1)) * ROW_FLOATS;
    key.minor = floats[at + MINOR]!;
    key.paymentAt = floats[at + PAYMENT_AT]!;
    key.settlementAt = floats[at + SETTLEMENT_AT]!;
    key.fee = floats[at + FEE]!;
    const word = at * 2;
    const shape = words[word + SHAPE]!;
    key.count = shape & BYTE;
    key.feeScale = (shape >>> SCALE_SHIFT) & BYTE;
    key.version = (shape >>> VERSION_SHIFT) & BYTE;
    key.paymentHeight = words[word + PAYMENT_HEIGHT]!;
    key.paymentIndex = words[word + PAYMENT_INDEX]!;
    key.settlementHeight = words[word + SETTLEMENT_HEIGHT]!;
    key.settlementIndex = words[word + SETTLEMENT_INDEX]!;
    for (let claim = 0; claim < key.count; claim++) key.claims[claim] = words[word + CLAIMS + claim]!;
    return this.names[words[word + NAME]!]!;
  }

  /** The names, by the numbers that rows have. */
  readNames(): PackedName[] {
    return this.names.map(readPackedName);
  }

  /** Visits the rows that are in use. */
  forEachRow(visit: (name: number, minor: number, fee: number, feeScale: number) => void): void {
    for (let row = 0; row < this.rows; row++) {
      const { floats, words } = this.pages[row >>> PAGE_BITS]!;
      const at = (row & (PAGE_ROWS - 1)) * ROW_FLOATS;
      const word = at * 2;
      const shape = words[word + SHAPE]!;
      if (shape === 0) continue;
      visit(words[word + NAME]!, floats[at + MINOR]!, floats[at + FEE]!, (shape >>> SCALE_SHIFT) & BYTE);
    }
  }

  /** Where the claims of all rows that are in use lie. */
  forEachClaim(visit: (place: LogPlace) => void): void {
    for (let row = 0; row < this.rows; row++) {
      const { words } = this.pages[row >>> PAGE_BITS]!;
      const word = (row & (PAGE_ROWS - 1)) * ROW_WORDS;
      const count = words[word + SHAPE]! & BYTE;
      for (let claim = 0; claim < count; claim++) visit(words[word + CLAIMS + claim]!);
    }
  }

  *parts(): Iterable<Uint8Array> {
    yield bytesOf(new Float64Array([this.rows, this.free.length]));
    yield bytesOf(Float64Array.from(this.free));
    yield* this.table.parts();
    for (const [at, { floats }] of this.pages.entries()) {
      yield bytesOf(floats.subarray(0, Math.min(PAGE_ROWS, this.rows - at * PAGE_ROWS) * ROW_FLOATS));
    }
  }

  static fromParts(parts: PartReader): PackedRows {
    const packed = new PackedRows();
    const [rows, free] = parts.numbers(2) as unknown as [number, number];
    packed.rows = rows;
    packed.free.push(...parts.numbers(free));
    packed.table = KeyTable.fromParts(parts);
    for (let name = 0; name < packed.table.count; name++) packed.names.push(copyOf(packed.table, name));
    for (let left = packed.rows; left > 0; left -= PAGE_ROWS) {
      packed.pages.push(readPage(parts, Math.min(PAGE_ROWS, left)));
    }
    return packed;
  }

  private nameOf({ name }: PackedKey): number {
    const known = this.table.slotOf(name.buffer, 0, name.length);
    if (known === this.names.length) this.names.push(copyOf(this.table, known));
    return known;
  }
}

function newPage(): Page {
  return pageOf(new Float64Array(PAGE_ROWS * ROW_FLOATS));
}

/** A page that begins with so many rows. */
function readPage(parts: PartReader, rows: number): Page {
  const floats = parts.column(Float64Array, rows * ROW_FLOATS, rows * ROW_FLOATS);
  if (floats.length === PAGE_ROWS * ROW_FLOATS) return pageOf(floats);
  const page = newPage();
  page.floats.set(floats);
  return page;
}

function pageOf(floats: Float64Array<ArrayBuffer>): Page {
  return { floats, words: new Uint32Array(floats.buffer, floats.byteOffset, floats.length * 2) };
}

function copyOf(table: KeyTable, slot: number): Buffer {
  const name = Buffer.alloc(table.keySizeOf(slot));
  table.copyKey(slot, name, 0);
  return name;
}
