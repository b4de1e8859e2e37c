// From which amount on money needs a second person: `review.threshold` of the rules, by currency.

import { currencyExponent } from '../domain/currency.ts';
import { type Decimal, parseDecimal } from '../domain/decimal.ts';
import type { Rules } from './rules.ts';

/** Whether an amount in minor units reaches the threshold of its currency; without a threshold none does. */
export function needsReview({ review }: Pick<Rules, 'review'>, currency: string, minor: bigint): boolean {
  const threshold = review.threshold[currency];
  return threshold !== undefined && minor >= minorAtLeast(parseDecimal(threshold)!, currency);
}

/** The smallest amount in minor units that is not below a decimal. */
export function minorAtLeast({ digits, scale }: Decimal, currency: string): bigint {
  const divisor = 10n ** BigInt(scale);
  return (digits * 10n ** BigInt(currencyExponent(currency)!) + divisor - 1n) / divisor;
}
