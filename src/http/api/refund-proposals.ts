// Refunds that people proposed by this service, as a port: the service stores them in its database. What a method
// changes is on the disk when it returns. Whether a proposal holds is never stored: the ledger says it.

import type { Instant } from '../../domain/time.ts';

/**
 * - `waiting`: nothing was asked of the gateway: the proposal does not hold yet, or the gateway takes nothing now.
 * - `held`: with what went back of the payment before, it needs an approval that the proposal did not need.
 * - `asked`: the gateway is being asked.
 * - `unclear`: the gateway was asked, and nobody knows whether it took the refund.
 * - `sent`: the gateway took it.
 * - `failed`: nothing was sent, and nothing will be; a code says why.
 * - `stopped`: before anything was asked it was rejected, or the evidence gave another finding, or another refund of it
 *   came first.
 */
export const REFUND_STATES = ['waiting', 'held', 'asked', 'unclear', 'sent', 'failed', 'stopped'] as const;
export type RefundState = (typeof REFUND_STATES)[number];

export interface RefundProposal {
  /** That of the proposal, as the API shows it: the Idempotency-Key of the refund. */
  readonly id: string;
  /** The key under which the gateway is called. */
  readonly key: string;
  readonly reference: string;
  readonly merchant: string;
  readonly state: RefundState;
  /** A HESABU_* code: why it failed, or of what nobody knows how it ended. */
  readonly code: string | null;
  /** Since when it is in this state. */
  readonly at: Instant;
  /** When it is looked at again. */
  readonly next_at: Instant;
  /** How often the gateway was called, or may have been, since it is among what was asked. */
  readonly calls: number;
  /** How often the ledger was told that the gateway is about to be asked for the first time. */
  readonly sendings: number;
}

/** A refund that failed, with its number among them. */
export interface FailedRefund extends RefundProposal {
  readonly fault: number;
}

export interface RefundProposals {
  get(id: string): RefundProposal | undefined;
  ofKey(key: string): RefundProposal | undefined;
  of(reference: string): readonly RefundProposal[];
  /** Those of which something may still come, and is due, the longest due first. */
  due(now: Instant): readonly RefundProposal[];
  /** Whether there is any of which something may still come. */
  readonly hasOpen: boolean;
  /** Those that failed, in the order in which they did, after a number. */
  failedAfter(fault: number, limit: number): readonly FailedRefund[];
  /** The number of the last one that failed; 0 before the first. */
  readonly lastFault: number;
  /** Before its decision is written, so that none is forgotten; one that is known already stays as it is. */
  add(proposal: Pick<RefundProposal, 'id' | 'key' | 'reference' | 'merchant' | 'at'>): void;
  set(
    id: string,
    parts: Partial<Pick<RefundProposal, 'state' | 'code' | 'at' | 'next_at' | 'calls' | 'sendings'>>,
  ): void;
}

/** Asks gateways for them. */
export interface RefundWork {
  /** Something may be due: by itself, or what was decided of this proposal. */
  wake(id?: string): void;
}

/** Whether nothing more will come of it. */
export function isOver({ state }: Pick<RefundProposal, 'state'>): boolean {
  return state === 'sent' || isUnsent({ state });
}

/** Whether nothing was sent, and nothing will be. */
export function isUnsent({ state }: Pick<RefundProposal, 'state'>): boolean {
  return state === 'failed' || state === 'stopped';
}
