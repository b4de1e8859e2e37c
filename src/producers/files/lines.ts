// Cuts chunks of bytes into the physical lines of a text file: UTF-8 with or without BOM, LF or CRLF, counted from 1. A
// line that is too long or not UTF-8 is reported as a fault. Memory holds at most one line and one chunk.

import { isAscii, isUtf8 } from 'node:buffer';

/** The longest line, record or element accepted, without its line end. */
export const LINE_BYTES_MAX = 1024 * 1024;
const LF = 10;
const CR = 13;
const BOM = Buffer.from([0xef, 0xbb, 0xbf]);

export type LineFault = 'HESABU_ROW_TOO_LONG' | 'HESABU_ROW_ENCODING';

export interface LineVisitor {
  line(text: string, line: number): void;
  /** A line that is too long or not UTF-8. */
  fault(line: number, code: LineFault): void;
  /**
   * Takes the line that begins at `from` as bytes and returns where it ends: at its line feed, or at `to`. Returns -1
   * for a line whose text it needs.
   */
  plain?(bytes: Buffer, from: number, to: number, line: number): number;
}

/** How many lines of a block may need their text beyond those that do not: then the rest of it is decoded together. */
const TEXTS_MAX = 64;

/** Bytes that wait for the rest of their line in the next chunk, up to a limit; bytes beyond it are dropped. */
export class HeldBytes {
  tooLong = false;
  private buffer = Buffer.allocUnsafe(4096);
  private length = 0;

  get isEmpty(): boolean {
    return this.length === 0 && !this.tooLong;
  }

  hold(part: Buffer): void {
    const length = this.length + part.length;
    // Slightly more than the longest line, for a BOM and for a CR that can belong to the line end.
    if (length > LINE_BYTES_MAX + BOM.length + 1) this.tooLong = true;
    if (this.tooLong) return;
    if (length > this.buffer.length) {
      const grown = Buffer.allocUnsafe(Math.max(length, this.buffer.length * 2));
      this.buffer.copy(grown, 0, 0, this.length);
      this.buffer = grown;
    }
    part.copy(this.buffer, this.length);
    this.length = length;
  }

  /** A view of the held bytes. */
  view(): Buffer {
    return this.buffer.subarray(0, this.length);
  }

  clear(): void {
    this.length = 0;
    this.tooLong = false;
  }
}

export class LineSplitter {
  private readonly visitor: LineVisitor;
  private readonly held = new HeldBytes();
  private line = 0;

  constructor(visitor: LineVisitor) {
    this.visitor = visitor;
  }

  /** What comes next is the line after so many. */
  skipTo(lines: number): void {
    this.line = lines;
  }

  chunk(bytes: Buffer): void {
    let from = 0;
    if (!this.held.isEmpty) {
      const end = bytes.indexOf(LF);
      this.held.hold(end < 0 ? bytes : bytes.subarray(0, end));
      if (end < 0) return;
      this.closeHeld();
      from = end + 1;
    }
    const last = bytes.lastIndexOf(LF);
    if (last >= from) {
      this.block(bytes.subarray(from, last));
      from = last + 1;
    }
    this.held.hold(bytes.subarray(from));
  }

  /** The file has ended: its last line can be without a line end. */
  end(): void {
    if (!this.held.isEmpty) this.closeHeld();
  }

  private closeHeld(): void {
    if (this.held.tooLong) this.visitor.fault(++this.line, 'HESABU_ROW_TOO_LONG');
    else this.block(this.held.view());
    this.held.clear();
  }

  /** Whole lines, without the last line end. Clean lines are decoded together, others one by one. */
  private block(bytes: Buffer): void {
    if (this.line === 0 && bytes.subarray(0, BOM.length).equals(BOM)) bytes = bytes.subarray(BOM.length);
    if (this.visitor.plain === undefined) this.texts(bytes);
    else this.plainLines(bytes, this.visitor.plain);
  }

  /** Line by line as bytes, as long as most of them are taken so. */
  private plainLines(bytes: Buffer, plain: NonNullable<LineVisitor['plain']>): void {
    const to = bytes.length;
    let texts = 0;
    for (let from = 0; ; ) {
      if (texts > TEXTS_MAX) return this.texts(bytes.subarray(from));
      let end = plain(bytes, from, to, this.line + 1);
      if (end >= 0) {
        this.line++;
        if (texts > 0) texts--;
      } else {
        const at = bytes.indexOf(LF, from);
        end = at < 0 ? to : at;
        this.texts(bytes.subarray(from, end));
        texts++;
      }
      if (end >= to) return;
      from = end + 1;
    }
  }

  private texts(bytes: Buffer): void {
    const text = textOf(bytes);
    if (text !== undefined) this.lines(text);
    else if (bytes.includes(LF)) for (const line of linesOf(bytes)) this.texts(line);
    else
      this.visitor.fault(++this.line, sizeOf(bytes) > LINE_BYTES_MAX ? 'HESABU_ROW_TOO_LONG' : 'HESABU_ROW_ENCODING');
  }

  private lines(text: string): void {
    let from = 0;
    for (;;) {
      const at = text.indexOf('\n', from);
      const end = at < 0 ? text.length : at;
      this.emit(text.slice(from, end > from && text.charCodeAt(end - 1) === CR ? end - 1 : end));
      if (at < 0) return;
      from = at + 1;
    }
  }

  private emit(text: string): void {
    this.line++;
    // A character has at most three bytes per unit of length, so most lines need no counting.
    const tooLong = text.length * 3 > LINE_BYTES_MAX && Buffer.byteLength(text) > LINE_BYTES_MAX;
    if (tooLong) this.visitor.fault(this.line, 'HESABU_ROW_TOO_LONG');
    else this.visitor.line(text, this.line);
  }
}

/** The text of UTF-8 bytes; undefined if they are not UTF-8 or contain a NUL. */
export function textOf(bytes: Buffer): string | undefined {
  if (bytes.includes(0)) return undefined;
  if (isAscii(bytes)) return bytes.toString('latin1');
  return isUtf8(bytes) ? bytes.toString('utf8') : undefined;
}

/** The size of a line without the CR of its line end. */
function sizeOf(line: Buffer): number {
  return line[line.length - 1] === CR ? line.length - 1 : line.length;
}

function* linesOf(bytes: Buffer): Generator<Buffer> {
  let from = 0;
  for (;;) {
    const at = bytes.indexOf(LF, from);
    yield bytes.subarray(from, at < 0 ? bytes.length : at);
    if (at < 0) return;
    from = at + 1;
  }
}
