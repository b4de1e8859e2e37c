// Pseudonyms are the HMAC-SHA256 of a text under the directory's key, and so the same for as long as that key is.

import { createHmac, randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makePseudonym } from '../../../src/archive/privacy/pseudonym-key.ts';

describe('makePseudonym', () => {
  let dir: string;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'hesabu-pseudonym-'));
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  it('gives the first 16 bytes of the HMAC of any text, in any order and again', () => {
    const pseudonym = makePseudonym(dir);
    const key = readFileSync(join(dir, 'keys', 'pseudonym.key'));
    const expected = (text: string) =>
      createHmac('sha256', key).update(text).digest().subarray(0, 16).toString('base64url');
    const text = fc.oneof(
      fc.stringMatching(/^\d{5,15}$/),
      fc.string({ unit: 'binary', maxLength: 40 }),
      fc.nat(200).map((size) => 'é'.repeat(size)),
    );
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 20 }), (texts) => {
        for (const one of [...texts, ...texts]) expect(pseudonym(one)).toBe(expected(one));
      }),
    );
  });

  it('is another one under another key', () => {
    const other = mkdtempSync(join(tmpdir(), 'hesabu-pseudonym-'));
    const text = randomBytes(8).toString('hex');
    expect(makePseudonym(dir)(text)).toBe(makePseudonym(dir)(text));
    expect(makePseudonym(other)(text)).not.toBe(makePseudonym(dir)(text));
    rmSync(other, { recursive: true });
  });
});
