// The payments of a key: observations and lines that share an id are one payment, others are different ones.

import { type Calendar, dayOfDate } from '../domain/calendar.ts';
import type { PaymentStatus } from '../domain/fact.ts';
import { minorOf } from '../domain/money.ts';
import type { Instant } from '../domain/time.ts';
import { type Claims, earliest, type Line, nameOf, type Observation, ownIds } from './claims.ts';
import { bestAmount, bestStatus, meansMoney } from './evidence.ts';

export interface Payment {
  readonly name: string;
  readonly provider: string;
  readonly ids: readonly string[];
  readonly observations: readonly Observation[];
  readonly lines: readonly Line[];
  /** The best word of callbacks and polls; null where there are lines only. */
  readonly told: PaymentStatus | null;
  /** Whether money came in, by a payment line or by the best word. */
  readonly succeeded: boolean;
  readonly gross: bigint | null;
  readonly currency: string | null;
  /** Whether only a line tells the amount. */
  readonly grossFromLine: boolean;
  /** Since when the amount is known. */
  readonly grossAt: Instant | null;
  /** The earliest success that a callback or poll claims. */
  readonly succeededAt: Instant | null;
  /** The earliest time at which anything told of money; a line counts from its date's midnight. */
  readonly seenAt: Instant | null;
  readonly operator: string | null;
}

interface Group {
  readonly provider: string;
  readonly ids: string[];
  readonly observations: Observation[];
  readonly lines: Line[];
}

/** The instant that a settlement line's date stands for. */
export function lineTime(line: Line, calendar: Calendar): Instant {
  return calendar.startOf(dayOfDate(line.body.settlement_date));
}

/** The key's payments, ordered by when they were made and then by name. */
export function findPayments(claims: Claims, calendar: Calendar): Payment[] {
  const payments = groupClaims(claims).map((group) => toPayment(group, calendar));
  if (payments.length > 1) payments.sort(byTimeAndName);
  return payments;
}

function byTimeAndName(left: Payment, right: Payment): number {
  const [leftAt, rightAt] = [left.succeededAt ?? left.seenAt, right.succeededAt ?? right.seenAt];
  if (leftAt !== rightAt) return (leftAt ?? Number.POSITIVE_INFINITY) - (rightAt ?? Number.POSITIVE_INFINITY);
  return left.name < right.name ? -1 : left.name > right.name ? 1 : 0;
}

function groupClaims(claims: Claims): Group[] {
  const groups: Group[] = [];
  const nameless: (Observation | Line)[] = [];
  for (const claim of claims.observations) join(groups, nameless, claim);
  for (const claim of claims.paymentLines) join(groups, nameless, claim);
  if (nameless.length > 0) joinNameless(groups, nameless);
  return groups;
}

function join(groups: Group[], nameless: (Observation | Line)[], claim: Observation | Line): void {
  const ids = ownIds(claim.body);
  if (ids.length === 0) {
    nameless.push(claim);
    return;
  }
  let home: Group | undefined;
  for (let at = 0; at < groups.length; at++) {
    const group = groups[at]!;
    if (group.provider !== claim.provider || !ids.some((id) => group.ids.includes(id))) continue;
    if (home === undefined) {
      home = group;
      continue;
    }
    // This claim shows that two groups are one payment.
    home.ids.push(...group.ids.filter((id) => !home?.ids.includes(id)));
    home.observations.push(...group.observations);
    home.lines.push(...group.lines);
    groups.splice(at--, 1);
  }
  if (home === undefined) {
    home = { provider: claim.provider, ids, observations: [], lines: [] };
    groups.push(home);
  } else for (const id of ids) if (!home.ids.includes(id)) home.ids.push(id);
  add(home, claim);
}

/** Claims without any id belong to the key's only payment; where there are several, nobody can say to which. */
function joinNameless(groups: Group[], nameless: readonly (Observation | Line)[]): void {
  let home = groups.length === 1 ? groups[0]! : undefined;
  for (const claim of nameless) {
    if (home === undefined || home.provider !== claim.provider) {
      home = { provider: claim.provider, ids: [], observations: [], lines: [] };
      groups.push(home);
    }
    add(home, claim);
  }
}

function add(group: Group, claim: Observation | Line): void {
  if (claim.body.type === 'PaymentObserved') group.observations.push(claim as Observation);
  else group.lines.push(claim as Line);
}

function toPayment(group: Group, calendar: Calendar): Payment {
  const { observations, lines } = group;
  const told = bestStatus(observations)?.body.status ?? null;
  const amount = readAmountOf(observations, lines, calendar);
  let succeededAt: Instant | null = null;
  let seenAt: Instant | null = null;
  let operator: string | null = null;
  for (const { body, occurred_at } of observations) {
    if (body.status === 'succeeded') succeededAt = earliest(succeededAt, occurred_at);
    if (meansMoney(body.status)) seenAt = earliest(seenAt, occurred_at);
    if (body.operator !== null && (operator === null || body.operator < operator)) operator = body.operator;
  }
  for (const line of lines) seenAt = earliest(seenAt, lineTime(line, calendar));
  return {
    name: nameOf([...observations, ...lines]),
    provider: group.provider,
    ids: group.ids,
    observations,
    lines: lines.length > 1 ? [...lines].sort(byDateAndId) : lines,
    told,
    succeeded: lines.length > 0 || (told !== null && meansMoney(told)),
    ...amount,
    succeededAt,
    seenAt,
    operator,
  };
}

export function byDateAndId(left: Line, right: Line): number {
  const [leftDate, rightDate] = [left.body.settlement_date, right.body.settlement_date];
  if (leftDate !== rightDate) return leftDate < rightDate ? -1 : 1;
  return left.id < right.id ? -1 : left.id > right.id ? 1 : 0;
}

type Amount = Pick<Payment, 'gross' | 'currency' | 'grossFromLine' | 'grossAt'>;

/** A poll's amount, else a callback's; the line speaks only where neither did, so that a wrong line shows. */
function readAmountOf(observations: readonly Observation[], lines: readonly Line[], calendar: Calendar): Amount {
  const said = bestAmount(observations);
  if (said !== undefined) {
    const { amount, currency } = said.body as { amount: string; currency: string };
    let grossAt: Instant | null = null;
    for (const { body, occurred_at } of observations) {
      if (body.amount === amount && body.currency === currency) grossAt = earliest(grossAt, occurred_at);
    }
    return { gross: minorOf(amount, currency), currency, grossFromLine: false, grossAt };
  }
  const line = lines.length > 1 ? [...lines].sort(byDateAndId)[0] : lines[0];
  if (line === undefined) return { gross: null, currency: null, grossFromLine: false, grossAt: null };
  const { gross, currency } = line.body;
  return { gross: minorOf(gross, currency), currency, grossFromLine: true, grossAt: lineTime(line, calendar) };
}
