// Pseudonyms are hashes under the keys of the directory, the same for as long as these are; and a key that was taken
// out can be made of nothing that is left.

import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { KeyTree } from '../../../src/archive/privacy/key-tree.ts';
import { makePseudonym, PseudonymKeys } from '../../../src/archive/privacy/pseudonym-key.ts';
import { FORGOTTEN } from '../../../src/domain/forgotten.ts';

const text = fc.oneof(
  fc.stringMatching(/^\d{5,15}$/),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.nat(200).map((size) => 'é'.repeat(size)),
);
const LEVELS = 3;
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest();

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'hesabu-pseudonym-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

describe('makePseudonym', () => {
  it('gives the same for a text in any order and again, and others for others', () => {
    const [pseudonym, again] = [makePseudonym(dir), makePseudonym(dir)];
    fc.assert(
      fc.property(fc.uniqueArray(text, { minLength: 1, maxLength: 20 }), (texts) => {
        const made = texts.map(pseudonym);
        expect(texts.toReversed().map(again).reverse()).toEqual(made);
        for (const one of made) expect(one).toMatch(/^[\w-]{21}[AQgw]$/);
        // A lone surrogate is written as U+FFFD.
        expect(new Set(made).size).toBe(new Set(texts.map((one) => Buffer.from(one).toString())).size);
      }),
    );
  });

  it('is the hash that its file says: of the key at its place, the length and the text', () => {
    const keys = PseudonymKeys.open(dir);
    const root = readFileSync(join(dir, 'keys', 'pseudonym.key')).subarray(-64, -32);
    fc.assert(
      fc.property(text, (one) => {
        const path = Buffer.alloc(LEVELS);
        path.writeUIntBE(keys.placeOf(one), 0, LEVELS);
        const key = path.reduce<Buffer>(
          (above, nth, at) => sha256(Buffer.concat([above, Buffer.from([at + 1, nth])])),
          root,
        );
        const size = Buffer.alloc(4);
        size.writeUInt32BE(Buffer.byteLength(one));
        const name = sha256(Buffer.concat([key, size, Buffer.from(one)]));
        expect(keys.pseudonym(one)).toBe(name.subarray(0, 16).toString('base64url'));
      }),
    );
  });

  it('is another one under other keys', () => {
    const other = mkdtempSync(join(tmpdir(), 'hesabu-pseudonym-'));
    const one = randomBytes(8).toString('hex');
    expect(makePseudonym(other)(one)).not.toBe(makePseudonym(dir)(one));
    rmSync(other, { recursive: true });
  });

  it.each([
    ['the one key of an earlier version', () => randomBytes(64), 'one key for all pseudonyms'],
    ['other bytes', () => Buffer.from('a key'), 'other bytes'],
    ['a part of a file', () => PseudonymKeys.of(randomBytes(64)).encode().subarray(0, -1), 'a wrong checksum'],
    ['a changed bit', () => flipped(PseudonymKeys.of(randomBytes(64)).encode(), 70), 'a wrong checksum'],
  ])('refuses %s', (_, bytes, found) => {
    PseudonymKeys.open(dir);
    writeFileSync(join(dir, 'keys', 'pseudonym.key'), bytes());
    const about = 'HESABU_DATA_VERSION: keys/pseudonym.key: the data directory has another version';
    expect(() => makePseudonym(dir)).toThrow(`${about}; expected hesabu pseudonym keys 1, found ${found}.`);
  });
});

function flipped(bytes: Buffer, at: number): Buffer {
  bytes[at]! ^= 1;
  return bytes;
}

describe('a forgotten number', () => {
  it('has no pseudonym, however it is written, and all others keep theirs', () => {
    const keys = PseudonymKeys.open(dir);
    const others = ['254712345679', '254722345678', '10.0.0.1', 'Jane Wanjiku', '', '256772123456'];
    const before = others.map(keys.pseudonym);
    const forms = ['254712345678', '0712345678', '00254712345678', 'KE 0712345678', 'from 254712345678'];
    expect(new Set(forms.map(keys.placeOf, keys)).size).toBe(1);
    expect(keys.forget(keys.placeOf('254712345678'))).toBe(true);
    expect(keys.forget(keys.placeOf('0712345678'))).toBe(false);
    for (const known of [keys, PseudonymKeys.decode(keys.encode())]) {
      expect(forms.map(known.pseudonym)).toEqual(forms.map(() => FORGOTTEN));
      // The second has the same last seven digits, and so the same key.
      expect(others.map(known.pseudonym)).toEqual(before.with(1, FORGOTTEN));
    }
  });
});

describe('KeyTree', () => {
  const path = fc.oneof(
    fc.nat(2 ** 24 - 1),
    fc.nat(300),
    fc.nat(5).map((high) => high * 65536 + 7),
  );

  it('without any set of keys has all others as before, and these follow from nothing that is left', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 32, maxLength: 32 }),
        fc.array(path, { minLength: 1, maxLength: 6 }),
        fc.array(path, { maxLength: 20 }),
        (root, removed, others) => {
          const [whole, tree] = [KeyTree.of(root), KeyTree.of(root)];
          const near = removed.flatMap((one) => [one ^ 1, one ^ 256, one ^ 65536]);
          // Some were asked for before.
          for (const one of others) tree.leaf(one);
          for (const [nth, one] of removed.entries())
            expect(tree.remove(one)).toBe(!removed.slice(0, nth).includes(one));
          const bytes = tree.encode();
          for (const left of [tree, KeyTree.decode(bytes)]) {
            for (const one of [...others, ...near, ...removed]) {
              expect(left.leaf(one)).toBe(removed.includes(one) ? undefined : whole.leaf(one));
            }
            for (const one of removed) expect(left.remove(one)).toBe(false);
          }
          const kept = keysIn(bytes);
          for (const one of removed) for (const key of keysAbove(root, one)) expect(kept.has(key)).toBe(false);
        },
      ),
      { numRuns: 40 },
    );
  });

  it.each([
    ['a part of a key', Buffer.alloc(35)],
    ['a level below the leaves', Buffer.alloc(36, 4)],
    [
      'keys in another order',
      Buffer.concat([Buffer.from([1, 0, 0, 2]), Buffer.alloc(32), Buffer.from([1, 0, 0, 1]), Buffer.alloc(32)]),
    ],
    ['a path that its level has not', Buffer.concat([Buffer.from([1, 0, 1, 0]), Buffer.alloc(32)])],
  ])('refuses %s', (_, bytes) => {
    expect(() => KeyTree.decode(bytes)).toThrow(RangeError);
  });
});

function keysIn(bytes: Buffer): ReadonlySet<string> {
  const keys = new Set<string>();
  for (let at = 4; at < bytes.length; at += 36) keys.add(bytes.toString('hex', at, at + 32));
  return keys;
}

/** The key at a path, and all from which it follows. */
function keysAbove(root: Uint8Array, path: number): readonly string[] {
  const keys = [Buffer.from(root)];
  for (let level = 1; level <= LEVELS; level++) {
    keys.push(sha256(Buffer.concat([keys.at(-1)!, Buffer.from([level, (path >>> (8 * (LEVELS - level))) & 255])])));
  }
  return keys.map((key) => key.toString('hex'));
}
