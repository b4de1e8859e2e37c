// The course of a key against what the key adds to the statement of each day, worked out for that day alone.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { dateOfDay, dayOfDate } from '../../src/domain/calendar.ts';
import { addDecimal, type Decimal } from '../../src/domain/decimal.ts';
import type { PaymentState } from '../../src/matching/evolve.ts';
import { type KeyCourse, keyCourse } from '../../src/matching/key-course.ts';
import { type CompiledRules, compileRules, parseRules } from '../../src/matching/rules.ts';
import { statementPart } from '../../src/matching/statement-parts.ts';
import { claimSets, rulesInputs } from './claim-pools.ts';
import { callback, fold, line, order, t, told } from './given.ts';

/** `npm run soak` has more. */
const RUNS = 20 * Number(process.env.HESABU_TEST_DAYS ?? 4);
const DAYS = ['2026-03-01', '2026-03-02', '2026-03-03', '2026-03-04', '2026-03-06', '2026-03-07', '2026-03-20'];

type Amounts = Record<string, string>;

function summed(amounts: readonly (readonly [name: string, amount: Decimal])[]): Amounts {
  const sums = new Map<string, Decimal>();
  for (const [name, amount] of amounts) sums.set(name, addDecimal(sums.get(name) ?? { digits: 0n, scale: 0 }, amount));
  const shown = [...sums].filter(([, { digits }]) => digits !== 0n).sort();
  return Object.fromEntries(shown.map(([name, { digits, scale }]) => [name, `${digits * 10n ** BigInt(9 - scale)}`]));
}

/** What the course says of a day. */
function byCourse({ steps }: KeyCourse, date: string) {
  const until = steps.filter(({ day }) => day <= dayOfDate(date));
  const moved = until.flatMap((step) => step.moved.map((one) => [`${one.what} ${one.currency}`, one.amount] as const));
  const left = (until.at(-1)?.left ?? []).map(({ amount, ...one }) => [JSON.stringify(one), amount] as const);
  return { moved: summed(moved), left: summed(left) };
}

/** What the key adds to the statement of that day. */
function byDay(state: PaymentState, rules: CompiledRules, date: string, now: number) {
  const { until, remainders } = statementPart('A-1', state, rules, dayOfDate(date), now);
  const moved = until.map((one) => [`${one.what} ${one.currency}`, one.amount] as const);
  const left = remainders.map(({ side, currency, explanation, since, amount }) => {
    const day = since === null ? null : rules.calendar.dayOf(since);
    return [JSON.stringify({ side, currency, explanation, since: day }), amount] as const;
  });
  return { moved: summed(moved), left: summed(left) };
}

const times = fc.constantFrom(t('1 12:00'), t('2 08:02'), t('2 20:00'), t('3 12:00'), t('7 10:00'), t('25 00:00'));

test('it says of each day what the key adds to its statement', () =>
  fc.assert(
    fc.property(claimSets, rulesInputs, times, (claims, input, now) => {
      const [state, rules] = [fold(claims), compileRules(parseRules(input))];
      const course = keyCourse('A-1', state, rules, now);
      for (const date of DAYS) {
        expect({ date, ...byCourse(course, date) }).toEqual({ date, ...byDay(state, rules, date, now) });
      }
    }),
    { numRuns: RUNS },
  ));

test('it holds until the time that it names', () =>
  fc.assert(
    fc.property(claimSets, rulesInputs, times, fc.nat({ max: 30 * 24 }), (claims, input, now, hours) => {
      const [state, rules] = [fold(claims), compileRules(parseRules(input))];
      const course = keyCourse('A-1', state, rules, now);
      const later = Math.min(now + hours * 3_600_000, course.until - 1);
      for (const date of DAYS) {
        expect({ date, ...byCourse(course, date) }).toEqual({ date, ...byDay(state, rules, date, later) });
      }
    }),
    { numRuns: RUNS },
  ));

test('an order that is paid and settled has a step for each day', () => {
  const rules = compileRules(parseRules({}));
  const state = fold([
    order({ placed_at: t('2 08:00'), expires_at: t('4 08:00') }),
    callback({ at: t('3 08:00') }),
    line({ settlement_date: '2026-03-04', fee: '15.00' }),
  ]);
  const { steps, until } = keyCourse('A-1', state, rules, t('25 00:00'));
  expect(until).toBe(Number.POSITIVE_INFINITY);
  expect(steps.map(({ day, moved, left }) => [dateOfDay(day), moved.map(({ what }) => what), left.length])).toEqual([
    ['2026-03-02', ['ordered'], 1],
    ['2026-03-03', ['received'], 1],
    ['2026-03-04', ['fee', 'settled'], 0],
  ]);
});

test('an order is to be paid until it expires, also where a break hides that deadline', () => {
  const rules = compileRules(parseRules({}));
  const holder = { holder: 'R-2', isHere: false, rank: [1, 0, 1, 1] };
  const paid = callback({ at: null, amount: null, currency: null });
  const state = fold([order({ expires_at: t('3 08:00') }), paid, told('holder', '?mfs-africa:P1', holder)]);
  const { steps } = keyCourse('A-1', state, rules, t('25 00:00'));
  const moved = steps.flatMap((step) =>
    step.moved.map(({ what, amount }) => [dateOfDay(step.day), what, amount.digits]),
  );
  expect(moved).toEqual([
    ['2026-03-02', 'ordered', 100_000n],
    ['2026-03-03', 'ordered', -100_000n],
  ]);
});
