// The payments of a key: observations and lines that share an id are one payment; without a shared id they are two.

import type { Day } from '../domain/calendar.ts';
import type { PaymentStatus } from '../domain/fact.ts';
import { identityKey } from '../domain/key.ts';
import { minorOf } from '../domain/money.ts';
import { ownNames } from '../domain/payment-ids.ts';
import { earlier, type Instant } from '../domain/time.ts';
import { type Claims, type Line, nameOf, type Observation } from './claims.ts';
import { bestAmount, bestStatus, isFinal, isUnsigned, meansMoney, withoutReleases } from './evidence.ts';
import { type IdGroup, withTitles } from './id-groups.ts';
import { amountOfLines, lineTime, type PaymentAmount } from './lines.ts';
import type { Order } from './orders.ts';
import { joinPaidRequests } from './paid-requests.ts';
import { type CompiledRules, dueDay } from './rules.ts';
import type { VoiceOf } from './speakers.ts';
import { LinkedGroups } from './unsigned-links.ts';

export interface Payment {
  /** By which people know it among the payments of its key. */
  readonly name: string;
  /** By which its provider knows it: usually the name. */
  readonly id: string;
  readonly provider: string;
  /** Only claims of one voice are one payment, see speakers.ts. */
  readonly voice: string;
  /** The names of its ids, see payment-ids.ts. */
  readonly ids: readonly string[];
  readonly observations: readonly Observation[];
  readonly lines: readonly Line[];
  /** The best status of callbacks and polls; null if there are only lines. */
  readonly reportedStatus: PaymentStatus | null;
  /** Whether money came in, by a payment line or by the best status. */
  readonly succeeded: boolean;
  readonly gross: bigint | null;
  readonly currency: string | null;
  /** The gross of the lines, if only they report the amount; it includes a fee that the payer bears. */
  readonly lineGross: bigint | null;
  /** Since when the amount is known. */
  readonly grossAt: Instant | null;
  /** The earliest success that a callback or poll claims. */
  readonly succeededAt: Instant | null;
  /** The last day on which it is settled in time. */
  readonly dueDay: Day | null;
  /** The earliest time of a claim that means money; a line counts from the midnight at which its date begins. */
  readonly seenAt: Instant | null;
  readonly operator: string | null;
}

const NOTHING_SPLIT: ReadonlySet<string> = new Set();

/** The key's payments, ordered by time and then by name. */
export function findPayments(
  claims: Claims,
  order: Order | undefined,
  rules: CompiledRules,
  voiceOf: VoiceOf,
  split: ReadonlySet<string> = NOTHING_SPLIT,
): Payment[] {
  const groups = withTitles(groupClaims(claims, voiceOf), (group) => nameOf(group.observations, group.lines));
  const payments = groups.map((group) => {
    return toPayment(group, order, rules, split.size > 0 && isSplit(group, split));
  });
  if (payments.length > 1) payments.sort(byTimeAndName);
  return payments;
}

/** Whether this reference has a part of the payment, which its lines name. */
function isSplit({ observations, lines, ids }: IdGroup, split: ReadonlySet<string>): boolean {
  const { provider } = (observations[0] ?? lines[0])!;
  return lines.length > 0 && ids.some((id) => split.has(identityKey(provider, id)));
}

export function byTimeAndName(left: Payment, right: Payment): number {
  const [leftAt, rightAt] = [left.succeededAt ?? left.seenAt, right.succeededAt ?? right.seenAt];
  if (leftAt !== rightAt) return (leftAt ?? Number.POSITIVE_INFINITY) - (rightAt ?? Number.POSITIVE_INFINITY);
  return left.name < right.name ? -1 : left.name > right.name ? 1 : 0;
}

function groupClaims(claims: Claims, voiceOf: VoiceOf): IdGroup[] {
  const groups = new LinkedGroups();
  const nameless: (Observation | Line)[] = [];
  const add = (claim: Observation | Line) => {
    const ids = ownNames(claim.body);
    if (ids.length === 0) nameless.push(claim);
    else groups.add(claim, ids, voiceOf(claim));
  };
  for (const claim of claims.observations) add(claim);
  for (const claim of claims.paymentLines) add(claim);
  const named = joinPaidRequests(groups.list());
  return nameless.length === 0 ? named : [...named, ...joinNameless(named, nameless, voiceOf)];
}

/**
 * Money without an id belongs to the key's only payment; if there are several, it is unknown to which. An attempt that
 * never got an id is not the payment that did; one that nobody signed may be it once that brought money, and a poll
 * that nobody could answer is it once a later one names it. Returns the payments that have only such claims, one of
 * each voice.
 */
function joinNameless(
  groups: readonly IdGroup[],
  nameless: readonly (Observation | Line)[],
  voiceOf: VoiceOf,
): IdGroup[] {
  const only = groups.length === 1 ? groups[0] : undefined;
  const own: IdGroup[] = [];
  for (const claim of nameless) {
    const voice = voiceOf(claim);
    const isMoney = isUnsigned(claim) ? isPaid(only, nameless) : speaksOfMoney(claim);
    let home =
      (isMoney || isAnswered(claim, only)) && only?.voice === voice ? only : own.find((group) => group.voice === voice);
    if (home === undefined) {
      home = { voice, ids: [], observations: [], lines: [] };
      own.push(home);
    }
    if (claim.body.type === 'PaymentObserved') home.observations.push(claim as Observation);
    else home.lines.push(claim as Line);
  }
  return own;
}

/** A poll without an id asks by the reference; a later one that names the payment answers what was unclear before. */
function isAnswered({ body, occurred_at: at }: Observation | Line, only: IdGroup | undefined): boolean {
  if (only === undefined || at === null || body.type !== 'PaymentObserved') return false;
  if (body.via !== 'poll' || body.status !== 'inconclusive') return false;
  const answers = (one: Observation) => one.body.via === 'poll' && one.occurred_at !== null && one.occurred_at > at;
  return only.observations.some((one) => answers(one) && (isFinal(one.body.status) || meansMoney(one.body.status)));
}

function speaksOfMoney({ body }: Observation | Line): boolean {
  return body.type !== 'PaymentObserved' || meansMoney(body.status);
}

function isPaid(only: IdGroup | undefined, nameless: readonly (Observation | Line)[]): boolean {
  return only !== undefined && [...only.observations, ...only.lines, ...nameless].some(speaksOfMoney);
}

export function toPayment(group: IdGroup, order: Order | undefined, rules: CompiledRules, isPart = false): Payment {
  const { voice } = group;
  const observations = withoutReleases(group.observations, group.lines.length > 0);
  const lines = group.lines.length > 1 ? group.lines.sort(byDateAndId) : group.lines;
  const { provider } = (observations[0] ?? lines[0])!;
  const reportedStatus = bestStatus(observations)?.body.status ?? null;
  let succeededAt: Instant | null = null;
  let seenAt: Instant | null = null;
  let operator: string | null = null;
  for (const { body, occurred_at } of observations) {
    if (body.status === 'succeeded') succeededAt = earlier(succeededAt, occurred_at);
    if (meansMoney(body.status)) seenAt = earlier(seenAt, occurred_at);
    if (body.operator !== null && (operator === null || body.operator < operator)) operator = body.operator;
  }
  for (const line of lines) seenAt = earlier(seenAt, lineTime(line, rules.calendar));
  const reported = bestAmount(observations);
  // What was only asked for does not outweigh what was settled.
  const isByLines = isPart || (lines.length > 0 && (reported === undefined || !meansMoney(reported.body.status)));
  const amount =
    isByLines || reported === undefined
      ? amountOfLines(lines, provider, operator, order, rules)
      : reportedAmount(observations, reported);
  const id = nameOf(observations, lines);
  return {
    ...{ name: group.title ?? id, id },
    provider,
    voice,
    ids: group.ids,
    observations,
    lines,
    reportedStatus,
    succeeded: lines.length > 0 || (reportedStatus !== null && meansMoney(reportedStatus)),
    gross: amount.gross,
    currency: amount.currency,
    lineGross: amount.lineGross,
    grossAt: amount.grossAt,
    succeededAt,
    dueDay: succeededAt === null ? null : dueDay(rules, rules.calendar.dayOf(succeededAt)),
    seenAt,
    operator,
  };
}

export function byDateAndId(left: Line, right: Line): number {
  const [leftDate, rightDate] = [left.body.settlement_date, right.body.settlement_date];
  if (leftDate !== rightDate) return leftDate < rightDate ? -1 : 1;
  return left.id < right.id ? -1 : left.id > right.id ? 1 : 0;
}

/** The amount of the claim that speaks best on it, known since the first claim of that amount. */
function reportedAmount(observations: readonly Observation[], chosen: Observation): PaymentAmount {
  const { amount, currency } = chosen.body as { amount: string; currency: string };
  let grossAt: Instant | null = null;
  for (const { body, occurred_at } of observations) {
    if (body.amount === amount && body.currency === currency) grossAt = earlier(grossAt, occurred_at);
  }
  return { gross: minorOf(amount, currency), currency, lineGross: null, grossAt };
}

/** Whether nobody can say yet whether the money moved. */
export function isInconclusive(payment: Payment): boolean {
  return !payment.succeeded && payment.reportedStatus === 'inconclusive';
}

/** Whether a payment succeeded at or after the end of its order. */
export function isTooLate({ closedFrom }: Order, { succeededAt }: Payment): boolean {
  return succeededAt !== null && closedFrom !== null && succeededAt >= closedFrom;
}

export interface Gross {
  readonly currency: string;
  readonly gross: bigint;
}

/** The known amounts of payments, added up by currency. */
export function grossByCurrency(payments: readonly Payment[]): Gross[] {
  const sums: { readonly currency: string; gross: bigint }[] = [];
  let sum: (typeof sums)[number] | undefined;
  for (const { gross, currency } of payments) {
    if (gross === null || currency === null) continue;
    if (sum?.currency !== currency) sum = sums.find((each) => each.currency === currency);
    if (sum === undefined) {
      sum = { currency, gross: 0n };
      sums.push(sum);
    }
    sum.gross += gross;
  }
  return sums;
}
