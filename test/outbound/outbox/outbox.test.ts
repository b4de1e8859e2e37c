// Delivery of messages: until they are accepted, for three days, each target separately.
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, test } from 'vitest';
import { HesabuError } from '../../../src/domain/errors.ts';
import { messageId } from '../../../src/runtime/outgoing-message.ts';
import { inTransaction } from '../../../src/runtime/service-database.ts';
import { answer, DAY, HOUR, MINUTE, message, NOON, SECOND, target, World } from './world.ts';

describe('a message', () => {
  test('is sent at once to every target that wants it, and once', async () => {
    const world = new World();
    const targets = [target('shop'), target('other', { merchants: ['other'] }), target('ops', { types: ['alert.*'] })];
    const outbox = world.outbox({ targets });
    outbox.put([message('m1'), message('m2', { type: 'alert.raised', merchant: '' })]);
    outbox.put([message('m1', { data: { other: true } })]);
    await world.clock.advance(4 * DAY);
    expect(world.sent.map(({ target: name, id, at }) => `${name} ${id} ${at - NOON}`).sort()).toEqual([
      'ops m2 0',
      'shop m1 0',
      'shop m2 0',
    ]);
    expect(world.sent.find(({ id }) => id === 'm1')!.body).toBe(
      '{"type":"order.expired","timestamp":"2026-06-01T12:00:00.000Z","data":{"id":"m1"}}',
    );
    expect(outbox.status().waiting).toBe(0);
    expect(Object.fromEntries(world.counts)).toEqual({ delivered: 3 });
    expect(world.waiting).toBe(0);
    await outbox.stop();
  });

  test('is stored with the transaction that puts it, or not at all', async () => {
    const world = new World();
    const outbox = world.outbox();
    const failing = () =>
      inTransaction(world.database, () => {
        outbox.put([message('lost')]);
        throw new Error('no');
      });
    expect(failing).toThrow('no');
    inTransaction(world.database, () => outbox.put([message('kept')]));
    await world.clock.advance(MINUTE);
    expect(world.idsTo('shop')).toEqual(['kept']);
    await outbox.stop();
  });

  test('has an id by its subject', () => {
    expect(messageId('a', 'b')).toBe(messageId('a', 'b'));
    expect(messageId('a', 'b')).not.toBe(messageId('a', 'c'));
  });
});

describe('a target that does not accept a message', () => {
  test('gets it again after growing waits for three days; then it is dead and shown', async () => {
    const world = new World();
    world.respond = () => answer(500);
    const outbox = world.outbox();
    outbox.put([message('m1')]);
    await world.clock.advance(5 * DAY);
    const times = world.sent.map(({ at }) => at - NOON);
    const waits = times.slice(1).map((at, index) => at - times[index]!);
    let wait = 5 * SECOND;
    for (const [index, each] of waits.slice(0, -1).entries()) {
      expect([index, each >= wait && each <= 1.2 * wait + 1]).toEqual([index, true]);
      wait = Math.min(3 * wait, 8 * HOUR);
    }
    expect(times.at(-1)).toBe(3 * DAY);
    expect(times.length).toBeGreaterThan(14);
    expect(new Set(world.idsTo('shop'))).toEqual(new Set(['m1']));
    const died = { id: 'm1', type: 'order.expired', target: 'shop', attempts: times.length, ended_at: NOON + 3 * DAY };
    expect(outbox.status()).toMatchObject({ waiting: 0, lastDead: [{ ...died, fault: 'answered 500' }] });
    expect(world.counts.get('dead')).toBe(1);
    expect(world.logged.map(({ msg }) => msg)).toEqual(['a message was not accepted and is given up']);
    await outbox.stop();
  });

  test('shows the dead messages of a day, by target', async () => {
    const world = new World();
    world.respond = () => answer(400);
    const outbox = world.outbox();
    outbox.put([message('m1'), message('m2')]);
    await world.clock.advance(3 * DAY + HOUR);
    expect(outbox.status().dead).toEqual(new Map([['shop', 2]]));
    await world.clock.advance(DAY);
    expect(outbox.status().dead).toEqual(new Map());
    expect(outbox.status().lastDead).toHaveLength(2);
    await outbox.stop();
  });

  test.each([
    ['refuses', () => answer(404)],
    ['leads elsewhere', () => answer(301)],
    ['gives no answer', () => Promise.reject(new HesabuError('HESABU_GATEWAY_FAILED', { found: 'ECONNRESET' }))],
    ['breaks us', () => Promise.reject(new TypeError('unforeseen'))],
  ] as const)('that %s gets it again', async (_, respond) => {
    const world = new World();
    world.respond = () => (world.sent.length < 3 ? respond() : answer(204));
    const outbox = world.outbox();
    outbox.put([message('m1')]);
    await world.clock.advance(HOUR);
    expect(world.idsTo('shop')).toEqual(['m1', 'm1', 'm1']);
    expect(Object.fromEntries(world.counts)).toEqual({ failed: 2, delivered: 1 });
    await outbox.stop();
  });

  test('is obeyed if it says when to come again, for all of its messages', async () => {
    const world = new World();
    world.respond = ({ at }) => (at < NOON + 30 * MINUTE ? answer(429, { 'retry-after': '1800' }) : answer(200));
    const outbox = world.outbox({ concurrency: 1 });
    outbox.put([message('m1'), message('m2')]);
    await world.clock.advance(HOUR);
    expect(world.sent.map(({ id, at }) => [id, at - NOON])).toEqual([
      ['m1', 0],
      ['m2', 30 * MINUTE],
      ['m1', 30 * MINUTE],
    ]);
    await outbox.stop();
  });

  test('that asks to wait beyond the three days gets it once more after its wait, and then it is dead', async () => {
    const world = new World();
    world.respond = ({ at }) => answer(503, { 'retry-after': at < NOON + 2.5 * DAY ? '60' : '86400' });
    const outbox = world.outbox();
    outbox.put([message('m1')]);
    await world.clock.advance(3 * DAY + HOUR);
    expect(outbox.status()).toMatchObject({ waiting: 1, lastDead: [] });
    await world.clock.advance(DAY);
    const [asked, last] = world.sent.slice(-2).map(({ at }) => at - NOON);
    expect([asked! < 3 * DAY, last! - asked!]).toEqual([true, DAY]);
    expect(outbox.status()).toMatchObject({ waiting: 0, lastDead: [{ id: 'm1' }] });
    await outbox.stop();
  });

  test('that asks to wait for this message only gets it at the end of the three days at the latest', async () => {
    const world = new World();
    world.respond = ({ at }) => (at < NOON + 3 * DAY ? answer(500, { 'retry-after': '86400' }) : answer(200));
    const outbox = world.outbox();
    await world.clock.advance(HOUR);
    outbox.put([message('m1')]);
    await world.clock.advance(4 * DAY);
    expect(world.sent.map(({ at }) => at - NOON - HOUR)).toEqual([0, DAY, 2 * DAY, 3 * DAY]);
    expect(outbox.status()).toMatchObject({ waiting: 0, lastDead: [] });
    await outbox.stop();
  });

  test('that is gone gets nothing more until the service restarts', async () => {
    const world = new World();
    world.respond = () => answer(410);
    const outbox = world.outbox({ concurrency: 1 });
    outbox.put([message('m1'), message('m2')]);
    await world.clock.advance(DAY);
    expect(world.idsTo('shop')).toEqual(['m1']);
    expect(outbox.status().targets).toEqual([{ name: 'shop', inFlight: 0, isGone: true, pausedUntil: null }]);
    expect(outbox.status().waiting).toBe(2);
    await outbox.stop();
    world.respond = () => answer(200);
    const again = world.outbox();
    await world.clock.advance(MINUTE);
    expect(world.idsTo('shop').sort()).toEqual(['m1', 'm1', 'm2']);
    await again.stop();
  });

  test('that stays gone lets its messages die in their time', async () => {
    const world = new World();
    world.respond = () => answer(410);
    const outbox = world.outbox();
    outbox.put([message('m1')]);
    await world.clock.advance(3 * DAY + 2 * HOUR);
    expect(outbox.status().lastDead.map(({ fault }) => fault)).toEqual(['this target takes no more messages']);
    await outbox.stop();
  });
});

describe('a restart', () => {
  test('sends what was not marked as delivered, under the same id, and nothing else', async () => {
    const world = new World();
    const outbox = world.outbox();
    outbox.put([message('m1')]);
    await world.clock.advance(MINUTE);
    // As if the process had ended between the answer and its mark.
    world.database.exec("UPDATE outbox_deliveries SET state = 'waiting', attempts = 0, ended_at = NULL");
    await outbox.stop();
    const again = world.outbox();
    again.put([message('m2')]);
    await world.clock.advance(MINUTE);
    expect(world.idsTo('shop')).toEqual(['m1', 'm1', 'm2']);
    await again.stop();
  });

  test('after a week still tries older messages once', async () => {
    const world = new World();
    world.respond = () => answer(500);
    const outbox = world.outbox();
    outbox.put([message('m1')]);
    await world.clock.advance(MINUTE);
    await outbox.stop();
    const before = world.sent.length;
    world.clock.skip(7 * DAY);
    const again = world.outbox();
    await world.clock.advance(DAY);
    expect(world.sent.length).toBe(before + 1);
    expect(again.status().waiting).toBe(0);
    await again.stop();
  });

  test('removes delivered messages after thirty days', async () => {
    const world = new World();
    const outbox = world.outbox();
    outbox.put([message('m1')]);
    await world.clock.advance(30 * DAY - MINUTE);
    const count = () => world.database.prepare('SELECT count(*) AS count FROM outbox_messages').get()!.count;
    expect(count()).toBe(1);
    await world.clock.advance(2 * HOUR);
    expect(count()).toBe(0);
    expect(world.database.prepare('SELECT count(*) AS count FROM outbox_deliveries').get()!.count).toBe(0);
    await outbox.stop();
  });

  test('pauses the target when the database fails, instead of sending a message again and again', async () => {
    const world = new World();
    const outbox = world.outbox();
    world.database.exec(
      "CREATE TRIGGER full BEFORE UPDATE ON outbox_deliveries BEGIN SELECT RAISE(ABORT, 'full'); END",
    );
    outbox.put([message('m1')]);
    await world.clock.advance(10 * MINUTE - 1);
    expect(world.sent.length).toBe(10);
    world.database.exec('DROP TRIGGER full');
    await world.clock.advance(MINUTE);
    expect(outbox.status().waiting).toBe(0);
    await outbox.stop();
  });
});

test('an outbox without targets starts and stops at once', async () => {
  const world = new World();
  const outbox = world.outbox({ targets: [], database: new DatabaseSync(':memory:') });
  outbox.put([message('m1')]);
  expect(outbox.status()).toMatchObject({ waiting: 0, targets: [] });
  await outbox.stop();
});
