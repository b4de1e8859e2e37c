// Risk signals in reports and traces: shown if there are any, and never part of matching.

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { beforeAll, describe, expect, it } from 'vitest';
import { type ReconcileResult, reconcile } from '../../../src/app/reconcile.ts';
import { report } from '../../../src/app/report.ts';
import { summaryText } from '../../../src/app/reports/summary-text.ts';
import { traceName } from '../../../src/app/trace/trace.ts';
import { traceJson } from '../../../src/app/trace/trace-json.ts';
import { traceText } from '../../../src/app/trace/trace-text.ts';
import { openWorkbook } from '../../app/reports/written-workbook.ts';
import { freshDirectory } from './given-ledger.ts';

const RISK = 'risk: { same_device: 3, same_phone: 3, near_threshold: "10" }\n';
const REVIEW = 'review: { threshold: { KES: "1000" } }\n';
const HEADER = 'merchant,transaction_reference,amount,currency,placed_at,msisdn,country,device_id\n';
// Three orders from one device, with one phone in three notations; one with a foreign phone.
const ORDERS = [
  'duka,R1,950.00,KES,2026-06-01T08:00:00Z,+254712345678,KE,tablet',
  'duka,R2,10.00,KES,2026-06-01T08:10:00Z,254712345678,KE,tablet',
  'duka,R3,10.00,KES,2026-06-01T08:20:00Z,0712 345 678,KE,tablet',
  'duka,R4,10.00,KES,2026-06-01T08:30:00Z,+256701234567,KE,',
  'soko,R5,10.00,KES,2026-06-01T08:40:00Z,+254712345678,KE,tablet',
  // Long before the others: outside the window of the rules.
  'duka,R6,950.00,KES,2026-05-01T08:00:00Z,,,',
];

async function run(rules: string, data: string, out?: string): Promise<ReconcileResult> {
  const dir = freshDirectory();
  const [orders, path] = [join(dir, 'orders.csv'), join(dir, 'rules.yaml')];
  writeFileSync(orders, `${HEADER}${ORDERS.join('\n')}\n`);
  writeFileSync(path, rules);
  const options = { provider: 'mfs-africa', rules: path, asOf: '2026-06-02T00:00:00Z', lang: 'en' as const };
  return reconcile({ ...options, orders: [orders], data, ...(out === undefined ? {} : { out }) });
}

const plain = new PassThrough();

describe('signals of risk', () => {
  let data: string;
  let out: string;
  let result: ReconcileResult;

  beforeAll(async () => {
    [data, out] = [freshDirectory(), freshDirectory()];
    result = await run(RISK + REVIEW, data, out);
  });

  const rowsOf = (dir: string) => readFileSync(join(dir, 'risk.csv'), 'utf8').trimEnd().split('\n');

  it('are in risk.csv, one in each row', () => {
    const [header, ...rows] = rowsOf(out);
    expect(header).toBe('merchant,transaction_reference,signal,count,threshold,window,first_at,message');
    const begin = rows.map((row) => row.split(',').slice(0, 7).join(','));
    expect(begin).toEqual([
      'duka,R1,SAME_DEVICE,3,3,PT24H,2026-06-01T08:00:00Z',
      'duka,R1,SAME_PHONE,3,3,PT24H,2026-06-01T08:00:00Z',
      'duka,R1,NEAR_THRESHOLD,,1000 KES,,2026-06-01T08:00:00Z',
      'duka,R2,SAME_DEVICE,3,3,PT24H,2026-06-01T08:00:00Z',
      'duka,R2,SAME_PHONE,3,3,PT24H,2026-06-01T08:00:00Z',
      'duka,R3,SAME_DEVICE,3,3,PT24H,2026-06-01T08:00:00Z',
      'duka,R3,SAME_PHONE,3,3,PT24H,2026-06-01T08:00:00Z',
      'duka,R4,PHONE_COUNTRY,,KE,,2026-06-01T08:30:00Z',
    ]);
    expect(rows[0]).toContain(',3 orders of this shop came from the same device within 1 day; the limit is 3.');
  });

  it('are counted in the summary and shown in the text', () => {
    const counts = { SAME_DEVICE: 3, SAME_PHONE: 3, PHONE_COUNTRY: 1, NEAR_THRESHOLD: 1 };
    expect(result.summary.risk).toEqual(counts);
    expect(JSON.parse(readFileSync(join(out, 'summary.json'), 'utf8')).risk).toEqual(counts);
    const text = summaryText(result.summary, { lang: 'en', zone: 'UTC', target: plain });
    expect(text).toMatch(/Risk signals\n.*Signal.*Orders/);
    expect(text).toMatch(/PHONE_COUNTRY +Phone from another country +1\n/);
  });

  it('have a sheet of their own, in Chinese too', async () => {
    const chinese = freshDirectory();
    const { files } = await report({ data, out: chinese, lang: 'zh-CN' });
    expect(files).toContain('risk.csv');
    const workbook = await openWorkbook(join(chinese, 'report.xlsx'));
    const sheet = workbook.getWorksheet('风险')!;
    expect(sheet.rowCount).toBe(9);
    expect(sheet.getCell('H9').value).toBe('PHONE_COUNTRY');
    expect(sheet.getCell('G9').value).toBe('手机号归属 UG，而订单或其运营商属于 KE。');
    expect(rowsOf(chinese)).toHaveLength(9);
  });

  it('are in the trace of their order, however old it is', async () => {
    const trace = await traceName(data, 'R6');
    expect(trace.story!.risk.map(({ signal }) => signal)).toEqual(['NEAR_THRESHOLD']);
    expect(traceJson(trace, 'en')).toMatchObject({
      story: { risk: [{ signal: 'NEAR_THRESHOLD', observed: '950.00 KES', since: '2026-05-01T08:00:00Z' }] },
    });
    expect(traceText(trace, { lang: 'en', target: plain, all: false })).toContain(
      'NEAR_THRESHOLD (Just below the review threshold)\n    The amount, 950.00 KES, is just below',
    );
    expect((await traceName(data, 'R5')).story!.risk).toEqual([]);
  });

  it('change no match: with other risk rules the outcome root is the same', async () => {
    const other = await run(REVIEW, freshDirectory());
    expect(other.summary.outcome_root).toBe(result.summary.outcome_root);
    expect(other.summary.breaks).toEqual(result.summary.breaks);
    expect(other.summary).not.toHaveProperty('risk');
  });

  it('leave no file if there are none, not even one of an earlier run', async () => {
    const quiet = freshDirectory();
    writeFileSync(join(quiet, 'risk.csv'), 'of an earlier run\n');
    const { summary } = await run(
      'review: {}\nrisk: { operators: {}, same_device: 9, same_phone: 9 }\n',
      freshDirectory(),
      quiet,
    );
    expect(summary.risk).toEqual({ PHONE_COUNTRY: 1 });
    const none = await run('risk: { keep: PT1H }\n', freshDirectory(), quiet);
    expect(none.summary).not.toHaveProperty('risk');
    expect(readdirSync(quiet)).not.toContain('risk.csv');
  });
});
