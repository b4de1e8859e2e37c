// Files of several accounts: which account each names, and what the reports say of one that speaks for another shop.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { hesabu, readCsv, readSummary, writeFiles } from './cli-process.ts';
import { freshDirectory } from './commands/given-ledger.ts';

const FILES = {
  'orders.csv': `merchant,transaction_reference,amount,currency,placed_at
shop-a,A-1,500.00,KES,2026-03-02T08:00:00Z
shop-b,B-1,700.00,KES,2026-03-02T08:00:00Z
`,
  'hooks.jsonl': ['A-1 500.00', 'B-1 700.00']
    .map((row) => row.split(' ') as [string, string])
    .map(([reference, amount]) => {
      const data = { transaction_reference: reference, transaction_id: `T-${reference}`, amount, currency: 'KES' };
      const event = { id: reference, event: 'payment.success', created_at: '2026-03-02T08:05:00Z' };
      return `${JSON.stringify({ ...event, data })}\n`;
    })
    .join(''),
  'rules.yaml': 'accounts: { mfs-africa/a: [shop-a], mfs-africa/b: [shop-b] }\n',
  'mapping.yaml': 'callbacks: { account: b }\n',
};
let dir: string;
let files: Record<keyof typeof FILES, string>;

beforeEach(() => {
  dir = freshDirectory();
  files = writeFiles(dir, FILES);
});

const reconcile = (...args: string[]) =>
  hesabu([
    ...['reconcile', '--orders', files['orders.csv'], '--callbacks', files['hooks.jsonl']],
    ...['--rules', files['rules.yaml'], '--as-of', '2026-03-02T09:00:00Z', '--out', join(dir, 'out'), ...args],
  ]);
const breaksOf = (out: string) =>
  readCsv(join(dir, out, 'breaks.csv')).map(({ merchant, transaction_reference, reason, observed }) => {
    return `${merchant} ${transaction_reference} ${reason} ${observed}`;
  });

test('what account a says of an order of shop-b is told, and counts for nothing', async () => {
  expect(await reconcile('--account', 'a', '--data', join(dir, 'books'))).toMatchObject({ code: 0, stderr: '' });
  expect(breaksOf('out')).toEqual(['shop-b B-1 FOREIGN_ACCOUNT mfs-africa/a']);
  const summary = readSummary(join(dir, 'out'));
  expect(summary.money).toEqual({ KES: expect.objectContaining({ received: '500.00' }) });
  expect(summary.breaks).toEqual({ FOREIGN_ACCOUNT: 1 });
  const [row] = readCsv(join(dir, 'out', 'breaks.csv'));
  expect(row).toMatchObject({ stage: 'payment', kind: 'unmatched', expected: 'shop-b', difference: '', currency: '' });
  expect(row?.message).toBe(
    'Only accounts of shop-b should report on this order, but the account mfs-africa/a did, and what it said was not ' +
      'counted; usually a wrong reference or a secret in wrong hands, or an account whose merchants are not listed ' +
      'in full; find out why it did; correct the merchants of the account only if it does take payments of this ' +
      'merchant.',
  );
  const traced = await hesabu(['trace', 'B-1', '--data', join(dir, 'books')]);
  expect(traced.stdout).toContain('account mfs-africa/a');
  const again = await hesabu(['replay', '--data', join(dir, 'books')]);
  expect(again).toMatchObject({ code: 0, stderr: '' });
});

test('two shops with one order number are told, and their payments are not merged', async () => {
  const rows = ['A', 'B'].map((shop) => `shop-${shop},1001,${shop === 'A' ? 500 : 700}.00,KES,2026-03-02T08:00:00Z`);
  const paid = ['A', 'B'].map((shop) => {
    const data = { transaction_reference: '1001', transaction_id: `T-${shop}`, currency: 'KES' };
    const event = { id: shop, event: 'payment.success', created_at: '2026-03-02T08:05:00Z' };
    return JSON.stringify({ ...event, data: { ...data, amount: shop === 'A' ? '500.00' : '700.00' } });
  });
  const head = 'merchant,transaction_reference,amount,currency,placed_at';
  writeFiles(dir, { 'orders.csv': [head, ...rows, ''].join('\n'), 'hooks.jsonl': `${paid.join('\n')}\n` });
  expect(await reconcile('--account', 'a')).toMatchObject({ code: 0, stderr: '' });
  const breaks = readCsv(join(dir, 'out', 'breaks.csv'));
  expect(breaks.map(({ reason, expected, observed }) => [reason, expected, observed])).toEqual([
    ['REFERENCE_SHARED', 'shop-A', 'shop-B'],
    ['FOREIGN_ACCOUNT', 'shop-A, shop-B', 'mfs-africa/a'],
  ]);
  expect(breaks[0]?.message).not.toContain('refund');
});

test('a rules file without accounts keeps those in force', async () => {
  const kept = ['--account', 'a', '--data', join(dir, 'books')];
  expect(await reconcile(...kept)).toMatchObject({ code: 0 });
  writeFiles(dir, { 'rules.yaml': 'zone: Africa/Nairobi\n' });
  expect(await reconcile(...kept)).toMatchObject({ code: 0 });
  expect(breaksOf('out')).toEqual(['shop-b B-1 FOREIGN_ACCOUNT mfs-africa/a']);
  writeFiles(dir, { 'rules.yaml': 'accounts: {}\n' });
  expect(await reconcile(...kept)).toMatchObject({ code: 0 });
  expect(breaksOf('out')).toEqual([]);
});

test('the mapping names the account too', async () => {
  expect(await reconcile('--mapping', files['mapping.yaml'])).toMatchObject({ code: 0 });
  expect(breaksOf('out')).toEqual(['shop-a A-1 FOREIGN_ACCOUNT mfs-africa/b']);
});

test('among several accounts none is guessed, and nothing is imported', async () => {
  const { code, stderr } = await reconcile('--data', join(dir, 'books'));
  expect(code).toBe(2);
  expect(stderr).toMatch(/^HESABU_ACCOUNT_UNKNOWN: --account: .* a, b, found nothing/);
});

test('an account that is not listed speaks for nobody once any is', async () => {
  expect(await reconcile('--account', 'c')).toMatchObject({ code: 0, stderr: '' });
  const foreign = ['shop-a A-1', 'shop-b B-1'].map((order) => `${order} FOREIGN_ACCOUNT mfs-africa/c`);
  expect(breaksOf('out').sort()).toEqual(foreign);
  expect(readSummary(join(dir, 'out')).standing).toMatchObject({ matched: 0 });
  // So does one of a provider that is not listed at all: it must be named.
  expect((await reconcile('--provider', 'other')).stderr).toMatch(/^HESABU_ACCOUNT_UNKNOWN: .*none of them is listed/);
});

test('the only account of the rules is the one that is meant', async () => {
  writeFiles(dir, { 'rules.yaml': 'accounts: { mfs-africa/a: [shop-a] }\n' });
  expect(await reconcile()).toMatchObject({ code: 0 });
  expect(breaksOf('out')).toEqual(['shop-b B-1 FOREIGN_ACCOUNT mfs-africa/a']);
  expect(
    readFileSync(join(dir, 'out', 'rejects.csv'), 'utf8')
      .trim()
      .split('\n'),
  ).toHaveLength(1);
});
