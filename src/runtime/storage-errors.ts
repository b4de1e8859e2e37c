// Turns errors of SQLite and the file system into the product's own codes.

import { HesabuError } from '../domain/errors.ts';

/** SQLite's primary result codes with a meaning of their own here (sqlite.org/rescode.html). */
const SQLITE_BUSY = 5;
const SQLITE_CORRUPT = 11;
const SQLITE_FULL = 13;
const SQLITE_NOTADB = 26;
/** An extended code: opening a database found no room for the shared-memory index of its write-ahead log. */
const SQLITE_IOERR_SHMSIZE = 4874;
/** Permission denied, read-only, cannot open. */
const SQLITE_UNWRITABLE: readonly number[] = [3, 8, 14];

/** SQLite's primary result code; undefined where the error is not SQLite's. */
function sqliteCode(error: unknown): number | undefined {
  const code = (error as { errcode?: unknown } | null)?.errcode;
  return typeof code === 'number' ? code & 0xff : undefined;
}

function fileCode(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : undefined;
}

export function isBusy(error: unknown): boolean {
  return sqliteCode(error) === SQLITE_BUSY;
}

export function isFull(error: unknown): boolean {
  return sqliteCode(error) === SQLITE_FULL || fileCode(error) === 'ENOSPC' || fileCode(error) === 'EDQUOT';
}

/** Includes a number that no row of ours can hold, which SQLite's binding refuses to return. */
export function isDamage(error: unknown): boolean {
  const code = sqliteCode(error);
  return fileCode(error) === 'ERR_OUT_OF_RANGE' || code === SQLITE_CORRUPT || code === SQLITE_NOTADB;
}

/**
 * An error met while a file in the data directory was made, opened or written: HESABU_DISK_FULL, HESABU_LOG_DAMAGED,
 * HESABU_DATA_UNWRITABLE, or HESABU_LOG_FAILED for the rest.
 */
export function storageError(error: unknown, path: string): HesabuError {
  if (error instanceof HesabuError) return error;
  const where = { where: path, found: error instanceof Error ? error.message : String(error) };
  // In an append this error would leave the state of the disk unknown; only here does it simply mean a full disk.
  const isIndexFull = (error as { errcode?: unknown } | null)?.errcode === SQLITE_IOERR_SHMSIZE;
  if (isFull(error) || isIndexFull) return new HesabuError('HESABU_DISK_FULL', where, error);
  if (isDamage(error)) return new HesabuError('HESABU_LOG_DAMAGED', where, error);
  const code = sqliteCode(error);
  const isUnwritable = code === undefined ? fileCode(error) !== 'EIO' : SQLITE_UNWRITABLE.includes(code);
  return new HesabuError(isUnwritable ? 'HESABU_DATA_UNWRITABLE' : 'HESABU_LOG_FAILED', where, error);
}
