// The data directory's files: made for their owner only, locked against other processes, opened so that a commit is on
// the disk when it returns.

import { closeSync, existsSync, openSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { crc32 } from 'node:zlib';
import { HesabuError } from '../domain/errors.ts';
import { isBusy, storageError } from '../runtime/storage-errors.ts';
import { BATCHES_SCHEMA } from './batch-rows.ts';

/** Raised when the files' own layout changes. */
const DATA_VERSION = 1;
/** Large enough that a batch fills few pages, small enough that a single fact does not write much. */
export const PAGE_SIZE = 16_384;

export const databasePath = (dir: string): string => join(dir, 'hesabu.db');
const lockPath = (dir: string): string => join(dir, 'hesabu.lock');

/**
 * Makes an empty file for the owner only, where there is none. A file that exists is not even opened: closing it again
 * would give up the locks that this process's other connections hold on it, as POSIX has it.
 */
function makeFile(path: string): void {
  if (!existsSync(path)) closeSync(openSync(path, 'wx', 0o600));
}

/**
 * Takes the directory for this process, or throws HESABU_DATA_LOCKED at once. The lock is one of the operating system's
 * on a file of its own, so it goes when the process does, however it ends, and readers within the process are free.
 */
export function lockDirectory(dir: string): DatabaseSync {
  const path = lockPath(dir);
  let lock: DatabaseSync | undefined;
  try {
    makeFile(path);
    lock = new DatabaseSync(path, { timeout: 0 });
    lock.exec('PRAGMA journal_mode = MEMORY');
    lock.exec('BEGIN EXCLUSIVE');
    return lock;
  } catch (error) {
    lock?.close();
    if (isBusy(error)) throw new HesabuError('HESABU_DATA_LOCKED', { where: dir }, error);
    throw storageError(error, path);
  }
}

export interface OpenedDatabase {
  readonly database: DatabaseSync;
  /** As stored, whatever was asked for. */
  readonly partitions: number;
}

/** Opens the database for writing, and makes it where it is new. `pagesMax` limits its size as a full disk would. */
export function openDatabase(dir: string, partitions: number, pagesMax?: number): OpenedDatabase {
  const path = databasePath(dir);
  let database: DatabaseSync | undefined;
  try {
    makeFile(path);
    database = new DatabaseSync(path, { timeout: 1000 });
    database.exec(`PRAGMA page_size = ${PAGE_SIZE}`);
    demand(database, 'journal_mode', 'WAL', 'wal');
    demand(database, 'synchronous', 'FULL', 2);
    // Checkpoints are asked for by the log: SQLite would keep a failed one to itself.
    database.exec('PRAGMA wal_autocheckpoint = 0; PRAGMA fullfsync = 1');
    if (pagesMax !== undefined) database.exec(`PRAGMA max_page_count = ${pagesMax}`);
    return { database, partitions: readMeta(database, path) ?? createTables(database, partitions) };
  } catch (error) {
    database?.close();
    throw storageError(error, path);
  }
}

/**
 * Opens the database for reading only, beside the connection that writes. Whoever holds the lock and has no such
 * connection is `alone`: then nothing at all is written, not even the files that SQLite keeps beside an open database.
 */
export function openForReading(dir: string, alone = false): OpenedDatabase {
  const path = databasePath(dir);
  let database: DatabaseSync | undefined;
  try {
    const isStill = alone && changesSize(dir) === 0;
    database = new DatabaseSync(isStill ? stillUrl(path) : path, { readOnly: true, timeout: 1000 });
    const partitions = readMeta(database, path);
    if (partitions === undefined) throw wrongVersion(path, 'no log in it');
    return { database, partitions };
  } catch (error) {
    database?.close();
    throw storageError(error, path);
  }
}

/** What the database's header says of itself (sqlite.org/fileformat.html, 1.3). To be called while it is closed. */
export function readSettings(dir: string): { readonly hasWal: boolean; readonly pageSize: number } {
  const header = Buffer.alloc(20);
  const descriptor = openSync(databasePath(dir), 'r');
  try {
    readSync(descriptor, header, 0, header.length, 0);
  } finally {
    closeSync(descriptor);
  }
  return { hasWal: header[18] === 2 && header[19] === 2, pageSize: header.readUInt16BE(16) };
}

/** Bytes of changes that are not in the database's own file yet: after a crash, or while a process writes. */
export function changesSize(dir: string): number {
  return statSync(`${databasePath(dir)}-wal`, { throwIfNoEntry: false })?.size ?? 0;
}

/** Tells SQLite that nobody changes the file (sqlite.org/uri.html, `immutable`). */
function stillUrl(path: string): URL {
  const url = pathToFileURL(path);
  url.searchParams.set('immutable', '1');
  return url;
}

function demand(database: DatabaseSync, pragma: string, value: string, expected: string | number): void {
  database.exec(`PRAGMA ${pragma} = ${value}`);
  const found = database.prepare(`PRAGMA ${pragma}`).get()?.[pragma];
  if (found === expected) return;
  const detail = { where: pragma, expected: `${expected}`, found: `${found}` };
  throw new HesabuError('HESABU_LOG_FAILED', { ...detail, remedy: 'Use a file system that SQLite can make durable.' });
}

function createTables(database: DatabaseSync, partitions: number): number {
  const crc = metaCrc(DATA_VERSION, partitions);
  database.exec(`BEGIN;
    CREATE TABLE meta (version INTEGER NOT NULL, partitions INTEGER NOT NULL, crc INTEGER NOT NULL) STRICT;
    INSERT INTO meta VALUES (${DATA_VERSION}, ${partitions}, ${crc});
    ${BATCHES_SCHEMA}
    COMMIT;`);
  return partitions;
}

/** The number of partitions that the log was made with; undefined where the database is new. */
function readMeta(database: DatabaseSync, path: string): number | undefined {
  const tables = database.prepare('SELECT name FROM sqlite_schema').all();
  if (tables.length === 0) return undefined;
  if (!tables.some((table) => table.name === 'meta'))
    throw wrongVersion(path, "another program's database", 'Use another directory.');
  const meta = database.prepare('SELECT version, partitions, crc FROM meta').get();
  const [version, partitions] = [Number(meta?.version), Number(meta?.partitions)];
  if (meta?.crc !== metaCrc(version, partitions)) {
    throw new HesabuError('HESABU_LOG_DAMAGED', { where: path, found: 'another checksum of its settings' });
  }
  if (version !== DATA_VERSION) throw wrongVersion(path, `version ${version}`);
  return partitions;
}

function metaCrc(version: number, partitions: number): number {
  return crc32(`${version}/${partitions}`);
}

function wrongVersion(path: string, found: string, remedy?: string): HesabuError {
  const detail = { where: path, expected: `version ${DATA_VERSION}`, found };
  return new HesabuError('HESABU_DATA_VERSION', remedy === undefined ? detail : { ...detail, remedy });
}
