// Requests that need a second person: who may ask, how one is stored and shown, and what it holds back.

import { Redactor } from '../../archive/privacy/redactor.ts';
import { HesabuError } from '../../domain/errors.ts';
import { formatMinor, minorOf } from '../../domain/money.ts';
import { formatInstant } from '../../domain/time.ts';
import type { ApiKey } from '../access/api-key.ts';
import type { ApiContext } from './api-context.ts';
import { type Actor, APPROVAL_MILLIS, type Approval, type Approvals, type WaitingRequest } from './approvals.ts';
import type { AskedRefund } from './asked-money.ts';
import type { Answer, Call } from './route.ts';

/** Another person must approve than the one who asks, so it must be known who asks. Only a shop's machine is nobody. */
export function demandAsker({ role, person }: Pick<ApiKey, 'role' | 'person'>): void {
  if (role !== 'shop' && person === null) throw personMissing();
}

export function personMissing(): HesabuError {
  return new HesabuError('HESABU_PERSON_MISSING', { expected: 'a key that names its person' });
}

export function actorOf({ id, person }: Pick<ApiKey, 'id' | 'person'>): Actor {
  return { key: id, person };
}

/** Stores the request; it waits when this returns. Throws HESABU_PERSON_MISSING. */
export function askApproval(call: Call, merchant: string, request: WaitingRequest): Answer {
  const { parts, caller, exchange: id, names } = call;
  demandAsker(caller);
  const { approvals } = parts.tables;
  approvals.add({ id, merchant, request, asked_at: parts.clock.now(), asked_by: actorOf(caller) });
  names.push(id);
  return { status: 202, body: approvalView(parts, approvals.get(id)!) };
}

/** The refunds of an order that wait: their amounts are on their way back, as far as others are concerned. */
export function heldRefunds(approvals: Approvals, reference: string, except?: string): AskedRefund[] {
  return approvals
    .refundsOf(reference)
    .flatMap(({ id, request }) =>
      request.kind === 'refund' && id !== except ? [{ ...request.refund, transaction_id: null }] : [],
    );
}

export function approvalView({ pseudonym }: Pick<ApiContext, 'pseudonym'>, approval: Approval): object {
  const { id, merchant, request, asked_at, asked_by, status, decision, result } = approval;
  const about =
    request.kind === 'refund'
      ? { refund: refundView(request, new Redactor(pseudonym)), import: null }
      : { refund: null, import: importView(request) };
  return {
    ...{ id, kind: request.kind, status, merchant, ...about },
    ...{ asked_at: formatInstant(asked_at), asked_by, expires_at: formatInstant(asked_at + APPROVAL_MILLIS) },
    ...{ decided_at: decision === null ? null : formatInstant(decision.at), decided_by: decision?.by ?? null },
    ...{ why: decision?.why ?? null, result },
  };
}

function refundView({ refund, reason }: Extract<WaitingRequest, { kind: 'refund' }>, redactor: Redactor): object {
  const { reference, payment, amount, currency } = refund;
  return {
    ...{ transaction_reference: reference, payment, currency },
    ...{
      amount: formatMinor(minorOf(amount, currency), currency),
      reason: reason === null ? null : redactor.text(reason),
    },
  };
}

function importView({ kind: _, file, mapping, ...request }: Extract<WaitingRequest, { kind: 'import' }>): object {
  return { kind: file, ...request, has_mapping: mapping !== null };
}
