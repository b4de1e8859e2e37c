// The live service in one place: what it is made of, the order in which it starts and ends, and what it reads again.

import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import type { HesabuError } from '../../domain/errors.ts';
import { KeyStore } from '../../http/access/key-store.ts';
import { registerApi } from '../../http/api/register.ts';
import { buildApp } from '../../http/app.ts';
import { PromMeter } from '../../http/metrics.ts';
import { registerWebhooks } from '../../http/webhooks/route.ts';
import { type Clock, fastClock, SYSTEM_CLOCK } from '../../log/clock.ts';
import { openServiceDatabase } from '../../log/service-database.ts';
import { compileRules } from '../../matching/rules.ts';
import { ExchangeArchive } from '../../producers/exchanges/archive.ts';
import { OutgoingClient } from '../../producers/outgoing/client.ts';
import { Poller } from '../../producers/poller/poller.ts';
import { SettlementFetcher } from '../../producers/settlement-fetcher/settlement-fetcher.ts';
import { UnreadWebhooks } from '../../producers/webhooks/unread.ts';
import { isAwaited } from '../../projections/awaited/awaited.ts';
import { LiveRisk } from '../../projections/risk/risk.ts';
import { makePseudonym } from '../engine/pseudonym.ts';
import { LiveBooks } from './books.ts';
import type { Config } from './config.ts';
import type { LoadedConfig } from './config-file.ts';
import { runDaily } from './daily.ts';
import { Accounts } from './gateways.ts';
import { checkListen } from './listen-rule.ts';
import { type Messages, startMessages } from './messages.ts';
import { DayReports } from './reports.ts';

export interface Service {
  readonly url: string;
  readonly books: LiveBooks;
  readonly keys: KeyStore;
  /** Takes other rules, secrets and limits. Throws a HesabuError, and everything stays as it was. */
  reload(loaded: LoadedConfig): void;
  /** Takes nothing more, answers what is under way, brings the ledger up to date, and closes everything. */
  drain(): Promise<void>;
}

export interface ServiceOptions {
  readonly logger: Logger;
  /** Told once when the service cannot go on. */
  readonly onFailure: (error: HesabuError) => void;
  /** That of the configuration where absent. */
  readonly clock?: Clock;
}

const UPLOAD_BYTES_MAX = 1024 * 1024 * 1024;
/** The ledger is behind where its oldest unread fact waits as long. */
const LAG_MILLIS_MAX = 30_000;
/** After midnight the day's last callbacks and polls are given as long before its report is written. */
const REPORT_DELAY_MILLIS = 10 * 60_000;
/** Heads are signed and kept as often, in real time; what is asked for is signed at once. */
const SIGN_MILLIS = 60_000;

/** Throws a HesabuError where it cannot start; nothing is left open. */
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
  books!: LiveBooks;
  keys!: KeyStore;
  private loaded: LoadedConfig;
  private readonly options: ServiceOptions;
  private readonly clock: Clock;
  private readonly meter = new PromMeter();
  private readonly draining = new AbortController();
  /** What ends, in the order in which it was begun; it ends in the opposite one. */
  private readonly ends: (() => Promise<unknown> | unknown)[] = [];
  private accounts!: Accounts;
  private messages!: Messages;

  constructor(loaded: LoadedConfig, options: ServiceOptions) {
    this.loaded = loaded;
    this.options = options;
    this.clock = options.clock ?? clockOf(loaded.config);
  }

  async start(): Promise<void> {
    const { loaded, options, clock, meter, ends } = this;
    const { config } = loaded;
    this.books = await LiveBooks.open(config.data, {
      clock,
      meter,
      logger: options.logger,
      rules: loaded.rules,
      reconcileEveryMillis: config.limits.reconcile_every,
      onFailure: options.onFailure,
    });
    ends.push(() => this.books.close());
    this.keys = new KeyStore(config.data);
    checkListen(config.listen, this.keys.list().filter(({ revoked_at }) => revoked_at === null).length);
    const database = openServiceDatabase(config.data);
    ends.push(() => database.close());
    const pseudonym = makePseudonym(config.data);
    const exchanges = await ExchangeArchive.open(config.data, {
      pseudonym,
      retentionDays: config.archive.days,
      onDamage: (where) => options.logger.error({ where }, 'a part of the raw archive cannot be read'),
    });
    ends.push(() => exchanges.close());
    const client = new OutgoingClient({
      clock,
      exchanges,
      allow: config.outgoing.allow,
      timeoutMillis: config.outgoing.timeout,
    });
    ends.push(() => client.close());
    this.accounts = new Accounts(loaded, { client, clock, meter, pseudonym });
    this.books.start();
    const { logger } = options;
    this.messages = startMessages({
      books: this.books,
      database,
      client,
      clock,
      meter,
      logger,
      loaded: () => this.loaded,
    });
    ends.push(() => this.messages.stop());
    this.startAsking(database);
    const reports = this.startReports();
    await this.listen(database, exchanges, pseudonym, reports);
  }

  reload(loaded: LoadedConfig): void {
    this.accounts.reload(loaded);
    if (loaded.rules !== undefined) this.books.rules = loaded.rules;
    this.loaded = loaded;
    this.options.logger.level = loaded.config.log.level;
    this.options.logger.info('rules, secrets and limits were read again');
  }

  async drain(): Promise<void> {
    this.draining.abort();
    for (let end = this.ends.pop(); end !== undefined; end = this.ends.pop()) {
      try {
        await end();
      } catch (error) {
        this.options.logger.error({ err: error }, 'a part did not end as it should');
      }
    }
  }

  /** Polls and settlement reports. */
  private startAsking(database: DatabaseSync): void {
    const { books, clock, meter, ends } = this;
    const { logger } = this.options;
    const { log, dir } = books.reconciler;
    const all = this.accounts.all;
    const poller = new Poller({
      accounts: all.map(({ gateway, config }) => ({ gateway, merchants: config.merchants, polling: config.polling })),
      log,
      database,
      sink: books,
      isAwaited: (reference) => this.isAwaited(reference),
      clock,
      meter,
      logger,
    });
    poller.start();
    ends.push(() => poller.stop());
    const fetcher = new SettlementFetcher({
      accounts: all.flatMap(({ gateway, config: { settlement } }) =>
        settlement === undefined ? [] : [{ gateway, settlement }],
      ),
      database,
      dir: join(dir, 'raw', 'settlements'),
      importFile: (path, kind, provider, name) => books.importFile(path, kind, provider, name),
      events: {
        missing: (account, date) => logger.warn({ account, date }, 'a settlement report is missing'),
        arrived: (account, date) => logger.info({ account, date }, 'a settlement report came late'),
        changed: (account, date) => logger.warn({ account, date }, 'a settlement report changed'),
      },
      clock,
      meter,
      logger,
    });
    fetcher.start();
    ends.push(() => fetcher.stop());
  }

  private async isAwaited(reference: string): Promise<boolean> {
    const { books } = this;
    const found = await books.findKey(reference);
    // What the ledger has not read yet may be anything.
    if (found === undefined) return true;
    return isAwaited(found.claims, compileRules(books.rules), this.clock.now());
  }

  private startReports(): DayReports {
    const { books, clock, draining, ends } = this;
    const { logger } = this.options;
    const reports = new DayReports(books, clock);
    const work = {
      zone: books.rules.zone,
      delayMillis: REPORT_DELAY_MILLIS,
      // A ledger that nothing was told yet has nothing to report.
      isDone: (day: string) => books.asOf === 0 || reports.isDone(day),
      run: async (day: string) => {
        try {
          await reports.writeDay(day);
          logger.info({ day }, 'the report of the day is written');
        } catch (error) {
          logger.error({ err: error, day }, 'the report of the day could not be written');
        }
      },
    };
    const running = runDaily(clock, work, draining.signal);
    ends.push(() => running);
    const signing = setInterval(() => {
      books.checkpoints().catch((error) => logger.error({ err: error }, 'the heads could not be signed'));
    }, SIGN_MILLIS);
    ends.push(() => clearInterval(signing));
    return reports;
  }

  private async listen(
    database: DatabaseSync,
    exchanges: ExchangeArchive,
    pseudonym: (text: string) => string,
    reports: DayReports,
  ): Promise<void> {
    const { books, clock, meter, keys } = this;
    const { listen } = this.loaded.config;
    const { logger } = this.options;
    const unread = new UnreadWebhooks(database);
    const risk = new LiveRisk(
      books.reconciler.log,
      () => books.rules,
      () => clock.now(),
    );
    risk.readOn();
    const register = (app: FastifyInstance) => {
      registerWebhooks(app, {
        account: (provider, account) => this.accounts.webhook(provider, account),
        sink: books,
        exchanges,
        unread,
        clock,
        meter,
        pseudonym,
        waitingMax: () => this.loaded.config.limits.webhooks_waiting,
      });
      registerApi(app, {
        books,
        clock,
        logger,
        meter,
        keys,
        database,
        pseudonym,
        gateways: (merchant) => this.accounts.of(merchant),
        exchanges,
        unread: () => unread.list(),
        imports: () => books.reconciler.imports.all(),
        alerts: () => [],
        risk: (reference) => risk.signalsOf(reference),
        reports,
        metricsText: () => meter.text(),
        uploadDir: join(books.reconciler.dir, 'uploads'),
        uploadBytesMax: UPLOAD_BYTES_MAX,
        draining: this.draining.signal,
      });
    };
    const tls = listen.tls === undefined ? undefined : { cert: read(listen.tls.cert), key: read(listen.tls.key) };
    const notReady = () => this.notReady();
    const app = buildApp({ clock, logger, notReady, tls, behindProxy: listen.behind_proxy, register });
    this.ends.push(() => app.close());
    await app.listen({ host: listen.host, port: listen.port });
    const { port } = app.server.address() as AddressInfo;
    const host = listen.host.includes(':') ? `[${listen.host}]` : listen.host;
    this.url = `${tls === undefined ? 'http' : 'https'}://${host}:${port}`;
  }

  private notReady(): string[] {
    const { books } = this;
    const reasons: string[] = [];
    if (this.draining.signal.aborted) reasons.push('the service is ending');
    if (books.fault !== null) reasons.push(`the ledger: ${books.fault.code}`);
    if (books.lagMillis > LAG_MILLIS_MAX) reasons.push(`the ledger is ${Math.round(books.lagMillis / 1000)} s behind`);
    return reasons;
  }
}

function clockOf({ clock }: Config): Clock {
  return clock === undefined ? SYSTEM_CLOCK : fastClock(Date.parse(clock.from), clock.speed);
}

function read(path: string): string {
  return readFileSync(path, 'utf8');
}
