// Returned money: refunds, reversals and chargebacks, the payment that each returns, and their claw-back lines.

import type { Calendar } from '../domain/calendar.ts';
import type { PaymentObserved } from '../domain/fact.ts';
import { minorOf } from '../domain/money.ts';
import { ownIds } from '../domain/payment-ids.ts';
import { earliest, type Instant } from '../domain/time.ts';
import { type Claims, type Line, nameOf, type Observation } from './claims.ts';
import { bestAmount, bestMoneyStatus, meansReturned } from './evidence.ts';
import { lineTime } from './lines.ts';
import { byDateAndId, type Payment } from './payments.ts';

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

interface Group {
  readonly provider: string;
  ids: string[];
  originals: string[];
  readonly observations: Observation[];
  readonly lines: Line[];
}

const EMPTY_GROUP: Group = { provider: '', ids: [], originals: [], observations: [], lines: [] };
const NOTHING: PaymentReturns = { returns: [], returned: 0n, inFull: false };
const NO_RETURNS: FoundReturns = { byPayment: new Map(), unlinked: [] };

export function returnsOf(found: FoundReturns, payment: Payment): PaymentReturns {
  return found.byPayment.get(payment) ?? NOTHING;
}

export function findReturns(claims: Claims, payments: readonly Payment[], calendar: Calendar): FoundReturns {
  if (claims.returnObservations.length + claims.returnLines.length === 0 && !payments.some(mayBeReturned)) {
    return NO_RETURNS;
  }
  const linked = new Map<Payment, Group[]>();
  const unlinked: Return[] = [];
  for (const group of groupReturns(claims, payments)) {
    const payment = paymentOf(group, payments);
    if (payment === undefined) {
      const found = toReturn(group, calendar);
      if (found.state !== 'none') unlinked.push(found);
    } else linked.set(payment, [...(linked.get(payment) ?? []), group]);
  }
  const byPayment = new Map<Payment, PaymentReturns>();
  for (const payment of payments) {
    byPayment.set(payment, returnsOfPayment(payment, linked.get(payment) ?? [], calendar));
  }
  return { byPayment, unlinked };
}

function mayBeReturned(payment: Payment): boolean {
  return payment.observations.some(({ body }) => body.status === 'disputed' || meansReturned(body.status));
}

/** Callbacks, polls and lines that share an own id are one return. A payment's id is not a return's own id. */
function groupReturns(claims: Claims, payments: readonly Payment[]): Group[] {
  const groups: Group[] = [];
  for (const claim of [...claims.returnObservations, ...claims.returnLines]) {
    const all = ownIds(claim.body);
    const isPayments = (id: string) =>
      payments.some((payment) => payment.provider === claim.provider && payment.ids.includes(id));
    const ids = all.filter((id) => !isPayments(id));
    const original = claim.body.original_transaction_id;
    const originals = [...(original === null ? [] : [original]), ...all.filter(isPayments)];
    const near = groups.filter(
      (group) => group.provider === claim.provider && ids.some((id) => group.ids.includes(id)),
    );
    const home: Group = near[0] ?? { provider: claim.provider, ids: [], originals: [], observations: [], lines: [] };
    if (near.length === 0) groups.push(home);
    for (const other of near.slice(1)) {
      home.ids.push(...other.ids);
      home.originals.push(...other.originals);
      home.observations.push(...other.observations);
      home.lines.push(...other.lines);
      groups.splice(groups.indexOf(other), 1);
    }
    home.ids.push(...ids);
    home.originals.push(...originals);
    if (claim.body.type === 'PaymentObserved') home.observations.push(claim as Observation);
    else home.lines.push(claim as Line);
  }
  return groups;
}

/** The payment that a return names; if it names none, the key's only payment. */
function paymentOf(group: Group, payments: readonly Payment[]): Payment | undefined {
  const fits = (payment: Payment) => payment.provider === group.provider && sameCurrency(group, payment);
  if (group.originals.length > 0) {
    return payments.find((payment) => fits(payment) && group.originals.some((id) => payment.ids.includes(id)));
  }
  const paid = payments.filter((payment) => payment.succeeded);
  const only = paid.length === 1 ? paid[0] : payments.length === 1 ? payments[0] : undefined;
  return only !== undefined && fits(only) ? only : undefined;
}

/** A callback in a different currency is about a different payment; such a line is a wrong line of this payment. */
function sameCurrency(group: Group, payment: Payment): boolean {
  const currency = bestAmount(group.observations)?.body.currency;
  return currency === undefined || payment.currency === null || currency === payment.currency;
}

/** A return that also carries its payment's id is named by its own id: other returns may share the payment's. */
function ownName({ ids, observations, lines }: Group): string {
  const name = nameOf(observations, lines);
  return ids.includes(name) ? name : ids.reduce((least, id) => (id < least ? id : least));
}

function toReturn(group: Group, calendar: Calendar): Return {
  const { observations } = group;
  const lines = group.lines.length > 1 ? group.lines.sort(byDateAndId) : group.lines;
  const chosen = bestAmount(observations)?.body;
  const state = stateOf(observations, lines);
  let at: Instant | null = null;
  for (const { body, occurred_at } of observations) {
    if (state === 'open' ? body.status === 'disputed' : happened(body)) at = earliest(at, occurred_at);
  }
  if (observations.length === 0) for (const line of lines) at = earliest(at, lineTime(line, calendar));
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
    if (body.kind === 'chargeback' && meansReturned(body.status)) at = earliest(at, occurred_at);
  }
  return at;
}

/** The amount that the lines took back, as a positive number: a settlement report has it negative. */
export function clawedBack(lines: readonly Line[]): bigint {
  let sum = 0n;
  for (const { body } of lines) sum -= minorOf(body.gross, body.currency);
  return sum;
}

function returnsOfPayment(payment: Payment, groups: readonly Group[], calendar: Calendar): PaymentReturns {
  const anonymous = groups.filter((group) => group.ids.length === 0 && group.observations.length === 0);
  const named = groups.filter((group) => !anonymous.includes(group)).map((group) => toReturn(group, calendar));
  const reported = named.filter((entry) => entry.isReported);
  let byLine = named.filter((entry) => !entry.isReported);
  const byStatus = statusReturn(payment, reported);
  const waiting = [...reported, ...(byStatus === undefined ? [] : [byStatus])];
  const open = waiting.filter((entry) => entry.state === 'done' && entry.lines.length === 0).sort(byTime);
  for (const line of anonymous.flatMap((group) => group.lines).sort(byDateAndId)) {
    const home = homeOf(line, open);
    if (home !== undefined) home.lines = [...home.lines, line];
    else byLine.push(toReturn({ ...EMPTY_GROUP, lines: [line] }, calendar));
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

/** A line without an own id belongs to a reported return: first to one of its amount, then to one with room for it. */
function homeOf(line: Line, open: readonly Return[]): Return | undefined {
  const amount = clawedBack([line]);
  return (
    open.find((entry) => entry.lines.length === 0 && entry.amount === amount) ??
    open.find((entry) => clawedBack(entry.lines) + amount <= entry.amount) ??
    open.find((entry) => entry.lines.length === 0)
  );
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
