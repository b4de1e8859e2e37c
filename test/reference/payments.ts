// The payments of a key as the reference reads them: which claims are one payment, and whose word holds for what.

import type { PaymentIds, PaymentStatus } from '../../src/domain/fact.ts';
import { type Heard, isHint, type Line, timeOf, type Word } from './claims.ts';
import { scheduledFee } from './fees.ts';
import { withRequests } from './paid-requests.ts';
import type { Terms } from './terms.ts';
import { linked } from './unsigned-links.ts';
import { first, last, minor, sum } from './values.ts';

export interface Amount {
  readonly gross: bigint;
  readonly currency: string;
  /** When it was first told. */
  readonly at: number | null;
  /** What the lines come to, where only they tell it: with a fee that the payer bore. */
  readonly byLines: bigint | null;
}

export interface Payment {
  readonly names: readonly string[];
  readonly voice: string;
  readonly words: readonly Word[];
  readonly lines: readonly Line[];
  /** Whether the money came. */
  readonly isPaid: boolean;
  readonly amount: Amount | null;
  /** The best word of callbacks and polls. */
  readonly told: PaymentStatus | null;
  /** Of the words that mean money, the latest; a line alone is a success. */
  readonly moneyWord: Word | null;
  /** The earliest success that a callback or poll claims. */
  readonly successAt: number | null;
  /** The first sight of the money, by lines too. */
  readonly sightAt: number | null;
  /** Since when there is money, and of this amount. */
  readonly knownAt: number | null;
  readonly conflictAt: number | null;
  readonly isConflict: boolean;
  readonly inconclusiveAt: number | null;
  /** Whether only words that nobody signed may mean money. */
  readonly isUnsigned: boolean;
}

const PAYMENT_KINDS = ['payment', 'authorisation', 'capture'];
/** In the order of a payment's life: of two words at one time the later one in it holds. */
const OPEN: readonly PaymentStatus[] = ['unclassified', 'initiated', 'pending', 'inconclusive', 'authorised'];
export const NO_MONEY: readonly PaymentStatus[] = ['failed', 'expired', 'voided'];
const MONEY: readonly PaymentStatus[] = ['succeeded', 'disputed', 'reversed', 'refunded', 'charged_back'];
const LIFE = [...OPEN, ...NO_MONEY, ...MONEY];
export const isMoney = ({ body }: Word) => MONEY.includes(body.status);
const isNone = ({ body }: Word) => NO_MONEY.includes(body.status);
export const isFinal = (word: Word) => isNone(word) || (isMoney(word) && word.body.status !== 'disputed');

const isOfPayment = ({ body }: Word | Line) =>
  'kind' in body ? PAYMENT_KINDS.includes(body.kind) : body.line_type === 'payment';

export const idsOf = (ids: PaymentIds): string[] => [
  ...[ids.provider_transaction_id, ids.request_id, ids.operator_transaction_id].filter((id) => id !== null),
  ...Object.values(ids.aliases ?? {}),
];

export function paymentsOf(heard: Heard, terms: Terms): Payment[] {
  const words = heard.words.filter(isOfPayment);
  const lines = heard.lines.filter(isOfPayment);
  const payments = groupsOf([...words, ...lines], heard).map((group) => {
    const isLine = (claim: Word | Line): claim is Line => claim.body.type === 'SettlementLineReported';
    const own = group.filter((claim): claim is Word => !isLine(claim));
    return readPayment(own, group.filter(isLine), heard, terms);
  });
  const timeOfPayment = ({ successAt, sightAt }: Payment) => successAt ?? sightAt ?? Number.POSITIVE_INFINITY;
  return payments.sort(
    (one, other) => timeOfPayment(one) - timeOfPayment(other) || (nameOf(one) < nameOf(other) ? -1 : 1),
  );
}

/** By the provider's own ids, as people see it. */
function nameOf({ words, lines }: Payment): string {
  const bodies = [...words, ...lines].map(({ body }) => body);
  const own = bodies.flatMap(({ provider_transaction_id }) => provider_transaction_id ?? []);
  return (own.length > 0 ? own : bodies.flatMap(idsOf)).toSorted()[0] ?? '';
}

/** Claims that share any id are one payment. */
function groupsOf(claims: readonly (Word | Line)[], heard: Heard): (Word | Line)[][] {
  const withId = claims.filter(({ body }) => idsOf(body).length > 0);
  const without = claims.filter(({ body }) => idsOf(body).length === 0);
  const namesOf = (claim: Word | Line) => idsOf(claim.body).map((id) => `${heard.voiceOf(claim)}\n${id}`);
  const groups = withRequests(linked(withId, namesOf), heard);
  // Money without an id joins the only payment; an attempt without one is its own, and so is what nobody signed while
  // nobody else speaks of money.
  const speaksOfMoney = (claim: Word | Line) => claim.body.type === 'SettlementLineReported' || isMoney(claim as Word);
  const isPaid = [...groups.flat(), ...without].some(speaksOfMoney);
  // A poll without an id that nobody could answer is answered by a later one that names the payment.
  const isAnswered = (claim: Word | Line) =>
    isPoll(claim) &&
    claim.body.status === 'inconclusive' &&
    groups[0]!.some((other) => isPoll(other) && isLater(other, claim) && (isMoney(other) || isNone(other)));
  const joins = (claim: Word | Line) =>
    groups.length === 1 &&
    heard.voiceOf(groups[0]![0]!) === heard.voiceOf(claim) &&
    ((isHint(claim) ? isPaid : speaksOfMoney(claim)) || isAnswered(claim));
  for (const claim of without) if (joins(claim)) groups[0]!.push(claim);
  const rest = without.filter((claim) => !joins(claim));
  return [...groups, ...connected(rest, (claim) => [heard.voiceOf(claim)])];
}

const isPoll = (claim: Word | Line): claim is Word => 'via' in claim.body && claim.body.via === 'poll';
const isLater = (one: Word, other: Word) =>
  one.occurred_at !== null && other.occurred_at !== null && one.occurred_at > other.occurred_at;

/** Groups of things that have a name in common, directly or through others. */
export function connected<Thing>(things: readonly Thing[], namesOf: (thing: Thing) => readonly string[]): Thing[][] {
  let groups: { names: Set<string>; things: Thing[] }[] = [];
  for (const thing of things) {
    const names = namesOf(thing);
    const touched = groups.filter((group) => names.some((name) => group.names.has(name)));
    const joined = {
      names: new Set([...touched.flatMap((group) => [...group.names]), ...names]),
      things: [...touched.flatMap((group) => group.things), thing],
    };
    groups = [...groups.filter((group) => !touched.includes(group)), joined];
  }
  return groups.map((group) => group.things);
}

/** All ids of its claims; not one that nobody signed here, and that a claim of another payment has. */
function namesOf(claims: readonly (Word | Line)[], heard: Heard): string[] {
  const others = [...heard.words.filter((word) => !isHint(word)), ...heard.lines].filter(
    (other) => !claims.includes(other) && heard.voiceOf(other) === heard.voiceOf(claims[0]!) && isOfPayment(other),
  );
  const known = others.flatMap(({ body }) => idsOf(body));
  const isOwn = (claim: Word | Line) => (id: string) => !isHint(claim) || !known.includes(id);
  return [...new Set(claims.flatMap((claim) => idsOf(claim.body).filter(isOwn(claim))))];
}

function readPayment(all: readonly Word[], lines: readonly Line[], heard: Heard, terms: Terms): Payment {
  const words = all.filter((word) => !isRelease(word, all, lines));
  const best = bestOf(words.filter(({ body }) => body.status !== 'unclassified'));
  const told = best !== null && isFinal(best) ? best : (unansweredOf(words) ?? best);
  const isPaid = lines.length > 0 || (told !== null && isMoney(told));
  const success = words.filter(isMoney);
  const succeeded = success.filter(({ body }) => body.status === 'succeeded');
  const successAt = first(succeeded.map(({ occurred_at }) => occurred_at));
  const sightAt = first([
    ...success.map(({ occurred_at }) => occurred_at),
    ...lines.map((line) => timeOf(line, terms)),
  ]);
  const [moneyFinals, noneFinals] = [success.filter(isFinal), words.filter(isNone)];
  const amount = amountOf(words, lines, heard, terms);
  const isConflict = moneyFinals.length > 0 && noneFinals.length > 0;
  const inconclusive = words.filter(({ body }) => body.status === 'inconclusive');
  return {
    names: namesOf([...all, ...lines], heard),
    voice: heard.voiceOf((all[0] ?? lines[0])!),
    words,
    lines,
    isPaid,
    amount,
    told: told?.body.status ?? null,
    moneyWord: isPaid ? latestOf(success) : null,
    successAt,
    sightAt,
    knownAt: last([sightAt, amount?.at ?? null]),
    isConflict,
    conflictAt: isConflict ? laterFirst(moneyFinals, noneFinals) : null,
    inconclusiveAt: first(inconclusive.map(({ occurred_at }) => occurred_at)),
    isUnsigned: inconclusive.every(isHint),
  };
}

/** What nobody signed and no poll answered since: it may mean money. */
function unansweredOf(words: readonly Word[]): Word | null {
  const hints = words.filter(
    (word) => isHint(word) && word.body.status === 'inconclusive' && word.occurred_at !== null,
  );
  const polls = words.filter(({ body }) => body.via === 'poll').map(({ occurred_at }) => occurred_at ?? 0);
  const open = hints.filter(({ occurred_at }) => polls.every((at) => occurred_at! > at));
  const isBegun = words.some(({ body }) => body.via === 'poll' && !['unclassified', 'initiated'].includes(body.status));
  const isSeen = words.some((word) => word.body.via === 'poll' && isMoney(word));
  return isBegun && !isSeen ? latestOf(open) : null;
}

function laterFirst(some: readonly Word[], others: readonly Word[]): number | null {
  const [one, other] = [some, others].map((words) => first(words.map(({ occurred_at }) => occurred_at)));
  return one === null || other === null ? (one ?? other ?? null) : Math.max(one!, other!);
}

/** A void of less than was authorised, beside a success, is the rest that was never taken. */
function isRelease(word: Word, words: readonly Word[], lines: readonly Line[]): boolean {
  const { status, amount, currency } = word.body;
  if (status !== 'voided' || amount === null || currency === null) return false;
  if (lines.length === 0 && !words.some(isMoney)) return false;
  return words.some(({ body }) => {
    if (body.status !== 'authorised' || body.amount === null || body.currency !== currency) return false;
    return minor(amount, currency) < minor(body.amount, currency);
  });
}

/** A final word beats one that is not, a poll a callback, the later the earlier, and one for money one for none. */
export function bestOf(words: readonly Word[]): Word | null {
  const finals = words.filter(isFinal);
  const told = words.filter(({ body }) => body.status !== 'initiated');
  const among = finals.length > 0 ? finals : told.length > 0 ? told : words;
  const polls = among.filter(({ body }) => body.via === 'poll');
  return latestOf(polls.length > 0 ? polls : among);
}

/** For an amount a poll comes before a callback, then a final word before one that is not. */
export function amountWord(words: readonly Word[]): Word | null {
  const polls = words.filter(({ body }) => body.via === 'poll');
  const among = polls.length > 0 ? polls : words;
  const finals = among.filter(isFinal);
  return latestOf(finals.length > 0 ? finals : among);
}

export function latestOf(words: readonly Word[]): Word | null {
  const rank = ({ body }: Word) => LIFE.indexOf(body.status);
  const time = ({ occurred_at }: Word) => occurred_at ?? Number.NEGATIVE_INFINITY;
  const isPoll = ({ body }: Word) => Number(body.via === 'poll');
  const better = (one: Word, other: Word) =>
    time(other) - time(one) || isPoll(other) - isPoll(one) || rank(other) - rank(one);
  return [...words].sort(better)[0] ?? null;
}

/** Only words that mean money speak on how much, then lines; what was asked for speaks where nobody else does. */
function amountOf(words: readonly Word[], lines: readonly Line[], heard: Heard, terms: Terms): Payment['amount'] {
  const telling = words.filter(({ body }) => body.amount !== null && body.currency !== null);
  const money = telling.filter(isMoney);
  const isPart = lines.some(({ body }) => idsOf(body).some((id) => heard.parts.includes(id)));
  if (isPart) return lineSum(lines, terms);
  const word = amountWord(money) ?? (lines.length > 0 ? null : amountWord(telling));
  if (word !== null) {
    const { amount, currency } = word.body as { amount: string; currency: string };
    const same = telling.filter(({ body }) => body.amount === amount && body.currency === currency);
    return {
      gross: minor(amount, currency),
      currency,
      at: first(same.map(({ occurred_at }) => occurred_at)),
      byLines: null,
    };
  }
  return lines.length > 0 ? lineAmount(words, lines, heard, terms) : null;
}

/** Of a payment that lines split, what those of this reference come to. */
function lineSum(lines: readonly Line[], terms: Terms): Amount {
  const { currency } = lines[0]!.body;
  const gross = sum(lines.map(({ body }) => minor(body.gross, currency)));
  return { gross, currency, at: last(lines.map((line) => timeOf(line, terms))), byLines: gross };
}

/** The sum of the lines where the order is large enough, otherwise the first line; less a fee that the payer bore. */
function lineAmount(words: readonly Word[], lines: readonly Line[], heard: Heard, terms: Terms): Payment['amount'] {
  const [earliest] = [...lines].sort(
    (one, other) => timeOf(one, terms)! - timeOf(other, terms)! || (one.id < other.id ? -1 : 1),
  );
  const { currency } = earliest!.body;
  const all = sum(
    lines.filter(({ body }) => body.currency === currency).map(({ body }) => minor(body.gross, currency)),
  );
  const one = minor(earliest!.body.gross, currency);
  const order = heard.order?.body;
  const limit = order?.currency === currency ? minor(order.amount, currency) + terms.tolerance(currency) : null;
  const fits = (gross: bigint) => limit !== null && withoutFee(gross, currency, words, lines, heard, terms) <= limit;
  const isSum = lines.length > 1 && lines.every(({ body }) => body.currency === currency) && fits(all);
  const at = isSum ? last(lines.map((line) => timeOf(line, terms))) : timeOf(earliest!, terms);
  const byLines = isSum ? all : one;
  return { gross: withoutFee(byLines, currency, words, lines, heard, terms), currency, at, byLines };
}

/** What remains of a line's gross when the payer bore the fee: the amount whose fee comes on top of it. */
function withoutFee(
  gross: bigint,
  currency: string,
  words: readonly Word[],
  lines: readonly Line[],
  heard: Heard,
  terms: Terms,
): bigint {
  for (let amount = gross; amount >= 0n && amount >= gross - 1_000_000n; amount -= 1n) {
    const fee = scheduledFee({ amount: { gross: amount, currency }, words, lines, at: null }, heard, terms);
    if (fee === null || fee.borneBy !== 'payer') return gross;
    if (amount + fee.minor <= gross) return amount;
  }
  return gross;
}
