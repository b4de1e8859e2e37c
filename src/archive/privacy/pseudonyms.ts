// The replacements of personal data: the same text for the same person, and nothing that reveals who it is.

import { hash } from 'node:crypto';
import { knownSecrets, REDACTED } from '../../runtime/known-secrets.ts';

const CARD = '(card)';
/** A longer text is replaced by its hash. */
const TEXT_LENGTH_MAX = 200;

/** A keyed hash of a text: letters, digits, `-`, `_` and `:`. */
export type Pseudonym = (text: string) => string;

/** The address of an account for its webhooks, whose last part is as long as a secret path. */
const WEBHOOKS = '/webhooks/';
const SECRET_PATH = /(\/webhooks\/[a-z0-9-]+\/[a-z0-9-]+\/)[\w-]{24,}/g;

/** Digits and separators of a written phone number; no dots, which IP addresses have. */
const WRITTEN_NUMBER = /^\+?[\d\s()-]{7,}$/;
/** Long runs of digits: a cheap test before the expensive ones. */
const DIGITS = /\d{10}|\d{3}[ .-]\d{3}|\+\d/;
/**
 * A text that is only a telephone number: with a plus, with the country code and the length of an African number, or
 * as dialled within a country.
 */
const WHOLE_PHONE = /^(?:\+\d{8,15}|2\d{10,12}|0[1-9]\d{8,9})$/;
/** References stay: a number next to a letter, dash or decimal point is part of one. */
const PHONE_IN_TEXT = /(?<![\w\-.#+])(?:\+\d[\d ().-]{6,17}\d|[1-9]\d{9,14}|0[1-9]\d{8,9})(?![\w\-#]|\.\d)/g;
/** The same after a plus sign, a blank, a quote and the like, as addresses have them. */
const PHONE_IN_URL = /(?<=%(?:2B|20|22|2C|3A|3D))(?:[1-9]\d{9,14}|0[1-9]\d{8,9})(?!\w)/gi;
/** In groups, with the country code or as dialled within the country. */
const GROUPED_PHONE =
  /(?<![\w\-.#+])(?:2\d\d[ -]\d{2,3}|0[1-9]\d{1,2})(?:[ -]\d{3}[ -]?|\.\d{3}\.)\d{3,4}(?![\w\-#]|\.\d)/g;
/** The length of its parts is bounded, so that a long text without one takes no longer. */
const EMAIL_IN_TEXT = /[\p{L}\p{N}._%+'-]{1,64}@[\p{L}\p{N}-]{1,63}(?:\.[\p{L}\p{N}-]{1,63}){1,8}/gu;
const CARD_IN_TEXT =
  /(?<![\w\-./#+])(?:\d{13,19}|\d{4}[ -]\d{4}[ -]\d{4}[ -]\d{1,7}|\d{4}[ -]\d{6}[ -]\d{5})(?![\w\-/#]|\.\d)/g;

export class Pseudonymiser {
  private readonly pseudonym: Pseudonym;

  constructor(pseudonym: Pseudonym) {
    this.pseudonym = pseudonym;
  }

  /** `#` and the pseudonym, the same for `+254 712 345 678` and `254712345678`; an empty text stays empty. */
  personal(value: string): string {
    const text = value.trim();
    if (text === '') return value;
    return `#${this.pseudonym(WRITTEN_NUMBER.test(text) ? text.replace(/\D/g, '') : cacheable(text))}`;
  }

  /**
   * Hides the telephone and card numbers in a text, its mail addresses and secrets, and the secret path in an address
   * for webhooks. A text that is only a number is judged by its form alone.
   */
  freeText(written: string): string {
    // The shortest address is `a@b.ke`.
    if (written.length < 6) return written;
    const bare = knownSecrets.hide(written);
    const open = bare.includes(WEBHOOKS) ? bare.replace(SECRET_PATH, `$1${REDACTED}`) : bare;
    const text = open.includes('@') ? open.replace(EMAIL_IN_TEXT, (found) => this.personal(found)) : open;
    if (text.length < 9 || !DIGITS.test(text)) return text;
    if (/^\+?\d+$/.test(text)) {
      if (isCard(text)) return CARD;
      return WHOLE_PHONE.test(text) ? this.personal(text) : text;
    }
    return text
      .replace(CARD_IN_TEXT, (found) => (isCard(found) ? CARD : found))
      .replace(PHONE_IN_TEXT, (found) => this.number(found))
      .replace(PHONE_IN_URL, (found) => this.number(found))
      .replace(GROUPED_PHONE, (found) => this.number(found));
  }

  /** A whole text with dots is an address of the internet; in a text they are as good as blanks. */
  private number(found: string): string {
    return this.personal(found.replaceAll('.', ''));
  }
}

/** A text that may be cached: short, and not a slice that keeps a whole body in memory. */
function cacheable(text: string): string {
  return text.length > TEXT_LENGTH_MAX ? hash('sha256', text, 'hex') : Buffer.from(text).toString();
}

/** 13 to 19 digits that begin as card numbers do and have their check digit (Luhn). */
function isCard(text: string): boolean {
  const digits = text.replace(/[ -]/g, '');
  if (!/^[3-6]\d{12,18}$/.test(digits)) return false;
  let sum = 0;
  for (let at = 0; at < digits.length; at++) {
    const digit = Number(digits.charAt(digits.length - 1 - at));
    const weighed = at % 2 === 1 ? digit * 2 : digit;
    sum += weighed > 9 ? weighed - 9 : weighed;
  }
  return sum % 10 === 0;
}
