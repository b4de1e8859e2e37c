// SHA-256 digests. In memory a digest is a text of 32 latin1 characters, one per byte: node:crypto (which calls latin1
// 'binary') returns it three times faster than a Buffer, and digests can be compared as texts. Outside it is hex or
// base64.

import { createHash, hash } from 'node:crypto';
import type { ByteReader } from '../domain/bytes.ts';

/** 32 latin1 characters. */
export type Digest = string;

export const DIGEST_SIZE = 32;
export const ZERO_DIGEST: Digest = '\0'.repeat(DIGEST_SIZE);

export function sha256(bytes: Uint8Array): Digest {
  return hash('sha256', bytes, 'binary');
}

/** The digest of several parts, one after another, such as the batches that a block read. */
export function sha256OfParts(parts: Iterable<Uint8Array>): Digest {
  const hashing = createHash('sha256');
  for (const part of parts) hashing.update(part);
  return hashing.digest('binary');
}

export function digestBytes(digest: Digest): Buffer {
  return Buffer.from(digest, 'latin1');
}

function digestFromBytes(bytes: Uint8Array): Digest {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
}

export function digestToHex(digest: Digest): string {
  return digestBytes(digest).toString('hex');
}

/** Reads the next digest. Throws a RangeError if the bytes end before it does. */
export function readDigest(reader: ByteReader): Digest {
  return digestFromBytes(reader.raw(DIGEST_SIZE));
}

/** Undefined where the text is not 64 hexadecimal digits. */
export function digestFromHex(text: string): Digest | undefined {
  return /^[0-9a-fA-F]{64}$/.test(text) ? Buffer.from(text, 'hex').toString('latin1') : undefined;
}

export function digestToBase64(digest: Digest): string {
  return digestBytes(digest).toString('base64');
}

/** Undefined where the text is not the base64 of 32 bytes, padded, in its one canonical form. */
export function digestFromBase64(text: string): Digest | undefined {
  const bytes = bytesFromBase64(text);
  return bytes?.length === DIGEST_SIZE ? digestFromBytes(bytes) : undefined;
}

/** RFC 4648 section 4, padded. Node accepts many forms of base64; a proof accepts only the canonical one. */
export function bytesFromBase64(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? bytes : undefined;
}
