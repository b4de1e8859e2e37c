// Numbers of the reference: exact fractions, and money as whole minor units. Written for the reference alone, so that a
// fault of src/domain would show too.

/** An exact fraction; `den` is above zero. */
export interface Exact {
  readonly num: bigint;
  readonly den: bigint;
}

const EXPONENTS: Readonly<Record<string, number>> = { KES: 2, USD: 2, GHS: 2, UGX: 0, RWF: 0, XOF: 0, TND: 3 };

export function exact(text: string): Exact {
  const negative = text.startsWith('-');
  const [whole, decimals = ''] = text.replace('-', '').split('.') as [string, string?];
  const num = BigInt(whole + decimals);
  return { num: negative ? -num : num, den: 10n ** BigInt(decimals.length) };
}

export const plus = (a: Exact, b: Exact): Exact => ({ num: a.num * b.den + b.num * a.den, den: a.den * b.den });
export const minus = (a: Exact, b: Exact): Exact => plus(a, { num: -b.num, den: b.den });
export const times = (a: Exact, b: Exact): Exact => ({ num: a.num * b.num, den: a.den * b.den });
export const isLess = (a: Exact, b: Exact): boolean => a.num * b.den < b.num * a.den;
export const abs = (value: bigint): bigint => (value < 0n ? -value : value);

function unitOf(currency: string): bigint {
  const exponent = EXPONENTS[currency];
  if (exponent === undefined) throw new RangeError(`the reference does not know ${currency}`);
  return 10n ** BigInt(exponent);
}

/** Minor units as a fraction of the currency's major unit. */
export const major = (minor: bigint, currency: string): Exact => ({ num: minor, den: unitOf(currency) });

/** Rounded half-up, away from zero below it, to whole minor units. */
export function halfUp(value: Exact, currency: string): bigint {
  const num = abs(value.num) * unitOf(currency);
  const rounded = (2n * num + value.den) / (2n * value.den);
  return value.num < 0n ? -rounded : rounded;
}

/** Rounded down to whole minor units. */
export const floor = (value: Exact, currency: string): bigint => (value.num * unitOf(currency)) / value.den;

/** An amount of a claim, which is exact in its currency. */
export const minor = (text: string, currency: string): bigint => floor(exact(text), currency);

export function written(value: bigint, currency: string): string {
  const unit = unitOf(currency);
  const decimals = unit.toString().length - 1;
  const rest = (abs(value) % unit).toString().padStart(decimals, '0');
  return `${value < 0n ? '-' : ''}${abs(value) / unit}${decimals === 0 ? '' : `.${rest}`}`;
}

export const sum = (values: readonly bigint[]): bigint => values.reduce((total, value) => total + value, 0n);

/** The earliest or latest of the times that are known; null where none is. */
export const first = (times: readonly (number | null)[]): number | null => extreme(times, Math.min);
export const last = (times: readonly (number | null)[]): number | null => extreme(times, Math.max);

function extreme(times: readonly (number | null)[], pick: (...known: number[]) => number): number | null {
  const known = times.filter((time) => time !== null);
  return known.length === 0 ? null : pick(...known);
}
