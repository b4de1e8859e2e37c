// Ids for claims that come without one: hashes of what they say, and a count where a file says the same twice.

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
 * Counts how often each content hash came before in one file. Nearly all come once, so what is kept of a first is 64
 * bits in a flat table, and only those that come again get an entry in a map.
 */
export class RepeatCounter {
  /** Two words for each place; the second is zero where it is empty. */
  private table = new Uint32Array(2 * CAPACITY_FIRST);
  private used = 0;
  private readonly repeats = new Map<string, number>();

  /** 0 for a hash that is new, 1 for the second of its kind, and so on. */
  ordinal(contentHash: string): number {
    scratch.write(contentHash, 'base64url');
    // No hash may look like an empty place.
    if (this.add(scratch.readUInt32LE(0), scratch.readUInt32LE(4) || 1)) return 0;
    const ordinal = (this.repeats.get(contentHash) ?? 0) + 1;
    this.repeats.set(contentHash, ordinal);
    return ordinal;
  }

  private add(low: number, high: number): boolean {
    // Four words for each one used: at most half of the places are taken.
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
