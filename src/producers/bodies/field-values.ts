// The values of members of a JSON body in the form of facts: amounts, fees, currencies, times, references. What is
// there and cannot be read is a fault of the fields; what is not there is null.

import { currencyExponent } from '../../domain/currency.ts';
import { formatDecimal, normalDecimal, parseDecimal } from '../../domain/decimal.ts';
import { normaliseReference, REFERENCE_FORM } from '../../domain/key.ts';
import { readAmount } from '../../domain/money.ts';
import { CLAIM_YEARS, dateAsWritten, type Instant, isClaimDate, isClaimTime, parseInstant } from '../../domain/time.ts';
import type { TimeReader } from '../formats/time-reader.ts';
import type { BodySettings } from './body.ts';
import type { JsonFields, Path } from './json-fields.ts';

/** How a network writes amounts: in the currency's main unit, or in hundredths of it whatever the currency. */
export type Scale = 'major' | 'hundredths';

/** A reference of the merchant's, in the form of keys. */
export function referenceIn(fields: JsonFields, path: Path): string | null {
  const text = fields.id(path);
  if (text === null) return null;
  const key = normaliseReference(text);
  if (key === undefined) fields.refuse(path, 'HESABU_REFERENCE_INVALID', REFERENCE_FORM);
  return key ?? null;
}

/**
 * The merchant's reference where the account says, otherwise at the network's usual place. `fields` are the object in
 * `data` of a body, as in most of them; the account may name the place from there or from the body itself.
 */
export function ownReferenceIn(fields: JsonFields, { reference }: BodySettings, usual: Path): string | null {
  return referenceIn(fields, reference === null ? usual : [reference, reference.replace(/^data\./, '')]);
}

/** An ISO 4217 code in capitals. */
export function currencyIn(fields: JsonFields, path: Path): string | null {
  const text = fields.text(path)?.toUpperCase() ?? null;
  if (text === null || currencyExponent(text) !== undefined) return text;
  fields.refuse(path, 'HESABU_CURRENCY_UNKNOWN', 'an ISO 4217 code');
  return null;
}

/** An amount in the decimals of its currency, of any sign. */
export function signedAmountIn(
  fields: JsonFields,
  path: Path,
  currency: string | null,
  scale: Scale = 'major',
): string | null {
  const text = decimalIn(fields, path, scale);
  if (text === null) return null;
  if (currency === null) {
    fields.refuse(path, 'HESABU_FIELD_MISSING', 'the currency of the amount', 'none');
    return null;
  }
  const read = readAmount(text, currency);
  if (typeof read === 'string') return read;
  const finest = `at most ${currencyExponent(currency)} decimals in ${currency}`;
  fields.refuse(path, read.fault, read.fault === 'HESABU_AMOUNT_PRECISION' ? finest : 'a plain decimal');
  return null;
}

/** An amount of zero or more. */
export function amountIn(
  fields: JsonFields,
  path: Path,
  currency: string | null,
  scale: Scale = 'major',
): string | null {
  const amount = signedAmountIn(fields, path, currency, scale);
  if (amount?.startsWith('-') !== true) return amount;
  fields.refuse(path, 'HESABU_AMOUNT_RANGE', 'zero or more');
  return null;
}

/** What was taken: a decimal of zero or more, which may be finer than its currency. */
export function feeIn(fields: JsonFields, path: Path, currency: string | null, scale: Scale = 'major'): string | null {
  const text = decimalIn(fields, path, scale);
  if (text === null) return null;
  const decimal = parseDecimal(text)!;
  if (decimal.digits >= 0n) return normalDecimal(decimal, currencyExponent(currency ?? '') ?? 0);
  fields.refuse(path, 'HESABU_AMOUNT_RANGE', 'zero or more');
  return null;
}

/** ISO 8601 with an offset, or what `times` reads. */
export function instantIn(fields: JsonFields, path: Path, times: TimeReader | null = null): Instant | null {
  const text = fields.text(path);
  if (text === null) return null;
  const own = times?.instant(text);
  const instant = typeof own === 'number' ? own : parseInstant(text);
  if (instant !== undefined && isClaimTime(instant)) return instant;
  const form = typeof own === 'object' ? own.expected : 'a real time with an offset';
  fields.refuse(path, 'HESABU_TIME_INVALID', instant === undefined ? form : `a time ${CLAIM_YEARS}`);
  return null;
}

/** A date as it is written, `YYYY-MM-DD`, also that of a time. */
export function dateIn(fields: JsonFields, path: Path, times: TimeReader | null = null): string | null {
  const text = fields.text(path);
  if (text === null) return null;
  const date = times === null ? dateAsWritten(text) : times.date(text);
  if (typeof date === 'string' && isClaimDate(date)) return date;
  fields.refuse(path, 'HESABU_DATE_INVALID', typeof date === 'string' ? `a date ${CLAIM_YEARS}` : 'a real date');
  return null;
}

function decimalIn(fields: JsonFields, path: Path, scale: Scale): string | null {
  const text = fields.text(path);
  if (text === null) return null;
  const decimal = parseDecimal(text);
  if (decimal === undefined) {
    fields.refuse(path, 'HESABU_AMOUNT_INVALID', 'a plain decimal');
    return null;
  }
  return scale === 'major' ? text : formatDecimal({ digits: decimal.digits, scale: decimal.scale + 2 });
}
