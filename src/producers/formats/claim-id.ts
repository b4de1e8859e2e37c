// Ids for claims that come without one: hashes of their content, with a count for repeats in one file.

import { hash } from 'node:crypto';

const scratch = Buffer.allocUnsafe(16);

/** Sixteen bytes of the SHA-256 of the parts, as base64url. Parts hold no line break; null is absent. */
export function contentHash(parts: readonly (string | number | null)[]): string {
  let text = '';
  for (const part of parts) text += part === null ? '\n' : `${part}\n`;
  scratch.write(hash('sha256', text, 'latin1' as 'binary'), 'latin1');
  return scratch.toString('base64url');
}

const CAPACITY_FIRST = 1024;

/**
 * Counts how often each content hash occurred before in one file. Nearly all occur once, so a first occurrence takes 64
 * bits in a flat table, and only repeats get an entry in a map.
 */
export class RepeatCounter {
  /** Two words for each slot; in an empty slot the second is zero. */
  private table = new Uint32Array(2 * CAPACITY_FIRST);
  private used = 0;
  private readonly repeats = new Map<string, number>();

  /** 0 for a new hash, 1 for its second occurrence, and so on. */
  ordinal(contentHash: string): number {
    scratch.write(contentHash, 'base64url');
    // The second word of a hash must not be zero, which marks an empty slot.
    if (this.add(scratch.readUInt32LE(0), scratch.readUInt32LE(4) || 1)) return 0;
    const ordinal = (this.repeats.get(contentHash) ?? 0) + 1;
    this.repeats.set(contentHash, ordinal);
    return ordinal;
  }

  private add(low: number, high: number): boolean {
    // Four words for each used slot: at most half of the slots are in use.
    if (this.used * 4 >= this.table.length) this.grow();
    const { table } = this;
    const mask = table.length - 2;
    let at = (low * 2) & mask;
    while (table[at + 1] !== 0) {
      if (table[at] === low && table[at + 1] === high) return false;
      at = (at + 2) & mask;
    }
    table[at] = low;
    table[at + 1] = high;
    this.used++;
    return true;
  }

  private grow(): void {
    const old = this.table;
    this.table = new Uint32Array(old.length * 2);
    this.used = 0;
    for (let at = 0; at < old.length; at += 2) if (old[at + 1] !== 0) this.add(old[at]!, old[at + 1]!);
  }
}
