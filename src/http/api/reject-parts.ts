// The parts of the message of a rejected row, which people read apart: what was expected, what was found, the remedy.

import { ERROR_CODES } from '../../domain/error-codes.ts';
import type { Reject } from '../../domain/errors.ts';

export interface RejectParts {
  readonly expected: string;
  readonly found: string;
  readonly remedy: string;
}

export function rejectParts({ code, message }: Pick<Reject, 'code' | 'message'>): RejectParts {
  const { title, remedy } = ERROR_CODES[code];
  const end = message.lastIndexOf(`. ${remedy}`);
  const told = message.slice(0, end < 0 ? undefined : end).replace(`${title}; expected `, '');
  const at = told.indexOf(', found ');
  const [expected, found] = at < 0 ? ['', told] : [told.slice(0, at), told.slice(at + ', found '.length)];
  // After the remedy stands what a mapping may do about it.
  return { expected, found, remedy: end < 0 ? remedy : message.slice(end + 2) };
}
