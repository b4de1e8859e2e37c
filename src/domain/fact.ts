// Facts: what one source claims about a payment. Immutable, in the form they have on the topics.
// Amounts are decimal texts in their currency's own form, instants are milliseconds UTC, absent is null.

import { isIdentityKey } from './key.ts';
import type { Instant } from './time.ts';

/** The topics that facts are read from, in the order in which a task reads them. */
export const FACT_TOPICS = ['orders.v1', 'callbacks.v1', 'polls.v1', 'settlements.v1'] as const;
export type FactTopic = (typeof FACT_TOPICS)[number];

export const ORDER_STATUSES = ['awaiting_payment', 'cancelled', 'paid', 'fulfilled'] as const;
export type OrderStatus = (typeof ORDER_STATUSES)[number];

export const PAYMENT_KINDS = [
  'payment',
  'authorisation',
  'capture',
  'refund',
  'reversal',
  'chargeback',
  'payout',
] as const;
export type PaymentKind = (typeof PAYMENT_KINDS)[number];

export const PAYMENT_STATUSES = [
  'initiated',
  'pending',
  'authorised',
  'succeeded',
  'failed',
  'expired',
  'inconclusive',
  'reversed',
  'refunded',
  'voided',
  'disputed',
  'charged_back',
  'unclassified',
] as const;
export type PaymentStatus = (typeof PAYMENT_STATUSES)[number];

/** After such a word another one is to come: the payment may still bring its money. */
export const OPEN_STATUSES: ReadonlySet<PaymentStatus> = new Set([
  'initiated',
  'pending',
  'authorised',
  'inconclusive',
]);

export const VIAS = ['callback', 'poll'] as const;
/** How an observation of the payment leg reached us; a settlement line is the third way. */
export type Via = (typeof VIAS)[number];

export const LINE_TYPES = ['payment', 'refund', 'reversal', 'chargeback', 'fee', 'payout', 'unclassified'] as const;
export type LineType = (typeof LINE_TYPES)[number];

/** An order as the shop has it. `msisdn`, `ip` and `device` are keyed hashes, never the data themselves. */
export interface OrderPlaced {
  readonly type: 'OrderPlaced';
  readonly amount: string;
  readonly currency: string;
  readonly placed_at: Instant;
  readonly expires_at: Instant | null;
  readonly status: OrderStatus;
  readonly status_at: Instant | null;
  readonly order_number: string | null;
  readonly country: string | null;
  readonly operator: string | null;
  readonly msisdn: string | null;
  readonly ip: string | null;
  readonly device: string | null;
}

/** The ids that one payment goes by. Two observations that share any of them are one payment. */
export interface PaymentIds {
  readonly provider_transaction_id: string | null;
  readonly operator_transaction_id: string | null;
  readonly request_id: string | null;
  /** For returns: the id of the payment that they return. */
  readonly original_transaction_id: string | null;
}

/** What a callback or a poll says of a payment or of a return. `word` is the source's own where we have none for it. */
export interface PaymentObserved extends PaymentIds {
  readonly type: 'PaymentObserved';
  readonly via: Via;
  readonly kind: PaymentKind;
  readonly status: PaymentStatus;
  readonly word: string | null;
  readonly amount: string | null;
  readonly currency: string | null;
  readonly fee: string | null;
  readonly operator: string | null;
  readonly msisdn: string | null;
}

/** A line of a settlement report. `gross` is what the payer paid, negative for money going back. */
export interface SettlementLineReported extends PaymentIds {
  readonly type: 'SettlementLineReported';
  readonly line_type: LineType;
  readonly word: string | null;
  readonly gross: string;
  readonly currency: string;
  /** Absent where the cell was empty; "0" is a fee of nothing. May be finer than the currency. */
  readonly fee: string | null;
  /** The report's own date, `YYYY-MM-DD`, compared as it stands. */
  readonly settlement_date: string;
  readonly settlement_currency: string | null;
  readonly settlement_amount: string | null;
  readonly fx_rate: string | null;
}

/** Resolution found the right key: this key gives up the claim that had been forwarded to it. */
export interface FactMoved {
  readonly type: 'FactMoved';
  readonly fact: string;
  readonly to: string;
}

export type FactBody = OrderPlaced | PaymentObserved | SettlementLineReported | FactMoved;

/** What a fact claims, apart from how it came to us: this is what is compared and what a key's state is made of. */
export interface Claim<Body extends FactBody = FactBody> {
  readonly id: string;
  readonly provider: string;
  /** The shop, for orders; empty elsewhere. */
  readonly merchant: string;
  /** The source's own time; null where it gave none. */
  readonly occurred_at: Instant | null;
  /** Whether resolution put the claim under this key, rather than the source. */
  readonly forwarded: boolean;
  readonly body: Body;
}

export interface Fact<Body extends FactBody = FactBody> extends Claim<Body> {
  readonly transaction_reference: string;
  readonly received_at: Instant;
  /** Where the archived original is: `import/line`. */
  readonly raw: string;
  /** Of settlement lines: the report, the line's own id and the payout it names. Kept, not compared. */
  readonly report: string | null;
  readonly line: string | null;
  readonly payout: string | null;
}

/**
 * Whether this is a gateway's answer to our own request for a payment, so that an attempt to pay began. The status
 * alone does not tell: a gateway may also answer `initiated` to a poll, which begins nothing; if it did, each such
 * answer would give the payment a new budget of polls. Our own request names the payer's number, and its answer is kept
 * with it; an answer to a poll has none.
 */
export function isInitiation({ via, kind, status, msisdn }: PaymentObserved): boolean {
  return via === 'poll' && kind === 'payment' && status === 'initiated' && msisdn !== null;
}

/** The topic that a fact's body belongs to; a moved fact is told on the topic of settlements. */
export function topicOf(body: FactBody): FactTopic {
  if (body.type === 'OrderPlaced') return 'orders.v1';
  if (body.type !== 'PaymentObserved') return 'settlements.v1';
  return body.via === 'callback' ? 'callbacks.v1' : 'polls.v1';
}

/**
 * The topic that a source's fact with this key is appended to: under an identity it waits on unresolved.v1 until
 * resolution knows where it belongs.
 */
export function topicUnder(key: string, topic: FactTopic): FactTopic | 'unresolved.v1' {
  return isIdentityKey(key) ? 'unresolved.v1' : topic;
}
