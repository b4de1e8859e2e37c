// What people do about the breaks of some sales, and how each of these cases must stand at the end of the week. Like
// every truth of the simulation, it follows from the story and is never computed by the code that the demo checks.

import type { Cause, ResolutionKind, WaitingOn } from '../../../domain/decision.ts';
import type { EvidenceReason } from '../../../domain/reasons.ts';
import type { CaseState } from '../../../matching/case-state.ts';
import type { Store } from './market.ts';
import type { Sale } from './sale.ts';
import type { ExpectedResult } from './scenario.ts';

/** One act of a person. A maker assigns, notes, proposes and withdraws; a checker approves, rejects and revokes. */
export type Act =
  | { readonly act: 'assign'; readonly waiting_on: WaitingOn | null }
  | { readonly act: 'note'; readonly text: string }
  | {
      readonly act: 'propose';
      readonly kind: ResolutionKind;
      readonly cause: Cause;
      /** Of a link: the orders that the money was paid for. */
      readonly to?: readonly { readonly reference: string; readonly amount: string }[];
    }
  | { readonly act: 'approve' | 'reject' | 'withdraw' | 'revoke' };

export interface WorkedCase {
  readonly key: string;
  readonly reason: EvidenceReason;
  /** What happened, which is why it stands so. */
  readonly scenario: string;
  /** In their order. */
  readonly acts: readonly Act[];
  /** Where the case must stand in the end; null if later evidence left none. */
  readonly stands: CaseState | null;
}

export interface WorkedSale {
  /** Of all keys of the sale, in the end. */
  readonly results: readonly ExpectedResult[];
  readonly cases: readonly Omit<WorkedCase, 'scenario'>[];
}

export interface WorkedScenario {
  readonly name: string;
  readonly at: (store: Store) => boolean;
  readonly write: (sale: Sale) => WorkedSale;
}
