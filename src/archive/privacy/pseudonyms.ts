// What stands where personal data stood: the same text for the same person, and nothing that tells who it is.

import { hash } from 'node:crypto';

export const REDACTED = '(redacted)';
const CARD = '(card)';
/** Of a longer text the hash stands for it. */
const TEXT_LENGTH_MAX = 200;

/** A keyed hash of a text: letters, digits, `-`, `_` and `:`. */
export type Pseudonym = (text: string) => string;

/** Digits as people write a number, with what they put between them; no dots, which addresses of machines have. */
const WRITTEN_NUMBER = /^\+?[\d\s()-]{7,}$/;
/** Long runs of digits, which a cheap look finds before anything else is tried. */
const DIGITS = /\d{10}|\d{3}[ -]\d{3}|\+\d/;
/**
 * A text that is a telephone number and nothing else: with a plus, as long as Africa's are with their country, or as
 * people dial them at home.
 */
const WHOLE_PHONE = /^(?:\+\d{8,15}|2\d{10,12}|0[1-9]\d{8,9})$/;
/** References are left alone: a number that hangs on a letter, a dash, a slash or a decimal point is part of one. */
const PHONE_IN_TEXT = /(?<![\w\-./#+])(?:\+\d[\d ()-]{6,17}\d|[1-9]\d{9,14}|0[1-9]\d{8,9})(?![\w\-/#]|\.\d)/g;
/** In groups, with its country or as at home. */
const GROUPED_PHONE = /(?<![\w\-./#+])(?:2\d\d[ -]\d{2,3}|0[1-9]\d{1,2})[ -]\d{3}[ -]?\d{3,4}(?![\w\-/#]|\.\d)/g;
const CARD_IN_TEXT =
  /(?<![\w\-./#+])(?:\d{13,19}|\d{4}[ -]\d{4}[ -]\d{4}[ -]\d{1,7}|\d{4}[ -]\d{6}[ -]\d{5})(?![\w\-/#]|\.\d)/g;

export class Pseudonymiser {
  private readonly pseudonym: Pseudonym;

  constructor(pseudonym: Pseudonym) {
    this.pseudonym = pseudonym;
  }

  /** `#` and the pseudonym, the same for `+254 712 345 678` and `254712345678`; nothing stays nothing. */
  personal(value: string): string {
    const text = value.trim();
    if (text === '') return value;
    return `#${this.pseudonym(WRITTEN_NUMBER.test(text) ? text.replace(/\D/g, '') : keepable(text))}`;
  }

  /** A text with the telephone and card numbers in it hidden. A text that is a number only is one by its form alone. */
  freeText(text: string): string {
    if (text.length < 9 || !DIGITS.test(text)) return text;
    if (/^\+?\d+$/.test(text)) {
      if (isCard(text)) return CARD;
      return WHOLE_PHONE.test(text) ? this.personal(text) : text;
    }
    return text
      .replace(CARD_IN_TEXT, (found) => (isCard(found) ? CARD : found))
      .replace(PHONE_IN_TEXT, (found) => this.personal(found))
      .replace(GROUPED_PHONE, (found) => this.personal(found));
  }
}

/** A text that may be remembered: short, and none that keeps the whole body alive which it was cut from. */
function keepable(text: string): string {
  return text.length > TEXT_LENGTH_MAX ? hash('sha256', text, 'hex') : Buffer.from(text).toString();
}

/** 13 to 19 digits that begin as cards do and have their check digit (Luhn). */
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
