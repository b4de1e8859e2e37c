// The tree and its proofs as RFC 6962 2.1 defines them, word for word, with roots remembered by their range of leaves.

import { createHash } from 'node:crypto';
import type { Digest } from '../../src/ledger/digest.ts';

export class NaiveTree {
  private readonly leaves: readonly Digest[];
  private readonly roots = new Map<string, Digest>();

  constructor(leaves: readonly Digest[]) {
    this.leaves = leaves;
  }

  /** MTH(D[from:to]). */
  root(from: number, to: number): Digest {
    const name = `${from}:${to}`;
    let root = this.roots.get(name);
    if (root === undefined) {
      root = this.make(from, to);
      this.roots.set(name, root);
    }
    return root;
  }

  /** PATH(index, D[from:to]). */
  path(index: number, from: number, to: number): Digest[] {
    if (to - from === 1) return [];
    const middle = from + splitOf(to - from);
    return index < middle
      ? [...this.path(index, from, middle), this.root(middle, to)]
      : [...this.path(index, middle, to), this.root(from, middle)];
  }

  /** SUBPROOF(size, D[from:to], isKnown); PROOF(m, D[n]) is that from 0 to n, with true. */
  growth(size: number, from: number, to: number, isKnown: boolean): Digest[] {
    if (size === to) return isKnown ? [] : [this.root(from, to)];
    const middle = from + splitOf(to - from);
    return size <= middle
      ? [...this.growth(size, from, middle, isKnown), this.root(middle, to)]
      : [...this.growth(size, middle, to, false), this.root(from, middle)];
  }

  private make(from: number, to: number): Digest {
    if (to === from) return createHash('sha256').digest('binary');
    if (to - from === 1) return this.leaves[from]!;
    const middle = from + splitOf(to - from);
    const node = `\x01${this.root(from, middle)}${this.root(middle, to)}`;
    return createHash('sha256').update(node, 'latin1').digest('binary');
  }
}

/** The largest power of two below n. */
function splitOf(n: number): number {
  return 2 ** (Math.ceil(Math.log2(n)) - 1);
}
