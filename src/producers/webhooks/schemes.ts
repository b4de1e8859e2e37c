// The schemes by which networks and shops prove that a webhook is theirs, each over the raw bytes. A provider names
// those that its accounts may have, and the header of each. Sources: RFC 2104 (HMAC), RFC 7617 (Basic), and
// standardwebhooks.com.

import { createHmac, hash, timingSafeEqual } from 'node:crypto';
import type { VerifyWebhook, WebhookFault } from '../provider.ts';

export interface WebhookScheme {
  /** Lower-case names of the headers that it reads. */
  readonly headers: readonly string[];
  /** Those of them whose value is the secret itself. */
  readonly secretHeaders: readonly string[];
  /** `secrets` are the exact bytes, the newer first; two while they are rotated. `tolerance` is in milliseconds. */
  open(secrets: readonly Uint8Array[], tolerance: number): VerifyWebhook;
}

const HEX = /^[0-9a-f]+$/;
const TIMESTAMP = /^\d{1,12}$/;
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

interface HmacForm {
  /** The header; of several spellings exactly one must be there. */
  readonly header: string | readonly string[];
  readonly algorithm: 'sha256' | 'sha512';
  readonly encoding: 'hex' | 'base64';
  /** What stands before the signature in the header, such as `sha256=`. */
  readonly prefix?: string;
  /** The header of a time in seconds since 1970 that is signed too: `TIME.BODY`. */
  readonly timeHeader?: string | undefined;
}

/** HMAC of the body's bytes, in a header. */
export function hmacScheme({ header, algorithm, encoding, prefix = '', timeHeader }: HmacForm): WebhookScheme {
  const headers = [header].flat();
  const expected = `one ${headers.join(' or ')} header, ${prefix}${encoding} of HMAC-${algorithm.toUpperCase()}`;
  return {
    headers: timeHeader === undefined ? headers : [...headers, timeHeader],
    secretHeaders: [],
    open: (secrets, tolerance) => (values, body, now) => {
      const given = theOnly(values, headers);
      if (given === undefined) return invalid(expected, 'none, or several');
      const time = timeHeader === undefined ? null : (theOnly(values, [timeHeader]) ?? '');
      if (time !== null && !TIMESTAMP.test(time))
        return invalid(`one ${timeHeader} header, in seconds`, 'another form');
      const text = given.startsWith(prefix) ? given.slice(prefix.length) : '';
      if (!(encoding === 'hex' ? HEX : BASE64).test(text)) return invalid(expected, 'another form');
      let fits = false;
      for (const secret of secrets) {
        // Compared as texts: base64 has several spellings of the same bytes, and only one is what was sent.
        const hmac = createHmac(algorithm, secret).update(time === null ? '' : `${time}.`);
        fits = isSame(hmac.update(body).digest(encoding), text) || fits;
      }
      if (!fits) return invalid('the signature of the bytes that came', 'another');
      return time === null ? null : staleness(now - Number(time) * 1000, tolerance);
    },
  };
}

/** The secret itself in a header: it proves who sent, and nothing of what. */
export function tokenScheme(header: string | readonly string[]): WebhookScheme {
  const headers = [header].flat();
  const expected = `one ${headers.join(' or ')} header with the secret of the account`;
  return {
    headers,
    secretHeaders: headers,
    open: (secrets) => (values) => {
      const given = theOnly(values, headers);
      let fits = false;
      for (const secret of secrets) fits = (given !== undefined && isSame(secret, given)) || fits;
      return fits ? null : invalid(expected, given === undefined ? 'none, or several' : 'another');
    },
  };
}

/** HTTP Basic; a secret is `user:password`. */
export function basicScheme(): WebhookScheme {
  const header = 'authorization';
  return {
    headers: [header],
    secretHeaders: [header],
    open: (secrets) => (values) => {
      const given = theOnly(values, [header]);
      const sent = /^Basic +([A-Za-z0-9+/]+={0,2})$/i.exec(given ?? '')?.[1];
      let fits = false;
      for (const secret of secrets) {
        fits = (sent !== undefined && isSame(Buffer.from(secret).toString('base64'), sent)) || fits;
      }
      return fits
        ? null
        : invalid('one Authorization header, Basic, of the account', sent === undefined ? 'none' : 'another');
    },
  };
}

const VERSION = 'v1,';
const SIGNATURES_MAX = 8;

/** Standard Webhooks: base64 of HMAC-SHA256 over `id.timestamp.body`; a secret is `whsec_` and base64. */
export function standardWebhooksScheme(): WebhookScheme {
  const [idHeader, timeHeader, signatureHeader] = ['webhook-id', 'webhook-timestamp', 'webhook-signature'] as const;
  return {
    headers: [idHeader, timeHeader, signatureHeader],
    secretHeaders: [],
    open: (secrets, tolerance) => {
      const keys = secrets.flatMap((secret) => standardKey(secret) ?? []);
      return (values, body, now) => {
        const [id, time, signature] = [idHeader, timeHeader, signatureHeader].map((name) => theOnly(values, [name]));
        const expected = `one ${idHeader}, ${timeHeader} and ${signatureHeader} header each`;
        if (!id || time === undefined || !signature) return invalid(expected, 'fewer, or several');
        if (!TIMESTAMP.test(time)) return invalid('a time in seconds since 1970', 'another form');
        const given = signature.split(' ').filter((one) => one.startsWith(VERSION));
        if (given.length === 0 || given.length > SIGNATURES_MAX) {
          return invalid(`1 to ${SIGNATURES_MAX} signatures of v1`, `${given.length}`);
        }
        if (keys.length === 0) return invalid('a secret of the account: whsec_ and base64', 'another text');
        let fits = false;
        for (const key of keys) {
          const wanted = createHmac('sha256', key).update(`${id}.${time}.`).update(body).digest('base64');
          for (const one of given) fits = isSame(wanted, one.slice(VERSION.length)) || fits;
        }
        if (!fits) return invalid('the signature of the bytes that came', 'another');
        return staleness(now - Number(time) * 1000, tolerance);
      };
    },
  };
}

/** Undefined for a text that is not base64: anybody knows the key that would be left of it. */
function standardKey(secret: Uint8Array): Buffer | undefined {
  const text = Buffer.from(secret)
    .toString('utf8')
    .trim()
    .replace(/^whsec_/, '');
  const key = Buffer.from(text, 'base64');
  const isSpelled = key.toString('base64').replace(/=+$/, '') === text.replace(/=+$/, '');
  return key.length > 0 && isSpelled ? key : undefined;
}

/** Null where a signed time is near enough to now; both in milliseconds. */
function staleness(off: number, tolerance: number): WebhookFault | null {
  if (Math.abs(off) <= tolerance) return null;
  const found = `${Math.round(Math.abs(off) / 1000)} s`;
  return { code: 'HESABU_SIGNATURE_STALE', expected: `a time within ${tolerance / 1000} s of now`, found };
}

/** The one value of the one header of these that is there. */
function theOnly(values: (header: string) => readonly string[], headers: readonly string[]): string | undefined {
  const given = headers.flatMap((name) => values(name));
  return given.length === 1 ? given[0] : undefined;
}

/** In a time that tells nothing of where they differ. */
function isSame(wanted: Uint8Array | string, given: string): boolean {
  const [left, right] = [hash('sha256', wanted, 'buffer'), hash('sha256', Buffer.from(given), 'buffer')];
  return timingSafeEqual(left, right);
}

export function invalid(expected: string, found: string): WebhookFault {
  return { code: 'HESABU_SIGNATURE_INVALID', expected, found };
}
