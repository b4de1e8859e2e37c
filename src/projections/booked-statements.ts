// The statements of a day as they are booked: what is closed as it was frozen, and on the first open day what came late
// of the closed ones. So a day opens as the day before closed, whatever comes in between. Pure.

import { type Day, dateOfDay } from '../domain/calendar.ts';
import { addDecimal, decimalOf, negated } from '../domain/decimal.ts';
import type { ClosedHead } from '../domain/decision.ts';
import { MOVEMENT_KINDS } from '../matching/movements.ts';
import { type ClosedDay, closeOfDay, lastClosed } from './closed-days.ts';
import { type FrozenHead, type FrozenPart, frozenText, totalOf, totalsText } from './frozen-statement.ts';
import { amountText, isEmptyStatement, type Statement, statementView } from './statement-view.ts';
import { emptySums, type StatementSums, type Sums } from './statements.ts';

export interface BookedStatement extends FrozenPart {
  /** The close that froze it; null while its day is open. */
  readonly closed: ClosedDay | null;
}

/** The closes whose frozen statements are needed for a day. */
export function closesAbout(closed: readonly ClosedDay[], day: Day): ClosedDay[] {
  const days = [dateOfDay(day), dateOfDay(day - 1)];
  return closed.filter((one) => days.includes(one.day));
}

type Group = Pick<Statement, 'merchant' | 'provider' | 'currency'>;

function nameOf({ merchant, provider, currency }: Group): string {
  return [merchant, provider, currency].join('\n');
}

/**
 * `frozen` gives the parts of a close's statements. `isAsked` leaves out groups that nobody asked for, which the sums
 * have not either.
 */
export function bookedStatements(
  sums: readonly StatementSums[],
  day: Day,
  closed: readonly ClosedDay[],
  frozen: (close: ClosedDay) => readonly FrozenPart[],
  isAsked: (group: Group) => boolean = () => true,
): BookedStatement[] {
  const [date, before] = [dateOfDay(day), dateOfDay(day - 1)];
  const booked = new Map<string, BookedStatement>();
  const open = new Map<string, StatementSums>();
  for (const one of sums) {
    if (closeOfDay(closed, one.merchant, date) === undefined) open.set(nameOf(one), one);
  }
  for (const close of closesAbout(closed, day)) {
    for (const part of frozen(close)) {
      const { statement } = part;
      const name = nameOf(statement);
      if (!isAsked(statement)) continue;
      if (close.day === date) {
        if (closeOfDay(closed, statement.merchant, date) === close) booked.set(name, { ...part, closed: close });
        continue;
      }
      const isFirstOpen = lastClosed(closed, statement.merchant) === before;
      if (!isFirstOpen || closeOfDay(closed, statement.merchant, before) !== close) continue;
      const { merchant, provider, currency } = statement;
      open.set(name, withLate(open.get(name) ?? emptySums(merchant, provider, currency), part));
    }
  }
  // What there was nothing of when the day before was closed is late as a whole.
  for (const [name, one] of open) {
    if (one.late === undefined && lastClosed(closed, one.merchant) === before) open.set(name, withLate(one, undefined));
  }
  for (const [name, one] of open) {
    if (isEmptyStatement(one)) continue;
    booked.set(name, { statement: statementView(one), totals: totalsText(one.total, one.currency), closed: null });
  }
  return [...booked].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, one]) => one);
}

/** What moved before the day and was not frozen. */
function withLate(sums: StatementSums, part: FrozenPart | undefined): StatementSums {
  const late = Object.fromEntries(
    MOVEMENT_KINDS.map((kind) => {
      const before = addDecimal(sums.total[kind], negated(sums.day[kind]));
      return [kind, part === undefined ? before : addDecimal(before, negated(totalOf(part, kind)))];
    }),
  ) as Sums;
  return { ...sums, late };
}

/** What a close is about: a file for each network and currency. */
export interface FrozenFile extends Pick<FrozenHead, 'provider' | 'currency'> {
  readonly text: string;
  readonly opening: string;
  readonly closing: string;
}

/** The files of a close, of all merchants' statements or of one's. */
export function frozenFiles(
  booked: readonly BookedStatement[],
  about: Omit<FrozenHead, 'provider' | 'currency' | 'heads'> & { readonly heads: readonly ClosedHead[] },
): FrozenFile[] {
  const groups = Map.groupBy(booked, ({ statement: { provider, currency } }) => JSON.stringify([provider, currency]));
  return [...groups.values()].map((group) => {
    const { provider, currency } = group[0]!.statement;
    const parts = group.map(({ statement, totals }): FrozenPart => ({ statement, totals }));
    const sumOf = (name: 'opening' | 'closing') => {
      const amounts = group.map(({ statement }) => decimalOf(statement.gateway[name]));
      return amountText(amounts.reduce(addDecimal), currency);
    };
    const text = frozenText({ ...about, provider, currency }, parts);
    return { provider, currency, text, opening: sumOf('opening'), closing: sumOf('closing') };
  });
}
