// Orders of several merchants in whole runs: one payment for the parts, and what each merchant gets of it.
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { hesabu, readCsv, readSummary, writeFiles } from './cli-process.ts';
import { freshDirectory } from './commands/given-ledger.ts';

const ORDERS = `merchant,transaction_reference,amount,currency,placed_at,status,status_at,parent
plaza,W-1,100.00,KES,2026-06-01T08:00:00Z,,,
beads,W-1-a,60.00,KES,2026-06-01T08:00:00Z,,,W-1
baskets,W-1-b,40.00,KES,2026-06-01T08:00:00Z,STATUS,STATUS_AT,W-1
beads,X-1,10.00,KES,2026-06-01T08:00:00Z,,,X-1
`;
const PAID = { transaction_reference: 'W-1', transaction_id: 'T1', amount: '100.00', currency: 'KES' };
const EVENT = { id: 'e1', event: 'payment.success', created_at: '2026-06-01T08:05:00Z' };
const CALLBACK = `${JSON.stringify({ ...EVENT, data: PAID })}\n`;
const LINES = [
  'transaction_reference,transaction_id,type,amount_received,currency,fee_deduction,settlement_date,' +
    'original_transaction_id',
  'W-1,T1,payment,100.00,KES,1.55,2026-06-02,',
  '',
].join('\n');
const REFUND = 'W-1-b,R1,refund,-40.00,KES,,2026-06-03,T1\n';
const RULES = 'commissions: [{ percent: "10" }, { merchant: baskets, percent: "5", min: "3" }]\n';

const SENT_BACK = { ...PAID, transaction_id: 'R1', original_transaction_id: 'T1', amount: '40.00' };
const FAILED = ['refund.success', 'refund.failed']
  .map((event, at) => {
    const created_at = `2026-06-0${at + 3}T08:00:00Z`;
    return `${JSON.stringify({ id: `r${at}`, event, created_at, data: SENT_BACK })}\n`;
  })
  .join('');

/** `later`: the orders come in a second run. */
async function run(status: string, lines: string, callbacks = '', when: 'at once' | 'later' = 'at once') {
  const dir = freshDirectory();
  const [out, data] = [join(dir, 'out'), join(dir, 'books')];
  const orders = ORDERS.replace('STATUS,STATUS_AT', status);
  const files = writeFiles(dir, {
    'orders.csv': orders,
    'callbacks.jsonl': CALLBACK + callbacks,
    'lines.csv': lines,
    'rules.yaml': RULES,
  });
  const ordered = ['--orders', files['orders.csv']!];
  const paid = ['--callbacks', files['callbacks.jsonl']!, '--settlements', files['lines.csv']!];
  const inputs = when === 'later' ? ordered : [...ordered, ...paid];
  if (when === 'later') {
    const first = ['--rules', files['rules.yaml']!, '--data', data, '--out', out, '--as-of', '2026-06-01T08:10:00Z'];
    expect((await hesabu(['reconcile', ...paid, ...first])).code).toBe(0);
  }
  const more = ['--rules', files['rules.yaml']!, '--data', data, '--out', out, '--as-of', '2026-06-08T00:00:00Z'];
  const { code, stdout, stderr } = await hesabu(['reconcile', ...inputs, ...more]);
  expect([code, stderr]).toEqual([0, '']);
  const shares = readCsv(join(out, 'shares.csv'));
  return { out, data, stdout, shares, breaks: readCsv(join(out, 'breaks.csv')), summary: readSummary(out) };
}

const ROW = { parent: 'W-1', currency: 'KES', settled: 'yes', settlement_date: '2026-06-02', returned: '0.00' };
const BEADS = {
  ...ROW,
  merchant: 'beads',
  transaction_reference: 'W-1-a',
  gross: '60.00',
  commission: '6.00',
  provider_fee: '0.93',
  net: '53.07',
};
const BASKETS = { ...ROW, merchant: 'baskets', transaction_reference: 'W-1-b', gross: '40.00' };

describe('one payment for the parts of several merchants', () => {
  test('is split by merchant with the agreed commission and its part of the fee', async () => {
    const { shares, summary, stdout, data, out } = await run(',', LINES);
    expect(shares).toEqual([{ ...BASKETS, commission: '3.00', provider_fee: '0.62', net: '36.38' }, BEADS]);
    expect(summary).toMatchObject({ keys: 3, standing: { matched: 3 }, breaks: {}, facts: { rejected: 1 } });
    expect(summary).toMatchObject({
      shares: [
        { merchant: 'baskets', currency: 'KES', shares: 1, settled: 1, gross: '40.00', net: '36.38' },
        { merchant: 'beads', currency: 'KES', commission: '6.00', provider_fee: '0.93', net: '53.07' },
      ],
    });
    expect(stdout).toContain('Shares of merchants');
    expect(readCsv(join(out, 'rejects.csv'))).toMatchObject([{ line: '5', field: 'parent' }]);
    const report = await hesabu(['report', '--data', data, '--out', join(data, '..', 'report'), '--lang', 'zh-CN']);
    expect([report.code, report.stdout]).toEqual([0, expect.stringContaining('shares.csv')]);
    expect(readCsv(join(data, '..', 'report', 'shares.csv'))).toEqual(shares);
    for (const reference of ['W-1', 'W-1-a']) {
      const traced = await hesabu(['trace', reference, '--data', data]);
      expect([traced.code, traced.stderr]).toEqual([0, '']);
    }
  });

  test('leaves a part that was cancelled after it to be given back, and then without a share', async () => {
    const cancelled = 'cancelled,2026-06-01T10:00:00Z';
    const kept = await run(cancelled, LINES);
    expect(kept.breaks).toMatchObject([
      { merchant: 'baskets', transaction_reference: 'W-1-b', reason: 'CANCELLED_BUT_PAID', observed: '40.00' },
    ]);
    const back = await run(cancelled, LINES + REFUND);
    expect(back.breaks).toEqual([]);
    const none = { returned: '40.00', commission: '0.00', provider_fee: '0.62', net: '-0.62' };
    expect(back.shares).toEqual([{ ...BASKETS, ...none }, BEADS]);
  });

  test('keeps the shares of all where a refund of one part failed', async () => {
    const { shares, breaks } = await run(',', LINES, FAILED);
    expect(breaks).toMatchObject([{ transaction_reference: 'W-1', reason: 'REFUND_FAILED', expected: '40.00' }]);
    expect(shares).toEqual([{ ...BASKETS, commission: '3.00', provider_fee: '0.62', net: '36.38' }, BEADS]);
  });

  test('is split before its settlement without fee and net, also where the parts come after it', async () => {
    const [before, after] = [await run(',', LINES.split('\n')[0]!), await run(',', LINES, '', 'later')];
    const open = { provider_fee: '', net: '', settled: 'no', settlement_date: '' };
    expect(before.shares).toEqual([
      { ...BASKETS, commission: '3.00', ...open },
      { ...BEADS, ...open },
    ]);
    expect(after.shares).toEqual((await run(',', LINES)).shares);
    expect(after.breaks).toEqual([]);
  });

  test('loses no cent of a fee that its parts do not divide', async () => {
    const odd = LINES.replace('1.55', '0.01');
    const { shares } = await run(',', odd);
    expect(shares.map(({ provider_fee }) => provider_fee)).toEqual(['0.00', '0.01']);
    const cents = (name: 'net' | 'commission' | 'provider_fee') =>
      shares.reduce((sum, row) => sum + Math.round(Number(row[name]) * 100), 0);
    expect(cents('net') + cents('commission') + cents('provider_fee')).toBe(10_000);
  });
});

describe('money without an order', () => {
  const TYPED = CALLBACK.replaceAll('e1', 'e2')
    .replace('"W-1"', '"w-1-a"')
    .replace('T1', 'T2')
    .replace('100.00', '60.00');

  test('is not said to be for a part that was paid with its whole', async () => {
    const of = async (callbacks: string) => {
      const dir = freshDirectory();
      const files = writeFiles(dir, {
        'orders.csv': ORDERS.replace('STATUS,STATUS_AT', ','),
        'callbacks.jsonl': callbacks,
      });
      const inputs = ['--orders', files['orders.csv']!, '--callbacks', files['callbacks.jsonl']!];
      const out = join(dir, 'out');
      const more = ['--data', join(dir, 'books'), '--out', out, '--as-of', '2026-06-01T10:00:00Z'];
      expect((await hesabu(['reconcile', ...inputs, ...more])).code).toBe(0);
      return readCsv(join(out, 'breaks.csv')).find(({ reason }) => reason === 'ORDER_MISSING')!.message;
    };
    expect(await of(TYPED)).toContain('W-1-a');
    expect(await of(CALLBACK + TYPED)).not.toContain('W-1-a');
  });
});

describe('hesabu trace', () => {
  test('of a whole without an order of its own names its parts, and of a part its whole', async () => {
    const dir = freshDirectory();
    const orders = ORDERS.split('\n').filter((row) => !row.startsWith('plaza') && !row.includes('X-1'));
    const files = writeFiles(dir, {
      'orders.csv': orders.join('\n').replace('STATUS,STATUS_AT', ','),
      'callbacks.jsonl': CALLBACK.replace('"W-1"', '"W-1-a"').replace('100.00', '90.00'),
    });
    const data = join(dir, 'books');
    const inputs = ['--orders', files['orders.csv']!, '--callbacks', files['callbacks.jsonl']!];
    await hesabu(['reconcile', ...inputs, '--data', data, '--as-of', '2026-06-08T00:00:00Z']);
    const whole = await hesabu(['trace', 'W-1', '--data', data]);
    expect([whole.code, whole.stderr]).toEqual([0, '']);
    expect(whole.stdout).toMatch(/parts owed +W-1-a, W-1-b/);
    expect(whole.stdout).toContain('only 90.00 KES was paid');
    const part = await hesabu(['trace', 'W-1-a', '--data', data, '--lang', 'zh-CN']);
    expect([part.code, part.stderr]).toEqual([0, '']);
    expect(part.stdout).toMatch(/所属整单 +W-1 /);
    expect(part.stdout).toContain('状态：未匹配');
  });
});
