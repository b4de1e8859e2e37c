// The live service: its parts, the order in which they start and end, and what a reload changes.

import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import type { ExchangeArchive } from '../archive/exchanges/exchange-archive.ts';
import { makePseudonym } from '../archive/privacy/pseudonym-key.ts';
import { HesabuError } from '../domain/errors.ts';
import type { Ask } from '../engine/executors/queries.ts';
import { KeyStore } from '../http/access/key-store.ts';
import { isReadyToClose } from '../http/api/close-conditions.ts';
import { sweepWaiting } from '../http/api/waiting-files.ts';
import { serveWith } from '../http/app.ts';
import { PromMeter } from '../http/metrics.ts';
import { unreachable } from '../kafka/client/cluster-errors.ts';
import type { OnClientLog } from '../kafka/client/settings.ts';
import { type Cluster, connectCluster, openKafkaLog } from '../kafka/kafka-copy.ts';
import { rulesHash } from '../matching/rules.ts';
import { OutgoingClient } from '../outbound/client/client.ts';
import type { Outbox } from '../outbound/outbox/outbox.ts';
import { UnreadWebhooks, withoutPhones } from '../producers/webhooks/unread-webhooks.ts';
import type { Alerts } from '../projections/alerts/alerts.ts';
import { Traffic } from '../projections/alerts/traffic.ts';
import type { RiskSignal } from '../projections/risk/signal.ts';
import { PROVIDERS } from '../providers/registry.ts';
import type { Clock } from '../runtime/clock.ts';
import { openServiceDatabase } from '../runtime/service-database.ts';
import { startBackgroundJobs } from './background-jobs.ts';
import type { Config } from './config/config.ts';
import type { LoadedConfig } from './config/config-file.ts';
import { checkListen } from './config/listen-rule.ts';
import { waitingForStart } from './config/reload.ts';
import { withServiceRules } from './config/service-rules.ts';
import { DayReports } from './day-reports.ts';
import { type DecisionStores, openDecisionStores } from './decision-stores.ts';
import { openExchanges } from './exchange-storage.ts';
import { FactCount } from './fact-count.ts';
import { restoreFacts } from './fact-restore.ts';
import { Accounts } from './gateways.ts';
import { readTlsOf, startHttpServer, type Tls } from './http-server.ts';
import { checkKeyFiles } from './key-files.ts';
import { LiveLedger, type LiveLedgerOptions } from './ledger/live-ledger.ts';
import { startMessages } from './messages.ts';
import { openPeople } from './people-access.ts';
import { sourcesOf, startProviderJobs } from './provider-jobs.ts';
import { startSelfMonitoring } from './self-monitoring.ts';
import { ServiceTime, type ServiceTimeOptions } from './service-time.ts';
import { Shutdown } from './shutdown.ts';
import { StorageState } from './storage-state.ts';
import { apiTables } from './tables/api-tables.ts';

// For other rooms that start a service: they enter by this file only.
export { loadConfig } from './config/config-file.ts';
export { makeLogger } from './logger.ts';

export interface Service {
  readonly url: string;
  readonly ledger: LiveLedger;
  readonly keys: KeyStore;
  readonly alerts: Alerts;
  readonly outbox: Outbox;
  /** Takes new rules, secrets, limits and a renewed certificate. If it throws a HesabuError, nothing has changed. */
  reload(loaded: LoadedConfig): void;
  /** Accepts nothing new, answers open requests, brings the ledger up to date, and closes everything. */
  drain(): Promise<void>;
}

export interface ServiceOptions extends ServiceTimeOptions {
  readonly logger: Logger;
  /** Called once if the service cannot go on. */
  readonly onFailure: (error: HesabuError) => void;
  /** How long a start waits for a Kafka cluster or a registry that is away. */
  readonly waitMillis?: number;
}

const UPLOAD_BYTES_MAX = 1024 * 1024 * 1024;

/** Where files of the API lie: those that are being taken, and those that wait for a second person. */
function filesOf({ data }: Pick<Config, 'data'>) {
  return { uploadDir: join(data, 'uploads'), approvalDir: join(data, 'approvals'), uploadBytesMax: UPLOAD_BYTES_MAX };
}

/** Throws a HesabuError if the service cannot start; then nothing stays open. */
export async function startService(loaded: LoadedConfig, options: ServiceOptions): Promise<Service> {
  const service = new LiveService(loaded, options);
  try {
    await service.start();
    return service;
  } catch (error) {
    await service.drain();
    throw error;
  }
}

class LiveService implements Service {
  url = '';
  ledger!: LiveLedger;
  keys!: KeyStore;
  private decisions!: DecisionStores;
  alerts!: Alerts;
  outbox!: Outbox;
  private loaded: LoadedConfig;
  /** The configuration at the start. */
  private readonly started: Config;
  private readonly options: ServiceOptions;
  private readonly clock: Clock;
  private readonly time: ServiceTime;
  private readonly meter = new PromMeter();
  private readonly draining = new AbortController();
  private readonly shutdown = new Shutdown();
  private storage!: StorageState;
  private facts!: FactCount;
  private accounts!: Accounts;
  /** If the ledger is on Kafka. */
  private cluster: Cluster | undefined;
  private app: FastifyInstance | undefined;
  /** The served certificate and its key. */
  private tls: Tls | undefined;

  constructor(loaded: LoadedConfig, options: ServiceOptions) {
    this.loaded = loaded;
    this.started = loaded.config;
    this.options = options;
    this.time = new ServiceTime(() => this.loaded.config, options, this.meter);
    this.clock = this.time.clock;
  }

  async start(): Promise<void> {
    const { clock, time, shutdown } = this;
    const { ends, talks } = shutdown;
    const [{ logger }, { config }] = [this.options, this.loaded];
    await this.openLedger();
    const { ledger, keys, cluster, storage } = this;
    this.facts = new FactCount(ledger.reconciler.log, this.meter);
    const database = openServiceDatabase(config.data);
    ends.push(() => database.close());
    const meter = new Traffic(this.meter, clock, database);
    const pseudonym = makePseudonym(config.data);
    const exchanges = await openExchanges(config, pseudonym, logger);
    ends.push(() => exchanges.close());
    const client = this.openClient(exchanges);
    this.accounts = new Accounts(this.loaded, { client, database, clock, meter, pseudonym, loop: ledger.loop });
    const restoredFacts = this.cluster ? 0 : await restoreFacts({ data: config.data, ledger, clock, logger });
    ledger.loop.start();
    const [loaded, { providers }] = [() => this.loaded, this.loaded];
    const shared = { ledger, database, clock, meter, logger };
    const tables = apiTables(database, clock);
    const files = { ...filesOf(config), tables, ...openPeople(tables.sessions, clock, loaded, ends) };
    const isReady = (of: string, day: string) => isReadyToClose({ ...shared, ...this.decisions, ...sources }, of, day);
    const told = { deadlineTime: time.deadlineTime, people: files.people, alerts: () => this.alerts, isReady };
    const { outbox, notices, stop } = startMessages({ ...shared, ...told, tables, client, loaded });
    talks.push(stop);
    const unread = new UnreadWebhooks(database);
    const listed = withoutPhones(unread, pseudonym);
    const jobs = startProviderJobs({ ...shared, accounts: this.accounts.all, providers, unread: listed });
    const { poller, fetcher, gaps } = jobs;
    talks.push(...[poller, fetcher, gaps].map((job) => () => job.stop()));
    const sources = sourcesOf(unread, fetcher);
    this.tls = readTlsOf(config.listen);
    const served = () => this.tls?.cert;
    const watched = { exchanges, fetcher, outbox, served, time, traffic: meter, config: () => this.loaded.config };
    const monitoring = startSelfMonitoring({ ...shared, ...watched, gaps, restoredFacts, meter: this.meter, storage });
    this.alerts = monitoring.alerts;
    notices.start();
    ends.push(monitoring.stop);
    const reports = new DayReports({ ...shared, outbox, notices });
    const kept = { reports, exchanges, unread, trail: tables.trail, sweep: () => sweepWaiting(files, 'each day') };
    ends.push(startBackgroundJobs({ ...shared, ...kept, config }, this.draining.signal));
    // At the start everything retained is read, so that the first request does not wait.
    await this.risk('', this.ledger.reconciler.executors.ask);
    const { app, url } = await startHttpServer({
      ...{ listen: config.listen, limits: () => this.loaded.config.limits, loop: ledger.loop, loaded, cluster },
      ...{ storage: this.storage, draining: this.draining.signal, logger },
      readyNotes: () => time.notes(ledger.reader.asOf),
      webhooks: {
        ...{ exchanges, unread: listed, clock, meter, pseudonym },
        ...{ sink: time.heard(ledger.writer), machineTime: time.machineTime },
        account: (provider, account) => this.accounts.webhook(provider, account),
        onHints: () => poller.wake(),
      },
      api: {
        ...{ ...monitoring, ledger, notices, clock, meter, logger, keys, pseudonym, exchanges, reports, ...files },
        ...{ ...this.decisions, ...sources, defaultProvider: providers[0].name },
        promptsMax: () => this.loaded.config.limits.prompts,
        streamsMax: () => this.loaded.config.limits.streams,
        accountsOf: (provider) => this.accounts.namesOf(provider),
        gateways: (merchant) => this.accounts.of(merchant),
        gatewayNamed: (account) => this.accounts.named(account),
        imports: () => ledger.reconciler.importer.imports.all(),
        alerts: () => this.alerts.list(),
        risk: (reference) => this.risk(reference, ledger.ask),
        metricsText: () => this.metricsText(),
      },
    });
    [this.url, this.app, this.outbox] = [url, app, outbox];
    talks.push(() => app.close());
  }

  reload(loaded: LoadedConfig): void {
    // The paths are those from the start: a change of paths waits for the next start, like the rest of `listen`.
    const tls = readTlsOf(this.started.listen);
    this.accounts.reload(loaded);
    this.takeRules(loaded);
    const waiting = waitingForStart(this.started, loaded.config);
    this.loaded = loaded;
    this.tls = tls;
    if (tls !== undefined && this.app !== undefined) serveWith(this.app, tls);
    const { logger } = this.options;
    logger.level = loaded.config.log.level;
    logger.info('rules, secrets, limits and the certificate were read again');
    if (waiting.length > 0) logger.warn({ keys: waiting }, 'these keys changed and take effect at the next start');
  }

  async drain(): Promise<void> {
    this.draining.abort();
    await this.shutdown.run(this.options.logger);
  }

  /** Opens the client of all outgoing calls, whose answers tell the time. */
  private openClient(exchanges: ExchangeArchive): OutgoingClient {
    const { clock, time, shutdown } = this;
    const { allow, timeout: timeoutMillis } = this.loaded.config.outgoing;
    const client = new OutgoingClient({ clock, exchanges, allow, timeoutMillis, onDate: time.onDate });
    shutdown.calls(() => client.close());
    time.start(this.ledger.reader.asOf, client);
    shutdown.ends.push(() => time.stop());
    return client;
  }

  /** Opens the ledger and its API keys. */
  private async openLedger(): Promise<void> {
    const { loaded, clock, meter } = this;
    const { data, listen } = loaded.config;
    const { logger, onFailure } = this.options;
    const { rules, providers } = loaded;
    const reconcileEveryMillis = () => this.loaded.config.limits.reconcile_every;
    // On Kafka the disk has a copy, whose faults pass with their cause.
    this.storage = new StorageState(data, logger, loaded.cluster === undefined ? 'HESABU_LOG_FAILED' : null, () => {
      const away = this.cluster?.kafka.presence.away;
      return away === undefined ? null : unreachable(away);
    });
    this.shutdown.ends.push(() => this.storage.stop());
    const openLog = await this.kafkaLog();
    this.ledger = await LiveLedger.open(data, {
      clock,
      deadlineTime: this.time.deadlineTime,
      ...{ meter, logger, rules, reconcileEveryMillis },
      routing: () => this.loaded.config.desk.routing,
      onFailure,
      onUnwritten: (error) => this.storage.failed(error),
      providers: providers === PROVIDERS ? undefined : providers,
      ...openLog,
    });
    this.decisions = openDecisionStores(data, logger);
    this.takeRules(loaded);
    this.shutdown.ends.push(() => this.ledger.close());
    checkKeyFiles(data);
    this.keys = new KeyStore(data);
    checkListen(listen, this.keys.live(clock.now()).length);
  }

  private takeRules({ rules, config }: LoadedConfig): void {
    const { loop } = this.ledger;
    // On Kafka workers make the blocks: a key that their rules do not name counts for nothing.
    const signer = this.cluster === undefined ? this.decisions.decisionKey.signer : null;
    const wanted = withServiceRules(rules ?? loop.rules, loop.rules, config.accounts, signer);
    if (rulesHash(wanted) !== rulesHash(loop.rules)) loop.rules = wanted;
  }

  /** Empty if the ledger is not on Kafka. */
  private async kafkaLog(): Promise<Pick<LiveLedgerOptions, 'openLog'>> {
    const { cluster: settings, config } = this.loaded;
    if (settings === undefined) return {};
    const { logger, onFailure, waitMillis = 0 } = this.options;
    const patience = { waitMillis, tell: (text: string) => logger.warn(text) };
    const onLog: OnClientLog = (level, text) => logger.debug({ client: level }, text);
    const cluster = await connectCluster(settings, patience, onLog);
    this.cluster = cluster;
    const onFault = (error: Error) => {
      onFailure(error instanceof HesabuError ? error : new HesabuError('HESABU_LOG_FAILED', { where: 'kafka' }, error));
    };
    return { openLog: () => openKafkaLog(cluster, config.data, { onFault }) };
  }

  private risk(reference: string, ask: Ask): Promise<readonly RiskSignal[]> {
    const question = { reference, rules: this.ledger.loop.rules, now: this.clock.now() };
    return ask({ query: 'riskSignals', ...question });
  }

  private metricsText(): Promise<string> {
    this.facts.count();
    return this.meter.text();
  }
}
