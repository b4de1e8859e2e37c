// The ledger of a running service: it reads new facts soon, and answers are up to date.
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { verifyDirectory } from '../../../src/engine/verification/directory.ts';
import { parseRules } from '../../../src/matching/rules.ts';
import { sourceClaims } from '../../../src/projections/lookup.ts';
import { NOON, openLiveLedger, order, paid, StillClock, withLiveLedger } from './given-live-ledger.ts';

const kindsOf = (
  entries: readonly { key: string; finding: { stage: string; kind: string; reason: string | null } }[],
) => entries.map(({ key, finding }) => `${key} ${finding.stage} ${finding.kind} ${finding.reason ?? ''}`.trim());

describe('facts that come one at a time', () => {
  test('are in the ledger after it has caught up', () =>
    withLiveLedger(async ({ ledger }) => {
      await ledger.writer.append([order('A-1')]);
      await ledger.writer.append([paid('A-1')]);
      await ledger.loop.catchUp();
      const found = await ledger.reader.findKey('A-1');
      expect(found?.claims.map(({ id }) => id)).toEqual(['mfs-africa:callback:ev-A-1', 'order:A-1']);
      expect(kindsOf((await ledger.reader.entriesAfter(null, 10)).entries)).toEqual(['A-1 payment matched']);
      expect(found?.entryIds).toHaveLength(1);
    }));

  test('that come together share a batch for each partition and topic', () =>
    withLiveLedger(async ({ ledger }) => {
      await Promise.all(Array.from({ length: 500 }, (_, at) => ledger.writer.append([order(`A-${at}`)])));
      const { log } = ledger.reconciler;
      const batches = Array.from({ length: log.partitions }, (_, at) => [...log.read('orders.v1', at, 0n)].length);
      expect(batches.every((count) => count === 1)).toBe(true);
      const facts = Array.from({ length: log.partitions }, (_, at) => Number(log.end('orders.v1', at)));
      expect(facts.reduce((left, right) => left + right)).toBe(500);
    }));

  test('are signed at once where nothing of their partition was, so that verify beside it tells of nothing', () =>
    withLiveLedger(async ({ dir, ledger }) => {
      for (let at = 0; at < 40; at++) {
        await ledger.writer.append([order(`A-${at}`), paid(`A-${at}`)]);
        await ledger.loop.catchUp();
        const { faults, running, partitions } = await verifyDirectory({ data: dir });
        expect({ faults, running }).toEqual({ faults: [], running: true });
        if (partitions.every(({ blocks }) => blocks > 0)) return;
      }
      throw new Error('a partition has no order');
    }));

  test('without a reference move to their reference when it is known', () =>
    withLiveLedger(async ({ ledger }) => {
      await ledger.writer.append([paid(null, { id: 'ev-1', data: { transaction_id: 'P-9', request_id: 'R-9' } })]);
      await ledger.writer.append([order('A-9'), paid('A-9', { id: 'ev-2', data: { transaction_id: 'P-9' } })]);
      await ledger.loop.catchUp();
      await expect
        .poll(async () =>
          sourceClaims((await ledger.reader.findKey('A-9'))?.claims ?? []).map(({ forwarded }) => forwarded),
        )
        .toEqual([false, false, true]);
    }));

  test('a deadline that passes makes an entry without a new fact', () =>
    withLiveLedger(async ({ ledger, clock }) => {
      await ledger.writer.append([order('A-1')]);
      await ledger.loop.catchUp();
      expect((await ledger.reader.entriesAfter(null, 10)).entries).toEqual([]);
      clock.at = NOON + 48 * 3_600_000;
      await ledger.reader.nextBlock();
      expect(kindsOf((await ledger.reader.entriesAfter(null, 10)).entries)).toEqual([
        'A-1 payment closed ORDER_EXPIRED',
      ]);
    }));

  test("a clock that is set back does not set back the ledger's time", () =>
    withLiveLedger(async ({ ledger, clock }) => {
      await ledger.writer.append([order('A-1')]);
      await ledger.loop.catchUp();
      clock.at = NOON - 3_600_000;
      await ledger.writer.append([paid('A-1')]);
      await ledger.loop.catchUp();
      expect(ledger.reader.asOf).toBe(NOON);
      expect(kindsOf((await ledger.reader.entriesAfter(null, 10)).entries)).toEqual(['A-1 payment matched']);
    }));

  test('new rules assess existing transactions again', () =>
    withLiveLedger(async ({ ledger }) => {
      await ledger.writer.append([order('A-1'), paid('A-1', { data: { amount: '999.00' } })]);
      await ledger.loop.catchUp();
      expect(kindsOf((await ledger.reader.entriesAfter(null, 10)).entries)).toEqual([
        'A-1 payment unmatched AMOUNT_UNDER',
      ]);
      const before = ledger.reader.end;
      ledger.loop.rules = parseRules({ tolerance: { KES: '1.00' } });
      await ledger.loop.catchUp();
      expect(kindsOf((await ledger.reader.entriesAfter(before, 10)).entries)).toEqual(['A-1 payment matched']);
    }));

  test('facts appended before closing are in the ledger when it is opened again', () =>
    withLiveLedger(async ({ dir, ledger }) => {
      await ledger.writer.append([order('A-1'), paid('A-1')]);
      await ledger.close();
      const again = await openLiveLedger(dir, new StillClock());
      expect(kindsOf((await again.reader.entriesAfter(null, 10)).entries)).toEqual(['A-1 payment matched']);
      await again.close();
    }));

  test('a separate thread gives the same entries', async () => {
    const run = (threads: number) =>
      withLiveLedger(
        async ({ ledger }) => {
          await ledger.writer.append([order('A-1'), paid('A-1'), order('A-2'), paid('A-3')]);
          await ledger.loop.catchUp();
          return (await ledger.reader.entriesAfter(null, 10)).entries;
        },
        { threads },
      );
    expect(await run(1)).toEqual(await run(0));
  });
});

describe('the entries after a cursor', () => {
  test('are the same for every division into pages', () =>
    withLiveLedger(async ({ ledger }) => {
      for (let round = 0; round < 3; round++) {
        await ledger.writer.append(Array.from({ length: 20 }, (_, at) => order(`A-${round}-${at}`)));
        await ledger.writer.append(Array.from({ length: 20 }, (_, at) => paid(`A-${round}-${at}`)));
        await ledger.loop.catchUp();
      }
      const whole = await ledger.reader.entriesAfter(null, 1_000);
      expect(whole.entries).toHaveLength(60);
      expect(whole.cursor).toBe(ledger.reader.end);
      await fc.assert(
        fc.asyncProperty(fc.infiniteStream(fc.integer({ min: 1, max: 9 })), async (limits) => {
          const pages = [];
          let cursor: string | null = null;
          for (const limit of limits) {
            const page = await ledger.reader.entriesAfter(cursor, limit);
            pages.push(...page.entries);
            cursor = page.cursor;
            if (page.entries.length === 0) break;
          }
          expect(pages).toEqual(whole.entries);
          expect(cursor).toBe(ledger.reader.end);
        }),
        { numRuns: 20 },
      );
    }));

  test.each(['', 'x', '0.0', '0.0-0.0-0.0-0.0-0.0-0.0-0.0-0.0-0.0', '9.0-0.0-0.0-0.0-0.0-0.0-0.0-0.0'])(
    'an invalid cursor %j is refused',
    (cursor) =>
      withLiveLedger(async ({ ledger }) => {
        await expect(ledger.reader.entriesAfter(cursor, 10)).rejects.toThrow(/HESABU_CURSOR_INVALID/);
      }),
  );
});

describe('signed heads and proofs', () => {
  test('checkpoints sign every partition that has a block, and prove a new entry', () =>
    withLiveLedger(async ({ ledger }) => {
      await ledger.writer.append([order('A-1'), paid('A-1')]);
      await ledger.loop.catchUp();
      const [entry] = (await ledger.reader.entriesAfter(null, 1)).entries;
      const id = `${entry!.partition}-${entry!.height}-${entry!.index}`;
      const notes = await ledger.reader.checkpoints();
      const origins = notes.map((note) => note.split('\n')[0]);
      expect(origins).toContain(`hesabu/ledger/partition/${entry!.partition}`);
      // What the payment told the identity of its id is a block there.
      expect(new Set(origins).size).toBe(origins.length);
      expect(Object.keys(await ledger.reader.prove(id))).toEqual([`proof-${id}.txt`, `entry-${id}.bin`, 'vkey.txt']);
      await expect(ledger.reader.prove('0-99-0')).rejects.toThrow(/HESABU_NOT_FOUND/);
    }));

  test('signing never keeps the thread that answers waiting for the disk', () =>
    withLiveLedger(async ({ ledger }) => {
      await ledger.writer.append(Array.from({ length: 40 }, (_, at) => order(`A-${at}`)));
      await ledger.loop.catchUp();
      await ledger.writer.append(Array.from({ length: 40 }, (_, at) => paid(`A-${at}`)));
      await ledger.loop.catchUp();
      const waits = vi.spyOn(fs, 'fsyncSync');
      syncBuiltinESMExports();
      try {
        const [before, ...notes] = await Promise.all(Array.from({ length: 3 }, () => ledger.reader.checkpoints()));
        expect(before!.length).toBeGreaterThan(1);
        expect(notes).toEqual([before, before]);
        expect(waits).not.toHaveBeenCalled();
      } finally {
        waits.mockRestore();
        syncBuiltinESMExports();
      }
    }));

  test('a head that is asked for while another is signed is signed after it', () =>
    withLiveLedger(async ({ dir, ledger }) => {
      await ledger.writer.append([order('A-1')]);
      await ledger.loop.catchUp();
      const first = ledger.reader.checkpoints();
      await ledger.writer.append([paid('A-1')]);
      await ledger.loop.catchUp();
      const notes = await ledger.reader.checkpoints();
      await first;
      expect(await ledger.reader.checkpoints()).toEqual(notes);
      expect((await verifyDirectory({ data: dir })).faults).toEqual([]);
    }));
});
