// Reads the parts of a snapshot one after another. They are not copied where that can be: a large table is then where
// the file was read to.

import { bytesOf, type Column, capacityFor } from './columns.ts';

/** What begins at a multiple of this from where the parts begin can be a column of numbers of any size. */
export const ALIGNMENT = 8;

export class PartReader {
  private readonly content: Buffer;
  private readonly from: number;
  private at: number;

  /** The parts begin at `from`. Who takes a column or bytes of them may write there. */
  constructor(content: Buffer, from: number) {
    this.content = content;
    this.from = from;
    this.at = from;
  }

  /** The next numbers, as a column of this capacity. Throws a RangeError if there are too few. */
  column<Kind extends Column>(kind: KindOfColumn<Kind>, count: number, capacity = capacityFor(count)): Kind {
    const bytes = this.bytes(count * kind.BYTES_PER_ELEMENT);
    if (capacity === count && bytes.byteOffset % kind.BYTES_PER_ELEMENT === 0) {
      return new kind(bytes.buffer as ArrayBuffer, bytes.byteOffset, count);
    }
    const column = new kind(capacity);
    bytesOf(column).set(bytes);
    return column;
  }

  /** The next numbers alone. Throws a RangeError if there are too few. */
  numbers(count: number): Float64Array {
    const read = new Float64Array(count);
    bytesOf(read).set(this.bytes(read.byteLength));
    return read;
  }

  /** The next bytes. Throws a RangeError if there are too few. */
  bytes(count: number): Buffer<ArrayBuffer> {
    const end = this.at + count;
    if (!(end <= this.content.length)) throw new RangeError('the snapshot ends too early');
    const bytes = this.content.subarray(this.at, end) as Buffer<ArrayBuffer>;
    this.at = end + gapAfter(end - this.from);
    return bytes;
  }
}

interface KindOfColumn<Kind> {
  readonly BYTES_PER_ELEMENT: number;
  new (length: number): Kind;
  new (buffer: ArrayBuffer, from: number, length: number): Kind;
}

/** The parts as the reader takes them: each begins where numbers of any size can lie. */
export function* alignedParts(parts: Iterable<Uint8Array>): Iterable<Uint8Array> {
  for (const part of parts) {
    yield part;
    const gap = gapAfter(part.length);
    if (gap > 0) yield new Uint8Array(gap);
  }
}

function gapAfter(size: number): number {
  return -size & (ALIGNMENT - 1);
}
