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
 * Calls `write` with the name of a temporary file in the directory of `path` (made if missing), then renames that file
 * to `path`. If anything fails, the old file at `path` stays and the temporary file is removed. Throws
 * HESABU_OUT_UNWRITABLE if the directory or the disk is the cause.
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
 * Makes a directory for output files if it is missing, so that a command knows before its work whether it can write
 * its results. Throws HESABU_OUT_UNWRITABLE, also if the directory exists but is not writable.
 */
export function makeOutput(dir: string): void {
  try {
    makeWithParents(dir);
    // The dot makes a file of that name an error too.
    accessSync(`${dir}/.`, constants.W_OK);
  } catch (error) {
    throw unwritable(dir, error);
  }
}

/** Writes a file with this content into a directory, which is made if missing; see replaceFile. */
export async function writeWhole(dir: string, name: string, content: string | Uint8Array): Promise<void> {
  await replaceFile(join(dir, name), (temporary) => writeFileSync(temporary, content));
}

/** If even this fails, there is nothing to discard, and the first error is the one to report. */
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

/** Only an error of the file system becomes HESABU_OUT_UNWRITABLE; any other error is passed on. */
function unwritable(path: string, error: unknown): unknown {
  const isSystem = error instanceof Error && 'syscall' in error && 'code' in error;
  return isSystem ? new HesabuError('HESABU_OUT_UNWRITABLE', { where: path, found: String(error.code) }, error) : error;
}

const CHUNK_LENGTH = 1 << 18;

/** Appends texts to a new file in chunks, so that at most one chunk is in memory. */
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
