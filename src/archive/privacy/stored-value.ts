// What is stored of a value, by what its name says of it.

import { REDACTED } from '../../runtime/known-secrets.ts';
import type { NameKind } from './personal-names.ts';
import type { Pseudonymiser } from './pseudonyms.ts';

const BETWEEN_WORDS = /[\s,]/;
/** Two words with a blank or a comma between them: a person's name, an address, or a sentence. */
const SEVERAL_WORDS = /\p{L}{2}[^\p{L}\s,]*[\s,]\P{L}*\p{L}{2}/u;
/** An amount, a count, or a time in digits. */
const NUMBERS = /^[-+\d.,:/\sTZ]*$/;
/** As programs write reasons: `PAYER_NOT_FOUND`. */
const CODE = /^(?:[A-Z\d]+|[A-Za-z\d]+(?:[_.:][A-Za-z\d]+)+)$/;

const MANY_DIGITS = /\d{9}/;
/** Of a name: a telephone number between other characters, which is not the beginning of a time. */
const PHONE_IN_NAME = /(?<!\d)(?!20\d\d(?:0[1-9]|1[0-2]))(?:2\d{10,12}|0[1-9]\d{8,9})(?!\d)/g;

/** Words between quotes are somebody's, in a sentence of ours. */
const QUOTED = /"([^"]+)"/g;

/** One of our own sentences, which quotes what it found. */
export function storedSentence(hider: Pseudonymiser, sentence: string): string {
  return hider.freeText(sentence.replace(QUOTED, (_, found: string) => `"${storedValue(hider, 'plain', found)}"`));
}

/** The name of a file or an event: an account's statement is often named by its telephone number. */
export function storedName(hider: Pseudonymiser, name: string): string {
  const text = hider.freeText(name);
  return MANY_DIGITS.test(text) ? text.replace(PHONE_IN_NAME, (found) => hider.personal(found)) : text;
}

/** A secret goes, a pseudonym stands for what is personal, and numbers and addresses are hidden in what stays. */
export function storedValue(hider: Pseudonymiser, kind: NameKind, value: string): string {
  switch (kind) {
    case 'secret':
      return value === '' ? value : REDACTED;
    case 'personal':
    case 'person':
    case 'name':
      return hider.personal(value);
    case 'id':
      return value;
    case 'measure':
      // Times may have words too.
      if (NUMBERS.test(value) || !Number.isNaN(Date.parse(value))) return value;
      return storedValue(hider, 'plain', value);
    case 'note':
      return CODE.test(value) ? hider.freeText(value) : hider.personal(value);
    case 'message':
    case 'label':
      return value.includes(' ') ? hider.freeText(value) : storedName(hider, value);
    default:
      return BETWEEN_WORDS.test(value) && SEVERAL_WORDS.test(value) ? hider.personal(value) : hider.freeText(value);
  }
}
