// An unaltered chain verifies; an altered one does not, and the fault names the position.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ByteReader, ByteWriter } from '../../src/domain/bytes.ts';
import type { Entry } from '../../src/domain/entry.ts';
import { murmur2 } from '../../src/domain/partition.ts';
import {
  type BlockHeader,
  blockHash,
  decodeBlock,
  encodeBlock,
  encodeHeader,
  forEachEntry,
} from '../../src/ledger/block-codec.ts';
import { digestToHex, ZERO_DIGEST } from '../../src/ledger/digest.ts';
import { writePlacedEntry } from '../../src/ledger/entry-codec.ts';
import { emptyHead } from '../../src/ledger/head.ts';
import { type ChainFault, makeChainVerifier } from '../../src/ledger/verify.ts';
import { buildBlock, readEntries } from './blocks.ts';
import { AS_OF, chainOf, draftOf, inputOf, RULES_HASH } from './samples.ts';

const chain = chainOf([3, 0, 2]);

function faultOf(blocks: readonly Buffer[], partition = 3): ChainFault | undefined {
  const verifier = makeChainVerifier(partition);
  for (const bytes of blocks) {
    const fault = verifier.next(bytes);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

/** The chain with the block at a height given another header, or other entries. */
function altered(height: number, change: Partial<BlockHeader>, edit = (entry: Entry): Entry => entry): Buffer[] {
  const block = decodeBlock(chain[height]!.bytes);
  const writer = new ByteWriter();
  for (const entry of readEntries(block)) {
    const own = new ByteWriter();
    const edited = edit(entry);
    writePlacedEntry(own, edited, edited);
    writer.uint32(own.length);
    writer.raw(own.view());
  }
  const bytes = encodeBlock(encodeHeader({ ...block.header, ...change }), writer.view());
  return chain.map((built, at) => (at === height ? bytes : built.bytes));
}

const blocks = chain.map(({ bytes }) => bytes);

describe('given an unaltered chain', () => {
  test('then it verifies, and the verifier ends at its head', () => {
    const verifier = makeChainVerifier(3);
    expect(blocks.map((bytes) => verifier.next(bytes))).toEqual([undefined, undefined, undefined]);
    expect(verifier.head).toEqual(chain[2]!.head);
  });

  test('then it verifies from a trusted head, without the earlier blocks', () => {
    const verifier = makeChainVerifier(3, chain[1]!.head);
    expect(verifier.next(blocks[2]!)).toBeUndefined();
    expect(verifier.head).toEqual(chain[2]!.head);
  });

  test('then writing it again changes nothing', () => {
    expect(altered(0, {})[0]!.equals(blocks[0]!)).toBe(true);
  });
});

describe('given a chain with one thing altered', () => {
  const height = 2;
  const { header } = chain[2]!;
  const digest = blockHash(Buffer.from('another'));
  test.each<[string, Partial<BlockHeader>, string]>([
    ['partition', { partition: 4 }, "the header's partition is 4, expected 3"],
    ['height', { height: 3 }, "the header's height is 3, expected 2"],
    [
      'previous block',
      { previous: digest },
      `the header's previous is ${digestToHex(digest)}, expected ${digestToHex(header.previous)}`,
    ],
    ['time', { as_of: AS_OF + 999 }, `as_of ${AS_OF + 999} is before ${AS_OF + 1000}, the time of the previous block`],
    ['input', { inputs: [inputOf(4, 5)] }, 'the input callbacks.v1 begins at 4, expected 3'],
    ['rules', { rules_hash: ZERO_DIGEST }, 'the header has no rules hash'],
    ['entry count', { entry_count: 3 }, "the header's entry_count is 3, expected 2"],
    ['tree size', { tree_size: 5 }, "the header's tree_size is 5, expected 4"],
    [
      'tree root',
      { tree_root: digest },
      `the header's tree_root is ${digestToHex(digest)}, expected ${digestToHex(header.tree_root)}`,
    ],
  ])('when it is the %s in a header, then that is the fault', (_, change, what) => {
    expect(faultOf(altered(height, change))).toEqual({ partition: 3, height, index: null, what });
  });

  test.each<[string, (entry: Entry) => Entry, string]>([
    ['index', (entry) => ({ ...entry, index: 0 }), "the entry's own id is 3-2-0"],
    ['height', (entry) => ({ ...entry, height: 1 }), "the entry's own id is 3-1-1"],
    ['partition', (entry) => ({ ...entry, partition: 0 }), "the entry's own id is 0-2-1"],
    ['time', (entry) => ({ ...entry, as_of: 5 }), `the entry's as_of is 5, its block's is ${AS_OF + 2000}`],
  ])('when it is the %s in an entry, then that entry is named', (_, edit, what) => {
    const fault = faultOf(altered(height, {}, (entry) => (entry.index === 1 ? edit(entry) : entry)));
    expect(fault).toEqual({ partition: 3, height, index: 1, what });
  });

  test('when it is the content of an entry, then the root of its block differs', () => {
    const fault = faultOf(altered(0, {}, (entry) => ({ ...entry, merchant: 'another' })));
    expect(fault).toMatchObject({ partition: 3, height: 0, index: null });
    expect(fault!.what).toMatch(/^the header's tree_root is /);
  });

  test('when extra bytes follow an entry, then that entry is named', () => {
    const { entries } = decodeBlock(blocks[0]!);
    const first = new ByteReader(entries).uint32();
    const longer = Buffer.concat([entries.subarray(0, 4 + first), Buffer.of(0), entries.subarray(4 + first)]);
    longer.writeUInt32BE(first + 1, 0);
    const bytes = encodeBlock(encodeHeader(chain[0]!.header), longer);
    expect(faultOf([bytes])).toEqual({
      partition: 3,
      height: 0,
      index: 0,
      what: 'there are extra bytes after the entry',
    });
  });

  test('when the entries of a key do not follow one another, then the later one is named', () => {
    const terms = { inputs: [], as_of: AS_OF, deadlines_to: AS_OF, rules_hash: RULES_HASH };
    const blockOf = (...keys: string[]) => {
      const drafts = keys.map((key) => ({ ...draftOf(1), key }));
      return buildBlock(emptyHead(3), terms, drafts).bytes;
    };
    expect(faultOf([blockOf('A-1', 'A-1', 'A-2')])).toBeUndefined();
    const what = 'the entries of its key do not follow one another';
    expect(faultOf([blockOf('A-1', 'A-2', 'A-2', 'A-1')])).toEqual({ partition: 3, height: 0, index: 3, what });
    // Two keys with one hash are two keys.
    const [one, other] = ['ORDER-139608', 'ORDER-147888'] as const;
    expect(murmur2(one)).toBe(murmur2(other));
    expect(faultOf([blockOf(one, 'A-1', other)])).toBeUndefined();
    expect(faultOf([blockOf(one, other, one)])).toEqual({ partition: 3, height: 0, index: 2, what });
  });

  test('when a whole block and its entries are replaced, then the next block no longer follows', () => {
    const [forged] = chainOf([2]);
    expect(faultOf([forged!.bytes])).toBeUndefined();
    expect(faultOf([forged!.bytes, blocks[1]!])).toMatchObject({ height: 1, index: null });
  });

  test('when a block is missing, repeated or swapped, then the height at fault is named', () => {
    const [first, second, third] = blocks as [Buffer, Buffer, Buffer];
    expect(faultOf([first, third])).toMatchObject({ height: 1, what: "the header's height is 2, expected 1" });
    expect(faultOf([first, first])).toMatchObject({ height: 1, what: "the header's height is 0, expected 1" });
    expect(faultOf([second, first, third])).toMatchObject({ height: 0 });
    expect(faultOf(blocks, 5)).toMatchObject({ partition: 5, height: 0 });
  });

  test('when an entry is changed, added, dropped, moved or doubled, then the first bad block is named (R06)', () => {
    const whole = chainOf([4, 3, 5]);
    const framed = whole.map(({ bytes }) => {
      const { entries } = decodeBlock(bytes);
      const own: Buffer[] = [];
      forEachEntry(entries, (from, to) => own.push(entries.subarray(from - 4, to)));
      return own;
    });
    const tampers: Record<string, (entries: Buffer[], at: number, other: Buffer) => Buffer[]> = {
      changed: (entries, at) => {
        const bytes = Buffer.from(entries[at]!);
        bytes[bytes.length - 1 - (at % 20)]! ^= 1;
        return entries.with(at, bytes);
      },
      added: (entries, at, other) => entries.toSpliced(at, 0, other),
      dropped: (entries, at) => entries.toSpliced(at, 1),
      moved: (entries, at) =>
        entries.with(at, entries[(at + 1) % entries.length]!).with((at + 1) % entries.length, entries[at]!),
      doubled: (entries, at) => entries.toSpliced(at, 0, entries[at]!),
    };
    for (const [name, tamper] of Object.entries(tampers)) {
      fc.assert(
        fc.property(fc.nat(2), fc.nat(), fc.nat(11), (height, seed, from) => {
          const own = framed[height]!;
          const at = seed % own.length;
          const all = tamper(own, at, framed.flat()[from]!);
          const bytes = encodeBlock(encodeHeader(decodeBlock(whole[height]!.bytes).header), Buffer.concat(all));
          fc.pre(!bytes.equals(whole[height]!.bytes));
          const fault = faultOf(whole.map((built, place) => (place === height ? bytes : built.bytes)));
          expect([name, fault?.height]).toEqual([name, height]);
          // Where the entry itself shows it, it is named too, and none before it.
          if (fault!.index !== null) expect(fault!.index).toBeGreaterThanOrEqual(Math.min(at, (at + 1) % own.length));
        }),
        { numRuns: 1_000 },
      );
    }
  });

  test('when it is a single bit, then its block or the next is at fault, or the head has another hash', () => {
    const bits = blocks.map((bytes) => bytes.length * 8);
    fc.assert(
      fc.property(fc.nat(2), fc.nat(), (at, seed) => {
        const flipped = Buffer.from(blocks[at]!);
        const bit = seed % bits[at]!;
        flipped[bit >> 3]! ^= 1 << (bit & 7);
        const verifier = makeChainVerifier(3);
        const faults = blocks.map((bytes, height) => verifier.next(height === at ? flipped : bytes));
        const first = faults.findIndex((fault) => fault !== undefined);
        const byHashOnly = first === -1 && at === 2 && verifier.head.hash !== chain[2]!.head.hash;
        expect(first === at || first === at + 1 || byHashOnly).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });
});
