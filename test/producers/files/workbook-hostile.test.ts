// Workbooks that are damaged, cut, or made to cost more than they are: refused before any row, in little memory.
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { HesabuError } from '../../../src/domain/errors.ts';
import { refuseForeignFile } from '../../../src/producers/files/foreign-file.ts';
import { Workbook } from '../../../src/producers/files/workbook.ts';
import { type Book, partsOf, rowsOf, save, sheetXml, type ZipChange, zip } from './workbook-parts.ts';

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'hesabu-'));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

/** In a long run the sheets are as large as they may be. */
const EMPTY_ROWS = process.env.HESABU_TEST_WORKBOOK_ROWS === undefined ? 200_000 : 1_000_000;
const MIB = 1024 * 1024;
const ROW = '<row><c t="inlineStr"><is><t>ORD-1</t></is></c></row>';
const SHEET = 'xl/worksheets/sheet1.xml';

/** What refuses the file: the code and what was found. */
async function refusal(bytes: Buffer): Promise<string> {
  const path = save(dir, bytes);
  try {
    const rows = await rowsOf(path);
    return `${rows.length} rows`;
  } catch (error) {
    if (!(error instanceof HesabuError)) throw error;
    expect(error.detail.where).toContain(path);
    return `${error.code}: ${error.detail.found}`;
  }
}

const refusalOf = (book: Book, changes?: Readonly<Record<string, ZipChange>>) => refusal(zip(partsOf(book), changes));
const sheetOf = (xml: string | Buffer): Book => ({ parts: { [SHEET]: xml } });

/** What a run takes at peak beyond what it took before, in MiB, roughly: a measure of the order, not of the size. */
async function grown<T>(run: () => Promise<T>): Promise<{ result: T; mib: number }> {
  const before = process.memoryUsage().rss;
  let peak = before;
  const timer = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage().rss);
  }, 5);
  const result = await run().finally(() => clearInterval(timer));
  return { result, mib: (Math.max(peak, process.memoryUsage().rss) - before) / MIB };
}

describe('a zip', () => {
  const bytes = zip(partsOf({ sheets: { Sheet1: ROW.repeat(3) } }));

  test('cut at any byte is refused', async () => {
    for (let length = 4; length < bytes.length; length += 1 + (length % 7)) {
      expect(await refusal(bytes.subarray(0, length))).toMatch(/^HESABU_WORKBOOK_INVALID: /);
    }
    expect(await refusal(bytes)).toBe('3 rows');
  });

  test('with a bit flipped is refused, or reads the same', async () => {
    for (let at = 30; at < bytes.length; at += 5) {
      const flipped = Buffer.from(bytes);
      flipped[at]! ^= 1 << (at % 8);
      expect(await refusal(flipped)).toMatch(/^HESABU_WORKBOOK_INVALID: |^3 rows$/);
    }
  });

  test.each<[string, Book, Readonly<Record<string, ZipChange>>, RegExp]>([
    ['another checksum', { sheets: { Sheet1: ROW } }, { [SHEET]: { crc: 7 } }, /damage in .*checksum is another/],
    ['a password', { sheets: { Sheet1: ROW } }, { [SHEET]: { flags: 0x801 } }, /a zip with a password/],
    ['another packing', { sheets: { Sheet1: ROW } }, { [SHEET]: { method: 12 } }, /of an unusual kind/],
    ['no sheet part', sheetOf('') && { parts: { [SHEET]: null } }, {}, /no part xl\/worksheets\/sheet1.xml/],
    ['no workbook part', { parts: { 'xl/workbook.xml': null } }, {}, /a zip that is no workbook/],
    [
      'no shared texts, and cells that have some',
      sheetOf(sheetXml('<row><c t="s"><v>0</v></c></row>')),
      {},
      /no part that has them/,
    ],
    ['a binary workbook', { parts: { 'xl/workbook.bin': 'x' } }, {}, /a binary workbook \(\.xlsb\)/],
    ['a text document', { parts: { 'word/document.xml': 'x' } }, {}, /a text document \(\.docx\)/],
    ['a sheet that is none', sheetOf('<worksheet/>'), {}, /a part that is no sheet/],
  ])('with %s is refused', async (_, book, changes, expected) => {
    expect(await refusalOf(book, changes)).toMatch(expected);
  });

  test('of very many files, or with a name that leads out of it, is refused', async () => {
    const parts = [...partsOf({ sheets: { Sheet1: ROW } })];
    const many = Array.from({ length: 10_000 }, (_, at): [string, string] => [`xl/media/${at}`, '']);
    expect(await refusal(zip([...parts, ...many]))).toMatch(/a zip of 100\d\d files/);
    expect(await refusal(zip([...parts, ['../../a', '']]))).toMatch(/a zip that is cut or damaged/);
  });

  test('with two parts of one name is refused', async () => {
    const parts = [...partsOf({ sheets: { Sheet1: ROW } })];
    expect(await refusal(zip([...parts, ['XL/worksheets/SHEET1.xml', sheetXml(ROW)]]))).toMatch(/two parts XL/);
  });

  test.each([
    [
      'of OpenOffice',
      [
        ['mimetype', 'application/vnd.oasis.opendocument.spreadsheet'],
        ['content.xml', '<x/>'],
      ],
      /\(\.ods\)/,
    ],
    ['of Numbers', [['Index/Document.iwa', 'x']], /\(\.numbers\)/],
    ['of something else', [['a.txt', 'x']], /a zip that is no workbook/],
  ] as const)('%s is refused by name', async (_, parts, expected) => {
    expect(await refusal(zip(parts))).toMatch(expected);
  });

  test('that is cut while it is read is refused', async () => {
    const path = save(dir, zip(partsOf({ sheets: { Sheet1: ROW.repeat(200_000) } })));
    const reading = rowsOf(path);
    truncateSync(path, 1000);
    await expect(reading).rejects.toMatchObject({ code: 'HESABU_WORKBOOK_INVALID' });
  });
});

describe('XML', () => {
  test.each([
    ['a document type', '<!DOCTYPE a [<!ENTITY b "bb">]><worksheet><sheetData/></worksheet>', /a document type/],
    ['an entity of its own', sheetXml('<row><c t="str"><v>&b;</v></c></row>'), /cut or damaged \(undefined entity/],
    ['a cut', sheetXml(ROW).slice(0, -20), /cut or damaged/],
    ['another end', sheetXml(`${ROW}</row>`), /cut or damaged/],
    [
      'other bytes than UTF-8',
      Buffer.from(sheetXml('<row><c t="str"><v>\xe9</v></c></row>'), 'latin1'),
      /not in UTF-8/,
    ],
    ['UTF-16', Buffer.from(`\ufeff${sheetXml(ROW)}`, 'utf16le'), /not in UTF-8/],
    ['elements in elements', sheetXml('<a>'.repeat(70) + '</a>'.repeat(70)), /deeper than in any workbook/],
    ['rows that go back', sheetXml('<row r="2"/><row r="2"/>'), /a row 2 after row 2/],
    ['a row beyond the last', sheetXml('<row r="1048577"/>'), /a row 1048577 after row 0/],
    ['cells that go back', sheetXml('<row r="1"><c r="B1"/><c r="A1"/></row>'), /a cell A1 in row 1/],
    ['a column beyond the last', sheetXml('<row r="1"><c r="XFE1"/></row>'), /a cell XFE1 in row 1/],
    ['a column without a name', sheetXml('<row r="1"><c r="1"/></row>'), /a cell 1 in row 1/],
  ])('with %s is refused before any row', async (_, xml, expected) => {
    expect(await refusalOf(sheetOf(xml))).toMatch(expected);
  });

  test('with two values in a cell is refused', async () => {
    expect(await refusalOf({ sheets: { A: '<row><c><v>5</v><v>6</v></c></row>' } })).toMatch('two values in row 1');
  });

  test('with the number of a shared text that there is not is refused', async () => {
    for (const index of ['1', '-1', '0.5', 'x', '4294967296']) {
      const book = {
        strings: '<si><t>a</t></si>',
        sheets: { Sheet1: `${ROW}<row><c t="s"><v>${index}</v></c></row>` },
      };
      expect(await refusalOf(book)).toMatch(/a shared text that is none of 1/);
    }
  });

  test('may have nothing in it', async () => {
    expect(await refusalOf({ sheets: { Sheet1: '' } })).toBe('0 rows');
  });
});

describe('a bomb', () => {
  test('of a sheet is refused at 100 MiB, in little memory', async () => {
    const bytes = zip(
      partsOf(sheetOf(Buffer.concat([Buffer.from('<worksheet><sheetData>'), Buffer.alloc(140 * MIB, 32)]))),
    );
    expect(bytes.length).toBeLessThan(MIB);
    const { result, mib } = await grown(() => refusal(bytes));
    expect(result).toMatch(/a text that is longer than a cell can be|more than 100 MiB in/);
    expect(mib).toBeLessThan(400);
  });

  test('of elements is refused at 100 MiB', async () => {
    const cells = '<c><v></v></c>'.repeat(1000);
    const sheet = sheetXml(`<row r="1">${`<x>${cells}</x>`.repeat(8000)}</row>`);
    expect(await refusalOf(sheetOf(sheet))).toMatch(
      /a cell undefined in row 1|more than 100 MiB in .*, from \d+ bytes/,
    );
  });

  test('of one shared text is refused', async () => {
    expect(await refusalOf({ strings: `<si><t>${'x'.repeat(3 * MIB)}</t></si>` })).toMatch(/longer than a cell can be/);
  });

  test('of one text in many pieces is refused', async () => {
    const pieces = `<t>${'x'.repeat(1000)}</t>`.repeat(1100);
    expect(await refusalOf({ strings: `<si>${pieces}</si>` })).toMatch(/longer than a cell can be/);
    const inline = `<row><c t="inlineStr"><is>${pieces}</is></c></row>`;
    expect(await refusalOf({ sheets: { Sheet1: inline } })).toMatch(/longer than a cell can be/);
    const value = `<row><c t="str"><v>${'x'.repeat(1000)}${`<!-- -->${'x'.repeat(1000)}`.repeat(1100)}</v></c></row>`;
    expect(await refusalOf({ sheets: { Sheet1: value } })).toMatch(/longer than a cell can be/);
  });

  test('of patterns in names and formats takes no time', async () => {
    const long = 'a'.repeat(500_000);
    const relation = `<Relationship Id="x" Type="${long}" Target="${long}"/>`;
    const parts = { 'xl/_rels/workbook.xml.rels': `<Relationships>${relation}</Relationships>` };
    expect(await refusalOf({ parts })).toMatch(/no sheet/);
    const row = '<row><c s="1"><v>1</v></c></row>';
    expect(await refusalOf({ formats: ['['.repeat(500_000)], sheets: { Sheet1: row } })).toBe('1 rows');
  });

  test('of sheets is refused', async () => {
    const sheet = '<sheet name="a" sheetId="1" r:id="rId1"/>'.repeat(1001);
    const parts = { 'xl/workbook.xml': `<workbook xmlns:r="r"><sheets>${sheet}</sheets></workbook>` };
    expect(await refusalOf({ parts })).toMatch(/more than 1000 sheets/);
  });

  test('of empty rows before the first is not read to find a header', async () => {
    const empty = '<row><c/></row>'.repeat(300_000);
    const workbook = await Workbook.open(save(dir, zip(partsOf({ sheets: { Sheet1: `${empty}${ROW}` } }))));
    expect(await workbook.firstRows(workbook.sheets[0]!, 50)).toEqual([]);
    await workbook.close();
    expect(await rowsOf(join(dir, 'book.xlsx'))).toHaveLength(1);
  });

  test('of shared texts is refused at 100 MiB, in little memory', async () => {
    const strings = `<si><t>${'x'.repeat(30_000)}</t></si>`.repeat(3600);
    const bytes = zip(partsOf({ strings }));
    const { result, mib } = await grown(() => refusal(bytes));
    expect(result).toMatch(/more than 100 MiB in xl\/sharedStrings.xml/);
    expect(mib).toBeLessThan(400);
  });

  test('of a wide cell before many rows is refused', async () => {
    const far = '<row><c r="XFD1"><v>1</v></c></row>';
    const rows = far + '<row><c><v>1</v></c></row>'.repeat(7000);
    expect(await refusalOf({ sheets: { Sheet1: rows } })).toMatch(/more than 100000000 cells/);
  });

  test('of many cells that share one long text is refused', async () => {
    const row = `<row>${'<c t="s"><v>0</v></c>'.repeat(1100)}</row>`;
    const book = { strings: `<si><t>${'x'.repeat(1_000_000)}</t></si>`, sheets: { Sheet1: row.repeat(3) } };
    expect(await refusalOf(book)).toMatch(/more than 1073741824 characters/);
  });

  test('of more rows than are read is refused', async () => {
    const rows = '<row><c><v>1</v></c></row>'.repeat(1_000_001);
    expect(await refusalOf({ sheets: { Sheet1: rows } })).toMatch(/more than 1000000 rows/);
  });

  test('of very many empty rows has no row', async () => {
    const rows = Array.from({ length: EMPTY_ROWS }, (_, at) => `<row r="${at + 1}" s="1" customFormat="1"/>`).join('');
    const bytes = zip(partsOf({ sheets: { Sheet1: rows } }));
    const { result, mib } = await grown(() => refusal(bytes));
    expect(result).toBe('0 rows');
    expect(mib).toBeLessThan(400);
  });
});

describe('a large sheet', () => {
  test.runIf(EMPTY_ROWS > 200_000)('beyond 100 MiB is read where it does not shrink like a bomb', async () => {
    const texts = Array.from({ length: 600 }, () => randomBytes(900).toString('hex'));
    // Farther apart than a zip looks for repetitions.
    const rows = texts.map((text) => `<row><c t="str"><v>${text}</v></c></row>`).join('');
    const sheet = sheetXml(rows.repeat(100));
    expect(sheet.length).toBeGreaterThan(100 * MIB);
    expect(await refusalOf(sheetOf(sheet))).toBe('60000 rows');
  });
});

describe('a file of another kind', () => {
  const ole = Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.alloc(600)]);
  test.each([
    ['an old workbook', ole, /an old Excel workbook \(\.xls\)/],
    [
      'an encrypted one',
      Buffer.concat([ole, Buffer.from('EncryptedPackage', 'utf16le')]),
      /a workbook with a password/,
    ],
    ['a PDF', Buffer.from('%PDF-1.7\n'), /a PDF/],
    ['a web page with the name of a workbook', Buffer.from('\ufeff <HTML><body><table>'), /a web page/],
    ['a table of HTML', Buffer.from('<table border=1><tr>'), /a web page/],
    ['a workbook of 2003', Buffer.from('<?xml version="1.0"?>\n<?mso-application progid="Excel.Sheet"?>'), /2003/],
    ['an archive', Buffer.from('Rar!\x1a\x07'), /a packed file/],
  ])('%s is refused by name', (_, head, expected) => {
    expect(() => refuseForeignFile(head, 'a.xls')).toThrow(expected);
  });

  test('that is one of ours is not', () => {
    for (const text of [
      'transaction_reference,a\n',
      '{"id":1}',
      '<Document xmlns="urn:iso">',
      '<?xml version="1.0"?>',
    ]) {
      expect(() => refuseForeignFile(Buffer.from(text), 'a')).not.toThrow();
    }
  });

  test('as a directory, a device or nothing is refused', async () => {
    await expect(rowsOf(dir)).rejects.toMatchObject({ code: 'HESABU_FILE_UNREADABLE' });
    await expect(rowsOf('/dev/zero')).rejects.toMatchObject({ code: 'HESABU_FILE_UNREADABLE' });
    await expect(rowsOf(join(dir, 'none.xlsx'))).rejects.toMatchObject({ code: 'HESABU_FILE_MISSING' });
    expect(readFileSync(save(dir, Buffer.from('PK')))).toHaveLength(2);
    expect(await refusal(Buffer.from('PK\x03\x04'))).toMatch(/cut or damaged/);
  });
});
