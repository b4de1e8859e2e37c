// What changed, after any cursor: exactly what follows it, in pages of any size, also for another process.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { caseId } from '../../src/domain/case-id.ts';
import type { Change } from '../../src/domain/change.ts';
import type { HesabuError } from '../../src/domain/errors.ts';
import { openReader } from '../../src/log/log-reader.ts';
import { LedgerChanges } from '../../src/projections/ledger-changes.ts';
import { proposed } from '../matching/given-decisions.ts';
import { order, paid, withLiveLedger } from '../service/ledger/given-live-ledger.ts';

const SHORT = { data: { amount: '900.00' } };
const shown = ({ kind, id, what, merchant }: Change) => [kind, id, what, merchant];
const caseOf = (key: string) => caseId({ key, stage: 'payment', reason: 'AMOUNT_UNDER', subject: `P-${key}` });

describe('what changed', () => {
  test('is the case that an entry opens or ends, and the statements of its merchant', () =>
    withLiveLedger(async ({ ledger }) => {
      await ledger.writer.append([order('A-1'), paid('A-1', SHORT)]);
      await ledger.loop.catchUp();
      const first = await ledger.ask({ query: 'changesAfter', cursor: null, limit: 10 });
      expect(first.changes.map(shown)).toEqual([
        ['case', caseOf('A-1'), 'opened', 'shop-1'],
        ['statement', 'shop-1', 'moved', 'shop-1'],
      ]);
      await ledger.writer.append([paid('A-1', { id: 'ev-2', data: { transaction_id: 'P-2', amount: '100.00' } })]);
      await ledger.loop.catchUp();
      const next = await ledger.ask({ query: 'changesAfter', cursor: first.cursor, limit: 10 });
      expect(next.changes.map(shown)).toContainEqual(['case', caseOf('A-1'), 'ended', 'shop-1']);
      const rest = await ledger.ask({ query: 'changesAfter', cursor: next.cursor, limit: 10 });
      expect(rest).toEqual({ changes: [], cursor: next.cursor, isEnd: true });
    }));

  test('is the proposal that somebody made, before it holds', () =>
    withLiveLedger(async ({ ledger }) => {
      await ledger.writer.append([order('A-1'), paid('A-1', SHORT)]);
      await ledger.loop.catchUp();
      const { cursor } = await ledger.ask({ query: 'changesAfter', cursor: null, limit: 10 });
      const [row] = await ledger.cases.ofKey('A-1');
      const proposal = proposed(row!.row.finding, { about: 'A-1' });
      await ledger.writer.append([proposal]);
      await ledger.loop.catchUp();
      const { changes } = await ledger.ask({ query: 'changesAfter', cursor, limit: 10 });
      expect(changes).toEqual([
        {
          ...{ kind: 'proposal', id: `${caseOf('A-1')}.${proposal.id.slice('decision:'.length)}`, what: 'proposed' },
          ...{ case: caseOf('A-1'), merchant: 'shop-1', by: 'p-zhang', at: proposal.occurred_at },
          cursor: expect.any(String),
        },
      ]);
    }));

  test('after the cursor of any change is what follows it: none is lost, and none comes twice', () =>
    withLiveLedger(async ({ dir, ledger }) => {
      for (let round = 0; round < 3; round++) {
        const names = Array.from({ length: 8 }, (_, at) => `A-${round}-${at}`);
        await ledger.writer.append(names.flatMap((name) => [order(name), paid(name, SHORT)]));
        await ledger.loop.catchUp();
      }
      const reader = openReader(dir);
      try {
        const all = new LedgerChanges(reader).after(null, 1_000);
        expect(all.changes.filter(({ what }) => what === 'opened')).toHaveLength(24);
        // However few changes there are, no page is the work of many blocks.
        const first = new LedgerChanges(reader, 1).after(null, 1_000);
        expect([first.isEnd, first.changes.length < all.changes.length]).toEqual([false, true]);
        const blocks = fc.constantFrom(1, 2, 100);
        const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 });
        fc.assert(
          fc.property(
            fc.integer({ min: -1, max: all.changes.length - 1 }),
            sizes,
            blocks,
            fc.boolean(),
            (at, limits, most, anew) => {
              let changes = new LedgerChanges(reader, most);
              let cursor = at < 0 ? null : all.changes[at]!.cursor;
              const read: Change[] = [];
              for (let turn = 0; ; turn++) {
                const page = changes.after(cursor, limits[turn % limits.length]!);
                read.push(...page.changes);
                // From the cursor of the last change, or from that of the page.
                cursor = (turn % 2 === 0 ? page.changes.at(-1)?.cursor : undefined) ?? page.cursor;
                if (anew) changes = new LedgerChanges(reader, most);
                if (page.isEnd) break;
              }
              expect(read).toEqual(all.changes.slice(at + 1));
            },
          ),
          { numRuns: 60 },
        );
      } finally {
        reader.close();
      }
    }));

  test('is not told after a cursor that is not of this ledger', () =>
    withLiveLedger(async ({ ledger }) => {
      const end = await ledger.ask({ query: 'changesAfter', cursor: null, limit: 10 });
      const beyond = end.cursor.replace(/^\d+/, '99');
      const asked = ledger.ask({ query: 'changesAfter', cursor: beyond, limit: 10 });
      await expect(asked).rejects.toMatchObject({ code: 'HESABU_CURSOR_INVALID' } satisfies Partial<HesabuError>);
    }));
});
