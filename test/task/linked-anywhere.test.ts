// What must hold of links in any world: the same outcome in any order, an end, and money that counts once.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dayOfDate } from '../../src/domain/calendar.ts';
import { addDecimal, decimalOf, negated } from '../../src/domain/decimal.ts';
import { balanceOf, movesOf } from '../../src/matching/movements.ts';
import { compileRules, parseRules } from '../../src/matching/rules.ts';
import { statementView } from '../../src/projections/statement-view.ts';
import { statementSums } from '../../src/projections/statements.ts';
import { type Proposed, rejected, SERVICE } from '../matching/given-decisions.ts';
import { at, choices, decidedOn, STRICT, shops } from './linked-world.ts';
import { type Coming, comings, END, type Keyed, Running, run, shuffled } from './world.ts';

const WHOLE: Coming = { partitions: 3, pieces: 1, batch: 100 };
const WORLDS = Number(process.env.HESABU_TEST_WORLDS ?? 3);

/** What all keys together have on the account of links, by currency. */
function linkedIn(running: Running): Record<string, { balance: string; out: string }> {
  const moves = running.group.tasks.flatMap((task) =>
    Array.from({ length: task.table.count }, (_, slot) => {
      return movesOf(task.table.keys.keyOf(slot), task.stateAt(slot), STRICT, END).movements;
    }).flat(),
  );
  return Object.fromEntries(
    ['KES', 'UGX'].map((currency) => {
      const out = moves.filter(({ what }) => what === 'linked_out');
      const of = (list: typeof moves) => `${balanceOf(list, 'links', currency).digits}`;
      return [currency, { balance: of(moves), out: of(out) }];
    }),
  );
}

/** Under these more is open, and needs nobody. */
const OTHER = compileRules(
  parseRules({ grace: { order: 'PT0S' }, review: { threshold: { KES: '9000.00' } }, decision_keys: [SERVICE.signer] }),
);

/** Lets a ledger advance until it has made so many commits, and no further. */
async function dyingAfter(commits: number, running: Running): Promise<void> {
  const { log } = running;
  const append = log.append.bind(log);
  let left = commits;
  log.append = async (batches) => {
    if (left-- === 0) throw new Error('killed');
    return append(batches);
  };
  try {
    await running.advance(END, STRICT);
  } catch (error) {
    expect((error as Error).message).toBe('killed');
  } finally {
    log.append = append;
  }
}

describe('links in any world', () => {
  test('give the same outcome in any order, repetition, pieces and partitions, under rules in between, and end', () =>
    fc.assert(
      fc.asyncProperty(shops, choices, comings, fc.integer(), async (world, chosen, coming, seed) => {
        const all = [...world, ...(await decidedOn(world, chosen))];
        const [again] = fc.sample(shuffled(all), { numRuns: 1, seed });
        const [once, other] = [await run(all, WHOLE, STRICT), await run(again!, coming, STRICT, [OTHER, STRICT])];
        expect(other.standings).toEqual(once.standings);
        expect(other.root).toBe(once.root);
      }),
      { numRuns: WORLDS },
    ));

  test('move no payment, and what one key links away others have to the cent', () =>
    fc.assert(
      fc.asyncProperty(shops, choices, async (world, chosen) => {
        const decisions = await decidedOn(world, chosen);
        const [before, after] = [await run(world, WHOLE, STRICT), await run([...world, ...decisions], WHOLE, STRICT)];
        for (const [currency, { received, returned }] of before.overview.all.money) {
          expect(after.overview.all.money.get(currency)).toMatchObject({ received, returned });
        }
        for (const { balance } of Object.values(linkedIn(after))) expect(balance).toBe('0');
        const day = { day: dayOfDate('2026-03-20'), now: END, rulesHash: '', merchants: null };
        for (const { residual, bridge } of statementSums(after.group.tasks, STRICT, day).map(statementView)) {
          expect(decimalOf(residual).digits).toBe(0n);
          const { agreed, explained, difference } = bridge;
          const signs = agreed.map(({ sign, value }) => (sign === '-' ? negated(decimalOf(value)) : decimalOf(value)));
          const parts = [...signs, ...explained.map(({ value }) => decimalOf(value)), negated(decimalOf(difference))];
          expect(parts.reduce(addDecimal).digits).toBe(0n);
        }
      }),
      { numRuns: WORLDS },
    ));

  test('change no statement of a day before people decided, so none that is closed', () =>
    fc.assert(
      fc.asyncProperty(shops, choices, async (world, chosen) => {
        const decisions = await decidedOn(world, chosen);
        const [before, after] = [await run(world, WHOLE, STRICT), await run([...world, ...decisions], WHOLE, STRICT)];
        const day = { day: dayOfDate('2026-03-19'), now: END, rulesHash: '', merchants: null };
        const of = ({ group }: Running) => statementSums(group.tasks, STRICT, day).map(statementView);
        expect(of(after)).toEqual(of(before));
      }),
      { numRuns: WORLDS },
    ));

  test('that were all rejected leave every key as it was', () =>
    fc.assert(
      fc.asyncProperty(shops, choices, async (world, chosen) => {
        const decisions = (await decidedOn(world, chosen)).filter(
          ({ claim: { body } }) => !('kind' in body) || body.kind === 'link',
        );
        const rejections = decisions.flatMap(({ key, claim }): Keyed[] => {
          return claim.body.type === 'ResolutionProposed'
            ? [at(key, rejected(claim as Proposed, { about: key, merchant: claim.merchant, key: `all ${claim.id}` }))]
            : [];
        });
        const after = await run([...world, ...decisions, ...rejections], WHOLE, STRICT);
        expect(after.standings).toEqual((await run(world, WHOLE, STRICT)).standings);
      }),
      { numRuns: Math.ceil(WORLDS / 2) },
    ));

  test('are the same after a process was killed between the two keys, and another one went on', () =>
    fc.assert(
      fc.asyncProperty(shops, choices, fc.integer({ min: 0, max: 9 }), async (world, chosen, commits) => {
        const decisions = await decidedOn(world, chosen);
        const killed = new Running(3);
        await killed.append(world, 7);
        await killed.advance(END, STRICT);
        await killed.append(decisions, 7);
        await dyingAfter(commits, killed);
        killed.open();
        await killed.advance(END, STRICT);
        const whole = await run([...world, ...decisions], WHOLE, STRICT);
        expect(killed.standings).toEqual(whole.standings);
        expect(killed.root).toBe(whole.root);
      }),
      { numRuns: WORLDS },
    ));

  test('are executed again to the same bytes', () =>
    fc.assert(
      fc.asyncProperty(shops, choices, comings, async (world, chosen, coming) => {
        const all = [...world, ...(await decidedOn(world, chosen))];
        (await run(all, coming, STRICT)).replay();
      }),
      { numRuns: Math.ceil(WORLDS / 2) },
    ));

  test('happen: some hold, and some of the money goes over several orders', async () => {
    let moved = 0n;
    for (const [world, chosen] of fc.sample(fc.tuple(shops, choices), { numRuns: 10, seed: 7 })) {
      const running = await run([...world, ...(await decidedOn(world, chosen))], WHOLE, STRICT);
      for (const { out } of Object.values(linkedIn(running))) if (out !== '0') moved++;
    }
    expect(moved).toBeGreaterThan(2n);
  });
});
