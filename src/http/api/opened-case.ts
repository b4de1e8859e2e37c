// A case at the moment of a request: all earlier facts are read first, once for each request.

import type { Finding } from '../../domain/assessment.ts';
import { type CaseKey, readCaseId } from '../../domain/case-id.ts';
import { HesabuError } from '../../domain/errors.ts';
import { assessEvidence } from '../../matching/assess-key.ts';
import { fingerprintOf } from '../../matching/decision-names.ts';
import { type Evidence, type ProposalView, proposalsOf } from '../../matching/decisions.ts';
import { compileRules } from '../../matching/rules.ts';
import type { KeyClaims } from '../../projections/lookup.ts';
import { mayTouch } from '../access/api-key.ts';
import type { Call } from './route.ts';

export interface OpenedCase {
  readonly name: CaseKey;
  readonly merchant: string;
  readonly found: KeyClaims;
  /** What evidence alone gives of the key. */
  readonly evidence: Evidence;
  /** The finding of the case; null where the evidence gives none any more. */
  readonly finding: Finding | null;
  /** The proposals about the case, the first one first. */
  readonly proposals: readonly ProposalView[];
}

/** Throws HESABU_NOT_FOUND, also for a case of another merchant. */
export async function openedCase(call: Pick<Call, 'parts' | 'caller' | 'caughtUp'>, id: string): Promise<OpenedCase> {
  await call.caughtUp();
  return caseAsRead(call, id);
}

/** The same after the request has written something itself. */
export async function caseAfter(call: Pick<Call, 'parts' | 'caller'>, id: string): Promise<OpenedCase> {
  await call.parts.ledger.loop.catchUp('at once');
  return caseAsRead(call, id);
}

async function caseAsRead({ parts, caller }: Pick<Call, 'parts' | 'caller'>, id: string): Promise<OpenedCase> {
  const name = readCaseId(id);
  const { loop, reader } = parts.ledger;
  const found = name === undefined ? undefined : await reader.findKey(name.key);
  if (name === undefined || found === undefined) throw new HesabuError('HESABU_NOT_FOUND', { where: id });
  const rules = compileRules(loop.rules);
  const { claims, decisions } = found;
  const evidence = assessEvidence(name.key, { claims, decisions }, rules, reader.asOf);
  if (!mayTouch(caller, evidence.merchant)) throw new HesabuError('HESABU_NOT_FOUND', { where: id });
  const isOfCase = ({ stage, reason, subject }: Pick<Finding, 'stage' | 'reason' | 'subject'>) =>
    stage === name.stage && reason === name.reason && subject === name.subject;
  const finding = evidence.findings.find(isOfCase) ?? null;
  const all = proposalsOf(name.key, decisions, rules, evidence);
  const proposals = all.filter(({ proposal }) => isOfCase(proposal.body.case));
  if (finding === null && proposals.length === 0) throw new HesabuError('HESABU_NOT_FOUND', { where: id });
  return { name, merchant: evidence.merchant, found, evidence, finding, proposals };
}

/** Throws HESABU_CASE_CHANGED where the evidence gives another finding than the caller saw. */
export function demandSeen({ finding, name }: OpenedCase, seen: string): Finding {
  if (finding !== null && fingerprintOf(finding) === seen) return finding;
  const found =
    finding === null ? 'no such finding any more' : (finding.observed ?? finding.reason ?? 'another finding');
  throw new HesabuError('HESABU_CASE_CHANGED', {
    where: name.key,
    expected: `the finding ${seen.slice(0, 12)}`,
    found: finding === null ? found : `${fingerprintOf(finding).slice(0, 12)}: ${found} instead of ${finding.expected}`,
  });
}
