// Files that came through the service: stored without phone numbers, for their time, and while a break needs them.

import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readArchive, serviceArchives } from '../../src/archive/imports/import-archive.ts';
import { Reconciler } from '../../src/engine/reconciler.ts';
import { type ArchivePrunerParts, runArchivePruner } from '../../src/service/archive-pruner.ts';
import { emptyOverview } from '../../src/task/overview.ts';

const DAY = 86_400_000;
const NOON = Date.parse('2026-06-01T12:00:00Z');
const PHONE = '254712345678';
const HEADER = 'merchant,transaction_reference,amount,currency,placed_at,msisdn';
const FILE = `${HEADER}\nduka,A-1,10.00,KES,2026-06-01T09:00:00Z,${PHONE}\n`;

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'hesabu-pruning-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

/** Imports the file twice, as the service or as the command line does, and returns both statuses. */
async function imported(isOfService: boolean): Promise<string[]> {
  const path = join(dir, 'orders.csv');
  writeFileSync(path, FILE);
  const reconciler = await Reconciler.open(join(dir, 'ledger'), { threads: 0, isOfService });
  const options = { provider: 'mfs-africa', mappings: {}, receivedAt: NOON, reject: () => {} };
  try {
    const first = await reconciler.importer.importFiles([{ path, kind: 'orders' }], options);
    const second = await reconciler.importer.importFiles([{ path, kind: 'orders' }], options);
    return [...first, ...second].map(({ record }) => record.status);
  } finally {
    await reconciler.close();
  }
}

describe('the file of an import', () => {
  test('given it came through the service, then its phone number is hidden, and it is recognised again', async () => {
    expect(await imported(true)).toEqual(['done', 'refused']);
    const text = readArchive(join(dir, 'ledger'), 1)!.toString();
    expect(text).not.toContain(PHONE);
    expect(text.replace(/#[\w-]+/, PHONE)).toBe(FILE);
    expect(serviceArchives(join(dir, 'ledger')).map(({ id, bytes }) => [id, bytes > 0])).toEqual([[1, true]]);
  });

  test('given it came by the command line, then it is stored unchanged, and the service does not list it', async () => {
    await imported(false);
    expect(readArchive(join(dir, 'ledger'), 1)!.toString()).toBe(FILE);
    expect([serviceArchives(join(dir, 'ledger')), existsSync(join(dir, 'ledger', 'raw', '1.zst'))]).toEqual([[], true]);
  });
});

describe('pruning', () => {
  /** Prunes this many days later; `oldest` is the time of the oldest claim of an open break. */
  async function pruned(days: number, oldest?: number): Promise<string[]> {
    const data = join(dir, 'ledger');
    const stop = new AbortController();
    const overview = emptyOverview();
    if (oldest !== undefined) overview.findings.push({ key: 'B-1', finding: { reason: 'AMOUNT_UNDER' } } as never);
    const claims = [{ occurred_at: oldest, body: { type: 'OrderPlaced' } }];
    const parts = {
      ...{ data, days: 180, imports: () => ({ at: new Date(NOON).toISOString() }) },
      ledger: { reader: { overview: async () => overview, findKey: async () => ({ claims }) } },
      exchanges: { prune: async () => ({ exchanges_removed: 0 }) },
      unread: { exchanges: () => [] },
      trail: { prune: () => 0 },
      sweep: () => {},
      clock: { now: () => NOON + days * DAY, sleep: async () => stop.abort() },
      logger: pino({ level: 'silent' }),
    };
    await runArchivePruner(parts as unknown as ArchivePrunerParts, stop.signal);
    return readdirSync(join(data, 'raw', 'imports'));
  }

  test('given no open break, then the file stays until its time is over, and is then removed', async () => {
    await imported(true);
    expect(await pruned(180)).toEqual(['1.zst']);
    expect(await pruned(181)).toEqual([]);
  });

  test('given an open break as old as the file, when its time is over, then the file stays', async () => {
    await imported(true);
    expect(await pruned(400, NOON - DAY)).toEqual(['1.zst']);
    expect(await pruned(400, NOON + 2 * DAY)).toEqual(['1.zst']);
    expect(await pruned(400, NOON + 3 * DAY)).toEqual([]);
  });
});
