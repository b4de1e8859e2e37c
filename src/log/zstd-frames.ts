// Payloads are compressed for the disk: each is one zstd frame. A short payload is stored in an uncompressed frame
// that is written here, because making a compressor costs more than a few bytes are worth.

import { promisify } from 'node:util';
import {
  constants,
  type ZstdOptions,
  zstdCompress,
  zstdCompressSync,
  zstdDecompress,
  zstdDecompressSync,
} from 'node:zlib';

/** The fastest level: facts shrink to about a fifth, and higher levels gain little. */
const LEVEL = { [constants.ZSTD_c_compressionLevel]: 1 };
/** Smaller chunks cost large payloads a fifth more; larger ones are memory that is freed again at once. */
const CHUNK_BYTES_MAX = 256 * 1024;
/** What a batch of facts shrinks to takes one chunk of this size: more than buffers share, so it moves to a thread. */
const PACKED_CHUNK_BYTES = 96 * 1024;
/** Batches of facts are smaller than this, and large blocks are not. */
const BATCH_BYTES_MAX = 1024 * 1024;
/** Below this size, moving the compression to another thread costs more than it saves. */
const COMPRESS_ASYNC_MIN = 32 * 1024;
/** From this size on, a payload of a few facts shrinks to less than half. */
const COMPRESS_MIN = 1024;

const compressAsync = promisify(zstdCompress);
const decompressAsync = promisify(zstdDecompress);

/** The payload as stored. Large ones are compressed on another thread. */
export function packFrame(payload: Uint8Array): Buffer | Promise<Buffer> {
  if (payload.length < COMPRESS_ASYNC_MIN) return packFrameHere(payload);
  return compressAsync(payload, optionsFor(payload.length, CHUNK_BYTES_MAX));
}

/** The same, compressed in this thread: for one that has other work than to append. */
export function packFrameHere(payload: Uint8Array): Buffer {
  const { length } = payload;
  if (length < COMPRESS_MIN) return rawFrame(payload);
  const chunkBytesMax = length < BATCH_BYTES_MAX ? PACKED_CHUNK_BYTES : CHUNK_BYTES_MAX;
  return zstdCompressSync(payload, optionsFor(length, chunkBytesMax));
}

function optionsFor(length: number, chunkBytesMax: number): ZstdOptions {
  // The upper bound of zstd for this size (ZSTD_COMPRESSBOUND), so that one chunk is enough.
  return { params: LEVEL, chunkSize: Math.min(chunkBytesMax, length + (length >> 8) + 64) };
}

/** The original payload; undefined if this is not a frame of `size` bytes. */
export function unpackFrame(packed: Uint8Array, size: number): Buffer | undefined {
  try {
    const raw = contentOfRawFrame(packed, size);
    if (raw !== undefined) return raw;
    const payload = zstdDecompressSync(packed, { chunkSize: Math.max(size, 64) });
    return payload.length === size ? payload : undefined;
  } catch {
    return undefined;
  }
}

/** The same on another thread. */
export async function unpackFrameAside(packed: Uint8Array, size: number): Promise<Buffer | undefined> {
  if (size < COMPRESS_ASYNC_MIN) return unpackFrame(packed, size);
  // Where a chunk is full, another is made for what may follow.
  const payload = await decompressAsync(packed, { chunkSize: size + 1 }).catch(() => undefined);
  return payload?.length === size ? payload : undefined;
}

/** Of a compressed payload, what holds its first block: at most 128 KiB, after headers (RFC 8878, 3.1.1.2.4). */
const FIRST_BLOCK_BYTES = 129 * 1024;

/** The beginning of the payload: up to 128 KiB at least. Undefined if this is not the beginning of a frame. */
export function unpackBeginning(packed: Uint8Array, size: number): Buffer | undefined {
  if (packed.length <= FIRST_BLOCK_BYTES) return unpackFrame(packed, size);
  try {
    return zstdDecompressSync(packed.subarray(0, FIRST_BLOCK_BYTES), { finishFlush: constants.ZSTD_e_flush });
  } catch {
    return undefined;
  }
}

const MAGIC = 0xfd2fb528;
/** The whole content in one segment, its length in one byte, or in two minus 256 (RFC 8878, 3.1.1.1). */
const [ONE_BYTE, TWO_BYTES] = [0x20, 0x60] as const;
const TWO_BYTES_FROM = 256;
const BLOCK_HEADER_BYTES = 3;
/** The last block, uncompressed (RFC 8878, 3.1.1.2). */
const LAST_RAW = 1;

function headBytes(size: number): number {
  return (size < TWO_BYTES_FROM ? 6 : 7) + BLOCK_HEADER_BYTES;
}

function rawFrame(payload: Uint8Array): Buffer {
  const { length } = payload;
  const at = headBytes(length);
  const frame = Buffer.allocUnsafe(at + length);
  frame.writeUInt32LE(MAGIC, 0);
  if (length < TWO_BYTES_FROM) {
    frame[4] = ONE_BYTE;
    frame[5] = length;
  } else {
    frame[4] = TWO_BYTES;
    frame.writeUInt16LE(length - TWO_BYTES_FROM, 5);
  }
  frame.writeUIntLE((length << 3) | LAST_RAW, at - BLOCK_HEADER_BYTES, BLOCK_HEADER_BYTES);
  frame.set(payload, at);
  return frame;
}

/** The content of a frame made by `rawFrame`; undefined for any other. */
function contentOfRawFrame(packed: Uint8Array, size: number): Buffer | undefined {
  const at = headBytes(size);
  if (size >= COMPRESS_MIN || packed.length !== at + size) return undefined;
  const frame = Buffer.from(packed.buffer, packed.byteOffset, packed.length);
  const header = frame.readUIntLE(at - BLOCK_HEADER_BYTES, BLOCK_HEADER_BYTES);
  const isRaw = frame.readUInt32LE(0) === MAGIC && header === ((size << 3) | LAST_RAW);
  return isRaw ? frame.subarray(at) : undefined;
}
