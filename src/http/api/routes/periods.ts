// The routes of the calendar of days: which are closed, and the proposal to close one. Another person approves or
// rejects it as any proposal.

import type { z } from 'zod';
import { type Calendar, type Day, dateOfDay, dayOfDate } from '../../../domain/calendar.ts';
import { EVERY_MERCHANT } from '../../../domain/key.ts';
import { formatInstant } from '../../../domain/time.ts';
import { roleMerchant } from '../../../matching/periods.ts';
import { compileRules } from '../../../matching/rules.ts';
import { closedDays, closeOfDay, dateAfter, lastClosed, type Period } from '../../../projections/closed-days.ts';
import type { LateFact } from '../../../projections/late-facts.ts';
import { amountText } from '../../../projections/statement-view.ts';
import { mayTouch } from '../../access/api-key.ts';
import type { ApiContext } from '../api-context.ts';
import { closeView, demandMerchant, proposeClose } from '../close-call.ts';
import { unmetConditions } from '../close-conditions.ts';
import { lateFactsOf, lateSums } from '../late-rows.ts';
import { type Answer, type Call, json, type Route, route } from '../route.ts';
import {
  CloseProposal,
  CloseRequest,
  type DAY_STATES,
  DayParams,
  LateFacts,
  Periods,
  PeriodsQuery,
} from '../schemas/periods.ts';

const READERS = ['shop', 'operator', 'approver', 'auditor'] as const;

const CLOSE_LINKS = {
  approval: { to: 'POST /v1/proposals/:id/approval', by: { id: '$response.body#/id' } },
  rejection: { to: 'POST /v1/proposals/:id/rejection', by: { id: '$response.body#/id' } },
};

export const PERIOD_ROUTES: readonly Route[] = [
  route({
    method: 'GET',
    url: '/v1/periods',
    summary: 'The days of a month: which are closed, and what waits for a second person',
    roles: READERS,
    scope: 'merchant',
    query: PeriodsQuery,
    answers: { 200: json('The days', Periods) },
    handle: listPeriods,
  }),
  route({
    method: 'GET',
    url: '/v1/late-facts',
    summary: 'The facts about the closed days of a month that came after they were closed',
    description:
      'How many there are by day and merchant, what they moved, the latest of them, and the day whose statement has ' +
      'it. What came before the close as well is a repeat, and is not counted. A long log is read in several ' +
      'requests: `is_whole` says whether all of it was.',
    roles: READERS,
    scope: 'merchant',
    query: PeriodsQuery,
    answers: { 200: json('By day', LateFacts) },
    handle: listLateFacts,
  }),
  route({
    method: 'POST',
    url: '/v1/periods/:day/proposals',
    summary: 'Propose to close a day, with its statements as they are',
    description:
      'Only a person who is signed in proposes it, and another one approves it. Days close in their order, and no ' +
      'closed day opens again: what comes later of it is in the first open one. An approver may overrule conditions ' +
      'that are not met, and says why.',
    // No key of the API closes a day.
    roles: [],
    people: ['operator', 'approver'],
    scope: 'merchant',
    params: DayParams,
    body: CloseRequest,
    example: { merchant: 'savanna-crafts' },
    answers: { 201: json('The proposal', CloseProposal, CLOSE_LINKS) },
    merchantOf: async ({ caller, body }) => demandMerchant(caller, body.merchant),
    handle: proposeClose,
  }),
];

type PeriodsCall = Call<unknown, z.output<typeof PeriodsQuery>>;

async function listPeriods({ parts, caller, query }: PeriodsCall): Promise<Answer> {
  const { merchant } = query;
  demandMerchant(caller, merchant);
  const { ledger } = parts;
  await ledger.loop.catchUp();
  const periods = await ledger.statements.periods();
  const closed = closedDays(periods);
  const calendar = calendarOf(parts);
  const month = query.month ?? dateOfDay(calendar.dayOf(parts.clock.now())).slice(0, 7);
  const last = lastClosed(closed, merchant);
  const next = last === undefined ? null : dateAfter(last);
  const isOver = (day: Day) => parts.clock.now() >= calendar.startOf(day + 1);
  const days = await Promise.all(
    daysOf(month).map(async (day) => {
      const date = dateOfDay(day);
      const proposals = periods
        .filter((one) => one.day === date && isAbout(one, merchant))
        .flatMap(({ closes }) => closes);
      const isWaiting = proposals.some((one) => one.state === 'awaiting_approval');
      let state: (typeof DAY_STATES)[number] = isWaiting ? 'proposed' : isOver(day) ? 'over' : 'open';
      if (last !== undefined && date <= last) state = 'before';
      if (closeOfDay(closed, merchant, date) !== undefined) state = 'closed';
      const isNext = date === next && isOver(day);
      const unmet = isNext ? await unmetConditions(parts, merchant, date) : null;
      // Of a close of all merchants, who is for one of them sees that it is, and no figure.
      const shown = proposals.filter(({ proposal }) => mayTouch(caller, roleMerchant(proposal.body.merchant)));
      const views = await Promise.all(shown.map((view) => closeView(parts, view)));
      return { day: date, state, unmet, proposals: views };
    }),
  );
  return { status: 200, body: { zone: ledger.loop.rules.zone, merchant, next, days } };
}

/** So many facts are named of each day and merchant. */
const NAMED_MAX = 20;

async function listLateFacts({ parts, caller, query }: PeriodsCall): Promise<Answer> {
  const { merchant } = query;
  demandMerchant(caller, merchant);
  const { ledger } = parts;
  await ledger.loop.catchUp();
  const page = await lateFactsOf(parts, closedDays(await ledger.statements.periods()));
  const month = query.month ?? dateOfDay(calendarOf(parts).dayOf(parts.clock.now())).slice(0, 7);
  const asked = page.facts.filter((fact) => {
    return dateOfDay(fact.day).startsWith(month) && (merchant === EVERY_MERCHANT || fact.merchant === merchant);
  });
  const groups = Map.groupBy(asked, (fact) => `${fact.day} ${fact.bookedOn} ${fact.merchant}`);
  const movedBy = await lateSums(parts, [...groups.values()]);
  const late = [...groups.values()].map((facts, at) => {
    const [{ day, bookedOn, merchant: whose }] = facts as [LateFact];
    const latest = facts.toSorted((one, other) => other.receivedAt - one.receivedAt).slice(0, NAMED_MAX);
    return {
      ...{ day: dateOfDay(day), merchant: whose, booked_on: dateOfDay(bookedOn), count: facts.length },
      moved: movedBy(at)?.map((one) => ({ ...one, amount: amountText(one.amount, one.currency) })) ?? null,
      facts: latest.map(({ key, fact, receivedAt }) => ({ key, fact, received_at: formatInstant(receivedAt) })),
    };
  });
  late.sort((one, other) => (nameOf(one) < nameOf(other) ? -1 : 1));
  return { status: 200, body: { zone: ledger.loop.rules.zone, merchant, is_whole: page.isWhole, late } };
}

function nameOf({ day, booked_on: bookedOn, merchant }: { day: string; booked_on: string; merchant: string }): string {
  return [day, bookedOn, merchant].join(' ');
}

function calendarOf({ ledger }: Pick<ApiContext, 'ledger'>): Calendar {
  return compileRules(ledger.loop.rules).calendar;
}

/** Of a merchant also what is of all: it closes his day too. */
function isAbout(period: Period, merchant: string): boolean {
  return period.merchant === merchant || period.merchant === EVERY_MERCHANT;
}

function daysOf(month: string): Day[] {
  const first = dayOfDate(`${month}-01`);
  return Array.from({ length: 31 }, (_, at) => first + at).filter((day) => dateOfDay(day).startsWith(month));
}
