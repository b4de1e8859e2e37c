// The ids of a payment in a row, and the key of a row without a reference.

import type { phonePseudonym } from '../../archive/privacy/phone.ts';
import { surrogateKey } from '../../domain/fact.ts';
import type { Row } from './row.ts';

/** The positions of a format's ids; `original` is -1 if it has none. */
export interface IdFields {
  readonly reference: number;
  readonly provider: number;
  readonly request: number;
  readonly operator: number;
  readonly original: number;
}

/**
 * The key of a row's fact: its reference, otherwise a surrogate of the first id that resolution can use. The original's
 * id counts only for returns. A row without any id is rejected.
 */
export function keyOf(row: Row, fields: IdFields, provider: string, isReturn: boolean): string {
  if (row.has(fields.reference)) return row.reference(fields.reference) ?? '';
  const id =
    row.cells[fields.provider] ??
    row.cells[fields.request] ??
    row.cells[fields.operator] ??
    (isReturn ? row.cells[fields.original] : null);
  if (id != null) return surrogateKey(provider, id);
  row.refuse(fields.reference, 'HESABU_FIELD_MISSING', 'a reference, or an id of the payment');
  return '';
}

/** The pseudonym of the row's phone number; `country` is the country from which it is dialled, if known. */
export function msisdnPseudonym(
  row: Row,
  index: number,
  pseudonym: ReturnType<typeof phonePseudonym>,
  country: string | null = null,
): string | null {
  const text = row.cells[index] ?? null;
  return text === null || row.fault !== null ? null : pseudonym(text, country);
}
