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
