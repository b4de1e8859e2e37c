// An order that its shop exports again with other contents: the latest statement holds.

import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { hesabu, readCsv, readSummary, writeFiles } from './cli-process.ts';
import { freshDirectory } from './commands/given-ledger.ts';

const AS_OF = '2026-06-01T20:00:00Z';
const HEADER = 'merchant,transaction_reference,amount,currency,placed_at,status';

const order = (reference: string, amount: string, ...more: readonly string[]) =>
  [`duka-1,${reference},${amount},KES,2026-06-01T08:00:00+03:00`, ...(more.length === 0 ? ['paid'] : more)].join();
const csv = (rows: readonly string[], header = HEADER) => [header, ...rows, ''].join('\n');
const paid = (reference: string, amount: string) =>
  JSON.stringify({
    ...{ id: `e-${reference}`, event: 'payment.success', created_at: '2026-06-01T18:05:00+03:00' },
    data: { transaction_reference: reference, transaction_id: `T-${reference}`, amount, currency: 'KES' },
  });

/** Runs on one directory, one after the other, each with these files. */
async function runs(...inputs: readonly (readonly string[])[]) {
  const [data, out] = [freshDirectory(), freshDirectory()];
  for (const input of inputs) {
    const { code, stderr } = await hesabu(['reconcile', ...input, '--as-of', AS_OF, '--data', data, '--out', out]);
    expect([code, stderr]).toEqual([0, '']);
  }
  return { summary: readSummary(out), breaks: readCsv(join(out, 'breaks.csv')) };
}

describe('an order whose total changed (less, more, and more still)', () => {
  const before = csv([order('OE-1', '3000.00'), order('OE-2', '1000.00'), order('OE-3', '5000.00')]);
  const after = csv([order('OE-1', '2500.00'), order('OE-2', '1200.00'), order('OE-3', '5300.00')]);
  const files = writeFiles(freshDirectory(), {
    'before.csv': before,
    'after.csv': after,
    'again.csv': `${before}\n`,
    'hooks.jsonl': [paid('OE-1', '2500.00'), paid('OE-2', '1200.00'), paid('OE-3', '5300.00'), ''].join('\n'),
  });

  it('matches by what was exported last', async () => {
    const { summary, breaks } = await runs(
      ['--orders', files['before.csv']],
      ['--orders', files['after.csv'], '--callbacks', files['hooks.jsonl']],
    );
    expect([summary.breaks, breaks]).toEqual([{}, []]);
  });

  it('has its first total again where that is exported again (A, B, A)', async () => {
    const { summary } = await runs(
      ['--orders', files['before.csv'], '--callbacks', files['hooks.jsonl']],
      ['--orders', files['after.csv']],
      ['--orders', files['again.csv']],
    );
    expect(summary.breaks).toEqual({ AMOUNT_OVER: 2, AMOUNT_UNDER: 1 });
    expect(summary.facts).toMatchObject({ orders: 0, redelivered: 3 });
  });

  it('conflicts where two files of one run say so, and names both totals', async () => {
    const { breaks } = await runs(['--orders', files['before.csv'], files['after.csv']]);
    expect(breaks.map(({ reason }) => reason)).toEqual(Array(3).fill('CONFLICTING_EVIDENCE'));
    const [first] = breaks;
    expect([first!.expected, first!.observed].sort()).toEqual(['amount: 2500.00 KES', 'amount: 3000.00 KES']);
  });
});

it('an order with updated_at holds as it was changed last, in whatever order its exports come', async () => {
  const header = `${HEADER},updated_at`;
  const files = writeFiles(freshDirectory(), {
    'new.csv': csv([order('U-1', '2500.00', 'paid', '2026-06-01T12:00:00Z')], header),
    'old.csv': csv([order('U-1', '3000.00', 'paid', '2026-06-01T09:00:00+03:00')], header),
    'hooks.jsonl': `${paid('U-1', '2500.00')}\n`,
  });
  const hooks = ['--callbacks', files['hooks.jsonl']];
  const roots = new Set<string>();
  for (const [first, second] of [
    ['new.csv', 'old.csv'],
    ['old.csv', 'new.csv'],
  ] as const) {
    const apart = await runs(['--orders', files[first], ...hooks], ['--orders', files[second]]);
    const together = await runs(['--orders', files[first], files[second], ...hooks]);
    for (const { summary } of [apart, together]) {
      expect(summary.breaks).toEqual({});
      roots.add(summary.outcome_root);
    }
  }
  expect(roots.size).toBe(1);
});
