// Whether the movements of a course come to what the key itself says is left with the gateway, and where they do not.

import type { Day } from '../../domain/calendar.ts';
import { addDecimal, type Decimal, negated } from '../../domain/decimal.ts';
import type { CourseStep } from '../../matching/key-course.ts';
import { GATEWAY } from '../statement-view.ts';

const SIGNS = new Map(GATEWAY);

/** Whether there is no residual on any day, in one pass: so it is with every key. */
export function isEven(steps: readonly CourseStep[]): boolean {
  const rest = new Map<string, Decimal>();
  const add = (currency: string, amount: Decimal) => {
    const known = rest.get(currency);
    rest.set(currency, known === undefined ? amount : addDecimal(known, amount));
  };
  let before: CourseStep['left'] = [];
  for (const { moved, left } of steps) {
    for (const { what, currency, amount } of moved) {
      const sign = SIGNS.get(what);
      if (sign !== undefined) add(currency, sign === '+' ? amount : negated(amount));
    }
    for (const { side, currency, amount } of before) if (side === 'gateway') add(currency, amount);
    for (const { side, currency, amount } of left) if (side === 'gateway') add(currency, negated(amount));
    for (const { digits } of rest.values()) if (digits !== 0n) return false;
    before = left;
  }
  return true;
}

/** What the gateway owes for a key by its movements at a day's end, by currency. */
function balancesOf(steps: readonly CourseStep[], day: Day): Map<string, Decimal> {
  const balances = new Map<string, Decimal>();
  for (const { moved } of steps.filter((step) => step.day <= day)) {
    for (const { what, currency, amount } of moved) {
      const sign = SIGNS.get(what);
      if (sign === undefined) continue;
      const change = sign === '+' ? amount : negated(amount);
      balances.set(currency, addDecimal(balances.get(currency) ?? ZERO, change));
    }
  }
  return balances;
}

/** The same less what the key itself comes to, where they differ. */
export function residualsOf(steps: readonly CourseStep[], day: Day): Map<string, Decimal> {
  const residuals = balancesOf(steps, day);
  for (const { side, currency, amount } of stepOn(steps, day)?.left ?? []) {
    if (side !== 'gateway') continue;
    residuals.set(currency, addDecimal(residuals.get(currency) ?? ZERO, negated(amount)));
  }
  for (const [currency, { digits }] of residuals) if (digits === 0n) residuals.delete(currency);
  return residuals;
}

/** The step that a day is part of. */
function stepOn(steps: readonly CourseStep[], day: Day): CourseStep | undefined {
  return steps.findLast((step) => step.day <= day);
}

const ZERO: Decimal = { digits: 0n, scale: 0 };
