// What the maker of a stale proposal read. A proposal has the hash of its finding alone, so the finding is looked for
// among those that fewer facts gave: what has that hash is it, and the facts that were left out are what changed it.

import type { Finding } from '../../../domain/assessment.ts';
import { caseId } from '../../../domain/case-id.ts';
import { HesabuError } from '../../../domain/errors.ts';
import type { Claim } from '../../../domain/fact.ts';
import type { Instant } from '../../../domain/time.ts';
import { assessEvidence } from '../../../matching/assess-key.ts';
import { fingerprintOf } from '../../../matching/decision-names.ts';
import { type ProposalView, proposalsOf } from '../../../matching/decisions.ts';
import { compileRules } from '../../../matching/rules.ts';
import { changedFrom, findingText, type OpenedCase, shortHash } from '../opened-case.ts';
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
export function findingsRead(call: Pick<Call, 'parts'>, opened: OpenedCase): FindingRead[] {
  const { name, found, proposals } = opened;
  const stale = proposals.filter(({ state, finding }) => state === 'stale' || (state === 'rejected' && !finding));
  const rules = compileRules(call.parts.ledger.loop.rules);
  return stale.flatMap((proposal): FindingRead[] => {
    const { occurred_at: made, body, id } = proposal.proposal;
    const read = evidenceWith(call, opened, body.finding, made);
    if (read === undefined) return [];
    const { evidence, finding, changedBy } = read;
    const before = proposalsOf(name.key, found.decisions, rules, evidence).find((one) => one.proposal.id === id);
    return [{ proposal, finding, isWaiting: before?.state === 'awaiting_approval', changedBy }];
  });
}

/** Throws HESABU_CASE_CHANGED, with both findings, where the evidence gives another one than the caller read. */
export function demandRead(call: Pick<Call, 'parts'>, opened: OpenedCase, read: string): Finding {
  const { finding, standing, name } = opened;
  if (finding !== null && fingerprintOf(finding) === read) return finding;
  if (standing !== null && fingerprintOf(standing) === read) {
    const expected = `the case by its name of now, ${caseId({ key: name.key, ...standing })}`;
    throw new HesabuError('HESABU_CASE_CHANGED', { where: name.key, expected, found: 'a former name of it' });
  }
  const before = evidenceWith(call, opened, read, null)?.finding;
  throw changedFrom(name.key, `the finding ${before === undefined ? shortHash(read) : findingText(before)}`, standing);
}

/** A finding with this fingerprint that fewer facts gave, or an earlier time; undefined where none is found. */
function evidenceWith(
  { parts: { ledger } }: Pick<Call, 'parts'>,
  { name: { key }, found: { claims, decisions } }: OpenedCase,
  fingerprint: string,
  made: Instant | null,
) {
  if (claims.length > FACTS_MAX) return undefined;
  const [rules, now] = [compileRules(ledger.loop.rules), ledger.reader.asOf];
  for (const without of leftOut(claims)) {
    const kept = claims.filter((claim) => !without.includes(claim));
    // A deadline that passed since changes a finding too.
    for (const at of [now, made ?? now]) {
      const evidence = assessEvidence(key, { claims: kept, decisions }, rules, at);
      const finding = evidence.findings.find((one) => fingerprintOf(one) === fingerprint);
      if (finding !== undefined) return { evidence, finding, changedBy: without.map(({ id }) => id) };
    }
  }
  return undefined;
}

/** What may have come since, the fewest first: nothing, any one fact, or the latest ones. */
function leftOut(claims: readonly Claim[]): Claim[][] {
  const latest = claims.toSorted((left, right) => (right.occurred_at ?? 0) - (left.occurred_at ?? 0));
  const few = latest.slice(0, LEFT_OUT_MAX);
  const several = few.slice(1).map((_, at) => latest.slice(0, at + 2));
  return [[], ...few.map((claim) => [claim]), ...several];
}
