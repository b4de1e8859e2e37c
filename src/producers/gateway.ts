// The port to a payment gateway: what is asked of it, whatever its interface looks like. One instance an account.

import type { Fact } from '../domain/fact.ts';
import type { Fault } from './formats/row.ts';

/** An operator (a mobile-money network) as the gateway lists it. */
export interface Operator {
  readonly code: string;
  readonly name: string;
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
  readonly currencies: readonly string[];
  /** How many decimals of an amount the operator takes; null where it says nothing of it. */
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
  /** The gateway is to start no second payment for the same key. */
  readonly idempotencyKey: string;
}

export interface RefundRequest {
  readonly reference: string;
  /** The gateway's id of the payment that goes back. */
  readonly paymentId: string;
  readonly amount: string;
  readonly currency: string;
  readonly reason: string | null;
  readonly idempotencyKey: string;
}

/** An answer that was understood, as facts, or why it was not. `exchange` is the id under which it is archived. */
export interface GatewayAnswer {
  readonly exchange: string;
  readonly facts: readonly Fact[];
  readonly fault: Fault | null;
}

/** A day's settlement report as it came, or null where the gateway has none yet. */
export interface SettlementReport {
  readonly exchange: string;
  readonly format: 'csv' | 'json';
  readonly bytes: Uint8Array;
}

/**
 * Every call throws a HesabuError: GatewayRefused (it said no, and will again), GatewayLimited (it, our own bucket or
 * the circuit breaker said not now; `retryAt` tells when), HESABU_GATEWAY_FAILED (no answer, half an answer or a fault
 * of its own), HESABU_ADDRESS_FORBIDDEN (its address is not one that may be called), or what our own disk met after an
 * answer came.
 */
export interface Gateway {
  readonly provider: string;
  readonly account: string;
  operators(country: string): Promise<readonly Operator[]>;
  /** Its fact says `initiated` and names the payer's number, as a keyed hash: by these an attempt is known. */
  initiate(request: PaymentRequest): Promise<GatewayAnswer>;
  refund(request: RefundRequest): Promise<GatewayAnswer>;
  /** Asks what became of the payment of an order. A gateway that knows none gives no fact and no fault. */
  status(reference: string): Promise<GatewayAnswer>;
  /** `date` is `YYYY-MM-DD`, the report's own. */
  settlement(date: string): Promise<SettlementReport | null>;
}
