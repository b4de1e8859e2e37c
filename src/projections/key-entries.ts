// The entries of one key, also those that later ones replaced: each names what it replaces, so from those that hold now
// few blocks lead to all of them, and not the whole ledger of a partition.

import { ByteReader } from '../domain/bytes.ts';
import { type Entry, entryId } from '../domain/entry.ts';
import type { Instant } from '../domain/time.ts';
import { forEachEntry } from '../ledger/block-codec.ts';
import { readEntry } from '../ledger/entry-codec.ts';
import type { LedgerBlocks } from './ledger-blocks.ts';

/** So many blocks are read for one question: a key that changed more often has the latest of its entries. */
const BLOCKS_MAX = 200;

export interface KeyEntriesQuestion {
  readonly key: string;
  readonly partition: number;
  /** Of the entries that hold now. */
  readonly entryIds: readonly string[];
}

export interface KeyEntry {
  readonly id: string;
  /** The ledger's time when it was written. */
  readonly at: Instant;
  /** The entry that replaced it; null where it holds, or ended what it replaced. */
  readonly replacedBy: string | null;
}

/** In the order in which they were written. */
export function keyEntries(
  blocks: Pick<LedgerBlocks, 'at'>,
  { key, partition, entryIds }: KeyEntriesQuestion,
): KeyEntry[] {
  const bytes = Buffer.from(key);
  const entries = new Map<string, Entry>();
  const heights = new Set<number>();
  const waiting = entryIds.map(heightOf);
  while (waiting.length > 0 && heights.size < BLOCKS_MAX) {
    // The latest first, so that what is left out is the oldest.
    waiting.sort((left, right) => left - right);
    const height = waiting.pop()!;
    if (heights.has(height)) continue;
    heights.add(height);
    const block = blocks.at(partition, height).entries;
    // The key is looked for in all bytes at once: in each of very many entries it takes several times as long.
    let next = block.indexOf(bytes);
    forEachEntry(block, (from, to) => {
      if (next < 0 || next >= to) return;
      next = block.indexOf(bytes, to);
      const entry = readEntry(new ByteReader(block, from, to));
      if (entry.key !== key) return;
      // What ended findings without another one beside it is led to by no entry; most often its block is.
      entries.set(entryId(partition, height, entry.index), entry);
      waiting.push(...entry.supersedes.map(heightOf));
    });
  }
  const successors = new Map([...entries].flatMap(([id, entry]) => entry.supersedes.map((old) => [old, id])));
  const inOrder = [...entries].sort(([, left], [, right]) => left.version - right.version);
  return inOrder.map(([id, { as_of }]) => ({ id, at: as_of, replacedBy: successors.get(id) ?? null }));
}

function heightOf(id: string): number {
  return Number(id.split('-')[1]);
}
