// The shares of merchants in one payment: exact in minor units for any amounts, and the commission as agreed.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dayOfDate } from '../../src/domain/calendar.ts';
import { compileRules, parseRules } from '../../src/matching/rules.ts';
import { apportioned, type PaidWhole, sharesOf } from '../../src/matching/shares.ts';

const rulesOf = (input: unknown) => compileRules(parseRules(input));
const part = (merchant: string, amount: bigint, returned = 0n) => ({
  ...{ reference: `W-${merchant}`, merchant, amount, returned },
});
const paid = (given: Partial<PaidWhole> = {}): PaidWhole => ({
  ...{ reference: 'W', merchant: 'plaza', currency: 'KES', day: dayOfDate('2026-03-02') },
  ...{ gross: 100_000n, returned: 0n, fee: 1_500n, parts: [part('a', 60_000n), part('b', 40_000n)] },
  ...given,
});
const total = (amounts: readonly (bigint | null)[]) =>
  amounts.reduce<bigint>((sum, amount) => sum + (amount ?? 0n), 0n);

const amount = fc.bigInt({ min: 0n, max: 10n ** 13n });
const rules = fc
  .record({
    commissions: fc.array(
      fc.record({
        merchant: fc.constantFrom('a', 'b', 'c'),
        percent: fc.constantFrom('0', '7.5', '12.345', '33'),
        flat: fc.constantFrom('0', '20', '0.005'),
        max: fc.constantFrom('500', '100000'),
      }),
    ),
    commission: fc.record({ fee: fc.constantFrom('shared', 'marketplace') }),
  })
  .map(rulesOf);
const wholes = fc
  .record({
    parts: fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c'), amount, fc.double({ min: 0, max: 1, noNaN: true }))),
    more: fc.constantFrom(0n, 0n, 1n, -1n, 777n),
    rest: fc.constantFrom(0n, 0n, 5n),
    fee: fc.option(amount),
  })
  .map(({ parts, more, rest, fee }) => {
    const made = parts.map(([merchant, whole, part], at) => {
      const returned = (whole * BigInt(Math.floor(part * 1000))) / 1000n;
      return { reference: `W-${at}`, merchant, amount: whole, returned };
    });
    const sum = total(made.map((each) => each.amount));
    const returned = total(made.map((each) => each.returned)) + rest;
    return paid({ parts: made, gross: sum + more, returned, fee });
  });

describe('the shares of a payment', () => {
  it('come to what was paid, what went back and what the provider took, to the minor unit', () => {
    fc.assert(
      fc.property(wholes, rules, (whole, inForce) => {
        const shares = sharesOf(whole, inForce);
        expect(total(shares.map(({ gross }) => gross))).toBe(whole.gross);
        expect(total(shares.map(({ returned }) => returned))).toBe(whole.returned);
        if (whole.fee === null) {
          for (const share of shares) expect([share.fee, share.net]).toEqual([null, null]);
          return;
        }
        expect(total(shares.map(({ fee }) => fee))).toBe(whole.fee);
        const commission = total(shares.map((share) => share.commission));
        const net = whole.gross - whole.returned - whole.fee - commission;
        expect(total(shares.map((share) => share.net))).toBe(net);
      }),
      { numRuns: 2_000 },
    );
  });

  it('has no share more than a minor unit away from its proportion', () => {
    const weights = fc.array(amount, { minLength: 1 });
    fc.assert(
      fc.property(amount, weights, (fee, amounts) => {
        const shares = apportioned(fee, amounts);
        const all = total(amounts);
        expect(total(shares)).toBe(fee);
        if (all === 0n) return;
        for (const [at, share] of shares.entries()) {
          const exact = fee * amounts[at]!;
          expect(share * all > exact - all && share * all < exact + all).toBe(true);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it('gives what is left over of a fee to the largest remainders', () => {
    expect(apportioned(100n, [1n, 1n, 1n])).toEqual([34n, 33n, 33n]);
    expect(apportioned(10n, [34n, 33n, 33n])).toEqual([4n, 3n, 3n]);
    expect(apportioned(7n, [0n, 0n])).toEqual([7n, 0n]);
  });
});

describe('the commission', () => {
  const of = (rules: unknown, given: Partial<PaidWhole> = {}) =>
    sharesOf(paid(given), rulesOf(rules)).map(({ commission, fee, net }) => [commission, fee, net]);

  it('is that of the most specific schedule, clamped and rounded once, half-up', () => {
    const commissions = [{ percent: '12' }, { merchant: 'a', percent: '10', max: '50' }];
    expect(of({ commissions })).toEqual([
      [5_000n, 900n, 54_100n],
      [4_800n, 600n, 34_600n],
    ]);
    expect(of({ commissions: [{ percent: '0.00125', flat: '0.005' }] })[0]![0]).toBe(1n);
  });

  it('is taken of what is left, on the day of the payment, and of nothing where all went back', () => {
    const commissions = [{ percent: '10', flat: '1', valid_from: '2026-03-02', valid_to: '2026-03-03' }];
    const parts = [part('a', 60_000n, 10_000n), part('b', 40_000n, 40_000n)];
    const back = { parts, returned: 50_000n };
    expect(of({ commissions }, back).map(([commission]) => commission)).toEqual([5_100n, 0n]);
    expect(of({ commissions }, { ...back, day: dayOfDate('2026-03-03') }).map(([commission]) => commission)).toEqual([
      0n,
      0n,
    ]);
  });

  it('leaves the fee with the marketplace where it bears it', () => {
    const shares = sharesOf(paid(), rulesOf({ commission: { fee: 'marketplace' } }));
    expect(shares.map(({ merchant, fee, net }) => [merchant, fee, net])).toEqual([
      ['a', 0n, 60_000n],
      ['b', 0n, 40_000n],
      ['plaza', 1_500n, -1_500n],
    ]);
  });
});
