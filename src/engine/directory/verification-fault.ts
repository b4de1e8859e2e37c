// A fault that a verification finds: a code, a place and a few words. It is plain data, so threads can exchange it.

import type { ErrorCode } from '../../domain/error-codes.ts';
import { HesabuError } from '../../domain/errors.ts';
import { isDeviceError } from '../../runtime/storage-errors.ts';

export interface Fault {
  readonly code: ErrorCode;
  /** The place: partition, block and entry; topic, partition and offset; or a file and its bytes. */
  readonly where: string;
  readonly expected?: string;
  readonly found?: string;
  /** What to do, if that differs from the remedy of the code. */
  readonly remedy?: string;
}

export function tampered(where: string, found: string): Fault {
  return { code: 'HESABU_LEDGER_TAMPERED', where, found };
}

/** The fault as one line for people, with its remedy. */
export function faultLine({ code, ...detail }: Fault): string {
  return new HesabuError(code, detail).message;
}

/** The error from reading damaged bytes, as a fault. Any other error is a bug and is thrown again. */
export function faultOf(error: unknown, where: string): Fault {
  if (error instanceof HesabuError) {
    // Other errors of SQLite are failures for the log; for a verification, which only reads, they are damage.
    const isDamage = error.code === 'HESABU_LOG_FAILED' && !isDeviceError(error.cause);
    const code = isDamage ? 'HESABU_LOG_DAMAGED' : error.code;
    const { remedy: _, ...detail } = error.detail;
    return { where, ...detail, code };
  }
  if (isDeviceError(error)) return { code: 'HESABU_LOG_FAILED', where, found: (error as Error).message };
  const isDamage = error instanceof RangeError || error instanceof SyntaxError || isSqlError(error);
  if (!isDamage) throw error;
  return { code: 'HESABU_LOG_DAMAGED', where, found: error.message };
}

/** SQLite reports a damaged schema not as a corrupt page, but as a missing table or column. */
function isSqlError(error: unknown): error is Error {
  return (error as { code?: unknown } | null)?.code === 'ERR_SQLITE_ERROR';
}
