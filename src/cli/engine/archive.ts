// The raw archive: what came in, byte for byte, compressed, under the number of its import. A fact's `raw` names it.

import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { syncDirectory } from '../../log/data-directory.ts';
import { NO_STEPS, type OnStep } from '../../log/steps.ts';
import { storageError } from '../../log/storage-errors.ts';

const PACKING = { params: { [constants.ZSTD_c_compressionLevel]: 1 }, chunkSize: 256 * 1024 };

/** Writes the file of one import: zstd frames, one a chunk, which together are one zstd stream. */
export class Archive {
  private readonly folder: string;
  private readonly path: string;
  private readonly unfinished: string;
  private readonly file: number;
  private readonly onStep: OnStep;
  private isOpen = true;
  private isEmpty = true;

  constructor(dir: string, importId: number, onStep: OnStep = NO_STEPS) {
    this.folder = join(dir, 'raw');
    this.path = archivePath(dir, importId);
    this.unfinished = unfinishedPath(dir, importId);
    this.onStep = onStep;
    this.file = this.guarded(() => {
      mkdirSync(this.folder, { recursive: true, mode: 0o700 });
      return openSync(this.unfinished, 'w', 0o600);
    });
  }

  write(bytes: Uint8Array): void {
    // A disk that is nearly full takes a part of a write without an error: this writes on until all is there.
    this.guarded(() => writeFileSync(this.file, zstdCompressSync(bytes, PACKING)));
    this.isEmpty = false;
    this.onStep('run:archive-written');
  }

  /** Makes the archive durable and gives it its name. */
  finish(): void {
    this.guarded(() => {
      fsyncSync(this.file);
      this.close();
      this.onStep('run:archive-synced');
      renameSync(this.unfinished, this.path);
      syncDirectory(this.folder);
      this.onStep('run:archive-renamed');
    });
  }

  /** The import failed. What was read stays under the unfinished name: facts in the log may come from it. */
  abandon(): void {
    this.close();
    if (this.isEmpty) rmSync(this.unfinished, { force: true });
  }

  private close(): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    closeSync(this.file);
  }

  private guarded<Result>(act: () => Result): Result {
    try {
      return act();
    } catch (error) {
      throw storageError(error, this.path);
    }
  }
}

function archivePath(dir: string, importId: number): string {
  return join(dir, 'raw', `${importId}.zst`);
}

/** An import that was cut short leaves its archive under this name. */
function unfinishedPath(dir: string, importId: number): string {
  return `${archivePath(dir, importId)}.tmp`;
}

/**
 * The bytes of an import as they came, as far as they were read where it was cut short; undefined where they are not
 * kept.
 */
export function readArchive(dir: string, importId: number): Buffer | undefined {
  const path = archivePath(dir, importId);
  try {
    if (existsSync(path)) return zstdDecompressSync(readFileSync(path));
    // The last frame may be torn: what comes before its end is taken.
    return zstdDecompressSync(readFileSync(unfinishedPath(dir, importId)), { finishFlush: constants.ZSTD_e_flush });
  } catch {
    return undefined;
  }
}
