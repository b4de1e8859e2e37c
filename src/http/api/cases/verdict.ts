// What becomes of one row of a batch: a decision, nothing because it is so already, or a refusal with its code. The
// preview and the work itself both ask here, so that what was shown is what is done.

import type { Finding } from '../../../domain/assessment.ts';
import { type DeciderRole, isOfNobody } from '../../../domain/decision.ts';
import type { ErrorCode } from '../../../domain/error-codes.ts';
import type { Instant } from '../../../domain/time.ts';
import { fingerprintOf } from '../../../matching/decision-names.ts';
import type { ProposalView } from '../../../matching/decisions.ts';
import type { Assignment } from '../../../projections/cases/case-talk.ts';
import { aboutFinding, type NamedCase, type PlannedProposal } from '../../../projections/cases/named-cases.ts';
import { commonRoles } from '../../access/decider.ts';
import type { Act, AnswerAct, AssignAct, Batch, GivenRow, LinkOrder, ProposeAct, WithdrawAct } from '../batch.ts';
import { type OwnPart, WHY_WANTED } from '../decision-call.ts';

export type Verdict =
  | { readonly status: 'done'; readonly own: OwnPart; readonly needsApproval: boolean }
  | { readonly status: 'unchanged' }
  | { readonly status: 'refused'; readonly code: ErrorCode; readonly why: string };

const UNCHANGED: Verdict = { status: 'unchanged' };

/** Who decides, and with which roles for which merchants. */
export type Decides = Pick<Batch, 'person' | 'via' | 'roles'>;

/** `found` is the case as it is now; undefined where there is none. */
export function verdictOf(act: Act, given: GivenRow, found: NamedCase | undefined, who: Decides): Verdict {
  const row = found?.row ?? null;
  const merchant = row?.merchant ?? given.merchant;
  if (rolesFor(act, given.merchant, who).length === 0 || merchant !== given.merchant) {
    return refused('HESABU_FORBIDDEN', `expected a role for the merchant ${given.merchant || 'of all'}`);
  }
  if (found === undefined) return changed('found no such case any more');
  if (act.act === 'withdraw') return withdrawal(act, given, found, who);
  if (row === null) return changed('found no such finding any more');
  if (given.seen !== null && fingerprintOf(row.finding) !== given.seen) {
    const [seen, now] = [given.seen, fingerprintOf(row.finding)].map((text) => text.slice(0, 12));
    return changed(`expected the finding ${seen}, found ${now}: ${row.finding.observed} of ${row.finding.expected}`);
  }
  switch (act.act) {
    case 'assign':
      return assignment(act, found);
    case 'note':
      return done({ type: 'NoteAdded', text: act.text, attachments: act.attachments });
    case 'propose':
      return proposal(act, found, row.finding);
    default:
      return answer(act, given, found, who);
  }
}

function assignment({ owner, due_at, waiting_on }: AssignAct, { row, talk }: NamedCase): Verdict {
  const last = talk.assignments.at(-1);
  const isSame =
    last === undefined
      ? row!.owner === owner && due_at === null && waiting_on === null
      : last.owner === owner && last.due_at === due_at && last.waiting_on === waiting_on;
  return isSame ? UNCHANGED : done({ type: 'CaseAssigned', owner, due_at, waiting_on });
}

/** The roles with which an act is done: of a link, those alone that count for the order's merchant too. */
export function rolesFor(act: Act, merchant: string, { roles }: Pick<Decides, 'roles'>): readonly DeciderRole[] {
  const own = roles[merchant] ?? [];
  const to = orderOf(act);
  // A rejection takes something from the order that was never its.
  if (to === null || act.act === 'reject') return own;
  return commonRoles([own, roles[to.merchant] ?? []]);
}

/** The order that an act links money to, or answers links to. */
export function orderOf(act: Act): LinkOrder | null {
  return 'to' in act ? (act.to ?? null) : null;
}

/** Whether a proposal is of the kind and the cause that an act is about, and of a link of its order. */
export function isAbout({ kind, cause, to }: ProposeAct | AnswerAct, { proposal: { body } }: ProposalView): boolean {
  if (body.kind !== kind || body.cause !== cause) return false;
  if (to === undefined) return true;
  const [target, ...others] = body.to ?? [];
  return others.length === 0 && target?.reference === to.reference && target.merchant === to.merchant;
}

function proposal(act: ProposeAct, { planned, proposals, row }: NamedCase, finding: Finding): Verdict {
  const { kind, cause, to, text } = act;
  const isLive = (view: ProposalView) =>
    (view.state === 'effective' || view.state === 'awaiting_approval') && isAbout(act, view);
  if (row!.resolution !== null || proposals.some(isLive)) return UNCHANGED;
  if (to !== undefined && finding.currency !== null && finding.currency !== to.currency) {
    return refused('HESABU_FIELD_INVALID', `found ${finding.currency} for an order in ${to.currency}`);
  }
  if (planned !== null && (planned.state === 'invalid' || planned.state === 'stale')) {
    return refused('HESABU_FIELD_INVALID', `found ${kind} of ${finding.reason}`);
  }
  if (kind === 'link' && isSentBack(proposals, finding)) return SENT_BACK;
  const own = { type: 'ResolutionProposed' as const, kind, cause, ...aboutFinding(act, finding), text };
  return done(own, planned?.needsApproval ?? false);
}

function answer(act: AnswerAct, given: GivenRow, { proposals }: NamedCase, who: Decides): Verdict {
  const ofKind = proposals.filter((one) => isAbout(act, one));
  const named = given.proposal;
  const view =
    named === null
      ? ofKind.find(({ state }) => state === 'awaiting_approval')
      : ofKind.find(({ proposal: { id } }) => id === named.id);
  if (view === undefined) return refused('HESABU_NOT_FOUND', `found no proposal of ${act.kind}, ${act.cause}`);
  if (named !== null && view.content !== named.content) return changed('expected the proposal that was read');
  const { state } = view;
  if (act.act === 'reject') {
    if (state === 'rejected') return UNCHANGED;
    const isOwn = view.proposal.body.by.person === who.person;
    if (!isOwn && act.text === null) return refused('HESABU_FIELD_INVALID', `expected ${WHY_WANTED}, found none`);
    return rejection(view, act.text, given, who);
  }
  if (state === 'effective') return UNCHANGED;
  if (state !== 'awaiting_approval') return changed(`found a proposal that is ${state}`);
  if (act.kind === 'link' && isSentBack(proposals, view.finding!)) return SENT_BACK;
  return (
    approverFault(given, who, rolesFor(act, given.merchant, who)) ??
    otherPersonFault(view, who) ??
    done({ type: 'ResolutionApproved', proposal: nameOf(view), text: act.text })
  );
}

/** Whether a refund of it holds: it was sent, or will be. Who links this money alone is asked what became of it. */
function isSentBack(proposals: readonly ProposalView[], finding: Finding): boolean {
  const isOf = ({ body }: ProposalView['proposal']) =>
    body.kind === 'refund' && body.finding === fingerprintOf(finding);
  return proposals.some(({ proposal, state }) => state === 'effective' && isOf(proposal));
}

/** What one assigned, proposed or approved is taken back where nobody has decided otherwise since. */
function withdrawal({ of }: WithdrawAct, given: GivenRow, { talk, row, proposals }: NamedCase, who: Decides): Verdict {
  if (of === 'assign') {
    const at = talk.assignments.findIndex(({ id }) => id === given.decision);
    if (at < 0) return UNCHANGED;
    if (at < talk.assignments.length - 1) return changed('found a later assignment');
    return done({ type: 'CaseAssigned', ...before(talk.assignments[at - 1], row?.routed ?? null) });
  }
  const isOf = ({ proposal: { id }, approval }: ProposalView) =>
    id === given.decision || approval?.id === given.decision;
  const view = proposals.find(isOf);
  if (view === undefined || view.state === 'rejected') return UNCHANGED;
  return rejection(view, null, given, who);
}

/** Who worked it before; where nobody was named, that is by the configuration. */
function before(former: Assignment | undefined, routed: string | null) {
  const { owner, due_at, waiting_on } = former ?? { owner: routed, due_at: null, waiting_on: null };
  return { owner, due_at, waiting_on };
}

function rejection(view: ProposalView, text: string | null, given: GivenRow, who: Decides): Verdict {
  const isOwn = view.proposal.body.by.person === who.person;
  const fault = isOwn ? null : approverFault(given, who, who.roles[given.merchant] ?? []);
  return fault ?? done({ type: 'ResolutionRejected', proposal: nameOf(view), text });
}

/** Keys of the API decide nothing that a second person must. */
function approverFault(
  { merchant }: GivenRow,
  { via }: Pick<Decides, 'via'>,
  roles: readonly DeciderRole[],
): Verdict | null {
  if (via === 'api') return refused('HESABU_SIGN_IN_NEEDED', 'found a key of the API');
  return roles.includes('approver')
    ? null
    : refused('HESABU_FORBIDDEN', `expected the role approver for ${merchant || 'all'}`);
}

function otherPersonFault({ proposal: { body } }: ProposalView, { person }: Decides): Verdict | null {
  const maker = body.by.person;
  if (isOfNobody(maker)) return refused('HESABU_PERSON_MISSING', `found ${maker}`);
  return maker === person ? refused('HESABU_SAME_PERSON', `expected another person than ${person}`) : null;
}

function nameOf({ proposal: { id }, content }: ProposalView) {
  return { id, content };
}

function done(own: OwnPart, needsApproval = false): Verdict {
  return { status: 'done', own, needsApproval };
}

function changed(why: string): Verdict {
  return refused('HESABU_CASE_CHANGED', why);
}

const SENT_BACK = changed('found a refund of the same money, link this one by itself');

function refused(code: ErrorCode, why: string): Verdict {
  return { status: 'refused', code, why };
}

/** What a proposal of this row would say, so that it is known what it would come to. */
export function plannedOf(act: Act, merchant: string, who: Decides, at: Instant): PlannedProposal | null {
  if (act.act !== 'propose') return null;
  const { kind, cause, to } = act;
  const by = { person: who.person, via: who.via, roles: rolesFor(act, merchant, who) };
  return { kind, cause, by, at, ...(to === undefined ? {} : { to }) };
}

/** What was said of a case is of its talk, and the rest is decided of its key. */
export function needsProposals(act: Act): boolean {
  if (act.act === 'withdraw') return act.of !== 'assign';
  return act.act !== 'assign' && act.act !== 'note';
}
