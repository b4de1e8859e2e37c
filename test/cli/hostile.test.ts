// Hostile files on the command line: each fault is reported with its place and code, the good rows around it are
// accepted, and a file that cannot be read at all gives one line.

import { closeSync, existsSync, mkdirSync, openSync, readdirSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Summary } from '../../src/app/reports/summary.ts';
import type { FileKind } from '../../src/producers/formats/format.ts';
import { hesabu, type ProcessResult, readCsv, readRejects, readSummary, writeFiles } from './cli-process.ts';
import { freshDirectory } from './commands/given-ledger.ts';

const AS_OF = ['--as-of', '2026-02-01T00:00:00Z'];
const ORDER_HEADER = 'merchant,transaction_reference,amount,currency,placed_at';
const LINE_HEADER = 'transaction_reference,transaction_id,type,amount_received,currency,fee_deduction,settlement_date';
const order = (reference: string, amount = '10', currency = 'KES', placed = '2026-01-31T09:00:00Z') =>
  `shop,${reference},${amount},${currency},${placed}`;
const poll = (reference: string) => JSON.stringify({ transaction_reference: reference, status: 'failed' });
const line = (reference: string) =>
  `{"transaction_reference":"${reference}","type":"payment","amount_received":"10","currency":"KES"}`;
const report = (...lines: string[]) => `{"report_id":"R","settlement_date":"2026-02-01","lines":[${lines.join(',')}]}`;

interface Hostile {
  readonly kind: FileKind;
  readonly content: string | Buffer;
  /** `line field code`; the field is empty if the whole row is meant. */
  readonly rejects: readonly string[];
  readonly accepted: number;
}

/** The file's first and last orders are good: bad rows between them must not affect them. */
let count = 0;
function orders(rows: readonly (string | Buffer)[], rejects: readonly string[], accepted = 2): Hostile {
  const numbered = [ORDER_HEADER, order(`FIRST-${++count}`), ...rows, order(`LAST-${count}`), ''];
  const content = Buffer.concat(numbered.flatMap((row, at) => [Buffer.from(at === 0 ? '' : '\n'), Buffer.from(row)]));
  return { kind: 'orders', content, rejects, accepted };
}
const badOrder = (row: string | Buffer, reject: string) => orders([row], [`3 ${reject}`]);
const badAmount = (amount: string, code: string, currency?: string) =>
  badOrder(order('BAD', amount, currency), `amount ${code}`);

const FILES: Readonly<Record<string, Hostile>> = {
  'bom.csv': { kind: 'orders', content: `\ufeff${ORDER_HEADER}\n${order('BOM')}\n`, rejects: [], accepted: 1 },
  'crlf.csv': { kind: 'orders', content: `${ORDER_HEADER}\r\n${order('CRLF')}\r\n`, rejects: [], accepted: 1 },
  'ragged.csv': orders(['shop,R,10,KES', `${order('R')},more`], ['3  HESABU_ROW_RAGGED', '4  HESABU_ROW_RAGGED']),
  'open-quote.csv': badOrder('shop,"OPEN,10,KES,2026-01-31T09:00:00Z', ' HESABU_ROW_QUOTE'),
  'cell.csv': badOrder(order(`"${'x'.repeat(10_000_000)}"`), ' HESABU_ROW_TOO_LONG'),
  'nul.csv': badOrder(order('NUL\0'), ' HESABU_ROW_ENCODING'),
  'header-twice.csv': badOrder(ORDER_HEADER, ' HESABU_ROW_HEADER'),
  'proto.csv': orders([order('__proto__'), order('constructor')], [], 4),
  'nan.csv': badAmount('NaN', 'HESABU_AMOUNT_INVALID'),
  'exponent.csv': badAmount('1e400', 'HESABU_AMOUNT_INVALID'),
  'thousands.csv': badAmount('"1,000.00"', 'HESABU_AMOUNT_INVALID'),
  'minus-zero.csv': badAmount('-0', 'HESABU_AMOUNT_INVALID'),
  'decimals.csv': badAmount('1234.005', 'HESABU_AMOUNT_PRECISION'),
  'point.csv': badAmount('1.005', 'HESABU_AMOUNT_AMBIGUOUS'),
  'no-cents.csv': badAmount('1000.50', 'HESABU_AMOUNT_PRECISION', 'UGX'),
  'too-much.csv': badAmount('92233720368547758.08', 'HESABU_AMOUNT_RANGE'),
  'currency.csv': badOrder(order('BAD', '10', 'KSH'), 'currency HESABU_CURRENCY_UNKNOWN'),
  'june-31.csv': badOrder(order('BAD', '10', 'KES', '2026-06-31T09:00:00Z'), 'placed_at HESABU_TIME_INVALID'),
  'no-zone.csv': badOrder(order('BAD', '10', 'KES', '2026-01-31T09:00:00'), 'placed_at HESABU_TIME_INVALID'),
  'line.csv': badOrder(order('x'.repeat(1_000_000)), 'transaction_reference HESABU_REFERENCE_INVALID'),
  'truncated.jsonl': {
    kind: 'polls',
    content: `${poll('POLL-1')}\n${poll('POLL-2')}\n${poll('POLL-3').slice(0, 30)}`,
    rejects: ['3  HESABU_JSON_INVALID'],
    accepted: 0,
  },
  'proto.jsonl': { kind: 'polls', content: `${poll('__proto__')}\n`, rejects: [], accepted: 0 },
  'truncated.json': {
    kind: 'settlements',
    content: report(line('LINE-1'), line('LINE-2')).slice(0, -12),
    rejects: ['2  HESABU_JSON_INVALID'],
    accepted: 0,
  },
};

describe('files with hostile rows', () => {
  let result: ProcessResult;
  let summary: Summary;
  let rejects: string[];
  let messages: ReadonlyMap<string, string>;

  beforeAll(async () => {
    const dir = freshDirectory();
    const paths = writeFiles(dir, Object.fromEntries(Object.entries(FILES).map(([name, one]) => [name, one.content])));
    const given = (kind: FileKind) => Object.keys(FILES).filter((name) => FILES[name]!.kind === kind);
    const args = (['orders', 'polls', 'settlements'] as const).flatMap((kind) => {
      return [`--${kind}`, ...given(kind).map((name) => paths[name]!)];
    });
    const out = join(dir, 'out');
    result = await hesabu(['reconcile', ...args, ...AS_OF, '--data', join(dir, 'data'), '--out', out]);
    summary = readSummary(out);
    rejects = readRejects(out);
    messages = new Map(readCsv(join(out, 'rejects.csv')).map(({ file, message }) => [file!, message!]));
  });

  it('leave every row accounted for, and only what is not whole is not read', () => {
    expect(result.code).toBe(2);
    const told = result.stderr.split('\n').map((line) => /[^/]+(?=\. Nothing of it was taken\.)/.exec(line)?.[0]);
    expect(told).toEqual([
      'truncated.jsonl: the file cannot be read; expected a whole last row, found one that is cut off',
      'truncated.json: the file cannot be read; expected a whole file, found a part of it',
      undefined,
    ]);
    expect(summary.files.filter(({ read }) => !read).map(({ name }) => name)).toEqual([
      'truncated.jsonl',
      'truncated.json',
    ]);
    expect(rejects).toHaveLength(summary.facts.rejected);
    // An order and a poll have the reference __proto__.
    const accepted = Object.values(FILES).reduce((sum, file) => sum + file.accepted, 0);
    expect(summary.keys).toBe(accepted);
    for (const { rows, taken, redelivered, rejected } of summary.files)
      expect(rows).toBe(taken + redelivered + rejected);
  });

  it.each(Object.entries(FILES))('%s: each fault has its place and code', (name, expected) => {
    expect(rejects.filter((reject) => reject.startsWith(`${name} `))).toEqual(
      expected.rejects.map((reject) => `${name} ${reject}`),
    );
    const { taken, rejected } = summary.files.find((file) => file.name === name)!;
    expect(rejected).toBe(expected.rejects.length);
    if (expected.accepted > 0) expect(taken).toBe(expected.accepted);
  });

  it.each([
    ['thousands.csv', 'found ""1,000.00"". Write it like 1234.50: no separators, no exponent.'],
    [
      'no-zone.csv',
      'found "2026-01-31T09:00:00". Write it with its own offset, like 2026-01-31T12:00:00+03:00, or map',
    ],
    ['currency.csv', 'found "KSH". Use a three-letter code, such as KES.'],
    ['ragged.csv', 'expected 5 cells, found 6. Put quotes around cells that hold the separator.'],
    ['cell.csv', 'found a longer line. Shorten the row.'],
  ])('%s: the message says what was found and what to do', (name, text) => {
    expect(messages.get(name)?.replaceAll('""', '"')).toContain(text.replaceAll('""', '"'));
    for (const message of messages.values()) expect(message.length).toBeLessThan(300);
  });
});

describe('a file that cannot be read', () => {
  const good = (dir: string) => writeFiles(dir, { 'good.csv': `${ORDER_HEADER}\n${order('GOOD')}\n` })['good.csv'];

  it.each([
    ['missing', 'HESABU_FILE_MISSING', 'there is no such file. Check the path.'],
    ['a directory', 'HESABU_FILE_UNREADABLE', 'expected a regular file, found a directory'],
  ])('%s gives one line before anything is imported', async (name, code, text) => {
    const dir = freshDirectory();
    const path = join(dir, 'settled.csv');
    if (name === 'a directory') mkdirSync(path);
    const data = join(dir, 'data');
    const result = await hesabu(['reconcile', '--orders', good(dir), '--settlements', path, ...AS_OF, '--data', data]);
    expect([result.code, result.stdout]).toEqual([2, '']);
    expect(result.stderr).toMatch(new RegExp(`^${code}: .*settled\\.csv: .*\\n$`));
    expect(result.stderr).toContain(text);
    expect(existsSync(data) ? readdirSync(data) : []).toEqual([]);
  });

  it.each<[string, string | Buffer, string, string]>([
    ['empty', '', 'HESABU_FILE_EMPTY', 'Export it again.'],
    ['blank', ' \n\n', 'HESABU_FILE_EMPTY', 'found only blank lines'],
    ['of another kind', `${ORDER_HEADER}\n${order('X')}\n`, 'HESABU_HEADER_INVALID', 'expected the columns'],
    [
      'no text',
      Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 16]),
      'HESABU_HEADER_INVALID',
      'Save the file as CSV in UTF-8.',
    ],
  ])('%s leaves the other files their rows, and the exit code is 2', async (_, content, code, text) => {
    const dir = freshDirectory();
    const { 'settled.csv': path } = writeFiles(dir, { 'settled.csv': content });
    const [data, out] = [join(dir, 'data'), join(dir, 'out')];
    const args = ['--orders', good(dir), '--settlements', path, ...AS_OF, '--data', data, '--out', out];
    const result = await hesabu(['reconcile', ...args]);
    expect(result.code).toBe(2);
    expect(result.stderr).toMatch(new RegExp(`^${code}: .*settled\\.csv(:1)?: .*\\n$`));
    expect(result.stderr).toContain(text);
    expect(readRejects(out)).toEqual([`settled.csv   ${code}`]);
    expect(readSummary(out)).toMatchObject({ keys: 1, facts: { orders: 1, settlements: 0, rejected: 0 } });
    // After correction it is imported as if it had never been there.
    writeFiles(dir, { 'settled.csv': `${LINE_HEADER}\nGOOD,T1,payment,10,KES,0,2026-02-01\n` });
    expect((await hesabu(['reconcile', ...args])).code).toBe(0);
    expect(readSummary(out)).toMatchObject({ keys: 1, facts: { orders: 0, settlements: 1 } });
  });

  it('several at once: each is reported, and the rest is imported', async () => {
    const dir = freshDirectory();
    const { a, b, c } = writeFiles(dir, { a: '', b: '', c: 'x\n' });
    const out = join(dir, 'out');
    const result = await hesabu(['reconcile', '--orders', good(dir), a, b, c, ...AS_OF, '--out', out]);
    expect(result.code).toBe(2);
    expect(
      result.stderr
        .trim()
        .split('\n')
        .map((text) => text.split(':')[0]),
    ).toEqual(['HESABU_FILE_EMPTY', 'HESABU_FILE_EMPTY', 'HESABU_HEADER_INVALID']);
    expect(readRejects(out)).toEqual(['a   HESABU_FILE_EMPTY', 'b   HESABU_FILE_EMPTY', 'c   HESABU_HEADER_INVALID']);
    expect(readSummary(out).keys).toBe(1);
  });
});

describe('memory', () => {
  const PEAK_BYTES_MAX = 350 * 1024 * 1024;
  const preload = new URL('peak.ts', import.meta.url).href;

  it('is measured without what the process of the tests holds', async () => {
    const held = Buffer.alloc(PEAK_BYTES_MAX, 1);
    const { peakBytes } = await hesabu(['--version'], { preload });
    expect(peakBytes).toBeGreaterThan(0);
    expect(peakBytes).toBeLessThan(held.length);
  });

  it('stays flat over 60 MB of lines and cells that are too long (L05 partly)', async () => {
    const dir = freshDirectory();
    const path = join(dir, 'large.csv');
    const file = openSync(path, 'w');
    const cell = 'x'.repeat(3_000_000);
    writeSync(file, `${ORDER_HEADER}\n`);
    for (let part = 0; part < 15; part++) {
      const rows = [order(`GOOD-${part}`), order(`"${cell}"`), 'shop,SHORT,1', cell.slice(0, 1_000_000), `"${part}`];
      writeSync(file, `${rows.join('\n')}\n`);
    }
    closeSync(file);
    const args = ['--orders', path, ...AS_OF, '--out', join(dir, 'out')];
    const result = await hesabu(['reconcile', ...args], { preload });
    expect(result.code).toBe(0);
    expect(readSummary(join(dir, 'out'))).toMatchObject({ keys: 15, facts: { orders: 15, rejected: 60 } });
    expect(result.peakBytes).toBeGreaterThan(0);
    expect(result.peakBytes).toBeLessThan(PEAK_BYTES_MAX);
  });
});
