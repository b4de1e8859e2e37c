// Reads the plain rows of JSON: lines, or elements of a list, that are as most are. Of any other it says so, and its
// text is read.

import type { Format, PlainReader } from '../formats/format.ts';
import { type PlainDefaults, PlainRow } from '../formats/plain-row.ts';
import type { CellForms } from '../formats/row.ts';
import { PlainJson } from './plain-json.ts';
import { ownSources } from './plain-sources.ts';

/** Where so many more elements need their text than do not, so many after them are not looked at. */
const TEXTS_MAX = 64;
const LEFT = 4096;

export class PlainJsonRows {
  private readonly row: PlainRow;
  private readonly json: PlainJson;
  private readonly reader: PlainReader;
  /** How many more elements of late needed their text than did not, and how many are now not looked at. */
  private texts = 0;
  private left = 0;

  /** `defaults` are the cells of rows without their own. */
  constructor(reader: PlainReader, forms: CellForms, format: Format, defaults: PlainDefaults = new Map()) {
    this.reader = reader;
    this.row = new PlainRow(format.fields.length, { ...forms, ...ownSources(format) }, defaults);
    this.json = new PlainJson(this.row, format);
  }

  /** See LineVisitor. */
  readLine(bytes: Buffer, from: number, to: number, line: number): number {
    const end = this.json.readLine(bytes, from, to);
    return end >= 0 && this.isTaken(line) ? end : -1;
  }

  /** Whether the row that these bytes are is taken. */
  readElement(bytes: Buffer, line: number): boolean {
    if (this.left > 0) {
      this.left--;
      return false;
    }
    const isTaken = this.json.readElement(bytes) && this.isTaken(line);
    if (!isTaken && ++this.texts > TEXTS_MAX) [this.texts, this.left] = [0, LEFT];
    if (isTaken && this.texts > 0) this.texts--;
    return isTaken;
  }

  private isTaken(line: number): boolean {
    this.row.complete();
    return this.reader(this.row, line);
  }
}
