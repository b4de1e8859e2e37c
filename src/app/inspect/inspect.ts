// What would be read of a body or an export of a provider, by the very readers that the service has. Nothing is kept.

import { z } from 'zod';
import { HesabuError } from '../../domain/errors.ts';
import { parseInstant } from '../../domain/time.ts';
import { type AccountSettings, bodySettings, merchantOf } from '../../producers/account-settings.ts';
import { type BodyContext, type BodyKind, type BodyReading, unread } from '../../producers/bodies/body.ts';
import { exactJson } from '../../producers/bodies/json-fields.ts';
import { isObject } from '../../producers/files/json-text.ts';
import type { Fault } from '../../producers/formats/row.ts';
import { isUnsigned } from '../../producers/provider.ts';
import { PROVIDERS, type Providers, providerNamed, type RegisteredProvider } from '../../providers/registry.ts';
import { readRegularFile, readTextFile } from '../../runtime/regular-file.ts';
import { accountIn } from './account-part.ts';
import type { InspectedReject, Inspection } from './inspection.ts';
import { readExport } from './read-export.ts';

export interface InspectOptions {
  readonly provider: string;
  readonly account?: string | undefined;
  readonly as?: BodyKind | 'export' | undefined;
  readonly headers?: string | undefined;
  readonly secretFile?: string | undefined;
  readonly context?: string | undefined;
  readonly now?: string | undefined;
  readonly config?: string | undefined;
}

/** In place of phone numbers, addresses and names: the result may be shown to others. */
const HIDDEN = 'hidden';
/** Of a body that is only looked at. */
const BODY_BYTES_MAX = 64 * 1024 * 1024;

const TEXTS = z.record(z.string(), z.union([z.string(), z.number().transform(String), z.null()]));
/** The names of a context that are not in lower case. */
const NAMES = ['X-Reference-Id', 'CheckoutRequestID'] as const;
/** Longer than any body that the service takes of a webhook or an answer. */
const BODY_LENGTH_MAX = 4 * 2 ** 20;
const TOO_LONG = unread(`at most ${BODY_LENGTH_MAX} characters`, 'more', 'HESABU_ROW_TOO_LONG');
const HEADERS = z.record(z.string(), z.union([z.string(), z.array(z.string())]));

/** Throws HESABU_USAGE, HESABU_FILE_MISSING and HESABU_CONFIG_INVALID for options; what the file holds is data. */
export async function inspectFile(path: string, options: InspectOptions, providers = PROVIDERS): Promise<Inspection> {
  const row = rowOf(options.provider, providers);
  const now = nowOf(options.now);
  const settings = options.config === undefined ? {} : accountIn(options.config, row.name, options.account);
  const about = aboutOf(options.context);
  const headers = headersOf(options.headers);
  const context: BodyContext = {
    provider: row.name,
    account: options.account ?? settings.account ?? null,
    settings: bodySettings(settings),
    own: settings,
    merchant: merchantOf(options.account ?? settings.account ?? row.name, settings.merchants ?? []),
    isUnsigned: isUnsigned(row, settings.webhook),
    pseudonym: () => HIDDEN,
  };
  const as = options.as ?? kindOf(path, row, context);
  const bytes = readRegularFile(path, BODY_BYTES_MAX);
  const verified = isVerified(row, {
    bytes,
    headers,
    now,
    scheme: schemeOf(settings),
    secretFile: options.secretFile,
    settings,
  });
  if (as === 'export') return { verified, ...(await readExport(path, row, context, now)) };
  const read = row.bodies(context)[as];
  if (read === undefined) {
    const has = [...Object.keys(row.bodies(context)), ...(row.exports.length > 0 ? ['export'] : [])];
    throw usage(`--as ${has.join(', ') || 'nothing'}, which ${row.name} has`, `--as ${as}`);
  }
  const header = (name: string) => headers.get(name)?.[0] ?? null;
  const bodies = bodiesIn(bytes);
  if (bodies === undefined) return told(verified, [{ place: '', reading: unread('UTF-8 text', 'other bytes') }]);
  const readings = bodies.map(({ text, place }) => {
    if (text.length > BODY_LENGTH_MAX) return { place, reading: TOO_LONG };
    return { place, reading: read({ text, header, about, readAt: now, raw: '' }) };
  });
  return told(verified, readings);
}

function told(verified: boolean | null, readings: readonly { place: string; reading: BodyReading }[]): Inspection {
  const at = (place: string, inner: string) =>
    place === '' || inner === '' ? `${place}${inner}` : `${place}: ${inner}`;
  const faults = readings.filter(({ reading }) => reading.unread !== null);
  const areAllUnread = faults.length === readings.length && faults.length > 0;
  return {
    verified,
    facts: readings.flatMap(({ reading }) => reading.facts),
    rejects: readings.flatMap(({ place, reading }) => {
      const parts = reading.rejects.map((reject) => ({ ...rejectOf(reject), place: at(place, reject.place) }));
      return reading.unread === null || areAllUnread ? parts : [{ ...rejectOf(reading.unread), place }];
    }),
    ignored: readings.flatMap(({ place, reading }) => {
      return reading.ignored.map((one) => ({ ...one, place: at(place, one.place) }));
    }),
    unread: areAllUnread ? whyOf(faults[0]!.reading.unread!) : null,
  };
}

function rejectOf(fault: Fault): Omit<InspectedReject, 'place'> {
  return { field: fault.field, why: whyOf(fault) };
}

function whyOf({ code, expected, found }: Fault): string {
  return `${code}: expected ${expected}, found ${found}`;
}

/** One body, or one in each line of JSON Lines; undefined for bytes that are no UTF-8. */
function bodiesIn(bytes: Buffer): { text: string; place: string }[] | undefined {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
  const lines = text.split('\n').flatMap((line, at) => (line.trim() === '' ? [] : [{ line, at }]));
  const isWhole = () => text.length <= BODY_LENGTH_MAX && 'value' in exactJson(text);
  const areLines = lines.length > 1 && !isWhole() && areBodies(lines.map(({ line }) => line));
  return areLines ? lines.map(({ line, at }) => ({ text: line, place: `line ${at + 1}` })) : [{ text, place: '' }];
}

/** Any line may be broken. A part of one broken body stands in a line of its own too, but with others indented. */
function areBodies(lines: readonly string[]): boolean {
  const short = lines.filter((line) => line.length <= BODY_LENGTH_MAX);
  if (short[0] === lines[0] && 'value' in exactJson(lines[0]!)) return true;
  return lines.every((line) => !/^\s/.test(line)) && short.some(isOneObject);
}

function isOneObject(text: string): boolean {
  const read = exactJson(text);
  return 'value' in read && isObject(read.value);
}

/** A table is an export, and what a shop sends is an order. */
function kindOf(path: string, row: RegisteredProvider, context: BodyContext): BodyKind | 'export' {
  if (/\.(?:csv|tsv|xlsx)$/i.test(path)) return 'export';
  const readers = row.bodies(context);
  return readers.webhook !== undefined ? 'webhook' : readers.order !== undefined ? 'order' : 'export';
}

function rowOf(name: string, providers: Providers): RegisteredProvider {
  const row = providerNamed(name, providers);
  if (row !== undefined) return row;
  throw usage(`--provider ${providers.map((one) => one.name).join(', or ')}`, `--provider ${name}`);
}

function nowOf(text: string | undefined): number {
  const now = text === undefined ? Date.now() : parseInstant(text);
  if (now === undefined) throw usage('--now as an ISO 8601 time with an offset', `${text}`);
  return now;
}

function schemeOf({ webhook }: Partial<AccountSettings>): string | null {
  const scheme = (webhook as { scheme?: unknown } | undefined)?.scheme;
  return typeof scheme === 'string' ? scheme : null;
}

interface Signed {
  readonly bytes: Buffer;
  readonly headers: ReadonlyMap<string, readonly string[]>;
  readonly now: number;
  readonly scheme: string | null;
  readonly secretFile: string | undefined;
  readonly settings: Partial<AccountSettings>;
}

function isVerified({ webhook }: RegisteredProvider, signed: Signed): boolean | null {
  const { bytes, headers, now, scheme, secretFile, settings } = signed;
  if (secretFile === undefined) return null;
  const verify = webhook?.check?.(readRegularFile(secretFile), scheme, settings.webhook);
  return verify === undefined ? null : verify((name) => headers.get(name) ?? [], bytes, now) === null;
}

function headersOf(path: string | undefined): ReadonlyMap<string, readonly string[]> {
  const headers = new Map<string, readonly string[]>();
  if (path === undefined) return headers;
  for (const [name, value] of Object.entries(objectIn(path, HEADERS, 'a JSON object of header names to texts'))) {
    headers.set(name.toLowerCase(), [...(headers.get(name.toLowerCase()) ?? []), ...[value].flat()]);
  }
  return headers;
}

function aboutOf(path: string | undefined): Readonly<Record<string, string>> {
  if (path === undefined) return {};
  const read = objectIn(path, TEXTS, 'a JSON object of names to texts');
  const known = Object.entries(read).flatMap(([name, text]) => (text === null ? [] : [[nameOf(name), text] as const]));
  return Object.fromEntries(known);
}

/** In any case, as the names of headers. */
function nameOf(written: string): string {
  const name = written.toLowerCase();
  return NAMES.find((known) => known.toLowerCase() === name) ?? name;
}

function objectIn<Shape extends z.ZodType>(path: string, shape: Shape, expected: string): z.output<Shape> {
  const json = exactJson(readTextFile(path).replace(/^\ufeff/, ''));
  const read = shape.safeParse('value' in json ? json.value : undefined);
  if (read.success) return read.data;
  throw new HesabuError('HESABU_USAGE', { where: path, expected, found: 'something else' });
}

function usage(expected: string, found: string): HesabuError {
  return new HesabuError('HESABU_USAGE', { where: 'inspect', expected, found });
}
