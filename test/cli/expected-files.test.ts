// What is expected of a file, and the standard input as one: a file that is not as expected gives nothing.

import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { given, run, shown } from './given-run.ts';

const HEADER = 'transaction_reference,transaction_id,type,amount_received,currency,fee_deduction,settlement_date';
const LINES = `${[
  HEADER,
  'D-1,P-1,payment,1500.00,KES,22.50,2026-06-02',
  'D-2,P-2,payment,250.00,KES,,2026-06-02',
].join('\n')}\n`;
const OTHER = `${[HEADER, 'D-3,P-3,payment,3000,UGX,0.155,2026-06-02'].join('\n')}\n`;

describe('--expect', () => {
  const files = { 'lines.csv': LINES, 'other.csv': OTHER, 'bad.csv': `${LINES}D-4,P-4,payment,x,KES,,2026-06-02\n` };

  it.each([
    ['lines.csv', 'rows=2,sum=KES:1750,fees=KES:22.50', null],
    ['lines.csv', 'lines.csv:rows=2', null],
    ['other.csv', 'fees=UGX:0.155', null],
    ['lines.csv', 'rows=3', 'expected rows=3, found rows=2'],
    ['lines.csv', 'sum=KES:1750.01', 'expected sum=KES:1750.01, found sum=KES:1750.00'],
    ['lines.csv', 'rows=2,sum=UGX:1', 'expected sum=UGX:1, found sum=UGX:0'],
    ['lines.csv', 'fees=KES:22.5,sum=KES:-1750', 'expected sum=KES:-1750, found sum=KES:1750.00'],
    ['bad.csv', 'rows=2', 'expected rows=2, found rows=3'],
  ])('takes %s with %s, or nothing of it (B13)', async (name, expected, fault) => {
    const ledger = given(files);
    const path = ledger.files[name]!;
    const text = expected.startsWith(name) ? expected.replace(name, path) : expected;
    const ran = await run(ledger, '--settlements', path, '--expect', text);
    const [file] = ran.summary.files;
    if (fault === null) expect([ran.code, file!.read]).toEqual([0, true]);
    else {
      expect([ran.code, file!.read, file!.taken]).toEqual([2, false, 0]);
      expect(ran.stderr).toContain(fault);
      expect(ran.rejects.at(-1)!.code).toMatch(/^HESABU_(FILE_UNREADABLE|AMOUNT_INVALID)$/);
      expect(Object.values(ran.summary.money)).toEqual([]);
    }
    // Without it, or with what it has, the same file is taken.
    const again = await run(ledger, '--settlements', path);
    expect(again.summary.files[0]).toMatchObject({ read: true, refused: fault === null });
  });

  it('is of one of several files, by its name', async () => {
    const ledger = given(files);
    const paths = [ledger.files['lines.csv']!, ledger.files['other.csv']!];
    const ran = await run(ledger, '--settlements', ...paths, '--expect', 'lines.csv:rows=2', 'other.csv:rows=2');
    expect(ran.summary.files.map(shown)).toEqual(['lines.csv read: 2 2 0 0', 'other.csv not read: 0 0 0 0']);
  });

  it.each([
    [['rows=2'], 'found no name, and several files'],
    [['none.csv:rows=2'], 'found a name that 0 files have'],
    [['lines.csv:rows=2', 'lines.csv:rows=2'], 'expected one for each file, found two'],
    [['lines.csv:rows=two'], 'expected FILE:rows=NUMBER'],
    [['lines.csv:sum=1750'], 'expected FILE:rows=NUMBER'],
  ])('%j is refused before a file is read', async (expected, message) => {
    const { files: paths, data } = given(files);
    const inputs = ['--settlements', paths['lines.csv']!, paths['other.csv']!];
    const ran = spawnSync(
      process.execPath,
      ['bin/hesabu.js', 'import', ...inputs, '--data', data, '--expect', ...expected],
      { encoding: 'utf8' },
    );
    expect([ran.status, ran.stderr]).toEqual([2, expect.stringMatching(/^HESABU_USAGE: /)]);
    expect(ran.stderr).toContain(message);
  });
});

describe('the standard input', () => {
  const pipe = (data: string, input: string | Buffer, ...args: string[]) =>
    spawnSync(process.execPath, ['bin/hesabu.js', 'import', ...args, '--data', data, '--format', 'json'], { input });

  it.each([
    ['as it is', LINES],
    ['packed', gzipSync(LINES)],
    ['in UTF-16', Buffer.from(`\ufeff${LINES}`, 'utf16le')],
  ])('is a file, %s, and nothing of it is left beside the ledger', (_, input) => {
    const { data } = given({});
    const ran = pipe(data, input, '--settlements', '-', '--expect', '-:rows=2,sum=KES:1750.00');
    expect([ran.status, String(ran.stderr)]).toEqual([0, '']);
    expect(JSON.parse(String(ran.stdout)).files).toMatchObject([{ name: '-', rows: 2, sums: { KES: '1750.00' } }]);
    expect(readdirSync(join(data, 'tmp'))).toEqual([]);
  });

  it('is taken once, and is empty where nothing comes', () => {
    const { data } = given({});
    const twice = pipe(data, LINES, '--settlements', '-', '--orders', '-');
    expect([twice.status, String(twice.stderr)]).toEqual([2, expect.stringContaining('the standard input once')]);
    const empty = pipe(data, '', '--settlements', '-');
    expect([empty.status, String(empty.stderr)]).toEqual([2, expect.stringMatching(/^HESABU_FILE_EMPTY: -: /)]);
  });
});
