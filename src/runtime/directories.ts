// Directories that only their owner may use, and whose changes are made durable.

import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { storageError } from './storage-errors.ts';

/** Makes a directory and its parents, for the owner only; an existing one is not changed. */
export function makeDirectory(dir: string): void {
  try {
    makeWithParents(dir, 0o700);
    if (!statSync(dir).isDirectory()) throw new Error('something that is not a directory');
  } catch (error) {
    throw storageError(error, dir);
  }
}

/**
 * Makes a directory and its missing parents. Node's own recursive mkdir never returns if the kernel answers "no such
 * file" below an existing directory.
 */
export function makeWithParents(dir: string, mode?: number): void {
  if (existsSync(dir)) return;
  const parent = dirname(resolve(dir));
  if (parent !== resolve(dir)) makeWithParents(parent, mode);
  mkdirSync(dir, mode === undefined ? {} : { mode });
}

/** The same for the owner only, and on the disk for good: a file in it could be lost with it otherwise. */
export function makeDurably(dir: string): void {
  if (existsSync(dir)) return;
  const parent = dirname(resolve(dir));
  makeDurably(parent);
  mkdirSync(dir, { mode: 0o700 });
  syncDirectory(parent);
}

/** Makes renames and removals in a directory durable. */
export function syncDirectory(dir: string): void {
  const descriptor = openSync(dir, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** The same without a wait of this thread for the disk. */
export async function syncDirectoryBeside(dir: string): Promise<void> {
  const directory = await open(dir, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
