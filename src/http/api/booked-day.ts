// The statements of a day as they are booked, and which days are closed, as the API's routes need them.

import { hash } from 'node:crypto';
import { type Day, dayOfDate } from '../../domain/calendar.ts';
import type { ClosedHead } from '../../domain/decision.ts';
import { EVERY_MERCHANT } from '../../domain/key.ts';
import type { Instant } from '../../domain/time.ts';
import { compileRules } from '../../matching/rules.ts';
import { type BookedStatement, bookedStatements, closesAbout } from '../../projections/booked-statements.ts';
import { type ClosedDay, closedDays, closeOfDay, type Period } from '../../projections/closed-days.ts';
import { readFrozenFiles } from '../../projections/frozen-files.ts';
import type { DayStatements } from '../ledger-port.ts';
import type { ApiContext } from './api-context.ts';

type Parts = Pick<ApiContext, 'ledger' | 'statementFiles' | 'clock'>;

export interface BookedDay {
  readonly statements: readonly BookedStatement[];
  readonly asOf: Instant;
  /** Whether time is past the day. */
  readonly over: boolean;
  readonly zone: string;
  readonly heads: readonly ClosedHead[];
  readonly periods: readonly Period[];
  readonly closed: readonly ClosedDay[];
}

function none(asOf: Instant): DayStatements {
  return { asOf, statements: [], heads: [] };
}

/** What people read may be some seconds old, and what is frozen not. */
type Age = 'as kept' | 'up to now';

/** Sums that are older than a frozen statement would take its last facts off again. */
function sumsSince({ statements, reader }: Parts['ledger'], day: Day, closed: readonly ClosedDay[], age: Age) {
  const since = [...closed.map(({ close }) => close.approval!.id), age === 'up to now' ? reader.end : ''].join();
  return statements.ofDay(day, hash('sha256', since, 'hex'));
}

/** Of all merchants. Throws HESABU_OVERLOADED, and HESABU_LEDGER_TAMPERED where a frozen statement is not as it was. */
export async function bookedDay(
  { ledger, statementFiles, clock }: Parts,
  date: string,
  age: Age = 'as kept',
): Promise<BookedDay> {
  await ledger.loop.catchUp();
  const day = dayOfDate(date);
  const periods = await ledger.statements.periods();
  const closed = closedDays(periods);
  // Of a day that is closed for all merchants nothing is worked out.
  const isClosed = closeOfDay(closed, EVERY_MERCHANT, date) !== undefined;
  const {
    asOf,
    statements: sums,
    heads,
  } = isClosed ? none(ledger.reader.asOf) : await sumsSince(ledger, day, closed, age);
  const frozen = await readFrozenFiles(closesAbout(closed, day), statementFiles);
  const { rules } = ledger.loop;
  // Nothing that was said up to now is left to read.
  const now = Math.max(asOf, clock.now());
  const over = now >= compileRules(rules).calendar.startOf(day + 1);
  const statements = bookedStatements(sums, day, closed, frozen);
  return { statements, asOf, over, zone: rules.zone, heads, periods, closed };
}
