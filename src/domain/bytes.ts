// Avro's binary encoding, as far as the ledger and the facts need it: longs, strings, bytes and union branches.
// Written here because it runs several times for every fact; the tests hold it against the `avsc` library.
// Source: Apache Avro 1.12 specification, "Binary encoding".

/** What the first four bytes of a long hold. */
const LOW = 2 ** 28;

/** Writes a whole number within +-2^53, zigzag and variable length, into ten bytes at most. Returns where it ends. */
export function putLong(into: Uint8Array, from: number, value: number): number {
  let at = from;
  let rest = value >= 0 ? value * 2 : -value * 2 - 1;
  if (rest >= LOW) {
    // What is above, as of instants, has at most 26 bits, and shifts are faster than divisions.
    const high = Math.floor(rest / LOW);
    const low = rest - high * LOW;
    into[at++] = (low & 127) | 128;
    into[at++] = ((low >>> 7) & 127) | 128;
    into[at++] = ((low >>> 14) & 127) | 128;
    into[at++] = (low >>> 21) | 128;
    rest = high;
  }
  let small = rest | 0;
  while (small >= 128) {
    into[at++] = (small & 127) | 128;
    small >>>= 7;
  }
  into[at++] = small;
  return at;
}

/** A growing buffer that Avro values are appended to. */
export class ByteWriter {
  buffer: Buffer;
  length = 0;

  constructor(capacity = 1024) {
    this.buffer = Buffer.allocUnsafe(capacity);
  }

  reserve(size: number): void {
    if (this.length + size <= this.buffer.length) return;
    const grown = Buffer.allocUnsafe(Math.max(this.buffer.length * 2, this.length + size));
    this.buffer.copy(grown, 0, 0, this.length);
    this.buffer = grown;
  }

  /** A whole number within +-2^53, zigzag and variable length. */
  long(value: number): void {
    if (this.length + 10 > this.buffer.length) this.reserve(10);
    this.length = putLong(this.buffer, this.length, value);
  }

  boolean(value: boolean): void {
    this.reserve(1);
    this.buffer[this.length++] = value ? 1 : 0;
  }

  string(value: string): void {
    const size = value.length;
    if (size < 64 && this.shortAscii(value, size)) return;
    const bytes = Buffer.byteLength(value);
    this.long(bytes);
    this.reserve(bytes);
    this.buffer.write(value, this.length);
    this.length += bytes;
  }

  /** Most strings: for a few characters a loop is faster than a call out of JavaScript. */
  private shortAscii(value: string, size: number): boolean {
    if (this.length + size >= this.buffer.length) this.reserve(size + 1);
    const buffer = this.buffer;
    let at = this.length;
    buffer[at++] = size << 1;
    let seen = 0;
    for (let index = 0; index < size; index++) {
      const code = value.charCodeAt(index);
      seen |= code;
      buffer[at++] = code;
    }
    if (seen > 127) return false;
    this.length = at;
    return true;
  }

  bytes(value: Uint8Array): void {
    this.long(value.length);
    this.raw(value);
  }

  /** Bytes as they are, without a length: Avro `fixed`. */
  raw(value: Uint8Array): void {
    this.reserve(value.length);
    this.buffer.set(value, this.length);
    this.length += value.length;
  }

  /** The bytes of a buffer from `from` to `to`, as they are. */
  rawPart(buffer: Buffer, from: number, to: number): void {
    this.reserve(to - from);
    this.length += buffer.copy(this.buffer, this.length, from, to);
  }

  /** The union ["null", "string"]. */
  optionalString(value: string | null): void {
    this.branch(value !== null);
    if (value !== null) this.string(value);
  }

  /** The union ["null", "long"]. */
  optionalLong(value: number | null): void {
    this.branch(value !== null);
    if (value !== null) this.long(value);
  }

  /** Which branch of the union ["null", something] follows. */
  private branch(isPresent: boolean): void {
    this.reserve(1);
    this.buffer[this.length++] = isPresent ? 2 : 0;
  }

  /** Four bytes, most significant first: the length before a value in a batch. */
  uint32(value: number): void {
    if (this.length + 4 > this.buffer.length) this.reserve(4);
    const { buffer, length: at } = this;
    buffer[at] = value >>> 24;
    buffer[at + 1] = value >>> 16;
    buffer[at + 2] = value >>> 8;
    buffer[at + 3] = value;
    this.length = at + 4;
  }

  /** What was written, as a view. The next write may change it. */
  view(): Buffer {
    return this.buffer.subarray(0, this.length);
  }

  /** A copy of what was written; the writer is empty again. */
  take(): Buffer {
    const copy = Buffer.from(this.view());
    this.length = 0;
    return copy;
  }
}

/** Up to this size, a reader converts its bytes to text once and cuts its strings from it: four times as fast. */
const WINDOW_MAX = 1024;

/**
 * Reads what a ByteWriter wrote. Throws a RangeError on reading past the end. A string may keep up to WINDOW_MAX bytes
 * of its neighbours in memory for as long as it lives.
 */
export class ByteReader {
  readonly buffer: Buffer;
  at: number;
  readonly end: number;
  private readonly windowFrom: number;
  private window: string | null = null;

  constructor(buffer: Buffer, at = 0, end = buffer.length) {
    this.buffer = buffer;
    this.at = at;
    this.end = end;
    this.windowFrom = at;
  }

  long(): number {
    const first = this.byte();
    if (first < 128) return (first >>> 1) ^ -(first & 1);
    let value = first & 127;
    let factor = 128;
    for (;;) {
      const byte = this.byte();
      value += (byte & 127) * factor;
      if (byte < 128) break;
      factor *= 128;
      if (factor > 2 ** 56) throw new RangeError('a long has too many bytes');
    }
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  boolean(): boolean {
    return this.byte() !== 0;
  }

  string(): string {
    const size = this.size();
    const from = this.at;
    const to = from + size;
    this.at = to;
    if (size === 0) return '';
    if (this.end - this.windowFrom > WINDOW_MAX) return this.buffer.toString('utf8', from, to);
    let seen = 0;
    for (let index = from; index < to; index++) seen |= this.buffer[index]!;
    if (seen > 127) return this.buffer.toString('utf8', from, to);
    this.window ??= this.buffer.toString('latin1', this.windowFrom, this.end);
    return this.window.substring(from - this.windowFrom, to - this.windowFrom);
  }

  /** A view of the bytes, not a copy. */
  bytes(): Buffer {
    return this.raw(this.size());
  }

  raw(size: number): Buffer {
    this.check(size);
    const from = this.at;
    this.at += size;
    return this.buffer.subarray(from, this.at);
  }

  optionalString(): string | null {
    return this.byte() === 0 ? null : this.string();
  }

  optionalLong(): number | null {
    return this.byte() === 0 ? null : this.long();
  }

  uint32(): number {
    this.check(4);
    const value = this.buffer.readUInt32BE(this.at);
    this.at += 4;
    return value;
  }

  skipLong(): void {
    while (this.byte() >= 128);
  }

  skipString(): void {
    const size = this.size();
    this.at += size;
  }

  skipOptionalString(): void {
    if (this.byte() !== 0) this.skipString();
  }

  private byte(): number {
    if (this.at >= this.end) throw new RangeError('the bytes end too early');
    return this.buffer[this.at++]!;
  }

  private size(): number {
    const size = this.long();
    this.check(size);
    return size;
  }

  private check(size: number): void {
    if (size < 0 || this.at + size > this.end) throw new RangeError('the bytes end too early');
  }
}
