// The part of an account in hesabu.yaml of a network that is described by configuration alone: how it signs, how its
// bodies are read in the mapping language of files, and where it is asked.

import { stringify } from 'yaml';
import { z } from 'zod';
import { HesabuError } from '../../domain/errors.ts';
import { ACCOUNT, duration, FETCHED_SETTLEMENT, secret, url } from '../../producers/account-settings.ts';
import type { Mapping, Mappings } from '../../producers/files/mapping.ts';
import { parseMappings } from '../../producers/files/mapping-file.ts';
import type { FileKind } from '../../producers/formats/format.ts';
import { WEBHOOK_ORIGIN } from '../../producers/webhooks/origin.ts';
import {
  basicScheme,
  hmacScheme,
  standardWebhooksScheme,
  tokenScheme,
  type WebhookScheme,
} from '../../producers/webhooks/schemes.ts';

export const NAME = 'generic';

const header = z.string().regex(/^[A-Za-z0-9-]{1,80}$/, 'expected the name of a header');
const HMAC = /^hmac-(sha256|sha512)-(hex|base64)$/;
const SCHEME_NAMES = [
  ...['hmac-sha256-hex', 'hmac-sha256-base64', 'hmac-sha512-hex', 'hmac-sha512-base64'],
  ...['token', 'basic', 'standard-webhooks', 'none'],
] as const;

const webhook = z
  .strictObject({
    ...WEBHOOK_ORIGIN,
    scheme: z.enum(SCHEME_NAMES),
    /** Of an HMAC or a token. */
    header: header.optional(),
    /** What stands before the signature, such as `sha256=`. */
    prefix: z.string().max(20).optional(),
    /** The header of a signed time in seconds: then `TIME.BODY` is signed. */
    time_header: header.optional(),
    secrets: z.array(secret).min(1).max(2).optional(),
    tolerance: duration.prefault('PT300S'),
  })
  .refine(({ scheme, secrets }) => scheme === 'none' || secrets !== undefined, {
    path: ['secrets'],
    error: 'expected secrets, because of the scheme',
  })
  .refine(({ scheme, header: name }) => !/^(?:hmac|token)/.test(scheme) || name !== undefined, {
    path: ['header'],
    error: 'expected the header of the signature, because of the scheme',
  });

/** Kinds of bodies, each with a part of a mapping file. */
const MAPPED = ['callbacks', 'polls', 'settlements', 'orders'] as const;
const mapping = z.partialRecord(z.enum(MAPPED), z.record(z.string(), z.unknown())).superRefine((written, context) => {
  try {
    mappingsIn(written);
  } catch (error) {
    const { where = '', expected = 'a mapping' } = error instanceof HesabuError ? error.detail : {};
    context.addIssue({ code: 'custom', message: `expected ${expected}`, path: where.replace(/^.*: /, '').split('.') });
  }
});

/** Headers of a question; each value is a secret, so that none stands in a URL. */
const headers = z.record(header, secret).default({});

const asked = z.strictObject({
  /** Below the base address; `{transaction_reference}` or `{id}` stands in it. */
  path: z
    .string()
    .regex(/^\/[^{]*\{(?:transaction_reference|id)\}/, 'expected a path with {transaction_reference} or {id}'),
  headers,
});

const DATED = /^\/(?:[^{}]|\{page\})*\{date\}(?:[^{}]|\{page\}|\{date\})*$/;

const reported = z.strictObject({
  ...FETCHED_SETTLEMENT,
  /** Below the base address; `{date}` stands in it as `2026-06-01`, and `{page}` where the report has pages. */
  path: z.string().regex(DATED, 'expected a path with {date}, and with {page} where the report has pages'),
  /** The number of the first page. */
  first_page: z.int().min(0).max(1).default(1),
  format: z.enum(['json', 'csv']).default('json'),
  headers,
});

export const SETTINGS = z
  .strictObject({
    provider: z.literal(NAME),
    ...ACCOUNT,
    webhook: webhook.optional(),
    mapping,
    base_url: url.optional(),
    status: asked.optional(),
    settlement: reported.optional(),
  })
  .refine(({ base_url, status, settlement }) => base_url !== undefined || (status ?? settlement) === undefined, {
    path: ['base_url'],
    error: 'expected the address of the network, because of the status query or the report',
  })
  .refine(({ mapping: written, settlement }) => settlement === undefined || written.settlements !== undefined, {
    path: ['mapping', 'settlements'],
    error: 'expected how the report is read, because of settlement',
  });

export type Settings = z.output<typeof SETTINGS>;
type Webhook = z.output<typeof webhook>;

/** The mappings of an account, by kind. Throws HESABU_MAPPING_INVALID. */
function mappingsIn(written: object): Mappings {
  return parseMappings(stringify(written), 'mapping');
}

interface Written {
  readonly mapping?: object | undefined;
  readonly zone?: string | undefined;
  readonly currency?: string | undefined;
}

/**
 * How an account's files of a kind are read; undefined where its settings say nothing of them. The account's zone and
 * currency are of rows that have none, where the mapping names no other.
 */
export function fileMapping({ mapping, zone, currency }: Written, kind: FileKind): Mapping | undefined {
  const own = mappingsIn(mapping ?? {})[kind];
  if (own === undefined) return undefined;
  const constants = currency === undefined ? own.constants : new Map([['currency', currency], ...own.constants]);
  return { ...own, constants, ...(own.zone === undefined && zone !== undefined ? { zone } : {}) };
}

/** The scheme of an account; undefined for `none`, and for settings that name none. */
export function schemeOf(
  written: Partial<Webhook> | undefined,
  named: string | null = null,
): WebhookScheme | undefined {
  const scheme = named ?? written?.scheme ?? 'none';
  const name = written?.header?.toLowerCase();
  const hmac = HMAC.exec(scheme);
  if (hmac !== null && name !== undefined) {
    const [, algorithm, encoding] = hmac as unknown as [string, 'sha256' | 'sha512', 'hex' | 'base64'];
    const timeHeader = written?.time_header?.toLowerCase();
    return hmacScheme({ header: name, algorithm, encoding, prefix: written?.prefix ?? '', timeHeader });
  }
  if (scheme === 'token' && name !== undefined) return tokenScheme(name);
  if (scheme === 'basic') return basicScheme();
  return scheme === 'standard-webhooks' ? standardWebhooksScheme() : undefined;
}
