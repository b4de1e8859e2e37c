// A measured value and the two thresholds of an alert: one raises it, the other clears it. Between them nothing
// changes, so that a value on the edge does not raise and clear the alert again and again.

import { compareDecimal, type Decimal } from '../../domain/decimal.ts';

export interface Measure {
  /** The subject, such as an account; '' for the service. */
  readonly about: string;
  /** Null if it is not known now. */
  readonly value: Decimal | null;
  /** Raised at this value or beyond; null if nothing can raise it now. */
  readonly raise: Decimal | null;
  /** Cleared before this value, which is not beyond `raise`. */
  readonly clear: Decimal;
  /** Which direction is bad. */
  readonly bad: 'above' | 'below';
  /** Minimum number of decimals to write, as for money; default 0. */
  readonly decimals?: number;
}

/** `between`, or unknown: neither. */
export type Verdict = 'raise' | 'clear' | 'between';

export function judge({ value, raise, clear, bad }: Measure): Verdict {
  if (value === null) return 'between';
  const sign = bad === 'above' ? 1 : -1;
  if (raise !== null && sign * compareDecimal(value, raise) >= 0) return 'raise';
  return sign * compareDecimal(value, clear) < 0 ? 'clear' : 'between';
}

export function wholeOf(count: number): Decimal {
  return { digits: BigInt(Math.floor(count)), scale: 0 };
}

/** A ratio as a percentage with one decimal. */
export function percentOf(ratio: number): Decimal {
  return { digits: BigInt(Math.round(ratio * 1000)), scale: 1 };
}

/** The smallest decimal of this scale that is not below the given one. */
export function ceilDecimal({ digits, scale }: Decimal, scaleMax: number): Decimal {
  if (scale <= scaleMax) return { digits, scale };
  const divisor = 10n ** BigInt(scale - scaleMax);
  // Division drops the rest, which rounds up what is below 0.
  return { digits: digits / divisor + (digits % divisor > 0n ? 1n : 0n), scale: scaleMax };
}

/** The same value without trailing zeros, but with at least `scaleMin` decimals if it had them. */
export function trimDecimal({ digits, scale }: Decimal, scaleMin: number): Decimal {
  while (scale > scaleMin && digits % 10n === 0n) {
    digits /= 10n;
    scale -= 1;
  }
  return { digits, scale };
}

export function greaterOf(left: Decimal, right: Decimal): Decimal {
  return compareDecimal(left, right) >= 0 ? left : right;
}
