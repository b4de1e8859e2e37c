// Forms that several networks share: numbers for ids, and the headers of a JSON body.

import type { Payment, Refund } from './payment.ts';

export const JSON_HEADERS: Readonly<Record<string, string>> = { 'content-type': 'application/json' };

/** The digits of an id. A forged one has a 9 before them, so that it is nobody's. */
export function numberOf({ id }: Pick<Payment | Refund, 'id'>): number {
  const digits = id.replace(/\D/g, '');
  return Number(id.startsWith('X') ? `9${digits}` : digits);
}

/** The part of a list on a page that begins with 1. */
export function pageOf<T>(rows: readonly T[], page: number, size: number): readonly T[] {
  return rows.slice((page - 1) * size, page * size);
}

/** A whole number of a query, or `otherwise`. */
export function queryNumber(text: string | undefined, otherwise: number): number {
  return /^\d{1,6}$/.test(text ?? '') ? Number(text) : otherwise;
}
