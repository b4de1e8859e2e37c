// The ids that a payment goes by in a row, and the key of a row that carries no reference.

import type { phonePseudonym } from '../../archive/privacy/phone.ts';
import { identityKey } from '../../domain/key.ts';
import type { Row } from './row.ts';

/** Where a format has its ids; `original` is -1 where it has none. */
export interface IdFields {
  readonly reference: number;
  readonly provider: number;
  readonly request: number;
  readonly operator: number;
  readonly original: number;
}

/**
 * The key that a row's fact goes under: its reference; otherwise the identity of the first id that resolution can use.
 * The original's id speaks for returns only. A row without any is refused.
 */
export function keyOf(row: Row, fields: IdFields, provider: string, isReturn: boolean): string {
  if (row.has(fields.reference)) return row.reference(fields.reference) ?? '';
  const id =
    row.cells[fields.provider] ??
    row.cells[fields.request] ??
    row.cells[fields.operator] ??
    (isReturn ? row.cells[fields.original] : null);
  if (id != null) return identityKey(provider, id);
  row.refuse(fields.reference, 'HESABU_FIELD_MISSING', 'a reference, or an id of the payment');
  return '';
}

/** The pseudonym of the phone number that a row holds; `country` is where it is dialled, if that is known. */
export function msisdnPseudonym(
  row: Row,
  index: number,
  pseudonym: ReturnType<typeof phonePseudonym>,
  country: string | null = null,
): string | null {
  const text = row.cells[index] ?? null;
  return text === null || row.fault !== null ? null : pseudonym(text, country);
}
