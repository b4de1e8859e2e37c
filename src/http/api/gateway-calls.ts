// What payments and refunds share: the choice of the gateway, the key of the call, and the use of its answer.

import { hash } from 'node:crypto';
import { HesabuError } from '../../domain/errors.ts';
import type { Fact, PaymentObserved, PaymentStatus } from '../../domain/fact.ts';
import { GatewayLimited, GatewayRefused } from '../../domain/gateway-errors.ts';
import { ownIds } from '../../domain/payment-ids.ts';
import { type Gateway, type GatewayAnswer, type GatewayWith, hasCall } from '../../producers/gateway.ts';
import type { ApiContext } from './api-context.ts';
import type { AskedPayment, AskedRefund } from './asked-money.ts';
import type { Call, Intent } from './route.ts';

export type GatewayChoice = Pick<ApiContext, 'gateways' | 'gatewayNamed'>;

/** Throws HESABU_NOT_FOUND if no account takes the merchant's payments. */
export function gatewayOf(parts: Pick<GatewayChoice, 'gateways'>, merchant: string): Gateway {
  const gateway = parts.gateways(merchant);
  if (gateway !== undefined) return gateway;
  const remedy = 'Name an account for the merchant in the configuration.';
  throw new HesabuError('HESABU_NOT_FOUND', { where: merchant, expected: 'a merchant with a gateway', remedy });
}

/**
 * The gateway for a request that may be a repetition: the one that was asked before. If the merchant has another
 * account by now, that one would take it for a new request. Throws HESABU_NOT_FOUND.
 */
export function gatewayAgain(
  parts: GatewayChoice,
  merchant: string,
  before: AskedPayment | AskedRefund | undefined,
): Gateway {
  const account = before?.account ?? null;
  if (account === null) return gatewayOf(parts, merchant);
  const gateway = parts.gatewayNamed(account);
  if (gateway !== undefined) return gateway;
  const remedy =
    'Take the account into the configuration again, or learn from its provider what became of the request.';
  throw new HesabuError('HESABU_NOT_FOUND', { where: account, expected: 'the account that was asked first', remedy });
}

/** What the API calls a gateway for, as the capabilities name it. */
const CALLS = { initiate: 'payments', refund: 'refunds', operators: 'operators' } as const;

/** Throws HESABU_PROVIDER_CANNOT if the account's provider does not support this. */
export function demandCall<Call extends keyof typeof CALLS>(gateway: Gateway, call: Call): Gateway & GatewayWith<Call> {
  if (hasCall(gateway, call)) return gateway;
  const where = `${gateway.provider}/${gateway.account}`;
  throw new HesabuError('HESABU_PROVIDER_CANNOT', { where, expected: `a provider with ${CALLS[call]}` });
}

type OrderCall = Call<{ readonly ref: string }>;
/** What is asked for of an order: once for each merchant and key. */
export interface OrderIntent extends Pick<OrderCall, 'params'> {
  readonly intent: Pick<Intent, 'merchant' | 'key'>;
}
/** What the answer of a gateway is stored by. */
export interface Storing extends Pick<Call, 'facts' | 'names'> {
  readonly parts: Pick<ApiContext, 'ledger'>;
}

/**
 * Our key for the gateway. It is made of what is asked for and of nothing that we could lose: the gateway sees a
 * repeated request as the same one, also after a crash between the call and our answer, and without service.db.
 */
export function gatewayKey(kind: Asked['kind'], { intent, params }: OrderIntent): string {
  return keyOf(kind, params.ref, intent.merchant, intent.key);
}

function keyOf(...parts: readonly string[]): string {
  return hash('sha256', JSON.stringify(parts), 'hex').slice(0, 40);
}

/**
 * The call that an earlier try of this request made, from all calls of the order. Earlier versions made the gateway's
 * key from that of the API, so all API keys are tried. Throws HESABU_IDEMPOTENCY_REUSED if it asked for something else.
 */
export function earlierCall<Row extends AskedPayment | AskedRefund>(
  kind: Asked['kind'],
  call: OrderCall,
  asked: readonly Row[],
): Row | undefined {
  if (asked.length === 0) return undefined;
  const { intent, params, parts } = call;
  const former = parts.keys.list().map(({ id }) => keyOf(kind, params.ref, `${id}:${intent.key}`));
  const keys = new Set([gatewayKey(kind, call), ...former]);
  const found = asked.find(({ key }) => keys.has(key));
  if (found === undefined || found.fingerprint === null || found.fingerprint === intent.fingerprint) return found;
  throw new HesabuError('HESABU_IDEMPOTENCY_REUSED');
}

/** Faults that occur before anything is sent. */
const NEVER_SENT: ReadonlySet<string> = new Set([
  ...['HESABU_ADDRESS_FORBIDDEN', 'HESABU_SECRET_MISSING'],
  ...['HESABU_PROVIDER_CANNOT', 'HESABU_REFERENCE_INVALID', 'HESABU_REQUEST_INVALID'],
]);
/** Refusals that may be about access or about an earlier call: they say nothing about this call. */
const UNCLEAR: ReadonlySet<number> = new Set([401, 403, 408, 409]);

/**
 * Whether a failed call certainly began nothing, if it was the first under its key: it was never made, or the gateway
 * refused it. After an earlier call under the key, no later answer is that certain.
 */
export function beganNothing(error: unknown): boolean {
  if (error instanceof GatewayRefused && error.isNothingStarted) return true;
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
 * Resolves when the gateway's ids are on disk, because later webhooks may carry nothing else. Throws
 * HESABU_GATEWAY_FAILED if the answer was not understood.
 */
export async function started(
  call: Storing,
  answer: GatewayAnswer,
  about: Asked,
): Promise<{ readonly body: object; readonly fact: Fact<PaymentObserved> }> {
  const [fact] = answer.facts as readonly Fact<PaymentObserved>[];
  if (answer.fault !== null || fact === undefined) {
    const { field, expected, found } = answer.fault ?? { field: 'body', expected: 'an id', found: 'none' };
    throw new HesabuError('HESABU_GATEWAY_FAILED', { where: `${answer.exchange}: ${field}`, expected, found });
  }
  await call.parts.ledger.writer.append(answer.facts);
  call.facts.push(...answer.facts);
  call.names.push(...ownIds(fact.body));
  const { provider_transaction_id: transaction_id, request_id, original_transaction_id, status } = fact.body;
  const view = startedView(about, { transaction_id, request_id, original_transaction_id, status });
  return { body: answer.link === undefined ? view : { ...view, link: answer.link }, fact };
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
