// A format of files: its fields, the columns that a CSV must have, and how a row becomes a fact.

import type { Fact, FactTopic } from '../../domain/fact.ts';
import type { Instant } from '../../domain/time.ts';
import type { Row } from './row.ts';

/** The kinds of file, as the command line names them. */
export const FILE_KINDS = ['orders', 'callbacks', 'polls', 'settlements'] as const;
export type FileKind = (typeof FILE_KINDS)[number];

/** The properties that all facts of one file share. */
export interface FileContext {
  readonly provider: string;
  /** Together with the provider it owns the ids of the rows; absent if it is unknown, as for a file. */
  readonly account?: string;
  readonly importId: number;
  readonly receivedAt: Instant;
  /** The keyed hash that replaces personal data. */
  readonly pseudonym: (text: string) => string;
}

/** Returns null if the row has a fault. */
export type RowReader = (row: Row) => Fact | null;

export interface Format {
  readonly topic: FactTopic;
  /** In the order in which they are read; a row's first fault is the first in this order. */
  readonly fields: readonly string[];
  /** The columns that a CSV of this format must have. */
  readonly required: readonly string[];
  /** How many of the fields are at the top of a JSON row; the others are in its `data`. Default: all. */
  readonly outerFields?: number;
  /** Returns a reader for the rows of one file, in their order. */
  open(context: FileContext): RowReader;
}
