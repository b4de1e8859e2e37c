// Amounts in whole minor units as numbers, from their texts' bytes; only where they are exact.

import type { Span } from '../../domain/byte-scan.ts';

const [ZERO, DOT] = [48, 46];

/** Up to so many characters, an amount in minor units is below 10^15, and so exact in every sum of a few. */
const AMOUNT_MAX = 15;

/**
 * The minor units of an amount that is written as its currency's own form is: with all its decimals, without a sign or
 * a zero before others. -1 for any other.
 */
export function minorAt(bytes: Uint8Array, { from, to }: Span, exponent: number): number {
  const length = to - from;
  const whole = exponent === 0 ? length : length - exponent - 1;
  if (whole < 1 || length > AMOUNT_MAX || (whole > 1 && bytes[from] === ZERO)) return -1;
  const dot = from + whole;
  let minor = 0;
  for (let at = from; at < to; at++) {
    const byte = bytes[at]!;
    if (at === dot) {
      if (byte !== DOT) return -1;
      continue;
    }
    const digit = byte - ZERO;
    if (digit < 0 || digit > 9) return -1;
    minor = minor * 10 + digit;
  }
  return minor;
}

/** The same for a fee, which may have fewer decimals, as `0` has; -1 where it has more, or a sign. */
export function feeMinorAt(bytes: Uint8Array, { from, to }: Span, exponent: number): number {
  if (to === from || to - from > AMOUNT_MAX - exponent) return -1;
  let minor = 0;
  let decimals = -1;
  for (let at = from; at < to; at++) {
    const byte = bytes[at]!;
    if (byte === DOT && decimals < 0 && at > from && at + 1 < to) decimals = 0;
    else {
      const digit = byte - ZERO;
      if (digit < 0 || digit > 9) return -1;
      minor = minor * 10 + digit;
      if (decimals >= 0) decimals++;
    }
  }
  if (decimals > exponent) return -1;
  for (let left = exponent - Math.max(decimals, 0); left > 0; left--) minor *= 10;
  return minor;
}
