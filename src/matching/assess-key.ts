// Where a key of any kind stands: a reference, an identity or a payout.

import type { Assessment } from '../domain/assessment.ts';
import { isIdentityKey, isPayoutKey, isPeriodKey } from '../domain/key.ts';
import { earlier, type Instant } from '../domain/time.ts';
import { assessGroup, readMatchGroup } from './assess.ts';
import { type Evidence, withDecisions } from './decisions.ts';
import type { PaymentState } from './evolve.ts';
import { identityState } from './identity-state.ts';
import { creditsIn, hasCredits } from './linked-money.ts';
import { hasLinks, type LinkOut, linksOut, sumsOut } from './links.ts';
import type { MatchGroup } from './payment-stage.ts';
import { assessPayout } from './payouts.ts';
import { assessPeriod } from './periods.ts';
import type { CompiledRules } from './rules.ts';

export function assessKey(key: string, state: PaymentState, rules: CompiledRules, asOf: Instant): Assessment {
  return withDecisions(key, state.decisions, rules, assessEvidence(key, state, rules, asOf));
}

/**
 * What evidence alone gives, where other keys' money that people linked counts as told: what people decided of this key
 * is left out, but for a day, of which they alone say something.
 */
export function assessEvidence(key: string, state: PaymentState, rules: CompiledRules, asOf: Instant): Evidence {
  if (isPeriodKey(key)) return assessPeriod(key, state.decisions, rules);
  return isPayoutKey(key) ? assessPayout(state, rules, asOf) : groupAndEvidence(key, state, rules, asOf).evidence;
}

export interface GroupAndEvidence {
  readonly group: MatchGroup;
  readonly evidence: Evidence;
  /** The links of this key's money that hold. */
  readonly outs: readonly LinkOut[];
}

/** What the claims of a reference or an identity come to, and what that gives. */
export function groupAndEvidence(
  key: string,
  state: PaymentState,
  rules: CompiledRules,
  asOf: Instant,
): GroupAndEvidence {
  const own = groupAndLinks(key, state, rules, asOf);
  const { outs } = own;
  const credits = isIdentityKey(key) ? [] : creditsIn(state.claims);
  if (outs.length === 0 && credits.length === 0) return own;
  const group = { ...own.group, links: { credits, out: sumsOut(outs) } };
  const evidence = own.assess(group);
  return {
    group,
    outs,
    evidence: {
      ...evidence,
      payment: outs.length > 0 ? 'unmatched' : evidence.payment,
      // What is linked is a finding by evidence still: the link stands in its place.
      findings: [...evidence.findings, ...outs.map(({ finding }) => finding)],
      next_deadline: earlier(evidence.next_deadline, own.evidence.next_deadline),
      links: { unlinked: own.evidence, out: outs.map(({ finding }) => finding) },
    },
  };
}

/** The same without what people linked to other orders, or to this one; with the links of its money that hold. */
export function groupAndLinks(key: string, state: PaymentState, rules: CompiledRules, asOf: Instant) {
  const { state: standing, nextDeadline } = isIdentityKey(key)
    ? identityState(key, state, rules, asOf)
    : { state, nextDeadline: Number.POSITIVE_INFINITY };
  const assess = (group: MatchGroup): Assessment => {
    const evidence = assessGroup(group, asOf);
    // Facts that wait for their reference are judged by nobody yet.
    if (nextDeadline >= (evidence.next_deadline ?? Number.POSITIVE_INFINITY)) return evidence;
    const payment = standing.claims.length === 0 ? 'pending' : evidence.payment;
    return { ...evidence, payment, next_deadline: nextDeadline };
  };
  const group = readMatchGroup(standing, rules, asOf);
  const evidence = assess(group);
  return { group, evidence, assess, outs: linksOut(key, state, rules, evidence) };
}

/** Whether people linked money of this key, or money to it. */
export function mayBeLinked(state: PaymentState): boolean {
  return hasLinks(state) || hasCredits(state.claims);
}

/** What a reference's or an identity's claims come to, as its assessment reads them. */
export function readKeyGroup(key: string, state: PaymentState, rules: CompiledRules, asOf: Instant): MatchGroup {
  const standing = isIdentityKey(key) ? identityState(key, state, rules, asOf).state : state;
  return readMatchGroup(standing, rules, asOf);
}
