// Tables as people export them: what is found without a mapping, where a table begins and ends, and rows of totals.
import { describe, expect, test } from 'vitest';
import { layoutOf } from '../../../src/producers/files/layouts.ts';
import { parseMappings } from '../../../src/producers/files/mapping-file.ts';
import type { ControlTotal, TableStart } from '../../../src/producers/files/rows.ts';
import { CANONICAL_FORMATS } from '../../../src/producers/formats/formats.ts';
import { read, SETTLEMENT_HEADER, settledOf } from '../import-helpers.ts';

const ROW = 'ORD-1001,P-A,payment,1500.00,KES,22.50,2026-06-02';
const csv = (...rows: string[]) => `${rows.join('\r\n')}\r\n`;
const plain = (text: string) => read('settlements', text);
const mapped = (part: string, text: string) =>
  read('settlements', text, { mapping: parseMappings(`settlements: { ${part} }`, 'm.yaml').settlements });

/** What the table of a file tells beside its rows. */
function told(text: string, part = '') {
  const mapping = part === '' ? undefined : parseMappings(`settlements: { ${part} }`, 'm.yaml').settlements;
  const totals: ControlTotal[] = [];
  const leftOut: number[] = [];
  const refused: (number | null)[] = [];
  let start: TableStart | undefined;
  let facts = 0;
  const bytes = Buffer.from(text);
  const layout = layoutOf(
    bytes,
    {
      ...{ path: 'given.csv', kind: 'settlements', format: CANONICAL_FORMATS.settlements, mapping, provider: 'p' },
      ...{ account: null, importId: 1, receivedAt: 0, statedAt: 0, pseudonym: (one) => one },
    },
    {
      fact: () => facts++,
      reject: ({ line }) => refused.push(line),
      total: (total) => totals.push(total),
      leftOut: (line) => leftOut.push(line),
      table: (found) => {
        start = found;
      },
      broken: () => {},
    },
  );
  layout.chunk(bytes);
  layout.end();
  return { totals, leftOut, refused, start, facts };
}

describe('without a mapping', () => {
  test.each([
    ['semicolons', csv(SETTLEMENT_HEADER, ROW).replaceAll(',', ';')],
    ['tabs', csv(SETTLEMENT_HEADER, ROW).replaceAll(',', '\t')],
    ['bars', csv(SETTLEMENT_HEADER, ROW).replaceAll(',', '|')],
    ['a line sep=;', `sep=;\r\n${csv(SETTLEMENT_HEADER, ROW).replaceAll(',', ';')}`],
    ['a line "sep=;" in quotes', `"sep=;"\r\n${csv(SETTLEMENT_HEADER, ROW).replaceAll(',', ';')}`],
    ['capitals and blanks in the header', csv(SETTLEMENT_HEADER.toUpperCase().replaceAll(',', ' , '), ROW)],
    ['a header in quotes', csv(SETTLEMENT_HEADER.replaceAll(/\w+/g, '"$&"'), ROW)],
    ['an empty cell at the end of each row', csv(SETTLEMENT_HEADER, `${ROW},`)],
    ['an empty column at the end', csv(`${SETTLEMENT_HEADER},`, ROW, `${ROW.replace('P-A', 'P-B')},`)],
    ['blank rows', csv(SETTLEMENT_HEADER, ',,,,,,', ROW, ' , ,,,,,')],
    ['a date with a time', csv(SETTLEMENT_HEADER, `${ROW}T00:00:00.000Z`)],
    ['a date with a time without a zone', csv(SETTLEMENT_HEADER, `${ROW} 23:59:59`)],
    ['words in other cases', csv(SETTLEMENT_HEADER, ROW.replace('payment', 'Payment').replace('KES', 'kes'))],
    ['titles of other widths', csv('Report of June', '', 'Shop,Duka', '"a ""b"", c",,,', SETTLEMENT_HEADER, ROW)],
    ['a title with an open quote', csv('Duka 6" tiles', 'Period,June', SETTLEMENT_HEADER, ROW)],
    ['a BOM before a title', `\ufeffReport\n${csv(SETTLEMENT_HEADER, ROW)}`],
  ])('%s: the row is as in the plain form', async (_, text) => {
    const [{ facts, faults }, expected] = await Promise.all([plain(text), plain(csv(SETTLEMENT_HEADER, ROW))]);
    expect(faults).toEqual([]);
    expect(facts[0]).toEqual({ ...expected.facts[0], raw: facts[0]?.raw });
  });

  test.each([
    [`${SETTLEMENT_HEADER},Type`, 'the column "Type" once'],
    [`${SETTLEMENT_HEADER},  CURRENCY `, 'the column "CURRENCY" once'],
  ])('two columns that are the same but for case or blanks are refused: %s', async (header, message) => {
    await expect(plain(csv(header, ROW))).rejects.toThrow(message);
  });

  test('a column that is not read may be there twice', async () => {
    expect((await plain(csv(`${SETTLEMENT_HEADER},note,Note`, `${ROW},a,b`))).faults).toEqual([]);
  });

  test('words that are nearly ours are not ours', async () => {
    const { facts } = await plain(csv(SETTLEMENT_HEADER, ROW.replace('payment', 'Payments')));
    expect(settledOf(facts[0])).toMatchObject({ line_type: 'unclassified', word: 'Payments' });
    expect((await plain(csv(SETTLEMENT_HEADER, ROW.replace('KES', 'Ksh')))).faults).toEqual([
      '2 currency HESABU_CURRENCY_UNKNOWN',
    ]);
  });

  test('more than fifty titles are none', async () => {
    const titles = Array.from({ length: 50 }, (_, at) => `title ${at}`);
    await expect(plain(csv(...titles, SETTLEMENT_HEADER, ROW))).rejects.toThrow('HESABU_HEADER_INVALID');
    expect((await plain(csv(...titles.slice(1), SETTLEMENT_HEADER, ROW))).facts).toHaveLength(1);
  });

  test('a file without a header tells what its best row lacks', async () => {
    const text = csv('Report', SETTLEMENT_HEADER.replace('type,', ''), ROW);
    await expect(plain(text)).rejects.toThrow(
      'given.txt:2: the header does not fit the format; expected the column type',
    );
  });

  test.each(['Total', 'TOTALS', 'Grand total', 'Sub-total', '\u5408\u8ba1', '\u603b\u8ba1\uff1a', 'Total KES'])(
    'a row that begins with %s is never a payment',
    async (word) => {
      const total = `${word},P-Z,payment,1500.00,KES,22.50,2026-06-02`;
      const { facts, faults } = await plain(csv(SETTLEMENT_HEADER, ROW, total, `${word},,,1500.00,,22.50,`));
      expect(facts).toHaveLength(1);
      expect(faults).toEqual(['3  HESABU_ROW_SHAPE', '4  HESABU_ROW_SHAPE']);
    },
  );

  test.each(['TotalEnergies', 'TOTAL-55', 'Totality'])('%s is a reference', async (reference) => {
    expect((await plain(csv(SETTLEMENT_HEADER, ROW.replace('ORD-1001', reference)))).faults).toEqual([]);
  });

  test('a merchant may be called Total', async () => {
    const header = 'merchant,transaction_reference,amount,currency,placed_at';
    const { facts } = await read('orders', csv(header, 'Total,R1,5,KES,2026-06-01T08:00:00Z'));
    expect(facts[0]?.merchant).toBe('Total');
  });

  test('tells where its table begins', () => {
    const { start } = told(csv('Report', `${SETTLEMENT_HEADER},Note`, `${ROW},x`).replaceAll(',', ';'));
    expect(start).toMatchObject({ line: 2, separator: ';' });
    expect(start?.names.at(-1)).toBe('Note');
    expect(start?.fields.slice(-2)).toEqual([['settlement_date'], []]);
  });
});

describe('a mapping says where the table is', () => {
  const HEAD = 'Ref,Txn,Kind,Amt,Cur,Fee,Day';
  const COLUMNS =
    'columns: { transaction_reference: Ref, transaction_id: Txn, type: Kind, amount_received: Amt, currency: Cur, ' +
    'fee_deduction: Fee, settlement_date: Day }';

  test.each([
    ['header: "ref"', csv('Period,June', HEAD, ROW)],
    ['header_row: 3', csv('Period,June', '', HEAD, ROW)],
    ['separator: ";"', csv(HEAD, ROW).replaceAll(',', ';')],
  ])('%s', async (part, text) => {
    const { facts, faults } = await mapped(`${COLUMNS}, ${part}`, text);
    expect([faults, facts.length]).toEqual([[], 1]);
  });

  test.each([
    ['header: "Reference"', 'a row with the cell "Reference"'],
    ['header: "Period"', 'expected the columns Ref, Txn'],
    ['header_row: 1', 'expected the columns Ref, Txn'],
    ['header_row: 40', 'the header in row 40'],
    ['rows: { where: { Status: [Ok] } }', 'expected the column Status'],
  ])('%s: a near miss is refused', async (part, message) => {
    const text = csv('Period,June', HEAD, ROW);
    await expect(mapped(`${COLUMNS}, ${part}`, text)).rejects.toThrow(message);
  });

  test('a column that it names must be there, of a list one', async () => {
    const text = csv(HEAD, ROW);
    const payout = (columns: string) =>
      mapped(COLUMNS.replace('columns: {', `columns: { payout_id: ${columns},`), text);
    await expect(payout('Payout')).rejects.toThrow('expected the column Payout');
    await expect(payout('[Payout, Transfer]')).rejects.toThrow('expected the column Payout or Transfer');
    expect((await payout('[Payout, Ref]')).faults).toEqual([]);
  });
});

describe('rows of a mapping', () => {
  const HEAD = `${SETTLEMENT_HEADER},Status`;
  const rows = csv(HEAD, `${ROW},Completed`, `${ROW},Failed`, `${ROW}, COMPLETED `, `${ROW},`);

  test.each([
    ['where: { Status: [Completed] }', [2, 4], [3, 5]],
    ['where: { status: [Completed, Failed] }', [2, 3, 4], [5]],
    ['not: { Status: [Failed] }', [2, 4, 5], [3]],
    ['where: { Status: [Completed] }, not: { currency: KES }', [], [2, 3, 4, 5]],
  ])('{ %s } take some, and the others are counted as left out', async (filter, taken, left) => {
    const { facts, result } = await mapped(`rows: { ${filter} }`, rows);
    expect(facts.map(({ raw }) => Number(raw.split('/')[1]))).toEqual(taken);
    expect([result.rows, result.rejected]).toEqual([4, 0]);
    expect(told(rows, `rows: { ${filter} }`).leftOut).toEqual(left);
  });
});

describe('a row of totals', () => {
  const OTHER = 'ORD-1002,P-B,payment,250.00,KES,3.75,2026-06-02';

  test.each([
    ['Total,,,"1,750.00",,26.25,', '1750', '26.25'],
    [',,,"1,750.00",,26.25,', '1750', '26.25'],
    ['total: ,,,1750.00,,26.25,', '1750', '26.25'],
    ['Total,,,"1,800.00",,26.25,', '1800', '26.25'],
  ])('by `footer` ends the table and states its sums: %s', (total, gross, fee) => {
    const text = csv(SETTLEMENT_HEADER, ROW, OTHER, total, 'Printed by A', ',,see page 2,,,,');
    const { totals, leftOut, facts, refused } = told(text, 'footer: ["Total"], thousands: [","]');
    expect(totals).toEqual([
      { line: 4, name: 'amount_received', stated: gross, found: '1750' },
      { line: 4, name: 'fee_deduction', stated: fee, found: '26.25' },
    ]);
    expect([facts, leftOut, refused]).toEqual([2, [4, 5, 6], []]);
  });

  test('may be of the rows that count, or of all that are shown', () => {
    const text = (total: string) => csv(`${SETTLEMENT_HEADER},S`, `${ROW},Ok`, `${OTHER},No`, `Total,,,${total},,,,`);
    const stated = (total: string) => told(text(total), 'footer: [Total], rows: { where: { S: [Ok] } }').totals;
    expect(stated('1500.00')).toMatchObject([{ stated: '1500', found: '1500' }]);
    expect(stated('1750.00')).toMatchObject([{ stated: '1750', found: '1750' }]);
    expect(stated('1600.00')).toMatchObject([{ stated: '1600', found: '1500' }]);
  });

  test.each([
    ['the sum without signs', '-8.25', '2.00', '10.25'],
    ['the sum as written', '-8.25', '2.00', '-6.25'],
    ['a total below zero', '8.25', '2.00', '-10.25'],
    ['rows below zero', '-8.25', '-2.00', '10.25'],
  ])('of what went out may have either sign, as its rows may: %s', (_, first, second, total) => {
    const text = csv(`${SETTLEMENT_HEADER},Out`, `${ROW},${first}`, `${OTHER},${second}`, `Total,,,,,,,${total}`);
    const part = 'footer: [Total], columns: { amount_received: { plus: amount_received, minus: Out } }';
    expect(told(text, part).totals).toEqual([
      { line: 4, name: 'Out', stated: String(Number(total)), found: String(Number(total)) },
    ]);
    const other = told(text.replace(`,${total}\n`, ',99\n'), part).totals;
    expect(other[0]?.found).not.toBe('99');
  });

  test('states nothing of a column with a cell that cannot be read', () => {
    const text = csv(SETTLEMENT_HEADER, ROW.replace('1500.00', '2.5k'), OTHER, 'Total,,,250.00,,26.25,');
    expect(told(text, 'footer: [Total]').totals.map(({ name }) => name)).toEqual(['fee_deduction']);
  });

  test('that is not there is told: the file is perhaps cut before it (B11)', async () => {
    const cut = await mapped('footer: [Total]', csv(SETTLEMENT_HEADER, ROW));
    expect([cut.facts.length, cut.result.isPerhapsCut]).toEqual([1, true]);
    const whole = await mapped('footer: [Total]', csv(SETTLEMENT_HEADER, ROW, 'Total,,,1500.00,,22.50,'));
    expect([whole.facts.length, whole.result.isPerhapsCut]).toEqual([1, false]);
    expect((await mapped('zone: UTC', csv(SETTLEMENT_HEADER, ROW))).result.isPerhapsCut).toBe(false);
  });

  test('is no row that has figures alone, also as its id, its reference and its day', () => {
    const part = 'footer: [Total], dates: [yyyyMMdd], constants: { type: payment, currency: KES }';
    const head = 'transaction_reference,transaction_id,amount_received,fee_deduction,settlement_date';
    const text = (total: string) => csv(head, '1001,77,15.00,0.50,20260602', '1002,78,20.00,0.50,20260602', total);
    expect(told(text('Total,,35.00,1.00,'), part)).toMatchObject({ facts: 2, refused: [], leftOut: [4] });
    expect(told(text(',,35.00,1.00,'), part)).toMatchObject({ facts: 2, refused: [], leftOut: [4] });
  });

  test('is not followed by payments', () => {
    const text = csv(SETTLEMENT_HEADER, ROW, 'Total,,,1500.00,,,', OTHER);
    expect(told(text, 'footer: [Total]')).toMatchObject({ facts: 1, refused: [4], leftOut: [3] });
  });

  test('without `footer` is left out where it is certain, and refused where it is not', () => {
    const text = csv(SETTLEMENT_HEADER, ROW, 'Total,,,1500.00,,22.50,', OTHER, OTHER.replace('ORD-1002', 'Total'));
    expect(told(text, 'thousands: [","]')).toMatchObject({ facts: 2, refused: [5], leftOut: [3] });
    expect(told(text, 'thousands: [","]').totals).toMatchObject([{ found: '1500' }, { found: '22.5' }]);
  });

  test('by another word than the one of `footer` is no end', () => {
    const text = csv(SETTLEMENT_HEADER, ROW, 'Somme,,,1500.00,,,', OTHER);
    expect(told(text, 'footer: [Total]')).toMatchObject({ facts: 2, refused: [3] });
    expect(told(text, 'footer: [Somme]')).toMatchObject({ facts: 1, refused: [4] });
  });
});
