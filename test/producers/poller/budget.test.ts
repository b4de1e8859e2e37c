// The calls for one payment: one of them is reserved for the expiry of its order, and a burst of refusals does not
// exceed the budget.
import { describe, expect, test } from 'vitest';
import type { PaymentStatus } from '../../../src/domain/fact.ts';
import { GatewayLimited } from '../../../src/domain/gateway-errors.ts';
import type { OutgoingCall } from '../../../src/outbound/client/client.ts';
import { MfsAfricaGateway } from '../../../src/providers/mfs-africa/gateway.ts';
import { NO_METER } from '../../../src/runtime/meter.ts';
import { HOUR, MINUTE, NOON, NOTHING, observed, order, POLLING, World } from './world.ts';

const PLAIN = { schedule: POLLING.schedule, jitter: 0, budget: 6 };

describe('an order that expires', () => {
  const accounts = (world: World, budget: number) => [world.account('main', { polling: { ...PLAIN, budget } })];

  test.each([
    [6, [2, 5, 15, 60, 105, 1441]],
    [3, [2, 5, 1441]],
    [1, [2]],
  ])('with a budget of %i has one call reserved for its expiry', async (budget, minutes) => {
    const world = new World();
    world.lastLook = NOON + 1441 * MINUTE;
    await world.sink.append([order('SHOP-1', NOON)]);
    world.answer = ({ reference, at }) => ({ ...NOTHING, facts: [observed(reference, at)] });
    const poller = world.poller({ accounts: accounts(world, budget) });
    await world.clock.advance(72 * HOUR);
    expect(world.minutesOf('SHOP-1')).toEqual(minutes);
    await poller.stop();
  });

  test('gets its final poll in spite of a stop, and of our own limit', async () => {
    const world = new World();
    world.lastLook = NOON + 61 * MINUTE;
    await world.sink.append([order('SHOP-1', NOON)]);
    const first = world.poller({ accounts: accounts(world, 3) });
    await world.clock.advance(30 * MINUTE);
    await first.stop();
    world.clock.skip(HOUR);
    world.answer = ({ at }) => {
      if (at < NOON + 2 * HOUR) throw new GatewayLimited({}, NOON + 2 * HOUR);
      return NOTHING;
    };
    const second = world.poller({ accounts: accounts(world, 3) });
    await world.clock.advance(24 * HOUR);
    const [, , limited, back, ...others] = world.minutesOf('SHOP-1');
    expect([limited, others]).toEqual([90, []]);
    expect(back).toBeGreaterThanOrEqual(120);
    await second.stop();
  });
});

describe('a payment known only from a callback', () => {
  const callback = (reference: string, status: PaymentStatus) => observed(reference, NOON, { via: 'callback', status });

  test('is polled while its status is not final, if the gateway can know its reference', async () => {
    const world = new World();
    await world.sink.append([
      callback('SHOP-1', 'pending'),
      callback('SHOP-2', 'succeeded'),
      callback('?mfs-africa:P-3', 'pending'),
    ]);
    const poller = world.poller({ accounts: [world.account('main', { polling: PLAIN })] });
    await world.clock.advance(24 * HOUR);
    expect(world.asked.map(({ reference }) => reference)).toEqual(Array(6).fill('SHOP-1'));
    await poller.stop();
  });

  test('shares the budget of its order', async () => {
    const world = new World();
    await world.sink.append([order('SHOP-1', NOON - MINUTE), callback('SHOP-1', 'pending')]);
    const poller = world.poller({ accounts: [world.account('main', { polling: PLAIN })] });
    await world.clock.advance(24 * HOUR);
    expect(world.asked.length).toBe(6);
    await poller.stop();
  });
});

describe('a gateway that refuses calls', () => {
  test.each<[number, unknown]>([
    [429, { error: 'too many' }],
    [500, { errorCode: '500.003.02', errorMessage: 'Spike arrest violation' }],
  ])('with %i is called no more often for a payment than its budget allows', async (status, body) => {
    const world = new World();
    const references = ['SHOP-1', 'SHOP-2', 'SHOP-3'];
    await world.sink.append(references.map((reference) => order(reference, NOON)));
    world.lastLook = NOON + 20 * HOUR;
    const called: string[] = [];
    const call = async ({ names }: OutgoingCall) => {
      called.push(names[0]!);
      return { exchange: 'x', status, headers: {}, body: Buffer.from(JSON.stringify(body)) };
    };
    const gateway = new MfsAfricaGateway({
      ...{ account: 'main', baseUrl: 'https://api.example.com', apiKey: () => 'key', meter: NO_METER },
      ...{ rate: () => ({ per_minute: 600, burst: 60 }), reportFormat: 'csv', clock: world.clock },
      ...{ pseudonym: (text: string) => text, client: { call } },
    });
    const polling = { ...PLAIN, budget: 3 };
    const poller = world.poller({ accounts: [{ gateway, merchants: ['*'], polling }] });
    await world.clock.advance(24 * HOUR);
    for (const reference of references) {
      const calls = called.filter((name) => name === reference).length;
      expect(calls).toBeGreaterThan(0);
      expect(calls).toBeLessThanOrEqual(3);
    }
    expect(poller.status()[0]?.nextDue).toBe(null);
    await poller.stop();
  });
});
