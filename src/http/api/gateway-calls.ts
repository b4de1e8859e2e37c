// What payments and refunds have in common: whose gateway is asked, under which key, and what its answer becomes.

import { hash } from 'node:crypto';
import { HesabuError } from '../../domain/errors.ts';
import type { Fact, PaymentObserved, PaymentStatus } from '../../domain/fact.ts';
import { GatewayLimited, GatewayRefused } from '../../domain/gateway-errors.ts';
import { ownIds } from '../../matching/claims.ts';
import type { Gateway, GatewayAnswer } from '../../producers/gateway.ts';
import type { ApiContext } from './api-context.ts';
import type { Call } from './route.ts';

/** Throws HESABU_NOT_FOUND where no account takes the merchant's payments. */
export function gatewayOf(parts: ApiContext, merchant: string): Gateway {
  const gateway = parts.gateways(merchant);
  if (gateway !== undefined) return gateway;
  const remedy = 'Name an account for the merchant in the configuration.';
  throw new HesabuError('HESABU_NOT_FOUND', { where: merchant, expected: 'a merchant with a gateway', remedy });
}

/** Ours for the gateway: the same when a request is sent again, also after a crash between its call and our answer. */
export function gatewayKey(kind: 'payment' | 'refund', { idempotencyKey, params }: Call<{ ref: string }>): string {
  return hash('sha256', JSON.stringify([kind, params.ref, idempotencyKey]), 'hex').slice(0, 40);
}

/** Faults that come before anything is sent. */
const NEVER_SENT: ReadonlySet<string> = new Set(['HESABU_ADDRESS_FORBIDDEN', 'HESABU_SECRET_MISSING']);
/** Refusals that may be about the access or about a call before this one, of which they say nothing. */
const UNCLEAR: ReadonlySet<number> = new Set([401, 403, 408, 409]);

/**
 * Whether a call that failed began nothing for certain, where it was the first under its key: it was never made, or the
 * gateway said no to it. Of a call that was made before, no later answer is as certain.
 */
export function beganNothing(error: unknown): boolean {
  if (error instanceof GatewayRefused || error instanceof GatewayLimited) {
    const { status } = error;
    return status === null || (status >= 400 && status < 500 && !UNCLEAR.has(status));
  }
  return error instanceof HesabuError && NEVER_SENT.has(error.code);
}

export interface Asked {
  readonly reference: string;
  readonly kind: 'payment' | 'refund';
  readonly amount: string;
  readonly currency: string;
}

/**
 * Resolves when the gateway's ids are on the disk: later webhooks may carry them alone. Throws HESABU_GATEWAY_FAILED
 * where the answer was not understood.
 */
export async function started(
  call: Call,
  answer: GatewayAnswer,
  about: Asked,
): Promise<{ readonly body: object; readonly fact: Fact<PaymentObserved> }> {
  const [fact] = answer.facts as readonly Fact<PaymentObserved>[];
  if (answer.fault !== null || fact === undefined) {
    const { field, expected, found } = answer.fault ?? { field: 'body', expected: 'an id', found: 'none' };
    throw new HesabuError('HESABU_GATEWAY_FAILED', { where: `${answer.exchange}: ${field}`, expected, found });
  }
  await call.parts.ledger.writer.append(answer.facts);
  call.names.push(...ownIds(fact.body));
  const { provider_transaction_id: transaction_id, request_id, original_transaction_id, status } = fact.body;
  return { body: startedView(about, { transaction_id, request_id, original_transaction_id, status }), fact };
}

interface Ids {
  readonly transaction_id: string | null;
  readonly request_id: string | null;
  readonly original_transaction_id: string | null;
  readonly status: PaymentStatus;
}

export function startedView({ reference, ...about }: Asked, ids: Ids): object {
  return { transaction_reference: reference, ...about, ...ids };
}
