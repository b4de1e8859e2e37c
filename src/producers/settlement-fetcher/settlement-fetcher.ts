// Fetches every day's settlement report of every account: the day before's at a local hour, missed days after a stop, a
// late one again and again. One that was taken is looked at for some days more, since a report that loses lines or
// changes them later takes money back.

import { hash } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import type { Logger } from 'pino';
import { GatewayLimited } from '../../domain/gateway-errors.ts';
import type { Instant } from '../../domain/time.ts';
import { resolvesWithin } from '../../runtime/bounded-wait.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { Meter } from '../../runtime/meter.ts';
import type { Gateway, SettlementReport } from '../gateway.ts';
import { Announcer, type SettlementEvents } from './announcer.ts';
import { compareReports, type ReportDifference } from './compare.ts';
import { datesBack, datesBetween, dueAt, nextTime } from './report-days.ts';
import { ReportFiles } from './report-files.ts';
import {
  aboutOf,
  type FetchSettings,
  isMissing,
  keyOf,
  nameOf,
  newRow,
  retryTime,
  WAIT_MILLIS_MIN,
} from './report-rows.ts';
import { type ReportChange, type ReportRow, ReportTable } from './report-table.ts';

export interface FetchedAccount {
  readonly gateway: Pick<Gateway, 'provider' | 'account' | 'settlement'>;
  readonly settlement: FetchSettings;
}

/** What became of a file that was handed over. */
interface Taken {
  readonly record: {
    readonly id: number;
    readonly status: 'begun' | 'done' | 'refused';
    readonly rows: number;
    readonly rejected: number;
  };
  readonly fault: Error | null;
}

export interface SettlementFetcherOptions {
  readonly accounts: readonly FetchedAccount[];
  readonly database: DatabaseSync;
  /** Where the last versions of reports are kept for some days; nothing else stands there. */
  readonly dir: string;
  readonly importFile: (path: string, kind: 'settlements', provider: string, name: string) => Promise<Taken>;
  readonly events: SettlementEvents;
  readonly clock: Clock;
  readonly meter: Meter;
  readonly logger: Logger;
}

export interface ReportStatus extends Omit<ReportRow, 'expected' | 'missed' | 'file'> {
  /** Whether it should be there by now and is not. */
  readonly isMissing: boolean;
}

/** How often a report that was taken is looked at again, once a day. */
const LOOKS_MAX = 3;
const SLEEP_MILLIS_MAX = 3_600_000;
const RETRY_MILLIS = 60_000;
/** A call under way gets this much real time to end when the service stops. */
const STOP_MILLIS = 5_000;
const CHANGES_SHOWN_MAX = 100;

export class SettlementFetcher {
  private readonly options: SettlementFetcherOptions;
  private readonly table: ReportTable;
  private readonly files: ReportFiles;
  private readonly announcer: Announcer;
  /** The hashes of versions that could not be read, by report: they are not taken into the log again and again. */
  private readonly unreadable = new Map<string, string>();
  private readonly stopping = new AbortController();
  private running: Promise<unknown> | null = null;

  constructor(options: SettlementFetcherOptions) {
    this.options = options;
    this.table = new ReportTable(options.database);
    this.announcer = new Announcer(options.events, this.table, options.logger);
    this.files = new ReportFiles(options.dir);
    const known = options.accounts.flatMap(({ gateway }) => this.table.rows(keyOf(gateway)));
    this.files.keepOnly(new Set(known.map(({ file }) => file)));
  }

  start(): void {
    this.running ??= Promise.all(this.options.accounts.map((account) => this.run(account)));
  }

  /** Fetches no more, and waits a while for what is under way; cut off, it is fetched again. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await resolvesWithin(Promise.resolve(this.running), STOP_MILLIS);
  }

  /** The reports of the days that are still of interest, account by account, oldest first. */
  status(): readonly ReportStatus[] {
    const now = this.options.clock.now();
    return this.options.accounts.flatMap((account) =>
      this.table.rows(keyOf(account.gateway)).map((row) => {
        const { expected: _, missed: __, file: ___, ...shown } = row;
        return { ...shown, isMissing: isMissing(account.settlement, row, now) };
      }),
    );
  }

  /** What changed in reports after they were taken, the latest first, 100 at most. */
  changes(): readonly ReportChange[] {
    return this.table.changes(CHANGES_SHOWN_MAX);
  }

  private async run(account: FetchedAccount): Promise<void> {
    const { clock } = this.options;
    while (!this.stopping.signal.aborted) {
      const wakeAt = await this.round(account).catch((error: unknown) => {
        const about = { account: keyOf(account.gateway) };
        this.announcer.fault(error, about, 'the settlement reports could not be gone on with');
        return clock.now() + RETRY_MILLIS;
      });
      const wait = Math.min(SLEEP_MILLIS_MAX, Math.max(0, wakeAt - clock.now()));
      await clock.sleep(wait, this.stopping.signal);
    }
  }

  /** Asks for every report whose time has come; says when the next one's comes. */
  private async round(account: FetchedAccount): Promise<Instant> {
    const key = keyOf(account.gateway);
    const { clock } = this.options;
    await this.announcer.changes(key);
    this.plan(account, key, clock.now());
    while (!this.stopping.signal.aborted) {
      const row = this.table.next(key);
      if (row?.next == null || row.next > clock.now()) return row?.next ?? Number.POSITIVE_INFINITY;
      await this.ask(account, row);
    }
    return Number.POSITIVE_INFINITY;
  }

  /**
   * Makes a row for each day that has none: all that were missed since the last one, and days back before the first;
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
        // Another hour in the configuration moves what is not due yet.
        const isMoved = row?.status === 'waiting' && row.tries === 0 && row.due !== due;
        const expected = known.size > 0 || due > now ? 1 : 0;
        if (isNew || isMoved) this.table.put({ ...newRow(key, date, row?.expected ?? expected), due, next: due });
      }
      for (const row of this.table.prune(key, datesBack(now, settlement.days_back + LOOKS_MAX, settlement)[0]!)) {
        this.files.remove(row.file);
      }
    });
  }

  /** Never throws but where service.db fails: what goes wrong with one report is told, and it is asked for again. */
  private async ask(account: FetchedAccount, row: ReportRow): Promise<void> {
    const now = this.options.clock.now();
    const retryAt = retryTime(account.settlement, row, now);
    let outcome: string;
    try {
      const report = await account.gateway.settlement(row.date);
      outcome =
        report === null ? await this.notThere(account, row, retryAt) : await this.take(account, row, report, retryAt);
    } catch (error) {
      const isLimited = error instanceof GatewayLimited;
      const again = isLimited ? Math.max(error.retryAt, now + WAIT_MILLIS_MIN) : retryAt;
      this.askAgain(row, again);
      outcome = isLimited ? 'limited' : 'failed';
      if (!isLimited) this.announcer.fault(error, aboutOf(row), 'a settlement report could not be fetched');
    }
    this.options.meter.add('hesabu_settlement_reports_total', { account: account.gateway.account, outcome });
    const left = this.table.get(row.account, row.date);
    if (left === undefined || !isMissing(account.settlement, left, this.options.clock.now())) return;
    this.table.put({ ...left, missed: 1 });
    await this.announcer.missing(left);
  }

  /** Of one that was taken all lines vanished: a finding, and no version is left that the next could be like. */
  private async notThere(account: FetchedAccount, row: ReportRow, retryAt: Instant): Promise<string> {
    if (row.status === 'waiting') {
      this.askAgain(row, retryAt);
      return 'not_ready';
    }
    const difference = await this.differenceOf(row, null, account.gateway.provider);
    this.table.transaction(() => {
      if (difference !== null) this.table.addChange(row.account, row.date, this.options.clock.now(), difference);
      this.looked(account, { ...row, sha256: null, file: null });
    });
    this.files.remove(row.file);
    this.log(row).warn({ ...difference?.counts }, 'a settlement report that was taken is not there any more');
    await this.announcer.changes(row.account);
    return 'withdrawn';
  }

  private async take(
    account: FetchedAccount,
    row: ReportRow,
    report: SettlementReport,
    retryAt: Instant,
  ): Promise<string> {
    const sha256 = hash('sha256', report.bytes);
    if (sha256 === row.sha256) {
      this.looked(account, row);
      return 'unchanged';
    }
    if (sha256 === this.unreadable.get(nameOf(row))) return this.notRead(account, row, sha256, retryAt);
    const { importFile, clock } = this.options;
    const { provider } = account.gateway;
    const file = await this.files.write(row.account, row.date, sha256, report);
    const name = `${provider}-${account.gateway.account}-${row.date}.${report.format}`;
    const { record, fault } = await importFile(this.files.pathOf(file), 'settlements', provider, name);
    if (fault !== null) {
      this.files.remove(file);
      this.announcer.fault(fault, aboutOf(row), 'a settlement report could not be read');
      return this.notRead(account, row, sha256, retryAt);
    }
    const difference = await this.differenceOf(row, file, provider);
    const isFinding = difference !== null && difference.counts.vanished + difference.counts.changed > 0;
    // Of a file that the ledger knows already, it does not count the rows again.
    const { rows, rejected } = record.status === 'done' ? record : { rows: null, rejected: null };
    const taken = { ...row, status: 'taken', missed: 0, sha256, rows, file, rejected, import: record.id } as const;
    this.table.transaction(() => {
      if (isFinding) this.table.addChange(row.account, row.date, clock.now(), difference);
      if (row.status === 'taken') this.looked(account, taken);
      else this.table.put({ ...taken, next: nextTime(clock.now(), account.settlement) });
    });
    this.files.remove(row.file);
    this.log(row).info({ rows, rejected, ...difference?.counts }, 'a settlement report was taken');
    if (row.missed === 1) await this.announcer.arrived(row);
    await this.announcer.changes(row.account);
    return row.status === 'waiting' ? 'taken' : isFinding ? 'changed' : 'grown';
  }

  /** The gateway may mend it. Of a report that was taken before, the version that could be read stays. */
  private notRead(account: FetchedAccount, row: ReportRow, sha256: string, retryAt: Instant): string {
    this.unreadable.set(nameOf(row), sha256);
    if (row.status === 'taken') this.looked(account, row);
    else this.askAgain(row, retryAt);
    return 'unreadable';
  }

  /** Null where there is no earlier version, or it is not there any more. */
  private async differenceOf(row: ReportRow, file: string | null, provider: string): Promise<ReportDifference | null> {
    if (row.file === null || !this.files.has(row.file)) return null;
    return compareReports(this.files.pathOf(row.file), file === null ? null : this.files.pathOf(file), provider);
  }

  /** Another look was had; the last one ends it. */
  private looked({ settlement }: FetchedAccount, row: ReportRow): void {
    const looks = row.looks + 1;
    if (looks < LOOKS_MAX) {
      this.table.put({ ...row, looks, next: nextTime(this.options.clock.now(), settlement) });
      return;
    }
    this.table.put({ ...row, status: 'done', looks, next: null, file: null });
    this.files.remove(row.file);
  }

  private askAgain(row: ReportRow, at: Instant): void {
    this.table.put({ ...row, tries: row.tries + 1, next: at });
  }

  private log(row: ReportRow): Logger {
    return this.options.logger.child(aboutOf(row));
  }
}
