// Reads the parts of a snapshot one after another, copying each to where it belongs.

import { bytesOf } from './columns.ts';

export class PartReader {
  private readonly bytes: Buffer;
  private at: number;

  constructor(bytes: Buffer, at: number) {
    this.bytes = bytes;
    this.at = at;
  }

  /** Fills the target with the next bytes. Throws a RangeError if there are too few. */
  into(target: Uint8Array): void {
    const end = this.at + target.length;
    if (end > this.bytes.length) throw new RangeError('the snapshot ends too early');
    target.set(this.bytes.subarray(this.at, end));
    this.at = end;
  }

  numbers(count: number): Float64Array {
    const read = new Float64Array(count);
    this.into(bytesOf(read));
    return read;
  }
}
