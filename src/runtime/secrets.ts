// The secrets of a data directory, each a file that only its owner may read, made when it is first needed.

import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { threadId } from 'node:worker_threads';
import { syncDirectory } from './directories.ts';
import { storageError } from './storage-errors.ts';

/** Reads DIR/keys/NAME; makes it of `make`'s bytes, with mode 0600, where there is none. */
export function readSecret(dir: string, name: string, make: () => Uint8Array): Buffer {
  const folder = join(dir, 'keys');
  const path = join(folder, name);
  try {
    try {
      return readFileSync(path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    // Written whole under another name and then linked: the file appears at once, and never twice.
    const temporary = join(folder, `${name}.${process.pid}.${threadId}`);
    try {
      writeFileSync(temporary, make(), { mode: 0o600, flush: true });
      linkSync(temporary, path);
      syncDirectory(folder);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    } finally {
      rmSync(temporary, { force: true });
    }
    return readFileSync(path);
  } catch (error) {
    throw storageError(error, path);
  }
}
