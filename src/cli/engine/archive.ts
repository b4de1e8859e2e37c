// The raw archive: what came in, byte for byte, compressed, under the number of its import. A fact's `raw` names it.

import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { HesabuError } from '../../domain/errors.ts';

const PACKING = { params: { [constants.ZSTD_c_compressionLevel]: 1 }, chunkSize: 256 * 1024 };

/** Writes the file of one import: zstd frames, one a chunk, which together are one zstd stream. */
export class Archive {
  private readonly path: string;
  private readonly temporary: string;
  private readonly file: number;

  constructor(dir: string, importId: number) {
    this.path = archivePath(dir, importId);
    this.temporary = `${this.path}.tmp`;
    this.file = this.guarded(() => {
      mkdirSync(join(dir, 'raw'), { recursive: true, mode: 0o700 });
      return openSync(this.temporary, 'w', 0o600);
    });
  }

  write(bytes: Uint8Array): void {
    this.guarded(() => writeSync(this.file, zstdCompressSync(bytes, PACKING)));
  }

  /** Makes the archive durable and gives it its name. */
  finish(): void {
    this.guarded(() => {
      fsyncSync(this.file);
      closeSync(this.file);
      renameSync(this.temporary, this.path);
    });
  }

  discard(): void {
    closeSync(this.file);
    rmSync(this.temporary, { force: true });
  }

  private guarded<Result>(act: () => Result): Result {
    try {
      return act();
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code === 'ENOSPC' ? 'HESABU_DISK_FULL' : 'HESABU_DATA_UNWRITABLE';
      throw new HesabuError(code, { where: this.path, found: (error as Error).message }, error);
    }
  }
}

function archivePath(dir: string, importId: number): string {
  return join(dir, 'raw', `${importId}.zst`);
}

/** The bytes of an import as they came; undefined where they are not kept. */
export function readArchive(dir: string, importId: number): Buffer | undefined {
  try {
    return zstdDecompressSync(readFileSync(archivePath(dir, importId)));
  } catch {
    return undefined;
  }
}
