// The values that all of Onafriq's objects have in common: its times, currencies and references. Sources:
// beyonic/api-docs, methods/_currencies, _versioning and _metadata; answers that clients recorded.

import { currencyExponent } from '../../domain/currency.ts';
import type { Instant } from '../../domain/time.ts';
import type { BodySettings } from '../../producers/bodies/body.ts';
import type { BodyFacts } from '../../producers/bodies/body-facts.ts';
import { instantIn, referenceIn } from '../../producers/bodies/field-values.ts';
import type { JsonFields, Path } from '../../producers/bodies/json-fields.ts';
import { timeReader } from '../../producers/files/time-forms.ts';
import type { TimeReader } from '../../producers/formats/time-reader.ts';

/** `2024-05-26T19:06:51Z`, with microseconds, or with a blank and an offset; in UTC where there is none. */
const FORM = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(\.\d{1,9})?(Z|[+-]\d\d:?\d\d)?$/;

/** Members of `metadata` that hold an order's reference, whatever the shop; without a setting one alone counts. */
const REFERENCE_NAMES = [
  'transaction_reference',
  'order_reference',
  'order_ref',
  'order_id',
  'orderId',
  'order_number',
  'orderNumber',
  'order',
] as const;

/**
 * Onafriq counts each kind of object from 1, so that a collection and a collection request may have one number. Ids
 * without a series are those of collections: files name payments by them. Those of operators are theirs.
 */
export const SERIES = {
  request: 'collectionrequest',
  payout: 'payment',
  transaction: 'transaction',
  hub: 'hub',
  operator: 'operator',
} as const;

export function timeIn(fields: JsonFields, path: Path, { context }: BodyFacts): Instant | null {
  return instantIn(fields, path, timesOf(context.settings));
}

/** The date of a time, in UTC as the network counts its days. */
export function dayIn(at: Instant | null): string | null {
  return at === null ? null : new Date(at).toISOString().slice(0, 10);
}

function timesOf({ zone }: BodySettings): TimeReader {
  const local = timeReader([], zone ?? 'UTC')!;
  const plain = (text: string) => {
    const [, day, time, fraction = '', offset = ''] = FORM.exec(text) ?? [];
    return day === undefined ? text : `${day}T${time}${fraction.slice(0, 4)}${offset}`;
  };
  return { instant: (text) => local.instant(plain(text)), date: (text) => local.date(plain(text)) };
}

/**
 * The code that the network has for a currency: of a test account BXC, its money for tests, where the settings say of
 * which currency it is. Without them it is refused, so that no money for tests is taken for any other.
 */
export function networkCurrency(currency: string, currencies: Readonly<Record<string, string>> = {}): string {
  const [code] = Object.entries(currencies).find(([name, of]) => of === currency && /^[A-Z]{3}$/.test(name)) ?? [];
  return code ?? currency;
}

/**
 * A currency is a code, or since v1 the network's number of one, which only the account's `currencies` can tell; a
 * ledger row has its account only. Null for the currency of the settings, too, so that none is guessed.
 */
export function currencyOf(fields: JsonFields, { context }: BodyFacts): string | null {
  const { currencies, currency } = context.settings;
  const numbers: (string | null)[] = [];
  for (const path of ['currency', 'currency_code', 'transaction.currency']) {
    const text = codeIn(fields, path);
    if (text === null) continue;
    if (!/^\d+$/.test(text)) return known(fields, path, currencies[text.toUpperCase()] ?? text);
    numbers.push(text);
  }
  const accounts = ['account', 'account.id', 'transaction.account', 'transaction.account.id'];
  for (const number of [...accounts.map((path) => codeIn(fields, path)), ...numbers]) {
    const found = number === null ? undefined : currencies[number];
    if (found !== undefined) return found;
  }
  return currency;
}

function codeIn(fields: JsonFields, path: string): string | null {
  const value = fields.value(path);
  return typeof value === 'string' ? value.trim() : null;
}

function known(fields: JsonFields, path: string, text: string): string | null {
  const code = text.toUpperCase();
  if (currencyExponent(code) !== undefined) return code;
  fields.refuse(path, 'HESABU_CURRENCY_UNKNOWN', 'an ISO 4217 code');
  return null;
}

/**
 * Where the settings say, in the whole body or in one of these objects; otherwise in the metadata, if exactly one of
 * its usual names is there. What the payer typed into `reference` is the merchant's only if the settings say so.
 */
export function referenceOf(root: JsonFields, objects: readonly JsonFields[], facts: BodyFacts): string | null {
  const path = facts.context.settings.reference;
  if (path !== null) {
    const within = [root, ...objects].find((one) => one.has(path));
    return within === undefined ? null : referenceIn(within, path);
  }
  for (const one of objects) {
    const metadata = one.within('metadata');
    const found = new Set(REFERENCE_NAMES.map((name) => metadata.id(name)).filter((id) => id !== null));
    if (found.size === 1)
      return referenceIn(
        metadata,
        REFERENCE_NAMES.filter((name) => metadata.id(name) !== null),
      );
  }
  return null;
}
