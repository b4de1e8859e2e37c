// service.db: what the live service must remember apart from the log: who asked for what, taken poll slots, delivered
// messages, answered requests. All but the audit trail can be derived again from facts, entries and deadlines; then
// some messages are sent twice. Each component has its own tables here.

import { chmodSync, closeSync, openSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { storageError } from './storage-errors.ts';

/** The database and the files that SQLite keeps beside it, which have its mode when they are made. */
const FILES = ['', '-wal', '-shm'];

/** Opens DIR/service.db, made if missing, for its owner alone. A commit is durable when it returns. */
export function openServiceDatabase(dir: string): DatabaseSync {
  const path = join(dir, 'service.db');
  try {
    closeSync(openSync(path, 'a', 0o600));
    for (const end of FILES) closeToOthers(path + end);
    const database = new DatabaseSync(path);
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 2000');
    return database;
  } catch (error) {
    throw storageError(error, path);
  }
}

/** An earlier version made the files readable for all. */
function closeToOthers(path: string): void {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats !== undefined && (stats.mode & 0o077) !== 0) chmodSync(path, stats.mode & 0o700);
}

/** Does a single write. Throws storage errors such as HESABU_DISK_FULL. */
export function written<Result>(act: () => Result): Result {
  try {
    return act();
  } catch (error) {
    throw storageError(error, 'service.db');
  }
}

/** Runs `act` in one transaction: it commits everything or nothing. */
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

/** Adds a column to a table that an earlier version made without it. `column` is its name and type. */
export function addColumn(database: DatabaseSync, table: string, column: string): void {
  const [name] = column.split(' ');
  const columns = database.prepare(`PRAGMA table_info(${table})`).all();
  if (!columns.some((one) => one.name === name)) database.exec(`ALTER TABLE ${table} ADD COLUMN ${column}`);
}
