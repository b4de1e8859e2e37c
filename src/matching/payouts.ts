// The payout stage: what the lines of a payout come to, against what the provider says it paid, against what the bank
// received. Each currency by itself, compared exactly.

import type { Assessment } from '../domain/assessment.ts';
import { dayOfDate } from '../domain/calendar.ts';
import { currencyExponent } from '../domain/currency.ts';
import { addDecimal, type Decimal, decimalOf, negated, roundHalfUp } from '../domain/decimal.ts';
import type { BankLineReported, Claim, PayoutPart, SettlementLineReported } from '../domain/fact.ts';
import { minorOf } from '../domain/money.ts';
import { type Instant, later } from '../domain/time.ts';
import { differenceOf, rankContents, withoutForgotten } from './contents.ts';
import type { PaymentState } from './evolve.ts';
import { Findings } from './findings.ts';
import { toldTo } from './handoffs.ts';
import { emptyPart, isEmptyPart, partOfLine, sumOfParts } from './payout-parts.ts';
import type { CompiledRules } from './rules.ts';

/** One currency of a payout. Amounts in minor units; dates are the latest ones, null where there is no such line. */
export interface PayoutSums {
  readonly currency: string;
  /** The lines that were settled, as one part. Its date is the latest. */
  readonly part: PayoutPart;
  readonly linesOn: string | null;
  /** gross + returns + other - fees, rounded once. */
  readonly expected: bigint;
  /** By the lines that say so, otherwise by the bank; null if nobody says it. */
  readonly paid: bigint | null;
  readonly paidOn: string | null;
  readonly isPaidByBank: boolean;
  readonly banked: bigint | null;
  readonly bankedOn: string | null;
}

/** What is known of a payout. */
export interface PayoutGroup {
  /** False for what the bank received without naming a payout, and for an account's lines of one day without one. */
  readonly isPayout: boolean;
  /** In the order of the currencies. */
  readonly sums: readonly PayoutSums[];
  readonly conflicts: readonly (readonly Claim[])[];
  readonly unclassified: readonly Claim<SettlementLineReported>[];
}

interface Sums {
  part: PayoutPart | null;
  linesOn: string | null;
  paid: bigint | null;
  paidOn: string | null;
  banked: bigint | null;
  bankedOn: string | null;
}

/** Reads the claims of a payout's key. */
export function readPayout(state: PaymentState): PayoutGroup {
  const parts = state.claims.filter(({ body }) => body.type === 'PayoutPart' && !isEmptyPart(body));
  const claims: readonly Claim[] = [...parts, ...toldTo(state.claims).own];
  const byCurrency = new Map<string, Sums>();
  const conflicts: Claim[][] = [];
  const unclassified: Claim<SettlementLineReported>[] = [];
  let isPayout = false;
  for (let at = 0; at < claims.length; ) {
    let end = at + 1;
    while (end < claims.length && claims[end]!.id === claims[at]!.id) end++;
    const contents = end === at + 1 ? [claims[at]!] : rankContents(withoutForgotten(claims.slice(at, end)));
    at = end;
    const [used] = contents as [Claim];
    if (contents.length > 1) conflicts.push(contents);
    isPayout ||= used.payout !== null || used.body.type === 'PayoutPart';
    if (isLine(used)) {
      if (used.body.line_type === 'unclassified') unclassified.push(used);
      addLine(byCurrency, used.body);
    } else if (used.body.type === 'PayoutPart') addPart(byCurrency, used.body);
    else if (used.body.type === 'BankLineReported') addBankLine(byCurrency, used.body);
  }
  const currencies = [...byCurrency.keys()].sort();
  const sums = currencies.map((currency) => closed(currency, byCurrency.get(currency)!, isPayout));
  return { isPayout, sums, conflicts, unclassified };
}

/** Whether nothing stands under a payout: its lines were withdrawn. */
export function isVacantPayout(state: PaymentState): boolean {
  const isTakenBack = ({ body }: Claim) => {
    return body.type === 'ClaimWithdrawn' || (body.type === 'PayoutPart' && isEmptyPart(body));
  };
  if (!state.claims.some(isTakenBack)) return false;
  return (
    toldTo(state.claims).own.length === 0 &&
    state.claims.every(({ body }) => body.type !== 'PayoutPart' || isEmptyPart(body))
  );
}

function isLine(claim: Claim): claim is Claim<SettlementLineReported> {
  return claim.body.type === 'SettlementLineReported';
}

function sumsIn(byCurrency: Map<string, Sums>, currency: string): Sums {
  let sums = byCurrency.get(currency);
  if (sums === undefined) {
    sums = { part: null, linesOn: null, paid: null, paidOn: null, banked: null, bankedOn: null };
    byCurrency.set(currency, sums);
  }
  return sums;
}

function addLine(byCurrency: Map<string, Sums>, line: SettlementLineReported): void {
  const part = partOfLine(line);
  const sums = addPart(byCurrency, part);
  if (line.line_type !== 'payout') return;
  // What goes out of the account is written below zero.
  const isChanged = part.currency !== line.currency;
  const amount = minorOf(isChanged ? line.settlement_amount! : line.gross, part.currency);
  sums.paid = (sums.paid ?? 0n) - amount;
  sums.paidOn = lastOf(sums.paidOn, line.settlement_date);
}

function addPart(byCurrency: Map<string, Sums>, part: PayoutPart): Sums {
  const sums = sumsIn(byCurrency, part.currency);
  sums.part = sums.part === null ? part : sumOfParts(sums.part, part);
  if (part.lines > 0) sums.linesOn = lastOf(sums.linesOn, part.settlement_date);
  return sums;
}

function addBankLine(byCurrency: Map<string, Sums>, { currency, amount, value_date }: BankLineReported): void {
  const sums = sumsIn(byCurrency, currency);
  sums.banked = (sums.banked ?? 0n) + minorOf(amount, currency);
  sums.bankedOn = lastOf(sums.bankedOn, value_date);
}

function lastOf(left: string | null, right: string): string {
  return left === null || right > left ? right : left;
}

function closed(currency: string, sums: Sums, isPayout: boolean): PayoutSums {
  const { linesOn, banked, bankedOn } = sums;
  const settlement_date = linesOn ?? sums.paidOn ?? bankedOn!;
  const part = { ...(sums.part ?? emptyPart({ currency, settlement_date })), settlement_date };
  const isPaidByBank = sums.paid === null && banked !== null && isPayout;
  const paid = isPaidByBank ? banked : sums.paid;
  const paidOn = isPaidByBank ? bankedOn : sums.paidOn;
  return { currency, part, linesOn, expected: netOf(part), paid, paidOn, isPaidByBank, banked, bankedOn };
}

/** What a part comes to: compared in the currency's own decimals, however fine its fees are. */
function netOf({ currency, gross, fees, returns, other }: PayoutPart): bigint {
  const amounts: Decimal[] = [decimalOf(gross), decimalOf(returns), decimalOf(other), negated(decimalOf(fees))];
  return roundHalfUp(amounts.reduce(addDecimal), currencyExponent(currency) ?? 0);
}

/** Pure, as `assess` is. */
export function assessPayout(state: PaymentState, rules: CompiledRules, asOf: Instant): Assessment {
  const about = readPayout(state);
  const found = new Findings(asOf);
  for (const contents of about.conflicts) tellConflict(found, contents);
  for (const { id, body } of about.unclassified) {
    const subject = { subject: id, openedAt: dayAt(rules, body.settlement_date) };
    found.texts('UNCLASSIFIED', subject, null, body.word ?? 'unclassified', null, 'payout');
  }
  const isNothing = !about.isPayout && about.sums.every(({ banked }) => banked === null || banked <= 0n);
  if (!isNothing) for (const sums of about.sums) check(found, rules, about, sums);
  const payout = found.standing('payout', isNothing ? 'closed' : 'matched');
  if (payout === 'matched') for (const sums of about.sums) tellMatched(found, rules, sums);
  return {
    merchant: '',
    provider: state.claims[0]?.provider ?? '',
    payment: 'closed',
    settlement: 'closed',
    payout,
    findings: found.list,
    money: [],
    ...found.awaited,
  };
}

function tellConflict(found: Findings, contents: readonly Claim[]): void {
  const difference = differenceOf(contents, () => true);
  if (difference === null) return;
  const subject = { subject: contents[0]!.id, openedAt: null };
  found.texts('CONFLICTING_EVIDENCE', subject, difference.used, difference.others, null, 'payout');
}

function check(found: Findings, rules: CompiledRules, { isPayout }: PayoutGroup, sums: PayoutSums): void {
  if (!isPayout) return checkUnnamed(found, rules, sums);
  const { currency, linesOn, expected, paid, paidOn, isPaidByBank, banked, bankedOn } = sums;
  const tell = (reason: PayoutReason, openedAt: Instant | null, due: bigint, observed: bigint) =>
    found.amounts(reason, { subject: '', openedAt }, due, observed, currency);
  // Not before the day that they are of: until then, lines that other keys have to tell may be under way.
  const compare = (reason: PayoutReason, from: string, to: string, due: bigint, observed: bigint) => {
    const openedAt = Math.max(dayAt(rules, from), dayAt(rules, to));
    if (found.passed('payout', openedAt)) tell(reason, openedAt, due, observed);
  };
  if (linesOn === null) {
    if (paid !== null && paid !== 0n) {
      const deadline = deadlineOf(rules, paidOn!, 'due');
      if (isPast(found, rules, deadline)) tell('PAYOUT_UNEXPLAINED', deadline, 0n, paid);
    }
  } else if (paid === null) {
    if (expected !== 0n) {
      const deadline = deadlineOf(rules, linesOn, 'due');
      if (isPast(found, rules, deadline)) tell('PAYOUT_MISSING', deadline, expected, 0n);
    }
  } else if (paid !== expected) {
    compare('PAYOUT_AMOUNT', linesOn, paidOn!, expected, paid);
  }
  if (paid === null || isPaidByBank) return;
  if (banked === null) {
    if (paid === 0n) return;
    const deadline = deadlineOf(rules, paidOn!, 'bank');
    if (isPast(found, rules, deadline)) tell('BANK_MISSING', deadline, paid, 0n);
  } else if (banked !== paid) {
    compare('BANK_AMOUNT', paidOn!, bankedOn!, paid, banked);
  }
}

type PayoutReason =
  | 'PAYOUT_AMOUNT'
  | 'PAYOUT_MISSING'
  | 'PAYOUT_UNEXPLAINED'
  | 'BANK_AMOUNT'
  | 'BANK_MISSING'
  | 'BANK_UNEXPLAINED';

/** Money that the bank received, and whose text names no payout. What it paid out is nobody's payout. */
function checkUnnamed(found: Findings, rules: CompiledRules, { currency, banked, bankedOn }: PayoutSums): void {
  if (banked === null || banked <= 0n) return;
  const deadline = deadlineOf(rules, bankedOn!, 'bank');
  if (!isPast(found, rules, deadline)) return;
  found.amounts('BANK_UNEXPLAINED', { subject: '', openedAt: deadline }, 0n, banked, currency);
}

/** The end of the last day on which what follows a date is in time; null where no rule asks for it. */
function deadlineOf({ calendar, payouts }: CompiledRules, date: string, rule: 'due' | 'bank'): Instant | null {
  const days = payouts?.[rule] ?? null;
  return days === null ? null : calendar.startOf(calendar.businessDayAfter(dayOfDate(date), days) + 1);
}

/** Whether a deadline has passed. Without rules for payouts the stage waits; where they do not ask, it does not. */
function isPast(found: Findings, { payouts }: CompiledRules, deadline: Instant | null): deadline is Instant {
  if (deadline !== null) return found.passed('payout', deadline);
  if (payouts === null) found.wait('payout');
  return false;
}

function tellMatched(found: Findings, rules: CompiledRules, sums: PayoutSums): void {
  const { currency, expected, paid, linesOn, paidOn, bankedOn } = sums;
  const at = (date: string | null) => (date === null ? null : dayAt(rules, date));
  const openedAt = later(later(at(linesOn), at(paidOn)), at(bankedOn));
  found.report('payout', 'matched', null, { subject: '', openedAt, expected, observed: paid ?? 0n, currency });
}

function dayAt({ calendar }: CompiledRules, date: string): Instant {
  return calendar.startOf(dayOfDate(date));
}
