// Messages to shops about their orders: once per entry, wherever reading was interrupted.
import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import pino from 'pino';
import { describe, expect, test } from 'vitest';
import type { EventLog } from '../../../src/log/event-log.ts';
import { MemoryLog } from '../../../src/log/memory.ts';
import { OrderMessages, type OrderMessagesOptions } from '../../../src/outbound/outbox/order-messages.ts';
import { orderChangesAfter } from '../../../src/projections/order-changes.ts';
import type { OutgoingMessage } from '../../../src/runtime/outgoing-message.ts';
import { ManualClock } from '../../producers/poller/manual-clock.ts';
import { type Drafted, LedgerWriter } from './ledger.ts';

const AT = Date.parse('2026-06-01T12:00:00Z');
const DAY = 86_400_000;

class World {
  readonly log = new MemoryLog(3);
  readonly ledger = new LedgerWriter(this.log);
  readonly database = new DatabaseSync(':memory:');
  readonly clock = new ManualClock(AT);
  readonly told: OutgoingMessage[] = [];
  readonly warned: string[] = [];

  reader(more: Partial<OrderMessagesOptions> = {}): OrderMessages {
    return new OrderMessages({
      changesAfter: async (cursor, limit) => orderChangesAfter(this.log, cursor, limit),
      database: this.database,
      outbox: { put: (messages) => this.told.push(...messages) },
      orderNumber: async (reference) => (reference === 'NO-NUMBER' ? null : `#${reference}`),
      nextBlock: (signal) => this.clock.sleep(60_000, signal),
      clock: this.clock,
      logger: pino({ level: 'warn' }, { write: (line: string) => this.warned.push(JSON.parse(line).msg) }),
      ...more,
    });
  }

  async read(more: Partial<OrderMessagesOptions> = {}): Promise<OutgoingMessage[]> {
    const reader = this.reader(more);
    while (await reader.readSlice());
    return this.told;
  }
}

const types = (told: readonly OutgoingMessage[]) => told.map(({ type, data }) => `${type} ${data.entry_id}`);

describe('an order that expired', () => {
  test('is reported with its amount and its entry', async () => {
    const world = new World();
    await world.ledger.block(1, AT, [
      { key: 'A-1', reason: null },
      { key: 'A-2', reason: 'ORDER_EXPIRED', merchant: 'duka-2' },
    ]);
    const [message, ...others] = await world.read();
    expect(others).toEqual([]);
    expect(message).toEqual({
      id: expect.stringMatching(/^msg_[\w-]{27}$/),
      type: 'order.expired',
      timestamp: AT,
      merchant: 'duka-2',
      names: ['A-2'],
      data: {
        merchant: 'duka-2',
        transaction_reference: 'A-2',
        order_number: '#A-2',
        amount: '1000.00',
        currency: 'KES',
        expired_at: '2026-06-01T11:59:59Z',
        entry_id: '1-0-1',
      },
    });
  });

  test('has no number if the shop gave none', async () => {
    const world = new World();
    await world.ledger.block(0, AT, [{ key: 'NO-NUMBER', reason: 'ORDER_EXPIRED' }]);
    expect((await world.read())[0]!.data).not.toHaveProperty('order_number');
  });

  test('that is cancelled later is not reported again', async () => {
    const world = new World();
    await world.ledger.block(0, AT, [{ key: 'A', reason: 'ORDER_EXPIRED' }]);
    await world.ledger.block(0, AT + 1, [{ key: 'A', reason: 'ORDER_CANCELLED', supersedes: ['0-0-0'] }]);
    expect(types(await world.read())).toEqual(['order.expired 0-0-0']);
  });

  test.each(['PAID_AFTER_CANCEL', 'ORDER_REOPENED', null] as const)(
    'that comes back as %s is revived',
    async (reason) => {
      const world = new World();
      await world.ledger.block(0, AT, [{ key: 'A', reason: 'ORDER_EXPIRED' }]);
      await world.read();
      await world.ledger.block(0, AT + 500, [{ key: 'A', reason, supersedes: ['0-0-0'] }]);
      await world.ledger.block(0, AT + 600, [{ key: 'A', reason: 'AMOUNT_UNDER', supersedes: ['0-1-0'] }]);
      const [, message, ...others] = await world.read();
      expect(others).toEqual([]);
      expect(message).toMatchObject({ type: 'order.revived', timestamp: AT + 500, merchant: 'duka', names: ['A'] });
      expect(message!.data).toEqual({
        merchant: 'duka',
        transaction_reference: 'A',
        order_number: '#A',
        revived_at: '2026-06-01T12:00:00.500Z',
        reason,
        entry_id: '0-1-0',
        expired_entry_id: '0-0-0',
      });
    },
  );
});

describe('an order that expired in a ledger ahead of the clock', () => {
  const AHEAD = AT + 3 * DAY;

  /** `AHEAD` less a second is when the order expires by its own terms. */
  async function given(): Promise<World> {
    const world = new World();
    await world.ledger.block(0, AHEAD, [
      { key: 'A', reason: 'ORDER_EXPIRED' },
      { key: 'B', reason: 'ORDER_EXPIRED' },
    ]);
    expect(await world.read()).toEqual([]);
    return world;
  }

  test('is reported when its time has come, once, also after a restart', async () => {
    const world = await given();
    world.clock.skip(3 * DAY - 1_001);
    expect(await world.read()).toEqual([]);
    world.clock.skip(1);
    expect(types(await world.read())).toEqual(['order.expired 0-0-0', 'order.expired 0-0-1']);
    await world.read();
    expect(world.told).toHaveLength(2);
    await world.ledger.block(0, AHEAD + 1, [{ key: 'A', reason: 'PAID_AFTER_CANCEL', supersedes: ['0-0-0'] }]);
    expect(types(await world.read()).slice(2)).toEqual(['order.revived 0-1-0']);
  });

  test.each(['ORDER_REOPENED', 'ORDER_CANCELLED', null] as const)(
    'is never reported if it is %s before that, nor that it is back',
    async (reason) => {
      const world = await given();
      await world.ledger.block(0, AHEAD + 1, [{ key: 'A', reason, supersedes: ['0-0-0'] }]);
      expect(await world.read()).toEqual([]);
      world.clock.skip(4 * DAY);
      expect(types(await world.read())).toEqual(['order.expired 0-0-1']);
      // All of it in one slice is the same.
      const again = new World();
      await again.ledger.block(0, AHEAD, [{ key: 'A', reason: 'ORDER_EXPIRED' }]);
      await again.ledger.block(0, AHEAD + 1, [{ key: 'A', reason, supersedes: ['0-0-0'] }]);
      again.clock.skip(4 * DAY - 1);
      expect(await again.read({ deadlineTime: () => AT })).toEqual([]);
      expect(await again.read()).toEqual([]);
    },
  );

  test('waits for the time by which deadlines pass, and needs no block for it', async () => {
    const world = await given();
    let late = 90_000;
    world.clock.skip(3 * DAY - 60_000);
    const nextBlock = (signal: AbortSignal) => world.clock.sleep(DAY, signal);
    const reader = world.reader({ deadlineTime: () => world.clock.now() - late, nextBlock });
    reader.start();
    await world.clock.advance(60_000);
    expect(world.told).toEqual([]);
    late = 0;
    await world.clock.advance(60_000);
    expect(types(world.told)).toEqual(['order.expired 0-0-0', 'order.expired 0-0-1']);
    await reader.stop();
  });
});

describe('reading', () => {
  const step = fc.record({ partition: fc.nat(2), keys: fc.array(fc.nat(3), { minLength: 1, maxLength: 4 }) });

  /** Every second entry of a key supersedes the previous one. */
  async function written(steps: readonly { partition: number; keys: readonly number[] }[]): Promise<World> {
    const world = new World();
    const last = new Map<string, string>();
    const heights = [0, 0, 0];
    for (const { partition, keys } of steps) {
      const height = heights[partition]!++;
      const drafts = keys.map((number, index): Drafted => {
        const key = `${partition}/${number}`;
        const before = last.get(key);
        if (before === undefined) last.set(key, `${partition}-${height}-${index}`);
        else last.delete(key);
        return before === undefined
          ? { key, reason: 'ORDER_EXPIRED' }
          : { key, reason: 'PAID_AFTER_CANCEL', supersedes: [before] };
      });
      await world.ledger.block(partition, AT + height, drafts);
    }
    return world;
  }

  test('gives the same messages wherever it is interrupted', async () => {
    const cut = fc.record({
      slice: fc.integer({ min: 1, max: 7 }),
      restarts: fc.array(fc.boolean()),
      fails: fc.nat(5),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), cut, async (steps, { slice, restarts, fails }) => {
        const whole = await (await written(steps)).read();
        const world = await written(steps);
        let left = fails;
        // A failed transaction stores neither messages nor the cursor.
        const outbox = {
          put: (messages: readonly OutgoingMessage[]) => {
            if (left-- > 0) throw new Error('no room');
            world.told.push(...messages);
          },
        };
        let reader = world.reader({ slice, outbox });
        for (let round = 0; ; round++) {
          if (restarts[round] === true) reader = world.reader({ slice, outbox });
          const more = await reader.readSlice().catch(() => true);
          if (!more) break;
        }
        expect(world.told).toEqual(whole);
        expect(new Set(whole.map(({ id }) => id)).size).toBe(whole.length);
      }),
      { numRuns: 60 },
    );
  });

  test('again from the beginning gives the same ids', async () => {
    const world = await written([{ partition: 0, keys: [1, 2, 1] }]);
    const first = [...(await world.read())];
    world.database.exec('DELETE FROM outbox_cursor; DELETE FROM outbox_expired');
    world.told.length = 0;
    expect(await world.read()).toEqual(first);
    expect(first).toHaveLength(3);
  });

  test('reads blocks without entries once, however many there are', async () => {
    const world = new World();
    const read: bigint[] = [];
    const log: Pick<EventLog, 'partitions' | 'end' | 'read'> = {
      partitions: world.log.partitions,
      end: (topic, partition) => world.log.end(topic, partition),
      read: (topic, partition, from) => {
        read.push(from);
        return world.log.read(topic, partition, from);
      },
    };
    const reader = world.reader({ changesAfter: async (...page) => orderChangesAfter(log, ...page) });
    for (let height = 0; height < 5; height++) {
      await world.ledger.block(0, AT + height, []);
      expect(await reader.readSlice()).toBe(false);
    }
    expect(read).toEqual([0n, 1n, 2n, 3n, 4n]);
  });

  test('stores how far it came when many entries tell nothing', async () => {
    const world = new World();
    const stored = () => world.database.prepare('SELECT cursor FROM outbox_cursor').get()!.cursor;
    const reader = world.reader({ slice: 4 });
    const entries = ['A', 'B', 'C'].map((key) => ({ key, reason: null }));
    await world.ledger.block(0, AT, entries);
    while (await reader.readSlice()) expect(stored()).toBe(null);
    await world.ledger.block(0, AT + 1, entries);
    while (await reader.readSlice()) expect(world.told).toEqual([]);
    expect(stored()).toBe('2.0-0.0-0.0');
  });

  test('continues with new blocks while it runs, and ends on request', async () => {
    const world = new World();
    const reader = world.reader();
    reader.start();
    await world.clock.settle();
    await world.ledger.block(2, AT, [{ key: 'A', reason: 'ORDER_EXPIRED' }]);
    await world.clock.advance(60_000);
    expect(types(world.told)).toEqual(['order.expired 2-0-0']);
    await reader.stop();
  });

  test('a ledger that is older than the outbox reports the last three days, whenever it is read', async () => {
    const world = new World();
    await world.ledger.block(0, AT - 3 * DAY - 1, [{ key: 'A', reason: 'ORDER_EXPIRED' }]);
    await world.ledger.block(0, AT - 3 * DAY, [{ key: 'B', reason: 'ORDER_EXPIRED' }]);
    const reader = world.reader({ slice: 1 });
    world.clock.skip(10 * DAY);
    while (await reader.readSlice());
    while (await world.reader().readSlice());
    expect(types(world.told)).toEqual(['order.expired 0-1-0']);
    // An order that was not reported may still come back, and that is reported.
    await world.ledger.block(0, AT + DAY, [{ key: 'A', reason: 'PAID_AFTER_CANCEL', supersedes: ['0-0-0'] }]);
    expect(types(await world.read())).toEqual(['order.expired 0-1-0', 'order.revived 0-2-0']);
  });

  test('a ledger that was restored from a backup is read from its beginning', async () => {
    const world = new World();
    await world.ledger.block(0, AT, [{ key: 'A', reason: 'ORDER_EXPIRED' }]);
    world.reader();
    world.database.exec("UPDATE outbox_cursor SET cursor = '9.0-0.0-0.0'");
    expect(types(await world.read())).toEqual(['order.expired 0-0-0']);
    expect(world.warned).toEqual(['the ledger has changed: it is read again from its beginning']);
  });
});
