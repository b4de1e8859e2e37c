// What the list of cases has of the refunds that people proposed: their names, and how the returns of the key ended.
// What the gateway answered is not in the ledger: who keeps it says the sign.

import { shownProposalId } from '../../domain/case-id.ts';
import type { Claims } from '../../matching/claims.ts';
import type { ProposalView } from '../../matching/decisions.ts';
import { type ReturnOutcome, returnOutcomes } from '../../matching/return-outcomes.ts';

/**
 * - `waiting`: nothing was sent so far.
 * - `sent`: the gateway took it, and no evidence says how it ended.
 * - `succeeded`: evidence says that the money went back.
 * - `failed`: it was not sent, or evidence says that it did not arrive.
 * - `unclear`: the gateway was asked, and nobody knows whether it took it.
 */
export const REFUND_SIGNS = ['waiting', 'sent', 'succeeded', 'failed', 'unclear'] as const;
export type RefundSign = (typeof REFUND_SIGNS)[number];

export interface CaseRefunds {
  /** The ids of the proposals as they are shown, the first one first. */
  readonly proposals: readonly string[];
  /** By the ids of the gateway. */
  readonly returns: readonly (readonly [id: string, outcome: ReturnOutcome])[];
}

/** What became of the refund of a case; null where none was sent, and none will be. */
export type SignOfRefunds = (refunds: CaseRefunds) => RefundSign | null;

/** Null where nobody proposed one. */
export function refundsOfCase(
  views: readonly ProposalView[],
  claims: Pick<Claims, 'returnObservations' | 'returnLines'> | null,
): CaseRefunds | null {
  const refunds = views.filter(({ proposal }) => proposal.body.kind === 'refund');
  if (refunds.length === 0 || claims === null) return null;
  return { proposals: refunds.map(({ proposal }) => shownProposalId(proposal)), returns: returnOutcomes(claims) };
}
