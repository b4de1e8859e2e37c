// Money is a whole number of minor units and a currency. Outside the process it is a decimal text; never a float.

import { currencyExponent } from './currency.ts';
import { type Decimal, normalDecimal, parseDecimal, roundHalfUp } from './decimal.ts';
import type { ErrorCode } from './error-codes.ts';

export interface Money {
  readonly minor: bigint;
  readonly currency: string;
}

/** The largest accepted amount in minor units: the maximum of a signed 64-bit field in another system. */
const MINOR_MAX = 2n ** 63n - 1n;

/** Reads the amount of a fact, in a known currency. Its text was checked before; do not use this for input. */
export function minorOf(text: string, currency: string): bigint {
  const exponent = currencyExponent(currency) ?? 0;
  if (text.length <= SHORT_MAX) return shortMinor(text, exponent) ?? longMinor(text, currency, exponent);
  return longMinor(text, currency, exponent);
}

/** Up to this many characters, the digits are below 2^53 and need no text to become a bigint. */
const SHORT_MAX = 15;

/** Undefined where the text does not have exactly the currency's decimals. */
function shortMinor(text: string, exponent: number): bigint | undefined {
  const length = text.length;
  const start = text.charCodeAt(0) === 45 ? 1 : 0;
  const dot = exponent === 0 ? length : length - exponent - 1;
  let minor = 0;
  for (let at = start; at < length; at++) {
    const digit = text.charCodeAt(at) - 48;
    if (at === dot ? digit !== -2 : digit < 0 || digit > 9) return undefined;
    if (at !== dot) minor = minor * 10 + digit;
  }
  return dot <= start ? undefined : BigInt(start === 1 ? -minor : minor);
}

function longMinor(text: string, currency: string, exponent: number): bigint {
  const dot = text.indexOf('.');
  if (dot < 0) return exponent === 0 ? BigInt(text) : BigInt(text + '0'.repeat(exponent));
  const decimals = text.length - dot - 1;
  if (decimals > exponent) throw new RangeError(`amount ${text} has more decimals than ${currency}`);
  return BigInt(text.slice(0, dot) + text.slice(dot + 1) + '0'.repeat(exponent - decimals));
}

const ZEROS = ['0', '0.0', '0.00', '0.000', '0.0000'];

/** Formats minor units as the currency's decimal text: (150000, KES) is "1500.00", (1500, UGX) is "1500". */
export function formatMinor(minor: bigint, currency: string): string {
  const exponent = currencyExponent(currency) ?? 0;
  if (exponent === 0) return minor.toString();
  if (minor === 0n) return ZEROS[exponent]!;
  const digits = (minor < 0n ? -minor : minor).toString().padStart(exponent + 1, '0');
  const cut = digits.length - exponent;
  return `${minor < 0n ? '-' : ''}${digits.slice(0, cut)}.${digits.slice(cut)}`;
}

export interface AmountFault {
  readonly fault: ErrorCode;
}

/**
 * Reads an amount from outside and returns it in the currency's own form ("5" KES is "5.00"; "1000.00" UGX is "1000"),
 * or the code of the fault: not a plain decimal, more decimals than the currency, or beyond 64 bits.
 */
export function readAmount(text: string, currency: string): string | AmountFault {
  const exponent = currencyExponent(currency);
  if (exponent === undefined) return { fault: 'HESABU_CURRENCY_UNKNOWN' };
  if (isCanonical(text, exponent)) return text;
  const decimal = parseDecimal(text);
  if (decimal === undefined) return { fault: 'HESABU_AMOUNT_INVALID' };
  const minor = exactMinor(decimal, exponent);
  if (minor === undefined) return { fault: 'HESABU_AMOUNT_PRECISION' };
  if (minor > MINOR_MAX || minor < -MINOR_MAX) return { fault: 'HESABU_AMOUNT_RANGE' };
  return formatMinor(minor, currency);
}

/**
 * Reads a fee or a rate, which may be finer than so many decimals, and returns its one text: 15 is 15.00, 7.5000 is
 * 7.50; or the code of the fault.
 */
export function readDecimal(text: string, exponent: number): string | AmountFault {
  if (isCanonical(text, exponent)) return text;
  const decimal = parseDecimal(text);
  if (decimal === undefined) return { fault: 'HESABU_AMOUNT_INVALID' };
  const minor = roundHalfUp(decimal, exponent);
  if (minor > MINOR_MAX || minor < -MINOR_MAX) return { fault: 'HESABU_AMOUNT_RANGE' };
  return normalDecimal(decimal, exponent);
}

/** The usual case, without arithmetic: at most 15 digits, no leading zero, exactly so many decimals. */
function isCanonical(text: string, exponent: number): boolean {
  const length = text.length;
  const whole = exponent === 0 ? length : length - exponent - 1;
  if (whole < 1 || length > 16) return false;
  if (whole > 1 && text.charCodeAt(0) === 48) return false;
  for (let at = 0; at < length; at++) {
    const code = text.charCodeAt(at);
    if (at === whole ? code !== 46 : code < 48 || code > 57) return false;
  }
  return true;
}

function exactMinor(decimal: Decimal, exponent: number): bigint | undefined {
  if (decimal.scale <= exponent) return decimal.digits * 10n ** BigInt(exponent - decimal.scale);
  const divisor = 10n ** BigInt(decimal.scale - exponent);
  return decimal.digits % divisor === 0n ? decimal.digits / divisor : undefined;
}
