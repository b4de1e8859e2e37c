// Rows of a workbook: each cell by its stored value, as many programs write it.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findSheet, Workbook } from '../../../src/producers/files/workbook.ts';
import { type Book, partsOf, type ReadRow, rowsOf, save, zip } from './workbook-parts.ts';

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'hesabu-'));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const read = (book: Book): Promise<ReadRow[]> => rowsOf(save(dir, zip(partsOf(book))));
const readCell = async (cell: string, book: Omit<Book, 'sheets'> = {}): Promise<string> => {
  const [row] = await read({ ...book, sheets: { Sheet1: `<row r="1">${cell}</row>` } });
  return row === undefined ? 'no row' : `${row.kinds.at(-1)} ${row.cells.at(-1)}`;
};

describe('a cell', () => {
  test.each([
    ['a shared text', '<c r="A1" t="s"><v>1</v></c>', 'text ORD-1'],
    ['a shared text in runs, without how it is pronounced', '<c r="A1" t="s"><v>2</v></c>', 'text 订单 7'],
    ['a text in place', '<c r="A1" t="inlineStr"><is><t>ORD-2</t></is></c>', 'text ORD-2'],
    ['a text in place in runs', '<c r="A1" t="inlineStr"><is><r><t>OR</t></r><r><t>D</t></r></is></c>', 'text ORD'],
    [
      'a text with what XML does not hold',
      '<c r="A1" t="inlineStr"><is><t>a_x000D_b_x005F_x</t></is></c>',
      'text a\rb_x',
    ],
    ['a text with entities', '<c r="A1" t="inlineStr"><is><t>A &amp; B &lt;&#65;&gt;</t></is></c>', 'text A & B <A>'],
    ['a text in a section', '<c r="A1" t="inlineStr"><is><t><![CDATA[<b>]]></t></is></c>', 'text <b>'],
    ['a text of digits', '<c r="A1" t="inlineStr"><is><t>0012</t></is></c>', 'text 0012'],
    ['a formula by its stored text', '<c r="A1" t="str"><f>A2&amp;"x"</f><v>=1+1</v></c>', 'text =1+1'],
    ['a formula by its stored number', '<c r="A1"><f>1+1</f><v>2</v></c>', 'number 2'],
    ['a formula that nobody worked out', '<c r="A1"><f>1+1</f></c>', 'error a formula without a stored result'],
    [
      'a formula of text that nobody worked out',
      '<c r="A1" t="str"><f>B1</f></c>',
      'error a formula without a stored result',
    ],
    ['a formula whose text is empty', '<c r="A1" t="str"><f>B1</f><v></v></c>', 'no row'],
    ['an error', '<c r="A1" t="e"><f>1/0</f><v>#DIV/0!</v></c>', 'error #DIV/0!'],
    ['true', '<c r="A1" t="b"><v>1</v></c>', 'boolean TRUE'],
    ['false', '<c r="A1" t="b"><v>0</v></c>', 'boolean FALSE'],
    ['a date as a text of XML', '<c r="A1" t="d"><v>2026-06-02T10:00:00Z</v></c>', 'date 2026-06-02T10:00:00'],
    ['a number that is none', '<c r="A1"><v>1,5</v></c>', 'error 1,5'],
    ['nothing but a style', '<c r="A1" s="0"/>', 'no row'],
  ])('has %s', async (_, cell, expected) => {
    const strings =
      '<si><t>x</t></si><si><t>ORD-1</t></si><si><r><t>订单</t></r><r><rPr><b/></rPr><t xml:space="preserve"> 7</t></r>' +
      '<rPh sb="0" eb="1"><t>dingdan</t></rPh></si>';
    expect(await readCell(cell, { strings })).toBe(expected);
  });

  test.each([
    ['1500', '1500'],
    ['22.5', '22.5'],
    ['25.000', '25'],
    ['-0.25', '-0.25'],
    ['-0', '0'],
    ['1.1000000000000001', '1.1'],
    ['0.30000000000000004', '0.3'],
    ['-1234567.8900000001', '-1234567.89'],
    ['1E-3', '0.001'],
    ['4.5E+16', '45000000000000000'],
    ['12345678901234567', '12345678901234600'],
    ['123456789012345', '123456789012345'],
    ['1e300', `1${'0'.repeat(300)}`],
    ['1e-9', '0.000000001'],
    ['9.9999999999999996', '10'],
    ['98765432109876.297', '98765432109876.3'],
    ['.5', '0.5'],
    ['+5.', '5'],
  ])('with the number %s holds %s', async (stored, expected) => {
    expect(await readCell(`<c r="A1"><v>${stored}</v></c>`)).toBe(`number ${expected}`);
  });

  test.each(['99999999999999.99', '12345678901234.56', '-1.234567890123456E+13'])(
    'with the number %s, which 15 figures do not hold, is refused rather than rounded',
    async (stored) => {
      expect(await readCell(`<c r="A1"><v>${stored}</v></c>`)).toBe(`error ${stored}`);
    },
  );

  test('holds any amount of 15 figures as it was written', async () => {
    const amount = fc.tuple(fc.bigInt(-(10n ** 15n) + 1n, 10n ** 15n - 1n), fc.nat(9)).map(([digits, decimals]) => {
      const text = String(digits < 0n ? -digits : digits).padStart(decimals + 1, '0');
      const at = text.length - decimals;
      const whole = `${text.slice(0, at)}.${text.slice(at)}`.replace(/\.?0*$/, '');
      return digits < 0n ? `-${whole}` : whole;
    });
    const amounts = fc.sample(amount, 200);
    // As a double prints with all its digits, which is what programs store.
    const cells = amounts.map((text, at) => `<row><c r="A${at + 1}"><v>${Number(text).toPrecision(17)}</v></c></row>`);
    const rows = await read({ sheets: { Sheet1: cells.join('') } });
    expect(rows.map(({ cells: [text] }) => text)).toEqual(amounts.map((text) => (Number(text) === 0 ? '0' : text)));
  });
});

describe('a date', () => {
  test.each([
    ['yyyy-mm-dd', '46175', '2026-06-02'],
    ['yyyy-mm-dd', '46175.5', '2026-06-02T12:00:00'],
    ['m/d/yy h:mm', '46175', '2026-06-02T00:00:00'],
    ['dd/mm/yyyy hh:mm:ss', '46175.4166666667', '2026-06-02T10:00:00'],
    ['dd/mm/yyyy hh:mm:ss', '46175.999999999', '2026-06-03T00:00:00'],
    ['yyyy-mm-dd hh:mm:ss.000', '46175.0000058', '2026-06-02T00:00:00.501'],
    ['yyyy"年"m"月"d"日"', '46175', '2026-06-02'],
    ['[$-804]yyyy"年"m"月"d"日";@', '46175', '2026-06-02'],
    ['h:mm', '0.75', '18:00:00'],
    ['[h]:mm:ss', '1.0625', '25:30:00'],
    ['yyyy-mm-dd', '1', '1900-01-01'],
    ['yyyy-mm-dd', '59', '1900-02-28'],
    ['yyyy-mm-dd', '60', '1900-02-29'],
    ['yyyy-mm-dd', '61', '1900-03-01'],
    ['yyyy-mm-dd', '2958465', '9999-12-31'],
  ])('in the format %s of %s is %s', async (format, stored, expected) => {
    expect(await readCell(`<c r="A1" s="1"><v>${stored}</v></c>`, { formats: [format] })).toBe(`date ${expected}`);
  });

  test('counts from 1904 where the workbook does', async () => {
    const book: Book = { formats: ['yyyy-mm-dd'], is1904: true };
    expect(await readCell('<c r="A1" s="1"><v>44713</v></c>', book)).toBe('date 2026-06-02');
    expect(await readCell('<c r="A1" s="1"><v>59</v></c>', book)).toBe('date 1904-02-29');
  });

  test.each([
    ['#,##0.00', '46175'],
    ['0.00E+00', '46175'],
    ['General', '46175'],
    ['#,##0 "days"', '46175'],
    ['[Red]-#,##0.00', '46175'],
    ['[$KES] #,##0.00', '46175'],
    ['_-* #,##0.00\\ _d_-', '46175'],
    ['KSh#,##0.00', '46175'],
    ['yyyy-mm-dd', '-1'],
    ['yyyy-mm-dd', '2958466'],
  ])('is not what has the format %s and the value %s', async (format, stored) => {
    expect(await readCell(`<c r="A1" s="1"><v>${stored}</v></c>`, { formats: [format] })).toBe(`number ${stored}`);
  });

  test.each([
    [14, 'date 2026-06-02'],
    [22, 'date 2026-06-02T00:00:00'],
    [31, 'date 2026-06-02'],
    [46, 'date 1108200:00:00'],
    [4, 'number 46175'],
    [49, 'number 46175'],
  ])('may have the format %i, which no file spells out', async (id, expected) => {
    const styles = `<styleSheet><cellXfs><xf/><xf numFmtId="${id}"/></cellXfs></styleSheet>`;
    const parts = { 'xl/styles.xml': styles };
    expect(await readCell('<c r="A1" s="1"><v>46175</v></c>', { parts })).toBe(expected);
  });
});

describe('rows', () => {
  test('have the cells that are not there as empty ones, and the width of the widest before', async () => {
    const text = (place: string) => `<c r="${place}" t="inlineStr"><is><t>${place}</t></is></c>`;
    const rows = `<row r="2">${text('B2')}</row><row r="3" hidden="1"/><row r="4">${text('A4')}${text('D4')}</row>
      <row r="9">${text('A9')}</row><row>${'<c t="b"><v>1</v></c>'.repeat(2)}</row>`;
    expect(await read({ sheets: { Sheet1: rows } })).toEqual([
      { line: 2, cells: ['', 'B2'], kinds: ['text', 'text'] },
      { line: 4, cells: ['A4', '', '', 'D4'], kinds: ['text', 'text', 'text', 'text'] },
      { line: 9, cells: ['A9', '', '', ''], kinds: ['text', 'text', 'text', 'text'] },
      { line: 10, cells: ['TRUE', 'TRUE', '', ''], kinds: ['boolean', 'boolean', 'text', 'text'] },
    ]);
  });

  test('that are hidden or filtered out count too', async () => {
    const rows = '<row r="1" hidden="1"><c><v>1</v></c></row><row r="2"><c><v>2</v></c></row>';
    expect((await read({ sheets: { Sheet1: rows } })).map(({ line }) => line)).toEqual([1, 2]);
  });

  test('are read whatever prefix the elements have', async () => {
    const row = '<x:row r="1"><x:c r="A1"><x:v>7</x:v></x:c></x:row>';
    const sheet = `<x:worksheet xmlns:x="u"><x:sheetData>${row}</x:sheetData></x:worksheet>`;
    const parts = { 'xl/worksheets/sheet1.xml': `\ufeff${sheet}` };
    expect(await read({ parts })).toEqual([{ line: 1, cells: ['7'], kinds: ['number'] }]);
  });

  test('end with the sheet: what stands elsewhere in its part is none', async () => {
    const other = '<ext><row r="2"><c><v>2</v></c></row></ext>';
    const sheet = `<worksheet><sheetData><row r="1"><c><v>1</v></c></row></sheetData>${other}</worksheet>`;
    expect(await read({ parts: { 'xl/worksheets/sheet1.xml': sheet } })).toHaveLength(1);
  });

  test('too long for a row are told, and the next is read', async () => {
    const long = `<si><t>${'x'.repeat(30_000)}</t></si>`;
    const rows = `<row r="1">${'<c t="s"><v>0</v></c>'.repeat(40)}</row><row r="2"><c><v>1</v></c></row>`;
    const [first, second] = await read({ strings: long, sheets: { Sheet1: rows } });
    expect([first!.kinds, second!.cells[0], second!.cells[1]]).toEqual([['HESABU_ROW_TOO_LONG'], '1', '']);
  });
});

describe('the sheet', () => {
  const row = (...cells: string[]) =>
    `<row>${cells.map((cell) => `<c t="inlineStr"><is><t>${cell}</t></is></c>`).join('')}</row>`;
  const find = async (book: Book, wanted?: string): Promise<string> => {
    const workbook = await Workbook.open(save(dir, zip(partsOf(book))));
    try {
      return (await findSheet(workbook, wanted, (cells) => cells.includes('Receipt'))).name;
    } catch (error) {
      return (error as Error).message.replace(/^.*book\.xlsx: /, '');
    } finally {
      await workbook.close();
    }
  };

  test('is the only one, whatever it holds', async () => {
    expect(await find({ sheets: { Data: row('x') } })).toBe('Data');
    expect(await find({ sheets: { Data: row('x'), Old: row('Receipt') }, hidden: ['Old'] })).toBe('Data');
  });

  test('is the one that has the header below some titles', async () => {
    const sheets = { Cover: row('Receipt book'), Lines: row('Statement') + row('') + row('No', 'Receipt'), Notes: '' };
    expect(await find({ sheets })).toBe('Lines');
  });

  test('is the wanted one, hidden or not', async () => {
    expect(await find({ sheets: { Cover: '', Lines: '' }, hidden: ['Lines'] }, ' lines')).toBe('Lines');
  });

  test.each([
    [
      'no sheet has the header',
      { sheets: { A: row('x'), B: '' } },
      undefined,
      'expected one sheet with the header, found the sheets "A", "B"',
    ],
    [
      'two have it',
      { sheets: { A: row('Receipt'), B: row('Receipt'), C: '' } },
      undefined,
      'expected one sheet with the header, found the sheets "A", "B"',
    ],
    ['the wanted one is not there', { sheets: { A: '' } }, 'Z', 'expected a sheet "Z", found the sheets "A"'],
  ])('is asked for by name if %s', async (_, book, wanted, expected) => {
    expect(await find(book, wanted)).toContain(`${expected}. Name the sheet in a mapping: \`sheet: "..."\`.`);
  });
});

describe('a workbook of another program', () => {
  const BOOKS = join(import.meta.dirname, '../../fixtures/workbooks');
  const header = ['Receipt', 'Amount', 'When', 'Day', 'Ok', 'Note'];
  const shown = async (name: string): Promise<string[][]> => {
    return (await rowsOf(join(BOOKS, name))).map(({ cells, kinds }) => cells.map((cell, at) => `${kinds[at]} ${cell}`));
  };
  const texts = (...cells: string[]) => cells.map((cell) => `text ${cell}`);

  test.each([
    ['openpyxl, which works out no formula', 'openpyxl.xlsx', 'error a formula without a stored result'],
    ['LibreOffice', 'libreoffice.xlsx', 'number 3001'],
  ])('is read: %s', async (_, name, formula) => {
    const [title, names, first, second] = await shown(name);
    expect(title).toEqual(texts('Statement of', 'Duka'));
    expect(names).toEqual(texts(...header));
    const dates = ['date 2026-06-02T10:00:00', 'date 2026-06-02'];
    const note = 'text a & b <c>\nline';
    expect(first).toEqual(['text ORD-1', 'number 1500.5', ...dates, 'boolean TRUE', note, formula]);
    expect(second?.slice(0, 5)).toEqual(['text 订单-2', 'number 0.3', 'text ', 'date 09:30:00', 'boolean FALSE']);
  });

  test('is read: XlsxWriter, with formulas, runs of text and hidden rows', async () => {
    const [, first, second] = await shown('xlsxwriter.xlsx');
    const numbers = ['number 1234567890123460000', 'date 2026-06-02T10:00:30', 'number 7'];
    expect(first).toEqual(['text ORD-1', ...numbers, 'text ab', 'error #DIV/0!']);
    expect(second?.[0]).toBe('text plain bold end');
    expect(await shown('from-1904.xlsx')).toEqual([['date 2026-06-02']]);
  });
});
