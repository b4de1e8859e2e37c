// What is done next of one proposed refund, in the turn of its order. What is asked for stands in the table of asked
// refunds before the gateway is called, and from then on the same call is made again until its answer is known; until
// then a rejection or other evidence stops it.

import { newExchangeId } from '../../../archive/exchanges/exchange-id.ts';
import { isOfNobody } from '../../../domain/decision.ts';
import type { ErrorCode } from '../../../domain/error-codes.ts';
import { HesabuError } from '../../../domain/errors.ts';
import { GatewayLimited } from '../../../domain/gateway-errors.ts';
import type { Instant } from '../../../domain/time.ts';
import { needsReview } from '../../../matching/review.ts';
import type { ApiContext } from '../api-context.ts';
import type { AskedRefund } from '../asked-money.ts';
import { demandCall, gatewayAgain } from '../gateway-calls.ts';
import { type KnownOrder, knownOrder } from '../known-order.ts';
import { finishApproval, sendRefund } from '../refund-call.ts';
import { isOver, type RefundProposal, type RefundState } from '../refund-proposals.ts';
import { decideRefund } from '../refundable-amount.ts';
import { isAskedUnknown, markSending, type RefundMarkParts } from './refund-marks.ts';
import {
  demandWithin,
  type HoldingRefund,
  holdingRefund,
  isLost,
  paymentFor,
  refundsUnderWay,
} from './refund-terms.ts';
import { noteSending } from './refund-trail.ts';

export type RefundStepParts = RefundMarkParts &
  Pick<ApiContext, 'pseudonym' | 'gateways' | 'gatewayNamed' | 'orderTurns' | 'storageFault'>;

/** How often what waits for people or for a gateway is looked at again. */
export const LOOK_MILLIS = 30_000;
/** Between two calls of a gateway whose answer was unclear: twice as long each time, up to an hour. */
const AGAIN_MILLIS = 5_000;
const AGAIN_MILLIS_MAX = 3_600_000;
/** A proposal that is not in the ledger after this time was never written. */
const UNWRITTEN_MILLIS = 3_600_000;

/** Faults that stay, however often the order is looked at. Others are of ourselves, and pass. */
const FINAL: ReadonlySet<string> = new Set<ErrorCode>([
  ...(['HESABU_AMOUNT_RANGE', 'HESABU_AMOUNT_PRECISION', 'HESABU_ORDER_CLOSED', 'HESABU_NOT_FOUND'] as const),
  ...(['HESABU_PROVIDER_CANNOT', 'HESABU_REQUEST_INVALID', 'HESABU_IDEMPOTENCY_REUSED'] as const),
  'HESABU_PERSON_MISSING',
]);

function waitAfter(times: number): number {
  return Math.min(AGAIN_MILLIS * 2 ** Math.min(times, 20), AGAIN_MILLIS_MAX);
}

/** What the table of asked refunds knows a proposal's call by. */
function fingerprintOf({ id }: Pick<RefundProposal, 'id'>): string {
  return `proposal ${id}`;
}

/** Whether it is among what was asked of gateways. */
function isBegun({ refunds }: Pick<ApiContext['tables'], 'refunds'>, { reference, key }: RefundProposal): boolean {
  return refunds.of(reference).some((one) => one.key === key);
}

export class RefundStep {
  private readonly parts: RefundStepParts;

  constructor(parts: RefundStepParts) {
    this.parts = parts;
  }

  async work(id: string): Promise<void> {
    const { tables, storageFault } = this.parts;
    const proposal = tables.refundProposals.get(id);
    if (proposal === undefined || isOver(proposal)) return;
    // What is asked for now might be done and not be stored.
    if (storageFault() !== null) return this.later(proposal);
    const asked = tables.refunds.of(proposal.reference).find(({ key }) => key === proposal.key);
    if (asked !== undefined) return this.askAgain(proposal, asked);
    if (isLost(tables, proposal) || (await isAskedUnknown(this.parts, proposal))) return this.lost(proposal);
    const approval = tables.approvals.ofKey(proposal.key);
    if (approval === undefined) return this.decide(proposal);
    if (approval.request.kind === 'refund' && approval.request.refund.fingerprint !== fingerprintOf(proposal)) {
      return this.to(proposal, 'failed', 'HESABU_IDEMPOTENCY_REUSED');
    }
    if (approval.status === 'done') return this.to(proposal, 'sent');
    if (approval.status === 'failed') return this.to(proposal, 'failed', approval.result);
    if (approval.status !== 'waiting') return this.to(proposal, 'failed', 'HESABU_APPROVAL_DECIDED');
    if ((await holdingRefund(this.parts, proposal)) !== 'over') return this.later(proposal, 'held');
    tables.approvals.fail(approval, 'HESABU_CASE_CHANGED');
    this.to(proposal, 'stopped');
  }

  private async decide(proposal: RefundProposal): Promise<void> {
    const { clock } = this.parts;
    const holding = await holdingRefund(this.parts, proposal);
    if (holding === 'over') return this.to(proposal, 'stopped');
    const isOld = clock.now() > proposal.at + UNWRITTEN_MILLIS;
    if (holding === 'unwritten' && isOld) return this.to(proposal, 'stopped');
    if (typeof holding === 'string') return this.later(proposal, 'waiting');
    try {
      await this.ask(proposal, holding);
    } catch (error) {
      if (!(error instanceof HesabuError && FINAL.has(error.code))) throw error;
      this.to(proposal, 'failed', error.code);
    }
  }

  /** Nothing was asked yet: a fault leaves nothing behind. */
  private async ask(proposal: RefundProposal, holding: HoldingRefund): Promise<void> {
    const { parts } = this;
    const { tables, clock, ledger } = parts;
    const { id, key, reference, merchant } = proposal;
    const { view, finding } = holding;
    const { amount } = view.proposal.body;
    const known = await knownOrder({ parts, caller: { merchants: [merchant] } }, reference);
    const gateway = demandCall(gatewayAgain(parts, known.order.merchant, undefined), 'refund');
    const all = refundsUnderWay(tables, reference);
    const payment = paymentFor(known, finding, amount!, all).name;
    const intent = { merchant, key: id, fingerprint: fingerprintOf(proposal) };
    const body = { amount: amount!, payment };
    const { refund, returned } = await decideRefund({ body, params: { ref: reference }, intent }, known, all, gateway);
    await demandWithin(parts, known, finding, { key, amount: amount! });
    // The operators of the gateway were asked meanwhile, perhaps.
    if (typeof (await holdingRefund(parts, proposal)) === 'string') return this.later(proposal, 'waiting', 0);
    if (view.approval === null && needsReview(ledger.loop.rules, clock.now(), refund.currency, returned)) {
      const { person } = view.proposal.body.by;
      if (isOfNobody(person)) throw new HesabuError('HESABU_PERSON_MISSING', { found: person });
      const request = { kind: 'refund', refund, reason: null } as const;
      const by = { key: person, person };
      tables.approvals.add({ id: newExchangeId(clock.now()), merchant, request, asked_at: clock.now(), asked_by: by });
      return this.later(proposal, 'held');
    }
    await this.send(proposal, known, { ...refund, transaction_id: null }, true);
  }

  private async askAgain(proposal: RefundProposal, asked: AskedRefund): Promise<void> {
    const { parts } = this;
    const { tables } = parts;
    const { key, reference, merchant, calls, state } = proposal;
    if (asked.fingerprint !== fingerprintOf(proposal)) return this.to(proposal, 'failed', 'HESABU_IDEMPOTENCY_REUSED');
    if (asked.transaction_id !== null) {
      finishApproval(tables, key, asked.transaction_id);
      return this.to(proposal, 'sent');
    }
    // What was approved by a request of its own was asked by it, and counts as asked from now on.
    const isFirst = calls === 0 && state !== 'held' && !(await isAskedUnknown(parts, proposal));
    if (!isFirst && calls === 0) tables.refundProposals.set(proposal.id, { calls: 1 });
    try {
      const gateway = gatewayAgain(parts, merchant, asked);
      if (!isFirst && gateway.knowsNoRefundKey === true) return this.unclear(proposal, 'HESABU_GATEWAY_FAILED');
      const known = await knownOrder({ parts, caller: { merchants: [merchant] } }, reference);
      await this.send(proposal, known, asked, isFirst);
    } catch (error) {
      this.unclear(proposal, error instanceof HesabuError ? error.code : 'HESABU_GATEWAY_FAILED');
    }
  }

  private async send(proposal: RefundProposal, known: KnownOrder, refund: AskedRefund, isFirst: boolean) {
    const { parts } = this;
    const { tables, clock } = parts;
    const { id, key, reference, merchant } = proposal;
    const gateway = demandCall(gatewayAgain(parts, merchant, refund), 'refund');
    const calls = isFirst ? 1 : proposal.calls + 1;
    if (isFirst) await markSending(parts, proposal);
    const noteEnd = await noteSending(parts, proposal, refund);
    // Only now: what could not be written before leaves it as it was. A crash before the third write is one before the
    // call.
    if (!isBegun(tables, proposal)) {
      tables.refundProposals.set(id, { calls: 0 });
      tables.refunds.add(refund);
    }
    tables.refundProposals.set(id, { state: 'asked', code: null, at: clock.now(), next_at: clock.now(), calls });
    try {
      const call = { parts, facts: [], names: [] };
      await sendRefund(call, known, { refund, gateway, reason: null, isFirst }, tables);
    } catch (error) {
      const code = error instanceof HesabuError ? error.code : 'HESABU_GATEWAY_FAILED';
      const isLeft = isBegun(tables, proposal);
      if (isLeft) this.unclear({ ...proposal, calls }, code);
      else if (error instanceof GatewayLimited) this.later(proposal, 'waiting', this.afterLimit(id, error.retryAt));
      else this.to(proposal, 'failed', code);
      return noteEnd(isLeft ? 'unclear' : error instanceof GatewayLimited ? 'waiting' : 'failed', error);
    }
    this.to(proposal, 'sent');
    return noteEnd('sent', tables.refunds.of(reference).find((one) => one.key === key)?.transaction_id);
  }

  /** Each try is in the ledger. */
  private afterLimit(id: string, retryAt: Instant): Instant {
    const { tables, clock } = this.parts;
    return Math.max(retryAt, clock.now() + waitAfter(tables.refundProposals.get(id)!.sendings));
  }

  /** The ledger has that the gateway was asked, and this service.db has not: people look there. */
  private lost(proposal: RefundProposal): void {
    const { tables, clock, logger } = this.parts;
    if (!isLost(tables, proposal)) {
      logger.error({ proposal: proposal.id }, 'service.db is older than the ledger: a refund may have been sent');
      this.to(proposal, 'unclear');
    }
    this.later({ ...proposal, state: 'unclear' }, 'unclear', clock.now() + AGAIN_MILLIS_MAX);
  }

  private to({ id }: RefundProposal, state: RefundState, code: string | null = null): void {
    const at = this.parts.clock.now();
    this.parts.tables.refundProposals.set(id, { state, code, at, next_at: at });
  }

  private later(proposal: RefundProposal, state = proposal.state, next?: number): void {
    const now = this.parts.clock.now();
    const at = state === proposal.state ? proposal.at : now;
    this.parts.tables.refundProposals.set(proposal.id, { state, at, next_at: next ?? now + LOOK_MILLIS });
  }

  private unclear({ id, calls, state, at: since }: RefundProposal, code: string): void {
    const now = this.parts.clock.now();
    const at = state === 'unclear' ? since : now;
    this.parts.tables.refundProposals.set(id, { state: 'unclear', code, at, next_at: now + waitAfter(calls) });
  }
}
