// The files of the data directory: for their owner only, locked against other processes, opened so that a commit is
// durable when it returns.

import { closeSync, existsSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { crc32 } from 'node:zlib';
import { HesabuError } from '../domain/errors.ts';
import { acquireLock, shareLock } from '../runtime/file-lock.ts';
import { changesBeside, openReadOnly } from '../runtime/read-only-database.ts';
import { confirmDamage, storageError } from '../runtime/storage-errors.ts';
import { forbidChanges } from './append-only.ts';
import { BATCHES_SCHEMA } from './batch-rows.ts';

/** To be raised when the layout of the files changes. */
const DATA_VERSION = 1;
/** Large enough for a batch to fill few pages, small enough for a single fact to write little. */
const PAGE_SIZE = 16_384;
/** What a row adds to the write-ahead log beside its payload: its own page, and the page of the index. */
export const ROW_BYTES = 2 * PAGE_SIZE;

export const databasePath = (dir: string): string => join(dir, 'hesabu.db');
export const lockPath = (dir: string): string => join(dir, 'hesabu.lock');

/**
 * Makes an empty file for the owner only, if it is missing. An existing file is not even opened: by POSIX, closing it
 * would release the locks that this process's other connections hold on it.
 */
function makeFile(path: string): void {
  if (!existsSync(path)) closeSync(openSync(path, 'wx', 0o600));
}

/** Takes the directory for this process, or throws HESABU_DATA_LOCKED at once. Readers go on. */
export function lockDirectory(dir: string): DatabaseSync {
  return acquireLock(lockPath(dir), 0, dir);
}

/** Keeps writers out of the directory, and no readers; undefined if a process writes. */
export function shareDirectory(dir: string): DatabaseSync | undefined {
  return shareLock(lockPath(dir));
}

export interface OpenedDatabase {
  readonly database: DatabaseSync;
  /** As stored, whatever number was requested. */
  readonly partitions: number;
}

/** Opens the database for appending; makes it if it is new. `pagesMax` limits its size, like a full disk. */
export function openDatabase(dir: string, partitions: number, pagesMax?: number): OpenedDatabase {
  return confirmDamage(databasePath(dir), () => openToAppend(dir, partitions, pagesMax), close);
}

function close({ database }: OpenedDatabase): void {
  database.close();
}

function openToAppend(dir: string, partitions: number, pagesMax?: number): OpenedDatabase {
  const path = databasePath(dir);
  let database: DatabaseSync | undefined;
  try {
    makeFile(path);
    database = new DatabaseSync(path, { timeout: 1000 });
    database.exec(`PRAGMA page_size = ${PAGE_SIZE}`);
    requirePragma(database, 'journal_mode', 'WAL', 'wal');
    requirePragma(database, 'synchronous', 'FULL', 2);
    // The log runs checkpoints itself: SQLite would not report a failed one.
    database.exec('PRAGMA wal_autocheckpoint = 0; PRAGMA fullfsync = 1');
    if (pagesMax !== undefined) database.exec(`PRAGMA max_page_count = ${pagesMax}`);
    const stored = readMeta(database, path) ?? createTables(database, partitions);
    forbidChanges(database);
    return { database, partitions: stored };
  } catch (error) {
    database?.close();
    throw storageError(error, path);
  }
}

/**
 * Opens the database read-only, beside the connection that writes. `alone` means that the caller holds the lock and
 * has no such connection: then nothing is written, not even the files that SQLite keeps beside an open database.
 */
export function openForReading(dir: string, alone = false): OpenedDatabase {
  return confirmDamage(databasePath(dir), () => openToRead(dir, alone), close);
}

function openToRead(dir: string, alone: boolean): OpenedDatabase {
  const path = databasePath(dir);
  let database: DatabaseSync | undefined;
  try {
    database = openReadOnly(path, alone);
    const partitions = readMeta(database, path);
    if (partitions === undefined) throw noLog(path);
    return { database, partitions };
  } catch (error) {
    database?.close();
    throw storageError(error, path);
  }
}

/** The settings in the database's header (sqlite.org/fileformat.html, 1.3). Call this while it is closed. */
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

/** Bytes of changes that are not yet in the database's own file: after a crash, or while a process writes. */
export function changesSize(dir: string): number {
  return changesBeside(databasePath(dir));
}

function requirePragma(database: DatabaseSync, pragma: string, value: string, expected: string | number): void {
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

/** The number of partitions that the log was made with; undefined for a new database. */
function readMeta(database: DatabaseSync, path: string): number | undefined {
  const tables = database.prepare('SELECT name FROM sqlite_schema').all();
  if (tables.length === 0) return undefined;
  if (!tables.some((table) => table.name === 'meta'))
    throw wrongVersion(path, "another program's database", 'Use another directory.');
  const meta = database.prepare('SELECT version, partitions, crc FROM meta').get();
  const [version, partitions] = [Number(meta?.version), Number(meta?.partitions)];
  if (meta?.crc !== metaCrc(version, partitions)) {
    throw new HesabuError('HESABU_LOG_DAMAGED', { where: path, found: 'a wrong checksum of its settings' });
  }
  if (version !== DATA_VERSION) throw wrongVersion(path, `version ${version}`);
  return partitions;
}

function metaCrc(version: number, partitions: number): number {
  return crc32(`${version}/${partitions}`);
}

/** What a process leaves that was killed before its first commit: nothing of it was ever acknowledged. */
function noLog(where: string): HesabuError {
  const remedy = 'Give the command that writes it once more: it ended before its first record.';
  return new HesabuError('HESABU_FILE_MISSING', { where, expected: 'a log', found: 'a database without one', remedy });
}

function wrongVersion(path: string, found: string, remedy?: string): HesabuError {
  const detail = { where: path, expected: `version ${DATA_VERSION}`, found };
  return new HesabuError('HESABU_DATA_VERSION', remedy === undefined ? detail : { ...detail, remedy });
}
