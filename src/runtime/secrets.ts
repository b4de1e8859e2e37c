// The secrets of a data directory: files that only their owner may read, each made when it is first needed.

import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { threadId } from 'node:worker_threads';
import { syncDirectory } from './directories.ts';
import { storageError } from './storage-errors.ts';

/** Reads DIR/keys/NAME; if it is missing, makes it from the bytes of `make`, with mode 0600. */
export function readOrMakeSecret(dir: string, name: string, make: () => Uint8Array): Buffer {
  const folder = join(dir, 'keys');
  const path = join(folder, name);
  try {
    try {
      return readFileSync(path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    // Written whole under another name and then linked: the file appears at once, and only one process makes it.
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
