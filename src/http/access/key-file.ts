// A file of DIR/keys that commands change and a running service reads: only its owner may read it, no change is lost,
// and a change counts at once.

import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { z } from 'zod';
import { HesabuError } from '../../domain/errors.ts';
import { syncDirectory } from '../../runtime/directories.ts';
import { withFileLock } from '../../runtime/file-lock.ts';
import { storageError } from '../../runtime/storage-errors.ts';

/** What a file is called, what it holds, and how a person gets a new one. */
export interface KeyFileKind<Content> {
  readonly name: string;
  readonly schema: z.ZodType<Content>;
  /** What it holds while there is none. */
  readonly empty: Content;
  readonly title: string;
  readonly remedy: string;
}

export class KeyFile<Content> {
  private readonly kind: KeyFileKind<Content>;
  private readonly folder: string;
  private readonly path: string;
  private content: Content;
  /** The file at the last read: its time, size and inode. */
  private version = '';

  /** Throws HESABU_CONFIG_INVALID if the file is not valid, as `read` and `change` do. */
  constructor(dir: string, kind: KeyFileKind<Content>) {
    this.kind = kind;
    this.content = kind.empty;
    this.folder = join(dir, 'keys');
    this.path = join(this.folder, kind.name);
    this.read();
  }

  /** The same object as long as the file stays as it is. */
  read(): Content {
    try {
      const stats = statSync(this.path, { throwIfNoEntry: false });
      const version = stats === undefined ? 'none' : `${stats.mtimeMs} ${stats.size} ${stats.ino}`;
      if (version !== this.version) {
        this.content = stats === undefined ? this.kind.empty : this.parse(readFileSync(this.path, 'utf8'));
        this.version = version;
      }
      return this.content;
    } catch (error) {
      throw storageError(error, this.path);
    }
  }

  /** No other process changes the file between read and write: a revocation must not be overwritten. */
  change(changed: (content: Content) => Content): void {
    try {
      mkdirSync(this.folder, { recursive: true, mode: 0o700 });
    } catch (error) {
      throw storageError(error, this.path);
    }
    withFileLock(`${this.path}.lock`, () => {
      this.version = '';
      this.write(changed(this.read()));
    });
  }

  private parse(text: string): Content {
    try {
      return this.kind.schema.parse(JSON.parse(text));
    } catch (error) {
      const { title, remedy } = this.kind;
      throw new HesabuError('HESABU_CONFIG_INVALID', { where: this.path, expected: title, remedy }, error);
    }
  }

  /** Written under another name and then renamed: a concurrent reader sees either the old or the new file. */
  private write(content: Content): void {
    const temporary = `${this.path}.${process.pid}`;
    try {
      writeFileSync(temporary, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600, flush: true });
      renameSync(temporary, this.path);
      syncDirectory(this.folder);
    } catch (error) {
      rmSync(temporary, { force: true });
      throw storageError(error, this.path);
    }
    this.read();
  }
}
