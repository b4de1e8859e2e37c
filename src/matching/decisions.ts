// What people decided of a key's findings, and what of it holds. Evidence alone gives the findings; an effective
// resolution takes the place of one. Pure: the same evidence, decisions and rules give the same, in any order.
//
// A resolution holds where the finding still is what its maker saw, where the maker had the role, where nobody who may
// rejected it, and, above the threshold, where another person approved exactly what was proposed. Deny wins.

import type { Assessment, Finding, Standing } from '../domain/assessment.ts';
import { breakValueOf } from '../domain/break-value.ts';
import { dateOfDay } from '../domain/calendar.ts';
import type {
  Cause,
  ResolutionApproved,
  ResolutionKind,
  ResolutionProposed,
  ResolutionRejected,
} from '../domain/decision.ts';
import { resolutionSubject } from '../domain/reason-words-resolutions.ts';
import { isOpening, REASONS, type ReasonCode, type ResolutionReason, STAGES, type Stage } from '../domain/reasons.ts';
import { later } from '../domain/time.ts';
import { contentOf, fingerprintOf } from './decision-names.ts';
import { type Decision, hasRole, isOf, isSaid, mayApprove, mayReject, names } from './decision-rights.ts';
import { linkMisfit } from './link-fit.ts';
import { refundMisfit } from './refund-fit.ts';
import { needsApproval, type Stakes } from './review.ts';
import type { CompiledRules } from './rules.ts';

type Proposal = Decision<ResolutionProposed>;

/** A refund is none: evidence of it ends the case. */
const REASON_OF: Readonly<Record<Exclude<ResolutionKind, 'refund'>, ResolutionReason>> = {
  write_off: 'WRITTEN_OFF',
  explain: 'EXPLAINED',
  link: 'LINKED',
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

/** What evidence gives of a key. */
export interface Evidence extends Assessment {
  /** Absent where no money of the key is linked away, and none to it. */
  readonly links?: {
    /** What evidence gives without any link: links are about this alone. */
    readonly unlinked: Assessment;
    /** Those of its findings that links stand in the place of. */
    readonly out: readonly Finding[];
  };
}

/** The assessment with what people resolved in the place of what evidence alone gives. */
export function withDecisions(
  key: string,
  decisions: readonly Decision[] | undefined,
  rules: CompiledRules,
  evidence: Evidence,
): Assessment {
  const { links, ...assessment } = evidence;
  if (decisions === undefined || decisions.length === 0) return assessment;
  const resolutions = resolutionsOf(proposalsOf(key, decisions, rules, evidence));
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
  evidence: Evidence,
  planned: readonly Proposal[] = [],
): ProposalView[] {
  const said = [...decisions.filter((decision) => isSaid(key, decision, rules)), ...planned];
  const { links } = evidence;
  if (links === undefined) return viewsOn(key, said, rules, evidence, () => true);
  const { unlinked, out } = links;
  const before = viewsOn(key, said, rules, unlinked, () => true);
  const about = before.filter(({ proposal, isLive }) => isLive && isLink(proposal));
  const rest = { ...evidence, findings: evidence.findings.filter((finding) => !out.includes(finding)) };
  const after = viewsOn(
    key,
    said,
    rules,
    rest,
    (proposal) => !isLink(proposal),
    about.map(({ finding }) => finding!),
  );
  return before.map((view, at) => (isLink(view.proposal) ? view : after[at]!));
}

function isLink({ body }: Proposal): boolean {
  return body.kind === 'link';
}

/** The proposals by one assessment. Those that `counts` are at stake together, and with the other findings. */
function viewsOn(
  key: string,
  said: readonly Decision[],
  rules: CompiledRules,
  assessment: Assessment,
  counts: (proposal: Proposal) => boolean,
  others: readonly Finding[] = [],
): (ProposalView & { readonly isLive: boolean })[] {
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
      const isLive = finding !== null && fits(key, proposal.body, finding);
      return { proposal, content: contentOf(proposal), finding, isLive };
    });
  const live = new Map(others.map((finding) => [fingerprintOf(finding), finding]));
  for (const { proposal, finding, isLive } of drafts) {
    if (isLive && counts(proposal)) live.set(proposal.body.finding, finding!);
  }
  const stakes = stakesOf([...live.values()], assessment);
  return drafts.map(({ proposal, content, finding, isLive }) => {
    const name = { id: proposal.id, content };
    // Whichever content was read: deny wins.
    const rejection =
      rejections.find((one) => one.body.proposal.id === proposal.id && mayReject(one, proposal)) ?? null;
    const approval = approvals.find((one) => names(one.body.proposal, name) && mayApprove(one, proposal)) ?? null;
    const isNeeded = isLive && needsApproval(rules.review, dayOf(proposal, rules), finding!.reason!, stakes);
    const base = { proposal, content, needsApproval: isNeeded, approval, rejection, finding, isLive };
    if (rejection !== null) return { ...base, state: 'rejected' };
    if (finding === null) return { ...base, state: 'stale' };
    if (!isLive) return { ...base, state: 'invalid' };
    return { ...base, state: isNeeded && approval === null ? 'awaiting_approval' : 'effective' };
  });
}

/** Why what is resolved of an assessment by evidence is so, by the name of the finding that stands for it now. */
export function causesOf(
  key: string,
  decisions: readonly Decision[] | undefined,
  rules: CompiledRules,
  evidence: Evidence,
): ReadonlyMap<string, Cause> {
  const causes = new Map<string, Cause>();
  if (decisions === undefined || decisions.length === 0) return causes;
  for (const [finding, { proposal }] of resolutionsOf(proposalsOf(key, decisions, rules, evidence))) {
    causes.set(resolutionSubject(finding), proposal.body.cause);
  }
  return causes;
}

/** The effective proposal of each finding that resolves it: of several the first. */
export function resolutionsOf(views: readonly ProposalView[]): ReadonlyMap<Finding, ProposalView> {
  return firstOfEach(views.filter((view) => !isRefund(view)));
}

/** The refund of each finding that is to be made: of several the first, and none of what is resolved. */
export function refundsOf(views: readonly ProposalView[]): ReadonlyMap<Finding, ProposalView> {
  const resolutions = resolutionsOf(views);
  return firstOfEach(views.filter((view) => isRefund(view) && !resolutions.has(view.finding!)));
}

function isRefund({ proposal }: ProposalView): boolean {
  return proposal.body.kind === 'refund';
}

function firstOfEach(views: readonly ProposalView[]): Map<Finding, ProposalView> {
  const first = new Map<Finding, ProposalView>();
  for (const view of views) {
    const { state, finding } = view;
    if (state === 'effective' && !first.has(finding!)) first.set(finding!, view);
  }
  return first;
}

function resolutionOf(finding: Finding, { proposal, approval }: ProposalView): Finding {
  const decidedAt = later(proposal.occurred_at, approval?.occurred_at ?? null);
  return {
    ...finding,
    kind: 'decision',
    reason: REASON_OF[proposal.body.kind as keyof typeof REASON_OF],
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

function fits(key: string, body: ResolutionProposed, finding: Finding): boolean {
  const { roles } = body.by;
  const isMaker = hasRole(roles, 'operator') || hasRole(roles, 'approver');
  if (!isMaker) return false;
  return body.kind === 'link' ? linkMisfit(key, body, finding) === null : misfitOf(body, finding) === null;
}

/**
 * Which field of a proposal can never hold for the finding: an explanation is of any, a write-off to the cent, and a
 * refund of what the payer may have back, or of a part of it.
 */
export function misfitOf(
  { kind, amount, currency }: Pick<ResolutionProposed, 'kind' | 'amount' | 'currency'>,
  finding: Finding,
): 'kind' | 'amount' | 'currency' | null {
  const { reason, difference } = finding;
  if (kind === 'explain') return amount === null ? null : 'amount';
  if (kind === 'refund') return refundMisfit({ amount, currency }, finding);
  if (difference === null || finding.currency === null || REASONS[reason!].unit !== 'money') return 'kind';
  if (currency !== finding.currency) return 'currency';
  // One amount has one text.
  return amount === difference.replace('-', '') ? null : 'amount';
}

/** What all that is proposed of a key comes to; null where of one finding nobody knows. */
function stakesOf(findings: readonly Finding[], { money }: Assessment): Stakes {
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

function dayOf({ occurred_at }: Decision, { calendar }: CompiledRules): string {
  return dateOfDay(calendar.dayOf(occurred_at ?? 0));
}
