// Turns errors of SQLite and the file system into the product's own codes.

import { closeSync, fsyncSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { HesabuError } from '../domain/errors.ts';

/** SQLite's primary result codes with a meaning of their own here (sqlite.org/rescode.html). */
const SQLITE_BUSY = 5;
const SQLITE_IOERR = 10;
const SQLITE_CORRUPT = 11;
const SQLITE_FULL = 13;
const SQLITE_NOTADB = 26;
/** An extended code: opening a database found no room for the shared-memory index of its write-ahead log. */
const SQLITE_IOERR_SHMSIZE = 4874;
/** What a device answers that failed or is gone. */
const DEVICE_ERRORS: readonly (string | undefined)[] = ['EIO', 'ENXIO', 'ENODEV', 'EREMOTEIO', 'ESTALE'];
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

/** Whether the device failed: then nothing is known of the bytes on it. */
export function isDeviceError(error: unknown): boolean {
  return sqliteCode(error) === SQLITE_IOERR || DEVICE_ERRORS.includes(fileCode(error));
}

/**
 * What the device below a file answers now, if it fails. A database whose device went away looks damaged to SQLite,
 * which then has pages that were never read. The directory is asked, for closing the file itself would release locks.
 */
export function deviceError(path: string): Error | undefined {
  let directory: number | undefined;
  try {
    directory = openSync(dirname(path), 'r');
    fsyncSync(directory);
  } catch (error) {
    if (isDeviceError(error)) return error as Error;
  } finally {
    if (directory !== undefined) closeSync(directory);
  }
  return undefined;
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
  if (isDamage(error)) {
    const device = deviceError(path);
    if (device !== undefined) return deviceFailure(path, device);
    return new HesabuError('HESABU_LOG_DAMAGED', where, error);
  }
  const code = sqliteCode(error);
  const isUnwritable = code === undefined ? !isDeviceError(error) : SQLITE_UNWRITABLE.includes(code);
  return new HesabuError(isUnwritable ? 'HESABU_DATA_UNWRITABLE' : 'HESABU_LOG_FAILED', where, error);
}

/**
 * Reads from a database. SQLite calls it damaged too where one read of its file failed; so what it calls damaged is
 * read once more. If that goes well, the device failed, and HESABU_LOG_FAILED says so; `drop` is given the result.
 */
export function confirmDamage<Result>(path: string, read: () => Result, drop?: (result: Result) => void): Result {
  try {
    return read();
  } catch (error) {
    if (!isDamage(error) && !(error instanceof HesabuError && isDamage(error.cause))) throw error;
    const result = read();
    drop?.(result);
    throw new HesabuError('HESABU_LOG_FAILED', { where: path, found: 'a read that failed, and then did not' }, error);
  }
}

export function deviceFailure(where: string, error: Error): HesabuError {
  return new HesabuError('HESABU_LOG_FAILED', { where, found: error.message }, error);
}
