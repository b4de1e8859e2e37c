// The commands that read a ledger, as a shell sees them: their output and their exit codes.

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { MAIN } from '../../program.ts';
import { copyOf, forgeBatch, freshDirectory, payloadAt, replaced } from './given-ledger.ts';
import { type GivenPayments, givenPayments } from './given-payments.ts';

let given: GivenPayments;

beforeAll(async () => {
  given = await givenPayments();
});

function hesabu(...args: string[]) {
  const flags = ['--disable-warning=ExperimentalWarning', MAIN, ...args];
  const { status, stdout, stderr } = spawnSync(process.execPath, flags, { encoding: 'utf8' });
  return { status, stdout, stderr };
}

describe('trace', () => {
  it('prints a trace as text or data, and exits with 2 if there is none', () => {
    const { status, stdout } = hesabu('trace', 'QK1', '--data', given.data, '--format', 'json');
    expect([status, JSON.parse(stdout).story.key]).toEqual([0, 'ORDER-1']);
    expect(hesabu('trace', 'TXN-2', '--data', given.data).stdout).toMatch(/^ORDER-2 {2}duka, mfs-africa\nStanding: /);
    const missing = hesabu('trace', 'TXN-9', '--data', given.data);
    expect([missing.status, missing.stdout]).toEqual([2, '']);
    expect(missing.stderr).toMatch(/^HESABU_NOT_FOUND: TXN-9: [^\n]+\n$/);
  });
});

describe('replay', () => {
  it('prints the result and exits with 0', () => {
    const { status, stdout } = hesabu('replay', '--data', given.data, '--format', 'json');
    const { outcome_root, ledger_entries } = given.summaries[1]!;
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ replayed: true, entries: ledger_entries, facts: 17, outcome_root });
    const text = hesabu('replay', '--data', given.data).stdout.split('\n');
    expect(text[0]).toBe('Replayed from the facts: every block is byte for byte as stored.');
    expect(text[1]).toMatch(/^\d+ blocks, \d+ entries, 17 facts: \d+\.\d s, [\d,]+ facts\/s$/);
    expect(text[2]).toBe(`Outcome root: ${outcome_root} (the same from nothing as from the stored snapshots)`);
  });

  it('exits with 3 and one line if the ledger differs from its facts', () => {
    const data = copyOf(given.data);
    const place = { topic: 'rules.v1', partition: 0, first: 0 };
    forgeBatch(data, place, replaced(payloadAt(data, place), 'PT24H', 'PT25H'));
    const { status, stdout, stderr } = hesabu('replay', '--data', data);
    expect([status, stdout]).toEqual([3, '']);
    expect(stderr).toMatch(/^HESABU_LEDGER_TAMPERED: rules\.v1: [^\n]+\n$/);
  });

  it('prints as data what other rules would have changed', () => {
    const rules = join(given.dir, 'rules.yaml');
    const { status, stdout } = hesabu('replay', '--data', given.data, '--rules', rules, '--format', 'json');
    const { as_of, keys_changed, rules: hashes } = JSON.parse(stdout);
    expect([status, as_of, keys_changed]).toEqual([0, '2026-06-02T20:00:00Z', 0]);
    expect(hashes.before).toBe(hashes.after);
  });
});

describe('report and import', () => {
  it('print the names of the reports, and the rows of the files', () => {
    const out = join(freshDirectory(), 'new', 'out');
    const reported = hesabu('report', '--data', given.data, '--out', out, '--lang', 'zh-CN');
    expect([reported.status, reported.stdout.trimEnd().split('\n').at(-1)]).toEqual([
      0,
      `已写入 ${out}：summary.json, breaks.csv, payouts.csv, matched.csv, report.xlsx`,
    ]);
    const orders = join(given.dir, 'orders.csv');
    const data = join(freshDirectory(), 'data');
    const taken = hesabu('import', '--orders', orders, '--data', data);
    expect(
      taken.stdout
        .split('\n')
        .slice(0, 2)
        .map((line) => line.split(/ {2,}/)),
    ).toEqual([
      ['File', 'Kind', 'Rows', 'Accepted', 'Rejected', 'Left out'],
      ['orders.csv', 'orders', '7', '7', '0', '0'],
    ]);
    const statement = fileURLToPath(new URL('../../fixtures/exports/mpesa-statement.csv', import.meta.url));
    const left = hesabu('import', '--provider', 'mpesa', '--settlements', statement, '--data', data);
    expect(left.stdout.split('\n')[1]!.split(/ {2,}/).slice(1)).toEqual(['settlements', '10', '8', '0', '2']);
    const again = hesabu('import', '--orders', orders, '--data', data, '--format', 'json');
    expect([again.status, JSON.parse(again.stdout)]).toEqual([
      0,
      {
        files: [
          {
            ...{ name: 'orders.csv', kind: 'orders', read: true, refused: true, fault: null },
            ...{ rows: 0, accepted: 0, rejected: 0, left_out: 0, sums: {}, fees: {} },
          },
        ],
      },
    ]);
  });
});
