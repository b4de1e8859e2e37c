// What the maker of a stale proposal read. A proposal has the hash of its finding alone, so the finding is looked for
// among those that fewer facts gave: what has that hash is it, and the facts that were left out are what changed it.

import type { Finding } from '../../../domain/assessment.ts';
import type { Claim } from '../../../domain/fact.ts';
import { assessEvidence } from '../../../matching/assess-key.ts';
import { fingerprintOf } from '../../../matching/decision-names.ts';
import { type ProposalView, proposalsOf } from '../../../matching/decisions.ts';
import { compileRules } from '../../../matching/rules.ts';
import type { OpenedCase } from '../opened-case.ts';
import type { Call } from '../route.ts';

/** Only the latest facts are left out, and of a key with many none: each try assesses the whole key. */
const LEFT_OUT_MAX = 16;
const FACTS_MAX = 500;

export interface FindingRead {
  readonly proposal: ProposalView;
  readonly finding: Finding;
  /** Whether it waited for a second person then. */
  readonly isWaiting: boolean;
  /** The ids of the facts without which it would still be so; empty where time or rules changed it. */
  readonly changedBy: readonly string[];
}

/** Of each stale proposal what its maker read, where it is found. */
export function findingsRead(
  { parts: { ledger } }: Pick<Call, 'parts'>,
  { name: { key }, found: { claims, decisions }, proposals }: OpenedCase,
): FindingRead[] {
  const [rules, now] = [compileRules(ledger.loop.rules), ledger.reader.asOf];
  const stale = proposals.filter(({ state, finding }) => state === 'stale' || (state === 'rejected' && !finding));
  if (stale.length === 0 || claims.length > FACTS_MAX) return [];
  const tries = leftOut(claims);
  return stale.flatMap((proposal): FindingRead[] => {
    const { occurred_at: made, body } = proposal.proposal;
    for (const without of tries) {
      const kept = claims.filter((claim) => !without.includes(claim));
      // A deadline that passed since changes a finding too.
      for (const at of [now, made ?? now]) {
        const evidence = assessEvidence(key, { claims: kept, decisions }, rules, at);
        const finding = evidence.findings.find((one) => fingerprintOf(one) === body.finding);
        if (finding === undefined) continue;
        const before = proposalsOf(key, decisions, rules, evidence).find(
          (one) => one.proposal.id === proposal.proposal.id,
        );
        const isWaiting = before?.state === 'awaiting_approval';
        return [{ proposal, finding, isWaiting, changedBy: without.map(({ id }) => id) }];
      }
    }
    return [];
  });
}

/** What may have come since, the fewest first: nothing, any one fact, or the latest ones. */
function leftOut(claims: readonly Claim[]): Claim[][] {
  const latest = claims.toSorted((left, right) => (right.occurred_at ?? 0) - (left.occurred_at ?? 0));
  const few = latest.slice(0, LEFT_OUT_MAX);
  const several = few.slice(1).map((_, at) => latest.slice(0, at + 2));
  return [[], ...few.map((claim) => [claim]), ...several];
}
