// A ledger that was carried ahead by a slip of a key, and comes back: everything that reads a ledger follows.

import { spawnSync } from 'node:child_process';
import { copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { examine } from '../../../src/app/doctor.ts';
import { exportLedger } from '../../../src/app/export.ts';
import { checkProof, proveGrowth } from '../../../src/app/proof.ts';
import { reconcile } from '../../../src/app/reconcile.ts';
import { reopen } from '../../../src/app/reopen.ts';
import { replayLedger } from '../../../src/app/replay.ts';
import { traceName } from '../../../src/app/trace/trace.ts';
import { verifyDirectory } from '../../../src/engine/verification/directory.ts';
import { knownTime, writeAnchor } from '../../../src/runtime/clock-anchor.ts';
import { MACHINE_TIME } from '../../../src/runtime/machine-time.ts';
import { hesabu } from '../cli-process.ts';
import { copyOf, freshDirectory, givenLedger } from './given-ledger.ts';

const TRUE_TIME = '2026-06-02T12:00:00Z';
const WHY = 'the year was mistyped';

const clockOf = (data: string, now: string) => examine(data, Date.parse(now)).find(({ name }) => name === 'clock')!;

/** Deadlines pass, so that blocks are committed at this time. */
async function carryAhead(data: string, asOf: string): Promise<void> {
  await reconcile({
    ...{
      callbacks: [join(data, '..', 'callbacks-1.jsonl')],
      provider: 'mfs-africa',
      lang: 'en',
      data,
      asOf,
      future: true,
    },
  });
}

describe('a ledger that ran ahead', () => {
  let data: string;
  let root: string;
  let ahead: string;

  beforeAll(async () => {
    ({ data } = await givenLedger());
    root = (await replayLedger({ data })).outcome_root;
    ahead = copyOf(data);
    copyFileSync(join(data, '..', 'callbacks-1.jsonl'), join(ahead, '..', 'callbacks-1.jsonl'));
    await carryAhead(ahead, '2036-01-01T00:00:00Z');
  });

  it('is told by doctor, which names the way back', () => {
    const { found, remedy } = clockOf(ahead, TRUE_TIME);
    expect(found).toContain('the ledger stands at 2036-01-01T00:00:00Z');
    expect(remedy).toContain('hesabu reopen');
  });

  it('goes on from the right time, with nothing before it changed, and all that reads it follows', async () => {
    const older = copyOf(ahead);
    const report = await reopen({ data: ahead, why: WHY, asOf: TRUE_TIME });
    expect(report).toMatchObject({
      before: Date.parse('2036-01-01T00:00:00Z'),
      as_of: Date.parse(TRUE_TIME),
      why: WHY,
    });
    expect(report.entries).toBeGreaterThan(0);
    expect((await verifyDirectory({ data: ahead })).faults).toEqual([]);
    expect(await replayRoot(ahead)).toBe(root);
    expect(clockOf(ahead, TRUE_TIME).remedy).toBeNull();
    const trace = await traceName(ahead, 'ORDER-100');
    expect(trace.as_of).toBe(Date.parse(TRUE_TIME));

    const out = freshDirectory();
    await exportLedger(ahead, out);
    const epochs = readFileSync(join(out, 'epochs.jsonl'), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    for (const epoch of epochs) expect(epoch).toMatchObject({ as_of: TRUE_TIME, why: WHY });
    for (const { partition } of epochs) {
      const args = ['tree', 'vkey.txt', `checkpoint-${partition}.txt`, `entries-${partition}.bin`];
      const { status, stdout } = spawnSync(process.execPath, ['verify.mjs', ...args], { cwd: out, encoding: 'utf8' });
      expect([status, stdout.slice(0, 3)]).toEqual([0, 'ok:']);
      const before = join(older, 'checkpoints', `${partition}.txt`);
      const growth = freshDirectory();
      await proveGrowth(ahead, before, undefined, growth);
      expect(checkProof([join(growth, `consistency-${partition}.txt`), before], join(out, 'vkey.txt'))).toContain(
        'grew',
      );
    }
  });

  it('stays as it was where the time is one that no block can have', async () => {
    const again = copyOf(ahead);
    const reopening = reopen({ data: again, why: WHY, asOf: '1969-12-31T23:59:59Z' });
    await expect(reopening).rejects.toThrow(/^HESABU_AS_OF_EARLIER: .*expected 1970-01-01T00:00:00Z or later/);
    const { before } = await reopen({ data: again, why: WHY, asOf: TRUE_TIME });
    expect(before).toBe(Date.parse(TRUE_TIME));
  });

  it('forgets a later time that the directory knew', async () => {
    const again = copyOf(ahead);
    const wrong = Date.parse('2036-01-01T00:00:00Z');
    writeAnchor(again, MACHINE_TIME, wrong);
    await reopen({ data: again, why: WHY, asOf: TRUE_TIME });
    const known = knownTime(again, { ...MACHINE_TIME, wall: () => wrong }, 60_000);
    expect(known).toBeGreaterThanOrEqual(Date.parse(TRUE_TIME));
    expect(known).toBeLessThan(Date.parse(TRUE_TIME) + 3_600_000);
  });

  it('goes on with the next run', async () => {
    const again = copyOf(ahead);
    const orders = join(freshDirectory(), 'orders.csv');
    copyFileSync(join(data, '..', 'orders-1.csv'), orders);
    const { summary } = await reconcile({
      ...{ orders: [orders], provider: 'mfs-africa', lang: 'en', data: again, asOf: TRUE_TIME },
    });
    expect(summary.outcome_root).toBe(root);
  });
});

const replayRoot = async (data: string) => (await replayLedger({ data })).outcome_root;

describe('on the command line', () => {
  it('a time more than a day ahead of the clock needs --future', async () => {
    const { data } = await givenLedger();
    const callbacks = join(data, '..', 'callbacks-2.jsonl');
    const args = ['--callbacks', callbacks, '--data', data, '--as-of', '9999-01-01T00:00:00Z'];
    const refused = await hesabu(['reconcile', ...args]);
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('HESABU_AS_OF_FUTURE: --as-of')]);
    expect((await hesabu(['reconcile', ...args, '--future'])).code).toBe(0);
    const back = await hesabu(['reopen', '--data', data, '--why', WHY, '--as-of', TRUE_TIME]);
    expect([back.code, back.stdout]).toEqual([0, expect.stringContaining('It goes on as of')]);
    const json = await hesabu(['reopen', '--data', data, '--why', WHY, '--as-of', TRUE_TIME, '--format', 'json']);
    expect(JSON.parse(json.stdout)).toEqual({ before: TRUE_TIME, as_of: TRUE_TIME, why: WHY, entries: 0 });
    const ahead = await hesabu(['reopen', '--data', data, '--why', WHY, '--as-of', '9999-01-01T00:00:00Z']);
    expect([ahead.code, ahead.stderr]).toEqual([2, expect.stringContaining('HESABU_AS_OF_FUTURE')]);
  });

  it('needs a reason and a ledger', async () => {
    const { data } = await givenLedger();
    const why = await hesabu(['reopen', '--data', data, '--why', ' ']);
    expect([why.code, why.stderr]).toEqual([2, expect.stringContaining('expected a reason')]);
    const missing = await hesabu(['reopen', '--data', freshDirectory(), '--why', WHY]);
    expect([missing.code, missing.stderr]).toEqual([2, expect.stringContaining('HESABU_FILE_MISSING')]);
  });
});
