// Steps over Avro values and notes where their texts lie, without making texts of them: what is read for every claim,
// and compared or copied as the bytes that it is.

/** Where a text lies in some bytes; `from` is below 0 where there is none. */
export interface Span {
  from: number;
  to: number;
}

export function newSpan(): Span {
  return { from: ABSENT, to: ABSENT };
}

const ABSENT = -1;
/** Where a scan stands after bytes that are not a value: there is no end. */
const NOWHERE = 2 ** 30;
/** Of the last byte that a long may have. */
const FACTOR_MAX = 2 ** 56;
const NO_BYTES: Uint8Array = new Uint8Array(0);

/**
 * Nothing is checked on the way: a reader compares the place after the last value with the end of the bytes. Only
 * where they are the same were the values there.
 */
export class ByteScan {
  at = 0;
  private bytes: Uint8Array = NO_BYTES;

  begin(bytes: Uint8Array, at: number): void {
    this.bytes = bytes;
    this.at = at;
  }

  byte(): number {
    return this.bytes[this.at++]!;
  }

  /** Whether the value of a union with null is there. */
  isPresent(): boolean {
    return this.bytes[this.at++] !== 0;
  }

  /** A whole number; beyond 2^53 another one near it, as `ByteReader` reads it too. */
  long(): number {
    const { bytes } = this;
    let byte = bytes[this.at++]!;
    if (byte < 128) return (byte >>> 1) ^ -(byte & 1);
    let low = byte & 127;
    let shift = 7;
    // Below 2^28 with shifts, which are faster; instants are above.
    do {
      byte = bytes[this.at++]!;
      low |= (byte & 127) << shift;
      shift += 7;
    } while (byte >= 128 && shift < 28);
    let value = low;
    for (let factor = 2 ** 28; byte >= 128; factor *= 128) {
      if (factor > FACTOR_MAX) this.at = NOWHERE;
      byte = bytes[this.at++]!;
      value += (byte & 127) * factor;
    }
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  skipLong(): void {
    while (this.bytes[this.at++]! >= 128);
  }

  /** NaN where there is none. */
  optionalLong(): number {
    return this.isPresent() ? this.long() : Number.NaN;
  }

  text(span: Span): void {
    const size = this.size();
    span.from = this.at;
    this.at += size;
    span.to = this.at;
  }

  optionalText(span: Span): void {
    if (this.isPresent()) this.text(span);
    else {
      span.from = ABSENT;
      span.to = ABSENT;
    }
  }

  skipText(): void {
    const size = this.size();
    this.at += size;
  }

  skipOptionalText(): void {
    if (this.isPresent()) this.skipText();
  }

  private size(): number {
    const { bytes } = this;
    let byte = bytes[this.at++]!;
    let size = byte & 127;
    for (let shift = 7; byte >= 128 && shift < 28; shift += 7) {
      byte = bytes[this.at++]!;
      size |= (byte & 127) << shift;
    }
    // An odd one is below zero, and one that goes on is longer than any claim.
    return byte >= 128 || (size & 1) === 1 ? NOWHERE : size >>> 1;
  }
}
