// Courses from the bytes of packed keys against those that the general code makes of the same claims.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Claim, isFromSource, type SourceBody } from '../../../src/domain/fact.ts';
import { keyCourse } from '../../../src/matching/key-course.ts';
import { type CompiledRules, compileRules, parseRules } from '../../../src/matching/rules.ts';
import { COURSE_MAX } from '../../../src/projections/day-sums/part-courses.ts';
import { PlainCourses } from '../../../src/projections/day-sums/plain-courses.ts';
import { isEven } from '../../../src/projections/day-sums/residuals.ts';
import { ownerAt } from '../../../src/projections/statement-keys.ts';
import { callback, line, order, poll, t } from '../../matching/given.ts';
import { BEGIN } from '../../task/given-sales.ts';
import { drawArrivals, drawRules, wavesOf } from '../../task/given-shops.ts';
import { END, type Keyed, Running, rulesOf } from '../../task/world.ts';

const RUNS = Number(process.env.HESABU_TEST_DAYS ?? 40);
const HOUR = 3_600_000;
const FIRST = callback({ payment: 'T-1' });
const SECOND = poll({ payment: null, request_id: 'R-1' });
const BOTH = line({ payment: 'T-1', request_id: 'R-1' });

/** Compares all keys, and returns of how many the course was told from the bytes. */
function compared({ group }: Running, rules: CompiledRules, now: number): number {
  const plain = new PlainCourses(rules, COURSE_MAX);
  let told = 0;
  for (const task of group.tasks) {
    const { table } = task;
    for (let slot = 0; slot < table.count; slot++) {
      if (table.packed?.has(slot) !== true) continue;
      const course = plain.courseOf(table.recordOf(slot), now);
      if (course === undefined) continue;
      told++;
      const expected = keyCourse(table.keys.keyOf(slot), task.stateAt(slot), rules, now);
      expect(course).toEqual({ owner: ownerAt(task, slot), ...expected });
      expect(isEven(expected.steps)).toBe(true);
    }
  }
  return told;
}

describe('the course of a packed key', () => {
  test('is what the general code makes of it, under any rules and as of any time', async () => {
    let told = 0;
    await fc.assert(
      fc.asyncProperty(fc.gen(), async (draw) => {
        const rules = compileRules(parseRules(drawRules(draw)));
        const others = compileRules(parseRules(drawRules(draw)));
        const running = new Running(1);
        let asOf = BEGIN + draw(fc.nat, 96) * HOUR;
        for (const arrivals of wavesOf(drawArrivals(draw, rules))) {
          await running.append(
            arrivals.flatMap(({ key, claim }): Keyed[] => (isFromSource(claim) ? [{ key, claim } as Keyed] : [])),
            5,
          );
          await running.advance(asOf, rules);
          told += compared(running, rules, asOf);
          asOf += draw(fc.nat, 24) * HOUR;
        }
        told += compared(running, rules, asOf + draw(fc.nat, 200) * HOUR);
        compared(running, others, asOf);
      }),
      { numRuns: RUNS, endOnFailure: true },
    );
    expect(told).toBeGreaterThan(RUNS);
  });

  test.each<[string, Claim<SourceBody>[]]>([
    [
      'whose order stands as paid since another day',
      [order({ expires_at: t('2 08:01'), status: 'paid', status_at: t('3 08:00') }), callback(), line()],
    ],
    ['whose line alone joins what was seen of it', [order(), FIRST, SECOND, BOTH]],
  ])('is left to the general code %s', async (_, claims) => {
    const running = new Running(1);
    const rules = rulesOf({});
    await running.append(
      claims.map((claim) => ({ key: 'A-1', claim })),
      5,
    );
    await running.advance(END, rules);
    expect(running.group.tasks[0]!.table.packed?.has(0)).toBe(true);
    expect(compared(running, rules, END)).toBe(0);
  });
});
