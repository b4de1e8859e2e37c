// report.xlsx: the summary, breaks, rejects, risk signals, payments by merchant and by provider, and matched payments.

import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import type { Reject } from '../../domain/errors.ts';
import { type ReaderLanguage, titleOf } from '../../domain/reason-words.ts';
import { type Instant, parseInstant } from '../../domain/time.ts';
import { type Payout, payoutRows } from '../../projections/payouts.ts';
import { riskTitle } from '../../projections/risk/words.ts';
import type { ShareRow } from '../../projections/shares.ts';
import { replaceFile } from '../../runtime/whole-file.ts';
import { BookFile } from './book-file.ts';
import type { GroupRow } from './groups.ts';
import { groupColumns, groupLines } from './groups.ts';
import { localTime, wallClock } from './local-time.ts';
import { payoutColumns } from './payouts.ts';
import type { BreakRow, MatchedRow, RiskRow, Rows } from './rows.ts';
import { shareColumns } from './shares.ts';
import {
  amountColumn,
  countCell,
  currencyColumn,
  dayCell,
  longTextCell,
  type SheetColumn,
  type TableTarget,
  textCell,
  timeCell,
  writeTable,
} from './sheet.ts';
import type { Summary } from './summary.ts';
import { writeSummarySheet } from './summary-sheet.ts';
import { WORDS } from './words.ts';

/** Of each that is absent, the sheet is left out. */
export interface MatchedRows {
  /** All matched payments. */
  readonly matched?: Rows<MatchedRow>;
  /** Those that came to match on the day of the report. */
  readonly matchedThen?: Rows<MatchedRow>;
}

export interface WorkbookContent extends MatchedRows {
  readonly summary: Summary;
  readonly breaks: Rows<BreakRow>;
  /** Without payouts the sheet is left out. */
  readonly payouts: readonly Payout[];
  /** Without shares of merchants the sheet is left out. */
  readonly shares: readonly ShareRow[];
  /** Without rejects the sheet is left out. */
  readonly rejects: Rows<Reject> & { readonly length: number };
  /** Without risk signals the sheet is left out. */
  readonly risk: readonly RiskRow[];
  readonly groups: { readonly merchants: readonly GroupRow[]; readonly providers: readonly GroupRow[] };
}

export interface WorkbookOptions {
  readonly lang: ReaderLanguage;
  /** IANA zone of the rules, in which people read times. */
  readonly zone: string;
  /** Rows in one sheet; Excel allows 1,048,576 with the header. */
  readonly rowsMax?: number;
}

const ROWS_MAX = 1_000_000;

/** Writes the workbook. Rows are streamed, so memory stays flat. Throws HESABU_OUT_UNWRITABLE. */
export function writeWorkbook(path: string, content: WorkbookContent, options: WorkbookOptions): Promise<void> {
  return replaceFile(path, async (temporary) => {
    const output = createWriteStream(temporary);
    await once(output, 'open');
    // The file's first error ends the work, even if it comes between two writes.
    const { promise: failed, reject } = Promise.withResolvers<never>();
    output.on('error', reject);
    try {
      await Promise.race([failed, fill(output, content, options)]);
    } finally {
      output.destroy();
    }
  });
}

async function fill(output: WriteStream, content: WorkbookContent, options: WorkbookOptions): Promise<void> {
  // The ledger's time, not the clock's, so that the same ledger gives the same report.
  const asOf = parseInstant(content.summary.as_of)!;
  const book = new BookFile(output, new Date(asOf));
  const { phrases } = WORDS[options.lang];
  const foot = `${phrases.report} · ${phrases.asOf} ${localTime(asOf, options.zone, options.lang)}`;
  const target = { book, lang: options.lang, foot, rowsMax: options.rowsMax ?? ROWS_MAX };
  await writeSheets(target, content, options);
  await book.end();
}

async function writeSheets(target: TableTarget, content: WorkbookContent, options: WorkbookOptions): Promise<void> {
  const { lang } = options;
  const { sheets, columns } = WORDS[lang];
  const { merchants, providers } = content.groups;
  writeSummarySheet(target, content.summary, options);
  await writeTable(target, sheets.breaks, breakColumns(options), content.breaks);
  if (content.payouts.length > 0) {
    await writeTable(target, sheets.payouts, payoutColumns(options.lang), payoutRows(content.payouts));
  }
  if (content.shares.length > 0) {
    await writeTable(target, sheets.shares, shareColumns(options.lang), content.shares);
  }
  if (content.rejects.length > 0) {
    await writeTable(target, sheets.rejects, rejectColumns(options.lang), content.rejects);
  }
  if (content.risk.length > 0) await writeTable(target, sheets.risk, riskColumns(options), content.risk);
  await writeTable(target, sheets.merchants, groupColumns(columns.merchant, lang, merchants), groupLines(merchants));
  await writeTable(target, sheets.providers, groupColumns(columns.provider, lang, providers), groupLines(providers));
  for (const name of ['matched', 'matchedThen'] as const) {
    const rows = content[name];
    if (rows !== undefined) await writeTable(target, sheets[name], matchedColumns(options), rows);
  }
}

/** The width of a column of sentences, which take as many lines as they need. */
const SENTENCE_WIDTH = 64;

function breakColumns(options: WorkbookOptions): SheetColumn<BreakRow>[] {
  const { lang } = options;
  const { columns, stages, kinds } = WORDS[lang];
  const [local, utc] = timeColumns<BreakRow>(columns.opened_local, columns.opened_utc, options, (row) => row.opened_at);
  return [
    { title: columns.merchant, width: 18, cell: (row) => longTextCell(row.merchant) },
    { title: columns.provider, width: 12, cell: (row) => textCell(row.provider) },
    { title: columns.transaction_reference, width: 24, cell: (row) => longTextCell(row.transaction_reference) },
    { title: columns.stage, width: 11, cell: (row) => textCell(stages[row.stage]) },
    { title: columns.kind, width: 11, cell: (row) => longTextCell(kinds[row.kind]) },
    { title: columns.title, width: 24, cell: (row) => longTextCell(titleOf(row.reason, lang)) },
    amountColumn(columns.expected, (row) => row.expected),
    amountColumn(columns.observed, (row) => row.observed),
    amountColumn(columns.difference, (row) => row.difference),
    currencyColumn(columns.currency),
    local,
    { title: columns.message, width: SENTENCE_WIDTH, cell: (row) => longTextCell(row.message) },
    { title: columns.reason, width: 26, cell: (row) => textCell(row.reason), isUnprinted: true },
    utc,
    { title: columns.entry_id, width: 12, cell: (row) => textCell(row.entry_id), isUnprinted: true },
  ];
}

/** The same time in two columns: in the zone, and in UTC, which is not printed. */
function timeColumns<Row>(
  local: string,
  utc: string,
  { lang, zone }: WorkbookOptions,
  at: (row: Row) => Instant | null,
): [SheetColumn<Row>, SheetColumn<Row>] {
  const clock = wallClock(zone);
  return [
    { title: `${local} (${zone})`, width: 19, cell: (row) => timeCell(at(row), lang, clock) },
    { title: utc, width: 19, cell: (row) => timeCell(at(row), lang), isUnprinted: true },
  ];
}

function rejectColumns(lang: ReaderLanguage): SheetColumn<Reject>[] {
  const { columns } = WORDS[lang];
  return [
    { title: columns.file, width: 28, cell: (row) => textCell(row.file) },
    { title: columns.line, width: 10, cell: (row) => textCell(row.line === null ? null : `${row.line}`) },
    { title: columns.field, width: 22, cell: (row) => textCell(row.field) },
    { title: columns.problem, width: 90, cell: (row) => longTextCell(row.message) },
    { title: columns.code, width: 28, cell: (row) => textCell(row.code), isUnprinted: true },
  ];
}

function riskColumns(options: WorkbookOptions): SheetColumn<RiskRow>[] {
  const { lang } = options;
  const { columns } = WORDS[lang];
  const [local, utc] = timeColumns<RiskRow>(columns.first_local, columns.first_utc, options, (row) => row.first_at);
  return [
    { title: columns.merchant, width: 20, cell: (row) => longTextCell(row.merchant) },
    { title: columns.transaction_reference, width: 24, cell: (row) => longTextCell(row.transaction_reference) },
    { title: columns.title, width: 30, cell: (row) => longTextCell(riskTitle(row.signal, lang)) },
    {
      ...{ title: columns.orders, width: 10, over: 'number' as const },
      cell: (row) => (row.count === null ? null : countCell(row.count)),
    },
    { title: columns.threshold, width: 14, cell: (row) => textCell(row.threshold) },
    local,
    { title: columns.message, width: SENTENCE_WIDTH, cell: (row) => longTextCell(row.message) },
    { title: columns.signal, width: 18, cell: (row) => textCell(row.signal), isUnprinted: true },
    utc,
  ];
}

function matchedColumns(options: WorkbookOptions): SheetColumn<MatchedRow>[] {
  const { lang } = options;
  const { columns } = WORDS[lang];
  const [local, utc] = timeColumns<MatchedRow>(columns.paid_local, columns.paid_utc, options, (row) => row.paid_at);
  return [
    { title: columns.merchant, width: 20, cell: (row) => longTextCell(row.merchant) },
    { title: columns.provider, width: 14, cell: (row) => textCell(row.provider) },
    { title: columns.transaction_reference, width: 24, cell: (row) => longTextCell(row.transaction_reference) },
    amountColumn(columns.order_amount, (row) => row.order_amount),
    amountColumn(columns.paid, (row) => row.paid),
    amountColumn(columns.returned, (row) => row.returned),
    amountColumn(columns.settled, (row) => row.settled),
    amountColumn(columns.fee, (row) => row.fee),
    currencyColumn(columns.currency),
    local,
    { title: columns.settled_on, width: 12, cell: (row) => dayCell(row.settled_on, lang) },
    utc,
  ];
}
