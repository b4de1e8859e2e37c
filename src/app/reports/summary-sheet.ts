// The first sheet of a report, on one page in width: two charts, then the summary that a terminal shows, as blocks of
// cells.

import type { Standing } from '../../domain/assessment.ts';
import { type ReaderLanguage, titleOf } from '../../domain/reason-words.ts';
import { REASON_CODES, type ReasonCode } from '../../domain/reasons.ts';
import { parseInstant } from '../../domain/time.ts';
import type { Bar, BarChart, ChartPlace } from './book-chart.ts';
import type { SheetCell } from './book-sheet.ts';
import type { CellStyle } from './book-styles.ts';
import { columnName } from './book-xml.ts';
import { fileRemark } from './file-figures.ts';
import { localAndUtc } from './local-time.ts';
import {
  amountCell,
  countCell,
  longTextCell,
  styledText,
  type TableTarget,
  TITLE,
  textCell,
  titleCell,
  unitCell,
  WARNING,
} from './sheet.ts';
import { keysSumWords, moneySumWords } from './sum-words.ts';
import {
  areKeysEven,
  FILE_COUNTS,
  isFileEven,
  isMoneyEven,
  MONEY_TITLES,
  moneyParts,
  type Summary,
} from './summary.ts';
import { unreadLines } from './summary-text.ts';
import { WORDS } from './words.ts';

type Row = readonly SheetCell[];
type Block = readonly Row[];

/** The last two columns hold the figures of the second chart, and are not printed. */
const WIDTHS = [26, 28, 13, 15, 15, 15, 13, 24, 4, 30, 10];
const PRINTED = 8;
const FIGURES_COLUMN = 9;
/** How many rows the charts take. */
const CHART_ROWS = 16;
const CHART_REASONS_MAX = 12;
const REMARK: CellStyle = { wrap: true, align: 'left', indent: 1 };
const FIGURES: CellStyle = { size: 8, color: '7F7F7F' };
const COLORS: Readonly<Record<Standing, string>> = {
  matched: '2E7D32',
  resolved: '1565C0',
  pending: 'F9A825',
  unmatched: 'C62828',
  closed: '9E9E9E',
};
const BREAK_COLOR = 'C62828';
const OTHERS_COLOR = 'BDBDBD';
/** How many currencies of a reason stand in one row. */
const VALUES_PER_ROW = 2;
/** The order of the block and the chart; what nobody decided is left out of both. */
const SHOWN = ['matched', 'resolved', 'pending', 'unmatched', 'closed'] as const satisfies readonly Standing[];

/** Writes the sheet. Its first row, the time of the report, stays visible. */
export function writeSummarySheet(
  { book, foot }: TableTarget,
  summary: Summary,
  { lang, zone }: { lang: ReaderLanguage; zone: string },
): void {
  const { sheets, phrases } = WORDS[lang];
  const asOf = `${phrases.asOf} ${localAndUtc(parseInstant(summary.as_of)!, zone, lang)}`;
  const head: Block = [
    [{ value: `${phrases.report} · ${asOf}`, style: TITLE }],
    ...unreadLines(summary, lang).map((line) => [styledText(line, WARNING)]),
    [],
  ];
  const bars = breakBars(summary, lang);
  const blocks = [
    keysBlock(summary, lang),
    moneyBlock(summary, lang),
    payoutsBlock(summary, lang),
    reasonsBlock(summary, phrases.breaks, summary.breaks, lang),
    reasonsBlock(summary, phrases.notices, summary.notices, lang),
    filesBlock(summary, lang),
    fileSumsBlock(summary, lang),
    [
      [textCell(phrases.entries), countCell(summary.ledger_entries)],
      [textCell(phrases.root), textCell(summary.outcome_root)],
    ],
  ];
  const rows = [...head, ...chartRows(bars), ...blocks.flatMap((block) => (block.length === 0 ? [] : [...block, []]))];
  const layout = { widths: WIDTHS, frozen: 1, isLandscape: false, printed: PRINTED, foot };
  const sheet = book.openSheet(sheets.summary, layout);
  for (const row of rows) sheet.row(row);
  sheet.close(null, charts(summary, bars, head.length, lang));
}

/** The reasons with the most breaks, and all others together. */
function breakBars({ breaks }: Summary, lang: ReaderLanguage): Bar[] {
  const counted = REASON_CODES.map((reason) => [reason, breaks[reason] ?? 0] as const).filter(([, count]) => count > 0);
  counted.sort(([, left], [, right]) => right - left);
  const hasOthers = counted.length > CHART_REASONS_MAX;
  const shown = counted.slice(0, hasOthers ? CHART_REASONS_MAX - 1 : CHART_REASONS_MAX);
  const others = counted.slice(shown.length).reduce((sum, [, count]) => sum + count, 0);
  return [
    ...shown.map(([reason, value]) => ({ name: titleOf(reason, lang), value, color: BREAK_COLOR })),
    ...(hasOthers ? [{ name: WORDS[lang].phrases.others, value: others, color: OTHERS_COLOR }] : []),
  ];
}

/** Empty rows below the charts, with the figures of the second one beside them. */
function chartRows(bars: readonly Bar[]): Block {
  return Array.from({ length: CHART_ROWS }, (_, at) => {
    const bar = bars[at];
    if (bar === undefined) return [];
    const before: SheetCell[] = Array(FIGURES_COLUMN).fill(null);
    return [...before, { value: bar.name, style: FIGURES }, { value: bar.value, style: FIGURES }];
  });
}

/** `top` rows stand above the charts. */
function charts({ standing }: Summary, bars: readonly Bar[], top: number, lang: ReaderLanguage): BarChart[] {
  const { phrases, standings } = WORDS[lang];
  const shown = SHOWN.flatMap((name) => {
    const value = standing[name];
    return value === undefined ? [] : [{ name: standings[name], value, color: COLORS[name] }];
  });
  const first = top + CHART_ROWS + 2;
  const range = (column: number, from: number, count: number) =>
    `$${columnName(column)}$${from}:$${columnName(column)}$${from + count - 1}`;
  const place = (fromColumn: number, toColumn: number): ChartPlace => {
    return { fromColumn, fromRow: top, toColumn, toRow: top + CHART_ROWS - 1 };
  };
  return [
    {
      ...{ title: phrases.chartPayments, bars: shown, place: place(0, bars.length === 0 ? 3 : 2) },
      ...{ names: range(0, first, shown.length), values: range(1, first, shown.length) },
    },
    ...(bars.length === 0
      ? []
      : [
          {
            ...{ title: phrases.chartBreaks, bars, place: place(2, PRINTED) },
            names: range(FIGURES_COLUMN, top + 1, bars.length),
            values: range(FIGURES_COLUMN + 1, top + 1, bars.length),
          },
        ]),
  ];
}

/** Titles; those of numbers are said to be of numbers, and the one after the last number is its unit. */
function header(texts: readonly string[], numbers: readonly string[] = [], unit?: string): SheetCell[] {
  return [
    ...texts.map((title) => titleCell(title)),
    ...numbers.map((title) => titleCell(title, 'number')),
    ...(unit === undefined ? [] : [titleCell(unit, 'unit')]),
  ];
}

function verdict(isEven: boolean, lang: ReaderLanguage): SheetCell {
  const { phrases } = WORDS[lang];
  return isEven ? unitCell(phrases.even) : styledText(phrases.uneven, WARNING);
}

function keysBlock(summary: Summary, lang: ReaderLanguage): Block {
  const { columns, standings } = WORDS[lang];
  return [
    header([columns.standing], [columns.keys]),
    ...SHOWN.flatMap((name) => {
      const count = summary.standing[name];
      return count === undefined ? [] : [[textCell(standings[name]), countCell(count)]];
    }),
    [longTextCell(keysSumWords(summary, lang)), countCell(summary.keys), verdict(areKeysEven(summary), lang)],
  ];
}

function reasonsBlock(
  summary: Summary,
  title: string,
  counts: Readonly<Partial<Record<ReasonCode, number>>>,
  lang: ReaderLanguage,
): Block {
  const { columns } = WORDS[lang];
  const reasons = REASON_CODES.filter((reason) => counts[reason] !== undefined);
  if (reasons.length === 0) return [];
  const values = (reason: ReasonCode) => Object.entries(summary.break_value[reason] ?? {});
  const isLong = reasons.some((reason) => values(reason).length > 1);
  return [
    [
      ...header([title, columns.title], [columns.count, columns.value], columns.currency),
      ...(isLong ? header([], [columns.value], columns.currency) : []),
    ],
    ...reasons.flatMap((reason) => {
      const start = [textCell(reason), longTextCell(titleOf(reason, lang)), countCell(counts[reason]!)];
      const cells = values(reason).map(([currency, value]) => [amountCell(value, currency), unitCell(currency)]);
      const rows: Row[] = [[...start, ...cells.slice(0, VALUES_PER_ROW).flat()]];
      for (let at = VALUES_PER_ROW; at < cells.length; at += VALUES_PER_ROW) {
        rows.push([null, null, null, ...cells.slice(at, at + VALUES_PER_ROW).flat()]);
      }
      return rows;
    }),
  ];
}

function moneyBlock(summary: Summary, lang: ReaderLanguage): Block {
  const { columns, phrases } = WORDS[lang];
  const currencies = Object.entries(summary.money);
  if (currencies.length === 0) return [];
  const parts = moneyParts(summary);
  // The verdicts stand in the last column that is printed, whether people resolved anything or not.
  const room: null[] = Array(PRINTED - 3 - parts.length).fill(null);
  return [
    header(
      [phrases.money, columns.currency],
      [...parts.map((part) => columns[MONEY_TITLES[part]]), ...room.map(() => '')],
      moneySumWords(summary, lang),
    ),
    ...currencies.map(([currency, money]) => [
      null,
      textCell(currency),
      ...parts.map((part) => amountCell(money[part] ?? '0', currency)),
      ...room,
      verdict(isMoneyEven(money), lang),
    ]),
  ];
}

function payoutsBlock({ payouts, fees }: Summary, lang: ReaderLanguage): Block {
  const { columns, phrases, standings } = WORDS[lang];
  const states = (['unmatched', 'pending', 'matched'] as const).filter((state) => payouts[state] > 0);
  const paid = Object.entries(fees);
  if (states.length === 0 && paid.length === 0) return [];
  return [
    header([phrases.payouts], [columns.payouts]),
    ...states.map((state) => [textCell(standings[state]), countCell(payouts[state])]),
    ...paid.map(([currency, fee]) => [textCell(phrases.feesPaid), amountCell(fee, currency), unitCell(currency)]),
  ];
}

function filesBlock(summary: Summary, lang: ReaderLanguage): Block {
  if (summary.files.length === 0) return [];
  const { columns, phrases, fileKinds } = WORDS[lang];
  return [
    header(
      [columns.file, columns.kind],
      FILE_COUNTS.map((part) => columns[part]),
      phrases.rowsSum,
    ),
    ...summary.files.map((file) => [
      longTextCell(file.name),
      textCell(fileKinds[file.kind]),
      ...FILE_COUNTS.map((part) => (file.refused ? null : countCell(file[part]))),
      fileVerdict(file, lang),
    ]),
  ];
}

function fileVerdict(file: Summary['files'][number], lang: ReaderLanguage): SheetCell {
  const remark = fileRemark(file, lang);
  if (file.read && !file.refused && !isFileEven(file)) return verdict(false, lang);
  return remark === '' ? verdict(true, lang) : styledText(remark, REMARK);
}

/** What the rows of each file come to, so that a person can hold it against the portal. */
function fileSumsBlock({ files }: Summary, lang: ReaderLanguage): Block {
  const { columns, phrases } = WORDS[lang];
  const rows = files.flatMap(({ name, sums, fees }) =>
    Object.entries(sums).map(([currency, sum]) => [
      longTextCell(name),
      textCell(currency),
      amountCell(sum, currency),
      amountCell(fees[currency] ?? null, currency),
    ]),
  );
  return rows.length === 0
    ? []
    : [header([phrases.fileSums, columns.currency], [columns.amounts, columns.fees]), ...rows];
}
