// Hides secrets by their value: whatever this process has read as a secret is taken out of every text that quotes it,
// also in the forms in which programs write a text into another one. A name says little of what a value is: a gateway
// may repeat our key in the words of an error.

import { BroadcastChannel, getEnvironmentData, isMainThread, setEnvironmentData } from 'node:worker_threads';

/** What stands in the place of a secret. */
export const REDACTED = '(redacted)';
/** A shorter value may be a part of anything: hiding it would take amounts and words apart. */
const SECRET_LENGTH_MIN = 8;
/** Tokens that a network grants live for an hour or so: as many of the newest are known. */
const PASSING_MAX = 64;

/** Every form contains a gram at each place of its beginning; one of them is where the search looks. */
const GRAM = 4;
const STRIDE = SECRET_LENGTH_MIN - GRAM + 1;
const SLOTS = 2 ** 16;
/** Around an encoded secret its other characters are hidden too: they hold bits of its first and last bytes. */
const ENCODED = /[\w+/=-]/;
/** A key of our own API, whose secret this process knows as a hash only. */
const OWN_KEY = /\b(hsb_\w+?_)[\w-]{16,}/g;

interface Form {
  readonly text: string;
  readonly isEncoded: boolean;
}

interface Gram {
  readonly form: Form;
  /** Where in the form it stands. */
  readonly offset: number;
}

export class KnownSecrets {
  private readonly values = new Set<string>();
  /** Of secrets that pass, the oldest first. */
  private readonly passing = new Set<string>();
  /** Another number after each change: what was hidden before may not be enough. */
  revision = 0;
  private filter = new Uint8Array(SLOTS);
  private readonly grams = new Map<number, Gram[]>();

  /** From now on the value is hidden. A secret with white space in it is hidden word by word. */
  add(value: string): void {
    if (this.values.has(value)) return;
    this.values.add(value);
    this.index(value);
  }

  /** A secret that others follow soon. */
  addPassing(value: string): void {
    if (this.values.has(value) || this.passing.has(value)) return;
    this.passing.add(value);
    const [oldest] = this.passing;
    if (this.passing.size <= PASSING_MAX || oldest === undefined) return this.index(value);
    this.passing.delete(oldest);
    this.filter = new Uint8Array(SLOTS);
    this.grams.clear();
    for (const one of [...this.values, ...this.passing]) this.index(one);
  }

  get isEmpty(): boolean {
    return this.grams.size === 0;
  }

  /** The text without the secrets. It costs no more where there are many of them. */
  hide(text: string): string {
    const bare = text.includes('hsb_') ? text.replace(OWN_KEY, `$1${REDACTED}`) : text;
    return this.grams.size === 0 ? bare : this.withoutKnown(bare);
  }

  private withoutKnown(text: string): string {
    let out = '';
    let copied = 0;
    for (let at = 0; at <= text.length - GRAM; at += STRIDE) {
      const slot = slotAt(text, at);
      if (this.filter[slot] === 0) continue;
      const found = this.gramAt(text, at, slot, copied);
      if (found === undefined) continue;
      let from = at - found.offset;
      let to = from + found.form.text.length;
      if (found.form.isEncoded) {
        while (from > copied && ENCODED.test(text.charAt(from - 1))) from--;
        while (to < text.length && ENCODED.test(text.charAt(to))) to++;
      }
      out += text.slice(copied, from) + REDACTED;
      copied = to;
      // The next place to look at is the first after it.
      at = to - STRIDE;
    }
    return copied === 0 ? text : out + text.slice(copied);
  }

  /** A function of its own: a closure here would make an object of each place that is looked at. */
  private gramAt(text: string, at: number, slot: number, copied: number): Gram | undefined {
    return this.grams.get(slot)!.find(({ form, offset }) => {
      return at - offset >= copied && text.startsWith(form.text, at - offset);
    });
  }

  private index(value: string): void {
    this.revision++;
    for (const form of partsOf(value).flatMap(formsOf)) {
      for (let offset = 0; offset < STRIDE; offset++) {
        const slot = slotAt(form.text, offset);
        this.filter[slot] = 1;
        const known = this.grams.get(slot) ?? [];
        if (known.some((gram) => gram.offset === offset && gram.form.text === form.text)) continue;
        known.push({ form, offset });
        // Of two that begin alike the longer one is hidden.
        known.sort((a, b) => b.form.text.length - a.form.text.length);
        this.grams.set(slot, known);
      }
    }
  }
}

/** Where a thread gets those that are known when it starts, and where it is told of others. */
const SHARED = 'hesabu-known-secrets';

/** Those of the whole process: what one thread has read, the others hide too. */
class SharedSecrets extends KnownSecrets {
  private readonly read = new Set<string>();
  private channel: BroadcastChannel | undefined;

  constructor() {
    super();
    for (const value of (getEnvironmentData(SHARED) ?? []) as string[]) super.add(value);
    if (!isMainThread) this.open();
  }

  override add(value: string): void {
    super.add(value);
    if (this.read.has(value)) return;
    this.read.add(value);
    setEnvironmentData(SHARED, [...((getEnvironmentData(SHARED) ?? []) as string[]), value]);
    this.open().postMessage(value);
  }

  private open(): BroadcastChannel {
    if (this.channel !== undefined) return this.channel;
    this.channel = new BroadcastChannel(SHARED);
    this.channel.onmessage = ({ data }) => super.add(String(data));
    // It keeps no process from ending.
    this.channel.unref();
    return this.channel;
  }
}

export const knownSecrets: KnownSecrets = new SharedSecrets();

/** A polynomial in 31 of the gram's characters. */
function slotAt(text: string, from: number): number {
  const [first, second] = [text.charCodeAt(from), text.charCodeAt(from + 1)];
  const rest = second * 961 + text.charCodeAt(from + 2) * 31 + text.charCodeAt(from + 3);
  return (first * 29_791 + rest) & (SLOTS - 1);
}

/** Its words, and what somebody may write without the rest: a password without its user, a key without its prefix. */
function partsOf(value: string): string[] {
  const words = value.split(/\s+/);
  const parts = words.flatMap((word) => [word, ...word.split(':'), word.replace(/^whsec_/, '')]);
  return [...new Set(parts)];
}

/** As it is, and as JSON, URLs, forms, XML, base64 and hexadecimal digits have it. */
function formsOf(value: string): Form[] {
  if (value.length < SECRET_LENGTH_MIN) return [];
  const bytes = Buffer.from(value);
  const json = JSON.stringify(value).slice(1, -1);
  const url = encodeURIComponent(value);
  const form = new URLSearchParams({ a: value }).toString().slice(2);
  const xml = value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
  const written = [value, json, json.replaceAll('/', '\\/'), url, lowerEscapes(url), form, lowerEscapes(form), xml];
  const hex = bytes.toString('hex');
  const encoded = [hex, hex.toUpperCase(), ...[0, 1, 2].flatMap((before) => base64Of(bytes, before))];
  return [
    ...[...new Set(written)].map((text) => ({ text, isEncoded: false })),
    ...[...new Set(encoded)]
      .filter(({ length }) => length >= SECRET_LENGTH_MIN)
      .map((text) => ({ text, isEncoded: true })),
  ];
}

function lowerEscapes(url: string): string {
  return url.replace(/%[\dA-F]{2}/g, (digits) => digits.toLowerCase());
}

/** What all base64 of a text has in common that contains the secret after this many bytes, modulo three. */
function base64Of(bytes: Buffer, before: number): string[] {
  const whole = Buffer.concat([Buffer.alloc(before), bytes]);
  const [first, end] = [Math.ceil((before * 8) / 6), Math.floor((whole.length * 8) / 6)];
  const base64 = whole.toString('base64').slice(first, end);
  const base64url = whole.toString('base64url').slice(first, end);
  return [base64, base64url, encodeURIComponent(base64), base64.replaceAll('/', '\\/')];
}
