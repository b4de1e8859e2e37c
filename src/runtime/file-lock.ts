// Does something while no other process does the same: who reads a file, changes it and writes it back would else write
// over what another wrote meanwhile.

import { closeSync, existsSync, openSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { HesabuError } from '../domain/errors.ts';
import { isBusy, storageError } from './storage-errors.ts';

const WAIT_MILLIS_MAX = 5_000;

/**
 * The lock is one of the operating system's on a file of its own, so it goes when the process does, however it ends.
 * Throws HESABU_DATA_LOCKED where another keeps it too long.
 */
export function withFileLock<Result>(path: string, act: () => Result): Result {
  const lock = take(path);
  try {
    return act();
  } finally {
    lock.close();
  }
}

function take(path: string): DatabaseSync {
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
