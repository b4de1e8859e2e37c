// Which export of its provider a file is, by what its first rows have: its mapping is then used. A file in our own
// format stays what it is. One that is neither is refused, with the exports and what it lacks; so is one of another
// network.

import { HesabuError } from '../../domain/errors.ts';
import type { FileKind, Format } from '../formats/format.ts';
import { isBlank, parseRecord } from './csv.ts';
import { nameKey, TITLE_ROWS_MAX } from './header.ts';
import { listHead } from './json-list.ts';
import { ReportReader, reportHead } from './json-report.ts';
import { isObject, parseJson } from './json-text.ts';
import { columnNames } from './mapped-fields.ts';
import type { Column, Mapping } from './mapping.ts';
import { parseMappings } from './mapping-file.ts';
import { type ForeignExport, markText, missingMarks, type NamedExport, pathsOf } from './named-export.ts';
import { REJECT_COLUMNS } from './reject-rows.ts';
import type { FileJob } from './rows.ts';
import { SEPARATORS } from './separators.ts';

/** What the first rows of a file have: the cells of rows that may be the header, or the paths of the first JSON row. */
export interface FirstRows {
  readonly isTable: boolean;
  readonly rows: readonly (readonly string[])[];
}

/**
 * The job with the mapping of the export that the file is. Throws HESABU_FILE_UNREADABLE where it is not to be read.
 */
export function withExport(job: FileJob, { isTable, rows }: FirstRows): FileJob {
  const { mapping, exports = [], format, findForeign } = job;
  const has = (one: NamedExport) => rows.find((names) => missingMarks(one, names).length === 0);
  if (mapping === undefined) {
    for (const one of exports) {
      const names = has(one);
      if (names !== undefined) return { ...job, mapping: mappingOf(one, job, isTable ? names : null) };
    }
  }
  if (findForeign === undefined || rows.length === 0) return job;
  const isOwn = rows.some((names) => (isTable ? isOwnHeader(format, names) : isOwnRow(format, names)));
  // A table with all our columns is ours, whatever else it has; members of JSON may have our names by chance.
  if (isOwn && isTable) return job;
  for (const names of rows) {
    const foreign = findForeign(names);
    if (foreign !== undefined && !isMapped(foreign, mapping)) throw foreignFile(job, foreign);
  }
  if (isOwn) return job;
  if (mapping === undefined && exports.length > 0) throw noExport(job, exports, rows);
  return job;
}

/** Whether the user's mapping may be right: of hundredths it must say that they are. */
function isMapped({ export: { kind, mapping } }: ForeignExport, given: Mapping | undefined): boolean {
  if (given === undefined || mapping === null) return given !== undefined;
  const own = parseMappings(mapping, 'export')[kind];
  return own?.unit === undefined || given.unit !== undefined;
}

function isOwnHeader({ required }: Format, names: readonly string[]): boolean {
  const keys = new Set(names.map(nameKey));
  return required.every((field) => keys.has(field));
}

/** A row of JSON leaves out what it does not have, but it names its payment or its order. */
function isOwnRow({ required }: Format, paths: readonly string[]): boolean {
  const keys = new Set(paths.map((path) => path.replace(/^data\./, '')));
  const there = required.filter((field) => keys.has(field));
  return there.length * 2 >= required.length && IDS.some((field) => keys.has(field));
}

const IDS = ['transaction_reference', 'transaction_id', 'bank_reference'];

/** Parsed once; a file's own needs are added to it. */
const parsed = new Map<NamedExport, Mapping>();

function mappingOf(one: NamedExport, job: FileJob, names: readonly string[] | null): Mapping {
  if (one.mapping === null) throw unsayable(job, one);
  let mapping = parsed.get(one);
  if (mapping === undefined) {
    mapping = parseMappings(one.mapping, `the ${one.name} of ${job.provider}`)[one.kind]!;
    parsed.set(one, mapping);
  }
  const columns = names === null ? mapping.columns : columnsIn(mapping, job.format, names);
  return { ...mapping, columns, constants: constantsOf(mapping, job), hasPlaceholders: true };
}

/** Without columns that the file does not have and its rows do without: exports can be made with fewer. */
function columnsIn({ columns }: Mapping, { required }: Format, names: readonly string[]): ReadonlyMap<string, Column> {
  const keys = new Set(names.map(nameKey));
  const isThere = (column: Column) => {
    const own = columnNames(column);
    return own.length === 0 || own.some((name) => keys.has(nameKey(name)));
  };
  return new Map([...columns].filter(([field, column]) => required.includes(field) || isThere(column)));
}

/** Orders of an export that does not name their shop are of the account, which is a shop of the provider. */
function constantsOf(
  { columns, constants }: Mapping,
  { kind, provider, account }: FileJob,
): ReadonlyMap<string, string> {
  if (kind !== 'orders' || columns.has('merchant') || constants.has('merchant')) return constants;
  return new Map([...constants, ['merchant', account ?? provider]]);
}

/** What the head of a text has. A table may have any separator, and titles before its header. */
export function firstRows(head: Buffer, kind: FileKind, exports: readonly NamedExport[]): FirstRows {
  const text = head.toString('utf8').replace(/^\ufeff/, '');
  const first = text.trimStart()[0];
  if (first === '{' || first === '[') {
    const row = firstJsonRow(head, text, kind, exports);
    return { isTable: false, rows: row === undefined ? [] : [pathsOf(row)] };
  }
  if (first === '<') return { isTable: false, rows: [] };
  const lines = text.split('\n', TITLE_ROWS_MAX).filter((line) => !isBlank(line));
  const rows = SEPARATORS.flatMap((separator) => lines.map((line) => parseRecord(line, separator).cells));
  return { isTable: true, rows: rows.map(withoutRejectColumns) };
}

/** Rows of rejects come back with our columns in front. */
function withoutRejectColumns(cells: readonly string[]): readonly string[] {
  const isReject = REJECT_COLUMNS.every((name, at) => cells[at]?.trim() === name);
  return isReject ? cells.slice(REJECT_COLUMNS.length).map((cell) => cell.replace(/ \(original\)$/, '')) : cells;
}

function firstJsonRow(head: Buffer, text: string, kind: FileKind, exports: readonly NamedExport[]) {
  const line = text.trimStart().split('\n', 1)[0]!;
  const whole = objectIn(line);
  const lists = exports.flatMap(({ mapping }) => (mapping === null ? [] : [parseEach(mapping, kind)]));
  const paths = new Set(text.trimStart()[0] === '[' ? [undefined] : lists.filter((each) => each !== undefined));
  const report = whole === undefined && kind === 'settlements' ? reportHead(head) : undefined;
  for (const begin of [report, ...[...paths].map((path) => headOf(head, path))]) {
    const found = begin === undefined ? undefined : firstElement(head, begin);
    if (found !== undefined) return found;
  }
  return whole;
}

function parseEach(mapping: string, kind: FileKind): string | undefined {
  return parseMappings(mapping, 'export')[kind]?.each;
}

function headOf(head: Buffer, path: string | undefined): string | undefined {
  try {
    return listHead(head, path, '');
  } catch {
    return undefined;
  }
}

function firstElement(head: Buffer, begin: string) {
  let found: ReturnType<typeof objectIn>;
  const reader = new ReportReader(begin, {
    report: () => {},
    line: (text) => {
      found ??= objectIn(text);
    },
    fault: () => {},
    broken: () => {},
  });
  reader.chunk(head);
  return found;
}

function objectIn(text: string) {
  const read = parseJson(text);
  return 'value' in read && isObject(read.value) ? read.value : undefined;
}

function foreignFile(job: FileJob, { provider, title, export: one }: ForeignExport): HesabuError {
  if (one.mapping === null) return unsayable(job, one, title);
  const option = one.kind === job.kind ? '' : `--${one.kind} and `;
  return new HesabuError('HESABU_FILE_UNREADABLE', {
    where: job.path,
    expected: `${job.kind} as docs/files.md shows them`,
    found: `what looks like ${articled(one.name)} of ${title}`,
    remedy: `Nothing was taken. This looks like ${articled(title)} ${one.name}; use ${option}--provider ${provider}.`,
  });
}

function unsayable({ path, kind }: FileJob, { name }: NamedExport, title = 'this network'): HesabuError {
  return new HesabuError('HESABU_FILE_UNREADABLE', {
    where: path,
    expected: `${kind} that a mapping can say`,
    found: `what looks like ${articled(name)} of ${title}`,
    remedy: `Nothing was taken. This (${name}) is not read, and no mapping can say it. See docs/providers.md.`,
  });
}

/** The export that the file is most like comes first, with what it lacks. */
function noExport({ path, kind, provider, format }: FileJob, exports: readonly NamedExport[], rows: FirstRows['rows']) {
  const lacks = exports.map((one) => {
    const missing = rows.map((names) => missingMarks(one, names));
    const all = one.marks.map(markText);
    return { one, missing: missing.reduce((left, right) => (right.length < left.length ? right : left), all) };
  });
  const [best] = lacks.toSorted(
    (left, right) => left.missing.length / left.one.marks.length - right.missing.length / right.one.marks.length,
  );
  const names = exports.map(({ name }) => name).join(', or ');
  return new HesabuError('HESABU_HEADER_INVALID', {
    where: path,
    expected: `${kind} of ${provider}: its ${names}, or the columns ${format.required.join(', ')}`,
    found: `a file that lacks ${best!.missing.join(', ')} of the ${best!.one.name}`,
    remedy: `Export it anew with these columns, or give a mapping: hesabu mapping suggest ${path}.`,
  });
}

/** With `a` or `an`, as it is spoken: an M-Pesa statement, an STK push result, a Paystack webhook. */
function articled(name: string): string {
  return `${/^(?:[aeio]|[AEFHILMNORSX](?:-|[A-Z]))/.test(name) || /^[AEIO]/.test(name) ? 'an' : 'a'} ${name}`;
}
