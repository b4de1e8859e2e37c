// Finds the cells of a JSON row in its bytes: the members of one object, and of the object in its `data`. A row is
// taken where they are texts without escapes, numbers or null; any other is left to json-rows.ts.

import { isUtf8 } from 'node:buffer';
import type { Format } from '../formats/format.ts';
import type { PlainRow } from '../formats/plain-row.ts';
import { LINE_BYTES_MAX } from './lines.ts';

const [TAB, LF, CR, BLANK, QUOTE, BACKSLASH, TILDE] = [9, 10, 13, 32, 34, 92, 126] as const;
const [COLON, COMMA, OPEN, CLOSE] = [58, 44, 123, 125] as const;
const ABSENT = -1;
/** A name that is no field, that of the inner object, and one that an object has twice. */
const [UNKNOWN, DATA, REPEATED] = [-1, -2, -3] as const;
const DATA_NAME = Buffer.from('data');
/** More other names than this in one object are compared by the readers of texts. */
const OTHERS_MAX = 16;
/** A number as JSON has it. */
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** What a byte of a text is: the end of what is plain, ASCII, or a part of another character. */
const [STOP, ASCII, WIDE] = [0, 1, 2] as const;
const TEXT = new Uint8Array(256).fill(ASCII, BLANK, TILDE + 1).fill(WIDE, TILDE + 2);
TEXT[QUOTE] = STOP;
TEXT[BACKSLASH] = STOP;

/** Names of one object that are no fields, as places in its bytes. */
interface Others {
  count: number;
  readonly places: Int32Array;
}

const others = (): Others => ({ count: 0, places: new Int32Array(2 * OTHERS_MAX) });

export class PlainJson {
  private readonly row: PlainRow;
  private readonly names: readonly Buffer[];
  /** The fields from here on are in `data`; none where it is the number of fields. */
  private readonly outerFields: number;
  /** The field that the row before had in each place: most rows have the same. */
  private readonly guesses: number[] = [];
  private readonly outerOthers = others();
  private readonly innerOthers = others();
  private place = 0;
  private seen = 0;
  private hasData = false;
  private isWide = false;
  private isLine = true;

  constructor(row: PlainRow, { fields, outerFields = fields.length }: Format) {
    this.row = row;
    this.names = fields.map((name) => Buffer.from(name));
    this.outerFields = outerFields;
  }

  /** Puts the object that a line holds into the row, and returns where the line ends: see PlainCsv. */
  readLine(bytes: Buffer, from: number, to: number): number {
    this.isLine = true;
    const at = this.read(bytes, from, to);
    if (at < 0 || at >= to || bytes[at] === LF) return at;
    return bytes[at] === CR && (at + 1 === to || bytes[at + 1] === LF) ? at + 1 : ABSENT;
  }

  /** The same for bytes that are one element of a list. */
  readElement(bytes: Buffer): boolean {
    this.isLine = false;
    return this.read(bytes, 0, bytes.length) === bytes.length;
  }

  private read(bytes: Buffer, from: number, to: number): number {
    const { row } = this;
    row.begin(bytes, 0);
    this.place = 0;
    this.seen = 0;
    this.hasData = false;
    this.isWide = false;
    this.outerOthers.count = 0;
    this.innerOthers.count = 0;
    const start = this.blanks(bytes, from, to);
    if (bytes[start] !== OPEN || start >= to) return ABSENT;
    const end = this.members(bytes, start + 1, to, true);
    if (end < 0 || (this.outerFields < this.names.length && !this.hasData)) return ABSENT;
    const at = this.blanks(bytes, end, to);
    if (at - from > LINE_BYTES_MAX || (this.isWide && !isUtf8(bytes.subarray(from, at)))) return ABSENT;
    row.isWide = this.isWide;
    row.size = at - from;
    return at;
  }

  /** The members of an object up to its bracket; returns where it has ended, or -1. */
  private members(bytes: Buffer, from: number, to: number, isOuter: boolean): number {
    let at = this.blanks(bytes, from, to);
    for (;;) {
      if (at >= to || bytes[at] !== QUOTE) return ABSENT;
      const field = this.fieldAt(bytes, at + 1, to, isOuter);
      const nameEnd = field >= 0 ? at + 1 + this.names[field]!.length : endOfText(bytes, at + 1, to);
      if (nameEnd >= to || bytes[nameEnd] !== QUOTE) return ABSENT;
      at = this.blanks(bytes, nameEnd + 1, to);
      if (at >= to || bytes[at] !== COLON) return ABSENT;
      at = this.blanks(bytes, at + 1, to);
      at = field === DATA ? this.data(bytes, at, to) : this.value(bytes, at, to, field);
      if (at < 0) return ABSENT;
      at = this.blanks(bytes, at, to);
      if (at >= to) return ABSENT;
      const next = bytes[at];
      if (next === CLOSE) return at + 1;
      if (next !== COMMA) return ABSENT;
      at = this.blanks(bytes, at + 1, to);
    }
  }

  private data(bytes: Buffer, at: number, to: number): number {
    if (at >= to || bytes[at] !== OPEN || this.hasData) return ABSENT;
    this.hasData = true;
    return this.members(bytes, at + 1, to, false);
  }

  /** Puts the value of a field into the row. */
  private value(bytes: Buffer, at: number, to: number, field: number): number {
    if (field === REPEATED || at >= to) return ABSENT;
    if (bytes[at] !== QUOTE) return this.bareValue(bytes, at, to, field);
    let end = at + 1;
    for (; end < to; end++) {
      const kind = TEXT[bytes[end]!]!;
      if (kind === ASCII) continue;
      if (kind === STOP) break;
      this.isWide = true;
    }
    if (end >= to || bytes[end] !== QUOTE) return ABSENT;
    if (field >= 0) this.put(bytes, field, at + 1, end);
    return end + 1;
  }

  /** A number, or null: an absent value. */
  private bareValue(bytes: Buffer, at: number, to: number, field: number): number {
    let end = at;
    while (end < to && isBare(bytes[end]!)) end++;
    const text = bytes.toString('latin1', at, end);
    if (text === 'null') return end;
    if (!NUMBER.test(text)) return ABSENT;
    if (field >= 0) this.put(bytes, field, at, end);
    return end;
  }

  /** A cell without the blanks around it; none where nothing is left. */
  private put(bytes: Buffer, field: number, from: number, to: number): void {
    while (from < to && bytes[from] === BLANK) from++;
    while (to > from && bytes[to - 1] === BLANK) to--;
    if (from === to) return;
    this.row.from[field] = from;
    this.row.to[field] = to;
  }

  /** The field whose name begins here, UNKNOWN, DATA, or REPEATED for a name that the object has twice. */
  private fieldAt(bytes: Buffer, from: number, to: number, isOuter: boolean): number {
    const { names, outerFields, guesses } = this;
    const place = this.place++;
    let field = guesses[place] ?? UNKNOWN;
    if (field === DATA && isOuter && this.isName(bytes, from, to, DATA_NAME)) return DATA;
    if (field < 0 || field < outerFields !== isOuter || !this.isName(bytes, from, to, names[field]!)) {
      field = this.search(bytes, from, to, isOuter);
      guesses[place] = field;
      if (field < 0) return field;
    }
    if ((this.seen & (1 << field)) !== 0) return REPEATED;
    this.seen |= 1 << field;
    return field;
  }

  private search(bytes: Buffer, from: number, to: number, isOuter: boolean): number {
    const { names, outerFields } = this;
    const [first, end] = isOuter ? [0, outerFields] : [outerFields, names.length];
    for (let field = first; field < end; field++) if (this.isName(bytes, from, to, names[field]!)) return field;
    if (isOuter && outerFields < names.length && this.isName(bytes, from, to, DATA_NAME)) return DATA;
    return this.isOther(bytes, from, to, isOuter ? this.outerOthers : this.innerOthers) ? UNKNOWN : REPEATED;
  }

  /** Whether a name that is no field is the first of its name in its object; it may have more than ASCII. */
  private isOther(bytes: Buffer, from: number, to: number, known: Others): boolean {
    const { count, places } = known;
    const end = endOfText(bytes, from, to);
    for (let at = from; at < end; at++) if (bytes[at]! > TILDE) this.isWide = true;
    for (let at = 0; at < count; at++) {
      const other = places[2 * at]!;
      if (bytes.compare(bytes, other, places[2 * at + 1], from, end) === 0) return false;
    }
    if (count === OTHERS_MAX) return false;
    places[2 * count] = from;
    places[2 * count + 1] = end;
    known.count++;
    return true;
  }

  private isName(bytes: Buffer, from: number, to: number, name: Buffer): boolean {
    const end = from + name.length;
    if (end >= to || bytes[end] !== QUOTE) return false;
    for (let at = 0; at < name.length; at++) if (bytes[from + at] !== name[at]) return false;
    return true;
  }

  /** What may stand between the parts of a row: an element of a list may have lines. */
  private blanks(bytes: Buffer, at: number, to: number): number {
    // Most rows have none.
    return at < to && bytes[at]! <= BLANK ? this.afterBlanks(bytes, at, to) : at;
  }

  private afterBlanks(bytes: Buffer, at: number, to: number): number {
    while (at < to) {
      const byte = bytes[at]!;
      if (byte > BLANK) break;
      if (byte !== BLANK && byte !== TAB && (this.isLine || (byte !== LF && byte !== CR))) break;
      at++;
    }
    return at;
  }
}

/** The first byte that ends what is plain of a text. */
function endOfText(bytes: Buffer, from: number, to: number): number {
  let at = from;
  while (at < to && TEXT[bytes[at]!] !== STOP) at++;
  return at;
}

/** Whether a byte may be of a number or of null. */
function isBare(byte: number): boolean {
  return (
    (byte >= 48 && byte <= 57) ||
    (byte >= 97 && byte <= 122) ||
    byte === 45 ||
    byte === 46 ||
    byte === 43 ||
    byte === 69
  );
}
