// Sums of days over a stop and a start of the service: in files that are believed only where they are whole.
import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { rulesHash } from '../../../src/matching/rules.ts';
import type { LiveLedger } from '../../../src/service/ledger/live-ledger.ts';
import { NOON, openLiveLedger, order, paid, StillClock } from './given-live-ledger.ts';

const DAY = Math.floor(NOON / 86_400_000);
const NAMES = Array.from({ length: 30 }, (_, at) => `A-${at}`);

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'hesabu-sums-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

/** Opens the ledger, does this, and closes it. */
async function session<Result>(work: (ledger: LiveLedger) => Promise<Result>): Promise<Result> {
  const ledger = await openLiveLedger(dir, new StillClock());
  try {
    return await work(ledger);
  } finally {
    await ledger.close();
  }
}

/** How many keys have to be taken in before a statement, and the statement. */
async function asked(ledger: LiveLedger) {
  const question = { rulesHash: rulesHash(ledger.loop.rules), now: ledger.reader.asOf };
  const { left } = await ledger.ask({ query: 'prepareStatements', ...question, most: 0 });
  const { statements } = await ledger.statements.ofDay(DAY);
  return { left, statements };
}

async function first() {
  return session(async (ledger) => {
    await ledger.writer.append(NAMES.flatMap((name) => [order(name), paid(name)]));
    await ledger.loop.catchUp();
    return asked(ledger);
  });
}

const files = () => readdirSync(join(dir, 'snapshots', 'days')).map((name) => join(dir, 'snapshots', 'days', name));

test('a start needs to take no key in, and gives the same statement', async () => {
  const { left, statements } = await first();
  expect(left).toBe(NAMES.length);
  expect(await session(asked)).toEqual({ left: 0, statements });
  expect(await session(asked)).toEqual({ left: 0, statements });
});

test('what comes in the last round before the end is taken in after the start', async () => {
  await first();
  await session(async (ledger) => {
    await asked(ledger);
    await ledger.writer.append([order('B-1'), paid('A-0', { id: 'again', data: { amount: '1.00' } })]);
  });
  const { left, statements } = await session(asked);
  expect(left).toBe(2);
  rmSync(join(dir, 'snapshots'), { recursive: true });
  expect(await session(asked)).toEqual({ left: NAMES.length + 1, statements });
});

test.each([
  ['torn', (path: string) => truncateSync(path, 5_000)],
  ['changed', (path: string) => writeFileSync(path, readFileSync(path).fill(1, 100, 101))],
  ['gone', (path: string) => rmSync(path)],
])('a file that is %s is not believed', async (_how, spoil) => {
  const { statements } = await first();
  for (const path of files()) spoil(path);
  expect(await session(asked)).toEqual({ left: NAMES.length, statements });
  expect(await session(asked)).toEqual({ left: 0, statements });
});
