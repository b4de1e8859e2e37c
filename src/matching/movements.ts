// The money that moves for a key, in double entry: each movement takes an amount from one account to another of the
// same currency, so that every set of them sums to zero. Exact decimals, since fees may be finer than the currency.

import type { Assessment, Finding } from '../domain/assessment.ts';
import { currencyExponent } from '../domain/currency.ts';
import { addDecimal, type Decimal, decimalOf, negated } from '../domain/decimal.ts';
import type { SettlementLineReported } from '../domain/fact.ts';
import { isPayoutKey, isPeriodKey } from '../domain/key.ts';
import { ownIds } from '../domain/payment-ids.ts';
import { earlier, type Instant } from '../domain/time.ts';
import { assessEvidence, groupAndEvidence } from './assess-key.ts';
import type { Line, Observation } from './claims.ts';
import { usedLines } from './counted-lines.ts';
import { withDecisions } from './decisions.ts';
import { bestAmount, meansMoney } from './evidence.ts';
import type { PaymentState } from './evolve.ts';
import { feeOf } from './fee-check.ts';
import { toldTo } from './handoffs.ts';
import { dueUntil, isDue } from './paid-amounts.ts';
import type { MatchGroup } from './payment-stage.ts';
import type { Payment } from './payments.ts';
import { readPayout } from './payouts.ts';
import type { Return } from './return-state.ts';
import { returnsOf } from './returns.ts';
import type { CompiledRules } from './rules.ts';

/**
 * - `orders`: what customers still owe for their orders.
 * - `gateway`: what the gateway received and still owes.
 * - `clearing`: what was settled and is not paid out; `transit`: what was paid out and is not with the bank.
 * - `exchange`: what changed its currency.
 * - `links`: what people linked to orders of other keys: of all keys together nothing, as soon as each told the other.
 */
export type Account =
  | 'sales'
  | 'orders'
  | 'payer_fees'
  | 'gateway'
  | 'fees'
  | 'returns'
  | 'clearing'
  | 'exchange'
  | 'links'
  | 'losses'
  | 'own'
  | 'transit'
  | 'bank';

export const MOVEMENT_KINDS = [
  'ordered',
  'received',
  'payer_fee',
  'returned',
  'fee',
  'settled',
  'fx',
  'exchanged',
  'written_off',
  'order_written_off',
  'linked_out',
  'linked_in',
  'own_money',
  'account_fee',
  'payout',
  'bank',
] as const;
export type MovementKind = (typeof MOVEMENT_KINDS)[number];

export interface Movement {
  readonly what: MovementKind;
  /** The id of the claim that says so; '' where the key as a whole does. */
  readonly fact: string;
  readonly currency: string;
  readonly from: Account;
  readonly to: Account;
  /** Below zero where it goes the other way. */
  readonly amount: Decimal;
}

/** A key as of a time, with what moved until then. */
export interface KeyMoves {
  readonly group: MatchGroup | null;
  readonly evidence: Assessment;
  readonly assessment: Assessment;
  readonly movements: readonly Movement[];
  /** Until then time alone changes nothing; null if it never does. */
  readonly until: Instant | null;
}

/** Pure: all that moved for a key by its claims. */
export function movesOf(key: string, state: PaymentState, rules: CompiledRules, asOf: Instant): KeyMoves {
  if (isPayoutKey(key) || isPeriodKey(key)) {
    const evidence = assessEvidence(key, state, rules, asOf);
    const assessment = withDecisions(key, state.decisions, rules, evidence);
    const movements = isPayoutKey(key) ? payoutMovements(state) : [];
    return { group: null, evidence, assessment, movements, until: evidence.next_deadline };
  }
  const { group, evidence } = groupAndEvidence(key, state, rules, asOf);
  const assessment = withDecisions(key, state.decisions, rules, evidence);
  const moves = new Moves();
  addOrders(moves, group, asOf);
  for (const payment of group.payments) addPayment(moves, group, payment);
  addLinks(moves, group);
  addLines(moves, group);
  for (const [currency, difference] of feeDifferences(evidence.findings)) {
    // What was charged beyond the agreed fee is still owed.
    moves.add('fee', '', currency, 'gateway', 'fees', negated(difference));
  }
  addWriteOffs(moves, assessment.findings);
  const until = earlier(evidence.next_deadline, dueUntil(group, asOf));
  return { group, evidence, assessment, movements: moves.list, until };
}

class Moves {
  readonly list: Movement[] = [];

  add(what: MovementKind, fact: string, currency: string, from: Account, to: Account, amount: Decimal): void {
    if (amount.digits !== 0n) this.list.push({ what, fact, currency, from, to, amount });
  }

  addMinor(what: MovementKind, fact: string, currency: string, from: Account, to: Account, minor: bigint): void {
    this.add(what, fact, currency, from, to, decimalOfMinor(minor, currency));
  }
}

export function decimalOfMinor(minor: bigint, currency: string): Decimal {
  return { digits: minor, scale: currencyExponent(currency) ?? 0 };
}

/** What should be paid for the order; and of each payment that went back in full, what was sold and given back. */
function addOrders(moves: Moves, group: MatchGroup, asOf: Instant): void {
  const { order, payments, returns, claims } = group;
  if (order !== undefined) {
    const due = isDue(group, asOf) ? order.amount : 0n;
    moves.addMinor('ordered', claims.orders[0]?.id ?? '', order.currency, 'sales', 'orders', due);
  }
  for (const payment of payments) {
    const { succeeded, gross, currency } = payment;
    if (!succeeded || gross === null || currency === null || !returnsOf(returns, payment).inFull) continue;
    moves.addMinor('ordered', factOf(payment), currency, 'sales', 'orders', gross);
  }
}

/** What counts for another order than that of the key at which it came in. */
function addLinks(moves: Moves, { links }: MatchGroup): void {
  for (const [currency, minor] of links?.out ?? [])
    moves.addMinor('linked_out', '', currency, 'links', 'orders', minor);
  for (const { amount, currency } of links?.credits ?? []) {
    moves.addMinor('linked_in', '', currency, 'orders', 'links', amount);
  }
}

function addPayment(moves: Moves, group: MatchGroup, payment: Payment): void {
  const { succeeded, gross, currency } = payment;
  if (!succeeded || gross === null || currency === null) return;
  const fact = factOf(payment);
  moves.addMinor('received', fact, currency, 'orders', 'gateway', gross);
  moves.addMinor('payer_fee', fact, currency, 'payer_fees', 'gateway', payerFeeOf(group, payment));
  const { returns, returned } = returnsOf(group.returns, payment);
  const last = returns.findLast(({ state }) => state === 'done');
  const by = last === undefined ? fact : factOfReturn(group, last);
  // What went back beyond the payment was not money received: it is a break.
  moves.addMinor('returned', by, currency, 'gateway', 'returns', returned < gross ? returned : gross);
}

/** What the payer pays on top of a payment of known amount. */
export function payerFeeOf(group: MatchGroup, payment: Payment): bigint {
  return feeOf(group, payment).lineGross - payment.gross!;
}

/** The claim that says how much: as evidence for the amount it comes first. */
function factOf({ observations, lines }: Payment): string {
  const reported = bestAmount(observations);
  const isReported = reported !== undefined && (lines.length === 0 || meansMoney(reported.body.status));
  return (isReported ? reported : lines[0])?.id ?? '';
}

function factOfReturn({ claims }: MatchGroup, { id, provider, lines }: Return): string {
  const isIt = (said: Observation) => said.id === id || (said.provider === provider && ownIds(said.body).includes(id));
  return [...claims.returnObservations, ...claims.observations].find(isIt)?.id ?? lines[0]?.id ?? '';
}

/** Each line as it was settled: what came of it, and what was kept as a fee. */
function addLines(moves: Moves, { payments, returns, claims, heard }: MatchGroup): void {
  const known = new Set<Line>();
  for (const payment of payments) {
    for (const line of payment.lines) known.add(line);
    for (const entry of returnsOf(returns, payment).returns) for (const line of entry.lines) known.add(line);
  }
  for (const entry of returns.unlinked) for (const line of entry.lines) known.add(line);
  // One that is of no return, as where it only came back, was settled all the same.
  for (const line of claims.returnLines) known.add(line);
  for (const line of known) addLine(moves, line);
  for (const line of claims.feeLines) addLine(moves, line);
  for (const claim of claims.unclassified) if (isLine(claim)) addLine(moves, claim);
  for (const line of usedLines(heard.claims)) if (OWN.has(line.body.line_type)) addOwnLine(moves, line);
}

function isLine(claim: { readonly body: { readonly type: string } }): claim is Line {
  return claim.body.type === 'SettlementLineReported';
}

/** Lines that belong to no payment: the account's own money. */
const OWN: ReadonlySet<string> = new Set(['tax', 'reserve', 'release', 'adjustment', 'transfer']);

function addLine(moves: Moves, { id, body }: Line): void {
  const { currency } = body;
  const gross = decimalOf(body.gross);
  const isFee = body.line_type === 'fee';
  const fee = isFee ? negated(gross) : body.fee === null ? ZERO : decimalOf(body.fee);
  const net = isFee ? gross : addDecimal(gross, negated(fee));
  moves.add('fee', id, currency, 'gateway', 'fees', fee);
  const changed = exchanged(body);
  if (changed === null) return moves.add('settled', id, currency, 'gateway', 'clearing', net);
  moves.add('fx', id, currency, 'gateway', 'exchange', net);
  moves.add('exchanged', id, changed.currency, 'exchange', 'clearing', changed.amount);
}

/** What was settled in another currency. */
function exchanged({
  settlement_amount: amount,
  settlement_currency: currency,
  currency: own,
}: SettlementLineReported) {
  if (amount === null || currency === null || currency === own) return null;
  return { currency, amount: decimalOf(amount) };
}

function addOwnLine(moves: Moves, { id, body }: Line): void {
  const changed = exchanged(body);
  const currency = changed?.currency ?? body.currency;
  const amount = changed?.amount ?? decimalOf(body.gross);
  const isTax = body.line_type === 'tax' || body.line_type === 'fee';
  if (isTax) moves.add('account_fee', id, currency, 'clearing', 'fees', negated(amount));
  else moves.add('own_money', id, currency, 'own', 'clearing', amount);
  if (changed === null && body.fee !== null) {
    moves.add('account_fee', id, currency, 'clearing', 'fees', decimalOf(body.fee));
  }
}

const ZERO: Decimal = { digits: 0n, scale: 0 };

/** By currency: what was charged beyond the agreed fees, or below zero less, where that is a break. */
export function feeDifferences(findings: readonly Finding[]): Map<string, Decimal> {
  const sums = new Map<string, Decimal>();
  for (const { reason, difference, currency } of findings) {
    if ((reason !== 'FEE_VARIANCE' && reason !== 'FEE_MISSING') || difference === null || currency === null) continue;
    sums.set(currency, addDecimal(sums.get(currency) ?? ZERO, decimalOf(difference)));
  }
  return sums;
}

/** What people wrote off: never more than what is left of it, on the side that the finding is about. */
function addWriteOffs(moves: Moves, findings: readonly Finding[]): void {
  for (const finding of findings) {
    if (finding.reason !== 'WRITTEN_OFF' || finding.currency === null) continue;
    const side = finding.stage === 'payment' ? 'orders' : 'gateway';
    const what = finding.stage === 'payment' ? 'order_written_off' : 'written_off';
    const left = balanceOf(moves.list, side, finding.currency);
    moves.add(what, finding.subject, finding.currency, side, 'losses', writtenOff(finding, left));
  }
}

/** The part of what is left that a write-off takes. */
export function writtenOff({ difference }: Finding, left: Decimal): Decimal {
  const amount = decimalOf((difference ?? '0').replace('-', ''));
  const rest = left.digits < 0n ? negated(left) : left;
  const taken = isMore(amount, rest) ? rest : amount;
  return left.digits < 0n ? negated(taken) : taken;
}

function isMore(left: Decimal, right: Decimal): boolean {
  return addDecimal(left, negated(right)).digits > 0n;
}

/** What movements leave on an account. */
export function balanceOf(movements: readonly Movement[], account: Account, currency: string): Decimal {
  let sum = ZERO;
  for (const movement of movements) {
    if (movement.currency !== currency) continue;
    if (movement.to === account) sum = addDecimal(sum, movement.amount);
    if (movement.from === account) sum = addDecimal(sum, negated(movement.amount));
  }
  return sum;
}

/** Of a payout's key: the account's own lines, what was paid out, and what the bank received. */
function payoutMovements(state: PaymentState): Movement[] {
  const moves = new Moves();
  const { own } = toldTo(state.claims);
  for (const line of usedLines(own)) if (line.body.line_type !== 'payout') addOwnLine(moves, line);
  const { isPayout, sums } = readPayout(state);
  for (const { currency, paid, banked } of sums) {
    const by = own.find(({ body }) => body.type !== 'ClaimWithdrawn')?.id ?? '';
    if (isPayout) moves.addMinor('payout', by, currency, 'clearing', 'transit', paid ?? 0n);
    moves.addMinor('bank', by, currency, 'transit', 'bank', banked ?? 0n);
  }
  return moves.list;
}
