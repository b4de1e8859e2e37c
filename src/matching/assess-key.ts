// Where a key of any kind stands: a reference, an identity or a payout.

import type { Assessment } from '../domain/assessment.ts';
import { isIdentityKey, isPayoutKey, isPeriodKey } from '../domain/key.ts';
import type { Instant } from '../domain/time.ts';
import { assessGroup, readMatchGroup } from './assess.ts';
import { withDecisions } from './decisions.ts';
import type { PaymentState } from './evolve.ts';
import { identityState } from './identity-state.ts';
import type { MatchGroup } from './payment-stage.ts';
import { assessPayout } from './payouts.ts';
import { assessPeriod } from './periods.ts';
import type { CompiledRules } from './rules.ts';

export function assessKey(key: string, state: PaymentState, rules: CompiledRules, asOf: Instant): Assessment {
  return withDecisions(key, state.decisions, rules, assessEvidence(key, state, rules, asOf));
}

/** What evidence alone gives: what people decided is left out, but for a day, of which they alone say something. */
export function assessEvidence(key: string, state: PaymentState, rules: CompiledRules, asOf: Instant): Assessment {
  if (isPeriodKey(key)) return assessPeriod(key, state.decisions, rules);
  return isPayoutKey(key) ? assessPayout(state, rules, asOf) : groupAndEvidence(key, state, rules, asOf).evidence;
}

/** What the claims of a reference or an identity come to, and what that alone gives. */
export function groupAndEvidence(key: string, state: PaymentState, rules: CompiledRules, asOf: Instant) {
  if (!isIdentityKey(key)) {
    const group = readMatchGroup(state, rules, asOf);
    return { group, evidence: assessGroup(group, asOf) };
  }
  const { state: standing, nextDeadline } = identityState(key, state, rules, asOf);
  const group = readMatchGroup(standing, rules, asOf);
  const evidence = assessGroup(group, asOf);
  // Facts that wait for their reference are judged by nobody yet.
  const isWaiting = nextDeadline < (evidence.next_deadline ?? Number.POSITIVE_INFINITY);
  if (!isWaiting) return { group, evidence };
  const payment = standing.claims.length === 0 ? 'pending' : evidence.payment;
  return { group, evidence: { ...evidence, payment, next_deadline: nextDeadline } };
}

/** What a reference's or an identity's claims come to, as its assessment reads them. */
export function readKeyGroup(key: string, state: PaymentState, rules: CompiledRules, asOf: Instant): MatchGroup {
  const standing = isIdentityKey(key) ? identityState(key, state, rules, asOf).state : state;
  return readMatchGroup(standing, rules, asOf);
}
