// Returned money: refunds, reversals and chargebacks, the payment that each returns, and their claw-back lines.

import type { Calendar } from '../domain/calendar.ts';
import type { PaymentObserved } from '../domain/fact.ts';
import { minorOf } from '../domain/money.ts';
import { ownIds } from '../domain/payment-ids.ts';
import { earlier, type Instant } from '../domain/time.ts';
import { type Claims, type Line, nameOf, type Observation } from './claims.ts';
import { bestAmount, bestMoneyStatus, meansReturned } from './evidence.ts';
import { type IdGroup, IdGroups } from './id-groups.ts';
import { lineTime } from './lines.ts';
import { byDateAndId, type Payment } from './payments.ts';
import { clawedBack, giveHomes } from './return-lines.ts';
import type { VoiceOf } from './speakers.ts';

/** `done` counts as returned; `open` is a chargeback without its outcome; `none` is one that was won. */
export type ReturnState = 'done' | 'open' | 'none';

export interface Return {
  readonly name: string;
  readonly state: ReturnState;
  readonly isChargeback: boolean;
  /** Whether a callback, a poll or the payment's status reports it, and not only a line. */
  readonly isReported: boolean;
  readonly amount: bigint;
  readonly currency: string | null;
  readonly at: Instant | null;
  /** Its claw-back lines. */
  lines: Line[];
}

/** A payment's returns, and their total. */
export interface PaymentReturns {
  readonly returns: readonly Return[];
  readonly returned: bigint;
  readonly inFull: boolean;
}

export interface FoundReturns {
  readonly byPayment: ReadonlyMap<Payment, PaymentReturns>;
  readonly unlinked: readonly Return[];
}

const EMPTY_GROUP: IdGroup = { voice: '', ids: [], observations: [], lines: [] };
const NOTHING: PaymentReturns = { returns: [], returned: 0n, inFull: false };
const NO_RETURNS: FoundReturns = { byPayment: new Map(), unlinked: [] };

export function returnsOf(found: FoundReturns, payment: Payment): PaymentReturns {
  return found.byPayment.size === 0 ? NOTHING : (found.byPayment.get(payment) ?? NOTHING);
}

export function findReturns(
  claims: Claims,
  payments: readonly Payment[],
  calendar: Calendar,
  voiceOf: VoiceOf,
): FoundReturns {
  if (claims.returnObservations.length + claims.returnLines.length === 0 && !payments.some(mayBeReturned)) {
    return NO_RETURNS;
  }
  const links = new PaymentLinks(payments);
  const linked = new Map<Payment, IdGroup[]>();
  const unlinked: Return[] = [];
  for (const group of groupReturns(claims, links, voiceOf)) {
    const payment = links.paymentOf(group);
    if (payment === undefined) {
      const found = toReturn(group, calendar);
      if (found.state !== 'none') unlinked.push(found);
      continue;
    }
    const groups = linked.get(payment);
    if (groups === undefined) linked.set(payment, [group]);
    else groups.push(group);
  }
  const byPayment = new Map<Payment, PaymentReturns>();
  for (const payment of payments) {
    byPayment.set(payment, returnsOfPayment(payment, linked.get(payment) ?? [], calendar));
  }
  return { byPayment, unlinked };
}

/** Whether there is no return at all. */
export function isWithoutReturns({ byPayment, unlinked }: FoundReturns): boolean {
  return byPayment.size === 0 && unlinked.length === 0;
}

export function mayBeReturned(payment: Payment): boolean {
  return payment.observations.some(({ body }) => body.status === 'disputed' || meansReturned(body.status));
}

/** Callbacks, polls and lines that share an own id are one return. A payment's id is not a return's own id. */
function groupReturns(claims: Claims, links: PaymentLinks, voiceOf: VoiceOf): IdGroup[] {
  const groups = new IdGroups();
  const add = (claim: Observation | Line) => {
    const voice = voiceOf(claim);
    const ids = ownIds(claim.body).filter((id) => links.named(voice, id) === undefined);
    groups.add(claim, ids, voice);
  };
  for (const claim of claims.returnObservations) add(claim);
  for (const claim of claims.returnLines) add(claim);
  return groups.list();
}

/** Finds the payments of a key by their ids. */
class PaymentLinks {
  private readonly payments: readonly Payment[];
  /** By voice and id, the payment's place among the payments. */
  private readonly places = new Map<string, Map<string, number>>();
  /** The payment of returns that name none. */
  private readonly only: Payment | undefined;

  constructor(payments: readonly Payment[]) {
    this.payments = payments;
    for (const [place, { voice, ids }] of payments.entries()) {
      const places = this.places.get(voice) ?? new Map<string, number>();
      this.places.set(voice, places);
      for (const id of ids) places.set(id, place);
    }
    const paid = payments.filter((payment) => payment.succeeded);
    this.only = paid.length === 1 ? paid[0] : payments.length === 1 ? payments[0] : undefined;
  }

  /** The place of the payment with this id. */
  named(voice: string, id: string): number | undefined {
    return this.places.get(voice)?.get(id);
  }

  /** The first payment that a return names; if it names none, the key's only payment. */
  paymentOf(group: IdGroup): Payment | undefined {
    const originals = originalsOf(group, this);
    const currency = bestAmount(group.observations)?.body.currency;
    const fits = (payment: Payment) => payment.voice === group.voice && sameCurrency(currency, payment);
    if (originals.length === 0) return this.only !== undefined && fits(this.only) ? this.only : undefined;
    let first: number | undefined;
    for (const id of originals) {
      const place = this.named(group.voice, id);
      if (place === undefined || (first !== undefined && first <= place)) continue;
      if (fits(this.payments[place]!)) first = place;
    }
    return first === undefined ? undefined : this.payments[first];
  }
}

/** The payments' ids that a return's claims name as the original, or as their own. */
function originalsOf({ voice, observations, lines }: IdGroup, links: PaymentLinks): string[] {
  const originals: string[] = [];
  const add = ({ body }: Observation | Line) => {
    if (body.original_transaction_id !== null) originals.push(body.original_transaction_id);
    for (const id of ownIds(body)) if (links.named(voice, id) !== undefined) originals.push(id);
  };
  for (const claim of observations) add(claim);
  for (const claim of lines) add(claim);
  return originals;
}

/** A callback in a different currency is about a different payment; such a line is a wrong line of this payment. */
function sameCurrency(currency: string | null | undefined, payment: Payment): boolean {
  return currency === undefined || payment.currency === null || currency === payment.currency;
}

/** A return that also carries its payment's id is named by its own id: other returns may share the payment's. */
function ownName({ ids, observations, lines }: IdGroup): string {
  const name = nameOf(observations, lines);
  return ids.includes(name) ? name : ids.reduce((least, id) => (id < least ? id : least));
}

function toReturn(group: IdGroup, calendar: Calendar): Return {
  const { observations } = group;
  const lines = group.lines.length > 1 ? group.lines.sort(byDateAndId) : group.lines;
  const chosen = bestAmount(observations)?.body;
  const state = stateOf(observations, lines);
  let at: Instant | null = null;
  for (const { body, occurred_at } of observations) {
    if (state === 'open' ? body.status === 'disputed' : happened(body)) at = earlier(at, occurred_at);
  }
  if (observations.length === 0) for (const line of lines) at = earlier(at, lineTime(line, calendar));
  return {
    // A return without an own id is named after its claim, so two returns never share a name.
    name: group.ids.length > 0 ? ownName(group) : firstId([...observations, ...lines]),
    state,
    isChargeback: isChargeback(observations) || lines.some(({ body }) => body.line_type === 'chargeback'),
    isReported: observations.length > 0,
    amount: chosen === undefined ? clawedBack(lines) : minorOf(chosen.amount!, chosen.currency!),
    currency: chosen?.currency ?? lines[0]?.body.currency ?? null,
    at: state === 'done' ? (outcomeAt(observations) ?? at) : at,
    lines,
  };
}

/** A chargeback's last outcome holds; if won and lost have the same time, it is lost. A line alone means lost. */
function stateOf(observations: readonly Observation[], lines: readonly Line[]): ReturnState {
  if (!isChargeback(observations)) {
    return lines.length > 0 || observations.some(({ body }) => happened(body)) ? 'done' : 'none';
  }
  const outcome = bestMoneyStatus(observations.filter(({ body }) => body.status !== 'disputed'));
  if (outcome === undefined) return 'open';
  return outcome.body.status === 'succeeded' ? 'none' : 'done';
}

/** Whether a claim reports that the money was returned, and not only that somebody requested it. */
function happened(body: PaymentObserved): boolean {
  return body.status === 'succeeded' || meansReturned(body.status);
}

function firstId(claims: readonly (Observation | Line)[]): string {
  return claims.map(({ id }) => id).sort()[0] ?? '';
}

function isChargeback(observations: readonly Observation[]): boolean {
  return observations.some(({ body }) => body.kind === 'chargeback');
}

/** When a chargeback was lost; null if the return is not a chargeback. */
function outcomeAt(observations: readonly Observation[]): Instant | null {
  let at: Instant | null = null;
  for (const { body, occurred_at } of observations) {
    if (body.kind === 'chargeback' && meansReturned(body.status)) at = earlier(at, occurred_at);
  }
  return at;
}

function returnsOfPayment(payment: Payment, groups: readonly IdGroup[], calendar: Calendar): PaymentReturns {
  const isAnonymous = (group: IdGroup) => group.ids.length === 0 && group.observations.length === 0;
  const named = groups.filter((group) => !isAnonymous(group)).map((group) => toReturn(group, calendar));
  const reported = named.filter((entry) => entry.isReported);
  let byLine = named.filter((entry) => !entry.isReported);
  const byStatus = statusReturn(payment, reported);
  const waiting = [...reported, ...(byStatus === undefined ? [] : [byStatus])];
  const anonymous = groups.filter(isAnonymous).flatMap((group) => group.lines);
  if (anonymous.length > 0) {
    const open = waiting.filter((entry) => entry.state === 'done' && entry.lines.length === 0).sort(byTime);
    for (const line of giveHomes(anonymous.sort(byDateAndId), open)) {
      byLine.push(toReturn({ ...EMPTY_GROUP, lines: [line] }, calendar));
    }
  }
  // A return by the payment's status and a return by lines are the same return.
  if (byStatus?.state === 'done' && byStatus.lines.length === 0 && byLine.length > 0) {
    byStatus.lines = byLine.flatMap((entry) => entry.lines).sort(byDateAndId);
    byLine = [];
  }
  const namedSum = sumDone([...reported, ...byLine], payment);
  const full = byStatus?.state === 'done' ? (payment.gross ?? 0n) : 0n;
  const returned = namedSum > full ? namedSum : full;
  const returns = [...waiting, ...byLine].sort(byTime);
  return { returns, returned, inFull: payment.gross !== null && returned > 0n && returned >= payment.gross };
}

function byTime(left: Return, right: Return): number {
  if (left.at !== right.at) return (left.at ?? Number.POSITIVE_INFINITY) - (right.at ?? Number.POSITIVE_INFINITY);
  return left.name < right.name ? -1 : left.name > right.name ? 1 : 0;
}

/** The returned amount in the payment's currency. */
function sumDone(returns: readonly Return[], payment: Payment): bigint {
  let sum = 0n;
  for (const entry of returns) {
    if (entry.state === 'done' && (entry.currency ?? payment.currency) === payment.currency) sum += entry.amount;
  }
  return sum;
}

/** The return that the payment's status reports beyond the returns with an own id; or an open dispute. */
function statusReturn(payment: Payment, reported: readonly Return[]): Return | undefined {
  const claim = bestMoneyStatus(payment.observations);
  if (claim === undefined || !payment.succeeded) return undefined;
  const { status } = claim.body;
  const gross = payment.gross ?? 0n;
  const about = { name: claim.id, isReported: true, currency: payment.currency, at: claim.occurred_at, lines: [] };
  if (status === 'disputed' && !reported.some((entry) => entry.isChargeback)) {
    return { ...about, state: 'open', isChargeback: true, amount: gross };
  }
  const rest = gross - sumDone(reported, payment);
  if (!meansReturned(status) || rest <= 0n) return undefined;
  return { ...about, state: 'done', isChargeback: status === 'charged_back', amount: rest };
}
