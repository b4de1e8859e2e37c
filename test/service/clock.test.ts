// The service on a machine whose clock jumps: no order expires early, no entry is of a later time, and it is well again
// as soon as the clock is.

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import pino from 'pino';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { formatInstant } from '../../src/domain/time.ts';
import { Reconciler } from '../../src/engine/reconciler.ts';
import { entriesAfter } from '../../src/projections/entry-feed.ts';
import { loadConfig, type Service, startService } from '../../src/service/service.ts';
import { FakeMachine, MINUTE, SECOND, SOME_JUMPS, YEAR } from '../runtime/fake-machine.ts';
import { factOf } from './ledger/given-live-ledger.ts';
import { accountAt, makeSite, paymentBody, removeSite, signed } from './service-client.ts';

process.env.TEST_API_KEY = 'key';
process.env.TEST_SECRET = 'a secret for tests alone';
process.env.TEST_NOTIFY = `whsec_${Buffer.alloc(24, 7).toString('base64')}`;

/** The other sides: they answer with a time, and remember what they were sent. */
interface Other {
  readonly server: Server;
  readonly host: string;
  readonly types: string[];
  /** What they say the time is; undefined for none. */
  time: (() => number) | undefined;
}

async function other(): Promise<Other> {
  const types: string[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (part) => {
      body += part;
    });
    request.on('end', () => {
      if (request.method === 'POST') types.push(JSON.parse(body).type);
      response.sendDate = false;
      const headers = made.time === undefined ? {} : { date: new Date(made.time()).toUTCString() };
      response.writeHead(200, headers).end('{}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const made: Other = {
    ...{ server, types, time: undefined },
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
  };
  return made;
}

let site: ReturnType<typeof makeSite>;
let machine: FakeMachine;
let shop: Other;
let gateway: Other;
let service: Service;

async function start(clockConfirmed = false): Promise<void> {
  const logger = pino({ level: 'silent' });
  const onFailure = (error: Error) => {
    throw error;
  };
  service = await startService(loadConfig(site.config), { logger, onFailure, machine, clockConfirmed });
}

beforeEach(async () => {
  [shop, gateway] = [await other(), await other()];
  machine = new FakeMachine();
  site = makeSite({
    accounts: [accountAt(gateway.host)],
    notify: [{ url: `http://${shop.host}/hooks`, secret: { env: 'TEST_NOTIFY' }, types: ['*'] }],
    outgoing: { allow: [shop.host, gateway.host] },
    limits: { reconcile_every: 'PT0.001S' },
  });
  await start();
});

afterEach(async () => {
  await service.drain();
  for (const { server } of [shop, gateway]) server.close();
  removeSite(site);
});

async function place(name: string): Promise<void> {
  const order = { merchant: 'shop', transaction_reference: name, amount: '500', currency: 'KES' };
  const times = { placed_at: formatInstant(machine.truth), expires_at: formatInstant(machine.truth + 15 * MINUTE) };
  await service.ledger.writer.append([factOf('orders', { ...order, ...times })]);
}

/** Time passes on the machine, a second at a time, and the ledger is brought up to date each time. */
async function run(seconds: number): Promise<void> {
  for (let second = 0; second < seconds; second++) {
    machine.run(SECOND);
    await service.ledger.loop.catchUp();
  }
}

function entries() {
  return entriesAfter(service.ledger.reconciler.log, null, 10_000).entries;
}

/** The ledger's last block may be from a moment before. */
function expectNear(time: number): void {
  expect(Math.abs(service.ledger.reader.asOf - time)).toBeLessThanOrEqual(5 * SECOND);
}

const expired = () => entries().filter(({ finding }) => finding.reason === 'ORDER_EXPIRED');
const metric = async (name: string) => {
  const text = await (service as unknown as { metricsText(): Promise<string> }).metricsText();
  return new RegExp(`^${name} (.*)$`, 'm').exec(text)?.[1];
};

test(`${SOME_JUMPS.length} jumps from a second to ten years, both ways: nothing expires early (F29)`, async () => {
  for (const [at, jump] of SOME_JUMPS.entries()) {
    await place(`A-${at}`);
    machine.jump(jump);
    await run(3);
    machine.jump(-jump);
    await run(1);
    for (const { as_of } of entries()) expect(as_of).toBeLessThanOrEqual(machine.truth + 5 * MINUTE);
    // Well again: the ledger's time is the true one, except where the clock was behind by a little.
    await place(`B-${at}`);
    await run(1);
    expect(service.ledger.reader.asOf).toBeGreaterThanOrEqual(machine.truth - SECOND);
    expect(service.ledger.reader.asOf).toBeLessThanOrEqual(machine.truth + MINUTE);
  }
  expect(expired()).toEqual([]);
  // Deadlines still pass in their own time.
  machine.run(10 * MINUTE);
  await run(2);
  expect(expired()).toEqual([]);
  expect(service.ledger.reader.asOf).toBeLessThanOrEqual(machine.truth + MINUTE);
  machine.run(6 * MINUTE);
  await run(2);
  expect(expired()).toHaveLength(2 * SOME_JUMPS.length);
  await expect.poll(() => shop.types.filter((type) => type === 'order.expired').length).toBe(2 * SOME_JUMPS.length);
}, 120_000);

/** Somebody's slip of a key carries the ledger ahead: a deadline passes there. */
async function carryAhead(millis: number): Promise<void> {
  await service.drain();
  const reconciler = await Reconciler.open(site.data, { threads: 0 });
  await reconciler.ledger.advance(machine.truth + millis, reconciler.ledger.rulesInForce);
  await reconciler.finish();
  await reconciler.close();
  await start();
}

test('in a ledger that is ahead orders expire early, and shops hear of it in their time only', async () => {
  await place('old');
  await run(1);
  await carryAhead(3 * 86_400_000);
  const notes = ["the ledger's time is ahead of the clock"];
  expect(await (await fetch(`${service.url}/readyz`)).json()).toEqual({ status: 'ready', notes });
  await place('paid');
  await place('unpaid');
  await run(1);
  expect(expired().map(({ key }) => key)).toEqual(expect.arrayContaining(['old', 'paid', 'unpaid']));
  await service.drain();
  await start();
  const paid = { event: 'payment.success', id: 'e1', created_at: formatInstant(machine.truth) };
  const data = { transaction_reference: 'paid', transaction_id: 'P1', amount: '500', currency: 'KES' };
  await service.ledger.writer.append([factOf('callbacks', { ...paid, data })]);
  machine.run(14 * MINUTE);
  await run(1);
  const told = () => shop.types.filter((type) => type.startsWith('order.'));
  expect(told()).toEqual([]);
  machine.run(2 * MINUTE);
  await place('later');
  await run(1);
  await expect.poll(told).toEqual(['order.expired', 'order.expired']);
  await service.drain();
  expect(told()).toHaveLength(2);
  await start();
}, 60_000);

describe('while the clock is away', () => {
  test('it is told of, webhooks are fresh by either clock, and a restart does not change that', async () => {
    await run(1);
    machine.jump(3 * 86_400_000);
    await run(1);
    const ready = async () => (await fetch(`${service.url}/readyz`)).json();
    expect(await ready()).toEqual({ status: 'ready', notes: ["the machine's clock jumped: deadlines are held back"] });
    await expect.poll(() => metric('hesabu_clock_held')).toBe('1');
    expect(await metric('hesabu_clock_ahead_seconds')).toBe('259200');
    const send = async (name: string, at: number) => {
      const { body, headers } = signed(paymentBody(name), undefined, Math.floor(at / SECOND));
      return (await fetch(`${service.url}/webhooks/mfs-africa/main`, { method: 'POST', body, headers })).status;
    };
    expect([await send('1', machine.truth), await send('2', machine.wall())]).toEqual([200, 200]);
    expect(await send('3', machine.truth - 86_400_000)).toBe(401);
    await service.drain();
    machine.run(MINUTE);
    await start();
    await place('A-1');
    await run(1);
    expectNear(machine.truth);
    expect(await ready()).toMatchObject({ status: 'ready', notes: [expect.anything()] });
    machine.jump(-3 * 86_400_000);
    await run(1);
    expect(await ready()).toEqual({ status: 'ready' });
    expect(expired()).toEqual([]);
  }, 60_000);

  test('others are asked: two who say the same confirm it', async () => {
    await place('A-1');
    await run(1);
    shop.time = () => machine.wall();
    machine.jump(YEAR);
    await run(2);
    expect(expired()).toEqual([]);
    gateway.time = () => machine.wall();
    await expect
      .poll(
        async () => {
          await run(1);
          return expired().length;
        },
        { timeout: 60_000 },
      )
      .toBe(1);
    expectNear(machine.wall());
  }, 90_000);

  test('a person confirms it with a start', async () => {
    await place('A-1');
    await run(1);
    machine.jump(YEAR);
    await run(1);
    await service.drain();
    await start();
    await run(1);
    expect(expired()).toEqual([]);
    await service.drain();
    await start(true);
    await run(1);
    expect(expired()).toHaveLength(1);
    await service.drain();
    await start();
    await place('A-2');
    await run(1);
    expect(await (await fetch(`${service.url}/readyz`)).json()).toEqual({ status: 'ready' });
    expectNear(machine.wall());
  }, 60_000);
});
