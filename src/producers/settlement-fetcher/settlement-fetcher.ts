// Fetches every day's settlement report of every account: yesterday's at a local hour, missed days after a stop, and a
// late report until it arrives. A report that was taken is fetched again for some days, because lines that a provider
// removes or changes later take money back.

import { hash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import type { Logger } from 'pino';
import { GatewayLimited, GatewayRefused } from '../../domain/gateway-errors.ts';
import type { Instant } from '../../domain/time.ts';
import { resolvesWithin } from '../../runtime/bounded-wait.ts';
import type { BodyPage, SettlementReport } from '../gateway.ts';
import type { FetchedAccount, SettlementFetcherOptions } from './fetcher-options.ts';
import { datesBack, datesBetween, dueAt, nextTime } from './report-days.ts';
import { compareReports, type ReportDifference } from './report-difference.ts';
import { ReportFiles } from './report-files.ts';
import { ReportNotifier } from './report-notifier.ts';
import { readPages } from './report-pages.ts';
import { aboutOf, isMissing, keyOf, nameOf, newRow, retryTime, WAIT_MILLIS_MIN } from './report-rows.ts';
import { type ReportChange, type ReportRow, ReportTable } from './report-table.ts';

export interface ReportStatus extends Omit<ReportRow, 'expected' | 'missed' | 'file' | 'cursor'> {
  /** Whether it should be available by now and is not. */
  readonly isMissing: boolean;
}

/** How often a report that was taken is fetched again, once a day. */
const LOOKS_MAX = 3;
const SLEEP_MILLIS_MAX = 3_600_000;
const RETRY_MILLIS = 60_000;
/** When the service stops, a call in flight gets this much real time to end. */
const STOP_MILLIS = 5_000;
const CHANGES_SHOWN_MAX = 100;

export class SettlementFetcher {
  private readonly options: SettlementFetcherOptions;
  private readonly table: ReportTable;
  private readonly files: ReportFiles;
  private readonly notifier: ReportNotifier;
  /** The hashes of unreadable versions by report, so that they are not imported again and again. */
  private readonly unreadable = new Map<string, string>();
  private readonly stopping = new AbortController();
  private running: Promise<unknown> | null = null;

  constructor(options: SettlementFetcherOptions) {
    this.options = options;
    this.table = new ReportTable(options.database);
    this.notifier = new ReportNotifier(options.events, this.table, options.logger);
    this.files = new ReportFiles(options.dir);
    const known = options.accounts.flatMap(({ gateway }) => this.table.rows(keyOf(gateway)));
    this.files.keepOnly(new Set(known.map(({ file }) => file)));
  }

  start(): void {
    this.running ??= Promise.all(this.options.accounts.map((account) => this.run(account)));
  }

  /** Fetches nothing more, and waits for work in flight; a report that is cut off is fetched again later. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await resolvesWithin(Promise.resolve(this.running), STOP_MILLIS);
  }

  /** The reports of the days that still matter, account by account, oldest first. */
  status(): readonly ReportStatus[] {
    const now = this.options.clock.now();
    return this.options.accounts.flatMap((account) =>
      this.table.rows(keyOf(account.gateway)).map((row) => {
        const { expected: _, missed: __, file: ___, cursor: ____, ...shown } = row;
        return { ...shown, isMissing: isMissing(account.settlement, row, now) };
      }),
    );
  }

  /** Changes in reports after they were taken, the latest first, at most 100. */
  changes(): readonly ReportChange[] {
    return this.table.changes(CHANGES_SHOWN_MAX);
  }

  private async run(account: FetchedAccount): Promise<void> {
    const { clock } = this.options;
    while (!this.stopping.signal.aborted) {
      const wakeAt = await this.round(account).catch((error: unknown) => {
        const about = { account: keyOf(account.gateway) };
        this.notifier.fault(error, about, 'the settlement reports could not continue');
        return clock.now() + RETRY_MILLIS;
      });
      const wait = Math.min(SLEEP_MILLIS_MAX, Math.max(0, wakeAt - clock.now()));
      await clock.sleep(wait, this.stopping.signal);
    }
  }

  /** Fetches every report that is due; returns when the next one is due. */
  private async round(account: FetchedAccount): Promise<Instant> {
    const key = keyOf(account.gateway);
    const { clock } = this.options;
    await this.notifier.changes(key);
    this.plan(account, key, clock.now());
    while (!this.stopping.signal.aborted) {
      const row = this.table.next(key);
      if (row?.next == null || row.next > clock.now()) return row?.next ?? Number.POSITIVE_INFINITY;
      await this.fetch(account, row);
      // Others have their turn: on a fast clock a short wait is over at once, and what it waits for may be under way.
      await setImmediate();
    }
    return Number.POSITIVE_INFINITY;
  }

  /**
   * Makes a row for each day without one: all days missed since the last row, or `days_back` days before the first;
   * yesterday; and today, whose report comes tomorrow.
   */
  private plan({ settlement }: FetchedAccount, key: string, now: Instant): void {
    this.table.transaction(() => {
      const known = new Map(this.table.rows(key).map((row) => [row.date, row]));
      const back = datesBack(now, settlement.days_back, settlement);
      const last = [...known.keys()].at(-1);
      const first = last !== undefined && last < back[0]! ? last : back[0]!;
      for (const date of datesBetween(first, back.at(-1)!)) {
        const due = dueAt(date, settlement);
        const row = known.get(date);
        const isNew = row === undefined;
        // Another hour in the configuration moves reports that are not due yet.
        const isMoved = row?.status === 'waiting' && row.tries === 0 && row.due !== due;
        const expected = known.size > 0 || due > now ? 1 : 0;
        if (isNew || isMoved) this.table.put({ ...newRow(key, date, row?.expected ?? expected), due, next: due });
      }
      for (const row of this.table.prune(key, datesBack(now, settlement.days_back + LOOKS_MAX, settlement)[0]!)) {
        this.files.remove(row.file);
      }
    });
  }

  /** Throws only if service.db fails: a failure with one report is logged, and the report is fetched again. */
  private async fetch(account: FetchedAccount, row: ReportRow): Promise<void> {
    const now = this.options.clock.now();
    const retryAt = retryTime(account.settlement, row, now);
    let outcome: string;
    try {
      const report = await account.gateway.settlement(row.date, row.cursor);
      if (report === null) outcome = await this.notThere(account, row, retryAt);
      else if ('bodies' in report) outcome = await this.takePages(account, row, report, retryAt);
      else outcome = await this.take(account, row, report, retryAt);
    } catch (error) {
      const isLimited = error instanceof GatewayLimited;
      const nextTry = isLimited ? Math.max(error.retryAt, now + WAIT_MILLIS_MIN) : retryAt;
      const left = this.table.get(row.account, row.date) ?? row;
      // A position may be valid for some time only: the report begins again.
      this.retryLater(error instanceof GatewayRefused ? { ...left, cursor: null } : left, nextTry);
      outcome = isLimited ? 'limited' : 'failed';
      if (!isLimited) this.notifier.fault(error, aboutOf(row), 'a settlement report could not be fetched');
    }
    this.options.meter.add('hesabu_settlement_reports_total', { account: account.gateway.account, outcome });
    const current = this.table.get(row.account, row.date);
    if (current === undefined || !isMissing(account.settlement, current, this.options.clock.now())) return;
    this.table.put({ ...current, missed: 1 });
    await this.notifier.missing(current);
  }

  /** A report that was taken is gone: all its lines vanished, and no version is left to compare the next one with. */
  private async notThere(account: FetchedAccount, row: ReportRow, retryAt: Instant): Promise<string> {
    // Of a report in pages the rest is not there yet: it begins again.
    if (row.status === 'waiting' || row.cursor !== null) {
      this.retryLater({ ...row, cursor: null }, retryAt);
      return 'not_ready';
    }
    const difference = await this.differenceOf(row, null, account);
    this.table.transaction(() => {
      if (difference !== null) this.table.addChange(row.account, row.date, this.options.clock.now(), difference);
      this.recordLook(account, { ...row, sha256: null, file: null });
    });
    this.files.remove(row.file);
    this.log(row).warn({ ...difference?.counts }, 'a settlement report that was taken is no longer available');
    await this.notifier.changes(row.account);
    return 'withdrawn';
  }

  /** Lines that were read before are the same facts again. */
  private async takePages(account: FetchedAccount, row: ReportRow, first: BodyPage, retryAt: Instant): Promise<string> {
    const store = (next: ReportRow) => this.table.put(next);
    const read = await readPages(account.gateway, row, first, { take: this.options.takePage, store });
    if (read === null) {
      this.retryLater({ ...row, cursor: null }, retryAt);
      return 'not_ready';
    }
    const taken = { ...read, status: 'taken', missed: 0 } as const;
    if (row.status === 'taken') this.recordLook(account, taken);
    else this.table.put({ ...taken, next: nextTime(this.options.clock.now(), account.settlement) });
    const { rows, rejected } = taken;
    this.log(row).info({ rows, rejected }, 'a settlement report was taken');
    if (row.missed === 1) await this.notifier.arrived(row);
    return row.status === 'waiting' ? 'taken' : 'unchanged';
  }

  private async take(
    account: FetchedAccount,
    row: ReportRow,
    report: SettlementReport,
    retryAt: Instant,
  ): Promise<string> {
    const sha256 = hash('sha256', report.bytes);
    if (sha256 === row.sha256) {
      this.recordLook(account, row);
      return 'unchanged';
    }
    if (sha256 === this.unreadable.get(nameOf(row))) return this.notRead(account, row, sha256, retryAt);
    const { importFile, clock } = this.options;
    const { provider, account: named } = account.gateway;
    const file = await this.files.write(row.account, row.date, sha256, report);
    const name = `${provider}-${named}-${row.date}.${report.format}`;
    const { mapping } = account.reading;
    const { record, fault } = await this.files.readable([file], ([path]) =>
      importFile({ path: path!, kind: 'settlements', name, mapping }, account.gateway),
    );
    if (fault !== null) {
      this.files.remove(file);
      this.notifier.fault(fault, aboutOf(row), 'a settlement report could not be read');
      return this.notRead(account, row, sha256, retryAt);
    }
    const difference = await this.differenceOf(row, file, account);
    const isFinding = difference !== null && difference.counts.vanished + difference.counts.changed > 0;
    // If the ledger already has the file, its rows are not counted again.
    const { rows, rejected } = record.status === 'done' ? record : { rows: null, rejected: null };
    const taken = { ...row, status: 'taken', missed: 0, sha256, rows, file, rejected, import: record.id } as const;
    this.table.transaction(() => {
      if (isFinding) this.table.addChange(row.account, row.date, clock.now(), difference);
      if (row.status === 'taken') this.recordLook(account, taken);
      else this.table.put({ ...taken, next: nextTime(clock.now(), account.settlement) });
    });
    this.files.remove(row.file);
    this.log(row).info({ rows, rejected, ...difference?.counts }, 'a settlement report was taken');
    if (row.missed === 1) await this.notifier.arrived(row);
    await this.notifier.changes(row.account);
    return row.status === 'waiting' ? 'taken' : isFinding ? 'changed' : 'grown';
  }

  /** The gateway may correct it. The last readable version of the report is kept. */
  private notRead(account: FetchedAccount, row: ReportRow, sha256: string, retryAt: Instant): string {
    this.unreadable.set(nameOf(row), sha256);
    if (row.status === 'taken') this.recordLook(account, row);
    else this.retryLater(row, retryAt);
    return 'unreadable';
  }

  /** Null if there is no earlier version, or its file is gone. */
  private async differenceOf(
    row: ReportRow,
    file: string | null,
    { gateway: { provider, account }, reading }: FetchedAccount,
  ): Promise<ReportDifference | null> {
    if (row.file === null || !(await this.files.canRead(row.file))) return null;
    return this.files.readable([row.file, file], ([before, after]) =>
      compareReports(before!, after ?? null, { ...reading, ...{ provider, account } }),
    );
  }

  /** Records another look; the last one finishes the report. */
  private recordLook({ settlement }: FetchedAccount, row: ReportRow): void {
    const looks = row.looks + 1;
    if (looks < LOOKS_MAX) {
      this.table.put({ ...row, looks, next: nextTime(this.options.clock.now(), settlement) });
      return;
    }
    this.table.put({ ...row, status: 'done', looks, next: null, file: null });
    this.files.remove(row.file);
  }

  private retryLater(row: ReportRow, at: Instant): void {
    this.table.put({ ...row, tries: row.tries + 1, next: at });
  }

  private log(row: ReportRow): Logger {
    return this.options.logger.child(aboutOf(row));
  }
}
