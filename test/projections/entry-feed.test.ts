// Cursors over entries: continuing after any entry gives exactly the entries that follow it.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cursorsIn } from '../../src/projections/entry-feed.ts';
import { order, paid, withLiveLedger } from '../service/ledger/given-live-ledger.ts';

describe('the cursors of a page', () => {
  test('each lead to the entries after theirs, from any page', () =>
    withLiveLedger(async ({ ledger }) => {
      for (let round = 0; round < 3; round++) {
        const names = Array.from({ length: 12 }, (_, at) => `A-${round}-${at}`);
        await ledger.writer.append(names.flatMap((name) => [order(name), paid(name)]));
        await ledger.loop.catchUp();
      }
      const { entries } = await ledger.reader.entriesAfter(null, 1_000);
      expect(entries).toHaveLength(36);
      const size = fc.integer({ min: 1, max: 15 });
      await fc.assert(
        fc.asyncProperty(fc.nat(20), size, size, async (skipped, limit, next) => {
          const from = skipped === 0 ? null : (await ledger.reader.entriesAfter(null, skipped)).cursor;
          const page = await ledger.reader.entriesAfter(from, limit);
          const cursors = cursorsIn(page, from);
          expect(cursors).toHaveLength(page.entries.length);
          for (const [at, cursor] of cursors.entries()) {
            const rest = entries.slice(skipped + at + 1, skipped + at + 1 + next);
            expect((await ledger.reader.entriesAfter(cursor, next)).entries).toEqual(rest);
          }
        }),
        { numRuns: 30 },
      );
    }));
});
