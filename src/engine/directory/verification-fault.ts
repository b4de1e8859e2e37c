// What a verification finds wrong: a code, a place and a few words, which go between threads as they are.

import type { ErrorCode } from '../../domain/error-codes.ts';
import { HesabuError } from '../../domain/errors.ts';

export interface Fault {
  readonly code: ErrorCode;
  /** The place: partition, block and entry; topic, partition and offset; or a file and its bytes. */
  readonly where: string;
  readonly found: string;
  /** What to do, where it is not what the code says. */
  readonly remedy?: string;
}

export function tampered(where: string, found: string): Fault {
  return { code: 'HESABU_LEDGER_TAMPERED', where, found };
}

/** The one line for people, with what to do about it. */
export function faultLine({ code, where, found, remedy }: Fault): string {
  return new HesabuError(code, remedy === undefined ? { where, found } : { where, found, remedy }).message;
}

/** What reading damaged bytes ended with, told as a fault. Any other error is a bug, and is thrown on. */
export function faultOf(error: unknown, where: string): Fault {
  if (error instanceof HesabuError) {
    const { expected, found } = error.detail;
    const words = [found ?? [], expected === undefined ? [] : `not ${expected}`].flat().join(', ');
    // To the log, what SQLite cannot make sense of is a failure; to whoever only reads, it is damage.
    const code = error.code === 'HESABU_LOG_FAILED' ? 'HESABU_LOG_DAMAGED' : error.code;
    return { code, where: error.detail.where ?? where, found: words };
  }
  const isOfBytes = error instanceof RangeError || error instanceof SyntaxError || isSqlError(error);
  if (!isOfBytes) throw error;
  return { code: 'HESABU_LOG_DAMAGED', where, found: error.message };
}

/** A damaged schema is no corrupt page to SQLite, but a table or a column that there is not. */
function isSqlError(error: unknown): error is Error {
  return (error as { code?: unknown } | null)?.code === 'ERR_SQLITE_ERROR';
}
