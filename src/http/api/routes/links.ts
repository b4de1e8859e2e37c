// The routes of links: a payment is given to the reference that it belongs to. A link is a decision at the identity of
// one of the payment's ids; from there the keys concerned are told.

import type { z } from 'zod';
import { HesabuError } from '../../../domain/errors.ts';
import { identityKey, isIdentityKey } from '../../../domain/key.ts';
import { linksAt } from '../../../matching/identity-words.ts';
import type { LinkView } from '../../../matching/links.ts';
import { compileRules } from '../../../matching/rules.ts';
import { mayTouch } from '../../access/api-key.ts';
import {
  actorView,
  appendDecision,
  type DecisionPlace,
  demandMayReject,
  demandOtherPerson,
  keptText,
  shownDecisionId,
  splitDecisionId,
} from '../decision-call.ts';
import { knownOrder } from '../known-order.ts';
import { demandSeen, openedCase } from '../opened-case.ts';
import { type Answer, type Call, json, type Route, route } from '../route.ts';
import { AnswerRequest, CaseParams, Link, LinkRequest, ProposalParams } from '../schemas/decisions.ts';

const WORKERS = ['operator', 'approver'] as const;
const LINKS = {
  approval: { to: 'POST /v1/links/:id/approval', by: { id: '$response.body#/id' } },
  rejection: { to: 'POST /v1/links/:id/rejection', by: { id: '$response.body#/id' } },
};

type LinkCall = Call<z.output<typeof CaseParams>, unknown, z.output<typeof LinkRequest>>;
type AnswerCall = Call<z.output<typeof ProposalParams>, unknown, z.output<typeof AnswerRequest>>;

export const LINK_ROUTES: readonly Route[] = [
  route({
    method: 'POST',
    url: '/v1/cases/:id/links',
    summary: 'Say which reference a payment belongs to',
    description:
      'Below `review.threshold` it holds at once; from there on it waits for another person. Then the payment counts ' +
      'at that reference, once, whatever it came under.',
    roles: WORKERS,
    scope: 'merchant',
    params: CaseParams,
    body: LinkRequest,
    example: { finding: '9f86d081'.repeat(8), provider: 'acme-pay', id: 'P-1042', to: 'SC-1042' },
    answers: { 201: json('The link', Link, LINKS) },
    merchantOf: async (call) => (await knownOrder(call, call.body.to)).order.merchant,
    handle: makeLink,
  }),
  route({
    method: 'POST',
    url: '/v1/links/:id/approval',
    summary: 'Approve a link, as a second person',
    roles: ['approver'],
    scope: 'merchant',
    params: ProposalParams,
    body: AnswerRequest,
    example: { content: '9f86d081'.repeat(8) },
    answers: { 200: json('The link', Link, LINKS) },
    merchantOf: async (call) => (await openLink(call)).place.merchant,
    handle: (call) => answer(call, 'ResolutionApproved'),
  }),
  route({
    method: 'POST',
    url: '/v1/links/:id/rejection',
    summary: 'Reject a link, revoke its approval, or withdraw one of your own',
    description: 'The payment is then where evidence alone puts it.',
    roles: WORKERS,
    scope: 'merchant',
    params: ProposalParams,
    body: AnswerRequest,
    example: { content: '9f86d081'.repeat(8) },
    answers: { 200: json('The link', Link, LINKS) },
    merchantOf: async (call) => (await openLink(call)).place.merchant,
    handle: (call) => answer(call, 'ResolutionRejected'),
  }),
];

async function makeLink(call: LinkCall): Promise<Answer> {
  const { provider, id, to, finding, text } = call.body;
  const opened = await openedCase(call, call.params.id);
  demandSeen(opened, finding);
  const { order } = await knownOrder(call, to);
  await demandPayment(call);
  const { key: from, ...about } = opened.name;
  const place: DecisionPlace = { about: identityKey(provider, id), case: about, merchant: order.merchant };
  const made = await appendDecision(call, place, { type: 'LinkMade', from, to, text: await keptText(call, text) });
  const views = await linksUnder(call, place.about);
  return { status: 201, body: linkView(views.find(({ link }) => link.id === made.id)!) };
}

/** Throws HESABU_NOT_FOUND: for an id that no payment has, and for another merchant's payment alike. */
async function demandPayment({ parts, caller, body: { provider, id } }: LinkCall): Promise<void> {
  const found = await parts.ledger.reader.transactions(id, 'all claims', 'passed over');
  const views = found.map(({ view }) => view).filter((view) => view.provider === provider);
  const isOthers = ({ merchant }: { merchant: string }) => merchant !== '' && !mayTouch(caller, merchant);
  if (views.length === 0 || views.some(isOthers)) throw new HesabuError('HESABU_NOT_FOUND', { where: id });
}

/** Throws HESABU_NOT_FOUND, and HESABU_CASE_CHANGED where another content was read than the link's. */
async function openLink(call: Call<z.output<typeof ProposalParams>>) {
  const { place, decision } = splitDecisionId(call.params.id);
  const about = Buffer.from(place, 'base64url').toString();
  const views = isIdentityKey(about) ? await linksUnder(call, about) : [];
  const view = views.find(({ link }) => link.id === decision);
  if (view === undefined || !mayTouch(call.caller, view.link.merchant)) {
    throw new HesabuError('HESABU_NOT_FOUND', { where: call.params.id });
  }
  return { view, place: { about, case: view.link.body.case, merchant: view.link.merchant } };
}

async function answer(call: AnswerCall, type: 'ResolutionApproved' | 'ResolutionRejected'): Promise<Answer> {
  const { view, place } = await openLink(call);
  const { link, content } = view;
  if (content !== call.body.content) {
    const [expected, found] = [content, call.body.content];
    throw new HesabuError('HESABU_CASE_CHANGED', { where: link.body.from, expected, found });
  }
  if (type === 'ResolutionApproved') demandOtherPerson(call.caller, link);
  else demandMayReject(call, place.merchant, link);
  const text = await keptText(call, call.body.text);
  await appendDecision(call, place, { type, proposal: { id: link.id, content }, text });
  return { status: 200, body: linkView((await openLink(call)).view) };
}

async function linksUnder({ parts }: Pick<Call, 'parts'>, identity: string): Promise<LinkView[]> {
  const { loop, reader } = parts.ledger;
  await loop.catchUp();
  const found = await reader.findKey(identity);
  return found === undefined ? [] : linksAt(identity, found, compileRules(loop.rules));
}

function linkView({ link, content, state, needsApproval, approval, rejection }: LinkView): object {
  const { about, from, to } = link.body;
  return {
    id: shownDecisionId(Buffer.from(about).toString('base64url'), link.id),
    ...{ content, state, needs_approval: needsApproval, identity: about, from, to },
    by: actorView(link),
    approved: approval === null ? null : actorView(approval),
    rejected: rejection === null ? null : actorView(rejection),
  };
}
