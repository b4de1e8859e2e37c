// What a key adds to the statement of a day: what moved on it, what is left at its end by the movements and by the key
// itself, and what explains what is left.

import { type Assessment, type Finding, type Standing, standingOf } from '../domain/assessment.ts';
import type { Day } from '../domain/calendar.ts';
import { addDecimal, type Decimal, decimalOf, negated } from '../domain/decimal.ts';
import type { Cause } from '../domain/decision.ts';
import { isPayoutKey } from '../domain/key.ts';
import { isBreak, REASON_CODES, type ReasonCode } from '../domain/reasons.ts';
import type { Instant } from '../domain/time.ts';
import { causesOf } from './decisions.ts';
import type { PaymentState } from './evolve.ts';
import {
  balanceOf,
  decimalOfMinor,
  feeDifferences,
  type KeyMoves,
  type Movement,
  movesOf,
  payerFeeOf,
  writtenOff,
} from './movements.ts';
import type { MatchGroup } from './payment-stage.ts';
import type { CompiledRules } from './rules.ts';
import { stateUntil } from './state-until.ts';

/**
 * What explains a remainder: a reason; `pending`, what is not yet due; `tolerance`, what differs and counts as equal;
 * or the cause of what people resolved.
 */
export type Explanation = ReasonCode | 'pending' | 'tolerance' | `resolved:${Cause}`;

/** What is left of one side of a key in a currency. Above zero it is still owed, below zero it is too much. */
export interface Remainder {
  readonly side: 'orders' | 'gateway';
  readonly currency: string;
  readonly amount: Decimal;
  readonly explanation: Explanation;
  /** Since when its finding holds; null where there is none, or no time. */
  readonly since: Instant | null;
}

export interface StatementPart {
  /** What moved up to the day's end, and what of it before the day. */
  readonly until: readonly Movement[];
  readonly before: readonly Movement[];
  /** By the key itself, at the day's end. */
  readonly remainders: readonly Remainder[];
}

/** Pure. `now` is the ledger's time: a day that is not over ends then. */
export function statementPart(
  key: string,
  state: PaymentState,
  rules: CompiledRules,
  day: Day,
  now: Instant,
): StatementPart {
  const { calendar } = rules;
  const start = Math.min(now, calendar.startOf(day) - 1);
  const end = Math.min(now, calendar.startOf(day + 1) - 1);
  const [known, knownBefore] = [stateUntil(state, calendar, day), stateUntil(state, calendar, day - 1)];
  const first = movesOf(key, knownBefore, rules, start);
  // Most keys have nothing new on a day, and then time alone changes nothing either.
  const isSame = knownBefore === known && (first.until === null || first.until > end);
  const moves = isSame ? first : movesOf(key, known, rules, end);
  const causes = causesOf(key, known.decisions, rules, moves.evidence);
  return { until: moves.movements, before: first.movements, remainders: remaindersOf(key, moves, causes) };
}

/** What a key comes to by some of its claims as of a time. */
export interface KeyStand {
  readonly movements: readonly Movement[];
  readonly remainders: readonly Remainder[];
  /** Until then time alone changes neither; null if it never does. */
  readonly until: Instant | null;
}

export function keyStand(key: string, known: PaymentState, rules: CompiledRules, asOf: Instant): KeyStand {
  const moves = movesOf(key, known, rules, asOf);
  const causes = causesOf(key, known.decisions, rules, moves.evidence);
  return { movements: moves.movements, remainders: remaindersOf(key, moves, causes), until: moves.until };
}

/** Another way to the balances than the movements: the money of the assessment against the lines as they are. */
function remaindersOf(key: string, moves: KeyMoves, causes: ReadonlyMap<string, Cause>): Remainder[] {
  const { group, evidence, assessment, movements } = moves;
  if (group === null || isPayoutKey(key)) return [];
  const remainders: Remainder[] = [];
  for (const [currency, owed] of owedByGateway(group, evidence, assessment)) {
    add(remainders, 'gateway', currency, owed, assessment, causes);
  }
  for (const currency of new Set(movements.map((movement) => movement.currency))) {
    add(remainders, 'orders', currency, balanceOf(movements, 'orders', currency), assessment, causes);
  }
  return remainders;
}

function add(
  remainders: Remainder[],
  side: Remainder['side'],
  currency: string,
  amount: Decimal,
  assessment: Assessment,
  causes: ReadonlyMap<string, Cause>,
): void {
  if (amount.digits === 0n) return;
  remainders.push({ side, currency, amount, ...explained(side, assessment, causes) });
}

/** Received less returned, less all lines, with what was charged beyond the agreed fees. */
function owedByGateway(group: MatchGroup, evidence: Assessment, assessment: Assessment): Map<string, Decimal> {
  const sums = new Map<string, Decimal>();
  const addTo = (currency: string, amount: Decimal) => {
    sums.set(currency, addDecimal(sums.get(currency) ?? ZERO, amount));
  };
  for (const { currency, received, returned } of evidence.money) {
    addTo(currency, decimalOfMinor(received - returned, currency));
  }
  for (const payment of group.payments) {
    if (!payment.succeeded || payment.gross === null || payment.currency === null) continue;
    addTo(payment.currency, decimalOfMinor(payerFeeOf(group, payment), payment.currency));
  }
  const { paymentLines, returnLines, unclassified } = group.claims;
  for (const { body } of [...paymentLines, ...returnLines, ...unclassified]) {
    if (body.type === 'SettlementLineReported') addTo(body.currency, negated(decimalOf(body.gross)));
  }
  for (const [currency, difference] of feeDifferences(evidence.findings)) addTo(currency, difference);
  for (const finding of assessment.findings) {
    const { reason, stage, currency } = finding;
    if (reason !== 'WRITTEN_OFF' || stage === 'payment' || currency === null) continue;
    addTo(currency, negated(writtenOff(finding, sums.get(currency) ?? ZERO)));
  }
  return sums;
}

const ZERO: Decimal = { digits: 0n, scale: 0 };

type Explained = Pick<Remainder, 'explanation' | 'since'>;

/**
 * The first open break of its side in the table's order; where its stage waits, what is not yet due; then what people
 * resolved of it; then the first break of the other side.
 */
function explained(side: Remainder['side'], assessment: Assessment, causes: ReadonlyMap<string, Cause>): Explained {
  const stage = side === 'orders' ? 'payment' : 'settlement';
  const own = assessment.findings.filter((finding) => finding.stage === stage);
  return (
    firstBreak(own) ??
    waiting(assessment[stage]) ??
    resolved(own, causes) ??
    firstBreak(assessment.findings) ??
    waiting(standingOf(assessment)) ??
    resolved(assessment.findings, causes) ?? { explanation: 'tolerance', since: null }
  );
}

const PLACES = new Map(REASON_CODES.map((reason, place) => [reason, place]));

function firstBreak(findings: readonly Finding[]): Explained | undefined {
  let first: (Finding & { reason: ReasonCode }) | undefined;
  for (const finding of findings) {
    const { reason } = finding;
    // What another shop's account said was not counted.
    if (reason === null || !isBreak(reason) || reason === 'FOREIGN_ACCOUNT') continue;
    if (first === undefined || PLACES.get(reason)! < PLACES.get(first.reason)!) first = { ...finding, reason };
  }
  return first === undefined ? undefined : { explanation: first.reason, since: first.opened_at };
}

function waiting(standing: Standing): Explained | undefined {
  return standing === 'pending' ? { explanation: 'pending', since: null } : undefined;
}

function resolved(findings: readonly Finding[], causes: ReadonlyMap<string, Cause>): Explained | undefined {
  const finding = findings.find(({ kind }) => kind === 'decision');
  if (finding === undefined) return undefined;
  return { explanation: `resolved:${causes.get(finding.subject) ?? 'other'}`, since: finding.opened_at };
}
