// Verifying a partition's chain from its bytes alone: every block follows the one before, every entry says where it
// stands, and the tree over all entries has the size and the root that each header claims.

import { ByteReader } from '../domain/bytes.ts';
import { entryId } from '../domain/entry.ts';
import { termsFault } from './block.ts';
import { type Block, type BlockHeader, decodeBlock, forEachEntry } from './block-codec.ts';
import { type Digest, digestToHex, ZERO_DIGEST } from './digest.ts';
import { readEntry } from './entry-codec.ts';
import { emptyHead, headWith, type LedgerHead, treeWith } from './head.ts';
import { rootOf } from './merkle.ts';

/** What is wrong, and where. `height` is that of the block in the chain, whatever the block itself says. */
export interface ChainFault {
  readonly partition: number;
  readonly height: number;
  /** The entry's place in its block; null where the block as a whole is at fault. */
  readonly index: number | null;
  /** One part of a sentence, for people. */
  readonly what: string;
}

export interface ChainVerifier {
  /** After the last block that verified. */
  readonly head: LedgerHead;
  /** Takes the next block's bytes. A block with a fault is not taken: the next one must follow the same head. */
  next(bytes: Buffer): ChainFault | undefined;
}

/** Verifies a partition from its first block, or from a head that is trusted already. */
export function makeChainVerifier(partition: number, trusted: LedgerHead = emptyHead(partition)): ChainVerifier {
  let head = trusted;
  return {
    get head() {
      return head;
    },
    next(bytes) {
      const outcome = followed(head, bytes);
      if (typeof outcome === 'object' && 'tree' in outcome) head = outcome;
      else return { partition, height: head.height + 1, ...outcome };
      return undefined;
    },
  };
}

type Flaw = Pick<ChainFault, 'index' | 'what'>;

function followed(head: LedgerHead, bytes: Buffer): LedgerHead | Flaw {
  const block = attempt(() => decodeBlock(bytes));
  if (typeof block === 'string') return { index: null, what: block };
  const flaw = headerFlaw(head, block.header) ?? entriesFlaw(block);
  if (flaw !== undefined) return flaw;
  const tree = treeWith(head.tree, block.entries);
  const root = rootOf(tree);
  const { header } = block;
  if (header.tree_size !== tree.size) return differs('tree_size', header.tree_size, tree.size);
  if (header.tree_root !== root) return differsDigest('tree_root', header.tree_root, root);
  return headWith(head, block, tree);
}

function headerFlaw(head: LedgerHead, header: BlockHeader): Flaw | undefined {
  if (header.partition !== head.partition) return differs('partition', header.partition, head.partition);
  if (header.height !== head.height + 1) return differs('height', header.height, head.height + 1);
  if (header.previous !== head.hash) return differsDigest('previous', header.previous, head.hash);
  if (header.rules_hash === ZERO_DIGEST) return { index: null, what: 'the header names no rules' };
  const what = termsFault(head, header);
  return what === undefined ? undefined : { index: null, what };
}

function entriesFlaw(block: Block): Flaw | undefined {
  const { header, entries } = block;
  let flaw: Flaw | undefined;
  let count = 0;
  const ragged = attempt(() =>
    forEachEntry(entries, (from, to, index) => {
      const what = attempt(() => entryFault(header, entries, from, to, index));
      if (what !== undefined) flaw ??= { index, what };
      count++;
    }),
  );
  if (flaw !== undefined) return flaw;
  if (ragged !== undefined) return { index: count, what: ragged };
  return header.entry_count === count ? undefined : differs('entry_count', header.entry_count, count);
}

function entryFault(header: BlockHeader, bytes: Buffer, from: number, to: number, index: number): string | undefined {
  const reader = new ByteReader(bytes, from, to);
  const entry = readEntry(reader);
  if (reader.at !== to) return 'bytes stand after the entry';
  if (entry.partition !== header.partition || entry.height !== header.height || entry.index !== index) {
    return `the entry calls itself ${entryId(entry.partition, entry.height, entry.index)}`;
  }
  if (entry.as_of !== header.as_of) return `the entry's as_of is ${entry.as_of}, its block's is ${header.as_of}`;
  return undefined;
}

/** What the step gives, or the words of the RangeError that it met in the bytes. */
function attempt<T>(step: () => T): T | string {
  try {
    return step();
  } catch (error) {
    if (error instanceof RangeError) return error.message;
    throw error;
  }
}

function differs(field: string, found: number, expected: number): Flaw {
  return { index: null, what: `the header's ${field} is ${found}, not ${expected}` };
}

function differsDigest(field: string, found: Digest, expected: Digest): Flaw {
  return { index: null, what: `the header's ${field} is ${digestToHex(found)}, not ${digestToHex(expected)}` };
}
