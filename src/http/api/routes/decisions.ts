// The routes of decisions: who works a case, notes, proposals, and the approval or rejection of one. Each becomes a
// signed fact; what it does is decided by `assess` alone, so that no other way into the log does more.

import { z } from 'zod';
import { caseId, ownCaseId, shownDecisionId, shownProposalId, splitDecisionId } from '../../../domain/case-id.ts';
import { HesabuError } from '../../../domain/errors.ts';
import { formatInstant, parseInstant } from '../../../domain/time.ts';
import type { ProposalView } from '../../../matching/decisions.ts';
import type { CaseRefunds } from '../../../projections/cases/case-refunds.ts';
import { mayOwn, ownerWanted } from '../../access/case-owner.ts';
import { deciderOf } from '../../access/decider.ts';
import type { ApiContext } from '../api-context.ts';
import { demandVersion } from '../cases/case-version.ts';
import { findingsRead } from '../cases/finding-read.ts';
import { proposedEnd } from '../cases/proposed-end.ts';
import { beginRefund, demandNotAsked, demandNotSent, demandRefundOpen, refundOf } from '../cases/refund-decisions.ts';
import { approveClose, merchantOfClose, periodOfProposal, rejectClose } from '../close-call.ts';
import {
  actorView,
  appendDecision,
  demandHeard,
  demandMayReject,
  demandOtherPerson,
  demandWhy,
  idOfDecision,
  keptText,
  type OwnPart,
} from '../decision-call.ts';
import { demandTargets } from '../link-call.ts';
import {
  aboutCase,
  caseAfter,
  changedFrom,
  findingText,
  type OpenedCase,
  openedCase,
  shortHash,
} from '../opened-case.ts';
import { type Answer, type Call, json, type Route, route } from '../route.ts';
import {
  AnswerRequest,
  AssignmentRequest,
  CaseParams,
  NoteRequest,
  Proposal,
  ProposalParams,
  ProposalRequest,
  Taken,
} from '../schemas/decisions.ts';
import { CloseProposal } from '../schemas/periods.ts';

const WORKERS = ['operator', 'approver'] as const;
const PROPOSAL_LINKS = {
  approval: { to: 'POST /v1/proposals/:id/approval', by: { id: '$response.body#/id' } },
  rejection: { to: 'POST /v1/proposals/:id/rejection', by: { id: '$response.body#/id' } },
};

type CaseCall<Body> = Call<z.output<typeof CaseParams>, unknown, Body>;
type ProposalCall = Call<z.output<typeof ProposalParams>, unknown, z.output<typeof AnswerRequest>>;

const merchantOfCase = async (call: Call<{ readonly id: string }>) => (await openedCase(call, call.params.id)).merchant;
const merchantOfProposal = async (call: Call<{ readonly id: string }>) => {
  const period = periodOfProposal(call.params.id);
  if (period !== undefined) return merchantOfClose(call, period.merchant);
  return (await openedCase(call, splitDecisionId(call.params.id).place)).merchant;
};

export const DECISION_ROUTES: readonly Route[] = [
  route({
    method: 'POST',
    url: '/v1/cases/:id/assignment',
    summary: 'Say who works a case, until when, and for whom he waits',
    description: 'The latest assignment holds. It changes nothing of where the payment stands.',
    roles: WORKERS,
    scope: 'merchant',
    params: CaseParams,
    hasVersions: true,
    body: AssignmentRequest,
    example: { owner: 'p-7f3k2', waiting_on: 'gateway' },
    answers: { 200: json('The assignment', Taken) },
    merchantOf: merchantOfCase,
    handle: assign,
  }),
  route({
    method: 'POST',
    url: '/v1/cases/:id/notes',
    summary: 'Write a note on a case',
    description: 'The ledger has the hash of the text; mail addresses and telephone numbers in it are hidden.',
    roles: WORKERS,
    scope: 'merchant',
    params: CaseParams,
    hasVersions: true,
    body: NoteRequest,
    example: { text: 'The gateway sends the missing line tomorrow.' },
    answers: { 200: json('The note', Taken) },
    merchantOf: merchantOfCase,
    handle: note,
  }),
  route({
    method: 'POST',
    url: '/v1/cases/:id/proposals',
    summary: 'Propose how a case ends',
    description:
      'Below `review.threshold` of the rules it holds at once; from there on, and for reasons of `review.always`, it ' +
      'waits for another person: `state` says which. It names the finding as it was read: if the evidence gives ' +
      'another one by now, it is refused. A `link` counts the money for other orders, of shops that the maker may ' +
      'work for too; what came in stays where it is. A `refund` ends nothing: once it holds, the gateway is asked ' +
      'for it under the id of the proposal, and the evidence of it ends the case.',
    roles: WORKERS,
    scope: 'merchant',
    params: CaseParams,
    hasVersions: true,
    body: ProposalRequest,
    example: { finding: '9f86d081'.repeat(8), kind: 'explain', cause: 'settled_elsewhere' },
    answers: { 201: json('The proposal', Proposal, PROPOSAL_LINKS) },
    merchantOf: merchantOfCase,
    handle: propose,
  }),
  route({
    method: 'POST',
    url: '/v1/proposals/:id/approval',
    summary: 'Approve a proposal, as a second person',
    description: 'Only a person who is signed in approves, never his own proposal, and exactly the content he read.',
    roles: ['approver'],
    scope: 'merchant',
    params: ProposalParams,
    body: AnswerRequest,
    example: { content: '9f86d081'.repeat(8) },
    answers: { 200: json('The proposal', z.union([Proposal, CloseProposal]), PROPOSAL_LINKS) },
    merchantOf: merchantOfProposal,
    handle: approve,
  }),
  route({
    method: 'POST',
    url: '/v1/proposals/:id/rejection',
    summary: 'Reject a proposal, revoke its approval, or withdraw one of your own',
    description:
      "A rejection beats every approval, whichever comes first. That of another person's proposal says why in `text`.",
    roles: WORKERS,
    scope: 'merchant',
    params: ProposalParams,
    body: AnswerRequest,
    example: { content: '9f86d081'.repeat(8), text: 'The line came this morning.' },
    answers: { 200: json('The proposal', z.union([Proposal, CloseProposal]), PROPOSAL_LINKS) },
    merchantOf: merchantOfProposal,
    handle: reject,
  }),
];

async function assign(call: CaseCall<z.output<typeof AssignmentRequest>>): Promise<Answer> {
  const { owner, due_at, waiting_on } = call.body;
  const opened = await caseToAct(call);
  if (!mayOwn(call.parts.people, owner, opened.merchant)) {
    const expected = ownerWanted(opened.merchant);
    throw new HesabuError('HESABU_FIELD_INVALID', { where: 'owner', expected, found: owner! });
  }
  const due = due_at === null ? null : parseInstant(due_at)!;
  return taken(call, opened, { type: 'CaseAssigned', owner, due_at: due, waiting_on });
}

/** Throws HESABU_CASE_CHANGED where the request names another version of it. */
async function caseToAct(call: CaseCall<unknown>): Promise<OpenedCase> {
  const opened = await openedCase(call, call.params.id);
  await demandVersion(call, opened);
  return opened;
}

async function note(call: CaseCall<z.output<typeof NoteRequest>>): Promise<Answer> {
  const opened = await caseToAct(call);
  const { parts, caller, body } = call;
  const { person } = deciderOf(parts.people, caller, '');
  const attachments = [...new Set(body.attachments)].map((sha256) => {
    const sent = parts.tables.attachments.claim(person, sha256, parts.clock.now());
    if (sent === undefined) throw new HesabuError('HESABU_NOT_FOUND', { where: sha256 });
    return { ...sent };
  });
  const text = await keptText(call, body.text);
  const answer = await taken(call, opened, { type: 'NoteAdded', text: text!, attachments });
  parts.tables.attachments.named(attachments.map(({ sha256 }) => sha256));
  return answer;
}

async function propose(call: CaseCall<z.output<typeof ProposalRequest>>): Promise<Answer> {
  const opened = await caseToAct(call);
  const { kind } = call.body;
  if (kind !== 'refund' && kind !== 'link') return proposeOf(call, opened);
  const { orderTurns, refundWork } = call.parts;
  return orderTurns.take(opened.name.key, async () => {
    const now = await caseAfter(call, call.params.id);
    if (kind === 'link') return proposeOf(call, now);
    const { own } = await proposedEnd(call, now);
    const { person } = deciderOf(call.parts.people, call.caller, now.merchant);
    const id = shownDecisionId(caseId(now.name), idOfDecision(person, call.intent));
    demandHeard(call.parts);
    await beginRefund({ call, opened: now, finding: now.finding!, amount: own.amount! }, id);
    const answer = await proposeOf(call, now);
    refundWork.wake(id);
    return answer;
  });
}

async function proposeOf(call: CaseCall<z.output<typeof ProposalRequest>>, opened: OpenedCase): Promise<Answer> {
  const { own, also } = await proposedEnd(call, opened);
  const text = await keptText(call, call.body.text);
  const { id } = await appendDecision(call, { ...aboutCase(opened), also }, { ...own, text });
  return { status: 201, body: proposalView(call.parts, await proposalAfter(call, call.params.id, id)) };
}

async function approve(call: ProposalCall): Promise<Answer> {
  if (periodOfProposal(call.params.id) !== undefined) return approveClose(call);
  const { opened, view } = await openProposal(call);
  demandOtherPerson(call.caller, view.proposal);
  if (view.finding === null || view.state === 'stale') {
    const read = findingsRead(call, opened).find(({ proposal }) => proposal === view)?.finding;
    const seen = read === undefined ? shortHash(view.proposal.body.finding) : findingText(read);
    throw changedFrom(opened.name.key, `the finding ${seen}`, opened.standing);
  }
  const { body } = view.proposal;
  if (body.kind === 'refund') demandRefundOpen(call.parts, call.params.id);
  await demandTargets(call, body);
  if (body.kind !== 'link') return answer(call, opened, view, 'ResolutionApproved');
  return call.parts.orderTurns.take(opened.name.key, async () => {
    await demandNotSent(call.parts, await caseAfter(call, ownCaseId(view.proposal)), body.finding);
    return answer(call, opened, view, 'ResolutionApproved');
  });
}

async function reject(call: ProposalCall): Promise<Answer> {
  if (periodOfProposal(call.params.id) !== undefined) return rejectClose(call);
  const { opened, view } = await openProposal(call);
  const { person } = demandMayReject(call, opened.merchant, view.proposal);
  demandWhy(person, view.proposal, call.body.text);
  if (view.proposal.body.kind !== 'refund') return answer(call, opened, view, 'ResolutionRejected');
  return call.parts.orderTurns.take(opened.name.key, async () => {
    await demandNotAsked(call.parts, view.proposal);
    return answer(call, opened, view, 'ResolutionRejected');
  });
}

/** Throws HESABU_CASE_CHANGED where another content was read than the proposal's. */
async function openProposal(call: ProposalCall): Promise<{ opened: OpenedCase; view: ProposalView }> {
  const { place, decision } = splitDecisionId(call.params.id);
  const opened = await openedCase(call, place);
  const view = opened.proposals.find(({ proposal }) => proposal.id === decision);
  if (view === undefined) throw new HesabuError('HESABU_NOT_FOUND', { where: call.params.id });
  if (view.content !== call.body.content) {
    const [expected, found] = [view.content, call.body.content];
    throw new HesabuError('HESABU_CASE_CHANGED', { where: opened.name.key, expected, found });
  }
  return { opened, view };
}

async function answer(
  call: ProposalCall,
  opened: OpenedCase,
  { proposal, content }: ProposalView,
  type: 'ResolutionApproved' | 'ResolutionRejected',
): Promise<Answer> {
  const text = await keptText(call, call.body.text);
  // A rejection needs no right to the orders: it takes something from them that was never theirs.
  const also = type === 'ResolutionApproved' ? (proposal.body.to?.map(({ merchant }) => merchant) ?? []) : [];
  await appendDecision(call, { ...aboutCase(opened), also }, { type, proposal: { id: proposal.id, content }, text });
  if (proposal.body.kind === 'refund') call.parts.refundWork.wake(shownProposalId(proposal));
  return { status: 200, body: proposalView(call.parts, await proposalAfter(call, ownCaseId(proposal), proposal.id)) };
}

async function taken(call: Call<{ readonly id: string }>, opened: OpenedCase, own: OwnPart): Promise<Answer> {
  const { id, occurred_at, body } = await appendDecision(call, aboutCase(opened), own);
  return { status: 200, body: { id, case: call.params.id, at: formatInstant(occurred_at!), by: body.by.person } };
}

async function proposalAfter(
  call: Pick<Call, 'parts' | 'caller'>,
  id: string,
  decision: string,
): Promise<ProposalView> {
  const { proposals } = await caseAfter(call, id);
  return proposals.find(({ proposal }) => proposal.id === decision)!;
}

/** `returns` are those of the key of a refund. */
export function proposalView(
  parts: Pick<ApiContext, 'tables'>,
  view: ProposalView,
  returns: CaseRefunds['returns'] = [],
): object {
  const { proposal, content, state, needsApproval, approval, rejection } = view;
  const { kind, cause, finding, amount, currency, to } = proposal.body;
  return {
    id: shownProposalId(proposal),
    case: ownCaseId(proposal),
    ...{ content, state, needs_approval: needsApproval, kind, cause, finding, amount, currency },
    ...(to === undefined ? {} : { to }),
    ...(kind === 'refund' ? { refund: refundOf(parts, shownProposalId(proposal), returns) } : {}),
    by: actorView(proposal),
    approved: approval === null ? null : actorView(approval),
    rejected: rejection === null ? null : actorView(rejection),
  };
}
