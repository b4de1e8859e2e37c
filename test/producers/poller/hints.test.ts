// Callbacks that nobody signed: each starts one question at once, whatever happens to the service, and strangers can
// neither use up the polls of an order nor come before it.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { HesabuError } from '../../../src/domain/errors.ts';
import type { Fact, PaymentObserved } from '../../../src/domain/fact.ts';
import { GatewayLimited } from '../../../src/domain/gateway-errors.ts';
import { NO_IDS } from '../../../src/producers/gateway.ts';
import { openServiceDatabase } from '../../../src/runtime/service-database.ts';
import { HOUR, initiated, MINUTE, NOON, NOTHING, observed, order, World } from './world.ts';

const SECOND = 1_000;

/** A callback about a payment, which nobody signed; with the same id it says the same. */
const hint = (reference: string, at: number, more: Partial<PaymentObserved> = {}, id = `hint ${reference}`): Fact => ({
  ...observed(reference, at, { via: 'callback', status: 'succeeded', hint: true, ...more }, id),
  account: 'main',
});

const byPayment = (world: World) => {
  const account = world.account('main');
  return { ...account, gateway: { ...account.gateway, asksBy: 'payment' as const } };
};

describe('a hint', () => {
  test('is asked about at once, and a burst of it makes one question', async () => {
    const world = new World();
    world.answer = ({ reference }) => {
      world.settled.add(reference);
      return NOTHING;
    };
    const poller = world.poller();
    await world.clock.advance(10 * MINUTE);
    const at = world.clock.now();
    await world.sink.append(Array.from({ length: 50 }, () => hint('SHOP-1', at)));
    poller.wake();
    await world.clock.settle();
    expect(world.asked.map(({ reference, at: asked }) => [reference, asked])).toEqual([['SHOP-1', at]]);
    // The same again, from another URL or sent again.
    await world.sink.append([hint('SHOP-1', at + 5 * SECOND)]);
    poller.wake();
    await world.clock.advance(HOUR);
    expect(world.asked).toHaveLength(1);
  });

  test.each([
    ['that says that money came', { status: 'succeeded' }],
    ['that says that none came', { status: 'failed' }],
    ['of a refund', { kind: 'refund', status: 'succeeded', original_transaction_id: 'P-7' }],
    ['with a word that nobody knows', { status: 'unclassified', word: 'DONE' }],
  ] as const)('%s is asked about', async (_what, more) => {
    const world = new World();
    await world.sink.append([hint('SHOP-1', NOON, more)]);
    world.poller();
    await world.clock.settle();
    expect(world.asked).toHaveLength(1);
  });

  test('is asked about beside the slots of its order, and takes none of them', async () => {
    const world = new World();
    const poller = world.poller({
      accounts: [world.account('main', { polling: { schedule: [10 * MINUTE], jitter: 0, budget: 3 } })],
    });
    await world.sink.append([order('SHOP-1', NOON), hint('SHOP-1', NOON + 1)]);
    poller.wake();
    await world.clock.advance(3 * HOUR);
    expect(world.minutesOf('SHOP-1')).toEqual([0, 10, 20, 30]);
  });

  test('that says more than the one before is asked about a little later', async () => {
    const world = new World();
    const poller = world.poller();
    await world.sink.append([hint('SHOP-1', NOON, { status: 'pending' }, 'first')]);
    poller.wake();
    await world.clock.settle();
    await world.sink.append([hint('SHOP-1', NOON + 1, {}, 'second')]);
    poller.wake();
    await world.clock.advance(MINUTE);
    expect(world.asked.map(({ at }) => (at - NOON) / SECOND)).toEqual([0, 30]);
  });

  test('is asked about again while its gateway is away', async () => {
    const world = new World();
    world.answer = () => {
      if (world.asked.length < 4) throw new HesabuError('HESABU_GATEWAY_FAILED', {});
      world.settled.add('SHOP-1');
      return NOTHING;
    };
    await world.sink.append([hint('SHOP-1', NOON)]);
    world.poller();
    await world.clock.advance(10 * MINUTE);
    expect(world.asked).toHaveLength(4);
  });

  test('waits for the limit of its account, and is asked about then', async () => {
    const world = new World();
    const until = NOON + 7 * MINUTE;
    world.answer = ({ at }) => {
      if (at < until) throw new GatewayLimited({}, until);
      world.settled.add('SHOP-1');
      return NOTHING;
    };
    await world.sink.append([hint('SHOP-1', NOON)]);
    world.poller();
    await world.clock.advance(HOUR);
    expect(world.asked.map(({ at }) => at < until)).toEqual([true, false]);
  });

  test('is asked about after the service was away, once', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'hesabu-hints-'));
    const world = new World();
    await world.sink.append([hint('SHOP-1', NOON)]);
    world.clock.skip(6 * HOUR);
    for (let run = 0; run < 3; run++) {
      const database = openServiceDatabase(dir);
      const poller = world.poller({ database });
      world.answer = ({ reference }) => {
        world.settled.add(reference);
        return NOTHING;
      };
      await world.clock.advance(MINUTE);
      await poller.stop();
      database.close();
    }
    expect(world.asked).toHaveLength(1);
    rmSync(dir, { recursive: true, force: true });
  });

  test('of an account that cannot be asked is left to settlements', async () => {
    const world = new World();
    await world.sink.append([{ ...hint('SHOP-1', NOON), account: 'other' }]);
    world.poller();
    await world.clock.advance(HOUR);
    expect([world.asked, world.faults]).toEqual([[], []]);
  });
});

describe('strangers who send hints', () => {
  test('cannot use up the polls of an order', async () => {
    const world = new World();
    const poller = world.poller();
    await world.sink.append([order('SHOP-1', NOON)]);
    for (let nth = 0; nth < 60; nth++) {
      await world.sink.append([hint('SHOP-1', world.clock.now(), {}, `forged ${nth}`)]);
      poller.wake();
      await world.clock.advance(40 * SECOND);
    }
    const before = world.asked.length;
    expect(before).toBeLessThan(20);
    await world.clock.advance(48 * HOUR);
    // The last slots of the schedule are still there.
    expect(world.minutesOf('SHOP-1').filter((minute) => minute > 45).length).toBeGreaterThan(0);
  });

  test('are not asked about before orders are', async () => {
    const world = new World();
    const forged = Array.from({ length: 300 }, (_, nth) => hint(`FORGED-${nth}`, NOON + 3 * MINUTE));
    await world.sink.append([order('SHOP-1', NOON), order('SHOP-2', NOON), ...forged]);
    world.clock.skip(3 * MINUTE);
    world.poller({ concurrency: 1 });
    await world.clock.settle();
    expect(
      world.asked
        .slice(0, 2)
        .map(({ reference }) => reference)
        .sort(),
    ).toEqual(['SHOP-1', 'SHOP-2']);
  });

  test('make few questions about a payment that nobody else names', async () => {
    const world = new World();
    await world.sink.append([hint('FORGED-1', NOON)]);
    world.poller();
    await world.clock.advance(72 * HOUR);
    expect(world.asked).toHaveLength(4);
  });

  test('at another account do not end the polls of an order', async () => {
    const world = new World();
    await world.sink.append([
      ...[order('SHOP-1', NOON), { ...initiated('SHOP-1', NOON), account: 'main' }],
      { ...hint('SHOP-1', NOON + 1), account: 'other' },
    ]);
    world.poller({ accounts: [world.account('main'), world.account('other', { merchants: ['nobody'] })] });
    await world.clock.advance(24 * HOUR);
    const of = (account: string) => world.asked.filter((asked) => asked.account === account).length;
    expect([of('main'), of('other')]).toEqual([6, 4]);
  });

  test('do not keep an order from being known once it is placed', async () => {
    const world = new World();
    const poller = world.poller();
    await world.sink.append([hint('SHOP-1', NOON + 1)]);
    poller.wake();
    await world.clock.advance(MINUTE);
    await world.sink.append([order('SHOP-1', NOON)]);
    await world.clock.advance(24 * HOUR);
    expect(world.asked.length).toBe(1 + 6);
  });
});

describe('a network that knows a payment by its own ids', () => {
  test('is asked about each payment of a reference by all ids that are known of it', async () => {
    const world = new World();
    const first = { provider_transaction_id: 'P-1', request_id: 'R-1', status: 'pending' } as const;
    const more = { provider_transaction_id: null, request_id: 'R-1', operator_transaction_id: 'OP-1' } as const;
    const second = { provider_transaction_id: 'P-2', aliases: { flw_ref: 'F-2' }, status: 'pending' } as const;
    await world.sink.append([
      hint('SHOP-1', NOON, first, 'a'),
      hint('SHOP-1', NOON, { ...more, status: 'pending' }, 'b'),
      hint('SHOP-1', NOON, second, 'c'),
    ]);
    world.poller({ accounts: [byPayment(world)] });
    await world.clock.settle();
    expect(world.asked.map(({ reference, ids }) => [reference, ids])).toEqual([
      ['SHOP-1', { provider_transaction_id: 'P-1', operator_transaction_id: 'OP-1', request_id: 'R-1' }],
      ['SHOP-1', { ...NO_IDS, provider_transaction_id: 'P-2', aliases: { flw_ref: 'F-2' } }],
    ]);
  });

  test('is asked no more about a payment that has its final status', async () => {
    const world = new World();
    await world.sink.append(['P-1', 'P-2'].map((id) => hint('SHOP-1', NOON, { provider_transaction_id: id }, id)));
    world.answer = ({ ids, at }) => {
      const provider_transaction_id = ids.provider_transaction_id;
      const status = provider_transaction_id === 'P-1' ? 'failed' : 'pending';
      const fact = observed('SHOP-1', at, { provider_transaction_id, status }, `poll ${at} ${provider_transaction_id}`);
      return { ...NOTHING, facts: [{ ...fact, account: 'main' }] };
    };
    world.poller({ accounts: [byPayment(world)] });
    await world.clock.advance(10 * MINUTE);
    expect(world.asked.map(({ ids }) => ids.provider_transaction_id)).toEqual(['P-1', 'P-2', 'P-2', 'P-2']);
  });

  test('is asked by the ids of an initiation, and about an order by its reference where none is known', async () => {
    const world = new World();
    const begun = initiated('SHOP-1', NOON);
    await world.sink.append([order('SHOP-2', NOON), { ...begun, account: 'main' }]);
    world.poller({ accounts: [byPayment(world)] });
    await world.clock.advance(3 * MINUTE);
    const asked = world.asked.map(({ reference, ids }) => [reference, ids.provider_transaction_id]);
    expect(asked.sort()).toEqual([
      ['SHOP-1', 'P-SHOP-1'],
      ['SHOP-2', null],
    ]);
  });

  test('is asked about an identity without a reference', async () => {
    const world = new World();
    await world.sink.append([hint('?mfs-africa:R-1', NOON, { provider_transaction_id: null, request_id: 'R-1' })]);
    world.poller({ accounts: [byPayment(world)] });
    await world.clock.settle();
    expect(world.asked.map(({ reference, ids }) => [reference, ids.request_id])).toEqual([['', 'R-1']]);
  });

  test('and one that does not is never asked about an identity', async () => {
    const world = new World();
    await world.sink.append([hint('?mfs-africa:R-1', NOON)]);
    world.poller();
    await world.clock.advance(HOUR);
    expect(world.asked).toEqual([]);
  });

  test('of which nothing is known by which it could be asked is not asked', async () => {
    const world = new World();
    world.answer = () => null;
    await world.sink.append([order('SHOP-1', NOON)]);
    const poller = world.poller({ accounts: [byPayment(world)] });
    await world.clock.advance(3 * MINUTE);
    expect(world.outcomes).toEqual(new Map([['main impossible', 1]]));
    expect(poller.status()[0]).toMatchObject({ answered: 0, failed: 0 });
  });

  test('may answer by a webhook later, and was asked all the same', async () => {
    const world = new World();
    world.answer = () => ({ ...NOTHING, isLater: true });
    await world.sink.append([order('SHOP-1', NOON)]);
    const poller = world.poller();
    await world.clock.advance(3 * MINUTE);
    expect(world.outcomes).toEqual(new Map([['main asked', 1]]));
    expect(poller.status()[0]).toMatchObject({ answered: 1, failed: 0 });
  });

  test('is asked about the newest payments of a reference that all payers use', async () => {
    const world = new World();
    const facts = Array.from({ length: 40 }, (_, nth) =>
      hint('TILL', NOON, { provider_transaction_id: `P-${nth}` }, `h${nth}`),
    );
    await world.sink.append(facts);
    world.poller({ accounts: [byPayment(world)] });
    await world.clock.settle();
    expect(world.asked.map(({ ids }) => ids.provider_transaction_id)).toEqual(
      Array.from({ length: 8 }, (_, nth) => `P-${32 + nth}`),
    );
  });
});
