// The frames that a day's file is made of. Each is one write: a zstd frame of lines, and before it a frame that zstd
// skips (RFC 8878, 3.1.2), which says what the lines are about. So the file is plain zstd, and can be searched without
// being decompressed. Numbers are little-endian:
//
//   magic u32, size u32, then `size` bytes: crc of what follows u32, crc of the data u32, length of the data u32,
//   count of exchanges u32, first and last time f64 f64, a hash u32 of each id and name
//
// The index beside the file repeats these, each behind the place of its frame: offset f64, size u32, the `size` bytes.

import { constants, crc32, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import type { Instant } from '../../domain/time.ts';

export const MAGIC = 0x184d2a5b;
export const HEADER_BYTES = 8;
const DESCRIPTION_BYTES = 32;
/** More than any group has: a larger size means damage. */
export const DESCRIPTION_BYTES_MAX = 2 ** 24;
export const INDEX_ENTRY_BYTES = 12;

const COMPRESSION_LEVEL = 1;
const CHUNK_BYTES_MAX = 2 ** 18;

/** The description in front of a frame's data. */
export interface FrameDescription {
  /** Its position in the file. */
  readonly offset: number;
  /** The whole size, with the header. */
  readonly bytes: number;
  readonly dataOffset: number;
  readonly dataBytes: number;
  readonly dataCrc: number;
  readonly descriptionCrc: number;
  readonly count: number;
  readonly first: Instant;
  readonly last: Instant;
}

export interface EncodedFrame {
  readonly bytes: Buffer;
  /** Without the magic and the size: the part that the index repeats. */
  readonly description: Buffer;
}

/** FNV-1a over a text's code units (draft-eastlake-fnv), 32 bits. */
export function nameHash(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}

/** A frame of lines; `hashes` are the hashes of all ids and names in them. */
export function encodeFrame(
  lines: string,
  count: number,
  first: Instant,
  last: Instant,
  hashes: number[],
): EncodedFrame {
  const text = Buffer.from(lines);
  const data = zstdCompressSync(text, {
    params: { [constants.ZSTD_c_compressionLevel]: COMPRESSION_LEVEL },
    chunkSize: Math.min(CHUNK_BYTES_MAX, Math.max(1024, text.length >> 1)),
  });
  const size = DESCRIPTION_BYTES + hashes.length * 4;
  const bytes = Buffer.allocUnsafe(HEADER_BYTES + size + data.length);
  bytes.writeUInt32LE(MAGIC, 0);
  bytes.writeUInt32LE(size, 4);
  const description = bytes.subarray(HEADER_BYTES, HEADER_BYTES + size);
  description.writeUInt32LE(crc32(data), 4);
  description.writeUInt32LE(data.length, 8);
  description.writeUInt32LE(count, 12);
  description.writeDoubleLE(first, 16);
  description.writeDoubleLE(last, 24);
  for (let at = 0; at < hashes.length; at++) description.writeUInt32LE(hashes[at]!, DESCRIPTION_BYTES + at * 4);
  description.writeUInt32LE(crc32(description.subarray(4)), 0);
  bytes.set(data, HEADER_BYTES + size);
  return { bytes, description };
}

/** Reads the description of the frame at `offset` of the file; undefined if it is damaged. */
export function readDescription(description: Buffer, offset: number): FrameDescription | undefined {
  if (description.length < DESCRIPTION_BYTES || crc32(description.subarray(4)) !== description.readUInt32LE(0))
    return undefined;
  const dataBytes = description.readUInt32LE(8);
  const dataOffset = offset + HEADER_BYTES + description.length;
  return {
    offset,
    bytes: HEADER_BYTES + description.length + dataBytes,
    dataOffset,
    dataBytes,
    dataCrc: description.readUInt32LE(4),
    descriptionCrc: description.readUInt32LE(0),
    count: description.readUInt32LE(12),
    first: description.readDoubleLE(16),
    last: description.readDoubleLE(24),
  };
}

export function hasHash(description: Buffer, hash: number): boolean {
  for (let at = DESCRIPTION_BYTES; at < description.length; at += 4)
    if (description.readUInt32LE(at) === hash) return true;
  return false;
}

export function indexEntry(offset: number, description: Buffer): Buffer {
  const entry = Buffer.allocUnsafe(INDEX_ENTRY_BYTES + description.length);
  entry.writeDoubleLE(offset, 0);
  entry.writeUInt32LE(description.length, 8);
  entry.set(description, INDEX_ENTRY_BYTES);
  return entry;
}

export function isIntact(data: Buffer, description: FrameDescription): boolean {
  return data.length === description.dataBytes && crc32(data) === description.dataCrc;
}

/** The lines of a frame's data, without their line ends. */
export function linesOf(data: Buffer): string[] {
  const lines = zstdDecompressSync(data).toString().split('\n');
  lines.pop();
  return lines;
}
