// Snapshots: a task's state at a block, so that a start need not read everything. They are derived, so there is no
// fsync: a checksum reveals a torn or damaged one; it is removed, and the state is built again from the log.

import {
  closeSync,
  existsSync,
  fstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
  writevSync,
} from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import type { OnFailpoint } from '../runtime/failpoints.ts';
import { storageError } from '../runtime/storage-errors.ts';

/** The block that a snapshot belongs to: its `blockHash` in hex. */
export interface SnapshotName {
  readonly height: number;
  readonly blockHash: string;
}

export interface Snapshot extends SnapshotName {
  readonly content: Buffer;
}

export interface SnapshotStore {
  /** Stores the chunks, in order, as the partition's only snapshot. Throws storage errors such as HESABU_DISK_FULL. */
  save(partition: number, name: SnapshotName, chunks: readonly Uint8Array[]): void;
  /** The newest whole snapshot. Damaged ones are removed. */
  load(partition: number): Snapshot | undefined;
  /** The block of the newest one, which may be damaged. */
  newest(partition: number): SnapshotName | undefined;
}

export class MemorySnapshotStore implements SnapshotStore {
  private readonly snapshots = new Map<number, Snapshot>();

  save(partition: number, name: SnapshotName, chunks: readonly Uint8Array[]): void {
    this.snapshots.set(partition, { ...name, content: Buffer.concat(chunks) });
  }

  load(partition: number): Snapshot | undefined {
    const saved = this.snapshots.get(partition);
    // Who loads it writes there.
    return saved && { ...saved, content: Buffer.from(saved.content) };
  }

  newest(partition: number): SnapshotName | undefined {
    return this.snapshots.get(partition);
  }
}

/** `partition-height-blockHash.snapshot`; the checksum covers the name too, so a renamed file is invalid. */
const FILE_NAME = /^(\d+)-(\d+)-([0-9a-f]+)\.snapshot$/;
/** After the content: its length in eight bytes, and the checksum in four. */
const TRAILER_SIZE = 12;
/** Linux accepts no more buffers than this in one write. */
const CHUNKS_MAX = 1024;
/** Of these bytes a checksum takes less than a millisecond. */
const PIECE_BYTES = 1024 * 1024;

interface SnapshotFile extends SnapshotName {
  readonly file: string;
  readonly partition: number;
}

/** Snapshots as files in `dir`, which is made with the first one. */
export class FileSnapshotStore implements SnapshotStore {
  private readonly dir: string;
  private readonly onFailpoint: OnFailpoint;
  private readonly readOnly: boolean;

  /** With `readOnly`, damaged snapshots are not removed. */
  constructor(dir: string, onFailpoint: OnFailpoint = () => {}, readOnly = false) {
    this.dir = dir;
    this.onFailpoint = onFailpoint;
    this.readOnly = readOnly;
  }

  save(partition: number, name: SnapshotName, chunks: readonly Uint8Array[]): void {
    const file = fileNameOf(partition, name);
    const temporary = join(this.dir, `${partition}.tmp`);
    try {
      mkdirSync(this.dir, { recursive: true, mode: 0o700 });
      writeAll(temporary, [...chunks, trailerOf(file, chunks)]);
      this.replace(partition, temporary, file);
    } catch (error) {
      throw this.withoutFile(temporary, error);
    }
  }

  /** The same while other work goes on, which must not change the chunks; one at a time for each partition. */
  async saveInBackground(partition: number, name: SnapshotName, chunks: readonly Uint8Array[]): Promise<void> {
    const file = fileNameOf(partition, name);
    const temporary = join(this.dir, `${partition}.tmp`);
    try {
      mkdirSync(this.dir, { recursive: true, mode: 0o700 });
      await writeInPieces(temporary, file, chunks);
      this.replace(partition, temporary, file);
    } catch (error) {
      throw this.withoutFile(temporary, error);
    }
  }

  load(partition: number): Snapshot | undefined {
    for (const { file, height, blockHash } of this.files(partition)) {
      const content = readWhole(join(this.dir, file), file);
      if (content !== undefined) return { height, blockHash, content };
      if (!this.readOnly) rmSync(join(this.dir, file), { force: true });
    }
    return undefined;
  }

  newest(partition: number): SnapshotName | undefined {
    return this.files(partition)[0];
  }

  /** Every snapshot's file and whether it is whole; nothing is removed. */
  check(): { readonly file: string; readonly isWhole: boolean }[] {
    const files = namesIn(this.dir).filter((file) => FILE_NAME.test(file));
    return files.sort().map((file) => ({ file, isWhole: readWhole(join(this.dir, file), file) !== undefined }));
  }

  /** Puts a written file in the place of the partition's others. */
  private replace(partition: number, temporary: string, file: string): void {
    this.onFailpoint('snapshot:written-temp');
    renameSync(temporary, join(this.dir, file));
    this.onFailpoint('snapshot:renamed');
    for (const other of this.files(partition)) {
      if (other.file !== file) rmSync(join(this.dir, other.file), { force: true });
    }
    this.onFailpoint('snapshot:older-removed');
  }

  private withoutFile(temporary: string, error: unknown): unknown {
    if (existsSync(temporary)) rmSync(temporary);
    return storageError(error, this.dir);
  }

  /** The partition's snapshots, the newest first. */
  private files(partition: number): SnapshotFile[] {
    return namesIn(this.dir)
      .map((file) => ({ file, match: FILE_NAME.exec(file) }))
      .filter(({ match }) => match !== null && Number(match[1]) === partition)
      .map(({ file, match }) => ({ file, partition, height: Number(match![2]), blockHash: match![3]! }))
      .sort((a, b) => b.height - a.height || (a.file < b.file ? -1 : 1));
  }
}

function namesIn(dir: string): string[] {
  try {
    return readdirSync(dir);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw storageError(error, dir);
  }
}

function fileNameOf(partition: number, { height, blockHash }: SnapshotName): string {
  return `${partition}-${height}-${blockHash}.snapshot`;
}

function trailerOf(file: string, chunks: readonly Uint8Array[]): Buffer {
  let crc = crc32(file);
  let size = 0;
  for (const chunk of chunks) {
    crc = crc32(chunk, crc);
    size += chunk.length;
  }
  return trailerWith(size, crc);
}

function trailerWith(size: number, crc: number): Buffer {
  const trailer = Buffer.alloc(TRAILER_SIZE);
  trailer.writeBigUInt64BE(BigInt(size));
  trailer.writeUInt32BE(crc32(trailer.subarray(0, 8), crc), 8);
  return trailer;
}

function writeAll(path: string, chunks: readonly Uint8Array[]): void {
  const descriptor = openSync(path, 'w', 0o600);
  try {
    for (let from = 0; from < chunks.length; from += CHUNKS_MAX) {
      let rest = chunks.slice(from, from + CHUNKS_MAX).filter((chunk) => chunk.length > 0);
      // A write may accept only a part; the rest is written again.
      while (rest.length > 0) rest = without(rest, writevSync(descriptor, rest));
    }
  } finally {
    closeSync(descriptor);
  }
}

async function writeInPieces(path: string, file: string, chunks: readonly Uint8Array[]): Promise<void> {
  const handle = await open(path, 'w', 0o600);
  try {
    let [size, crc] = [0, crc32(file)];
    for (const chunk of chunks) {
      for (let from = 0; from < chunk.length; from += PIECE_BYTES) {
        const piece = chunk.subarray(from, from + PIECE_BYTES);
        crc = crc32(piece, crc);
        size += piece.length;
        await handle.writeFile(piece);
      }
    }
    await handle.writeFile(trailerWith(size, crc));
  } finally {
    await handle.close();
  }
}

/** The chunks without their first `size` bytes. */
function without(chunks: readonly Uint8Array[], size: number): Uint8Array[] {
  let index = 0;
  while (index < chunks.length && size >= chunks[index]!.length) size -= chunks[index++]!.length;
  const rest = chunks.slice(index);
  if (size > 0) rest[0] = rest[0]!.subarray(size);
  return rest;
}

function openFound(path: string): number | undefined {
  try {
    return openSync(path, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw storageError(error, path);
  }
}

/** The content of a snapshot's file; undefined if it is not what was saved under that name. */
function readWhole(path: string, file: string): Buffer | undefined {
  const descriptor = openFound(path);
  // A process that runs beside this reader has saved a newer one meanwhile.
  if (descriptor === undefined) return undefined;
  try {
    const bytes = Buffer.allocUnsafeSlow(fstatSync(descriptor).size);
    let at = 0;
    for (;;) {
      const read = readSync(descriptor, bytes, at, bytes.length - at, at);
      if (read === 0) break;
      at += read;
    }
    if (at !== bytes.length || at < TRAILER_SIZE) return undefined;
    const content = bytes.subarray(0, at - TRAILER_SIZE);
    return trailerOf(file, [content]).equals(bytes.subarray(content.length)) ? content : undefined;
  } finally {
    closeSync(descriptor);
  }
}
