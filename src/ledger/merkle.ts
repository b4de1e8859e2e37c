// The Merkle tree of RFC 6962 section 2.1: a leaf's hash is SHA-256(0x00 || leaf), a node's SHA-256(0x01 || left ||
// right). To append, a tree needs only the roots of its perfect subtrees, its edge.

import { hash } from 'node:crypto';
import { type Digest, sha256 } from './digest.ts';

/** What appending needs: the roots of the perfect subtrees, largest first, one per bit set in `size`. */
export interface TreeHead {
  readonly size: number;
  readonly edge: readonly Digest[];
}

export const EMPTY_TREE: TreeHead = { size: 0, edge: [] };

const EMPTY_ROOT: Digest = sha256(new Uint8Array(0));

/** What stands before a leaf's bytes where they are hashed. */
export const LEAF_PREFIX = 0;
/** And before what a node is over. */
export const NODE_PREFIX = 1;
/** Leaves of up to this size are hashed without a new view of their bytes. */
const SMALL_LEAF_MAX = 4096;

// Reused buffers, so that a leaf costs two hashes and little else. Their first byte is always the RFC's prefix of a
// node or a leaf.
const nodeScratch = Buffer.alloc(65, NODE_PREFIX);
const leafScratch = Buffer.alloc(SMALL_LEAF_MAX + 1);
/** Views of the first bytes of `leafScratch`, by their number: making one costs half as much as a hash. */
const leafViews = new Array<Buffer | undefined>(SMALL_LEAF_MAX + 2);

/** The leaf hash of the bytes `from` (inclusive) to `to` (exclusive). */
export function leafHash(bytes: Buffer, from = 0, to = bytes.length): Digest {
  const size = to - from + 1;
  if (size > leafScratch.length) return sha256(Buffer.concat([Buffer.of(LEAF_PREFIX), bytes.subarray(from, to)]));
  bytes.copy(leafScratch, 1, from, to);
  leafViews[size] ??= leafScratch.subarray(0, size);
  return hash('sha256', leafViews[size], 'binary');
}

export function nodeHash(left: Digest, right: Digest): Digest {
  nodeScratch.write(left, 1, 'latin1');
  nodeScratch.write(right, 33, 'latin1');
  return hash('sha256', nodeScratch, 'binary');
}

/** A tree to append leaves to. It works on a copy: the head that it started from does not change. */
export class TreeGrower {
  size: number;
  private readonly edge: Digest[];

  constructor(head: TreeHead = EMPTY_TREE) {
    this.size = head.size;
    this.edge = [...head.edge];
  }

  append(leaf: Digest): void {
    let node = leaf;
    // As in adding one to a binary number, each trailing 1 of the size is a subtree that this leaf completes.
    for (let rest = this.size; rest % 2 === 1; rest = (rest - 1) / 2) node = nodeHash(this.edge.pop()!, node);
    this.edge.push(node);
    this.size++;
  }

  head(): TreeHead {
    return { size: this.size, edge: [...this.edge] };
  }
}

export function rootOf(head: TreeHead): Digest {
  let root = head.edge.at(-1) ?? EMPTY_ROOT;
  for (let at = head.edge.length - 2; at >= 0; at--) root = nodeHash(head.edge[at]!, root);
  return root;
}

/** The root over all leaf hashes, or over those from `from` (inclusive) to `to` (exclusive). */
export function merkleRoot(leaves: readonly Digest[], from = 0, to = leaves.length): Digest {
  const tree = new TreeGrower();
  for (let at = from; at < to; at++) tree.append(leaves[at]!);
  return rootOf(tree.head());
}

/** PATH of RFC 6962 2.1.1: from the leaf's sibling up to the root's child. `index` must be an existing leaf. */
export function inclusionProof(leaves: readonly Digest[], index: number): Digest[] {
  const proof: Digest[] = [];
  let [from, to] = [0, leaves.length];
  while (to - from > 1) {
    const middle = from + splitOf(to - from);
    if (index < middle) {
      proof.push(merkleRoot(leaves, middle, to));
      to = middle;
    } else {
      proof.push(merkleRoot(leaves, from, middle));
      from = middle;
    }
  }
  return proof.reverse();
}

/** PROOF of RFC 6962 2.1.2: that the tree over all leaves extends the tree over the first `size`. 0 < size <= all. */
export function consistencyProof(leaves: readonly Digest[], size: number): Digest[] {
  const proof: Digest[] = [];
  let [from, to] = [0, leaves.length];
  while (size < to) {
    const middle = from + splitOf(to - from);
    if (size <= middle) {
      proof.push(merkleRoot(leaves, middle, to));
      to = middle;
    } else {
      proof.push(merkleRoot(leaves, from, middle));
      from = middle;
    }
  }
  // If the old tree is itself one of the leftmost subtrees, the verifier already knows its root.
  if (from > 0) proof.push(merkleRoot(leaves, from, to));
  return proof.reverse();
}

/** The largest power of two below `size`, which is 2 or more. */
function splitOf(size: number): number {
  let split = 1;
  while (split * 2 < size) split *= 2;
  return split;
}

/** RFC 9162 2.1.3.2: whether `leaf` is leaf `index` of the tree with this size and root. */
export function verifyInclusion(
  leaf: Digest,
  index: number,
  size: number,
  proof: readonly Digest[],
  root: Digest,
): boolean {
  if (index < 0 || index >= size) return false;
  let [node, last] = [index, size - 1];
  let found = leaf;
  for (const sibling of proof) {
    if (last === 0) return false;
    if (node % 2 === 1 || node === last) {
      found = nodeHash(sibling, found);
      while (node % 2 === 0 && node > 0) [node, last] = [half(node), half(last)];
    } else {
      found = nodeHash(found, sibling);
    }
    [node, last] = [half(node), half(last)];
  }
  return last === 0 && found === root;
}

/** RFC 9162 2.1.4.2: whether the tree with the new size and root extends the tree with the old size and root. */
export function verifyConsistency(
  oldSize: number,
  oldRoot: Digest,
  newSize: number,
  newRoot: Digest,
  proof: readonly Digest[],
): boolean {
  if (oldSize < 0 || oldSize > newSize) return false;
  if (oldSize === 0 && oldRoot !== EMPTY_ROOT) return false;
  if (oldSize === newSize) return proof.length === 0 && oldRoot === newRoot;
  // Every tree extends the empty one; the RFC omits this case.
  if (oldSize === 0) return proof.length === 0;
  let [node, last] = [oldSize - 1, newSize - 1];
  while (node % 2 === 1) [node, last] = [half(node), half(last)];
  // A perfect old tree is a subtree of the new one, so the proof omits its root.
  const path = node === 0 ? [oldRoot, ...proof] : proof;
  if (path.length === 0) return false;
  let oldFound = path[0]!;
  let newFound = oldFound;
  for (const sibling of path.slice(1)) {
    if (last === 0) return false;
    if (node % 2 === 1 || node === last) {
      oldFound = nodeHash(sibling, oldFound);
      newFound = nodeHash(sibling, newFound);
      while (node % 2 === 0 && node > 0) [node, last] = [half(node), half(last)];
    } else {
      newFound = nodeHash(newFound, sibling);
    }
    [node, last] = [half(node), half(last)];
  }
  return last === 0 && oldFound === oldRoot && newFound === newRoot;
}

/** Arithmetic instead of a shift, because a size may have more than 32 bits. */
function half(value: number): number {
  return Math.floor(value / 2);
}
