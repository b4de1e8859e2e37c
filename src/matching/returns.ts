// Returned money: refunds, reversals and chargebacks, the payment that each returns, and their claw-back lines.

import type { Calendar } from '../domain/calendar.ts';
import { originalName, ownNames } from '../domain/payment-ids.ts';
import type { Claims, Line, Observation } from './claims.ts';
import { joinDoublyNamed } from './double-names.ts';
import { bestAmount, bestMoneyStatus, meansReturned } from './evidence.ts';
import { type IdGroup, withTitles } from './id-groups.ts';
import { byDateAndId, type Payment } from './payments.ts';
import { clawedBack, giveBack, giveHomes } from './return-lines.ts';
import { type Return, returnName, toReturn, undo } from './return-state.ts';
import type { VoiceOf } from './speakers.ts';
import { LinkedGroups } from './unsigned-links.ts';

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
  for (const group of withTitles(groupReturns(claims, links, voiceOf), returnName)) {
    const payment = links.paymentOf(group);
    if (payment === undefined) {
      const found = toReturn(group, calendar);
      undo(found, calendar);
      if (!isNothing(found)) unlinked.push(found);
      continue;
    }
    const groups = linked.get(payment);
    if (groups === undefined) linked.set(payment, [group]);
    else groups.push(group);
  }
  const byPayment = new Map<Payment, PaymentReturns>();
  for (const payment of payments) {
    byPayment.set(payment, returnsOfPayment(payment, joinDoublyNamed(linked.get(payment) ?? []), calendar));
  }
  return { byPayment, unlinked };
}

/** Whether no money moved: it was only asked for, or it failed and what was taken for it came back. */
function isNothing({ state, lines }: Return): boolean {
  return state === 'none' || (state === 'failed' && clawedBack(lines) === 0n);
}

/** Whether there is no return at all. */
export function isWithoutReturns({ byPayment, unlinked }: FoundReturns): boolean {
  return byPayment.size === 0 && unlinked.length === 0;
}

export function mayBeReturned(payment: Payment): boolean {
  return payment.observations.some(({ body }) => body.status === 'disputed' || meansReturned(body.status));
}

/**
 * Callbacks, polls and lines that share an own id are one return. The id of a payment is none of its own: under that
 * alone, what is of one kind and amount is one return.
 */
function groupReturns(claims: Claims, links: PaymentLinks, voiceOf: VoiceOf): IdGroup[] {
  const groups = new LinkedGroups();
  const nameless = new Map<string, IdGroup>();
  const ownIdsOf = ({ body }: Observation | Line, voice: string) =>
    ownNames(body).filter((id) => links.named(voice, id) === undefined);
  for (const claim of claims.returnObservations) {
    const voice = voiceOf(claim);
    const ids = ownIdsOf(claim, voice);
    if (ids.length > 0) groups.add(claim, ids, voice);
    else addNameless(nameless, claim, voice, links);
  }
  for (const claim of claims.returnLines) {
    const voice = voiceOf(claim);
    groups.add(claim, ownIdsOf(claim, voice), voice);
  }
  return nameless.size === 0 ? groups.list() : [...groups.list(), ...nameless.values()];
}

function addNameless(groups: Map<string, IdGroup>, claim: Observation, voice: string, links: PaymentLinks): void {
  const { kind, amount, currency } = claim.body;
  const group: IdGroup = { voice, ids: [], observations: [claim], lines: [] };
  const payment = links.paymentOf(group)?.name ?? originalName(claim.body);
  const name = [voice, kind, payment, amount, currency].join('\n');
  const known = groups.get(name);
  if (known === undefined) groups.set(name, group);
  else known.observations.push(claim);
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

  /** The payment that a return names as its original, then one whose id it bears; otherwise the key's only payment. */
  paymentOf(group: IdGroup): Payment | undefined {
    const { originals, borne } = namedBy(group, this);
    const currency = bestAmount(group.observations)?.body.currency;
    const fits = (payment: Payment) => payment.voice === group.voice && sameCurrency(currency, payment);
    if (originals.length + borne.length === 0) {
      return this.only !== undefined && fits(this.only) ? this.only : undefined;
    }
    return this.firstOf(originals, group.voice, fits) ?? this.firstOf(borne, group.voice, fits);
  }

  private firstOf(ids: readonly string[], voice: string, fits: (payment: Payment) => boolean): Payment | undefined {
    let first: number | undefined;
    for (const id of ids) {
      const place = this.named(voice, id);
      if (place === undefined || (first !== undefined && first <= place)) continue;
      if (fits(this.payments[place]!)) first = place;
    }
    return first === undefined ? undefined : this.payments[first];
  }
}

/** The ids that a return's claims name as the original, and the payments' ids that they bear as their own. */
function namedBy(
  { voice, observations, lines }: IdGroup,
  links: PaymentLinks,
): { readonly originals: string[]; readonly borne: string[] } {
  const originals: string[] = [];
  const borne: string[] = [];
  const add = ({ body }: Observation | Line) => {
    const original = originalName(body);
    if (original !== null) originals.push(original);
    for (const id of ownNames(body)) if (links.named(voice, id) !== undefined) borne.push(id);
  };
  for (const claim of observations) add(claim);
  for (const claim of lines) add(claim);
  return { originals, borne };
}

/** A callback in a different currency is about a different payment; such a line is a wrong line of this payment. */
function sameCurrency(currency: string | null | undefined, payment: Payment): boolean {
  return currency === undefined || payment.currency === null || currency === payment.currency;
}

function returnsOfPayment(payment: Payment, groups: readonly IdGroup[], calendar: Calendar): PaymentReturns {
  const backOnly = groups.filter(isBackOnly);
  const others = backOnly.length === 0 ? groups : groups.filter((group) => !isBackOnly(group));
  const isAnonymous = (group: IdGroup) => group.ids.length === 0 && group.observations.length === 0;
  const named = others.filter((group) => !isAnonymous(group)).map((group) => toReturn(group, calendar));
  const reported = named.filter((entry) => entry.isReported);
  let byLine = named.filter((entry) => !entry.isReported);
  const byStatus = statusReturn(payment, reported);
  const waiting = [...reported, ...(byStatus === undefined ? [] : [byStatus])];
  const anonymous = others.filter(isAnonymous).flatMap((group) => group.lines);
  if (anonymous.length > 0) {
    const free = waiting.filter((entry) => entry.lines.length === 0).sort(byTime);
    const [open, failed] = [
      free.filter(({ state }) => state === 'done'),
      free.filter(({ state }) => state === 'failed'),
    ];
    for (const line of giveHomes(anonymous.sort(byDateAndId), open, failed)) {
      byLine.push(toReturn({ ...EMPTY_GROUP, lines: [line] }, calendar));
    }
  }
  // A return by the payment's status and a return by lines are the same return.
  if (byStatus?.state === 'done' && byStatus.lines.length === 0 && byLine.length > 0) {
    byStatus.lines = byLine.flatMap((entry) => entry.lines).sort(byDateAndId);
    byLine = [];
  }
  const returns = [...waiting, ...byLine].sort(byTime);
  for (const group of giveBack(backOnly, returns)) returns.push(toReturn(group, calendar));
  for (const entry of returns) undo(entry, calendar);
  const namedSum = sumDone(byStatus === undefined ? returns : returns.filter((entry) => entry !== byStatus), payment);
  const full = byStatus?.state === 'done' ? (payment.gross ?? 0n) : 0n;
  const returned = namedSum > full ? namedSum : full;
  returns.sort(byTime);
  return { returns, returned, inFull: payment.gross !== null && returned > 0n && returned >= payment.gross };
}

/** Whether all that is known of a return is money that came back: it belongs to another one of the payment. */
function isBackOnly({ observations, lines }: IdGroup): boolean {
  return observations.length === 0 && lines.every(({ body }) => body.line_type === 'return_failed');
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
  const { id, provider, occurred_at: at } = claim;
  const about = { name: id, id, provider, isReported: true, currency: payment.currency, at, lines: [] };
  if (status === 'disputed' && !reported.some((entry) => entry.isChargeback)) {
    return { ...about, state: 'open', isChargeback: true, amount: gross };
  }
  const rest = gross - sumDone(reported, payment);
  if (!meansReturned(status) || rest <= 0n) return undefined;
  return { ...about, state: 'done', isChargeback: status === 'charged_back', amount: rest };
}
