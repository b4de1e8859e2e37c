// The values that M-Pesa's bodies have in common: times of Nairobi without a zone, receipts, numbers of payers, and
// lists of names and values.

import { isZone } from '../../domain/calendar.ts';
import type { Instant } from '../../domain/time.ts';
import type { BodyFacts } from '../../producers/bodies/body-facts.ts';
import { amountIn, instantIn } from '../../producers/bodies/field-values.ts';
import { JsonFields, type Path } from '../../producers/bodies/json-fields.ts';
import { isObject } from '../../producers/files/json-text.ts';
import { timeReader } from '../../producers/files/time-forms.ts';

const CURRENCY = 'KES';
const ZONE = 'Africa/Nairobi';
export const COUNTRY = 'KE';

const TIMES = ['yyyyMMddHHmmss', 'dd.MM.yyyy HH:mm:ss', 'yyyy-MM-dd HH:mm:ss', 'dd-MM-yyyy HH:mm:ss'];
/** A number in full; masked or hashed ones tell nobody's. */
/** Nairobi is three hours before UTC all the year. */
const NAIROBI_MILLIS = 3 * 3_600_000;
const PHONE = /^\+?[0-9]{9,15}$/;
/** What the sandbox writes where it made no transaction. */
const NO_RECEIPT = /^[A-Z0-9]{3}0{7}$/i;

export function timeIn(fields: JsonFields, path: Path, { context }: BodyFacts): Instant | null {
  return instantIn(fields, path, timeReader(TIMES, context.settings.zone ?? ZONE));
}

/** With a Z, which the network may write behind a time of Nairobi: then the account says so. */
export function pulledTimeIn(fields: JsonFields, path: string, facts: BodyFacts): Instant | null {
  const zone = pullZone(facts.context.own);
  const text = fields.value(path);
  if (zone === null || typeof text !== 'string') return timeIn(fields, path, facts);
  const local = text
    .trim()
    .replace(/(?:Z|[+-]00:?00)$/i, '')
    .replace('T', ' ')
    .replace(/\.\d+$/, '');
  const read = new JsonFields({ [path]: local }, fields.path);
  const at = instantIn(read, path, timeReader(TIMES, zone));
  if (read.fault === null) return at;
  // Refused as it was written.
  return timeIn(fields, path, facts);
}

/** Of settings that may be incomplete or unread: a body is inspected before its account is complete. */
function pullZone(own: object | undefined): string | null {
  const { pull } = (own ?? {}) as { pull?: unknown };
  const zone = isObject(pull) ? pull.zone : undefined;
  return typeof zone === 'string' && isZone(zone) ? zone : null;
}

export function moneyIn(fields: JsonFields, path: Path, { context }: BodyFacts): string | null {
  return amountIn(fields, path, context.settings.currency ?? CURRENCY);
}

export function currencyOf({ context }: BodyFacts): string {
  return context.settings.currency ?? CURRENCY;
}

/** Receipts are capitals. An id of mixed letters, as the sandbox writes, is none, and stays what it is. */
export function receiptIn(fields: JsonFields, path: Path): string | null {
  const receipt = fields.id(path);
  if (receipt === null || NO_RECEIPT.test(receipt)) return null;
  return /[A-Z]/.test(receipt) ? receipt : receipt.toUpperCase();
}

/** `2026-06-01 12:00:00`, in Nairobi. */
export function localTime(at: Instant): string {
  return new Date(at + NAIROBI_MILLIS).toISOString().slice(0, 19).replace('T', ' ');
}

/** With the plus sign; null for one that is masked, hashed or written with a name alone. */
export function phoneIn(fields: JsonFields, path: Path): string | null {
  const value = fields.value(path);
  const text = typeof value === 'string' ? value.split(' - ')[0]!.trim() : '';
  if (!PHONE.test(text)) return null;
  return text.startsWith('254') ? `+${text}` : text;
}

/**
 * The members of a list of names and values, under the names. Their order means nothing, a value may be absent, and of
 * a name that comes twice the first value counts. A single one may stand without a list.
 */
export function namedValues(list: unknown, name: 'Name' | 'Key'): Readonly<Record<string, unknown>> {
  const found = new Map<string, unknown>();
  for (const one of [list].flat()) {
    if (!isObject(one) || typeof one[name] !== 'string') continue;
    const key = one[name].trim();
    if (!found.has(key) && one.Value !== undefined && one.Value !== null && one.Value !== '') found.set(key, one.Value);
  }
  return Object.fromEntries(found);
}

/** An object whose list of names and values stands beside its own members, under `values`. */
export function withValues(object: JsonFields, values: Readonly<Record<string, unknown>>): JsonFields {
  return new JsonFields({ ...object.object, values }, object.path);
}
