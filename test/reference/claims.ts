// The claims of one key as the reference reads them: whose word counts, and one content for each claim id.

import {
  type Claim,
  type OrderPlaced,
  type OrderStatusChanged,
  type PaymentObserved,
  type RefundRequested,
  type SettlementLineReported,
  sourceName,
} from '../../src/domain/fact.ts';
import type { Terms } from './terms.ts';
import { exact, first, last } from './values.ts';

export type Order = Claim<OrderPlaced>;
export type Change = Claim<OrderStatusChanged>;
export type Request = Claim<RefundRequested>;
export type Word = Claim<PaymentObserved>;
export type Line = Claim<SettlementLineReported>;

/** A payment that was claimed here and counts at another reference. */
export interface Shared {
  readonly holder: string;
  readonly names: readonly string[];
  readonly opened_at: number | null;
}

/** The claims of a key, after one content was chosen for each claim id. */
export interface Heard {
  readonly merchants: readonly string[];
  /** Every content of an order, for its statuses; `order` has the amounts and times that hold. */
  readonly orders: readonly Order[];
  readonly order: Order | null;
  /** What the shop said later: of its order where there is one, otherwise of one that may come. */
  readonly changes: readonly Change[];
  readonly requests: readonly Request[];
  readonly words: readonly Word[];
  readonly lines: readonly Line[];
  readonly lost: readonly Shared[];
  /** The ids of payments of which only the lines here count here. */
  readonly parts: readonly string[];
  readonly conflicts: readonly { readonly id: string; readonly opened_at: number | null }[];
  readonly foreign: readonly { readonly source: string; readonly opened_at: number | null }[];
  /** Claims join by an id where they have one voice. */
  voiceOf(claim: Claim): string;
}

/** What the source says of when; a settlement line has its date only. */
export function timeOf(claim: Claim, { days }: Terms): number | null {
  return 'settlement_date' in claim.body
    ? days.midnight(Date.parse(claim.body.settlement_date) / 86_400_000)
    : claim.occurred_at;
}

/**
 * Every way to read a key: where one id has several contents, the text lets a hash choose, so each of them may hold.
 * One reading where nothing conflicts.
 */
export function readingsOf(all: readonly Claim[], terms: Terms, withdrawn: readonly Claim[] = []): Heard[] {
  const standing = all.filter((claim) => !withdrawn.some((statement) => isStatement(claim, statement)));
  // Where nothing else decides between two claims, their ids do.
  const claims = withoutUnnamed(standing).sort((one, other) => (one.id < other.id ? -1 : one.id > other.id ? 1 : 0));
  const orders = claims.filter((claim): claim is Order => claim.body.type === 'OrderPlaced');
  const merchants = [...new Set(orders.map(({ merchant }) => merchant))].sort();
  const foreign = claims.filter((claim) => !isShops(claim) && !mayspeak(claim, merchants, terms));
  const contents = [...contentsById(claims.filter((claim) => !foreign.includes(claim)))];
  const conflicts = contents
    .map(([id, each]) => [id, differing(each)] as const)
    .filter(([, each]) => each.length > 1 && !each.some(isHint))
    .map(([, each]) => ({ id: each[0]!.id, opened_at: secondOf(each.map((claim) => timeOf(claim, terms))) }));
  const voiceOf = (claim: Claim) => (merchants.length === 1 ? '' : voice(claim, terms));
  const shared = { merchants, orders, conflicts, voiceOf, lost: [], parts: [] };
  const isOwn = ({ merchant }: Claim) => merchants.length === 0 || ['', ...merchants].includes(merchant);
  return choices(contents.map(([, each]) => each)).map((chosen) => ({
    ...shared,
    changes: chosen.filter((claim): claim is Change => claim.body.type === 'OrderStatusChanged' && isOwn(claim)),
    requests: chosen.filter((claim): claim is Request => claim.body.type === 'RefundRequested' && isOwn(claim)),
    order: merchants.length === 1 ? (chosen.find(isOrder) ?? null) : null,
    foreign: toldForeign(foreign, chosen.filter(isOrder), terms),
    words: chosen.filter((claim): claim is Word => claim.body.type === 'PaymentObserved').map(unsignedAsHint),
    lines: chosen.filter((claim): claim is Line => claim.body.type === 'SettlementLineReported'),
  }));
}

export const isHint = ({ body }: Claim) =>
  body.type === 'PaymentObserved' && body.via === 'callback' && body.hint === true;

/** A word that nobody signed says nothing of money: it leaves open what it says has ended, and names ids. */
export function unsignedAsHint(word: Word): Word {
  if (!isHint(word)) return word;
  const { body } = word;
  const said = { amount: null, currency: null, fee: null, operator: null, msisdn: null };
  const kind = body.kind === 'chargeback' ? 'reversal' : body.kind;
  if (['succeeded', 'disputed', 'reversed', 'refunded', 'charged_back'].includes(body.status)) {
    return { ...word, body: { ...body, ...said, kind, status: 'inconclusive' } };
  }
  const status = ['failed', 'expired', 'voided'].includes(body.status) ? 'pending' : body.status;
  return { ...word, body: { ...body, ...said, kind, status } };
}

const isOrder = (claim: Claim): claim is Order => claim.body.type === 'OrderPlaced';

const isShops = ({ body }: Claim) => ['OrderPlaced', 'OrderStatusChanged', 'RefundRequested'].includes(body.type);

/** An account that is not listed speaks for nobody once any is; a claim that names no account counts. */
function mayspeak({ provider, account }: Claim, merchants: readonly string[], { accounts }: Terms): boolean {
  if (accounts.size === 0 || account === null || merchants.length === 0) return true;
  const allowed = accounts.get(`${provider}/${account}`) ?? [];
  return allowed.includes('*') || merchants.some((merchant) => allowed.includes(merchant));
}

function voice({ provider, account }: Claim, { accounts }: Terms): string {
  if (accounts.size === 0) return '';
  const allowed = accounts.get(`${provider}/${account}`);
  if (account === null) return 'nobody named it';
  return allowed === undefined ? `of nobody: ${account}` : [...allowed].sort().join('\n');
}

function toldForeign(foreign: readonly Claim[], orders: readonly Order[], terms: Terms): Heard['foreign'] {
  const sources = [...new Set(foreign.filter((claim) => !isHint(claim)).map(sourceName))].sort();
  const ordered = first(orders.map(({ body }) => body.placed_at));
  return sources.map((source) => {
    const own = foreign.filter((claim) => !isHint(claim) && sourceName(claim) === source);
    const times = own.map((claim) => timeOf(claim, terms));
    return { source, opened_at: last([ordered, first(times)]) };
  });
}

/** Whether a claim is what one import said; the same content of another import stands. */
function isStatement(claim: Claim, { id, import_id, ...statement }: Claim): boolean {
  if (claim.id !== id || claim.merchant !== statement.merchant || claim.import_id !== import_id) return false;
  if (JSON.stringify(claim.body) !== JSON.stringify(statement.body)) return false;
  return isOrder(claim)
    ? claim.occurred_at === statement.occurred_at
    : contentOf(claim) === contentOf({ id, import_id, ...statement });
}

/** The different contents under each claim id; of an order, those of the latest statement. */
function contentsById(claims: readonly Claim[]): Map<string, Claim[]> {
  const found = new Map<string, Map<string, Claim>>();
  for (const claim of claims) {
    const id = `${claim.merchant}\n${claim.id}`;
    const contents = found.get(id) ?? new Map<string, Claim>();
    const known = contents.get(contentOf(claim));
    // What is said again later counts as said then; where no time of the source's tells when, the first reading does.
    const stated = known === undefined || statedAt(claim) > statedAt(known) ? claim : known;
    const occurred_at = first([claim.occurred_at, known?.occurred_at ?? null]);
    const early = known !== undefined && isEarlier(known, claim) ? known : claim;
    contents.set(contentOf(claim), { ...(isLater(claim) ? early : stated), occurred_at });
    found.set(id, contents);
  }
  return new Map([...found].map(([id, contents]) => [id, timedOf(signedOf(latestOf([...contents.values()])))]));
}

/** What a shop says later of its order, or of a refund, has a time of its own; said again, the earliest holds. */
const isLater = ({ body }: Claim) => body.type === 'OrderStatusChanged' || body.type === 'RefundRequested';
const isEarlier = (one: Claim, other: Claim) => {
  const time = ({ body }: Claim) => ('at' in body && body.at !== null ? body.at : Number.POSITIVE_INFINITY);
  return time(one) <= time(other);
};

const statedAt = ({ stated_at }: Claim) => stated_at ?? Number.NEGATIVE_INFINITY;

/** Where one event came signed too, only that counts. */
function signedOf(contents: readonly Claim[]): Claim[] {
  const signed = contents.filter((claim) => !isHint(claim));
  return signed.length > 0 ? signed : [...contents];
}

/** Where the source told the time of the same event too, that holds. */
function timedOf(contents: readonly Claim[]): Claim[] {
  const told = ({ body }: Claim) => JSON.stringify({ ...body, untimed: true });
  const timed = contents.filter((claim) => !isUntimed(claim)).map(told);
  return contents.filter((claim) => !isUntimed(claim) || !timed.includes(told(claim)));
}

const isUntimed = ({ body }: Claim) => body.type === 'PaymentObserved' && body.untimed === true;

function latestOf(contents: readonly Claim[]): Claim[] {
  const last = Math.max(...contents.map(statedAt));
  return contents.filter((claim) => !isOrder(claim) || statedAt(claim) === last);
}

/** A claim that came both with and without its account is one. */
function withoutUnnamed(claims: readonly Claim[]): Claim[] {
  const isSame = (unnamed: Claim, { provider, account, id, ...claim }: Claim) => {
    if (account === null || provider !== unnamed.provider) return false;
    if (`${provider}/${account}${unnamed.id.slice(provider.length)}` !== id) return false;
    return contentOf({ ...claim, provider, account, id }) === contentOf(unnamed);
  };
  return claims.filter((claim) => claim.account !== null || !claims.some((other) => isSame(claim, other)));
}

const DECIMALS = ['amount', 'gross', 'fee', 'settlement_amount', 'fx_rate'];

/** What tells contents apart: all of the body, decimals by value; of an order, what is read of it but its statuses. */
function contentOf(claim: Claim): string {
  const { body } = claim;
  if (body.type === 'OrderPlaced') return JSON.stringify([body.country, body.operator, meaningOf(body)]);
  const said = Object.entries(body).map(([name, value]) => [
    name,
    DECIMALS.includes(name) && value !== null ? exactly(String(value)) : value,
  ]);
  if (isLater(claim)) return JSON.stringify([claim.merchant, { ...body, at: null }]);
  // A line has its date.
  const occurred_at = isUntimed(claim) || body.type === 'SettlementLineReported' ? null : claim.occurred_at;
  return JSON.stringify([occurred_at, ...said.sort(([one], [other]) => (one! < other! ? -1 : 1))]);
}

/** What contradicts another content of an order. */
const meaningOf = ({ amount, currency, placed_at, expires_at }: OrderPlaced): string =>
  JSON.stringify([exactly(amount), currency, placed_at, expires_at]);

/** One of the contents that agree in all that may contradict. */
function differing(contents: readonly Claim[]): Claim[] {
  const byMeaning = new Map<string, Claim>();
  for (const claim of contents) byMeaning.set(isOrder(claim) ? meaningOf(claim.body) : contentOf(claim), claim);
  return [...byMeaning.values()];
}

/** One text for each value: 15 and 15.00 are one. */
function exactly(text: string): string {
  const { num, den } = exact(text);
  return `${(num * 1_000_000_000_000n) / den}`;
}

/** When the second of them was there, which makes it a contradiction. */
function secondOf(times: readonly (number | null)[]): number | null {
  const known = times.filter((time) => time !== null).sort((one, other) => one - other);
  return known[times.length - known.length > 0 ? 0 : 1] ?? null;
}

function choices(contents: readonly (readonly Claim[])[]): Claim[][] {
  return contents.reduce<Claim[][]>(
    (chosen, each) => chosen.flatMap((before) => each.map((claim) => [...before, claim])),
    [[]],
  );
}
