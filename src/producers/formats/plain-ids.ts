// The ids and the key of a plain row, and its personal data.

import { identityKey } from '../../domain/key.ts';
import type { IdFields } from './payment-ids.ts';
import { cellText, type PlainRow } from './plain-row.ts';
import { isId, isReference } from './plain-values.ts';
import { cellOf } from './row.ts';

export class PlainKeys {
  private readonly provider: string;
  private readonly fields: IdFields;
  private readonly ids: readonly number[];

  constructor(provider: string, fields: IdFields) {
    this.provider = provider;
    this.fields = fields;
    this.ids = [fields.provider, fields.request, fields.operator];
  }

  /** Whether all ids are texts; then the row has its key: see `keyOf`. */
  find(row: PlainRow, isReturn: boolean): boolean {
    const { reference, original } = this.fields;
    for (const id of this.ids) if (!isId(row, id)) return false;
    if (original >= 0 && !isId(row, original)) return false;
    if (row.has(reference)) {
      row.repeat(row.key, reference);
      return isReference(row, reference);
    }
    const own = this.ids.find((id) => row.has(id));
    const id = own ?? (isReturn && original >= 0 && row.has(original) ? original : undefined);
    return id !== undefined && row.replace(row.key, identityKey(this.provider, cellText(row, id)));
  }
}

/** Personal data in a cell, whatever they are; null where there are none, undefined where a text would be trimmed. */
export function personalText(row: PlainRow, index: number): string | null | undefined {
  if (!row.has(index)) return null;
  const text = cellText(row, index);
  return cellOf(text) === text ? text : undefined;
}
