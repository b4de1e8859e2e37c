// Where a key stands with its claims, and when time alone may change it.

import type { Assessment } from '../domain/assessment.ts';
import { IDENTITY_MARK_CODE, isPeriodKey, PAYOUT_MARK_CODE } from '../domain/key.ts';
import type { Instant } from '../domain/time.ts';
import { assess } from '../matching/assess.ts';
import { groupAndEvidence, mayBeLinked } from '../matching/assess-key.ts';
import { withDecisions } from '../matching/decisions.ts';
import type { PaymentState } from '../matching/evolve.ts';
import { identityState } from '../matching/identity-state.ts';
import { hasCredits } from '../matching/linked-money.ts';
import { assessPayout, isVacantPayout } from '../matching/payouts.ts';
import { assessPeriod } from '../matching/periods.ts';
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
  const { claims, decisions } = state;
  if (decisions === undefined) {
    return hasCredits(claims)
      ? standWithLinks(keys, slot, state, rules, asOf)
      : standByEvidence(keys, slot, state, rules, asOf);
  }
  if (isPeriodKey(keys.keyOf(slot))) return standOfPeriod(keys.keyOf(slot), decisions, rules);
  const stand = mayBeLinked(state)
    ? standWithLinks(keys, slot, state, rules, asOf)
    : standByEvidence(keys, slot, state, rules, asOf);
  // What people decided of a key without evidence waits for it.
  const vacant = stand.vacant || claims.length === 0;
  return { ...stand, vacant, assessment: withDecisions(keys.keyOf(slot), decisions, rules, stand.assessment) };
}

/** Nothing stands under the key of a day before it is closed. */
function standOfPeriod(key: string, decisions: PaymentState['decisions'], rules: CompiledRules): Stand {
  const assessment = assessPeriod(key, decisions, rules);
  const vacant = assessment.findings.length === 0;
  return { assessment: withDecisions(key, decisions, rules, assessment), vacant, deadline: Number.POSITIVE_INFINITY };
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

/** The same where people linked money to other orders, or to this one. */
function standWithLinks(keys: KeyTable, slot: number, state: PaymentState, rules: CompiledRules, asOf: Instant): Stand {
  const own = standByEvidence(keys, slot, state, rules, asOf);
  if (keys.markOf(slot) === PAYOUT_MARK_CODE) return own;
  const { evidence } = groupAndEvidence(keys.keyOf(slot), state, rules, asOf);
  return { ...own, assessment: evidence, deadline: evidence.next_deadline ?? Number.POSITIVE_INFINITY };
}
