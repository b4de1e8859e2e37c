// Money that names no order and came in time: the order's deadline waits until it is known whose it is.
import { describe, expect, test } from 'vitest';
import type { Fact } from '../../../src/domain/fact.ts';
import { EmbeddedLog } from '../../../src/log/embedded.ts';
import { FactWriter } from '../../../src/service/ledger/fact-writer.ts';
import { factOf, NOON, openBooks, order, paid, type Running, StillClock, withBooks } from './given-live-ledger.ts';

const HOUR = 3_600_000;
/** Orders of the tests are placed at 11:00 and expire a day later. */
const [NEAR_EXPIRY, AFTER_EXPIRY] = [NOON + 22.9 * HOUR, NOON + 24 * HOUR];

/** The gateway's id of an order's payment, as the answer to its initiation tells it. */
const initiated = (reference: string): Fact =>
  factOf('polls', {
    transaction_reference: reference,
    transaction_id: `P-${reference}`,
    status: 'initiated',
    amount: '1000.00',
    currency: 'KES',
    updated_at: '2026-06-01T11:01:00Z',
  });

const unnamed = (id: string, transactionId: string): Fact =>
  paid(null, { id, data: { transaction_id: transactionId } });

const reasonsOf = (ledger: Running['ledger'], key: string): (string | null)[] =>
  ledger.reader
    .entriesAfter(null, 1_000)
    .entries.flatMap(({ key: of, finding }) => (of === key ? [finding.reason] : []));

async function matchedIn(ledger: Running['ledger'], key: string): Promise<void> {
  await expect.poll(() => reasonsOf(ledger, key).length).toBeGreaterThan(0);
}

describe('a success without a reference', () => {
  test('keeps its order from expiring while it is too early to look again where such facts belong', () =>
    withBooks(async ({ ledger, clock }) => {
      await ledger.writer.append([order('A-1'), initiated('A-1'), order('A-2'), unnamed('ev-0', 'P-0')]);
      await ledger.loop.catchUp();
      clock.at = NEAR_EXPIRY;
      await ledger.writer.append([unnamed('ev-1', 'P-A-1')]);
      clock.at = AFTER_EXPIRY;
      for (let round = 0; round < 5; round++) await ledger.loop.catchUp();
      await matchedIn(ledger, 'A-1');
      expect(reasonsOf(ledger, 'A-1')).toEqual([null]);
      // What nobody paid expires all the same.
      await matchedIn(ledger, 'A-2');
      expect(reasonsOf(ledger, 'A-2')).toEqual(['ORDER_EXPIRED']);
    }));

  test('does so where the service was killed before it looked and starts after the deadline', () =>
    withBooks(async ({ dir, ledger }) => {
      await ledger.writer.append([order('A-1'), initiated('A-1')]);
      await ledger.loop.catchUp();
      await ledger.close();
      const log = new EmbeddedLog(dir);
      await new FactWriter(log, () => {}).append([unnamed('ev-1', 'P-A-1')]);
      await log.close();
      const clock = new StillClock();
      clock.at = AFTER_EXPIRY;
      const again = await openBooks(dir, clock);
      try {
        await again.loop.catchUp();
        await matchedIn(again, 'A-1');
        expect(reasonsOf(again, 'A-1')).toEqual([null]);
      } finally {
        await again.close();
      }
    }));

  test('whose payment nobody knows holds no deadline up', () =>
    withBooks(async ({ ledger, clock }) => {
      await ledger.writer.append([order('A-1'), unnamed('ev-1', 'P-9')]);
      await ledger.loop.catchUp();
      clock.at = AFTER_EXPIRY;
      await matchedIn(ledger, 'A-1');
      expect(reasonsOf(ledger, 'A-1')).toEqual(['ORDER_EXPIRED']);
    }));
});
