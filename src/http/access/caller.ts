// Who sends a request to the API: a key, a person who is signed in, or anybody at all where the route allows it.

import { parseCookie, stringifySetCookie } from 'cookie';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { HesabuError } from '../../domain/errors.ts';
import type { Instant } from '../../domain/time.ts';
import type { Clock } from '../../runtime/clock.ts';
import { ALL_MERCHANTS, type ApiKey, type Role } from './api-key.ts';
import type { KeyStore } from './key-store.ts';
import { demandOwnPage } from './own-page.ts';
import { PERSON_ROLES, type Person, type PersonRole } from './person.ts';
import type { RateLimits } from './rate-limits.ts';
import type { Sessions } from './sessions.ts';
import { countStranger, strangerFault } from './strangers.ts';

/** A person with a session, who sends the request. */
export interface SignedIn {
  /** The person's id. */
  readonly person: string;
  readonly endsAt: Instant;
  /** The roles for a merchant, with those for all merchants; of an empty name, these alone. */
  rolesAt(merchant: string): readonly PersonRole[];
  /** Whether the session still goes on: for streams that go on after the first answer. */
  isLive(): boolean;
}

/**
 * A person looks like a key: `role` is one of the roles that the route lists, and `merchants` are those for which the
 * person has any of them.
 */
export interface Caller extends ApiKey {
  /** Null for a key. */
  readonly signedIn: SignedIn | null;
}

/** Somebody of whom nothing is known, where a route is open. */
const ANYBODY: Caller = {
  id: '',
  hash: '',
  role: 'auditor',
  merchants: [],
  label: '',
  person: null,
  created_at: 0,
  expires_at: null,
  revoked_at: null,
  signedIn: null,
};

/** The ids of the keys and people that requests came with. */
const CALLER_IDS = new WeakMap<FastifyRequest, string>();

export interface CallerParts {
  readonly keys: Pick<KeyStore, 'authenticate'>;
  readonly sessions: Pick<Sessions, 'find'>;
  readonly limits: RateLimits;
  readonly clock: Clock;
  /** Whether the service listens on loopback, and no proxy is configured in front of it. */
  readonly isOnLoopback: boolean;
  /** Whether browsers reach the service over TLS, here or at a proxy. */
  readonly isOverTls: boolean;
  /** The address under which others know the service. */
  readonly publicUrl: string | undefined;
}

/**
 * To whom a route is open: to keys, to people with these roles, or to others too: `public` to all pages of ours, and
 * `anywhere` also to a browser that another site leads here.
 */
export type Access = readonly PersonRole[] | 'local' | 'public' | 'anywhere';

/**
 * Counts the request against its key or its address, and tells a key in the answer's headers what is left. Throws
 * HESABU_UNAUTHORISED, HESABU_RATE_LIMITED and HESABU_ORIGIN_REFUSED.
 */
export function callerOf(parts: CallerParts, request: FastifyRequest, reply: FastifyReply, access: Access): Caller {
  const { keys, limits, clock, isOnLoopback, publicUrl } = parts;
  if (access === 'public' || access === 'anywhere') {
    countStranger(limits, request);
    if (access === 'public') demandOwnPage(request, publicUrl);
    return ANYBODY;
  }
  if (access === 'local' && isOnLoopback && !isForwarded(request)) {
    countStranger(limits, request);
    return ANYBODY;
  }
  const { authorization } = request.headers;
  const key = authorization === undefined ? undefined : keys.authenticate(authorization, clock.now());
  // A request with a key is one of a program, whatever cookies it has.
  const caller = authorization === undefined ? personOf(parts, request, access) : key && { ...key, signedIn: null };
  if (caller === undefined) throw strangerFault(limits, request, new HesabuError('HESABU_UNAUTHORISED'));
  CALLER_IDS.set(request, caller.id);
  limits.take('key', caller.id);
  reply.headers(limits.headers('key', caller.id));
  if (caller.signedIn !== null && request.method !== 'GET') demandOwnPage(request, publicUrl);
  return caller;
}

/** The id of the key or person that the request came with, if it was a valid one. */
export function callerIdOf(request: FastifyRequest): string | undefined {
  return CALLER_IDS.get(request);
}

function personOf(
  parts: CallerParts,
  request: FastifyRequest,
  access: Exclude<Access, 'public' | 'anywhere'>,
): Caller | undefined {
  const token = tokenOf(parts, request);
  const session = token === null ? undefined : parts.sessions.find(token, true);
  if (token === null || session === undefined) return undefined;
  const { person, endsAt } = session;
  const listed: readonly PersonRole[] = access === 'local' ? PERSON_ROLES : access;
  const fitting = person.grants.filter(({ role }) => listed.includes(role));
  const role: Role =
    listed.find((one) => fitting.some((grant) => grant.role === one)) ?? person.grants[0]?.role ?? 'auditor';
  const signedIn: SignedIn = {
    ...{ person: person.id, endsAt },
    rolesAt: (merchant) => rolesAt(person, merchant),
    isLive: () => parts.sessions.find(token, false) !== undefined,
  };
  return {
    ...ANYBODY,
    ...{ id: `person:${person.id}`, role, merchants: [...new Set(fitting.map(({ merchant }) => merchant))] },
    ...{ label: person.name, person: person.id, created_at: person.created_at, signedIn },
  };
}

function rolesAt({ grants }: Person, merchant: string): readonly PersonRole[] {
  const fitting = grants.filter((grant) => grant.merchant === ALL_MERCHANTS || grant.merchant === merchant);
  return PERSON_ROLES.filter((role) => fitting.some((grant) => grant.role === role));
}

type CookieParts = Pick<CallerParts, 'isOverTls'>;

/**
 * Browsers give a `__Host-` cookie to this host alone, over TLS. On loopback without TLS there is none, and some
 * browsers take no such cookie.
 */
function cookieName({ isOverTls }: CookieParts): string {
  return isOverTls ? '__Host-hesabu' : 'hesabu';
}

/** The token that a browser sends; null if there is none. */
export function tokenOf(parts: CookieParts, { headers }: Pick<FastifyRequest, 'headers'>): string | null {
  return headers.cookie === undefined ? null : (parseCookie(headers.cookie)[cookieName(parts)] ?? null);
}

/** The header that gives a browser its token, or takes it away. */
export function tokenHeader(parts: CookieParts, token: string | null): Readonly<Record<string, string>> {
  const cookie = stringifySetCookie({
    ...{ name: cookieName(parts), value: token ?? '', path: '/', httpOnly: true, sameSite: 'strict' },
    ...{ secure: parts.isOverTls, ...(token === null ? { maxAge: 0 } : {}) },
  });
  return { 'set-cookie': cookie };
}

/** A proxy that nobody told us of forwards requests of the whole world to loopback. */
function isForwarded({ headers }: FastifyRequest): boolean {
  return ['forwarded', 'via', 'x-forwarded-for', 'x-real-ip'].some((name) => headers[name] !== undefined);
}
