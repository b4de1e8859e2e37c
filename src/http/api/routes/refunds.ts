// The route of refunds: returns a payment or a part of it, and never more than was paid. From the threshold of review
// on it takes two persons.

import { z } from 'zod';
import { HesabuError } from '../../../domain/errors.ts';
import { needsReview } from '../../../matching/review.ts';
import { approvalView, askApproval, heldRefunds } from '../approval-requests.ts';
import type { Approval } from '../approvals.ts';
import { demandCall, earlierCall, gatewayAgain, gatewayKey } from '../gateway-calls.ts';
import { knownOrder, merchantOfOrder } from '../known-order.ts';
import { type RefundTables, sendRefund } from '../refund-call.ts';
import { decideRefund } from '../refundable-amount.ts';
import { type Answer, type Call, json, type Route, route } from '../route.ts';
import { APPROVAL_LINKS, Approval as ApprovalSchema } from '../schemas/approvals.ts';
import { RefundRequest, Started } from '../schemas/orders.ts';
import type { Turns } from '../turns.ts';
import { ReferenceParams, TRANSACTION_LINK } from './orders.ts';

export function refundRoute(tables: RefundTables, turns: Turns): Route {
  return route({
    method: 'POST',
    url: '/v1/orders/:ref/refunds',
    summary: 'Return a payment, or a part of it',
    description:
      'At most the paid amount, less everything that was returned or is being returned. What reaches ' +
      '`review.threshold` of the rules, together with what was returned of the payment before, waits for the ' +
      'approval of a second person.',
    roles: ['shop', 'operator', 'admin'],
    scope: 'merchant',
    params: ReferenceParams,
    body: RefundRequest,
    example: { amount: '250.00', reason: 'one of five was broken' },
    answers: {
      202: json('The gateway accepted the refund, or it waits for an approval', z.union([Started, ApprovalSchema]), {
        transaction: TRANSACTION_LINK,
        ...APPROVAL_LINKS,
      }),
    },
    merchantOf: merchantOfOrder,
    handle: (call) => turns.take(call.params.ref, () => startRefund(call, tables)),
  });
}

type RefundCall = Call<z.output<typeof ReferenceParams>, unknown, z.output<typeof RefundRequest>>;

async function startRefund(call: RefundCall, tables: RefundTables): Promise<Answer> {
  const known = await knownOrder(call, call.params.ref);
  const { reference, order } = known;
  call.names.push(reference);
  const asked = tables.refunds.of(reference);
  const before = earlierCall('refund', call, asked);
  const waiting = before === undefined ? tables.approvals.ofKey(gatewayKey('refund', call)) : undefined;
  if (waiting !== undefined) return answerAgain(call, waiting);
  const gateway = demandCall(gatewayAgain(call.parts, order.merchant, before), 'refund');
  const reason = call.body.reason ?? null;
  if (before !== undefined) return sendRefund(call, known, { refund: before, gateway, reason, isFirst: false }, tables);
  const all = [...asked, ...heldRefunds(tables.approvals, reference)];
  const { refund, returned } = await decideRefund(call, known, all, gateway);
  if (needsReview(call.parts.ledger.loop.rules, call.parts.clock.now(), refund.currency, returned)) {
    return askApproval(call, order.merchant, { kind: 'refund', refund, reason });
  }
  tables.refunds.add(refund);
  const sent = { ...refund, transaction_id: null };
  return sendRefund(call, known, { refund: sent, gateway, reason, isFirst: true }, tables);
}

/** Throws HESABU_IDEMPOTENCY_REUSED if the request that waits, or waited, asked for something else. */
function answerAgain(call: RefundCall, approval: Approval): Answer {
  const { request } = approval;
  if (request.kind === 'refund' && request.refund.fingerprint !== call.intent.fingerprint) {
    throw new HesabuError('HESABU_IDEMPOTENCY_REUSED');
  }
  call.names.push(approval.id);
  return { status: 202, body: approvalView(call.parts, approval) };
}
