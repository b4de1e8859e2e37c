// The live service is killed at any moment and restarted: nothing that was acknowledged is lost, nothing is there
// twice, and it ends in time on request.
import { setTimeout as delay } from 'node:timers/promises';
import type { Agent } from 'undici';
import { afterEach, describe, expect, test } from 'vitest';
import { callbackIds } from '../service/callback-ids.ts';
import {
  connections,
  end,
  makeSite,
  paymentBody,
  removeSite,
  SECRET,
  type Serving,
  send,
  serve,
  signed,
  valuesIn,
} from '../service/service-client.ts';

/** Each is a start, many senders, and a kill -9 in the middle; `HESABU_TEST_KILLS` sets another number. */
const KILLS = Number(process.env.HESABU_TEST_KILLS ?? 3);
/** Each is sent by 50 clients; `HESABU_TEST_EVENTS` sets another number. */
const EVENTS = Number(process.env.HESABU_TEST_EVENTS ?? 30);
/** How often old events are sent again; `HESABU_TEST_RESENDS` sets another number. */
const RESENDS = Number(process.env.HESABU_TEST_RESENDS ?? 1);
const SENDERS = 8;
/** After a change of the configuration. */
const ANOTHER = 'another secret of the same account';

let running: Serving[] = [];
const sites: { dir: string }[] = [];
const agents: Agent[] = [];

/** A fast machine sends more than an account may by default. */
const WITHOUT_LIMIT = { limits: { account: { per_second: 1_000_000, burst: 1_000_000 } } };

function site(more: object = {}) {
  const made = makeSite(more);
  sites.push(made);
  return made;
}

async function started(config: string, env: Record<string, string> = {}): Promise<Serving> {
  const serving = await serve(config, env);
  running.push(serving);
  return serving;
}

function crowd(count: number): Agent {
  const agent = connections(count);
  agents.push(agent);
  return agent;
}

afterEach(async () => {
  await Promise.all(agents.splice(0).map((agent) => agent.destroy()));
  for (const serving of running) serving.process.kill('SIGKILL');
  await Promise.all(running.map(({ ended }) => ended));
  running = [];
  for (const made of sites.splice(0)) removeSite(made);
});

/** Starts, loads and kills a service this many times; returns what it acknowledged, and its directory. */
async function killed(times: number): Promise<{ readonly recentAcks: Set<string>; readonly data: string }> {
  const { config, data } = site();
  const recentAcks = new Set<string>();
  let sent = 0;
  for (let round = 0; round < times; round++) {
    const serving = await serve(config);
    const agent = connections(SENDERS);
    const { promise: answered, resolve: first } = Promise.withResolvers<void>();
    // Every second one is killed at any moment from its start, the others once they acknowledged something.
    const ended = (round % 2 === 0 ? answered : Promise.resolve())
      .then(() => delay(Math.random() * 150))
      .then(() => end(serving, 'SIGKILL'));
    const sender = async () => {
      for (;;) {
        const name = `${round}-${sent++}`;
        const status = await send(agent, serving.url, signed(paymentBody(name))).catch(() => null);
        first();
        if (status === null) return;
        expect(status).toBe(200);
        recentAcks.add(`mfs-africa/main:callback:ev-${name}`);
      }
    };
    await Promise.all(Array.from({ length: SENDERS }, sender));
    await ended;
    await agent.destroy();
  }
  const last = await started(config);
  expect(await end(last)).toBe(0);
  return { recentAcks, data };
}

describe('kill -9 of the service', () => {
  test(
    `loses nothing that was acknowledged, over ${KILLS} kills at random moments (F01 partly)`,
    async () => {
      // A service that ends normally leaves its compiled code to the others.
      await end(await started(site().config));
      // Two at a time: one starts, which takes most of a core, while the other receives.
      const half = Math.floor(KILLS / 2);
      for (const { recentAcks, data } of await Promise.all([killed(half), killed(KILLS - half)])) {
        const stored = callbackIds(data);
        const known = new Set(stored);
        expect([...recentAcks].filter((id) => !known.has(id))).toEqual([]);
        // Each was sent once, so even those without an answer are there once.
        expect(stored.length).toBe(known.size);
        expect(recentAcks.size).toBeGreaterThanOrEqual(half / 2);
      }
    },
    // A start takes a second and a half of a core, and other tests may need the cores too.
    KILLS * 10_000 + 60_000,
  );
});

describe('many deliveries of one event', () => {
  test(`${EVENTS} events, each sent by 50 clients at once, become ${EVENTS} facts (L03)`, {
    timeout: 120_000 + EVENTS * 300,
  }, async () => {
    const { config, data } = site(WITHOUT_LIMIT);
    const serving = await started(config);
    const agent = crowd(50);
    const statuses = new Map<number, number>();
    for (let event = 0; event < EVENTS; event++) {
      const webhook = signed(paymentBody(String(event)));
      const answers = await Promise.all(Array.from({ length: 50 }, () => send(agent, serving.url, webhook)));
      for (const status of answers) statuses.set(status, (statuses.get(status) ?? 0) + 1);
    }
    expect([...statuses]).toEqual([[200, EVENTS * 50]]);
    expect(await end(serving)).toBe(0);
    expect(valuesIn(data, 'callbacks.v1')).toBe(EVENTS);
    expect(new Set(callbackIds(data)).size).toBe(EVENTS);
  });
});

describe('a storm of old events', () => {
  test(`1,000 events, sent again ${RESENDS} times after a restart, change nothing and are acknowledged (L04)`, {
    timeout: 120_000 + RESENDS * 60_000,
  }, async () => {
    const { config, data } = site(WITHOUT_LIMIT);
    const agent = crowd(32);
    const sendAll = async ({ url }: Serving) => {
      const names = Array.from({ length: 1_000 }, (_, name) => String(name));
      const one = async (): Promise<void> => {
        for (let name = names.pop(); name !== undefined; name = names.pop()) {
          expect(await send(agent, url, signed(paymentBody(name)))).toBe(200);
        }
      };
      await Promise.all(Array.from({ length: 32 }, one));
    };
    const first = await started(config);
    await sendAll(first);
    expect(await end(first)).toBe(0);
    const again = await started(config);
    for (let round = 0; round < RESENDS; round++) await sendAll(again);
    expect(await end(again)).toBe(0);
    expect(new Set(callbackIds(data)).size).toBe(1_000);
  });
});

describe('a signal', () => {
  test('SIGTERM under a load that does not end ends it, and everything acknowledged is there (F31 partly)', {
    timeout: 180_000,
  }, async () => {
    const { config, data } = site();
    const serving = await started(config);
    const agent = crowd(32);
    let recentAcks = 0;
    let stopped = false;
    const sender = async (at: number) => {
      for (let count = 0; !stopped; count++) {
        const status = await send(agent, serving.url, signed(paymentBody(`${at}-${count}`))).catch(() => null);
        if (status === 200) recentAcks++;
        else if (status === null) return;
      }
    };
    const senders = Array.from({ length: 32 }, (_, at) => sender(at));
    await expect.poll(() => recentAcks).toBeGreaterThan(100);
    expect(await end(serving)).toBe(0);
    stopped = true;
    await Promise.all(senders);
    expect(valuesIn(data, 'callbacks.v1')).toBeGreaterThanOrEqual(recentAcks);
  });

  test('SIGHUP loads a new secret, and the removed one is refused (S05)', { timeout: 180_000 }, async () => {
    const { writeFileSync } = await import('node:fs');
    const { dir, config } = site({
      accounts: [
        {
          provider: 'mfs-africa',
          account: 'main',
          base_url: 'http://127.0.0.1:1',
          api_key: { env: 'TEST_API_KEY' },
          webhook: { secrets: [{ file: './secret' }] },
        },
      ],
    });
    writeFileSync(`${dir}/secret`, SECRET, { mode: 0o600 });
    const serving = await started(config);
    const agent = crowd(1);
    expect(await send(agent, serving.url, signed(paymentBody('1')))).toBe(200);
    expect(await send(agent, serving.url, signed(paymentBody('2'), ANOTHER))).toBe(401);
    writeFileSync(`${dir}/secret`, ANOTHER, { mode: 0o600 });
    serving.process.kill('SIGHUP');
    await expect.poll(() => send(agent, serving.url, signed(paymentBody('2'), ANOTHER))).toBe(200);
    expect(await send(agent, serving.url, signed(paymentBody('3')))).toBe(401);
  });
});
