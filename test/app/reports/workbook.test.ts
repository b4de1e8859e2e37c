// The workbook, written and read again.

import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { amountCell, textCell } from '../../../src/app/reports/sheet.ts';
import { WORDS } from '../../../src/app/reports/words.ts';
import { type WorkbookContent, writeWorkbook } from '../../../src/app/reports/workbook.ts';
import { READER_LANGUAGES } from '../../../src/domain/language.ts';
import { AT, aBreak, aMatched, aSummary } from './examples.ts';
import { content, directory, english, NONE, readBack, rowOf } from './written-workbook.ts';

describe('report.xlsx', () => {
  test('has a sheet of breaks with frozen header, filter, formats and times in both zones', async () => {
    const sheet = (await readBack(content, english)).getWorksheet('Breaks')!;
    expect(rowOf(sheet, 1)).toEqual([
      ...['Merchant', 'Provider', 'Reference', 'Stage', 'Kind', 'Meaning', 'Expected', 'Found', 'Difference'],
      ...['Currency', 'Open since (Asia/Shanghai)', 'Explanation', 'Reason', 'Open since (UTC)', 'Entry'],
    ]);
    expect(rowOf(sheet, 2)).toEqual([
      ...['shop-1', 'mfs-africa', 'ORD-1', 'payment', 'unmatched', 'Paid too little', 1500, 1450, -50, 'KES'],
      ...[new Date(AT + 8 * 3_600_000), 'Short, "really"', 'AMOUNT_UNDER', new Date(AT), '3-7-0'],
    ]);
    expect(sheet.views[0]).toMatchObject({ state: 'frozen', ySplit: 1 });
    expect(sheet.autoFilter).toBe('A1:O2');
    expect(sheet.getCell('H2').numFmt).toBe('#,##0.00');
    expect(sheet.getCell('K2').numFmt).toBe('yyyy-mm-dd hh:mm:ss');
    expect(sheet.getCell('A1').font).toMatchObject({ bold: true });
    expect(sheet.getColumn(12).width).toBe(64);
    expect(sheet.getCell('L2').alignment).toMatchObject({ wrapText: true });
  });

  test('names its sheets in the chosen language, without empty sheets', async () => {
    const names = async (given: WorkbookContent, lang: 'en' | 'zh-CN') =>
      (await readBack(given, { ...english, lang })).worksheets.map((sheet) => sheet.name);
    const reject = { file: 'a.csv', line: 3, field: 'amount', code: 'HESABU_AMOUNT_INVALID', message: 'm' } as const;
    const full = { ...content, rejects: [reject], matched: [aMatched] };
    expect(await names(content, 'en')).toEqual(['Summary', 'Breaks', 'By merchant', 'By provider']);
    expect(await names(full, 'zh-CN')).toEqual(['汇总', '差异', '拒收行', '按商户', '按支付服务商', '已匹配']);
  });

  test('is all in Chinese if that is chosen', async () => {
    const workbook = await readBack(content, { ...english, lang: 'zh-CN' });
    expect(rowOf(workbook.getWorksheet('差异')!, 2).slice(3, 6)).toEqual(['支付', '未匹配', '少付']);
    expect(workbook.getWorksheet('汇总')!.getCell('A1').value).toMatch(/^对账报告 · 截至 2026-01-31 17:00:00 /);
  });

  test('is all in French if that is chosen: numbers stay numbers, days are days', async () => {
    const matched = [aMatched];
    const workbook = await readBack({ ...content, matched }, { ...english, lang: 'fr' });
    const names = workbook.worksheets.map(({ name }) => name);
    expect(names).toEqual(['Synthèse', 'Écarts', 'Par marchand', 'Par prestataire', 'Rapprochés']);
    const breaks = workbook.getWorksheet('Écarts')!;
    expect(rowOf(breaks, 1).slice(3, 11)).toEqual([
      ...['Étape', 'Nature', 'Signification', 'Attendu', 'Constaté', 'Différence', 'Devise'],
      'Ouvert depuis (Asia/Shanghai)',
    ]);
    expect(rowOf(breaks, 2).slice(3, 9)).toEqual([
      ...['paiement', 'non rapproché', 'Paiement insuffisant', 1500, 1450, -50],
    ]);
    expect([breaks.getCell('H2').numFmt, breaks.getCell('K2').numFmt]).toEqual(['#,##0.00', 'dd/mm/yyyy hh:mm:ss']);
    const settled = workbook.getWorksheet('Rapprochés')!.getCell('K2');
    expect([settled.value, settled.numFmt]).toEqual([new Date('2026-02-02'), 'dd/mm/yyyy']);
    expect(workbook.getWorksheet('Synthèse')!.getCell('A1').value).toBe(
      'Rapport de rapprochement · Arrêté au 31/01/2026 17:00:00 (UTC+8) / 31/01/2026 09:00:00Z',
    );
  });

  test.each(READER_LANGUAGES)('has names of sheets in %s that Excel takes, each once', (lang) => {
    const names = Object.values(WORDS[lang].sheets);
    expect(new Set(names).size).toBe(names.length);
    // A second sheet has a number after it.
    for (const name of names) expect(name).toMatch(/^[^[\]:*?/\\']{1,28}$/);
  });

  test('starts another sheet when one is full, each with its header', async () => {
    const matched = Array.from({ length: 5 }, (_, at) => ({ ...aMatched, transaction_reference: `ORD-${at}` }));
    const workbook = await readBack({ ...content, matched }, { ...english, rowsMax: 2 });
    const sheets = workbook.worksheets.filter((sheet) => sheet.name.startsWith('Matched'));
    expect(sheets.map((sheet) => [sheet.name, sheet.rowCount])).toEqual([
      ['Matched', 4],
      ['Matched 2', 4],
      ['Matched 3', 3],
    ]);
    expect(rowOf(sheets[2]!, 2)).toEqual([
      ...['shop-1', 'mfs-africa', 'ORD-4', 12.5, 12.5, NONE, 12.5, 0.1875, 'TND'],
      ...[new Date(AT + 8 * 3_600_000 + 250), '2026-02-02', new Date(AT + 250)],
    ]);
    expect(sheets[2]!.getCell('D2').numFmt).toBe('#,##0.000');
    expect(sheets[2]!.getCell('H2').numFmt).toBe('#,##0.0000');
  });

  test('sums by merchant, with counts on the first line of a name only', async () => {
    const workbook = await readBack(content, english);
    const merchants = workbook.getWorksheet('By merchant')!;
    expect(rowOf(merchants, 2)).toEqual(['shop-1', 1010, 1005, 2, 2, 1, 1234, 'KES', 1_234_567, 1_234_000, 567, 0]);
    expect(rowOf(merchants, 3)).toEqual(['shop-1', ...Array(6).fill(NONE), 'UGX', 5_000, 4_000, 0, 1_000]);
    expect(merchants.getCell('I3').numFmt).toBe('#,##0');
    expect(rowOf(workbook.getWorksheet('By provider')!, 2)).toEqual(['mfs-africa', 1010, 1005, 2, 2, 1, 1234]);
  });

  test('has a summary with both sums', async () => {
    const sheet = (await readBack(content, english)).getWorksheet('Summary')!;
    const rows = Array.from({ length: sheet.rowCount }, (_, at) => rowOf(sheet, at + 1));
    expect(rows[0]).toEqual(['Reconciliation report · As of 2026-01-31 17:00:00 (UTC+8) / 2026-01-31 09:00:00Z']);
    expect(rows).toContainEqual(['payments = matched + pending + unmatched + closed', 1010, 'adds up']);
    expect(rows).toContainEqual(['AMOUNT_UNDER', 'Paid too little', 1234, 50, 'KES', 100, 'UGX']);
    expect(rows).toContainEqual(['orders.csv', 'orders', 10_000, 9_990, 5, 5, 0, 'adds up']);
    expect(rows).toContainEqual(['old.csv', 'settlements', ...Array(5).fill(NONE), 'taken before']);
    expect(rows).toContainEqual([NONE, 'UGX', 5_000, 4_000, 0, 1_000, NONE, 'adds up']);
    expect(rows).toContainEqual(['orders.csv', 'KES', 1_234_567]);
  });

  test('has the verdicts on money in the last printed column, also where people resolved something', async () => {
    const money = { KES: { received: '9.00', matched: '2.00', resolved: '4.00', open: '3.00', returned: '0.00' } };
    const summary = { ...aSummary, standing: { ...aSummary.standing, resolved: 1 }, money };
    const sheet = (await readBack({ ...content, summary }, english)).getWorksheet('Summary')!;
    const rows = Array.from({ length: sheet.rowCount }, (_, at) => rowOf(sheet, at + 1));
    expect(rows).toContainEqual([
      ...['Money', 'Currency', 'Received', 'Matched', 'Resolved', 'Open', 'Returned'],
      'received = matched + resolved + open + returned',
    ]);
    expect(rows).toContainEqual([NONE, 'KES', 9, 2, 4, 3, 0, 'adds up']);
  });

  test('prints: one page wide, with titles and a foot on each, and without what only machines ask for', async () => {
    const workbook = await readBack({ ...content, matched: [aMatched] }, english);
    for (const sheet of workbook.worksheets) {
      const { pageSetup, headerFooter } = sheet;
      expect(pageSetup).toMatchObject({ fitToPage: true, fitToWidth: 1, fitToHeight: 0, printTitlesRow: '1:1' });
      expect(headerFooter.oddFooter).toMatch(/^&L&8Reconciliation report · As of .*&R&8&A {2}&P \/ &N$/);
    }
    expect(workbook.getWorksheet('Breaks')!.pageSetup).toMatchObject({ printArea: 'A1:L3', orientation: 'landscape' });
    expect(workbook.getWorksheet('Summary')!.pageSetup).toMatchObject({ orientation: 'portrait' });
    expect(workbook.getWorksheet('Summary')!.pageSetup.printArea).toMatch(/^A1:H\d+$/);
  });

  test('makes room for sentences, Chinese ones too, and no more for round quotes and narrow spaces', async () => {
    const texts = ['x'.repeat(60), 'word '.repeat(40), '订'.repeat(60), 'l’an\u202f; '.repeat(29)];
    const breaks = texts.map((message) => ({ ...aBreak, message }));
    const sheet = (await readBack({ ...content, breaks }, english)).getWorksheet('Breaks')!;
    expect([2, 3, 4, 5].map((row) => sheet.getRow(row).height)).toEqual([undefined, 45, 51, 45]);
  });

  test('opens with any texts, and runs none of them as formulas', async () => {
    const hostile = {
      ...aBreak,
      merchant: '=HYPERLINK("x")',
      provider: '<&\u0000\uFFFE\uD800>',
      message: 'x'.repeat(40_000),
    };
    const sheet = (await readBack({ ...content, breaks: [hostile] }, english)).getWorksheet('Breaks')!;
    expect(sheet.getCell('A2').value).toBe('\'=HYPERLINK("x")');
    expect(sheet.getCell('B2').value).toBe('<&\uFFFD>');
    expect(String(sheet.getCell('L2').value)).toHaveLength(32_767);
  });

  test('that cannot be written is HESABU_OUT_UNWRITABLE, and nothing is left', async () => {
    const place = directory();
    const path = join(place, 'report.xlsx');
    mkdirSync(path);
    await expect(writeWorkbook(path, content, english)).rejects.toMatchObject({ code: 'HESABU_OUT_UNWRITABLE' });
    const long = join(place, 'x'.repeat(300));
    await expect(writeWorkbook(long, content, english)).rejects.toMatchObject({ code: 'HESABU_OUT_UNWRITABLE' });
    expect(readdirSync(place)).toEqual(['report.xlsx']);
  });

  test('whose rows fail leaves nothing behind', async () => {
    const place = directory();
    const failing = (async function* () {
      yield [aBreak];
      throw new Error('the rows end here');
    })();
    const written = writeWorkbook(join(place, 'report.xlsx'), { ...content, breaks: failing }, english);
    await expect(written).rejects.toThrow('the rows end here');
    expect(readdirSync(place)).toEqual([]);
  });
});

describe('a cell of an amount', () => {
  test.each([
    ['1500.00', 'KES', 1500, '#,##0.00'],
    ['1500', 'UGX', 1500, '#,##0'],
    ['0.58', 'RWF', 0.58, '#,##0.00'],
    ['-0.001', 'TND', -0.001, '#,##0.000'],
    ['0.00', 'KES', 0, '#,##0.00'],
    ['9999999999999.99', 'KES', 9_999_999_999_999.99, '#,##0.00'],
  ])('%s %s is a number', (amount, currency, value, numFmt) => {
    expect(amountCell(amount, currency)).toEqual({ value, style: { numFmt } });
  });

  test('with more digits than a double holds is text, aligned as a number', () => {
    const cell = amountCell('-99999999999999.99', 'KES');
    expect(cell).toEqual({ value: '-99999999999999.99', style: { align: 'right' } });
  });

  test('with a word or a date is text, and is empty without a value', () => {
    const style = { align: 'right', wrap: true };
    expect(amountCell('succeeded', null)).toEqual({ value: 'succeeded', style });
    expect(amountCell('2026-01-31', null)).toEqual({ value: '2026-01-31', style });
    expect(amountCell(null, 'KES')).toBeNull();
    expect(textCell('')).toBeNull();
  });
});
