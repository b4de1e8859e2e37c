// Several contents under one claim id: which of them is used, and in what they differ. Personal data stand in facts as
// pseudonyms, made with a key of the data directory; nothing here depends on them beyond whether they are equal, so
// that the same files give the same outcome under every key.

import { hash } from 'node:crypto';
import type { Claim, FactBody } from '../domain/fact.ts';
import { isForgotten } from '../domain/forgotten.ts';
import { formatInstant, type Instant } from '../domain/time.ts';

/** The fields whose values are pseudonyms. */
const HIDDEN: ReadonlySet<string> = new Set(['msisdn', 'ip', 'device', 'narration']);

/** Fields that a file or a webhook calls by another name. */
const FILE_NAMES: ReadonlyMap<string, string> = new Map([
  ['gross', 'amount'],
  ['line_type', 'type'],
  ['provider_transaction_id', 'transaction_id'],
]);

const MONEY: ReadonlySet<string> = new Set(['amount', 'gross', 'fee']);
const TIMES: ReadonlySet<string> = new Set(['placed_at', 'expires_at', 'status_at', 'occurred_at', 'at']);

/** Where a content has no value. */
const NONE = 'none';
const OF_ONE_HIDDEN = 'hidden';
const OF_OTHERS_HIDDEN = 'another, hidden';

/** How many values of one field are shown. */
const VALUES_MAX = 3;

/**
 * The time that is a part of a claim's content. None is where its source gave none, so that each reading of it has
 * another; nor is that of a settlement line, whose date decides, or of what a shop says later, which has its own.
 */
export function ownTime(claim: Claim): Instant | null {
  return isUntimed(claim) || HAVE_OTHERS.has(claim.body.type) ? null : claim.occurred_at;
}

const HAVE_OTHERS: ReadonlySet<string> = new Set(['SettlementLineReported', 'OrderStatusChanged', 'RefundRequested']);

function isUntimed({ body }: Claim): boolean {
  return body.type === 'PaymentObserved' && body.untimed === true;
}

/** The fields of a body in an order of their own, and so the members of its maps. */
export function sortedFields(body: object): [string, unknown][] {
  const fields = Object.entries(body).sort(byName);
  return fields.map(([name, value]) => [
    name,
    name === 'aliases' || name === 'series' ? Object.entries(value).sort(byName) : value,
  ]);
}

function byName([left]: [string, unknown], [right]: [string, unknown]): number {
  return left < right ? -1 : 1;
}

/** Whether contents differ in nothing but the time, which one of them has from its source and the other has not. */
function isSameButTimed(untimed: Claim, timed: Claim): boolean {
  const textOf = ({ provider, merchant, body }: Claim) => {
    return JSON.stringify([provider, merchant, sortedFields({ ...body, untimed: true })]);
  };
  return textOf(untimed) === textOf(timed);
}

/** The contents without those that another one says with its source's own time. */
export function withOwnTimes<Kind extends Claim>(contents: readonly Kind[]): readonly Kind[] {
  const timed = contents.filter((claim) => !isUntimed(claim));
  if (timed.length === 0 || timed.length === contents.length) return contents;
  return contents.filter((claim) => !isUntimed(claim) || !timed.some((other) => isSameButTimed(claim, other)));
}

/**
 * The contents without those that say the same as another one, but for people who are forgotten: what comes again of
 * them comes without their pseudonyms, and contradicts nothing.
 */
export function withoutForgotten<Kind extends Claim>(contents: readonly Kind[]): readonly Kind[] {
  if (contents.length === 1) return contents;
  const dim = contents.filter(({ body }) => forgottenIn(body).length > 0);
  if (dim.length === 0) return contents;
  const kept = contents.filter((claim) => !dim.includes(claim));
  for (const claim of dim) if (!kept.some((other) => isSameButForgotten(claim, other))) kept.push(claim);
  return kept;
}

/** The names of the fields whose persons are forgotten. */
function forgottenIn(body: object): readonly string[] {
  const fields = Object.entries(body) as [string, unknown][];
  return fields
    .filter(([name, value]) => HIDDEN.has(name) && typeof value === 'string' && isForgotten(value))
    .map(([name]) => name);
}

function isSameButForgotten(claim: Claim, other: Claim): boolean {
  const forgotten = forgottenIn(claim.body);
  const isTimed = !isUntimed(claim) && !isUntimed(other);
  const textOf = (one: Claim) => {
    const open = sortedFields(one.body).filter(
      ([name]) => !forgotten.includes(name) && (isTimed || name !== 'untimed'),
    );
    return JSON.stringify([one.provider, one.merchant, isTimed ? ownTime(one) : null, open]);
  };
  return textOf(claim) === textOf(other);
}

/** The contents, the one that is used first: the one with the smallest hash over all that is no pseudonym. */
export function rankContents<Kind extends Claim>(contents: readonly Kind[]): Kind[] {
  const ranked = contents.map((claim) => ({ claim, rank: rankOf(claim) }));
  ranked.sort((left, right) => {
    if (left.rank !== right.rank) return left.rank < right.rank ? -1 : 1;
    return comparePayouts(left.claim, right.claim);
  });
  return ranked.map(({ claim }) => claim);
}

/** Contents that differ in the payout alone stand side by side, the one that names a payout first. */
export function comparePayouts({ payout: left }: Claim, { payout: right }: Claim): number {
  if (left === right) return 0;
  return right === null || (left !== null && left < right) ? -1 : 1;
}

/** Contents that differ in pseudonyms alone have one rank: which of them is used makes no difference. */
function rankOf(claim: Claim): string {
  const { provider, merchant, body } = claim;
  const open = sortedFields(body).map(([name, value]) => [name, HIDDEN.has(name) ? value !== null : value]);
  return hash('sha256', JSON.stringify([provider, merchant, ownTime(claim), open]), 'hex');
}

/** The fields in which contents differ: as the one in use has them, and as the others do. Never the same text twice. */
export interface Difference {
  readonly used: string;
  readonly others: string;
}

/** Null where all the fields that count are equal. The first content is the one in use. */
export function differenceOf(contents: readonly Claim[], counts: (field: string) => boolean): Difference | null {
  const isTimed = !contents.some(isUntimed);
  const all = contents.map((claim) => fieldsOf(claim, isTimed));
  const [used, ...others] = all;
  const names = new Set(all.flatMap((fields) => [...fields.keys()]));
  const texts: { used: string[]; others: string[] } = { used: [], others: [] };
  for (const name of names) {
    const own = used!.get(name);
    const different = others.filter((fields) => fields.get(name) !== own);
    if (different.length === 0 || !counts(name)) continue;
    const shownName = FILE_NAMES.get(name) ?? name;
    texts.used.push(`${shownName}: ${shown(used!, name, OF_ONE_HIDDEN)}`);
    const hidden = own === null ? OF_ONE_HIDDEN : OF_OTHERS_HIDDEN;
    const values = new Set(different.map((fields) => shown(fields, name, hidden)));
    texts.others.push(`${shownName}: ${listed([...values].sort())}`);
  }
  return texts.used.length === 0 ? null : { used: texts.used.join('; '), others: texts.others.join('; ') };
}

function listed(values: readonly string[]): string {
  const more = values.length > VALUES_MAX ? ', …' : '';
  return values.slice(0, VALUES_MAX).join(', ') + more;
}

type Fields = ReadonlyMap<string, unknown>;

/** No two contents differ in these alone. */
const UNSHOWN: ReadonlySet<string> = new Set(['type', 'hint', 'untimed', 'aliases', 'series']);

/** The time of an order is its `placed_at`, and that of a line its date. */
function fieldsOf({ merchant, occurred_at, body }: Claim, isTimed: boolean): Fields {
  const fields = new Map<string, unknown>(Object.entries(body as FactBody).filter(([name]) => !UNSHOWN.has(name)));
  if ('aliases' in body) for (const [name, id] of Object.entries(body.aliases ?? {})) fields.set(name, id);
  if (body.type === 'OrderPlaced') fields.set('merchant', merchant);
  else if (isTimed && !HAVE_OTHERS.has(body.type)) fields.set('occurred_at', occurred_at);
  return fields;
}

function shown(fields: Fields, name: string, hidden: string): string {
  const value = fields.get(name) ?? null;
  if (value === null) return NONE;
  if (HIDDEN.has(name)) return hidden;
  if (TIMES.has(name)) return formatInstant(value as number);
  const currency = MONEY.has(name) ? fields.get('currency') : null;
  return currency == null ? String(value) : `${value} ${currency}`;
}
