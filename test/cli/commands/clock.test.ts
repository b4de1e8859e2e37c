// The command line on a machine whose clock is wrong, and files whose times are.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type ReconcileOptions, reconcile } from '../../../src/app/reconcile.ts';
import { reopen } from '../../../src/app/reopen.ts';
import { formatInstant } from '../../../src/domain/time.ts';
import { openReader } from '../../../src/log/log-reader.ts';
import { entriesAfter } from '../../../src/projections/entry-feed.ts';
import { FakeMachine, MINUTE, SECOND, SOME_JUMPS, YEAR } from '../../runtime/fake-machine.ts';
import { hesabu } from '../cli-process.ts';
import { freshDirectory } from './given-ledger.ts';

const HEADER = 'merchant,transaction_reference,amount,currency,placed_at,expires_at';

interface Given {
  readonly dir: string;
  readonly data: string;
  readonly machine: FakeMachine;
  /** Writes an order that expires an hour after it was placed, and returns its file. */
  order(name: string, placedAt?: number): string;
  run(more?: Partial<ReconcileOptions>): ReturnType<typeof reconcile>;
}

function given(): Given {
  const dir = freshDirectory();
  const data = join(dir, 'books');
  const machine = new FakeMachine();
  const order = (name: string, placedAt = machine.truth) => {
    const path = join(dir, `${name}.csv`);
    const times = [placedAt, placedAt + 60 * MINUTE].map(formatInstant);
    writeFileSync(path, `${HEADER}\nshop,${name},500,KES,${times.join(',')}\n`);
    return path;
  };
  const options = { provider: 'mfs-africa', lang: 'en', data, machine } as const;
  return { dir, data, machine, order, run: (more) => reconcile({ ...options, ...more }) };
}

function entriesIn(data: string) {
  const reader = openReader(data, true);
  try {
    return entriesAfter(reader, null, 1_000).entries;
  } finally {
    reader.close();
  }
}

test(`${SOME_JUMPS.length} jumps up to ten years, both ways: no order expires early, and runs go on`, async () => {
  const { data, machine, order, run } = given();
  await run({ orders: [order('A')] });
  for (const [at, jump] of SOME_JUMPS.entries()) {
    machine.run(30 * SECOND);
    const orders = [order(`A-${at}`)];
    machine.jump(jump);
    const outcome = run({ orders }).then(
      ({ summary }) => summary.as_of,
      ({ code }) => code,
    );
    // A run as of a little later leaves the ledger there.
    const isTaken = jump >= -MINUTE && jump <= MINUTE;
    if (isTaken) expect(await outcome).toMatch(/^2026-03-02|HESABU_AS_OF_EARLIER/);
    else expect(await outcome).toBe('HESABU_CLOCK_JUMPED');
    machine.jump(-jump);
    machine.run(MINUTE);
    expect((await run({ orders })).summary.as_of).toBe(formatInstant(machine.truth));
    for (const { as_of } of entriesIn(data)) expect(as_of).toBeLessThanOrEqual(machine.truth + 5 * MINUTE);
    // Orders of an hour ago do expire, and none before its time.
    for (const { finding } of entriesIn(data)) {
      if (finding.reason === 'ORDER_EXPIRED') expect(finding.opened_at).toBeLessThanOrEqual(machine.truth);
    }
  }
}, 120_000);

describe('a clock that jumped', () => {
  test('is taken where a person says so or gives the time, or the machine started again', async () => {
    const { data, machine, order, run } = given();
    const orders = [order('A')];
    await run({ orders });
    machine.jump(3 * 86_400_000);
    await expect(run({ orders })).rejects.toMatchObject({ code: 'HESABU_CLOCK_JUMPED' });
    await expect(reopen({ data, why: 'late', machine })).rejects.toMatchObject({ code: 'HESABU_CLOCK_JUMPED' });
    const asOf = formatInstant(machine.truth);
    expect((await run({ orders, asOf })).summary.as_of).toBe(asOf);
    expect((await run({ orders, clockConfirmed: true })).summary.as_of).toBe(formatInstant(machine.wall()));
    machine.run(MINUTE);
    expect((await run({ orders })).summary.as_of).toBe(formatInstant(machine.wall()));
    machine.jump(-3 * 86_400_000);
    machine.restart(7 * 86_400_000);
    expect((await run({ orders })).summary.as_of).toBe(formatInstant(machine.truth));
  });

  test('is a reason to reopen the ledger, where it was followed', async () => {
    const { data, machine, order, run } = given();
    const orders = [order('A')];
    await run({ orders });
    machine.jump(YEAR);
    await run({ orders, clockConfirmed: true });
    expect(entriesIn(data).map(({ finding }) => finding.reason)).toEqual(['ORDER_EXPIRED']);
    machine.jump(-YEAR);
    const report = await reopen({ data, why: 'the clock was a year ahead', machine, clockConfirmed: true });
    expect([report.as_of, report.entries]).toEqual([machine.truth, 1]);
    expect(entriesIn(data).at(-1)).toMatchObject({ finding: { reason: 'ORDER_REOPENED' }, as_of: machine.truth });
    expect((await run({ orders })).summary.standing.pending).toBe(1);
  });
});

test('times within files never move the ledger: the first year, and the last', async () => {
  const { machine, order, run } = given();
  const orders = [
    order('A'),
    order('B', Date.parse('2099-12-30T00:00:00Z')),
    order('C', Date.parse('2000-01-02T00:00:00Z')),
  ];
  const { summary } = await run({ orders });
  expect(summary.as_of).toBe(formatInstant(machine.truth));
  expect(summary.standing).toMatchObject({ pending: 2, closed: 1 });
});

test('the options are there', async () => {
  for (const name of ['reconcile', 'reopen', 'serve', 'worker']) {
    expect((await hesabu([name, '--help'])).stdout).toContain('--clock-confirmed');
  }
});
