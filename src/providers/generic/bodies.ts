// The bodies of a network that is described by configuration alone: each is a row that the account's mapping reads. A
// form, or the query of a GET, is read as the JSON object with the same members.

import {
  type Body,
  type BodyContext,
  type BodyKind,
  type BodyReaders,
  type ReadBody,
  unread,
} from '../../producers/bodies/body.ts';
import type { Mapping } from '../../producers/files/mapping.ts';
import { OneRow } from '../../producers/files/one-row.ts';
import type { FileKind } from '../../producers/formats/format.ts';
import { CANONICAL_FORMATS } from '../../producers/formats/formats.ts';
import { mappingsIn } from './settings.ts';

const KINDS: Readonly<Partial<Record<BodyKind, FileKind>>> = {
  webhook: 'callbacks',
  poll: 'polls',
  settlement: 'settlements',
  order: 'orders',
};

export function genericBodies(context: BodyContext): BodyReaders {
  const { mapping = {} } = (context.own ?? {}) as { readonly mapping?: object };
  const mappings = mappingsIn(mapping);
  const readers = Object.entries(KINDS).flatMap(([kind, file]) => {
    const own = mappings[file];
    return own === undefined ? [] : [[kind, readerOf(file, own, context)] as const];
  });
  return Object.fromEntries(readers);
}

function readerOf(kind: FileKind, mapping: Mapping, context: BodyContext): ReadBody {
  const { provider, account, pseudonym, reservations, isUnsigned, settings } = context;
  const zoned = mapping.zone === undefined && settings.zone !== null ? { ...mapping, zone: settings.zone } : mapping;
  const row = new OneRow(CANONICAL_FORMATS[kind], { provider, account, pseudonym, reservations }, zoned);
  return ({ text, raw, readAt }: Body) => {
    const json = jsonOf(text);
    if (json === undefined) return unread('JSON, or a form', 'another text');
    const ignored = { place: '', id: null, why: 'the mapping leaves it out' };
    if (!row.isTaken(json)) return { facts: [], rejects: [], ignored: [ignored], unread: null };
    const reading = row.read(json, raw, readAt);
    if ('fault' in reading) {
      const { fault } = reading;
      if (fault.field === '') return { facts: [], rejects: [], ignored: [], unread: fault };
      return { facts: [], rejects: [{ ...fault, place: '' }], ignored: [], unread: null };
    }
    const { fact } = reading;
    if (fact.body.type !== 'PaymentObserved') return { facts: [fact], rejects: [], ignored: [], unread: null };
    const hint = isUnsigned && fact.body.via === 'callback' ? { hint: true as const } : {};
    const untimed = fact.occurred_at === null ? { untimed: true as const } : {};
    const currency = fact.body.currency ?? settings.currency;
    const body = { ...fact.body, currency, ...hint, ...untimed };
    return {
      facts: [{ ...fact, occurred_at: fact.occurred_at ?? readAt, body }],
      rejects: [],
      ignored: [],
      unread: null,
    };
  };
}

const FORM = /^[A-Za-z0-9_.[\]%+-]+=/;

/** The text itself, or a form as JSON. Undefined for anything else. */
function jsonOf(text: string): string | undefined {
  const trimmed = text.trim();
  if (trimmed.startsWith('{')) return trimmed;
  if (!FORM.test(trimmed)) return undefined;
  const members = [...new URLSearchParams(trimmed)];
  const isTwice = new Set(members.map(([name]) => name)).size < members.length;
  return isTwice ? undefined : JSON.stringify(Object.fromEntries(members));
}
