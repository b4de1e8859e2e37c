// Finds the cells of a line of CSV in its bytes. A line is taken where it has a cell for each column of the header, and
// quotes around whole cells only; any other is left to csv.ts.

import { isUtf8 } from 'node:buffer';
import type { PlainRow } from '../formats/plain-row.ts';
import { LINE_BYTES_MAX } from './lines.ts';

/** What a byte is within a line. */
const [OTHER, WIDE, SEPARATOR, QUOTE, LINE_END, BAD] = [0, 1, 2, 3, 4, 5] as const;
const [TAB, LF, CR, BLANK, QUOTE_CODE, TILDE] = [9, 10, 13, 32, 34, 126] as const;
const ABSENT = -1;
/** What makes two letters small ones. */
const SMALL = 0x2020;

/** A field and the column that it is read from. */
export type PlainColumn = readonly [field: number, column: number];

export class PlainCsv {
  private readonly row: PlainRow;
  private readonly kinds = new Uint8Array(256).fill(BAD);
  /** What ends a cell in quotes: this kind, and those after it. */
  private readonly quotedEnd: number;
  private readonly width: number;
  private readonly starts: Int32Array;
  private readonly ends: Int32Array;
  private readonly fields: Int32Array;
  private readonly columns: Int32Array;
  /** How many fields a column is at most. */
  private readonly usesMax: number;
  private bytes: Buffer = Buffer.alloc(0);

  /** `separator` is one ASCII character, `width` the number of columns. */
  constructor(row: PlainRow, separator: string, width: number, columns: readonly PlainColumn[]) {
    this.row = row;
    this.kinds.fill(OTHER, BLANK, TILDE + 1).fill(WIDE, TILDE + 2);
    this.kinds[QUOTE_CODE] = QUOTE;
    this.kinds[LF] = LINE_END;
    this.kinds[CR] = LINE_END;
    const code = separator.charCodeAt(0);
    this.kinds[code] = SEPARATOR;
    // Within quotes a separator is a part of the cell; but no plain cell has a tab.
    this.quotedEnd = code === TAB ? SEPARATOR : QUOTE;
    this.width = width;
    this.starts = new Int32Array(width);
    this.ends = new Int32Array(width);
    this.fields = Int32Array.from(columns, ([field]) => field);
    this.columns = Int32Array.from(columns, ([, column]) => column);
    this.usesMax = Math.max(1, ...this.columns.map((column) => this.columns.filter((one) => one === column).length));
  }

  /**
   * Puts the cells of the line that begins at `from` into the row, and returns where the line ends, without its CR: at
   * a line feed or at `to`; -1 for a line that is left.
   */
  read(bytes: Buffer, from: number, to: number): number {
    const { kinds, quotedEnd, width, starts, ends, row } = this;
    let count = 0;
    let at = from;
    let widest = OTHER as number;
    for (;;) {
      let start = at;
      let kind = OTHER as number;
      for (; at < to; at++) {
        kind = kinds[bytes[at]!]!;
        if (kind === OTHER) continue;
        if (kind > WIDE) break;
        widest = WIDE;
      }
      let end = at;
      if (kind === QUOTE && at === start) {
        start = at + 1;
        end = start;
        while (end < to && kinds[bytes[end]!]! < quotedEnd) widest |= kinds[bytes[end++]!]! & WIDE;
        if (end >= to || bytes[end] !== QUOTE_CODE) return ABSENT;
        at = end + 1;
        kind = at < to ? kinds[bytes[at]!]! : LINE_END;
      }
      if (count === width) return ABSENT;
      starts[count] = start;
      ends[count++] = end;
      if (at >= to || kind === LINE_END) break;
      if (kind !== SEPARATOR) return ABSENT;
      at++;
    }
    const next = endOfLine(bytes, at, to);
    if (next < 0 || count !== width || next - from > LINE_BYTES_MAX) return ABSENT;
    row.begin(bytes, (next - from) * this.usesMax);
    this.bytes = bytes;
    if (widest === WIDE) {
      if (!isUtf8(bytes.subarray(from, at))) return ABSENT;
      row.isWide = true;
    }
    this.place();
    return next;
  }

  /** The first column of the line that was read last with a cell that is not blank; -1 where there is none. */
  firstFilled(): number {
    for (let column = 0; column < this.width; column++) {
      for (let at = this.starts[column]!; at < this.ends[column]!; at++) if (this.bytes[at] !== BLANK) return column;
    }
    return ABSENT;
  }

  /** The first two bytes of a cell that is not blank, letters as small ones. */
  lettersOf(column: number): number {
    const { bytes } = this;
    let at = this.starts[column]!;
    while (bytes[at] === BLANK) at++;
    return ((bytes[at]! << 8) | bytes[at + 1]! | SMALL) & 0xffff;
  }

  /** The text of a column of the line that was read last. */
  text(column: number): string {
    return this.bytes.toString(this.row.isWide ? 'utf8' : 'latin1', this.starts[column], this.ends[column]);
  }

  /** Cells without the blanks around them. */
  private place(): void {
    const { bytes, fields, columns, starts, ends } = this;
    const { from, to } = this.row;
    for (let at = 0; at < fields.length; at++) {
      const column = columns[at]!;
      let start = starts[column]!;
      let end = ends[column]!;
      if (start === end) continue;
      while (start < end && bytes[start] === BLANK) start++;
      while (end > start && bytes[end - 1] === BLANK) end--;
      if (start === end) continue;
      const field = fields[at]!;
      from[field] = start;
      to[field] = end;
    }
  }
}

/** The end of the line whose last cell ends at `at`; -1 where a CR does not belong to it. */
function endOfLine(bytes: Buffer, at: number, to: number): number {
  if (at >= to || bytes[at] === LF) return at;
  return at + 1 === to || bytes[at + 1] === LF ? at + 1 : ABSENT;
}
