// What the service asks providers on its own initiative: polls of silent payments, the day's settlement reports, and
// what webhooks that never came would have said.

import type { DatabaseSync } from 'node:sqlite';
import type { Logger } from 'pino';
import { sourceName } from '../domain/fact.ts';
import type { ApiContext } from '../http/api/api-context.ts';
import { knownReferences } from '../http/api/known-order.ts';
import { GapFiller } from '../producers/gap-filler/gap-filler.ts';
import { hasCall } from '../producers/gateway.ts';
import { PageReader } from '../producers/pages/page-reader.ts';
import { Poller } from '../producers/poller/poller.ts';
import { SettlementFetcher } from '../producers/settlement-fetcher/settlement-fetcher.ts';
import type { UnreadWebhooks } from '../producers/webhooks/unread-webhooks.ts';
import { fileReading, type Providers, providerNamed } from '../providers/registry.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Meter } from '../runtime/meter.ts';
import type { LiveAccount } from './gateways.ts';
import type { LiveLedger } from './ledger/live-ledger.ts';
import { RejectTable } from './tables/reject-table.ts';

/** The three jobs, which a service starts together. */
export interface ProviderJobs {
  readonly poller: Poller;
  readonly fetcher: SettlementFetcher;
  readonly gaps: GapFiller;
}

export function startProviderJobs(parts: ProviderJobsParts): ProviderJobs {
  const readers = new Map(parts.accounts.map(({ gateway, readers: own }) => [sourceName(gateway), own]));
  const merchants = new Map(parts.accounts.map(({ gateway, config }) => [sourceName(gateway), config.merchants]));
  const { clock, unread, ledger } = parts;
  const pages = new PageReader({
    clock,
    unread,
    known: knownReferences(ledger),
    merchants: (account) => merchants.get(account) ?? [],
    sink: ledger.writer,
    readers: (account) => readers.get(account) ?? {},
  });
  return { poller: startPoller(parts), fetcher: startFetcher(parts, pages), gaps: startGapFiller(parts, pages) };
}

function startGapFiller({ accounts, database, clock, meter, logger }: ProviderJobsParts, pages: PageReader): GapFiller {
  const asked = accounts.flatMap(({ gateway, config: { gaps } }) =>
    hasCall(gateway, 'gaps') ? [{ gateway, gaps }] : [],
  );
  const filler = new GapFiller({ accounts: asked, database, pages, clock, meter, logger });
  filler.start();
  return filler;
}

export interface ProviderJobsParts {
  readonly accounts: readonly LiveAccount[];
  readonly providers: Providers;
  readonly ledger: LiveLedger;
  readonly database: DatabaseSync;
  readonly clock: Clock;
  readonly meter: Meter;
  readonly logger: Logger;
  readonly unread: Pick<UnreadWebhooks, 'add'>;
}

function startPoller({ accounts, ledger, providers: _, unread: __, ...parts }: ProviderJobsParts): Poller {
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

function startFetcher(
  { accounts, ledger, logger, providers, unread: _, ...parts }: ProviderJobsParts,
  pages: PageReader,
): SettlementFetcher {
  const rejects = new RejectTable(parts.database);
  const fetcher = new SettlementFetcher({
    ...parts,
    logger,
    accounts: accounts.flatMap(({ gateway, config }) => {
      const { provider, settlement } = config;
      if (settlement === undefined || !hasCall(gateway, 'settlement')) return [];
      const mapping = providerNamed(provider, providers)?.fileMapping?.(config, 'settlements');
      return [{ gateway, settlement, reading: fileReading(provider, 'settlements', mapping, providers) }];
    }),
    dir: ledger.reconciler.dir,
    importFile: (file, source) => rejects.collect((onReject) => ledger.writer.importFile(file, source, onReject)),
    takePage: (source, page) => pages.take(source, page),
    events: {
      missing: (account, date) => logger.warn({ account, date }, 'a settlement report is missing'),
      arrived: (account, date) => logger.info({ account, date }, 'a settlement report came late'),
      changed: (account, date) => logger.warn({ account, date }, 'a settlement report changed'),
    },
  });
  fetcher.start();
  return fetcher;
}

/** What is there of reports and of webhooks that nobody could read. */
export function sourcesOf(
  unread: Pick<UnreadWebhooks, 'page'>,
  fetcher: SettlementFetcher,
): Pick<ApiContext, 'unread' | 'settlements'> {
  return {
    unread: (after, limit) => unread.page(after, limit),
    settlements: () => ({ reports: fetcher.status(), changes: fetcher.changes() }),
  };
}
