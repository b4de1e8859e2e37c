// The members of a JSON body, by their paths. Every number is read as it was written, so that no id and no amount
// passes through a float. The first fault of what becomes one fact is kept.

import { quoted } from '../../domain/quotation.ts';
import { describe } from '../../domain/schema-fault.ts';
import { isObject, type JsonObject, parseJson } from '../files/json-text.ts';
import { isNoId } from '../formats/no-id.ts';
import type { Fault } from '../formats/row.ts';

/** A path with dots, such as `data.customer.id`; of several, the first with a value counts. */
export type Path = string | readonly string[];

const TEXT_LENGTH_MAX = 256;
/** No body of a network has a tenth of these levels; a reader of the engine's may fail on many more. */
const DEPTH_MAX = 100;

interface FaultBox {
  fault: Fault | null;
}

/** The JSON of a text with every number as the text that was written, or why it is none. */
export function exactJson(text: string): { readonly value: unknown } | { readonly fault: string } {
  const checked = parseJson(text);
  if ('fault' in checked) return checked;
  if (isDeeper(checked.value, DEPTH_MAX)) return { fault: `more than ${DEPTH_MAX} levels` };
  const asWritten = (_name: string, value: unknown, { source }: { source: string }) =>
    typeof value === 'number' ? source : value;
  return { value: (JSON.parse as (text: string, reviver: typeof asWritten) => unknown)(text, asWritten) };
}

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((part) => isDeeper(part, levels - 1));
}

export class JsonFields {
  readonly object: JsonObject;
  /** Where it is in the body; '' for the body itself. */
  readonly path: string;
  private readonly box: FaultBox;

  constructor(object: JsonObject, path = '', box: FaultBox = { fault: null }) {
    this.object = object;
    this.path = path;
    this.box = box;
  }

  /** The first fault of these fields. */
  get fault(): Fault | null {
    return this.box.fault;
  }

  /** The same members with no fault yet: for another fact of the same object. */
  again(): JsonFields {
    return new JsonFields(this.object, this.path);
  }

  /** The value of the first path that has one; undefined and null are none. */
  value(path: Path): unknown {
    for (const one of [path].flat()) {
      const value = this.at(one);
      if (value !== undefined && value !== null && value !== '') return value;
    }
    return undefined;
  }

  has(path: Path): boolean {
    return this.value(path) !== undefined;
  }

  /** The object at a path, empty if there is none; its faults are faults of this one. */
  within(path: string): JsonFields {
    const value = this.at(path);
    return new JsonFields(isObject(value) ? value : {}, this.nameOf(path), this.box);
  }

  /** The objects of a list, each with faults of its own. Other values are left out. */
  each(path: string): JsonFields[] {
    const list = this.at(path);
    if (!Array.isArray(list)) return [];
    return list.flatMap((value, at) => (isObject(value) ? [new JsonFields(value, `${this.nameOf(path)}[${at}]`)] : []));
  }

  /** A short printable text; null where there is none. */
  text(path: Path): string | null {
    const value = this.value(path);
    if (value === undefined) return null;
    const text = typeof value === 'boolean' ? String(value) : value;
    if (typeof text !== 'string') {
      this.refuse(path, 'HESABU_FIELD_INVALID', 'a text or a plain number', describe(value));
      return null;
    }
    const trimmed = text.trim();
    if (trimmed === '') return null;
    if (trimmed.length <= TEXT_LENGTH_MAX && trimmed.isWellFormed() && !/\p{Cc}/u.test(trimmed)) return trimmed;
    this.refuse(path, 'HESABU_FIELD_INVALID', `at most ${TEXT_LENGTH_MAX} printable characters`);
    return null;
  }

  /** A value that was read at a path and must be there: `fields.required('id', fields.id('id'))`. */
  required<Value>(path: Path, value: Value | null, expected = 'a value'): Value | null {
    if (value === null) this.refuse(path, 'HESABU_FIELD_MISSING', expected);
    return value;
  }

  /** An id as the network writes it: the first of the paths that has one, and no placeholder such as N/A or 0. */
  id(path: Path): string | null {
    for (const one of [path].flat()) {
      const text = this.text(one);
      if (text !== null && !isNoId(text)) return text;
    }
    return null;
  }

  /** Only the first fault counts. */
  refuse(path: Path, code: Fault['code'], expected: string, found?: string): void {
    const names = [path].flat();
    const name = names.find((one) => this.has(one)) ?? names[0]!;
    const value = this.value(name);
    const shown = found ?? (typeof value === 'string' ? quoted(value) : value === undefined ? 'none' : describe(value));
    this.box.fault ??= { field: this.nameOf(name), code, expected, found: shown };
  }

  private at(path: string): unknown {
    let value: unknown = this.object;
    for (const name of path.split('.')) {
      if (Array.isArray(value)) value = /^\d+$/.test(name) ? value[Number(name)] : undefined;
      else value = isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
    }
    // A name may have a dot in it, as `event.type` has.
    return value === undefined && Object.hasOwn(this.object, path) ? this.object[path] : value;
  }

  private nameOf(path: string): string {
    return this.path === '' || path === '' ? `${this.path}${path}` : `${this.path}.${path}`;
  }
}
