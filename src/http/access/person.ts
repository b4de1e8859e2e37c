// A person who works with the service: who it is, and what may be done by roles for merchants. Facts and entries have
// the id alone, so a name can change, or go, and the proof still holds.

import { hash, randomBytes, timingSafeEqual } from 'node:crypto';
import { HesabuError } from '../../domain/errors.ts';
import type { Language } from '../../domain/language.ts';
import type { Login } from '../../domain/login.ts';
import type { Instant } from '../../domain/time.ts';
import { ALL_MERCHANTS, readPerson } from './api-key.ts';

export const PERSON_ROLES = ['operator', 'approver', 'auditor', 'admin'] as const;
export type PersonRole = (typeof PERSON_ROLES)[number];

/** A role for a merchant; `*` for all merchants, and for data that belongs to none. */
export interface Grant {
  readonly role: PersonRole;
  readonly merchant: string;
}

/** By it a person sets a password, or is bound to a login at the issuer, once. */
export interface Invite {
  /** SHA-256 of its secret, hex. The secret has 192 random bits, so a slow hash would add nothing. */
  readonly hash: string;
  readonly expires_at: Instant;
  /** The secret of the second factor, once it was shown. */
  readonly totp: string | null;
}

export interface Person {
  readonly id: string;
  readonly name: string;
  readonly mail: string | null;
  readonly language: Language;
  readonly zone: string;
  readonly grants: readonly Grant[];
  readonly created_at: Instant;
  readonly disabled_at: Instant | null;
  /** A slow, salted hash with its parameters; null until it is set. */
  readonly password: string | null;
  /** The secret of the second factor, in base 32; null if there is none. */
  readonly totp: string | null;
  /** By whom the person is known at the issuer of sign-ins; null who signs in by a password. */
  readonly login: Login | null;
  readonly invite: Invite | null;
  /** Counts the changes that end all sessions of the person. */
  readonly version: number;
}

export interface PersonRequest {
  readonly name: string;
  readonly mail: string | null;
  readonly language: Language;
  readonly zone: string;
  readonly grants: readonly Grant[];
}

/** How long an invite counts. */
export const INVITE_MILLIS = 72 * 3_600_000;
const MAIL_LENGTH_MAX = 254;
const INVITE = /^hsi_([0-9a-f]{12})_([0-9A-Za-z_-]{32})$/;
const ID = /^p-[0-9a-f]{12}$/;

/** A person who cannot sign in yet. Throws HESABU_ROLES_CONFLICT. */
export function makePerson(request: PersonRequest, now: Instant): Person {
  return {
    ...{ id: `p-${randomBytes(6).toString('hex')}`, name: request.name, mail: request.mail },
    ...{ language: request.language, zone: request.zone, grants: checkedGrants(request.grants) },
    ...{ created_at: now, disabled_at: null, password: null, totp: null, login: null, invite: null, version: 0 },
  };
}

/** A new invite of a person, and its text, which is stored nowhere. */
export function makeInvite(id: string, now: Instant): { readonly invite: Invite; readonly text: string } {
  const secret = randomBytes(24).toString('base64url');
  const invite = { hash: hash('sha256', secret, 'hex'), expires_at: now + INVITE_MILLIS, totp: null };
  return { invite, text: `hsi_${id.slice(2)}_${secret}` };
}

export const PERSON_STATES = ['live', 'invited', 'locked', 'disabled'] as const;
export type PersonState = (typeof PERSON_STATES)[number];

/** `locked`: without a way to sign in, and without an invite that counts. */
export function personState(person: Person, now: Instant): PersonState {
  const { disabled_at, invite } = person;
  if (disabled_at !== null) return 'disabled';
  if (signInWay(person) !== null) return 'live';
  return invite !== null && now < invite.expires_at ? 'invited' : 'locked';
}

export const SIGN_IN_WAYS = ['password', 'issuer'] as const;

/** How the person signs in; null who cannot yet. */
export function signInWay({ password, login }: Person): (typeof SIGN_IN_WAYS)[number] | null {
  if (login !== null) return 'issuer';
  return password === null ? null : 'password';
}

/** Who is known by a login. It belongs to one person who is not disabled. */
export function personOfLogin(people: readonly Person[], { issuer, subject }: Login): Person | undefined {
  return people.find(({ login, disabled_at }) => {
    return disabled_at === null && login?.issuer === issuer && login.subject === subject;
  });
}

export function splitInvite(text: string): { readonly id: string; readonly secret: string } | undefined {
  const [, id, secret] = INVITE.exec(text) ?? [];
  return id === undefined || secret === undefined ? undefined : { id: `p-${id}`, secret };
}

export function isInvite({ invite, disabled_at }: Person, secret: string, now: Instant): boolean {
  if (invite === null || disabled_at !== null || now >= invite.expires_at) return false;
  return timingSafeEqual(Buffer.from(hash('sha256', secret, 'hex')), Buffer.from(invite.hash));
}

/** Each grant once, in one order. Throws HESABU_ROLES_CONFLICT. */
export function checkedGrants(grants: readonly Grant[]): Grant[] {
  const has = (role: PersonRole) => grants.some((grant) => grant.role === role);
  if (has('admin') && has('approver')) {
    throw conflict('either admin or approver: who makes people may not approve', 'both');
  }
  const narrow = grants.find(({ role, merchant }) => role === 'admin' && merchant !== ALL_MERCHANTS);
  if (narrow !== undefined) throw conflict('admin for all merchants: admin@*', `admin@${narrow.merchant}`);
  const texts = new Set(grants.map(({ role, merchant }) => JSON.stringify([merchant, PERSON_ROLES.indexOf(role)])));
  return [...texts].sort().map((text) => {
    const [merchant, at] = JSON.parse(text) as [string, number];
    return { role: PERSON_ROLES[at]!, merchant };
  });
}

function conflict(expected: string, found: string): HesabuError {
  return new HesabuError('HESABU_ROLES_CONFLICT', { expected, found });
}

/** Whether the person signs in with a second factor too: ours, or the issuer's. */
export function needsCode({ grants }: Pick<Person, 'grants'>): boolean {
  return grants.some(({ role }) => role === 'approver' || role === 'admin');
}

/** The name of a person in one form; undefined if the text cannot be one. What looks like an id is none. */
export function readName(text: string): string | undefined {
  const name = readPerson(text);
  return name === undefined || ID.test(foldedName(name)) || name.includes('@') ? undefined : name;
}

/** A mail address in one form; undefined if the text cannot be one. */
export function readMail(text: string): string | undefined {
  const mail = foldedName(text.trim());
  return mail.length <= MAIL_LENGTH_MAX && /^[^\s@\p{C}]{1,64}@[^\s@\p{C}]+\.[^\s@.\p{C}]+$/u.test(mail)
    ? mail
    : undefined;
}

/** The form in which names and addresses are compared: capital letters tell nobody apart. */
export function foldedName(text: string): string {
  return text.normalize('NFKC').toLowerCase();
}
