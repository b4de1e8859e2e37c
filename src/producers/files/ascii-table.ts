// A file that is not UTF-8 and whose encoding nobody named. In every encoding of such files ASCII stands for itself, so
// the rows of a table are read where nothing else is used of them: an accent in a column that no field is read from
// loses no row. Anything else is refused, once.

import type { HesabuError } from '../../domain/errors.ts';
import type { Mapping } from './mapping.ts';

const OTHER_THAN_ASCII = /[^\0-\x7f]/;

/** Throws the refusal where the file's form or its mapping needs more than ASCII. `first` is its first character. */
export function requireAscii(first: string | undefined, mapping: Mapping | undefined, refusal: HesabuError): void {
  // The second byte of a character may be the backslash of JSON.
  if (first === '{' || first === '[' || first === '<' || hasOther(mapping)) throw refusal;
}

/** The second byte of a character may be a bar. */
export function requireAsciiSeparator(separator: string, refusal: HesabuError): void {
  if (separator === '|') throw refusal;
}

/** Throws the refusal where a cell that is used has more than ASCII. */
export function requireAsciiCells(cells: readonly (string | null)[], refusal: HesabuError): void {
  if (cells.some((cell) => cell !== null && OTHER_THAN_ASCII.test(cell))) throw refusal;
}

function hasOther(value: unknown): boolean {
  if (typeof value === 'string') return OTHER_THAN_ASCII.test(value);
  if (value instanceof Map) return hasOther([...value]);
  return typeof value === 'object' && value !== null && Object.values(value).some(hasOther);
}
