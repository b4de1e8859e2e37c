// The read model of hints: money whose order nobody knows against the orders that wait for money, and what a bank
// received against the payouts that it did not yet confirm. Plain signs, no scores; nothing is joined by them. Only
// keys that wait are read: those with an asking break, and those without money.

import type { OrderPlaced } from '../domain/fact.ts';
import { type Hint, type Hints, type HintsByReason, NO_HINTS, SIGNS, type Sign } from '../domain/hints.ts';
import { isPayoutKey } from '../domain/key.ts';
import { minorOf } from '../domain/money.ts';
import type { ReasonCode } from '../domain/reasons.ts';
import type { Instant } from '../domain/time.ts';
import { digestToHex } from '../ledger/digest.ts';
import { readKeyGroup } from '../matching/assess-key.ts';
import { hasCredits } from '../matching/linked-money.ts';
import { isPaidWithWhole } from '../matching/order-parts.ts';
import type { Order } from '../matching/orders.ts';
import { readPayout } from '../matching/payouts.ts';
import type { CompiledRules } from '../matching/rules.ts';
import type { RulesByHash } from '../task/rules-store.ts';
import type { ReconciliationTask } from '../task/task.ts';
import { dateTime, type MoneyPart, type WaitingMoney } from './waiting-money.ts';

/** A break names so many candidates, and counts the others. */
const NAMED_MAX = 3;
const HOUR_MILLIS = 3_600_000;

/** An order or a payout that waiting money may be for. */
export interface Candidate {
  readonly key: string;
  readonly merchant: string;
  /** In the order of SIGNS. */
  readonly signs: readonly Sign[];
  /** Milliseconds between the two. */
  readonly apart: number;
  /** Which single things are the same of both. */
  readonly same: Readonly<Record<'amount' | 'phone' | 'reference', boolean>>;
}

/** A key, and the reason of one of its findings. */
export interface AskingKey {
  readonly key: string;
  readonly reason: ReasonCode | null;
}

export interface MoneyHints {
  readonly money: Pick<WaitingMoney, 'key' | 'merchant' | 'reason'>;
  /** The few that are named, the strongest first. */
  readonly candidates: readonly Candidate[];
  readonly others: number;
}

/** What waiting money may be for, among the keys of some tasks: under these, or under all that wait where null. */
export function hintsAbout(
  tasks: readonly ReconciliationTask[],
  rules: RulesByHash,
  money: readonly WaitingMoney[],
  keys: readonly string[] | null,
): MoneyHints[] {
  if (money.length === 0) return [];
  const wanted = new Wanted(money);
  for (const task of tasks) {
    if (task.head.height < 0) continue;
    const inForce = rules(digestToHex(task.head.rules_hash));
    const { awaiting } = task.waiting;
    const slots = keys === null ? awaiting : keys.flatMap((key) => task.table.keys.find(key) ?? []);
    for (const slot of slots) if (awaiting.has(slot)) wanted.hold(task, slot, inForce);
  }
  return wanted.found();
}

/** Money by what it would be known again by. */
class Wanted {
  private readonly byReference = new Map<string, WaitingMoney[]>();
  private readonly byAmount = new Map<string, WaitingMoney[]>();
  private readonly candidates = new Map<string, { readonly money: WaitingMoney; list: Candidate[]; others: number }>();

  constructor(money: readonly WaitingMoney[]) {
    for (const one of money) {
      const { key, reason, parts } = one;
      if (reason === 'ORDER_MISSING') add(this.byReference, folded(key), one);
      for (const { amount, currency } of parts) add(this.byAmount, amountName(amount, currency), one);
    }
  }

  hold(task: ReconciliationTask, slot: number, rules: CompiledRules): void {
    const key = task.table.keys.keyOf(slot);
    const state = task.stateAt(slot);
    if (isPayoutKey(key)) {
      for (const { paid, expected, banked, paidOn, linesOn, currency } of readPayout(state).sums) {
        if (banked === null) this.holdPayout(key, paid ?? expected, currency, dateTime(paidOn ?? linesOn));
      }
      return;
    }
    const bodies = state.claims.flatMap(({ body }) => (body.type === 'OrderPlaced' ? [body] : []));
    // Most orders fit nothing, which their claims alone tell.
    if (!bodies.some((body) => this.mayFit(key, body))) return;
    const { order, payments, sharing } = readKeyGroup(key, state, rules, task.head.deadlines_to);
    if (hasCredits(state.claims)) return;
    if (order === undefined || payments.some(({ succeeded }) => succeeded) || isPaidWithWhole(sharing.partOf)) return;
    const fitting = new Set(bodies.flatMap((body) => this.fitting(key, body)));
    for (const money of fitting) {
      const compared = compare(money, key, order, bodies, rules);
      if (compared.signs.length > 0) this.put(money, { key, merchant: order.merchant, ...compared });
    }
  }

  private mayFit(key: string, { amount, currency, order_number }: OrderPlaced): boolean {
    if (this.byAmount.has(amountName(minorOf(amount, currency), currency))) return true;
    if (this.byReference.size === 0) return false;
    return this.byReference.has(folded(key)) || (order_number !== null && this.byReference.has(folded(order_number)));
  }

  private fitting(key: string, { amount, currency, order_number }: OrderPlaced): WaitingMoney[] {
    return [
      ...(this.byReference.get(folded(key)) ?? []),
      ...(order_number === null ? [] : (this.byReference.get(folded(order_number)) ?? [])),
      ...(this.byAmount.get(amountName(minorOf(amount, currency), currency)) ?? []),
    ];
  }

  private holdPayout(key: string, amount: bigint, currency: string, at: Instant | null): void {
    for (const money of this.byAmount.get(amountName(amount, currency)) ?? []) {
      if (money.reason !== 'BANK_UNEXPLAINED' || money.key === key || sourceOf(money.key) !== sourceOf(key)) continue;
      const apart = Math.min(...money.parts.map((part) => between(part.at, at)));
      const same = { amount: true, phone: false, reference: false };
      this.put(money, { key, merchant: '', signs: ['same_amount'], apart, same });
    }
  }

  private put(money: WaitingMoney, candidate: Candidate): void {
    const about = this.candidates.get(money.key) ?? { money, list: [], others: 0 };
    this.candidates.set(money.key, about);
    about.list.push(candidate);
    if (about.list.length <= 2 * NAMED_MAX) return;
    about.list = about.list.sort(byStrength).slice(0, NAMED_MAX);
    about.others += NAMED_MAX + 1;
  }

  found(): MoneyHints[] {
    return [...this.candidates.values()].map(({ money: { key, merchant, reason }, list, others }) => {
      return few({ key, merchant, reason }, list, others);
    });
  }
}

/** The signs that an order is the one that money waits for. */
function compare(
  money: WaitingMoney,
  key: string,
  order: Order,
  contents: readonly OrderPlaced[],
  { grace }: CompiledRules,
): Pick<Candidate, 'signs' | 'apart' | 'same'> {
  const signs = new Set<Sign>();
  const { reason, parts } = money;
  const apart = Math.min(...parts.map(({ at }) => between(at, order.placedAt)), Number.MAX_SAFE_INTEGER);
  const phones = contents.flatMap(({ msisdn }) => msisdn ?? []);
  const equal = parts.filter(({ amount, currency }) => amount === order.amount && currency === order.currency);
  const phone = parts.some((part) => part.phones.some((one) => phones.includes(one)));
  const nothing = { amount: equal.length > 0, phone, reference: false };
  if (reason === 'AMOUNT_OVER') {
    // An order that ended long before, or that was placed long after, is not what the payer meant.
    const isNear = ({ at }: MoneyPart) =>
      at === null || (order.placedAt - at <= grace.hint && (order.closedFrom ?? at) + grace.hint > at);
    if (money.key === key || money.merchant !== order.merchant || !equal.some(isNear)) {
      return { signs: [], apart, same: nothing };
    }
    signs.add('excess_is_amount');
  } else if (reason === 'ORDER_MISSING') {
    if (folded(key) === folded(money.key)) signs.add('same_reference');
    const numbers = contents.flatMap(({ order_number }) => order_number ?? []);
    if (numbers.some((number) => folded(number) === folded(money.key))) signs.add('same_order_number');
  } else return { signs: [], apart, same: nothing };
  const isSamePayer = (part: MoneyPart) =>
    part.phones.some((phone) => phones.includes(phone)) && between(part.at, order.placedAt) <= HOUR_MILLIS;
  if (equal.some(isSamePayer)) signs.add('same_phone_and_amount');
  const reference = signs.has('same_reference') || signs.has('same_order_number');
  return { signs: SIGNS.filter((sign) => signs.has(sign)), apart, same: { ...nothing, reference } };
}

function few(money: MoneyHints['money'], candidates: readonly Candidate[], others: number): MoneyHints {
  const sorted = [...candidates].sort(byStrength);
  const named = sorted.slice(0, NAMED_MAX);
  return { money, candidates: named, others: others + sorted.length - named.length };
}

/** The hints that several executors found. */
export function mergeHints(answers: readonly (readonly MoneyHints[])[]): MoneyHints[] {
  const merged = new Map<string, MoneyHints>();
  for (const one of answers.flat()) {
    const known = merged.get(one.money.key);
    const both = known === undefined ? one.candidates : [...known.candidates, ...one.candidates];
    merged.set(one.money.key, few(one.money, both, (known?.others ?? 0) + one.others));
  }
  return [...merged.values()];
}

/** By the number of signs, then by the strongest, then by the time between, then by the key. */
function byStrength(left: Candidate, right: Candidate): number {
  return (
    right.signs.length - left.signs.length ||
    SIGNS.indexOf(left.signs[0]!) - SIGNS.indexOf(right.signs[0]!) ||
    left.apart - right.apart ||
    (left.key < right.key ? -1 : Number(left.key > right.key))
  );
}

/**
 * What the break of a key with a reason may be about. Null `merchants` see all; others see only what is theirs: money
 * that is nobody's yet is not.
 */
export function hintsByKey(
  hints: readonly MoneyHints[],
  merchants: readonly string[] | null = null,
): (key: string, reason: ReasonCode | null) => Hints {
  const ofMoney = new Map<string, MoneyHints>();
  const ofOrders = new Map<string, Hint[]>();
  const isSeen = (merchant: string) => merchants === null || merchants.includes(merchant);
  for (const one of hints) {
    ofMoney.set(one.money.key, one);
    if (!isSeen(one.money.merchant)) continue;
    for (const { key, signs } of one.candidates) {
      const named = ofOrders.get(key) ?? [];
      named.push({ name: one.money.key, signs });
      ofOrders.set(key, named);
    }
  }
  return (key, reason) => {
    if (reason === 'PAYMENT_MISSING') {
      const named = ofOrders.get(key) ?? [];
      return { named: named.slice(0, NAMED_MAX), others: Math.max(0, named.length - NAMED_MAX) };
    }
    const about = ofMoney.get(key);
    if (about === undefined || about.money.reason !== reason) return NO_HINTS;
    const seen = about.candidates.filter(({ merchant }) => isSeen(merchant));
    const named = seen.map((candidate) => ({ name: nameOf(candidate.key), signs: candidate.signs }));
    return { named, others: merchants === null ? about.others : 0 };
  };
}

/** The hints about the breaks of one key, by their reasons; those that name nothing are left out. */
export function hintsOfKey(
  hints: readonly MoneyHints[],
  key: string,
  reasons: Iterable<ReasonCode | null>,
): HintsByReason {
  const about = hintsByKey(hints);
  const named = [...reasons].flatMap((reason): [ReasonCode, Hints][] => {
    const found = reason === null ? NO_HINTS : about(key, reason);
    return reason === null || found.named.length === 0 ? [] : [[reason, found]];
  });
  return Object.fromEntries(named);
}

/** A payout is known by its own id. */
export function nameOf(key: string): string {
  return isPayoutKey(key) ? key.slice(key.indexOf(':') + 1) : key;
}

function sourceOf(key: string): string {
  return key.slice(0, key.indexOf(':'));
}

/** Case and blanks taken out: how payers type what they read. */
function folded(text: string): string {
  return text.replace(/\s+/gu, '').toLowerCase();
}

function amountName(amount: bigint, currency: string): string {
  return `${currency} ${amount}`;
}

function between(left: Instant | null, right: Instant | null): number {
  return left === null || right === null ? Number.MAX_SAFE_INTEGER : Math.abs(left - right);
}

function add(index: Map<string, WaitingMoney[]>, name: string, money: WaitingMoney): void {
  const known = index.get(name);
  if (known === undefined) index.set(name, [money]);
  else if (known.at(-1) !== money) known.push(money);
}
