// Somebody who is to be forgotten: the texts that pseudonyms may have been made of, and where the data stand in clear.

import { isIP } from 'node:net';
import { phoneParts } from './phone.ts';

export interface Subject {
  /** As what pseudonyms may have been made of. */
  readonly texts: readonly string[];
  /** The country of a telephone number, or `??`; null for another text. */
  readonly country: string | null;
  /** Where the data stand, in bytes that are a character each (latin1), and how they are blanked. */
  readonly pattern: RegExp;
  readonly blank: (found: string) => string;
  /** No place that the pattern finds is longer. */
  readonly lengthMax: number;
}

/** A shorter text is in too many others. */
const TEXT_LENGTH_MIN = 6;
const NUMBER = /^[+(\d][+\d\s().-]*$/;
/** Between the digits of a number: blanks, signs, and what other encodings than ASCII have there. */
const BETWEEN = '[\\s\\-.()/\\0\\xa0\\xc2]{0,6}';
/** A digit and what may follow it. */
const SPACE = 7;
/** The beginnings of zip, gzip and zstd. */
const PACKED = ['504b0304', '1f8b', '28b52ffd'].map((hex) => Buffer.from(hex, 'hex'));

/**
 * A telephone number with its country code, or another text as it was written. Undefined for a number that cannot be,
 * or that lacks its country, and for a text that is too short to be found.
 */
export function subjectOf(written: string): Subject | undefined {
  const text = written.trim();
  if (isIP(text) === 0 && NUMBER.test(text)) return phoneSubject(text);
  if (text.length < TEXT_LENGTH_MIN) return undefined;
  const forms = [
    ...new Set([text, JSON.stringify(text).slice(1, -1), text.replaceAll('"', '""'), encodeURIComponent(text)]),
  ];
  const bytes = forms.map((form) => escaped(Buffer.from(form).toString('latin1')));
  const texts = [...new Set([text, text.toLowerCase(), text.toUpperCase()])];
  return {
    ...{ texts, country: null, lengthMax: 3 * Buffer.byteLength(text) * SPACE },
    pattern: new RegExp(`(?<![0-9A-Za-z])(?:${bytes.join('|')})(?![0-9A-Za-z])`, 'gi'),
    blank: (found) => 'x'.repeat(found.length),
  };
}

function phoneSubject(text: string): Subject | undefined {
  const parts = phoneParts(text);
  if (parts === undefined) return undefined;
  const { country, code, national } = parts;
  const spaced = (digits: string) => [...digits].join(BETWEEN);
  const prefix = `(?<![0-9]\\0?)(?:\\+|0${BETWEEN}0)?`;
  const abroad = `${prefix}${BETWEEN}${spaced(code)}${BETWEEN}0?${BETWEEN}${spaced(national)}`;
  const atHome = `(?<![0-9A-Za-z]\\0?)0?${BETWEEN}${spaced(national)}(?!\\.[0-9]{1,2}(?![0-9]))`;
  const digits = [code + national, `00${code}${national}`, `0${national}`, national];
  return {
    ...{ texts: digits, country: country ?? '??', lengthMax: (code.length + national.length + 4) * SPACE },
    // A nine for each digit: a file stays what it is, in every format and encoding.
    pattern: new RegExp(`(?:${abroad}|${atHome})(?!\\0?[0-9])`, 'g'),
    blank: (found) => found.replace(/[0-9]/g, '9'),
  };
}

/** Whether a file has the person's data, or is packed, so that nobody can see it. */
export function mayHold(bytes: Buffer, { pattern }: Subject): boolean {
  const isPacked = PACKED.some((magic) => bytes.subarray(0, magic.length).equals(magic));
  return isPacked || bytes.toString('latin1').search(pattern) >= 0;
}

/** The bytes with the person's data blanked; the same text where there are none. */
export function blanked(bytes: string, { pattern, blank }: Subject): string {
  return bytes.replace(pattern, blank);
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}
