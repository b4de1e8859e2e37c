// A shop, a gateway with every fault and the service between them: whatever happens, the ledger ends with the truth.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { describe, expect, test } from 'vitest';
import { ExchangeArchive } from '../../../src/archive/exchanges/exchange-archive.ts';
import { parseFaults } from '../../../src/simulation/gateway/faults.ts';
import { type LiveDemoResult, runSimulation } from '../../../src/simulation/live-demo/live-demo.ts';
import { amountOf, planOrders } from '../../../src/simulation/live-demo/plan.ts';

const SPEED = 7_200;
/** `HESABU_TEST_SALES` sets another number. */
const ORDERS = Number(process.env.HESABU_TEST_SALES ?? 40);
const MILLIS_MAX = 300_000;

/** The nights pass side by side: each is mostly waited for. */
async function playAndCheck(
  seed: number,
  faults: string,
  look: (result: LiveDemoResult, dir: string) => Promise<void>,
): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'hesabu-live-'));
  try {
    const logger = pino({ level: 'silent' });
    const options = { seed, orders: ORDERS, speed: SPEED, dir, logger, onProgress: () => {} };
    await look(await runSimulation({ ...options, faults: parseFaults(faults) }), dir);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

describe('given a gateway with every fault', () => {
  test.concurrent(
    'when a shop sells through it for a night, then the ledger ends with the truth of every order',
    () =>
      playAndCheck(11, 'all', async ({ differences, truths, sandbox, shop, notices, breaks }, dir) => {
        expect(differences).toEqual([]);
        expect([truths, shop.orders]).toEqual([ORDERS, ORDERS]);
        // The faults that must not change the result did occur.
        const { deliveries, calls } = sandbox;
        for (const count of [deliveries.forged, calls.limited, calls.errors, calls.slow, calls.cut, breaks]) {
          expect(count).toBeGreaterThan(0);
        }
        expect(deliveries.acknowledged).toBeGreaterThan(shop.payments);
        expect(notices['order.expired']).toBeGreaterThan(0);
        expect(notices['report.ready']).toBeGreaterThanOrEqual(3);
        expect(notices['alert.raised']).toBeGreaterThan(0);
        await holdsNoSecret(dir);
      }),
    MILLIS_MAX,
  );
});

/** With every fault there are orders that have none: without faults only the soak plays. */
describe.runIf(process.env.HESABU_TEST_SALES !== undefined)('given a gateway without faults', () => {
  test.concurrent(
    'when a shop sells through it, then only double payments are left open',
    () =>
      playAndCheck(12, 'none', async ({ differences, sandbox, breaks }) => {
        expect(differences).toEqual([]);
        const { fine, ...failed } = sandbox.calls;
        expect(fine).toBeGreaterThan(0);
        expect(failed).toEqual({ limited: 0, errors: 0, slow: 0, cut: 0 });
        expect(sandbox.deliveries.forged).toBe(0);
        expect(breaks).toBeLessThan(ORDERS / 10);
      }),
    MILLIS_MAX,
  );
});

/** The archive has neither the gateway's key nor a phone number as it is dialled. */
async function holdsNoSecret(dir: string): Promise<void> {
  const archive = await ExchangeArchive.open(join(dir, 'books'), { pseudonym: (text) => text });
  const found = await archive.find({ limit: 10_000 });
  await archive.close();
  expect(found.length).toBeGreaterThan(3 * ORDERS);
  const texts = found.map((exchange) => JSON.stringify([exchange, Buffer.from(exchange.request.body).toString()]));
  for (const text of texts) expect(text).not.toMatch(/\+?254(7|1)\d{8}\b/);
  for (const text of texts) expect(text).not.toMatch(/Bearer (?!\[)[A-Za-z0-9]/);
}

describe('the plan of the shop', () => {
  test('is the same for a seed, and another for another', () => {
    expect(planOrders(1, 40, 0, 1_000)).toEqual(planOrders(1, 40, 0, 1_000));
    expect(planOrders(1, 40, 0, 1_000)).not.toEqual(planOrders(2, 40, 0, 1_000));
  });

  test.each([
    ['UGX', null, '1250'],
    ['KES', 0, '1250.00'],
    ['KES', 2, '1250.37'],
    ['NGN', null, '1250.37'],
    ['TND', 3, '1250.375'],
    ['TND', 2, '1250.370'],
  ])('an amount in %s with %s accepted decimals is %s', (currency, accepted, expected) => {
    expect(amountOf({ units: 1_250, decimals: '375' }, currency, accepted)).toBe(expected);
  });
});
