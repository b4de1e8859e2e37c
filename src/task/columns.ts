// Growing columns of numbers and bytes, as the packed tables need them.

export type Column =
  | Float64Array<ArrayBuffer>
  | Uint32Array<ArrayBuffer>
  | Uint16Array<ArrayBuffer>
  | Int32Array<ArrayBuffer>;

const CAPACITY_MIN = 1024;

/** How long the columns of a table of `count` are: it is full, unless it is small. */
export function capacityFor(count: number): number {
  return Math.max(count, CAPACITY_MIN);
}

/** A column of twice the length that begins with the same values; the rest is 0. */
export function doubled<Kind extends Column>(column: Kind): Kind {
  const larger = new (column.constructor as new (length: number) => Kind)(column.length * 2);
  larger.set(column);
  return larger;
}

/** A larger buffer that begins with the same bytes. */
export function grown(buffer: Buffer, needed: number): Buffer<ArrayBuffer> {
  const larger = Buffer.allocUnsafeSlow(Math.max(buffer.length * 2, needed));
  buffer.copy(larger);
  return larger;
}

/** The bytes of a column, as a view. */
export function bytesOf(column: Float64Array | Uint32Array | Uint16Array | Int32Array): Uint8Array {
  return new Uint8Array(column.buffer, column.byteOffset, column.byteLength);
}
