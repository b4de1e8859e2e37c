// Reads JSON texts into rows, one object each: the fields of a format by their names, some of them in `data`, or where
// a mapping says that they are.

import { describe } from '../../domain/schema-fault.ts';
import type { Format } from '../formats/format.ts';
import { cellOf, type Row } from '../formats/row.ts';
import { isObject, type JsonObject, numbersAsTexts, parseJson } from './json-text.ts';
import { MappedJson } from './mapped-json.ts';
import type { Mapping } from './mapping.ts';

const DATA = 'data';
const REPORT_MEMBERS: ReadonlySet<string> = new Set(['report_id', 'settlement_date', 'payout_id']);

export class JsonRows {
  private readonly row: Row;
  private readonly outerFields: number;
  private readonly format: Format;
  private readonly mapped: MappedJson | undefined;
  /** The values that a row without its own has: the members of its report. */
  private readonly defaults: (string | null)[];
  /** Half a surrogate pair can only be written as an escape, because the bytes themselves are checked. */
  private mayBeMalformed = false;
  /** Whether this file writes fields as numbers, which must not pass through a float. */
  private writesNumbers: boolean;

  constructor(format: Format, row: Row, mapping: Mapping | undefined) {
    this.row = row;
    this.format = format;
    // A row that gets another layout must not have been a float before.
    this.writesNumbers = format.layOut !== undefined;
    this.outerFields = format.outerFields ?? format.fields.length;
    this.defaults = format.fields.map(() => null);
    if (mapping !== undefined) this.mapped = new MappedJson(format, row, mapping, (index) => this.defaults[index]!);
  }

  /** The report's id, date and payout, for lines that do not have their own. */
  setReport(report: JsonObject): void {
    this.format.fields.forEach((name, index) => {
      const value = REPORT_MEMBERS.has(name) && Object.hasOwn(report, name) ? report[name] : undefined;
      if (typeof value === 'string') this.defaults[index] ??= cellOf(value);
    });
  }

  /** By field, the cells that the report gives to rows without their own. */
  get defaultCells(): ReadonlyMap<number, string> {
    return new Map(this.defaults.flatMap((cell, index) => (cell === null ? [] : [[index, cell] as const])));
  }

  /** Whether the mapping does not leave the row out. One that is no JSON is taken, to be refused. */
  isTaken(text: string): boolean {
    return this.mapped?.isTaken(text) ?? true;
  }

  /** Writes the fields of one JSON object into the row, or its fault. */
  read(text: string): void {
    if (this.mapped !== undefined) return this.mapped.read(text);
    if (!this.writesNumbers) this.readText(text, false);
    // The first row with a number is read again, and every row after it is prepared for numbers.
    if (this.writesNumbers) this.readText(numbersAsTexts(text), true);
  }

  private readText(text: string, prepared: boolean): void {
    const { row } = this;
    const parsed = parseJson(text);
    if ('fault' in parsed) return this.refuse('', 'HESABU_JSON_INVALID', 'one JSON object', parsed.fault);
    if (!isObject(parsed.value)) {
      return this.refuse('', 'HESABU_ROW_SHAPE', 'one JSON object', describe(parsed.value));
    }
    const object = this.format.layOut?.(parsed.value) ?? parsed.value;
    const size = this.format.fields.length;
    this.mayBeMalformed = text.includes('\\u');
    this.members(object, 0, this.outerFields, prepared);
    if (this.outerFields === size || row.fault !== null) return;
    const data = Object.hasOwn(object, DATA) ? object[DATA] : undefined;
    if (isObject(data)) this.members(data, this.outerFields, size, prepared);
    else this.refuse(DATA, 'HESABU_ROW_SHAPE', 'an object', describe(data));
  }

  private members(object: JsonObject, from: number, to: number, prepared: boolean): void {
    const { cells } = this.row;
    for (let index = from; index < to; index++) {
      const name = this.format.fields[index]!;
      const value = Object.hasOwn(object, name) ? object[name] : undefined;
      if (typeof value === 'string') {
        cells[index] = cellOf(value) ?? this.defaults[index]!;
        if (this.mayBeMalformed && !value.isWellFormed())
          this.row.refuse(index, 'HESABU_ROW_ENCODING', 'Unicode text', 'half a character');
      } else {
        cells[index] = this.defaults[index]!;
        if (typeof value === 'number' && !prepared) this.writesNumbers = true;
        else if (value !== undefined && value !== null) {
          this.row.refuse(index, 'HESABU_FIELD_INVALID', 'a text or a plain number', describe(value));
        }
      }
    }
  }

  private refuse(
    field: string,
    code: 'HESABU_JSON_INVALID' | 'HESABU_ROW_SHAPE',
    expected: string,
    found: string,
  ): void {
    this.row.fault = { field, code, expected, found };
  }
}
