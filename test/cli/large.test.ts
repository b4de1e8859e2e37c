// A very large settlement file: imported in bounded memory, killed in the middle and given again, to the cent; and the
// ledger that it makes, verified and replayed.
import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readdirSync, rmSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { listImports } from '../../src/app/imports.ts';
import { ORDER_HEADER, orderRow, SETTLEMENT_HEADER } from '../producers/import-helpers.ts';
import { MAIN } from '../program.ts';
import { hesabu } from './cli-process.ts';
import { freshDirectory } from './commands/given-ledger.ts';

/** `HESABU_TEST_ROWS` sets another number. */
const ROWS = Number(process.env.HESABU_TEST_ROWS ?? 8_000);
const PEAK_BYTES_MAX = 350 * 1024 * 1024;
const TIMEOUT = { timeout: 120_000 + ROWS * 4 };
const AS_OF = '2026-06-02T00:00:00Z';
const PEAK = { preload: new URL('peak.ts', import.meta.url).href };

let dir: string;
let path: string;
let [cents, fees] = [0n, 0n];

beforeAll(() => {
  dir = freshDirectory();
  path = join(dir, 'settled.csv');
  const file = openSync(path, 'w');
  writeSync(file, `${SETTLEMENT_HEADER}\n`);
  let part = '';
  for (let at = 0; at < ROWS; at++) {
    const [amount, fee] = [1_000 + ((at * 7_919) % 900_000), at % 97];
    cents += BigInt(amount);
    fees += BigInt(fee);
    const written = (value: number) => `${Math.floor(value / 100)}.${String(value % 100).padStart(2, '0')}`;
    part += `R${at},T${at},payment,${written(amount)},KES,${written(fee)},2026-06-01\n`;
    if (part.length > 1 << 20 || at === ROWS - 1) {
      writeSync(file, part);
      part = '';
    }
  }
  closeSync(file);
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const sizeOf = (data: string) =>
  existsSync(data)
    ? readdirSync(data, { recursive: true, encoding: 'utf8' })
        .filter((name) => /hesabu\.db|\.zst/.test(name))
        .reduce((sum, name) => sum + (statSync(join(data, name), { throwIfNoEntry: false })?.size ?? 0), 0)
    : 0;
const decimal = (value: bigint) => `${value / 100n}.${String(value % 100n).padStart(2, '0')}`;

test(
  `${ROWS} rows: bounded memory, killed, given again, no cent lost or doubled, and verified (L05, L07)`,
  TIMEOUT,
  async () => {
    const args = (data: string) => ['import', '--settlements', path, '--data', data];
    const whole = join(dir, 'whole');
    const { code, stderr, peakBytes } = await hesabu(args(whole), PEAK);
    expect([code, /HESABU_\w+/.exec(stderr)]).toEqual([0, null]);
    expect(peakBytes).toBeGreaterThan(0);
    expect(peakBytes).toBeLessThan(PEAK_BYTES_MAX);
    const [record] = await listImports({ data: whole });
    const all = { rows: ROWS, rejected: 0, sums: { KES: decimal(cents) }, fees: { KES: decimal(fees) } };
    expect(record).toMatchObject(all);
    const cut = join(dir, 'cut');
    for (const part of [0.1, 0.6]) {
      const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', MAIN, ...args(cut)]);
      const ended = new Promise((resolve) => child.on('exit', resolve));
      while (child.exitCode === null && sizeOf(cut) < part * sizeOf(whole)) await delay(5);
      child.kill('SIGKILL');
      await ended;
    }
    expect((await hesabu(args(cut))).code).toBe(0);
    // A child that was done before it was killed took the file, and then it is refused when it is given again.
    const taken = (await listImports({ data: cut })).filter(({ status }) => status === 'done');
    expect(taken).toMatchObject([all]);
    const orders = join(dir, 'orders.csv');
    writeFileSync(orders, `${ORDER_HEADER}\n${orderRow('R0')}\n`);
    const roots: string[] = [];
    for (const data of [whole, cut]) {
      const out = join(dir, `out-${roots.length}`);
      const ended = await hesabu(['reconcile', '--orders', orders, '--data', data, '--as-of', AS_OF, '--out', out]);
      expect([ended.code, /HESABU_\w+/.exec(ended.stderr)]).toEqual([expect.toBeOneOf([0, 1]), null]);
      const replayed = JSON.parse((await hesabu(['replay', '--data', data, '--format', 'json'])).stdout);
      expect(replayed.entries).toBeGreaterThanOrEqual(ROWS);
      roots.push(replayed.outcome_root);
    }
    expect(roots[1]).toBe(roots[0]);
    const verified = await hesabu(['verify', '--data', whole, '--format', 'json']);
    expect(verified.code).toBe(0);
    const { partitions } = JSON.parse(verified.stdout) as { partitions: { blocks: number; signed_blocks: number }[] };
    for (const { blocks, signed_blocks } of partitions) expect(signed_blocks).toBe(blocks);
  },
);
