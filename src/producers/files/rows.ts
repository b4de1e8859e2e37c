// Passes the rows of a file one by one through the format's reader: each becomes a fact or a reject.

import { basename } from 'node:path';
import type { HesabuError, Reject } from '../../domain/errors.ts';
import type { Fact, FactTopic } from '../../domain/fact.ts';
import type { Instant } from '../../domain/time.ts';
import type { Topic } from '../../log/event-log.ts';
import { RepeatCounter } from '../formats/claim-id.ts';
import type { FileContext, FileKind, Format, PlainReader, PlainSink, RowReader } from '../formats/format.ts';
import { type CellForms, type Fault, Row, rejectOf } from '../formats/row.ts';
import { requireAsciiCells } from './ascii-table.ts';
import type { Mapping } from './mapping.ts';
import type { FindForeign, NamedExport } from './named-export.ts';
import { timeReader } from './time-forms.ts';

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
  /** Takes the facts of rows that need no texts; where it is absent, every row is read as texts. */
  readonly facts?: PlainSink;
  fact(topic: Topic, fact: Fact): void;
  reject(reject: Reject): void;
  /** A report says when it was issued. */
  issued?(at: Instant): void;
  /** The file states a total. One that its rows do not come to makes the file not whole. */
  total?(total: ControlTotal): void;
  /** The header was found. */
  table?(start: TableStart): void;
  /** A row that the mapping leaves out, and the id that it goes by, if it has one. */
  leftOut?(line: number, id: string | null): void;
  /** The mapping names a row that ends the table, and there is none. */
  endMissing?(): void;
  /** The file is not whole: rows may be missing. */
  broken(): void;
}

export interface FileJob extends FileContext {
  readonly path: string;
  readonly kind: FileKind;
  readonly format: Format;
  readonly mapping?: Mapping | undefined;
  /** Of the provider: where there is no mapping, that of the one that the file is. */
  readonly exports?: readonly NamedExport[];
  readonly findForeign?: FindForeign;
  /** Where nobody knows the text's encoding, so that its ASCII alone is read: the refusal of anything else. */
  readonly unknownEncoding?: HesabuError;
}

/** The column of a JSON row, which has none of its own. */
export const JSON_ROW = 'row';

type Original = NonNullable<Reject['original']>;

export class Rows {
  readonly row: Row;
  readonly forms: CellForms;
  readonly visitor: RowVisitor;
  private readonly topic: FactTopic;
  private readonly file: string;
  private readonly reader: RowReader;
  /** Reads what needs no texts; undefined where every row of the file does. */
  readonly plain: PlainReader | undefined;
  private readonly unknownEncoding: HesabuError | undefined;
  /** Puts the names of the file's columns to the cells of a record. */
  named: (cells: readonly string[]) => Original = () => [];
  private raw: readonly string[] | string = [];

  constructor(job: FileJob, visitor: RowVisitor, forms: Omit<CellForms, 'times'>) {
    const { format, mapping } = job;
    this.forms = { ...forms, times: timeReader(mapping?.dates, mapping?.zone) };
    this.row = new Row(format.fields, this.forms);
    this.topic = format.topic;
    this.file = basename(job.path);
    const provider = mapping?.provider ?? job.provider;
    const context = { ...job, provider, series: mapping?.series };
    const repeats = new RepeatCounter();
    this.reader = format.open(context, repeats);
    this.visitor = visitor;
    this.unknownEncoding = job.unknownEncoding;
    const { facts } = visitor;
    const mayBePlain = facts !== undefined && job.unknownEncoding === undefined;
    this.plain = mayBePlain ? format.openPlain?.(context, facts, repeats) : undefined;
  }

  /** `raw` is the row as it came: the cells of a record, or the text of a JSON row. */
  begin(line: number, raw: readonly string[] | string): void {
    this.row.line = line;
    this.row.fault = null;
    this.raw = raw;
  }

  /** The row has its cells or its fault. */
  end(): void {
    const { row, unknownEncoding } = this;
    if (unknownEncoding !== undefined) requireAsciiCells(row.cells, unknownEncoding);
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
