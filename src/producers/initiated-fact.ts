// The fact of a request that a gateway accepted: it links the gateway's ids with the reference, and says nothing yet of
// the money.

import type { Fact, PaymentObserved } from '../domain/fact.ts';
import type { Instant } from '../domain/time.ts';

/** The request, as far as its fact needs it. */
export interface Asked {
  readonly provider: string;
  readonly reference: string;
  /** The id of the exchange. */
  readonly raw: string;
  readonly receivedAt: Instant;
  /** The payer's number as a keyed hash. */
  readonly msisdn: string | null;
  readonly operator: string | null;
}

export type Ids = Pick<PaymentObserved, 'provider_transaction_id' | 'request_id' | 'original_transaction_id'>;

export interface Accepted {
  readonly kind: 'payment' | 'refund';
  /** The gateway's id of what it began: the same for a repeated request, so that both are one fact. */
  readonly name: string;
  readonly at: Instant;
  readonly ids: Ids;
}

export function initiatedFact(asked: Asked, { kind, name, at, ids }: Accepted): Fact<PaymentObserved> {
  const { provider, reference, raw, receivedAt, msisdn, operator } = asked;
  return {
    id: `${provider}:initiated:${name}`,
    provider,
    merchant: '',
    occurred_at: at,
    forwarded: false,
    body: {
      type: 'PaymentObserved',
      via: 'poll',
      kind,
      status: 'initiated',
      word: null,
      amount: null,
      currency: null,
      fee: null,
      operator,
      msisdn,
      operator_transaction_id: null,
      ...ids,
    },
    transaction_reference: reference,
    received_at: receivedAt,
    raw,
    report: null,
    line: null,
    payout: null,
  };
}
