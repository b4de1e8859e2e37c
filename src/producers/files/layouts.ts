// The layouts of files, detected by their first bytes: CSV, JSON objects line by line, a JSON document with a list of
// rows, or a statement in XML. Each fills the format's fields; everything after that is the same for all.

import { HesabuError } from '../../domain/errors.ts';
import { CLAIM_YEARS, type Instant, isClaimTime, parseInstant } from '../../domain/time.ts';
import type { CellKind } from '../formats/cell-kind.ts';
import type { PlainDefaults } from '../formats/plain-row.ts';
import { type CellForms, type Fault, JSON_CELLS } from '../formats/row.ts';
import { requireAscii, requireAsciiSeparator } from './ascii-table.ts';
import { CAMT_COLUMNS, CamtReader } from './camt.ts';
import { CsvReader, isBlank } from './csv.ts';
import { firstRows, withExport } from './export-choice.ts';
import { HeaderRule } from './header.ts';
import { listHead } from './json-list.ts';
import { ReportReader, reportHead } from './json-report.ts';
import { JsonRows } from './json-rows.ts';
import type { JsonObject } from './json-text.ts';
import { LINE_BYTES_MAX, type LineFault, LineSplitter } from './lines.ts';
import { NO_MAPPING } from './mapping.ts';
import { PlainJsonRows } from './plain-json-rows.ts';
import { type FileJob, Rows, type RowVisitor } from './rows.ts';
import { findSeparator } from './separators.ts';
import { Table } from './table.ts';

/** Receives the bytes of a file chunk by chunk, then its end. */
export interface Layout {
  /** Whether only its end tells that it is whole: such a file is read to its end before the first row is taken. */
  readonly isKnownAtEnd?: boolean;
  /** Whether the file is JSON, an object a line, or a table, or has its own end: a report or a statement in XML. */
  readonly shape: 'lines' | 'table' | 'document';
  /** Whether the last line of such a file has a line end too: without one, the file is cut. */
  readonly endsLines?: boolean;
  /** Where the list of rows is in a JSON document, where its mapping says it. */
  readonly each?: string | undefined;
  chunk(bytes: Buffer): void;
  /** What comes next is the line after so many. Only where a line can be read without those before it. */
  skipTo?(lines: number): void;
  end(): void;
}

/**
 * The layout of a file by its first bytes. Throws HESABU_HEADER_INVALID if it has none of them. When it is read, it
 * throws HESABU_FILE_UNREADABLE where its rows are bodies of a network that is not read.
 */
export function layoutOf(head: Buffer, given: FileJob, visitor: RowVisitor): Layout {
  const job = withExport(given, firstRows(head, given.kind, given.exports ?? []));
  const first = /^(?:\xef\xbb\xbf)?\s*([^\s])/.exec(head.toString('latin1'))?.[1];
  if (job.unknownEncoding !== undefined) requireAscii(first, job.mapping, job.unknownEncoding);
  if (first === '<' && job.kind === 'bank') return camtLayout(job, visitor);
  if (first !== '{' && first !== '[') return csvLayout(job, visitor, head);
  const rows = new Rows(job, visitor, JSON_CELLS);
  const each = job.mapping?.each;
  if (first === '[' || each !== undefined) return reportLayout(rows, job, listHead(head, each, job.path));
  const report = job.kind === 'settlements' ? reportHead(head) : undefined;
  return report === undefined ? jsonLinesLayout(rows, job) : reportLayout(rows, job, report);
}

const CAMT_KINDS = CAMT_COLUMNS.map((name): CellKind => (name === 'amount' ? 'number' : 'text'));

/** Rows of a table. With a mapping its amounts are plain decimals when the format reads them. */
function tableForms({ mapping }: FileJob, hasKinds = false): Omit<CellForms, 'times'> {
  return { isTable: true, isOpen: mapping === undefined && !hasKinds };
}

function csvLayout(job: FileJob, visitor: RowVisitor, head: Buffer): Layout {
  const rows = new Rows(job, visitor, tableForms(job));
  const rule = new HeaderRule(job.format, job.mapping ?? NO_MAPPING, job.path);
  const { separator, ownLines } = findSeparator(head, job.mapping?.separator, rule);
  if (job.unknownEncoding !== undefined) requireAsciiSeparator(separator, job.unknownEncoding);
  const json = new JsonRows(job.format, rows.row, job.mapping);
  const table = new Table(job, rows, json, separator);
  const reader = new CsvReader(separator, {
    fits: (cells) => table.fits(cells),
    record: (record, line) => {
      if (line > ownLines) table.record(record, line);
    },
    lineFault: (line, code) => {
      const fault = lineFault(code);
      if (!table.hasHeader) throw notText(job.path, line, fault.found);
      rows.refuse(line, fault);
    },
    fault: (line, code, expected, found, record) =>
      table.fault(line, record, () => rows.refuse(line, { field: '', code, expected, found }, record)),
  });
  const lines = new LineSplitter({
    line: (text, line) => reader.line(text, line),
    fault: (line, code) => reader.fault(line, code),
    ...(rows.plain === undefined
      ? {}
      : { plain: (bytes, from, to, line) => (reader.isOpen ? -1 : table.plainRow(bytes, from, to, line)) }),
  });
  return {
    shape: 'table',
    endsLines: job.mapping?.endsLines === true,
    // The totals at its end tell whether rows are missing.
    isKnownAtEnd: job.mapping?.footer !== undefined,
    chunk: (bytes) => lines.chunk(bytes),
    // By a mapping, the end of a table depends on its rows.
    ...(job.mapping === undefined ? { skipTo: (count: number) => lines.skipTo(count) } : {}),
    end: () => {
      lines.end();
      reader.end();
      table.end();
    },
  };
}

function camtLayout(job: FileJob, visitor: RowVisitor): Layout {
  const rows = new Rows(job, visitor, { isTable: false, isOpen: false });
  // A program wrote it, so it has no titles and no totals, and its amounts are plain decimals.
  const { header: _, footer: __, ...mapping } = job.mapping ?? NO_MAPPING;
  const table = new Table({ ...job, mapping }, rows, new JsonRows(job.format, rows.row, mapping), ',');
  table.record(CAMT_COLUMNS, 1, CAMT_KINDS);
  const reader = new CamtReader({
    record: (record, line) => table.record(record, line, CAMT_KINDS),
    broken: (line, found) =>
      rows.break(line, { field: '', code: 'HESABU_XML_INVALID', expected: 'a camt.053 statement', found }),
  });
  return { shape: 'document', isKnownAtEnd: true, chunk: (bytes) => reader.chunk(bytes), end: () => reader.end() };
}

function jsonLinesLayout(rows: Rows, job: FileJob): Layout {
  const read = jsonReader(rows, job);
  const plain = plainJson(rows, job);
  const lines = new LineSplitter({
    line: (text, line) => {
      if (!isBlank(text)) read(text, line);
    },
    fault: (line, code) => rows.refuse(line, lineFault(code)),
    ...(plain === undefined ? {} : { plain: (bytes, from, to, line) => plain.readLine(bytes, from, to, line) }),
  });
  const endsLines = job.mapping?.endsLines === true;
  const isOwn = job.mapping === undefined && job.format.layOut === undefined;
  return {
    shape: 'lines',
    endsLines,
    chunk: (bytes) => lines.chunk(bytes),
    ...(isOwn ? { skipTo: (count: number) => lines.skipTo(count) } : {}),
    end: () => lines.end(),
  };
}

function reportLayout(rows: Rows, job: FileJob, head: string): Layout {
  const json = new JsonRows(job.format, rows.row, job.mapping);
  const read = jsonReader(rows, job, json);
  let plain: PlainJsonRows | undefined;
  const reader = new ReportReader(head, {
    element: (bytes, line) => plain?.readElement(bytes, line) === true,
    report: (members) => {
      json.setReport(members);
      const at = issuedAt(members, job.path);
      if (at !== null) rows.visitor.issued?.(at);
    },
    line: read,
    fault: (line, code) => rows.refuse(line, lineFault(code)),
    broken: (line, found) =>
      rows.break(line, { field: '', code: 'HESABU_JSON_INVALID', expected: 'a whole JSON document', found }),
  });
  // Now it is known what the report says for all of its lines.
  plain = plainJson(rows, job, json.defaultCells);
  return { shape: 'document', isKnownAtEnd: true, chunk: (bytes) => reader.chunk(bytes), end: () => reader.end() };
}

/** Undefined where every row is read as a text. */
function plainJson(rows: Rows, { format, mapping }: FileJob, defaults?: PlainDefaults): PlainJsonRows | undefined {
  if (rows.plain === undefined || mapping !== undefined || format.layOut !== undefined) return undefined;
  return new PlainJsonRows(rows.plain, rows.forms, format, defaults);
}

function jsonReader(
  rows: Rows,
  { format, mapping }: FileJob,
  json = new JsonRows(format, rows.row, mapping),
): (text: string, line: number) => void {
  return (text, line) => {
    if (!json.isTaken(text)) return rows.visitor.leftOut?.(line, null);
    rows.begin(line, text);
    json.read(text);
    rows.end();
  };
}

/** Throws HESABU_HEADER_INVALID: a report without its place among its versions could replace the wrong one. */
function issuedAt({ issued_at: text }: JsonObject, path: string): Instant | null {
  if (text === undefined || text === null) return null;
  const at = typeof text === 'string' ? parseInstant(text.trim()) : undefined;
  if (at !== undefined && isClaimTime(at)) return at;
  const expected = at === undefined ? 'a real time with an offset or Z' : `a time ${CLAIM_YEARS}`;
  const remedy = 'Correct issued_at in the report, or leave it out.';
  throw new HesabuError('HESABU_HEADER_INVALID', { where: `${path}: issued_at`, expected, found: `${text}`, remedy });
}

function lineFault(code: LineFault): Fault {
  return code === 'HESABU_ROW_ENCODING'
    ? { field: '', code, expected: 'UTF-8 text', found: 'other bytes' }
    : { field: '', code, expected: `at most ${LINE_BYTES_MAX} bytes`, found: 'a longer line' };
}

function notText(path: string, line: number, found: string): HesabuError {
  const remedy = 'Save the file as CSV in UTF-8.';
  const expected = 'a header line in UTF-8';
  return new HesabuError('HESABU_HEADER_INVALID', { where: `${path}:${line}`, expected, found, remedy });
}
