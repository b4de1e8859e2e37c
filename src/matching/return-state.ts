// One return: whether it happened, when, and of how much, from what is said of it and from its lines.

import type { Calendar } from '../domain/calendar.ts';
import type { PaymentObserved } from '../domain/fact.ts';
import { idOfName } from '../domain/key.ts';
import { minorOf } from '../domain/money.ts';
import { earlier, earliest, type Instant, later } from '../domain/time.ts';
import { type Line, nameOf, type Observation } from './claims.ts';
import { bestAmount, bestMoneyStatus, bestOutcome, isFinal, meansReturned } from './evidence.ts';
import type { IdGroup } from './id-groups.ts';
import { grossOf, lineTime } from './lines.ts';
import { byDateAndId } from './payments.ts';
import { broughtBack, taken } from './return-lines.ts';

/**
 * `done` counts as returned. `open` is a chargeback without its outcome, `failed` a return that was said to happen or
 * taken and did not reach the payer, `none` one that never happened: only asked for, or a chargeback that was won.
 */
export type ReturnState = 'done' | 'open' | 'failed' | 'none';

export interface Return {
  /** By which people know it. */
  readonly name: string;
  /** Of its own ids the one in its name, at its provider; without any, that of its claim. */
  readonly id: string;
  readonly provider: string;
  state: ReturnState;
  readonly isChargeback: boolean;
  /** Whether a callback, a poll or the payment's status reports it, and not only a line. */
  readonly isReported: boolean;
  amount: bigint;
  readonly currency: string | null;
  /** When it happened; of a failed one, when it failed. */
  at: Instant | null;
  /** Its claw-back lines, and those of money that came back. */
  lines: Line[];
}

export function toReturn(group: IdGroup, calendar: Calendar): Return {
  const { observations } = group;
  const lines = group.lines.length > 1 ? group.lines.toSorted(byDateAndId) : group.lines;
  const chosen = bestAmount(observations)?.body;
  const state = stateOf(observations, lines);
  const id = returnName(group);
  return {
    // A return without an own id is named after its claim, so two returns never share a name.
    name: group.title ?? id,
    ...{ id, provider: (observations[0] ?? lines[0])!.provider },
    state,
    isChargeback: isChargeback(observations) || lines.some(({ body }) => body.line_type === 'chargeback'),
    isReported: observations.length > 0,
    amount: chosen === undefined ? amountOf(lines) : minorOf(chosen.amount!, chosen.currency!),
    currency: chosen?.currency ?? currencyOf(lines),
    at: timeOf(state, observations, lines, calendar),
    lines,
  };
}

/** What people know a return by. */
export function returnName(group: IdGroup): string {
  return group.ids.length > 0 ? ownName(group) : firstId([...group.observations, ...group.lines]);
}

/** A return that also carries its payment's id is named by its own id: other returns may share the payment's. */
function ownName({ ids, observations, lines }: IdGroup): string {
  const name = nameOf(observations, lines);
  const own = ids.map(idOfName);
  return own.includes(name) ? name : own.reduce((least, id) => (id < least ? id : least));
}

function firstId(claims: readonly (Observation | Line)[]): string {
  return claims.map(({ id }) => id).sort()[0] ?? '';
}

/** What was taken, in the currency of the first of the lines; where only money that came back is known, that. */
function amountOf(lines: readonly Line[]): bigint {
  const currency = currencyOf(lines);
  const same = lines.filter(({ body }) => body.currency === currency);
  const amount = taken(same);
  return amount === 0n ? grossOf(broughtBack(same)) : amount;
}

/** The currency of that amount. */
function currencyOf(lines: readonly Line[]): string | null {
  const line = lines.find(({ body }) => body.line_type !== 'return_failed') ?? lines[0];
  return line?.body.currency ?? null;
}

/**
 * A chargeback's last outcome holds; if won and lost have the same time, it is lost. Of another return the last final
 * word holds. A line alone means that it happened.
 */
export function stateOf(observations: readonly Observation[], lines: readonly Line[]): ReturnState {
  const hasTaken = lines.length > broughtBack(lines).length;
  if (isChargeback(observations)) {
    const outcome = bestMoneyStatus(observations.filter(({ body }) => body.status !== 'disputed'));
    if (outcome === undefined) return 'open';
    return outcome.body.status === 'succeeded' ? 'none' : 'done';
  }
  const outcome = bestOutcome(observations);
  if (outcome === undefined) return hasTaken ? 'done' : lines.length > 0 ? 'failed' : 'none';
  if (happened(outcome.body)) return 'done';
  return hasTaken || observations.some(({ body }) => happened(body)) ? 'failed' : 'none';
}

function isChargeback(observations: readonly Observation[]): boolean {
  return observations.some(({ body }) => body.kind === 'chargeback');
}

/** Whether a claim reports that the money was returned, and not only that somebody requested it. */
function happened(body: PaymentObserved): boolean {
  return body.status === 'succeeded' || meansReturned(body.status);
}

function timeOf(
  state: ReturnState,
  observations: readonly Observation[],
  lines: readonly Line[],
  calendar: Calendar,
): Instant | null {
  let at: Instant | null = null;
  if (observations.length === 0) {
    for (const line of lines) at = earlier(at, lineTime(line, calendar));
    return at;
  }
  if (isChargeback(observations) && state !== 'open') return outcomeAt(state, observations);
  const isDenied = ({ body }: Observation) => isFinal(body.status) && !happened(body);
  const isDone = ({ body }: Observation) => happened(body);
  if (state === 'failed') return firstAfter(observations, isDenied, isDone);
  if (state === 'open') return earliest(observations.map(({ occurred_at }) => occurred_at));
  if (observations.some(isDone)) return firstAfter(observations, isDone, isDenied);
  // It was only asked for: its line says that it happened.
  for (const line of lines) at = earlier(at, lineTime(line, calendar));
  return at;
}

/** The first time of such a claim after the last of the others: what was said before them did not last. */
function firstAfter(
  observations: readonly Observation[],
  isSuch: (claim: Observation) => boolean,
  isOther: (claim: Observation) => boolean,
): Instant | null {
  let otherAt: Instant | null = null;
  for (const claim of observations) if (isOther(claim)) otherAt = later(otherAt, claim.occurred_at);
  let at: Instant | null = null;
  for (const claim of observations) {
    const { occurred_at } = claim;
    const isBefore = otherAt !== null && occurred_at !== null && occurred_at < otherAt;
    if (isSuch(claim) && !isBefore) at = earlier(at, occurred_at);
  }
  return at;
}

/** When a chargeback was lost, or won. */
function outcomeAt(state: ReturnState, observations: readonly Observation[]): Instant | null {
  let at: Instant | null = null;
  for (const { body, occurred_at } of observations) {
    if (state === 'done' ? meansReturned(body.status) : body.status === 'succeeded') at = earlier(at, occurred_at);
  }
  return at;
}

/** Lets money that came back undo a return, as far as it goes; a word that it happened later on holds. */
export function undo(entry: Return, calendar: Calendar): void {
  const back = broughtBack(entry.lines);
  if (back.length === 0 || entry.state !== 'done') return;
  const backAt = back.map((line) => lineTime(line, calendar)).reduce((left, right) => Math.max(left, right));
  if (entry.isReported && entry.at !== null && entry.at > backAt) return;
  const amount = grossOf(back);
  if (amount < entry.amount) entry.amount -= amount;
  else {
    entry.state = 'failed';
    entry.at = backAt;
  }
}
