// service.db: what the live service must remember beside the log: which poll slots were taken, which messages were
// delivered, which requests were answered. All of it can be derived again from facts, entries and deadlines, at the
// price of saying some things twice. Each part keeps tables of its own here.

import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { storageError } from './storage-errors.ts';

/** Opens DIR/service.db, made where there is none. A commit is on the disk when it returns. */
export function openServiceDatabase(dir: string): DatabaseSync {
  const path = join(dir, 'service.db');
  try {
    const database = new DatabaseSync(path);
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 2000');
    return database;
  } catch (error) {
    throw storageError(error, path);
  }
}

/** Runs `act` in one transaction: all of it is kept, or nothing. */
export function inTransaction<Result>(database: DatabaseSync, act: () => Result): Result {
  database.exec('BEGIN IMMEDIATE');
  try {
    const result = act();
    database.exec('COMMIT');
    return result;
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}
