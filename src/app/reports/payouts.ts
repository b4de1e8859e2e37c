// Payouts in reports: payouts.csv, their sheet, and their part of the summary.

import { join } from 'node:path';
import type { ReaderLanguage } from '../../domain/language.ts';
import { amountText, numberText } from '../../domain/number-text.ts';
import type { Rules } from '../../matching/rules.ts';
import {
  type FeesPaid,
  feeTexts,
  type Payout,
  type PayoutRow,
  type PayoutState,
  payoutCounts,
  payoutRows,
} from '../../projections/payouts.ts';
import { writeCsv } from './csv.ts';
import { amountColumn, countCell, currencyColumn, dayCell, type SheetColumn, textCell, unitCell } from './sheet.ts';
import type { PayoutSummary } from './summary.ts';
import { printable, type TableColumn, tableText } from './table.ts';
import { WORDS } from './words.ts';

/** What a report is told about payouts. */
export interface PayoutFigures {
  readonly payouts: readonly Payout[];
  readonly fees: FeesPaid;
}

export function payoutSummary({ payouts, fees }: PayoutFigures, rules: Rules): PayoutSummary {
  const counts = payoutCounts(payouts);
  const isAsked = rules.payouts !== undefined && counts.pending > 0;
  return {
    payouts: counts,
    ...(isAsked ? { payouts_unproved: counts.pending } : {}),
    fees: feeTexts(fees),
    ...(fees.size > 1 ? { fees_by_provider: byProvider(fees) } : {}),
  };
}

function byProvider(fees: FeesPaid): Record<string, Record<string, string>> {
  const names = [...fees.keys()].sort();
  return Object.fromEntries(names.map((name) => [name, feeTexts(new Map([[name, fees.get(name)!]]))]));
}

const HEADER = [
  ...['provider', 'account', 'payout_id', 'date', 'currency', 'lines', 'gross', 'fees', 'returns', 'other'],
  ...['expected', 'paid', 'banked', 'difference', 'state'],
];

/** Writes `payouts.csv`. Throws HESABU_OUT_UNWRITABLE. */
export function writePayoutsCsv(out: string, payouts: readonly Payout[]): Promise<void> {
  return writeCsv(join(out, 'payouts.csv'), HEADER, payoutRows(payouts), (row) => [
    row.provider,
    row.account,
    row.payout_id,
    row.date,
    row.currency,
    row.lines,
    row.gross,
    row.fees,
    row.returns,
    row.other,
    row.expected,
    row.paid,
    row.banked,
    row.difference,
    row.state,
  ]);
}

/** The columns of the sheet of payouts. */
export function payoutColumns(lang: ReaderLanguage): SheetColumn<PayoutRow>[] {
  const { columns, standings } = WORDS[lang];
  return [
    { title: columns.provider, width: 12, cell: (row) => textCell(row.provider) },
    { title: columns.account, width: 12, cell: (row) => textCell(row.account) },
    { title: columns.payout_id, width: 22, cell: (row) => textCell(row.payout_id) },
    { title: columns.date, width: 11, cell: (row) => dayCell(row.date, lang) },
    currencyColumn(columns.currency),
    { title: columns.lines, width: 8, cell: (row) => countCell(row.lines), over: 'number' },
    amountColumn(columns.gross, (row) => row.gross),
    amountColumn(columns.fees, (row) => row.fees),
    amountColumn(columns.returns, (row) => row.returns),
    amountColumn(columns.other, (row) => row.other),
    amountColumn(columns.expected, (row) => row.expected),
    amountColumn(columns.paid_out, (row) => row.paid),
    amountColumn(columns.banked, (row) => row.banked),
    amountColumn(columns.difference, (row) => row.difference),
    { title: columns.standing, width: 15, cell: (row) => unitCell(standings[row.state]), over: 'unit' },
  ];
}

const STATES = ['unmatched', 'pending', 'resolved', 'matched'] as const satisfies readonly PayoutState[];

/** The summary's lines on payouts and fees, for a terminal; none where there are neither. */
export function payoutLines({ payouts, fees, fees_by_provider = {} }: PayoutSummary, lang: ReaderLanguage): string[] {
  const { columns, phrases, standings } = WORDS[lang];
  const shown = STATES.filter((state) => state !== 'resolved' || payouts.resolved !== undefined);
  const isEmpty = shown.every((state) => payouts[state] === 0);
  const head: TableColumn[] = [{ title: columns.standing }, { title: columns.payouts, align: 'right' }];
  const rows = shown.map((state) => [standings[state], numberText(payouts[state] ?? 0, lang)]);
  const listed = (sums: PayoutSummary['fees']) =>
    Object.entries(sums)
      .map(([currency, fee]) => amountText(fee, currency, lang))
      .join(phrases.semicolon);
  const paid = listed(fees);
  const shares = Object.entries(fees_by_provider).map(
    ([name, sums]) => `  ${printable(name)}${phrases.colon}${listed(sums)}`,
  );
  return [
    ...(isEmpty ? [] : [tableText(head, rows)]),
    ...(paid === '' ? [] : [`${phrases.feesPaid}${phrases.colon}${paid}`, ...shares]),
  ];
}
