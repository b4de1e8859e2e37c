// Hides personal data in JSON without parsing it: a parser would change how numbers are written, and costs ten times
// as much. It goes from string to string, so it also works on lines of JSON and on truncated JSON.

import { knownSecrets, REDACTED } from '../../runtime/known-secrets.ts';
import { isThing, kindOfName, type NameKind } from './personal-names.ts';
import type { Pseudonymiser } from './pseudonyms.ts';
import { storedValue } from './stored-value.ts';

const QUOTE = 34;
const BACKSLASH = 92;
const COLON = 58;
const [OPEN_OBJECT, OPEN_LIST, CLOSE_OBJECT, CLOSE_LIST] = [123, 91, 125, 93] as const;
const COMMA = 44;
const VALUE = /^"value"/i;
const PHONE_DIGITS_MIN = 10;
/** With its quotes, the shortest text in which something may be personal: `a@b.ke`, `Jo Ba`. */
const TEXT_LENGTH_MIN = 7;
/** A name that may be a telephone number or an address itself. */
const PERSONAL_NAME = /@|\d{9}/;

/** Of these kinds a word is stored as it is, if it is neither a secret nor a number of a person. */
const WORD_KINDS: ReadonlySet<NameKind> = new Set(['measure', 'label', 'value', 'message', 'plain']);
/** No telephone number and no card has so few digits. */
const WORD_DIGITS_MAX = 8;
/** What a character makes of a string: a word may have it, it counts as a digit, or anything may be behind it. */
const [OTHER, IN_WORD, DIGIT] = [0, 1, 2] as const;
const CHARACTERS = Uint8Array.from({ length: 128 }, (_, code) => {
  const text = String.fromCharCode(code);
  return /\d/.test(text) ? DIGIT : /[A-Za-z_.:-]/.test(text) ? IN_WORD : OTHER;
});

/**
 * The same JSON, whose text has no known secret, with hidden values as strings; all names, other values and everything
 * between them stay.
 */
export function redactJson(text: string, hider: Pseudonymiser): string {
  return new Redaction(text, hider).run();
}

class Redaction {
  private readonly text: string;
  private readonly hider: Pseudonymiser;
  private out = '';
  /** The text up to here has been written. */
  private copied = 0;
  /** The position and kind of the last name. */
  private nameFrom = 0;
  private nameTo = 0;
  private kind: NameKind = 'plain';
  /** After the end of an object or a list the name is that of what it stands in, and its kind is not known yet. */
  private isKindOld = false;
  /** Whether the string that was scanned last is a word: letters, a few digits, and what may stand between them. */
  private isWord = false;
  /** The positions of the names of all open objects and lists: two numbers each. */
  private readonly openNames: number[] = [];

  constructor(text: string, hider: Pseudonymiser) {
    this.text = text;
    this.hider = hider;
  }

  run(): string {
    const { text } = this;
    let at = 0;
    /** What a member `name` or `key` means for the `value` beside it. */
    let labelled: NameKind = 'plain';
    for (;;) {
      const open = text.indexOf('"', at);
      this.scanBetween(at, open < 0 ? text.length : open);
      if (open < 0) break;
      const end = this.scanString(open);
      const next = skipSpace(text, end);
      if (text.charCodeAt(next) === COLON) {
        const name = this.isWord ? text.slice(open + 1, end - 1) : unescaped(text.slice(open + 1, end - 1));
        [this.nameFrom, this.nameTo, this.isKindOld] = [open + 1, end - 1, false];
        this.kind = kindOfName(name);
        if (!this.isWord && PERSONAL_NAME.test(name)) this.replaceText(open, end, name, this.hider.freeText(name));
        if (this.kind === 'value') this.kind = labelled;
        at = skipSpace(text, next + 1);
        // A person's name may be an object of parts; a label is never an object.
        if (this.kind === 'name' && text.charCodeAt(at) === OPEN_OBJECT) this.kind = 'person';
        if (isHidden(this.kind)) at = this.hideValue(at, this.kind);
      } else {
        const kind = this.kindHere();
        if (this.isWord && kind !== 'label' && WORD_KINDS.has(kind)) {
          at = end;
          continue;
        }
        if (kind === 'label' || kind === 'name') labelled = kindOfName(unescaped(text.slice(open + 1, end - 1)));
        if (kind !== 'name') this.hideInText(open, end, kind);
        else if (this.isPersonName(end)) this.hideScalar(open, 'personal');
        else this.hideInText(open, end, 'message');
        at = end;
      }
    }
    return this.copied === 0 ? text : this.out + text.slice(this.copied);
  }

  /** Returns where the string ends that opens here. */
  private scanString(open: number): number {
    const { text } = this;
    this.isWord = false;
    let digits = 0;
    let at = open + 1;
    for (; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code === QUOTE) break;
      const character = code < CHARACTERS.length ? CHARACTERS[code]! : OTHER;
      if (character === OTHER) return stringEnd(text, open);
      if (character === DIGIT) digits++;
    }
    if (at === text.length) return at;
    this.isWord = digits <= WORD_DIGITS_MAX;
    return at + 1;
  }

  private hidesNumbers(): boolean {
    const kind = this.kindHere();
    return kind !== 'id' && kind !== 'measure';
  }

  private kindHere(): NameKind {
    if (this.isKindOld) this.kind = kindOfName(unescaped(this.text.slice(this.nameFrom, this.nameTo)));
    this.isKindOld = false;
    return this.kind;
  }

  /** Between two strings: brackets, whose names are recorded, and numbers, which may be phone numbers. */
  private scanBetween(from: number, to: number): void {
    const { text, openNames } = this;
    for (let at = from; at < to; at++) {
      const code = text.charCodeAt(at);
      if (code <= COLON && !isNumberStart(code)) continue;
      if (isOpening(code)) openNames.push(this.nameFrom, this.nameTo);
      else if (isClosing(code)) {
        [this.nameFrom, this.nameTo, this.isKindOld] = [openNames.at(-2) ?? 0, openNames.at(-1) ?? 0, true];
        openNames.length = Math.max(0, openNames.length - 2);
      } else if (isNumberStart(code)) {
        const end = numberEnd(text, at);
        if (end - at >= PHONE_DIGITS_MIN && this.hidesNumbers()) this.hideNumber(at, end);
        at = end - 1;
      }
    }
  }

  /** Whether the string that ends here names a person, not a thing and not the `value` beside it. */
  private isPersonName(end: number): boolean {
    const { text, openNames } = this;
    const comma = skipSpace(text, end);
    const next = skipSpace(text, comma + 1);
    if (text.charCodeAt(comma) === COMMA && VALUE.test(text.slice(next, next + 7))) return false;
    const [from, to] = openNames.slice(-2);
    return from === undefined || !isThing(unescaped(text.slice(from, to)));
  }

  private hideNumber(at: number, end: number): void {
    const value = this.text.slice(at, end);
    this.replaceText(at, end, value, this.hider.freeText(value));
  }

  private hideInText(open: number, end: number, kind: NameKind): void {
    if (kind === 'id' || (kind !== 'note' && end - open < TEXT_LENGTH_MIN)) return;
    const value = this.stringAt(open, end);
    const isJson = /^\s*[[{]/.test(value) && value.includes('"');
    // Without its escapes a text may show a secret.
    const stored = isJson ? redactJson(knownSecrets.hide(value), this.hider) : storedValue(this.hider, kind, value);
    this.replaceText(open, end, value, stored);
  }

  /** Hides the value that begins here; returns its end. */
  private hideValue(at: number, kind: NameKind): number {
    const code = this.text.charCodeAt(at);
    if (isOpening(code)) return this.hideAllIn(at, kind);
    return this.hideScalar(at, kind);
  }

  private hideScalar(at: number, kind: NameKind): number {
    const { text } = this;
    const isString = text.charCodeAt(at) === QUOTE;
    if (!isString && !isNumberStart(text.charCodeAt(at))) return at;
    const end = isString ? stringEnd(text, at) : numberEnd(text, at);
    const value = isString ? this.stringAt(at, end) : text.slice(at, end);
    // A secret may be empty because something is wrong with it.
    this.replaceText(at, end, value, kind === 'secret' ? REDACTED : storedValue(this.hider, kind, value));
    return end;
  }

  /** Hides all scalars of an object or list at any depth; in an object about a person, ids stay. */
  private hideAllIn(from: number, kind: NameKind): number {
    const { text } = this;
    let depth = 0;
    let at = from;
    let here = kind;
    do {
      const code = text.charCodeAt(at);
      if (code === QUOTE && text.charCodeAt(skipSpace(text, stringEnd(text, at))) === COLON) {
        const end = stringEnd(text, at);
        const own = kindOfName(unescaped(text.slice(at + 1, end - 1)));
        if (own === 'secret') here = own;
        else here = kind === 'person' && (own === 'id' || own === 'measure' || own === 'message') ? own : kind;
        at = skipSpace(text, end) + 1;
      } else if (code === QUOTE || isNumberStart(code)) {
        const end = code === QUOTE ? stringEnd(text, at) : numberEnd(text, at);
        if (here !== 'id') this.hideScalar(at, here);
        at = end;
      } else {
        if (isOpening(code)) depth++;
        else if (isClosing(code)) depth--;
        at++;
      }
    } while (depth > 0 && at < text.length);
    return at;
  }

  /** The decoded string that opens here; if the text ends before the closing quote, the part there is. */
  private stringAt(open: number, end: number): string {
    const isClosed = end > open + 1 && this.text.charCodeAt(end - 1) === QUOTE;
    return unescaped(this.text.slice(open + 1, isClosed ? end - 1 : end));
  }

  private replaceText(from: number, to: number, value: string, hidden: string): void {
    if (hidden === value) return;
    this.out += this.text.slice(this.copied, from) + JSON.stringify(hidden);
    this.copied = to;
  }
}

function isHidden(kind: NameKind): boolean {
  return kind === 'secret' || kind === 'personal' || kind === 'person';
}

function isOpening(code: number): boolean {
  return code === OPEN_OBJECT || code === OPEN_LIST;
}

function isClosing(code: number): boolean {
  return code === CLOSE_OBJECT || code === CLOSE_LIST;
}

/** After the closing quote of the string that opens here; the end of the text if it is not closed. */
export function stringEnd(text: string, open: number): number {
  for (let at = text.indexOf('"', open + 1); at >= 0; at = text.indexOf('"', at + 1)) {
    let slashes = 0;
    while (text.charCodeAt(at - 1 - slashes) === BACKSLASH) slashes++;
    if (slashes % 2 === 0) return at + 1;
  }
  return text.length;
}

function skipSpace(text: string, at: number): number {
  while (text.charCodeAt(at) <= 32) at++;
  return at;
}

function isNumberStart(code: number): boolean {
  return code === 45 || (code >= 48 && code <= 57);
}

function numberEnd(text: string, from: number): number {
  let at = from + 1;
  while (at < text.length && /[\d.eE+-]/.test(text.charAt(at))) at++;
  return at;
}

function unescaped(raw: string): string {
  if (!raw.includes('\\')) return raw;
  try {
    return String(JSON.parse(`"${raw}"`));
  } catch {
    return raw;
  }
}
