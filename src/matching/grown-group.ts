// The match group of a key that got a few claims more, from the group that it had: the same as if all its claims were
// read again, in a small part of the time. Where one more claim changes more than its own payment, all are read again.

import { type Claim, isFromSource } from '../domain/fact.ts';
import { isAboutPayment, ownNames } from '../domain/payment-ids.ts';
import { type Line, type Observation, RETURN_KINDS } from './claims.ts';
import { growthOf, MANY_CLAIMS, type PaymentState } from './evolve.ts';
import { isPaidRequest } from './paid-requests.ts';
import { type PaymentPart, withoutPlace, withPayment } from './payment-parts.ts';
import type { MatchGroup } from './payment-stage.ts';
import { byTimeAndName, type Payment, toPayment } from './payments.ts';
import { findReturns, isWithoutReturns, mayBeReturned } from './returns.ts';
import type { CompiledRules } from './rules.ts';
import { hear, isOfShop } from './speakers.ts';
import { asRead } from './unsigned-words.ts';

/** A group, and what is needed to add a claim to it. It moves to the next state: each is used for one growth. */
interface Kept {
  readonly about: MatchGroup;
  /** By voice and id. */
  readonly payments: Map<string, Payment>;
  readonly voices: Set<string>;
  readonly hasNamed: boolean;
  readonly hasUnnamed: boolean;
}

/** By the claims of the state. */
const KEPT = new WeakMap<readonly Claim[], Kept>();

/** Above so many new claims, and above this part of all as a power of two, reading all again costs no more. */
const NEW_MAX = 500;
const NEW_PART_SHIFT = 4;

/** Remembers the group of a state with many claims. */
export function keepGroup(state: PaymentState, about: MatchGroup): void {
  if (state.claims.length < MANY_CLAIMS) return;
  // Claims that count for nothing, or that moved away, make each new claim a question about all.
  if (about.heard.claims.length !== state.claims.length) return;
  // What comes under a part's reference is the whole's.
  if (about.sharing.partOf !== null) return;
  // To which payment a claim without an id belongs may change with each claim.
  if (about.payments.some(({ ids }) => ids.length === 0)) return;
  // By which name people know one of them may change with each further one.
  if (about.payments.some(({ name, ids }) => !ids.includes(name))) return;
  const payments = new Map<string, Payment>();
  for (const payment of about.payments) for (const id of payment.ids) payments.set(`${payment.voice}\n${id}`, payment);
  const voices = new Set(about.payments.map(({ voice }) => voice));
  let [hasNamed, hasUnnamed] = [false, false];
  for (const claim of state.claims) {
    // One that was given stands for the handoff that gave it.
    if (!isFromSource(claim) || isNumbered(claim)) return;
    // Which receipt is the money of a request may change with each receipt.
    if (isOfPayment(claim) && isPaidRequest(claim)) return;
    if (claim.account !== null) hasNamed = true;
    else if (!isOfShop(claim)) hasUnnamed = true;
  }
  KEPT.set(state.claims, { about, payments, voices, hasNamed, hasUnnamed });
}

/** The group of this state if it is known or follows from the one before; otherwise undefined. */
export function keptGroup(state: PaymentState, rules: CompiledRules): MatchGroup | undefined {
  const known = KEPT.get(state.claims);
  if (known !== undefined) return known.about.rules === rules ? known.about : undefined;
  const growth = growthOf(state);
  const kept = growth === undefined ? undefined : KEPT.get(growth.from.claims);
  if (growth === undefined || kept === undefined || kept.about.rules !== rules) return undefined;
  KEPT.delete(growth.from.claims);
  if (growth.claims.length > Math.max(NEW_MAX, state.claims.length >>> NEW_PART_SHIFT)) return undefined;
  const growing = new GrowingGroup(kept, state);
  for (const claim of growth.claims) if (!growing.add(claim)) return undefined;
  const about = growing.about();
  KEPT.set(state.claims, growing.kept(about));
  return about;
}

class GrowingGroup {
  private readonly before: Kept;
  private readonly state: PaymentState;
  private readonly observations: Observation[];
  private readonly paymentLines: Line[];
  private readonly payments: Payment[];
  private parts: readonly PaymentPart[] | null;
  private hasReturns: boolean;
  private hasNamed: boolean;
  private hasUnnamed: boolean;
  /** How many claims may be read again before reading all of them is cheaper. */
  private left: number;

  constructor(kept: Kept, state: PaymentState) {
    const { claims, payments, parts, returns } = kept.about;
    this.before = kept;
    this.state = state;
    this.observations = claims.observations.slice();
    this.paymentLines = claims.paymentLines.slice();
    this.payments = payments.slice();
    this.hasNamed = kept.hasNamed;
    this.hasUnnamed = kept.hasUnnamed;
    this.left = state.claims.length;
    this.parts = parts;
    this.hasReturns = !isWithoutReturns(returns);
  }

  /** False if the claim may change more than its own payment; then nothing of this is used. */
  add(said: Claim): boolean {
    if (!isOfPayment(said) || isNumbered(said) || !this.isHeard(said)) return false;
    const claim = said.body.type === 'PaymentObserved' ? asRead(said as Observation) : said;
    if (isPaidRequest(claim)) return false;
    const ids = ownNames(claim.body);
    const voice = this.before.about.heard.voiceOf(claim);
    const owners = new Set(ids.map((id) => this.before.payments.get(`${voice}\n${id}`)));
    owners.delete(undefined);
    if (ids.length === 0 || owners.size > 1) return false;
    const [old] = owners;
    // Claims without an id belong to a key's only payment.
    if (old === undefined ? !hasSeveral(this.payments) : !hasCommonId(old, ids)) return false;
    this.left -= old === undefined ? 0 : old.observations.length + old.lines.length;
    if (this.left < 0) return false;
    const payment = this.paymentWith(old, claim, voice, ids);
    if (this.sharesName(payment) || !this.replace(old, payment)) return false;
    this.before.voices.add(voice);
    for (const id of payment.ids) this.before.payments.set(`${voice}\n${id}`, payment);
    this.hasReturns ||= mayBeReturned(payment);
    if (claim.account === null) this.hasUnnamed = true;
    else this.hasNamed = true;
    if (claim.body.type === 'PaymentObserved') insert(this.observations, claim as Observation, byId);
    else insert(this.paymentLines, claim as Line, byId);
    return true;
  }

  /** Whether a payment of another voice may have its name: then both have other ones. */
  private sharesName({ name, voice }: Payment): boolean {
    const { payments, voices } = this.before;
    return [...voices].some((other) => other !== voice && payments.has(`${other}\n${name}`));
  }

  about(): MatchGroup {
    const { before, observations, paymentLines, payments } = this;
    const claims = { ...before.about.claims, observations, paymentLines };
    const returns = this.hasReturns
      ? findReturns(claims, payments, before.about.rules.calendar, before.about.heard.voiceOf)
      : before.about.returns;
    const parts = isWithoutReturns(returns) ? this.parts : null;
    return {
      ...before.about,
      claims,
      payments,
      parts,
      returns,
      heard: { ...before.about.heard, claims: this.state.claims },
    };
  }

  kept(about: MatchGroup): Kept {
    const { before, hasNamed, hasUnnamed } = this;
    return { ...before, about, hasNamed, hasUnnamed };
  }

  /** Whether the claim counts, and so does each that was there before. */
  private isHeard(claim: Claim): boolean {
    const { about } = this.before;
    if (claim.account === null ? this.hasNamed : this.hasUnnamed) return false;
    const { claims } = this.state;
    const at = placeOf(claims, claim, byId);
    if (claims[at + 1]?.id === claim.id) return false;
    return hear([...about.claims.orders, claim], about.rules.speakers).claims.includes(claim);
  }

  private paymentWith(
    old: Payment | undefined,
    claim: Observation | Line,
    voice: string,
    ids: readonly string[],
  ): Payment {
    const { rules, order } = this.before.about;
    const observations = old?.observations.slice() ?? [];
    const lines = old?.lines.slice() ?? [];
    if (claim.body.type === 'PaymentObserved') insert(observations, claim as Observation, byId);
    else lines.push(claim as Line);
    const known = old?.ids ?? [];
    const all = [...known, ...ids.filter((id) => !known.includes(id))];
    return toPayment({ voice, ids: all, observations, lines }, order, rules);
  }

  /** False if two payments have one place in the order of payments. */
  private replace(old: Payment | undefined, payment: Payment): boolean {
    const { payments } = this;
    if (old !== undefined) {
      const at = placeOf(payments, old, byTimeAndName);
      if (payments[at] !== old) return false;
      payments.splice(at, 1);
      if (this.parts !== null) this.parts = withoutPlace(this.parts, at);
    }
    const at = placeOf(payments, payment, byTimeAndName);
    if (at < payments.length && byTimeAndName(payments[at]!, payment) === 0) return false;
    payments.splice(at, 0, payment);
    if (this.parts !== null) this.parts = withPayment(this.parts, at, payment);
    return true;
  }
}

/** By what name people know a payment whose id is of a series depends on all others. */
function isNumbered({ body }: Claim): boolean {
  return isAboutPayment(body) && body.series !== undefined;
}

function isOfPayment(claim: Claim): claim is Observation | Line {
  const { body } = claim;
  if (body.type === 'SettlementLineReported') return body.line_type === 'payment';
  if (body.type !== 'PaymentObserved' || body.status === 'unclassified') return false;
  return body.kind !== 'payout' && !RETURN_KINDS.has(body.kind);
}

/** Whether several payments go by ids of their own. */
function hasSeveral(payments: readonly Payment[]): boolean {
  let named = 0;
  for (const { ids } of payments) if (ids.length > 0 && ++named > 1) return true;
  return false;
}

/** Whether each claim of a payment has one of the ids: then no order of its claims makes two payments of it. */
function hasCommonId({ observations, lines }: Payment, ids: readonly string[]): boolean {
  return ids.some((id) => {
    const has = ({ body }: Observation | Line) => ownNames(body).includes(id);
    return observations.every(has) && lines.every(has);
  });
}

function byId(left: Claim, right: Claim): number {
  return left.id < right.id ? -1 : left.id > right.id ? 1 : 0;
}

/** How many of a list in order come before this one. */
function placeOf<Kind>(list: readonly Kind[], one: Kind, compare: (left: Kind, right: Kind) => number): number {
  let from = 0;
  let to = list.length;
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (compare(list[middle]!, one) < 0) from = middle + 1;
    else to = middle;
  }
  return from;
}

function insert<Kind>(list: Kind[], one: Kind, compare: (left: Kind, right: Kind) => number): void {
  list.splice(placeOf(list, one, compare), 0, one);
}
