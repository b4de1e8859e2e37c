// Building the next block of a partition's ledger: drafts in, canonical bytes and the new head out.

import { ByteWriter } from '../domain/bytes.ts';
import type { EntryDraft } from '../domain/entry.ts';
import type { Instant } from '../domain/time.ts';
import { type BlockHeader, type BlockInput, blockHash, encodeBlock, encodeHeader } from './block-codec.ts';
import type { Digest } from './digest.ts';
import { writePlacedEntry } from './entry-codec.ts';
import { headWith, type LedgerHead, treeWith } from './head.ts';
import { rootOf } from './merkle.ts';

/** What a block is made under: what was read for it, at which time and by which rules. */
export interface BlockTerms {
  readonly inputs: readonly BlockInput[];
  readonly as_of: Instant;
  readonly rules_hash: Digest;
}

export interface BuiltBlock {
  /** What goes into the ledger's topic. */
  readonly bytes: Buffer;
  readonly header: BlockHeader;
  readonly head: LedgerHead;
}

// Kept between blocks, so that a block of many entries does not grow a new buffer each time.
const scratch = new ByteWriter(65_536);

/**
 * Builds the block that follows `head`. The draft at place n, from 0, becomes the entry `partition-height-n`; the
 * drafts are taken one after another and may come from a generator. Throws a RangeError, a bug of the caller, where
 * `as_of` is before the head's or an input does not begin where the head's positions end.
 */
export function buildBlock(head: LedgerHead, terms: BlockTerms, drafts: Iterable<EntryDraft>): BuiltBlock {
  const fault = termsFault(head, terms);
  if (fault !== undefined) throw new RangeError(fault);
  const { partition } = head;
  const place = { partition, height: head.height + 1, index: 0, as_of: terms.as_of };
  scratch.length = 0;
  for (const draft of drafts) {
    const from = scratch.length + 4;
    scratch.uint32(0);
    writePlacedEntry(scratch, draft, place);
    scratch.buffer.writeUInt32BE(scratch.length - from, from - 4);
    place.index++;
  }
  // The leaves are hashed in a pass of their own: writing and hashing by turns was measured a quarter slower.
  const entries = scratch.view();
  const tree = treeWith(head.tree, entries);
  const header: BlockHeader = {
    partition,
    height: place.height,
    previous: head.hash,
    inputs: terms.inputs,
    as_of: terms.as_of,
    rules_hash: terms.rules_hash,
    entry_count: place.index,
    tree_size: tree.size,
    tree_root: rootOf(tree),
  };
  const headerBytes = encodeHeader(header);
  const hash = blockHash(headerBytes);
  return {
    bytes: encodeBlock(headerBytes, entries),
    header,
    head: headWith(head, { header, hash }, tree),
  };
}

/** What keeps a block under these terms from following `head`, in words; undefined where nothing does. */
export function termsFault(head: LedgerHead, terms: Pick<BlockTerms, 'inputs' | 'as_of'>): string | undefined {
  if (head.height >= 0 && terms.as_of < head.as_of) {
    return `as_of ${terms.as_of} is before ${head.as_of}, that of the block before`;
  }
  const seen = new Set<string>();
  for (const { topic, from, to } of terms.inputs) {
    const next = head.positions.get(topic) ?? 0n;
    if (from !== next) return `the input ${topic} begins at ${from}, where ${next} is next`;
    if (to < from) return `the input ${topic} ends at ${to}, before its beginning at ${from}`;
    if (seen.has(topic)) return `the input ${topic} stands twice`;
    seen.add(topic);
  }
  return undefined;
}
