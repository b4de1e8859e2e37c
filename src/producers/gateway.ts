// The port to a payment gateway: the calls, whatever its API looks like. One instance for each account.

import type { Fact } from '../domain/fact.ts';
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
  readonly amount: string;
  readonly currency: string;
  readonly reason: string | null;
  readonly idempotencyKey: string;
}

/** The facts of a response, or the fault if it was not understood. `exchange` is its id in the archive. */
export interface GatewayAnswer {
  readonly exchange: string;
  readonly facts: readonly Fact[];
  readonly fault: Fault | null;
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
  /**
   * Asks for the status of an order's payment. If the gateway knows none, or answers by a webhook later, there is no
   * fact and no fault.
   */
  status?(reference: string): Promise<GatewayAnswer>;
  /** `date` is the report's date, `YYYY-MM-DD`. */
  settlement?(date: string): Promise<SettlementReport | null>;
}

export type GatewayCall = 'operators' | 'initiate' | 'refund' | 'status' | 'settlement';

/** A gateway with this call. */
export type GatewayWith<Call extends GatewayCall> = Pick<Gateway, 'provider' | 'account'> &
  Required<Pick<Gateway, Call>>;

export function hasCall<Call extends GatewayCall>(
  gateway: Gateway,
  call: Call,
): gateway is Gateway & GatewayWith<Call> {
  return gateway[call] !== undefined;
}
