// Reads physical lines into CSV records. A line without quotes is split at the separators; papaparse reads a record
// with quotes. An open quote joins the lines that follow, as long as that gives a record.

import Papa from 'papaparse';
import type { ErrorCode } from '../../domain/error-codes.ts';
import type { CellKind } from '../formats/cell-kind.ts';
import { LINE_BYTES_MAX, type LineFault, type LineVisitor } from './lines.ts';

export interface CsvVisitor {
  /** Whether a record may have these cells; before the header is found, it may have any. */
  fits(cells: readonly string[]): boolean;
  /**
   * The reader reuses `cells` and `kinds`: the next record overwrites them. Only a workbook gives kinds, one for each
   * cell; its line is the row's number in its sheet, and a row has as many cells as the widest before it.
   */
  record(cells: readonly string[], line: number, kinds?: readonly CellKind[]): void;
  /** A line that is too long or not UTF-8. */
  lineFault(line: number, code: LineFault): void;
  /** Text that is not a record, with its cells as far as they can be told; `expected` and `found` are for people. */
  fault(line: number, code: ErrorCode, expected: string, found: string, cells: readonly string[]): void;
}

interface Line {
  readonly text: string;
  readonly line: number;
}

const CLOSED = 'a closing quote in the same record';

export class CsvReader implements LineVisitor {
  private readonly separator: string;
  private readonly visitor: CsvVisitor;
  /** The lines of a record with an open quote; empty if there is none. */
  private open: Line[] = [];
  private openBytes = 0;
  private readonly plainCells: string[] = [];

  constructor(separator: string, visitor: CsvVisitor) {
    this.separator = separator;
    this.visitor = visitor;
  }

  /** Whether a record goes on with the next line. */
  get isOpen(): boolean {
    return this.open.length > 0;
  }

  line(text: string, line: number): void {
    if (this.open.length > 0) this.join({ text, line });
    else this.single({ text, line });
  }

  fault(line: number, code: LineFault): void {
    while (this.open.length > 0) this.giveUp();
    this.visitor.lineFault(line, code);
  }

  /** The file has ended. */
  end(): void {
    while (this.open.length > 0) this.giveUp();
  }

  private single(line: Line): void {
    const { text } = line;
    if (isBlank(text)) return;
    if (text.includes('"')) this.quotedLine(line);
    else this.visitor.record(this.split(text), line.line);
  }

  /** As `text.split`, which takes twice as long, but into one list that the next line overwrites. */
  private split(text: string): readonly string[] {
    const { separator, plainCells } = this;
    let count = 0;
    let from = 0;
    for (let at = text.indexOf(separator); at >= 0; at = text.indexOf(separator, from)) {
      plainCells[count++] = text.slice(from, at);
      from = at + 1;
    }
    plainCells[count++] = text.slice(from);
    plainCells.length = count;
    return plainCells;
  }

  private quotedLine(line: Line): void {
    const { cells, fault } = parseRecord(line.text, this.separator);
    if (fault === null) this.visitor.record(cells, line.line);
    else if (fault === 'open' && hasOddQuotes(line.text)) {
      this.open = [line];
      this.openBytes = Buffer.byteLength(line.text);
    } else this.refuse(line);
  }

  /**
   * A whole record has an even number of quotes, because a quote within a cell is doubled. So the first line that makes
   * the number even ends the record, and the record is parsed once, however many lines it has.
   */
  private join(line: Line): void {
    this.open.push(line);
    this.openBytes += Buffer.byteLength(line.text) + 1;
    if (this.openBytes > LINE_BYTES_MAX) return this.giveUp();
    if (!hasOddQuotes(line.text)) return;
    const { cells, fault } = parseRecord(this.open.map(({ text }) => text).join('\n'), this.separator);
    if (fault !== null || !this.visitor.fits(cells)) return this.giveUp();
    const first = this.open[0]!;
    this.open = [];
    this.visitor.record(cells, first.line);
  }

  /** The open quote did not close: only its own line is rejected, and the lines after it are read again. */
  private giveUp(): void {
    const [first, ...others] = this.open;
    this.open = [];
    this.refuse(first!);
    for (const { text, line } of others) this.line(text, line);
  }

  private refuse(line: Line): void {
    this.visitor.fault(line.line, 'HESABU_ROW_QUOTE', CLOSED, 'none', [line.text]);
  }
}

interface ParsedRecord {
  readonly cells: readonly string[];
  readonly fault: 'open' | 'other' | null;
}

/** The cells of one record with quotes. */
export function parseRecord(text: string, separator: string): ParsedRecord {
  const parser = new Papa.Parser({ delimiter: separator, newline: '\n' });
  // The library's types omit the parameters and the result of its low-level parser.
  const parse = parser.parse as (text: string, from: number, ignoreLast: boolean) => Papa.ParseResult<string[]>;
  const { data, errors } = parse.call(parser, text, 0, false);
  const fault = errors.some(({ code }) => code === 'MissingQuotes') ? 'open' : errors.length > 0 ? 'other' : null;
  return { cells: data[0] ?? [], fault };
}

export function isBlank(text: string): boolean {
  return text.length === 0 || (text.charCodeAt(0) <= 32 && text.trim() === '');
}

function hasOddQuotes(text: string): boolean {
  let odd = false;
  for (let at = text.indexOf('"'); at >= 0; at = text.indexOf('"', at + 1)) odd = !odd;
  return odd;
}
