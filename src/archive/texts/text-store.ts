// Texts that a fact has only the hash of: a folder with a file a text, named by the SHA-256 of its bytes. What people
// write of a case is in DIR/texts/, so that it can be erased and every proof still holds; statements of closed days are
// in DIR/statements/.

import { hash, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { open, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { makeDurably, syncDirectoryBeside } from '../../runtime/directories.ts';
import { storageError } from '../../runtime/storage-errors.ts';

const NAME = /^[0-9a-f]{64}$/;

/** Where the statements of closed days are. */
export const STATEMENTS_FOLDER = 'statements';

export class TextStore {
  private readonly folder: string;

  constructor(dir: string, folder: 'texts' | typeof STATEMENTS_FOLDER) {
    this.folder = join(dir, folder);
  }

  /** Keeps a text, and resolves with its hash when it is on the disk. Throws as `storageError` has it. */
  async keep(text: string): Promise<string> {
    const bytes = Buffer.from(text);
    const name = hash('sha256', bytes, 'hex');
    const path = this.pathOf(name);
    if (existsSync(path)) return name;
    const temporary = join(this.folder, `.${randomUUID()}`);
    try {
      makeDurably(dirname(path));
      const file = await open(temporary, 'wx', 0o600);
      try {
        await file.writeFile(bytes);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(temporary, path);
      await syncDirectoryBeside(dirname(path));
    } catch (error) {
      await rm(temporary, { force: true });
      throw storageError(error, path);
    }
    return name;
  }

  /** Null where the text was erased, or never was here. */
  async read(name: string): Promise<string | null> {
    if (!NAME.test(name)) return null;
    try {
      return (await readFile(this.pathOf(name))).toString();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw storageError(error, this.pathOf(name));
    }
  }

  private pathOf(name: string): string {
    return join(this.folder, name.slice(0, 2), name);
  }
}
