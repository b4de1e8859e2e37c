// The plain case of a key: one order, one payment of exactly its amount, and one settlement line of the same, each in
// time and with the fee that was agreed; or as much of it as has come so far, in whatever order. Attempts that failed
// may be beside them. Nearly all keys are one. It is told from the bytes of the claims and gives what `assess` gives:
// each condition names the rule of the matching that it stands for. What meets them not is no plain case, and nothing
// is said of it here.

import { isAscii, isSameText, isThere } from '../../domain/byte-texts.ts';
import type { Day } from '../../domain/calendar.ts';
import { ORDER_STATUSES } from '../../domain/fact.ts';
import type { Instant } from '../../domain/time.ts';
import { type ClaimPlaces, paymentStatusIndex } from '../../log/claim-places.ts';
import type { CompiledRules } from '../../matching/rules.ts';
import { feeMinorAt, minorAt } from './amounts.ts';
import { areOnePayment, haveOwnIds, isFailedAttempt } from './claim-ids.ts';
import { PlainDays } from './plain-days.ts';
import { isExchanged } from './plain-exchange.ts';
import type { PlainFacts } from './plain-facts.ts';
import { type FeeParties, PlainFees } from './plain-fees.ts';
import { PlainNames } from './plain-names.ts';
import { isSpeaker } from './plain-speakers.ts';

/** The newest number of what rules mean that this case was held against: see semantics.ts. */
const SEMANTICS_MAX = 1;

const CANCELLED = ORDER_STATUSES.indexOf('cancelled');
const PAID = ORDER_STATUSES.indexOf('paid');
const FULFILLED = ORDER_STATUSES.indexOf('fulfilled');
const SUCCEEDED = paymentStatusIndex('succeeded');
/** After these another word is to come, and they deny nothing. */
const OPEN_STATUSES: readonly number[] = (['initiated', 'pending', 'authorised'] as const).map(paymentStatusIndex);

/** Times beyond this would not be read and written as they are. */
const TIME_MAX = 2 ** 52;

/** The names and other values of one set of rules, made once for all keys. */
export class PlainCase {
  readonly facts: PlainFacts;
  private readonly rules: CompiledRules;
  private readonly names: PlainNames;
  private readonly fees: PlainFees;
  private readonly parties: FeeParties = { provider: 0, currency: 0, country: 0, operator: 0 };
  private readonly days: PlainDays;
  /** What the claims of the key at hand say. */
  private payments = 0;
  private closedFrom = 0;
  private succeededAt = 0;
  private amountAt = 0;
  private isAmountPaid = false;

  constructor(rules: CompiledRules, anyClaim: ClaimPlaces) {
    this.rules = rules;
    this.names = new PlainNames(rules);
    this.fees = new PlainFees(rules, this.names);
    this.days = new PlainDays(rules);
    this.facts = {
      ...{ stage: 'placed', order: null, money: anyClaim, shown: anyClaim, line: null },
      ...{ minor: 0, exponent: 0, fee: 0 },
      ...{ paidAt: 0, settledAt: 0, isUnreported: false, deadline: 0 },
    };
  }

  /** Whether the first `count` claims, with an id of its own each, are a plain case; `facts` has what it comes to. */
  isPlain(claims: readonly ClaimPlaces[], count: number, asOf: Instant): boolean {
    if (this.rules.semantics > SEMANTICS_MAX) return false;
    if (this.names.isFull) this.forgetNames();
    const { facts } = this;
    if (!this.findParts(claims, count)) return false;
    if (!(facts.order === null ? this.readMoney(claims, count) : this.readOrder(facts.order, asOf))) return false;
    this.payments = 0;
    this.succeededAt = Number.POSITIVE_INFINITY;
    this.amountAt = Number.POSITIVE_INFINITY;
    this.isAmountPaid = false;
    this.parties.operator = -1;
    facts.shown = facts.order ?? facts.line ?? claims[0]!;
    for (let at = 0; at < count; at++) {
      const claim = claims[at]!;
      if (claim.body === 'PaymentObserved' && !this.readObservation(claim)) return false;
    }
    if (facts.line !== null && !this.isOfPayment(facts.line)) return false;
    if (this.payments > 0 && !areOnePayment(claims, count)) return false;
    return facts.order === null ? this.takeEarly(asOf) : this.takeStage(facts.order, asOf);
  }

  private forgetNames(): void {
    this.names.clear();
    this.fees.clear();
  }

  /** No more than one order, and no more than one line. */
  private findParts(claims: readonly ClaimPlaces[], count: number): boolean {
    const { facts } = this;
    facts.order = null;
    facts.line = null;
    for (let at = 0; at < count; at++) {
      const claim = claims[at]!;
      if (claim.body === 'OrderPlaced') {
        if (facts.order !== null) return false;
        facts.order = claim;
      } else if (claim.body === 'SettlementLineReported') {
        if (facts.line !== null) return false;
        facts.line = claim;
      }
    }
    return true;
  }

  /** See orders.ts. A cancelled order, or one whose status is still to come, is no plain case. */
  private readOrder(order: ClaimPlaces, asOf: Instant): boolean {
    const { facts, names, rules } = this;
    const { bytes, merchant, placedAt, expiresAt, statusAt, orderStatus } = order;
    if (isThere(order.account) || isThere(order.payout) || orderStatus === CANCELLED) return false;
    if (!names.isMerchant(bytes, merchant) || names.numberOf(bytes, order.provider) < 0) return false;
    // A status that holds from later on is not in force yet. Without a time of its own it holds since it was placed.
    if (statusAt > asOf || !isTime(placedAt)) return false;
    if (!this.takeMoney(order)) return false;
    // While the shop counts on the money the order does not expire, and no payment is too late.
    const isCounted = orderStatus === PAID || orderStatus === FULFILLED;
    facts.deadline = isCounted || Number.isNaN(expiresAt) ? placedAt + rules.grace.payment : expiresAt;
    if (!isTime(facts.deadline)) return false;
    this.closedFrom = isCounted ? Number.POSITIVE_INFINITY : facts.deadline;
    return true;
  }

  /** Before its order, money is of the amount that its line names, otherwise its callbacks and polls. */
  private readMoney(claims: readonly ClaimPlaces[], count: number): boolean {
    const { line } = this.facts;
    if (line !== null) return this.takeMoney(line);
    for (let at = 0; at < count; at++) if (isThere(claims[at]!.amount)) return this.takeMoney(claims[at]!);
    return false;
  }

  private takeMoney(claim: ClaimPlaces): boolean {
    const { facts, names, parties } = this;
    const code = isThere(claim.currency) ? names.numberOf(claim.bytes, claim.currency) : -1;
    facts.exponent = names.exponentOf(code);
    if (facts.exponent < 0) return false;
    facts.money = claim;
    facts.minor = minorAt(claim.bytes, claim.amount, facts.exponent);
    parties.currency = code;
    return facts.minor >= 0;
  }

  /** See speakers.ts and payments.ts: an attempt that failed under ids of its own changes nothing of the others. */
  private readObservation(claim: ClaimPlaces): boolean {
    if (!isTime(claim.occurredAt) || isThere(claim.payout) || !haveOwnIds(claim)) return false;
    if (this.payments++ === 0) this.facts.shown = claim;
    return this.isHeard(claim) && (isFailedAttempt(claim) || this.readPayment(claim));
  }

  /** See evidence.ts and payments.ts: words of success, and before them words that leave the payment open. */
  private readPayment(claim: ClaimPlaces): boolean {
    const { parties } = this;
    const { bytes, paymentStatus, occurredAt, operator } = claim;
    const isMoney = paymentStatus === SUCCEEDED;
    if (!isMoney && !OPEN_STATUSES.includes(paymentStatus)) return false;
    if (isMoney && occurredAt < this.succeededAt) this.succeededAt = occurredAt;
    if (isThere(claim.amount) !== isThere(claim.currency)) return false;
    // Of the amount a word of success speaks best. Each claim that names one names that of the order.
    if (isThere(claim.amount)) {
      if (!this.isOfAmount(claim)) return false;
      if (occurredAt < this.amountAt) this.amountAt = occurredAt;
      this.isAmountPaid ||= isMoney;
    }
    if (!isThere(operator)) return true;
    const number = this.names.numberOf(bytes, operator);
    // Of several operators the matching takes the first one by name.
    if (number < 0 || (parties.operator >= 0 && parties.operator !== number)) return false;
    parties.operator = number;
    return true;
  }

  /** See lines.ts and fx-check.ts: a line without an exchange of currencies, or by the rate that it names. */
  private isOfPayment(line: ClaimPlaces): boolean {
    const { settlementCurrency, currency, bytes } = line;
    if (this.payments === 0 && this.facts.order !== null) return false;
    if (!haveOwnIds(line) || !this.isHeard(line) || !this.isOfAmount(line)) return false;
    if (isThere(line.rate)) return isExchanged(line, this.rules);
    return !isThere(settlementCurrency) || isSameText(bytes, settlementCurrency, bytes, currency);
  }

  private isOfAmount(claim: ClaimPlaces): boolean {
    const { money } = this.facts;
    if (!isSameText(claim.bytes, claim.amount, money.bytes, money.amount)) return false;
    return isSameText(claim.bytes, claim.currency, money.bytes, money.currency);
  }

  /**
   * See speakers.ts: claims of one provider, and of accounts that may speak for the merchant. Where one claim names its
   * account and another of its kind does not, they may be one that came twice.
   */
  private isHeard(claim: ClaimPlaces): boolean {
    const { facts, rules, names } = this;
    const { bytes, provider, account } = claim;
    const { shown } = facts;
    if (claim !== shown) {
      if (!isSameText(bytes, provider, shown.bytes, shown.provider)) return false;
      if (claim.body === shown.body && isThere(account) !== isThere(shown.account)) return false;
    }
    if (isThere(account) && !isAscii(bytes, account.from, account.to)) return false;
    const number = names.numberOf(bytes, provider);
    if (number < 0) return false;
    this.parties.provider = number;
    return rules.speakers === null || isSpeaker(claim, facts, names.textOf(number), rules.speakers);
  }

  /** What the claims come to: both stages, and the next deadline. See payment-stage.ts and settlement-stage.ts. */
  private takeStage(order: ClaimPlaces, asOf: Instant): boolean {
    const { facts, rules, succeededAt, amountAt } = this;
    if (!Number.isFinite(succeededAt)) {
      facts.stage = 'placed';
      // Otherwise it expired, or its payment is missing. A line beside no word of success speaks for itself.
      return facts.line === null && asOf < facts.deadline;
    }
    // Otherwise the amount is that of a word of less weight, or the payment came too late.
    if (!this.isAmountPaid || succeededAt >= this.closedFrom) return false;
    const day = rules.calendar.dayOf(succeededAt);
    if (facts.line === null) {
      facts.stage = 'paid';
      facts.paidAt = Math.max(order.placedAt, amountAt, succeededAt);
      facts.deadline = this.lineDeadline(day);
      // Otherwise the line is missing.
      return asOf < facts.deadline;
    }
    const start = this.readDate(facts.line, day);
    facts.stage = 'settled';
    facts.deadline = Number.POSITIVE_INFINITY;
    facts.paidAt = Math.max(order.placedAt, amountAt, Math.min(succeededAt, start));
    return start > Number.NEGATIVE_INFINITY && this.isFeeAgreed(facts.line, day);
  }

  /** The same of money without an order, which is awaited for some time. */
  private takeEarly(asOf: Instant): boolean {
    const { facts, rules, succeededAt } = this;
    const { line } = facts;
    const isPaid = Number.isFinite(succeededAt);
    // A line beside no word of success speaks for itself.
    if (isPaid ? !this.isAmountPaid : this.payments > 0) return false;
    const day = isPaid ? rules.calendar.dayOf(succeededAt) : Number.NaN;
    facts.stage = 'early';
    facts.deadline = line === null ? this.lineDeadline(day) : Number.POSITIVE_INFINITY;
    const start = line === null ? Number.POSITIVE_INFINITY : this.readDate(line, day);
    if (start === Number.NEGATIVE_INFINITY) return false;
    // Otherwise the order is missing, or the line.
    facts.deadline = Math.min(facts.deadline, Math.min(succeededAt, start) + rules.grace.order);
    return asOf < facts.deadline && (line === null || this.isFeeAgreed(line, day));
  }

  /** Until when the line of money of this day is awaited; Infinity where none is. */
  private lineDeadline(day: Day): Instant {
    const { facts, names, parties, days, rules } = this;
    facts.isUnreported = names.isUnreported(parties.provider);
    return facts.isUnreported ? Number.POSITIVE_INFINITY : rules.calendar.startOf(days.dueOf(day) + 1);
  }

  /**
   * When a line's date begins; -Infinity where it has none, or one after the due day. The day is NaN of money without a
   * time of its own.
   */
  private readDate(line: ClaimPlaces, day: Day): Instant {
    const date = this.days.dateOf(line);
    if (date === undefined || date.day > this.days.dueOf(day)) return Number.NEGATIVE_INFINITY;
    this.facts.settledAt = this.payments > 0 ? Math.max(date.start, this.amountAt) : date.start;
    return date.start;
  }

  /** See fee-check.ts. */
  private isFeeAgreed(line: ClaimPlaces, day: number): boolean {
    const { facts, parties, names } = this;
    const taken = isThere(line.fee) ? feeMinorAt(line.bytes, line.fee, facts.exponent) : -1;
    if (taken < 0 && isThere(line.fee)) return false;
    facts.fee = Math.max(taken, 0);
    parties.country = -1;
    if (facts.order !== null) {
      const { bytes, country, operator } = facts.order;
      if (isThere(country)) parties.country = names.numberOf(bytes, country);
      if (isThere(country) && parties.country < 0) return false;
      // The operator of the payment, otherwise that of the order.
      const isOfOrder = parties.operator < 0 && isThere(operator);
      if (isOfOrder) parties.operator = names.numberOf(bytes, operator);
      if (isOfOrder && parties.operator < 0) return false;
    }
    return this.fees.isAsAgreed(parties, facts.minor, day, taken);
  }
}

function isTime(at: number): boolean {
  return Math.abs(at) < TIME_MAX;
}
