// What the service fetches on its own initiative: it stores the rejected rows of a report, as those of any file.
import pino from 'pino';
import { expect, test } from 'vitest';
import { PROVIDERS } from '../../src/providers/registry.ts';
import { NO_METER } from '../../src/runtime/meter.ts';
import { openServiceDatabase } from '../../src/runtime/service-database.ts';
import type { LiveAccount } from '../../src/service/gateways.ts';
import { startProviderJobs } from '../../src/service/provider-jobs.ts';
import { RejectTable } from '../../src/service/tables/reject-table.ts';
import { ManualClock } from '../producers/poller/manual-clock.ts';
import { csv } from '../producers/settlement-fetcher/reports.ts';
import { DAY, HOUR, lines } from '../producers/settlement-fetcher/world.ts';
import { NOON, withLiveLedger } from './ledger/given-live-ledger.ts';

test('the rejects of a fetched report are shown under its import', () =>
  withLiveLedger(async ({ dir, ledger }) => {
    const clock = new ManualClock(NOON);
    const database = openServiceDatabase(dir);
    const bytes = csv('2026-06-01', [...lines('A'), { reference: 'B', amount: 'much', lineId: 'LB' }]);
    const settlement = async (date: string) =>
      date === '2026-06-01' ? { exchange: 'x', format: 'csv' as const, bytes } : null;
    const settings = { at: '06:30', zone: 'Africa/Nairobi', days_back: 1, retry: HOUR, alert_after: 6 * HOUR };
    const account = {
      gateway: { provider: 'mfs-africa', account: 'main', settlement },
      config: { provider: 'mfs-africa', settlement: settings },
    } as unknown as LiveAccount;
    const logger = pino({ level: 'silent' });
    const { poller, fetcher, gaps } = startProviderJobs({
      unread: { add: () => {} },
      providers: PROVIDERS,
      accounts: [account],
      ledger,
      database,
      clock,
      meter: NO_METER,
      logger,
    });
    await clock.advance(DAY);
    await expect
      .poll(() => fetcher.status().filter(({ status }) => status === 'taken'))
      .toMatchObject([{ date: '2026-06-01', rows: 2, rejected: 1, import: 1 }]);
    expect(new RejectTable(database).page(1, 0, 10).rejects).toMatchObject([
      { file: 'mfs-africa-main-2026-06-01.csv', line: 3, field: 'amount_received' },
    ]);
    for (const job of [poller, fetcher, gaps]) await job.stop();
    database.close();
  }));
