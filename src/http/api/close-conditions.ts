// What must be so before a day can be closed, and is not. What the ledger itself demands, nobody overrules.

import { dayOfDate } from '../../domain/calendar.ts';
import type { CloseCondition } from '../../domain/decision.ts';
import { HesabuError } from '../../domain/errors.ts';
import { EVERY_MERCHANT } from '../../domain/key.ts';
import { isBreak } from '../../domain/reasons.ts';
import { needsApproval } from '../../matching/review.ts';
import { compileRules } from '../../matching/rules.ts';
import type { BookedStatement } from '../../projections/booked-statements.ts';
import type { CasePlace, ListedCase } from '../../projections/cases/case-question.ts';
import { NOBODY } from '../../projections/cases/case-question.ts';
import { type ClosedDay, closeOfDay, dayInTurn } from '../../projections/closed-days.ts';
import type { ApiContext } from './api-context.ts';
import { type BookedDay, bookedDay } from './booked-day.ts';

const PAGE_ROWS = 1_000;

/** The statements of a merchant, or of all. */
export function statementsFor({ statements }: BookedDay, merchant: string): BookedStatement[] {
  return statements.filter(({ statement }) => merchant === EVERY_MERCHANT || statement.merchant === merchant);
}

/** Throws HESABU_DAY_NOT_READY. */
export function demandInTurn(closed: readonly ClosedDay[], merchant: string, day: string): void {
  if (closeOfDay(closed, merchant, day) !== undefined) throw notReady(day, 'a day that is open', 'a closed one');
  const next = dayInTurn(closed, merchant, day);
  if (next !== undefined) throw notReady(day, `${next}, which comes first`, day);
}

/** Throws HESABU_DAY_NOT_READY where the day is not over, is not in turn, or its statements do not add up. */
export function demandClosable(booked: BookedDay, merchant: string, day: string): void {
  if (!booked.over) throw notReady(day, 'a day that is over', 'one that the ledger is not past');
  demandInTurn(booked.closed, merchant, day);
  const statements = statementsFor(booked, merchant);
  if (statements.length === 0) throw notReady(day, 'a day with a statement', 'none');
  const keys = statements.flatMap(({ statement }) => statement.residual_keys);
  if (keys.length > 0) throw notReady(day, 'nothing unexplained', keys.slice(0, 5).join(', '));
}

export function notReady(where: string, expected: string, found: string): HesabuError {
  return new HesabuError('HESABU_DAY_NOT_READY', { where, expected, found });
}

/** The conditions of a day that are not met. */
export async function unmetConditions(
  parts: Pick<ApiContext, 'ledger' | 'settlements' | 'unread' | 'clock'>,
  merchant: string,
  day: string,
): Promise<CloseCondition[]> {
  const unmet: CloseCondition[] = [];
  if (parts.settlements().reports.some(({ date, status }) => date <= day && status === 'waiting'))
    unmet.push('reports');
  if (parts.unread(null, 1).webhooks.length > 0) unmet.push('unread');
  if (await hasUnowned(parts, merchant, day)) unmet.push('owners');
  return unmet;
}

/** Whether a close could be proposed now: the day is over, in turn, adds up, and lacks nothing that it asks for. */
export async function isReadyToClose(
  parts: Parameters<typeof unmetConditions>[0] & Parameters<typeof bookedDay>[0],
  merchant: string,
  day: string,
): Promise<boolean> {
  const { calendar } = compileRules(parts.ledger.loop.rules);
  if (parts.clock.now() < calendar.startOf(dayOfDate(day) + 1)) return false;
  if ((await unmetConditions(parts, merchant, day)).length > 0) return false;
  // Last, since a day's statements are the dearest to look at.
  try {
    demandClosable(await bookedDay(parts, day), merchant, day);
    return true;
  } catch (error) {
    if (error instanceof HesabuError && error.code === 'HESABU_DAY_NOT_READY') return false;
    throw error;
  }
}

/** Whether a break of the day or of one before, that a second person must see, has no owner. */
async function hasUnowned({ ledger, clock }: Pick<ApiContext, 'ledger' | 'clock'>, merchant: string, day: string) {
  const { calendar, review } = compileRules(ledger.loop.rules);
  const isUnowned = ({ finding, value }: ListedCase) => {
    if (!isBreak(finding.reason)) return false;
    if (finding.opened_at !== null && calendar.dayOf(finding.opened_at) > dayOfDate(day)) return false;
    return needsApproval(review, day, finding.reason, value.length === 0 ? null : new Map(value));
  };
  let after: CasePlace | undefined;
  for (;;) {
    const { rows } = await ledger.cases.page({
      ...{ filter: { owner: [NOBODY] }, merchants: merchant === EVERY_MERCHANT ? null : [merchant], sort: 'oldest' },
      ...{ after, limit: PAGE_ROWS, now: clock.now() },
    });
    if (rows.slice(0, PAGE_ROWS).some(isUnowned)) return true;
    if (rows.length <= PAGE_ROWS) return false;
    after = rows[PAGE_ROWS - 1]!.place;
  }
}
