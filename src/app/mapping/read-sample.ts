// Reads the first rows of a file for the analysis of a mapping: whatever its encoding, as a table or as JSON.

import { closeSync, openSync, readSync } from 'node:fs';
import { tmpdir } from 'node:os';
import Papa from 'papaparse';
import { HesabuError } from '../../domain/errors.ts';
import { type FileSource, openSource } from '../../producers/files/file-source.ts';
import { ReportReader, reportHead } from '../../producers/files/json-report.ts';
import { isObject, type JsonObject, numbersAsTexts, parseJson } from '../../producers/files/json-text.ts';
import { pathsOf } from '../../producers/files/named-export.ts';
import { Workbook } from '../../producers/files/workbook.ts';
import type { Sample, SampleEncoding, SampleRow } from './sample.ts';
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

/** How much of a text is looked at. */
const SAMPLE_BYTES = 4 * 1024 * 1024;

/**
 * Throws as an import does where the file cannot be read at all. `encoding` is the one that a mapping names; without
 * one, the likeliest of those that fit. `name` is what messages call the file.
 */
export async function readSample(path: string, named: NamedReading = {}, name = path): Promise<Sample> {
  const terms = { path, name, folder: tmpdir(), kind: 'a part' };
  const source = await openSource({ ...terms, encoding: named.encoding });
  try {
    if (source.form === 'workbook') return await workbookSample(source.path, name, named.sheet);
    if (source.unknownEncoding === null) {
      const { encoding } = named;
      const given = encoding === undefined ? [] : [{ name: encoding, example: '' }];
      return { encodings: given, ...textSample(textOf(source), name) };
    }
    const readings = await Promise.all(
      source.encodings.map(async (encoding) => {
        const decoded = await openSource({ ...terms, encoding });
        try {
          return { encoding, sample: textOf(decoded) };
        } finally {
          decoded.close();
        }
      }),
    );
    const [first] = readings;
    if (first === undefined) throw source.unknownEncoding;
    // Two encodings in which the file is the same are one question less.
    const texts = readings.map(({ sample }) => sample.text);
    const different = readings.filter(({ sample }, at) => texts.indexOf(sample.text) === at);
    const encodings = different.map(({ encoding, sample }): SampleEncoding => {
      return { name: encoding, example: WITH_OTHERS.exec(sample.text)?.[0] ?? '' };
    });
    return { encodings, ...textSample(first.sample, name) };
  } finally {
    source.close();
  }
}

/** What a mapping says of how a file is read before its rows are. */
export interface NamedReading {
  readonly encoding?: string | undefined;
  readonly sheet?: string | undefined;
}

/** A word with other characters than those of ASCII. */
const WITH_OTHERS = /[\p{L}\p{N} ]{0,12}[^\0-\x7f][\p{L}\p{N}]{0,12}/u;

function textOf({ path }: FileSource): SampleText {
  const file = openSync(path, 'r');
  try {
    const bytes = Buffer.alloc(SAMPLE_BYTES);
    let size = 0;
    for (let read = -1; read !== 0 && size < bytes.length; size += read) {
      read = readSync(file, bytes, size, bytes.length - size, null);
    }
    const text = bytes.toString('utf8', 0, size).replace(/^\ufeff/, '');
    return { text, isCut: size === bytes.length };
  } finally {
    closeSync(file);
  }
}

/** The sheet that is named, otherwise the one of those shown whose header is the best. */
async function workbookSample(path: string, name: string, wanted: string | undefined): Promise<Sample> {
  const workbook = await Workbook.open(path, name);
  try {
    const named = workbook.sheets.filter((sheet) => sheet.name === wanted);
    const shown = workbook.sheets.filter(({ isHidden }) => !isHidden);
    const read = (named.length > 0 ? named : shown).map(async (sheet) => {
      const rows = await workbook.firstRows(sheet, SAMPLE_ROWS + TITLES_MAX);
      return { sheet: sheet.name, rows, score: scoreOf(rows) };
    });
    const sheets = await Promise.all(read);
    const [best] = sheets.toSorted((left, right) => right.score - left.score);
    if (best === undefined)
      throw new HesabuError('HESABU_FILE_EMPTY', { where: name, found: 'no sheet that is shown' });
    // A sheet need not be named where there is only one.
    return { rows: best.rows, paths: null, encodings: [], sheet: shown.length > 1 ? best.sheet : undefined };
  } finally {
    await workbook.close();
  }
}

/** How many rows may stand before the header. */
const TITLES_MAX = 50;

function scoreOf(rows: readonly SampleRow[]): number {
  return Math.max(0, ...rows.slice(0, TITLES_MAX).map(({ cells }) => headerScore(cells)));
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
    return { separator, rows, score: scoreOf(rows) };
  });
  const best = tables.reduce((left, right) => (right.score > left.score ? right : left));
  return { rows: best.rows, paths: null, separator: best.separator };
}

/** The records of a text with the physical line in which each begins; blank lines are left out. */
function rowsOf(text: string, separator: string, isCut: boolean, firstLine: number): SampleRow[] {
  const { data } = Papa.parse<string[]>(text, { delimiter: separator, preview: SAMPLE_ROWS + TITLES_MAX });
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
  const lines = lineRows(sample);
  const whole = documentRows(sample);
  // One object on one line may be either: its names tell which.
  const document =
    lines.length === 0 || (whole !== undefined && nameScore(whole.objects) > nameScore(lines)) ? whole : undefined;
  const objects = document?.objects ?? lines;
  if (objects.length === 0) {
    throw new HesabuError('HESABU_JSON_INVALID', { where, expected: 'JSON objects, or a list of them', found: 'none' });
  }
  const paths = [...new Set(objects.flatMap(({ object }) => pathsOf(object)))];
  const rows = objects.map(({ line, object }) => ({ line, cells: paths.map((path) => textAt(object, path)) }));
  return { rows, paths, each: document?.each };
}

/** How much the members of rows are called as columns are. */
function nameScore(objects: Objects): number {
  const paths = new Set(objects.slice(0, 1).flatMap(({ object }) => pathsOf(object)));
  return headerScore([...paths].map((path) => path.slice(path.lastIndexOf('.') + 1)));
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
  if (isCut) return firstElements(text);
  const value = valueIn(text);
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

/** The first rows of a document that is too large to be looked at whole: a list at its top, or a report of ours. */
function firstElements(text: string): { objects: Objects; each: undefined } | undefined {
  const begin = text.trimStart()[0] === '[' ? text.slice(0, text.indexOf('[') + 1) : reportHead(Buffer.from(text));
  if (begin === undefined) return undefined;
  const objects: { line: number; object: JsonObject }[] = [];
  let head: JsonObject = {};
  const reader = new ReportReader(begin, {
    report: (members) => {
      head = members;
    },
    line: (element, line) => {
      const object = objects.length < SAMPLE_ROWS ? objectIn(element) : undefined;
      if (object !== undefined) objects.push({ line, object: { ...head, ...object } });
    },
    fault: () => undefined,
    broken: () => undefined,
  });
  reader.chunk(Buffer.from(text));
  return { objects, each: undefined };
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
