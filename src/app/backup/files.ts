// The plain files of a directory, and copies of them in pieces.

import { closeSync, fstatSync, lstatSync, openSync, readdirSync, readSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { HesabuError } from '../../domain/errors.ts';
import { makeWithParents } from '../../runtime/directories.ts';
import { storageError } from '../../runtime/storage-errors.ts';

const CHUNK_BYTES = 1024 * 1024;

/** The paths of the plain files at or below `name`, from `dir`, in order. What vanishes meanwhile is left out. */
export function filesBelow(dir: string, name: string): string[] {
  const stats = lstatSync(join(dir, name), { throwIfNoEntry: false });
  if (stats?.isFile() === true) return [name];
  if (stats?.isDirectory() !== true) return [];
  return readdirSync(join(dir, name))
    .toSorted()
    .flatMap((child) => filesBelow(dir, join(name, child)));
}

/** Copies what a file has now, for its owner alone; it may grow meanwhile. One that is gone is not copied. */
export function copyFile(from: string, to: string, onBytes: (bytes: number) => void): void {
  const source = opened(from);
  if (source === undefined) return;
  let target: number | undefined;
  try {
    target = made(to);
    const { size } = fstatSync(source);
    const buffer = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, Math.max(1, size)));
    for (let at = 0; at < size; ) {
      const read = readAt(source, buffer, Math.min(buffer.length, size - at), at, from);
      if (read === 0) break;
      write(target, buffer.subarray(0, read), to);
      at += read;
      onBytes(read);
    }
  } finally {
    closeSync(source);
    if (target !== undefined) closeSync(target);
  }
}

function opened(path: string): number | undefined {
  try {
    return openSync(path, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw storageError(error, path);
  }
}

function made(path: string): number {
  try {
    makeWithParents(dirname(path), 0o700);
    return openSync(path, 'wx', 0o600);
  } catch (error) {
    throw unwritable(error, path);
  }
}

function readAt(file: number, buffer: Buffer, length: number, at: number, path: string): number {
  try {
    return readSync(file, buffer, 0, length, at);
  } catch (error) {
    throw storageError(error, path);
  }
}

function write(file: number, bytes: Buffer, path: string): void {
  try {
    for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
  } catch (error) {
    throw unwritable(error, path);
  }
}

/** An error of the file system that the copy goes to. */
export function unwritable(error: unknown, where: string): unknown {
  const code = (error as NodeJS.ErrnoException | null)?.code;
  if (error instanceof HesabuError || code === undefined) return error;
  return new HesabuError('HESABU_OUT_UNWRITABLE', { where, found: code }, error);
}
