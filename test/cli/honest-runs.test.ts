// A run is honest about what it read: a file of which nothing was taken is "not read" in text and JSON, time stays, and
// the same bytes are read anew once they can be.

import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { hesabu, readSummary, writeFiles } from './cli-process.ts';
import { given, HEADER, LINES, mappingOf, PLAIN_LINE, run, shown } from './given-run.ts';

describe('a file of which not one row can be taken', () => {
  it('is not read, lets no deadline pass, and is read anew with a corrected mapping', async () => {
    const ledger = given({ 'lines.csv': LINES });
    const { files } = ledger;
    const settlements = ['--settlements', files['lines.csv']!];
    const first = await run(
      ledger,
      '--orders',
      files['orders.csv']!,
      ...settlements,
      '--mapping',
      files['wrong.yaml']!,
    );
    expect([first.code, first.stderr]).toEqual([
      2,
      expect.stringMatching(
        /^HESABU_FILE_UNREADABLE: [^\n]+lines\.csv: [^\n]+all rows rejected \(2\); the first in line 2: /,
      ),
    ]);
    expect(first.summary.files.map(shown)).toEqual(['orders.csv read: 2 2 0 0', 'lines.csv not read: 2 0 0 2']);
    expect(first.stdout).toMatch(/^Files not read: lines\.csv\nNo deadline passed: [^\n]+\nAs of 2026-06-02 04:00:00/);
    expect(first.stdout).toMatch(/^lines\.csv +settlements +2 +0 +0 +2 +0 +not read$/m);
    expect(first.stdout).toMatch(/\n\nRejected rows: 2, Files not read: 1\n$/);
    expect(first.stdout).not.toContain('agrees');
    expect([first.summary.as_of, first.summary.time_stayed]).toEqual(['2026-06-01T20:00:00Z', true]);
    expect(first.breaks.map(({ reason }) => reason)).toEqual([]);
    expect(first.rejects.map(({ file, line }) => `${file} ${line}`)).toEqual(['lines.csv 2', 'lines.csv 3']);

    const second = await run(ledger, ...settlements, '--mapping', files['right.yaml']!);
    expect([second.code, second.stderr]).toEqual([0, '']);
    expect(second.summary.files.map(shown)).toEqual(['lines.csv read: 2 2 0 0']);
    expect([second.summary.as_of, second.summary.standing.matched]).toEqual(['2026-06-20T12:00:00Z', 2]);
    expect(second.stdout).toContain('Everything agrees.');

    const third = await run(ledger, ...settlements, '--mapping', files['right.yaml']!);
    expect([third.code, third.summary.files.map(shown)]).toEqual([0, ['lines.csv read, taken before: 0 0 0 0']]);
    expect(third.stdout).toMatch(/^lines\.csv +settlements +taken before$/m);
  });

  it('lets time pass with --keep-going, and says so', async () => {
    const ledger = given({ 'lines.csv': LINES });
    const { files } = ledger;
    const inputs = ['--orders', files['orders.csv']!, '--settlements', files['lines.csv']!];
    const ran = await run(ledger, ...inputs, '--mapping', files['wrong.yaml']!, '--keep-going');
    const { code, stdout, summary, breaks } = ran;
    expect([code, summary.as_of, summary.time_stayed]).toEqual([2, '2026-06-20T12:00:00Z', undefined]);
    expect(summary.breaks).toEqual({ PAYMENT_MISSING: 2 });
    const first = /^Not all files were read \(lines\.csv\): [^.]+\. The shop /;
    for (const { message } of breaks) expect(message).toMatch(first);
    expect(stdout).toMatch(/^Files not read: lines\.csv\nDeadlines passed all the same: /);
  });

  it.each([
    ['settlements', PLAIN_LINE, '2026-06-01T16:00:00Z'],
    ['bank', 'account,bank_reference,value_date,amount,currency\nA,B,2026-06-03,5,KES\n', '2026-06-02T16:00:00Z'],
  ])('keeps a new ledger of %s alone at the day of its last line', async (kind, content, asOf) => {
    const ledger = given({ 'days.csv': content, 'empty.csv': '' });
    const { files } = ledger;
    const { summary } = await run(ledger, `--${kind}`, files['days.csv']!, '--orders', files['empty.csv']!);
    expect([summary.as_of, summary.time_stayed]).toEqual([asOf, true]);
  });

  it('keeps the time of a ledger that has one', async () => {
    const ledger = given({ 'lines.csv': LINES });
    const { data, files } = ledger;
    await hesabu(['reconcile', '--orders', files['orders.csv']!, '--data', data, '--as-of', '2026-06-02T10:00:00Z']);
    const settlements = ['--settlements', files['lines.csv']!, '--mapping', files['wrong.yaml']!];
    const { summary } = await run(ledger, ...settlements);
    expect([summary.as_of, summary.breaks]).toEqual(['2026-06-02T10:00:00Z', { PAYMENT_MISSING: 1 }]);
  });

  it('is not "taken before" for its twin in the same run either', async () => {
    const ledger = given({ 'lines.csv': LINES, 'twin.csv': LINES });
    const { files } = ledger;
    const both = ['--settlements', files['lines.csv']!, files['twin.csv']!];
    const { summary } = await run(ledger, ...both, '--mapping', files['wrong.yaml']!);
    expect(summary.files.map(shown)).toEqual(['lines.csv not read: 2 0 0 2', 'twin.csv not read: 2 0 0 2']);
    const corrected = await run(ledger, ...both, '--mapping', files['right.yaml']!);
    expect(corrected.summary.files.map(shown)).toEqual([
      'lines.csv read: 2 2 0 0',
      'twin.csv read, taken before: 0 0 0 0',
    ]);
  });
});

it('is told by later reports too, until a file of its kind is read', async () => {
  const ledger = given({ 'lines.csv': LINES, 'empty.csv': '' });
  const { files, dir, data } = ledger;
  const lines = ['--settlements', files['lines.csv']!];
  await run(ledger, ...lines, files['empty.csv']!, '--mapping', files['right.yaml']!);
  const report = async () => {
    const { stdout } = await hesabu(['report', '--data', data, '--out', join(dir, 'report')]);
    return [stdout.split('\n')[0]!, readSummary(join(dir, 'report')).unread_before];
  };
  expect(await report()).toEqual(['Files not read: empty.csv', ['empty.csv']]);
  const orders = await run(ledger, '--orders', files['orders.csv']!);
  expect([orders.code, orders.summary.breaks, orders.summary.unread_before]).toEqual([0, {}, ['empty.csv']]);
  expect(orders.stdout).toMatch(/^Files not read: empty\.csv\nDeadlines passed all the same: /);
  expect(orders.stdout).not.toContain('agrees');
  const more = writeFiles(dir, { 'more.csv': `${HEADER}\n` });
  const read = await run(ledger, '--settlements', more['more.csv']!, '--mapping', files['right.yaml']!);
  expect([read.code, read.summary.unread_before]).toEqual([0, undefined]);
  expect(read.stdout).toContain('Everything agrees.');
  expect(await report()).toEqual([expect.stringMatching(/^As of /), undefined]);
});

describe('a report', () => {
  const bad = `${LINES}SN-2,P-3,payment,2.5k,XOF,9,2026-06-03\n`;
  const lastLine = async ({ data, dir }: ReturnType<typeof given>) => {
    const { stdout } = await hesabu(['report', '--data', data, '--out', join(dir, 'report')]);
    const said = stdout.includes('Everything agrees.') ? 'agrees' : 'does not';
    return [
      said,
      stdout
        .trimEnd()
        .split('\n')
        .at(-1)!
        .replace(/^Written to .*/, 'written'),
    ];
  };

  it('ends with the rows that were rejected, also beside breaks, until the file is read again', async () => {
    const ledger = given({ 'lines.csv': LINES.replace('900', '9oo'), 'bad.csv': bad });
    const { files } = ledger;
    const partly = ['--orders', files['orders.csv']!, '--settlements', files['lines.csv']!];
    const { summary, breaks } = await run(ledger, ...partly, '--mapping', files['right.yaml']!);
    expect(summary.breaks).toEqual({ PAYMENT_MISSING: 1 });
    const first =
      'Rows that were rejected name this reference (lines.csv:3): correct them first. The shop marks 900 XOF';
    expect(breaks[0]!.message).toContain(first);
    expect(await lastLine(ledger)).toEqual(['does not', 'Rejected rows: 1']);
    const corrected = ['--settlements', files['bad.csv']!, '--replaces', files['lines.csv']!];
    await run(ledger, ...corrected, '--mapping', files['right.yaml']!);
    expect(await lastLine(ledger)).toEqual(['does not', 'Rejected rows: 1']);
    const whole = writeFiles(ledger.dir, { 'whole.csv': LINES })['whole.csv']!;
    await run(ledger, '--settlements', whole, '--replaces', files['bad.csv']!, '--mapping', files['right.yaml']!);
    expect(await lastLine(ledger)).toEqual(['agrees', 'written']);
  });

  it('does not count the rows of a file that was read with a corrected mapping', async () => {
    const ledger = given({ 'lines.csv': LINES, 'bad.csv': bad });
    const { files } = ledger;
    const inputs = ['--orders', files['orders.csv']!, '--settlements', files['lines.csv']!];
    await run(ledger, ...inputs, '--mapping', files['wrong.yaml']!);
    expect(await lastLine(ledger)).toEqual(['does not', 'Rejected rows: 2, Files not read: 1']);
    await run(ledger, '--settlements', files['lines.csv']!, '--mapping', files['right.yaml']!);
    expect(await lastLine(ledger)).toEqual(['agrees', 'written']);
    await run(ledger, '--settlements', files['bad.csv']!, '--mapping', files['right.yaml']!);
    const left = { 'left.yaml': mappingOf('paid').replace('{', '{ rows: { not: { paid: [2.5k] } },') };
    await run(ledger, '--settlements', files['bad.csv']!, '--mapping', writeFiles(ledger.dir, left)['left.yaml']!);
    expect(await lastLine(ledger)).toEqual(['does not', 'Rejected rows: 1']);
  });
});

describe('a file that cannot be read as a whole', () => {
  const utf16 = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(PLAIN_LINE, 'utf16le')]);
  const report = '{"report_id":"R-1","settlement_date":"2026-06-02","lines":[';
  const line =
    '{"transaction_reference":"SN-1","transaction_id":"P-1","type":"payment","amount_received":"9","currency":"XOF"}';
  it.each([
    ['empty.csv', '', 'HESABU_FILE_EMPTY', [0, 0, 0]],
    ['headless.csv', 'SN-1,P-1,payment\n', 'HESABU_HEADER_INVALID', [0, 0, 0]],
    ['list.json', '[{}]', 'HESABU_FILE_UNREADABLE', [1, 0, 1]],
    ['cut.json', `${report}${line},{"transaction_ref`, 'HESABU_FILE_UNREADABLE', [1, 0, 1]],
    ['longer.json', `${report}${line}]}]}`, 'HESABU_FILE_UNREADABLE', [1, 0, 1]],
  ] as const)('%s: is not read, and its fault is named', async (name, content, code, [rows, taken, rejected]) => {
    const ledger = given({ [name]: content });
    const { files } = ledger;
    const ran = await run(ledger, '--orders', files['orders.csv']!, '--settlements', files[name]!);
    expect([ran.code, ran.stderr]).toEqual([2, expect.stringMatching(new RegExp(`^${code}: [^\\n]+\\n$`))]);
    expect(ran.summary.files[1]).toMatchObject({
      name,
      read: false,
      refused: false,
      fault: code,
      rows,
      taken,
      rejected,
    });
    expect(ran.summary.time_stayed).toBe(true);
    expect(ran.rejects.map(({ file }) => file)).toEqual([name]);
    const again = await run(ledger, '--settlements', files[name]!);
    expect(again.summary.files[0]).toMatchObject({ read: false, refused: false });
  });

  it('is told by import as by reconcile, in text and JSON', async () => {
    const { dir, data, files } = given({ 'utf16.csv': utf16.subarray(0, 41), 'lines.csv': LINES });
    const args = ['import', '--orders', files['orders.csv']!, '--settlements', files['lines.csv']!, '--data', data];
    const json = await hesabu([
      ...args,
      '--mapping',
      files['wrong.yaml']!,
      '--format',
      'json',
      '--out',
      join(dir, 'out'),
    ]);
    expect(json.code).toBe(2);
    expect(JSON.parse(json.stdout).files).toEqual([
      expect.objectContaining({ name: 'orders.csv', read: true, rows: 2, accepted: 2, fault: null }),
      expect.objectContaining({ name: 'lines.csv', read: false, rows: 2, accepted: 0, rejected: 2, refused: false }),
    ]);
    const text = await hesabu([...args, '--mapping', files['wrong.yaml']!]);
    expect(text.code).toBe(2);
    expect(text.stdout).toMatch(/^orders\.csv +orders +taken before$/m);
    expect(text.stdout).toMatch(/^lines\.csv +settlements +2 +0 +2 +0 +not read$/m);
    expect(text.stdout).toMatch(/Rejected rows: 2, Files not read: 1\n$/);
  });
});

describe('a file that is read', () => {
  it('is one with a header and no rows', async () => {
    const ledger = given({ 'none.csv': PLAIN_LINE.split('\n')[0]! });
    const { files } = ledger;
    const { code, summary } = await run(ledger, '--orders', files['orders.csv']!, '--settlements', files['none.csv']!);
    expect([code, summary.as_of]).toEqual([0, '2026-06-20T12:00:00Z']);
    expect(summary.files.map(shown)).toEqual(['orders.csv read: 2 2 0 0', 'none.csv read: 0 0 0 0']);
  });

  it('ends with 0 though a part of its rows is rejected, which the last line counts', async () => {
    const ledger = given({ 'part.csv': `${PLAIN_LINE}SN-2,P-2,payment,9x,XOF,9,2026-06-03\n` });
    const { files } = ledger;
    const ran = await run(ledger, '--orders', files['orders.csv']!, '--settlements', files['part.csv']!);
    expect([ran.code, ran.summary.as_of]).toEqual([0, '2026-06-20T12:00:00Z']);
    expect(ran.stdout).toMatch(/\n\nRejected rows: 1\n$/);
  });

  it('is read anew as another kind, of another provider or account, and its known rows are redelivered', async () => {
    const ledger = given({ 'lines.csv': LINES, 'part.yaml': mappingOf('paid') });
    const { files } = ledger;
    const mapped = ['--settlements', files['lines.csv']!, '--mapping', files['right.yaml']!];
    expect((await run(ledger, ...mapped)).summary.files.map(shown)).toEqual(['lines.csv read: 2 2 0 0']);
    expect((await run(ledger, ...mapped, '--account', 'b')).summary.files.map(shown)).toEqual([
      'lines.csv read: 2 2 0 0',
    ]);
    // The same mapping in other words is the same reading.
    const same = ['--settlements', files['lines.csv']!, '--mapping', files['part.yaml']!];
    expect((await run(ledger, ...same)).summary.files.map(shown)).toEqual(['lines.csv read, taken before: 0 0 0 0']);
    const constant = writeFiles(ledger.dir, { 'more.yaml': mappingOf('paid').replace(' }\n', ', constants: {} }\n') });
    const more = ['--settlements', files['lines.csv']!, '--mapping', constant['more.yaml']!];
    expect((await run(ledger, ...more)).summary.files.map(shown)).toEqual(['lines.csv read, taken before: 0 0 0 0']);
    const other = writeFiles(ledger.dir, { 'other.yaml': mappingOf('paid').replace('fee_deduction: fee, ', '') });
    const corrected = ['--settlements', files['lines.csv']!, '--mapping', other['other.yaml']!];
    expect((await run(ledger, ...corrected)).summary.files.map(shown)).toEqual([expect.stringMatching(/^lines\.csv /)]);
  });
});
