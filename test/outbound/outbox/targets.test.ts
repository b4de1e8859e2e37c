// Targets of messages: each separately, and none outside the configuration.
import { describe, expect, test } from 'vitest';
import { answer, DAY, HOUR, MINUTE, message, target, World } from './world.ts';

describe('targets', () => {
  test('do not wait for a slow one', async () => {
    const world = new World();
    const answers: (() => void)[] = [];
    world.respond = ({ target: name }) =>
      name === 'slow' ? new Promise((resolve) => answers.push(() => resolve(answer(200)))) : answer(200);
    const outbox = world.outbox({ targets: [target('slow'), target('quick')], concurrency: 3 });
    outbox.put(Array.from({ length: 50 }, (_, at) => message(`m${at}`)));
    await world.clock.advance(MINUTE);
    expect(world.idsTo('quick')).toHaveLength(50);
    // No more than the limit at once.
    expect(world.idsTo('slow')).toHaveLength(3);
    expect(outbox.status().targets[0]).toMatchObject({ name: 'slow', inFlight: 3 });
    while (answers.length > 0) {
      for (const each of answers.splice(0)) each();
      await world.clock.settle();
    }
    expect(new Set(world.idsTo('slow')).size).toBe(50);
    expect(outbox.status().waiting).toBe(0);
    await outbox.stop();
  });

  test('that the configuration does not contain get nothing, and get their messages once it does', async () => {
    const world = new World();
    let isNamed = true;
    const outbox = world.outbox({ targets: [target('shop', { isNamed: () => isNamed }), target('other')] });
    outbox.put([message('m1')]);
    await world.clock.advance(MINUTE);
    isNamed = false;
    outbox.put([message('m2')]);
    await world.clock.advance(DAY);
    expect([world.idsTo('shop'), world.idsTo('other')]).toEqual([['m1'], ['m1', 'm2']]);
    expect(outbox.status().waiting).toBe(1);
    isNamed = true;
    await world.clock.advance(MINUTE);
    expect(world.idsTo('shop')).toEqual(['m1', 'm2']);
    isNamed = false;
    outbox.put([message('m3')]);
    await world.clock.advance(3 * DAY + 2 * HOUR);
    expect(outbox.status().lastDead.map(({ id, fault }) => [id, fault])).toEqual([
      ['m3', 'this target takes no more messages'],
    ]);
    await outbox.stop();
  });

  test('that are removed from the configuration keep their messages for three days', async () => {
    const world = new World();
    world.respond = () => answer(500);
    await world.outbox().stop();
    const first = world.outbox();
    first.put([message('m1')]);
    await world.clock.advance(MINUTE);
    await first.stop();
    const without = world.outbox({ targets: [] });
    await world.clock.advance(2 * DAY);
    expect(without.status().waiting).toBe(1);
    await without.stop();
    world.respond = () => answer(200);
    const again = world.outbox();
    await world.clock.advance(MINUTE);
    expect(again.status()).toMatchObject({ waiting: 0, lastDead: [] });
    await again.stop();
  });
});
