// Databases that are only read, beside the process that writes them or alone, and whole copies of them.

import { statSync, writeFileSync } from 'node:fs';
import { backup, DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { HesabuError } from '../domain/errors.ts';
import { isFull, storageError } from './storage-errors.ts';

/** How long a reader waits where a process that starts or ends has the database to itself. */
const READ_WAIT_MILLIS = 10_000;
/** Pages between two words of progress. */
const COPY_PAGES = 2_000;

/** Bytes of changes that are not yet in a database's own file: after a crash, or while a process writes. */
export function changesBeside(path: string): number {
  return statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0;
}

/**
 * `alone` means that no process has it open, and the caller keeps them out: then nothing is written, not even the files
 * that SQLite keeps beside an open database.
 */
export function openReadOnly(path: string, alone: boolean): DatabaseSync {
  const isImmutable = alone && changesBeside(path) === 0;
  return new DatabaseSync(isImmutable ? immutableUrl(path) : path, { readOnly: true, timeout: READ_WAIT_MILLIS });
}

/** Tells SQLite that no process changes the file (sqlite.org/uri.html, `immutable`). */
function immutableUrl(path: string): URL {
  const url = pathToFileURL(path);
  url.searchParams.set('immutable', '1');
  return url;
}

/**
 * Copies a database as it is now into a new file of its owner alone, whatever a process beside writes meanwhile. Throws
 * HESABU_OUT_UNWRITABLE if the copy has no room.
 */
export async function copyDatabase(
  path: string,
  copy: string,
  alone: boolean,
  onBytes: (done: number) => void,
): Promise<void> {
  let database: DatabaseSync | undefined;
  try {
    database = openReadOnly(path, alone);
    const { page_size: pageSize } = database.prepare('PRAGMA page_size').get() as { page_size: number };
    // One moment is read throughout. Without it, each change by another process would let the copy begin again.
    database.exec('BEGIN');
    database.prepare('SELECT count(*) FROM sqlite_schema').get();
    writeFileSync(copy, '', { mode: 0o600, flag: 'wx' });
    const progress = ({ totalPages, remainingPages }: { totalPages: number; remainingPages: number }) =>
      onBytes((totalPages - remainingPages) * pageSize);
    await backup(database, copy, { rate: COPY_PAGES, progress });
  } catch (error) {
    if (isFull(error)) throw new HesabuError('HESABU_OUT_UNWRITABLE', { where: copy, found: 'a full disk' }, error);
    throw storageError(error, path);
  } finally {
    database?.close();
  }
}
