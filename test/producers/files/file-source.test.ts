// Where rows come from: encodings that are found or named, gzip and zip of one file, and what is refused.
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import iconv from 'iconv-lite';
import { afterAll, describe, expect, test } from 'vitest';
import type { Mapping } from '../../../src/producers/files/mapping.ts';
import type { FileKind } from '../../../src/producers/formats/format.ts';
import { ORDER_HEADER, orderRow, type Reading, read, readPath } from '../import-helpers.ts';
import { zipOf } from './zips.ts';

const root = mkdtempSync(join(tmpdir(), 'hesabu-source-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const TEXT = `${[`${ORDER_HEADER},note`, `${orderRow('R1')},éß`, `${orderRow('订单-2')},张三 😀`].join('\r\n')}\r\n`;
const LATIN = `${[`${ORDER_HEADER},note`, `${orderRow('R1')},é`, `${orderRow('Réf-2')},Sémou`].join('\n')}\n`;
const outcome = ({ facts, faults, result }: Reading) => [facts, faults, { ...result, sha256: '', bytes: 0 }];
const named = (encoding: string): Mapping => ({ ...EMPTY, encoding });
const EMPTY = { columns: new Map(), constants: new Map() } as unknown as Mapping;
/** What stops the reading. */
const fault = (kind: FileKind, bytes: Buffer, mapping?: Mapping): Promise<string> =>
  read(kind, bytes, { mapping }).then(
    () => 'nothing',
    (error: Error) => error.message.replace(/^(\w+): \S*given\.txt/, '$1 '),
  );

describe('text', () => {
  test.each(['utf-16le', 'utf-16be'])('in %s with and without a mark is read as in UTF-8', async (encoding) => {
    const plain = outcome(await read('orders', TEXT));
    for (const addBOM of [true, false]) {
      const bytes = iconv.encode(TEXT, encoding, { addBOM });
      for (const chunkBytes of [1, 7, 1024]) {
        expect(outcome(await read('orders', bytes, { chunkBytes }))).toEqual(plain);
      }
    }
  });

  test.each([
    ['gb18030', TEXT],
    ['windows-1252', LATIN],
    ['utf-32', TEXT],
  ])('in %s is read where the mapping names it', async (encoding, text) => {
    const bytes = encoding === 'utf-32' ? iconv.encode(text, 'utf-32le') : iconv.encode(text, encoding);
    const mapping = named(encoding === 'utf-32' ? 'utf-32le' : encoding);
    expect(outcome(await read('orders', bytes, { mapping }))).toEqual(outcome(await read('orders', text)));
  });

  test('in Unicode is read so whatever the mapping names', async () => {
    const plain = outcome(await read('orders', TEXT));
    expect(outcome(await read('orders', TEXT, { mapping: named('gb18030') }))).toEqual(plain);
    const wide = iconv.encode(TEXT, 'utf-16le', { addBOM: true });
    expect(outcome(await read('orders', wide, { mapping: named('gb18030') }))).toEqual(plain);
  });

  test('of any table is read alike in every encoding that has its characters', async () => {
    const cell = fc.string({ unit: fc.constantFrom('a', '7', ' ', '号', '单', '额', '日') });
    await fc.assert(
      fc.asyncProperty(fc.array(cell, { minLength: 1, maxLength: 6 }), async (cells) => {
        const rows = cells.map((text, at) => `${orderRow(`R${at}-号`)},${text}`);
        const text = `${[`${ORDER_HEADER},订单号`, ...rows].join('\n')}\n`;
        const plain = outcome(await read('orders', text));
        for (const encoding of ['utf-16le', 'utf-16be']) {
          expect(outcome(await read('orders', iconv.encode(text, encoding)))).toEqual(plain);
        }
        const coded = iconv.encode(text, 'gb18030');
        expect(outcome(await read('orders', coded, { mapping: named('gb18030') }))).toEqual(plain);
      }),
      { numRuns: 20 },
    );
  });

  test('in another encoding is refused once, with those that fit and the line to add', async () => {
    const latin = await fault('orders', iconv.encode(LATIN, 'windows-1252'));
    expect(latin).toMatch(/^HESABU_FILE_ENCODING :2: .*found bytes that fit windows-1252/);
    expect(latin).toContain('Add `encoding: windows-1252` to `orders` in the mapping');
    const header = `${ORDER_HEADER},客户姓名,订单备注\n`;
    const chinese = iconv.encode(`${header}${orderRow('订单号')},张三,请尽快发货谢谢\n`, 'gb18030');
    expect(await fault('orders', chinese)).toMatch(/^HESABU_FILE_ENCODING :1: .*bytes that fit GB18030/);
    const few = iconv.encode(
      `${ORDER_HEADER},客户姓名\n${`店铺,${orderRow('R').slice(5)},张三\n`.repeat(900)}`,
      'gb18030',
    );
    expect(await fault('orders', few)).toMatch(/^HESABU_FILE_ENCODING :1: .*Add `encoding: GB18030` to/);
  });

  test('loses no row whose only other bytes are in a column that is not read', async () => {
    const rows = Array.from({ length: 300 }, (_, at) => `${orderRow(`R${at}`)},${at === 299 ? 'Sémou' : ''}`);
    const text = `${[`${ORDER_HEADER},note`, ...rows].join('\n')}\n`;
    const { facts, faults } = await read('orders', iconv.encode(text, 'windows-1252'));
    expect([facts.length, faults]).toEqual([300, []]);
    const used = text.replace('R298', 'Ré98');
    expect(await fault('orders', iconv.encode(used, 'windows-1252'))).toMatch(/^HESABU_FILE_ENCODING :300: /);
  });

  test('in another encoding needs its name in JSON, and in a mapping with other letters', async () => {
    const poll = iconv.encode('{"transaction_reference":"R1","status":"failed","note":"é"}\n', 'windows-1252');
    expect(await fault('polls', poll)).toMatch(/^HESABU_FILE_ENCODING :1: /);
    expect((await read('polls', poll, { mapping: named('windows-1252') })).facts).toHaveLength(1);
    const mapping = { ...EMPTY, constants: new Map([['merchant', 'é']]) } as unknown as Mapping;
    const note = iconv.encode(`${ORDER_HEADER},note\n${orderRow('R1')},é\n`, 'windows-1252');
    expect(await fault('orders', note, mapping)).toMatch(/^HESABU_FILE_ENCODING :2: /);
  });

  test.each<[string, Buffer, string]>([
    [
      'two encodings',
      Buffer.concat([Buffer.from(`${ORDER_HEADER}\n${orderRow('Ré1')}\n`), iconv.encode(orderRow('Ré2'), 'latin1')]),
      ':3: the encoding of the file is not known; expected one encoding in one file, ' +
        'found UTF-8 in line 2 and other bytes in line 3',
    ],
    [
      'a byte order mark in the middle',
      Buffer.from(`\ufeff${ORDER_HEADER}\n${orderRow('R1')}\n\ufeff${ORDER_HEADER}\n${orderRow('R2')}\n`),
      ':3: the file cannot be read; expected one file, found a byte order mark, with which another file begins',
    ],
    [
      'a byte order mark in the middle, in UTF-16',
      iconv.encode(`\ufeff${ORDER_HEADER}\n${orderRow('R1')}\n\ufeff${ORDER_HEADER}\n`, 'utf-16le'),
      ':3: the file cannot be read; expected one file, found a byte order mark, with which another file begins',
    ],
    [
      'half a character at its end',
      Buffer.from(`${ORDER_HEADER}\n${orderRow('Ré1')}\n${orderRow('R2')},é`).subarray(0, -1),
      ': the file cannot be read; expected a whole file, found half a character at its end',
    ],
    [
      'half a character at its end, in UTF-16',
      iconv.encode(`${ORDER_HEADER}\n${orderRow('R1')}\nx`, 'utf-16le').subarray(0, -1),
      ': the file cannot be read; expected a whole file, found half a character at its end',
    ],
  ])('with %s is refused, and says why', async (_, bytes, message) => {
    expect(await fault('orders', bytes)).toContain(message);
  });

  test('with a mark at any place of a chunk is refused with its line', async () => {
    const text = `${ORDER_HEADER}\n${orderRow('R1')}\n\ufeff${orderRow('R2')}\n`;
    for (let fill = 0; fill < 8; fill++) {
      const long = `${ORDER_HEADER},note\n${'x'.repeat(1024 * 1024 - ORDER_HEADER.length - 12 + fill)}\n\ufeff`;
      expect(await fault('orders', Buffer.from(long))).toMatch(/:3: .*a byte order mark/);
    }
    expect(await fault('orders', Buffer.from(text))).toContain(':3: ');
  });

  test('that its mapping names wrongly is refused with the line', async () => {
    const bytes = Buffer.concat([Buffer.from(`${ORDER_HEADER}\n`), Buffer.from('shop,R\xff\xff1', 'latin1')]);
    expect(await fault('orders', bytes, named('gb18030'))).toContain(':2: ');
  });
});

describe('an archive of one file', () => {
  const temporary = join(root, 'tmp');
  const write = (name: string, bytes: Buffer): string => {
    const path = join(root, name);
    writeFileSync(path, bytes);
    return path;
  };
  const readArchive = async (bytes: Buffer) => {
    const reading = await readPath('orders', write('archive', bytes), { temporary });
    expect(readdirSync(temporary)).toEqual([]);
    return reading;
  };
  const refusal = (bytes: Buffer) =>
    readArchive(bytes).then(
      () => 'nothing',
      (error: Error) => {
        expect(readdirSync(temporary)).toEqual([]);
        return error.message;
      },
    );
  const csv = Buffer.from(TEXT);

  test('is read as the file, in gzip and zip, whatever its encoding', async () => {
    const plain = outcome(await read('orders', TEXT));
    for (const bytes of [csv, iconv.encode(TEXT, 'utf-16le')]) {
      expect(outcome(await readArchive(gzipSync(bytes)))).toEqual(plain);
      expect(outcome(await readArchive(zipOf([{ name: 'orders.csv', bytes }])))).toEqual(plain);
      expect(outcome(await readArchive(zipOf([{ name: 'orders.csv', bytes, isStored: true }])))).toEqual(plain);
    }
    const mac = zipOf([
      { name: 'a/', bytes: Buffer.alloc(0) },
      { name: 'a/o.csv', bytes: csv },
      { name: '__MACOSX/a/._o.csv', bytes: csv },
    ]);
    expect(outcome(await readArchive(mac))).toEqual(plain);
    const two = Buffer.concat([gzipSync(csv.subarray(0, 30)), gzipSync(csv.subarray(30))]);
    expect(outcome(await readArchive(two))).toEqual(plain);
  });

  test.each<[string, () => Buffer, string]>([
    [
      'several files',
      () =>
        zipOf([
          { name: 'a.csv', bytes: csv },
          { name: 'b.csv', bytes: csv },
        ]),
      'several files: "a.csv", "b.csv"',
    ],
    [
      '10,000 files',
      () => zipOf(Array.from({ length: 10_000 }, (_, at) => ({ name: `${at}`, bytes: Buffer.alloc(0) }))),
      'several files: "0", "1", "2" and others',
    ],
    ['no file', () => Buffer.concat([Buffer.from('504b0506', 'hex'), Buffer.alloc(18)]), 'an empty zip archive'],
    [
      'a path that leads out',
      () => zipOf([{ name: '../../evil.csv', bytes: csv }]),
      'a damaged zip: invalid relative path',
    ],
    [
      'a link',
      () => zipOf([{ name: 'a.csv', bytes: Buffer.from('/etc/passwd'), mode: 0o120777 }]),
      'an archive of a link',
    ],
    ['a password', () => zipOf([{ name: 'a.csv', bytes: csv, isEncrypted: true }]), 'an archive with a password'],
    [
      'an archive',
      () => zipOf([{ name: 'inner', bytes: zipOf([{ name: 'a.csv', bytes: csv }]) }]),
      'an archive in an archive',
    ],
    ['an archive by its name', () => zipOf([{ name: 'inner.zip', bytes: csv }]), 'an archive in an archive'],
    ['a gzip in a gzip', () => gzipSync(gzipSync(csv)), 'an archive in an archive'],
    [
      'a bomb',
      () => gzipSync(Buffer.alloc(64 * 1024 * 1024, 'a,b\n'), { level: 9 }),
      'unpacks to more than 200 times its size',
    ],
    [
      'a bomb in a zip',
      () => zipOf([{ name: 'a.csv', bytes: Buffer.alloc(64 * 1024 * 1024, 'a,b\n') }]),
      'unpacks to more than 200 times its size',
    ],
    [
      'a bomb that hides its size',
      () => zipOf([{ name: 'a.csv', bytes: Buffer.alloc(64 * 1024 * 1024, 'a,b\n'), saidBytes: 1000 }]),
      'a damaged zip: too many bytes in the stream',
    ],
    ['a damaged file', () => zipOf([{ name: 'a.csv', bytes: csv, crc: 1 }]), 'a zip whose file is damaged'],
    ['something after its end', () => Buffer.concat([gzipSync(csv), csv]), 'a damaged gzip'],
    [
      'an old workbook',
      () => Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.alloc(600)]),
      'an old Excel workbook (.xls), or one with a password',
    ],
    ['nothing', () => gzipSync(Buffer.alloc(0)), 'an archive of no bytes'],
  ])('is refused where it has %s, before a row is read (B03)', async (_, bytes, message) => {
    expect(await refusal(bytes())).toContain(message);
  });

  test('that is cut at any byte is refused (B11)', async () => {
    for (const bytes of [gzipSync(csv), zipOf([{ name: 'orders.csv', bytes: csv }])]) {
      for (let size = 0; size < bytes.length; size++) {
        expect([size, await refusal(bytes.subarray(0, size))]).not.toEqual([size, 'nothing']);
      }
    }
  });
});
