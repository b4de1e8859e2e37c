// The statements of a day as a workbook, read back: its figures are those of the statements, its rows add up to them,
// it has nothing that a spreadsheet would run, and nobody finds another merchant's in it.
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Workbook, type Worksheet } from '@cj-tech-master/excelts';
import { describe, expect, test } from 'vitest';
import { addDecimal, type Decimal, decimalOf, formatDecimal, negated } from '../../../src/domain/decimal.ts';
import type { Fact } from '../../../src/domain/fact.ts';
import type { Statement } from '../../../src/projections/statement-view.ts';
import { factOf, order, paid } from '../../service/ledger/given-live-ledger.ts';
import { type Given, givenApi } from './given-api.ts';

const DAY = '2026-06-01';
const HOSTILE = '=HYPERLINK("http://x","A-9")';
const dir = mkdtempSync(join(tmpdir(), 'hesabu-statement-book-'));

const settled = (reference: string, more: object = {}): Fact =>
  factOf('settlements', {
    ...{ transaction_reference: reference, transaction_id: `P-${reference}`, type: 'payment' },
    ...{ line_id: `L-${reference}`, amount_received: '1000.00', fee_deduction: '15.005', currency: 'KES' },
    ...{ settlement_date: DAY, ...more },
  });

/** Two merchants, two currencies, a fee finer than its currency, an amount that no double holds, a name that runs. */
async function givenDay({ ledger }: Given): Promise<void> {
  const large = '90071992547409.93';
  const uganda = { amount: '5000', currency: 'UGX' };
  await ledger.writer.append([
    ...[order('A-1'), paid('A-1'), order('A-2'), paid('A-2'), settled('A-2')],
    ...[order('A-3', { amount: large }), paid('A-3', { data: { amount: large } })],
    ...[order('U-1', uganda), paid('U-1', { data: { ...uganda, amount: '4000' } })],
    ...[order(HOSTILE), paid(HOSTILE, { data: { amount: '900.00', transaction_id: 'P-9' } })],
    ...[order('B-1', { merchant: 'shop-2' }), paid('B-1')],
  ]);
  await ledger.loop.catchUp();
}

async function bookOf({ app }: Given, key: string, query = ''): Promise<Workbook> {
  const url = `/v1/statements/${DAY}.xlsx${query}`;
  const { statusCode, headers, rawPayload } = await app.inject({ url, headers: { authorization: `Bearer ${key}` } });
  expect([statusCode, headers['content-disposition'], headers['x-content-type-options']]).toEqual([
    ...[200, `attachment; filename="hesabu-statements-${DAY}.xlsx"`, 'nosniff'],
  ]);
  const path = join(dir, 'statements.xlsx');
  writeFileSync(path, rawPayload);
  const book = new Workbook();
  await book.xlsx.readFile(path);
  return book;
}

/** The rows below the titles, each by the titles; the rows above them as texts. */
function tableOf(sheet: Worksheet, title: string) {
  const all = (sheet.getSheetValues() as (readonly unknown[] | undefined)[])
    .slice(1)
    .map((row) => (row ?? []).slice(1));
  const at = all.findIndex((row) => row.includes(title));
  const titles = all[at]!;
  const rows = all.slice(at + 1).map((row) => Object.fromEntries(titles.map((name, place) => [name, row[place]])));
  return {
    head: all.slice(0, at).map(([text]) => String(text)),
    titles,
    rows: rows as Record<string, string | number>[],
  };
}

const sum = (values: readonly (string | number | undefined)[]): Decimal =>
  values.reduce<Decimal>((total, one) => addDecimal(total, decimalOf(String(one))), { digits: 0n, scale: 0 });
const isSame = (left: Decimal, right: Decimal) => addDecimal(left, negated(right)).digits === 0n;

describe('GET /v1/statements/:day.xlsx', () => {
  test('has the figures of the statements as exact numbers, and rows that add up to them', () =>
    givenApi(async (given) => {
      await givenDay(given);
      const key = given.key('auditor', '*');
      const { json } = await given.ask({ url: `/v1/statements/${DAY}`, key });
      const book = await bookOf(given, key, '?lang=en');
      expect(book.worksheets.map(({ name }) => name)).toEqual(['Account', 'Bridge', 'Lines']);
      const [account, bridge, lines] = book.worksheets.map((sheet) => tableOf(sheet!, 'Line').rows);
      expect(json.statements.length).toBeGreaterThan(2);
      for (const statement of json.statements as Statement[]) {
        const isOf = (row: Record<string, unknown>) =>
          row.Merchant === statement.merchant && row.Currency === statement.currency;
        const amountAt = (rows: typeof account, line: string) =>
          rows!.find((row) => isOf(row) && row.Line === line)?.Value;
        const { gateway } = statement;
        expect(isSame(sum([amountAt(account, 'opening')]), decimalOf(gateway.opening))).toBe(true);
        const moves = gateway.moves.map(({ line }) => amountAt(account, line));
        expect(isSame(sum([amountAt(account, 'opening'), ...moves]), decimalOf(gateway.closing))).toBe(true);
        expect(isSame(sum([amountAt(account, 'closing')]), decimalOf(gateway.closing))).toBe(true);
        const explained = bridge!.filter((row) => {
          return isOf(row) && !/^(total:(ordered|payer_fee|settled|fx)|difference|explained)$/.test(String(row.Line));
        });
        expect(isSame(sum(explained.map(({ Value }) => Value)), decimalOf(statement.bridge.difference))).toBe(true);
        expect(isSame(sum([amountAt(bridge, 'explained')]), decimalOf(statement.bridge.difference))).toBe(true);
        for (const { line, sign, value } of gateway.moves) {
          const rows = lines!.filter((row) => isOf(row) && row.Line === line);
          const figure = sign === '-' ? negated(decimalOf(value)) : decimalOf(value);
          expect([line, formatDecimal(addDecimal(sum(rows.map(({ Value }) => Value)), negated(figure)))]).toEqual([
            ...[line, expect.stringMatching(/^0(\.0+)?$/)],
          ]);
        }
      }
      const shopOne = account!.filter((row) => row.Merchant === 'shop-1' && row.Currency === 'KES');
      expect(typeof shopOne.find(({ Line }) => Line === 'fee')!.Value).toBe('number');
      // No double holds it: it stays a text.
      expect(lines!.find(({ Reference }) => Reference === 'A-3')!.Value).toBe('90071992547409.93');
      expect(lines!.find(({ Reference }) => Reference === 'A-2')).toMatchObject({ Fact: expect.stringMatching(/\S/) });
    }));

  test('says of which zone it is and as of when, in the language asked for, and runs nothing', () =>
    givenApi(async (given) => {
      await givenDay(given);
      const book = await bookOf(given, given.key('operator', '*'), '?lang=zh-CN');
      expect(book.worksheets.map(({ name }) => name)).toEqual(['网关往来', '订单到到账', '明细']);
      for (const sheet of book.worksheets) {
        const { head, titles } = tableOf(sheet!, '行名');
        expect(head).toEqual([
          `${DAY} 对账单（Asia/Shanghai）`,
          expect.stringMatching(/^数据截至 2026-06-01 .* \(UTC\+8\)/),
          '当日尚未结束，数据可能还会增加。',
        ]);
        expect(titles.slice(0, 3)).toEqual(['商户', '支付服务商', '币种']);
      }
      const values = JSON.stringify(book.worksheets.map((sheet) => sheet!.getSheetValues()));
      expect(values).not.toContain('formula');
      expect(values).toContain(JSON.stringify(`'${HOSTILE}`));
    }));

  test('has the statements that are asked for and may be seen, and no others', () =>
    givenApi(async (given) => {
      await givenDay(given);
      const textOf = async (key: string, query?: string) =>
        JSON.stringify((await bookOf(given, key, query)).worksheets.map((sheet) => sheet!.getSheetValues()));
      const theirs = await textOf(given.key('shop', 'shop-2'));
      expect(theirs).toContain('B-1');
      expect(theirs).not.toMatch(/shop-1|A-1|U-1/);
      expect(await textOf(given.key('shop', 'shop-2'), '?merchant=shop-1')).not.toMatch(/shop|B-1|A-1/);
      const uganda = await textOf(given.key('auditor', '*'), '?currency=UGX');
      expect(uganda).toContain('U-1');
      expect(uganda).not.toMatch(/KES|A-1|B-1/);
    }));

  test.each(['2026-13-01', 'today'])('does not take %s for a day', (day) =>
    givenApi(async (given) => {
      const asked = { url: `/v1/statements/${day}.xlsx`, key: given.key('auditor', '*') };
      expect((await given.ask(asked)).status).toBe(400);
    }),
  );
});

describe('GET /v1/statements/:day.csv', () => {
  test('has a line for each figure, by which each part adds up, and runs nothing', () =>
    givenApi(async (given) => {
      await givenDay(given);
      const csv = async (key: string, query = '') => {
        const { status, text } = await given.ask({ url: `/v1/statements/${DAY}.csv${query}`, key });
        expect(status).toBe(200);
        const [header = '', ...lines] = text.trimEnd().split('\n');
        const names = header.split(',');
        return lines.map((line) => Object.fromEntries(line.split(',').map((cell, at) => [names[at], cell])));
      };
      const key = given.key('auditor', '*');
      const rows = await csv(key);
      const { statements } = (await given.ask({ url: `/v1/statements/${DAY}`, key })).json;
      expect(statements.length).toBeGreaterThan(2);
      for (const { merchant, currency, gateway, bridge } of statements as Statement[]) {
        const own = rows.filter((row) => row.merchant === merchant && row.currency === currency);
        const valueAt = (line: string) => own.find((row) => row.line === line)?.value;
        const moved = own.filter(({ part, line }) => part === 'gateway' && line !== 'closing');
        expect(valueAt('opening')).toBe(gateway.opening);
        expect(isSame(sum(moved.map(({ value }) => value)), decimalOf(gateway.closing))).toBe(true);
        const explained = own.filter(({ part }) => part === 'explained').map(({ value }) => value);
        expect(isSame(sum(explained), decimalOf(bridge.difference))).toBe(true);
        expect(isSame(sum([valueAt('residual')]), decimalOf('0'))).toBe(true);
      }
      expect(rows.map(({ line }) => line)).toContain('fee');
      expect(new Set((await csv(given.key('operator', 'shop-2'))).map(({ merchant }) => merchant))).toEqual(
        new Set(['shop-2']),
      );
      expect(new Set((await csv(key, '?currency=UGX')).map(({ currency }) => currency))).toEqual(new Set(['UGX']));
      // In words it has the same figures, and what each line is called beside its name.
      const { text } = await given.ask({ url: `/v1/statements/${DAY}.csv?lang=zh-CN`, key });
      const [head, ...worded] = text.trimEnd().split('\n');
      expect(head).toBe('\ufeff日期,时区,商户,支付服务商,币种,部分,行名,项目,长短,笔数,金额');
      const cells = worded.map((line) => line.split(','));
      expect(cells.map((row) => [row[2], row[6], row[9], row[10]])).toEqual(
        rows.map(({ merchant, line, count, value }) => [merchant, line, count, value]),
      );
      expect(cells.find((row) => row[6] === 'fee')![7]).toBe('手续费');
      expect(new Set(cells.map((row) => row[5]))).not.toContain(undefined);
      const hostile = { merchant: '=1+1', transaction_reference: 'H-1' };
      await given.ledger.writer.append([order('H-1', hostile), paid('H-1')]);
      // Figures are kept for a while, the longer the longer they took.
      const merchants = async () => (await csv(key)).map(({ merchant }) => merchant);
      await expect.poll(merchants, { timeout: 20_000 }).toContain("'=1+1");
    }));
});
