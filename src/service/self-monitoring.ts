// The service monitors itself: it measures its vitals at intervals, shows them as gauges and hands them to the alerts.

import type { DatabaseSync } from 'node:sqlite';
import type { Logger } from 'pino';
import type { ExchangeArchive } from '../archive/exchanges/exchange-archive.ts';
import { serviceArchives } from '../archive/imports/import-archive.ts';
import type { PromMeter } from '../http/metrics.ts';
import { Certificates, certificateHosts, daysLeftOf } from '../outbound/client/certificates.ts';
import type { Outbox } from '../outbound/outbox/outbox.ts';
import { targetLabel } from '../outbound/outbox/target-label.ts';
import type { GapFiller } from '../producers/gap-filler/gap-filler.ts';
import type { SettlementFetcher } from '../producers/settlement-fetcher/settlement-fetcher.ts';
import { AlertMonitor } from '../projections/alerts/alert-monitor.ts';
import { Alerts } from '../projections/alerts/alerts.ts';
import { unitsOf } from '../projections/alerts/kinds.ts';
import type { Traffic } from '../projections/alerts/traffic.ts';
import { ledgerVitals, type Vitals } from '../projections/alerts/vitals.ts';
import { type LedgerSums, mergeLedgerSums } from '../projections/ledger-sums.ts';
import type { Clock } from '../runtime/clock.ts';
import { freeRatio } from '../runtime/disk-space.ts';
import type { Config } from './config/config.ts';
import { LiveChanges } from './ledger/live-changes.ts';
import type { LiveLedger } from './ledger/live-ledger.ts';
import type { ServiceTime } from './service-time.ts';
import type { StorageState } from './storage-state.ts';

/** The name of our own certificate; the others are named by their host. */
const OWN = 'listen.tls';
const MINUTE_MILLIS = 60_000;

export interface SelfMonitoringParts {
  readonly config: () => Config;
  readonly ledger: LiveLedger;
  readonly database: DatabaseSync;
  readonly exchanges: Pick<ExchangeArchive, 'bytes'>;
  readonly fetcher: Pick<SettlementFetcher, 'status'>;
  readonly gaps: Pick<GapFiller, 'lost'>;
  /** See Vitals. */
  readonly restoredFacts: number;
  readonly storage: Pick<StorageState, 'damaged'>;
  readonly outbox: Outbox;
  /** The served certificate as PEM; undefined if the service does not serve TLS itself. */
  readonly served: () => string | undefined;
  readonly traffic: Traffic;
  readonly meter: PromMeter;
  readonly clock: Clock;
  readonly time: Pick<ServiceTime, 'takeJump'>;
  readonly logger: Logger;
}

export interface SelfMonitoring {
  readonly alerts: Alerts;
  /** What changed, in the ledger and in the alerts. */
  readonly changes: LiveChanges;
  stop(): Promise<void>;
}

export function startSelfMonitoring(parts: SelfMonitoringParts): SelfMonitoring {
  const { database, outbox, meter, clock, logger } = parts;
  const { accounts, notify, oidc, public_url: own, outgoing } = parts.config();
  const urls = [
    ...accounts.flatMap(({ base_url }) => base_url ?? []),
    ...notify.map(({ url }) => url),
    ...(oidc === undefined ? [] : [oidc.issuer]),
    ...(own ? [own] : []),
  ];
  const { allow, timeout: timeoutMillis } = outgoing;
  const certificates = new Certificates({ hosts: certificateHosts(urls), allow, timeoutMillis, clock, meter, logger });
  const settings = () => parts.config().alerts;
  const alerts = new Alerts({ database, outbox, settings, meter, logger, onChange: () => changes.alerted() });
  const { ask, reader } = parts.ledger;
  const changes = new LiveChanges({ ask, reader, alerts: () => alerts });
  const watch = new AlertMonitor({ alerts, vitals: () => learn(parts, certificates), clock, logger });
  certificates.start();
  watch.start();
  return {
    ...{ alerts, changes },
    stop: async () => {
      await Promise.all([watch.stop(), certificates.stop(), changes.stop()]);
    },
  };
}

async function learn(parts: SelfMonitoringParts, certificates: Certificates): Promise<Vitals> {
  const { ledger, exchanges, fetcher, gaps, outbox, traffic, meter, clock, time, logger } = parts;
  const { accounts, data } = parts.config();
  const sums = await sumsOf(ledger);
  showLedger(meter, sums);
  const diskFreeRatio = await freeRatio(data).catch((error: unknown) => {
    logger.warn({ err: error }, 'the free space of the disk cannot be read');
    return null;
  });
  const { lagMillis } = ledger.loop;
  const ledgerAheadMillis = Math.max(0, ledger.reader.asOf - clock.now());
  meter.set('hesabu_ledger_ahead_seconds', {}, ledgerAheadMillis / 1000);
  const { waiting, dead, targets } = outbox.status();
  meter.set('hesabu_reconcile_lag_seconds', {}, lagMillis / 1000);
  const fileBytes = serviceArchives(data).reduce((sum, { bytes }) => sum + bytes, 0);
  meter.set('hesabu_archive_bytes', {}, exchanges.bytes + fileBytes);
  meter.set('hesabu_outbox_waiting', {}, waiting);
  if (diskFreeRatio !== null) meter.set('hesabu_disk_free_ratio', {}, diskFreeRatio);
  const senders = accounts.filter(({ webhook }) => webhook !== undefined);
  return {
    at: clock.now(),
    ledger: ledgerVitals(sums),
    lagMillis,
    ledgerAheadMillis,
    clockJumpMillis: time.takeJump(),
    traffic: traffic.vitals(senders.map(({ provider, account }) => `${provider}/${account}`)),
    missingReports: fetcher.status().filter(({ isMissing }) => isMissing),
    lostMinutes: new Map([...gaps.lost()].map(([name, millis]) => [name, Math.ceil(millis / MINUTE_MILLIS)])),
    restoredFacts: parts.restoredFacts,
    damaged: parts.storage.damaged,
    uneven: ledger.statements.preparation.uneven,
    certificates: allCertificates(parts, certificates.views()),
    diskFreeRatio,
    deadMessages: new Map([...dead].map(([name, count]) => [targetLabel(name), count])),
    decisions: await ledger.reconciler.executors.ask({
      query: 'decisionSigns',
      rules: ledger.loop.rules,
      now: clock.now(),
    }),
    goneTargets: targets.filter(({ isGone }) => isGone).map(({ name }) => targetLabel(name)),
  };
}

/** Partition by partition: of very many keys it takes a thread long, and people wait for its answers. */
async function sumsOf({ reconciler: { executors, log } }: LiveLedger): Promise<LedgerSums> {
  const sums: LedgerSums[] = [];
  for (let partition = 0; partition < log.partitions; partition++) {
    sums.push(await executors.ask({ query: 'ledgerSums', partition }));
  }
  return mergeLedgerSums(sums);
}

/** Includes our own: a proxy in front of us may be reachable from outside while the service itself is not. */
function allCertificates(
  { served, meter, clock }: SelfMonitoringParts,
  others: Vitals['certificates'],
): Vitals['certificates'] {
  const pem = served();
  if (pem === undefined) return others;
  const own = { host: OWN, daysLeft: daysLeftOf(pem, clock.now()) };
  meter.set('hesabu_certificate_days_left', { host: OWN }, own.daysLeft);
  return others === null ? null : [...others, own];
}

/** The open breaks now. A reason without open breaks is no longer shown. */
function showLedger(meter: PromMeter, { all: { standing: standings }, counts, values }: LedgerSums): void {
  for (const [standing, count] of Object.entries(standings)) meter.set('hesabu_keys', { standing }, count);
  meter.clear('hesabu_breaks_open');
  meter.clear('hesabu_breaks_open_value');
  for (const [reason, count] of counts) meter.set('hesabu_breaks_open', { reason }, count);
  for (const [reason, sums] of values) {
    for (const [currency, sum] of sums) {
      // A gauge is a float by its format: it is shown on a dashboard and never used in calculations.
      const { digits, scale } = unitsOf(sum, currency);
      meter.set('hesabu_breaks_open_value', { reason, currency }, Number(digits) / 10 ** scale);
    }
  }
}
