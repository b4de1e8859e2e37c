// The raw archive of files: the imported bytes, compressed, under the number of their import; a fact's `raw` refers to
// it. Files of the command line are stored byte for byte; those of the service redacted, and only for a limited time.

import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { syncDirectory } from '../../runtime/directories.ts';
import { NO_FAILPOINTS, type OnFailpoint } from '../../runtime/failpoints.ts';
import { storageError } from '../../runtime/storage-errors.ts';
import { FileRedaction, type TableNames } from '../privacy/file-redaction.ts';
import type { Pseudonymiser } from '../privacy/pseudonyms.ts';

const PACKING = { params: { [constants.ZSTD_c_compressionLevel]: 1 }, chunkSize: 256 * 1024 };

/** What frames have beside their content, and the last one, of which more is given than is wanted. */
const FRAME_OVERHEAD_MAX = 2 * 1024 * 1024;

/** Writes the file of one import: one zstd frame per chunk, together one zstd stream. */
export class ImportArchive {
  private readonly folder: string;
  private readonly path: string;
  private readonly temporary: string;
  private readonly file: number;
  private readonly onFailpoint: OnFailpoint;
  private readonly redaction: FileRedaction | undefined;
  private isOpen = true;
  private isEmpty = true;

  /** With a pseudonymiser it is a file of the service. */
  constructor(dir: string, importId: number, onFailpoint: OnFailpoint = NO_FAILPOINTS, hider?: Pseudonymiser) {
    this.folder = hider === undefined ? filesFolder(dir) : serviceFolder(dir);
    this.path = join(this.folder, `${importId}.zst`);
    this.temporary = `${this.path}.tmp`;
    this.onFailpoint = onFailpoint;
    this.redaction = hider && new FileRedaction(hider);
    this.file = this.guarded(() => {
      mkdirSync(this.folder, { recursive: true, mode: 0o700 });
      return openSync(this.temporary, 'w', 0o600);
    });
  }

  /** The header was found: what comes before it is about the file's maker, and its names tell which cells are. */
  table(start: TableNames): void {
    this.redaction?.table(start);
  }

  write(bytes: Buffer): void {
    const kept = this.redaction === undefined ? bytes : this.redaction.push(bytes);
    if (kept.length > 0) this.put(kept);
  }

  /** Makes the archive durable and renames it to its final name. */
  finish(): void {
    const rest = this.redaction?.end();
    if (rest !== undefined && rest.length > 0) this.put(rest);
    this.guarded(() => {
      fsyncSync(this.file);
      this.close();
      this.onFailpoint('run:archive-synced');
      renameSync(this.temporary, this.path);
      syncDirectory(this.folder);
      this.onFailpoint('run:archive-renamed');
    });
  }

  /** The import failed. The part that was read keeps its temporary name: facts in the log may come from it. */
  abandon(): void {
    this.close();
    if (this.isEmpty) rmSync(this.temporary, { force: true });
  }

  private put(bytes: Buffer): void {
    // A nearly full disk accepts part of a write without an error: this continues until all is written.
    this.guarded(() => writeFileSync(this.file, packed(bytes)));
    this.isEmpty = false;
    this.onFailpoint('run:archive-written');
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

const filesFolder = (dir: string): string => join(dir, 'raw');
const serviceFolder = (dir: string): string => join(dir, 'raw', 'imports');

/** The folders of the files of a data directory. */
export function importFolders(dir: string): readonly string[] {
  return [filesFolder(dir), serviceFolder(dir)];
}

/** The stored bytes of an import, only those read if it was interrupted; undefined if they are not stored. */
export function readArchive(dir: string, importId: number): Buffer | undefined {
  for (const folder of importFolders(dir)) {
    const path = join(folder, `${importId}.zst`);
    const torn = `${path}.tmp`;
    if (existsSync(path)) return unpackFrames(path, false);
    if (existsSync(torn)) return unpackFrames(torn, true);
  }
  return undefined;
}

/** The first of the stored bytes of an import, and whether there are more; undefined if they are not stored. */
export function readArchiveBeginning(
  dir: string,
  importId: number,
  bytesMax: number,
): { readonly bytes: Buffer; readonly isCut: boolean } | undefined {
  const paths = importFolders(dir).flatMap((folder) =>
    [`${importId}.zst`, `${importId}.zst.tmp`].map(joinedTo(folder)),
  );
  const path = paths.find((one) => existsSync(one));
  if (path === undefined) return undefined;
  const contents: Buffer[] = [];
  let size = 0;
  try {
    // What is packed is never larger than so many bytes of the file.
    for (const content of framesOf(beginningOf(path, bytesMax), true)) {
      contents.push(content);
      size += content.length;
      if (size > bytesMax) break;
    }
  } catch {
    // Where the last frame is torn, what comes before it is there.
  }
  const bytes = Buffer.concat(contents);
  return { bytes: bytes.subarray(0, bytesMax), isCut: size > bytesMax };
}

const joinedTo = (folder: string) => (name: string) => join(folder, name);

function beginningOf(path: string, bytesMax: number): Buffer {
  const file = openSync(path, 'r');
  try {
    const bytes = Buffer.alloc(Math.min(statSync(path).size, bytesMax + FRAME_OVERHEAD_MAX));
    return bytes.subarray(0, readSync(file, bytes, 0, bytes.length, 0));
  } finally {
    closeSync(file);
  }
}

/**
 * What all frames of a file hold: Node gives only the first of several. The last may be torn: everything before the
 * tear is used. Undefined if nothing can be read, or the file should be whole and is not.
 */
function unpackFrames(path: string, isTorn: boolean): Buffer | undefined {
  const contents: Buffer[] = [];
  try {
    for (const content of framesOf(readFileSync(path), isTorn)) contents.push(content);
  } catch {
    if (!isTorn || contents.length === 0) return undefined;
  }
  return Buffer.concat(contents);
}

/** What each frame holds, one by one. Throws where a frame is damaged; of a torn last one it gives what it can. */
export function* framesOf(bytes: Buffer, isTorn: boolean): Generator<Buffer> {
  const options = { info: true, ...(isTorn ? { finishFlush: constants.ZSTD_e_flush } : {}) };
  for (let at = 0; at < bytes.length; ) {
    const { buffer, engine } = zstdDecompressSync(bytes.subarray(at), options) as unknown as Unpacked;
    yield buffer;
    at += engine.bytesWritten;
  }
}

/** One frame. */
export function packed(bytes: Buffer): Buffer {
  return zstdCompressSync(bytes, PACKING);
}

/** What Node gives with `info`, of which its types do not tell: the content, and how many bytes it was made from. */
interface Unpacked {
  readonly buffer: Buffer;
  readonly engine: { readonly bytesWritten: number };
}

/** The stored files of the service, whole or not: the number of the import, and bytes on the disk. */
export function serviceArchives(dir: string): readonly { readonly id: number; readonly bytes: number }[] {
  const folder = serviceFolder(dir);
  if (!existsSync(folder)) return [];
  return readdirSync(folder).flatMap((name) => {
    const id = /^(\d+)\.zst(?:\.tmp)?$/.exec(name)?.[1];
    const bytes = statSync(join(folder, name), { throwIfNoEntry: false })?.size;
    return id === undefined || bytes === undefined ? [] : [{ id: Number(id), bytes }];
  });
}

/** Removes the file of an import that came through the service. */
export function removeServiceArchive(dir: string, importId: number): void {
  const path = join(serviceFolder(dir), `${importId}.zst`);
  for (const each of [path, `${path}.tmp`]) rmSync(each, { force: true });
  syncDirectory(serviceFolder(dir));
}
