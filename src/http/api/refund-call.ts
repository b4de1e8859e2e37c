// The call of a gateway for a refund, also for one that a second person approved. What is asked for stands in a table
// before, so a repeated call is the same refund.

import { GatewayRefused } from '../../domain/gateway-errors.ts';
import { formatMinor, minorOf } from '../../domain/money.ts';
import type { Gateway, GatewayAnswer, GatewayWith } from '../../producers/gateway.ts';
import type { Approvals } from './approvals.ts';
import type { AskedRefund, AskedRefunds } from './asked-money.ts';
import { beganNothing, type Storing, started, startedView } from './gateway-calls.ts';
import type { KnownOrder } from './known-order.ts';
import type { Answer } from './route.ts';

export interface RefundTables {
  readonly refunds: AskedRefunds;
  readonly approvals: Approvals;
}

export interface RefundCall {
  readonly refund: AskedRefund;
  readonly gateway: Gateway & GatewayWith<'refund'>;
  readonly reason: string | null;
  /** Whether the gateway was never asked for it before. */
  readonly isFirst: boolean;
}

export async function sendRefund(
  call: Storing,
  { reference, about: group }: KnownOrder,
  { refund, gateway, reason, isFirst }: RefundCall,
  tables: RefundTables,
): Promise<Answer> {
  const { key, payment, amount, currency } = refund;
  const shown = formatMinor(minorOf(amount, currency), currency);
  const about = { reference, kind: 'refund', amount: shown, currency } as const;
  // The service ended before it stored its answer: a refund that the gateway accepted is not requested again.
  if (refund.transaction_id !== null) {
    finishApproval(tables, key, refund.transaction_id);
    const ids = { transaction_id: refund.transaction_id, request_id: null, original_transaction_id: payment };
    return { status: 202, body: startedView(about, { ...ids, status: 'initiated' }) };
  }
  const paymentIds = group.payments.find(({ ids }) => ids.includes(payment))?.ids ?? [];
  let answer: GatewayAnswer;
  try {
    const request = { reference, paymentId: payment, paymentIds, amount, currency, reason };
    answer = await gateway.refund({ ...request, idempotencyKey: key });
  } catch (error) {
    if (isFirst && beganNothing(error)) nothingBegun(tables, key, error);
    throw error;
  }
  const { body, fact } = await started(call, answer, about);
  const id = fact.body.provider_transaction_id ?? fact.body.request_id;
  tables.refunds.answered(key, id);
  finishApproval(tables, key, id);
  return { status: 202, body };
}

/** Of a refund that the gateway took. */
export function finishApproval({ approvals }: Pick<RefundTables, 'approvals'>, key: string, id: string | null): void {
  const approval = approvals.ofKey(key);
  if (approval?.status === 'approved') approvals.finish(approval.id, id);
}

/** What a gateway refused is over; what only could not be asked now waits to be approved again. */
function nothingBegun({ refunds, approvals }: RefundTables, key: string, error: unknown): void {
  const approval = approvals.ofKey(key);
  if (approval === undefined) refunds.refused(key);
  else if (error instanceof GatewayRefused) approvals.fail(approval, error.code);
  else approvals.waitAgain(approval);
}
