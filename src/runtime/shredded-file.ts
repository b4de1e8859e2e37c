// Replaces a file so that nothing of its old content is left in it: beside the new name, the old bytes are overwritten.
// What a disk keeps of blocks that were overwritten is out of reach.

import { closeSync, fstatSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { threadId } from 'node:worker_threads';
import { syncDirectory } from './directories.ts';
import { storageError } from './storage-errors.ts';

const PIECE_BYTES = 1 << 20;

/** Replaces `path` at once, and durably, by what `write` writes into a new file of its owner alone. */
export function replaceShredded(path: string, write: (file: number) => void): void {
  const temporary = `${path}.${process.pid}.${threadId}`;
  try {
    const old = openIfThere(path);
    try {
      const file = openSync(temporary, 'w', 0o600);
      try {
        write(file);
        fsyncSync(file);
      } finally {
        closeSync(file);
      }
      renameSync(temporary, path);
      syncDirectory(dirname(path));
      if (old !== undefined) overwrite(old);
    } finally {
      if (old !== undefined) closeSync(old);
      rmSync(temporary, { force: true });
    }
  } catch (error) {
    throw storageError(error, path);
  }
}

/** Removes a file; its bytes are overwritten. */
export function removeShredded(path: string): void {
  try {
    const file = openIfThere(path);
    if (file === undefined) return;
    try {
      rmSync(path);
      syncDirectory(dirname(path));
      overwrite(file);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    throw storageError(error, path);
  }
}

function openIfThere(path: string): number | undefined {
  try {
    return openSync(path, 'r+');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** A file that has another name too is somebody's copy, made by a hard link: it stays. */
function overwrite(file: number): void {
  const { nlink, size } = fstatSync(file);
  if (nlink > 0) return;
  const zeros = Buffer.alloc(Math.min(size, PIECE_BYTES));
  for (let at = 0; at < size; ) at += writeSync(file, zeros, 0, Math.min(zeros.length, size - at), at);
  fsyncSync(file);
}
