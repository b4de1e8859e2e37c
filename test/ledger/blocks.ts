// Whole blocks at once, for tests: the product builds and reads them entry by entry.
import { ByteReader } from '../../src/domain/bytes.ts';
import type { Entry, EntryDraft } from '../../src/domain/entry.ts';
import { BlockBuilder, type BlockTerms, type BuiltBlock } from '../../src/ledger/block.ts';
import { type Block, forEachEntry } from '../../src/ledger/block-codec.ts';
import { readEntry } from '../../src/ledger/entry-codec.ts';
import { headWith, type LedgerHead, treeWith } from '../../src/ledger/head.ts';

/** Builds the block that follows `head`: the nth draft, from 0, becomes the entry `partition-height-n`. */
export function buildBlock(head: LedgerHead, terms: BlockTerms, drafts: Iterable<EntryDraft>): BuiltBlock {
  const builder = new BlockBuilder(head, terms.as_of);
  for (const draft of drafts) builder.push(draft);
  return builder.close(terms);
}

/** The leaves of a block's entries, as their definition says: runs of one key, each entry after its length. */
export function leavesIn({ entries }: Pick<Block, 'entries'>): Buffer[] {
  const leaves: Buffer[] = [];
  let last: string | undefined;
  forEachEntry(entries, (from, to) => {
    const { key } = readEntry(new ByteReader(entries, from, to));
    const framed = entries.subarray(from - 4, to);
    leaves.push(key === last ? Buffer.concat([leaves.pop()!, framed]) : framed);
    last = key;
  });
  return leaves;
}

export function readEntries(block: Pick<Block, 'entries'>): Entry[] {
  const entries: Entry[] = [];
  forEachEntry(block.entries, (from, to) => entries.push(readEntry(new ByteReader(block.entries, from, to))));
  return entries;
}

/** The head after a block that is known to follow this one. */
export function headAfter(head: LedgerHead, block: Block): LedgerHead {
  return headWith(head, block, treeWith(head.tree, block.entries));
}
