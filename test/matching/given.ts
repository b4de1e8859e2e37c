// The words in which examples of matching are told: claims with sensible defaults, and what an assessment shows.
// Defaults: an order of KES 1000.00 on Monday 2 March 2026, 16:00 in Shanghai, paid five minutes later as P1.
// Whatever is given is folded forwards, backwards and twice, so that every example also says that order is nothing.

import { expect } from 'vitest';
import { type Assessment, type Finding, type Standing, stagesOf } from '../../src/domain/assessment.ts';
import {
  type BankLineReported,
  type Claim,
  type ClaimWithdrawn,
  type OrderPlaced,
  type PaymentObserved,
  type PayoutPart,
  type SettlementLineReported,
  sourceName,
} from '../../src/domain/fact.ts';
import { type Handoff, type HandoffWord, handoffId } from '../../src/domain/handoff.ts';
import type { ReasonCode } from '../../src/domain/reasons.ts';
import { type Instant, parseInstant } from '../../src/domain/time.ts';
import { assess } from '../../src/matching/assess.ts';
import { contentHash, EMPTY_STATE, evolve, type PaymentState } from '../../src/matching/evolve.ts';
import { partClaimId } from '../../src/matching/payout-parts.ts';
import { assessPayout } from '../../src/matching/payouts.ts';
import { compileRules, parseRules } from '../../src/matching/rules.ts';
import { withdrawalOf } from '../../src/matching/standing-claims.ts';

/** What a claim has that nobody says more of. */
export const NOBODYS = {
  merchant: '',
  occurred_at: null,
  forwarded: false,
  payout: null,
  stated_at: null,
  import_id: 0,
};

/** An instant of March 2026 in UTC, by day and clock: `t('2 08:05')`, `t('3 15:59:59.999')`. */
export function t(text: string): Instant {
  const [day, clock] = text.split(' ') as [string, string];
  return parseInstant(`2026-03-${day.padStart(2, '0')}T${clock}${clock.length === 5 ? ':00' : ''}Z`)!;
}

/** Which import said it, and when. */
interface StatedGiven {
  readonly import_id?: number;
  readonly stated_at?: Instant | null;
}

export type OrderGiven = Partial<OrderPlaced> & StatedGiven & { readonly id?: string; readonly merchant?: string };

/** An order; all statuses of it share its id. */
export function order(given: OrderGiven = {}): Claim<OrderPlaced> {
  const { id = 'order:REF', merchant = 'shop-1', import_id = 0, stated_at = null, ...parts } = given;
  const body: OrderPlaced = {
    type: 'OrderPlaced',
    amount: '1000.00',
    currency: 'KES',
    placed_at: t('2 08:00'),
    expires_at: null,
    status: 'awaiting_payment',
    status_at: null,
    order_number: null,
    country: null,
    operator: null,
    msisdn: null,
    ip: null,
    device: null,
    ...parts,
  };
  const occurred_at = body.placed_at;
  const source = { provider: 'mfs-africa', account: null, forwarded: false, payout: null, import_id, stated_at };
  return { id, ...source, merchant, occurred_at, body };
}

export type ObservedGiven = Partial<PaymentObserved> & {
  readonly import_id?: number;
  readonly id?: string;
  readonly account?: string | null;
  readonly at?: Instant | null;
  readonly forwarded?: boolean;
  /** Short for `provider_transaction_id` and `original_transaction_id`. */
  readonly payment?: string | null;
  readonly original?: string | null;
};

/** A success of P1 at 08:05, as a callback. */
export function callback(given: ObservedGiven = {}): Claim<PaymentObserved> {
  const { id, account = null, at = t('2 08:05'), forwarded = false, import_id = 0, ...named } = given;
  const { payment = 'P1', original = null, ...parts } = named;
  const source = { provider: 'mfs-africa', account };
  const body: PaymentObserved = {
    type: 'PaymentObserved',
    via: 'callback',
    kind: 'payment',
    status: 'succeeded',
    word: null,
    amount: '1000.00',
    currency: 'KES',
    fee: null,
    operator: null,
    msisdn: null,
    provider_transaction_id: payment,
    operator_transaction_id: null,
    request_id: null,
    original_transaction_id: original,
    ...parts,
  };
  const event = id ?? `${payment}-${body.kind}-${body.status}-${at}`;
  return {
    id: `${sourceName(source)}:${body.via}:${event}`,
    ...source,
    merchant: '',
    occurred_at: at,
    forwarded,
    import_id,
    stated_at: null,
    body,
    payout: null,
  };
}

export function poll(given: ObservedGiven = {}): Claim<PaymentObserved> {
  return callback({ via: 'poll', ...given });
}

/** A refund of P1 in full at 09:00, under its own id R1. */
export function refund(given: ObservedGiven = {}): Claim<PaymentObserved> {
  return callback({ kind: 'refund', payment: 'R1', original: 'P1', at: t('2 09:00'), ...given });
}

/** A chargeback of P1 in full, under its own id C1: `disputed`, then `charged_back` (lost) or `succeeded` (won). */
export function chargeback(status: PaymentObserved['status'], given: ObservedGiven = {}): Claim<PaymentObserved> {
  return callback({ kind: 'chargeback', status, payment: 'C1', original: 'P1', at: t('2 10:00'), ...given });
}

export type LineGiven = Partial<SettlementLineReported> & {
  readonly at?: Instant | null;
  readonly import_id?: number;
  readonly id?: string;
  readonly payout?: string | null;
  readonly account?: string | null;
  readonly forwarded?: boolean;
  readonly payment?: string | null;
  readonly original?: string | null;
};

/** A settlement line of P1 on its due day, 3 March, without a fee. */
export function line(given: LineGiven = {}): Claim<SettlementLineReported> {
  const { id, account = null, forwarded = false, import_id = 0, payout = null, at = null, ...named } = given;
  const { payment = 'P1', original = null, ...parts } = named;
  const source = { provider: 'mfs-africa', account };
  const body: SettlementLineReported = {
    type: 'SettlementLineReported',
    line_type: 'payment',
    word: null,
    gross: '1000.00',
    currency: 'KES',
    fee: null,
    settlement_date: '2026-03-03',
    settlement_currency: null,
    settlement_amount: null,
    fx_rate: null,
    provider_transaction_id: payment,
    operator_transaction_id: null,
    request_id: null,
    original_transaction_id: original,
    ...parts,
  };
  const name = `${sourceName(source)}:line:${id ?? `${payment}-${body.line_type}`}`;
  const stated = { import_id, stated_at: null };
  return { id: name, ...source, merchant: '', occurred_at: at, forwarded, body, payout, ...stated };
}

/** A claw-back of R1 in full on 4 March, its due day where the payment's line is of 3 March. */
export function refundLine(given: LineGiven = {}): Claim<SettlementLineReported> {
  const more = { payment: 'R1', original: 'P1', gross: '-1000.00', settlement_date: '2026-03-04', ...given };
  return line({ line_type: 'refund', ...more });
}

export type BankLineGiven = Partial<BankLineReported> & {
  readonly import_id?: number;
  readonly account?: string | null;
  readonly payout?: string | null;
};

/** A line of a bank's statement of 4 March that names the payout PAY-9. */
export function bankLine(given: BankLineGiven = {}): Claim<BankLineReported> {
  const { account = null, payout = 'PAY-9', import_id = 0, ...parts } = given;
  const source = { provider: 'mfs-africa', account };
  const body: BankLineReported = {
    type: 'BankLineReported',
    bank_account: 'KE-1',
    amount: '985.00',
    currency: 'KES',
    value_date: '2026-03-04',
    bank_reference: 'B1',
    narration: null,
    ...parts,
  };
  const id = `${sourceName(source)}:bank:${body.bank_account}/${body.bank_reference}`;
  return { id, ...NOBODYS, ...source, body, payout, import_id };
}

/** What references told the payout PAY-9 of the lines of 3 March: one payment of KES 1000.00 with a fee of 15.00. */
export function payoutPart(given: Partial<PayoutPart> = {}): Claim<PayoutPart> {
  const body: PayoutPart = {
    type: 'PayoutPart',
    currency: 'KES',
    settlement_date: '2026-03-03',
    lines: 1,
    gross: '1000.00',
    fees: '15.00',
    returns: '0.00',
    other: '0.00',
    ...given,
  };
  return { id: partClaimId(body), provider: 'mfs-africa', account: null, ...NOBODYS, body };
}

/** The claim that takes one statement of an import back. */
export function withdrawn(claim: Claim): Claim<ClaimWithdrawn> {
  return withdrawalOf(claim, contentHash(claim), 'wrong file');
}

/** What another key told; an object as its content is written as JSON. */
export function told(word: HandoffWord, from: string, content: object | string | null, subject = ''): Claim<Handoff> {
  const text = typeof content === 'object' && content !== null ? JSON.stringify(content) : content;
  const nobody = { provider: '', account: null, ...NOBODYS };
  return { id: handoffId(word, from, subject), ...nobody, body: { type: 'Handoff', word, from, content: text } };
}

/** A claim that another key gave to this one. */
export function givenBy(from: string, claim: Claim): Claim<Handoff> {
  return told('gives', from, { path: [], claim }, claim.id);
}

export function fold(claims: readonly Claim[]): PaymentState {
  return claims.reduce(evolve, EMPTY_STATE);
}

/** A finding by its reason alone, or with the fields that matter. */
export type FindingShown = ReasonCode | (Partial<Finding> & { readonly reason: ReasonCode });

export interface Shown {
  readonly payment?: Standing;
  readonly settlement?: Standing;
  /** Of a payout, which has no other stage. */
  readonly payout?: Standing;
  /** Every break, notice and end, no more and no less, in any order. */
  readonly found?: readonly FindingShown[];
  readonly next?: Instant | null;
}

/** `given(claims).at(asOf, rules).shows(...)`; `rules` is what a rules file would hold. */
export function given(...claims: readonly Claim[]) {
  return givenFor(assess, claims);
}

/** The same for the claims of a payout's key. */
export function givenPayout(...claims: readonly Claim[]) {
  return givenFor(assessPayout, claims);
}

function givenFor(assess: typeof assessPayout, claims: readonly Claim[]) {
  return {
    at(asOf: Instant, rules: unknown = {}) {
      const compiled = compileRules(parseRules(rules));
      const state = fold(claims);
      const assessment = assess(state, compiled, asOf);
      // Parts of payouts add up: each is told once.
      const twice = (claim: Claim) => (claim.body.type === 'PayoutPart' ? [claim] : [claim, structuredClone(claim)]);
      const again = fold([...claims].reverse().flatMap(twice));
      expect(again).toEqual(state);
      expect(assess(again, compiled, asOf)).toEqual(assessment);
      return { assessment, shows: (shown: Shown) => expectShown(assessment, shown) };
    },
  };
}

function expectShown(assessment: Assessment, shown: Shown): void {
  const expected = (shown.found ?? [])
    .map((each) => (typeof each === 'string' ? { reason: each } : each))
    .toSorted((left, right) => place(left).localeCompare(place(right)));
  const found = assessment.findings
    .filter((finding) => finding.reason !== null)
    .toSorted((left, right) => place(left).localeCompare(place(right)));
  const reasonOf = ({ reason }: { readonly reason: ReasonCode | null }) => reason;
  const reasons = { ...stagesOf(assessment), reasons: found.map(reasonOf) };
  const { payment, settlement, payout } = shown;
  expect(reasons).toEqual({
    ...(payout === undefined ? { payment, settlement } : { payout }),
    reasons: expected.map(reasonOf),
  });
  expect(found).toEqual(expected.map((each) => expect.objectContaining(each)));
  if (shown.next !== undefined) expect(assessment.next_deadline).toBe(shown.next);
}

function place(finding: Partial<Finding>): string {
  return `${finding.reason} ${finding.subject ?? ''} ${finding.expected ?? ''} ${finding.observed ?? ''}`;
}
