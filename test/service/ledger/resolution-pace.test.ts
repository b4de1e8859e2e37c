// Money that came in time but names no order: the deadline of an order waits until this money is resolved.
import { describe, expect, test } from 'vitest';
import type { Fact } from '../../../src/domain/fact.ts';
import { EmbeddedLog } from '../../../src/log/embedded.ts';
import { FactWriter } from '../../../src/service/ledger/fact-writer.ts';
import {
  factOf,
  NOON,
  openLiveLedger,
  order,
  paid,
  type Running,
  StillClock,
  withLiveLedger,
} from './given-live-ledger.ts';

const HOUR = 3_600_000;
/** Orders of the tests are placed at 11:00 and expire a day later. */
const [NEAR_EXPIRY, AFTER_EXPIRY] = [NOON + 22.9 * HOUR, NOON + 24 * HOUR];

/** The answer to the start of a payment: it has the gateway's id. */
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
  test('keeps its order from expiring while the next resolution is not due', () =>
    withLiveLedger(async ({ ledger, clock }) => {
      await ledger.writer.append([order('A-1'), initiated('A-1'), order('A-2'), unnamed('ev-0', 'P-0')]);
      await ledger.loop.catchUp();
      clock.at = NEAR_EXPIRY;
      await ledger.writer.append([unnamed('ev-1', 'P-A-1')]);
      clock.at = AFTER_EXPIRY;
      for (let round = 0; round < 5; round++) await ledger.loop.catchUp();
      await matchedIn(ledger, 'A-1');
      expect(reasonsOf(ledger, 'A-1')).toEqual([null]);
      // The unpaid order expires nevertheless.
      await matchedIn(ledger, 'A-2');
      expect(reasonsOf(ledger, 'A-2')).toEqual(['ORDER_EXPIRED']);
    }));

  test('does so if the service was killed before the resolution and starts after the deadline', () =>
    withLiveLedger(async ({ dir, ledger }) => {
      await ledger.writer.append([order('A-1'), initiated('A-1')]);
      await ledger.loop.catchUp();
      await ledger.close();
      const log = new EmbeddedLog(dir);
      await new FactWriter(log, () => {}).append([unnamed('ev-1', 'P-A-1')]);
      await log.close();
      const clock = new StillClock();
      clock.at = AFTER_EXPIRY;
      const again = await openLiveLedger(dir, clock);
      try {
        await again.loop.catchUp();
        await matchedIn(again, 'A-1');
        expect(reasonsOf(again, 'A-1')).toEqual([null]);
      } finally {
        await again.close();
      }
    }));

  test('of an unknown payment delays no deadline', () =>
    withLiveLedger(async ({ ledger, clock }) => {
      await ledger.writer.append([order('A-1'), unnamed('ev-1', 'P-9')]);
      await ledger.loop.catchUp();
      clock.at = AFTER_EXPIRY;
      await matchedIn(ledger, 'A-1');
      expect(reasonsOf(ledger, 'A-1')).toEqual(['ORDER_EXPIRED']);
    }));
});
