// Reads JSON rows as a mapping says: names are members, or dotted paths to them. Numbers stay as they are written.

import { quoted } from '../../domain/quotation.ts';
import { describe } from '../../domain/schema-fault.ts';
import type { Format } from '../formats/format.ts';
import { cellOf, type Row } from '../formats/row.ts';
import { type CellSource, rowTest } from './cell-source.ts';
import { repeatedName } from './duplicate-names.ts';
import { isObject, type JsonObject, parseJson } from './json-text.ts';
import { columnNames, columnOf, MappedFields } from './mapped-fields.ts';
import type { Mapping } from './mapping.ts';

const DATA = 'data';

/** A number as it is written. */
class NumberText {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

export class MappedJson {
  private readonly row: Row;
  private readonly fields: MappedFields;
  /** Absent where the mapping has no conditions. */
  private readonly test: (() => boolean) | undefined;
  private readonly format: Format;
  private object: JsonObject = {};
  /** What a member holds that is neither a text nor a number, in words. */
  private wrong: string | null = null;
  private readonly fallback: (index: number) => string | null;

  /** `fallback` has the values that the document gives to rows without their own. */
  constructor(format: Format, row: Row, mapping: Mapping, fallback: (index: number) => string | null) {
    this.row = row;
    this.format = format;
    this.fallback = fallback;
    const inner = new Set(format.fields.slice(format.outerFields ?? format.fields.length));
    const innerNames = new Set([...inner].flatMap((field) => columnNames(columnOf(mapping, field))));
    this.fields = new MappedFields(format, row, mapping, (name) => this.sourceOf(name, innerNames.has(name)), {
      isTable: false,
      hasKinds: false,
    });
    this.test = mapping.rows && rowTest(mapping.rows, (name) => this.sourceOf(name, false));
  }

  /** Whether no condition of the mapping leaves the row out. */
  isTaken(text: string): boolean {
    if (this.test === undefined) return true;
    const parsed = parseExact(text);
    // A name that occurs twice could leave the row out by one of its values: it is taken, to be refused.
    if (!isObject(parsed) || repeatedName(text, parsed) !== undefined) return true;
    this.object = parsed;
    return this.test();
  }

  /** Writes the fields of one JSON object into the row, or its fault. */
  read(text: string): void {
    const { row } = this;
    const parsed = parseJson(text);
    if ('fault' in parsed) {
      row.fault = { field: '', code: 'HESABU_JSON_INVALID', expected: 'one JSON object', found: parsed.fault };
      return;
    }
    const exact = parseExact(text);
    if (!isObject(exact)) {
      const found = describe(parsed.value);
      row.fault = { field: '', code: 'HESABU_ROW_SHAPE', expected: 'one JSON object', found };
      return;
    }
    this.object = this.format.layOut?.(exact) ?? exact;
    this.wrong = null;
    this.fields.read();
    if (this.wrong !== null) {
      const expected = 'texts and numbers where the mapping looks for them';
      row.fault = { field: '', code: 'HESABU_FIELD_INVALID', expected, found: this.wrong };
      return;
    }
    row.cells.forEach((cell, index) => {
      if (cell === null) row.cells[index] = this.fallback(index);
      else if (!cell.isWellFormed()) row.refuse(index, 'HESABU_ROW_ENCODING', 'Unicode text', 'half a character');
    });
  }

  private sourceOf(name: string, isInner: boolean): CellSource {
    const path = name.split('.');
    const value = () => {
      const { object } = this;
      const data = isInner && Object.hasOwn(object, DATA) ? object[DATA] : undefined;
      return memberOf(data, [name]) ?? memberOf(object, [name]) ?? memberOf(object, path);
    };
    return {
      text: () => {
        const found = value();
        if (typeof found === 'string') return cellOf(found);
        if (found instanceof NumberText) return found.text;
        if (found !== undefined && found !== null) this.wrong ??= `${describe(found)} at ${quoted(name)}`;
        return null;
      },
      kind: () => (value() instanceof NumberText ? 'number' : undefined),
    };
  }
}

/** What stands at a path. A figure in it is the place in a list, from 0. */
function memberOf(value: unknown, path: readonly string[]): unknown {
  let inner = value;
  for (const name of path) {
    if (typeof inner !== 'object' || inner === null || !Object.hasOwn(inner, name)) return undefined;
    inner = (inner as JsonObject)[name];
  }
  return inner;
}

function parseExact(text: string): unknown {
  try {
    return JSON.parse(text, (_name, value: unknown, context?: { source?: string }) =>
      typeof value === 'number' ? new NumberText(context?.source ?? String(value)) : value,
    );
  } catch {
    return undefined;
  }
}
