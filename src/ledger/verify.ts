// Verifies a partition's chain from its bytes alone: every block follows the previous one, every entry states its own
// position, the entries of a key follow one another in a block, and the tree over all leaves has the size and root that
// each header claims.

import type { Span } from '../domain/byte-scan.ts';
import { ByteReader } from '../domain/bytes.ts';
import { entryId } from '../domain/entry.ts';
import { partitionHash } from '../domain/partition.ts';
import { termsFault } from './block.ts';
import { type Block, type BlockHeader, decodeBlock, forEachEntry } from './block-codec.ts';
import { type Digest, digestToHex, ZERO_DIGEST } from './digest.ts';
import { isUsualEntry, readEntry } from './entry-codec.ts';
import { emptyHead, headWith, type LedgerHead, treeWith } from './head.ts';
import { forEachLeaf } from './leaves.ts';
import { rootOf } from './merkle.ts';

/** What is wrong, and where. `height` is the block's height in the chain, whatever the block itself states. */
export interface ChainFault {
  readonly partition: number;
  readonly height: number;
  /** The entry's index in its block; null where the fault is the block's as a whole. */
  readonly index: number | null;
  /** One part of a sentence, for people. */
  readonly what: string;
}

export interface ChainVerifier {
  /** The head after the last verified block. */
  readonly head: LedgerHead;
  /** Takes the next block's bytes. A block with a fault is not accepted: the next one must follow the same head. */
  next(bytes: Buffer): ChainFault | undefined;
}

/** Verifies a partition from its first block, or from a trusted head. */
export function makeChainVerifier(partition: number, trusted: LedgerHead = emptyHead(partition)): ChainVerifier {
  let head = trusted;
  return {
    get head() {
      return head;
    },
    next(bytes) {
      const outcome = headAfterBytes(head, bytes);
      if (typeof outcome === 'object' && 'tree' in outcome) head = outcome;
      else return { partition, height: head.height + 1, ...outcome };
      return undefined;
    },
  };
}

type BlockFault = Pick<ChainFault, 'index' | 'what'>;

function headAfterBytes(head: LedgerHead, bytes: Buffer): LedgerHead | BlockFault {
  const block = attempt(() => decodeBlock(bytes));
  if (typeof block === 'string') return { index: null, what: block };
  const fault = headerFault(head, block.header) ?? entriesFault(block) ?? leavesFault(block);
  if (fault !== undefined) return fault;
  const tree = treeWith(head.tree, block.entries);
  const root = rootOf(tree);
  const { header } = block;
  if (header.tree_size !== tree.size) return differs('tree_size', header.tree_size, tree.size);
  if (header.tree_root !== root) return differsDigest('tree_root', header.tree_root, root);
  return headWith(head, block, tree);
}

function headerFault(head: LedgerHead, header: BlockHeader): BlockFault | undefined {
  if (header.partition !== head.partition) return differs('partition', header.partition, head.partition);
  if (header.height !== head.height + 1) return differs('height', header.height, head.height + 1);
  if (header.previous !== head.hash) return differsDigest('previous', header.previous, head.hash);
  if (header.rules_hash === ZERO_DIGEST) return { index: null, what: 'the header has no rules hash' };
  const what = termsFault(head, header);
  return what === undefined ? undefined : { index: null, what };
}

function entriesFault(block: Block): BlockFault | undefined {
  const { header, entries } = block;
  const { partition, height, as_of } = header;
  const place = { partition, height, index: 0, as_of };
  let fault: BlockFault | undefined;
  let count = 0;
  const lengthFault = attempt(() =>
    forEachEntry(entries, (from, to, index) => {
      count++;
      place.index = index;
      if (isUsualEntry(entries, from, to, place)) return;
      const what = attempt(() => entryFault(header, entries, from, to, index));
      if (what !== undefined) fault ??= { index, what };
    }),
  );
  if (fault !== undefined) return fault;
  if (lengthFault !== undefined) return { index: count, what: lengthFault };
  return header.entry_count === count ? undefined : differs('entry_count', header.entry_count, count);
}

/**
 * A key has one leaf in a block: who is shown it has seen all that the block says of the key. Keys are told apart by
 * their hashes, since texts of them all cost more; those with the hash of another by their texts too.
 */
function leavesFault({ entries }: Block): BlockFault | undefined {
  const firsts = new Map<number, Span>();
  const others = new Set<string>();
  let fault: BlockFault | undefined;
  forEachLeaf(entries, ({ first: index, keyFrom: from, keyTo: to }) => {
    const hash = partitionHash(entries, from, to);
    const first = firsts.get(hash);
    if (first === undefined) {
      firsts.set(hash, { from, to });
      return;
    }
    const key = entries.toString('latin1', from, to);
    const isKnown = others.has(key) || entries.compare(entries, first.from, first.to, from, to) === 0;
    if (isKnown) fault ??= { index, what: 'the entries of its key do not follow one another' };
    others.add(key);
  });
  return fault;
}

function entryFault(header: BlockHeader, bytes: Buffer, from: number, to: number, index: number): string | undefined {
  const reader = new ByteReader(bytes, from, to);
  const entry = readEntry(reader);
  if (reader.at !== to) return 'there are extra bytes after the entry';
  if (entry.partition !== header.partition || entry.height !== header.height || entry.index !== index) {
    return `the entry's own id is ${entryId(entry.partition, entry.height, entry.index)}`;
  }
  if (entry.as_of !== header.as_of) return `the entry's as_of is ${entry.as_of}, its block's is ${header.as_of}`;
  return undefined;
}

/** The result of the step, or the message of the RangeError that it threw. */
function attempt<T>(step: () => T): T | string {
  try {
    return step();
  } catch (error) {
    if (error instanceof RangeError) return error.message;
    throw error;
  }
}

function differs(field: string, found: number, expected: number): BlockFault {
  return { index: null, what: `the header's ${field} is ${found}, expected ${expected}` };
}

function differsDigest(field: string, found: Digest, expected: Digest): BlockFault {
  return { index: null, what: `the header's ${field} is ${digestToHex(found)}, expected ${digestToHex(expected)}` };
}
