// Errors that end a command. An invalid row is not an error: it is a `Reject`, which is data.

import type { ErrorCode } from './error-codes.ts';
import { ERROR_CODES } from './error-codes.ts';

/** Where something is wrong, what was expected and found, and the remedy. All parts are for people. */
export interface ErrorDetail {
  readonly where?: string;
  readonly expected?: string;
  readonly found?: string;
  readonly remedy?: string;
}

/** An error that stops the command. `exit` is the process's exit code (design: 2 input, 3 proof, 4 anything else). */
export class HesabuError extends Error {
  readonly code: ErrorCode;
  readonly exit: number;
  readonly detail: ErrorDetail;

  constructor(code: ErrorCode, detail: ErrorDetail = {}, cause?: unknown) {
    super(sentence(code, detail), cause === undefined ? undefined : { cause });
    this.name = 'HesabuError';
    this.code = code;
    this.exit = ERROR_CODES[code].exit;
    this.detail = detail;
  }
}

/** One line: `CODE: where: what is wrong; expected ..., found .... remedy`. */
function sentence(code: ErrorCode, detail: ErrorDetail): string {
  const entry = ERROR_CODES[code];
  const where = detail.where === undefined ? '' : `${detail.where}: `;
  const expected = detail.expected === undefined ? '' : `; expected ${detail.expected}`;
  // A text from outside may already end with a full stop.
  const found =
    detail.found === undefined ? '' : `${expected === '' ? ';' : ','} found ${detail.found.replace(/\.$/, '')}`;
  return `${code}: ${where}${entry.title}${expected}${found}. ${detail.remedy ?? entry.remedy}`;
}

/**
 * A row that was rejected. `line` is the physical line (1 is a CSV's header) or the position of a line in a JSON
 * report; null for the whole file. `field` is the name of the field; '' for the row as a whole.
 */
export interface Reject {
  readonly file: string;
  readonly line: number | null;
  readonly field: string;
  readonly code: ErrorCode;
  readonly message: string;
  /** The row as it came: its columns with their cells; a JSON row is one text. Absent where it cannot be shown. */
  readonly original?: readonly (readonly [name: string, cell: string])[];
}
