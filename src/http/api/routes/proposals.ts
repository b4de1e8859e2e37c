// The route that lists proposals: those that wait for a second person, those that waited when other evidence came, and
// those whose case evidence ended before anybody answered them.

import type { z } from 'zod';
import { shownProposalId } from '../../../domain/case-id.ts';
import { formatInstant } from '../../../domain/time.ts';
import { compileRules } from '../../../matching/rules.ts';
import { Ageing } from '../../../projections/cases/case-ages.ts';
import { caseView } from '../../../projections/cases/case-view.ts';
import { type SettledProposal, TOLD_MILLIS } from '../../../projections/cases/settled-proposals.ts';
import { findingView } from '../../../projections/transaction-view.ts';
import { hasAllMerchants } from '../../access/api-key.ts';
import { deciderOf } from '../../access/decider.ts';
import { cursorOf, placeIn } from '../case-cursor.ts';
import { type FindingRead, findingsRead } from '../cases/finding-read.ts';
import { endOf, refundSigns } from '../cases/refund-signs.ts';
import { waitingCloses } from '../close-call.ts';
import { openedCase } from '../opened-case.ts';
import { type Answer, type Call, json, type Route, route } from '../route.ts';
import { AwaitingProposals, ProposalsQuery } from '../schemas/cases.ts';
import { SETTLED } from '../schemas/decisions.ts';
import { proposalView } from './decisions.ts';

const READERS = ['shop', 'operator', 'approver', 'auditor'] as const;

type ProposalsCall = Call<unknown, z.output<typeof ProposalsQuery>>;

export const PROPOSAL_ROUTES: readonly Route[] = [
  route({
    method: 'GET',
    url: '/v1/proposals',
    summary: 'Proposals that wait for a second person, those of the oldest cases first',
    description:
      'With `awaiting=me`, without those that the caller made, which another person must approve. With `state=stale` ' +
      'those that waited when other evidence came: each is listed with the case that stands now, until it is ' +
      'withdrawn or something is proposed of that. With `state=settled_by_evidence` those of the last thirty days ' +
      'whose case evidence ended before anybody answered them, as `settled`, each with the entry that ended it.',
    roles: READERS,
    scope: 'merchant',
    query: ProposalsQuery,
    answers: {
      200: json('A page of proposals', AwaitingProposals, {
        next: { to: 'GET /v1/proposals', by: { after: '$response.body#/next' } },
      }),
    },
    handle: listProposals,
  }),
];

async function listProposals(call: ProposalsCall): Promise<Answer> {
  return call.query.state === SETTLED ? listSettled(call) : listAwaiting(call, call.query.state);
}

async function listSettled(call: ProposalsCall): Promise<Answer> {
  const { parts, caller, query } = call;
  await call.caughtUp();
  const { proposals, total } = await parts.ledger.cases.settled({
    ...{ keys: null, merchants: hasAllMerchants(caller) ? null : caller.merchants, limit: query.limit },
    withRefunds: true,
    since: parts.clock.now() - TOLD_MILLIS,
  });
  const closes = await waitingCloses(call, query.awaiting === 'me' ? deciderOf(parts.people, caller, '').person : null);
  return {
    status: 200,
    body: { proposals: [], closes, settled: proposals.map((one) => settledView(parts, one)), total, next: null },
  };
}

function settledView(parts: Call['parts'], settled: SettledProposal): object {
  const { view, key, merchant, provider, finding, returns, ending, entry, at } = settled;
  return {
    ...{ proposal: { ...proposalView(parts, view, returns), state: SETTLED }, key, merchant, provider },
    ...findingView(finding),
    ...{ end: endOf(parts, [view], ending), entry, at: formatInstant(at) },
  };
}

async function listAwaiting(call: ProposalsCall, state: 'awaiting_approval' | 'stale'): Promise<Answer> {
  const { parts, caller, query } = call;
  const ages = ageing(call);
  await call.caughtUp();
  const page = await parts.ledger.cases.page(
    {
      filter: { status: [state] },
      merchants: hasAllMerchants(caller) ? null : caller.merchants,
      sort: 'oldest',
      after: query.after === undefined ? undefined : placeIn(query.after),
      limit: query.limit,
      now: parts.clock.now(),
    },
    refundSigns(parts.tables).signOf,
  );
  const shown = page.rows.slice(0, query.limit);
  const me = deciderOf(parts.people, caller, '').person;
  const proposals: object[] = [];
  for (const row of shown) {
    const opened = await openedCase(call, row.id);
    const asked = opened.proposals.filter((view) => view.state === state);
    // Of several that are stale the last was to take the place of the others.
    const views = state === 'stale' ? asked.slice(-1) : asked;
    const read = state === 'stale' ? findingsRead(call, opened) : [];
    for (const view of views) {
      const isOwn = view.proposal.body.by.person === me;
      if (isOwn && query.awaiting === 'me') continue;
      const was = read.find(({ proposal }) => proposal === view);
      const age = ages.daysOf(row.finding.opened_at);
      const about = { case: caseView(row, { age, refund: row.refund }), proposal: proposalView(parts, view) };
      proposals.push({ ...about, read: was === undefined ? null : readView(was) });
    }
  }
  const next = page.rows.length > shown.length ? cursorOf(shown.at(-1)!.place) : null;
  const closes = await waitingCloses(call, query.awaiting === 'me' ? me : null);
  return { status: 200, body: { proposals, closes, settled: [], total: page.total, next } };
}

export function readView({ proposal: { proposal }, finding, changedBy }: FindingRead): object {
  const { reason, expected, observed, difference, currency } = finding;
  const amounts = { expected, observed, difference, currency };
  return { proposal: shownProposalId(proposal), reason, ...amounts, changed_by: changedBy };
}

export function ageing({ parts }: Pick<Call, 'parts'>): Ageing {
  return new Ageing(compileRules(parts.ledger.loop.rules).calendar, parts.clock.now());
}
