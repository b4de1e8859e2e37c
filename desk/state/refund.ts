// What a proposed refund keeps people from doing, and for how long.

import type { Proposal, RefundState } from '../api/types.ts';

const ASKED: ReadonlySet<RefundState> = new Set(['asked', 'unclear', 'sent']);
const UNSENT: ReadonlySet<RefundState> = new Set(['failed', 'stopped']);

/** Whether the gateway was asked for it: then nobody takes it back. */
export function isAsked({ refund }: Proposal): boolean {
  return refund != null && ASKED.has(refund.state);
}

/** Whether another refund of this finding would be refused. */
export function keepsRefund(proposal: Proposal, finding: string): boolean {
  const { kind, refund, state } = proposal;
  if (kind !== 'refund' || (refund != null && UNSENT.has(refund.state))) return false;
  if (isAsked(proposal)) return refund!.state !== 'sent' || proposal.finding === finding;
  return state === 'effective' || state === 'awaiting_approval';
}

/** Whether it will soon be in another state. */
export function isMoving({ refund, state }: Proposal): boolean {
  return refund != null && state === 'effective' && (refund.state === 'waiting' || refund.state === 'asked');
}
