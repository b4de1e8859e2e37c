// Reports of a ledger as it stands, read again; and files that are imported first and reconciled later.

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { beforeAll, describe, expect, it } from 'vitest';
import { importOnly, reconcile } from '../../../src/app/reconcile.ts';
import { report } from '../../../src/app/report.ts';
import type { Summary } from '../../../src/app/reports/summary.ts';
import { summaryText } from '../../../src/app/reports/summary-text.ts';
import { readMatchGroup } from '../../../src/matching/assess.ts';
import { compileRules, DEFAULT_RULES } from '../../../src/matching/rules.ts';
import { transactionOf } from '../../../src/projections/transactions.ts';
import { openWorkbook } from '../../app/reports/written-workbook.ts';
import { freshDirectory } from './given-ledger.ts';
import { type GivenPayments, givenPayments, hashOfDirectory } from './given-payments.ts';

let given: GivenPayments;
let out: string;
let summary: Summary;

beforeAll(async () => {
  given = await givenPayments();
  out = freshDirectory();
  const before = hashOfDirectory(given.data);
  ({ summary } = await report({ data: given.data, out, lang: 'zh-CN' }));
  // Reading a ledger does not change it.
  expect(hashOfDirectory(given.data)).toBe(before);
});

const linesOf = (name: string) => readFileSync(join(out, name), 'utf8').trimEnd().split('\n');

describe('a report', () => {
  it('has the sums of the last run, with the facts of all runs', () => {
    const [first, second] = given.summaries as [Summary, Summary];
    for (const name of ['as_of', 'keys', 'standing', 'breaks', 'money', 'ledger_entries', 'outcome_root'] as const) {
      expect(summary[name]).toEqual(second[name]);
    }
    const facts = Object.keys(first.facts).map((name) => {
      const kind = name as keyof Summary['facts'];
      return [kind, (first.facts[kind] ?? 0) + (second.facts[kind] ?? 0)];
    });
    expect(summary.facts).toEqual(Object.fromEntries(facts));
    expect(summary.facts).toEqual({ orders: 7, callbacks: 5, polls: 1, settlements: 3, redelivered: 1, rejected: 0 });
    expect(JSON.parse(linesOf('summary.json').join('\n'))).toEqual(summary);
  });

  it('lists the matched payments and no others', () => {
    expect(readdirSync(out).sort()).toEqual([
      'breaks.csv',
      'matched.csv',
      'payouts.csv',
      'report.xlsx',
      'summary.json',
    ]);
    const [header, ...rows] = linesOf('matched.csv');
    expect(header).toBe(
      'merchant,provider,transaction_reference,order_amount,paid,returned,settled,fee,currency,paid_at,settled_on',
    );
    expect(rows.sort()).toEqual([
      'duka,mfs-africa,ORDER-1,1000.00,1000.00,,1000.00,15.00,KES,2026-06-01T08:05:00Z,2026-06-02',
      'duka,mfs-africa,ORDER-2,1000.00,1000.00,,1000.00,15.00,KES,2026-06-01T08:05:00Z,2026-06-02',
    ]);
    expect(linesOf('breaks.csv').length - 1).toBe(Object.values(summary.breaks).reduce((sum, count) => sum + count, 0));
  });

  it('is a workbook that opens, in Chinese', async () => {
    const workbook = await openWorkbook(join(out, 'report.xlsx'));
    expect(workbook.worksheets.map(({ name }) => name)).toEqual(['汇总', '差异', '按商户', '按支付服务商', '已匹配']);
    const matched = workbook.getWorksheet('已匹配')!;
    expect(matched.rowCount).toBe(4);
    const cells = (matched.getRow(2).values as unknown[]).slice(3, 9);
    expect(cells).toEqual(['ORDER-1', 1000, 1000, null, 1000, 15].map((cell) => cell ?? undefined));
    expect(matched.getCell('D2').numFmt).toBe('#,##0.00');
    expect(matched.views[0]).toMatchObject({ state: 'frozen', ySplit: 1 });
  });

  it('is the same from several threads', async () => {
    const other = freshDirectory();
    const threaded = await report({ data: given.data, out: other, lang: 'en', threads: 2 });
    expect(threaded.summary.outcome_root).toBe(summary.outcome_root);
    expect(threaded.summary.facts).toEqual(summary.facts);
    expect(readFileSync(join(other, 'matched.csv'), 'utf8')).toBe(readFileSync(join(out, 'matched.csv'), 'utf8'));
  });

  it('needs a reconciled ledger', async () => {
    const missing = report({ data: freshDirectory(), out, lang: 'en' });
    await expect(missing).rejects.toThrow(/^HESABU_FILE_MISSING: /);
  });
});

describe('a matched row', () => {
  it('has empty cells for values that no source reported', () => {
    const row = transactionOf('K', 'm', 'p', readMatchGroup({ claims: [] }, compileRules(DEFAULT_RULES)));
    expect(row).toEqual({
      ...{ merchant: 'm', provider: 'p', transaction_reference: 'K', order_amount: null, paid: null, returned: null },
      ...{ settled: null, fee: null, currency: null, paid_at: null, settled_on: null },
    });
  });
});

describe('import', () => {
  const options = { provider: 'mfs-africa', lang: 'en' } as const;

  it('imports files that the next reconcile reconciles, once', async () => {
    const dir = freshDirectory();
    const data = join(dir, 'data');
    const [orders, callbacks] = [[join(given.dir, 'orders.csv')], [join(given.dir, 'hooks.jsonl')]];
    const [first] = await importOnly({ ...options, data, orders, out: join(dir, 'out') });
    expect([first!.record.status, first!.record.rows, first!.record.rejected]).toEqual(['done', 7, 0]);
    expect(readFileSync(join(dir, 'out', 'rejects.csv'), 'utf8')).toBe('file,line,field,code,message\n');
    const [again] = await importOnly({ ...options, data, orders, out: join(dir, 'out') });
    expect(again!.record.status).toBe('refused');
    expect(readFileSync(join(dir, 'out', 'rejects.csv'), 'utf8')).toMatch(/\norders\.csv,,,HESABU_FILE_SEEN,/);
    await expect(report({ data, out: dir, lang: 'en' })).rejects.toThrow(/^HESABU_USAGE: .* reconciled at least once/);
    const files = { callbacks, rules: join(given.dir, 'rules.yaml'), asOf: '2026-06-01T20:00:00Z' };
    const { summary: later } = await reconcile({ ...options, data, ...files });
    const [together] = given.summaries;
    expect([later.outcome_root, later.keys]).toEqual([together!.outcome_root, together!.keys]);
  });

  it('leaves a report that does not say that everything agrees', async () => {
    const dir = freshDirectory();
    const data = join(dir, 'data');
    const write = (name: string, reference: string) => {
      const header = 'merchant,transaction_reference,amount,currency,placed_at';
      writeFileSync(join(dir, name), `${header}\nduka,${reference},10.00,KES,2026-06-01T08:00:00Z\n`);
      return [join(dir, name)];
    };
    await reconcile({ ...options, data, orders: write('first.csv', 'W-1'), asOf: '2026-06-01T09:00:00Z' });
    await importOnly({ ...options, data, orders: write('second.csv', 'W-2') });
    const { summary: made } = await report({ data, out: dir, lang: 'en' });
    expect(made.waiting).toBe(1);
    const text = (lang: 'en' | 'zh-CN') => summaryText(made, { lang, zone: 'UTC', target: new PassThrough() });
    expect(text('en')).toContain('No breaks so far, facts that the ledger has not read yet: 1');
    expect(text('en') + text('zh-CN')).not.toMatch(/Everything agrees|全部一致/);
  });

  it('needs a file', async () => {
    const nothing = importOnly({ ...options, data: join(freshDirectory(), 'data') });
    await expect(nothing).rejects.toThrow(/^HESABU_USAGE: .*at least one of --orders/);
  });
});
