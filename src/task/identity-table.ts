// The identities that one reference claims and of which nothing else is known, as of nearly every payment: packed,
// since a record of its own for each would cost more than the payment. Whatever more is told of one makes it a key like
// others.

import type { Span } from '../domain/byte-scan.ts';
import { isSameText } from '../domain/byte-texts.ts';
import { partitionHash } from '../domain/partition.ts';
import { bytesOf, grown } from './columns.ts';
import { spread } from './key-table.ts';
import type { PartReader } from './part-reader.ts';

const EMPTY = 0;
const LOAD_MAX = 0.5;
/** Instead of a reference's length: the identity is a key of the state table. */
const IS_KEY = 0xffff;

/**
 * Identities lie end to end: the length of the name (2 bytes), the name, the length of the reference, the reference.
 */
export class IdentityTable {
  private count = 0;
  private bytes = Buffer.alloc(1024);
  /** Offset 0 is none. */
  private bytesEnd = 1;
  private index = new Uint32Array(256);

  /**
   * Notes that a reference claims an identity: both lie in the same bytes. Returns whether that is all there is to
   * know; otherwise the identity must become a key.
   */
  claim(from: Buffer, nameFrom: number, nameTo: number, reference: Span): boolean {
    const at = this.find(from, nameFrom, nameTo);
    const known = this.index[at]!;
    if (known === EMPTY) {
      this.insert(at, from, nameFrom, nameTo, reference);
      return true;
    }
    const place = this.referenceAt(known);
    const size = this.bytes.readUInt16LE(place);
    const own = { from: place + 2, to: place + 2 + size };
    return isSameText(from, reference, this.bytes, own);
  }

  /**
   * The reference that claims an identity which is no key yet, and from now on is one; undefined where none is known.
   */
  takeReference(from: Buffer, nameFrom: number, nameTo: number): string | undefined {
    const at = this.find(from, nameFrom, nameTo);
    const known = this.index[at]!;
    if (known === EMPTY) {
      this.insert(at, from, nameFrom, nameTo, null);
      return undefined;
    }
    const place = this.referenceAt(known);
    const size = this.bytes.readUInt16LE(place);
    if (size === IS_KEY) return undefined;
    const reference = this.bytes.toString('utf8', place + 2, place + 2 + size);
    // The name stays where it is; the bytes of its reference are lost until the next snapshot is read.
    this.bytes.writeUInt16LE(IS_KEY, place);
    return reference;
  }

  /** The reference that claims an identity, where nothing else is known of it. */
  referenceOf(identity: string): string | undefined {
    const name = Buffer.from(identity);
    const known = this.index[this.find(name, 0, name.length)]!;
    if (known === EMPTY) return undefined;
    const place = this.referenceAt(known);
    const size = this.bytes.readUInt16LE(place);
    return size === IS_KEY ? undefined : this.bytes.toString('utf8', place + 2, place + 2 + size);
  }

  *parts(): Iterable<Uint8Array> {
    yield bytesOf(new Float64Array([this.count, this.bytesEnd, this.index.length]));
    yield this.bytes.subarray(0, this.bytesEnd);
    yield bytesOf(this.index);
  }

  static fromParts(parts: PartReader): IdentityTable {
    const table = new IdentityTable();
    const [count, bytesEnd, size] = parts.numbers(3) as unknown as [number, number, number];
    table.count = count;
    table.bytesEnd = bytesEnd;
    table.bytes = parts.bytes(bytesEnd);
    table.index = parts.column(Uint32Array, size, size);
    return table;
  }

  private referenceAt(place: number): number {
    return place + 2 + this.bytes.readUInt16LE(place);
  }

  private find(from: Buffer, nameFrom: number, nameTo: number): number {
    const mask = this.index.length - 1;
    let at = placeOf(from, nameFrom, nameTo) & mask;
    for (let place = this.index[at]!; place !== EMPTY; place = this.index[at]!) {
      if (this.holds(place, from, nameFrom, nameTo)) return at;
      at = (at + 1) & mask;
    }
    return at;
  }

  private holds(place: number, from: Buffer, nameFrom: number, nameTo: number): boolean {
    const { bytes } = this;
    const size = nameTo - nameFrom;
    if ((bytes[place]! | (bytes[place + 1]! << 8)) !== size) return false;
    const first = place + 2;
    for (let at = 0; at < size; at++) if (bytes[first + at] !== from[nameFrom + at]) return false;
    return true;
  }

  private insert(at: number, from: Buffer, nameFrom: number, nameTo: number, reference: Span | null): void {
    const size = nameTo - nameFrom;
    const referenceSize = reference === null ? 0 : reference.to - reference.from;
    const end = this.bytesEnd + size + 4 + referenceSize;
    if (end > this.bytes.length) this.bytes = grown(this.bytes, end);
    const { bytes } = this;
    let to = bytes.writeUInt16LE(size, this.bytesEnd);
    to += from.copy(bytes, to, nameFrom, nameTo);
    to = bytes.writeUInt16LE(reference === null ? IS_KEY : referenceSize, to);
    if (reference !== null) from.copy(bytes, to, reference.from, reference.to);
    this.index[at] = this.bytesEnd;
    this.bytesEnd = end;
    if (++this.count > this.index.length * LOAD_MAX) this.reindex();
  }

  private reindex(): void {
    const { bytes, index: old } = this;
    this.index = new Uint32Array(old.length * 2);
    const mask = this.index.length - 1;
    for (const place of old) {
      if (place === EMPTY) continue;
      const first = place + 2;
      let at = placeOf(bytes, first, first + bytes.readUInt16LE(place)) & mask;
      while (this.index[at] !== EMPTY) at = (at + 1) & mask;
      this.index[at] = place;
    }
  }
}

function placeOf(bytes: Buffer, from: number, to: number): number {
  return spread(partitionHash(bytes, from, to));
}
