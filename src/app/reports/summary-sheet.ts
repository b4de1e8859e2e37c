// The first sheet of a report: the summary that a terminal shows, as blocks of cells.

import type { stream as ExcelStream } from 'exceljs';
import { STANDINGS } from '../../domain/assessment.ts';
import { type Language, titleOf } from '../../domain/reason-words.ts';
import { REASON_CODES, type ReasonCode } from '../../domain/reasons.ts';
import { parseInstant } from '../../domain/time.ts';
import { localAndUtc } from './local-time.ts';
import { amountCell, countCell, HEADER, type SheetCell, TITLE, textCell, writeCells } from './sheet.ts';
import { areKeysEven, FILE_COUNTS, isFileEven, isMoneyEven, type Summary } from './summary.ts';
import { unreadLines } from './summary-text.ts';
import { WORDS } from './words.ts';

type Block = readonly (readonly SheetCell[])[];
type Workbook = ExcelStream.xlsx.WorkbookWriter;

/** Writes the sheet. Its first row, the time of the report, stays visible. */
export function writeSummarySheet(
  workbook: Workbook,
  summary: Summary,
  options: { lang: Language; zone: string },
): void {
  const { lang, zone } = options;
  const { sheets, phrases } = WORDS[lang];
  const sheet = workbook.addWorksheet(sheets.summary, { views: [{ state: 'frozen', ySplit: 1 }] });
  sheet.columns = [28, 34, 16, 18, 18, 18, 18].map((width) => ({ width }));
  const asOf = `${phrases.asOf} ${localAndUtc(parseInstant(summary.as_of)!, zone)}`;
  const blocks = [
    [...unreadLines(summary, lang).map((value) => [{ value, style: TITLE }]), [{ value: asOf, style: TITLE }]],
    keysBlock(summary, lang),
    reasonsBlock(summary, phrases.breaks, summary.breaks, lang),
    reasonsBlock(summary, phrases.notices, summary.notices, lang),
    moneyBlock(summary, lang),
    payoutsBlock(summary, lang),
    filesBlock(summary, lang),
    [
      [textCell(phrases.entries), countCell(summary.ledger_entries)],
      [textCell(phrases.root), textCell(summary.outcome_root)],
    ],
  ];
  for (const block of blocks) {
    if (block.length === 0) continue;
    for (const cells of block) writeCells(sheet, cells);
    sheet.addRow([]).commit();
  }
  sheet.commit();
}

function header(...titles: string[]): SheetCell[] {
  return titles.map((value) => ({ value, style: HEADER }));
}

function verdict(isEven: boolean, lang: Language): SheetCell {
  return textCell(isEven ? WORDS[lang].phrases.even : WORDS[lang].phrases.uneven);
}

function keysBlock(summary: Summary, lang: Language): Block {
  const { columns, phrases, standings } = WORDS[lang];
  return [
    header(columns.standing, columns.keys),
    ...STANDINGS.toReversed().map((name) => [textCell(standings[name]), countCell(summary.standing[name])]),
    [textCell(phrases.keysSum), countCell(summary.keys), verdict(areKeysEven(summary), lang)],
  ];
}

function reasonsBlock(
  summary: Summary,
  title: string,
  counts: Readonly<Partial<Record<ReasonCode, number>>>,
  lang: Language,
): Block {
  const { columns } = WORDS[lang];
  const reasons = REASON_CODES.filter((reason) => counts[reason] !== undefined);
  if (reasons.length === 0) return [];
  return [
    header(title, columns.title, columns.count, columns.value, columns.currency),
    ...reasons.flatMap((reason) => {
      const start = [textCell(reason), textCell(titleOf(reason, lang)), countCell(counts[reason]!)];
      const values = Object.entries(summary.break_value[reason] ?? {});
      if (values.length === 0) return [start];
      return values.map(([currency, value], at) => [
        ...(at === 0 ? start : [null, null, null]),
        amountCell(value, currency),
        textCell(currency),
      ]);
    }),
  ];
}

function moneyBlock(summary: Summary, lang: Language): Block {
  const { columns, phrases } = WORDS[lang];
  const currencies = Object.entries(summary.money);
  if (currencies.length === 0) return [];
  return [
    header(
      ...[phrases.money, columns.currency, columns.received],
      ...[columns.matched_money, columns.open_money, columns.returned, phrases.moneySum],
    ),
    ...currencies.map(([currency, money]) => [
      null,
      textCell(currency),
      ...[money.received, money.matched, money.open, money.returned].map((amount) => amountCell(amount, currency)),
      verdict(isMoneyEven(money), lang),
    ]),
  ];
}

function payoutsBlock({ payouts, fees }: Summary, lang: Language): Block {
  const { columns, phrases, standings } = WORDS[lang];
  const states = (['unmatched', 'pending', 'matched'] as const).filter((state) => payouts[state] > 0);
  const paid = Object.entries(fees);
  if (states.length === 0 && paid.length === 0) return [];
  return [
    header(phrases.payouts, columns.payouts),
    ...states.map((state) => [textCell(standings[state]), countCell(payouts[state])]),
    ...paid.map(([currency, fee]) => [textCell(phrases.feesPaid), amountCell(fee, currency), textCell(currency)]),
  ];
}

function filesBlock(summary: Summary, lang: Language): Block {
  if (summary.files.length === 0) return [];
  const { columns, phrases, fileKinds } = WORDS[lang];
  return [
    header(columns.file, columns.kind, ...FILE_COUNTS.map((part) => columns[part]), phrases.rowsSum),
    ...summary.files.map((file) => [
      textCell(file.name),
      textCell(fileKinds[file.kind]),
      ...FILE_COUNTS.map((part) => (file.refused ? null : countCell(file[part]))),
      file.refused ? textCell(phrases.refused) : file.read ? verdict(isFileEven(file), lang) : textCell(phrases.unread),
    ]),
  ];
}
