// Phone numbers: their E.164 form, their country, and the pseudonyms that facts store. libphonenumber's data defines
// the form of numbers. A file has hundreds of thousands of them, so a number whose calling code and length are enough
// is not parsed in full.

import { createRequire } from 'node:module';
import { phonePseudonymOf } from '../../domain/phone.ts';

type Library = typeof import('libphonenumber-js/core');
type Metadata = import('libphonenumber-js/core').MetadataJson;
type Country = import('libphonenumber-js/core').CountryCode;

const [ZERO, PLUS] = [48, 43] as const;
/** The limits of E.164. */
const DIGITS_MAX = 15;
const DIGITS_MIN = 5;

/** What a calling code alone decides about its numbers. */
interface Plan {
  readonly code: string;
  readonly country: string;
  /** Bit n is set if a national number may have n digits. */
  readonly lengths: number;
  /** A zero here is a trunk prefix, which is not part of the number. */
  readonly hasTrunkZero: boolean;
  /** Whether a number dialled within the country is that zero and then the number. */
  readonly isPlainAtHome: boolean;
  /** The first digits that make a number this country's, if other countries share the calling code. */
  readonly leading: RegExp | null;
  /** What may be taken off the beginning of a national number; null where other countries share the calling code. */
  readonly prefixes: RegExp | null;
}

interface PhoneNumber {
  /** Null if several countries share its calling code and nothing decides between them. */
  readonly country: string | null;
  /** E.164 without the plus sign. */
  readonly digits: string;
}

/** The calling code of a number, and its digits within the country. */
interface PhoneParts {
  readonly country: string | null;
  readonly code: string;
  readonly national: string;
}

class NumberingPlans {
  private readonly library: Library;
  private readonly metadata: Metadata;
  /** The African plans, by calling code. */
  private readonly plans = new Map<string, Plan>();
  private readonly plansByCountry = new Map<string, Plan>();

  constructor(library: Library, metadata: Metadata) {
    this.library = library;
    this.metadata = metadata;
    for (const [code, countries] of Object.entries(metadata.country_calling_codes)) {
      const plan = code.startsWith('2') ? this.planOf(code, countries) : undefined;
      if (plan === undefined) continue;
      this.plans.set(code, plan);
      this.plansByCountry.set(plan.country, plan);
    }
  }

  /** Undefined if no such number can exist. `country` is where it is dialled, if that is known. */
  parse(text: string, country: string | null): PhoneNumber | undefined {
    const written = digitsOf(text);
    const isAbroad = text.charCodeAt(0) === PLUS || written.startsWith('00');
    const digits = written.startsWith('00') ? written.slice(2) : written;
    if (digits.length < DIGITS_MIN) return undefined;
    for (const size of [3, 2]) {
      const plan = this.plans.get(digits.slice(0, size));
      if (plan === undefined) continue;
      const isOwn = isAbroad || country === null || country === plan.country;
      if (isOwn && fits(plan, digits, size)) return { country: plan.country, digits };
      if (isOwn && isImpossible(plan, digits, size)) return undefined;
      break;
    }
    const home = isAbroad || country === null ? undefined : this.plansByCountry.get(country);
    if (home?.isPlainAtHome && digits.charCodeAt(0) === ZERO && fits(home, digits, 1)) {
      return { country: home.country, digits: home.code + digits.slice(1) };
    }
    return this.parseInFull(digits, isAbroad, country);
  }

  /** As international with a plus or 00; otherwise as dialled in the country, then as international. */
  private parseInFull(digits: string, isAbroad: boolean, country: string | null): PhoneNumber | undefined {
    const { parsePhoneNumberFromString: parse } = this.library;
    const isKnown = country !== null && !isAbroad && Object.hasOwn(this.metadata.countries, country);
    const options = { extract: false, defaultCountry: country as Country };
    const local = isKnown ? parse(digits, options, this.metadata) : undefined;
    if (local?.isValid()) return numberOf(local);
    const abroad = digits.startsWith('0') ? undefined : parse(`+${digits}`, { extract: false }, this.metadata);
    const found = [abroad, local].find((number) => number?.isPossible());
    return found === undefined ? undefined : numberOf(found);
  }

  /** Undefined if no such number can exist. */
  partsOf(text: string): PhoneParts | undefined {
    const found = this.parse(text, null);
    const { parsePhoneNumberFromString: parse } = this.library;
    const whole = found && parse(`+${found.digits}`, { extract: false }, this.metadata);
    if (found === undefined || whole === undefined) return undefined;
    return { country: found.country, code: whole.countryCallingCode, national: whole.nationalNumber };
  }

  private planOf(code: string, countries: readonly Country[]): Plan | undefined {
    const country = countries[0]!;
    const all = new this.library.Metadata(this.metadata);
    all.selectNumberingPlan(country);
    const plan = all.numberingPlan as unknown as NumberingPlan;
    const leading = plan.leadingDigits() || null;
    if (countries.length > 1 && leading === null) return undefined;
    return {
      code,
      country,
      lengths: plan.possibleLengths().reduce((bits, length) => bits | (1 << length), 0),
      hasTrunkZero: Boolean(plan.nationalPrefix()),
      isPlainAtHome: plan.nationalPrefixForParsing() === '0',
      leading: leading === null ? null : new RegExp(`^(?:${leading})`),
      prefixes: countries.length > 1 ? null : new RegExp(`^(?:0|${plan.nationalPrefixForParsing() ?? '0'})`),
    };
  }
}

/** The part of the library's numbering plans that is used here, including what its types omit. */
interface NumberingPlan {
  possibleLengths(): number[];
  nationalPrefix(): string | undefined;
  nationalPrefixForParsing(): string | undefined;
  leadingDigits(): string | undefined;
}

/** Whether the digits after the first `skipped` can only be a number of this plan. */
function fits({ lengths, hasTrunkZero, leading }: Plan, digits: string, skipped: number): boolean {
  if (((lengths >> (digits.length - skipped)) & 1) === 0 || digits.length > DIGITS_MAX) return false;
  if (hasTrunkZero && digits.charCodeAt(skipped) === ZERO) return false;
  return leading === null || leading.test(digits.slice(skipped));
}

/**
 * Whether no number of this plan, which is the only one of its calling code, has so many digits: neither with the code
 * nor as dialled within the country.
 */
function isImpossible({ lengths, prefixes }: Plan, digits: string, skipped: number): boolean {
  if (prefixes === null || digits.length > DIGITS_MAX) return false;
  if (((lengths >> (digits.length - skipped)) & 1) === 1 || ((lengths >> digits.length) & 1) === 1) return false;
  return !prefixes.test(digits) && !prefixes.test(digits.slice(skipped));
}

function numberOf({ country, number }: { country?: string; number: string }): PhoneNumber {
  return { country: country ?? null, digits: number.slice(1) };
}

/** Most numbers are digits with or without a plus sign: checking is cheaper than replacing. */
function digitsOf(text: string): string {
  for (let at = 1; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code < 48 || code > 57) return text.replace(/\D/g, '');
  }
  const first = text.charCodeAt(0);
  return first >= 48 && first <= 57 ? text : text.slice(1);
}

let plans: NumberingPlans | undefined;

/** Loaded with the first number: loading takes longer than everything else in a short command. */
function numberingPlans(): NumberingPlans {
  if (plans === undefined) {
    const require = createRequire(import.meta.url);
    plans = new NumberingPlans(require('libphonenumber-js/core'), require('libphonenumber-js/min/metadata'));
  }
  return plans;
}

/**
 * The pseudonym of a number: `CC:hash`, the ISO 3166-1 country (`??` if unknown) and the keyed hash of its E.164
 * digits, so that `+254 712 345678` and `254712345678` are the same. An invalid number is hashed as dialled, with
 * `country` if that is known; null if it has no digit.
 */
export function phonePseudonym(
  pseudonym: (text: string) => string,
): (text: string, country?: string | null) => string | null {
  return (text, country = null) => {
    const number = numberingPlans().parse(text, country);
    if (number !== undefined) return phonePseudonymOf(number.country, pseudonym(number.digits));
    const digits = digitsOf(text);
    if (digits === '') return null;
    return phonePseudonymOf(null, pseudonym(country === null ? digits : `${country} ${digits}`));
  };
}

/**
 * A number in E.164, with the plus sign; undefined if no such number can exist. `country` is the ISO 3166-1 country in
 * which it is dialled as written.
 */
export function toE164(text: string, country: string | null): string | undefined {
  const number = /^[+(\d][\d\s().-]*$/.test(text) ? numberingPlans().parse(text, country) : undefined;
  return number === undefined ? undefined : `+${number.digits}`;
}

/** The parts of a number that is written with its country; undefined if no such number can exist. */
export function phoneParts(text: string): PhoneParts | undefined {
  return numberingPlans().partsOf(text);
}
