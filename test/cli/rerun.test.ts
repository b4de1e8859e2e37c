// The way in which rows come to `hesabu reconcile` makes no difference: again, in other files, orders, formats and
// runs, under other names. Known rows are recognised, and only new ones are added.

import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { type ReconcileOptions, reconcile } from '../../src/app/reconcile.ts';
import type { Summary } from '../../src/app/reports/summary.ts';
import { hesabu, readCsv, readRejects, writeFiles } from './cli-process.ts';
import { freshDirectory } from './commands/given-ledger.ts';
import { AS_OF, csvOf, givenFiles, jsonlOf, linesOf, webhookBody } from './given-reasons.ts';

const { rows, files, INPUTS, INPUT_ARGS } = givenFiles();
const ARGS = ['reconcile', ...INPUT_ARGS, '--rules', files['rules.yaml'], '--as-of', AS_OF];
const hooks = rows.callbacks.map(webhookBody);

/** Runs in this process, by default with a ledger of its own. */
async function run(options: Partial<ReconcileOptions> = INPUTS): Promise<Summary> {
  const common = { provider: 'mfs-africa', lang: 'en', rules: files['rules.yaml'], asOf: AS_OF } as const;
  const { summary, faults } = await reconcile({ ...common, ...options });
  expect(faults).toEqual([]);
  return summary;
}

let whole: Summary;
beforeAll(async () => {
  whole = await run();
});

describe('a second run', () => {
  it('of the same files and time changes nothing, and lists the files as seen', async () => {
    const dir = freshDirectory();
    const [data, out] = [join(dir, 'data'), join(dir, 'out')];
    await run({ ...INPUTS, data });
    const again = await run({ ...INPUTS, data, out });
    expect([again.outcome_root, again.ledger_entries]).toEqual([whole.outcome_root, whole.ledger_entries]);
    expect(again.facts).toEqual({ orders: 0, callbacks: 0, polls: 0, settlements: 0, redelivered: 0, rejected: 0 });
    expect(again.files.every(({ refused }) => refused)).toBe(true);
    expect(readRejects(out)).toEqual(
      ['callbacks.jsonl', 'orders.csv', 'polls.jsonl', 'settlements.csv'].map((name) => `${name}   HESABU_FILE_SEEN`),
    );
  });

  it('of a file under another name, or twice at once, is refused too (B12)', async () => {
    const dir = freshDirectory();
    const { twin } = writeFiles(dir, { twin: csvOf(rows.orders) });
    const out = join(dir, 'out');
    const summary = await run({ ...INPUTS, orders: [files['orders.csv'], twin], out });
    expect([summary.outcome_root, summary.facts.orders, summary.facts.redelivered]).toEqual([
      whole.outcome_root,
      rows.orders.length,
      0,
    ]);
    expect(readRejects(out)).toEqual(['twin   HESABU_FILE_SEEN']);
  });

  it('of a file with one new and one changed row adds those two, and recognises the others (B12)', async () => {
    const data = join(freshDirectory(), 'data');
    await run({ ...INPUTS, data });
    const grown = rows.settlements.map((row) =>
      row.transaction_reference === 'SETTLEMENT_AMOUNT' ? { ...row, amount_received: '10.00' } : row,
    );
    const late = { transaction_reference: 'SETTLEMENT_MISSING', transaction_id: 'T-SETTLEMENT_MISSING' };
    const more = {
      ...late,
      type: 'payment',
      amount_received: '1000.00',
      currency: 'KES',
      settlement_date: '2026-03-03',
    };
    const { grown: path } = writeFiles(freshDirectory(), { grown: csvOf([...grown, more]) });
    const { facts, breaks, keys, ledger_entries } = await run({ settlements: [path], data });
    expect(facts).toMatchObject({ settlements: 2, redelivered: rows.settlements.length - 1, rejected: 0 });
    expect(keys).toBe(whole.keys);
    // 990.00 and 10.00 are parts that add up, and the missing line has come. Both supersede the earlier findings.
    expect([breaks.SETTLEMENT_AMOUNT, breaks.SETTLEMENT_MISSING]).toEqual([undefined, undefined]);
    expect(ledger_entries).toBe(whole.ledger_entries + 2);
  });

  it('as of an earlier time is refused before anything is imported', async () => {
    const data = join(freshDirectory(), 'data');
    await run({ orders: INPUTS.orders, data });
    const earlier = await hesabu([...ARGS, '--as-of', '2026-03-19T23:59:59+08:00', '--data', data]);
    expect([earlier.code, earlier.stdout]).toEqual([2, '']);
    expect(earlier.stderr).toMatch(/^HESABU_AS_OF_EARLIER: --as-of: .* expected 2026-03-19T16:00:00Z or later.*\n$/);
    expect((await run({ ...INPUTS, data })).facts).toMatchObject({ orders: 0, callbacks: rows.callbacks.length });
  });
});

describe('the same rows', () => {
  const rootOf = async (options: Partial<ReconcileOptions>) => (await run(options)).outcome_root;
  const parted = (part: number) => {
    const of = <Row>(list: readonly Row[]) => list.filter((_, at) => (at * 7) % 3 === part);
    const dir = freshDirectory();
    const paths = writeFiles(dir, {
      'o.csv': csvOf(of(rows.orders).toReversed()),
      'c.jsonl': linesOf(of(hooks).toReversed()),
      'p.jsonl': jsonlOf(of(rows.polls)),
      's.csv': csvOf(of(rows.settlements).toReversed()),
    });
    const rest = of(rows.polls).length === 0 ? {} : { polls: [paths['p.jsonl']] };
    return { orders: [paths['o.csv']], callbacks: [paths['c.jsonl']], settlements: [paths['s.csv']], ...rest };
  };

  it('in several files, in any order, or in several runs give the same outcome', async () => {
    const parts = [2, 0, 1].map(parted);
    const merged = Object.fromEntries(
      (['orders', 'callbacks', 'polls', 'settlements'] as const).map((kind) => [
        kind,
        parts.flatMap((part) => ('polls' in part || kind !== 'polls' ? ((part as typeof INPUTS)[kind] ?? []) : [])),
      ]),
    );
    expect(await rootOf(merged)).toBe(whole.outcome_root);
    const data = join(freshDirectory(), 'data');
    const roots: string[] = [];
    for (const part of parts) roots.push(await rootOf({ ...part, data }));
    expect(roots.at(-1)).toBe(whole.outcome_root);
    expect(new Set(roots).size).toBe(3);
    // One kind of file after the other, settlements first: everything is missing until its file comes.
    const slow = join(freshDirectory(), 'data');
    let last = '';
    for (const kind of ['settlements', 'polls', 'callbacks', 'orders'] as const) {
      last = await rootOf({ [kind]: INPUTS[kind], data: slow });
    }
    expect(last).toBe(whole.outcome_root);
  });

  it('as JSONL for CSV, and as CSV for JSONL, give the same outcome', async () => {
    const filled = (list: readonly Readonly<Record<string, string>>[]) =>
      list.map((row) => Object.fromEntries(Object.entries(row).filter(([, value]) => value !== '')));
    const other = writeFiles(freshDirectory(), {
      'orders.jsonl': jsonlOf(filled(rows.orders)),
      'callbacks.csv': csvOf(rows.callbacks),
      'polls.csv': csvOf(rows.polls),
      'settlements.jsonl': jsonlOf(filled(rows.settlements)),
    });
    const summary = await run({
      orders: [other['orders.jsonl']],
      callbacks: [other['callbacks.csv']],
      polls: [other['polls.csv']],
      settlements: [other['settlements.jsonl']],
    });
    expect(summary.facts).toEqual(whole.facts);
    expect(summary.outcome_root).toBe(whole.outcome_root);
  });

  it('under other column names, with a mapping, give the same outcome', async () => {
    const text = csvOf(rows.orders).replaceAll(',', ';').replace('merchant;', 'Shop;').replace('amount;', 'Total due;');
    const named = writeFiles(freshDirectory(), {
      'theirs.csv': text.replace(';currency;', ';Money;'),
      'mapping.yaml': 'orders: { separator: ";", columns: { merchant: Shop, amount: "Total due", currency: Money } }\n',
    });
    const args = ['--orders', named['theirs.csv'], '--mapping', named['mapping.yaml'], '--format', 'json'];
    const rest = INPUT_ARGS.slice(2);
    const result = await hesabu(['reconcile', ...rest, '--rules', files['rules.yaml'], '--as-of', AS_OF, ...args]);
    expect([result.code, result.stderr]).toEqual([0, '']);
    expect(JSON.parse(result.stdout)).toMatchObject({ facts: whole.facts, outcome_root: whole.outcome_root });
  });

  it('of another provider are reported under its name, without a fee schedule', async () => {
    const out = join(freshDirectory(), 'out');
    await run({ ...INPUTS, provider: 'paystack', out });
    const breaks = readCsv(join(out, 'breaks.csv'));
    expect(new Set(breaks.map(({ provider }) => provider))).toEqual(new Set(['paystack']));
    expect(breaks.filter(({ reason }) => reason!.startsWith('FEE_'))).toEqual([]);
  });

  it('without --data leave nothing behind and say so', async () => {
    const result = await hesabu(ARGS);
    expect(result.code).toBe(0);
    expect(result.stdout).toContain('No --data was given: the ledger was for this run only.');
  });
});
