// The head of a partition's ledger: what the next block must follow, and the positions from which its task continues.

import type { ByteReader, ByteWriter } from '../domain/bytes.ts';
import type { Instant } from '../domain/time.ts';
import type { Block } from './block-codec.ts';
import { type Digest, digestBytes, readDigest, ZERO_DIGEST } from './digest.ts';
import { forEachLeaf } from './leaves.ts';
import { EMPTY_TREE, leafHash, TreeGrower, type TreeHead } from './merkle.ts';

export interface LedgerHead {
  readonly partition: number;
  /** Height of the last block; -1 before the first. */
  readonly height: number;
  /** The last block's hash; zeros before the first. */
  readonly hash: Digest;
  /** The tree of the leaves of all blocks. */
  readonly tree: TreeHead;
  /** The number of entries of all blocks. */
  readonly entries: number;
  /** The last block's time; 0 before the first. */
  readonly as_of: Instant;
  /** Up to when deadlines have passed; 0 before the first block. */
  readonly deadlines_to: Instant;
  /** Zeros before the first block. */
  readonly rules_hash: Digest;
  /** The next offset to read, by topic; a topic that no block has read is absent and begins at 0. */
  readonly positions: ReadonlyMap<string, bigint>;
}

export function emptyHead(partition: number): LedgerHead {
  return {
    partition,
    height: -1,
    hash: ZERO_DIGEST,
    tree: EMPTY_TREE,
    entries: 0,
    as_of: 0,
    deadlines_to: 0,
    rules_hash: ZERO_DIGEST,
    positions: new Map(),
  };
}

/** The tree after a block's leaves are appended. */
export function treeWith(tree: TreeHead, entries: Buffer): TreeHead {
  const grower = new TreeGrower(tree);
  forEachLeaf(entries, ({ from, to }) => grower.append(leafHash(entries, from, to)));
  return grower.head();
}

/** The head after a block whose tree is already known. */
export function headWith(head: LedgerHead, block: Pick<Block, 'header' | 'hash'>, tree: TreeHead): LedgerHead {
  const { header, hash } = block;
  const positions = new Map(head.positions);
  for (const input of header.inputs) positions.set(input.topic, input.to);
  const { partition, height, as_of, deadlines_to, rules_hash } = header;
  const entries = head.entries + header.entry_count;
  return { partition, height, hash, tree, entries, as_of, deadlines_to, rules_hash, positions };
}

/** For snapshots: with a stored head, a ledger continues without hashing all its entries again. */
export function writeHead(writer: ByteWriter, head: LedgerHead): void {
  writer.long(head.partition);
  writer.long(head.height);
  writer.raw(digestBytes(head.hash));
  writer.long(head.tree.size);
  writer.long(head.tree.edge.length);
  for (const digest of head.tree.edge) writer.raw(digestBytes(digest));
  writer.long(head.entries);
  writer.long(head.as_of);
  writer.long(head.deadlines_to);
  writer.raw(digestBytes(head.rules_hash));
  writer.long(head.positions.size);
  for (const [topic, offset] of head.positions) {
    writer.string(topic);
    writer.long(Number(offset));
  }
}

/** Reads what writeHead wrote. Throws a RangeError if the bytes end too early. */
export function readHead(reader: ByteReader): LedgerHead {
  const partition = reader.long();
  const height = reader.long();
  const hash = readDigest(reader);
  const size = reader.long();
  const edge: Digest[] = [];
  for (let left = reader.long(); left > 0; left--) edge.push(readDigest(reader));
  const entries = reader.long();
  const as_of = reader.long();
  const deadlines_to = reader.long();
  const rules_hash = readDigest(reader);
  const positions = new Map<string, bigint>();
  for (let left = reader.long(); left > 0; left--) positions.set(reader.string(), BigInt(reader.long()));
  return { partition, height, hash, tree: { size, edge }, entries, as_of, deadlines_to, rules_hash, positions };
}
