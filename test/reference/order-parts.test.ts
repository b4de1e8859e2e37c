// Holds orders of several merchants against the slow reference: where the whole and each part stand, whatever is paid,
// cancelled and given back, and under whichever reference.

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Claim, isFromSource } from '../../src/domain/fact.ts';
import { isBreak } from '../../src/domain/reasons.ts';
import { callback, line, order, refund, refundLine, t } from '../matching/given.ts';
import { END, rulesOf, run } from '../task/world.ts';
import { judgeParts } from './order-parts.ts';
import { termsOf } from './terms.ts';

const RUNS = Math.ceil(Number(process.env.HESABU_TEST_REFERENCE ?? 400) / 10);

const status = fc.constantFrom(
  { status: 'awaiting_payment' as const },
  { status: 'awaiting_payment' as const },
  { status: 'paid' as const, status_at: t('2 08:06') },
  { status: 'cancelled' as const, status_at: t('2 08:03') },
  { status: 'cancelled' as const, status_at: t('2 08:05') },
  { status: 'cancelled' as const, status_at: t('2 10:00') },
  { status: 'cancelled' as const, status_at: t('2 11:00') },
);
const amount = fc.constantFrom('600.00', '400.00', '400.00', '300.00');
const place = fc.constantFrom('W', 'W', 'W-1', 'W-2');

const examples = fc.record({
  own: fc.option(
    fc.record({
      amount: fc.constantFrom('1000.00', '1000.00', '600.00', '1100.00'),
      status: fc.constantFrom({}, {}, { status: 'cancelled' as const, status_at: t('2 12:00') }),
    }),
  ),
  parts: fc.array(fc.record({ amount, status }), { minLength: 2, maxLength: 3 }),
  paid: fc.option(
    fc.record({
      at: fc.constantFrom(t('2 08:05'), t('2 08:05'), t('2 10:30')),
      amount: fc.constantFrom('1000.00', '1000.00', '600.00', '400.00'),
      place,
      settled: fc.option(place),
    }),
    { freq: 6 },
  ),
  returns: fc.array(fc.record({ amount, place, at: fc.constantFrom(t('2 12:00'), t('2 13:00')) }), { maxLength: 2 }),
});

type Example = typeof examples extends fc.Arbitrary<infer Value> ? Value : never;

function claimsOf({ own, parts, paid, returns }: Example): Map<string, Claim[]> {
  const given = new Map<string, Claim[]>([['W', []]]);
  if (own !== null)
    given.get('W')!.push(order({ id: 'order:W', merchant: 'plaza', amount: own.amount, ...own.status }));
  for (const [at, part] of parts.entries()) {
    const key = `W-${at + 1}`;
    const about = { id: `order:${key}`, merchant: `shop-${at}`, amount: part.amount, parent: 'W' };
    given.set(key, [order({ ...about, ...part.status })]);
  }
  if (paid === null) return given;
  given.get(paid.place)!.push(callback({ at: paid.at, amount: paid.amount }));
  if (paid.settled !== null) given.get(paid.settled)!.push(line({ gross: paid.amount }));
  for (const [at, back] of returns.entries()) {
    const payment = `R${at}`;
    given.get(back.place)!.push(refund({ payment, amount: back.amount, at: back.at }));
    if (paid.settled !== null) given.get(back.place)!.push(refundLine({ payment, gross: `-${back.amount}` }));
  }
  return given;
}

it('agrees with the product on orders of several merchants', async () => {
  await fc.assert(
    fc.asyncProperty(examples, async (example) => {
      const given = claimsOf(example);
      const facts = [...given].flatMap(([key, claims]) =>
        claims.flatMap((claim) => (isFromSource(claim) ? [{ key, claim }] : [])),
      );
      const { standings } = await run(facts, { partitions: 3, pieces: 2, batch: 3 }, rulesOf({}));
      const shown = standings.filter(({ key }) => key.startsWith('W'));
      expect(
        shown.map(({ key, standing, reasons }) => [key, standing, ...reasons.filter(isBreak).toSorted()].join(' ')),
      ).toEqual(judgeParts(given, termsOf({}), END));
    }),
    { numRuns: RUNS },
  );
}, 600_000);
