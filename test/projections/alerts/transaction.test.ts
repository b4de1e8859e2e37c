// An alert and its message are committed together or not at all, in one database.
import pino from 'pino';
import { describe, expect, test } from 'vitest';
import { Outbox } from '../../../src/outbound/outbox/outbox.ts';
import { NO_METER } from '../../../src/runtime/meter.ts';
import { ManualClock } from '../../producers/poller/manual-clock.ts';
import { MINUTE, NOON, SECOND, type Seen, World } from './world.ts';

const TARGET = {
  name: 'shop',
  url: 'https://shop/',
  secrets: () => ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'],
  types: ['alert.*'],
  merchants: ['*'],
};
const FULL: Seen = { diskFreeRatio: 0.05 };
/** Two alerts in the same round: the gone target is judged after the disk. */
const BOTH: Seen = { ...FULL, goneTargets: ['shop'] };

/** A world whose messages go to a real outbox without delivery; a put can be made to fail. */
class KeptWorld extends World {
  readonly kept = new Outbox({
    database: this.database,
    targets: [TARGET],
    post: () => Promise.reject(new Error('nothing is sent here')),
    clock: new ManualClock(NOON),
    meter: NO_METER,
    logger: pino({ level: 'silent' }),
  });
  /** The number of messages accepted before one fails. */
  room = Number.POSITIVE_INFINITY;

  constructor() {
    super();
    this.outbox = {
      put: (messages) => {
        this.kept.put(messages);
        if (this.room === 0) throw new Error('the disk is full');
        this.room -= 1;
      },
    };
  }

  /** The contents of the database: alerts, and messages by type. */
  stored() {
    const read = (sql: string) => this.database.prepare(sql).all().flatMap(Object.values);
    return {
      alerts: read(`SELECT alert || iif(cleared_at IS NULL, '', ' cleared') FROM alerts ORDER BY id`),
      messages: read('SELECT type FROM outbox_messages ORDER BY type'),
    };
  }
}

describe('an alert and its message', () => {
  test('are both stored', () => {
    const world = new KeptWorld();
    world.look(0, FULL);
    world.look(MINUTE, BOTH);
    expect(world.stored()).toEqual({
      alerts: ['disk_nearly_full', 'target_gone'],
      messages: ['alert.raised', 'alert.raised'],
    });
    expect(world.kept.status().waiting).toBe(2);
  });

  test('are not stored if the second of two fails, and nothing is reported', () => {
    const world = new KeptWorld();
    world.look(0, FULL);
    world.room = 1;
    expect(() => world.look(MINUTE, BOTH)).toThrow('the disk is full');
    expect(world.stored()).toEqual({ alerts: [], messages: [] });
    expect([world.alerts.list(), world.logged, world.active.get('target_gone')]).toEqual([[], [], 0]);
  });

  test('are stored in the next round, without a new delay', () => {
    const world = new KeptWorld();
    world.look(0, FULL);
    world.room = 0;
    expect(() => world.look(MINUTE, FULL)).toThrow('the disk is full');
    world.room = 9;
    world.look(MINUTE + SECOND, FULL);
    expect(world.stored()).toEqual({ alerts: ['disk_nearly_full'], messages: ['alert.raised'] });
  });

  test('stay raised if the message that it is cleared cannot be stored', () => {
    const world = new KeptWorld();
    world.look(0, { goneTargets: ['shop'] });
    world.room = 0;
    expect(() => world.look(MINUTE)).toThrow('the disk is full');
    expect(world.stored()).toEqual({ alerts: ['target_gone'], messages: ['alert.raised'] });
    expect(world.active.get('target_gone')).toBe(1);
    world.room = 9;
    world.look(2 * MINUTE);
    expect(world.stored()).toEqual({ alerts: ['target_gone cleared'], messages: ['alert.cleared', 'alert.raised'] });
  });
});
