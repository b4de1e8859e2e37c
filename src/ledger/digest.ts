// SHA-256 digests. Inside, a digest is a text of 32 latin1 characters, one a byte: that is three times quicker to get
// from node:crypto (which calls latin1 'binary') than a Buffer, and two digests are equal when the texts are. Outside
// it is hex or base64.

import { createHash, hash } from 'node:crypto';

/** 32 latin1 characters. */
export type Digest = string;

export const DIGEST_SIZE_BYTES = 32;
export const ZERO_DIGEST: Digest = '\0'.repeat(DIGEST_SIZE_BYTES);

export function sha256(bytes: Uint8Array): Digest {
  return hash('sha256', bytes, 'binary');
}

/** The digest of parts laid end to end, such as the batches that a block read. */
export function sha256OfParts(parts: Iterable<Uint8Array>): Digest {
  const hashing = createHash('sha256');
  for (const part of parts) hashing.update(part);
  return hashing.digest('binary');
}

export function digestBytes(digest: Digest): Buffer {
  return Buffer.from(digest, 'latin1');
}

export function digestFromBytes(bytes: Uint8Array): Digest {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
}

export function digestToHex(digest: Digest): string {
  return digestBytes(digest).toString('hex');
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
  return bytes?.length === DIGEST_SIZE_BYTES ? digestFromBytes(bytes) : undefined;
}

/** RFC 4648 section 4, padded. Node forgives much in base64, a proof must not: only the canonical text is taken. */
export function bytesFromBase64(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? bytes : undefined;
}
