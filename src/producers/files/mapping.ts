// A mapping adapts other files to our formats: where a table begins and ends, which columns and words are ours, and how
// numbers, dates and times are written.

import type { FileKind, IdSeries } from '../formats/format.ts';
import type { NumberForm } from '../formats/number-form.ts';

/** Where a field's value stands in a row. Of a list of columns, the first that is there and not empty counts. */
export type Column =
  | {
      readonly from: readonly string[];
      readonly pattern?: string;
      readonly when?: readonly ConditionalValue[];
      /** Of an amount that the source writes with the other sign. */
      readonly isNegated?: true;
      /** Of ids that a source writes in either case. */
      readonly isUpper?: true;
    }
  /** What came in less what went out; a cell of `minus` counts by its absolute value. */
  | { readonly plus: readonly string[]; readonly minus: readonly string[] }
  | { readonly sum: readonly string[] };

/** A column or a text that a field has in rows that fulfil conditions. The first that gives something counts. */
export interface ConditionalValue extends RowFilter {
  readonly from?: string;
  readonly value?: string;
}

/** `minor`: hundredths of the currency's unit, whatever its decimals; `iso_minor`: its own smallest unit. */
export type Unit = 'major' | 'minor' | 'iso_minor';

/** Checked, and without functions: a mapping goes to other threads, and is part of what a file is known again by. */
export interface Mapping {
  /** The name of the file's encoding, where it is neither UTF-8 nor UTF-16. */
  readonly encoding?: string;
  /** Whether the file's last line has a line end too: without one, the file is cut. */
  readonly endsLines?: boolean;
  readonly provider?: string;
  /** The provider's account that the file comes from. */
  readonly account?: string;
  readonly separator?: string;
  /** The name of the sheet of a workbook. */
  readonly sheet?: string;
  /** The header is the first row with this cell, or the row with this number. */
  readonly header?: string | number;
  /** The first cells of rows that end the table. */
  readonly footer?: readonly string[];
  /** Only these rows are of this kind: by column, the cells that they have, and those that they do not have. */
  readonly rows?: RowFilter;
  /** How the file writes numbers, where the mapping says it. */
  readonly numbers?: NumberForm;
  /** The signs of currencies beside amounts, and which they are of. */
  readonly currencySigns?: ReadonlyMap<string, string>;
  /** In which unit amounts and fees are; by currency where they differ. */
  readonly unit?: Unit | ReadonlyMap<string, Unit>;
  /** How the source writes money that goes back, and what was taken. */
  readonly signs?: { readonly returns?: Sign; readonly fees?: Sign };
  /** The forms of dates and times that are not ISO 8601, in the order in which they are tried. */
  readonly dates?: readonly string[];
  /** The zone of times without an offset. */
  readonly zone?: string;
  /** The file's names for our fields. */
  readonly columns: ReadonlyMap<string, Column>;
  /** The values of fields in rows without their own. */
  readonly constants: ReadonlyMap<string, string>;
  /** By field, the file's words for ours; `*` is for every word that is not known. */
  readonly words?: ReadonlyMap<string, ReadonlyMap<string, string>>;
  /** What is put before references: one text, or one by merchant. */
  readonly prefix?: string | ReadonlyMap<string, string>;
  /** Of which series ids are whose numbers may stand for other things of the source too. */
  readonly series?: IdSeries;
  /** Where the rows of a JSON document are. */
  readonly each?: string;
  /** Of a network's own export: what stands for no id, such as N/A, is none. */
  readonly hasPlaceholders?: boolean;
}

/** Of a file whose fields have their own names, and whose words and numbers are ours. */
export const NO_MAPPING: Mapping = { columns: new Map(), constants: new Map() };

export type Sign = 'positive' | 'negative';

export interface RowFilter {
  readonly where: ReadonlyMap<string, readonly string[]>;
  readonly not: ReadonlyMap<string, readonly string[]>;
}

export type Mappings = Partial<Readonly<Record<FileKind, Mapping>>>;
