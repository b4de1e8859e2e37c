// How days with a report ended, as the overview of the page shows them.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { givenApi } from './given-api.ts';

test('GET /v1/reports says how each day ended, and passes by a report that it cannot read', () =>
  givenApi(async (given) => {
    const days = async () => (await given.ask({ url: '/v1/reports', key: given.key('operator', '*') })).json.days;
    expect(await days()).toEqual([]);
    const summary = {
      ...{ as_of: '2026-06-01T16:00:00Z', keys: 5, standing: { matched: 3, pending: 1, unmatched: 1, closed: 0 } },
      ...{ breaks: { AMOUNT_UNDER: 1, FEE_VARIANCE: 2 }, money: { KES: { received: '4000.00' } } },
      break_value: { AMOUNT_UNDER: { KES: '250.00' }, FEE_VARIANCE: { KES: '0.005', UGX: '3' } },
    };
    writeFileSync(join(given.reportDir, 'summary.json'), JSON.stringify(summary));
    expect(await days()).toEqual([
      {
        ...{ day: '2026-06-01', as_of: '2026-06-01T16:00:00Z', keys: 5, unmatched: 1, breaks: 3 },
        money: [
          { currency: 'KES', received: '4000.00', breaks: '250.005' },
          { currency: 'UGX', received: '0', breaks: '3' },
        ],
      },
    ]);
  }));

test('GET /v1/reports gives people of some merchants the sums of theirs, and no day that is about all alone', () =>
  givenApi(async (given) => {
    const days = async (...merchants: string[]) =>
      (await given.ask({ url: '/v1/reports', key: given.key('operator', ...merchants) })).json.days;
    const outcome = (merchant: string, keys: number, received: string) => ({
      ...{ merchant, keys, standing: { matched: keys - 1, unmatched: 1 }, breaks: { AMOUNT_UNDER: 2 } },
      ...{ money: { KES: { received } }, break_value: { AMOUNT_UNDER: { KES: '0.10' } } },
    });
    const all = { as_of: '2026-06-01T16:00:00Z', ...outcome('', 9, '900.00') };
    writeFileSync(join(given.reportDir, 'summary.json'), JSON.stringify(all));
    expect(await days('shop-1')).toEqual([]);
    const merchants = [outcome('shop-1', 3, '100.10'), outcome('shop-2', 4, '200.20'), outcome('shop-3', 2, '600.00')];
    writeFileSync(join(given.reportDir, 'merchants.json'), JSON.stringify({ as_of: all.as_of, merchants }));
    expect(await days('shop-1', 'shop-2')).toEqual([
      {
        ...{ day: '2026-06-01', as_of: all.as_of, keys: 7, unmatched: 2, breaks: 4 },
        money: [{ currency: 'KES', received: '300.30', breaks: '0.20' }],
      },
    ]);
    expect(await days('shop-9')).toMatchObject([{ keys: 0, unmatched: 0, breaks: 0, money: [] }]);
    expect(await days('*')).toMatchObject([{ keys: 9, money: [{ received: '900.00' }] }]);
  }));
