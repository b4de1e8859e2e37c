// The reports of days: each is written once after its day has ended, and today's on request.

import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { DateTime } from 'luxon';
import type { Logger } from 'pino';
import { type ReportPlace, writeReport } from '../app/report.ts';
import { HesabuError } from '../domain/errors.ts';
import { READER_LANGUAGES, type ReaderLanguage } from '../domain/language.ts';
import { isDate } from '../domain/time.ts';
import type { Reports } from '../http/api/api-context.ts';
import type { Clock } from '../runtime/clock.ts';
import { syncDirectory } from '../runtime/directories.ts';
import { type MessageSink, messageId } from '../runtime/outgoing-message.ts';
import { SILENT } from '../runtime/progress.ts';
import { replaceFile } from '../runtime/whole-file.ts';
import { runDailyJob } from './daily-job.ts';
import type { LiveLedger } from './ledger/live-ledger.ts';
import { RejectTable } from './tables/reject-table.ts';

/** A report made on request serves later requests for this long. */
const FRESH_MILLIS = 30_000;

/** How long after midnight the report waits for the day's last callbacks and polls. */
const DELAY_MILLIS = 10 * 60_000;

/** A report shows this many rejects; the imports API shows all stored ones. */
const REJECTS_MAX = 10_000;

/** Well below the time for which the outbox remembers a message, so nothing is sent twice. */
const ANNOUNCED_DAYS = 7;

export interface DayReportsOptions {
  readonly ledger: LiveLedger;
  readonly clock: Clock;
  readonly outbox: MessageSink;
  /** Tells people. */
  readonly notices: { reported(day: string): void };
  /** service.db, which stores the rejects of imports. */
  readonly database: DatabaseSync;
  readonly logger: Logger;
}

export class DayReports implements Reports {
  private readonly options: DayReportsOptions;
  private readonly ledger: LiveLedger;
  private readonly clock: Clock;
  private readonly rejects: RejectTable;
  private readonly folder: string;
  /** Reports in progress or made recently, by day and language. */
  private readonly today = new Map<string, { readonly at: number; readonly made: Promise<string> }>();

  constructor(options: DayReportsOptions) {
    const { ledger, clock, database } = options;
    this.rejects = new RejectTable(database);
    this.options = options;
    this.ledger = ledger;
    this.clock = clock;
    this.folder = join(ledger.reconciler.dir, 'reports');
  }

  /** Writes the report of each day that ends and announces it, until the signal aborts. */
  run(signal: AbortSignal): Promise<void> {
    const { ledger, clock } = this;
    const work = {
      zone: ledger.loop.rules.zone,
      delayMillis: DELAY_MILLIS,
      // A ledger without facts has nothing to report. A report may exist and not be announced yet.
      isDone: () => ledger.reader.asOf === 0,
      run: (day: string) => this.report(day),
    };
    return runDailyJob(clock, work, signal);
  }

  isDone(day: string): boolean {
    return existsSync(join(this.folder, day));
  }

  /** Writes the report of a day that has ended, in every language: completely or not at all. */
  async writeDay(day: string): Promise<void> {
    const temporary = join(this.folder, `.${day}`);
    rmSync(temporary, { recursive: true, force: true });
    await this.write(
      day,
      READER_LANGUAGES.map((lang) => ({ out: join(temporary, lang), lang })),
    );
    renameSync(temporary, join(this.folder, day));
    syncDirectory(this.folder);
  }

  async of(day: string, language: ReaderLanguage): Promise<string> {
    if (!isDate(day)) throw new HesabuError('HESABU_REQUEST_INVALID', { where: 'day', expected: 'a date', found: day });
    if (this.isDone(day)) return this.ofDone(day, language);
    const now = DateTime.fromMillis(this.clock.now(), { zone: this.ledger.loop.rules.zone }).toISODate()!;
    if (day === now) return this.ofToday(day, language);
    const days = this.days();
    const expected = days.length === 0 ? `today, ${now}` : `${days[0]} to ${days.at(-1)}, or today, ${now}`;
    throw new HesabuError('HESABU_NOT_FOUND', { where: `the report of ${day}`, expected });
  }

  /** A day that was reported before there was the language has no report in it. */
  private ofDone(day: string, language: ReaderLanguage): string {
    const path = join(this.folder, day, language);
    if (existsSync(path)) return path;
    throw new HesabuError('HESABU_NOT_FOUND', {
      where: `the report of ${day} in ${language}`,
      expected: this.languagesOf(day).join(' or '),
    });
  }

  private languagesOf(day: string): ReaderLanguage[] {
    return READER_LANGUAGES.filter((language) => existsSync(join(this.folder, day, language)));
  }

  days(atMost = Infinity): readonly string[] {
    const all = existsSync(this.folder) ? readdirSync(this.folder).filter(isDate).sort() : [];
    return all.slice(Math.max(0, all.length - atMost));
  }

  private async report(day: string): Promise<void> {
    const { logger } = this.options;
    try {
      if (!this.isDone(day)) {
        await this.writeDay(day);
        logger.info({ day }, 'the report of the day was written');
      }
      this.announce(day);
    } catch (error) {
      logger.error({ err: error, day }, 'the report of the day could not be written and announced');
    }
  }

  /** A crash may have come between a report and its message: the last days are announced again, under the same id. */
  private announce(last: string): void {
    const { clock, outbox, notices } = this.options;
    const first = DateTime.fromISO(last).minus({ days: ANNOUNCED_DAYS }).toISODate()!;
    const [type, timestamp] = ['report.ready', clock.now()];
    const days = readdirSync(this.folder).filter((day) => isDate(day) && first <= day && day <= last);
    outbox.put(
      days.map((day) => {
        const id = messageId(type, day);
        return { id, type, timestamp, merchant: '', names: [], data: { day, languages: this.languagesOf(day) } };
      }),
    );
    // Of older ones people have heard, or were not there yet.
    notices.reported(last);
  }

  private ofToday(day: string, language: ReaderLanguage): Promise<string> {
    const name = `${day}-${language}`;
    const known = this.today.get(language);
    if (known !== undefined && performance.now() - known.at < FRESH_MILLIS) return known.made;
    const path = join(this.folder, '.today', name);
    const made = this.write(day, [{ out: path, lang: language }]).then(() => path);
    this.today.set(language, { at: performance.now(), made });
    made.catch(() => this.today.delete(language));
    return made;
  }

  private async write(day: string, editions: ReportPlace['editions']): Promise<void> {
    for (const { out } of editions) mkdirSync(out, { recursive: true, mode: 0o700 });
    await this.ledger.loop.catchUp();
    const { reconciler } = this.ledger;
    const rejects = this.rejects.latest(REJECTS_MAX);
    const begin = DateTime.fromISO(day, { zone: this.ledger.loop.rules.zone });
    // A list of all that ever matched would be longer every day, and too long for a mail and for a spreadsheet.
    const matchedIn = { from: begin.toMillis(), to: begin.plus({ days: 1 }).toMillis() };
    const place = { where: reconciler.dir, editions, matchedIn, rejects, progress: SILENT };
    const { summary, merchants } = await writeReport(reconciler, place);
    // For those who see some merchants: the other files are about all of them.
    const text = JSON.stringify({ as_of: summary.as_of, merchants });
    for (const { out } of editions) {
      await replaceFile(join(out, 'merchants.json'), (temporary) => writeFileSync(temporary, text));
    }
  }
}
