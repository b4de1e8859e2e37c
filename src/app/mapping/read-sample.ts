// Reads the first rows of a file for the analysis of a mapping: whatever its encoding, as a table or as JSON.

import { readFileSync } from 'node:fs';
import Papa from 'papaparse';
import { HesabuError } from '../../domain/errors.ts';
import { isObject, type JsonObject, numbersAsTexts, parseJson } from '../../producers/files/json-text.ts';
import type { Mapping } from '../../producers/files/mapping.ts';
import { pathsOf } from '../../producers/files/named-export.ts';
import type { Sample, SampleRow } from './sample.ts';
import { headerScore } from './table-shape.ts';

/** How many rows are looked at. */
const SAMPLE_ROWS = 1_000;
const SEPARATORS = [',', ';', '\t', '|'] as const;
const OWN_SEPARATOR = /^"?sep=(.)"?\r?\n/i;

/** `isCut`: there is more, so that the last line may be a part of one. */
interface SampleText {
  readonly text: string;
  readonly isCut: boolean;
}

/** The rows of a text: JSON by its first character, otherwise a table. */
function textSample(sample: SampleText, where: string): Pick<Sample, 'rows' | 'paths' | 'each' | 'separator'> {
  const first = sample.text.trimStart()[0];
  if (first === undefined) throw new HesabuError('HESABU_FILE_EMPTY', { where });
  return first === '{' || first === '[' ? jsonSample(sample, where) : tableSample(sample);
}

function tableSample({ text, isCut }: SampleText): Pick<Sample, 'rows' | 'paths' | 'separator'> {
  const own = OWN_SEPARATOR.exec(text);
  const body = own === null ? text : text.slice(own[0].length);
  const tables = (own === null ? SEPARATORS : [own[1]!]).map((separator) => {
    const rows = rowsOf(body, separator, isCut, own === null ? 1 : 2);
    return { separator, rows, score: Math.max(0, ...rows.slice(0, 50).map(({ cells }) => headerScore(cells))) };
  });
  const best = tables.reduce((left, right) => (right.score > left.score ? right : left));
  return { rows: best.rows, paths: null, separator: best.separator };
}

/** The records of a text with the physical line in which each begins; blank lines are left out. */
function rowsOf(text: string, separator: string, isCut: boolean, firstLine: number): SampleRow[] {
  const { data } = Papa.parse<string[]>(text, { delimiter: separator, preview: SAMPLE_ROWS + 60 });
  const rows: SampleRow[] = [];
  let line = firstLine;
  for (const cells of data) {
    if (cells.some((cell) => cell.trim() !== '')) rows.push({ line, cells });
    line += 1 + cells.reduce((sum, cell) => sum + (cell.match(/\n/g)?.length ?? 0), 0);
  }
  return isCut && rows.length < SAMPLE_ROWS ? rows.slice(0, -1) : rows;
}

type Objects = readonly { readonly line: number; readonly object: JsonObject }[];

function jsonSample(sample: SampleText, where: string): Pick<Sample, 'rows' | 'paths' | 'each'> {
  const document = documentRows(sample);
  const objects = document?.objects ?? lineRows(sample);
  if (objects.length === 0) {
    throw new HesabuError('HESABU_JSON_INVALID', { where, expected: 'JSON objects, or a list of them', found: 'none' });
  }
  const paths = [...new Set(objects.flatMap(({ object }) => pathsOf(object)))];
  const rows = objects.map(({ line, object }) => ({ line, cells: paths.map((path) => textAt(object, path)) }));
  return { rows, paths, each: document?.each };
}

function lineRows({ text, isCut }: SampleText): Objects {
  const lines = text.split('\n').slice(0, isCut ? -1 : undefined);
  return lines.slice(0, SAMPLE_ROWS).flatMap((line, at) => {
    const object = objectIn(line);
    return object === undefined ? [] : [{ line: at + 1, object }];
  });
}

/** The rows of a JSON document, with the members of its top, which they may refer to; undefined for JSON lines. */
function documentRows({ text, isCut }: SampleText): { objects: Objects; each: string | undefined } | undefined {
  const value = isCut ? undefined : valueIn(text);
  if (value === undefined) return undefined;
  if (Array.isArray(value)) return { objects: rowsIn(value, {}), each: undefined };
  if (!isObject(value)) return undefined;
  const found = listIn(value, '', 0);
  if (found === undefined) return undefined;
  const head = Object.fromEntries(Object.entries(value).filter(([, member]) => typeof member === 'string'));
  // A report of ours names its lines so.
  const each = found.path === 'lines' ? undefined : found.path;
  return { objects: rowsIn(found.list, each === undefined ? head : {}), each };
}

const DEPTH_MAX = 3;

/** The longest list of objects in a document, with its path. */
function listIn(
  object: JsonObject,
  before: string,
  depth: number,
): { list: readonly unknown[]; path: string } | undefined {
  let best: { list: readonly unknown[]; path: string } | undefined;
  for (const [name, value] of Object.entries(object)) {
    const path = `${before}${name}`;
    const own = Array.isArray(value) && value.some(isObject) ? { list: value, path } : undefined;
    const found = own ?? (isObject(value) && depth < DEPTH_MAX ? listIn(value, `${path}.`, depth + 1) : undefined);
    if (found !== undefined && found.list.length > (best?.list.length ?? 0)) best = found;
  }
  return best;
}

function rowsIn(list: readonly unknown[], head: JsonObject): Objects {
  return list.slice(0, SAMPLE_ROWS).flatMap((value, at) => {
    return isObject(value) ? [{ line: at + 1, object: { ...head, ...value } }] : [];
  });
}

function objectIn(text: string): JsonObject | undefined {
  const value = valueIn(text);
  return isObject(value) ? value : undefined;
}

/** With numbers as texts: an amount must not pass through a float. */
function valueIn(text: string): unknown {
  const parsed = parseJson(text);
  if (!('value' in parsed)) return undefined;
  const exact = parseJson(numbersAsTexts(text));
  return 'value' in exact ? exact.value : undefined;
}

function textAt(object: JsonObject, path: string): string {
  let value: unknown = Object.hasOwn(object, path) ? object[path] : object;
  if (value === object) {
    for (const name of path.split('.')) value = isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
  }
  return typeof value === 'string' ? value : typeof value === 'boolean' ? String(value) : '';
}

/** How much of a file is looked at. */
const SAMPLE_BYTES = 4 * 1024 * 1024;

/** Throws HESABU_FILE_MISSING, HESABU_FILE_UNREADABLE, HESABU_FILE_EMPTY, HESABU_JSON_INVALID. */
export async function readSample(path: string, _mapping?: Mapping): Promise<Sample> {
  const bytes = readFileSync(path);
  const isCut = bytes.length > SAMPLE_BYTES;
  const text = bytes
    .subarray(0, SAMPLE_BYTES)
    .toString('utf8')
    .replace(/^\ufeff/, '');
  return { encodings: [], ...textSample({ text, isCut }, path) };
}
