// Five hundred events in a minute: each chat gets few messages, none is lost, and none is muted.
import { DatabaseSync } from 'node:sqlite';
import pino from 'pino';
import { describe, expect, test } from 'vitest';
import { HesabuError } from '../../../src/domain/errors.ts';
import { limitMemory } from '../../../src/outbound/client/limit-table.ts';
import { messageOf, type Notice } from '../../../src/outbound/notices/notice.ts';
import { NoticeQueue } from '../../../src/outbound/notices/notice-queue.ts';
import { noticeText } from '../../../src/outbound/notices/notice-text.ts';
import { Outbox } from '../../../src/outbound/outbox/outbox.ts';
import { NO_METER } from '../../../src/runtime/meter.ts';
import { ManualClock } from '../../producers/poller/manual-clock.ts';
import { CHATS, type Chat, givenChat, refusalOf } from '../channels/given-channels.ts';

const NOON = Date.parse('2026-06-01T12:00:00Z');
const [MINUTE, HOUR, DAY] = [60_000, 3_600_000, 86_400_000];
const TERMS = { language: 'en', zone: 'UTC', detail: 'amount', publicUrl: 'https://desk.example' } as const;

function notice(id: string, more: Partial<Notice> = {}): Notice {
  return {
    ...{ id, event: 'case.assigned', merchant: 'shop-1', at: NOON, isCritical: false, reference: id },
    ...{ reason: 'AMOUNT_UNDER', value: [{ currency: 'KES', amount: '10.00' }], count: 1, text: null, change: null },
    ...{ path: `/desk/breaks/${id}`, ...more },
  };
}

/** An outbox with one chat as its target, over a database that outlives it. */
class World {
  readonly clock = new ManualClock(NOON);
  readonly database = new DatabaseSync(':memory:');
  readonly chat: Chat;
  outbox!: Outbox;

  constructor(kind: string) {
    this.chat = givenChat(kind, this.clock);
    this.open();
  }

  open(): void {
    const { clock, database, chat } = this;
    const logger = pino({ level: 'silent' });
    this.outbox = new Outbox({
      database,
      targets: [],
      post: async () => ({ status: 500, headers: {} }),
      clock,
      meter: NO_METER,
      logger,
    });
    const target = { channel: chat.channel, compose: (notices: readonly Notice[]) => noticeText(notices, TERMS) };
    const memory = limitMemory(database, 'notices channel a');
    const shared = { memory, clock, meter: NO_METER, logger };
    this.outbox.addQueue((table) => new NoticeQueue({ name: 'channel a', target: () => target, table, ...shared }));
    this.outbox.start();
  }

  put(...notices: readonly Notice[]): void {
    for (const one of notices) this.outbox.putTo(messageOf(one), ['channel a']);
  }

  /** How many were told of: by the count that each message's title begins with, or one. */
  get told(): number {
    return this.chat.taken.reduce((sum, { body }) => sum + Number(/(\d+) cases have an owner/.exec(body)?.[1] ?? 1), 0);
  }

  get states(): Readonly<Record<string, number>> {
    const rows = this.database.prepare('SELECT state, count(*) AS count FROM outbox_deliveries GROUP BY state').all();
    return Object.fromEntries(rows.map(({ state, count }) => [state, Number(count)]));
  }
}

describe.each(CHATS)('500 events in a minute for %s', (kind) => {
  test('are at most 20 messages, none lost or too many; a wrong secret is told in its own words (4.15)', async () => {
    const world = new World(kind);
    for (let at = 0; at < 500; at++) {
      world.put(notice(`n-${at}`));
      await world.clock.advance(MINUTE / 500);
    }
    await world.clock.advance(5 * MINUTE);
    expect(world.chat.refused).toBe(0);
    expect(world.chat.taken.length).toBeLessThanOrEqual(20);
    expect(world.told).toBe(500);
    expect(world.states).toEqual({ delivered: 500 });
    await world.outbox.stop();

    // What the test button shows is what the channel says of one message.
    world.chat.next = refusalOf(kind);
    const own = String(world.chat.next.body).match(/sign not match|sign match fail|invalid webhook url|no_service/)![0];
    const tried = await world.chat.channel.send(noticeText([notice('n-try', { event: 'test' })], TERMS));
    expect([tried.kind, tried.words]).toEqual(['refused', expect.stringContaining(own)]);
  });

  test('all of them critical, stay below its limit too', async () => {
    const world = new World(kind);
    for (let at = 0; at < 500; at++) {
      world.put(notice(`n-${at}`, { isCritical: true }));
      await world.clock.advance(MINUTE / 500);
    }
    await world.clock.advance(5 * MINUTE);
    expect(world.chat.refused).toBe(0);
    expect(world.states).toEqual({ delivered: 500 });
    await world.outbox.stop();
  });
});

describe('a queue of notices', () => {
  test('sends what is critical at once, and lets the rest wait for others', async () => {
    const world = new World('dingtalk');
    world.put(notice('a'));
    await world.clock.advance(4_000);
    expect(world.chat.taken).toHaveLength(0);
    world.put(notice('b', { isCritical: true }));
    await world.clock.advance(1);
    expect(world.chat.taken.map(({ at }) => at - NOON)).toEqual([4_000]);
    expect(world.told).toBe(2);
    await world.outbox.stop();
  });

  test('tries again what was refused, joined with what came since', async () => {
    const world = new World('dingtalk');
    world.chat.next = refusalOf('dingtalk');
    world.put(notice('a'));
    await world.clock.advance(6_000);
    expect(world.states).toEqual({ waiting: 1 });
    world.put(notice('b'));
    await world.clock.advance(HOUR);
    expect([world.told, world.states]).toEqual([2, { delivered: 2 }]);
    await world.outbox.stop();
  });

  test('gives up after three days, and says what the other side said', async () => {
    const world = new World('wecom');
    world.put(notice('a'));
    world.chat.always = refusalOf('wecom');
    await world.clock.advance(3 * DAY + HOUR);
    expect(world.states).toEqual({ dead: 1 });
    const [dead] = world.outbox.status().lastDead;
    expect(dead).toMatchObject({ target: 'channel a', fault: expect.stringContaining('invalid webhook url') });
    expect(dead!.ended_at - NOON).toBeLessThanOrEqual(3 * DAY + HOUR);
    await world.outbox.stop();
  });

  test('gives up of one message what is three days old, and goes on with the rest of it', async () => {
    const world = new World('wecom');
    world.put(notice('a'));
    world.chat.always = refusalOf('wecom');
    await world.clock.advance(3 * DAY - 1_000);
    world.put(notice('b'));
    await world.clock.advance(2_000);
    world.put(notice('c'));
    const refused = world.chat.refused;
    await world.clock.advance(5_000);
    expect([world.chat.refused - refused, world.states]).toEqual([1, { dead: 1, waiting: 2 }]);
    const rows = world.database.prepare("SELECT DISTINCT due FROM outbox_deliveries WHERE state = 'waiting'").all();
    expect(rows).toHaveLength(1);
    expect(world.outbox.status().lastDead.map(({ id }) => id)).toEqual(['a']);
    await world.outbox.stop();
  });

  test('that was killed between the answer and its mark sends again, and loses nothing (S23)', async () => {
    const world = new World('lark');
    world.put(notice('a'), notice('b'));
    await world.clock.advance(6_000);
    await world.outbox.stop();
    world.database.exec("UPDATE outbox_deliveries SET state = 'waiting', attempts = 0, ended_at = NULL");
    world.open();
    await world.clock.advance(6_000);
    expect([world.chat.taken.length, world.states]).toEqual([2, { delivered: 2 }]);
    // What the limit was is remembered, so that a crash loop sends no more than the limit.
    const level = world.database.prepare('SELECT account FROM account_limits').all();
    expect(level).toEqual([{ account: 'notices channel a' }]);
    await world.outbox.stop();
  });

  test('that gets no answer tries again, and one that is muted waits', async () => {
    const world = new World('dingtalk');
    world.chat.next = new HesabuError('HESABU_GATEWAY_FAILED', { found: 'no answer within 10000 ms' });
    world.put(notice('a'));
    await world.clock.advance(MINUTE);
    expect(world.states).toEqual({ delivered: 1 });
    world.chat.next = { status: 200, headers: {}, body: Buffer.from('{"errcode":130101,"errmsg":"send too fast"}') };
    world.put(notice('b'));
    await world.clock.advance(9 * MINUTE);
    expect(world.states).toEqual({ delivered: 1, waiting: 1 });
    await world.clock.advance(2 * MINUTE);
    expect(world.states).toEqual({ delivered: 2 });
    await world.outbox.stop();
  });
});
