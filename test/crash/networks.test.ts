// The live service is killed while the sides of several networks send it webhooks, answer it and are polled by it, each
// with every fault: nothing that it acknowledged to a network or to the shop is lost, and it asks nobody too often.

import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { makePseudonym } from '../../src/archive/privacy/pseudonym-key.ts';
import type { Fact } from '../../src/domain/fact.ts';
import { formatInstant } from '../../src/domain/time.ts';
import { KeyStore } from '../../src/http/access/key-store.ts';
import { readFact } from '../../src/log/fact-codec.ts';
import { openReader } from '../../src/log/log-reader.ts';
import { forEachValue } from '../../src/log/value-frames.ts';
import { type AccountSettings, bodySettings } from '../../src/producers/account-settings.ts';
import { isUnsigned } from '../../src/producers/provider.ts';
import { providerNamed } from '../../src/providers/registry.ts';
import { fastClock } from '../../src/runtime/clock.ts';
import { readConfig } from '../../src/service/config/config-file.ts';
import { parseFaults } from '../../src/simulation/gateway/faults.ts';
import { startSandbox } from '../../src/simulation/gateway/sandbox.ts';
import { sandboxSecrets, writeSandboxConfig } from '../../src/simulation/gateway/service-config.ts';
import type { WebhookMessage } from '../../src/simulation/gateway/webhook-message.ts';
import { type ApiAnswer, ApiClient } from '../../src/simulation/live-demo/api-client.ts';
import { LIVE_NETWORKS, merchantsOf } from '../../src/simulation/live-demo/networks.ts';
import { planOrders } from '../../src/simulation/live-demo/plan.ts';
import { Shop } from '../../src/simulation/live-demo/shop.ts';
import { freePort } from '../free-port.ts';
import { end, serve } from '../service/service-client.ts';

/** Spread over all networks at once; `HESABU_TEST_NETWORK_KILLS` sets another number. */
const KILLS = Number(process.env.HESABU_TEST_NETWORK_KILLS ?? 1);
const SEED = 7;
/** In a real minute more than three hours; no order must expire before its payment is asked for. */
const SPEED = 200;
const ORDERS = 20 + KILLS * 5;
/** In real milliseconds: how long a service runs at most before it is killed. */
const LIFE_MILLIS_MAX = 4_000;

/** A shop that keeps what it was promised: the orders and the payments that the service acknowledged. */
class RecordingClient extends ApiClient {
  readonly orders = new Set<string>();
  readonly payments = new Set<string>();

  override async post(path: string, body: object): Promise<ApiAnswer> {
    const answer = await super.post(path, body);
    const { transaction_reference: reference } = (answer.body ?? {}) as { transaction_reference?: string };
    if (reference === undefined) return answer;
    if (path === '/v1/orders' && answer.status <= 201) this.orders.add(reference);
    if (path.endsWith('/payments') && answer.status === 202) this.payments.add(reference);
    return answer;
  }
}

interface Taken {
  readonly provider: string;
  readonly message: WebhookMessage;
}

function factsIn(data: string): Fact[] {
  const reader = openReader(data, true);
  const facts: Fact[] = [];
  for (const topic of ['orders.v1', 'callbacks.v1', 'polls.v1'] as const) {
    for (let partition = 0; partition < reader.partitions; partition++) {
      for (const { payload } of reader.read(topic, partition, 0n)) {
        forEachValue(payload, 0, (from, to) => facts.push(readFact(payload, from, to)));
      }
    }
  }
  reader.close();
  return facts;
}

/** The ids of the facts that the service must have made of a webhook that it took, by the readers of its network. */
function idsOf(
  { provider, message }: Taken,
  data: string,
  accounts: readonly AccountSettings[],
  base: string,
): string[] {
  const own = accounts.find((account) => account.provider === provider)!;
  const row = providerNamed(provider)!;
  const readers = row.bodies({
    ...{ provider, account: 'main', merchant: 'main', pseudonym: makePseudonym(data), own },
    ...{ settings: bodySettings(own), isUnsigned: isUnsigned(row, own.webhook) },
  });
  const endpoint = message.url === null ? '' : message.url.slice(base.length).replace(/^\//, '');
  const reading = readers.webhook!({
    text: message.body,
    header: (name) => message.headers[name] ?? null,
    about: { http_method: message.method, ...(endpoint === '' ? {} : { endpoint }) },
    ...{ readAt: 0, raw: 'x' },
  });
  return reading.facts.map(({ id }) => id);
}

type Closers = (() => Promise<unknown>)[];

/** The sides of the networks, and a shop with a service to sell by, which is not started yet. */
async function givenSides(closers: Closers) {
  const dir = mkdtempSync(join(tmpdir(), 'hesabu-killed-'));
  closers.push(async () => rmSync(dir, { recursive: true, force: true }));
  const from = Date.now();
  const clock = fastClock(from, SPEED, from);
  const [faults, taken, port] = [parseFaults('all'), [] as Taken[], await freePort()];
  const baseOf = (provider: string) => `http://127.0.0.1:${port}/webhooks/${provider}/main`;
  const played = [];
  for (const { personality, markets } of LIVE_NETWORKS) {
    const secret = sandboxSecrets(dir, personality);
    const onTaken = (message: WebhookMessage) => taken.push({ provider: personality.name, message });
    const real = { slowMillis: 1_500, timeoutMillis: 2_000 };
    const sandbox = await startSandbox({ personality, clock, seed: SEED, faults, secret, onTaken, ...real });
    closers.push(() => sandbox.close());
    sandbox.sendWebhooks(baseOf(personality.name));
    played.push({ personality, markets, sandbox });
  }
  const rules = played.map(({ sandbox }) => sandbox.truth().rules);
  const config = writeSandboxConfig(dir, {
    accounts: played.map(({ personality, markets, sandbox: { url } }) => {
      const webhookUrl = baseOf(personality.name);
      return { personality, url, webhookUrl, merchants: merchantsOf({ personality, markets }) };
    }),
    rules: { ...rules[0], fees: rules.flatMap(({ fees }) => fees) },
    ...{ port, tolerance: 'PT2H', timeout: 'PT1S', clock: { from: formatInstant(from), speed: SPEED } },
  });
  const data = join(dir, 'books');
  mkdirSync(data, { mode: 0o700 });
  const merchants = LIVE_NETWORKS.flatMap(merchantsOf);
  const key = new KeyStore(data).create({ role: 'shop', merchants, label: 'shop', expiresAt: null }, from);
  const api = new RecordingClient(`http://127.0.0.1:${port}`, key.text, clock);
  const markets = LIVE_NETWORKS.map((network) => network.markets);
  const orders = planOrders(SEED, ORDERS, from, from + KILLS * LIFE_MILLIS_MAX * SPEED, markets);
  // Refunds come hours later than this test ends.
  const shop = new Shop({ clock, api, orders, isPlain: () => false });
  return { taken, baseOf, played, config, data, api, orders, shop };
}

test(
  `over ${KILLS} kill -9 with every fault of the networks, nothing that was acknowledged is lost`,
  async () => {
    const closers: Closers = [];
    try {
      const { taken, baseOf, played, config, data, api, orders, shop } = await givenSides(closers);
      const selling = shop.run();
      selling.catch(() => {});
      for (let nth = 0; nth < KILLS; nth++) {
        const service = await serve(config);
        const before = taken.length;
        const until = Date.now() + LIFE_MILLIS_MAX;
        while (taken.length === before && Date.now() < until) await delay(20);
        await delay((nth % 4) * 150);
        expect(await end(service, 'SIGKILL')).toBe('SIGKILL');
      }
      const last = await serve(config);
      await selling;
      // Every network takes part, and what one sends may come late.
      await expect.poll(() => new Set(taken.map(({ provider }) => provider)).size).toBe(played.length);
      expect(await end(last)).toBe(0);
      const facts = factsIn(data);
      const known = new Set(facts.map(({ id }) => id));
      const { accounts } = readConfig(config);
      const ids = taken.flatMap((one) => idsOf(one, data, accounts, baseOf(one.provider)));
      expect(ids.filter((id) => !known.has(id))).toEqual([]);
      expect(ids.length).toBeGreaterThan(orders.length / 2);
      const named = (type: string) => {
        return new Set(facts.filter(({ body }) => body.type === type).map((fact) => fact.transaction_reference));
      };
      expect([...api.orders].filter((reference) => !named('OrderPlaced').has(reference))).toEqual([]);
      expect([...api.payments].filter((reference) => !named('PaymentObserved').has(reference))).toEqual([]);
      expect(api.orders.size).toBe(orders.length + orders.flatMap(({ parts }) => parts).length);
      // None was asked faster than it allows, whatever a killed service had asked before.
      expect(
        played.filter(({ sandbox }) => sandbox.beyondLimit > 0).map(({ personality }) => personality.name),
      ).toEqual([]);
    } finally {
      for (const close of closers.reverse()) await close();
    }
  },
  KILLS * 30_000 + 120_000,
);
