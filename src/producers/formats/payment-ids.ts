// The ids of a payment in a row, and the key of a row without a reference.

import type { phonePseudonym } from '../../archive/privacy/phone.ts';
import type { PaymentIds } from '../../domain/fact.ts';
import { identityOf } from '../../domain/payment-ids.ts';
import type { RowContext } from './format.ts';
import type { Row } from './row.ts';
import { withoutApostrophe } from './spreadsheet-ids.ts';

/** The positions of a format's ids; `original` is -1 if it has none. */
export interface IdFields {
  readonly reference: number;
  readonly provider: number;
  readonly request: number;
  readonly operator: number;
  readonly original: number;
}

/**
 * The key of a row's fact: its reference, otherwise the identity of the first id that resolution can use. The
 * original's id counts only for returns. A row without any id is rejected.
 */
export function keyOf(row: Row, fields: IdFields, provider: string, isReturn: boolean): string {
  const reference = row.reference(fields.reference);
  if (row.cells[fields.reference] !== null) return reference ?? '';
  const ids: PaymentIds = {
    provider_transaction_id: row.id(fields.provider),
    request_id: row.id(fields.request),
    operator_transaction_id: row.id(fields.operator),
    original_transaction_id: fields.original < 0 ? null : row.id(fields.original),
  };
  const identity = identityOf(provider, ids, isReturn ? 'return' : 'payment');
  if (identity !== undefined) return identity;
  row.refuse(fields.reference, 'HESABU_FIELD_MISSING', 'a reference, or an id of the payment');
  return '';
}

const ID_FIELDS: readonly (readonly [column: string, field: IdField])[] = [
  ['transaction_id', 'provider_transaction_id'],
  ['request_id', 'request_id'],
  ['operator_transaction_id', 'operator_transaction_id'],
  ['original_transaction_id', 'original_transaction_id'],
];
type IdField = Exclude<keyof PaymentIds, 'aliases' | 'series'>;

/** The columns of a file whose ids may be of a series. */
export const ID_COLUMNS: readonly string[] = ID_FIELDS.map(([column]) => column);

/** A row's body with the series of its ids. An id that is the original's too is of the original's series. */
export function withSeries<Body extends PaymentIds>(body: Body, kind: string, context: RowContext): Body {
  if (context.series === undefined && context.returnSeries === undefined) return body;
  const found: Record<string, string> = {};
  for (const [column, field] of ID_FIELDS) {
    const series = body[field] === null ? undefined : seriesOf(column, kind, body, context);
    if (series !== undefined) found[field] = series;
  }
  return Object.keys(found).length === 0 ? body : { ...body, series: found };
}

function seriesOf(column: string, kind: string, body: PaymentIds, { series, returnSeries }: RowContext) {
  const said = series?.get(column);
  if (typeof said === 'string') return said;
  const { provider_transaction_id: own, original_transaction_id: original } = body;
  if (column !== 'transaction_id' || own === original) return undefined;
  return said?.get(kind) ?? (original === null ? undefined : returnSeries?.[kind]);
}

/** The pseudonym of the row's phone number; `country` is the country from which it is dialled, if known. */
export function msisdnPseudonym(
  row: Row,
  index: number,
  pseudonym: ReturnType<typeof phonePseudonym>,
  country: string | null = null,
): string | null {
  const text = row.cells[index] ?? null;
  return text === null || row.fault !== null ? null : pseudonym(withoutApostrophe(text), country);
}
