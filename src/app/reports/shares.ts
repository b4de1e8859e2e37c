// Shares of merchants in reports: shares.csv, their sheet, and their part of the summary.

import { join } from 'node:path';
import type { ReaderLanguage } from '../../domain/language.ts';
import { numberText } from '../../domain/number-text.ts';
import { type ShareRow, shareSums } from '../../projections/shares.ts';
import { writeCsv } from './csv.ts';
import { amountColumn, currencyColumn, dayCell, longTextCell, type SheetColumn } from './sheet.ts';
import type { ShareSummary } from './summary.ts';
import { printable, tableText } from './table.ts';
import { WORDS } from './words.ts';

const HEADER = [
  ...['merchant', 'parent', 'transaction_reference', 'currency', 'gross', 'returned', 'commission', 'provider_fee'],
  ...['net', 'settled', 'settlement_date'],
];

/**
 * Writes `shares.csv` and returns its name; nothing where no order has parts, so that other reports stay as they are.
 * Throws HESABU_OUT_UNWRITABLE.
 */
export async function writeSharesCsv(out: string, rows: readonly ShareRow[]): Promise<string[]> {
  if (rows.length === 0) return [];
  await writeCsv(join(out, 'shares.csv'), HEADER, rows, (row) => [
    row.merchant,
    row.parent,
    row.transaction_reference,
    row.currency,
    row.gross,
    row.returned,
    row.commission,
    row.provider_fee,
    row.net,
    row.settled ? 'yes' : 'no',
    row.settlement_date,
  ]);
  return ['shares.csv'];
}

/** The columns of the sheet of shares. */
export function shareColumns(lang: ReaderLanguage): SheetColumn<ShareRow>[] {
  const { columns } = WORDS[lang];
  return [
    { title: columns.merchant, width: 18, cell: (row) => longTextCell(row.merchant) },
    { title: columns.parent, width: 22, cell: (row) => longTextCell(row.parent) },
    { title: columns.transaction_reference, width: 22, cell: (row) => longTextCell(row.transaction_reference) },
    currencyColumn(columns.currency),
    amountColumn(columns.gross, (row) => row.gross),
    amountColumn(columns.returned, (row) => row.returned),
    amountColumn(columns.commission, (row) => row.commission),
    amountColumn(columns.fee, (row) => row.provider_fee),
    amountColumn(columns.net, (row) => row.net),
    { title: columns.settled_on, width: 11, cell: (row) => dayCell(row.settlement_date, lang) },
  ];
}

export function shareSummary(rows: readonly ShareRow[]): ShareSummary {
  return rows.length === 0 ? {} : { shares: shareSums(rows) };
}

/** The summary's lines on shares, for a terminal; none where there are none. */
export function shareLines({ shares = [] }: ShareSummary, lang: ReaderLanguage): string[] {
  if (shares.length === 0) return [];
  const { columns } = WORDS[lang];
  const amounts = ['gross', 'returned', 'commission', 'fee', 'net'] as const;
  const head = [
    { title: columns.merchant },
    { title: columns.currency },
    ...amounts.map((name) => ({ title: columns[name], align: 'right' as const })),
  ];
  const rows = shares.map(({ merchant, currency, gross, returned, commission, provider_fee, net }) => [
    printable(merchant),
    currency,
    ...[gross, returned, commission, provider_fee, net].map((amount) => numberText(amount, lang)),
  ]);
  return [tableText(head, rows)];
}
