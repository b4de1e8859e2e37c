// The files of a report in one language, but for those of matched payments and of rejects, which not every report has.

import { join } from 'node:path';
import type { Reject } from '../domain/errors.ts';
import type { ReaderLanguage } from '../domain/language.ts';
import type { MoneyHints } from '../projections/hints.ts';
import type { OrderSignals } from '../projections/risk/signal.ts';
import type { Overview } from '../task/overview.ts';
import { writeBreaksCsv } from './reports/csv.ts';
import { writePayoutsCsv } from './reports/payouts.ts';
import type { RejectedRows } from './reports/rejected-rows.ts';
import { riskRows, writeRisk } from './reports/risk.ts';
import { breakRows, type Rows } from './reports/rows.ts';
import { writeSharesCsv } from './reports/shares.ts';
import { type Summary, unreadNames } from './reports/summary.ts';
import { type MatchedRows, writeWorkbook } from './reports/workbook.ts';
import { groupRows, type Outcome } from './summaries.ts';

/** A folder for the files of a report, and the language of them. */
export interface ReportEdition {
  readonly out: string;
  readonly lang: ReaderLanguage;
}

/** What a report tells, in whichever language. */
export interface Told {
  readonly summary: Summary;
  readonly overview: Overview;
  readonly outcome: Outcome;
  readonly hints: readonly MoneyHints[];
  readonly signals: readonly OrderSignals[];
  readonly rejects: Rows<Reject> & { readonly length: number };
  readonly rejected: RejectedRows;
}

/** Writes the lists of breaks, payouts, shares and risk, and returns the names of the files. */
export async function writeLists({ out, lang }: ReportEdition, told: Told): Promise<string[]> {
  const { outcome, signals } = told;
  await writeBreaksCsv(join(out, 'breaks.csv'), breaksOf(told, lang));
  await writePayoutsCsv(out, outcome.payouts);
  const shareFiles = await writeSharesCsv(out, outcome.shares);
  const riskFiles = await writeRisk(out, riskRows(signals, lang));
  return ['breaks.csv', 'payouts.csv', ...shareFiles, ...riskFiles];
}

/** Writes report.xlsx, with matched payments if there are any to read. */
export function writeReportBook(edition: ReportEdition, told: Told & MatchedRows, zone: string): Promise<void> {
  const { out, lang } = edition;
  const { overview, outcome, signals, rejected: _, ...others } = told;
  const content = {
    ...{ ...others, payouts: outcome.payouts, shares: outcome.shares, breaks: breaksOf(told, lang) },
    risk: riskRows(signals, lang),
    groups: { merchants: groupRows(overview.byMerchant), providers: groupRows(overview.byProvider) },
  };
  return writeWorkbook(join(out, 'report.xlsx'), content, { lang, zone });
}

function breaksOf({ overview, hints, summary, rejected }: Told, lang: ReaderLanguage) {
  return breakRows(overview, lang, hints, { unread: unreadNames(summary), rejected });
}
