// The list of cases as a workbook and as CSV. In the workbook people decide: beside each case stand columns to fill in,
// and a fingerprint by which the row is known again. Nothing in it is a formula, and every text is a text.

import { PassThrough, Readable } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { CAUSES } from '../../domain/decision.ts';
import {
  CAUSE_WORDS,
  SHEET_ACT_WORDS,
  SHEET_ACTS,
  SHEET_COLUMN_WORDS,
  type SheetColumnName,
} from '../../domain/decision-words.ts';
import type { Language } from '../../domain/language.ts';
import { formatMinor } from '../../domain/money.ts';
import { sentenceFor, titleOf } from '../../domain/reason-words.ts';
import { formatInstant, type Instant } from '../../domain/time.ts';
import { fingerprintOf } from '../../matching/decision-names.ts';
import type { ListedCase } from '../../projections/cases/case-question.ts';
import { BookFile } from './book-file.ts';
import type { SheetCell } from './book-sheet.ts';
import type { CellStyle } from './book-styles.ts';
import { columnName } from './book-xml.ts';
import { CASE_WORDS } from './case-words.ts';
import { csvLine } from './csv.ts';
import { localTime, wallClock } from './local-time.ts';
import { amountCell, countCell, longTextCell, styledText, textCell, timeCell, titleCell, unitCell } from './sheet.ts';
import { grouped } from './table.ts';
import { WORDS } from './words.ts';

export interface CaseBookOptions {
  readonly lang: Language;
  /** IANA zone of the rules, in which people read times. */
  readonly zone: string;
  readonly at: Instant;
}

interface Column {
  readonly title: string;
  readonly width: number;
  readonly cell: (row: ListedCase) => SheetCell;
  /** The same in a CSV: amounts as plain decimals, times in UTC. */
  readonly text: (row: ListedCase) => string | number | null;
  readonly over?: 'number' | 'unit';
  /** One that people fill in, and what they may choose there. */
  readonly input?: readonly string[];
  readonly isUnprinted?: boolean;
}

/** Cells to fill in, and their titles, are told from the others at a glance. */
const INPUT: CellStyle = { fill: 'FFF8E1', wrap: true };
const INPUT_TITLE: CellStyle = { bold: true, fill: 'FFE9A8', line: 'bottom', wrap: true };

const RIGHT: CellStyle = { align: 'right', wrap: true };

/** As in other tables: the compressor has its turn after so many rows. */
const ROWS_PER_TURN = 40;
const CSV_ROWS = 200;

/** The workbook as a stream; a fault ends it. */
function caseWorkbook(rows: readonly ListedCase[], options: CaseBookOptions): Readable {
  const output = new PassThrough();
  output.on('error', () => undefined);
  fill(output, rows, options).catch((error: unknown) => output.destroy(error as Error));
  return output;
}

async function fill(output: PassThrough, rows: readonly ListedCase[], options: CaseBookOptions): Promise<void> {
  const { lang, zone, at } = options;
  const columns = columnsOf(options);
  const { phrases } = WORDS[lang];
  const book = new BookFile(output, new Date(at));
  const sheet = book.openSheet(CASE_WORDS[lang].sheet, {
    widths: columns.map(({ width }) => width),
    ...{ frozen: 1, isLandscape: true, printed: columns.filter(({ isUnprinted }) => isUnprinted !== true).length },
    foot: `${CASE_WORDS[lang].sheet} · ${phrases.asOf} ${localTime(at, zone)}`,
    choices: columns.flatMap(({ input = [] }, column) => (input.length === 0 ? [] : [{ column, values: input }])),
  });
  sheet.row(
    columns.map(({ title, over, input }) =>
      input === undefined ? titleCell(title, over) : { value: title, style: INPUT_TITLE },
    ),
  );
  for (const [number, row] of rows.entries()) {
    sheet.row(columns.map(({ cell }) => cell(row)));
    if (number % ROWS_PER_TURN !== 0) continue;
    await turn();
    await sheet.ready();
  }
  sheet.close(`A1:${columnName(columns.length - 1)}${sheet.rows}`);
  await book.end();
}

/** As a stream. Chinese titles have the mark by which a spreadsheet knows the encoding. */
function caseCsv(rows: readonly ListedCase[], options: CaseBookOptions): Readable {
  return Readable.from(csvPieces(rows, options), { objectMode: false });
}

function* csvPieces(rows: readonly ListedCase[], options: CaseBookOptions): Generator<string> {
  const columns = columnsOf(options);
  const mark = options.lang === 'en' ? '' : '\ufeff';
  yield mark + csvLine(columns.map(({ title }) => title));
  for (let from = 0; from < rows.length; from += CSV_ROWS) {
    const piece = rows.slice(from, from + CSV_ROWS);
    yield piece.map((row) => csvLine(columns.map(({ text }) => text(row)))).join('');
  }
}

function columnsOf({ lang, zone }: CaseBookOptions): Column[] {
  const { columns, stages } = WORDS[lang];
  const words = CASE_WORDS[lang];
  const clock = wallClock(zone);
  const message = ({ finding, reasons }: ListedCase) => sentenceFor(finding, lang, { reasons: new Set(reasons) });
  const local = `${columns.opened_local} (${zone})`;
  return [
    text(columns.merchant, 16, ({ merchant }) => merchant),
    text(columns.provider, 12, ({ provider }) => provider),
    text(columns.transaction_reference, 24, ({ key }) => key),
    text(columns.title, 22, ({ finding }) => titleOf(finding.reason, lang)),
    amount(columns.expected, ({ finding }) => finding.expected),
    amount(columns.observed, ({ finding }) => finding.observed),
    amount(columns.difference, ({ finding }) => finding.difference),
    { ...text(columns.currency, 10, ({ finding }) => finding.currency, unitCell), over: 'unit' },
    { ...text(words.value, 20, valueText, valueCell), over: 'number' },
    {
      ...{ title: words.age, width: 8, over: 'number' },
      cell: ({ age }) => (age === null ? null : countCell(age)),
      text: ({ age }) => age,
    },
    { ...text(words.owner, 18, ({ owner }) => owner, unitCell), over: 'unit' },
    text(words.state, 12, ({ status }) => words.states[status]),
    input(
      'act',
      lang,
      12,
      SHEET_ACTS.map((act) => SHEET_ACT_WORDS[lang][act]),
    ),
    input(
      'cause',
      lang,
      18,
      CAUSES.map((cause) => CAUSE_WORDS[lang][cause]),
    ),
    input('owner', lang, 16),
    input('text', lang, 28),
    text(columns.message, 64, message, longTextCell),
    { ...time(local, lang, ({ finding }) => finding.opened_at, clock), isUnprinted: true },
    { ...time(columns.opened_utc, lang, ({ finding }) => finding.opened_at), isUnprinted: true },
    { ...time(`${words.due} (${zone})`, lang, ({ due_at }) => due_at, clock), isUnprinted: true },
    { ...text(words.operator, 16, ({ operator }) => operator), isUnprinted: true },
    { ...text(words.team, 16, ({ team }) => team), isUnprinted: true },
    { ...text(columns.stage, 11, ({ finding }) => stages[finding.stage]), isUnprinted: true },
    { ...text(columns.reason, 24, ({ finding }) => finding.reason, textCell), isUnprinted: true },
    { ...text(SHEET_COLUMN_WORDS[lang].case, 20, ({ id }) => id, textCell), isUnprinted: true },
    {
      ...text(SHEET_COLUMN_WORDS[lang].finding, 20, ({ finding }) => fingerprintOf(finding), textCell),
      isUnprinted: true,
    },
  ];
}

function text(
  title: string,
  width: number,
  of: (row: ListedCase) => string | null,
  cellOf: (text: string | null) => SheetCell = longTextCell,
): Column {
  return { title, width, cell: (row) => cellOf(of(row)), text: of };
}

function amount(title: string, of: (row: ListedCase) => string | null): Column {
  const cell = (row: ListedCase) => amountCell(of(row), row.finding.currency);
  return { title, width: 15, cell, text: of, over: 'number' };
}

function time(
  title: string,
  lang: Language,
  of: (row: ListedCase) => Instant | null,
  clock?: (at: Instant) => number,
): Column {
  const text = (row: ListedCase) => {
    const at = of(row);
    return at === null ? null : formatInstant(at);
  };
  return { title, width: 19, cell: (row) => timeCell(of(row), lang, clock), text };
}

function input(name: SheetColumnName, lang: Language, width: number, choices: readonly string[] = []): Column {
  const title = SHEET_COLUMN_WORDS[lang][name];
  return { title, width, cell: () => ({ value: '', style: INPUT }), text: () => null, input: choices };
}

/** What is at stake: each currency apart. */
function valueText({ value }: ListedCase): string | null {
  const each = value.map(([currency, minor]) => `${grouped(formatMinor(minor, currency))} ${currency}`);
  return each.length === 0 ? null : each.join('; ');
}

function valueCell(value: string | null): SheetCell {
  return styledText(value, RIGHT);
}

export const CASE_FILES = { workbook: caseWorkbook, csv: caseCsv };
