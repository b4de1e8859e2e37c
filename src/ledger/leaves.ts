// The leaves of a partition's tree. A leaf is all entries of one key in one block: the bytes as they lie in the block,
// each entry after its length in four bytes. One hash then serves all of them, and a proof shows no other key.

import { ByteReader } from '../domain/bytes.ts';
import { forEachEntry } from './block-codec.ts';
import { toKey } from './entry-codec.ts';

/** A leaf among the entries of a block. The object is used again for the next leaf. */
export interface LeafPlace {
  /** Its bytes, with the lengths. */
  from: number;
  to: number;
  /** The index of its first entry in the block. */
  first: number;
  /** The bytes of the key. */
  keyFrom: number;
  keyTo: number;
}

/**
 * Calls `visit` with each leaf of a block's entries: each run of entries of one key. Throws a RangeError for bytes that
 * are no entries.
 */
export function forEachLeaf(entries: Buffer, visit: (leaf: LeafPlace) => void): void {
  const reader = new ByteReader(entries);
  const leaf: LeafPlace = { from: 0, to: 0, first: 0, keyFrom: 0, keyTo: 0 };
  forEachEntry(entries, (from, to, index) => {
    reader.at = from;
    const size = toKey(reader);
    const keyFrom = reader.at;
    if (size < 0 || keyFrom + size > to) throw new RangeError('the key of an entry ends too late');
    if (index === 0 || !isKey(entries, keyFrom, size, leaf)) {
      if (index > 0) visit(leaf);
      leaf.from = from - 4;
      leaf.first = index;
      leaf.keyFrom = keyFrom;
      leaf.keyTo = keyFrom + size;
    }
    leaf.to = to;
  });
  if (entries.length > 0) visit(leaf);
}

function isKey(bytes: Buffer, from: number, size: number, { keyFrom, keyTo }: LeafPlace): boolean {
  if (keyTo - keyFrom !== size) return false;
  for (let at = 0; at < size; at++) if (bytes[from + at] !== bytes[keyFrom + at]) return false;
  return true;
}
