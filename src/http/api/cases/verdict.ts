// What becomes of one row of a batch: a decision, nothing because it is so already, or a refusal with its code. The
// preview and the work itself both ask here, so that what was shown is what is done.

import type { Finding } from '../../../domain/assessment.ts';
import { isOfNobody } from '../../../domain/decision.ts';
import type { ErrorCode } from '../../../domain/error-codes.ts';
import type { Instant } from '../../../domain/time.ts';
import { fingerprintOf } from '../../../matching/decision-names.ts';
import type { ProposalView } from '../../../matching/decisions.ts';
import type { Assignment } from '../../../projections/cases/case-talk.ts';
import { aboutFinding, type NamedCase, type PlannedProposal } from '../../../projections/cases/named-cases.ts';
import type { Act, AnswerAct, AssignAct, Batch, GivenRow, ProposeAct, WithdrawAct } from '../batch.ts';
import type { OwnPart } from '../decision-call.ts';

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
  const roles = who.roles[given.merchant] ?? [];
  if (roles.length === 0 || merchant !== given.merchant) {
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

function proposal(act: ProposeAct, { planned, proposals, row }: NamedCase, finding: Finding): Verdict {
  const { kind, cause, text } = act;
  const isLive = ({ state, proposal: { body } }: ProposalView) =>
    (state === 'effective' || state === 'awaiting_approval') && body.kind === kind && body.cause === cause;
  if (row!.resolution !== null || proposals.some(isLive)) return UNCHANGED;
  if (planned !== null && (planned.state === 'invalid' || planned.state === 'stale')) {
    return refused('HESABU_FIELD_INVALID', `found ${kind} of ${finding.reason}`);
  }
  const own = { type: 'ResolutionProposed' as const, kind, cause, ...aboutFinding(kind, finding), text };
  return done(own, planned?.needsApproval ?? false);
}

function answer(act: AnswerAct, given: GivenRow, { proposals }: NamedCase, who: Decides): Verdict {
  const ofKind = proposals.filter(({ proposal: { body } }) => body.kind === act.kind && body.cause === act.cause);
  const named = given.proposal;
  const view =
    named === null
      ? ofKind.find(({ state }) => state === 'awaiting_approval')
      : ofKind.find(({ proposal: { id } }) => id === named.id);
  if (view === undefined) return refused('HESABU_NOT_FOUND', `found no proposal of ${act.kind}, ${act.cause}`);
  if (named !== null && view.content !== named.content) return changed('expected the proposal that was read');
  const { state } = view;
  if (act.act === 'reject') return state === 'rejected' ? UNCHANGED : rejection(view, act.text, given, who);
  if (state === 'effective') return UNCHANGED;
  if (state !== 'awaiting_approval') return changed(`found a proposal that is ${state}`);
  return (
    approverFault(given, who) ??
    otherPersonFault(view, who) ??
    done({ type: 'ResolutionApproved', proposal: nameOf(view), text: act.text })
  );
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
  const fault = isOwn ? null : approverFault(given, who);
  return fault ?? done({ type: 'ResolutionRejected', proposal: nameOf(view), text });
}

/** Keys of the API decide nothing that a second person must. */
function approverFault({ merchant }: GivenRow, { via, roles }: Decides): Verdict | null {
  if (via === 'api') return refused('HESABU_SIGN_IN_NEEDED', 'found a key of the API');
  const isApprover = roles[merchant]?.includes('approver') === true;
  return isApprover ? null : refused('HESABU_FORBIDDEN', `expected the role approver for ${merchant || 'all'}`);
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

function refused(code: ErrorCode, why: string): Verdict {
  return { status: 'refused', code, why };
}

/** What a proposal of this row would say, so that it is known what it would come to. */
export function plannedOf(
  act: Act,
  merchant: string,
  { person, via, roles }: Decides,
  at: Instant,
): PlannedProposal | null {
  if (act.act !== 'propose') return null;
  return { kind: act.kind, cause: act.cause, by: { person, via, roles: roles[merchant] ?? [] }, at };
}

/** What was said of a case is of its talk, and the rest is decided of its key. */
export function needsProposals(act: Act): boolean {
  if (act.act === 'withdraw') return act.of !== 'assign';
  return act.act !== 'assign' && act.act !== 'note';
}
