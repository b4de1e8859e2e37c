// The ticket of a sign-in at the issuer: what a browser began, in a cookie that it brings back with the answer. It is
// sealed by a key of this process, so nobody reads or makes one, and nothing is stored for strangers who begin only.

import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { parseCookie, stringifySetCookie } from 'cookie';
import type { LoginFlow } from '../../domain/login.ts';
import type { Instant } from '../../domain/time.ts';
import type { CallerParts } from './caller.ts';

export interface Ticket extends LoginFlow {
  readonly at: Instant;
  /** The address of the page to go on at. */
  readonly to: string;
  /** The invite that the person takes by it; null where none is. */
  readonly invite: string | null;
  /** The token of the session that the browser had, if any. */
  readonly session: string | null;
}

/** How long a sign-in at the issuer may take. */
export const TICKET_MILLIS = 600_000;
const [KEY_BYTES, NONCE_BYTES, TAG_BYTES] = [32, 12, 16];
const CIPHER = 'aes-256-gcm';
/** The characters of a state that are in a cookie's name: two sign-ins in two tabs do not disturb each other. */
const NAME_CHARS = 8;
/** Others are not ours, and may not even stand in a header. */
const NAME_END = /^[\w-]{8}$/;
/** What a browser may have of them besides a new one: all its cookies must fit in the head of a request. */
const OLD_MAX = 3;

export class TicketSeal {
  private readonly key = randomBytes(KEY_BYTES);

  close(ticket: Ticket): string {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(CIPHER, this.key, nonce);
    const sealed = Buffer.concat([cipher.update(JSON.stringify(ticket)), cipher.final()]);
    return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64url');
  }

  /** Undefined if it was not sealed here. */
  open(text: string): Ticket | undefined {
    const bytes = Buffer.from(text, 'base64url');
    const from = NONCE_BYTES + TAG_BYTES;
    if (bytes.length <= from) return undefined;
    const decipher = createDecipheriv(CIPHER, this.key, bytes.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES });
    decipher.setAuthTag(bytes.subarray(NONCE_BYTES, from));
    try {
      const plain = Buffer.concat([decipher.update(bytes.subarray(from)), decipher.final()]);
      return JSON.parse(plain.toString()) as Ticket;
    } catch {
      return undefined;
    }
  }
}

type CookieParts = Pick<CallerParts, 'isOverTls'>;

function prefixOf({ isOverTls }: CookieParts): string {
  return isOverTls ? '__Host-hesabu-oidc-' : 'hesabu-oidc-';
}

function nameOf(parts: CookieParts, state: string): string {
  return prefixOf(parts) + state.slice(0, NAME_CHARS);
}

/** The sealed ticket that a browser has for a state. `cookies` are all of its cookies, as the header has them. */
export function sealedTicketOf(parts: CookieParts, cookies: string, state: string): string | undefined {
  return parseCookie(cookies)[nameOf(parts, state)];
}

/** The headers that give a browser a ticket. Of those that it has, the oldest go. */
export function ticketCookies(parts: CookieParts, cookies: string, state: string, sealed: string): string[] {
  const prefix = prefixOf(parts);
  const names = Object.keys(parseCookie(cookies)).filter((name) => {
    return name.startsWith(prefix) && NAME_END.test(name.slice(prefix.length));
  });
  return [cookieOf(parts, nameOf(parts, state), sealed), ...names.slice(0, -OLD_MAX).map((name) => gone(parts, name))];
}

/** The header that takes a ticket away. */
export function ticketGone(parts: CookieParts, state: string): string {
  return gone(parts, nameOf(parts, state));
}

/** `Lax`, because the issuer's page is another site, and leads the browser here. */
function cookieOf({ isOverTls }: CookieParts, name: string, value: string): string {
  const maxAge = value === '' ? 0 : TICKET_MILLIS / 1_000;
  const form = { path: '/', httpOnly: true, sameSite: 'lax', secure: isOverTls } as const;
  return stringifySetCookie({ name, value, maxAge, ...form });
}

function gone(parts: CookieParts, name: string): string {
  return cookieOf(parts, name, '');
}
