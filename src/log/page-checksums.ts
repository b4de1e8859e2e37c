// Checksums of every 64 KiB of a cleanly closed database, in a file beside it. Rows have their own checksums; these
// also find a flipped bit where SQLite keeps the order of its pages, or in unused space.

import {
  closeSync,
  existsSync,
  fstatSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { crc32 } from 'node:zlib';
import { syncDirectory } from '../runtime/directories.ts';
import type { OnFailpoint } from '../runtime/failpoints.ts';
import { changedBlocks } from './changed-blocks.ts';
import { changesSize, databasePath } from './data-directory.ts';

const BLOCK_SIZE = 64 * 1024;
const READ_SIZE = 64 * BLOCK_SIZE;
const MAGIC = 'HESABU-SEAL-1\n';
/** The magic, and the database's size. */
const HEADER_SIZE = MAGIC.length + 8;

export interface PageChecksumsFault {
  readonly file: string;
  /** The bytes from `from` (inclusive) to `to` (exclusive) have changed since the checksums were written. */
  readonly from: number;
  readonly to: number;
}

export interface PageChecksumsCheck {
  /** False without checksums: nothing was checked, because the log is in use or was not closed cleanly. */
  readonly sealed: boolean;
  readonly faults: readonly PageChecksumsFault[];
}

const checksumsPath = (dir: string): string => `${databasePath(dir)}.seal`;

export function hasPageChecksums(dir: string): boolean {
  return existsSync(checksumsPath(dir));
}

/** The checksums of the blocks of a database. */
export interface PageChecksums {
  readonly size: number;
  readonly sums: readonly number[];
}

/**
 * Durable before it returns; otherwise a write could survive together with outdated checksums. Returns what they were,
 * if they are whole and the database has no changes beside it.
 */
export function removePageChecksums(dir: string): PageChecksums | undefined {
  const known = changesSize(dir) === 0 ? parse(readFileSync(checksumsPath(dir))) : undefined;
  rmSync(checksumsPath(dir));
  syncDirectory(dir);
  return known;
}

/** The blocks of the database that the changes beside it touch. */
export function blocksWithChanges(dir: string): Set<number> {
  return changesSize(dir) === 0 ? new Set() : changedBlocks(dir, BLOCK_SIZE);
}

/**
 * Writes the checksums of a database that no connection of this process has open. Those of blocks that are not
 * `changed` are as `known`, whatever the disk says now; without them the whole database is read.
 */
export function writePageChecksums(
  dir: string,
  onFailpoint: OnFailpoint,
  known?: PageChecksums,
  changed: ReadonlySet<number> = new Set(),
): void {
  const { size, sums } = known === undefined ? sumsOf(databasePath(dir)) : sumsAfter(databasePath(dir), known, changed);
  const bytes = Buffer.alloc(HEADER_SIZE + sums.length * 4 + 4);
  bytes.write(MAGIC, 'latin1');
  bytes.writeBigUInt64BE(BigInt(size), MAGIC.length);
  sums.forEach((sum, index) => {
    bytes.writeUInt32BE(sum, HEADER_SIZE + index * 4);
  });
  bytes.writeUInt32BE(crc32(bytes.subarray(0, -4)), bytes.length - 4);
  const temporary = `${checksumsPath(dir)}.tmp`;
  writeFileSync(temporary, bytes, { mode: 0o600, flush: true });
  onFailpoint('seal:written-temp');
  renameSync(temporary, checksumsPath(dir));
  syncDirectory(dir);
  onFailpoint('seal:renamed');
}

/**
 * Compares the database with its checksums. Call this while the log is closed. A file of changes beside a database
 * with checksums is a fault too: a clean close leaves none.
 */
export function checkPageChecksums(dir: string): PageChecksumsCheck {
  const path = checksumsPath(dir);
  if (!existsSync(path)) return { sealed: false, faults: [] };
  const bytes = readFileSync(path);
  const stored = parse(bytes);
  if (stored === undefined) return { sealed: true, faults: [{ file: path, from: 0, to: bytes.length }] };
  const faults = databaseFaults(databasePath(dir), stored);
  const size = changesSize(dir);
  if (size > 0) faults.push({ file: `${databasePath(dir)}-wal`, from: 0, to: size });
  return { sealed: true, faults };
}

/** Undefined if these are not the bytes of a whole file of checksums. */
function parse(bytes: Buffer): PageChecksums | undefined {
  const isWhole =
    bytes.length >= HEADER_SIZE + 4 &&
    bytes.toString('latin1', 0, MAGIC.length) === MAGIC &&
    bytes.readUInt32BE(bytes.length - 4) === crc32(bytes.subarray(0, -4));
  if (!isWhole) return undefined;
  const count = (bytes.length - HEADER_SIZE - 4) / 4;
  const sums = Array.from({ length: count }, (_, index) => bytes.readUInt32BE(HEADER_SIZE + index * 4));
  return { size: Number(bytes.readBigUInt64BE(MAGIC.length)), sums };
}

function databaseFaults(file: string, stored: PageChecksums): PageChecksumsFault[] {
  const { size, sums } = existsSync(file) ? sumsOf(file) : { size: 0, sums: [] };
  const faults: PageChecksumsFault[] = [];
  for (let index = 0; index < Math.max(stored.sums.length, sums.length); index++) {
    if (sums[index] === stored.sums[index]) continue;
    const from = index * BLOCK_SIZE;
    faults.push({ file, from, to: Math.min(from + BLOCK_SIZE, Math.max(size, stored.size)) });
  }
  return faults;
}

/** The checksums after some blocks changed, and the file grew or shrank. */
function sumsAfter(path: string, known: PageChecksums, changed: ReadonlySet<number>): PageChecksums {
  const descriptor = openSync(path, 'r');
  try {
    const { size } = fstatSync(descriptor);
    const buffer = Buffer.allocUnsafe(BLOCK_SIZE);
    const sums: number[] = [];
    // The last block of before may be longer or shorter now.
    const last = Math.floor(Math.min(known.size, size) / BLOCK_SIZE);
    for (let index = 0; index * BLOCK_SIZE < size; index++) {
      const isKnown = !changed.has(index) && (index < last || known.size === size);
      if (isKnown) sums.push(known.sums[index]!);
      else sums.push(crc32(buffer.subarray(0, readSync(descriptor, buffer, 0, BLOCK_SIZE, index * BLOCK_SIZE))));
    }
    return { size, sums };
  } finally {
    closeSync(descriptor);
  }
}

/** The checksum of each block of a file. */
function sumsOf(path: string): PageChecksums {
  const descriptor = openSync(path, 'r');
  try {
    const size = fstatSync(descriptor).size;
    const sums: number[] = [];
    const buffer = Buffer.allocUnsafe(Math.min(READ_SIZE, size));
    for (let at = 0; at < size; ) {
      const read = readSync(descriptor, buffer, 0, buffer.length, at);
      if (read === 0) break;
      for (let from = 0; from < read; from += BLOCK_SIZE) {
        sums.push(crc32(buffer.subarray(from, Math.min(from + BLOCK_SIZE, read))));
      }
      at += read;
    }
    return { size, sums };
  } finally {
    closeSync(descriptor);
  }
}
