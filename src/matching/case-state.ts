// Where a case stands for the people who work it. One function says it to the list, the page and the command, so that
// none of them shows another state than the ledger goes by.

import type { ProposalView } from './decisions.ts';

export const CASE_STATES = [
  'new',
  'assigned',
  'proposed',
  'awaiting_approval',
  'stale',
  'reopened',
  'resolved',
] as const;
/**
 * - `new`: nobody has it.
 * - `assigned`: somebody has it.
 * - `proposed`: a refund was proposed and holds; the evidence of it ends the case.
 * - `awaiting_approval`: a proposal waits for a second person.
 * - `stale`: what was proposed is about other evidence than there is now.
 * - `reopened`: it was resolved, and is no longer: other evidence came, or somebody revoked it.
 * - `resolved`: a proposal holds.
 */
export type CaseState = (typeof CASE_STATES)[number];

type Seen = Pick<ProposalView, 'proposal' | 'state' | 'approval' | 'needsApproval' | 'finding'>;

export interface CaseFacts {
  /** Whether the ledger has a resolution in the place of its finding. */
  readonly isResolved: boolean;
  readonly owner: string | null;
  /** The proposals about it, the first one first. */
  readonly proposals: readonly Seen[];
}

export function caseState({ isResolved, owner, proposals }: CaseFacts): CaseState {
  if (isResolved) return 'resolved';
  const states = new Set(proposals.map(({ state }) => state));
  if (states.has('awaiting_approval')) return 'awaiting_approval';
  if (states.has('effective')) return 'proposed';
  // Of what holds no more, the last says where the case is: a proposal of a case that was open again may be stale too.
  const last = proposals.findLast((one) => heldOnce(one) || one.state === 'stale');
  if (last !== undefined) return heldOnce(last) ? 'reopened' : 'stale';
  return owner === null ? 'new' : 'assigned';
}

/** Whether it resolved the case until other evidence or a rejection came: it was approved, or needed nobody. */
function heldOnce({ proposal, state, approval, needsApproval, finding }: Seen): boolean {
  if (proposal.body.kind === 'refund') return false;
  if (approval !== null) return true;
  return state === 'rejected' && finding !== null && !needsApproval;
}
