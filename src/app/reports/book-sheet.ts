// Writes the rows of one sheet of a workbook as a stream, with what a reader and a printer need: widths, frozen rows,
// a filter, titles on every page, and a width that fits a page.

import { once } from 'node:events';
import type { Writable } from 'node:stream';
import type { BarChart } from './book-chart.ts';
import type { BookStyles, CellStyle } from './book-styles.ts';
import { cellXml, columnName, xml } from './book-xml.ts';

export interface StyledCell {
  readonly value: string | number;
  readonly style: CellStyle;
  /** A formula whose result is the value, for programs that do not work it out. */
  readonly formula?: string;
}
export type SheetCell = StyledCell | null;

export interface SheetLayout {
  /** The widths of the columns, in characters. */
  readonly widths: readonly number[];
  /** How many rows stay visible. */
  readonly frozen: number;
  readonly isLandscape: boolean;
  /** How many columns are printed, of the first; all where absent. */
  readonly printed?: number;
  /** A text at the foot of every page. */
  readonly foot: string;
  /** The values to choose from in the cells of a column, below the frozen rows. */
  readonly choices?: readonly { readonly column: number; readonly values: readonly string[] }[];
}

const LINE_POINTS = 15;
/** Chinese letters are higher. */
const HIGH_LINE_POINTS = 17;
const POINTS_MAX = 409;
/** Texts are written in pieces of this size. */
const PIECE_CHARS = 32 * 1024;

export class SheetWriter {
  readonly name: string;
  readonly layout: SheetLayout;
  /** The rows written. */
  rows = 0;
  charts: readonly BarChart[] = [];
  filter: string | null = null;
  private readonly output: Writable;
  private readonly styles: BookStyles;
  private readonly columns: readonly string[];
  private piece = '';

  constructor(name: string, layout: SheetLayout, output: Writable, styles: BookStyles) {
    this.name = name;
    this.layout = layout;
    this.output = output;
    this.styles = styles;
    this.columns = layout.widths.map((_, column) => columnName(column));
    this.put(headXml(layout));
  }

  /** Appends a row. Await `ready` now and then, because rows wait in memory until they are taken. */
  row(cells: readonly SheetCell[]): void {
    const row = ++this.rows;
    let text = '';
    let height = LINE_POINTS;
    for (let column = 0; column < cells.length; column++) {
      const cell = cells[column];
      if (cell === null || cell === undefined) continue;
      text += this.cellText(cell, `${this.columns[column]}${row}`);
      if (cell.style.wrap === true) height = Math.max(height, heightOf(cell, this.layout.widths[column]!));
    }
    // Not every program makes room for a text of several lines by itself.
    const own = height === LINE_POINTS ? '' : ` ht="${height}" customHeight="1"`;
    this.put(`<row r="${row}"${own}>${text}</row>`);
  }

  /** Resolves once the rows written are taken. Throws what ended the output. */
  async ready(): Promise<void> {
    if (this.output.errored) throw this.output.errored;
    if (this.output.writableNeedDrain) await once(this.output, 'drain');
  }

  /** Ends the sheet. `filter` is the range that has a filter. */
  close(filter: string | null, charts: readonly BarChart[] = []): void {
    this.filter = filter;
    this.charts = charts;
    this.put(tailXml(this.layout, this.rows, filter, charts.length > 0));
    this.output.end(this.piece);
  }

  private cellText({ value, style, formula }: StyledCell, place: string): string {
    const start = `<c r="${place}" s="${this.styles.numberOf(style)}"`;
    const worked = formula === undefined ? '' : `<f>${xml(formula)}</f>`;
    if (typeof value === 'number') return `${start}>${worked}<v>${value}</v></c>`;
    if (value === '') return `${start}/>`;
    return `${start} t="inlineStr"><is><t xml:space="preserve">${cellXml(value)}</t></is></c>`;
  }

  private put(text: string): void {
    this.piece += text;
    if (this.piece.length < PIECE_CHARS) return;
    this.output.write(this.piece);
    this.piece = '';
  }
}

/** About how high a text is in a column of so many characters; a Chinese one is twice as wide as a letter. */
function heightOf({ value, style }: StyledCell, width: number): number {
  const text = String(value);
  let length = text.length;
  // Quotes and spaces of French and English stand before these.
  const isWide = /[\u2e80-\uffff]/.test(text);
  if (isWide) for (const char of text) if (char.charCodeAt(0) >= 0x1100) length++;
  // The width is in digits: most letters are narrower, bold ones are wider.
  const room = width * (isWide ? 0.93 : 1.1) * (style.bold === true ? 0.85 : 1);
  const breaks = text.includes('\n') ? text.split('\n').length - 1 : 0;
  const lines = breaks + Math.max(1, Math.ceil(length / room));
  return lines === 1 ? LINE_POINTS : Math.min(POINTS_MAX, lines * (isWide ? HIGH_LINE_POINTS : LINE_POINTS));
}

/** A constant list of words: no formula. A spreadsheet takes at most 255 characters of it. */
function choicesXml({ choices = [], frozen }: SheetLayout, rows: number): string {
  if (choices.length === 0 || rows <= frozen) return '';
  const each = choices.map(({ column, values }) => {
    const range = `${columnName(column)}${frozen + 1}:${columnName(column)}${rows}`;
    const list = `<formula1>"${xml(values.join(','))}"</formula1>`;
    return `<dataValidation type="list" allowBlank="1" showErrorMessage="1" sqref="${range}">${list}</dataValidation>`;
  });
  return `<dataValidations count="${choices.length}">${each.join('')}</dataValidations>`;
}

function headXml({ widths, frozen }: SheetLayout): string {
  const pane = `<pane ySplit="${frozen}" topLeftCell="A${frozen + 1}" activePane="bottomLeft" state="frozen"/>`;
  const columns = widths.map((width, at) => `<col min="${at + 1}" max="${at + 1}" width="${width}" customWidth="1"/>`);
  return [
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n',
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"',
    ' xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">',
    '<sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>',
    `<sheetViews><sheetView showGridLines="0" workbookViewId="0">${frozen > 0 ? pane : ''}</sheetView></sheetViews>`,
    `<sheetFormatPr defaultRowHeight="15"/><cols>${columns.join('')}</cols><sheetData>`,
  ].join('');
}

function tailXml(layout: SheetLayout, rows: number, filter: string | null, hasDrawing: boolean): string {
  const { isLandscape, foot } = layout;
  // A sign that begins a code of the foot is written twice.
  const left = xml(foot.replaceAll('&', '&&').slice(0, 200));
  return [
    '</sheetData>',
    filter === null ? '' : `<autoFilter ref="${filter}"/>`,
    choicesXml(layout, rows),
    '<pageMargins left="0.4" right="0.4" top="0.5" bottom="0.6" header="0.3" footer="0.3"/>',
    `<pageSetup paperSize="9" orientation="${isLandscape ? 'landscape' : 'portrait'}" fitToWidth="1" fitToHeight="0"/>`,
    `<headerFooter><oddFooter>&amp;L&amp;8${left}&amp;R&amp;8&amp;A  &amp;P / &amp;N</oddFooter></headerFooter>`,
    '<ignoredErrors><ignoredError sqref="A1:XFD1048576" numberStoredAsText="1"/></ignoredErrors>',
    hasDrawing ? '<drawing r:id="rId1"/>' : '',
    '</worksheet>',
  ].join('');
}
