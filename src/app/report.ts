// `hesabu report`: reports of the ledger as it stands, including the matched payments. Nothing is imported.

import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { HesabuError, type Reject } from '../domain/errors.ts';
import { FACT_TOPICS, TASK_TOPICS } from '../domain/fact.ts';
import type { ReaderLanguage } from '../domain/language.ts';
import type { Instant } from '../domain/time.ts';
import { entriesOf, rulesInForce, timeOf } from '../engine/executors/executors.ts';
import { type ReadOnlyLedger, withReadOnlyLedger } from '../engine/read-only-ledger.ts';
import type { LedgerHead } from '../ledger/head.ts';
import type { EventLog } from '../log/event-log.ts';
import { type Rules, rulesHash } from '../matching/rules.ts';
import { firstHeightFrom } from '../projections/block-times.ts';
import { Imports } from '../projections/imports.ts';
import { riskBefore } from '../projections/risk/risk.ts';
import type { Transaction } from '../projections/transactions.ts';
import { type Progress, SILENT } from '../runtime/progress.ts';
import { replaceFile } from '../runtime/whole-file.ts';
import { RulesLog } from '../task/rules-log.ts';
import { type ReportEdition, type Told, writeLists, writeReportBook } from './report-files.ts';
import { writeMatchedCsv, writeRejectsCsv } from './reports/csv.ts';
import { rejectedRows } from './reports/rejected-rows.ts';
import { riskSummary } from './reports/risk.ts';
import { SharedPages } from './reports/shared-pages.ts';
import { type Summary, writeSummaryJson } from './reports/summary.ts';
import {
  type MerchantOutcome,
  merchantOutcomes,
  outcomeOf,
  overviewHints,
  summarise,
  unreadBefore,
} from './summaries.ts';

export interface ReportOptions {
  readonly data: string;
  readonly out: string;
  readonly lang: ReaderLanguage;
  readonly progress?: Progress;
  /** The number of threads; by default it depends on the size of the ledger. */
  readonly threads?: number;
}

/**
 * Writes the files of a report into `out`. Throws HESABU_OUT_UNWRITABLE, and HESABU_USAGE if nothing has been
 * reconciled yet.
 */
export async function report(options: ReportOptions): Promise<ReportResult> {
  const { data, out, lang, progress = SILENT, threads } = options;
  return withReadOnlyLedger(
    data,
    async (ledger) => {
      return writeReport(ledger, { where: data, editions: [{ out, lang }], progress });
    },
    threads === undefined ? {} : { threads },
  );
}

export interface ReportResult {
  readonly summary: Summary;
  readonly zone: string;
  /** The names of the files that were written. */
  readonly files: readonly string[];
  readonly merchants: readonly MerchantOutcome[];
}

/** A ledger whose executors hold its state, in a command or in the running service. */
export type ReportableLedger = Pick<ReadOnlyLedger, 'executors'> & {
  readonly log: Pick<EventLog, 'read' | 'end' | 'partitions'>;
};

/** From a time to before another one. */
export interface TimeRange {
  readonly from: Instant;
  readonly to: Instant;
}

export interface ReportPlace {
  /** What the ledger is called in an error. */
  readonly where: string;
  /** One for each language: what they say is read from the ledger once. */
  readonly editions: readonly ReportEdition[];
  readonly progress: Progress;
  /** Of the matched payments only those that came to match in this time. */
  readonly matchedIn?: TimeRange;
  /** The rows that imports rejected, if the caller has them. */
  readonly rejects?: readonly Reject[];
}

/** As `report`, for a ledger that is open. */
export async function writeReport(ledger: ReportableLedger, place: ReportPlace): Promise<ReportResult> {
  const { where, editions, rejects = [] } = place;
  const started = performance.now();
  const { ask } = ledger.executors;
  const heads = await ask({ query: 'heads' });
  if (timeOf(heads) === 0) {
    throw new HesabuError('HESABU_USAGE', { where, expected: 'a ledger that was reconciled at least once' });
  }
  const rules = rulesInForce(heads, new RulesLog(ledger.log));
  const overview = await ask({ query: 'overview' });
  const outcome = await outcomeOf(ask, rules, () => ask({ query: 'outcomeRoot' }), overview);
  const hints = await overviewHints(ask, overview);
  const about = { asOf: timeOf(heads), entries: entriesOf(heads), counts: new Map() };
  const facts = await factsOf(ledger, heads);
  const unread = unreadBefore(new Imports(ledger.log), []);
  const signals = riskBefore(ledger.log, rules, about.asOf);
  const waiting = waitingIn(ledger.log, heads);
  const summary = { ...summarise(about, outcome, [], 0), facts, ...riskSummary(signals), ...unread, ...waiting };
  const rejected = await rejectedRows(overview, rejects);
  const told = { summary, overview, outcome, hints, signals, rejects, rejected };
  const files: string[] = [];
  for (const edition of editions) {
    if (rejects.length > 0) await writeRejectsCsv(join(edition.out, 'rejects.csv'), rejects);
    files.push(...(await writeLists(edition, told)));
  }
  await writeMatched(ledger, rules, { ...place, told });
  const timed = { ...summary, elapsed_ms: Math.round(performance.now() - started) };
  for (const { out } of editions) await writeSummaryJson(join(out, 'summary.json'), timed);
  if (rejects.length > 0) files.push('rejects.csv');
  const names = ['summary.json', ...new Set(files), 'matched.csv', 'report.xlsx'];
  return { summary: timed, zone: rules.zone, files: names, merchants: merchantOutcomes(overview) };
}

/** Writes every file that has the matched payments, of which a million would fill the memory: they are read once. */
async function writeMatched(
  ledger: ReportableLedger,
  rules: Rules,
  { editions, told, progress, matchedIn }: ReportPlace & { readonly told: Told },
): Promise<void> {
  progress.start('matched payments', null, 'rows');
  const pages = matchedPages(ledger, { rulesHash: rulesHash(rules), matchedIn, progress });
  const shared = new SharedPages(pages, 1 + editions.length);
  const [first, ...others] = editions.map(({ out }) => join(out, 'matched.csv'));
  const sheet = matchedIn === undefined ? 'matched' : 'matchedThen';
  const writing = editions.map((edition) => writeReportBook(edition, { ...told, [sheet]: shared.pages() }, rules.zone));
  await allOf([writeMatchedCsv(first!, shared.pages()), ...writing], (error) => shared.fail(error));
  // No word of it is in a language.
  for (const other of others) await replaceFile(other, (temporary) => copyFile(first!, temporary));
  progress.stop();
}

/** Waits for all work, also where some of it fails: then `fail` is told at once, and the first error is thrown. */
async function allOf(work: readonly Promise<void>[], fail: (error: unknown) => void): Promise<void> {
  for (const each of work) each.catch(fail);
  await Promise.allSettled(work);
  await Promise.all(work);
}

/** All matched payments by partition, then by key. The next page is computed while the last one is used. */
async function* matchedPages(
  { executors, log }: ReportableLedger,
  { rulesHash, matchedIn, progress }: { rulesHash: string; matchedIn: TimeRange | undefined; progress: Progress },
): AsyncGenerator<readonly Transaction[]> {
  let done = 0;
  for (let partition = 0; partition < log.partitions; partition++) {
    const heightAt = (time: Instant) => firstHeightFrom(log, partition, time);
    const blocks = matchedIn === undefined ? null : { from: heightAt(matchedIn.from), to: heightAt(matchedIn.to) };
    const pageAfter = (after: string | null) =>
      executors.ask({ query: 'matchedPage', partition, after, blocks, rulesHash });
    let page = pageAfter(null);
    for (let isLast = false; !isLast; ) {
      const { rows, next } = await page;
      isLast = next === null;
      if (next !== null) page = pageAfter(next);
      yield rows;
      done += rows.length;
      progress.update(done);
    }
  }
}

/** A report may be made beside a run or a service, whose next block changes it. */
function waitingIn(log: ReportableLedger['log'], heads: readonly LedgerHead[]): Pick<Summary, 'waiting'> {
  let waiting = 0n;
  for (const { partition, positions } of heads) {
    for (const topic of TASK_TOPICS) waiting += log.end(topic, partition) - (positions.get(topic) ?? 0n);
  }
  return waiting === 0n ? {} : { waiting: Number(waiting) };
}

/** Over all imports: distinct claims by kind, redeliveries, and the rejected rows that nothing set right since. */
async function factsOf({ executors, log }: ReportableLedger, heads: readonly LedgerHead[]): Promise<Summary['facts']> {
  const counts = await executors.ask({ query: 'claimCounts' });
  let read = 0;
  for (const { partition, positions } of heads) {
    for (const topic of FACT_TOPICS) {
      const end = positions.get(topic) ?? 0n;
      for (const batch of log.read(topic, partition, 0n)) {
        if (batch.to > end) break;
        if (batch.source !== 0) read += Number(batch.to - batch.from);
      }
    }
  }
  const rejected = new Imports(log).rejectedSince();
  const [orders, callbacks, polls, settlements] = FACT_TOPICS.map((topic) => counts[topic]) as [
    number,
    number,
    number,
    number,
  ];
  const { bank } = counts;
  const distinct = orders + callbacks + polls + settlements + bank;
  const redelivered = read - distinct;
  return { orders, callbacks, polls, settlements, ...(bank > 0 ? { bank } : {}), redelivered, rejected };
}
