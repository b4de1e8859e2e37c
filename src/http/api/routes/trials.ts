// The route that tries a proposal: what would stand at its keys once it holds. It is refused as the proposal would be,
// and nothing is written.

import type { z } from 'zod';
import { proposedEnd } from '../cases/proposed-end.ts';
import { trialOf, triedProposal } from '../cases/trial.ts';
import { deciderFor, demandHeard } from '../decision-call.ts';
import { aboutCase, openedCase } from '../opened-case.ts';
import { type Answer, type Call, json, type Route, route } from '../route.ts';
import { CaseParams, ProposalRequest, Trial } from '../schemas/decisions.ts';

type TrialCall = Call<z.output<typeof CaseParams>, unknown, z.output<typeof ProposalRequest>>;

export const TRIAL_ROUTE: Route = route({
  method: 'POST',
  url: '/v1/cases/:id/proposals/preview',
  summary: 'What would stand once a proposal holds',
  description:
    'It is refused with the code with which the proposal would be. Each key is shown as it is, and as it would be ' +
    'when a second person has approved it: of a link the key of the money, and those of its orders.',
  roles: ['operator', 'approver'],
  scope: 'merchant',
  params: CaseParams,
  body: ProposalRequest,
  example: { finding: '9f86d081'.repeat(8), kind: 'link', cause: 'customer_error', to: [{ reference: 'SC-1042' }] },
  answers: { 200: json('What would stand', Trial) },
  handle: tryProposal,
});

async function tryProposal(call: TrialCall): Promise<Answer> {
  const { parts, caller } = call;
  const opened = await openedCase(call, call.params.id);
  const { own, also } = await proposedEnd(call, opened);
  demandHeard(parts);
  const place = { ...aboutCase(opened), also };
  const by = deciderFor(parts.people, caller, [place.merchant, ...also]);
  const tried = { place, own: { ...own, text: null }, by };
  const { state, needsApproval } = await triedProposal(parts.ledger, tried);
  const keys = await trialOf(parts.ledger, [tried], own.to?.map(({ reference }) => reference) ?? []);
  return { status: 200, body: { state, needs_approval: needsApproval, keys } };
}
