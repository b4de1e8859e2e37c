// Directories that are made for their owner only, and whose changes are made durable.

import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { storageError } from './storage-errors.ts';

/** Makes a directory and its parents, for the owner only; one that exists is left as it is. */
export function makeDirectory(dir: string): void {
  try {
    makeWithParents(dir, 0o700);
    if (!statSync(dir).isDirectory()) throw new Error('something that is not a directory');
  } catch (error) {
    throw storageError(error, dir);
  }
}

/**
 * Makes a directory and its parents where they are missing. Node's own recursive mkdir never ends where the kernel
 * answers "no such file" below a directory that exists.
 */
export function makeWithParents(dir: string, mode?: number): void {
  if (existsSync(dir)) return;
  const parent = dirname(resolve(dir));
  if (parent !== resolve(dir)) makeWithParents(parent, mode);
  mkdirSync(dir, mode === undefined ? {} : { mode });
}

/** Makes what was renamed or removed in a directory durable. */
export function syncDirectory(dir: string): void {
  const descriptor = openSync(dir, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
