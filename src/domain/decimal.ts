// Exact decimals for values finer than money: fees, rates and percentages. A bigint and a scale; half-up rounding.

/** The value `digits / 10^scale`. */
export interface Decimal {
  readonly digits: bigint;
  readonly scale: number;
}

/**
 * Amounts are added as plain numbers where very many are: with one whole number more that is below this too, a sum of
 * whole numbers below it is exact.
 */
export const EXACT_MAX = 2 ** 52;

/** More digits than any amount, rate or percentage has. Stops a hostile cell from becoming a huge number. */
const LENGTH_MAX = 40;
const PLAIN = /^(-?)(\d+)(?:\.(\d+))?$/;

/** Reads a plain decimal ("-1.50"): no exponent, plus sign, blanks or separators. Undefined for anything else. */
export function parseDecimal(text: string): Decimal | undefined {
  if (text.length > LENGTH_MAX) return undefined;
  const match = PLAIN.exec(text);
  if (match === null) return undefined;
  const decimals = match[3] ?? '';
  const digits = BigInt(match[2] + decimals);
  if (digits === 0n && match[1] === '-') return undefined;
  return { digits: match[1] === '-' ? -digits : digits, scale: decimals.length };
}

/** Reads a plain decimal that was checked before, of any length; do not use this for input. */
export function decimalOf(text: string): Decimal {
  const dot = text.indexOf('.');
  if (dot < 0) return { digits: BigInt(text), scale: 0 };
  return { digits: BigInt(text.slice(0, dot) + text.slice(dot + 1)), scale: text.length - dot - 1 };
}

/** The decimal as text, at its own scale: {58, 2} is "0.58". */
export function formatDecimal(value: Decimal): string {
  const negative = value.digits < 0n;
  const digits = (negative ? -value.digits : value.digits).toString().padStart(value.scale + 1, '0');
  const cut = digits.length - value.scale;
  const text = value.scale === 0 ? digits : `${digits.slice(0, cut)}.${digits.slice(cut)}`;
  return negative ? `-${text}` : text;
}

/** The one text of a value: no zeros at its end beyond so many decimals, and these always. {1500, 3} at 2 is "1.50". */
export function normalDecimal(value: Decimal, decimals: number): string {
  let { digits, scale } = value;
  for (; scale > decimals && digits % 10n === 0n; scale--) digits /= 10n;
  return formatDecimal(scale < decimals ? { digits: digitsAt(value, decimals), scale: decimals } : { digits, scale });
}

export function addDecimal(left: Decimal, right: Decimal): Decimal {
  const scale = Math.max(left.scale, right.scale);
  return { digits: digitsAt(left, scale) + digitsAt(right, scale), scale };
}

export function negated({ digits, scale }: Decimal): Decimal {
  return { digits: -digits, scale };
}

export function multiplyDecimal(left: Decimal, right: Decimal): Decimal {
  return { digits: left.digits * right.digits, scale: left.scale + right.scale };
}

/** Negative, zero or positive, as left is less than, equal to or greater than right. */
export function compareDecimal(left: Decimal, right: Decimal): number {
  const scale = Math.max(left.scale, right.scale);
  const difference = digitsAt(left, scale) - digitsAt(right, scale);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

/** Rounds half-up (half away from zero for negatives) to `exponent` decimals, as whole minor units. */
export function roundHalfUp(value: Decimal, exponent: number): bigint {
  if (value.scale <= exponent) return digitsAt(value, exponent);
  const divisor = 10n ** BigInt(value.scale - exponent);
  const magnitude = value.digits < 0n ? -value.digits : value.digits;
  const rounded = (2n * magnitude + divisor) / (2n * divisor);
  return value.digits < 0n ? -rounded : rounded;
}

function digitsAt(value: Decimal, scale: number): bigint {
  return value.scale === scale ? value.digits : value.digits * 10n ** BigInt(scale - value.scale);
}
