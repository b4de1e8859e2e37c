// Which parts of the database its write-ahead log changes, so that a close reads only those again.

import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { databasePath } from './data-directory.ts';

/** The format of SQLite's write-ahead log (sqlite.org/fileformat2.html, 4.1): a header, and a frame for each page. */
const LOG_HEADER_SIZE = 32;
const FRAME_HEADER_SIZE = 24;
const PAGE_SIZE_AT = 8;

/**
 * The numbers of the blocks that hold a page of the log. They are more than a checkpoint copies where the end of the
 * log was never committed, and all of them if none was copied since the log was empty.
 */
export function changedBlocks(dir: string, blockSize: number): Set<number> {
  const blocks = new Set<number>();
  const descriptor = openSync(`${databasePath(dir)}-wal`, 'r');
  try {
    const { size } = fstatSync(descriptor);
    const header = Buffer.alloc(LOG_HEADER_SIZE);
    readSync(descriptor, header, 0, LOG_HEADER_SIZE, 0);
    const pageSize = header.readUInt32BE(PAGE_SIZE_AT);
    const frameSize = FRAME_HEADER_SIZE + pageSize;
    for (let at = LOG_HEADER_SIZE; at + frameSize <= size; at += frameSize) {
      readSync(descriptor, header, 0, FRAME_HEADER_SIZE, at);
      // Pages are numbered from 1.
      blocks.add(Math.floor(((header.readUInt32BE(0) - 1) * pageSize) / blockSize));
    }
  } finally {
    closeSync(descriptor);
  }
  return blocks;
}
