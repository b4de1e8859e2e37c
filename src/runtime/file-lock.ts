// Locks against other processes. Without them, two processes that read, change and write back the same file would
// overwrite each other's changes.

import { closeSync, existsSync, openSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { HesabuError } from '../domain/errors.ts';
import { isBusy, storageError } from './storage-errors.ts';

const WAIT_MILLIS_MAX = 5_000;

/** Throws HESABU_DATA_LOCKED if another process holds the lock too long. */
export function withFileLock<Result>(path: string, act: () => Result): Result {
  const lock = acquireLock(path, WAIT_MILLIS_MAX, path);
  try {
    return act();
  } finally {
    lock.close();
  }
}

/** Keeps others from taking the lock, not from sharing it, until the connection is closed; undefined if it is taken. */
export function shareLock(path: string): DatabaseSync | undefined {
  let lock: DatabaseSync | undefined;
  try {
    if (!existsSync(path)) closeSync(openSync(path, 'a', 0o600));
    lock = new DatabaseSync(path, { readOnly: true, timeout: 0 });
    lock.exec('BEGIN');
    lock.prepare('SELECT name FROM sqlite_schema').all();
    return lock;
  } catch (error) {
    lock?.close();
    if (isBusy(error)) return undefined;
    throw storageError(error, path);
  }
}

/**
 * Takes a lock until the returned connection is closed. It belongs to the operating system, on a file of its own, so it
 * is released when the process ends, however it ends. Throws HESABU_DATA_LOCKED, about `where`, if another process
 * holds it for longer than `waitMillis`.
 */
export function acquireLock(path: string, waitMillis: number, where: string): DatabaseSync {
  let lock: DatabaseSync | undefined;
  try {
    // An existing file is not even opened: by POSIX, closing it would release the locks that this process holds on it.
    if (!existsSync(path)) closeSync(openSync(path, 'a', 0o600));
    lock = new DatabaseSync(path, { timeout: waitMillis });
    lock.exec('PRAGMA journal_mode = MEMORY');
    lock.exec('BEGIN EXCLUSIVE');
    return lock;
  } catch (error) {
    lock?.close();
    if (isBusy(error)) throw new HesabuError('HESABU_DATA_LOCKED', { where }, error);
    throw storageError(error, path);
  }
}
