// Runs a function while no other process runs one under the same lock. Without it, two processes that read, change and
// write back the same file would overwrite each other's changes.

import { closeSync, existsSync, openSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { HesabuError } from '../domain/errors.ts';
import { isBusy, storageError } from './storage-errors.ts';

const WAIT_MILLIS_MAX = 5_000;

/**
 * The lock belongs to the operating system, on a file of its own, so it is released when the process ends, however it
 * ends. Throws HESABU_DATA_LOCKED if another process holds it too long.
 */
export function withFileLock<Result>(path: string, act: () => Result): Result {
  const lock = acquire(path);
  try {
    return act();
  } finally {
    lock.close();
  }
}

function acquire(path: string): DatabaseSync {
  let lock: DatabaseSync | undefined;
  try {
    if (!existsSync(path)) closeSync(openSync(path, 'a', 0o600));
    lock = new DatabaseSync(path, { timeout: WAIT_MILLIS_MAX });
    lock.exec('PRAGMA journal_mode = MEMORY');
    lock.exec('BEGIN EXCLUSIVE');
    return lock;
  } catch (error) {
    lock?.close();
    if (isBusy(error)) throw new HesabuError('HESABU_DATA_LOCKED', { where: path }, error);
    throw storageError(error, path);
  }
}
