// The tree against the reference vectors of Certificate Transparency, and against the RFC's own recursive definition.
// Source of the vectors: github.com/transparency-dev/merkle, testonly/constants.go and testdata/, which took the leaves
// and roots from github.com/google/certificate-transparency.

import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Digest, digestFromBase64, digestFromHex, digestToBase64, digestToHex } from '../../src/ledger/digest.ts';
import {
  consistencyProof,
  EMPTY_TREE,
  inclusionProof,
  leafHash,
  merkleRoot,
  nodeHash,
  rootOf,
  TreeGrower,
  verifyConsistency,
  verifyInclusion,
} from '../../src/ledger/merkle.ts';
import { NaiveTree } from './naive-tree.ts';

const LEAVES = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'];
const ROOTS = [
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];
const NODE = {
  leaf0: 'bjQLnP+zepicpUTmu3gKLHiQHT+zNzh2hRGjBhevoB0=',
  leaf1: 'lqKW0iTyhcZ77pPDD4owkVfw2qNdxbh+QQt4YwoJz8c=',
  leaf4: 'vBoGQ7EuTS18d5GPROD095qDi2z57FtcKD4fTYhZnms=',
  leaf6: 'sIaT7C5yFZcTBkHoIR5+7cy0wmQTlj7ubB4u0W/7Gl8=',
  pair0: '+sVCA+fMaWzw38tCySodnbr3CtnmIfS9jZhmLwDjwSU=',
  pair1: 'Xwg/ChozygdqlSeYMlgNs+DvRYS9/x9UyKNg9Q3jAx4=',
  pair2: 'DrxdNDf74tsVi58Sah0RjjCBgQMdCpSfje3t68VY72o=',
  pair3: 'yoVOoSjtBQtBs1/8G4e46yveRh6eO1WW7Oa51ZdaCuA=',
  four0: '037kGJdt2VdTwcc4Yrk5j6Kiz5tP8P3+izDNlSCWFLc=',
  four1: 'a0eq8p7jwq+a+Im8H7klTavTEXfxYjLdaqsDXKOb9uQ=',
};
const hashes = LEAVES.map((leaf) => leafHash(Buffer.from(leaf, 'hex')));
const root = (size: number): Digest => digestFromHex(ROOTS[size]!)!;

/** All trees up to this size, and those around the powers of two; `HESABU_TEST_TREES` sets another number. */
const TREES = Number(process.env.HESABU_TEST_TREES ?? 40);
const SIZES = Array.from({ length: 258 }, (_, size) => size).filter(
  (size) => size <= TREES || [63, 64, 65, 127, 128, 129, 255, 256, 257].includes(size),
);

describe('every tree, every leaf and every smaller tree', { timeout: 120_000 }, () => {
  test('have the roots and proofs of the definition (R05)', () => {
    const all = leavesOf(257);
    const naive = new NaiveTree(all);
    for (const size of SIZES) {
      const leaves = all.slice(0, size);
      const root = merkleRoot(leaves);
      expect(root).toBe(naive.root(0, size));
      for (let at = 0; at < size; at++) {
        const path = inclusionProof(leaves, at);
        expect(path).toEqual(naive.path(at, 0, size));
        expect(verifyInclusion(leaves[at]!, at, size, path, root)).toBe(true);
        const growth = consistencyProof(leaves, at + 1);
        expect(growth).toEqual(naive.growth(at + 1, 0, size, true));
        expect(verifyConsistency(at + 1, naive.root(0, at + 1), size, root, growth)).toBe(true);
      }
    }
  });
});

describe('reference vectors', () => {
  test.each(ROOTS.map((hex, size) => [size, hex] as const))('the tree of size %i', (size, hex) => {
    expect(digestToHex(merkleRoot(hashes, 0, size))).toBe(hex);
  });

  test.each([
    [0, 1, []],
    [0, 8, [NODE.leaf1, NODE.pair1, NODE.four1]],
    [5, 8, [NODE.leaf4, NODE.pair3, NODE.four0]],
    [2, 3, [NODE.pair0]],
    [1, 5, [NODE.leaf0, NODE.pair1, NODE.leaf4]],
  ])('inclusion of leaf %i in the tree of size %i', (index, size, proof) => {
    expect(inclusionProof(hashes.slice(0, size), index).map(digestToBase64)).toEqual(proof);
    expect(verifyInclusion(hashes[index]!, index, size, proof.map(fromBase64), root(size))).toBe(true);
  });

  test.each([
    [1, 1, []],
    [1, 8, [NODE.leaf1, NODE.pair1, NODE.four1]],
    [6, 8, [NODE.pair2, NODE.pair3, NODE.four0]],
    [2, 5, [NODE.pair1, NODE.leaf4]],
    [6, 7, [NODE.pair2, NODE.leaf6, NODE.four0]],
  ])('consistency of size %i with size %i', (from, to, proof) => {
    expect(consistencyProof(hashes.slice(0, to), from).map(digestToBase64)).toEqual(proof);
    expect(verifyConsistency(from, root(from), to, root(to), proof.map(fromBase64))).toBe(true);
  });
});

describe('any tree', () => {
  test('has the root of the recursive definition, however it grew', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 40 }), fc.nat(40), (leaves, cut) => {
        const digests = leaves.map((leaf) => leafHash(Buffer.from(leaf)));
        const first = new TreeGrower();
        for (const digest of digests.slice(0, cut)) first.append(digest);
        const before = first.head();
        const second = new TreeGrower(before);
        for (const digest of digests.slice(cut)) second.append(digest);
        expect(digestToHex(rootOf(second.head()))).toBe(rootByDefinition(leaves).toString('hex'));
        expect(first.head()).toEqual(before);
        expect(second.head().size).toBe(leaves.length);
      }),
    );
  });

  test('proves every leaf, and no other leaf, index, size, root or altered proof', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 70 }), fc.nat(), fc.nat(), (size, seed, other) => {
        const leaves = leavesOf(size);
        const index = seed % size;
        const top = merkleRoot(leaves);
        const proof = inclusionProof(leaves, index);
        expect(verifyInclusion(leaves[index]!, index, size, proof, top)).toBe(true);
        expect(verifyInclusion(flip(leaves[index]!, other), index, size, proof, top)).toBe(false);
        expect(verifyInclusion(leaves[index]!, size, size, proof, top)).toBe(false);
        expect(verifyInclusion(leaves[index]!, index, size, proof, flip(top, other))).toBe(false);
        if (index !== other % size) expect(verifyInclusion(leaves[index]!, other % size, size, proof, top)).toBe(false);
        for (const altered of alterationsOf(proof, other)) {
          expect(verifyInclusion(leaves[index]!, index, size, altered, top)).toBe(false);
        }
      }),
    );
  });

  test('proves that it grew from every smaller tree, and from no other', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 70 }), fc.nat(), fc.nat(), (size, seed, other) => {
        const leaves = leavesOf(size);
        const from = 1 + (seed % size);
        const [before, after] = [merkleRoot(leaves, 0, from), merkleRoot(leaves)];
        const proof = consistencyProof(leaves, from);
        expect(verifyConsistency(from, before, size, after, proof)).toBe(true);
        expect(verifyConsistency(from, flip(before, other), size, after, proof)).toBe(false);
        expect(verifyConsistency(from, before, size, flip(after, other), proof)).toBe(false);
        expect(verifyConsistency(size + 1, before, size, after, proof)).toBe(false);
        for (const altered of alterationsOf(proof, other)) {
          expect(verifyConsistency(from, before, size, after, altered)).toBe(false);
        }
      }),
    );
  });

  test('is not proved by hashes that lead to a root from a wrong level', () => {
    const [one, two] = hashes as [Digest, Digest];
    expect(verifyInclusion(one, 0, 1, [two], nodeHash(two, one))).toBe(false);
    expect(verifyInclusion(one, 0, 4, [two], root(2))).toBe(false);
    expect(verifyConsistency(1, one, 2, root(2), [two])).toBe(true);
    expect(verifyConsistency(1, one, 4, root(2), [two])).toBe(false);
  });

  test('grew from the empty tree, which needs no proof', () => {
    const [empty, after] = [rootOf(EMPTY_TREE), merkleRoot(hashes)];
    expect(verifyConsistency(0, empty, 8, after, [])).toBe(true);
    expect(verifyConsistency(0, empty, 0, empty, [])).toBe(true);
    expect(verifyConsistency(0, after, 8, after, [])).toBe(false);
    expect(verifyConsistency(0, after, 0, after, [])).toBe(false);
    expect(verifyConsistency(0, empty, 8, after, [after])).toBe(false);
  });
});

function fromBase64(text: string): Digest {
  return digestFromBase64(text)!;
}

function leavesOf(size: number): Digest[] {
  return Array.from({ length: size }, (_, at) => leafHash(Buffer.from(`leaf ${at}`)));
}

/** The digest with one of its 256 bits changed. */
function flip(digest: Digest, bit: number): Digest {
  const bytes = Buffer.from(digest, 'latin1');
  const at = bit % 256;
  bytes[at >> 3]! ^= 1 << (at & 7);
  return bytes.toString('latin1');
}

/** The proof with a hash changed, omitted or added, at either end. */
function alterationsOf(proof: readonly Digest[], seed: number): Digest[][] {
  const extra = flip(proof[0] ?? leafHash(Buffer.alloc(0)), seed);
  const longer = [
    [extra, ...proof],
    [...proof, extra],
  ];
  if (proof.length === 0) return longer;
  const at = seed % proof.length;
  return [...longer, proof.with(at, flip(proof[at]!, seed)), proof.slice(1), proof.slice(0, -1)];
}

/** MTH of RFC 6962 2.1, word for word. */
function rootByDefinition(leaves: readonly Uint8Array[]): Buffer {
  const sha = createHash('sha256');
  if (leaves.length === 0) return sha.digest();
  if (leaves.length === 1) return sha.update(Buffer.of(0)).update(leaves[0]!).digest();
  const split = 2 ** Math.ceil(Math.log2(leaves.length) - 1);
  sha.update(Buffer.of(1)).update(rootByDefinition(leaves.slice(0, split)));
  return sha.update(rootByDefinition(leaves.slice(split))).digest();
}
