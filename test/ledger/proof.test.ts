// Checkpoints and the two proof texts: valid ones are accepted, anything else is refused.

import { generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ByteReader } from '../../src/domain/bytes.ts';
import { HesabuError } from '../../src/domain/errors.ts';
import { decodeBlock, forEachEntry } from '../../src/ledger/block-codec.ts';
import { openCheckpoint, signCheckpoint } from '../../src/ledger/checkpoint.ts';
import { type Digest, digestToBase64, ZERO_DIGEST } from '../../src/ledger/digest.ts';
import { readEntry } from '../../src/ledger/entry-codec.ts';
import { emptyHead } from '../../src/ledger/head.ts';
import { leafHash, rootOf } from '../../src/ledger/merkle.ts';
import { signerFromPem, signNote } from '../../src/ledger/note.ts';
import {
  consistencyProofText,
  inclusionProofText,
  verifyConsistencyText,
  verifyInclusionText,
} from '../../src/ledger/proof.ts';
import { leavesIn } from './blocks.ts';
import { chainOf } from './samples.ts';

const pem = generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' }) as string;
const signer = signerFromPem(pem, 'duka.example');
const { verifier } = signer;
const chain = chainOf([5, 4, 0, 12]);
const leafBytes = chain.flatMap(({ bytes }) => leavesIn(decodeBlock(bytes)));
const leaves: Digest[] = leafBytes.map((leaf) => leafHash(leaf));
/** Each entry with the number of its leaf. */
const entries = leafBytes.flatMap((leaf, number) => {
  const found: { readonly number: number; readonly bytes: Buffer }[] = [];
  forEachEntry(leaf, (from, to) => found.push({ number, bytes: leaf.subarray(from, to) }));
  return found;
});
const SIZE = 13;
const { head } = chain[3]!;
const checkpoint = signCheckpoint(head, signer);

function refused(step: () => unknown): boolean {
  try {
    step();
    return false;
  } catch (error) {
    return error instanceof HesabuError && error.code === 'HESABU_PROOF_INVALID' && error.exit === 3;
  }
}

describe('a checkpoint', () => {
  test("states the ledger's head, in the lines of its format", () => {
    const lines = checkpoint.split('\n');
    expect(lines.slice(0, 6)).toEqual([
      'hesabu/duka.example/partition/3',
      String(SIZE),
      digestToBase64(rootOf(head.tree)),
      `blocks 4 ${digestToBase64(head.hash)}`,
      'recorded',
      '',
    ]);
    expect(openCheckpoint(checkpoint, verifier)).toEqual({
      partition: 3,
      size: SIZE,
      root: rootOf(head.tree),
      blocks: 4,
      hash: head.hash,
      isRecorded: true,
    });
  });

  test('of an empty ledger has no blocks', () => {
    const empty = openCheckpoint(signCheckpoint(emptyHead(12), signer), verifier);
    expect(empty).toMatchObject({ partition: 12, size: 0, blocks: 0, hash: ZERO_DIGEST });
  });

  test('with more lines below is read: others may add some (R11)', () => {
    const body = checkpoint.split('\n').slice(0, 4);
    const noteWith = (...lines: string[]) => signNote(`${[...body, ...lines].join('\n')}\n`, signer);
    const read = openCheckpoint(checkpoint, verifier);
    expect(openCheckpoint(noteWith('another line', 'recorded', 'and one more'), verifier)).toEqual(read);
    // Its signer kept no record of what it signed.
    expect(openCheckpoint(noteWith('another line'), verifier)).toEqual({ ...read, isRecorded: false });
  });

  test.each([
    ['origin', 0, 'hesabu/soko.example/partition/3'],
    ['partition', 0, 'hesabu/duka.example/partition/03'],
    ['size', 1, '013'],
    ['size', 1, '-13'],
    ['root', 2, 'AAAA'],
    ['root', 2, digestToBase64(rootOf(head.tree)).slice(0, -1)],
    ['block line', 3, 'blocks four'],
    ['block line', 3, `block 4 ${digestToBase64(head.hash)}`],
  ])('with another %s is refused, even with a valid signature (R11)', (_, at, line) => {
    const body = checkpoint.split('\n').slice(0, 4).with(at, line);
    expect(refused(() => openCheckpoint(signNote(`${body.join('\n')}\n`, signer), verifier))).toBe(true);
  });
});

describe('a proof of inclusion', () => {
  test('has the form of its specification', () => {
    const lines = inclusionProofText(leaves, 7, leafBytes[7]!, checkpoint).split('\n');
    expect(lines.slice(0, 3)).toEqual([
      'c2sp.org/tlog-proof@v1',
      `extra ${leafBytes[7]!.toString('base64')}`,
      'index 7',
    ]);
    expect(lines.slice(3, 7).every((line) => /^[A-Za-z0-9+/]{43}=$/.test(line))).toBe(true);
    expect(lines.slice(7).join('\n')).toBe(`\n${checkpoint}`);
  });

  test('is valid for the entries of its leaf, and for no other', () => {
    expect([entries.length, leaves.length]).toEqual([21, SIZE]);
    for (let leaf = 0; leaf < SIZE; leaf++) {
      const text = inclusionProofText(leaves, leaf, leafBytes[leaf]!, checkpoint);
      for (const { number, bytes } of entries) {
        if (number === leaf) {
          const proved = verifyInclusionText(text, bytes, verifier);
          expect(proved).toMatchObject({ leaf, checkpoint: { size: SIZE } });
          const { partition, height, index } = readEntry(new ByteReader(bytes));
          expect(proved.id).toBe(`${partition}-${height}-${index}`);
        } else expect(refused(() => verifyInclusionText(text, bytes, verifier))).toBe(true);
      }
    }
  });

  test('without its leaf, or with a part of it or another one, is refused', () => {
    const [{ number, bytes }] = entries as [{ number: number; bytes: Buffer }];
    const text = inclusionProofText(leaves, number, leafBytes[number]!, checkpoint);
    expect(verifyInclusionText(text, bytes, verifier).leaf).toBe(number);
    const framed = leafBytes[number]!.subarray(0, bytes.length + 4);
    for (const leaf of [framed, Buffer.concat([leafBytes[number]!, framed]), bytes, Buffer.alloc(0)]) {
      const other = text.replace(/extra .*/, `extra ${leaf.toString('base64')}`);
      expect(refused(() => verifyInclusionText(other, bytes, verifier))).toBe(true);
    }
    expect(refused(() => verifyInclusionText(text.replace(/extra .*\n/, ''), bytes, verifier))).toBe(true);
  });

  test('with any character changed or removed is refused', () => {
    const text = inclusionProofText(leaves, 7, leafBytes[7]!, checkpoint);
    const { bytes } = entries.find(({ number }) => number === 7)!;
    for (let at = 0; at < text.length; at++) {
      const changed = text.slice(0, at) + (text[at] === '1' ? '2' : '1') + text.slice(at + 1);
      const shorter = text.slice(0, at) + text.slice(at + 1);
      expect(refused(() => verifyInclusionText(changed, bytes, verifier))).toBe(true);
      expect(refused(() => verifyInclusionText(shorter, bytes, verifier))).toBe(true);
    }
  });
});

describe('a proof of consistency', () => {
  test('leads from every older checkpoint to the newer one', () => {
    for (const { head: older } of [{ head: emptyHead(3) }, ...chain]) {
      const text = consistencyProofText(leaves, older.tree.size, checkpoint);
      const newer = verifyConsistencyText(text, signCheckpoint(older, signer), verifier);
      expect(newer).toMatchObject({ size: SIZE, blocks: 4 });
    }
  });

  test('is refused for another older checkpoint, or with any character changed', () => {
    const text = consistencyProofText(leaves, 3, checkpoint);
    const older = signCheckpoint(chain[0]!.head, signer);
    const rewritten = { ...chain[0]!.head, tree: { size: 3, edge: [leaves[5]!, leaves[6]!] } };
    const elsewhere = { ...chain[0]!.head, partition: 4 };
    expect(refused(() => verifyConsistencyText(text.replace('from 3', 'from 4'), older, verifier))).toBe(true);
    for (const head of [chain[1]!.head, rewritten, elsewhere]) {
      expect(refused(() => verifyConsistencyText(text, signCheckpoint(head, signer), verifier))).toBe(true);
    }
    fc.assert(
      fc.property(fc.nat(text.length - 1), fc.constantFrom('', '0', '1', 'z', '\n', '='), (at, put) => {
        fc.pre(text[at] !== put);
        const altered = text.slice(0, at) + put + text.slice(at + 1);
        expect(refused(() => verifyConsistencyText(altered, older, verifier))).toBe(true);
      }),
    );
  });
});
