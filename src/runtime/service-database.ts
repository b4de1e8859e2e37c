// service.db: what the live service must remember apart from the log: taken poll slots, delivered messages, answered
// requests. All of it can be derived again from facts, entries and deadlines; then some messages are sent twice. Each
// component has its own tables here.

import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { storageError } from './storage-errors.ts';

/** Opens DIR/service.db, made if missing. A commit is durable when it returns. */
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
