// Facts contain personal data only as keyed hashes: the same phone number always gives the same text, and nobody
// without the keys of this data directory can find out the number. Each number has a key of its own, so that it can be
// forgotten: without that key, nobody can tell what its pseudonym was.

import { createHmac, hash, randomBytes, timingSafeEqual } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { HesabuError } from '../../domain/errors.ts';
import { FORGOTTEN } from '../../domain/forgotten.ts';
import { readOrMakeSecret } from '../../runtime/secrets.ts';
import { replaceShredded } from '../../runtime/shredded-file.ts';
import { readForgotten } from './forgotten-list.ts';
import { KEY_BYTES, KeyTree } from './key-tree.ts';

const PSEUDONYM_KEYS = 'pseudonym.key';
const FORM = Buffer.from('hesabu pseudonym keys 1\n');
const DIGEST_BYTES = 32;
/** Of a place that is written where others may read it. */
const [NONCE_BYTES, PLACE_BYTES, PROOF_BYTES] = [16, 3, 16] as const;
/** An earlier version had one key for all. */
const FLAT_BYTES = 64;

/** A text of up to so many bytes is hashed in a buffer that is kept for its size. */
const SHORT_MAX = 64;
/** Before a text stand its key and its length: so no text is the beginning of another. */
const HEAD_BYTES = KEY_BYTES + 4;
const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
/** Sixteen bytes are so many whole digits of base64url, and the upper two bits of one more. */
const WHOLE_DIGITS = 21;
const UPPER_BITS = 0b110000;
const lastDigits = new Map(Array.from(DIGITS, (digit, value) => [digit, DIGITS.charAt(value & UPPER_BITS)]));

/** By so many last digits a number finds its key, whether it is written with its country or without. */
const SUBJECT_DIGITS = 7;
/** The factors of a place's hash: so many characters have one of their own. */
const FACTORS = 64;

/** The keys of a data directory's pseudonyms. */
export class PseudonymKeys {
  private readonly placeKey: Buffer;
  private readonly tree: KeyTree;
  private readonly factors: Int32Array;
  private readonly short: Buffer[] = [];
  /** Whether a key was taken out since the file was written. */
  private isChanged = false;

  private constructor(placeKey: Buffer, tree: KeyTree) {
    this.placeKey = placeKey;
    this.tree = tree;
    this.factors = factorsOf(placeKey);
  }

  /**
   * Reads the keys of a data directory, made if they are missing, without those of people who were forgotten: an older
   * copy of the file may have them still. Throws HESABU_DATA_VERSION.
   */
  static open(dir: string): PseudonymKeys {
    const make = () => PseudonymKeys.of(randomBytes(2 * KEY_BYTES)).encode();
    const keys = PseudonymKeys.decode(readOrMakeSecret(dir, PSEUDONYM_KEYS, make));
    for (const place of readForgotten(dir).keys()) keys.forget(place);
    return keys;
  }

  /** New keys, of 64 bytes that nobody knows. */
  static of(secret: Buffer): PseudonymKeys {
    return new PseudonymKeys(secret.subarray(0, KEY_BYTES), KeyTree.of(secret.subarray(KEY_BYTES)));
  }

  /** Throws HESABU_DATA_VERSION for bytes that `encode` did not write. */
  static decode(bytes: Buffer): PseudonymKeys {
    const end = bytes.length - DIGEST_BYTES;
    const isFormed = bytes.subarray(0, FORM.length).equals(FORM) && end >= FORM.length + KEY_BYTES;
    if (!isFormed) throw unreadable(bytes.length === FLAT_BYTES ? 'one key for all pseudonyms' : 'other bytes');
    if (!timingSafeEqual(digestOf(bytes.subarray(0, end)), bytes.subarray(end))) throw unreadable('a wrong checksum');
    const nodes = FORM.length + KEY_BYTES;
    return new PseudonymKeys(
      Buffer.from(bytes.subarray(FORM.length, nodes)),
      KeyTree.decode(bytes.subarray(nodes, end)),
    );
  }

  encode(): Buffer {
    const content = Buffer.concat([FORM, this.placeKey, this.tree.encode()]);
    return Buffer.concat([content, digestOf(content)]);
  }

  /**
   * A keyed hash of a text, 16 bytes in base64url; `forgotten` if its key was taken out. Nothing is kept of a text:
   * most texts of a file are new, and to look each up among those before takes longer than to hash it.
   */
  readonly pseudonym = (text: string): string => {
    const leaf = this.tree.leaf(this.placeOf(text));
    if (leaf === undefined) return FORGOTTEN;
    const name = hash('sha256', this.inputOf(leaf, text), 'base64url');
    return name.slice(0, WHOLE_DIGITS) + lastDigits.get(name.charAt(WHOLE_DIGITS));
  };

  /**
   * The place of a text's key: of a number that of its last seven digits, so that it is found however it is written,
   * also at the end of other words. About one in ten million others has the same.
   */
  placeOf(text: string): number {
    let run = 0;
    for (let at = text.length - 1; at >= 0; at--) {
      const code = text.charCodeAt(at);
      run = code >= 48 && code <= 57 ? run + 1 : 0;
      if (run === SUBJECT_DIGITS) return this.hashOf(text, at, at + SUBJECT_DIGITS);
    }
    return this.hashOf(text, 0, text.length);
  }

  /** Takes out the key at a place. False if it was taken out before. */
  forget(place: number): boolean {
    const isRemoved = this.tree.remove(place);
    this.isChanged ||= isRemoved;
    return isRemoved;
  }

  /** Writes what is left into the file of the data directory, if that has more. */
  save(dir: string): void {
    if (!this.isChanged) return;
    replaceShredded(join(dir, 'keys', PSEUDONYM_KEYS), (file) => writeFileSync(file, this.encode()));
    this.isChanged = false;
  }

  /** A place as it is written where others may read it: each time another text. */
  sealed(place: number): string {
    const nonce = randomBytes(NONCE_BYTES);
    const text = Buffer.alloc(PLACE_BYTES);
    text.writeUIntBE(place, 0, PLACE_BYTES);
    return Buffer.concat([nonce, this.masked(nonce, text), this.proofOf(nonce, text)]).toString('base64url');
  }

  /** The place; undefined if it was written under other keys. */
  unsealed(written: string): number | undefined {
    const bytes = Buffer.from(written, 'base64url');
    if (bytes.length !== NONCE_BYTES + PLACE_BYTES + PROOF_BYTES) return undefined;
    const nonce = bytes.subarray(0, NONCE_BYTES);
    const text = this.masked(nonce, bytes.subarray(NONCE_BYTES, NONCE_BYTES + PLACE_BYTES));
    const isOwn = this.proofOf(nonce, text).equals(bytes.subarray(NONCE_BYTES + PLACE_BYTES));
    return isOwn ? text.readUIntBE(0, PLACE_BYTES) : undefined;
  }

  private masked(nonce: Buffer, text: Buffer): Buffer {
    const mask = createHmac('sha256', this.placeKey).update('place').update(nonce).digest();
    return Buffer.from(text.map((byte, at) => byte ^ mask[at]!));
  }

  private proofOf(nonce: Buffer, place: Uint8Array): Buffer {
    const proof = createHmac('sha256', this.placeKey).update('proof').update(nonce).update(place);
    return proof.digest().subarray(0, PROOF_BYTES);
  }

  /**
   * Multilinear hashing: the place of a text says nothing of it to somebody without the factors, and costs a fiftieth
   * of what a SHA-256 does. That two texts have one place harms neither.
   */
  private hashOf(text: string, from: number, to: number): number {
    const { factors } = this;
    let sum = factors[FACTORS]!;
    for (let at = from; at < to; at++) {
      const nth = (at - from) % FACTORS;
      if (nth === 0 && at > from) sum = Math.imul(sum ^ (sum >>> 15), factors[FACTORS]! | 1);
      sum = (sum + Math.imul(factors[nth]!, text.charCodeAt(at) + 1)) | 0;
    }
    return sum >>> 8;
  }

  private inputOf(leaf: string, text: string): Buffer {
    const size = Buffer.byteLength(text);
    const isShort = size <= SHORT_MAX;
    let input = isShort ? this.short[size] : undefined;
    if (input === undefined) {
      input = Buffer.alloc(HEAD_BYTES + size);
      input.writeUInt32BE(size, KEY_BYTES);
      if (isShort) this.short[size] = input;
    }
    input.write(leaf, 'latin1');
    input.write(text, HEAD_BYTES);
    return input;
  }
}

/** The pseudonyms of a data directory; see `PseudonymKeys`. */
export function makePseudonym(dir: string): (text: string) => string {
  return PseudonymKeys.open(dir).pseudonym;
}

function factorsOf(key: Buffer): Int32Array {
  const bytes = Array.from({ length: Math.ceil(((FACTORS + 1) * 4) / DIGEST_BYTES) }, (_, nth) =>
    digestOf(Buffer.concat([key, Buffer.from([nth])])),
  );
  const all = Buffer.concat(bytes);
  return Int32Array.from({ length: FACTORS + 1 }, (_, nth) => all.readInt32BE(nth * 4));
}

function digestOf(bytes: Buffer): Buffer {
  return hash('sha256', bytes, 'buffer');
}

function unreadable(found: string): HesabuError {
  const remedy = 'Restore the folder keys from a backup, or use the version of Hesabu that made it.';
  return new HesabuError('HESABU_DATA_VERSION', {
    where: `keys/${PSEUDONYM_KEYS}`,
    expected: FORM.toString().trim(),
    found,
    remedy,
  });
}
