// A measured value and the two thresholds of an alert: one at which it is raised, another at which it is cleared.
// Between them everything stays as it is, so that a value on the edge does not raise and clear it over and over.

import { compareDecimal, type Decimal } from '../../domain/decimal.ts';

export interface Measure {
  /** What it is of, an account perhaps; '' where it is of the service. */
  readonly about: string;
  /** Null where it is not known now. */
  readonly value: Decimal | null;
  /** Raised at this or beyond; null where nothing can raise it now. */
  readonly raise: Decimal | null;
  /** Cleared short of this, which is not beyond `raise`. */
  readonly clear: Decimal;
  /** Which way is bad. */
  readonly bad: 'above' | 'below';
  /** Decimals that are written even where they are 0, as those of money; 0 where absent. */
  readonly decimals?: number;
}

/** `between`, or not known: neither. */
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

/** The least decimal of a scale that is not below another. */
export function ceilDecimal({ digits, scale }: Decimal, scaleMax: number): Decimal {
  if (scale <= scaleMax) return { digits, scale };
  const divisor = 10n ** BigInt(scale - scaleMax);
  // Division drops the rest, which rounds up what is below 0.
  return { digits: digits / divisor + (digits % divisor > 0n ? 1n : 0n), scale: scaleMax };
}

/** The same value without zeros at its end, but with so many decimals where it had them. */
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
