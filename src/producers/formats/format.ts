// A format of files: its fields, the columns that a CSV must have, and how a row becomes a fact.

import type { ByteWriter } from '../../domain/bytes.ts';
import type { Fact, FactTopic, Source } from '../../domain/fact.ts';
import type { Instant } from '../../domain/time.ts';
import type { RepeatCounter } from './claim-id.ts';
import type { PlainRow } from './plain-row.ts';
import type { Reservations } from './reserved-references.ts';
import type { Row } from './row.ts';

/** The kinds of file, as the command line names them. */
export const FILE_KINDS = ['orders', 'callbacks', 'polls', 'settlements', 'bank'] as const;
export type FileKind = (typeof FILE_KINDS)[number];

/** By the field of an id its series, or one by the kind or type of the row. */
export type IdSeries = ReadonlyMap<string, string | ReadonlyMap<string, string>>;

/** What rows have in common that come from one place, one at a time. */
export interface RowContext extends Source {
  /** Of which series ids are, as the mapping says it. */
  readonly series?: IdSeries | undefined;
  /** By kind, of which series is the id of a return that names its payment too, where no mapping says it. */
  readonly returnSeries?: Readonly<Record<string, string>> | undefined;
  /** Which references merchants reserve for their orders; absent where none does. */
  readonly reservations?: Reservations | undefined;
  /** The keyed hash that replaces personal data. */
  readonly pseudonym: (text: string) => string;
}

/** What the facts of one file have in common. */
export interface FileContext extends RowContext {
  readonly importId: number;
  readonly receivedAt: Instant;
  /** When the file was made, for rows that do not say when their source said so; null where nobody knows. */
  readonly statedAt: Instant | null;
}

/** Returns null if the row has a fault. */
export type RowReader = (row: Row) => Fact | null;

/** Takes the facts of plain rows, one by one. */
export interface PlainSink {
  /** Begins a fact whose key has this hash: what is written to the result until `end`, of at most so many bytes. */
  begin(topic: FactTopic, keyHash: number, size: number): ByteWriter;
  end(): void;
  /** What a fact adds to the sums of its file: whole numbers of this decimal of the currency. */
  addAmount(currency: string, units: number, decimals: number): void;
  addFee(currency: string, units: number, decimals: number): void;
  /** The report that a fact names, as a cell of its row. */
  addReport(row: PlainRow, index: number): void;
}

/** Writes the fact of a row, or returns false: then the row is not plain, and nothing is written. */
export type PlainReader = (row: PlainRow, line: number) => boolean;

export interface Format {
  readonly topic: FactTopic;
  /** In the order in which they are read; a row's first fault is the first in this order. */
  readonly fields: readonly string[];
  /** The columns that a CSV of this format must have. */
  readonly required: readonly string[];
  /** The words that a field may hold, where it may not hold any: a mapping brings the words of a file to these. */
  readonly words?: Readonly<Record<string, readonly string[]>>;
  /** How many of the fields are at the top of a JSON row; the others are in its `data`. Default: all. */
  readonly outerFields?: number;
  /**
   * The fields by which the rows of a file depend on each other: one without them can be read in parts. Absent where
   * rows may always.
   */
  readonly linkedBy?: readonly string[];
  /**
   * For JSON rows with another layout: returns the row in ours, with the fields by their names and the inner ones in
   * `data`. It gets numbers as texts, exactly as written. It must not throw: it leaves out what it does not find.
   */
  layOut?(row: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>>;
  /** Returns a reader for the rows of one file, in their order. */
  open(context: FileContext, repeats?: RepeatCounter): RowReader;
  /**
   * Returns a reader for those rows of the same file that are as most rows are: it makes the same facts of them.
   * Undefined where it would make none.
   */
  openPlain?(context: FileContext, sink: PlainSink, repeats: RepeatCounter): PlainReader | undefined;
}
