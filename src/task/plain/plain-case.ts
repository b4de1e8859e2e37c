// The plain case of a key: one order, one payment of exactly its amount, and one settlement line of the same, each in
// time and with the fee that was agreed; or as much of it as has come so far. Attempts that failed may be beside them.
// Nearly all keys are one. It is told from the bytes of the claims and gives what `assess` gives: each condition names
// the rule of the matching that it stands for. What meets them not is no plain case, and nothing is said of it here.

import { isAscii, isSameText, isThere } from '../../domain/byte-texts.ts';
import { currencyExponent } from '../../domain/currency.ts';
import { ORDER_STATUSES } from '../../domain/fact.ts';
import type { Instant } from '../../domain/time.ts';
import { type ClaimPlaces, paymentStatusIndex } from '../../log/claim-places.ts';
import type { CompiledRules } from '../../matching/rules.ts';
import { maySpeak } from '../../matching/speakers.ts';
import { feeMinorAt, minorAt } from './amounts.ts';
import { ByteNames } from './byte-names.ts';
import { areOnePayment, haveOwnIds, isFailedAttempt } from './claim-ids.ts';
import { PlainDays } from './plain-days.ts';
import { isExchanged } from './plain-exchange.ts';
import { FEE_NAMES_MAX, type FeeParties, PlainFees } from './plain-fees.ts';

/** How far a plain case has come: `placed` waits for its payment, `paid` for its line. */
export type PlainStage = 'placed' | 'paid' | 'settled';

/** What a plain case comes to. */
export interface PlainFacts {
  stage: PlainStage;
  order: ClaimPlaces;
  /** The claim whose provider the key shows. */
  shown: ClaimPlaces;
  /** The settlement line, once it is there. */
  line: ClaimPlaces | null;
  /** In minor units, with the decimals of the currency. */
  minor: number;
  exponent: number;
  /** The fee on the line in minor units, 0 where it has none. */
  fee: number;
  /** Since when the payment agrees, and since when the settlement does. */
  paidAt: Instant;
  settledAt: Instant;
  /** Whether no line is awaited: nobody reports the settlements of this network. */
  isUnreported: boolean;
  /** When time alone may change it; Infinity for never. */
  deadline: number;
}

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
const MERCHANTS_MAX = 65_536;

/** The names and other values of one set of rules, made once for all keys. */
export class PlainCase {
  readonly facts: PlainFacts;
  private readonly rules: CompiledRules;
  private readonly names = new ByteNames(FEE_NAMES_MAX);
  private readonly merchants = new ByteNames(MERCHANTS_MAX);
  private readonly fees: PlainFees;
  private readonly parties: FeeParties = { provider: 0, currency: 0, country: 0, operator: 0 };
  /** By the number of a currency; -1 for what is none. */
  private readonly exponents: number[] = [];
  private readonly unreported: boolean[] = [];
  private readonly days: PlainDays;
  /** What the claims of the key at hand say. */
  private payments = 0;
  private closedFrom = 0;
  private succeededAt = 0;
  private amountAt = 0;
  private isAmountPaid = false;

  constructor(rules: CompiledRules, anyClaim: ClaimPlaces) {
    this.rules = rules;
    this.fees = new PlainFees(rules, this.names);
    this.days = new PlainDays(rules);
    this.facts = {
      ...{ stage: 'placed', order: anyClaim, shown: anyClaim, line: null, minor: 0, exponent: 0, fee: 0 },
      ...{ paidAt: 0, settledAt: 0, isUnreported: false, deadline: 0 },
    };
  }

  /** Whether the first `count` claims, with an id of its own each, are a plain case; `facts` has what it comes to. */
  isPlain(claims: readonly ClaimPlaces[], count: number, asOf: Instant): boolean {
    if (this.rules.semantics > SEMANTICS_MAX) return false;
    if (this.names.isFull || this.merchants.isFull) this.forgetNames();
    if (!this.findOrder(claims, count) || !this.readOrder(asOf)) return false;
    const { facts } = this;
    this.payments = 0;
    this.succeededAt = Number.POSITIVE_INFINITY;
    this.amountAt = Number.POSITIVE_INFINITY;
    this.isAmountPaid = false;
    this.parties.operator = -1;
    facts.shown = facts.order;
    for (let at = 0; at < count; at++) {
      const claim = claims[at]!;
      if (claim.body === 'PaymentObserved' && !this.readObservation(claim)) return false;
    }
    if (facts.line !== null && !this.isOfPayment(facts.line)) return false;
    if (this.payments > 0 && !areOnePayment(claims, count)) return false;
    return this.takeStage(asOf);
  }

  private forgetNames(): void {
    this.names.clear();
    this.merchants.clear();
    this.fees.clear();
    this.exponents.length = 0;
    this.unreported.length = 0;
  }

  /** One order, and no more than one line. */
  private findOrder(claims: readonly ClaimPlaces[], count: number): boolean {
    const { facts } = this;
    let orders = 0;
    facts.line = null;
    for (let at = 0; at < count; at++) {
      const claim = claims[at]!;
      if (claim.body === 'OrderPlaced') {
        facts.order = claim;
        orders++;
      } else if (claim.body === 'SettlementLineReported') {
        if (facts.line !== null) return false;
        facts.line = claim;
      }
    }
    return orders === 1;
  }

  /** See orders.ts. A cancelled order, or one whose status is still to come, is no plain case. */
  private readOrder(asOf: Instant): boolean {
    const { facts, names, rules } = this;
    const { order } = facts;
    const { bytes, merchant, amount, currency, placedAt, expiresAt, statusAt, orderStatus } = order;
    if (isThere(order.account) || isThere(order.payout) || orderStatus === CANCELLED) return false;
    if (merchant.to === merchant.from || this.merchants.numberOf(bytes, merchant.from, merchant.to) < 0) return false;
    if (names.numberOf(bytes, order.provider.from, order.provider.to) < 0) return false;
    // A status that holds from later on is not in force yet. Without a time of its own it holds since it was placed.
    if (statusAt > asOf || !isTime(placedAt)) return false;
    const code = names.numberOf(bytes, currency.from, currency.to);
    const exponent = this.exponentOf(code);
    if (exponent < 0) return false;
    this.parties.currency = code;
    facts.exponent = exponent;
    facts.minor = minorAt(bytes, amount, exponent);
    if (facts.minor < 0) return false;
    // While the shop counts on the money the order does not expire, and no payment is too late.
    const isCounted = orderStatus === PAID || orderStatus === FULFILLED;
    facts.deadline = isCounted || Number.isNaN(expiresAt) ? placedAt + rules.grace.payment : expiresAt;
    if (!isTime(facts.deadline)) return false;
    this.closedFrom = isCounted ? Number.POSITIVE_INFINITY : facts.deadline;
    return true;
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
    const number = this.names.numberOf(bytes, operator.from, operator.to);
    // Of several operators the matching takes the first one by name.
    if (number < 0 || (parties.operator >= 0 && parties.operator !== number)) return false;
    parties.operator = number;
    return true;
  }

  /** See lines.ts and fx-check.ts: a line without an exchange of currencies, or by the rate that it names. */
  private isOfPayment(line: ClaimPlaces): boolean {
    const { settlementCurrency, currency, bytes } = line;
    if (this.payments === 0 || !haveOwnIds(line) || !this.isHeard(line) || !this.isOfAmount(line)) return false;
    if (isThere(line.rate)) return isExchanged(line, this.rules);
    return !isThere(settlementCurrency) || isSameText(bytes, settlementCurrency, bytes, currency);
  }

  private isOfAmount(claim: ClaimPlaces): boolean {
    const { order } = this.facts;
    if (!isSameText(claim.bytes, claim.amount, order.bytes, order.amount)) return false;
    return isSameText(claim.bytes, claim.currency, order.bytes, order.currency);
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
    const number = names.numberOf(bytes, provider.from, provider.to);
    if (number < 0) return false;
    this.parties.provider = number;
    if (rules.speakers === null) return true;
    // Old ids of webhooks tell the account: see `speakerOf`.
    if (!isThere(account)) return !isAfterSlash(claim);
    const { order } = facts;
    const merchant = order.bytes.subarray(order.merchant.from, order.merchant.to);
    const source = `${names.textOf(number)}/${Buffer.from(bytes.subarray(account.from, account.to))}`;
    return maySpeak(rules.speakers, source, [Buffer.from(merchant).toString()]);
  }

  /** What the claims come to: both stages, and the next deadline. See payment-stage.ts and settlement-stage.ts. */
  private takeStage(asOf: Instant): boolean {
    const { facts, rules } = this;
    const { succeededAt, amountAt } = this;
    if (!Number.isFinite(succeededAt)) {
      facts.stage = 'placed';
      // Otherwise it expired, or its payment is missing. A line beside no word of success speaks for itself.
      return facts.line === null && asOf < facts.deadline;
    }
    // Otherwise the amount is that of a word of less weight, or the payment came too late.
    if (!this.isAmountPaid || succeededAt >= this.closedFrom) return false;
    const day = rules.calendar.dayOf(succeededAt);
    const due = this.days.dueOf(day);
    const { order, line } = facts;
    if (line === null) {
      facts.stage = 'paid';
      facts.paidAt = Math.max(order.placedAt, amountAt, succeededAt);
      facts.isUnreported = this.isUnreported();
      facts.deadline = facts.isUnreported ? Number.POSITIVE_INFINITY : rules.calendar.startOf(due + 1);
      // Otherwise the line is missing.
      return asOf < facts.deadline;
    }
    const date = this.days.dateOf(line);
    // A line after the due day is late.
    if (date === undefined || date.day > due) return false;
    facts.stage = 'settled';
    facts.deadline = Number.POSITIVE_INFINITY;
    facts.paidAt = Math.max(order.placedAt, amountAt, Math.min(succeededAt, date.start));
    facts.settledAt = Math.max(date.start, amountAt);
    return this.isFeeAgreed(line, day);
  }

  /** See fee-check.ts. */
  private isFeeAgreed(line: ClaimPlaces, day: number): boolean {
    const { facts, parties, names } = this;
    const taken = isThere(line.fee) ? feeMinorAt(line.bytes, line.fee, facts.exponent) : -1;
    if (taken < 0 && isThere(line.fee)) return false;
    facts.fee = Math.max(taken, 0);
    const { bytes, country, operator } = facts.order;
    parties.country = isThere(country) ? names.numberOf(bytes, country.from, country.to) : -1;
    if (isThere(country) && parties.country < 0) return false;
    // The operator of the payment, otherwise that of the order.
    if (parties.operator < 0 && isThere(operator)) {
      parties.operator = names.numberOf(bytes, operator.from, operator.to);
      if (parties.operator < 0) return false;
    }
    return this.fees.isAsAgreed(parties, facts.minor, day, taken);
  }

  private isUnreported(): boolean {
    const { provider } = this.parties;
    this.unreported[provider] ??= this.rules.unreported.has(this.names.textOf(provider));
    return this.unreported[provider];
  }

  private exponentOf(currency: number): number {
    if (currency < 0) return -1;
    this.exponents[currency] ??= currencyExponent(this.names.textOf(currency)) ?? -1;
    return this.exponents[currency];
  }
}

function isTime(at: number): boolean {
  return Math.abs(at) < TIME_MAX;
}

/** Whether the id of a claim begins with its provider and a slash. */
function isAfterSlash({ bytes, id, provider }: ClaimPlaces): boolean {
  const end = id.from + provider.to - provider.from;
  return end < id.to && bytes[end] === 47 && isSameText(bytes, { from: id.from, to: end }, bytes, provider);
}
