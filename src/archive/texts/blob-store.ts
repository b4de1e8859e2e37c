// Files that people add to cases: DIR/blobs/, each named by the SHA-256 of its bytes. A fact has only that hash, so a
// file can be erased and every proof still holds.

import { createHash } from 'node:crypto';
import { createReadStream, existsSync, type ReadStream, rmSync, statSync } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { makeDurably, syncDirectoryBeside } from '../../runtime/directories.ts';
import { storageError } from '../../runtime/storage-errors.ts';

const NAME = /^[0-9a-f]{64}$/;

export class BlobStore {
  private readonly folder: string;

  constructor(dir: string) {
    this.folder = join(dir, 'blobs');
  }

  /** Takes a file of the same disk over, and resolves with its hash when it is on the disk for good. */
  async take(path: string): Promise<string> {
    const sum = createHash('sha256');
    await pipeline(createReadStream(path), sum);
    const name = sum.digest('hex');
    const place = this.pathOf(name);
    if (existsSync(place)) return name;
    try {
      makeDurably(dirname(place));
      const file = await open(path, 'r+');
      await file.sync().finally(() => file.close());
      await rename(path, place);
      await syncDirectoryBeside(dirname(place));
    } catch (error) {
      throw storageError(error, place);
    }
    return name;
  }

  /** Null where it was erased, or never was here. */
  read(name: string): ReadStream | null {
    if (!NAME.test(name) || statSync(this.pathOf(name), { throwIfNoEntry: false }) === undefined) return null;
    return createReadStream(this.pathOf(name));
  }

  /** After a crash it may be here again. */
  remove(name: string): void {
    if (NAME.test(name)) rmSync(this.pathOf(name), { force: true });
  }

  private pathOf(name: string): string {
    return join(this.folder, name.slice(0, 2), name);
  }
}
