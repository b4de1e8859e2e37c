// Webhooks that were acknowledged, with the names of their payments, as bytes: tens of thousands of them as objects
// were most of what the collector of the thread that answers had to walk through.

import { ByteReader, ByteWriter } from '../../domain/bytes.ts';

const DIGEST_BYTES = 32;
/** The first bytes of a digest decide its place in the index, the next four are its tag. */
const TAG_AT = 4;
const BYTES_FIRST = 64 * 1024;
/** The index is at most half full. */
const PLACES_EACH = 2;

export class AckTable {
  /** One record after another: the digest of the body, where it came to, and the names. */
  private readonly records = new ByteWriter(BYTES_FIRST);
  /** Open addressing by the digest: one more than where a record begins, 0 where there is none. */
  private readonly index: Uint32Array;
  /** Beside the index: four bytes of the digest, so that records of other webhooks are hardly ever looked at. */
  private readonly tags: Uint32Array;
  count = 0;

  /** For at most `countMax` webhooks. */
  constructor(countMax: number) {
    this.index = new Uint32Array(2 ** Math.ceil(Math.log2(countMax * PLACES_EACH)));
    this.tags = new Uint32Array(this.index.length);
  }

  get bytes(): number {
    return this.records.length;
  }

  /** The digest's bytes are the characters of the text. */
  get(where: string, digest: string): readonly string[] | undefined {
    const begun = this.index[this.placeOf(where, digest)]!;
    if (begun === 0) return undefined;
    const reader = this.readerAt(begun - 1);
    reader.skipString();
    return Array.from({ length: reader.long() }, () => reader.string());
  }

  /** One that is there stays as it is. */
  add(where: string, digest: string, names: readonly string[]): void {
    const place = this.placeOf(where, digest);
    if (this.index[place] !== 0) return;
    const { records } = this;
    this.index[place] = records.length + 1;
    this.tags[place] = wordAt(digest, TAG_AT);
    this.count++;
    records.raw(Buffer.from(digest, 'latin1'));
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
  private placeOf(where: string, digest: string): number {
    const mask = this.index.length - 1;
    const tag = wordAt(digest, TAG_AT);
    let place = wordAt(digest, 0) & mask;
    for (let begun = this.index[place]!; begun !== 0; begun = this.index[place]!) {
      if (this.tags[place] === tag && this.holds(begun - 1, where, digest)) break;
      place = (place + 1) & mask;
    }
    return place;
  }

  private holds(from: number, where: string, digest: string): boolean {
    const stored = this.records.buffer.toString('latin1', from, from + DIGEST_BYTES);
    return stored === digest && this.readerAt(from).string() === where;
  }

  private readerAt(from: number): ByteReader {
    return new ByteReader(this.records.buffer, from + DIGEST_BYTES, this.records.length);
  }
}

function wordAt(digest: string, at: number): number {
  const [first, second] = [digest.charCodeAt(at), digest.charCodeAt(at + 1)];
  return (first | (second << 8) | (digest.charCodeAt(at + 2) << 16) | (digest.charCodeAt(at + 3) << 24)) >>> 0;
}
