// A poller is killed at any moment and restarted: no slot of a payment is polled twice.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { EmbeddedLog } from '../../src/log/embedded.ts';
import { Schedule } from '../../src/producers/poller/schedule.ts';
import { FactWriter } from '../../src/service/ledger/fact-writer.ts';
import { observed, order } from '../producers/poller/world.ts';
import { CRASH_FROM, CRASH_POLLING } from './poller-given.ts';

const PROGRAM = join(import.meta.dirname, 'poller-program.ts');
const dir = mkdtempSync(join(tmpdir(), 'hesabu-poller-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const STARTS = new Map(Array.from({ length: 12 }, (_, at) => [`SHOP-${at}`, CRASH_FROM + at * 20_000]));
const schedule = new Schedule(CRASH_POLLING);

/** Runs until it kills itself, or for this long after its first call. */
function live(since: number, dieAt: number, millis: number, at = dir): Promise<string[]> {
  return new Promise((resolve) => {
    const args = ['--disable-warning=ExperimentalWarning', PROGRAM, at, String(since), String(dieAt)];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    let out = '';
    child.stdout.on('data', (bytes) => {
      if (out === '' && dieAt === 0) setTimeout(() => child.kill('SIGKILL'), millis);
      out += bytes;
    });
    child.on('close', (_, signal) => {
      expect(signal).toBe('SIGKILL');
      resolve(out.split('\n').filter((line) => line !== ''));
    });
  });
}

function slotOf(reference: string, at: number): number {
  const start = STARTS.get(reference)!;
  let slot = -1;
  while (schedule.slotAt(start, reference, slot + 1) <= at) slot++;
  return slot;
}

test('no slot is polled twice over many kills', async () => {
  const log = new EmbeddedLog(dir);
  const sink = new FactWriter(log, () => {});
  await sink.append([...STARTS].map(([reference, placedAt]) => order(reference, placedAt)));
  await log.close();
  const since = Date.now();
  const lines: string[] = [];
  // Some die within a call, the first or a later one, others at any moment.
  for (const dieAt of [0, 1, 0, 2, 0, 5, 0, 1, 9, 0]) {
    lines.push(...(await live(since, dieAt, 20 + ((lines.length * 37) % 400))));
  }
  const asked = lines.map((line) => {
    const [, reference, passed] = line.split(' ') as [string, string, string];
    return `${reference} ${slotOf(reference, Number(passed))}`;
  });
  expect(new Set(asked).size).toBe(asked.length);
  expect(asked.filter((each) => each.endsWith(' -1'))).toEqual([]);
  expect(new Set(asked.map((each) => each.split(' ')[0]))).toEqual(new Set(STARTS.keys()));
  expect(asked.length).toBeGreaterThan(2 * STARTS.size);
}, 60_000);

test('a callback that nobody signed is asked about in each life until one gets an answer', async () => {
  const at = mkdtempSync(join(tmpdir(), 'hesabu-poller-'));
  const log = new EmbeddedLog(at);
  const said = observed('HINT-1', CRASH_FROM, { via: 'callback', status: 'succeeded', hint: true }, 'hint');
  await new FactWriter(log, () => {}).append([{ ...said, account: 'main' }]);
  await log.close();
  const since = Date.now();
  for (const dieAt of [1, 1, 1]) expect((await live(since, dieAt, 0, at)).length).toBe(1);
  expect((await live(since, 0, 200, at)).length).toBeGreaterThan(0);
  rmSync(at, { recursive: true, force: true });
}, 60_000);
