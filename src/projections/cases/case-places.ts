// The places of cases in the orders of a list.

import { currencyOf } from './case-columns.ts';
import type { CasePlace, CaseSort } from './case-question.ts';
import type { CaseRow } from './case-rows.ts';

export interface Placed {
  readonly row: CaseRow;
  readonly place: CasePlace;
}

export function placeOf(row: CaseRow, sort: CaseSort): CasePlace {
  const { id, key, due_at, finding, value } = row;
  switch (sort) {
    case 'oldest':
      return { text: '', number: finding.opened_at ?? 0, id };
    case 'newest':
      return { text: '', number: -(finding.opened_at ?? 0), id };
    case 'due':
      return { text: '', number: due_at ?? Number.MAX_SAFE_INTEGER, id };
    case 'value':
      // Amounts of several currencies are not compared: each has its own part of the list.
      return { text: currencyOf(row), number: -Number(value[0]?.[1] ?? 0n), id };
    default:
      return { text: key, number: 0, id };
  }
}

/** Two findings of a key may have one id: they stand in the order of their entries. */
export function comparePlaced(left: Placed, right: Placed): number {
  const order = comparePlaces(left.place, right.place);
  if (order !== 0 || left.row.entryId === right.row.entryId) return order;
  return left.row.entryId < right.row.entryId ? -1 : 1;
}

export function comparePlaces(left: CasePlace, right: CasePlace): number {
  if (left.text !== right.text) return left.text < right.text ? -1 : 1;
  if (left.number !== right.number) return left.number - right.number;
  return left.id < right.id ? -1 : Number(left.id > right.id);
}
