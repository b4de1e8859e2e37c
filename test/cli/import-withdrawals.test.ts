// Imports that are withdrawn or replaced, and reports that are issued again: what remains is what would be without the
// rows that no longer count.

import { describe, expect, it } from 'vitest';
import { listImports, showImport, withdrawImport } from '../../src/app/imports.ts';
import { importOnly, type ReconcileOptions, reconcile } from '../../src/app/reconcile.ts';
import { withReadOnlyLedger } from '../../src/engine/read-only-ledger.ts';
import { hesabu, writeFiles } from './cli-process.ts';
import { freshDirectory } from './commands/given-ledger.ts';

const AS_OF = '2026-06-05T00:00:00Z';
const ORDERS = [
  'merchant,transaction_reference,amount,currency,placed_at,status',
  ...['A', 'B', 'C', 'D'].map((name) => `duka-1,${name},1000.00,KES,2026-06-01T08:00:00Z,paid`),
  '',
].join('\n');
const CALLBACKS = ['A', 'B', 'C', 'D']
  .map((name) => ({
    ...{ id: `e-${name}`, event: 'payment.success', created_at: '2026-06-01T08:05:00Z' },
    data: { transaction_reference: name, transaction_id: `T-${name}`, amount: '1000.00', currency: 'KES' },
  }))
  .map((body) => `${JSON.stringify(body)}\n`)
  .join('');

const lineOf = (name: string, amount = '1000.00') => ({
  ...{ line_id: `L-${name}`, transaction_reference: name, transaction_id: `T-${name}`, type: 'payment' },
  ...{ amount_received: amount, currency: 'KES', fee_deduction: '15.00' },
});
const report = (issued_at: string | undefined, ...lines: readonly object[]) =>
  JSON.stringify({ report_id: 'R-7', issued_at, settlement_date: '2026-06-02', lines });
const csvOf = (...rows: readonly (readonly [string, string])[]) =>
  [
    'transaction_reference,transaction_id,type,amount_received,currency,fee_deduction,settlement_date,line_id',
    ...rows.map(([name, amount]) => `${name},T-${name},payment,${amount},KES,15.00,2026-06-02,L-${name}`),
    '',
  ].join('\n');

const base = writeFiles(freshDirectory(), { 'orders.csv': ORDERS, 'hooks.jsonl': CALLBACKS });
const BASE = { orders: [base['orders.csv']], callbacks: [base['hooks.jsonl']] };
const settlements = (...settled: readonly string[]): Input => ({ settlements: settled });

type Input = Pick<ReconcileOptions, 'orders' | 'callbacks' | 'settlements' | 'replaces' | 'statedAt'>;

const AT = { provider: 'mfs-africa', lang: 'en', asOf: AS_OF } as const;

class Runs {
  readonly data = freshDirectory();

  async run(input: Input) {
    const { summary, faults } = await reconcile({ ...AT, ...input, data: this.data });
    expect(faults).toEqual([]);
    return summary;
  }

  withdraw(id: number) {
    return withdrawImport(String(id), { data: this.data, why: 'the wrong file' });
  }

  async states() {
    return (await listImports(this)).map(({ id, state }) => `${id} ${state}`);
  }

  /** The root of what the ledger stands at. */
  root() {
    return withReadOnlyLedger(this.data, ({ executors }) => executors.ask({ query: 'outcomeRoot' }));
  }
}

/** The root of a new directory that gets these files only. */
async function rootOf(...inputs: readonly Input[]) {
  const runs = new Runs();
  for (const input of inputs) await runs.run(input);
  return runs.root();
}

describe('a report that is issued again', () => {
  const files = writeFiles(freshDirectory(), {
    'one.json': report('2026-06-02T10:00:00Z', lineOf('A'), lineOf('B', '900.00'), lineOf('C')),
    'two.json': report('2026-06-03T10:00:00Z', lineOf('A'), lineOf('B'), lineOf('D')),
    'two-b.json': report('2026-06-03T10:00:00Z', lineOf('C')),
  });
  const [one, two, twoB] = [files['one.json'], files['two.json'], files['two-b.json']];

  it('replaces the former version: lines gone or other count as never said, in either order', async () => {
    const expected = await rootOf(BASE, settlements(two));
    expect(await rootOf(BASE, settlements(one), settlements(two))).toBe(expected);
    expect(await rootOf(BASE, settlements(two), settlements(one))).toBe(expected);
    expect(await rootOf({ ...BASE, ...settlements(one, two) })).toBe(expected);
  });

  it('may come in two files of one time, which are parts of one version', async () => {
    const expected = await rootOf(BASE, settlements(two, twoB));
    expect(await rootOf(BASE, settlements(one), settlements(two), settlements(twoB))).toBe(expected);
  });

  it('stands again as it was where the new version is withdrawn', async () => {
    const runs = new Runs();
    await runs.run({ ...BASE, ...settlements(one) });
    const before = await runs.root();
    await runs.run(settlements(two));
    expect(await runs.root()).not.toBe(before);
    await runs.withdraw(4);
    expect(await runs.root()).toBe(before);
    await runs.withdraw(3);
    expect(await runs.root()).toBe(await rootOf(BASE));
  });
});

describe('a file that replaces another', () => {
  const files = writeFiles(freshDirectory(), {
    'wrong.csv': csvOf(['A', '1000.00'], ['B', '900.00'], ['C', '1000.00']),
    'right.csv': csvOf(['A', '1000.00'], ['B', '1000.00'], ['D', '1000.00']),
    'third.csv': csvOf(['A', '1000.00'], ['C', '1000.00']),
  });
  const [wrong, right, third] = [files['wrong.csv'], files['right.csv'], files['third.csv']];

  it.each([['3'], ['wrong.csv'], [wrong]])('is named by its number, name or path (%s)', async (name) => {
    const runs = new Runs();
    await runs.run({ ...BASE, ...settlements(wrong) });
    await runs.run({ ...settlements(right), replaces: [name] });
    expect(await runs.root()).toBe(await rootOf(BASE, settlements(right)));
  });

  it('lets the other stand again where it is withdrawn (settlements, orders, callbacks)', async () => {
    const changed = writeFiles(freshDirectory(), {
      'orders-2.csv': ORDERS.replaceAll('1000.00', '900.00'),
      'hooks-2.jsonl': CALLBACKS.replaceAll('1000.00', '900.00'),
    });
    const runs = new Runs();
    await runs.run({ ...BASE, ...settlements(wrong) });
    const before = await runs.root();
    for (const [input, id] of [
      [settlements(right), 4],
      [{ orders: [changed['orders-2.csv']] }, 6],
      [{ callbacks: [changed['hooks-2.jsonl']] }, 8],
    ] as const) {
      await runs.run({ ...input, replaces: [input.orders ? '1' : input.callbacks ? '2' : '3'] });
      expect(await runs.root()).not.toBe(before);
      await runs.withdraw(id);
      expect(await runs.root()).toBe(before);
    }
  });

  it('makes a line that differs a conflict where it replaces nothing', async () => {
    const runs = new Runs();
    await runs.run({ ...BASE, ...settlements(wrong) });
    expect((await runs.run(settlements(right))).breaks).toMatchObject({ CONFLICTING_EVIDENCE: 1 });
  });

  it('is replaced itself, and stands again when that is withdrawn', async () => {
    const runs = new Runs();
    await runs.run({ ...BASE, ...settlements(wrong) });
    await runs.run({ ...settlements(right), replaces: ['3'] });
    const before = await runs.root();
    await runs.run({ ...settlements(third), replaces: ['4'] });
    expect(await runs.root()).toBe(await rootOf(BASE, settlements(third)));
    await runs.withdraw(5);
    expect(await runs.root()).toBe(before);
    expect(await runs.states()).toEqual(['1 counts', '2 counts', '3 replaced', '4 counts', '5 withdrawn']);
  });
});

describe('a withdrawal', () => {
  const files = writeFiles(freshDirectory(), {
    'week-1.csv': csvOf(['A', '1000.00'], ['B', '1000.00']),
    'week-2.csv': csvOf(['B', '1000.00'], ['C', '1000.00']),
    'orders-2.csv': ORDERS.replace('A,1000.00', 'A,900.00'),
  });

  it('leaves what would be without it (reports that overlap, in one run or two; orders; callbacks) (B12)', async () => {
    const [week1, week2] = [files['week-1.csv'], files['week-2.csv']];
    const without2 = await rootOf(BASE, settlements(week1));
    for (const inputs of [[settlements(week1, week2)], [settlements(week1), settlements(week2)]]) {
      const runs = new Runs();
      await runs.run(BASE);
      for (const input of inputs) await runs.run(input);
      await runs.withdraw(4);
      expect(await runs.root()).toBe(without2);
    }
    const runs = new Runs();
    await runs.run(BASE);
    await runs.run({ orders: [files['orders-2.csv']] });
    await runs.withdraw(3);
    expect(await runs.root()).toBe(await rootOf(BASE));
    await runs.withdraw(2);
    expect(await runs.root()).toBe(await rootOf({ orders: BASE.orders }));
  });

  it('reaches rows without a reference under the key that they went to', async () => {
    const rows = csvOf(['A', '1000.00'], ['B', '900.00']).replaceAll(/^[AB],/gm, ',');
    const unnamed = writeFiles(freshDirectory(), { 'unnamed.csv': rows })['unnamed.csv'];
    for (const inputs of [
      [BASE, settlements(unnamed)],
      [settlements(unnamed), BASE],
    ]) {
      const runs = new Runs();
      for (const input of inputs) await runs.run(input);
      await runs.withdraw(inputs[0] === BASE ? 3 : 1);
      expect(await runs.root()).toBe(await rootOf(BASE));
    }
  });

  it('lets the file be imported again', async () => {
    const runs = new Runs();
    await runs.run(BASE);
    const before = await runs.root();
    await runs.withdraw(1);
    expect(await runs.root()).not.toBe(before);
    expect((await runs.run({ orders: [base['orders.csv']] })).facts).toMatchObject({ orders: 0, redelivered: 4 });
    expect(await runs.root()).toBe(before);
  });
});

describe('an order that goes back to what it was', () => {
  const again = writeFiles(freshDirectory(), { 'orders-2.csv': ORDERS.replaceAll(',1000.00', ',900.00') });
  const UNCHANGED = { SETTLEMENT_MISSING: 4 };
  const CHANGED = { ...UNCHANGED, AMOUNT_OVER: 4 };
  const [first, second] = [{ orders: BASE.orders }, { orders: [again['orders-2.csv']] }];

  it('does so where the very file of before is given again (A, B, A), and no file is refused for it', async () => {
    const runs = new Runs();
    await runs.run(BASE);
    expect((await runs.run(second)).breaks).toEqual(CHANGED);
    const last = await runs.run(first);
    expect(last.breaks).toEqual(UNCHANGED);
    expect(last.facts).toMatchObject({ orders: 0, redelivered: 4 });
    expect(await runs.states()).toEqual(['1 counts', '2 counts', '3 counts', '4 counts']);
    await runs.run(first);
    expect((await runs.states()).at(-1)).toBe('5 refused');
  });

  it('does not where all files are given again', async () => {
    const runs = new Runs();
    await runs.run(BASE);
    await runs.run(second);
    const both = await runs.run({ orders: [...first.orders, ...second.orders] });
    expect(both.breaks).toEqual(CHANGED);
    expect((await runs.states()).slice(-2)).toEqual(['4 refused', '5 refused']);
  });

  it('is as old as its file where that is said', async () => {
    const runs = new Runs();
    await runs.run({ ...second, callbacks: BASE.callbacks, statedAt: '2026-06-02T00:00:00Z' });
    expect((await runs.run({ ...first, statedAt: '2026-06-01T09:00:00Z' })).breaks).toEqual(CHANGED);
  });
});

describe('a mistake', () => {
  const unknown = { code: 'HESABU_NOT_FOUND' };
  const usage = { code: 'HESABU_USAGE' };
  const notATime = { code: 'HESABU_TIME_INVALID' };

  it('is told with its remedy, and changes nothing', async () => {
    const runs = new Runs();
    await runs.run(BASE);
    const { data } = runs;
    const before = await listImports({ data });
    const { orders } = BASE;
    const future = '2099-01-01T00:00:00Z';
    await expect(withdrawImport('9', { data, why: 'x' })).rejects.toMatchObject(unknown);
    await expect(withdrawImport('two', { data, why: 'x' })).rejects.toMatchObject(unknown);
    await expect(withdrawImport('1', { data, why: '  ' })).rejects.toMatchObject(usage);
    await expect(showImport('7', { data })).rejects.toMatchObject(unknown);
    await expect(runs.run({ orders, replaces: ['nothing.csv'] })).rejects.toMatchObject(unknown);
    await expect(runs.run({ orders, replaces: ['2'] })).rejects.toMatchObject(usage);
    await expect(runs.run({ orders, statedAt: future })).rejects.toMatchObject(notATime);
    await expect(runs.run({ orders, statedAt: 'yesterday' })).rejects.toMatchObject(notATime);
    await expect(importOnly({ ...AT, data, orders, statedAt: future })).rejects.toMatchObject(notATime);
    expect(await listImports({ data })).toEqual(before);
    await runs.withdraw(2);
    await expect(runs.withdraw(2)).rejects.toMatchObject(usage);
  });

  it('is one line of the command, which lists and withdraws otherwise', async () => {
    const runs = new Runs();
    await runs.run(BASE);
    const imports = (...args: string[]) => hesabu(['imports', ...args, '--data', runs.data]);
    const missing = await imports('withdraw', '1');
    expect([missing.code, missing.stderr]).toEqual([2, expect.stringMatching(/^HESABU_USAGE: [^\n]*--why[^\n]*\n$/)]);
    const done = await imports('withdraw', '1', '--why', 'of another shop');
    expect([done.code, done.stdout]).toEqual([0, expect.stringContaining('Import 1 is withdrawn')]);
    expect((await imports('list')).stdout).toMatch(/1 {2}orders\.csv .* withdrawn\n/);
    const traced = await hesabu(['trace', 'A', '--data', runs.data]);
    expect(traced.stdout).toContain('order: 1,000.00 KES, paid, withdrawn (of another shop)');
    expect(traced.stdout).toContain('withdrawn: what import 1 said of order:A, of another shop');
    expect((await imports('show', '1', '--lang', 'zh-CN')).stdout).toContain('撤回原因：of another shop');
  });
});
