// The layouts of files, detected by their first bytes: CSV, JSON objects line by line, or one JSON report. Each fills
// the format's fields; everything after that is the same for all.

import { basename } from 'node:path';
import { HesabuError, type Reject } from '../../domain/errors.ts';
import type { Fact, FactTopic } from '../../domain/fact.ts';
import { type Instant, parseInstant } from '../../domain/time.ts';
import type { Topic } from '../../log/event-log.ts';
import type { FileContext, FileKind, Format, RowReader } from '../formats/format.ts';
import { type NumberReader, numberReader } from '../formats/number-form.ts';
import { type Fault, Row, rejectOf } from '../formats/row.ts';
import { CAMT_COLUMNS, CamtReader } from './camt.ts';
import { CsvReader, isBlank } from './csv.ts';
import { CsvRows } from './csv-rows.ts';
import { type FindForeign, requireOwn } from './foreign-body.ts';
import { refuseForeignFile } from './foreign-file.ts';
import { ReportReader, reportHead } from './json-report.ts';
import { JsonRows } from './json-rows.ts';
import type { JsonObject } from './json-text.ts';
import { LINE_BYTES_MAX, type LineFault, LineSplitter } from './lines.ts';
import type { Mapping } from './mapping.ts';

/** Receives the bytes of a file chunk by chunk, then its end. */
export interface Layout {
  /** Whether only its end tells that it is whole: such a file is read to its end before the first row is taken. */
  readonly isKnownAtEnd?: boolean;
  /** Whether the file is JSON, an object a line, or a table, or has its own end: a report or a statement in XML. */
  readonly shape: 'lines' | 'table' | 'document';
  chunk(bytes: Buffer): void;
  end(): void;
}

/** A total that a file states of itself, and what its rows come to: plain decimals, or numbers of rows. */
export interface ControlTotal {
  /** Where it is stated. */
  readonly line: number;
  /** What is added up, as the file names it: a column, or `rows`. */
  readonly name: string;
  readonly stated: string;
  readonly found: string;
}

/** Where the table of a file begins, and which of our fields its columns are. */
export interface TableStart {
  /** The line of the header. */
  readonly line: number;
  readonly separator: string;
  /** The file's own names of its columns. */
  readonly names: readonly string[];
  /** The fields that are read from each column. */
  readonly fields: readonly (readonly string[])[];
}

export interface RowVisitor {
  fact(topic: Topic, fact: Fact): void;
  reject(reject: Reject): void;
  /** A report says when it was issued. */
  issued?(at: Instant): void;
  /** The file states a total. One that its rows do not come to makes the file not whole. */
  total?(total: ControlTotal): void;
  /** The header was found. */
  table?(start: TableStart): void;
  /** A row that the mapping leaves out. */
  leftOut?(line: number): void;
  /** The file is not whole: rows may be missing. */
  broken(): void;
}

interface FileJob extends FileContext {
  readonly path: string;
  readonly kind: FileKind;
  readonly format: Format;
  readonly mapping?: Mapping | undefined;
  readonly findForeign?: FindForeign;
}

/**
 * The layout of a file by its first bytes. Throws HESABU_HEADER_INVALID if it has none of them. When it is read, it
 * throws HESABU_FILE_UNREADABLE where its rows are bodies of a network that is not read.
 */
export function layoutOf(head: Buffer, job: FileJob, visitor: RowVisitor): Layout {
  refuseForeignFile(head, job.path);
  const start = head.subarray(0, 2).toString('latin1');
  if (start === '\xff\xfe' || start === '\xfe\xff') throw notText(job.path, 1, 'UTF-16');
  const first = /^(?:\xef\xbb\xbf)?\s*([^\s])/.exec(head.toString('latin1'))?.[1];
  if (first === '[') {
    const found = 'a JSON list';
    const remedy = 'Write one JSON object on each line.';
    throw new HesabuError('HESABU_HEADER_INVALID', { where: `${job.path}:1`, expected: 'CSV or JSONL', found, remedy });
  }
  if (first === '<' && job.kind === 'bank') return camtLayout(new Rows(job, visitor, null), job);
  if (first !== '{') {
    const numbers = job.mapping?.numbers;
    return csvLayout(new Rows(job, visitor, numbers === undefined ? 'open' : numberReader(numbers)), job, head);
  }
  const rows = new Rows(job, visitor, null);
  const report = job.kind === 'settlements' ? reportHead(head) : undefined;
  return report === undefined ? jsonLinesLayout(rows, job) : reportLayout(rows, job, report);
}

/** The column of a JSON row, which has none of its own. */
const JSON_ROW = 'row';

type Original = NonNullable<Reject['original']>;

/** Passes rows one by one through the format's reader, each to a fact or a reject. */
class Rows {
  readonly row: Row;
  private readonly topic: FactTopic;
  private readonly file: string;
  private readonly reader: RowReader;
  readonly visitor: RowVisitor;
  /** Puts the names of the file's columns to the cells of a record. */
  named: (cells: readonly string[]) => Original = () => [];
  private raw: readonly string[] | string = [];

  constructor(job: FileJob, visitor: RowVisitor, numbers: NumberReader | 'open' | null) {
    const { format } = job;
    this.row = new Row(format.fields, numbers);
    this.topic = format.topic;
    this.file = basename(job.path);
    const provider = job.mapping?.provider ?? job.provider;
    this.reader = format.open({ ...job, provider });
    this.visitor = visitor;
  }

  /** `raw` is the row as it came: the cells of a record, or the text of a JSON row. */
  begin(line: number, raw: readonly string[] | string): void {
    this.row.line = line;
    this.row.fault = null;
    this.raw = raw;
  }

  /** The row has its cells or its fault. */
  end(): void {
    const { row } = this;
    const fact = row.fault === null ? this.reader(row) : null;
    if (fact !== null) this.visitor.fact(this.topic, fact);
    else this.refuse(row.line, row.fault!, this.raw);
  }

  refuse(line: number, fault: Fault, raw: readonly string[] | string = []): void {
    const original = typeof raw === 'string' ? ([[JSON_ROW, raw]] as const) : this.named(raw);
    const reject = rejectOf(this.file, line, fault);
    this.visitor.reject(original.length === 0 ? reject : { ...reject, original });
  }

  /** The file ends, or goes on, otherwise than its beginning says. */
  break(line: number, fault: Fault): void {
    this.refuse(line, fault);
    this.visitor.broken();
  }
}

function csvLayout(rows: Rows, job: FileJob, head: Buffer): Layout {
  const cells = new CsvRows(job.format, rows.row, job.mapping, job.path);
  let hasHeader = false;
  rows.named = (record) => cells.original(record);
  const reader = new CsvReader(job.mapping?.separator ?? ',', {
    header: (names) => {
      hasHeader = true;
      const line = cells.isHeader(names)
        ? 1
        : headerLine(head, job.mapping?.separator, (found) => cells.isHeader(found));
      if (line > 1) throw headerLater(job.path, line);
      cells.header(names);
    },
    record: (record, line) => {
      rows.begin(line, record);
      cells.read(record);
      rows.end();
    },
    lineFault: (line, code) => {
      const fault = lineFault(code);
      if (!hasHeader) throw notText(job.path, line, fault.found);
      rows.refuse(line, fault);
    },
    fault: (line, code, expected, found, record) => rows.refuse(line, { field: '', code, expected, found }, record),
  });
  const lines = new LineSplitter(reader);
  return {
    shape: 'table',
    chunk: (bytes) => lines.chunk(bytes),
    end: () => {
      lines.end();
      if (!reader.end()) throw new HesabuError('HESABU_FILE_EMPTY', { where: job.path, found: 'only blank lines' });
    },
  };
}

function camtLayout(rows: Rows, job: FileJob): Layout {
  const cells = new CsvRows(job.format, rows.row, job.mapping, job.path);
  cells.header(CAMT_COLUMNS);
  rows.named = (record) => cells.original(record);
  const reader = new CamtReader({
    record: (record, line) => {
      rows.begin(line, record);
      cells.read(record);
      rows.end();
    },
    broken: (line, found) =>
      rows.break(line, { field: '', code: 'HESABU_XML_INVALID', expected: 'a camt.053 statement', found }),
  });
  return { shape: 'document', isKnownAtEnd: true, chunk: (bytes) => reader.chunk(bytes), end: () => reader.end() };
}

function jsonLinesLayout(rows: Rows, job: FileJob): Layout {
  const json = new JsonRows(job.format, rows.row, job.mapping);
  const { findForeign } = job;
  let first = true;
  const lines = new LineSplitter({
    line: (text, line) => {
      if (isBlank(text)) return;
      if (first && findForeign !== undefined) requireOwn(text, job.path, job.mapping, findForeign);
      first = false;
      jsonRow(rows, json, text, line);
    },
    fault: (line, code) => rows.refuse(line, lineFault(code)),
  });
  return { shape: 'lines', chunk: (bytes) => lines.chunk(bytes), end: () => lines.end() };
}

function reportLayout(rows: Rows, job: FileJob, head: string): Layout {
  const json = new JsonRows(job.format, rows.row, job.mapping);
  const reader = new ReportReader(head, {
    report: (members) => {
      json.setReport(members);
      const at = issuedAt(members, job.path);
      if (at !== null) rows.visitor.issued?.(at);
    },
    line: (text, line) => jsonRow(rows, json, text, line),
    fault: (line, code) => rows.refuse(line, lineFault(code)),
    broken: (line, found) =>
      rows.break(line, { field: '', code: 'HESABU_JSON_INVALID', expected: 'a whole JSON report', found }),
  });
  return { shape: 'document', isKnownAtEnd: true, chunk: (bytes) => reader.chunk(bytes), end: () => reader.end() };
}

/** Throws HESABU_HEADER_INVALID: a report without its place among its versions could replace the wrong one. */
function issuedAt({ issued_at: text }: JsonObject, path: string): Instant | null {
  if (text === undefined || text === null) return null;
  const at = typeof text === 'string' ? parseInstant(text.trim()) : undefined;
  if (at !== undefined) return at;
  const expected = 'a real time with an offset or Z';
  const remedy = 'Correct issued_at in the report, or leave it out.';
  throw new HesabuError('HESABU_HEADER_INVALID', { where: `${path}: issued_at`, expected, found: `${text}`, remedy });
}

function jsonRow(rows: Rows, json: JsonRows, text: string, line: number): void {
  rows.begin(line, text);
  json.read(text);
  rows.end();
}

/** How many lines may stand before the header of a statement: titles, addresses, periods. */
const TITLE_LINES_MAX = 50;

/** The line of the header, where it is not the first; 1 where none is found. */
function headerLine(head: Buffer, separator = ',', isHeader: (cells: readonly string[]) => boolean): number {
  const lines = head.toString('utf8').split('\n', TITLE_LINES_MAX);
  const found = lines.findIndex((text) => {
    return isHeader(text.split(separator).map((cell) => cell.trim().replace(/^"(.*)"$/, '$1')));
  });
  return found < 1 ? 1 : found + 1;
}

function headerLater(path: string, line: number): HesabuError {
  const remedy = `Delete what is before line ${line}, and give the file again.`;
  const detail = {
    where: `${path}:1`,
    expected: 'the header',
    found: `a title; the header is in line ${line}`,
    remedy,
  };
  return new HesabuError('HESABU_HEADER_INVALID', detail);
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
