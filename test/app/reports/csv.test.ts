// The CSV files of a report: their exact bytes, what a parser reads from them, and that each is written whole or not.

import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import Papa from 'papaparse';
import { describe, expect, test } from 'vitest';
import { csvLine, writeBreaksCsv, writeMatchedCsv, writeRejectsCsv } from '../../../src/app/reports/csv.ts';
import { breakRow, guardFormula } from '../../../src/app/reports/rows.ts';
import { aBreak, aMatched } from './examples.ts';

const directory = () => mkdtempSync(join(tmpdir(), 'hesabu-csv-'));

describe('breaks.csv', () => {
  test('has the header of the contract, guarded texts, plain numbers and UTC times (S18)', async () => {
    const path = join(directory(), 'deeper', 'breaks.csv');
    await writeBreaksCsv(path, [
      aBreak,
      { ...aBreak, merchant: '=1+1', opened_at: null, expected: null, message: '说' },
    ]);
    expect(readFileSync(path, 'utf8')).toBe(
      'merchant,provider,transaction_reference,stage,kind,reason,expected,observed,difference,currency,opened_at,' +
        'entry_id,message\n' +
        'shop-1,mfs-africa,ORD-1,payment,unmatched,AMOUNT_UNDER,1500.00,1450.00,-50.00,KES,2026-01-31T09:00:00Z,' +
        '3-7-0,"Short, ""really"""\n' +
        "'=1+1,mfs-africa,ORD-1,payment,unmatched,AMOUNT_UNDER,,1450.00,-50.00,KES,,3-7-0,说\n",
    );
  });

  test('without rows has only a header', async () => {
    const path = join(directory(), 'breaks.csv');
    await writeBreaksCsv(path, []);
    expect(readFileSync(path, 'utf8').split('\n')).toHaveLength(2);
  });

  test('a notice has the kind notice, a break the kind of its entry', () => {
    const place = { merchant: 'm', provider: 'p', transaction_reference: 'r', entry_id: '0-0-0' };
    const nothing = { subject: '', expected: null, observed: null, difference: null, currency: null, opened_at: null };
    const late = { ...nothing, stage: 'settlement', kind: 'matched', reason: 'SETTLEMENT_LATE' } as const;
    const back = { ...nothing, stage: 'settlement', kind: 'reversal', reason: 'REVERSAL_NOT_SETTLED' } as const;
    expect(breakRow(place, late, 'en')).toMatchObject({ kind: 'notice', message: expect.stringContaining('due') });
    expect(breakRow(place, back, 'en').kind).toBe('reversal');
  });
});

test('rejects.csv has the rows as they came after its own columns, with guarded texts and plain numbers', async () => {
  const path = join(directory(), 'rejects.csv');
  const about = { file: 'a.csv', line: 3, field: 'fee', code: 'HESABU_AMOUNT_RANGE', message: 'm' } as const;
  const original = [
    ['code', '=1+1'],
    ['paid', '-5.00'],
    ['note', 'a,"b"'],
  ] as const;
  const rows = [{ ...about, original }, about, { ...about, original: [['row', '{}']] as const }];
  await writeRejectsCsv(path, rows, ['code', 'paid', 'note', 'row']);
  expect(readFileSync(path, 'utf8')).toBe(
    'file,line,field,code,message,code (original),paid,note,row\n' +
      `a.csv,3,fee,HESABU_AMOUNT_RANGE,m,'=1+1,-5.00,"a,""b""",\n` +
      'a.csv,3,fee,HESABU_AMOUNT_RANGE,m,,,,\n' +
      'a.csv,3,fee,HESABU_AMOUNT_RANGE,m,,,,{}\n',
  );
});

test('rejects.csv leaves the line empty if the reject is a whole file', async () => {
  const path = join(directory(), 'rejects.csv');
  await writeRejectsCsv(path, [
    {
      file: 'a.csv',
      line: 3,
      field: 'amount',
      code: 'HESABU_AMOUNT_INVALID',
      message: 'expected a decimal, found "x"',
    },
    { file: 'b.csv', line: null, field: '', code: 'HESABU_FILE_SEEN', message: 'seen' },
  ]);
  expect(readFileSync(path, 'utf8')).toBe(
    'file,line,field,code,message\n' +
      'a.csv,3,amount,HESABU_AMOUNT_INVALID,"expected a decimal, found ""x"""\n' +
      'b.csv,,,HESABU_FILE_SEEN,seen\n',
  );
});

test('matched.csv accepts rows that arrive page by page', async () => {
  const path = join(directory(), 'matched.csv');
  await writeMatchedCsv(
    path,
    (async function* () {
      yield [aMatched];
    })(),
  );
  expect(readFileSync(path, 'utf8')).toBe(
    'merchant,provider,transaction_reference,order_amount,paid,returned,settled,fee,currency,paid_at,settled_on\n' +
      'shop-1,mfs-africa,ORD-2,12.500,12.500,,12.500,0.1875,TND,2026-01-31T09:00:00.250Z,2026-02-02\n',
  );
});

describe('a cell', () => {
  test.each([
    ['=SUM(A1)', "'=SUM(A1)"],
    ['+254700', "'+254700"],
    ['@x', "'@x"],
    ['\tx', "'\tx"],
    ['\rx', "'\rx"],
    ['＝1', "'＝1"],
    ['-', "'-"],
    ['-5.00+1', "'-5.00+1"],
    ['-1e5', "'-1e5"],
    ['-5.00', '-5.00'],
    ['-5', '-5'],
    ['a=b', 'a=b'],
    ['', ''],
  ])('%j is written as %j', (text, guarded) => {
    expect(guardFormula(text)).toBe(guarded);
  });

  test('with any text is read by another parser as the guarded text (S18)', () => {
    const nasty = fc.oneof(fc.string(), fc.stringMatching(/^[",\r\n=+@\t -]{0,6}$/), fc.string({ unit: 'binary' }));
    fc.assert(
      fc.property(fc.array(nasty, { minLength: 1, maxLength: 4 }), (nastyCells) => {
        // The first cell is harmless, because a parser drops a byte order mark at the very start of the text.
        const cells = ['x', ...nastyCells];
        const { data } = Papa.parse<string[]>(csvLine(cells), { delimiter: ',', newline: '\n' });
        // The end of the last line starts one more, empty line.
        expect(data).toEqual([cells.map(guardFormula), ['']]);
      }),
      { numRuns: 60 },
    );
  });
});

describe('an output file', () => {
  test('is unchanged if its rows fail, and no temporary file is left', async () => {
    const place = directory();
    const path = join(place, 'breaks.csv');
    writeFileSync(path, 'before');
    const failing = (function* () {
      yield aBreak;
      throw new Error('the rows end here');
    })();
    await expect(writeBreaksCsv(path, failing)).rejects.toThrow('the rows end here');
    expect(readFileSync(path, 'utf8')).toBe('before');
    expect(readdirSync(place)).toEqual(['breaks.csv']);
  });

  test('that cannot be written is HESABU_OUT_UNWRITABLE with the path', async () => {
    const place = directory();
    const path = join(place, 'breaks.csv');
    mkdirSync(path);
    const wanted = { code: 'HESABU_OUT_UNWRITABLE', detail: { where: path } };
    await expect(writeBreaksCsv(path, [aBreak])).rejects.toMatchObject(wanted);
    expect(readdirSync(place)).toEqual(['breaks.csv']);
    const under = join(place, 'file');
    writeFileSync(under, '');
    const below = join(under, 'breaks.csv');
    await expect(writeBreaksCsv(below, [])).rejects.toMatchObject({ code: 'HESABU_OUT_UNWRITABLE' });
  });

  test.skipIf(process.getuid?.() === 0)('in a directory that is read-only is HESABU_OUT_UNWRITABLE', async () => {
    const place = directory();
    chmodSync(place, 0o500);
    const path = join(place, 'breaks.csv');
    await expect(writeBreaksCsv(path, [])).rejects.toMatchObject({ code: 'HESABU_OUT_UNWRITABLE' });
    expect(existsSync(path)).toBe(false);
  });

  test('with a name too long is HESABU_OUT_UNWRITABLE, with the error of the system', async () => {
    const tooLong = { code: 'HESABU_OUT_UNWRITABLE', detail: { found: 'ENAMETOOLONG' } };
    await expect(writeBreaksCsv(join(directory(), 'x'.repeat(300)), [aBreak])).rejects.toMatchObject(tooLong);
  });
});
