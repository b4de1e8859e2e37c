// The list of cases as files: out, as a workbook or as CSV, and a workbook back in, in which people decided.

import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import { HesabuError } from '../../../domain/errors.ts';
import { readDecisionSheet } from '../../../producers/decisions/decision-sheet.ts';
import { InTurn } from '../../../runtime/in-turn.ts';
import { deciderOf } from '../../access/decider.ts';
import { accepted, batchId, started } from '../cases/begun.ts';
import { type BookRow, bookRows, refusedRows } from '../cases/book-decisions.ts';
import { decidesOn, foundCases, previewed } from '../cases/selection.ts';
import { sumsOf } from '../cases/sums.ts';
import { type Answer, type Call, json, type Route, route } from '../route.ts';
import { Batch } from '../schemas/batches.ts';
import { BookQuery, CaseBookPreview, CaseFileQuery } from '../schemas/case-files.ts';
import { withUpload } from '../uploaded-file.ts';

const WORKERS = ['operator', 'approver'] as const;
const BOOK = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
const CSV = 'text/csv; charset=utf-8';
const BOOK_BYTES_MAX = 20 * 1024 * 1024;
/** How many workbooks are read or wait for their turn: one takes seconds of the thread that answers everybody. */
const BOOKS_MAX = 4;
const READING = new InTurn('the number of workbooks', BOOKS_MAX);
const REFUSED_SHOWN = 1_000;

type FileCall = Call<unknown, z.output<typeof CaseFileQuery>>;
type BookCall = Call<unknown, z.output<typeof BookQuery>>;

export const CASE_FILE_ROUTES: readonly Route[] = [
  route({
    method: 'GET',
    url: '/v1/cases.xlsx',
    summary: 'The cases of the list as a workbook, to be decided there and sent back',
    description: 'All that match, at most 20,000. Each row has columns to fill in, and its fingerprint.',
    roles: WORKERS,
    scope: 'merchant',
    query: CaseFileQuery,
    answers: { 200: { description: 'The workbook', content: { [BOOK]: z.string() } } },
    handle: (call) => sendFile(call, 'xlsx'),
  }),
  route({
    method: 'GET',
    url: '/v1/cases.csv',
    summary: 'The cases of the list as CSV',
    description: 'All that match, at most 20,000; times in UTC.',
    roles: WORKERS,
    scope: 'merchant',
    query: CaseFileQuery,
    answers: { 200: { description: 'The rows', content: { 'text/csv': z.string() } } },
    handle: (call) => sendFile(call, 'csv'),
  }),
  route({
    method: 'POST',
    url: '/v1/cases.xlsx',
    summary: 'Decide on many cases by a workbook that was filled in',
    description:
      'The body is the workbook, of at most 20 MiB and 20,000 rows. Without `confirm` nothing is done: the answer ' +
      'says what each row would come to. With the token of that answer each row becomes a proposal, ' +
      'an assignment, a note or a refusal. A row whose fingerprint is not that of its case ' +
      'now is refused, and so is a formula. The same file is done once.',
    roles: WORKERS,
    scope: 'merchant',
    upload: true,
    bytesMax: BOOK_BYTES_MAX,
    query: BookQuery,
    answers: {
      200: json('What it would come to', CaseBookPreview),
      202: json('The batch', Batch, { batch: { to: 'GET /v1/batches/:id', by: { id: '$response.body#/id' } } }),
    },
    handle: (call) => withUpload(call, BOOK_BYTES_MAX, (path) => takeBook(call, path)),
  }),
];

async function sendFile(call: FileCall, kind: 'xlsx' | 'csv'): Promise<Answer> {
  const { parts, query } = call;
  const { sort, lang, ...filters } = query;
  await parts.ledger.loop.catchUp();
  const rows = await foundCases(call, filters, sort);
  const at = parts.clock.now();
  const options = { lang, zone: parts.ledger.loop.rules.zone, at };
  const name = `hesabu-cases-${new Date(at).toISOString().slice(0, 10)}.${kind}`;
  return {
    status: 200,
    type: kind === 'xlsx' ? BOOK : CSV,
    headers: { 'content-disposition': `attachment; filename="${name}"` },
    body: kind === 'xlsx' ? parts.caseFiles.workbook(rows, options) : parts.caseFiles.csv(rows, options),
  };
}

async function takeBook(call: BookCall, path: string): Promise<Answer> {
  const { parts, caller, query } = call;
  const { name = 'cases.xlsx', confirm } = query;
  const { person } = deciderOf(parts.people, caller, '');
  const token = await tokenOf(path, person);
  if (confirm !== undefined && confirm !== token) {
    const expected = 'the token of a dry run of this file';
    throw new HesabuError('HESABU_PREVIEW_GONE', { where: 'query.confirm', expected });
  }
  const id = batchId(person, `xlsx ${token}`);
  const known = confirm === undefined ? undefined : parts.tables.batches.get(id);
  if (known !== undefined) return accepted(call, known);
  const sheet = await READING.run(() => readDecisionSheet(path, name));
  await parts.ledger.loop.catchUp();
  const rows = await bookRows(call, sheet, confirm !== undefined);
  if (confirm === undefined) return { status: 200, body: dryAnswer(rows, sheet.blank, token) };
  const merchants = rows.flatMap(({ row }) => row?.merchant ?? []);
  const { roles } = decidesOn(call, merchants);
  await parts.tables.batches.add(
    { id, at: parts.clock.now(), person, via: 'xlsx', roles, act: null },
    rows.map(previewed),
  );
  return started(call, id);
}

function dryAnswer(rows: readonly BookRow[], blank: number, token: string): object {
  const { refused: _, ...sums } = sumsOf(rows);
  const acts = { assign: 0, note: 0, propose: 0 };
  for (const { given, verdict } of rows) {
    if (verdict.status === 'done') acts[given.act!.act as keyof typeof acts]++;
  }
  const refused = refusedRows(rows, REFUSED_SHOWN);
  return { rows: rows.length, blank, ...sums, acts, refused, token: sums.count === 0 ? null : token };
}

/** Of the file's bytes and the person: another file, or another person's, is another one. */
async function tokenOf(path: string, person: string): Promise<string> {
  const sum = createHash('sha256').update(`${person}\n`);
  await pipeline(createReadStream(path), sum);
  return sum.digest('hex');
}
