// What the answers of every gateway become, whatever its API looks like.

import { phonePseudonym } from '../archive/privacy/phone.ts';
import { type Fact, type PaymentObserved, sourceName } from '../domain/fact.ts';
import { quoted } from '../domain/quotation.ts';
import type { Instant } from '../domain/time.ts';
import type { BodyReading } from './bodies/body.ts';
import type { Reading } from './files/one-row.ts';
import type { GatewayAnswer } from './gateway.ts';

/** The request, as far as its fact needs it. */
export interface Asked {
  readonly provider: string;
  readonly account: string;
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

/** A payer's number, in E.164, as every other fact has it: so that all facts of one person show the same. */
export function payerPseudonym(pseudonym: (text: string) => string, phone: string): string | null {
  return phonePseudonym(pseudonym)(phone);
}

/** An accepted request links the gateway's ids with the reference, and says nothing yet of the money. */
export function initiatedFact(asked: Asked, { kind, name, at, ids }: Accepted): Fact<PaymentObserved> {
  const { provider, account, reference, raw, receivedAt, msisdn, operator } = asked;
  return {
    id: `${sourceName(asked)}:initiated:${name}`,
    provider,
    account,
    merchant: '',
    occurred_at: at,
    forwarded: false,
    stated_at: null,
    import_id: 0,
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

/** What a reader found in an answer: its facts, and the first part that it did not understand. */
export function readAnswer(exchange: string, { facts, rejects, unread }: BodyReading): GatewayAnswer {
  return { exchange, facts, fault: unread ?? rejects[0] ?? null };
}

/** The answer to a status request. One about another payment is a fault, not a fact. */
export function statusAnswer(reference: string, exchange: string, reading: Reading): GatewayAnswer {
  if ('fault' in reading) return { exchange, facts: [], fault: reading.fault };
  const { fact } = reading;
  if (fact.transaction_reference === reference) return { exchange, facts: [fact], fault: null };
  const [expected, found] = [quoted(reference), quoted(fact.transaction_reference)];
  return {
    exchange,
    facts: [],
    fault: { field: 'transaction_reference', code: 'HESABU_FIELD_INVALID', expected, found },
  };
}
