// Reads a file once, from start to end, in chunks with one buffer, so that memory does not grow with the file.

import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
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

/** How much of a file is read to detect its format. */
const HEAD_BYTES = 64 * 1024;

/**
 * Visits the chunks of a file in order and returns its fingerprint. Throws HESABU_FILE_MISSING, HESABU_FILE_UNREADABLE
 * (not a regular file, or no permission) or HESABU_FILE_EMPTY.
 */
export async function visitChunks(path: string, visitor: ChunkVisitor, chunkBytes = CHUNK_BYTES): Promise<Fingerprint> {
  const file = await openFile(path);
  try {
    const bytesTotal = await sizeOf(file, path);
    if (visitor.head !== undefined) visitor.head(await readAt(file, path, Buffer.allocUnsafe(HEAD_BYTES), 0));
    const buffer = Buffer.allocUnsafe(chunkBytes);
    const hash = createHash('sha256');
    let bytes = 0;
    for (;;) {
      const chunk = await readAt(file, path, buffer, bytes);
      if (chunk.length === 0) break;
      hash.update(chunk);
      bytes += chunk.length;
      await visitor.chunk(chunk, bytes, bytesTotal);
    }
    return { bytes, sha256: hash.digest('hex') };
  } finally {
    await file.close();
  }
}

/** Only the fingerprint: to recognise a file that was imported before, without reading its rows. */
export function fileFingerprint(path: string): Promise<Fingerprint> {
  return visitChunks(path, { chunk: () => undefined });
}

async function openFile(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'r');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ENOTDIR') throw new HesabuError('HESABU_FILE_MISSING', { where: path }, error);
    throw unreadable(path, error);
  }
}

async function sizeOf(file: FileHandle, path: string): Promise<number> {
  const stat = await file.stat();
  if (stat.isFile() && stat.size === 0) throw new HesabuError('HESABU_FILE_EMPTY', { where: path, found: '0 bytes' });
  if (stat.isFile()) return stat.size;
  const found = stat.isDirectory() ? 'a directory' : 'something else';
  throw new HesabuError('HESABU_FILE_UNREADABLE', { where: path, expected: 'a regular file', found });
}

async function readAt(file: FileHandle, path: string, buffer: Buffer, position: number): Promise<Buffer> {
  try {
    const { bytesRead } = await file.read(buffer, 0, buffer.length, position);
    return buffer.subarray(0, bytesRead);
  } catch (error) {
    throw unreadable(path, error);
  }
}

function unreadable(path: string, error: unknown): HesabuError {
  const found = (error as NodeJS.ErrnoException).code ?? 'an error';
  return new HesabuError('HESABU_FILE_UNREADABLE', { where: path, found }, error);
}
