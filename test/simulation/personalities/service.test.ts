// Every network's side with the service that the sandbox writes the account for: a shop asks for payments over the API,
// the network tells or is asked, and the ledger has what the sandbox knows to be true.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { providerNamed } from '../../../src/providers/registry.ts';
import { loadConfig, type Service, startService } from '../../../src/service/service.ts';
import { type Sandbox, startSandbox } from '../../../src/simulation/gateway/sandbox.ts';
import { sandboxSecrets, writeSandboxConfig } from '../../../src/simulation/gateway/service-config.ts';
import { ApiClient } from '../../../src/simulation/live-demo/api-client.ts';
import { SimulatedClock } from '../../../src/simulation/live-demo/simulated-clock.ts';
import type { NetworkName } from '../../../src/simulation/personalities/names.ts';
import { PERSONALITIES } from '../../../src/simulation/personalities/personalities.ts';
import { freePort } from '../../free-port.ts';

const SPEED = 7_200;
const ORDERS = 8;
const MILLIS_MAX = 400_000;
const FROM = Date.parse('2026-06-01T06:00:00Z');

interface Payer {
  readonly phone: string;
  readonly country: string;
  readonly operator: string;
  readonly currency: string;
  readonly amount: string;
}

const UGANDA: Payer = {
  ...{ phone: '+256772123456', country: 'UG', operator: '1', currency: 'UGX', amount: '1500' },
};
const KENYA: Payer = {
  ...{ phone: '+254712345678', country: 'KE', operator: 'mpesa', currency: 'KES', amount: '1500.00' },
};
/** Networks by which a shop is paid. */
const PAYERS: Partial<Record<NetworkName, Payer>> = {
  'mfs-africa': { ...KENYA, operator: 'mpesa-ke' },
  paystack: { ...KENYA, operator: 'mpesa' },
  flutterwave: KENYA,
  mpesa: KENYA,
  onafriq: UGANDA,
  'mtn-momo': { ...UGANDA, currency: 'EUR', amount: '15.00' },
  airtel: { ...UGANDA, phone: '+256752123456', operator: 'AIRTEL' },
  generic: { phone: '+2348031234567', country: 'NG', operator: '', currency: 'NGN', amount: '1500.00' },
  paga: { phone: '+2348031234567', country: 'NG', operator: 'PAGA', currency: 'NGN', amount: '1500.00' },
};

const NAMES = Object.keys(PAYERS) as NetworkName[];
const SHOPS = ['shopify', 'woocommerce'] as const;

let dir: string;
/** It waits where a busy machine does, so that no order expires before its payment is asked for. */
let clock: SimulatedClock;
let service: Service;
let api: ApiClient;
/** Of each network, once its payments are asked for. */
const sold = new Map<NetworkName, Promise<void>>();
const sandboxes = new Map<NetworkName, Sandbox>();

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'hesabu-personalities-'));
  clock = new SimulatedClock(FROM, SPEED);
  const port = await freePort();
  const webhookUrlOf = (name: string) => `http://127.0.0.1:${port}/webhooks/${name}/main`;
  for (const name of [...NAMES, ...SHOPS]) {
    const personality = PERSONALITIES[name];
    const secret = sandboxSecrets(dir, personality);
    const sandbox = await startSandbox({ personality, clock, seed: 5, faults: new Set(), secret });
    sandboxes.set(name, sandbox);
  }
  const accounts = [...sandboxes].map(([name, { url }]) => {
    return { personality: PERSONALITIES[name], url, webhookUrl: webhookUrlOf(name), merchants: [`shop-${name}`] };
  });
  const rules = { zone: 'Africa/Nairobi' };
  const path = writeSandboxConfig(dir, { accounts, rules, port, tolerance: 'PT6H', logLevel: 'warn' });
  const logger = pino({ level: 'silent' });
  service = await startService(loadConfig(path), { clock, logger, onFailure: () => {} });
  for (const [name, sandbox] of sandboxes) sandbox.sendWebhooks(webhookUrlOf(name));
  const wanted = { role: 'shop', merchants: ['*'], label: '', expiresAt: null } as const;
  api = new ApiClient(service.url, service.keys.create(wanted, clock.now()).text, clock);
  for (const name of NAMES) {
    const selling = sell(name);
    selling.catch(() => {});
    sold.set(name, selling);
  }
}, MILLIS_MAX);

afterAll(async () => {
  await service?.drain();
  for (const sandbox of sandboxes.values()) await sandbox.close();
  clock?.stop();
  rmSync(dir, { recursive: true, force: true });
});

interface Found {
  readonly outcome: string;
  readonly payment: string;
  readonly settlement: string;
}

const referencesOf = (name: NetworkName) =>
  Array.from({ length: ORDERS }, (_, nth) => `${name.slice(0, 6).replace(/\W/g, '')}${nth}`);

/** One after another, as the limit of Onafriq wants it. */
async function sell(name: NetworkName): Promise<void> {
  const { amount, currency, ...payer } = PAYERS[name]!;
  for (const reference of referencesOf(name)) {
    const order = { merchant: `shop-${name}`, transaction_reference: reference, amount, currency };
    const placed = await api.post('/v1/orders', { ...order, msisdn: payer.phone, country: payer.country });
    expect(placed).toMatchObject({ status: 201 });
    const isByService = providerNamed(name)!.capabilities.payments;
    const asked = isByService
      ? await api.post(`/v1/orders/${reference}/payments`, payer)
      : await payItself({ merchant_reference: reference, amount, currency });
    expect([name, asked.status, asked.body]).toEqual([name, 202, expect.anything()]);
  }
}

/** Of a network that is known by configuration: the shop asks it for the payment. */
async function payItself(body: object) {
  const authorization = sandboxSecrets(dir, PERSONALITIES.generic)('authorization');
  const headers = { 'content-type': 'application/json', authorization };
  const { url } = sandboxes.get('generic')!;
  const answer = await fetch(`${url}/v1/payments`, { method: 'POST', headers, body: JSON.stringify(body) });
  return { status: answer.status, body: await answer.json() };
}

/** What the ledger must have of it in the end, by what the network knows. */
function expected(name: NetworkName, reference: string): Found {
  const { outcome, expected } = sandboxes.get(name)!.truth().references[reference]!;
  // A network whose side here has no report has no missing lines either.
  const hasReport = !PERSONALITIES[name].without.includes('missing');
  const isSettled = hasReport && providerNamed(name)!.capabilities.settlement !== false;
  const isPaid = outcome !== 'failed' && outcome !== 'abandoned';
  const payment = isPaid ? expected.standing : 'unpaid';
  return { outcome, payment, settlement: isPaid && isSettled ? 'matched' : 'any' };
}

async function found(name: NetworkName, reference: string): Promise<Found> {
  const { outcome, settlement } = expected(name, reference);
  const { body } = await api.get(`/v1/transactions/${reference}`);
  const { payment, settlement: settled } = body.stages;
  return {
    outcome,
    payment: /pending|closed/.test(payment) ? 'unpaid' : payment,
    settlement: settlement === 'any' ? 'any' : settled,
  };
}

describe.each(NAMES)('the service with the account that the sandbox writes for %s', (name) => {
  test(
    'asks for payments, and ends with each as the network knows it',
    async () => {
      await sold.get(name);
      const wanted = referencesOf(name).map((reference) => expected(name, reference));
      expect(wanted.filter(({ outcome }) => outcome === 'paid').length).toBeGreaterThan(ORDERS / 3);
      const all = () => Promise.all(referencesOf(name).map((reference) => found(name, reference)));
      await expect.poll(all, { interval: 1_000, timeout: MILLIS_MAX / 2 }).toEqual(wanted);
      expect(sandboxes.get(name)!.beyondLimit).toBe(0);
    },
    MILLIS_MAX,
  );
});

describe.each(SHOPS)('the service with the account that the sandbox writes for %s', (name) => {
  /** Places orders, and returns their references once the service has each as the shop has it. */
  async function order(sandbox: Sandbox, count: number): Promise<void> {
    const ids: string[] = [];
    for (let nth = 0; nth < count; nth++) {
      const answer = await fetch(`${sandbox.url}/sandbox/orders`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ amount: '1500.50', currency: 'KES' }),
      });
      ids.push(((await answer.json()) as { id: string }).id);
    }
    const { references } = sandbox.truth();
    const wanted = ids.map((id) => {
      const end = { failed: 'awaiting_payment', abandoned: 'cancelled' }[references[id]!.outcome] ?? 'paid';
      return [id, `shop-${name}`, '1500.50', end];
    });
    const all = () =>
      Promise.all(
        ids.map(async (id) => {
          const { body } = await api.get(`/v1/transactions/${id}`);
          const decisions = body.decided?.find(({ subject }: { subject: string }) => subject === 'order')?.decisions;
          const status = decisions?.find(({ field }: { field: string }) => field === 'order_status');
          return [id, body.merchant, body.amounts?.order_amount, status?.value];
        }),
      );
    await expect.poll(all, { interval: 500, timeout: MILLIS_MAX / 4 }).toEqual(wanted);
  }

  test(
    'has every order by its webhook, and those of a webhook that is off by asking for them',
    async () => {
      const sandbox = sandboxes.get(name)!;
      await order(sandbox, ORDERS);
      expect(sandbox.deliveries.acknowledged).toBeGreaterThan(ORDERS);
      sandbox.sendWebhooks(`http://127.0.0.1:${await freePort()}/nobody`);
      await order(sandbox, ORDERS);
      expect(sandbox.deliveries.acknowledged).toBe(0);
      expect(sandbox.beyondLimit).toBe(0);
    },
    MILLIS_MAX,
  );
});
