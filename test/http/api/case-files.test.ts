// The list of cases as files: out for the merchants that one sees, with nothing that a spreadsheet would run, and back
// in as decisions, row by row.
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Workbook, type Worksheet } from '@cj-tech-master/excelts';
import Papa from 'papaparse';
import { describe, expect, test, vi } from 'vitest';
import { type Book, partsOf, zip } from '../../producers/files/workbook-parts.ts';
import { order, paid } from '../../service/ledger/given-live-ledger.ts';
import { batchOf, finished, outcomes } from './given-bulk.ts';
import { type Desk, withDesk } from './given-cases.ts';

const workbookFile = (book: Book) => zip(partsOf(book));
const dir = mkdtempSync(join(tmpdir(), 'hesabu-case-files-'));

const shorts = async ({ given }: Desk, names: readonly string[], more: object = {}) => {
  const facts = names.flatMap((name) => [order(name, more), paid(name, { data: { amount: '980.00', ...more } })]);
  await given.ledger.writer.append(facts);
  await given.ledger.loop.catchUp();
};
const names = (count: number, letter = 'A') => Array.from({ length: count }, (_, at) => `${letter}-${at}`);

async function download({ given, operator }: Desk, url: string, key = operator) {
  const headers = { authorization: `Bearer ${key}` };
  const { statusCode, headers: answered, rawPayload } = await given.app.inject({ url, headers });
  expect(statusCode).toBe(200);
  return { bytes: rawPayload, headers: answered };
}

async function sheetOf(bytes: Buffer): Promise<{ readonly book: Workbook; readonly sheet: Worksheet }> {
  const path = join(dir, 'cases.xlsx');
  writeFileSync(path, bytes);
  const book = new Workbook();
  await book.xlsx.readFile(path);
  return { book, sheet: book.worksheets[0]! };
}

async function bytesOf(book: Workbook): Promise<Buffer> {
  const path = join(dir, 'decided.xlsx');
  await book.xlsx.writeFile(path);
  return readFileSync(path);
}

const titles = (sheet: Worksheet) => (sheet.getRow(1).values as (string | undefined)[]).slice(1);

/** Fills in cells of a row by the titles of their columns. */
function fill(sheet: Worksheet, row: number, cells: Readonly<Record<string, unknown>>): void {
  for (const [title, value] of Object.entries(cells)) {
    sheet.getRow(row).getCell(titles(sheet).indexOf(title) + 1).value = value as string;
  }
}

const send = ({ given, operator }: Desk, bytes: Buffer, query = '', key = operator) =>
  given.ask({
    ...{ method: 'POST', url: `/v1/cases.xlsx${query}`, key, payload: bytes },
    headers: { 'content-type': 'application/octet-stream' },
  });

describe('the list of cases as a file', () => {
  test('has all that match in the language asked for, amounts as its currency writes them, and no formula', () =>
    withDesk(async (desk) => {
      await shorts(desk, ['=HYPERLINK("http://x")', '+A-1', '00123', 'A-2']);
      await shorts(desk, ['U-1'], { currency: 'UGX', amount: '1000' });
      await shorts(desk, ['B-1'], { merchant: 'shop-2' });
      await desk.given.ledger.writer.append([paid('U-1', { id: 'ev-2', data: { amount: '1500', currency: 'UGX' } })]);
      await desk.given.ledger.loop.catchUp();
      const { bytes, headers } = await download(desk, '/v1/cases.xlsx?sort=reference&lang=zh-CN');
      expect(headers).toMatchObject({
        'content-disposition': 'attachment; filename="hesabu-cases-2026-06-01.xlsx"',
        'x-content-type-options': 'nosniff',
      });
      const { sheet } = await sheetOf(bytes);
      expect(titles(sheet)).toEqual(
        expect.arrayContaining(['处理', '原因类别', '指派给', '备注', '差错单', '指纹', '交易参考号']),
      );
      const references = sheet.getColumn(titles(sheet).indexOf('交易参考号') + 1).values.slice(2);
      expect(references).toEqual(expect.arrayContaining(['00123', `'=HYPERLINK("http://x")`, `'+A-1`, 'A-2', 'U-1']));
      const text = JSON.stringify(sheet.getSheetValues());
      expect(text).not.toMatch(/formula|shop-2|B-1/);
      const csv = String((await download(desk, '/v1/cases.csv?sort=reference&lang=en&merchant=shop-1')).bytes);
      const { data } = Papa.parse<Record<string, string>>(csv, { header: true, skipEmptyLines: true });
      const found = data.find(({ Reference }) => Reference === 'A-2')!;
      expect(found).toMatchObject({ Difference: '-20.00', Currency: 'KES', Reason: 'AMOUNT_UNDER', Decision: '' });
      expect(found.Fingerprint).toMatch(/^[0-9a-f]{64}$/);
      expect(data.filter(({ Reference }) => /^[=+]/.test(Reference!))).toEqual([]);
      const { json } = await desk.given.ask({ url: '/v1/cases?limit=1', key: desk.operator });
      expect(data).toHaveLength(json.total);
    }));

  test('comes back decided: 50 rows, 3 of them stale, 1 with a formula, are 46 proposals and 4 refusals (4.10)', () =>
    withDesk(async (desk) => {
      await shorts(desk, names(50));
      const { book, sheet } = await sheetOf((await download(desk, '/v1/cases.xlsx?sort=reference')).bytes);
      for (let row = 2; row <= 51; row++) fill(sheet, row, { Decision: 'write off', Cause: 'rounding' });
      fill(sheet, 20, { Cause: { formula: 'A1', result: 'rounding' } });
      const late = ['A-3', 'A-4', 'A-5'].map((name) => paid(name, { id: `ev-2-${name}`, data: { amount: '970.00' } }));
      await desk.given.ledger.writer.append(late);
      const bytes = await bytesOf(book);
      const dry = await send(desk, bytes);
      expect([dry.status, dry.json]).toMatchObject([200, { rows: 50, blank: 0, count: 46, acts: { propose: 46 } }]);
      expect(dry.json.refused.map(({ code }: { code: string }) => code).sort()).toEqual([
        ...['HESABU_CASE_CHANGED', 'HESABU_CASE_CHANGED', 'HESABU_CASE_CHANGED', 'HESABU_FIELD_INVALID'],
      ]);
      expect(dry.json.refused.find(({ line }: { line: number }) => line === 20).message).toMatch(/a formula/);
      expect((await desk.given.ask({ url: '/v1/cases?status=resolved', key: desk.operator })).json.total).toBe(0);
      const begun = await send(desk, bytes, `?confirm=${dry.json.token}`);
      const batch = await finished(desk, desk.operator, begun);
      expect(batch.counts).toMatchObject({ done: 46, refused: 4 });
      expect(batch.rows.every(({ line }: { line: number }) => line >= 2)).toBe(true);
      expect((await desk.given.ask({ url: '/v1/cases?status=resolved', key: desk.operator })).json.total).toBe(46);
      // The same file again is the same batch.
      expect((await send(desk, bytes, `?confirm=${dry.json.token}`)).json.id).toBe(batch.id);
      expect((await send(desk, bytes, `?confirm=${'0'.repeat(64)}`)).json.code).toBe('HESABU_PREVIEW_GONE');
    }));

  test('takes assignments, notes and Chinese words, passes empty rows by, and says why each other row is refused', () =>
    withDesk(async (desk) => {
      await shorts(desk, names(9));
      await shorts(desk, ['B-1'], { merchant: 'shop-2' });
      const boss = desk.given.keyOf('Boss', 'operator', '*');
      const url = '/v1/cases.xlsx?sort=reference&lang=zh-CN';
      const { book, sheet } = await sheetOf((await download(desk, url, boss)).bytes);
      fill(sheet, 2, { 处理: '指派', 指派给: 'team-a' });
      fill(sheet, 3, { 处理: '备注', 备注: '=1+1 已询问' });
      fill(sheet, 4, { 处理: '核销', 原因类别: '尾差', 备注: '让利' });
      fill(sheet, 5, { 处理: '批准' });
      fill(sheet, 6, { 处理: '核销' });
      fill(sheet, 7, { 处理: '认可', 原因类别: '尾差', 指纹: '0'.repeat(64), 备注: '旧' });
      fill(sheet, 8, { 备注: '没有处理' });
      fill(sheet, 9, { 处理: '指派', 指派给: '../x' });
      fill(sheet, 11, { 处理: '认可', 原因类别: '尾差' });
      const bytes = await bytesOf(book);
      const dry = await send(desk, bytes);
      expect(dry.json).toMatchObject({ blank: 1, count: 3, acts: { assign: 1, note: 1, propose: 1 } });
      const codes = dry.json.refused.map(({ line, code }: { line: number; code: string }) => [line, code]);
      expect(codes).toEqual([
        [5, 'HESABU_FIELD_INVALID'],
        [6, 'HESABU_FIELD_MISSING'],
        [7, 'HESABU_CASE_CHANGED'],
        [8, 'HESABU_FIELD_MISSING'],
        [9, 'HESABU_FIELD_INVALID'],
        // Of another merchant.
        [11, 'HESABU_NOT_FOUND'],
      ]);
      expect(JSON.stringify(dry.json)).not.toContain('shop-2');
      const keep = vi.spyOn(desk.given.parts.texts, 'keep');
      const batch = await finished(desk, desk.operator, await send(desk, bytes, `?confirm=${dry.json.token}`));
      // Of the three rows with a text, one is refused.
      expect(keep.mock.calls).toEqual([['=1+1 已询问'], ['让利']]);
      expect(
        outcomes(batch)
          .filter(([, status]) => status === 'done')
          .map(([key]) => key),
      ).toEqual(['A-0', 'A-1', 'A-2']);
      expect(batch.counts).toMatchObject({ done: 3, refused: 6 });
      // A row that names no case of the sender's is shown to the sender alone.
      const colleague = desk.given.key('operator', 'shop-1');
      expect((await batchOf(desk, colleague, batch.id)).counts).toMatchObject({ done: 3, refused: 1 });
      const { cases } = (await desk.given.ask({ url: '/v1/cases?status=all&sort=reference', key: desk.operator })).json;
      expect(cases.slice(0, 3)).toMatchObject([{ owner: 'team-a' }, { notes: 1 }, { resolution: 'WRITTEN_OFF' }]);
      const undo = await desk.post(desk.operator, `/v1/batches/${batch.id}/withdrawal`, {});
      expect((await finished(desk, desk.operator, undo)).counts).toMatchObject({ done: 2 });
    }));

  test.each([
    ['a text', Buffer.from('Case,Decision\n'), 'HESABU_WORKBOOK_INVALID'],
    [
      'another workbook',
      workbookFile({ sheets: { Sheet1: '<row r="1"><c t="str"><v>x</v></c></row>' } }),
      'HESABU_HEADER_INVALID',
    ],
    ['half a workbook', workbookFile({}).subarray(0, 300), 'HESABU_WORKBOOK_INVALID'],
    ['nothing', Buffer.alloc(0), 'HESABU_WORKBOOK_INVALID'],
  ])('is refused where it is %s', (_name, bytes, code) =>
    withDesk(async (desk) => {
      const { status, json } = await send(desk, bytes);
      expect([status >= 400 && status < 500, json.code]).toEqual([true, code]);
    }),
  );
});
