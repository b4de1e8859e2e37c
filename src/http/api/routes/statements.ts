// The routes of a day's statements: what the gateway owed, what moved and what explains it, and the rows of a figure.

import { z } from 'zod';
import { dayOfDate } from '../../../domain/calendar.ts';
import { compareKeys } from '../../../domain/key.ts';
import { LANGUAGES } from '../../../domain/language.ts';
import { formatInstant } from '../../../domain/time.ts';
import { MOVEMENT_KINDS, type MovementKind } from '../../../matching/movements.ts';
import type { BookedStatement } from '../../../projections/booked-statements.ts';
import type { ClosedDay } from '../../../projections/closed-days.ts';
import { type BookedSheet, type BookRow, movedLines, rowsOfLine } from '../../../projections/statement-book.ts';
import {
  amountText,
  isExplanation,
  isStatementLine,
  STATEMENT_LINES,
  type Statement,
} from '../../../projections/statement-view.ts';
import { STATEMENT_AGES } from '../../../projections/statements.ts';
import { hasAllMerchants, mayTouch } from '../../access/api-key.ts';
import { type BookedDay, bookedDay } from '../booked-day.ts';
import { actorView } from '../decision-call.ts';
import { fileRowsOf } from '../file-rows.ts';
import { lateFactsOf, lateKind, lateRows } from '../late-rows.ts';
import { type Answer, type Call, json, type Route, route } from '../route.ts';
import { count, currency, day, fileRowCount, language, merchantName, text } from '../schemas/basic.ts';
import { StatementLines, Statements } from '../schemas/statements.ts';

const READERS = ['shop', 'operator', 'approver', 'auditor', 'admin'] as const;
const BOOK = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
/** Rows of one figure in a workbook. */
const BOOK_ROWS_MAX = 20_000;

const DayParams = z.strictObject({ day });
const filters = { merchant: merchantName.optional(), provider: text.optional(), currency: currency.optional() };
const DayQuery = z.strictObject(filters);
const BookQuery = z.strictObject({ ...filters, lang: language });
const CsvQuery = z.strictObject({ ...filters, lang: z.enum(LANGUAGES).optional() });
const LinesQuery = z
  .strictObject({
    ...filters,
    /** As a statement names it: `received`, `total:settled`, `closing`, `pending`, a reason; `late:settled`. */
    line: text
      .refine((line) => isStatementLine(line) || lateKind(line) !== undefined, 'expected a line of a statement')
      .meta({ enum: [...STATEMENT_LINES, ...MOVEMENT_KINDS.map((kind) => `late:${kind}`)], examples: ['received'] }),
    /** Of what explains a part of the bridge: only what is so many days old, and only what is owed, or too much. */
    age: z.enum(STATEMENT_AGES).optional(),
    side: z.enum(['under', 'over']).optional(),
    /** The key after which the page begins. */
    after: text.optional(),
    limit: count(1, 1_000, 100),
    file_rows: fileRowCount,
  })
  .refine(({ line, age, side }) => (isStatementLine(line) && isExplanation(line)) || (age ?? side) === undefined, {
    path: ['line'],
    message: 'expected what explains a part of the bridge, which has ages and sides',
  });

export const STATEMENT_ROUTES: readonly Route[] = [
  route({
    method: 'GET',
    url: '/v1/statements/:day',
    summary: 'The statements of a day: what gateways owed, what moved, what they owe, and what explains it',
    description:
      'Sums of days are prepared after a start and after new rules: until then it may be refused, with how far that ' +
      'is. An answer is kept for a short time. Of a closed day it is as it was frozen; what came later of it is in ' +
      '`late` of the first day that is open.',
    roles: READERS,
    scope: 'merchant',
    params: DayParams,
    query: DayQuery,
    answers: { 200: json('By merchant, network and currency', Statements) },
    handle: showStatements,
  }),
  route({
    method: 'GET',
    url: '/v1/statements/:day.xlsx',
    summary:
      'The statements of a day as a workbook: the accounts, the bridges, and the rows that the figures are made of',
    description:
      'In the words of `lang`, with the zone of the day and the time that it is as of on every sheet. Of a figure ' +
      'there are at most 20,000 rows. It reads every key of the ledger, so it may be as of some time ago.',
    roles: READERS,
    scope: 'merchant',
    params: DayParams,
    query: BookQuery,
    answers: { 200: { description: 'The workbook', content: { [BOOK]: z.string() } } },
    handle: sendBook,
  }),
  route({
    method: 'GET',
    url: '/v1/statements/:day.csv',
    summary: 'The figures of the statements of a day as CSV',
    description:
      'A line for each figure, under the names that the statements have for them; what is taken off is below zero. ' +
      'With `lang` columns and parts are in words, and what each line is called stands beside its name. ' +
      'A cell that a spreadsheet would run has an apostrophe before it.',
    roles: READERS,
    scope: 'merchant',
    params: DayParams,
    query: CsvQuery,
    answers: { 200: { description: 'The figures', content: { 'text/csv': z.string() } } },
    handle: sendCsv,
  }),
  route({
    method: 'GET',
    url: '/v1/statements/:day/lines',
    summary: 'What a figure of the statements of a day is the sum of, by page',
    description:
      'It is worked out from the same sums as the statements, and kept for a short time. With `file_rows` as many of ' +
      'its facts have the file that they are from and their row there, which are searched in the log.',
    roles: READERS,
    scope: 'merchant',
    params: DayParams,
    query: LinesQuery,
    answers: {
      200: json('A page of keys, each with all of its rows', StatementLines, {
        transaction: { to: 'GET /v1/transactions/:id', by: { id: '$response.body#/rows/0/key' } },
      }),
    },
    handle: showLines,
  }),
];

type DayCall = Call<z.output<typeof DayParams>, z.output<typeof DayQuery>>;

async function showStatements(call: DayCall): Promise<Answer> {
  const { parts, params } = call;
  const booked = await bookedDay(parts, params.day);
  const { asOf, over, zone } = booked;
  const views = shownOf(booked, call).map(({ statement, closed }) => {
    return { ...statement, closed: closeOf(closed, statement) };
  });
  return { status: 200, body: { day: params.day, zone, as_of: formatInstant(asOf), over, statements: views } };
}

type CsvCall = Call<z.output<typeof DayParams>, z.output<typeof CsvQuery>>;

async function sendCsv(call: CsvCall): Promise<Answer> {
  const { parts, params } = call;
  const booked = await bookedDay(parts, params.day);
  const statements = shownOf(booked, call).map(({ statement }) => statement);
  return {
    status: 200,
    type: 'text/csv; charset=utf-8',
    headers: { 'content-disposition': `attachment; filename="hesabu-statements-${params.day}.csv"` },
    body: parts.statementCsv({ day: params.day, zone: booked.zone, statements }, call.query.lang),
  };
}

/** Those that the caller asked for, and may see. */
function shownOf({ statements }: BookedDay, { caller, query }: Pick<DayCall, 'caller' | 'query'>): BookedStatement[] {
  const isAsked = (name: 'merchant' | 'provider' | 'currency', value: string) => (query[name] ?? value) === value;
  return statements.filter(({ statement: one }) => {
    const isOwn = mayTouch(caller, one.merchant) && isAsked('merchant', one.merchant);
    return isOwn && isAsked('provider', one.provider) && isAsked('currency', one.currency);
  });
}

type BookCall = Call<z.output<typeof DayParams>, z.output<typeof BookQuery>>;

async function sendBook(call: BookCall): Promise<Answer> {
  const { parts, params } = call;
  const { lang, ...asked } = call.query;
  const booked = await bookedDay(parts, params.day);
  const { asOf, over, zone } = booked;
  const sheets = shownOf(booked, call).map(({ statement, closed }) => ({
    statement,
    closed: bookedClose(closed, statement),
  }));
  const rows: BookRow[] = [];
  let cutAt: number | null = null;
  const question = { ...asked, merchants: merchantsOf(call), day: dayOfDate(params.day), limit: BOOK_ROWS_MAX };
  // One after the other: each may read every key.
  for (const line of movedLines(sheets)) {
    const found = await parts.ledger.statements.rows({ ...question, line });
    const isWhole = found.rows.length <= BOOK_ROWS_MAX;
    if (!isWhole) cutAt = BOOK_ROWS_MAX;
    rows.push(...rowsOfLine(line, { rows: found.rows.slice(0, BOOK_ROWS_MAX) }, sheets, isWhole));
  }
  const book = { day: params.day, zone, asOf, over, sheets, rows, cutAt };
  return {
    status: 200,
    type: BOOK,
    headers: { 'content-disposition': `attachment; filename="hesabu-statements-${params.day}.xlsx"` },
    body: parts.statementBook(book, lang),
  };
}

function bookedClose(closed: ClosedDay | null, statement: Statement): BookedSheet['closed'] {
  if (closed === null) return null;
  const { proposal, approval } = closed.close;
  const { sha256 = '', entry = null } = fileOf(closed, statement) ?? {};
  return { by: proposal.body.by.person, approvedBy: approval!.body.by.person, sha256, entry };
}

function fileOf({ statements }: ClosedDay, { provider, currency }: Statement) {
  return statements.find((one) => one.provider === provider && one.currency === currency);
}

function merchantsOf({ caller }: Pick<DayCall, 'caller'>): readonly string[] | null {
  return hasAllMerchants(caller) ? null : caller.merchants;
}

/** Of a closed day: who closed it, and the hash of the file that it was frozen in. */
function closeOf(closed: ClosedDay | null, statement: Statement): object | null {
  if (closed === null) return null;
  const { merchant, close } = closed;
  const { sha256 = '', entry = null } = fileOf(closed, statement) ?? {};
  return { merchant, sha256, entry, by: actorView(close.proposal), approved: actorView(close.approval!) };
}

async function lateLines(call: LinesCall, what: MovementKind) {
  const { parts, params, query } = call;
  const booked = await bookedDay(parts, params.day);
  const { facts } = await lateFactsOf(parts, booked.closed);
  const statements = shownOf(booked, call).map(({ statement }) => statement);
  const { rows, sums } = await lateRows(parts, { day: dayOfDate(params.day), what, statements }, facts);
  const { after } = query;
  return { rows: rows.filter(({ key }) => after === undefined || compareKeys(key, after) > 0), sums };
}

type LinesCall = Call<z.output<typeof DayParams>, z.output<typeof LinesQuery>>;

async function showLines(call: LinesCall): Promise<Answer> {
  const { parts, params, query } = call;
  const { ledger } = parts;
  await ledger.loop.catchUp();
  const { limit, file_rows: _rows, ...asked } = query;
  const { line } = asked;
  const found = isStatementLine(line)
    ? await ledger.statements.rows({ ...asked, line, limit, merchants: merchantsOf(call), day: dayOfDate(params.day) })
    : await lateLines(call, lateKind(line)!);
  // What has no key stands first, and no page begins after it.
  const last = found.rows.slice(limit - 1).find(({ key }) => key !== '')?.key;
  // What is beyond the limit says that there is more.
  const shown = last === undefined ? found.rows : found.rows.filter(({ key }) => compareKeys(key, last) <= 0);
  const fileOf = await fileRowsOf(call, shown);
  const rows = shown.map(({ partition: _, amount, account = null, ...row }) => {
    return { ...row, ...fileOf(row), account, amount: amountText(amount, row.currency) };
  });
  const sums = [...found.sums].sort().map(([code, sum]) => ({ currency: code, sum: amountText(sum, code) }));
  const next = shown.length < found.rows.length ? last : null;
  return { status: 200, body: { day: params.day, line: query.line, sums, rows, next } };
}
