// What the service fetches on its own initiative: it stores the rejected rows of a report, as those of any file, and
// reads the report of a network by configuration by the mapping of its account.
import pino from 'pino';
import { expect, test } from 'vitest';
import type { SettlementFetcher } from '../../src/producers/settlement-fetcher/settlement-fetcher.ts';
import { PROVIDERS } from '../../src/providers/registry.ts';
import { NO_METER } from '../../src/runtime/meter.ts';
import { openServiceDatabase } from '../../src/runtime/service-database.ts';
import type { LiveAccount } from '../../src/service/gateways.ts';
import type { LiveLedger } from '../../src/service/ledger/live-ledger.ts';
import { startProviderJobs } from '../../src/service/provider-jobs.ts';
import { RejectTable } from '../../src/service/tables/reject-table.ts';
import { ManualClock } from '../producers/poller/manual-clock.ts';
import { csv } from '../producers/settlement-fetcher/reports.ts';
import { DAY, HOUR, lines } from '../producers/settlement-fetcher/world.ts';
import { NOON, withLiveLedger } from './ledger/given-live-ledger.ts';

const SETTLEMENT = { at: '06:30', zone: 'Africa/Nairobi', days_back: 1, retry: HOUR, alert_after: 6 * HOUR };

interface Fetched {
  readonly ledger: LiveLedger;
  readonly statuses: ReturnType<SettlementFetcher['status']>;
  readonly rejects: RejectTable;
}

/** An account of this provider whose report of the first of June is this one. */
function afterFetching(provider: string, config: object, bytes: Uint8Array, check: (fetched: Fetched) => unknown) {
  return withLiveLedger(async ({ dir, ledger }) => {
    const clock = new ManualClock(NOON);
    const database = openServiceDatabase(dir);
    const settlement = async (date: string) =>
      date === '2026-06-01' ? { exchange: 'x', format: 'csv' as const, bytes } : null;
    const account = {
      gateway: { provider, account: 'main', settlement },
      config: { provider, ...config, settlement: SETTLEMENT },
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
    const taken = () => fetcher.status().filter(({ status }) => status === 'taken');
    await expect.poll(() => taken().length).toBe(1);
    await check({ ledger, statuses: taken(), rejects: new RejectTable(database) });
    for (const job of [poller, fetcher, gaps]) await job.stop();
    database.close();
  });
}

test('the rejects of a fetched report are shown under its import', () => {
  const bytes = csv('2026-06-01', [...lines('A'), { reference: 'B', amount: 'much', lineId: 'LB' }]);
  return afterFetching('mfs-africa', {}, bytes, ({ statuses, rejects }) => {
    expect(statuses).toMatchObject([{ date: '2026-06-01', rows: 2, rejected: 1, import: 1 }]);
    expect(rejects.page(1, 0, 10).rejects).toMatchObject([
      { file: 'mfs-africa-main-2026-06-01.csv', line: 3, field: 'amount_received' },
    ]);
  });
});

test('the report of an account with a mapping is read by it', () => {
  const columns = { transaction_reference: 'Order', transaction_id: 'Id', amount_received: 'Sum' };
  const constants = { type: 'payment', currency: 'KES', fee_deduction: '0', settlement_date: '2026-06-01' };
  const config = { mapping: { settlements: { separator: ';', decimal: ',', columns, constants } } };
  return afterFetching('generic', config, Buffer.from('Order;Id;Sum\nA-1;T-1;1500,50\n'), async (fetched) => {
    expect(fetched.statuses).toMatchObject([{ rows: 1, rejected: 0 }]);
    const { claims } = (await fetched.ledger.reader.findKey('A-1'))!;
    expect(claims).toMatchObject([{ provider: 'generic', account: 'main', body: { gross: '1500.50' } }]);
  });
});
