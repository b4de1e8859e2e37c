// A row as places in the bytes of its file: what is read of it goes into a fact without becoming a text. A row that has
// more than most rows have is not read here; the readers of texts decide on it, and on this one alike.

import type { CellForms } from './row.ts';

/** How the cells of a file are written, beyond what its rows have in common with rows of texts. */
export interface PlainForms extends CellForms {
  /** An amount, fee or rate as a plain decimal, as a mapping says; undefined for a fault. Null without a mapping. */
  readonly numbers: ((text: string, currency: string) => string | undefined) | null;
  /** Whether a plain decimal of a currency's form is read as itself. */
  readonly isPointed: boolean;
  /** By field, our words for the file's. */
  readonly words: ReadonlyMap<number, (text: string) => string | null>;
}

/** Where rows without a cell of their own have one. */
export type PlainDefaults = ReadonlyMap<number, string>;

const SCRATCH_BYTES = 8 * 1024;
/** Of UTF-8, for each unit of a text's length. */
const CHARACTER_BYTES_MAX = 3;
const ABSENT = -1;
const NO_BYTES: Buffer = Buffer.alloc(0);

export class PlainRow {
  /** Of each field the bytes that have its cell, and from where to where; absent and empty cells are from -1. */
  readonly sources: Buffer[];
  readonly from: Int32Array;
  readonly to: Int32Array;
  readonly forms: PlainForms;
  /** The place of the row's key beside its fields. */
  readonly key: number;
  /** Whether some cell may have more than ASCII. */
  isWide = false;
  /** How many bytes its cells have at most together, each once. */
  size = 0;
  private bytes = NO_BYTES;
  /** Whether some cell is in other bytes than the row. */
  private isMixed = false;
  private readonly defaults: readonly (readonly [index: number, bytes: Buffer])[];
  private readonly areDefaultsWide: boolean;
  private readonly defaultsSize: number;
  private readonly scratch = Buffer.allocUnsafeSlow(SCRATCH_BYTES);
  private scratchUsed = 0;

  constructor(fields: number, forms: PlainForms, defaults: PlainDefaults) {
    this.key = fields;
    this.sources = Array.from({ length: fields + 1 }, () => NO_BYTES);
    this.from = new Int32Array(fields + 1).fill(ABSENT);
    this.to = new Int32Array(fields + 1).fill(ABSENT);
    this.forms = forms;
    this.defaults = [...defaults].map(([index, text]) => [index, Buffer.from(text)]);
    this.defaultsSize = this.defaults.reduce((size, [, bytes]) => size + bytes.length, 0);
    this.areDefaultsWide = this.defaults.some(([, bytes]) => bytes.some((byte) => byte > 127));
  }

  /** Begins a row in these bytes, without cells; those that it gets have at most `size` bytes. */
  begin(bytes: Buffer, size: number): void {
    const { from } = this;
    this.size = size;
    for (let index = 0; index < from.length; index++) from[index] = ABSENT;
    this.isWide = false;
    if (bytes === this.bytes && !this.isMixed) return;
    this.sources.fill(bytes);
    this.bytes = bytes;
    this.isMixed = false;
    this.scratchUsed = 0;
  }

  /** The row has its own cells: the others get what holds for all rows. */
  complete(): void {
    if (this.areDefaultsWide) this.isWide = true;
    this.size += this.defaultsSize;
    for (const [index, bytes] of this.defaults) if (!this.has(index)) this.place(index, bytes, 0, bytes.length);
  }

  has(index: number): boolean {
    return this.from[index]! >= 0;
  }

  /** Puts a text in the place of a cell: its own form of a number or a date. False where there is no room for it. */
  replace(index: number, text: string): boolean {
    const from = this.scratchUsed;
    if (from + text.length * CHARACTER_BYTES_MAX > SCRATCH_BYTES) return false;
    this.scratchUsed = from + this.scratch.write(text, from);
    this.size += this.scratchUsed - from;
    this.place(index, this.scratch, from, this.scratchUsed);
    return true;
  }

  /** Puts a cell in another place too. */
  repeat(index: number, cell: number): void {
    const source = this.sources[cell]!;
    this.sources[index] = source;
    this.from[index] = this.from[cell]!;
    this.to[index] = this.to[cell]!;
    if (source !== this.bytes) this.isMixed = true;
  }

  private place(index: number, bytes: Buffer, from: number, to: number): void {
    this.sources[index] = bytes;
    this.from[index] = from;
    this.to[index] = to;
    this.isMixed = true;
  }
}

/** A cell as the readers of texts have it, which is not trimmed where it ends in other blanks than those of ASCII. */
export function cellText({ sources, from, to, isWide }: PlainRow, index: number): string {
  return sources[index]!.toString(isWide ? 'utf8' : 'latin1', from[index], to[index]);
}

/** Whether a cell has these bytes. */
export function hasBytes({ sources, from, to }: PlainRow, index: number, bytes: Uint8Array): boolean {
  const start = from[index]!;
  const size = bytes.length;
  if (to[index]! - start !== size) return false;
  const source = sources[index]!;
  for (let at = 0; at < size; at++) if (source[start + at] !== bytes[at]) return false;
  return true;
}
