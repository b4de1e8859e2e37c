// Webhooks that were acknowledged, with the names of their payments, as bytes: tens of thousands of them as objects
// were most of what the collector of the thread that answers had to walk through.

import { ByteReader, ByteWriter } from '../../domain/bytes.ts';

const DIGEST_BYTES = 32;
const BYTES_FIRST = 64 * 1024;
/** The index is at most half full. */
const PLACES_EACH = 2;

export class AckTable {
  /** One record after another: the digest of the body, where it came to, and the names. */
  private readonly records = new ByteWriter(BYTES_FIRST);
  /** Open addressing by the digest: one more than where a record begins, 0 where there is none. */
  private readonly index: Uint32Array;
  count = 0;

  /** For at most `countMax` webhooks. */
  constructor(countMax: number) {
    this.index = new Uint32Array(2 ** Math.ceil(Math.log2(countMax * PLACES_EACH)));
  }

  get bytes(): number {
    return this.records.length;
  }

  get(where: string, digest: Buffer): readonly string[] | undefined {
    const begun = this.index[this.placeOf(where, digest)]!;
    if (begun === 0) return undefined;
    const reader = this.readerAt(begun - 1);
    reader.skipString();
    return Array.from({ length: reader.long() }, () => reader.string());
  }

  /** One that is there stays as it is. */
  add(where: string, digest: Buffer, names: readonly string[]): void {
    const place = this.placeOf(where, digest);
    if (this.index[place] !== 0) return;
    const { records } = this;
    this.index[place] = records.length + 1;
    this.count++;
    records.raw(digest);
    records.string(where);
    records.long(names.length);
    for (const name of names) records.string(name);
  }

  /** Forgets all, and keeps its memory for the next. */
  clear(): void {
    this.index.fill(0);
    this.records.length = 0;
    this.count = 0;
  }

  /** The place of this webhook in the index, or the empty one where it belongs. */
  private placeOf(where: string, digest: Buffer): number {
    const mask = this.index.length - 1;
    let place = digest.readUInt32LE(0) & mask;
    for (let begun = this.index[place]!; begun !== 0; begun = this.index[place]!) {
      if (this.holds(begun - 1, where, digest)) break;
      place = (place + 1) & mask;
    }
    return place;
  }

  private holds(from: number, where: string, digest: Buffer): boolean {
    const stored = this.records.buffer;
    return digest.compare(stored, from, from + DIGEST_BYTES) === 0 && this.readerAt(from).string() === where;
  }

  private readerAt(from: number): ByteReader {
    return new ByteReader(this.records.buffer, from + DIGEST_BYTES, this.records.length);
  }
}
