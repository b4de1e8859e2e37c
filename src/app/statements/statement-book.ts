// The statements of a day as a workbook: the account of each, the bridge from orders to money, and the rows that the
// day's figures are the sums of. Each sheet says of which day and zone it is, and as of when. Nothing in it is a
// formula, and an amount is a number only where that is exact.

import { PassThrough, type Readable } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { addDecimal, type Decimal } from '../../domain/decimal.ts';
import type { Language } from '../../domain/reason-words.ts';
import { type BookedSheet, type BookRow, type StatementBook, signedFigure } from '../../projections/statement-book.ts';
import { amountText, type Figure, type Statement } from '../../projections/statement-view.ts';
import { BookFile } from '../reports/book-file.ts';
import type { SheetCell } from '../reports/book-sheet.ts';
import { columnName } from '../reports/book-xml.ts';
import { localAndUtc } from '../reports/local-time.ts';
import {
  amountCell,
  countCell,
  longTextCell,
  sumStyle,
  TITLE,
  textCell,
  titleCell,
  unitCell,
  WARNING,
} from '../reports/sheet.ts';
import { WORDS } from '../reports/words.ts';
import { lineTitle, STATEMENT_WORDS } from './statement-words.ts';

interface Column {
  readonly title: string;
  readonly width: number;
  readonly over?: 'number' | 'unit';
  /** For looking a thing up: such columns come last. */
  readonly isUnprinted?: boolean;
}

type Cells = readonly SheetCell[];

interface Table {
  readonly name: string;
  readonly columns: readonly Column[];
  readonly rows: Iterable<Cells>;
}

const BLANK_SUM = sumStyle({});
/** As in other tables: the compressor has its turn after so many rows. */
const ROWS_PER_TURN = 40;

/** The workbook as a stream; a fault ends it. */
export function statementBook(content: StatementBook, lang: Language): Readable {
  const output = new PassThrough();
  output.on('error', () => undefined);
  fill(output, content, lang).catch((error: unknown) => output.destroy(error as Error));
  return output;
}

async function fill(output: PassThrough, content: StatementBook, lang: Language): Promise<void> {
  const book = new BookFile(output, new Date(content.asOf));
  const tables = [accountTable(content, lang), bridgeTable(content, lang), linesTable(content, lang)];
  for (const table of tables) await writeTable(book, table, headOf(content, lang));
  await book.end();
}

/** The rows above each table. */
function headOf({ day, zone, asOf, over, cutAt }: StatementBook, lang: Language): readonly SheetCell[] {
  const words = STATEMENT_WORDS[lang];
  return [
    { value: words.title(day, zone), style: TITLE },
    textCell(words.asOf(localAndUtc(asOf, zone))),
    ...(over ? [] : [{ value: words.notOver, style: WARNING }]),
    ...(cutAt === null ? [] : [{ value: words.book.cut(cutAt), style: WARNING }]),
  ];
}

async function writeTable(book: BookFile, table: Table, head: readonly SheetCell[]): Promise<void> {
  const { name, columns, rows } = table;
  const frozen = head.length + 1;
  const sheet = book.openSheet(name, {
    widths: columns.map(({ width }) => width),
    ...{ frozen, isLandscape: true, printed: columns.filter(({ isUnprinted }) => isUnprinted !== true).length },
    foot: head
      .slice(0, 2)
      .flatMap((cell) => cell?.value ?? [])
      .join(' · '),
  });
  for (const cell of head) sheet.row([cell]);
  sheet.row(columns.map(({ title, over }) => titleCell(title, over)));
  let count = 0;
  for (const cells of rows) {
    sheet.row(cells);
    if (++count % ROWS_PER_TURN !== 0) continue;
    await turn();
    await sheet.ready();
  }
  sheet.close(`A${frozen}:${columnName(columns.length - 1)}${sheet.rows}`);
}

/** Whose statement it is: the first columns of every sheet. */
function placeColumns(lang: Language): Column[] {
  const { merchant, provider, currency } = WORDS[lang].columns;
  return [
    { title: merchant, width: 18 },
    { title: provider, width: 14 },
    { title: currency, width: 12, over: 'unit' },
  ];
}

function placeCells(
  { merchant, provider, currency }: Pick<Statement, 'merchant' | 'provider' | 'currency'>,
  lang: Language,
) {
  const name = merchant === '' ? STATEMENT_WORDS[lang].noMerchant : merchant;
  return [longTextCell(name), longTextCell(provider), unitCell(currency)];
}

/** As a sum below the others, with a line over all of it. */
function total(cells: Cells): Cells {
  return cells.map((cell) => {
    return cell === null ? { value: '', style: BLANK_SUM } : { ...cell, style: sumStyle(cell.style) };
  });
}

const lineColumn = (lang: Language): Column => ({
  ...{ title: STATEMENT_WORDS[lang].book.line, width: 22, isUnprinted: true },
});

function accountTable({ sheets }: StatementBook, lang: Language): Table {
  const { book, value } = STATEMENT_WORDS[lang];
  const columns: Column[] = [
    ...placeColumns(lang),
    { title: book.part, width: 24 },
    { title: book.what, width: 40 },
    { title: value, width: 18, over: 'number' },
    lineColumn(lang),
  ];
  return { name: book.account, columns, rows: sheets.flatMap((sheet) => accountRows(sheet, lang)) };
}

function accountRows({ statement, closed }: BookedSheet, lang: Language): Cells[] {
  const words = STATEMENT_WORDS[lang];
  const { gateway, late, clearing, residual, currency } = statement;
  const place = placeCells(statement, lang);
  const row = (part: string, what: string, value: string, line: string): Cells => {
    return [...place, longTextCell(part), longTextCell(what), amountCell(value, currency), textCell(line)];
  };
  const figure = (part: string, one: Figure) =>
    row(part, lineTitle(one.line, lang), signedText(one, currency), one.line);
  const { by = '', approvedBy = '', sha256 = '', entry = null } = closed ?? {};
  return [
    row(words.gateway, words.opening, gateway.opening, 'opening'),
    ...late.map((one) => {
      return row(words.gateway, words.late(words.moves[one.what]), signedText(one, currency), `late:${one.what}`);
    }),
    ...gateway.moves.map((one) => figure(words.gateway, one)),
    total(row(words.gateway, words.closing, gateway.closing, 'closing')),
    ...clearing.map((one) => figure(words.clearing, one)),
    row(words.residual, words.residual, residual, 'residual'),
    ...(closed === null ? [] : [[...place, null, longTextCell(words.closed(by, approvedBy, sha256, entry ?? ''))]]),
  ];
}

function bridgeTable({ sheets }: StatementBook, lang: Language): Table {
  const { book, value, count, ages } = STATEMENT_WORDS[lang];
  const columns: Column[] = [
    ...placeColumns(lang),
    { title: book.what, width: 40 },
    { title: book.side, width: 12, over: 'unit' },
    { title: count, width: 10, over: 'number' },
    { title: value, width: 18, over: 'number' },
    ...ages.map((title): Column => ({ title, width: 9, over: 'number' })),
    lineColumn(lang),
  ];
  return { name: book.bridge, columns, rows: sheets.flatMap(({ statement }) => bridgeRows(statement, lang)) };
}

function bridgeRows(statement: Statement, lang: Language): Cells[] {
  const words = STATEMENT_WORDS[lang];
  const { bridge, currency } = statement;
  const place = placeCells(statement, lang);
  const noAges = words.ages.map(() => null);
  const row = (what: string, value: string, line: string): Cells => {
    return [...place, longTextCell(what), null, null, amountCell(value, currency), ...noAges, textCell(line)];
  };
  const figure = (one: Figure) => row(lineTitle(one.line, lang), signedText(one, currency), one.line);
  const values = [
    ...bridge.agreed.map(signedFigure),
    ...bridge.explained.map((one) => signedFigure({ sign: '+', ...one })),
  ];
  const explained = values.reduce<Decimal>(addDecimal, { digits: 0n, scale: 0 });
  return [
    ...bridge.begins.map(figure),
    total(row(words.difference, bridge.difference, 'difference')),
    ...bridge.agreed.map(figure),
    ...bridge.explained.map(({ line, side, count, value, ages }): Cells => {
      const amounts = [countCell(count), amountCell(value, currency)];
      // What is not due has no age.
      const old = ages.map((of) => (of === 0 || line === 'pending' ? null : countCell(of)));
      return [
        ...place,
        longTextCell(lineTitle(line, lang)),
        unitCell(words.sides[side]),
        ...amounts,
        ...old,
        textCell(line),
      ];
    }),
    total(row(words.book.explained, amountText(explained, currency), 'explained')),
  ];
}

function linesTable({ rows }: StatementBook, lang: Language): Table {
  const { book, value, drill } = STATEMENT_WORDS[lang];
  const columns: Column[] = [
    ...placeColumns(lang),
    { title: book.what, width: 30 },
    { title: drill.key, width: 28 },
    { title: value, width: 18, over: 'number' },
    { title: drill.entry, width: 22, over: 'unit' },
    { title: drill.fact, width: 30, isUnprinted: true },
    lineColumn(lang),
  ];
  return { name: book.lines, columns, rows: lineRows(rows, lang) };
}

function* lineRows(rows: readonly BookRow[], lang: Language): Generator<Cells> {
  const { book } = STATEMENT_WORDS[lang];
  for (const row of rows) {
    yield [
      ...placeCells(row, lang),
      longTextCell(lineTitle(row.line, lang)),
      longTextCell(row.key ?? book.elsewhere),
      amountCell(amountText(row.amount, row.currency), row.currency),
      unitCell(row.entries.join(' ')),
      textCell(row.fact),
      textCell(row.line),
    ];
  }
}

function signedText(figure: Pick<Figure, 'sign' | 'value'>, currency: string): string {
  return amountText(signedFigure(figure), currency);
}
