// A file that changes while it is read: nothing of it counts, and the next file is taken.
import { appendFileSync, mkdtempSync, rmSync, statSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { Reconciler } from '../../src/engine/reconciler.ts';

const root = mkdtempSync(join(tmpdir(), 'hesabu-changing-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const HEADER = 'merchant,transaction_reference,amount,currency,placed_at\n';
const row = (name: number) => `shop,R${name},10.00,KES,2026-01-31T09:00:00Z\n`;
const ROWS = 40_000;
const AS_OF = Date.UTC(2026, 1, 1);

/** Imports a file that is changed after its first chunk, and then says what the ledger holds. */
async function importChanging(change: (path: string) => void) {
  const dir = mkdtempSync(join(root, 'books-'));
  const path = join(dir, 'orders.csv');
  writeFileSync(path, HEADER + Array.from({ length: ROWS }, (_, name) => row(name)).join(''));
  const bytesRead: number[] = [];
  const reconciler = await Reconciler.open(join(dir, 'data'), { inputBytes: 1 });
  try {
    const read = async () => {
      const [imported] = await reconciler.importer.importFiles([{ path, kind: 'orders' }], {
        provider: 'mfs-africa',
        mappings: {},
        receivedAt: AS_OF,
        progress: (bytes) => {
          bytesRead.push(bytes);
          if (bytesRead.length === 1) change(path);
        },
        reject: () => {},
      });
      return imported!;
    };
    const first = await read();
    await reconciler.ledger.advance(AS_OF, reconciler.ledger.rulesInForce);
    const claims = await reconciler.executors.ask({ query: 'claimCounts' });
    const second = await read();
    return { first, claims, second, most: Math.max(...bytesRead) };
  } finally {
    await reconciler.close();
  }
}

describe('a file that is changed while it is read', () => {
  it.each([
    ['grows', (path: string) => appendFileSync(path, row(ROWS).repeat(100_000))],
    ['is cut', (path: string) => truncateSync(path, 1_500_000)],
    ['is written over', (path: string) => utimesSync(path, 1, 1)],
  ])('and %s is refused, and nothing of it counts', async (_, change) => {
    let size = 0;
    const { first, claims, second, most } = await importChanging((path) => {
      size = statSync(path).size;
      change(path);
    });
    expect(first.fault?.message).toContain('expected a file that stays as it is while it is read');
    expect(first.record).toMatchObject({ status: 'unread', rows: 0, withdrawn: expect.any(String) });
    expect(claims).toMatchObject({ 'orders.v1': 0 });
    // The same file is taken once it stays as it is.
    expect(second.record.status).toBe('done');
    expect(most).toBeGreaterThanOrEqual(Math.min(size, 1_500_000));
  });

  it('is read no further than its size at the start', async () => {
    let size = 0;
    let isFirst = true;
    const dir = mkdtempSync(join(root, 'books-'));
    const path = join(dir, 'orders.csv');
    writeFileSync(path, HEADER + Array.from({ length: ROWS }, (_, name) => row(name)).join(''));
    size = statSync(path).size;
    const reads: number[] = [];
    const reconciler = await Reconciler.open(join(dir, 'data'), { inputBytes: 1 });
    try {
      const [imported] = await reconciler.importer.importFiles([{ path, kind: 'orders' }], {
        provider: 'mfs-africa',
        mappings: {},
        receivedAt: AS_OF,
        progress: (bytes) => {
          reads.push(bytes);
          if (isFirst) appendFileSync(path, row(ROWS).repeat(200_000));
          isFirst = false;
        },
        reject: () => {},
      });
      expect(imported!.fault).toBeDefined();
    } finally {
      await reconciler.close();
    }
    expect(Math.max(...reads)).toBe(size);
  });
});
