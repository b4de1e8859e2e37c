// A case at the moment of a request: all earlier facts are read first, once for each request.

import type { Finding } from '../../domain/assessment.ts';
import { type CaseKey, caseId, formerCaseId, readCaseId, standingCaseId } from '../../domain/case-id.ts';
import type { CaseName } from '../../domain/decision.ts';
import { HesabuError } from '../../domain/errors.ts';
import { assessEvidence } from '../../matching/assess-key.ts';
import { fingerprintOf } from '../../matching/decision-names.ts';
import { type Evidence, type ProposalView, proposalsOf } from '../../matching/decisions.ts';
import { compileRules } from '../../matching/rules.ts';
import type { CaseFinding } from '../../projections/cases/case-rows.ts';
import type { KeyClaims } from '../../projections/lookup.ts';
import { isOpen } from '../../task/assessment-codec.ts';
import { mayTouch } from '../access/api-key.ts';
import type { DecisionPlace } from './decision-call.ts';
import type { Call } from './route.ts';

export interface OpenedCase {
  readonly name: CaseKey;
  readonly merchant: string;
  readonly found: KeyClaims;
  /** What evidence alone gives of the key. */
  readonly evidence: Evidence;
  /** The finding of the case; null where the evidence gives none any more. */
  readonly finding: Finding | null;
  /** The finding of the case that stands for it now. */
  readonly standing: CaseFinding | null;
  /** The proposals about the case, and those about a case for which it stands now; the first one first. */
  readonly proposals: readonly ProposalView[];
  /** Whether what was decided of a case stands at this one. */
  stands(decided: CaseName): boolean;
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
  const { key } = name;
  const open = evidence.findings.filter(isOpen);
  const now = open.map((one) => ({ key, ...one }));
  const findingOf = (wanted: string | undefined) => open.find((one) => caseId({ key, ...one }) === wanted) ?? null;
  const finding = findingOf(id);
  const standing = findingOf(standingCaseId(name, now));
  const stands = (decided: CaseName) => {
    const own = { key, ...decided };
    return caseId(own) === id || standingCaseId(own, now) === id;
  };
  const all = proposalsOf(key, decisions, rules, evidence);
  const proposals = all.filter(({ proposal }) => stands(proposal.body.case));
  const isFormer = standing !== null && formerCaseId({ key, ...standing }) === id;
  if (finding === null && proposals.length === 0 && !isFormer) throw new HesabuError('HESABU_NOT_FOUND', { where: id });
  return { name, merchant: evidence.merchant, found, evidence, finding, standing, proposals, stands };
}

/** That the case is another one than was read, with what the evidence gives now; `version` says more of it. */
export function changedFrom(where: string, expected: string, now: Finding | null, version = ''): HesabuError {
  const finding = now === null ? 'no such finding any more' : findingText(now);
  const found = version === '' ? finding : `${version}: ${finding}`;
  return new HesabuError('HESABU_CASE_CHANGED', { where, expected, found });
}

/** A finding in few words, by which two of them are told apart. */
export function findingText(finding: Finding): string {
  const { reason, observed, expected } = finding;
  return `${shortHash(fingerprintOf(finding))}, ${reason}: ${observed} instead of ${expected}`;
}

/** As much of a hash as a message has. */
export function shortHash(hash: string): string {
  return hash.slice(0, 12);
}

/** Where a decision on it is said. */
export function aboutCase({ name, merchant }: OpenedCase): DecisionPlace {
  const { key, ...about } = name;
  return { about: key, case: about, merchant };
}
