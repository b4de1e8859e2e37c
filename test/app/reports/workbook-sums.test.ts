// The workbook's sums and charts: formulas with their results, over the right rows and cells.

import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ColumnSums } from '../../../src/app/reports/sheet-sums.ts';
import { type WorkbookContent, writeWorkbook } from '../../../src/app/reports/workbook.ts';
import { titleOf } from '../../../src/domain/reason-words.ts';
import { isBreak, REASON_CODES } from '../../../src/domain/reasons.ts';
import { aBreak, aSummary } from './examples.ts';
import { content, directory, english, NONE, partsIn, readBack, rowOf } from './written-workbook.ts';

describe('the sums below a table', () => {
  const sumsOf = async (rows: readonly (typeof aBreak)[]): Promise<unknown[][]> => {
    const sheet = (await readBack({ ...content, breaks: rows }, english)).getWorksheet('Breaks')!;
    const first = rows.length + 2;
    return Array.from({ length: sheet.rowCount - first + 1 }, (_, at) => rowOf(sheet, first + at).slice(0, 10));
  };
  const named = (label: string, ...cells: unknown[]) => [label, ...Array(5).fill(NONE), ...cells];

  test('are formulas over the rows that a filter shows, with their results', async () => {
    const rows = await sumsOf([aBreak, { ...aBreak, difference: '-0.10', expected: 'succeeded', observed: null }]);
    expect(rows).toEqual([
      named(
        'Sum of the rows shown',
        { formula: 'SUBTOTAL(109,G$2:G$3)', result: 1500 },
        { formula: 'SUBTOTAL(109,H$2:H$3)', result: 1450 },
        { formula: 'SUBTOTAL(109,I$2:I$3)', result: -50.1 },
        'KES',
      ),
    ]);
  });

  test('are one line for each currency', async () => {
    const [kes, ugx] = await sumsOf([aBreak, { ...aBreak, currency: 'UGX', difference: '-7', expected: null }]);
    const picked = (column: string, currency: string) => {
      const each = `OFFSET(${column}$2,ROW(${column}$2:${column}$3)-ROW(${column}$2),0)`;
      return `SUMPRODUCT(SUBTOTAL(109,${each}),--($J$2:$J$3="${currency}"))`;
    };
    expect(kes?.slice(6)).toEqual([
      { formula: picked('G', 'KES'), result: 1500 },
      { formula: picked('H', 'KES'), result: 1450 },
      { formula: picked('I', 'KES'), result: -50 },
      'KES',
    ]);
    expect(ugx?.slice(8)).toEqual([{ formula: picked('I', 'UGX'), result: -7 }, 'UGX']);
  });

  test('are exact texts where a double is not exact', async () => {
    const [line] = await sumsOf([aBreak, { ...aBreak, difference: '-99999999999999.99' }]);
    expect(line?.[8]).toBe('-100000000000049.99');
    const half = { ...aBreak, difference: '900000000000000.5' };
    expect((await sumsOf([half, half]))[0]?.[8]).toBe('1800000000000001.0');
  });

  test('are about all rows where picking them one by one would be slow', () => {
    const sums = new ColumnSums<{ amount: string; currency: string }>([
      { cell: ({ amount }) => ({ value: amount }), sum: ({ amount }) => amount },
      { cell: ({ currency }) => ({ value: currency }), isCurrency: true },
    ]);
    for (const currency of ['KES', 'UGX']) sums.add({ amount: '1', currency });
    expect(sums.lines(50_001).map(({ ofVisible, cells }) => [ofVisible, cells[0]?.formula])).toEqual([
      [false, 'SUMIF($B$2:$B$50001,"KES",A$2:A$50001)'],
      [false, 'SUMIF($B$2:$B$50001,"UGX",A$2:A$50001)'],
    ]);
  });

  test('leave out amounts without a currency, and currencies without an amount', async () => {
    const none = { ...aBreak, expected: null, observed: null, difference: null };
    const rows = await sumsOf([aBreak, { ...none, currency: 'UGX' }, { ...aBreak, currency: null }]);
    expect(rows.map((row) => row[9])).toEqual(['KES']);
    expect(rows[0]?.[8]).toMatchObject({ formula: expect.stringMatching(/^SUMPRODUCT/), result: -50 });
  });

  test('are not there without rows', async () => {
    expect(await sumsOf([])).toEqual([]);
  });
});

describe('the charts of the summary', () => {
  /** The charts of the workbook as XML. */
  const chartsOf = async (summary: WorkbookContent['summary'], lang: 'en' | 'zh-CN'): Promise<string[]> => {
    const path = join(directory(), 'report.xlsx');
    await writeWorkbook(path, { ...content, summary }, { ...english, lang });
    const parts = await partsIn(path, /^xl\/charts\//);
    return parts.map(([, text]) => text);
  };
  const textsOf = (chart: string) => [...chart.matchAll(/<(?:c:v|a:t|c:f)>([^<]*)</g)].map(([, text]) => text);

  test('show payments by standing and breaks by reason, from cells of the sheet', async () => {
    const [payments, breaks] = await chartsOf(aSummary, 'en');
    // The names of the bars are not turned: LibreOffice would leave out every second of long ones.
    expect(breaks).toMatch(/<c:catAx>.*<c:txPr><a:bodyPr rot="0".*<\/c:catAx>/);
    const names = ['matched', 'pending', 'unmatched', 'closed'];
    expect(textsOf(payments!)).toEqual([
      ...['Payments by standing', "'Summary'!$A$20:$A$23", ...names],
      ...["'Summary'!$B$20:$B$23", '1005', '2', '2', '1'],
    ]);
    expect(textsOf(breaks!)).toEqual([
      ...['Breaks by reason', "'Summary'!$J$3:$J$3", 'Paid too little', "'Summary'!$K$3:$K$3", '1234'],
    ]);
    const sheet = (await readBack(content, english)).getWorksheet('Summary')!;
    expect(names.map((_, at) => sheet.getCell(`A${20 + at}`).value)).toEqual(names);
    expect([sheet.getCell('B20').value, sheet.getCell('J3').value, sheet.getCell('K3').value]).toEqual([
      ...[1005, 'Paid too little', 1234],
    ]);
  });

  test('are in Chinese too, and put the rarest of many reasons together', async () => {
    const reasons = REASON_CODES.filter(isBreak).slice(0, 14);
    const breaks = Object.fromEntries(reasons.map((reason, at) => [reason, 100 - at]));
    const [payments, chart] = await chartsOf({ ...aSummary, breaks }, 'zh-CN');
    expect(textsOf(payments!)[0]).toBe('各状态的笔数');
    expect(textsOf(chart!).slice(12, 14)).toEqual([titleOf(reasons[10]!, 'zh-CN'), '其他原因']);
    expect(textsOf(chart!).at(-1)).toBe(String(89 + 88 + 87));
  });

  test('are one without breaks', async () => {
    expect(await chartsOf({ ...aSummary, breaks: {} }, 'en')).toHaveLength(1);
  });
});
