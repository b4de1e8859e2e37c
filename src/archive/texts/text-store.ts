// What people write of a case: DIR/texts/, a file a text, named by the SHA-256 of its bytes. A fact has only that hash,
// so a text can be erased and every proof still holds.

import { hash } from 'node:crypto';
import { existsSync, mkdirSync } from 'node:fs';
import { open, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { syncDirectory } from '../../runtime/directories.ts';
import { storageError } from '../../runtime/storage-errors.ts';

const NAME = /^[0-9a-f]{64}$/;

export class TextStore {
  private readonly folder: string;
  private written = 0;

  constructor(dir: string) {
    this.folder = join(dir, 'texts');
  }

  /** Keeps a text, and resolves with its hash when it is on the disk. Throws as `storageError` has it. */
  async keep(text: string): Promise<string> {
    const bytes = Buffer.from(text);
    const name = hash('sha256', bytes, 'hex');
    const path = this.pathOf(name);
    if (existsSync(path)) return name;
    const temporary = join(this.folder, `.${process.pid}.${this.written++}`);
    try {
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
      const file = await open(temporary, 'wx', 0o600);
      try {
        await file.writeFile(bytes);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(temporary, path);
      syncDirectory(dirname(path));
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
