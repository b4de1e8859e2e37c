// Where a key stands with its claims, and when time alone may change it.

import type { Assessment } from '../domain/assessment.ts';
import { IDENTITY_MARK_CODE, PAYOUT_MARK_CODE } from '../domain/key.ts';
import type { Instant } from '../domain/time.ts';
import { assess } from '../matching/assess.ts';
import { withDecisions } from '../matching/decisions.ts';
import type { PaymentState } from '../matching/evolve.ts';
import { identityState } from '../matching/identity-state.ts';
import { assessPayout, isVacantPayout } from '../matching/payouts.ts';
import type { CompiledRules } from '../matching/rules.ts';
import { isVacant } from '../matching/shared-payments.ts';
import type { KeyTable } from './key-table.ts';

export interface Stand {
  readonly assessment: Assessment;
  /** Whether nothing stands under the key: its claims are elsewhere, or wait. */
  readonly vacant: boolean;
  readonly deadline: number;
}

export function standOf(keys: KeyTable, slot: number, state: PaymentState, rules: CompiledRules, asOf: Instant): Stand {
  const stand = standByEvidence(keys, slot, state, rules, asOf);
  const { claims, decisions } = state;
  if (decisions === undefined) return stand;
  // What people decided of a key without evidence waits for it.
  const vacant = stand.vacant || claims.length === 0;
  return { ...stand, vacant, assessment: withDecisions(keys.keyOf(slot), decisions, rules, stand.assessment) };
}

function standByEvidence(
  keys: KeyTable,
  slot: number,
  state: PaymentState,
  rules: CompiledRules,
  asOf: Instant,
): Stand {
  if (keys.markOf(slot) !== IDENTITY_MARK_CODE) {
    const isPayout = keys.markOf(slot) === PAYOUT_MARK_CODE;
    const assessment = isPayout ? assessPayout(state, rules, asOf) : assess(state, rules, asOf);
    const vacant = isPayout ? isVacantPayout(state) : isVacant(state.claims);
    return { assessment, vacant, deadline: assessment.next_deadline ?? Number.POSITIVE_INFINITY };
  }
  const { state: standing, nextDeadline } = identityState(keys.keyOf(slot), state, rules, asOf);
  const assessment = assess(standing, rules, asOf);
  const deadline = Math.min(nextDeadline, assessment.next_deadline ?? Number.POSITIVE_INFINITY);
  return { assessment, vacant: standing.claims.length === 0, deadline };
}
