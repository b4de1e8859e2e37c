// The cursor of a list of cases: the place of the last one that was shown.

import { HesabuError } from '../../domain/errors.ts';
import type { CasePlace } from '../../projections/cases/case-question.ts';

export function cursorOf({ text, number, id }: CasePlace): string {
  return Buffer.from(JSON.stringify([text, number, id])).toString('base64url');
}

/** Throws HESABU_CURSOR_INVALID. */
export function placeIn(cursor: string): CasePlace {
  try {
    const [text, number, id] = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as unknown[];
    if (typeof text === 'string' && typeof number === 'number' && typeof id === 'string') return { text, number, id };
  } catch {
    // It is told below.
  }
  const expected = 'a cursor from an answer';
  throw new HesabuError('HESABU_CURSOR_INVALID', { where: 'after', expected, found: cursor.slice(0, 30) });
}
