// `hesabu report`: reports of the ledger as it stands, including the matched payments. Nothing is imported.

import { join } from 'node:path';
import { HesabuError, type Reject } from '../domain/errors.ts';
import { FACT_TOPICS, TASK_TOPICS } from '../domain/fact.ts';
import type { ReaderLanguage } from '../domain/language.ts';
import { entriesOf, rulesInForce, timeOf } from '../engine/executors/executors.ts';
import { type ReadOnlyLedger, withReadOnlyLedger } from '../engine/read-only-ledger.ts';
import type { LedgerHead } from '../ledger/head.ts';
import type { EventLog } from '../log/event-log.ts';
import { rulesHash } from '../matching/rules.ts';
import { Imports } from '../projections/imports.ts';
import { riskBefore } from '../projections/risk/risk.ts';
import type { Transaction } from '../projections/transactions.ts';
import { type Progress, SILENT } from '../runtime/progress.ts';
import { RulesLog } from '../task/rules-log.ts';
import { writeBreaksCsv, writeMatchedCsv, writeRejectsCsv } from './reports/csv.ts';
import { writePayoutsCsv } from './reports/payouts.ts';
import { riskRows, riskSummary, writeRisk } from './reports/risk.ts';
import { breakRows } from './reports/rows.ts';
import { writeSharesCsv } from './reports/shares.ts';
import { type Summary, writeSummaryJson } from './reports/summary.ts';
import { writeWorkbook } from './reports/workbook.ts';
import {
  groupRows,
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
      return writeReport(ledger, { where: data, out, lang, progress });
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

interface ReportPlace extends Pick<ReportOptions, 'out' | 'lang'> {
  /** What the ledger is called in an error. */
  readonly where: string;
  readonly progress: Progress;
  /** The rows that imports rejected, if the caller has them. */
  readonly rejects?: readonly Reject[];
}

/** As `report`, for a ledger that is open. */
export async function writeReport(ledger: ReportableLedger, place: ReportPlace): Promise<ReportResult> {
  const { where, out, lang, progress, rejects = [] } = place;
  const started = performance.now();
  const { ask } = ledger.executors;
  const heads = await ask({ query: 'heads' });
  if (timeOf(heads) === 0) {
    throw new HesabuError('HESABU_USAGE', { where, expected: 'a ledger that was reconciled at least once' });
  }
  const rules = rulesInForce(heads, new RulesLog(ledger.log));
  const overview = await ask({ query: 'overview' });
  const outcome = await outcomeOf(ask, rules, () => ask({ query: 'outcomeRoot' }), overview);
  const { payouts, shares } = outcome;
  const hints = await overviewHints(ask, overview);
  const about = { asOf: timeOf(heads), entries: entriesOf(heads), counts: new Map() };
  const facts = await factsOf(ledger, heads);
  const unread = unreadBefore(new Imports(ledger.log), []);
  const breaks = breakRows(overview, lang, hints, unread.unread_before);
  const risk = riskRows(riskBefore(ledger.log, rules, about.asOf), lang);
  const hash = rulesHash(rules);
  // The rows are read once for each file: a million rows kept for both would fill the memory.
  const matched = (task: string) => matchedRows(ledger, hash, () => progress.start(task, null, 'rows'), progress);
  await writeBreaksCsv(join(out, 'breaks.csv'), breaks);
  await writePayoutsCsv(out, payouts);
  const shareFiles = await writeSharesCsv(out, shares);
  await writeMatchedCsv(join(out, 'matched.csv'), matched('matched.csv'));
  if (rejects.length > 0) await writeRejectsCsv(join(out, 'rejects.csv'), rejects);
  const riskFiles = await writeRisk(out, risk);
  const waiting = waitingIn(ledger.log, heads);
  const summary = { ...summarise(about, outcome, [], 0), facts, ...riskSummary(risk), ...unread, ...waiting };
  const groups = { merchants: groupRows(overview.byMerchant), providers: groupRows(overview.byProvider) };
  const content = { summary, breaks, payouts, shares, rejects, risk, groups, matched: matched('report.xlsx') };
  await writeWorkbook(join(out, 'report.xlsx'), content, { lang, zone: rules.zone });
  progress.stop();
  const timed = { ...summary, elapsed_ms: Math.round(performance.now() - started) };
  await writeSummaryJson(join(out, 'summary.json'), timed);
  const rejectFiles = rejects.length > 0 ? ['rejects.csv'] : [];
  const files = [
    'summary.json',
    'breaks.csv',
    'payouts.csv',
    ...shareFiles,
    ...rejectFiles,
    ...riskFiles,
    'matched.csv',
    'report.xlsx',
  ];
  return { summary: timed, zone: rules.zone, files, merchants: merchantOutcomes(overview) };
}

/** All matched payments by partition, then by key. The next page is computed while the last one is used. */
async function* matchedRows(
  ledger: ReportableLedger,
  hash: string,
  begin: () => void,
  progress: Progress,
): AsyncIterable<Transaction> {
  begin();
  let done = 0;
  for (let partition = 0; partition < ledger.log.partitions; partition++) {
    const pageFrom = (from: number) => ledger.executors.ask({ query: 'matchedPage', partition, from, rulesHash: hash });
    let page = pageFrom(0);
    for (let isLast = false; !isLast; ) {
      const { rows, next } = await page;
      isLast = next === null;
      if (next !== null) page = pageFrom(next);
      yield* rows;
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

/** Over all imports: distinct claims by kind, redeliveries, and rejected rows. */
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
  let rejected = 0;
  for (const record of new Imports(log).all()) rejected += record.rejected;
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
