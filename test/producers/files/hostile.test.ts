// Hostile files: each fault has its place and code, and the good rows around it are accepted.
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { HesabuError } from '../../../src/domain/errors.ts';
import type { FileKind } from '../../../src/producers/formats/format.ts';
import { ORDER_HEADER, orderRow, read, readPath, withFile } from '../import-helpers.ts';

const refs = (reading: Awaited<ReturnType<typeof read>>) => reading.facts.map((fact) => fact.transaction_reference);
const around = (...rows: (string | Buffer)[]) =>
  Buffer.concat([ORDER_HEADER, orderRow('R1'), ...rows, orderRow('R9')].flatMap((row) => [Buffer.from(row), LF]));
const LF = Buffer.from('\n');
const LINE_BYTES_MAX = 1024 * 1024;

/** The error that stops the reading, as `CODE: where`. */
async function ending(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
  } catch (error) {
    const { code, detail, exit } = error as HesabuError;
    expect(exit).toBe(2);
    return `${code} ${detail.where?.split('/').at(-1)}`;
  }
  return 'nothing';
}

describe('lines', () => {
  test.each([
    ['LF', '\n'],
    ['CRLF', '\r\n'],
  ])('can end with %s, and the last without', async (_, end) => {
    const reading = await read('orders', [ORDER_HEADER, orderRow('R1'), orderRow('R2')].join(end));
    expect(refs(reading)).toEqual(['R1', 'R2']);
    expect(reading.facts.map(({ raw }) => raw)).toEqual(['7/2', '7/3']);
  });

  test('can start with a BOM, in CSV and in JSON', async () => {
    expect(refs(await read('orders', `\ufeff${ORDER_HEADER}\n${orderRow('R1')}\n`))).toEqual(['R1']);
    expect(refs(await read('polls', '\ufeff{"transaction_reference":"R1","status":"failed"}'))).toEqual(['R1']);
    const report = '\ufeff{"settlement_date":"2026-02-01","lines":[{"transaction_reference":"R1","type":"payment",';
    expect(refs(await read('settlements', `${report}"amount_received":"1","currency":"KES"}]}`))).toEqual(['R1']);
  });

  test('that are blank are not rows, but count as lines', async () => {
    const reading = await read('orders', `\n${ORDER_HEADER}\n\n  \r\n${orderRow('R1')}\n\n`);
    expect(reading.result).toMatchObject({ rows: 1, rejected: 0 });
    expect(reading.facts[0]?.raw).toBe('7/5');
  });

  test('can have any Unicode text', async () => {
    expect(refs(await read('orders', around(orderRow('订单-😀-é'))))).toEqual(['R1', '订单-😀-é', 'R9']);
  });

  test.each<[string, string | Buffer, string]>([
    ['a NUL byte', orderRow('R\0'), '3  HESABU_ROW_ENCODING'],
    [
      'a line of a million characters',
      `shop,${'x'.repeat(1_000_000)},1,KES,2026-01-31T09:00:00Z`,
      '3 transaction_reference HESABU_REFERENCE_INVALID',
    ],
    ['a cell of 10 MB', `shop,${'x'.repeat(10_000_000)},1,KES,2026-01-31T09:00:00Z`, '3  HESABU_ROW_TOO_LONG'],
    [
      'a cell of 10 MB in quotes',
      `shop,"${'x'.repeat(10_000_000)}",1,KES,2026-01-31T09:00:00Z`,
      '3  HESABU_ROW_TOO_LONG',
    ],
    ['too few cells', 'shop,R2,1,KES', '3  HESABU_ROW_RAGGED'],
    ['too many cells', `${orderRow('R2')},x`, '3  HESABU_ROW_RAGGED'],
    ['too many cells in quotes', `"shop",${orderRow('R2')}`, '3  HESABU_ROW_RAGGED'],
    ['the header again', ORDER_HEADER, '3  HESABU_ROW_HEADER'],
    ['text after a quote', 'shop,"R"2,1,KES,"2026-01-31T09:00:00Z"', '3  HESABU_ROW_QUOTE'],
    ['an open quote', 'shop,"R2,1,KES,2026-01-31T09:00:00Z', '3  HESABU_ROW_QUOTE'],
    ['31 June', 'shop,R2,1,KES,2026-06-31T09:00:00Z', '3 placed_at HESABU_TIME_INVALID'],
    ['no zone', 'shop,R2,1,KES,2026-01-31T09:00:00', '3 placed_at HESABU_TIME_INVALID'],
  ])('with %s are rejected, and their neighbours accepted (B10, B14 partly)', async (_, row, fault) => {
    const reading = await read('orders', around(row));
    expect(reading.faults).toEqual([fault]);
    expect(refs(reading)).toEqual(['R1', 'R9']);
    expect(reading.result).toMatchObject({ rows: 3, rejected: 1 });
    expect(reading.rejects[0]?.message.length).toBeLessThan(300);
  });

  test.each([
    [LINE_BYTES_MAX, '3 transaction_reference HESABU_REFERENCE_INVALID'],
    [LINE_BYTES_MAX + 1, '3  HESABU_ROW_TOO_LONG'],
  ])('of %i bytes, whatever the chunks and the line end: %s', async (bytes, fault) => {
    const row = (fill: string) => `shop,${fill},1,KES,2026-01-31T09:00:00Z`;
    const ascii = row('x'.repeat(bytes - row('').length));
    const wide = row('é'.repeat((bytes - row('').length) >> 1) + 'x'.repeat((bytes - row('').length) & 1));
    for (const text of [ascii, wide, `${ascii}\r`]) {
      for (const chunkBytes of [4 * LINE_BYTES_MAX, 300_007]) {
        expect((await read('orders', around(text), { chunkBytes })).faults).toEqual([fault]);
      }
    }
  });
});

describe('quotes', () => {
  test('can contain separators, quotes and line ends', async () => {
    const row = (reference: string) => `"shop","${reference}",10,KES,"2026-01-31T09:00:00Z"`;
    const reading = await read(
      'orders',
      `${ORDER_HEADER},note\n${row('A,""B""')},"two\nlines, ""quoted""\r\n\n"\n${row('C')},x\n` +
        '5" pipe,D,1,KES,2026-01-31T09:00:00Z,y\n',
    );
    expect(reading.faults).toEqual([]);
    expect(
      reading.facts.map(({ merchant, transaction_reference: reference, raw }) => [merchant, reference, raw]),
    ).toEqual([
      ['shop', 'A,"B"', '7/2'],
      ['shop', 'C', '7/6'],
      ['5" pipe', 'D', '7/7'],
    ]);
  });

  test('left open lose only one line, although later lines have quotes', async () => {
    const open = 'shop,"R2,1,KES,2026-01-31T09:00:00Z';
    const reading = await read('orders', around(open, orderRow('R3'), open, orderRow('"R4"'), open, open));
    expect(reading.faults).toEqual([3, 5, 7, 8].map((line) => `${line}  HESABU_ROW_QUOTE`));
    expect(refs(reading)).toEqual(['R1', 'R3', 'R4', 'R9']);
  });

  test('left open before a line that is not text lose only one line too', async () => {
    const reading = await read('orders', around('shop,"R2', orderRow('R3'), '\0'));
    expect(reading.faults).toEqual(['3  HESABU_ROW_QUOTE', '5  HESABU_ROW_ENCODING']);
    expect(refs(reading)).toEqual(['R1', 'R3', 'R9']);
  });

  test('left open for longer than the longest record lose only one line, in linear time', async () => {
    const rows = Array.from({ length: 60_000 }, (_, index) => orderRow(`R${index}`));
    rows[10] = 'shop,"open,1,KES,2026-01-31T09:00:00Z';
    rows[50_000] = rows[10];
    const reading = await read('orders', `${ORDER_HEADER}\n${rows.join('\n')}\n`);
    expect(reading.faults).toEqual(['12  HESABU_ROW_QUOTE', '50002  HESABU_ROW_QUOTE']);
    expect(reading.result).toMatchObject({ rows: 60_000, rejected: 2 });
  });
});

describe('names of the language', () => {
  test.each(['__proto__', 'constructor', 'toString'])('%s is a reference like any other (B08)', async (name) => {
    expect(refs(await read('orders', around(orderRow(name))))).toEqual(['R1', name, 'R9']);
    expect(refs(await read('polls', `{"transaction_reference":"${name}","status":"failed"}`))).toEqual([name]);
  });

  test('are harmless as columns and members (B08)', async () => {
    const csv = `${ORDER_HEADER},__proto__,constructor\n${orderRow('R1')},a,b\n`;
    expect(refs(await read('orders', csv))).toEqual(['R1']);
    const json =
      '{"__proto__":{"transaction_reference":"evil"},"constructor":1,"transaction_id":"T1","status":"failed"}';
    expect(refs(await read('polls', json))).toEqual(['?mfs-africa:T1']);
    expect('transaction_reference' in {}).toBe(false);
  });
});

describe('an unreadable file stops the reading', () => {
  test('if it is missing, a directory or empty', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'hesabu-hostile-'));
    const path = join(directory, 'none.csv');
    expect(await ending(readPath('orders', path))).toBe('HESABU_FILE_MISSING none.csv');
    expect(await ending(readPath('orders', join(directory, 'none', 'x.csv')))).toBe('HESABU_FILE_MISSING x.csv');
    expect(await ending(readPath('orders', directory))).toBe(`HESABU_FILE_UNREADABLE ${directory.split('/').at(-1)}`);
    rmSync(directory, { recursive: true });
    for (const content of ['', '\n\n', '\ufeff', ' \r\n']) {
      expect(await ending(read('orders', content))).toBe('HESABU_FILE_EMPTY given.txt');
    }
  });

  test('if it is a pipe, a device or a socket, without waiting for its bytes', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'hesabu-hostile-'));
    const [pipe, socket] = [join(directory, 'pipe'), join(directory, 'socket')];
    execFileSync('mkfifo', [pipe]);
    const server = createServer().listen(socket);
    await once(server, 'listening');
    for (const [path, found] of [
      [pipe, 'a pipe'],
      [socket, 'a socket'],
      ['/dev/zero', 'a device'],
    ] as const) {
      await expect(readPath('orders', path)).rejects.toThrow(`expected a regular file, found ${found}`);
    }
    server.close();
    rmSync(directory, { recursive: true });
  });

  test.skipIf(process.getuid?.() === 0)('without permission to read', async () => {
    await withFile('x', async (path) => {
      chmodSync(path, 0);
      expect(await ending(readPath('orders', path))).toBe('HESABU_FILE_UNREADABLE given.txt');
    });
  });

  test.each<[string, FileKind, string | Buffer, string]>([
    ['blanks', 'orders', ORDER_HEADER.replaceAll(',', ' '), 'expected the columns merchant'],
    ['a missing column', 'orders', ORDER_HEADER.replace('amount,', ''), 'expected the column amount'],
    ['missing columns', 'settlements', 'transaction_reference,type', 'transaction_id, amount_received, currency'],
    ['a column twice', 'orders', `${ORDER_HEADER},amount`, 'expected the column "amount" once'],
    ['another kind', 'settlements', ORDER_HEADER, 'transaction_id, type, amount_received'],
    ['no header', 'orders', orderRow('R1'), 'expected the columns merchant'],
    ['bytes', 'orders', Buffer.from([80, 0, 3, 4, 0, 0, 25]), 'a header line in UTF-8, found other bytes'],
    [
      'XML',
      'settlements',
      '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
      'type',
    ],
    ['a header without end', 'orders', 'x'.repeat(2_000_000), 'found a longer line'],
  ])('with a header of %s (B03, B10, B20)', async (_, kind, content, message) => {
    const reading = read(kind, content);
    expect(await ending(reading)).toBe('HESABU_HEADER_INVALID given.txt:1');
    await expect(reading).rejects.toThrow(message);
  });
});
