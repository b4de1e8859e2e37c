// A workbook as a file of any kind: the same facts as the CSV with its cells, by the rows of its sheet.
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { parseMappings } from '../../../src/producers/files/mapping-file.ts';
import { ORDER_HEADER, orderRow, type Reading, read, settledOf } from '../import-helpers.ts';
import { partsOf, zip } from './workbook-parts.ts';
import { zipOf } from './zips.ts';

const cellXml = (text: string): string =>
  /^-?\d+(\.\d+)?$/.test(text) ? `<c><v>${text}</v></c>` : `<c t="inlineStr"><is><t>${text}</t></is></c>`;
const rowsXml = (lines: readonly (readonly [line: number, cells: readonly string[]])[]): string =>
  lines.map(([line, cells]) => `<row r="${line}">${cells.map(cellXml).join('')}</row>`).join('');
const bookOf = (rows: string): Buffer => zip(partsOf({ sheets: { Orders: rows, Notes: rowsXml([[1, ['text']]]) } }));
const withoutBytes = ({ facts, faults, result }: Reading) => [facts, faults, { ...result, bytes: 0, sha256: '' }];

const HEADER = ORDER_HEADER.split(',');
const ROWS = ['R1', 'R2', 'R3'].map((name) => orderRow(name).split(','));

describe('a workbook', () => {
  const book = bookOf(rowsXml([[1, HEADER], ...ROWS.map((cells, at) => [at + 2, cells] as const)]));

  test('gives the facts of the CSV with its cells, also in a gzip or a zip', async () => {
    const csv = withoutBytes(await read('orders', `${[HEADER, ...ROWS].map((cells) => cells.join(',')).join('\n')}\n`));
    for (const bytes of [book, gzipSync(book), zipOf([{ name: 'orders.xlsx', bytes: book }])]) {
      expect(withoutBytes(await read('orders', bytes))).toEqual(csv);
    }
  });

  test('names its rows by their numbers, and in rejects the sheet too', async () => {
    const odd = orderRow('R9').split(',').with(2, 'x');
    const { facts, rejects } = await read(
      'orders',
      bookOf(
        rowsXml([
          [3, HEADER],
          [7, odd],
          [9, ROWS[0]!],
        ]),
      ),
    );
    expect(facts.map(({ raw }) => raw)).toEqual(['7/9']);
    expect(rejects).toMatchObject([{ line: 7, field: 'amount', code: 'HESABU_AMOUNT_INVALID' }]);
    expect(rejects[0]!.original?.slice(0, 2)).toEqual([
      ['sheet', 'Orders'],
      ['merchant', 'shop'],
    ]);
  });

  test('has its dates as it keeps them, whatever form its mapping says that texts have', async () => {
    const header = 'transaction_reference,transaction_id,type,amount_received,currency,fee_deduction,settlement_date';
    const row = (date: string) => `<row>${['A', 'B', 'payment', '5', 'KES', '0'].map(cellXml).join('')}${date}</row>`;
    const rows = [
      `<row>${header.split(',').map(cellXml).join('')}</row>`,
      row('<c t="inlineStr"><is><t>2026-02-06</t></is></c>'),
      row('<c s="1"><v>46059</v></c>'),
    ];
    const book = zip(partsOf({ sheets: { S: rows.join('') }, formats: ['dd/mm/yyyy'] }));
    const { settlements: mapping } = parseMappings('settlements: { dates: [yyyy-dd-MM] }', 'm.yaml');
    const { facts } = await read('settlements', book, { mapping });
    expect(facts.map((fact) => settledOf(fact).settlement_date)).toEqual(['2026-06-02', '2026-02-06']);
  });

  test('has its numbers in rejects as its mapping reads them there', async () => {
    const header = 'transaction_reference,transaction_id,type,amount_received,currency,fee_deduction,settlement_date';
    const bad = '<c><v>25.125</v></c>,TND,,oops'
      .split(',')
      .map((cell) => (cell.startsWith('<') ? cell : cellXml(cell)));
    const rows = [header.split(',').map(cellXml), ['A', 'B', 'payment'].map(cellXml).concat(bad)];
    const book = zip(partsOf({ sheets: { S: rows.map((cells) => `<row>${cells.join('')}</row>`).join('') } }));
    const { settlements: mapping } = parseMappings('settlements: { decimal: ",", thousands: ["."] }', 'm.yaml');
    const { rejects } = await read('settlements', book, { mapping });
    const cells = new Map(rejects[0]!.original);
    expect(cells.get('amount_received')).toBe('25,125');
    const mended = [...cells.values()].slice(1).map((cell) => `"${cell.replace('oops', '2026-06-02')}"`);
    const { facts } = await read('settlements', `${header}\n${mended.join(',')}\n`, { mapping });
    expect(settledOf(facts[0]).gross).toBe('25.125');
  });

  test('that is cut at any byte gives nothing (B11)', async () => {
    for (let size = 0; size < book.length; size += 7) {
      await expect(read('orders', book.subarray(0, size))).rejects.toThrow(/^HESABU_(FILE|WORKBOOK|HEADER)_/);
    }
  });
});
