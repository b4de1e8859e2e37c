// Prunes the raw archive, the audit trail and what waited for approval once a day. Exchanges that an open break refers
// to stay.

import { setImmediate } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { ExchangeArchive } from '../archive/exchanges/exchange-archive.ts';
import { removeServiceArchive, serviceArchives } from '../archive/imports/import-archive.ts';
import type { Claim } from '../domain/fact.ts';
import { idsIn } from '../domain/payment-ids.ts';
import { isBreak } from '../domain/reasons.ts';
import type { Instant } from '../domain/time.ts';
import type { UnreadWebhooks } from '../producers/webhooks/unread-webhooks.ts';
import type { ImportRecord } from '../projections/imports.ts';
import type { Clock } from '../runtime/clock.ts';
import { runDailyJob } from './daily-job.ts';
import type { LedgerReader } from './ledger/ledger-reader.ts';

const DAY_MILLIS = 86_400_000;
/** How far other clocks may be ahead of ours, including a report's day that ends in a later zone. */
const SKEW_MILLIS = 2 * DAY_MILLIS;

export interface ArchivePrunerParts {
  /** The data directory, and for how many days its archive is stored. */
  readonly data: string;
  readonly days: number;
  readonly imports: (id: number) => Pick<ImportRecord, 'at'> | undefined;
  readonly ledger: { readonly reader: Pick<LedgerReader, 'overview' | 'findKey'> };
  readonly exchanges: Pick<ExchangeArchive, 'prune'>;
  readonly unread: UnreadWebhooks;
  readonly trail: { prune(now: Instant): number };
  /** Removes what no longer waits for a second person. */
  readonly sweep: () => void;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Prunes at the start and after the end of each UTC day, until the signal aborts. */
export function runArchivePruner(parts: ArchivePrunerParts, signal: AbortSignal): Promise<void> {
  const { exchanges, clock, logger } = parts;
  let done = '';
  const work = {
    zone: 'UTC',
    delayMillis: 0,
    isDone: (day: string) => day === done,
    run: async (day: string) => {
      try {
        const { names: needed, since } = await neededExchanges(parts);
        const isNeeded = (names: readonly string[], id: string) => needed.has(id) || names.some((it) => needed.has(it));
        const report = await exchanges.prune(clock.now(), isNeeded);
        const files = pruneFiles(parts, since);
        const calls = await pruneTrail(parts);
        parts.sweep();
        done = day;
        if (calls > 0) logger.info({ calls }, 'the audit trail was pruned');
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
 * What must stay: the references and ids of every key with an open break, and the exchanges of unread webhooks. Also
 * the time of the oldest claim of those keys; infinite if no break is open.
 */
async function neededExchanges({ ledger: { reader }, unread }: ArchivePrunerParts) {
  const names = new Set(unread.exchanges());
  const { findings } = await reader.overview();
  const keys = new Set(findings.flatMap(({ key, finding }) => (isBreak(finding.reason) ? [key] : [])));
  let since = Number.POSITIVE_INFINITY;
  for (const key of keys) {
    names.add(key);
    for (const claim of (await reader.findKey(key))?.claims ?? []) {
      since = Math.min(since, timeOf(claim));
      for (const id of idsIn(claim.body)) names.add(id);
    }
  }
  return { names, since };
}

/** Others get their turn after each part. */
async function pruneTrail({ trail, clock }: ArchivePrunerParts): Promise<number> {
  let removed = 0;
  for (let part = trail.prune(clock.now()); part > 0; part = trail.prune(clock.now())) {
    removed += part;
    await setImmediate();
  }
  return removed;
}

/** A claim without a time may be of any age. */
function timeOf({ occurred_at, body }: Claim): Instant {
  if (occurred_at !== null) return occurred_at;
  return body.type === 'SettlementLineReported' ? Date.parse(body.settlement_date) : Number.NEGATIVE_INFINITY;
}

/**
 * Removes the files of expired imports and returns how many. A claim does not name its file, but a file is never older
 * than what it reports: a file from before the oldest claim of an open break is not needed by any break.
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
