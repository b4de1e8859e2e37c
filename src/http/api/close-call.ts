// Closing a day by the API: one person proposes it with the statements as they are, and another approves those bytes.
// The files of the statements are on the disk before the fact that names them.

import { caseId, readCaseId, shownDecisionId, splitDecisionId } from '../../domain/case-id.ts';
import type { Decider, PeriodClosed } from '../../domain/decision.ts';
import { HesabuError } from '../../domain/errors.ts';
import { EVERY_MERCHANT, isPeriodKey, periodKey, readPeriodKey } from '../../domain/key.ts';
import { formatInstant } from '../../domain/time.ts';
import { CLOSE_CASE, type CloseView, roleMerchant } from '../../matching/periods.ts';
import { decisionId } from '../../producers/decisions/decision-facts.ts';
import { frozenFiles } from '../../projections/booked-statements.ts';
import { closedDays } from '../../projections/closed-days.ts';
import { readFrozenFiles } from '../../projections/frozen-files.ts';
import { mayTouch } from '../access/api-key.ts';
import type { Caller } from '../access/caller.ts';
import { deciderOf } from '../access/decider.ts';
import type { ApiContext } from './api-context.ts';
import { bookedDay } from './booked-day.ts';
import { demandClosable, demandInTurn, notReady, statementsFor, unmetConditions } from './close-conditions.ts';
import {
  actorView,
  appendDecision,
  type DecisionPlace,
  demandMayReject,
  demandOtherPerson,
  demandWhy,
  keptText,
} from './decision-call.ts';
import type { Answer, Call } from './route.ts';
import { Turns } from './turns.ts';

interface AskedClose {
  /** `*` for all merchants. */
  readonly merchant: string;
  readonly overrule: boolean;
  readonly text?: string | undefined;
}

interface AskedAnswer {
  /** The hash of what was read. */
  readonly content: string;
  readonly text?: string | undefined;
}

type CloseCall = Call<{ readonly day: string }, unknown, AskedClose>;
type AnswerCall = Call<{ readonly id: string }, unknown, AskedAnswer>;

/** Throws HESABU_FORBIDDEN: a day of all merchants is for those who see all. */
export function demandMerchant(caller: Caller, merchant: string): string {
  if (mayTouch(caller, roleMerchant(merchant))) return roleMerchant(merchant);
  const expected = merchant === EVERY_MERCHANT ? 'a role for all merchants' : `a role for ${merchant}`;
  throw new HesabuError('HESABU_FORBIDDEN', { expected, found: 'another one' });
}

/** What is decided of days, one after the other: each rests on which days are closed. */
const turns = new Turns();

/** Throws HESABU_SIGN_IN_NEEDED, and HESABU_DAY_NOT_READY where the day cannot be closed as it is. */
export function proposeClose(call: CloseCall): Promise<Answer> {
  return turns.take('closes', () => proposeInTurn(call));
}

async function proposeInTurn(call: CloseCall): Promise<Answer> {
  const { parts, params, body } = call;
  const { day } = params;
  const place = placeOf(day, body.merchant);
  const by = demandPerson(call, place.merchant);
  const known = await viewOf(call, place.about, decisionId(by.person, call.intent.key));
  // A retry is answered with what was proposed then: the ledger stands elsewhere by now.
  if (known !== undefined) return { status: 201, body: await closeView(parts, known) };
  const booked = await bookedDay(parts, day, 'up to now');
  demandClosable(booked, body.merchant, day);
  const unmet = await unmetConditions(parts, body.merchant, day);
  demandOverruled(by, day, unmet, body);
  const about = { day, zone: booked.zone, merchant: body.merchant, as_of: formatInstant(booked.asOf) };
  const files = frozenFiles(statementsFor(booked, body.merchant), { ...about, heads: booked.heads });
  const statements: PeriodClosed['statements'][number][] = [];
  for (const { text, ...file } of files) {
    statements.push({ ...file, sha256: await parts.statementFiles.keep(text) });
  }
  const { id } = await appendDecision(call, place, {
    ...{ type: 'PeriodClosed', day, merchant: body.merchant, heads: booked.heads, statements },
    ...{ overruled: unmet, text: await keptText(call, body.text) },
  });
  return { status: 201, body: await closeView(parts, (await viewOf(call, place.about, id))!) };
}

function demandPerson({ parts, caller }: Pick<Call, 'parts' | 'caller'>, merchant: string): Decider {
  if (caller.signedIn === null) throw new HesabuError('HESABU_SIGN_IN_NEEDED', { found: 'a key of the API' });
  const by = deciderOf(parts.people, caller, merchant);
  if (by.roles.length > 0) return by;
  throw new HesabuError('HESABU_FORBIDDEN', { expected: 'an operator or approver', found: 'another role' });
}

function demandOverruled(
  by: Decider,
  day: string,
  unmet: PeriodClosed['overruled'],
  { overrule, text }: AskedClose,
): void {
  if (unmet.length === 0) return;
  const isOverruled = overrule && text !== undefined && by.roles.includes('approver');
  if (isOverruled) return;
  const expected = overrule ? 'an approver who says why in `text`' : `${unmet.map((one) => MET[one]).join('; ')}`;
  throw notReady(day, expected, overrule ? `${by.roles.join(', ')}` : unmet.join(', '));
}

const MET: Readonly<Record<PeriodClosed['overruled'][number], string>> = {
  reports: 'every settlement report up to the day',
  unread: 'no webhook that is unread',
  owners: 'an owner of every break at or above the threshold',
};

/** The day that a proposal's id is about; undefined where it is about no day. */
export function periodOfProposal(id: string): { readonly key: string; readonly merchant: string } | undefined {
  const name = readCaseId(splitDecisionId(id).place);
  const named = name !== undefined && isPeriodKey(name.key) ? readPeriodKey(name.key) : undefined;
  return named === undefined ? undefined : { key: name!.key, merchant: named.merchant };
}

/** The merchant of a proposal to close a day. Throws HESABU_NOT_FOUND, also for one of another merchant. */
export function merchantOfClose({ caller }: Pick<Call, 'caller'>, merchant: string): string {
  if (mayTouch(caller, roleMerchant(merchant))) return roleMerchant(merchant);
  throw new HesabuError('HESABU_NOT_FOUND', { where: 'proposal' });
}

export function approveClose(call: AnswerCall): Promise<Answer> {
  return turns.take('closes', () => approveInTurn(call));
}

async function approveInTurn(call: AnswerCall): Promise<Answer> {
  const { parts } = call;
  const { view, place } = await openClose(call);
  const { day, merchant } = view.proposal.body;
  demandOtherPerson(call.caller, view.proposal);
  const by = demandPerson(call, place.merchant);
  if (!by.roles.includes('approver')) {
    throw new HesabuError('HESABU_FORBIDDEN', { expected: 'an approver', found: 'another role' });
  }
  if (isRetry(call, by, view.approval)) return answer(call, view, place, 'ResolutionApproved');
  demandWaiting(view);
  const closed = closedDays(await parts.ledger.statements.periods());
  demandInTurn(closed, merchant, day);
  const since = view.proposal.occurred_at!;
  const isBetween = closed.some((one) => {
    const touches = [one.merchant, merchant].includes(EVERY_MERCHANT) || one.merchant === merchant;
    const at = one.close.approval!.occurred_at ?? 0;
    return touches && (one.day === day ? at >= since : one.day < day && at > since);
  });
  if (isBetween) throw notReady(day, 'the statements that were read', 'a day that was closed meanwhile');
  const statements = view.proposal.body.statements.map((one) => ({ ...one, entry: null }));
  await readFrozenFiles([{ day, merchant, close: view, statements }], parts.statementFiles);
  return answer(call, view, place, 'ResolutionApproved');
}

/** In turn too: what is approved meanwhile is a closed day, and is not rejected any more. */
export function rejectClose(call: AnswerCall): Promise<Answer> {
  return turns.take('closes', () => rejectInTurn(call));
}

async function rejectInTurn(call: AnswerCall): Promise<Answer> {
  const { view, place } = await openClose(call);
  const by = demandMayReject(call, place.merchant, view.proposal);
  if (isRetry(call, by, view.rejection)) return answer(call, view, place, 'ResolutionRejected');
  demandWhy(by.person, view.proposal, call.body.text);
  demandWaiting(view);
  return answer(call, view, place, 'ResolutionRejected');
}

/** Whether the call is one that was kept before, but whose answer may have been lost, as in a kill. */
function isRetry({ intent }: AnswerCall, by: Decider, kept: { readonly id: string } | null): boolean {
  return kept !== null && kept.id === decisionId(by.person, intent.key);
}

/** Throws HESABU_CASE_CHANGED: a day that is closed is never opened, and what was rejected is not approved. */
function demandWaiting({ state, proposal }: CloseView): void {
  if (state === 'awaiting_approval') return;
  const found = state === 'effective' ? 'a closed day, which is not opened again' : state;
  throw new HesabuError('HESABU_CASE_CHANGED', { where: proposal.body.day, expected: 'a proposal that waits', found });
}

async function openClose(call: AnswerCall) {
  const { parts, params, body } = call;
  const { key, merchant } = periodOfProposal(params.id)!;
  await parts.ledger.loop.catchUp();
  merchantOfClose(call, merchant);
  const view = await viewOf(call, key, splitDecisionId(params.id).decision);
  if (view === undefined) throw new HesabuError('HESABU_NOT_FOUND', { where: params.id });
  if (view.content !== body.content) {
    const where = view.proposal.body.day;
    throw new HesabuError('HESABU_CASE_CHANGED', { where, expected: view.content, found: body.content });
  }
  return { view, place: placeOf(view.proposal.body.day, merchant) };
}

async function answer(
  call: AnswerCall,
  { proposal, content }: CloseView,
  place: DecisionPlace,
  type: 'ResolutionApproved' | 'ResolutionRejected',
): Promise<Answer> {
  const text = await keptText(call, call.body.text);
  await appendDecision(call, place, { type, proposal: { id: proposal.id, content }, text });
  return { status: 200, body: await closeView(call.parts, (await viewOf(call, place.about, proposal.id))!) };
}

function placeOf(day: string, merchant: string): DecisionPlace {
  return { about: periodKey(day, merchant), case: CLOSE_CASE, merchant: roleMerchant(merchant) };
}

async function viewOf({ parts }: Pick<Call, 'parts'>, key: string, id: string): Promise<CloseView | undefined> {
  await parts.ledger.loop.catchUp('at once');
  const period = (await parts.ledger.statements.periods()).find((one) => one.key === key);
  return period?.closes.find(({ proposal }) => proposal.id === id);
}

/** The proposals to close a day that wait for a second person, without those of `maker`. */
export async function waitingCloses({ parts, caller }: Pick<Call, 'parts' | 'caller'>, maker: string | null) {
  const periods = await parts.ledger.statements.periods();
  const own = periods.filter(({ merchant }) => mayTouch(caller, roleMerchant(merchant)));
  const waiting = own.flatMap(({ closes }) => closes).filter(({ state }) => state === 'awaiting_approval');
  const others = waiting.filter(({ proposal }) => proposal.body.by.person !== maker);
  return Promise.all(others.map((view) => closeView(parts, view)));
}

export async function closeView(
  { texts }: Pick<ApiContext, 'texts'>,
  { proposal, content, state, approval, rejection }: CloseView,
): Promise<object> {
  const { about, day, merchant, heads, statements, overruled, text } = proposal.body;
  return {
    id: shownDecisionId(caseId({ key: about, ...CLOSE_CASE }), proposal.id),
    ...{ day, merchant, content, state, statements, heads, overruled },
    text: text === null ? null : await texts.read(text),
    by: actorView(proposal),
    approved: approval === null ? null : actorView(approval),
    rejected: rejection === null ? null : actorView(rejection),
  };
}
