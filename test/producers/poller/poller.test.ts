// The poller on a manual clock: which payments it polls, when, and what stops it.
import { describe, expect, test } from 'vitest';
import { HesabuError } from '../../../src/domain/errors.ts';
import { GatewayLimited } from '../../../src/domain/gateway-errors.ts';
import { NO_IDS } from '../../../src/producers/gateway.ts';
import { Schedule } from '../../../src/producers/poller/schedule.ts';
import { HOUR, initiated, MINUTE, NOON, NOTHING, observed, order, POLLING, World } from './world.ts';

const PLAIN = { schedule: POLLING.schedule, jitter: 0, budget: 6 };

describe('a silent payment', () => {
  test('is polled at its slots until the budget is spent', async () => {
    const world = new World();
    await world.sink.append([order('SHOP-1', NOON)]);
    const poller = world.poller();
    await world.clock.advance(24 * HOUR);
    const schedule = new Schedule(POLLING);
    const slots = Array.from({ length: 6 }, (_, index) => schedule.slotAt(NOON, 'SHOP-1', index));
    expect(world.asked).toEqual(slots.map((at) => ({ account: 'main', reference: 'SHOP-1', ids: NO_IDS, at })));
    expect(poller.status()).toEqual([
      {
        provider: 'mfs-africa',
        account: 'main',
        due: 0,
        inFlight: 0,
        nextDue: null,
        pausedUntil: null,
        answered: 6,
        failed: 0,
      },
    ]);
    expect([...world.outcomes]).toEqual([['main unknown', 6]]);
    await poller.stop();
  });

  test('is not polled once it has a final status, and polled again after a new start', async () => {
    const world = new World();
    await world.sink.append([order('SHOP-1', NOON)]);
    const poller = world.poller({ accounts: [world.account('main', { polling: PLAIN })] });
    await world.clock.advance(6 * MINUTE);
    world.settled.add('SHOP-1');
    await world.clock.advance(20 * MINUTE);
    world.settled.clear();
    await world.sink.append([initiated('SHOP-1', NOON + 26 * MINUTE)]);
    await world.clock.advance(24 * HOUR);
    expect(world.minutesOf('SHOP-1')).toEqual([2, 5, ...[2, 5, 15, 60, 105, 150].map((minutes) => 26 + minutes)]);
    await poller.stop();
  });

  test('does not start again if a gateway answers each poll with initiated', async () => {
    const world = new World();
    await world.sink.append([initiated('SHOP-1', NOON), order('SHOP-1', NOON)]);
    world.answer = ({ reference, at }) => ({
      ...NOTHING,
      facts: [observed(reference, at, { status: 'initiated' }, `mfs-africa:initiated:${at}`)],
    });
    const poller = world.poller({ accounts: [world.account('main', { polling: PLAIN })] });
    await world.clock.advance(24 * HOUR);
    expect(world.minutesOf('SHOP-1')).toEqual([2, 5, 15, 60, 105, 150]);
    expect([...world.outcomes]).toEqual([['main answered', 6]]);
    await poller.stop();
  });

  test('counts a failed call as made, and comes to its next slot', async () => {
    const world = new World();
    await world.sink.append([order('SHOP-1', NOON)]);
    world.answer = () => {
      throw new HesabuError('HESABU_GATEWAY_FAILED', { found: '502' });
    };
    const poller = world.poller({ accounts: [world.account('main', { polling: PLAIN })] });
    await world.clock.advance(24 * HOUR);
    expect(world.minutesOf('SHOP-1')).toEqual([2, 5, 15, 60, 105, 150]);
    expect(world.faults).toEqual(Array(6).fill('HESABU_GATEWAY_FAILED'));
    expect([...world.outcomes]).toEqual([['main failed', 6]]);
    expect(poller.status()[0]).toMatchObject({ answered: 0, failed: 6 });
    await poller.stop();
  });

  test('has its response written to the log, and responses that are not understood counted (F36)', async () => {
    const world = new World();
    await world.sink.append([order('SHOP-1', NOON), order('SHOP-2', NOON)]);
    const fault = { field: 'status', code: 'HESABU_FIELD_MISSING', expected: 'a word', found: 'nothing' } as const;
    world.answer = ({ reference, at }) =>
      reference === 'SHOP-2' ? { ...NOTHING, fault } : { ...NOTHING, facts: [observed(reference, at)] };
    const poller = world.poller();
    await world.clock.advance(3 * MINUTE);
    const ends = Array.from({ length: 4 }, (_, partition) => Number(world.log.end('polls.v1', partition)));
    expect(ends.reduce((sum, end) => sum + end, 0)).toBe(1);
    expect([...world.outcomes].sort()).toEqual([
      ['main answered', 1],
      ['main misunderstood', 1],
    ]);
    await poller.stop();
  });

  test('waits a little if it is not known whether it is awaited', async () => {
    const world = new World();
    await world.sink.append([order('SHOP-1', NOON)]);
    let questions = 0;
    world.isAwaited = async () => {
      if (++questions === 1) throw new Error('the ledger is closed');
      return true;
    };
    const poller = world.poller({ accounts: [world.account('main', { polling: PLAIN })] });
    await world.clock.advance(4 * MINUTE);
    expect(world.minutesOf('SHOP-1')).toEqual([3]);
    expect(world.faults).toEqual(['HESABU_INTERNAL']);
    await poller.stop();
  });
});

describe('the accounts', () => {
  test('poll for the orders of their merchants and of their provider', async () => {
    const world = new World();
    const poller = world.poller({
      accounts: [world.account('rest'), world.account('shoes', { merchants: ['shoe-shop'] })],
    });
    await world.sink.append([
      order('SHOP-1', NOON, { merchant: 'shoe-shop' }),
      order('SHOP-2', NOON, { merchant: 'hat-shop' }),
      order('SHOP-3', NOON, { merchant: 'shoe-shop', provider: 'another' }),
    ]);
    await world.clock.advance(3 * MINUTE);
    expect(world.asked.map(({ account, reference }) => [account, reference]).sort()).toEqual([
      ['rest', 'SHOP-2'],
      ['shoes', 'SHOP-1'],
    ]);
    await poller.stop();
  });

  test('are not held back or used up by what an account of another merchant says', async () => {
    const world = new World();
    const poller = world.poller({
      accounts: [world.account('a', { merchants: ['shop-a'] }), world.account('b', { merchants: ['shop-b'] })],
    });
    const said = (minutes: number, via: 'callback' | 'poll') => {
      const fact = observed('B-1', NOON + minutes * MINUTE, { via, status: 'pending' });
      return { ...fact, account: 'a', id: `mfs-africa/a:${via}:${minutes}`, received_at: NOON + 10 * MINUTE };
    };
    // A payment of the order seems to begin only in a hundred days, and to have been polled a moment ago.
    await world.sink.append([said(144_000, 'callback'), said(10, 'poll')]);
    await world.clock.advance(MINUTE);
    await world.sink.append([order('B-1', NOON, { merchant: 'shop-b' }), said(144_001, 'callback'), said(11, 'poll')]);
    await world.clock.advance(20 * MINUTE);
    await poller.stop();
    expect(world.asked.map(({ account }) => account)).toEqual(['b', 'b', 'b']);
    // Its slots of 2, 5 and 15 minutes, moved by the jitter.
    expect(world.minutesOf('B-1')).toEqual([1, 4, 14]);
  });

  test('have no more calls in flight than allowed, and make the others later', async () => {
    const world = new World();
    const references = Array.from({ length: 40 }, (_, at) => `SHOP-${at}`);
    await world.sink.append(references.map((reference) => order(reference, NOON)));
    let [inFlight, most] = [0, 0];
    world.answer = async () => {
      most = Math.max(most, ++inFlight);
      await world.clock.sleep(1_000);
      inFlight--;
      return NOTHING;
    };
    const poller = world.poller({ concurrency: 3 });
    await world.clock.advance(4 * MINUTE);
    expect(most).toBe(3);
    expect(world.asked.map(({ reference }) => reference).sort()).toEqual(references.sort());
    await poller.stop();
  });
});

describe('a service that stops and starts', () => {
  test('polls once for the slots that passed meanwhile, and never for a used slot', async () => {
    const world = new World();
    await world.sink.append([order('SHOP-1', NOON)]);
    const accounts = [world.account('main', { polling: PLAIN })];
    const first = world.poller({ accounts });
    await world.clock.advance(3 * MINUTE);
    await first.stop();
    world.clock.skip(30 * MINUTE);
    const second = world.poller({ accounts });
    await world.clock.advance(MINUTE);
    await second.stop();
    const third = world.poller({ accounts });
    await world.clock.advance(2 * HOUR);
    expect(world.minutesOf('SHOP-1')).toEqual([2, 33, 60, 105, 150]);
    await third.stop();
  });

  test('restores its state from the facts if service.db was lost', async () => {
    const world = new World();
    await world.sink.append([order('SHOP-1', NOON), order('SHOP-2', NOON)]);
    await world.sink.append([observed('SHOP-1', NOON + 16 * MINUTE)]);
    world.clock.skip(20 * MINUTE);
    const poller = world.poller({ accounts: [world.account('main', { polling: PLAIN })] });
    await world.clock.advance(45 * MINUTE);
    expect(world.minutesOf('SHOP-1')).toEqual([60]);
    expect(world.minutesOf('SHOP-2')).toEqual([20, 60]);
    await poller.stop();
  });

  test('waits for the calls in flight, and makes no more', async () => {
    const world = new World();
    await world.sink.append([order('SHOP-1', NOON)]);
    let answer = () => {};
    world.answer = ({ reference, at }) =>
      new Promise((resolve) => {
        answer = () => resolve({ ...NOTHING, facts: [observed(reference, at)] });
      });
    const poller = world.poller();
    await world.clock.advance(3 * MINUTE);
    expect(poller.status()[0]?.inFlight).toBe(1);
    const stopped = poller.stop();
    answer();
    await stopped;
    expect([...world.outcomes]).toEqual([['main answered', 1]]);
    world.clock.skip(HOUR);
    expect(world.asked.length).toBe(1);
  });
});

describe('a gateway that limits us', () => {
  test('is not called until that is allowed, and the slot is not lost (F36)', async () => {
    const world = new World();
    await world.sink.append([order('SHOP-1', NOON)]);
    world.answer = ({ at }) => {
      if (at < NOON + 30 * MINUTE) throw new GatewayLimited({}, NOON + 40 * MINUTE);
      return NOTHING;
    };
    const poller = world.poller({ accounts: [world.account('main', { polling: PLAIN })] });
    await world.clock.advance(3 * MINUTE);
    expect(poller.status()[0]?.pausedUntil).toBe(NOON + 40 * MINUTE);
    await world.clock.advance(24 * HOUR);
    const [limited, back, ...others] = world.minutesOf('SHOP-1');
    expect(limited).toBe(2);
    expect(back).toBeGreaterThanOrEqual(40);
    expect(back).toBeLessThan(50);
    expect(others).toEqual([60, 105, 150]);
    expect(world.faults).toEqual([]);
    await poller.stop();
  });

  test('after another slot has come does not restore the earlier one', async () => {
    const world = new World();
    await world.sink.append([order('SHOP-1', NOON)]);
    world.answer = async ({ at }) => {
      if (at > NOON + 3 * MINUTE) return NOTHING;
      await world.clock.sleep(4 * MINUTE);
      throw new GatewayLimited({}, NOON + 8 * MINUTE);
    };
    const poller = world.poller({ accounts: [world.account('main', { polling: PLAIN })] });
    await world.clock.advance(24 * HOUR);
    expect(world.minutesOf('SHOP-1')).toEqual([2, 5, 15, 60, 105, 150]);
    await poller.stop();
  });

  test('restores the last slot of a budget', async () => {
    const world = new World();
    await world.sink.append([order('SHOP-1', NOON)]);
    world.answer = ({ at }) => {
      if (at < NOON + 3 * MINUTE) throw new GatewayLimited({}, NOON + 4 * MINUTE);
      return NOTHING;
    };
    const poller = world.poller({ accounts: [world.account('main', { polling: { ...PLAIN, budget: 1 } })] });
    await world.clock.advance(24 * HOUR);
    expect(world.minutesOf('SHOP-1')).toEqual([2, 4]);
    await poller.stop();
  });

  test('gets no more calls in a burst than its bucket holds, and every payment is polled', async () => {
    const world = new World();
    const references = Array.from({ length: 300 }, (_, at) => `SHOP-${at}`);
    await world.sink.append(references.map((reference) => order(reference, NOON)));
    let [tokens, filledAt] = [5, NOON];
    const calls: number[] = [];
    world.answer = ({ reference, at }) => {
      tokens = Math.min(5, tokens + ((at - filledAt) * 30) / MINUTE);
      filledAt = at;
      if (tokens < 1) throw new GatewayLimited({}, at + Math.ceil(((1 - tokens) * MINUTE) / 30));
      tokens--;
      calls.push(at);
      world.settled.add(reference);
      return NOTHING;
    };
    const poller = world.poller();
    await world.clock.advance(30 * MINUTE);
    expect([...world.settled].sort()).toEqual(references.sort());
    // Half a call per second and a burst of five: ten calls take at least ten seconds.
    for (let at = 10; at < calls.length; at++) expect(calls[at]! - calls[at - 10]!).toBeGreaterThanOrEqual(10_000);
    // A refused call is not counted: for each accepted call there were at most as many refusals as calls in flight.
    expect(world.asked.length).toBeLessThanOrEqual(5 * 300);
    await poller.stop();
  });
});
