// What may be stored of an exchange: no secret and no readable personal data; money, references, ids and times stay
// unchanged, byte for byte.

import { isUtf8 } from 'node:buffer';
import { hash } from 'node:crypto';
import Papa from 'papaparse';
import { knownSecrets, REDACTED } from '../../runtime/known-secrets.ts';
import { redactJson } from './json-redaction.ts';
import { kindOfHeader, kindOfName, type NameKind } from './personal-names.ts';
import { type Pseudonym, Pseudonymiser } from './pseudonyms.ts';
import { storedName, storedSentence, storedValue } from './stored-value.ts';

/** Only this much of a longer body is stored, with the hash of the whole. */
export const BODY_BYTES_MAX = 2 ** 20;

export interface StoredBody {
  readonly text: string;
  /** Size and SHA-256 (hex) of the whole body, if only its beginning is stored, or nothing because it is not text. */
  readonly original?: { readonly bytes: number; readonly sha256: string };
}

/** As long as a signature, and longer than the time that may stand beside it: hex or base64. */
const SIGNATURE = /\b[\w+/-]{16,}={0,2}/g;
const USER_IN_URL = /\/\/[^/?#@\s]+@/g;
/** The lookahead makes the name match once; without it, an endless name would be tried at every length. */
const XML_ELEMENT = /<([A-Za-z_][\w:.-]*)(?=[\s/>])([^<>]*)>([^<>]+)</g;
const FORM = /^[\w%+.[\]-]+=[^\s]*$/;
/** As long as the shortest telephone number or address. */
const PERSONAL_LENGTH_MIN = 6;
const HEADER_LIST = /^[^\s,;]+(?:[,;]\s*[^\s,;]+)*$/;
const COLUMN_NAME = /^[\p{L}_][\p{L}\p{N}\s_.()-]*$/u;

/** Names of headers are the sender's: so many of them are known at once. */
const HEADERS_MAX = 200;

/** Redacts with the given pseudonyms; see `Pseudonymiser.personal`. */
export class Redactor {
  private readonly hider: Pseudonymiser;
  /** The last value of each header, and the last URL, with what is stored of it: most are the same in all messages. */
  private readonly last = new Map<string, { readonly written: string; readonly stored: string | undefined }>();
  private revision = knownSecrets.revision;

  constructor(pseudonym: Pseudonym) {
    this.hider = new Pseudonymiser(pseudonym);
  }

  /** A header's value, undefined if it is not stored; `name` is in lower case. */
  header(name: string, written: string): string | undefined {
    const last = this.lastOf(name);
    if (last?.written === written) return last.stored;
    return this.keep(name, written, this.storedHeader(name, written));
  }

  private lastOf(name: string): { readonly written: string; readonly stored: string | undefined } | undefined {
    if (this.revision !== knownSecrets.revision || this.last.size > HEADERS_MAX) this.last.clear();
    this.revision = knownSecrets.revision;
    return this.last.get(name);
  }

  private keep(name: string, written: string, stored: string | undefined): string | undefined {
    this.last.set(name, { written, stored });
    return stored;
  }

  private storedHeader(name: string, written: string): string | undefined {
    const value = knownSecrets.hide(written);
    switch (kindOfHeader(name)) {
      case 'secret':
        return REDACTED;
      case 'signature':
        return value.replace(SIGNATURE, REDACTED);
      case 'personal':
        return value
          .split(',')
          .map((part) => this.hider.personal(part))
          .join(',');
      case 'product':
        // What follows is for people, and may name some.
        return this.hider.freeText(value.split(/[\s(]/, 1)[0]!);
      case 'unknown':
        return undefined;
      default:
        if (/^(?:https?:)?\//.test(value)) return this.storedUrl(value);
        // The words of HTTP stand between commas, or are a time.
        return HEADER_LIST.test(value) || !Number.isNaN(Date.parse(value))
          ? this.hider.freeText(value)
          : storedValue(this.hider, 'plain', value);
    }
  }

  /** Redacts the path by what stands before each part, the query by its names, and who stands before the host. */
  url(written: string): string {
    // No header has an empty name.
    const last = this.lastOf('');
    return (last?.written === written ? last.stored : this.keep('', written, this.storedUrl(written)))!;
  }

  private storedUrl(written: string): string {
    const url = knownSecrets.hide(written);
    const bare = url.includes('@') ? url.replace(USER_IN_URL, `//${REDACTED}@`) : url;
    const query = bare.indexOf('?');
    return query < 0 ? this.path(bare) : `${this.path(bare.slice(0, query))}?${this.form(bare.slice(query + 1))}`;
  }

  /** A text for people, such as the message of a fault. */
  text(text: string): string {
    return storedSentence(this.hider, text);
  }

  /** The name of a file. */
  name(name: string): string {
    return storedName(this.hider, name);
  }

  /** `contentType` is the header's value, '' if there is none. */
  body(body: Uint8Array, contentType: string): StoredBody {
    if (body.length === 0) return { text: '' };
    const isText = isUtf8(body) && !body.includes(0);
    if (isText && body.length <= BODY_BYTES_MAX) return { text: this.content(textOf(body), contentType) };
    const original = { bytes: body.length, sha256: hash('sha256', body, 'hex') };
    return { text: isText ? this.content(textOf(beginningOf(body)), contentType) : '', original };
  }

  private content(written: string, contentType: string): string {
    // First: a part of a secret could be taken for something else, and what is left of it would stay.
    const text = knownSecrets.hide(written);
    const first = firstCode(text);
    if ((first === 123 || first === 91 || first === 34) && text.includes('"')) return redactJson(text, this.hider);
    if (first === 60) return this.xml(text);
    if (contentType.includes('form-urlencoded') || FORM.test(text)) return this.form(text);
    return this.table(text, contentType.includes('csv')) ?? this.hider.freeText(text);
  }

  /** `/msisdn/256772123456/active`: what a part is, the one before it says. */
  private path(path: string): string {
    const parts = path.split('/');
    const hidden = parts.map((part, at) => {
      const kind = kindOfName(parts[at - 1] ?? '');
      if (kind === 'id' || kind === 'measure' || part.length < PERSONAL_LENGTH_MIN) return part;
      const value = decoded(part);
      const stored = storedValue(this.hider, kind === 'secret' || kind === 'personal' ? kind : 'plain', value);
      return stored === value ? part : encodeURIComponent(stored);
    });
    return hidden.join('/');
  }

  private form(text: string): string {
    const pairs = text.split('&').map((pair) => {
      const equals = pair.indexOf('=');
      const kind = equals < 0 ? 'plain' : kindOfName(decoded(pair.slice(0, equals)));
      if (kind === 'id') return pair;
      const value = decoded(pair.slice(equals + 1));
      // In a form, `key` cannot be a label of a member beside it: it is a secret.
      const hidden = storedValue(this.hider, kind === 'label' ? 'secret' : kind, value);
      return hidden === value ? pair : pair.slice(0, equals + 1) + encodeURIComponent(hidden);
    });
    return pairs.join('&');
  }

  private xml(text: string): string {
    return text.replace(XML_ELEMENT, (whole, name: string, more: string, value: string) => {
      const hidden = this.element(kindOfName(name.slice(name.indexOf(':') + 1)), value);
      return hidden === value ? whole : `<${name}${more}>${hidden}<`;
    });
  }

  /** CSV, by the names in its first line; undefined if it has none. If nothing is hidden, it stays as written. */
  private table(text: string, isCsv: boolean): string | undefined {
    const end = text.search(/[\r\n]/);
    if (end < 0) return undefined;
    const { data: head, meta } = Papa.parse<string[]>(text.slice(0, end).replace(/^\ufeff/, ''));
    const names = (head[0] ?? []).map((name) => name.trim());
    if (!isCsv && (names.length < 2 || !names.every((name) => COLUMN_NAME.test(name)))) return undefined;
    const kinds = names.map(kindOfName);
    const { data: rows, meta: found } = Papa.parse<string[]>(text, { delimiter: meta.delimiter });
    let hidden = 0;
    for (const cells of rows.slice(1)) {
      for (const [at, cell] of cells.entries()) {
        const value = storedValue(this.hider, kinds[at] ?? 'plain', cell);
        if (value !== cell) hidden++;
        cells[at] = value;
      }
    }
    return hidden === 0 ? text : Papa.unparse(rows, { delimiter: meta.delimiter, newline: found.linebreak });
  }

  /** Between elements there are blanks. */
  private element(kind: NameKind, value: string): string {
    return value.trim() === '' ? value : storedValue(this.hider, kind, value);
  }
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString();
}

/** The first character that is neither white space nor a mark of the byte order. */
function firstCode(text: string): number {
  const first = text.charCodeAt(0);
  return first > 32 && first < 127 ? first : text.charCodeAt(text.search(/[^\s\ufeff]/));
}

/** The part that is stored, cut between two characters. */
function beginningOf(body: Uint8Array): Uint8Array {
  let end = BODY_BYTES_MAX;
  while (end > 0 && ((body[end] ?? 0) & 0xc0) === 0x80) end--;
  return body.subarray(0, end);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}
