// The raw archive is pruned once a day, but for the exchanges that something open still refers to.

import type { Logger } from 'pino';
import type { ExchangeArchive } from '../archive/exchanges/exchange-archive.ts';
import { removeServiceArchive, serviceArchives } from '../archive/imports/import-archive.ts';
import type { Claim } from '../domain/fact.ts';
import { isBreak } from '../domain/reasons.ts';
import type { Instant } from '../domain/time.ts';
import type { KeyPort } from '../http/ledger-port.ts';
import type { UnreadWebhooks } from '../producers/webhooks/unread-webhooks.ts';
import type { ImportRecord } from '../projections/imports.ts';
import type { Clock } from '../runtime/clock.ts';
import { runDailyJob } from './daily-job.ts';

const DAY_MILLIS = 86_400_000;
/** By so much the clocks of others may go before ours, with a report's day that ends where it is later. */
const SKEW_MILLIS = 2 * DAY_MILLIS;

export interface ArchivePrunerParts {
  /** The data directory, and how many days its archive is kept. */
  readonly data: string;
  readonly days: number;
  readonly imports: (id: number) => Pick<ImportRecord, 'at'> | undefined;
  readonly ledger: { readonly reader: Pick<KeyPort, 'overview' | 'findKey'> };
  readonly exchanges: Pick<ExchangeArchive, 'prune'>;
  readonly unread: UnreadWebhooks;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Prunes at the start and after every day that ends, in UTC as the archive has its days, until the signal aborts. */
export function runArchivePruner(parts: ArchivePrunerParts, signal: AbortSignal): Promise<void> {
  const { exchanges, clock, logger } = parts;
  let done = '';
  const work = {
    zone: 'UTC',
    delayMillis: 0,
    isDone: (day: string) => day === done,
    run: async (day: string) => {
      try {
        const { names: needed, since } = await whatIsNeeded(parts);
        const isNeeded = (names: readonly string[], id: string) => needed.has(id) || names.some((it) => needed.has(it));
        const report = await exchanges.prune(clock.now(), isNeeded);
        const files = pruneFiles(parts, since);
        done = day;
        if (files > 0) logger.info({ files }, 'files of imports were pruned');
        if (report.exchanges_removed > 0) logger.info(report, 'the raw archive was pruned');
      } catch (error) {
        logger.error({ err: error }, 'the raw archive could not be pruned');
      }
    },
  };
  return runDailyJob(clock, work, signal);
}

/**
 * The references and ids of every key with an open break, and the exchanges of webhooks that nobody understood; and the
 * time of the oldest claim of those keys, infinite where no break is open.
 */
async function whatIsNeeded({ ledger: { reader }, unread }: ArchivePrunerParts) {
  const names = new Set(unread.exchanges());
  const { findings } = await reader.overview();
  const keys = new Set(findings.flatMap(({ key, finding }) => (isBreak(finding.reason) ? [key] : [])));
  let since = Number.POSITIVE_INFINITY;
  for (const key of keys) {
    names.add(key);
    for (const claim of (await reader.findKey(key))?.claims ?? []) {
      since = Math.min(since, timeOf(claim));
      for (const id of idsOf(claim)) names.add(id);
    }
  }
  return { names, since };
}

/** Of a claim without a time nobody knows when it came. */
function timeOf({ occurred_at, body }: Claim): Instant {
  if (occurred_at !== null) return occurred_at;
  return body.type === 'SettlementLineReported' ? Date.parse(body.settlement_date) : Number.NEGATIVE_INFINITY;
}

/**
 * Removes the files of imports that ended their time. A claim does not say which file it came from, but no file came
 * before what it tells of: those before the oldest claim of an open break are needed by none. How many.
 */
function pruneFiles({ data, days, imports, clock }: ArchivePrunerParts, since: Instant): number {
  let removed = 0;
  for (const id of new Set(serviceArchives(data).map((file) => file.id))) {
    const record = imports(id);
    if (record === undefined) continue;
    const at = Date.parse(record.at);
    const isOver = (Math.floor(at / DAY_MILLIS) + 1 + days) * DAY_MILLIS <= clock.now();
    if (!isOver || at + SKEW_MILLIS >= since) continue;
    removeServiceArchive(data, id);
    removed++;
  }
  return removed;
}

function idsOf({ body }: Claim): string[] {
  if (body.type === 'FactMoved' || body.type === 'OrderPlaced') return [];
  const { provider_transaction_id, operator_transaction_id, request_id, original_transaction_id } = body;
  const ids = [provider_transaction_id, operator_transaction_id, request_id, original_transaction_id];
  return ids.filter((id) => id !== null);
}
