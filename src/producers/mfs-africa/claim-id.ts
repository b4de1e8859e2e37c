// Ids for claims that come without one: hashes of what they say, and a count where a file says the same twice.

import { hash } from 'node:crypto';

/** Sixteen bytes of the SHA-256 of the parts, as base64url. Parts hold no line break; null is absent. */
export function contentHash(parts: readonly (string | number | null)[]): string {
  return digestOf(parts.join('\n'));
}

const scratch = Buffer.allocUnsafe(16);

function digestOf(text: string): string {
  scratch.write(hash('sha256', text, 'latin1' as 'binary'), 'latin1');
  return scratch.toString('base64url');
}

const CAPACITY_FIRST = 1024;

/**
 * Counts how often each content hash came before in one file. Nearly all come once, so what is kept of a first is 64
 * bits in a flat table, and only those that come again get an entry in a map.
 */
export class RepeatCounter {
  private table = new BigUint64Array(CAPACITY_FIRST);
  private used = 0;
  private readonly repeats = new Map<string, number>();

  /** 0 for a hash that is new, 1 for the second of its kind, and so on. */
  ordinal(contentHash: string): number {
    scratch.write(contentHash, 'base64url');
    // Zero marks an empty place, so it cannot be kept as a hash.
    const bits = scratch.readBigUInt64LE(0) || 1n;
    if (this.add(bits)) return 0;
    const ordinal = (this.repeats.get(contentHash) ?? 0) + 1;
    this.repeats.set(contentHash, ordinal);
    return ordinal;
  }

  private add(bits: bigint): boolean {
    if (this.used * 2 >= this.table.length) this.grow();
    const { table } = this;
    let at = Number(bits & BigInt(table.length - 1));
    while (table[at] !== 0n) {
      if (table[at] === bits) return false;
      at = (at + 1) & (table.length - 1);
    }
    table[at] = bits;
    this.used++;
    return true;
  }

  private grow(): void {
    const old = this.table;
    this.table = new BigUint64Array(old.length * 2);
    this.used = 0;
    for (const bits of old) if (bits !== 0n) this.add(bits);
  }
}
