// What accounts in hesabu.yaml have in common: the parts of which a provider makes the schema of its own.

import { z } from 'zod';
import { currencyExponent } from '../domain/currency.ts';
import { ACCOUNT_NAME, MERCHANT_NAME } from '../domain/fact.ts';
import { parseDuration } from '../domain/time.ts';
import type { BodySettings } from './bodies/body.ts';

export const duration = z
  .string()
  .refine((text) => parseDuration(text) !== undefined, 'expected an ISO 8601 duration such as PT15M')
  .transform((text) => parseDuration(text)!);
export const zone = z.string().refine(isZone, 'expected an IANA time zone such as Africa/Nairobi');
/** A secret is named here and stands elsewhere: in the environment, or in a file. */
export const secret = z.union(
  [z.strictObject({ env: z.string().min(1) }), z.strictObject({ file: z.string().min(1) })],
  { error: 'expected a secret named as { env: NAME } or { file: PATH }; it is never written here' },
);
export const url = z.url({ protocol: /^https?$/, error: 'expected an http or https URL' });
export const merchants = z
  .array(z.string().regex(MERCHANT_NAME, 'expected a name without blanks around it'))
  .min(1)
  .default(['*']);
export const ratio = z.number().min(0).max(1);
const name = z.string().regex(ACCOUNT_NAME, 'expected lower-case letters, digits and dashes');

const polling = z.strictObject({
  /** When a silent payment is polled, counted from its beginning or the order's placing. */
  schedule: z.array(duration).min(1).prefault(['PT2M', 'PT5M', 'PT15M', 'PT1H', 'PT3H', 'PT8H', 'PT24H', 'PT48H']),
  /** A slot is moved by up to this part of the time since the slot before. */
  jitter: ratio.default(0.1),
  /** The maximum number of polls of one payment. */
  budget: z.int().min(1).max(1000).default(12),
});

const gaps = z.strictObject({
  /** How often the network is asked what happened, for webhooks that never came. */
  every: duration.prefault('PT1H'),
  /** How far back it is asked at most. */
  back: duration.prefault('PT48H'),
});

const rate = z.strictObject({ per_minute: z.int().min(1).default(30), burst: z.int().min(1).default(5) });

const currency = z
  .string()
  .refine((code) => currencyExponent(code) !== undefined, 'expected an ISO 4217 code such as KES');

/** How the bodies of an account are read, where they leave something out. */
export const READING = {
  /** The currency of bodies that lack it. */
  currency: currency.optional(),
  /** The zone of times without an offset, where it is not the provider's own. */
  zone: zone.optional(),
  /** The path of the merchant's reference in a body, or `id`. */
  reference: z.string().min(1).max(256).optional(),
  /** The currency of each account of the network. */
  currencies: z.record(z.string(), currency).optional(),
  /** The version of the network's API. */
  version: z.union([z.string(), z.number().transform(String)]).optional(),
};

/** Every account has these. */
export const ACCOUNT = {
  account: name,
  merchants,
  ...READING,
  polling: polling.prefault({}),
  gaps: gaps.prefault({}),
  rate: rate.prefault({}),
};

/** For a provider whose settlement reports can be fetched. */
export const FETCHED_SETTLEMENT = {
  /** The local hour at which the report of the day before is fetched. */
  at: z
    .string()
    .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'expected a time such as 06:30')
    .default('06:30'),
  zone: zone.default('Africa/Nairobi'),
  /** The maximum number of missed days that are fetched later. */
  days_back: z.int().min(1).max(60).default(14),
  /** How often a missing report is requested again. */
  retry: duration.prefault('PT30M'),
  /** A report that is this late raises an alert. */
  alert_after: duration.prefault('PT6H'),
};

const settlement = z.object(FETCHED_SETTLEMENT);
const shared = z.object(ACCOUNT);

/** What bodies are read by, of an account's settings or of some of them. */
export function bodySettings(settings: Partial<AccountSettings>): BodySettings {
  return {
    currency: settings.currency ?? null,
    zone: settings.zone ?? null,
    reference: settings.reference ?? null,
    currencies: settings.currencies ?? {},
    version: settings.version ?? null,
  };
}

export type SecretPlace = z.output<typeof secret>;

/** What generic code reads of any account's settings; a provider's own settings have more. */
export type AccountSettings = z.output<typeof shared> & {
  readonly provider: string;
  /** Whose certificate is watched. */
  readonly base_url?: string | undefined;
  /** Present if the account sends webhooks; what it holds is the provider's affair. */
  readonly webhook?: object | undefined;
  readonly settlement?: z.output<typeof settlement> | undefined;
};

/** The merchant whose orders come from an account of a shop: the one that it names, otherwise the account's name. */
export function merchantOf(account: string, merchants: readonly string[]): string {
  const [only, ...more] = merchants;
  return only === undefined || only === '*' || more.length > 0 ? account : only;
}

/** Whether a value of an account's settings names a secret. */
function isSecretPlace(value: object): value is SecretPlace {
  const [key, ...more] = Object.keys(value);
  return more.length === 0 && (key === 'env' || key === 'file') && typeof Object.values(value)[0] === 'string';
}

/** The same settings with each place of a secret replaced, wherever the provider's schema has one. */
export function mapSecrets<Settings>(settings: Settings, replace: (place: SecretPlace) => SecretPlace): Settings {
  const map = (value: unknown): unknown => {
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) return value.map(map);
    if (isSecretPlace(value)) return replace(value);
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, map(inner)]));
  };
  return map(settings) as Settings;
}

/** Every place of a secret in some settings. */
export function secretPlaces(settings: object): readonly SecretPlace[] {
  const found: SecretPlace[] = [];
  mapSecrets(settings, (place) => {
    found.push(place);
    return place;
  });
  return found;
}

function isZone(text: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: text }) !== undefined;
  } catch {
    return false;
  }
}
