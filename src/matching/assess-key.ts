// Where a key of any kind stands: a reference, an identity or a payout.

import type { Assessment } from '../domain/assessment.ts';
import { isIdentityKey, isPayoutKey } from '../domain/key.ts';
import type { Instant } from '../domain/time.ts';
import { assess, readMatchGroup } from './assess.ts';
import type { PaymentState } from './evolve.ts';
import { identityState } from './identity-state.ts';
import type { MatchGroup } from './payment-stage.ts';
import { assessPayout } from './payouts.ts';
import type { CompiledRules } from './rules.ts';

export function assessKey(key: string, state: PaymentState, rules: CompiledRules, asOf: Instant): Assessment {
  if (isPayoutKey(key)) return assessPayout(state, rules, asOf);
  if (!isIdentityKey(key)) return assess(state, rules, asOf);
  const { state: standing, nextDeadline } = identityState(key, state, rules, asOf);
  const assessment = assess(standing, rules, asOf);
  // Facts that wait for their reference are judged by nobody yet.
  const isWaiting = nextDeadline < (assessment.next_deadline ?? Number.POSITIVE_INFINITY);
  if (!isWaiting) return assessment;
  const payment = standing.claims.length === 0 ? 'pending' : assessment.payment;
  return { ...assessment, payment, next_deadline: nextDeadline };
}

/** What a reference's or an identity's claims come to, as its assessment reads them. */
export function readKeyGroup(key: string, state: PaymentState, rules: CompiledRules, asOf: Instant): MatchGroup {
  const standing = isIdentityKey(key) ? identityState(key, state, rules, asOf).state : state;
  return readMatchGroup(standing, rules, asOf);
}
