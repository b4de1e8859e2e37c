// The key `series` of a mapping: by the column of an id the series whose numbers it is of, or one by what the row is
// about, in our words.

import { z } from 'zod';
import type { IdSeries } from '../formats/format.ts';
import { ID_COLUMNS } from '../formats/payment-ids.ts';
import { named } from './named-keys.ts';

/** The kinds of callbacks and the types of lines that an id is the own one of. */
const KINDS = ['payment', 'refund', 'reversal', 'chargeback', 'return_failed', 'unclassified'] as const;
const EXPECTED = 'expected the name of a series, such as refund, or names by kind';
const series = z.string({ error: EXPECTED }).regex(/^[a-z][a-z0-9_-]{0,31}$/, EXPECTED);

export function seriesSchema(fields: readonly string[]): z.ZodType<IdSeries> {
  const byKind = named(KINDS, series);
  return named(
    ID_COLUMNS.filter((column) => fields.includes(column)),
    z.union([series, byKind], EXPECTED),
  );
}
