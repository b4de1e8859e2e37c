// Ids for claims that come without one: hashes of their content, with a count for repeats in one file.

import { hash } from 'node:crypto';
import type { PlainRow } from './plain-row.ts';

const scratch = Buffer.allocUnsafe(16);

/** Sixteen bytes of the SHA-256 of the parts, as base64url. Parts hold no line break; null is absent. */
export function contentHash(parts: readonly (string | number | null)[]): string {
  let text = '';
  for (const part of parts) text += part === null ? '\n' : `${part}\n`;
  return hashOf(text);
}

function hashOf(content: string | Uint8Array): string {
  scratch.write(hash('sha256', content, 'latin1' as 'binary'), 'latin1');
  return scratch.toString('base64url');
}

/** The same hash of parts that are added as bytes. */
export class ContentHash {
  private buffer = Buffer.allocUnsafe(1024);
  private length = 0;

  /** The bytes of one part. */
  add(bytes: Uint8Array, from = 0, to = bytes.length): void {
    this.reserve(to - from + 1);
    for (let at = from; at < to; at++) this.buffer[this.length++] = bytes[at]!;
    this.buffer[this.length++] = LINE_BREAK;
  }

  /** A cell of a plain row, which may be absent. */
  addCell({ sources, from, to }: PlainRow, index: number): void {
    if (from[index]! < 0) this.addText('');
    else this.add(sources[index]!, from[index], to[index]);
  }

  addText(text: string): void {
    this.reserve(text.length * 3 + 1);
    this.length += this.buffer.write(text, this.length);
    this.buffer[this.length++] = LINE_BREAK;
  }

  /** The hash of the parts since the last one. */
  take(): string {
    const content = this.buffer.subarray(0, this.length);
    this.length = 0;
    return hashOf(content);
  }

  private reserve(size: number): void {
    if (this.length + size <= this.buffer.length) return;
    const grown = Buffer.allocUnsafe((this.length + size) * 2);
    this.buffer.copy(grown, 0, 0, this.length);
    this.buffer = grown;
  }
}

const LINE_BREAK = 10;
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
