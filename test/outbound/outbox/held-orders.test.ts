// An order that waiting money may be for is not told to its shop as expired at once.
import { DatabaseSync } from 'node:sqlite';
import pino from 'pino';
import { describe, expect, test } from 'vitest';
import { MemoryLog } from '../../../src/log/memory.ts';
import { OrderMessages, type OrderMessagesOptions } from '../../../src/outbound/outbox/order-messages.ts';
import { orderChangesAfter } from '../../../src/projections/order-changes.ts';
import type { OutgoingMessage } from '../../../src/runtime/outgoing-message.ts';
import { ManualClock } from '../../producers/poller/manual-clock.ts';
import { LedgerWriter } from './ledger.ts';

const AT = Date.parse('2026-06-01T12:00:00Z');
const DAY = 86_400_000;

class World {
  readonly log = new MemoryLog(3);
  readonly ledger = new LedgerWriter(this.log);
  readonly database = new DatabaseSync(':memory:');
  readonly clock = new ManualClock(AT);
  readonly told: OutgoingMessage[] = [];

  async read(more: Pick<OrderMessagesOptions, 'waitingMoney'>): Promise<OutgoingMessage[]> {
    const reader = new OrderMessages({
      changesAfter: async (cursor, limit) => orderChangesAfter(this.log, cursor, limit),
      database: this.database,
      outbox: { put: (messages) => this.told.push(...messages) },
      orderNumber: async () => null,
      nextBlock: (signal) => this.clock.sleep(60_000, signal),
      clock: this.clock,
      logger: pino({ level: 'silent' }),
      ...more,
    });
    while (await reader.readSlice());
    return this.told;
  }
}

const types = (told: readonly OutgoingMessage[]) => told.map(({ type, data }) => `${type} ${data.entry_id}`);

describe('an order that money without an order may be for', () => {
  const waitingMoney = (named: readonly string[]) => ({
    grace: () => 3 * DAY,
    ordersAmong: async (keys: readonly string[]) => new Set(keys.filter((key) => named.includes(key))),
  });

  async function given(): Promise<World> {
    const world = new World();
    await world.ledger.block(0, AT, [
      { key: 'A', reason: 'ORDER_EXPIRED' },
      { key: 'B', reason: 'ORDER_EXPIRED' },
    ]);
    expect(types(await world.read({ waitingMoney: waitingMoney(['A']) }))).toEqual(['order.expired 0-0-1']);
    return world;
  }

  test('is not told as expired before the grace has passed from its expiry, and then once', async () => {
    const world = await given();
    const more = { waitingMoney: waitingMoney(['A']) };
    world.clock.skip(60_000);
    expect(types(await world.read(more))).toEqual(['order.expired 0-0-1']);
    world.clock.skip(3 * DAY - 61_001);
    expect(types(await world.read(more))).toEqual(['order.expired 0-0-1']);
    world.clock.skip(1);
    expect(types(await world.read(more))).toEqual(['order.expired 0-0-1', 'order.expired 0-0-0']);
    expect(await world.read(more)).toHaveLength(2);
  });

  test('is told once the money is known to be of another order', async () => {
    const world = await given();
    world.clock.skip(59_999);
    expect(await world.read({ waitingMoney: waitingMoney([]) })).toHaveLength(1);
    world.clock.skip(1);
    expect(types(await world.read({ waitingMoney: waitingMoney([]) }))[1]).toBe('order.expired 0-0-0');
  });

  test('is never told as expired or revived where the money was its own', async () => {
    const world = await given();
    await world.ledger.block(0, AT + 1, [{ key: 'A', reason: null, supersedes: ['0-0-0'] }]);
    world.clock.skip(4 * DAY);
    expect(await world.read({ waitingMoney: waitingMoney(['A']) })).toHaveLength(1);
  });

  test('is told at once where the grace has passed when it is read', async () => {
    const world = new World();
    await world.ledger.block(0, AT, [{ key: 'A', reason: 'ORDER_EXPIRED' }]);
    world.clock.skip(3 * DAY);
    expect(await world.read({ waitingMoney: waitingMoney(['A']) })).toHaveLength(1);
  });
});
