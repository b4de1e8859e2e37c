// The baseline: an hourly sample for two weeks, and what is far above it.
import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatDecimal } from '../../../src/domain/decimal.ts';
import { Samples } from '../../../src/projections/alerts/samples.ts';
import { DAY, HOUR, ledgerOf, MINUTE, NOON, type Seen, World } from './world.ts';

const EMPTY = new DatabaseSync(':memory:');

/** Hourly samples until noon, oldest first; undefined means no open break. */
function baseline(sums: readonly (bigint | undefined)[], unmatched = 0) {
  const samples = new Samples(new DatabaseSync(':memory:'));
  sums.forEach((sum, at) => {
    samples.take(ledgerOf(1000, unmatched, sum === undefined ? {} : { KES: sum }), NOON - (sums.length - at) * HOUR);
  });
  const { rate, value } = samples.baseline(NOON);
  const kes = value('KES');
  return { rate: rate && formatDecimal(rate), kes: kes && formatDecimal(kes) };
}

describe('the baseline', () => {
  test('is unknown with less than a day of samples', () => {
    expect(baseline(Array(23).fill(100n), 7)).toEqual({ rate: null, kes: null });
    expect(baseline(Array(24).fill(100n), 7)).toEqual({ rate: '0.7000', kes: '1.00' });
    expect(new Samples(EMPTY).baseline(NOON).rate).toBe(null);
  });

  test('is the median of the samples, where no break counts as 0', () => {
    expect(baseline([...Array(12).fill(900n), ...Array(13).fill(100n)]).kes).toBe('1.00');
    expect(baseline([...Array(13).fill(900n), ...Array(12).fill(100n)]).kes).toBe('9.00');
    expect(baseline([...Array(12).fill(900n), ...Array(13).fill(undefined)]).kes).toBe('0');
    expect(baseline([...Array(13).fill(900n), ...Array(12).fill(undefined)]).kes).toBe('9.00');
  });

  test('is the median of any samples in any order', () => {
    fc.assert(
      fc.property(
        fc.array(fc.option(fc.bigInt(0n, 10n ** 30n), { nil: undefined }), { minLength: 24, maxLength: 40 }),
        (sums) => {
          const sorted = sums.map((sum) => sum ?? 0n).sort((a, b) => (a < b ? -1 : Number(a > b)));
          expect(BigInt(baseline(sums).kes!.replace('.', ''))).toBe(sorted[sums.length >> 1]);
        },
      ),
      { numRuns: 25 },
    );
  });

  test('takes the first sample of an hour, excludes the present hour, and ends after two weeks', () => {
    const samples = new Samples(new DatabaseSync(':memory:'));
    const rateAt = (at: number) => samples.baseline(at).rate?.digits ?? null;
    for (let hour = 0; hour < 24; hour += 1) {
      samples.take(ledgerOf(1000, 10), NOON + hour * HOUR);
      samples.take(ledgerOf(1000, 999), NOON + hour * HOUR + 59 * MINUTE);
    }
    expect(rateAt(NOON + DAY - 1)).toBe(null);
    expect(rateAt(NOON + DAY)).toBe(10_000n);
    samples.take(ledgerOf(1000, 500), NOON + 14 * DAY - 1);
    expect(rateAt(NOON + 14 * DAY)).toBe(10_000n);
    samples.take(ledgerOf(1000, 500), NOON + 14 * DAY + HOUR);
    expect(rateAt(NOON + 14 * DAY + HOUR)).toBe(null);
  });

  test('survives a restart', () => {
    const database = new DatabaseSync(':memory:');
    for (let hour = 24; hour > 0; hour -= 1) new Samples(database).take(ledgerOf(1000, 10), NOON - hour * HOUR);
    expect(new Samples(database).baseline(NOON).rate).toEqual({ digits: 10_000n, scale: 4 });
  });
});

describe('far above the baseline', () => {
  const told = (world: World, seen: Seen) => {
    world.watch(0, HOUR, seen);
    const shown = world.alerts.list();
    return shown.map(({ alert, about, value, threshold }) => [alert, about, value, threshold].join(' '));
  };
  const lived = (unmatched: number, values: Record<string, bigint> = {}, hours = 48): World => {
    const world = new World();
    world.lived(hours, ledgerOf(1000, unmatched, values));
    return world;
  };

  test('does not exist while there are too few samples', () => {
    expect(told(lived(0, {}, 22), { ledger: ledgerOf(1000, 1000, { KES: 10n ** 9n }) })).toEqual([]);
  });

  test('is at least ten transactions, and any sum, after an empty baseline', () => {
    expect(told(lived(0), { ledger: ledgerOf(3000, 9) })).toEqual([]);
    expect(told(lived(0), { ledger: ledgerOf(3000, 10, { KES: 1n, UGX: 1n }) }).sort()).toEqual([
      'unmatched_rate  0.3333 0.3333',
      'unmatched_value KES 0.01 0.01',
      'unmatched_value UGX 1 1',
    ]);
  });

  test('includes a large sum of one transaction', () => {
    const seen = { ledger: ledgerOf(3000, 1, { KES: 10n ** 9n }) };
    expect(told(lived(0, { KES: 100_000n }), seen)).toEqual(['unmatched_value KES 10000000.00 3000.00']);
  });

  test('excludes sums below the configured minimum', () => {
    const world = lived(0);
    world.settings = { ...world.settings, value_least: { UGX: '150000' } };
    expect(told(world, { ledger: ledgerOf(3000, 1, { KES: 9_999n, UGX: 149_999n }) })).toEqual([]);
    const seen = { ledger: ledgerOf(3000, 1, { KES: 10_000n, UGX: 150_000n }) };
    expect(world.watch(HOUR, 2 * HOUR, seen).sort()).toEqual([
      'raised unmatched_value KES',
      'raised unmatched_value UGX',
    ]);
    expect(world.watch(2 * HOUR, 3 * HOUR, { ledger: ledgerOf(3000, 1, { KES: 4_999n, UGX: 75_000n }) })).toEqual([
      'cleared unmatched_value KES',
    ]);
  });

  test('is the multiple in the settings, to the last cent', () => {
    const world = lived(100, { KES: 333n });
    world.settings = { ...world.settings, above_past: 1.505 };
    // 1.505 times KES 3.33 are 5.01165.
    expect(told(world, { ledger: ledgerOf(1000, 150, { KES: 501n }) })).toEqual([]);
    world.watch(HOUR, 2 * HOUR, { ledger: ledgerOf(1000, 151, { KES: 502n }) });
    expect(world.alerts.list().map(({ value, threshold }) => [value, threshold])).toEqual([
      ['5.02', '5.02'],
      ['15.1', '15.05'],
    ]);
  });

  test('is reported with the decimals of the currency', () => {
    const world = lived(10, { KES: 1_470n });
    world.watch(0, HOUR, { ledger: ledgerOf(1000, 10, { KES: 10_000n }) });
    expect(world.alerts.list()[0]!.message).toEqual({
      en: 'Breaks of KES 100.00 are open; KES 44.10 or more is far above the last two weeks.',
      'zh-CN': '未处理差异金额为 KES 100.00；达到 KES 44.10 即远高于近两周水平。',
    });
  });

  test('ends, after the delay, when a currency has no break any more', () => {
    const world = lived(10, { KES: 100n });
    world.watch(0, HOUR, { ledger: ledgerOf(1000, 10, { KES: 10_000n }) });
    const none: Seen = { ledger: ledgerOf(1000, 10) };
    expect(world.watch(HOUR, HOUR + 10 * MINUTE, none)).toEqual([]);
    expect(world.look(HOUR + 10 * MINUTE, none)).toEqual(['cleared unmatched_value KES']);
  });
});
