// The port to a payment gateway: the calls, whatever its API looks like. One instance for each account.

import type { Fact, PaymentIds } from '../domain/fact.ts';
import type { Instant } from '../domain/time.ts';
import type { BodyKind } from './bodies/body.ts';
import type { Fault } from './formats/row.ts';

/** An operator (a mobile-money network) as the gateway lists it. */
export interface Operator {
  readonly code: string;
  readonly name: string;
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
  readonly currencies: readonly string[];
  /** How many decimals of an amount the operator accepts; null if the gateway does not say. */
  readonly amountDecimals: number | null;
}

export interface PaymentRequest {
  readonly reference: string;
  readonly orderNumber: string | null;
  /** A decimal that the currency can hold. */
  readonly amount: string;
  readonly currency: string;
  /** E.164, with the plus sign. */
  readonly phone: string;
  /** The operator's code, as `operators` gives it. */
  readonly operator: string;
  /** The gateway must not start a second payment for the same key. */
  readonly idempotencyKey: string;
}

export interface RefundRequest {
  readonly reference: string;
  /** The gateway's id of the payment to refund. */
  readonly paymentId: string;
  /** All that are known of it: some networks refund by another one. */
  readonly paymentIds?: readonly string[];
  readonly amount: string;
  readonly currency: string;
  readonly reason: string | null;
  readonly idempotencyKey: string;
}

/** The ids of one payment, as its facts have them. */
export type KnownIds = Omit<PaymentIds, 'original_transaction_id'>;

export const NO_IDS: KnownIds = { provider_transaction_id: null, operator_transaction_id: null, request_id: null };

/** A payment whose status is asked for, by what is known of it. */
export interface StatusQuery {
  /** The merchant's reference; null if only ids are known. */
  readonly reference: string | null;
  /** `NO_IDS` where none is known yet. */
  readonly ids: KnownIds;
}

/** The facts of a response, or the fault if it was not understood. `exchange` is its id in the archive. */
export interface GatewayAnswer {
  readonly exchange: string;
  readonly facts: readonly Fact[];
  readonly fault: Fault | null;
  /** The gateway was asked, and answers by a webhook later. */
  readonly isLater?: true;
  /** Where the payer goes on, of a payment that nobody asks for on the phone. */
  readonly link?: string;
}

/** A page of a list that the gateway answers, and where the next page begins. */
export interface BodyPage {
  readonly exchange: string;
  readonly bodies: readonly PageBody[];
  /** What asks for the next page; null after the last. It is stored, so it holds no secret. */
  readonly next: string | null;
  /** Where the network tells of a later time on only than was asked about: from when. */
  readonly since?: Instant;
}

/** The whole answer, or a part of it; the account's reader of this kind reads it. */
export interface PageBody {
  readonly kind: BodyKind;
  readonly text: string;
  /** What the reader needs to know beside, as in `Body.about`. */
  readonly about?: Readonly<Record<string, string>>;
  /** The headers that it would have had, by their lower-case names. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** From `since` until `until`, both included. */
export interface TimeSpan {
  readonly since: Instant;
  readonly until: Instant;
}

/** A day's settlement report as received; null if the gateway does not have it yet. */
export interface SettlementReport {
  readonly exchange: string;
  readonly format: 'csv' | 'json';
  readonly bytes: Uint8Array;
}

/**
 * A call that the provider does not have is left out. Every call throws a HesabuError: GatewayRefused (the gateway
 * refused, and a retry would not help), GatewayLimited (the gateway, our own bucket or the circuit breaker refused for
 * now; `retryAt` says until when), HESABU_GATEWAY_FAILED (no response, an incomplete one, or an error of the gateway),
 * HESABU_ADDRESS_FORBIDDEN (its address must not be called), or a storage error of ours after the response came.
 */
export interface Gateway {
  readonly provider: string;
  readonly account: string;
  operators?(country: string): Promise<readonly Operator[]>;
  /** Its fact says `initiated` and names the payer's number, as a keyed hash: by these an attempt is known. */
  initiate?(request: PaymentRequest): Promise<GatewayAnswer>;
  refund?(request: RefundRequest): Promise<GatewayAnswer>;
  /** Whether it gives back whole payments only: then the amount of a refund is the payment's. */
  readonly refundsWholeOnly?: boolean;
  /** Whether it knows no key of a refund: asked twice, it could give the money back twice. */
  readonly knowsNoRefundKey?: boolean;
  /** Whether one question is about all payments of a reference, or each payment is asked about by its ids. */
  readonly asksBy?: 'reference' | 'payment';
  /**
   * Asks for the status of a payment; null if nothing is known by which it could be asked, so that no call was made. If
   * the gateway knows no payment, there is no fact and no fault.
   */
  status?(query: StatusQuery): Promise<GatewayAnswer | null>;
  /**
   * A report is a file, or the pages of an answer: then each page is asked for with the `next` of the one before, the
   * first with null. `date` is the report's date, `YYYY-MM-DD`.
   */
  settlement?(date: string, cursor: string | null): Promise<SettlementReport | BodyPage | null>;
  /** What happened in a time, for webhooks that never came: page by page as above. */
  gaps?(span: TimeSpan, cursor: string | null): Promise<BodyPage>;
  /** One call that changes nothing and needs a valid key. Answers in a few words what was seen. */
  check?(): Promise<string>;
}

export type GatewayCall = 'operators' | 'initiate' | 'refund' | 'status' | 'settlement' | 'gaps' | 'check';

/** A gateway with this call. */
export type GatewayWith<Call extends GatewayCall> = Pick<Gateway, 'provider' | 'account'> &
  Required<Pick<Gateway, Call>>;

export function hasCall<Call extends GatewayCall>(
  gateway: Gateway,
  call: Call,
): gateway is Gateway & GatewayWith<Call> {
  return gateway[call] !== undefined;
}
