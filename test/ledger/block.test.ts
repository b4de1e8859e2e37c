// Blocks: another Avro library reads their bytes by schemas/block.avsc, they form a chain, and heads follow them.

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import avsc from 'avsc';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ByteReader, ByteWriter } from '../../src/domain/bytes.ts';
import { decodeBlock } from '../../src/ledger/block-codec.ts';
import { digestBytes, digestToHex, sha256OfParts, ZERO_DIGEST } from '../../src/ledger/digest.ts';
import { emptyHead, readHead, writeHead } from '../../src/ledger/head.ts';
import { leafHash, merkleRoot } from '../../src/ledger/merkle.ts';
import { buildBlock, headAfter, leavesIn, readEntries } from './blocks.ts';
import { AS_OF, anyDraft, chainOf, draftOf, inputOf, RULES_HASH } from './samples.ts';

const schema = (name: string) => JSON.parse(readFileSync(new URL(`../../schemas/${name}`, import.meta.url), 'utf8'));
const type = avsc.Type.forSchema(schema('block.avsc'));
const headerType = avsc.Type.forSchema(schema('block.avsc').fields[0].type);

describe('given any drafts, when a block is built', () => {
  test('then its bytes match the schema, and it reads back with each draft in its place', () => {
    fc.assert(
      fc.property(fc.array(anyDraft, { maxLength: 8 }), fc.nat(9), (drafts, partition) => {
        const inputs = drafts.length % 2 === 0 ? [] : [inputOf(0, 5)];
        const { bytes, header } = buildBlock(
          emptyHead(partition),
          { inputs, as_of: AS_OF, deadlines_to: AS_OF, rules_hash: RULES_HASH },
          drafts,
        );
        const block = decodeBlock(bytes);
        expect(block.header).toEqual(header);
        expect(readEntries(block)).toEqual(
          drafts.map((draft, index) => ({ ...draft, partition, height: 0, index, as_of: AS_OF })),
        );
        const raw = digestBytes;
        const record = {
          ...header,
          previous: raw(header.previous),
          inputs: header.inputs.map(({ topic, from, to, sha256 }) => {
            return { topic, from: Number(from), to: Number(to), sha256: raw(sha256) };
          }),
          rules_hash: raw(header.rules_hash),
          tree_root: raw(header.tree_root),
        };
        expect(type.toBuffer({ header: record, entries: block.entries }).equals(bytes)).toBe(true);
        const headerHash = createHash('sha256').update(headerType.toBuffer(record)).digest('hex');
        expect(digestToHex(block.hash)).toBe(headerHash);
      }),
    );
  });
});

describe('given a chain of blocks', () => {
  const chain = chainOf([3, 0, 2]);

  test('then each names the previous one, and the tree covers the leaves of all', () => {
    const blocks = chain.map(({ bytes }) => decodeBlock(bytes));
    expect(blocks.map(({ header }) => header.height)).toEqual([0, 1, 2]);
    expect(blocks.map(({ header }) => header.previous)).toEqual([ZERO_DIGEST, blocks[0]!.hash, blocks[1]!.hash]);
    expect(blocks.map(({ header }) => [header.entry_count, header.tree_size])).toEqual([
      [3, 2],
      [0, 2],
      [2, 4],
    ]);
    expect(chain.map(({ head }) => head.entries)).toEqual([3, 3, 5]);
    const leaves = blocks.flatMap((block) => leavesIn(block)).map((leaf) => leafHash(leaf));
    expect(blocks[2]!.header.tree_root).toBe(merkleRoot(leaves));
    expect(blocks[1]!.header.tree_root).toBe(merkleRoot(leaves, 0, 2));
  });

  test('then the head after each block is the one from building it', () => {
    let head = emptyHead(3);
    for (const built of chain) {
      head = headAfter(head, decodeBlock(built.bytes));
      expect(head).toEqual(built.head);
    }
    expect(head).toMatchObject({ partition: 3, height: 2, as_of: AS_OF + 2000, rules_hash: RULES_HASH });
    expect([...head.positions]).toEqual([['callbacks.v1', 5n]]);
  });

  test('then a written head reads back the same', () => {
    for (const head of [emptyHead(3), chain[2]!.head]) {
      const writer = new ByteWriter(16);
      writeHead(writer, head);
      expect(readHead(new ByteReader(writer.take()))).toEqual(head);
    }
  });

  test('then other blocks of the same drafts give as many entries, in other leaves', () => {
    const [one] = chainOf([5]);
    expect([one!.head.entries, one!.head.tree.size]).toEqual([5, 3]);
    expect(one!.header.tree_root).not.toBe(chain[2]!.header.tree_root);
  });

  test('then a block that cannot follow is not built', () => {
    const { head } = chain[2]!;
    const build = (inputs: ReturnType<typeof inputOf>[], as_of: number) => () =>
      buildBlock(head, { inputs, as_of, deadlines_to: as_of, rules_hash: RULES_HASH }, []);
    expect(build([inputOf(5, 6)], head.as_of)).not.toThrow();
    expect(build([], head.as_of - 1)).toThrow(`as_of ${head.as_of - 1} is before ${head.as_of}`);
    expect(build([inputOf(6, 7)], head.as_of)).toThrow('callbacks.v1 begins at 6, expected 5');
    expect(build([inputOf(5, 4)], head.as_of)).toThrow('callbacks.v1 ends at 4, before its start at 5');
    expect(build([inputOf(5, 5), inputOf(5, 5)], head.as_of)).toThrow('callbacks.v1 occurs twice');
  });
});

test('drafts may come from a generator, and a large block gives the same bytes as a small one', () => {
  const drafts = Array.from({ length: 2000 }, (_, at) => draftOf(at));
  const terms = { inputs: [], as_of: AS_OF, deadlines_to: AS_OF, rules_hash: RULES_HASH };
  const fromArray = buildBlock(emptyHead(0), terms, drafts);
  const fromGenerator = buildBlock(emptyHead(0), terms, drafts.values());
  expect(fromGenerator.bytes.equals(fromArray.bytes)).toBe(true);
  const few = decodeBlock(buildBlock(emptyHead(0), terms, drafts.slice(0, 3)).bytes);
  expect(decodeBlock(fromArray.bytes).entries.subarray(0, few.entries.length).equals(few.entries)).toBe(true);
});

test('invalid bytes, or a block in a non-canonical form, are refused', () => {
  const { bytes } = chainOf([2])[0]!;
  for (let end = 0; end < bytes.length; end++) expect(() => decodeBlock(bytes.subarray(0, end))).toThrow(RangeError);
  expect(() => decodeBlock(Buffer.concat([bytes, Buffer.of(0)]))).toThrow('there are extra bytes after the block');
  // The partition, 3, as a variable-length number of two bytes.
  const longer = Buffer.concat([Buffer.of(0x86, 0), bytes.subarray(1)]);
  expect(bytes[0]).toBe(6);
  expect(() => decodeBlock(longer)).toThrow("the block's header is not in its canonical form");
});

test("the hash of an input's parts is the hash of the whole", () => {
  const whole = createHash('sha256').update('one and two').digest('binary');
  expect(sha256OfParts([Buffer.from('one'), Buffer.from(' and '), Buffer.from('two')])).toBe(whole);
});

test('the tree of any block has its leaves, small and large', () => {
  const large = fc.record({
    key: fc.constantFrom('a', 'b', 'ab'),
    merchant: fc.nat(3000).map((size) => 'm'.repeat(size)),
  });
  fc.assert(
    fc.property(fc.array(fc.tuple(anyDraft, large), { maxLength: 12 }), (pairs) => {
      const drafts = pairs.map(([draft, more]) => ({ ...draft, ...more }));
      const terms = { inputs: [], as_of: AS_OF, deadlines_to: AS_OF, rules_hash: RULES_HASH };
      const { bytes, header } = buildBlock(emptyHead(0), terms, drafts);
      const leaves = leavesIn(decodeBlock(bytes)).map((leaf) => {
        return createHash('sha256').update(Buffer.of(0)).update(leaf).digest('binary');
      });
      expect([header.tree_size, header.tree_root]).toEqual([leaves.length, merkleRoot(leaves)]);
    }),
    { numRuns: 300 },
  );
});
