// What people decided of a key's findings, and what of it holds. Evidence alone gives the findings; an effective
// resolution takes the place of one. Pure: the same evidence, decisions and rules give the same, in any order.
//
// A resolution holds where the finding still is what its maker saw, where the maker had the role, where nobody who may
// rejected it, and, above the threshold, where another person approved exactly what was proposed. Deny wins.

import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import type { Assessment, Finding, Standing } from '../domain/assessment.ts';
import { breakValueOf } from '../domain/break-value.ts';
import { dateOfDay } from '../domain/calendar.ts';
import {
  bearsOnStanding,
  type Cause,
  type DeciderRole,
  type DecisionBody,
  isOfNobody,
  type ProposalName,
  type ResolutionApproved,
  type ResolutionKind,
  type ResolutionProposed,
  type ResolutionRejected,
  signedText,
} from '../domain/decision.ts';
import type { Claim } from '../domain/fact.ts';
import { resolutionSubject } from '../domain/reason-words-resolutions.ts';
import { isOpening, REASONS, type ReasonCode, type ResolutionReason, STAGES, type Stage } from '../domain/reasons.ts';
import { later } from '../domain/time.ts';
import { contentOf, fingerprintOf } from './decision-names.ts';
import { needsApproval, type Stakes } from './review.ts';
import type { CompiledRules } from './rules.ts';

type Decision<Body extends DecisionBody = DecisionBody> = Claim<Body>;
type Proposal = Decision<ResolutionProposed>;

const REASON_OF: Readonly<Record<ResolutionKind, ResolutionReason>> = {
  write_off: 'WRITTEN_OFF',
  explain: 'EXPLAINED',
};

/** Reasons without an amount whose value is known all the same: none, or what was settled too late. */
const VALUED: ReadonlySet<ReasonCode> = new Set<ReasonCode>(['FOREIGN_ACCOUNT', 'SETTLEMENT_LATE']);

/**
 * - `stale`: the evidence gives another finding than its maker saw, or none.
 * - `invalid`: its kind does not fit the finding, its amount is not the difference, or its maker had no role.
 * - `rejected`: by an approver, or withdrawn by its maker.
 */
export const PROPOSAL_STATES = ['stale', 'invalid', 'rejected', 'awaiting_approval', 'effective'] as const;
/** Why a proposal does not hold, or that it does. */
export type ProposalState = (typeof PROPOSAL_STATES)[number];

export interface ProposalView {
  readonly proposal: Proposal;
  readonly content: string;
  readonly state: ProposalState;
  /** Whether a second person must approve it. */
  readonly needsApproval: boolean;
  /** The approval by which it holds, and the rejection by which it does not; the first of several. */
  readonly approval: Decision<ResolutionApproved> | null;
  readonly rejection: Decision<ResolutionRejected> | null;
  /** The finding of now that it is about; null where there is none. */
  readonly finding: Finding | null;
}

/** The assessment with what people resolved in the place of what evidence alone gives. */
export function withDecisions(
  key: string,
  decisions: readonly Decision[] | undefined,
  rules: CompiledRules,
  assessment: Assessment,
): Assessment {
  if (decisions === undefined || decisions.length === 0) return assessment;
  const resolutions = resolutionsOf(proposalsOf(key, decisions, rules, assessment));
  if (resolutions.size === 0) return assessment;
  const findings = assessment.findings.map((finding) => {
    const view = resolutions.get(finding);
    return view === undefined ? finding : resolutionOf(finding, view);
  });
  const standings = Object.fromEntries(
    STAGES.map((stage) => [stage, standingAfter(stage, assessment, findings)]),
  ) as Record<Stage, Standing | null>;
  const { payment, settlement, payout } = standings;
  return { ...assessment, payment: payment!, settlement: settlement!, payout, findings };
}

/** Every proposal of a key by time and id, and whether it holds; last come those that are `planned` and not said. */
export function proposalsOf(
  key: string,
  decisions: readonly Decision[],
  rules: CompiledRules,
  assessment: Assessment,
  planned: readonly Proposal[] = [],
): ProposalView[] {
  const said = [...decisions.filter((decision) => isSaid(key, decision, rules)), ...planned];
  const open = new Map<string, Finding>();
  for (const finding of assessment.findings) {
    if (finding.reason !== null && finding.kind !== 'closed' && isOpening(finding.reason)) {
      open.set(fingerprintOf(finding), finding);
    }
  }
  const approvals = said.filter((decision) => isOf(decision, 'ResolutionApproved'));
  const rejections = said.filter((decision) => isOf(decision, 'ResolutionRejected'));
  const drafts = said
    .filter((decision) => isOf(decision, 'ResolutionProposed'))
    .map((proposal) => {
      // What is another merchant's by now is not what its maker saw.
      const isSeen = proposal.merchant === assessment.merchant;
      const finding = isSeen ? (open.get(proposal.body.finding) ?? null) : null;
      const isLive = finding !== null && fits(proposal.body, finding);
      return { proposal, content: contentOf(proposal), finding, fits: isLive };
    });
  const live = new Set<Finding>();
  for (const { finding, fits: isLive } of drafts) if (isLive) live.add(finding!);
  const stakes = stakesOf(live, assessment);
  return drafts.map(({ proposal, content, finding, fits: isLive }): ProposalView => {
    const name = { id: proposal.id, content };
    // Whichever content was read: deny wins.
    const rejection =
      rejections.find((one) => one.body.proposal.id === proposal.id && mayReject(one, proposal)) ?? null;
    const approval = approvals.find((one) => names(one.body.proposal, name) && mayApprove(one, proposal)) ?? null;
    const isNeeded = isLive && needsApproval(rules.review, dayOf(proposal, rules), finding!.reason!, stakes);
    const base = { proposal, content, needsApproval: isNeeded, approval, rejection, finding };
    if (rejection !== null) return { ...base, state: 'rejected' };
    if (finding === null) return { ...base, state: 'stale' };
    if (!isLive) return { ...base, state: 'invalid' };
    return { ...base, state: isNeeded && approval === null ? 'awaiting_approval' : 'effective' };
  });
}

function isOf<Type extends DecisionBody['type']>(
  decision: Decision,
  type: Type,
): decision is Decision<Extract<DecisionBody, { readonly type: Type }>> {
  return decision.body.type === type;
}

/** Why what is resolved of an assessment by evidence is so, by the name of the finding that stands for it now. */
export function causesOf(
  key: string,
  decisions: readonly Decision[] | undefined,
  rules: CompiledRules,
  evidence: Assessment,
): ReadonlyMap<string, Cause> {
  const causes = new Map<string, Cause>();
  if (decisions === undefined || decisions.length === 0) return causes;
  for (const [finding, { proposal }] of resolutionsOf(proposalsOf(key, decisions, rules, evidence))) {
    causes.set(resolutionSubject(finding), proposal.body.cause);
  }
  return causes;
}

/** The effective proposal of each finding: of several the first. */
function resolutionsOf(views: readonly ProposalView[]): ReadonlyMap<Finding, ProposalView> {
  const resolutions = new Map<Finding, ProposalView>();
  for (const view of views) {
    const { state, finding } = view;
    if (state === 'effective' && !resolutions.has(finding!)) resolutions.set(finding!, view);
  }
  return resolutions;
}

function resolutionOf(finding: Finding, { proposal, approval }: ProposalView): Finding {
  const decidedAt = later(proposal.occurred_at, approval?.occurred_at ?? null);
  return {
    ...finding,
    kind: 'decision',
    reason: REASON_OF[proposal.body.kind],
    subject: resolutionSubject(finding),
    opened_at: later(finding.opened_at, decidedAt),
  };
}

/** A stage whose breaks are all resolved is resolved, once nothing is awaited. */
function standingAfter(stage: Stage, before: Assessment, findings: readonly Finding[]): Standing | null {
  const standing = before[stage];
  if (standing !== 'unmatched') return standing;
  const isOpen = findings.some((finding) => finding.stage === stage && isBreaking(finding));
  if (isOpen) return 'unmatched';
  return before.waiting[stage] ? 'pending' : 'resolved';
}

/** What another shop's account said leaves the stage where it stands. */
function isBreaking({ reason, kind }: Finding): boolean {
  const isAside = reason === 'FOREIGN_ACCOUNT';
  return reason !== null && kind !== 'closed' && !isAside && REASONS[reason].severity === 'break';
}

function fits(body: ResolutionProposed, finding: Finding): boolean {
  const { roles } = body.by;
  const isMaker = hasRole(roles, 'operator') || hasRole(roles, 'approver');
  return isMaker && misfitOf(body, finding) === null;
}

/** Which field of a proposal can never hold for the finding: an explanation is of any, a write-off to the cent. */
export function misfitOf(
  { kind, amount, currency }: Pick<ResolutionProposed, 'kind' | 'amount' | 'currency'>,
  finding: Finding,
): 'kind' | 'amount' | 'currency' | null {
  const { reason, difference } = finding;
  if (kind === 'explain') return amount === null ? null : 'amount';
  if (difference === null || finding.currency === null || REASONS[reason!].unit !== 'money') return 'kind';
  if (currency !== finding.currency) return 'currency';
  // One amount has one text.
  return amount === difference.replace('-', '') ? null : 'amount';
}

/** What all that is proposed of a key comes to; null where of one finding nobody knows. */
function stakesOf(findings: ReadonlySet<Finding>, { money }: Assessment): Stakes {
  const sums = new Map<string, bigint>();
  for (const finding of findings) {
    const value = breakValueOf({ finding, money });
    // Where words or dates differ nobody knows how much depends on it, whatever was received.
    const isKnown = REASONS[finding.reason!].unit === 'money' || VALUED.has(finding.reason!);
    if (!isKnown || (value.length === 0 && finding.reason !== 'FOREIGN_ACCOUNT')) return null;
    for (const [currency, minor] of value) sums.set(currency, (sums.get(currency) ?? 0n) + minor);
  }
  return sums;
}

function names(left: ProposalName, right: ProposalName): boolean {
  return left.id === right.id && left.content === right.content;
}

/** Another person, who was an approver; keys of the API never are one. */
function mayApprove({ merchant, body }: Decision<ResolutionApproved>, proposal: Decision): boolean {
  const { person, roles, via } = body.by;
  const maker = proposal.body.by.person;
  // The roles are those for the decision's own merchant.
  if (merchant !== proposal.merchant) return false;
  // Of a key of nobody's nobody knows that it is another person's.
  return via !== 'api' && hasRole(roles, 'approver') && person !== maker && !isOfNobody(maker);
}

function mayReject({ body }: Decision<ResolutionRejected>, proposal: Decision): boolean {
  const { person, roles } = body.by;
  return person === proposal.body.by.person || hasRole(roles, 'approver');
}

function hasRole(roles: readonly DeciderRole[], role: DeciderRole): boolean {
  return roles.includes(role);
}

function dayOf({ occurred_at }: Decision, { calendar }: CompiledRules): string {
  return dateOfDay(calendar.dayOf(occurred_at ?? 0));
}

/** Whether a service whose word counts signed it, of this key, and it may change where the key stands. */
function isSaid(key: string, decision: Decision, { decisionKeys }: CompiledRules): boolean {
  const { body } = decision;
  if (body.about !== key || !bearsOnStanding(body) || !decisionKeys.has(body.signer)) return false;
  return isSigned(decision);
}

/** What was verified, by signer, signature and content: a key's decisions are read again with each of its facts. */
const VERIFIED = new Map<string, boolean>();
const VERIFIED_MAX = 50_000;
const KEYS = new Map<string, KeyObject | null>();
/** DER of an Ed25519 public key, up to its 32 bytes: RFC 8410, section 4. */
const SPKI = Buffer.from('302a300506032b6570032100', 'hex');

/** Whether a decision's signature is that of the key that it names. */
export function isSigned(decision: Decision): boolean {
  const { signer, signature } = decision.body;
  const name = `${signer} ${signature} ${contentOf(decision)}`;
  let verified = VERIFIED.get(name);
  if (verified === undefined) {
    const key = publicKey(signer);
    verified = key !== null && isSignature(decision, key);
    if (VERIFIED.size >= VERIFIED_MAX) VERIFIED.clear();
    VERIFIED.set(name, verified);
  }
  return verified;
}

function isSignature(decision: Decision, key: KeyObject): boolean {
  const { signature } = decision.body;
  const bytes = Buffer.from(signature, 'base64');
  // One signature has one text.
  return bytes.toString('base64') === signature && verify(null, Buffer.from(signedText(decision)), key, bytes);
}

/** Null where the text is none. */
function publicKey(signer: string): KeyObject | null {
  let key = KEYS.get(signer);
  if (key === undefined) {
    const bytes = Buffer.from(signer, 'base64');
    key =
      bytes.length === 32 ? createPublicKey({ key: Buffer.concat([SPKI, bytes]), format: 'der', type: 'spki' }) : null;
    if (KEYS.size < KEYS_MAX) KEYS.set(signer, key);
  }
  return key;
}

const KEYS_MAX = 64;
