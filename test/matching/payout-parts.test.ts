// What the claims of a key come to in each payout: exact sums that can be added and taken off.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type PayoutPart, sourceName } from '../../src/domain/fact.ts';
import { differenceOfParts, emptyPart, isEmptyPart, partClaimId, sumOfParts } from '../../src/matching/payout-parts.ts';
import { payoutPartsOf } from '../../src/matching/payout-words.ts';
import { fold, givenBy, line, order } from './given.ts';

const DAY = '2026-03-03';

function part(given: Partial<PayoutPart> = {}): PayoutPart {
  const zeros = { gross: '0.00', fees: '0.00', returns: '0.00', other: '0.00' };
  return { type: 'PayoutPart', currency: 'KES', settlement_date: DAY, lines: 1, ...zeros, ...given };
}

function partsOf(...claims: Parameters<typeof fold>[0]) {
  return payoutPartsOf(fold(claims).claims);
}

test('each payout gets the sums of its lines, by currency and date', () => {
  const paid = { payout: 'PAY-9', fee: '15.005' };
  const found = partsOf(
    order(),
    line({ id: 'a', ...paid }),
    line({ id: 'b', ...paid, gross: '500.00', fee: null }),
    line({ id: 'c', ...paid, line_type: 'refund', gross: '-200.00', fee: '1.00' }),
    line({ id: 'd', ...paid, line_type: 'return_failed', gross: '50.00', fee: null }),
    line({ id: 'e', ...paid, line_type: 'fee', gross: '-7.00', fee: null }),
    line({ id: 'f', ...paid, line_type: 'tax', gross: '-2.50', fee: null }),
    line({ id: 'g', ...paid, line_type: 'adjustment', gross: '3.00', fee: null }),
    line({ id: 'h', ...paid, line_type: 'payout', gross: '-99.00', fee: null }),
    line({ id: 'i', ...paid, settlement_date: '2026-03-04', fee: null }),
    line({ id: 'j', payout: 'PAY-10', account: 'a', currency: 'UGX', gross: '3000' }),
    line({ id: 'k' }),
  );
  expect([...found]).toEqual([
    [
      '!mfs-africa/a:PAY-10',
      { provider: 'mfs-africa', account: 'a', parts: [part({ ...emptyIn('UGX'), gross: '3000' })] },
    ],
    [
      '!mfs-africa:PAY-9',
      {
        provider: 'mfs-africa',
        account: null,
        parts: [
          part({ lines: 7, gross: '1500.00', fees: '25.505', returns: '-150.00', other: '3.00' }),
          part({ settlement_date: '2026-03-04', gross: '1000.00' }),
        ],
      },
    ],
  ]);
});

function emptyIn(currency: string): Partial<PayoutPart> {
  return { ...emptyPart({ currency, settlement_date: DAY }), lines: 1 };
}

test('what was settled in another currency counts there, without the fee, which it has off already', () => {
  const changed = { currency: 'KES', settlement_currency: 'USD', settlement_amount: '7.58', fee: '15.00' };
  const found = partsOf(line({ payout: 'PAY-9', ...changed }));
  expect(found.get('!mfs-africa:PAY-9')?.parts).toEqual([part({ ...emptyIn('USD'), gross: '7.58' })]);
  const same = partsOf(line({ payout: 'PAY-9', ...changed, settlement_currency: 'KES', settlement_amount: '985.00' }));
  expect(same.get('!mfs-africa:PAY-9')?.parts).toEqual([part({ gross: '1000.00', fees: '15.00' })]);
});

test('a claim that another key gave counts at that key, and not here once more', () => {
  const given = line({ id: 'x', payout: 'PAY-9' });
  expect(partsOf(givenBy('?mfs-africa:P1', given)).size).toBe(0);
  expect(partsOf(givenBy('?mfs-africa:P1', given), given).size).toBe(0);
  expect(partsOf(given).size).toBe(1);
  // Two keys added the line that both gave: one of them is too many.
  const twice = partsOf(givenBy('?mfs-africa:P1', given), givenBy('R-2', given));
  expect(twice.get('!mfs-africa:PAY-9')?.parts.map(({ lines, gross }) => [lines, gross])).toEqual([[-1, '-1000.00']]);
});

test('of several contents under one id the one in use counts, once', () => {
  const contents = ['1000.00', '900.00'].map((gross) => line({ id: 'x', payout: 'PAY-9', gross }));
  const parts = partsOf(...contents).get('!mfs-africa:PAY-9')!.parts;
  expect(parts.map(({ lines }) => lines)).toEqual([1]);
  expect(partsOf(...contents.toReversed()).get('!mfs-africa:PAY-9')!.parts).toEqual(parts);
});

test('one line with and without its payout is in the payout, in whatever order they came', () => {
  const lines = [line({ id: 'x', payout: 'PAY-9' }), line({ id: 'x' }), line({ id: 'x', payout: 'PAY-8' })];
  for (const claims of [lines, lines.toReversed()]) {
    expect([...partsOf(...claims).keys()]).toEqual([`!${sourceName(lines[0]!)}:PAY-8`]);
  }
});

const amount = fc
  .tuple(fc.bigInt({ min: -(10n ** 18n), max: 10n ** 18n }), fc.integer({ min: 0, max: 38 }))
  .map(([digits, zeros]) => (zeros === 0 ? `${digits}.00` : `${digits}.${'0'.repeat(zeros)}7`));
const anyPart = fc.record({ lines: fc.nat(1000), gross: amount, fees: amount, returns: amount, other: amount });

test('sums can be taken off again exactly, however fine their fees are', () => {
  fc.assert(
    fc.property(anyPart, anyPart, anyPart, (a, b, c) => {
      const [first, second, third] = [a, b, c].map((given) => sumOfParts(part(given), emptyPart(part()))) as [
        PayoutPart,
        PayoutPart,
        PayoutPart,
      ];
      const sum = sumOfParts(sumOfParts(first, second), third);
      expect(sumOfParts(third, sumOfParts(second, first))).toEqual(sum);
      expect(differenceOfParts(differenceOfParts(sum, second), third)).toEqual({
        ...first,
        lines: first.lines - 1 + 1,
      });
      expect(sumOfParts(first, differenceOfParts(second, first))).toEqual(second);
      expect(isEmptyPart(differenceOfParts(sum, sum))).toBe(true);
    }),
  );
  expect(isEmptyPart(part({ lines: 0, fees: '0.001' }))).toBe(false);
  expect(partClaimId(part())).toBe('~part:KES/2026-03-03');
});
