// Output files appear whole or not at all: written beside their place under another name, made durable, then renamed.

import {
  accessSync,
  closeSync,
  constants,
  fsyncSync,
  openSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { HesabuError } from '../domain/errors.ts';
import { makeWithParents } from './directories.ts';

/**
 * Calls `write` with the name of a temporary file in the directory of `path` (made where missing), then puts that file
 * in the place of `path`. Where anything fails, what was at `path` stays and the temporary file goes.
 * Throws HESABU_OUT_UNWRITABLE where the directory or the disk is at fault.
 */
export async function replaceFile(path: string, write: (temporary: string) => void | Promise<void>): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}.${process.pid}.tmp`);
  try {
    makeWithParents(dirname(path));
    await write(temporary);
    makeDurable(temporary);
    renameSync(temporary, path);
  } catch (error) {
    discard(temporary);
    throw unwritable(path, error);
  }
}

/**
 * Makes a directory for output files where it is missing, so that a command can tell before its work that it could not
 * write its results. Throws HESABU_OUT_UNWRITABLE, also where the directory is there and may not be written.
 */
export function makeOutput(dir: string): void {
  try {
    makeWithParents(dir);
    // The dot makes a file of that name a fault too.
    accessSync(`${dir}/.`, constants.W_OK);
  } catch (error) {
    throw unwritable(dir, error);
  }
}

/** Writes a file of known content into a directory, which is made where missing; as replaceFile does. */
export async function writeWhole(dir: string, name: string, content: string | Uint8Array): Promise<void> {
  await replaceFile(join(dir, name), (temporary) => writeFileSync(temporary, content));
}

/** Where even this fails there is nothing to discard, and the first fault is the one to tell. */
function discard(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {}
}

function makeDurable(path: string): void {
  const file = openSync(path, 'r');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** Only a fault of the file system is told as one; any other error is passed on as it is. */
function unwritable(path: string, error: unknown): unknown {
  const isSystem = error instanceof Error && 'syscall' in error && 'code' in error;
  return isSystem ? new HesabuError('HESABU_OUT_UNWRITABLE', { where: path, found: String(error.code) }, error) : error;
}

const CHUNK_LENGTH = 1 << 18;

/** Appends texts to a new file, a chunk at a time, so that no more than one chunk is in memory. */
export class TextFile {
  private readonly file: number;
  private pending = '';

  constructor(path: string) {
    this.file = openSync(path, 'w');
  }

  write(text: string): void {
    this.pending += text;
    if (this.pending.length >= CHUNK_LENGTH) this.flush();
  }

  close(): void {
    try {
      this.flush();
    } finally {
      closeSync(this.file);
    }
  }

  private flush(): void {
    const bytes = Buffer.from(this.pending);
    this.pending = '';
    for (let at = 0; at < bytes.length; ) at += writeSync(this.file, bytes, at);
  }
}
