// The benchmark's files: the same each time, each in its own order, and with the same counts in DuckDB.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import type { Batch } from '../../bench/batch.ts';
import { writeCopies } from '../../bench/cases/case-file.ts';
import { linearity, median, type Run, ratioTable } from '../../bench/figures.ts';
import { FILE_SETS } from '../../bench/file-sets.ts';
import { generate, generateExtraDay } from '../../bench/generate.ts';
import { generateShop } from '../../bench/shop/shop-files.ts';
import { EVIDENCE, evidenceOf } from '../../bench/shop/shop-sales.ts';
import { byTurns } from '../../bench/turns.ts';
import { WAVES } from '../../bench/waves.ts';
import { reconcile } from '../../src/app/reconcile.ts';

const dir = mkdtempSync(join(tmpdir(), 'hesabu-bench-'));
afterAll(() => rmSync(dir, { recursive: true }));

const KEYS = 4_000;
const batch = generate(KEYS, join(dir, 'one'));
const linesOf = (path: string) => readFileSync(path, 'utf8').trimEnd().split('\n');
const textsOf = (one: Batch) => [one.orders, one.callbacks, one.settlements, one.rules].map((path) => linesOf(path));
const referencesOf = (path: string) => linesOf(path).flatMap((line) => line.match(/MK\d-2026-\d{7}/)?.[0] ?? []);

describe('the generator', () => {
  it('writes the same bytes for the same number of keys', () => {
    expect(textsOf(generate(KEYS, join(dir, 'two')))).toEqual(textsOf(batch));
  });

  it('writes about three facts for each key, and breaks in three keys of a hundred', () => {
    const rows =
      linesOf(batch.orders).length - 1 + linesOf(batch.callbacks).length + linesOf(batch.settlements).length - 1;
    expect(batch.facts).toBe(rows);
    expect(Math.abs(batch.facts - 3 * KEYS)).toBeLessThan(KEYS / 20);
    const breaks = Object.values(batch.breaks);
    expect(Math.min(...breaks)).toBeGreaterThan(0);
    expect(Math.abs(breaks.reduce((sum, count) => sum + count, 0) - KEYS * 0.03)).toBeLessThan(KEYS / 100);
  });

  it('writes each file in another order', () => {
    const files = [batch.orders, batch.callbacks, batch.settlements].map((path) => referencesOf(path).slice(0, 500));
    const sorted = files.map((references) =>
      references.toSorted((left, right) => (left.slice(3) < right.slice(3) ? -1 : 1)),
    );
    expect(files[0]).toEqual(sorted[0]);
    expect(files[1]).not.toEqual(sorted[1]);
    expect(files[2]).not.toEqual(sorted[2]);
  });

  it('writes one more day with new sales, and refunds of old ones', () => {
    const extra = generateExtraDay(KEYS, 1_000, join(dir, 'extra'));
    const known = new Set(referencesOf(batch.orders));
    expect(referencesOf(extra.orders).filter((reference) => known.has(reference))).toEqual([]);
    const refunds = linesOf(extra.settlements).filter((line) => line.includes(',refund,'));
    expect(refunds.length).toBeGreaterThan(270);
    expect(refunds.every((line) => known.has(line.split(',')[0]!))).toBe(true);
  });
});

describe.each(Object.entries(FILE_SETS))('the files %s', (name, { generate: write, generateDay }) => {
  const folder = join(dir, name);
  const given = write(KEYS, join(folder, 'first'));
  const classes = { ...given.breaks, MATCHED: given.matched };

  it('are the same bytes each time', () => {
    expect(textsOf(write(KEYS, join(folder, 'again')))).toEqual(textsOf(given));
  });

  it('have the generated classes for DuckDB', () => {
    const program = fileURLToPath(new URL('../../bench/duckdb.ts', import.meta.url));
    const polls = given.polls === undefined ? [] : [given.polls];
    const files = [given.orders, given.callbacks, given.settlements, ...polls];
    const args = ['--disable-warning=ExperimentalWarning', program, ...files];
    const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
    expect(stderr).toBe('');
    expect(JSON.parse(stdout).classes).toEqual(classes);
  });

  it('have the generated classes for Hesabu, and one more day adds its own', async () => {
    const data = join(folder, 'data');
    const found = await reconciled(given, data);
    expect({ ...found.breaks, MATCHED: found.standing.matched }).toEqual(classes);
    const { orders, callbacks, polls, settlements } = found.facts;
    expect(orders + callbacks + polls + settlements).toBe(given.facts);
    const day = generateDay(KEYS, 500, join(folder, 'day'));
    const after = await reconciled(day, data);
    const names = [...Object.keys(given.breaks), ...Object.keys(day.breaks)];
    const sums = names.map((one) => [one, (given.breaks[one] ?? 0) + (day.breaks[one] ?? 0)] as const);
    expect(after.breaks).toEqual(Object.fromEntries(sums.filter(([, count]) => count > 0)));
  });
});

async function reconciled(one: Batch, data: string) {
  const files = { orders: [one.orders], callbacks: [one.callbacks], settlements: [one.settlements] };
  const polls = one.polls === undefined ? {} : { polls: [one.polls] };
  const account = one.account === undefined ? {} : { account: one.account };
  const { rules, asOf } = one;
  const about = { rules, asOf, data, provider: 'mfs-africa', lang: 'en' } as const;
  return (await reconcile({ ...files, ...polls, ...account, ...about })).summary;
}

describe('the files of the shop', () => {
  const shop = generateShop(KEYS, join(dir, 'shop-rows'));
  const orders = linesOf(shop.orders).length - 1;

  it('have polls for a third of the payments, and evidence out of the ordinary for eight in a hundred', () => {
    expect(Math.abs(linesOf(shop.polls!).length - KEYS / 3)).toBeLessThan(KEYS / 30);
    const odd = Array.from({ length: KEYS }, (_, number) => evidenceOf(number)).filter((one) => one !== 'plain');
    expect(Math.abs(odd.length - KEYS * 0.08)).toBeLessThan(KEYS / 100);
    expect(new Set(odd).size).toBe(Object.keys(EVIDENCE).length);
    expect(KEYS - orders).toBe(odd.filter((one) => one === 'no order').length);
  });
});

describe('sales in waves', () => {
  it('come in the order of their time, most of them in the evening, and in bursts of one merchant', () => {
    const [monday] = WAVES.days(20_000);
    const sales = Array.from({ length: monday!.count }, (_, number) => WAVES.saleOf(number, monday!));
    const hours = sales.map(({ placedAt }) => Math.floor((placedAt - sales[0]!.placedAt) / 3_600_000));
    const within = (from: number, to: number) => hours.filter((hour) => hour >= from && hour < to).length;
    expect(within(17, 21)).toBeGreaterThan(20 * within(1, 5));
    expect(new Set(sales.slice(0, 400).map(({ merchant }) => merchant)).size).toBe(1);
    expect(new Set(sales.slice(400, 800).map(({ merchant }) => merchant)).size).toBeGreaterThan(100);
  });
});

describe('copies of the files of a case', () => {
  const write = (name: string, text: string) => {
    writeFileSync(join(dir, name), text);
    return writeCopies(join(dir, name), join(dir, `copies-${name}`), 2);
  };
  const copies = (name: string) => linesOf(join(dir, `copies-${name}`));

  it('have references and ids of their own, and all else as it was', () => {
    const header = 'merchant,transaction_reference,amount,narration';
    expect(write('a.csv', `${header}\nm,A-1,5,"x, ""y"""\n`)).toBeUndefined();
    expect(copies('a.csv')).toEqual([header, 'm,A-1-0,5,"x, ""y"""', 'm,A-1-1,5,"x, ""y"""']);
    const body = '{"id":90071992547409930001,"data":{"transaction_id":"T\\"1","amount":5,"transaction_reference":""}}';
    expect(write('b.jsonl', `${body}\n`)).toBeUndefined();
    const [first, second] = ['000000', '000001'].map((digits, copy) => {
      return body.replace('0001,', `0001${digits},`).replace('T\\"1', `T\\"1-${copy}`);
    });
    expect(copies('b.jsonl')).toEqual([first, second]);
  });

  it.each([
    ['c.csv', 'Date;Reference\n1;2\n', 'a table without our columns'],
    ['d.csv', 'merchant,transaction_reference\n"a,b",R\n', 'a quote before an id'],
    ['e.jsonl', '{"reference":"R"}\n', 'a body without our members'],
    ['f.xlsx', 'PK', 'neither CSV nor JSONL'],
  ])('are not made of %s, which could not be told apart', (name, text, hindrance) => {
    expect(write(name, text)).toBe(hindrance);
  });
});

describe('turns', () => {
  it('run two programs the same number of times, each round in the other order', async () => {
    const order: string[] = [];
    const results = await byTurns(['a', 'b'], 3, async (program, round) => {
      order.push(program);
      return `${program}${round}`;
    });
    expect(order.join('')).toBe('abbaab');
    expect(results).toEqual([
      ['a0', 'a1', 'a2'],
      ['b0', 'b1', 'b2'],
    ]);
  });
});

describe('the figures', () => {
  it.each([
    [[3, 1, 2], 2],
    [[4, 1, 2, 3], 2.5],
    [[null, 7, null], 7],
    [[null], null],
  ] as const)('have %j as median %j', (values, expected) => {
    expect(median(values)).toBe(expected);
  });

  it('are ratios of medians where two programs run by turns', () => {
    const runs = [1, 2, 30].map((factor) => ({ keys: 100, reconcile_ms: factor * 100, cpu_ms: null }) as Run);
    const others = [4, 4, 4].map((factor) => ({ keys: 100, reconcile_ms: factor * 100, cpu_ms: 7 }) as unknown as Run);
    const lines = ratioTable([runs], [others]).split('\n').slice(3, 5);
    expect(lines.map((line) => /([\d.-]+) │$/.exec(line)?.[1])).toEqual(['0.500', '-']);
  });

  it('show how the cost of a fact grows', () => {
    const run = (keys: number, reconcile_ms: number) => ({ keys, facts: keys * 3, reconcile_ms }) as Run;
    expect(linearity([[run(100, 300)], [run(1_000, 3_300)]])).toEqual([
      'cost of a fact from 100 to 1,000 keys: +10.0 %',
    ]);
  });
});
