// The routes that show cases one by one: all of one case, and the proposals that wait for a second person.

import { hash } from 'node:crypto';
import type { z } from 'zod';
import { caseId } from '../../../domain/case-id.ts';
import type { Attachment, DecisionBody } from '../../../domain/decision.ts';
import { sourceName } from '../../../domain/fact.ts';
import { NO_HINTS } from '../../../domain/hints.ts';
import { formatInstant, type Instant } from '../../../domain/time.ts';
import { isSigned } from '../../../matching/decision-rights.ts';
import { compileRules } from '../../../matching/rules.ts';
import { Ageing } from '../../../projections/cases/case-ages.ts';
import { suggestionsOf } from '../../../projections/cases/case-suggestions.ts';
import type { Talk } from '../../../projections/cases/case-talk.ts';
import { caseView } from '../../../projections/cases/case-view.ts';
import type { TransactionView } from '../../../projections/transaction-view.ts';
import { hasAllMerchants } from '../../access/api-key.ts';
import { deciderOf } from '../../access/decider.ts';
import { cursorOf, placeIn } from '../case-cursor.ts';
import { type FindingRead, findingsRead } from '../cases/finding-read.ts';
import { waitingCloses } from '../close-call.ts';
import { type OpenedCase, openedCase } from '../opened-case.ts';
import { type Answer, type Call, json, type Route, route } from '../route.ts';
import { AwaitingProposals, type HAPPENINGS, ProposalsQuery, WholeCase } from '../schemas/cases.ts';
import { CaseParams } from '../schemas/decisions.ts';
import { proposalId, proposalView } from './decisions.ts';

const READERS = ['shop', 'operator', 'approver', 'auditor'] as const;

type CaseCall = Call<z.output<typeof CaseParams>>;
type AwaitingCall = Call<unknown, z.output<typeof ProposalsQuery>>;

export const WHOLE_CASE_ROUTES: readonly Route[] = [
  route({
    method: 'GET',
    url: '/v1/cases/:id',
    summary: 'All of a case: its evidence, what was decided of it, and what happened when',
    description: 'Its ETag changes with the finding, with what people decide of it, and with the facts about it.',
    roles: READERS,
    scope: 'merchant',
    params: CaseParams,
    answers: { 200: json('The case', WholeCase) },
    handle: showCase,
  }),
  route({
    method: 'GET',
    url: '/v1/proposals',
    summary: 'Proposals that wait for a second person, those of the oldest cases first',
    description:
      'With `awaiting=me`, without those that the caller made, which another person must approve. With `state=stale` ' +
      'those that waited when other evidence came: each is listed with the case that stands now, until it is ' +
      'withdrawn or something is proposed of that.',
    roles: READERS,
    scope: 'merchant',
    query: ProposalsQuery,
    answers: {
      200: json('A page of proposals', AwaitingProposals, {
        next: { to: 'GET /v1/proposals', by: { after: '$response.body#/next' } },
      }),
    },
    handle: listAwaiting,
  }),
];

interface Happening {
  readonly at: Instant | null;
  readonly what: (typeof HAPPENINGS)[number];
  readonly id: string;
  readonly by: string | null;
  readonly text: string | null;
  readonly attachments?: readonly Attachment[];
}

async function showCase(call: CaseCall): Promise<Answer> {
  const { parts, params, caller } = call;
  const opened = await openedCase(call, params.id);
  const { key } = opened.name;
  const { ledger } = parts;
  const cases = await ledger.cases.ofKey(key);
  const { row = null, talk = { assignments: [], notes: [] } } = cases.find((one) => one.row.id === params.id) ?? {};
  const found = await ledger.reader.transactions(key, hasAllMerchants(caller) ? 'all claims' : 'claims that count');
  const transaction = found.find(({ view }) => view.transaction_reference === key)?.view ?? null;
  const hints = row === null ? [] : await ledger.hints([{ key, reason: row.finding.reason }]);
  const seen = hasAllMerchants(caller) ? null : caller.merchants;
  const happened = timelineOf(opened, talk, transaction);
  const proposals = opened.proposals.map(proposalView);
  const age = row === null ? null : ageing(call).daysOf(row.finding.opened_at);
  const shown = row === null ? null : caseView(row, age);
  const etag = hash('sha256', JSON.stringify([shown, proposals, happened.map(({ id }) => id)]), 'hex');
  const body = {
    case: shown,
    standing: shown !== null || opened.standing === null ? null : caseId({ key, ...opened.standing }),
    suggestions: row === null ? NO_HINTS : suggestionsOf(hints, seen, { key, reason: row.finding.reason }),
    stale: findingsRead(call, opened).map(readView),
    ...{ transaction, proposals, timeline: await Promise.all(happened.map((one) => happeningView(call, one))) },
  };
  return { status: 200, body, headers: { etag: `"${etag.slice(0, 32)}"` } };
}

function readView({ proposal: { proposal }, finding, changedBy }: FindingRead): object {
  const { reason, expected, observed, difference, currency } = finding;
  const amounts = { expected, observed, difference, currency };
  return { proposal: proposalId(proposal), reason, ...amounts, changed_by: changedBy };
}

function ageing({ parts }: Pick<Call, 'parts'>): Ageing {
  return new Ageing(compileRules(parts.ledger.loop.rules).calendar, parts.clock.now());
}

/** In the order of time; at one time facts come before entries, and those before decisions. */
function timelineOf({ name, found, stands }: OpenedCase, talk: Talk, view: TransactionView | null): Happening[] {
  const timeOf = (text: string | null) => (text === null ? null : Date.parse(text));
  const facts = (view?.claims ?? []).map(({ id, provider, account, occurred_at }): Happening => {
    const by = account === null ? provider : sourceName({ provider, account });
    return { at: timeOf(occurred_at), what: 'fact', id, by: by === '' ? null : by, text: null };
  });
  const entries = (view?.findings ?? []).flatMap(({ entry, opened_at }): Happening[] =>
    entry === null ? [] : [{ at: timeOf(opened_at), what: 'entry', id: entry, by: null, text: null }],
  );
  const assignments = talk.assignments.map(({ id, at, by, owner }): Happening => {
    return { at, what: 'assignment', id, by: by.person, text: owner };
  });
  const notes = talk.notes.map(({ id, at, by, text, attachments }): Happening => {
    return { at, what: 'note', id, by: by.person, text, attachments };
  });
  const decided = found.decisions.flatMap((decision): Happening[] => {
    const { id, occurred_at, body } = decision;
    const what = WHAT[body.type];
    if (what === undefined || !stands(body.case) || body.about !== name.key || !isSigned(decision)) return [];
    const text = 'text' in body ? body.text : null;
    return [{ at: occurred_at, what, id, by: body.by.person, text }];
  });
  const all = [...facts, ...entries, ...assignments, ...notes, ...decided];
  return all.sort((left, right) => (left.at ?? 0) - (right.at ?? 0));
}

const WHAT: Partial<Record<DecisionBody['type'], Happening['what']>> = {
  ResolutionProposed: 'proposal',
  ResolutionApproved: 'approval',
  ResolutionRejected: 'rejection',
};

/** A person's text is kept apart under its hash; an assignment names its owner. */
async function happeningView({ parts }: CaseCall, happening: Happening): Promise<object> {
  const { at, what, id, by, text, attachments = [] } = happening;
  const written = text === null || what === 'assignment' ? text : await parts.texts.read(text);
  return { at: at === null ? null : formatInstant(at), what, id, by, text: written, attachments };
}

async function listAwaiting(call: AwaitingCall): Promise<Answer> {
  const { parts, caller, query } = call;
  const ages = ageing(call);
  await call.caughtUp();
  const page = await parts.ledger.cases.page({
    filter: { status: [query.state] },
    merchants: hasAllMerchants(caller) ? null : caller.merchants,
    sort: 'oldest',
    after: query.after === undefined ? undefined : placeIn(query.after),
    limit: query.limit,
    now: parts.clock.now(),
  });
  const shown = page.rows.slice(0, query.limit);
  const me = deciderOf(parts.people, caller, '').person;
  const proposals: object[] = [];
  for (const row of shown) {
    const opened = await openedCase(call, row.id);
    const asked = opened.proposals.filter(({ state }) => state === query.state);
    // Of several that are stale the last was to take the place of the others.
    const views = query.state === 'stale' ? asked.slice(-1) : asked;
    const read = query.state === 'stale' ? findingsRead(call, opened) : [];
    for (const view of views) {
      const isOwn = view.proposal.body.by.person === me;
      if (isOwn && query.awaiting === 'me') continue;
      const was = read.find(({ proposal }) => proposal === view);
      const age = ages.daysOf(row.finding.opened_at);
      const about = { case: caseView(row, age), proposal: proposalView(view) };
      proposals.push({ ...about, read: was === undefined ? null : readView(was) });
    }
  }
  const next = page.rows.length > shown.length ? cursorOf(shown.at(-1)!.place) : null;
  const closes = await waitingCloses(call, query.awaiting === 'me' ? me : null);
  return { status: 200, body: { proposals, closes, total: page.total, next } };
}
