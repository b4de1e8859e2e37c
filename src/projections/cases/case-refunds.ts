// What the list of cases has of the refunds that people proposed: their names, and how the returns of the key ended.
// What the gateway answered is not in the ledger: who keeps it says the sign.

import { type FoundCase, shownProposalId, standingCaseId } from '../../domain/case-id.ts';
import { isAboutPayment, ownIds } from '../../domain/payment-ids.ts';
import type { Instant } from '../../domain/time.ts';
import { assessEvidence } from '../../matching/assess-key.ts';
import type { Claims } from '../../matching/claims.ts';
import type { ProposalView } from '../../matching/decisions.ts';
import { type ReturnOutcome, returnOutcomes } from '../../matching/return-outcomes.ts';
import type { CompiledRules } from '../../matching/rules.ts';
import { isOpen } from '../../task/assessment-codec.ts';

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

/** Of a key with more returns nothing is said: each is looked at by assessing the key. */
const RETURNS_MAX = 50;

/** Of the returns that happened those without which a case that is gone would stand: what else ended it is none. */
export function returnsThatEnd(
  name: FoundCase,
  state: Parameters<typeof assessEvidence>[1],
  returns: CaseRefunds['returns'],
  { rules, asOf }: { readonly rules: CompiledRules; readonly asOf: Instant },
): CaseRefunds['returns'] {
  const done = returns.filter(([, outcome]) => outcome === 'succeeded');
  if (done.length > RETURNS_MAX) return [];
  return done.filter(([id]) => {
    const claims = state.claims.filter(({ body }) => !(isAboutPayment(body) && ownIds(body).includes(id)));
    const open = assessEvidence(name.key, { ...state, claims }, rules, asOf).findings.filter(isOpen);
    const now = open.map((one) => ({ key: name.key, ...one }));
    return standingCaseId(name, now) !== undefined;
  });
}
