// The contract of `hesabu reconcile`: its reports with one example of each reason, its exit codes, its help, and a fast
// first result.

import { existsSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { areKeysEven, isFileEven, isMoneyEven } from '../../src/app/reports/summary.ts';
import { isBreak, isOpening, REASON_CODES, REASONS, type ReasonCode } from '../../src/domain/reasons.ts';
import { hesabu, type ProcessResult, readCsv, readSummary, writeFiles } from './cli-process.ts';
import { freshDirectory } from './commands/given-ledger.ts';
import { AS_OF, csvOf, givenFiles, linesOf, REASONS_GIVEN, webhookBody } from './given-reasons.ts';

const { rows, files, INPUT_ARGS } = givenFiles();
const ARGS = ['reconcile', ...INPUT_ARGS, '--rules', files['rules.yaml'], '--as-of', AS_OF];
const OUTCOME_ROOT = /^[0-9a-f]{64}$/;

describe('the reports', () => {
  const out = join(freshDirectory(), 'out');
  let result: ProcessResult;
  let breaks: Record<string, string>[];
  beforeAll(async () => {
    result = await hesabu([...ARGS, '--out', out]);
    breaks = readCsv(join(out, 'breaks.csv'));
  });

  it('are four files, each written whole', () => {
    expect([result.code, result.stderr]).toEqual([0, '']);
    for (const name of ['summary.json', 'breaks.csv', 'rejects.csv', 'report.xlsx']) {
      expect(statSync(join(out, name)).size).toBeGreaterThan(20);
    }
    expect(readFileSync(join(out, 'report.xlsx')).subarray(0, 2).toString()).toBe('PK');
  });

  it('summary.json has its members, and its sums add up', () => {
    const summary = readSummary(out);
    expect(summary).toMatchObject({
      as_of: '2026-03-19T16:00:00Z',
      facts: { orders: 26, callbacks: 33, polls: 2, settlements: 26, redelivered: 0, rejected: 0 },
      keys: 27,
      standing: { matched: 2, pending: 0, unmatched: 25, closed: 0 },
      notices: { SETTLEMENT_LATE: 1 },
      ledger_entries: 56,
    });
    expect(summary.outcome_root).toMatch(OUTCOME_ROOT);
    expect(summary.elapsed_ms).toBeGreaterThan(0);
    expect(Object.values(summary.breaks).reduce((sum, count) => sum + count, 0)).toBe(breaks.length - 1);
    expect([summary.files.every(isFileEven), areKeysEven(summary)]).toEqual([true, true]);
    expect(Object.keys(summary.money)).toEqual(['GHS', 'KES', 'UGX']);
    expect(Object.values(summary.money).every(isMoneyEven)).toBe(true);
    expect(summary.money.GHS).toEqual({ received: '2000.00', matched: '0.00', open: '2000.00', returned: '0.00' });
  });

  it('breaks.csv has the columns of the contract', () => {
    expect(readFileSync(join(out, 'breaks.csv'), 'utf8').split('\n')[0]).toBe(
      'merchant,provider,transaction_reference,stage,kind,reason,expected,observed,difference,currency,opened_at,' +
        'entry_id,message',
    );
    expect(readFileSync(join(out, 'rejects.csv'), 'utf8')).toBe('file,line,field,code,message\n');
  });

  it.each<[ReasonCode, string]>([
    ['AMOUNT_OVER', '1000.00|1000.01|0.01|KES|2026-03-02T08:05:00Z'],
    ['AMOUNT_UNDER', '1000.00|900.00|-100.00|KES|2026-03-02T08:05:00Z'],
    ['CANCELLED_BUT_PAID', '0.00|1000.00|1000.00|KES|2026-03-05T10:00:00Z'],
    ['CHARGEBACK_OPEN', '0.00|1000.00|1000.00|KES|2026-03-02T08:05:00Z'],
    ['CONFLICTING_EVIDENCE', 'fee: 2.00 KES|fee: 1.00 KES|||2026-03-02T08:05:00Z'],
    ['CURRENCY_MISMATCH', 'KES|UGX||UGX|2026-03-02T08:05:00Z'],
    ['DUPLICATE_PAYMENT', '1000.00|2000.00|1000.00|KES|2026-03-02T08:07:00Z'],
    ['DUPLICATE_SETTLEMENT', '1000.00|2000.00|1000.00|KES|2026-03-03T16:00:00Z'],
    ['FEE_MISSING', '15.00|0.00|-15.00|GHS|2026-03-02T16:00:00Z'],
    ['FEE_VARIANCE', '15.00|16.00|1.00|GHS|2026-03-02T16:00:00Z'],
    ['FX_RATE_DELTA', '7.70|8.00|0.30|USD|2026-03-02T16:00:00Z'],
    ['ORDER_MISSING', '0.00|1000.00|1000.00|KES|2026-03-02T08:20:00Z'],
    ['PAID_AFTER_CANCEL', '0.00|1000.00|1000.00|KES|2026-03-02T08:05:00Z'],
    ['PAYMENT_INCONCLUSIVE', '|inconclusive||KES|2026-03-05T08:06:00Z'],
    ['PAYMENT_MISSING', '1000.00|0.00|-1000.00|KES|2026-03-03T08:00:00Z'],
    ['REFUND_EXCEEDS_PAYMENT', '1000.00|1200.00|200.00|KES|2026-03-02T08:05:00Z'],
    ['REFUND_FAILED', '300.00|0.00|-300.00|KES|2026-03-02T10:00:00Z'],
    ['REFUND_UNLINKED', '0.00|10.00|10.00|KES|2026-03-02T16:00:00Z'],
    ['REVERSAL_NOT_SETTLED', '100.00|0.00|-100.00|KES|2026-03-04T16:00:00Z'],
    ['SETTLED_NOT_PAID', '0.00|1000.00|1000.00|KES|2026-03-02T16:00:00Z'],
    ['SETTLEMENT_AMOUNT', '1000.00|990.00|-10.00|KES|2026-03-02T16:00:00Z'],
    ['SETTLEMENT_CURRENCY', 'KES|UGX||UGX|2026-03-02T16:00:00Z'],
    ['SETTLEMENT_LATE', '2026-03-03|2026-03-09||KES|2026-03-08T16:00:00Z'],
    ['SETTLEMENT_MISSING', '1000.00|0.00|-1000.00|KES|2026-03-03T16:00:00Z'],
    ['STATUS_CONFLICT', 'failed|succeeded||KES|2026-03-02T08:06:00Z'],
    ['UNCLASSIFIED', '|payment.blessed|||2026-03-02T08:05:00Z'],
  ])('breaks.csv has %s', (reason, values) => {
    const row = breaks.find((one) => one.reason === reason && one.transaction_reference === reason)!;
    const { expected, observed, difference, currency, opened_at } = row;
    expect([expected, observed, difference, currency, opened_at].join('|')).toBe(values);
    expect(row.stage).toBe(REASONS[reason].stage);
    expect(row.kind).toBe(isBreak(reason) ? REASONS[reason].kind : 'notice');
    expect(row.merchant).toBe(reason === 'ORDER_MISSING' ? '' : 'duka');
    expect(row.provider).toBe('mfs-africa');
    expect(row.entry_id).toMatch(/^\d+-\d+-\d+$/);
    expect(row.message!.length).toBeGreaterThan(60);
  });

  it('and these are all reasons except those that close a key, need several shops, or need people', () => {
    expect(REASON_CODES.filter((reason) => isOpening(reason) && REASONS[reason].stage !== 'payout').sort()).toEqual(
      [...REASONS_GIVEN, 'FOREIGN_ACCOUNT', 'PAYMENT_SHARED', 'REFERENCE_SHARED'].sort(),
    );
    expect(breaks.filter(({ transaction_reference }) => transaction_reference === 'AGREES')).toEqual([]);
  });

  it('are in Chinese if that is chosen', async () => {
    const zh = join(freshDirectory(), 'zh');
    await hesabu([...ARGS, '--out', zh, '--lang', 'zh-CN']);
    for (const { message } of readCsv(join(zh, 'breaks.csv'))) expect(message).toMatch(/[\u4e00-\u9fff]{6}/);
    expect(readSummary(zh).outcome_root).toBe(readSummary(out).outcome_root);
  });

  it('are in French if that is chosen, with all figures the same', async () => {
    const fr = join(freshDirectory(), 'fr');
    const { stdout } = await hesabu([...ARGS, '--out', fr, '--lang', 'fr']);
    expect(stdout).toMatch(/^Arrêté au \d\d\/\d\d\/2026 /);
    expect(stdout).toMatch(/\nAucun --data n’a été donné\u00a0: le grand livre n’a servi qu’à cette exécution\.\n/);
    const french = readCsv(join(fr, 'breaks.csv'));
    for (const { message } of french) expect(message).toMatch(/, mais .*\u202f; en général, .*\u202f; .*\.$/);
    const figures = (rows: typeof french) => rows.map(({ message, ...figures }) => figures);
    expect(figures(french)).toEqual(figures(readCsv(join(out, 'breaks.csv'))));
  });
});

describe('the exit code', () => {
  const good = { orders: 'orders', callbacks: 'callbacks', settlements: 'settlements' };
  const only = (reference: string) => {
    const dir = freshDirectory();
    const of = (list: readonly Readonly<Record<string, string>>[]) =>
      list.filter((row) => row.transaction_reference === reference);
    const paths = writeFiles(dir, {
      [good.orders]: csvOf(of(rows.orders)),
      [good.callbacks]: linesOf(of(rows.callbacks).map(webhookBody)),
      [good.settlements]: csvOf(of(rows.settlements)),
    });
    const inputs = Object.entries(paths).flatMap(([kind, path]) => [`--${kind}`, path]);
    return ['reconcile', ...inputs, '--rules', files['rules.yaml'], '--as-of', AS_OF];
  };

  it.each([
    ['AMOUNT_UNDER', [], 0],
    ['AMOUNT_UNDER', ['--fail-on-breaks'], 1],
    ['AGREES', ['--fail-on-breaks'], 0],
    ['SETTLEMENT_LATE', ['--fail-on-breaks'], 0],
  ])('of %s with %j is %i', async (reference, options, code) => {
    const result = await hesabu([...only(reference), ...options, '--format', 'json']);
    expect([result.code, result.stderr]).toEqual([code, '']);
    expect(JSON.parse(result.stdout)).toMatchObject({ keys: 1, facts: { orders: 1, callbacks: 1, settlements: 1 } });
  });

  it.each<[string, readonly string[], string]>([
    ['no input', ['reconcile'], 'HESABU_USAGE'],
    ['an unknown option', [...ARGS, '--sideways'], 'HESABU_USAGE'],
    ['an unknown command', ['reconsile'], 'HESABU_USAGE'],
    ['an unknown format', [...ARGS, '--format', 'xml'], 'HESABU_USAGE'],
    ['an unknown language', [...ARGS, '--lang', 'tlh'], 'HESABU_USAGE'],
    ['French where there is no report', ['trace', 'A-1', '--data', 'books', '--lang', 'fr'], 'HESABU_USAGE'],
    ['an option without its value', ['reconcile', '--orders'], 'HESABU_USAGE'],
    ['a time without a zone', [...ARGS, '--as-of', '2026-03-20'], 'HESABU_TIME_INVALID'],
    ['invalid rules', [...ARGS, '--rules', files['orders.csv']], 'HESABU_RULES_INVALID'],
    ['rules that are missing', [...ARGS, '--rules', join(freshDirectory(), 'none.yaml')], 'HESABU_FILE_MISSING'],
    ['an invalid mapping', [...ARGS, '--mapping', files['rules.yaml']], 'HESABU_MAPPING_INVALID'],
  ])('of %s is 2, with one line', async (_, args, code) => {
    const data = join(freshDirectory(), 'data');
    const result = await hesabu(
      args[0] === 'reconcile' ? [...args, ...(args.length > 2 ? ['--data', data] : [])] : args,
    );
    expect([result.code, result.stdout]).toEqual([2, '']);
    expect(result.stderr).toMatch(new RegExp(`^${code}: [^\\n]*\\n$`));
    expect(result.stderr).not.toMatch(/\.\. |zone. of the file/);
    expect(existsSync(data)).toBe(false);
  });
});

describe('help', () => {
  it('lists every command with an example', async () => {
    const overview = await hesabu(['--help']);
    expect(overview.code).toBe(0);
    const names = [...overview.stdout.matchAll(/^ {2}([a-z]+) .*\[options\]/gm)].map((match) => match[1]!);
    expect(names).toEqual(expect.arrayContaining(['reconcile', 'import', 'trace', 'report', 'replay', 'verify']));
    for (const name of names) {
      const help = await hesabu([name, '--help']);
      expect([name, help.code, help.stderr]).toEqual([name, 0, '']);
      expect(help.stdout).toContain(`Example:\n  hesabu ${name}`);
      for (const option of ['--format', '--lang']) expect(help.stdout).toContain(option);
    }
  });
});

describe('the first answer', () => {
  it('is right at 5,000 payments', async () => {
    const dir = freshDirectory();
    mkdirSync(join(dir, 'in'));
    const numbers = Array.from({ length: 5_000 }, (_, number) => `P-${number}`);
    const of = (part: keyof typeof rows) => rows[part].find((row) => row.transaction_reference === 'AGREES')!;
    const named = (part: keyof typeof rows) =>
      numbers.map((name) => {
        const ids = { transaction_reference: name, transaction_id: `T-${name}` };
        return part === 'orders' ? { ...of(part), transaction_reference: name } : { ...of(part), ...ids };
      });
    const many = writeFiles(join(dir, 'in'), {
      'orders.csv': csvOf(named('orders')),
      'callbacks.jsonl': linesOf(named('callbacks').map((row, at) => webhookBody({ ...row, id: `cb-${at}` }))),
      'settlements.csv': csvOf(named('settlements')),
    });
    const inputs = ['--orders', many['orders.csv'], '--callbacks', many['callbacks.jsonl']];
    const args = ['reconcile', ...inputs, '--settlements', many['settlements.csv'], '--as-of', AS_OF];
    const result = await hesabu([...args, '--data', join(dir, 'data'), '--format', 'json']);
    expect(JSON.parse(result.stdout)).toMatchObject({ keys: 5_000, standing: { matched: 5_000 } });
  });
});
