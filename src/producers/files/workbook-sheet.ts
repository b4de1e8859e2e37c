// Reads the rows of one sheet of a workbook from its XML: each cell by its stored value, the places of cells that are
// not there filled with empty texts. Rows without a value are passed over.

import type { CellKind } from '../formats/cell-kind.ts';
import { LINE_BYTES_MAX, type LineFault } from './lines.ts';
import { RichText, type SharedStrings } from './workbook-strings.ts';
import { type NumberMeaning, numberValue } from './workbook-values.ts';
import { type Attributes, joined, unescapeText, type XmlVisitor } from './workbook-xml.ts';
import { WorkbookFault } from './workbook-zip.ts';

const ROWS_MAX = 1_000_000;
/** The last row and the last column that a sheet can have. */
const LINE_MAX = 1_048_576;
const COLUMNS_MAX = 16_384;
/** The cells of a sheet, empty ones between others included: a cell in the last column makes all rows after it wide. */
const CELLS_MAX = 100_000_000;
/** The texts of a sheet: many cells may share one long text. */
const CHARS_MAX = 1024 * 1024 * 1024;
/** A formula that no program has worked out yet: nobody knows its value. */
const NO_RESULT = 'a formula without a stored result';

export interface SheetVisitor {
  /** The reader reuses both lists. `line` is the row's number in the sheet. */
  record(cells: readonly string[], line: number, kinds: readonly CellKind[]): void;
  /** A row whose texts are too long together. */
  fault(line: number, code: LineFault): void;
  /** A cell that has a formula, before its row; its column is from 0. */
  formula?(column: number): void;
}

/** What cells refer to. */
export interface CellContext {
  readonly strings: SharedStrings | null;
  /** By the number of a style. */
  readonly meanings: readonly NumberMeaning[];
  readonly is1904: boolean;
}

export class SheetReader implements XmlVisitor {
  /** The row that is read, or was read last. */
  line = 0;
  rows = 0;
  private readonly context: CellContext;
  private readonly visitor: SheetVisitor | null;
  private readonly rowsMax: number;
  private readonly cells: string[] = [];
  private readonly kinds: CellKind[] = [];
  private readonly rich = new RichText();
  private isStopped = false;
  private inRows = false;
  private hasRows = false;
  /** The column of the cell that is read, or was read last, from 0. */
  private column = -1;
  private hasValue = false;
  private rowChars = 0;
  private width = 0;
  private chars = 0;
  private cellCount = 0;
  private type = '';
  private style = '';
  private value = '';
  private inValue = false;
  private isStored = false;
  private hasFormula = false;
  private inInline = false;

  /**
   * Without a visitor the sheet is only checked, which finds all faults that reading it would. Reads no more than
   * `rowsMax` rows, to see how a sheet begins.
   */
  constructor(context: CellContext, visitor: SheetVisitor | null, rowsMax = Number.POSITIVE_INFINITY) {
    this.context = context;
    this.visitor = visitor;
    this.rowsMax = rowsMax;
  }

  isDone(): boolean {
    return this.isStopped || this.rows >= this.rowsMax;
  }

  /** No more rows are wanted. */
  stop(): void {
    this.isStopped = true;
  }

  open(name: string, attributes: Attributes): void {
    if (!this.inRows) {
      if (name === 'sheetData') this.inRows = this.hasRows = true;
    } else if (this.inInline) this.rich.open(name, attributes);
    else if (name === 'c') this.openCell(attributes);
    else if (name === 'v') this.openValue();
    else if (name === 'row') this.openRow(attributes.r);
    else if (name === 'f') this.hasFormula = true;
    else if (name === 'is') {
      this.inInline = true;
      this.rich.clear();
    }
  }

  text(text: string): void {
    if (this.inValue) this.value = joined(this.value, text);
    else if (this.inInline) this.rich.text(text);
  }

  close(name: string): void {
    if (!this.inRows) return;
    if (name === 'c') this.closeCell();
    else if (name === 'v') this.inValue = false;
    else if (name === 'row') this.closeRow();
    else if (name === 'is') this.inInline = false;
    else if (this.inInline) this.rich.close(name);
    else if (name === 'sheetData') this.inRows = false;
  }

  /** The part has ended. Throws a WorkbookFault if it had no rows to read. */
  end(): void {
    if (!this.hasRows) throw new WorkbookFault('a part that is no sheet');
  }

  private openRow(stated: string | undefined): void {
    const line = stated === undefined ? this.line + 1 : Number(stated);
    if (!Number.isInteger(line) || line <= this.line || line > LINE_MAX) {
      throw new WorkbookFault(`a row ${String(stated).slice(0, 20)} after row ${this.line}`);
    }
    this.line = line;
    this.column = -1;
    this.rowChars = 0;
    if (!this.hasValue) return;
    this.cells.fill('');
    this.kinds.fill('text');
    this.hasValue = false;
  }

  private openCell(attributes: Attributes): void {
    const { r, t, s } = attributes;
    const column = r === undefined ? this.column + 1 : columnOf(r);
    if (column <= this.column || column >= COLUMNS_MAX) {
      throw new WorkbookFault(`a cell ${String(r).slice(0, 20)} in row ${this.line}`);
    }
    this.column = column;
    this.type = t ?? 'n';
    this.style = s ?? '';
    this.value = '';
    this.isStored = false;
    this.hasFormula = false;
  }

  /** Two values of one cell would be read as one: 5 and 6 as 56. */
  private openValue(): void {
    if (this.isStored) throw new WorkbookFault(`a cell with two values in row ${this.line}`);
    this.inValue = this.isStored = true;
  }

  private closeCell(): void {
    if (this.visitor === null) return this.checkCell();
    if (this.hasFormula) this.visitor.formula?.(this.column);
    if (this.type === 'inlineStr') return this.put('text', unescapeText(this.rich.value));
    // Only a text may be empty: some programs write an empty value for a formula that they do not work out.
    const isWorkedOut = this.type === 'str' ? this.isStored : this.value !== '';
    if (this.hasFormula && !isWorkedOut) return this.put('error', NO_RESULT);
    if (this.value !== '') this.putStored(this.value);
  }

  private putStored(value: string): void {
    switch (this.type) {
      case 's':
        return this.put('text', this.strings.at(sharedIndex(value)));
      case 'str':
        return this.put('text', unescapeText(value));
      case 'n': {
        const meaning = this.style === '' ? 'number' : (this.context.meanings[Number(this.style)] ?? 'number');
        const { kind, text } = numberValue(value, meaning, this.context.is1904);
        return this.put(kind, text);
      }
      case 'b':
        return this.put('boolean', value === '1' || value === 'true' ? 'TRUE' : 'FALSE');
      case 'd':
        return this.put('date', value.replace(/Z$/, ''));
      default:
        return this.put('error', value);
    }
  }

  private get strings(): SharedStrings {
    if (this.context.strings === null) throw new WorkbookFault('shared texts, and no part that has them');
    return this.context.strings;
  }

  private put(kind: CellKind, text: string): void {
    if (text === '') return;
    const { cells, kinds, column } = this;
    for (let at = cells.length; at < column; at++) {
      cells[at] = '';
      kinds[at] = 'text';
    }
    cells[column] = text;
    kinds[column] = kind;
    this.count(text.length);
  }

  private checkCell(): void {
    if (this.type === 's' && this.value !== '') this.count(this.strings.sizeAt(sharedIndex(this.value)));
    else this.count(this.type === 'inlineStr' ? this.rich.value.length : this.hasFormula ? 1 : this.value.length);
  }

  private count(chars: number): void {
    if (chars === 0) return;
    this.rowChars += chars;
    this.hasValue = true;
    if (this.column >= this.width) this.width = this.column + 1;
  }

  private closeRow(): void {
    if (!this.hasValue || this.isDone()) return;
    this.rows++;
    this.chars += this.rowChars;
    this.cellCount += this.width;
    if (this.rows > ROWS_MAX) throw new WorkbookFault(`more than ${ROWS_MAX} rows`);
    if (this.cellCount > CELLS_MAX) throw new WorkbookFault(`more than ${CELLS_MAX} cells`);
    if (this.chars > CHARS_MAX) throw new WorkbookFault(`more than ${CHARS_MAX} characters`);
    if (this.visitor === null) return;
    if (this.rowChars > LINE_BYTES_MAX) this.visitor.fault(this.line, 'HESABU_ROW_TOO_LONG');
    else this.visitor.record(this.cells, this.line, this.kinds);
  }
}

/** The number of a shared text; -1 for what is none. */
function sharedIndex(value: string): number {
  let index = 0;
  for (let at = 0; at < value.length; at++) {
    const digit = value.charCodeAt(at) - 48;
    if (digit < 0 || digit > 9 || at === 9) return -1;
    index = index * 10 + digit;
  }
  return index;
}

/** The column of a cell's place, from 0: `B7` is 1. Negative if it is no place. */
function columnOf(place: string): number {
  let column = 0;
  for (let at = 0; at < place.length; at++) {
    const code = place.charCodeAt(at);
    if (code < 65 || code > 90) break;
    column = column * 26 + code - 64;
    if (column > COLUMNS_MAX) break;
  }
  return column - 1;
}
