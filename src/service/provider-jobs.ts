// What the service asks providers on its own initiative: polls of silent payments, and the day's settlement reports.

import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import type { Logger } from 'pino';
import { hasCall } from '../producers/gateway.ts';
import { Poller } from '../producers/poller/poller.ts';
import { SettlementFetcher } from '../producers/settlement-fetcher/settlement-fetcher.ts';
import { fileReading, type Providers } from '../providers/registry.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Meter } from '../runtime/meter.ts';
import type { LiveAccount } from './gateways.ts';
import type { LiveLedger } from './ledger/live-ledger.ts';
import { RejectTable } from './tables/reject-table.ts';

export interface ProviderJobsParts {
  readonly accounts: readonly LiveAccount[];
  readonly providers: Providers;
  readonly ledger: LiveLedger;
  readonly database: DatabaseSync;
  readonly clock: Clock;
  readonly meter: Meter;
  readonly logger: Logger;
}

export function startPoller({ accounts, ledger, providers: _, ...parts }: ProviderJobsParts): Poller {
  const poller = new Poller({
    ...parts,
    accounts: accounts.flatMap(({ gateway, config: { merchants, polling } }) =>
      hasCall(gateway, 'status') ? [{ gateway, merchants, polling }] : [],
    ),
    log: ledger.reconciler.log,
    sink: ledger.writer,
    isAwaited: async (reference, askedAt) => {
      const answer = await ledger.reader.isAwaited({ reference, asOf: parts.clock.now(), askedAt });
      // Facts that the ledger has not read yet may say anything.
      return answer ?? { isAwaited: true, lastLook: null };
    },
  });
  poller.start();
  return poller;
}

export function startFetcher({ accounts, ledger, logger, providers, ...parts }: ProviderJobsParts): SettlementFetcher {
  const rejects = new RejectTable(parts.database);
  const fetcher = new SettlementFetcher({
    ...parts,
    logger,
    accounts: accounts.flatMap(({ gateway, config: { provider, settlement } }) => {
      if (settlement === undefined || !hasCall(gateway, 'settlement')) return [];
      return [{ gateway, settlement, reading: fileReading(provider, 'settlements', undefined, providers) }];
    }),
    dir: join(ledger.reconciler.dir, 'raw', 'settlements'),
    importFile: (path, kind, source, name) =>
      rejects.collect((onReject) => ledger.writer.importFile({ path, kind, name }, source, onReject)),
    events: {
      missing: (account, date) => logger.warn({ account, date }, 'a settlement report is missing'),
      arrived: (account, date) => logger.info({ account, date }, 'a settlement report came late'),
      changed: (account, date) => logger.warn({ account, date }, 'a settlement report changed'),
    },
  });
  fetcher.start();
  return fetcher;
}
