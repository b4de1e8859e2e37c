// The bodies of a network that is described by configuration alone: each is a row that the account's mapping reads. A
// form, or the query of a GET, is read as the JSON object with the same members.

import type { Fact, PaymentKind } from '../../domain/fact.ts';
import { identityOf } from '../../domain/payment-ids.ts';
import type { Instant } from '../../domain/time.ts';
import {
  type Body,
  type BodyContext,
  type BodyKind,
  type BodyReaders,
  type BodyReading,
  type ReadBody,
  unread,
} from '../../producers/bodies/body.ts';
import { exactJson } from '../../producers/bodies/json-fields.ts';
import { isObject } from '../../producers/files/json-text.ts';
import { columnNames, columnOf } from '../../producers/files/mapped-fields.ts';
import type { Mapping } from '../../producers/files/mapping.ts';
import { pathsOf } from '../../producers/files/named-export.ts';
import { OneRow } from '../../producers/files/one-row.ts';
import type { FileKind } from '../../producers/formats/format.ts';
import { CANONICAL_FORMATS } from '../../producers/formats/formats.ts';
import { isNoId } from '../../producers/formats/no-id.ts';
import { jsonListAt } from './json-list.ts';
import { fileMapping } from './settings.ts';

const KINDS: Readonly<Partial<Record<BodyKind, FileKind>>> = {
  webhook: 'callbacks',
  poll: 'polls',
  settlement: 'settlements',
  order: 'orders',
};

export function genericBodies(context: BodyContext): BodyReaders {
  const { mapping } = (context.own ?? {}) as { readonly mapping?: object };
  const zone = context.settings.zone ?? undefined;
  const currency = context.settings.currency ?? undefined;
  const readers = Object.entries(KINDS).flatMap(([kind, file]) => {
    const own = fileMapping({ mapping, zone, currency }, file);
    return own === undefined ? [] : [[kind, readerOf(file, own, context)] as const];
  });
  return Object.fromEntries(readers);
}

function readerOf(kind: FileKind, mapping: Mapping, context: BodyContext): ReadBody {
  const { provider, account, pseudonym, isUnsigned, settings } = context;
  const row = new OneRow(CANONICAL_FORMATS[kind], { provider, account, pseudonym }, mapping);
  const { each } = mapping;
  const readOne = (text: string, place: string, { raw, readAt }: Body): BodyReading => {
    const left = { place, id: null, why: 'the mapping leaves it out' };
    if (!row.isTaken(text)) return { ...NOTHING, ignored: [left] };
    const reading = row.read(text, raw, readAt);
    if ('fault' in reading) {
      const { fault } = reading;
      return fault.field === '' && place === ''
        ? { ...NOTHING, unread: fault }
        : { ...NOTHING, rejects: [{ ...fault, field: pathOf(fault.field, mapping, text, place), place }] };
    }
    const fact = known(reading.fact, readAt);
    if (fact !== undefined) return { ...NOTHING, facts: [fact] };
    const found = { expected: 'a reference, or an id of the payment', found: 'a word that stands for none' };
    return { ...NOTHING, rejects: [{ field: '', code: 'HESABU_FIELD_MISSING', ...found, place }] };
  };
  /** What the mapping does not say of a payment. */
  const known = (read: Fact, readAt: Instant): Fact | undefined => {
    const fact = withoutPlaceholders(read);
    if (fact?.body.type !== 'PaymentObserved') return fact;
    const hint = isUnsigned && fact.body.via === 'callback' ? { hint: true as const } : {};
    const untimed = fact.occurred_at === null ? { untimed: true as const } : {};
    const body = { ...fact.body, currency: fact.body.currency ?? settings.currency, ...hint, ...untimed };
    return { ...fact, occurred_at: fact.occurred_at ?? readAt, body };
  };
  return (body: Body) => {
    const json = exactJson(body.text);
    if ('fault' in json && /^\s*[[{]/.test(body.text)) return unread('JSON', json.fault, 'HESABU_JSON_INVALID');
    const texts = each === undefined ? rowsIn(body.text) : jsonListAt(body.text, each);
    if (texts === undefined && each !== undefined) return unread(`JSON with a list at ${each}`, 'another body');
    if (texts === undefined) return unread('JSON, or a form', 'another text');
    const isList = each !== undefined || body.text.trimStart().startsWith('[');
    const readings = texts.map((text, at) => readOne(text, isList ? `${each ?? ''}[${at}]` : '', body));
    return oneReading(readings);
  };
}

/** Where in the body a field of ours stands; of several paths the first that is there. */
function pathOf(field: string, mapping: Mapping, text: string, place: string): string {
  if (field === '') return field;
  const names = columnNames(columnOf(mapping, field));
  const json = exactJson(text);
  const there = 'value' in json && isObject(json.value) ? pathsOf(json.value) : [];
  const name = names.find((one) => there.includes(one)) ?? names[0] ?? field;
  return place === '' ? name : `${place}.${name}`;
}

function oneReading(readings: readonly BodyReading[]): BodyReading {
  const [first] = readings;
  if (readings.length === 1 && first !== undefined) return first;
  return {
    facts: readings.flatMap((one) => one.facts),
    rejects: readings.flatMap((one) => one.rejects),
    ignored: readings.flatMap((one) => one.ignored),
    unread: null,
  };
}

/** What stands for no id, such as N/A, is none. Undefined where nothing else names the payment. */
function withoutPlaceholders(fact: Fact): Fact | undefined {
  if (fact.body.type !== 'PaymentObserved') return fact;
  const { provider_transaction_id, operator_transaction_id, request_id, original_transaction_id } = fact.body;
  const ids = {
    provider_transaction_id: idOrNull(provider_transaction_id),
    operator_transaction_id: idOrNull(operator_transaction_id),
    request_id: idOrNull(request_id),
    original_transaction_id: idOrNull(original_transaction_id),
  };
  const body = { ...fact.body, ...ids };
  const { transaction_reference: key } = fact;
  if (!key.startsWith('?') && !isNoId(key)) return { ...fact, body };
  const identity = identityOf(fact.provider, body, RETURNS.has(body.kind) ? 'return' : 'payment');
  return identity === undefined ? undefined : { ...fact, body, transaction_reference: identity };
}

const RETURNS: ReadonlySet<PaymentKind> = new Set(['refund', 'reversal', 'chargeback']);

function idOrNull(id: string | null): string | null {
  return id === null || isNoId(id) ? null : id;
}

const NOTHING: BodyReading = { facts: [], rejects: [], ignored: [], unread: null };
const FORM = /^[A-Za-z0-9_.[\]%+-]+=/;

/** The text itself, the parts of a list, or a form as JSON. Undefined for anything else. */
function rowsIn(text: string): readonly string[] | undefined {
  const trimmed = text.trim();
  if (trimmed.startsWith('{')) return [trimmed];
  if (trimmed.startsWith('[')) return partsOf(trimmed);
  if (!FORM.test(trimmed)) return undefined;
  const members = [...new URLSearchParams(trimmed)];
  const isTwice = new Set(members.map(([name]) => name)).size < members.length;
  return isTwice ? undefined : [JSON.stringify(Object.fromEntries(members))];
}

/** The parts of a list, with their numbers as they are written; undefined for an empty one, and for none. */
function partsOf(text: string): readonly string[] | undefined {
  const parts = jsonListAt(text, undefined);
  return parts?.length === 0 ? undefined : parts;
}
