// report.xlsx: the summary, breaks, rejects, risk signals, payments by merchant and by provider, and matched payments.

import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import type { Reject } from '../../domain/errors.ts';
import { type Language, titleOf } from '../../domain/reason-words.ts';
import { type Instant, parseInstant } from '../../domain/time.ts';
import { type Payout, payoutRows } from '../../projections/payouts.ts';
import { riskTitle } from '../../projections/risk/words.ts';
import { replaceFile } from '../../runtime/whole-file.ts';
import type { GroupRow } from './groups.ts';
import { groupColumns, groupLines } from './groups.ts';
import { wallClock } from './local-time.ts';
import { payoutColumns } from './payouts.ts';
import type { BreakRow, MatchedRow, RiskRow, Rows } from './rows.ts';
import {
  amountCell,
  countCell,
  type SheetColumn,
  textCell,
  timeCell,
  type WorkbookTarget,
  writeTable,
} from './sheet.ts';
import type { Summary } from './summary.ts';
import { writeSummarySheet } from './summary-sheet.ts';
import { WORDS } from './words.ts';

export interface WorkbookContent {
  readonly summary: Summary;
  readonly breaks: Rows<BreakRow>;
  /** Without payouts the sheet is left out. */
  readonly payouts: readonly Payout[];
  /** Without rejects the sheet is left out. */
  readonly rejects: Rows<Reject> & { readonly length: number };
  /** Without risk signals the sheet is left out. */
  readonly risk: readonly RiskRow[];
  /** If absent, the sheet is left out. */
  readonly matched?: Rows<MatchedRow>;
  readonly groups: { readonly merchants: readonly GroupRow[]; readonly providers: readonly GroupRow[] };
}

export interface WorkbookOptions {
  readonly lang: Language;
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
  // Loaded here, because loading it takes longer than many a command runs.
  const { default: excel } = await import('exceljs');
  const workbook = new excel.stream.xlsx.WorkbookWriter({
    stream: output,
    useSharedStrings: false,
    useStyles: true,
    zip: { zlib: { level: 1 } },
  });
  workbook.creator = 'Hesabu';
  workbook.lastModifiedBy = 'Hesabu';
  // The ledger's time, not the clock's, so that the same ledger gives the same report.
  workbook.created = new Date(parseInstant(content.summary.as_of)!);
  workbook.modified = workbook.created;
  const target = { workbook, output, rowsMax: options.rowsMax ?? ROWS_MAX };
  await writeSheets(target, content, options);
  await workbook.commit();
}

async function writeSheets(target: WorkbookTarget, content: WorkbookContent, options: WorkbookOptions): Promise<void> {
  const { sheets, columns } = WORDS[options.lang];
  const { merchants, providers } = content.groups;
  writeSummarySheet(target.workbook, content.summary, options);
  await writeTable(target, sheets.breaks, breakColumns(options), content.breaks);
  if (content.payouts.length > 0) {
    await writeTable(target, sheets.payouts, payoutColumns(options.lang), payoutRows(content.payouts));
  }
  if (content.rejects.length > 0) {
    await writeTable(target, sheets.rejects, rejectColumns(options.lang), content.rejects);
  }
  if (content.risk.length > 0) await writeTable(target, sheets.risk, riskColumns(options), content.risk);
  await writeTable(target, sheets.merchants, groupColumns(columns.merchant, options.lang), groupLines(merchants));
  await writeTable(target, sheets.providers, groupColumns(columns.provider, options.lang), groupLines(providers));
  if (content.matched !== undefined) {
    await writeTable(target, sheets.matched, matchedColumns(options), content.matched);
  }
}

function breakColumns({ lang, zone }: WorkbookOptions): SheetColumn<BreakRow>[] {
  const { columns, stages, kinds } = WORDS[lang];
  const amount = (name: 'expected' | 'observed' | 'difference') => ({
    title: columns[name],
    width: 16,
    cell: (row: BreakRow) => amountCell(row[name], row.currency),
  });
  return [
    { title: columns.merchant, width: 18, cell: (row) => textCell(row.merchant) },
    { title: columns.provider, width: 14, cell: (row) => textCell(row.provider) },
    { title: columns.transaction_reference, width: 24, cell: (row) => textCell(row.transaction_reference) },
    { title: columns.stage, width: 12, cell: (row) => textCell(stages[row.stage]) },
    { title: columns.kind, width: 12, cell: (row) => textCell(kinds[row.kind]) },
    { title: columns.reason, width: 24, cell: (row) => textCell(row.reason) },
    { title: columns.title, width: 30, cell: (row) => textCell(titleOf(row.reason, lang)) },
    amount('expected'),
    amount('observed'),
    amount('difference'),
    { title: columns.currency, width: 10, cell: (row) => textCell(row.currency) },
    ...timeColumns<BreakRow>(columns.opened_local, columns.opened_utc, zone, (row) => row.opened_at),
    { title: columns.entry_id, width: 14, cell: (row) => textCell(row.entry_id) },
    { title: columns.message, width: 100, cell: (row) => textCell(row.message) },
  ];
}

/** The same time in two columns: in the zone, and in UTC. */
function timeColumns<Row>(
  local: string,
  utc: string,
  zone: string,
  at: (row: Row) => Instant | null,
): SheetColumn<Row>[] {
  const clock = wallClock(zone);
  return [
    { title: `${local} (${zone})`, width: 28, cell: (row) => timeCell(at(row), clock) },
    { title: utc, width: 20, cell: (row) => timeCell(at(row)) },
  ];
}

function rejectColumns(lang: Language): SheetColumn<Reject>[] {
  const { columns } = WORDS[lang];
  return [
    { title: columns.file, width: 28, cell: (row) => textCell(row.file) },
    { title: columns.line, width: 10, cell: (row) => (row.line === null ? null : countCell(row.line)) },
    { title: columns.field, width: 22, cell: (row) => textCell(row.field) },
    { title: columns.code, width: 28, cell: (row) => textCell(row.code) },
    { title: columns.problem, width: 90, cell: (row) => textCell(row.message) },
  ];
}

function riskColumns({ lang, zone }: WorkbookOptions): SheetColumn<RiskRow>[] {
  const { columns } = WORDS[lang];
  return [
    { title: columns.merchant, width: 18, cell: (row) => textCell(row.merchant) },
    { title: columns.transaction_reference, width: 24, cell: (row) => textCell(row.transaction_reference) },
    { title: columns.signal, width: 18, cell: (row) => textCell(row.signal) },
    { title: columns.title, width: 30, cell: (row) => textCell(riskTitle(row.signal, lang)) },
    { title: columns.orders, width: 12, cell: (row) => (row.count === null ? null : countCell(row.count)) },
    { title: columns.threshold, width: 16, cell: (row) => textCell(row.threshold) },
    ...timeColumns<RiskRow>(columns.first_local, columns.first_utc, zone, (row) => row.first_at),
    { title: columns.message, width: 100, cell: (row) => textCell(row.message) },
  ];
}

function matchedColumns({ lang, zone }: WorkbookOptions): SheetColumn<MatchedRow>[] {
  const { columns } = WORDS[lang];
  const amount = (name: 'order_amount' | 'paid' | 'returned' | 'settled' | 'fee') => ({
    title: columns[name],
    width: 16,
    cell: (row: MatchedRow) => amountCell(row[name], row.currency),
  });
  return [
    { title: columns.merchant, width: 18, cell: (row) => textCell(row.merchant) },
    { title: columns.provider, width: 14, cell: (row) => textCell(row.provider) },
    { title: columns.transaction_reference, width: 24, cell: (row) => textCell(row.transaction_reference) },
    amount('order_amount'),
    amount('paid'),
    amount('returned'),
    amount('settled'),
    amount('fee'),
    { title: columns.currency, width: 10, cell: (row) => textCell(row.currency) },
    ...timeColumns<MatchedRow>(columns.paid_local, columns.paid_utc, zone, (row) => row.paid_at),
    { title: columns.settled_on, width: 14, cell: (row) => textCell(row.settled_on) },
  ];
}
