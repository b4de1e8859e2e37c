// The course of a key: what it adds to the statements of all days, as the steps from day to day. Sums of days are kept
// from courses, so that a statement needs no pass over all keys.

import { type Calendar, type Day, dayOfDate } from '../domain/calendar.ts';
import { addDecimal, type Decimal, negated } from '../domain/decimal.ts';
import type { Instant } from '../domain/time.ts';
import type { PaymentState } from './evolve.ts';
import type { Movement, MovementKind } from './movements.ts';
import type { CompiledRules } from './rules.ts';
import { daysOfState, stateUntil } from './state-until.ts';
import { type Explanation, keyStand, type Remainder } from './statement-parts.ts';

/** What moved, in all of its facts. */
export interface Moved {
  readonly what: MovementKind;
  readonly currency: string;
  /** Zero where other facts say the same sum. */
  readonly amount: Decimal;
}

/** A remainder with the day since which its finding holds. */
export interface Left {
  readonly side: Remainder['side'];
  readonly currency: string;
  readonly explanation: Explanation;
  readonly since: Day | null;
  readonly amount: Decimal;
}

/** From this day on, up to the next step. */
export interface CourseStep {
  readonly day: Day;
  /** What moved since the step before. */
  readonly moved: readonly Moved[];
  /** All that is left. */
  readonly left: readonly Left[];
}

export interface KeyCourse {
  readonly steps: readonly CourseStep[];
  /** Until then time alone changes nothing of it; Infinity if it never does. */
  readonly until: Instant;
}

/** What no source dates is booked on this day: no source dates anything so early. */
export const FIRST_DAY: Day = dayOfDate('1970-01-01');

/**
 * Pure: what `statementPart` gives for each day, as the steps between them. `now` is the ledger's time: days that are
 * not over end then.
 */
export function keyCourse(key: string, state: PaymentState, rules: CompiledRules, now: Instant): KeyCourse {
  const { calendar } = rules;
  const today = calendar.dayOf(now);
  const days = daysOfState(state, calendar, FIRST_DAY);
  const steps: CourseStep[] = [];
  let before: readonly Movement[] = [];
  let until = Number.POSITIVE_INFINITY;
  for (const [at, first] of days.entries()) {
    const next = days[at + 1] ?? Number.POSITIVE_INFINITY;
    const known = stateUntil(state, calendar, first);
    for (let day = first; day < next; ) {
      const stand = keyStand(key, known, rules, Math.min(now, calendar.startOf(day + 1) - 1));
      addStep(steps, day, { moved: movedBetween(before, stand.movements), left: stand.remainders }, calendar);
      before = stand.movements;
      const { until: deadline } = stand;
      if (deadline === null) break;
      if (deadline > now) {
        // Days that are over ended before it.
        if (next > today) until = Math.min(until, deadline);
        break;
      }
      day = Math.max(day + 1, calendar.dayOf(deadline));
    }
  }
  return { steps, until };
}

function addStep(
  steps: CourseStep[],
  day: Day,
  { moved, left: remainders }: { readonly moved: readonly Moved[]; readonly left: readonly Remainder[] },
  calendar: Calendar,
): void {
  const left = remainders.map(({ since, ...rest }): Left => {
    return { ...rest, since: since === null ? null : calendar.dayOf(since) };
  });
  if (moved.length === 0 && isSame(steps.at(-1)?.left ?? [], left)) return;
  steps.push({ day, moved, left });
}

function isSame(some: readonly Left[], others: readonly Left[]): boolean {
  return some.length === others.length && some.every((one, at) => isEqual(one, others[at]!));
}

function isEqual(one: Left, other: Left): boolean {
  const isOfOne = one.side === other.side && one.currency === other.currency && one.explanation === other.explanation;
  return isOfOne && one.since === other.since && isSameAmount(one.amount, other.amount);
}

function isSameAmount(one: Decimal, other: Decimal): boolean {
  return one.digits === other.digits && one.scale === other.scale;
}

/** Also what comes to the same by other facts: its rows are others. */
function movedBetween(before: readonly Movement[], after: readonly Movement[]): Moved[] {
  if (before === after) return [];
  const moved: Moved[] = [];
  const add = ({ what, currency, amount }: Movement, sign: (amount: Decimal) => Decimal) => {
    const at = moved.findIndex((one) => one.what === what && one.currency === currency);
    if (at < 0) moved.push({ what, currency, amount: sign(amount) });
    else moved[at] = { what, currency, amount: addDecimal(moved[at]!.amount, sign(amount)) };
  };
  for (const movement of after) add(movement, plus);
  for (const movement of before) add(movement, negated);
  return moved.filter((one) => one.amount.digits !== 0n || !isSaidAlike(one, before, after));
}

const plus = (amount: Decimal) => amount;

function isSaidAlike({ what, currency }: Moved, before: readonly Movement[], after: readonly Movement[]): boolean {
  const isOf = (movement: Movement) => movement.what === what && movement.currency === currency;
  const [some, others] = [before.filter(isOf), after.filter(isOf)];
  if (some.length !== others.length) return false;
  return some.every((one, at) => one.fact === others[at]!.fact && isSameAmount(one.amount, others[at]!.amount));
}
