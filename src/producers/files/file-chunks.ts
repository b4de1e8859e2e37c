// Reads a regular file once, from start to end, in chunks with one buffer, so that memory does not grow with the file.
// What it holds at the start is read and no more: a file that grows or is cut meanwhile is refused.

import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { HesabuError } from '../../domain/errors.ts';

export const CHUNK_BYTES = 1024 * 1024;

/** The identity of a file: the SHA-256 of its bytes in hex, and their number. */
export interface Fingerprint {
  readonly bytes: number;
  readonly sha256: string;
}

/** Receives the bytes; `chunk` is a view that the next read overwrites. */
export interface ChunkVisitor {
  /** The first bytes of the file, at most HEAD_BYTES, before any chunk is visited. */
  head?(bytes: Buffer): void;
  chunk(bytes: Buffer, bytesRead: number, bytesTotal: number): void | Promise<void>;
}

/** How a file is visited; `name` is what messages call it. */
export interface VisitOptions {
  readonly name?: string;
  readonly chunkBytes?: number;
}

/** How much of a file is read to detect its format. */
const HEAD_BYTES = 64 * 1024;
const LF = 10;

/**
 * Visits the chunks of a file in order and returns its fingerprint. Throws HESABU_FILE_MISSING, HESABU_FILE_UNREADABLE
 * (not a regular file, no permission, or another size or time of change at the end than at the start) or
 * HESABU_FILE_EMPTY.
 */
export async function visitChunks(
  path: string,
  visitor: ChunkVisitor,
  options: VisitOptions = {},
): Promise<Fingerprint> {
  const hash = createHash('sha256');
  const chunk: ChunkVisitor['chunk'] = (bytes, bytesRead, bytesTotal) => {
    hash.update(bytes);
    return visitor.chunk(bytes, bytesRead, bytesTotal);
  };
  const bytes = await visitBytes(path, { ...visitor, chunk }, options);
  return { bytes, sha256: hash.digest('hex') };
}

/** As `visitChunks`, without the hash, which takes longer than many visits. Returns the number of bytes. */
export async function visitBytes(
  path: string,
  visitor: ChunkVisitor,
  { name = path, chunkBytes = CHUNK_BYTES }: VisitOptions = {},
): Promise<number> {
  const file = await openRegular(path, name);
  try {
    const before = await file.stat({ bigint: true });
    const bytesTotal = Number(before.size);
    if (bytesTotal === 0) throw new HesabuError('HESABU_FILE_EMPTY', { where: name, found: '0 bytes' });
    if (visitor.head !== undefined) {
      visitor.head(await readAt(file, name, Buffer.allocUnsafe(Math.min(HEAD_BYTES, bytesTotal)), 0));
    }
    const buffer = Buffer.allocUnsafe(Math.min(chunkBytes, bytesTotal));
    let bytes = 0;
    while (bytes < bytesTotal) {
      const chunk = await readAt(file, name, buffer.subarray(0, Math.min(chunkBytes, bytesTotal - bytes)), bytes);
      if (chunk.length === 0) break;
      bytes += chunk.length;
      await visitor.chunk(chunk, bytes, bytesTotal);
    }
    const after = await file.stat({ bigint: true });
    if (after.size !== before.size || after.mtimeNs !== before.mtimeNs) throw changed(name);
    return bytes;
  } finally {
    await file.close();
  }
}

/** A range of a file, and the file's size and time of change, which must be these. */
export interface FileRange {
  readonly from: number;
  readonly to: number;
  readonly state: { readonly bytes: bigint; readonly changedAt: bigint };
}

/** As `visitBytes`, for the bytes of a range; the head is that of the file. */
export async function visitRange(
  path: string,
  { from, to, state }: FileRange,
  visitor: ChunkVisitor,
  { name = path, chunkBytes = CHUNK_BYTES }: VisitOptions = {},
): Promise<void> {
  const file = await openRegular(path, name);
  const requireSame = async () => {
    const { size, mtimeNs } = await file.stat({ bigint: true });
    if (size !== state.bytes || mtimeNs !== state.changedAt) throw changed(name);
  };
  try {
    await requireSame();
    visitor.head?.(await readAt(file, name, Buffer.allocUnsafe(Math.min(HEAD_BYTES, Number(state.bytes))), 0));
    const buffer = Buffer.allocUnsafe(Math.min(chunkBytes, to - from));
    for (let at = from; at < to; ) {
      const chunk = await readAt(file, name, buffer.subarray(0, Math.min(buffer.length, to - at)), at);
      if (chunk.length === 0) throw changed(name);
      at += chunk.length;
      await visitor.chunk(chunk, at - from, to - from);
    }
    await requireSame();
  } finally {
    await file.close();
  }
}

/** Only the fingerprint: to recognise a file that was imported before, without reading its rows. */
export function fileFingerprint(path: string, name = path): Promise<Fingerprint> {
  return visitChunks(path, { chunk: () => undefined }, { name });
}

/** The first bytes of a file, at most HEAD_BYTES. Throws as `visitChunks`. */
export async function headOf(path: string, name = path): Promise<Buffer> {
  const file = await openRegular(path, name);
  try {
    return await readAt(file, name, Buffer.allocUnsafe(HEAD_BYTES), 0);
  } finally {
    await file.close();
  }
}

/** The line in which a byte is, from 1. Throws as `visitChunks`. */
export async function lineAt(path: string, name: string, offset: number): Promise<number> {
  let line = 1;
  let at = 0;
  const chunk = (bytes: Buffer) => {
    const end = Math.min(bytes.length, offset - at);
    for (let next = bytes.indexOf(LF); next >= 0 && next < end; next = bytes.indexOf(LF, next + 1)) line++;
    at += bytes.length;
  };
  await visitBytes(path, { chunk }, { name });
  return line;
}

/** The last bytes of a file, at most `size`. Throws as `visitChunks`. */
export async function tailOf(path: string, size: number, name = path): Promise<Buffer> {
  const file = await openRegular(path, name);
  try {
    const { size: total } = await file.stat();
    const from = Math.max(0, total - size);
    return await readAt(file, name, Buffer.allocUnsafe(total - from), from);
  } finally {
    await file.close();
  }
}

/**
 * Opens a regular file and nothing else: a pipe without a writer would never open, and a device never end. The kind is
 * looked at before, because opening some devices does something, and again after, because a path can change its file.
 */
export async function openRegular(path: string, name = path): Promise<FileHandle> {
  let file: FileHandle | undefined;
  try {
    requireRegular(await stat(path), name);
    file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    requireRegular(await file.stat(), name);
    return file;
  } catch (error) {
    await file?.close();
    if (error instanceof HesabuError) throw error;
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ENOTDIR') throw new HesabuError('HESABU_FILE_MISSING', { where: name }, error);
    throw unreadable(name, error);
  }
}

interface FileType {
  isFile(): boolean;
  isDirectory(): boolean;
  isFIFO(): boolean;
  isSocket(): boolean;
}

/** Throws HESABU_FILE_UNREADABLE for a directory, a pipe, a socket or a device. */
export function requireRegular(found: FileType, where: string): void {
  if (found.isFile()) return;
  const names = [
    [found.isDirectory(), 'a directory'],
    [found.isFIFO(), 'a pipe'],
    [found.isSocket(), 'a socket'],
  ] as const;
  const name = names.find(([isIt]) => isIt)?.[1] ?? 'a device';
  const detail = { where, expected: 'a regular file', found: name };
  const remedy = 'Give a file, or `-` for what another program writes to the standard input.';
  throw new HesabuError('HESABU_FILE_UNREADABLE', found.isDirectory() ? detail : { ...detail, remedy });
}

export function changed(where: string): HesabuError {
  return new HesabuError('HESABU_FILE_UNREADABLE', {
    where,
    expected: 'a file that stays as it is while it is read',
    found: 'one that was written to meanwhile',
    remedy: 'Nothing of it counts. Give it again once it is complete.',
  });
}

async function readAt(file: FileHandle, name: string, buffer: Buffer, position: number): Promise<Buffer> {
  try {
    const { bytesRead } = await file.read(buffer, 0, buffer.length, position);
    return buffer.subarray(0, bytesRead);
  } catch (error) {
    throw unreadable(name, error);
  }
}

function unreadable(where: string, error: unknown): HesabuError {
  const found = (error as NodeJS.ErrnoException).code ?? 'an error';
  return new HesabuError('HESABU_FILE_UNREADABLE', { where, found }, error);
}
