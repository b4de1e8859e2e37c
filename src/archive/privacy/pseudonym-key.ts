// Facts contain personal data only as keyed hashes: the same phone number always gives the same text, and nobody
// without the key of this data directory can find out the number.

import { hash, randomBytes } from 'node:crypto';
import { readOrMakeSecret } from '../../runtime/secrets.ts';

const BLOCK_BYTES = 64;
const DIGEST_BYTES = 32;
/** A text of up to so many bytes is hashed in a buffer that is kept for its size. */
const SHORT_MAX = 64;
const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
/** Sixteen bytes are so many whole digits of base64url, and the upper two bits of one more. */
const WHOLE_DIGITS = 21;
const UPPER_BITS = 0b110000;
const lastDigits = new Map(Array.from(DIGITS, (digit, value) => [digit, DIGITS.charAt(value & UPPER_BITS)]));

/**
 * HMAC-SHA256 (RFC 2104) under the directory's key, cut to 16 bytes, in base64url. Nothing is kept of a text: most
 * texts of a file are new, and to look each up among those before takes longer than to hash it.
 */
export function makePseudonym(dir: string): (text: string) => string {
  const key = readOrMakeSecret(dir, 'pseudonym.key', () => randomBytes(BLOCK_BYTES));
  const inner = key.map((byte) => byte ^ 0x36);
  const outer = Buffer.alloc(BLOCK_BYTES + DIGEST_BYTES);
  outer.set(key.map((byte) => byte ^ 0x5c));
  const short: Buffer[] = [];
  const innerWith = (text: string): Buffer => {
    const size = Buffer.byteLength(text);
    if (size > SHORT_MAX) return Buffer.concat([inner, Buffer.from(text)]);
    short[size] ??= Buffer.concat([inner, Buffer.alloc(size)]);
    short[size].write(text, inner.length);
    return short[size];
  };
  return (text) => {
    // Two plain hashes make the HMAC; createHmac was measured eight times slower for such short texts.
    outer.write(hash('sha256', innerWith(text), 'binary'), BLOCK_BYTES, 'latin1');
    const name = hash('sha256', outer, 'base64url');
    return name.slice(0, WHOLE_DIGITS) + lastDigits.get(name.charAt(WHOLE_DIGITS));
  };
}
