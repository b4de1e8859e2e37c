// What the facts of the days up to one say of a key: the same evidence without what its sources date later. What no
// source dates counts as said before every day, and what keys tell each other, and withdrawals, as they are known now.

import { type Calendar, type Day, dayOfDate } from '../domain/calendar.ts';
import type { Claim } from '../domain/fact.ts';
import type { LinkedMoney } from '../domain/handoff.ts';
import type { PaymentState } from './evolve.ts';
import type { Given } from './handoffs.ts';

/** The same object where nothing is dated later. */
export function stateUntil(state: PaymentState, calendar: Calendar, day: Day): PaymentState {
  const isThere = (claim: Claim) => dayOfClaim(claim, calendar) <= day;
  const { claims, decisions } = state;
  if (claims.every(isThere) && (decisions === undefined || decisions.every(isThere))) return state;
  const known = claims.filter(isThere);
  return decisions === undefined ? { claims: known } : { claims: known, decisions: decisions.filter(isThere) };
}

/** The days on which more is said of a key, in their order; what is said before every day counts as said on `first`. */
export function daysOfState({ claims, decisions = [] }: PaymentState, calendar: Calendar, first: Day): Day[] {
  const days = new Set<Day>();
  for (const claim of claims) days.add(Math.max(first, dayOfClaim(claim, calendar)));
  for (const decision of decisions) days.add(Math.max(first, dayOfClaim(decision, calendar)));
  return [...days].sort((left, right) => left - right);
}

/** The business day of a claim by its source's own time. */
export function dayOfClaim(claim: Claim, calendar: Calendar): Day {
  const { body, occurred_at } = claim;
  switch (body.type) {
    case 'SettlementLineReported':
    case 'PayoutPart':
      return dayOfDate(body.settlement_date);
    case 'BankLineReported':
      return dayOfDate(body.value_date);
    case 'OrderPlaced':
      return calendar.dayOf(body.placed_at);
    case 'OrderStatusChanged':
      return calendar.dayOf(body.at);
    case 'RefundRequested':
      return body.at === null ? ALWAYS : calendar.dayOf(body.at);
    case 'Handoff':
      if (body.word === 'linked' && body.content !== null) return dayOfLink(body.content, calendar);
      if (body.word !== 'gives' || body.content === null) return ALWAYS;
      return dayOfClaim((JSON.parse(body.content) as Given).claim, calendar);
    case 'ClaimWithdrawn':
      return ALWAYS;
    default:
      return occurred_at === null ? ALWAYS : calendar.dayOf(occurred_at);
  }
}

/** Money is linked on the day on which people decided it. */
function dayOfLink(content: string, calendar: Calendar): Day {
  const { since } = JSON.parse(content) as LinkedMoney;
  return since === null ? ALWAYS : calendar.dayOf(since);
}

const ALWAYS = Number.NEGATIVE_INFINITY;
