// Facts: what one source claims about a payment. Immutable, in the form that they have on the topics.
// Amounts are decimal texts in their currency's own form, instants are milliseconds UTC, absent is null.

import { DECISIONS_TOPIC, type DecisionBody, isDecisionBody } from './decision.ts';
import { HANDOFFS_TOPIC, type Handoff } from './handoff.ts';
import type { Instant } from './time.ts';

/** The topics of what sources claim, in the order in which a task reads them. */
const SOURCE_TOPICS = ['orders.v1', 'callbacks.v1', 'polls.v1', 'settlements.v1'] as const;
/** The topics that facts come in on: what sources claim, and what people decide. */
export const FACT_TOPICS = [...SOURCE_TOPICS, DECISIONS_TOPIC] as const;
export type FactTopic = (typeof FACT_TOPICS)[number];

/** The topics that a task reads, in this order: the facts from outside, and what other keys tell. */
export const TASK_TOPICS = [...SOURCE_TOPICS, HANDOFFS_TOPIC, DECISIONS_TOPIC] as const;
export type TaskTopic = (typeof TASK_TOPICS)[number];

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
/** How we received an observation of a payment; a settlement line is the third way. */
export type Via = (typeof VIAS)[number];

export const LINE_TYPES = [
  'payment',
  'refund',
  'reversal',
  'chargeback',
  'fee',
  'payout',
  'unclassified',
  // Money of a return that came back: a refund that bounced, a chargeback that was won.
  'return_failed',
  'tax',
  'reserve',
  'release',
  'adjustment',
  'transfer',
] as const;
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
  /** Of a part of an order of several merchants: the reference of the whole, under which the payer pays. */
  readonly parent?: string;
}

/** What a shop says later of an order that it placed. */
export interface OrderStatusChanged {
  readonly type: 'OrderStatusChanged';
  readonly status: OrderStatus;
  /** From when it holds. */
  readonly at: Instant;
}

/** What a shop says that it gives, or gave, back of an order. */
export interface RefundRequested {
  readonly type: 'RefundRequested';
  readonly refund_id: string | null;
  /** Above zero. */
  readonly amount: string;
  readonly currency: string;
  readonly at: Instant | null;
}

/** The ids of one payment. Two observations that share any of them, of one series, are the same payment. */
export interface PaymentIds {
  readonly provider_transaction_id: string | null;
  readonly operator_transaction_id: string | null;
  readonly request_id: string | null;
  /** For returns: the id of the returned payment. */
  readonly original_transaction_id: string | null;
  /** Further ids by the names that the source gives them; absent where it has none. */
  readonly aliases?: Readonly<Record<string, string>>;
  /**
   * Where a source counts several things from 1 each: the series of such an id, by its field or its name in `aliases`.
   * One number in two series stands for two things. Absent where the ids of the source are of one series.
   */
  readonly series?: Readonly<Record<string, string>>;
}

/** A callback's or poll's report of a payment or a return. `word` is the source's own word if we have none for it. */
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
  /** Nobody signed it: it says nothing of money until a poll or a settlement line does. Absent where it is signed. */
  readonly hint?: true;
  /** The source gave no time: `occurred_at` is when it was first read, and differs where it is said again. */
  readonly untimed?: true;
}

/** A line of a settlement report. `gross` is the payer's amount, negative for returned money. */
export interface SettlementLineReported extends PaymentIds {
  readonly type: 'SettlementLineReported';
  readonly line_type: LineType;
  readonly word: string | null;
  readonly gross: string;
  readonly currency: string;
  /** Null if the cell was empty; "0" is an explicit zero fee. May have more decimals than the currency. */
  readonly fee: string | null;
  /** The report's own date, `YYYY-MM-DD`, compared unchanged. */
  readonly settlement_date: string;
  readonly settlement_currency: string | null;
  readonly settlement_amount: string | null;
  readonly fx_rate: string | null;
}

/** A line of a bank's statement: money that came in, or below zero went out. */
export interface BankLineReported {
  readonly type: 'BankLineReported';
  /** The bank's own name for its account. */
  readonly bank_account: string;
  readonly amount: string;
  readonly currency: string;
  /** `YYYY-MM-DD`. */
  readonly value_date: string;
  readonly bank_reference: string;
  /** A keyed hash of the bank's text: it names people. */
  readonly narration: string | null;
}

/**
 * What the lines of one key come to in a payout, in one currency and on one date: exact decimal texts, since fees may
 * be finer than the currency. Told by the key to the payout's key. Such parts can be added, and told as differences.
 */
export interface PayoutPart {
  readonly type: 'PayoutPart';
  /** The currency settled. */
  readonly currency: string;
  /** The date of the lines, `YYYY-MM-DD`. */
  readonly settlement_date: string;
  /** How many lines; below zero in a difference. */
  readonly lines: number;
  /** What payers paid. */
  readonly gross: string;
  /** What was taken: above zero for fees and taxes, of fee columns and of lines. */
  readonly fees: string;
  /** Money of returns: below zero where it went back, above where it came back. */
  readonly returns: string;
  /** All other lines, as they are written. */
  readonly other: string;
}

/** What an import said of a claim is withdrawn: by that import it counts as never said. */
export interface ClaimWithdrawn {
  readonly type: 'ClaimWithdrawn';
  /** The claim's id, and the hash of its content. */
  readonly claim: string;
  readonly content: string;
  /** The import that said it. */
  readonly import_id: number;
  readonly why: string;
}

/** What a source claims. */
export type SourceBody =
  | OrderPlaced
  | OrderStatusChanged
  | RefundRequested
  | PaymentObserved
  | SettlementLineReported
  | BankLineReported
  | ClaimWithdrawn;
/** What another key tells. */
export type ToldBody = Handoff | PayoutPart;
export type FactBody = SourceBody | ToldBody | DecisionBody;

/** What a merchant may be called: with a blank beside it, a name in the configuration would mean nobody. */
export const MERCHANT_NAME = /^\S(?:.*\S)?$/su;

/** What an account may be called. */
export const ACCOUNT_NAME = /^[a-z0-9][a-z0-9-]{0,39}$/;

/** Who speaks. */
export interface Source {
  readonly provider: string;
  /** The provider's account; null for orders, which come from a shop, and where nobody named it. */
  readonly account: string | null;
}

/** Whether a claim comes from a source, rather than from another key. */
export function isFromSource<Kind extends Claim>(claim: Kind): claim is Kind & Claim<SourceBody> {
  return claim.body.type !== 'Handoff' && claim.body.type !== 'PayoutPart' && !isDecision(claim);
}

export function isDecision<Kind extends Claim>(claim: Kind): claim is Kind & Claim<DecisionBody> {
  return isDecisionBody(claim.body);
}

/** The claim of a fact, without how we received it: this is compared, and makes up a key's state. */
export interface Claim<Body extends FactBody = FactBody> extends Source {
  /** Begins with the name of the source, except for orders: theirs is the reference. */
  readonly id: string;
  /** The shop, for orders; empty elsewhere. */
  readonly merchant: string;
  /** The source's own time; null where it gave none. */
  readonly occurred_at: Instant | null;
  /** Whether another key gave it to this one; its source did not name this key. */
  readonly forwarded: boolean;
  /** For orders, when the source said so: the latest content of an order holds. Null where that decides nothing. */
  readonly stated_at: Instant | null;
  /** The number of the import that said it, by which it can be withdrawn; 0 for what came in by itself. */
  readonly import_id: number;
  readonly body: Body;
  /** For lines of settlements and banks: the id of their payout. Contents that differ in it alone agree. */
  readonly payout: string | null;
}

export interface Fact<Body extends FactBody = FactBody> extends Claim<Body> {
  readonly transaction_reference: string;
  readonly received_at: Instant;
  /** The archived original: `import/line`. */
  readonly raw: string;
  /** For settlement lines: the report, and the line's own id. Stored, not compared. */
  readonly report: string | null;
  readonly line: string | null;
}

/**
 * `provider/account`, or the provider alone where no account is named. Two accounts of one provider may use the same
 * ids, so the id of a claim begins with it. No provider's name contains a slash.
 */
export function sourceName({ provider, account }: Source): string {
  return account === null ? provider : `${provider}/${account}`;
}

/** The topic of a fact: that of settlements for whatever a source claims that is no order and no observation. */
export function topicOf(body: SourceBody | DecisionBody): FactTopic {
  if (isDecisionBody(body)) return DECISIONS_TOPIC;
  switch (body.type) {
    case 'OrderPlaced':
    case 'OrderStatusChanged':
    case 'RefundRequested':
      return 'orders.v1';
    case 'PaymentObserved':
      return body.via === 'callback' ? 'callbacks.v1' : 'polls.v1';
    default:
      return 'settlements.v1';
  }
}
