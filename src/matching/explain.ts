// Explains a key to people: how each field was decided and by which claims, and what changes at each deadline. Nothing
// is decided here: values come from the match group, and deadlines from an assessment at one after another.

import { type Finding, type Standing, stagesOf } from '../domain/assessment.ts';
import { addDecimal, type Decimal, formatDecimal } from '../domain/decimal.ts';
import type { Claim, OrderPlaced } from '../domain/fact.ts';
import { formatMinor } from '../domain/money.ts';
import { ownIds } from '../domain/payment-ids.ts';
import type { Stage } from '../domain/reasons.ts';
import { formatInstant, type Instant } from '../domain/time.ts';
import { assessKey } from './assess-key.ts';
import type { Line, Observation } from './claims.ts';
import { type Criterion, isUnsigned, meansMoney, whyAmount, whyStatus } from './evidence.ts';
import type { PaymentState } from './evolve.ts';
import { feeOf, feeOn } from './fee-check.ts';
import { grossOf } from './lines.ts';
import { isOfMerchant, type Order } from './orders.ts';
import type { MatchGroup } from './payment-stage.ts';
import type { Payment } from './payments.ts';
import { returnsOf } from './returns.ts';
import type { CompiledRules } from './rules.ts';
import { asSaid } from './unsigned-words.ts';
import type { Whole } from './whole-orders.ts';

export type Field =
  | 'order_amount'
  | 'order_status'
  | 'order_expiry'
  | 'whole'
  | 'parts'
  | 'status'
  | 'gross'
  | 'currency'
  | 'succeeded_at'
  | 'settlement_due'
  | 'settled'
  | 'fee'
  | 'fee_expected'
  | 'returned';

/** Why a value holds: how one claim was chosen among several, or where the value comes from. */
export type Ground =
  | Criterion
  | 'shop'
  | 'smaller_hash'
  | 'latest_status'
  | 'parts'
  | 'whole'
  | 'grace'
  | 'never'
  | 'line_is_success'
  | 'line_speaks'
  | 'lines_speak'
  | 'line_less_fee'
  | 'earliest'
  | 'business_days'
  | 'lines'
  | 'schedule'
  | 'no_schedule'
  | 'named'
  | 'by_status'
  | 'unsigned'
  | 'untold';

export interface Decision {
  readonly field: Field;
  /** A decimal text in `currency`, a word, or a time in ISO 8601 UTC; null if there is none. */
  readonly value: string | null;
  readonly unit: 'money' | 'word' | 'time';
  readonly currency: string | null;
  readonly ground: Ground;
  /** The claims that the value comes from. */
  readonly by: readonly Claim[];
}

/** The decisions about the order, or about one payment. */
export interface Explained {
  readonly subject: 'order' | 'payment';
  readonly name: string;
  readonly decisions: readonly Decision[];
}

/** Explains the order, and the payments up to `most` of them. */
export function explain(about: MatchGroup, most = Number.POSITIVE_INFINITY): Explained[] {
  const { order, payments } = about;
  const first = order === undefined ? [] : [explainOrder(about, order)];
  const returnClaims = new ReturnClaims(about);
  const explained = [
    ...first,
    ...payments.slice(0, most).map((payment) => explainPayment(about, payment, returnClaims)),
  ];
  return explained.map(({ decisions, ...subject }) => ({
    ...subject,
    decisions: decisions.map(({ by, ...decision }) => ({ ...decision, by: by.map(asSaid) })),
  }));
}

function money(field: Field, minor: bigint | null, currency: string | null, ground: Ground, by: readonly Claim[]) {
  const value = minor === null || currency === null ? null : formatMinor(minor, currency);
  return { field, value, unit: 'money', currency, ground, by } satisfies Decision;
}

function word(field: Field, value: string | null, ground: Ground, by: readonly Claim[]): Decision {
  return { field, value, unit: 'word', currency: null, ground, by };
}

function time(field: Field, at: Instant | null, ground: Ground, by: readonly Claim[]): Decision {
  return { field, value: at === null ? null : formatInstant(at), unit: 'time', currency: null, ground, by };
}

function explainOrder({ claims, sharing, whole }: MatchGroup, order: Order): Explained {
  const { orders, statusChanges, conflicts } = claims;
  const used = orders[0];
  // What the parts say is said under their own references.
  if (used === undefined) return { subject: 'order', name: '', decisions: wholeDecisions(whole, order) };
  const isContested = conflicts.some(({ id }) => id === used.id);
  const changes = statusChanges.filter((claim) => isOfMerchant(claim, order.merchant));
  const reporting = [
    ...orders.filter(({ body }) => {
      return body.status === order.status && (body.status_at ?? body.placed_at) === order.statusAt;
    }),
    ...changes.filter(({ body }) => body.status === order.status && body.at === order.statusAt),
  ];
  const amount = isContested ? 'smaller_hash' : whole === null || whole.other !== null ? 'shop' : 'parts';
  const status = word(
    'order_status',
    order.status,
    orders.length + changes.length > 1 ? 'latest_status' : 'only',
    reporting,
  );
  const { partOf } = sharing;
  const last = partOf === null ? expiryOf(order, used, reporting) : word('whole', partOf.parent, 'whole', [used]);
  const parts = whole === null ? [] : [partsIn(whole)];
  const decisions = [money('order_amount', order.amount, order.currency, amount, [used]), status, last, ...parts];
  return { subject: 'order', name: '', decisions };
}

function expiryOf(order: Order, used: Claim<OrderPlaced>, reporting: readonly Claim[]): Decision {
  const expiry: Ground = order.expiresAt === null ? 'never' : used.body.expires_at === null ? 'grace' : 'shop';
  return time('order_expiry', order.expiresAt, expiry, expiry === 'never' ? reporting : [used]);
}

/** A whole without an order of its own is what its parts come to. */
function wholeDecisions(whole: Whole | null, order: Order): Decision[] {
  return [
    money('order_amount', order.amount, order.currency, 'parts', []),
    word('order_status', order.status, 'parts', []),
    time('order_expiry', order.expiresAt, order.expiresAt === null ? 'never' : 'parts', []),
    ...(whole === null ? [] : [partsIn(whole)]),
  ];
}

/** The parts that the payer owes. */
function partsIn({ parts }: Whole): Decision {
  const owed = parts.filter(({ isOwed }) => isOwed).map(({ reference }) => reference);
  return word('parts', owed.length === 0 ? null : owed.join(', '), 'parts', []);
}

function explainPayment(about: MatchGroup, payment: Payment, returnClaims: ReturnClaims): Explained {
  const decisions = [
    statusOf(payment),
    ...amountOf(payment),
    successOf(payment),
    dueOf(about, payment),
    settledOf(payment),
    ...feesOf(about, payment),
    returnedOf(about, payment, returnClaims),
  ];
  return { subject: 'payment', name: payment.name, decisions };
}

function statusOf({ observations, lines, reportedStatus }: Payment): Decision {
  const choice = whyStatus(observations);
  if (lines.length > 0 && (reportedStatus === null || !meansMoney(reportedStatus))) {
    return word('status', 'succeeded', 'line_is_success', lines);
  }
  if (choice === undefined) return word('status', null, 'untold', []);
  const { claim, criterion } = choice;
  const ground = isUnsigned(claim) && criterion !== 'unanswered' ? 'unsigned' : criterion;
  return word('status', claim.body.status, ground, [claim]);
}

function amountOf({ observations, lines, gross, currency, lineGross }: Payment): Decision[] {
  const reported = whyAmount(observations);
  const choice = lineGross === null ? reported : undefined;
  const isSum = lines.length > 1 && lineGross === grossOf(lines);
  const byLines = isSum ? lines : lines.slice(0, 1);
  const byLine: Ground = gross !== lineGross ? 'line_less_fee' : isSum ? 'lines_speak' : 'line_speaks';
  const ground = choice?.criterion ?? (gross === null ? 'untold' : byLine);
  const by = choice === undefined ? byLines : [choice.claim];
  return [money('gross', gross, currency, ground, by), word('currency', currency, ground, by)];
}

function successOf({ observations, succeededAt }: Payment): Decision {
  if (succeededAt === null) return time('succeeded_at', null, 'untold', []);
  const by = observations.filter(({ body, occurred_at }) => {
    return body.status === 'succeeded' && occurred_at === succeededAt;
  });
  return time('succeeded_at', succeededAt, 'earliest', by);
}

/** The instant at which the payment's due day ends. */
function dueOf({ rules }: MatchGroup, { dueDay }: Payment): Decision {
  if (dueDay === null) return time('settlement_due', null, 'untold', []);
  const due = rules.calendar.startOf(dueDay + 1);
  return time('settlement_due', due, 'business_days', []);
}

function settledOf({ lines, currency }: Payment): Decision {
  const [first] = lines;
  if (first === undefined) return money('settled', null, currency, 'untold', []);
  const same = lines.filter(({ body }) => body.currency === first.body.currency);
  return money('settled', grossOf(same), first.body.currency, 'lines', same);
}

/** The fee on the lines, and the fee that the schedule expects. */
function feesOf(about: MatchGroup, payment: Payment): Decision[] {
  const { currency, gross, lines } = payment;
  if (currency === null || gross === null || lines.length === 0) return [];
  let charged: Decimal | undefined;
  const by: Claim[] = [];
  for (const line of [...lines, ...about.feeLines.of(payment)]) {
    const part = feeOn(line);
    if (part === undefined) continue;
    charged = charged === undefined ? part : addDecimal(charged, part);
    by.push(line);
  }
  const value = charged === undefined ? null : formatDecimal(charged);
  const { schedule, fee } = feeOf(about, payment);
  const ground = charged === undefined ? 'untold' : 'lines';
  return [
    { field: 'fee', value, unit: 'money', currency, ground, by },
    money('fee_expected', schedule === undefined ? null : fee, currency, schedule ? 'schedule' : 'no_schedule', []),
  ];
}

/** The claims about returns, by their own id and by each id of the return. */
class ReturnClaims {
  private readonly claims: readonly (Observation | Line)[];
  private readonly places = new Map<string, number[]>();

  constructor({ claims }: MatchGroup) {
    this.claims = [...claims.returnObservations, ...claims.returnLines];
    for (const [place, claim] of this.claims.entries()) {
      for (const name of new Set([claim.id, ...ownIds(claim.body)])) {
        const places = this.places.get(name);
        if (places === undefined) this.places.set(name, [place]);
        else places.push(place);
      }
    }
  }

  /** Those that have any of these names, in their order. */
  of(names: Iterable<string>): Claim[] {
    const found = new Set<number>();
    for (const name of names) for (const place of this.places.get(name) ?? []) found.add(place);
    return [...found].sort((left, right) => left - right).map((place) => this.claims[place]!);
  }
}

function returnedOf({ returns: found }: MatchGroup, payment: Payment, claims: ReturnClaims): Decision {
  const { returned, returns } = returnsOf(found, payment);
  const names = new Set(returns.map(({ name }) => name));
  const named = claims.of(names);
  const isNamedToo = new Set<Claim>(named);
  const clawedBack = returns.flatMap(({ lines }) => lines).filter((line) => !isNamedToo.has(line));
  const status = names.size === 0 ? [] : payment.observations.filter(({ id }) => names.has(id));
  const ground = returned === 0n ? 'untold' : status.length > 0 ? 'by_status' : 'named';
  return money('returned', returned, payment.currency, ground, [...status, ...named, ...clawedBack]);
}

/** One deadline of a key, and what changes when it passes without a new fact. */
export interface Deadline {
  readonly at: Instant;
  readonly before: Readonly<Partial<Record<Stage, Standing>>>;
  readonly after: Readonly<Partial<Record<Stage, Standing>>>;
  /** The findings that are new from then on. */
  readonly opens: readonly Finding[];
}

/** So many deadlines are told of a key; each of them takes an assessment of all its claims. */
const DEADLINES_MAX = 200;

/** The first deadlines that the claims of a key set, in order of time: past and future ones. */
export function deadlinesOf(key: string, state: PaymentState, rules: CompiledRules): Deadline[] {
  const deadlines: Deadline[] = [];
  let before = assessKey(key, state, rules, Number.NEGATIVE_INFINITY);
  for (let at = before.next_deadline; at !== null && deadlines.length < DEADLINES_MAX; at = before.next_deadline) {
    const after = assessKey(key, state, rules, at);
    const known = new Set(before.findings.map((finding) => JSON.stringify(finding)));
    deadlines.push({
      at,
      before: stagesOf(before),
      after: stagesOf(after),
      opens: after.findings.filter((finding) => !known.has(JSON.stringify(finding))),
    });
    before = after;
  }
  return deadlines;
}
