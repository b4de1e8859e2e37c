// An API key: its role, and the merchants it may see. The key's text is `hsb_<id>_<secret>`; only the secret's hash is
// stored, so a copy of the file gives no access.

import { hash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Instant } from '../../domain/time.ts';

export const ROLES = ['shop', 'operator', 'approver', 'auditor', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** In a key's merchants: all merchants, and data that belongs to none. */
export const ALL_MERCHANTS = '*';

export interface ApiKey {
  readonly id: string;
  /** SHA-256 of the secret, hex. The secret has 192 random bits, so a slow hash would add nothing. */
  readonly hash: string;
  readonly role: Role;
  /** The merchants whose transactions it may read and change; `*` for all. */
  readonly merchants: readonly string[];
  readonly label: string;
  /** Who uses it; null for a machine's key, and for one of an earlier version. */
  readonly person: string | null;
  readonly created_at: Instant;
  readonly expires_at: Instant | null;
  readonly revoked_at: Instant | null;
}

export interface KeyRequest {
  readonly role: Role;
  readonly merchants: readonly string[];
  readonly label: string;
  readonly person?: string | null;
  readonly expiresAt: Instant | null;
}

const PERSON_LENGTH_MAX = 100;
const TEXT = /^hsb_([0-9a-f]{12})_([0-9A-Za-z_-]{32})$/;

/** The name of a person in one form; undefined if the text cannot be one. */
export function readPerson(text: string): string | undefined {
  const name = text.normalize('NFKC').replaceAll(/\s+/g, ' ').trim();
  return name === '' || name.length > PERSON_LENGTH_MAX || /\p{C}/u.test(name) ? undefined : name;
}

/** A new key and its text, which is stored nowhere. */
export function makeApiKey(request: KeyRequest, now: Instant): { readonly key: ApiKey; readonly text: string } {
  const id = randomBytes(6).toString('hex');
  const secret = randomBytes(24).toString('base64url');
  const key: ApiKey = {
    id,
    hash: hash('sha256', secret, 'hex'),
    role: request.role,
    merchants: request.merchants,
    label: request.label,
    person: request.person ?? null,
    created_at: now,
    expires_at: request.expiresAt,
    revoked_at: null,
  };
  return { key, text: `hsb_${id}_${secret}` };
}

export function splitKeyText(text: string): { readonly id: string; readonly secret: string } | undefined {
  const [, id, secret] = TEXT.exec(text) ?? [];
  return id === undefined || secret === undefined ? undefined : { id, secret };
}

/** Takes constant time, whatever differs. */
export function isSecretOf(key: ApiKey, secret: string): boolean {
  return timingSafeEqual(Buffer.from(hash('sha256', secret, 'hex')), Buffer.from(key.hash));
}

export function isLive(key: ApiKey, now: Instant): boolean {
  return key.revoked_at === null && (key.expires_at === null || now < key.expires_at);
}

export function hasAllMerchants(key: Pick<ApiKey, 'merchants'>): boolean {
  return key.merchants.includes(ALL_MERCHANTS);
}

/** Data without a merchant, such as a payment without its order, is visible only to keys for all merchants. */
export function mayTouch(key: Pick<ApiKey, 'merchants'>, merchant: string): boolean {
  return hasAllMerchants(key) || (merchant !== '' && key.merchants.includes(merchant));
}
