// The sums of days that are kept against a pass over all keys: whatever facts and decisions come, in any order and
// pieces, with time passing in between, prepared in pieces, after new rules and after a start.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dayOfDate } from '../../../src/domain/calendar.ts';
import { normalDecimal } from '../../../src/domain/decimal.ts';
import type { Instant } from '../../../src/domain/time.ts';
import { MemorySnapshotStore } from '../../../src/log/snapshots.ts';
import type { CompiledRules } from '../../../src/matching/rules.ts';
import { StatementIndex } from '../../../src/projections/day-sums/statement-index.ts';
import { type StatementRows, statementRows } from '../../../src/projections/statement-rows.ts';
import {
  isEmptyStatement,
  isExplanation,
  STATEMENT_LINES,
  statementView,
} from '../../../src/projections/statement-view.ts';
import { STATEMENT_AGES, type StatementSums, statementSums } from '../../../src/projections/statements.ts';
import { callback, order } from '../../matching/given.ts';
import { choices, DECIDED_RULES, decided } from '../../task/decided-world.ts';
import { decidedOn, choices as linkChoices, STRICT, shops } from '../../task/linked-world.ts';
import { END, type Keyed, Running, rulesOf, worlds } from '../../task/world.ts';

const DAYS = ['2026-03-01', '2026-03-02', '2026-03-03', '2026-03-06', '2026-03-09', '2026-03-20', '2026-03-25'];
const HOUR = 3_600_000;
/** `npm run soak` has more. */
const RUNS = Number(process.env.HESABU_TEST_DAYS ?? 4);
const OTHERS = rulesOf({ tolerance: { KES: '500.00' } });

function shown(sums: readonly StatementSums[]) {
  return sums.filter((one) => !isEmptyStatement(one)).map(statementView);
}

function shownRows({ rows, sums }: StatementRows) {
  const texts = [...sums].flatMap(([currency, sum]) => (sum.digits === 0n ? [] : [[currency, normalDecimal(sum, 0)]]));
  return { rows, sums: texts.sort() };
}

interface Asked {
  readonly running: Running;
  readonly index: StatementIndex;
  readonly rules: CompiledRules;
  readonly now: Instant;
}

function about({ rules, now }: Pick<Asked, 'rules' | 'now'>, date: string) {
  return { day: dayOfDate(date), now, rulesHash: rules.hash, merchants: null } as const;
}

/** In pieces of a few keys. */
function prepare({ running: { group, rules: known }, index, rules, now }: Asked, most: number): void {
  const question = { rulesHash: rules.hash, now, most };
  for (let left = 1; left > 0; ) left = index.prepare(group.tasks, (hash) => known.get(hash)!, question).left;
}

/** It reads no key of which it has a course. */
const UNREAD = () => {
  throw new Error('all keys were read');
};

function kept({ running: { group }, index, ...asked }: Asked, date: string) {
  return shown(index.ofDay(group, UNREAD, about(asked, date)).statements);
}

function read({ running: { group }, rules, now }: Asked, date: string) {
  return shown(statementSums(group.tasks, rules, about({ rules, now }, date)));
}

interface Coming {
  readonly partitions: number;
  readonly size: number;
  readonly hours: readonly number[];
  /** A key of more claims times days has no course. */
  readonly courseMax: number;
  readonly most: number;
  readonly startsAgain: boolean;
  /** After which piece the sums are kept, and the state of the tasks; the start is after the second. */
  readonly keptAfter: number;
  readonly savedAfter: number;
}

const comings: fc.Arbitrary<Coming> = fc.record({
  partitions: fc.integer({ min: 1, max: 3 }),
  size: fc.integer({ min: 4, max: 20 }),
  hours: fc.array(fc.integer({ min: 0, max: 100 }), { minLength: 3, maxLength: 3 }),
  courseMax: fc.constantFrom(20_000, 20_000, 8),
  most: fc.integer({ min: 1, max: 9 }),
  startsAgain: fc.boolean(),
  keptAfter: fc.integer({ min: 0, max: 2 }),
  savedAfter: fc.integer({ min: 0, max: 2 }),
});

async function comes(
  facts: readonly Keyed[],
  { partitions, size, hours, courseMax, most, startsAgain, keptAfter, savedAfter }: Coming,
  rules: CompiledRules,
  check: (asked: Asked) => void,
): Promise<void> {
  const running = new Running(partitions);
  const daySums = new MemorySnapshotStore();
  let index = new StatementIndex(daySums, courseMax);
  let now = END - 24 * 25 * HOUR;
  for (let at = 0, piece = 0; at < facts.length; at += size, piece++) {
    await running.append(facts.slice(at, at + size), 5);
    now = Math.min(now + hours[piece % hours.length]! * HOUR, END);
    await running.advance(now, rules);
    const asked = { running, index, rules, now };
    if (piece === 0) prepare(asked, most);
    check(asked);
    if (piece === keptAfter) index.save();
    if (piece === savedAfter) running.group.saveSnapshots();
    if (!startsAgain || piece !== 1) continue;
    index = new StatementIndex(daySums, courseMax);
    running.open(running.snapshots, index.keptAt);
    prepare({ running, index, rules, now }, most);
  }
}

describe('sums that are kept', () => {
  test('are those of a pass over all keys, with decisions and as time passes', () =>
    fc.assert(
      fc.asyncProperty(worlds, choices, comings, fc.nat(), async (world, chosen, coming, which) => {
        const facts = [...world, ...(await decided(world, chosen))];
        await comes(facts, coming, DECIDED_RULES, (asked) => {
          for (const date of [DAYS[which % DAYS.length]!, DAYS[(which + 3) % DAYS.length]!]) {
            expect(kept(asked, date)).toEqual(read(asked, date));
          }
        });
      }),
      { numRuns: RUNS },
    ));

  test('are so where money is linked', () =>
    fc.assert(
      fc.asyncProperty(shops, linkChoices, comings, async (world, chosen, coming) => {
        await comes([...world, ...(await decidedOn(world, chosen))], coming, STRICT, (asked) => {
          for (const date of ['2026-03-02', '2026-03-20']) expect(kept(asked, date)).toEqual(read(asked, date));
        });
      }),
      { numRuns: Math.ceil(RUNS / 2) },
    ));

  test('are made anew under other rules, and until then every key is read', () =>
    fc.assert(
      fc.asyncProperty(worlds, async (world) => {
        const running = new Running(2);
        const index = new StatementIndex();
        await running.append(world, 100);
        for (const rules of [DECIDED_RULES, OTHERS]) {
          await running.advance(END, rules);
          const asked = { running, index, rules, now: END };
          const { group } = running;
          const question = about(asked, '2026-03-03');
          const all = index.ofDay(group, () => rules, question);
          expect(shown(all.statements)).toEqual(read(asked, '2026-03-03'));
          prepare(asked, 3);
          expect(kept(asked, '2026-03-03')).toEqual(read(asked, '2026-03-03'));
        }
      }),
      { numRuns: 3 },
    ));
});

describe('sums that were kept over a start', () => {
  const FEW = ['A-1', 'A-2', 'A-3', 'A-4', 'A-5', 'A-6'];
  const placed = (key: string) => ({ key, claim: order({ id: `order:${key}` }) });
  const money = (key: string) => ({ key, claim: callback({ id: `ev-${key}`, payment: `P-${key}` }) });

  /** Some keys, of which all is kept; then money of one of them may come, and the process ends without a word. */
  async function ended(comesMore = true) {
    const running = new Running(2);
    const daySums = new MemorySnapshotStore();
    await running.append([...FEW.map(placed), ...FEW.slice(1).map(money)], 5);
    await running.advance(END, DECIDED_RULES);
    const index = new StatementIndex(daySums);
    prepare({ running, index, rules: DECIDED_RULES, now: END }, 3);
    index.save();
    if (comesMore) await running.append([money('A-1')], 5);
    await running.advance(END, DECIDED_RULES);
    return { running, daySums };
  }

  /** How many keys a start has to take in, and whether it then has what a pass over all keys has. */
  function started(running: Running, daySums: MemorySnapshotStore, rules = DECIDED_RULES): number {
    const index = new StatementIndex(daySums);
    const { tasks } = running.open(running.snapshots, index.keptAt);
    const question = { rulesHash: rules.hash, now: END, most: 0 };
    const { left } = index.prepare(tasks, () => rules, question);
    const asked = { running, index, rules, now: END };
    for (const date of DAYS) expect(kept(asked, date)).toEqual(read(asked, date));
    return left;
  }

  test('need only the keys that changed since', async () => {
    const { running, daySums } = await ended();
    expect(started(running, daySums)).toBe(1);
    running.group.saveSnapshots();
    // A start from them does not come by the block of the sums, where there was one since.
    const changed = running.group.tasks.find(({ table }) => table.keys.find('A-1') !== undefined)!;
    expect(started(running, daySums)).toBe(changed.table.count);
  });

  test('are kept at the end where the ledger went on', async () => {
    const { running, daySums } = await ended();
    const index = new StatementIndex(daySums);
    const group = running.open(running.snapshots, index.keptAt);
    index.prepare(group.tasks, () => DECIDED_RULES, { rulesHash: DECIDED_RULES.hash, now: END, most: 0 });
    group.saveSnapshots();
    index.save();
    // Also what was still to be taken in.
    expect(started(running, daySums)).toBe(1);
  });

  test('are not believed under other rules, with other keys, of another form, or where a key differs', async () => {
    const changed = (change: (text: string) => string) => async () => {
      const { running, daySums } = await ended(false);
      for (const { head } of running.group.tasks) {
        const { content, ...name } = daySums.load(head.partition)!;
        daySums.save(head.partition, name, [Buffer.from(change(content.toString('latin1')), 'latin1')]);
      }
      return started(running, daySums);
    };
    const { running, daySums } = await ended();
    expect(started(running, daySums, OTHERS)).toBe(FEW.length);
    expect(await changed((text) => text)()).toBe(0);
    expect(await changed((text) => text.replace(/"keys":"./, '"keys":"x'))()).toBe(FEW.length);
    expect(await changed((text) => text.replace('"format":1', '"format":0'))()).toBe(FEW.length);
    const CHUNK = 2 ** 20;
    // The second byte of the first course: how many steps it has.
    const other = (text: string) => `${text.slice(0, 1 - CHUNK)}\u0000${text.slice(2 - CHUNK)}`;
    expect(await changed(other)()).toBe(FEW.length);
  });
});

describe('rows of a kept figure', () => {
  test('are of one age and side where that is asked, on any later day', async () => {
    const running = new Running(2);
    const placed = [1, 2, 3].map((at) => ({ key: `A-${at}`, claim: order({ id: `order:A-${at}` }) }));
    const money = { key: 'A-1', claim: callback({ id: 'ev-A-1', payment: 'P-A-1' }) };
    await running.append([...placed, money], 5);
    await running.advance(END, DECIDED_RULES);
    const index = new StatementIndex();
    const asked = { running, index, rules: DECIDED_RULES, now: END };
    prepare(asked, 3);
    const found = new Set<string>();
    for (const date of DAYS) {
      for (const line of STATEMENT_LINES.filter(isExplanation)) {
        for (const [age, side] of STATEMENT_AGES.flatMap((one) => [[one, 'under'] as const, [one, 'over'] as const])) {
          const question = { ...about(asked, date), line, age, side };
          const { rows, sums } = shownRows(index.rows(running.group.tasks, UNREAD, question));
          expect({ rows, sums }).toEqual(shownRows(statementRows(running.group.tasks, DECIDED_RULES, question)));
          if (rows.length > 0) found.add(age);
        }
      }
    }
    expect(found.size).toBeGreaterThan(2);
  });

  test('are those of a pass over all keys, in pages of any size', () =>
    fc.assert(
      fc.asyncProperty(worlds, choices, comings, fc.nat(), async (world, chosen, coming, which) => {
        const facts = [...world, ...(await decided(world, chosen))];
        await comes(facts, { ...coming, size: 40 }, DECIDED_RULES, (asked) => {
          const { running, index } = asked;
          const { tasks } = running.group;
          for (const [at, line] of STATEMENT_LINES.entries()) {
            if ((at + which) % 3 > 0) continue;
            const date = DAYS[(which + at) % DAYS.length]!;
            const limit = [undefined, 1, 2, 3][(which + at) % 4];
            const age = [undefined, ...STATEMENT_AGES][(which + at) % 6];
            const side = ([undefined, 'under', 'over'] as const)[which % 3];
            let after: string | undefined;
            for (;;) {
              const question = { ...about(asked, date), line, age, side, limit, after };
              const found = index.rows(tasks, UNREAD, question);
              expect(shownRows(found)).toEqual(shownRows(statementRows(tasks, asked.rules, question)));
              const last = limit === undefined ? undefined : found.rows[limit - 1]?.key;
              if (last === undefined) break;
              after = last;
            }
          }
        });
      }),
      { numRuns: Math.ceil(RUNS / 3) },
    ));
});
