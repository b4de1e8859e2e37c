// The route that shows all of one case.

import type { z } from 'zod';
import { caseId } from '../../../domain/case-id.ts';
import type { Attachment, DecisionBody } from '../../../domain/decision.ts';
import { sourceName } from '../../../domain/fact.ts';
import { NO_HINTS } from '../../../domain/hints.ts';
import { formatInstant, type Instant } from '../../../domain/time.ts';
import { readKeyGroup } from '../../../matching/assess-key.ts';
import { isSigned } from '../../../matching/decision-rights.ts';
import type { ProposalView } from '../../../matching/decisions.ts';
import { returnOutcomes } from '../../../matching/return-outcomes.ts';
import { compileRules } from '../../../matching/rules.ts';
import { type CaseRefunds, returnsThatEnd } from '../../../projections/cases/case-refunds.ts';
import { suggestionsOf } from '../../../projections/cases/case-suggestions.ts';
import type { Talk } from '../../../projections/cases/case-talk.ts';
import { caseView } from '../../../projections/cases/case-view.ts';
import { type SettledProposal, TOLD_MILLIS } from '../../../projections/cases/settled-proposals.ts';
import type { KeyEntry } from '../../../projections/key-entries.ts';
import type { TransactionView } from '../../../projections/transaction-view.ts';
import { hasAllMerchants } from '../../access/api-key.ts';
import { caseAndTalk, versionOf } from '../cases/case-version.ts';
import { type FindingRead, findingsRead } from '../cases/finding-read.ts';
import { endOf, refundSigns } from '../cases/refund-signs.ts';
import { withFileRows } from '../file-rows.ts';
import { type OpenedCase, openedCase } from '../opened-case.ts';
import { riskView } from '../risk-view.ts';
import { type Answer, type Call, json, type Route, route } from '../route.ts';
import { CaseQuery, type HAPPENINGS, WholeCase } from '../schemas/cases.ts';
import { CaseParams, SETTLED } from '../schemas/decisions.ts';
import { exchangeView, seenExchanges } from '../seen-exchanges.ts';
import { proposalView } from './decisions.ts';
import { ageing, readView } from './proposals.ts';

const READERS = ['shop', 'operator', 'approver', 'auditor'] as const;

type CaseCall = Call<z.output<typeof CaseParams>, z.output<typeof CaseQuery>>;

export const WHOLE_CASE_ROUTES: readonly Route[] = [
  route({
    method: 'GET',
    url: '/v1/cases/:id',
    summary: 'All of a case: its evidence, what was decided of it, and what happened when',
    description:
      'Its ETag changes with the finding, with what people decide of it, and with the facts about it. With ' +
      '`exchanges` it has as many of the latest raw exchanges about its key, as `GET /v1/exchanges` shows them to ' +
      'the caller: they are searched in the archive, so they come only where they are asked for. With `file_rows` as ' +
      'many of its facts have their row in the file that they are from, which is searched in the log.',
    roles: READERS,
    scope: 'merchant',
    params: CaseParams,
    query: CaseQuery,
    answers: { 200: json('The case', WholeCase) },
    handle: showCase,
  }),
];

interface Happening {
  readonly at: Instant | null;
  readonly what: (typeof HAPPENINGS)[number];
  readonly id: string;
  readonly by: string | null;
  readonly text: string | null;
  readonly attachments?: readonly Attachment[];
  readonly replacedBy?: string | null;
}

async function showCase(call: CaseCall): Promise<Answer> {
  const { parts, params, caller } = call;
  const opened = await openedCase(call, params.id);
  const { key } = opened.name;
  // Who asks who looked at an order asks by its reference.
  call.names.push(key);
  const { ledger } = parts;
  const about = await caseAndTalk(call, opened, params.id);
  const { row, talk } = about;
  const found = await ledger.reader.transactions(key, hasAllMerchants(caller) ? 'all claims' : 'claims that count');
  const transaction = found.find(({ view }) => view.transaction_reference === key)?.view ?? null;
  const hints = row === null ? [] : await ledger.hints([{ key, reason: row.finding.reason }]);
  const seen = hasAllMerchants(caller) ? null : caller.merchants;
  const settled = row === null ? await settledOf(call, opened) : new Map<string, SettledProposal>();
  const entries = await ledger.cases.entriesOf(opened.found);
  const happened = timelineOf(opened, { talk, view: transaction, entries, settled: [...settled.values()] });
  const read = findingsRead(call, opened);
  // The entry that settled one is known for a month only.
  const isSettled = (view: ProposalView) => {
    return settled.has(view.proposal.id) || (isGone(opened) && read.some((one) => isUnanswered(one, view)));
  };
  const returns = returnsOfKey(call, opened);
  const proposals = opened.proposals.map((view) => {
    return { ...proposalView(parts, view, returns), ...(isSettled(view) ? { state: SETTLED } : {}) };
  });
  const age = row === null ? null : ageing(call).daysOf(row.finding.opened_at);
  const refund = row === null || row.refunds === null ? null : refundSigns(parts.tables).signOf(row.refunds);
  const shown = row === null ? null : caseView(row, { age, refund });
  // Signals say nothing of where a payment stands: they are for the person who decides.
  const risk = transaction === null ? [] : (await parts.risk(key)).map(riskView);
  const claims = await withFileRows(call, key, transaction?.claims ?? []);
  const body = {
    case: shown,
    end: shown === null && isGone(opened) ? endOf(parts, opened.proposals, returnsEnding(call, opened, returns)) : null,
    standing: shown !== null || opened.standing === null ? null : caseId({ key, ...opened.standing }),
    suggestions: row === null ? NO_HINTS : suggestionsOf(hints, seen, { key, reason: row.finding.reason }),
    stale: read.map(readView),
    transaction: transaction === null ? null : { ...transaction, claims, risk },
    ...{ proposals, timeline: await Promise.all(happened.map((one) => happeningView(call, one))) },
    ...(await exchangesOf(call, key)),
  };
  return { status: 200, body, headers: { etag: versionOf(opened, about) } };
}

/** How they ended; asked only where a refund of the case was proposed. */
function returnsOfKey({ parts }: CaseCall, { name, found, proposals }: OpenedCase): CaseRefunds['returns'] {
  if (proposals.every(({ proposal }) => proposal.body.kind !== 'refund')) return [];
  const { loop, reader } = parts.ledger;
  return returnOutcomes(readKeyGroup(name.key, found, compileRules(loop.rules), reader.asOf).claims);
}

function returnsEnding(
  { parts: { ledger } }: CaseCall,
  { name, found }: OpenedCase,
  returns: CaseRefunds['returns'],
): CaseRefunds['returns'] {
  const { claims, decisions } = found;
  const now = { rules: compileRules(ledger.loop.rules), asOf: ledger.reader.asOf };
  return returnsThatEnd(name, { claims, decisions }, returns, now);
}

async function exchangesOf(call: CaseCall, name: string) {
  const { parts, caller, query } = call;
  const limit = query.exchanges;
  if (limit === 0 || caller.role === 'shop') return { exchanges: null, more: null };
  const found = await seenExchanges(call, await parts.exchanges.find({ name, limit }));
  return { exchanges: found.map(exchangeView), more: `/v1/exchanges?${new URLSearchParams({ name })}` };
}

/** Evidence gives no case any more that stands for it. */
function isGone({ standing, finding }: OpenedCase): boolean {
  return standing === null && finding === null;
}

/** Whether a proposal waited for a second person until evidence changed. */
function isUnanswered({ proposal, isWaiting }: FindingRead, view: ProposalView): boolean {
  return proposal === view && isWaiting && view.state === 'stale' && view.approval === null;
}

/** Of the proposals of a case that is gone, those that evidence settled, by their ids. */
async function settledOf({ parts }: CaseCall, opened: OpenedCase): Promise<ReadonlyMap<string, SettledProposal>> {
  const {
    name,
    proposals,
    found: { decisions },
  } = opened;
  if (!isGone(opened) || proposals.every(({ state }) => state !== 'stale')) return new Map();
  const since = parts.clock.now() - TOLD_MILLIS;
  const asked = { keys: [name.key], merchants: null, since, limit: decisions.length, withRefunds: true };
  const { proposals: all } = await parts.ledger.cases.settled(asked);
  const byId = new Map(all.map((one) => [one.view.proposal.id, one]));
  return new Map(proposals.flatMap(({ proposal: { id } }) => (byId.has(id) ? [[id, byId.get(id)!]] : [])));
}

interface Told {
  readonly talk: Talk;
  readonly view: TransactionView | null;
  readonly entries: readonly KeyEntry[];
  readonly settled: readonly SettledProposal[];
}

/** In the order of time; at one time facts come before decisions, and entries, which follow from them, last. */
function timelineOf({ name, found, stands }: OpenedCase, { talk, view, entries: written, settled }: Told): Happening[] {
  const timeOf = (text: string | null) => (text === null ? null : Date.parse(text));
  const facts = (view?.claims ?? []).map(({ id, provider, account, occurred_at }): Happening => {
    const by = account === null ? provider : sourceName({ provider, account });
    return { at: timeOf(occurred_at), what: 'fact', id, by: by === '' ? null : by, text: null };
  });
  const entries = written.map(({ id, at, replacedBy }): Happening => {
    return { at, what: 'entry', id, by: null, text: null, replacedBy };
  });
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
  const ends = new Map(settled.map(({ entry, at }) => [entry, at]));
  const ended = [...ends].map(([id, at]): Happening => ({ at, what: 'settled', id, by: null, text: null }));
  const all = [...facts, ...assignments, ...notes, ...decided, ...entries, ...ended];
  return all.sort((left, right) => (left.at ?? 0) - (right.at ?? 0));
}

const WHAT: Partial<Record<DecisionBody['type'], Happening['what']>> = {
  ResolutionProposed: 'proposal',
  ResolutionApproved: 'approval',
  ResolutionRejected: 'rejection',
};

/** A person's text is kept apart under its hash; an assignment names its owner. */
async function happeningView({ parts }: CaseCall, happening: Happening): Promise<object> {
  const { at, what, id, by, text, attachments = [], replacedBy = null } = happening;
  const written = text === null || what === 'assignment' ? text : await parts.texts.read(text);
  return {
    at: at === null ? null : formatInstant(at),
    what,
    id,
    by,
    text: written,
    replaced_by: replacedBy,
    attachments,
  };
}
