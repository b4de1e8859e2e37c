// What must hold of the statements of every day over arbitrary worlds with decisions: movements are double entry, each
// figure is the sum of its rows, a day opens as the one before closed, and nothing is left unexplained.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dateOfDay, dayOfDate } from '../../src/domain/calendar.ts';
import { addDecimal, type Decimal, decimalOf, negated } from '../../src/domain/decimal.ts';
import type { Instant } from '../../src/domain/time.ts';
import { type CompiledRules, compileRules, parseRules } from '../../src/matching/rules.ts';
import { type StatementLine, statementRows } from '../../src/projections/statement-rows.ts';
import { type Statement, statementView } from '../../src/projections/statement-view.ts';
import { statementSums } from '../../src/projections/statements.ts';
import { rulesInputs } from '../matching/claim-pools.ts';
import { choices, DECIDED_RULES, decided } from './decided-world.ts';
import { type Coming, comings, END, type Running, run, shuffled, worlds } from './world.ts';

const WHOLE: Coming = { partitions: 3, pieces: 1, batch: 100 };
const DAYS = ['2026-03-01', '2026-03-02', '2026-03-03', '2026-03-04', '2026-03-09', '2026-03-20', '2026-03-25'];

function questionOf(date: string, now: Instant) {
  return { day: dayOfDate(date), now, rulesHash: '', merchants: null } as const;
}

function statementsOf({ group }: Running, rules: CompiledRules, date: string, now = END): Statement[] {
  return statementSums(group.tasks, rules, questionOf(date, now)).map(statementView);
}

function sumOf(amounts: readonly Decimal[]): string {
  const { digits, scale } = amounts.reduce(addDecimal, { digits: 0n, scale: 0 });
  return digits === 0n ? '0' : `${digits} at ${scale}`;
}

/** Each statement that leaves something, or whose figures do not add up. */
function faultsOf(statements: readonly Statement[]): string[] {
  return statements.flatMap((statement) => {
    const { gateway, bridge, residual, residual_keys } = statement;
    const signed = ({ sign, value }: { sign: '+' | '-'; value: string }) =>
      sign === '+' ? decimalOf(value) : negated(decimalOf(value));
    const owed = sumOf([decimalOf(gateway.opening), ...gateway.moves.map(signed), negated(decimalOf(gateway.closing))]);
    const begun = sumOf([...bridge.begins.map(signed), negated(decimalOf(bridge.difference))]);
    const parts = [...bridge.agreed.map(signed), ...bridge.explained.map(({ value }) => decimalOf(value))];
    const rest = sumOf([...parts, negated(decimalOf(bridge.difference))]);
    const isEven = decimalOf(residual).digits === 0n && residual_keys.length === 0;
    const even = isEven && [owed, begun, rest].every((left) => left === '0');
    return even ? [] : [JSON.stringify({ owed, begun, rest, statement })];
  });
}

function closings(statements: readonly Statement[]) {
  return new Map(statements.map((one) => [`${one.merchant} ${one.provider} ${one.currency}`, one.gateway.closing]));
}

describe('the statements of any day', () => {
  test('add up, leave nothing, and open as the day before closed', () =>
    fc.assert(
      fc.asyncProperty(worlds, rulesInputs, async (world, input) => {
        const rules = compileRules(parseRules(input));
        const running = await run(world, WHOLE, rules);
        for (const date of DAYS) {
          const statements = statementsOf(running, rules, date);
          expect(faultsOf(statements)).toEqual([]);
          const before = closings(statementsOf(running, rules, dateOfDay(dayOfDate(date) - 1)));
          for (const { merchant, provider, currency, gateway } of statements) {
            const closed = before.get(`${merchant} ${provider} ${currency}`) ?? '0';
            expect(sumOf([decimalOf(gateway.opening), negated(decimalOf(closed))])).toBe('0');
          }
        }
      }),
      { numRuns: 12 },
    ));

  test('do so with decisions, in the middle of a day too', () =>
    fc.assert(
      fc.asyncProperty(worlds, choices, fc.integer({ min: 0, max: 23 }), async (world, chosen, hours) => {
        const running = await run([...world, ...(await decided(world, chosen))], WHOLE, DECIDED_RULES);
        const now = END - hours * 3_600_000;
        for (const date of DAYS.slice(-3)) {
          expect(faultsOf(statementsOf(running, DECIDED_RULES, date, now))).toEqual([]);
        }
      }),
      { numRuns: 6 },
    ));

  test('are the same in whatever order, repetition and pieces the facts came', () =>
    fc.assert(
      fc.asyncProperty(worlds, comings, fc.integer(), async (world, coming, seed) => {
        const [again] = fc.sample(shuffled(world), { numRuns: 1, seed });
        const [once, other] = [await run(world, WHOLE, DECIDED_RULES), await run(again!, coming, DECIDED_RULES)];
        for (const date of DAYS.slice(1, 4)) {
          expect(statementsOf(other, DECIDED_RULES, date)).toEqual(statementsOf(once, DECIDED_RULES, date));
        }
      }),
      { numRuns: 6 },
    ));

  test('have no figure that is not the sum of its rows, and no count that is not their number', () =>
    fc.assert(
      fc.asyncProperty(worlds, choices, async (world, chosen) => {
        const running = await run([...world, ...(await decided(world, chosen))], WHOLE, DECIDED_RULES);
        for (const date of ['2026-03-03', '2026-03-25']) {
          for (const statement of statementsOf(running, DECIDED_RULES, date)) {
            for (const [line, value] of figuresOf(statement)) {
              const asked = { ...questionOf(date, END), ...nameOf(statement), line };
              const found = statementRows(running.group.tasks, DECIDED_RULES, asked);
              const rows = found.rows.map(({ amount }) => amount);
              expect(sumOf([...found.sums.values(), negated(value)])).toBe('0');
              expect(sumOf([...rows, negated(value)]), `${date} ${line}`).toBe('0');
            }
            for (const { line, side, count } of statement.bridge.explained) {
              const asked = { ...questionOf(date, END), ...nameOf(statement), line, side };
              const { rows } = statementRows(running.group.tasks, DECIDED_RULES, asked);
              expect(rows, `${date} ${line} ${side}`).toHaveLength(count);
            }
          }
        }
      }),
      { numRuns: 2 },
    ));
});

function nameOf({ merchant, provider, currency }: Statement) {
  return { merchant, provider, currency };
}

function figuresOf({ gateway, bridge, clearing }: Statement): Map<StatementLine, Decimal> {
  const figures = new Map<StatementLine, Decimal>();
  const add = (line: StatementLine, value: string) => {
    figures.set(line, addDecimal(figures.get(line) ?? { digits: 0n, scale: 0 }, decimalOf(value)));
  };
  add('opening', gateway.opening);
  add('closing', gateway.closing);
  // One figure may be in two places.
  const moved = new Map(
    [...gateway.moves, ...bridge.begins, ...bridge.agreed, ...clearing].map((one) => [one.line, one]),
  );
  for (const { line, value } of moved.values()) add(line, value);
  for (const { line, value } of bridge.explained) add(line, value);
  return figures;
}
