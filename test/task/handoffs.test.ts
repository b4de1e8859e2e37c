// What keys tell each other: one payment counts once, wherever its facts lie and in whatever order they come.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Claim, SourceBody } from '../../src/domain/fact.ts';
import { isFromSource } from '../../src/domain/fact.ts';
import { identityOf, isAboutPayment } from '../../src/domain/payment-ids.ts';
import { readPayout } from '../../src/matching/payouts.ts';
import { claimSets } from '../matching/claim-pools.ts';
import { callback, line, order, poll } from '../matching/given.ts';
import { type Coming, comings, END, type Keyed, Running, rulesOf, run, shuffled } from './world.ts';

const RULES = rulesOf({});
const SAMPLE = Number(process.env.HESABU_TEST_WORLDS ?? 10);

/** Where a source puts a claim: under a reference, or under its first id where it names none. */
function placed(reference: string | null, claim: Claim<SourceBody>): Keyed | undefined {
  if (reference !== null) return { key: reference, claim };
  if (!isAboutPayment(claim.body)) return undefined;
  const key = identityOf(
    claim.provider,
    claim.body,
    claim.body.original_transaction_id === null ? 'payment' : 'return',
  );
  return key === undefined ? undefined : { key, claim };
}

/** Facts about a few payments under a few references, some of them without any. */
const worlds: fc.Arbitrary<Keyed[]> = fc
  .array(fc.tuple(fc.constantFrom('A-1', 'A-2', 'b', null, null), claimSets), { maxLength: 5 })
  .map((sets) =>
    sets.flatMap(([reference, claims], at) => {
      return claims
        .filter(isFromSource)
        .map((claim) => placed(reference, { ...claim, id: `${claim.id}-${at}`, forwarded: false }))
        .filter((each) => each !== undefined);
    }),
  );

describe('the outcome', () => {
  test(`is one in any order, with repeats, in any pieces and partitions: ${SAMPLE} books`, async () => {
    const ways = fc.tuple(comings, comings);
    await fc.assert(
      fc.asyncProperty(
        worlds.chain((world) => fc.tuple(fc.constant(world), shuffled(world))),
        ways,
        async ([world, again], [one, other]: [Coming, Coming]) => {
          const first = await run(world, one, RULES);
          const second = await run(again, other, RULES);
          expect(second.standings).toEqual(first.standings);
          expect(second.root).toBe(first.root);
        },
      ),
      { numRuns: SAMPLE },
    );
  }, 600_000);
});

test('what keys tell each other comes to an end where only an unsigned callback has the reference', async () => {
  const none = { amount: null, currency: null, at: null };
  const facts: Keyed[] = [
    { key: 'A-1', claim: callback({ id: 'e1', hint: true, ...none }) },
    { key: '?mfs-africa:P1', claim: callback({ id: 'e2', request_id: 'W2', ...none }) },
    { key: '?mfs-africa:P1', claim: callback({ id: 'e3', ...none }) },
    { key: '?mfs-africa:R1', claim: callback({ id: 'e3', payment: 'R1', request_id: 'W2', original: 'P1', ...none }) },
  ];
  const { standings } = await run(facts, { partitions: 1, pieces: 1, batch: 1 }, RULES);
  expect(standings.map(({ key }) => key)).toContain('A-1');
});

describe('a payout', () => {
  test('has each line once, under however many keys it came', async () => {
    const places = fc.array(fc.tuple(fc.constantFrom('A-1', 'A-2', null), fc.integer({ min: 0, max: 4 })));
    await fc.assert(
      fc.asyncProperty(places, comings, async (lines, coming) => {
        const facts = lines.map(([reference, at]): Keyed => {
          const claim = line({
            id: `l${at}`,
            payment: `P${at % 3}`,
            payout: 'PAY-9',
            gross: `${at + 1}00.00`,
            fee: '1.50',
          });
          return { key: reference ?? `?mfs-africa:P${at % 3}`, claim };
        });
        const distinct = [...new Set(lines.map(([, at]) => at))];
        const { group } = await run(facts, coming, RULES);
        const [sums] = group.tasks.flatMap((task) => {
          const slot = task.table.keys.find('!mfs-africa:PAY-9');
          return slot === undefined ? [] : readPayout(task.stateAt(slot)).sums;
        });
        const gross = distinct.reduce((sum, at) => sum + (at + 1) * 100, 0);
        const expected = { lines: distinct.length, gross: `${gross}.00`, fees: (distinct.length * 1.5).toFixed(2) };
        if (distinct.length === 0) expect(sums).toBeUndefined();
        else expect(sums!.part).toMatchObject(expected);
      }),
      { numRuns: SAMPLE },
    );
  }, 600_000);
});

describe('over keys', () => {
  const stood = async (facts: readonly Keyed[]) => {
    const ways = [facts, [...facts].reverse()].map((some) => run(some, { partitions: 3, pieces: 3, batch: 1 }, RULES));
    const [one, other] = await Promise.all(ways);
    expect(other!.root).toBe(one!.root);
    return one!.standings.map(({ key, standing, reasons }) => [key, standing, ...reasons]);
  };

  test('a further id brings a line without a reference to the reference that knows it', async () => {
    const named = callback({ payment: 'P1', aliases: { session: 'S1', receipt: 'R9' } });
    const settled = line({ payment: 'L1', aliases: { receipt: 'R9' } });
    const facts = [
      { key: 'A-1', claim: order() },
      { key: 'A-1', claim: named },
      { key: '?mfs-africa:L1', claim: settled },
    ];
    expect(await stood(facts)).toEqual([['A-1', 'matched']]);
  });

  test('one number of two series is two payments, also where both lie under it without a reference', async () => {
    const request = { payment: null, request_id: '123', series: { request_id: 'request' } } as const;
    const small = { amount: '900.00' } as const;
    const facts = [
      { key: 'A-1', claim: order() },
      { key: 'A-1', claim: callback({ payment: '123' }) },
      { key: 'A-2', claim: order({ id: 'order:A-2', ...small }) },
      { key: 'A-2', claim: poll({ ...request, ...small, id: 'asked', status: 'pending' }) },
      // Both lie under the number, which is all that people see.
      { key: '?mfs-africa:123', claim: line({ payment: '123' }) },
      { key: '?mfs-africa:123', claim: line({ ...request, id: 'of-request', gross: '900.00' }) },
    ];
    expect(await stood(facts)).toEqual([
      ['A-1', 'matched'],
      ['A-2', 'matched'],
    ]);
    expect(await stood(facts.filter(({ key }) => key !== 'A-2'))).toEqual([
      ['?mfs-africa:123', 'unmatched', 'ORDER_MISSING'],
      ['A-1', 'matched'],
    ]);
    expect(await stood(facts.filter(({ claim }) => claim.body.type !== 'OrderPlaced'))).toEqual([
      ['A-1', 'unmatched', 'ORDER_MISSING'],
      ['A-2', 'unmatched', 'ORDER_MISSING'],
    ]);
  });

  test('a callback that nobody signed takes no payment to the order that it names', async () => {
    const facts = [
      { key: 'A-1', claim: order({ id: 'order:A-1', amount: '900.00' }) },
      { key: 'A-1', claim: callback({ payment: 'P1' }) },
      { key: 'A-1', claim: line({ payment: 'P1' }) },
      { key: 'A-0', claim: order({ id: 'order:A-0' }) },
      { key: 'A-0', claim: callback({ id: 'forged', payment: 'P1', hint: true }) },
    ];
    expect(await stood(facts)).toEqual([
      ['A-0', 'unmatched', 'PAYMENT_INCONCLUSIVE'],
      ['A-1', 'unmatched', 'AMOUNT_OVER'],
    ]);
    const signed = facts.with(4, { key: 'A-0', claim: callback({ id: 'forged', payment: 'P1' }) });
    expect(await stood(signed)).toEqual([
      ['A-0', 'matched'],
      ['A-1', 'unmatched', 'PAYMENT_SHARED'],
    ]);
  });

  test('a callback that nobody signed brings an answer without a reference to the order that it names', async () => {
    const facts = [
      { key: 'A-1', claim: order() },
      { key: 'A-1', claim: callback({ payment: 'P1', request_id: 'Q1', hint: true }) },
      { key: '?mfs-africa:Q1', claim: poll({ payment: null, request_id: 'Q1' }) },
      { key: '?mfs-africa:P1', claim: line() },
    ];
    expect(await stood(facts)).toEqual([['A-1', 'matched']]);
  });
});

test('an id that very many references claim, one after another, does not tell each of them of each', async () => {
  const running = new Running(3);
  const count = 120;
  for (let at = 0; at < count; at++) {
    const key = `R-${String(at).padStart(4, '0')}`;
    await running.append([{ key, claim: callback({ id: `e${at}` }) }], 9);
    await running.advance(END, RULES);
  }
  const told = [0, 1, 2].reduce((sum, partition) => sum + Number(running.log.end('handoffs.v1', partition)), 0);
  // Each claims, is asked, answers and gives its claim to the holder; and all hear when the number has doubled.
  expect(told).toBeLessThan(20 * count);
  expect(running.standings.map(({ key }) => key)).toEqual(['R-0000']);
});
