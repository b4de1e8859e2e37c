// A file on disk for as long as one import reads it: what was unpacked, decoded or piped in. Nobody else can read it.

import { randomUUID } from 'node:crypto';
import { closeSync, mkdirSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { storageError } from '../../runtime/storage-errors.ts';

export class TemporaryFile {
  readonly path: string;
  bytes = 0;
  private readonly file: number;
  private isOpen = true;

  /** In this folder, which is made where there is none. Throws HESABU_DISK_FULL and HESABU_DATA_UNWRITABLE. */
  constructor(folder: string) {
    this.path = join(folder, randomUUID());
    this.file = this.guarded(() => {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      return openSync(this.path, 'wx', 0o600);
    });
  }

  write(bytes: Buffer): void {
    this.guarded(() => writeFileSync(this.file, bytes));
    this.bytes += bytes.length;
  }

  /** Nothing more is written. */
  finish(): void {
    if (this.isOpen) closeSync(this.file);
    this.isOpen = false;
  }

  remove(): void {
    this.finish();
    rmSync(this.path, { force: true });
  }

  private guarded<Result>(act: () => Result): Result {
    try {
      return act();
    } catch (error) {
      throw storageError(error, this.path);
    }
  }
}
