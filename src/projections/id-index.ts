// Which packed keys have a claim with an id: their claims are in the log, and a question by an id must not read all of
// them each time. Made when somebody asks a second time, and brought up to date by each question from then on.

import type { PackedKeys } from '../task/packed-keys.ts';

const NONE = -1;
const LOAD_MAX = 0.6;

/** Slots by the hash of an id; several ids may have one hash, so what is found is looked at. */
class IdIndex {
  private count = 0;
  private hashes = new Int32Array(1024);
  private slots = new Int32Array(1024).fill(NONE);

  add(id: string, slot: number): void {
    if (this.count >= this.slots.length * LOAD_MAX) this.grow();
    const hash = hashOf(id);
    if (!this.has(hash, slot)) this.put(hash, slot);
  }

  with(id: string): Set<number> {
    const { hashes, slots } = this;
    const hash = hashOf(id);
    const found = new Set<number>();
    const mask = slots.length - 1;
    for (let at = hash & mask; slots[at] !== NONE; at = (at + 1) & mask) if (hashes[at] === hash) found.add(slots[at]!);
    return found;
  }

  private has(hash: number, slot: number): boolean {
    const { hashes, slots } = this;
    const mask = slots.length - 1;
    let at = hash & mask;
    while (slots[at] !== NONE && (hashes[at] !== hash || slots[at] !== slot)) at = (at + 1) & mask;
    return slots[at] === slot;
  }

  private put(hash: number, slot: number): void {
    const mask = this.slots.length - 1;
    let at = hash & mask;
    while (this.slots[at] !== NONE) at = (at + 1) & mask;
    this.hashes[at] = hash;
    this.slots[at] = slot;
    this.count++;
  }

  private grow(): void {
    const { hashes, slots } = this;
    this.count = 0;
    this.hashes = new Int32Array(hashes.length * 2);
    this.slots = new Int32Array(slots.length * 2).fill(NONE);
    for (let at = 0; at < slots.length; at++) if (slots[at] !== NONE) this.put(hashes[at]!, slots[at]!);
  }
}

/** FNV-1a, mixed, over the text's units. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x45d9f3b);
  return hash ^ (hash >>> 15);
}

const indexes = new WeakMap<PackedKeys, IdIndex>();
const asked = new WeakSet<PackedKeys>();

/**
 * The packed keys that may have this id: all of them at the first question. `idsAt` gives the ids in the claims of one.
 */
export function packedWith(
  packed: PackedKeys,
  id: string,
  idsAt: (slot: number) => Iterable<string>,
): ReadonlySet<number> | 'all' {
  if (!asked.has(packed)) {
    asked.add(packed);
    return 'all';
  }
  let index = indexes.get(packed);
  if (index === undefined) {
    index = new IdIndex();
    indexes.set(packed, index);
  }
  const slots = packed.takeFresh();
  const slotAt = (at: number) => slots[at]!;
  for (let at = 0; at < slots.length; at++) {
    packed.ahead.read(at, slots.length, slotAt);
    for (const each of idsAt(slots[at]!)) index.add(each, slots[at]!);
  }
  packed.ahead.forget();
  return index.with(id);
}
