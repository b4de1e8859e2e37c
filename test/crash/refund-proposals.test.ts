// The service is killed at every step of a proposed refund: while it is proposed, before the gateway is called, while
// the gateway has it, and when the answer comes. After the start the refund is made, and there is one.
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { KeyStore } from '../../src/http/access/key-store.ts';
import {
  accountAt,
  end,
  makeSite,
  paymentBody,
  removeSite,
  type Serving,
  serve,
  signed,
} from '../service/service-client.ts';

const running: Serving[] = [];
afterEach(async () => {
  for (const serving of running) serving.process.kill('SIGKILL');
  await Promise.all(running.splice(0).map(({ ended }) => ended));
});

/** A gateway that makes one refund for each key, and tells when it is asked. */
async function recordingGateway() {
  const calls: { readonly key: string; readonly body: Record<string, string> }[] = [];
  let onAsked: (answer: () => void) => void = (answer) => answer();
  const server = createServer(async (request, response: ServerResponse) => {
    let text = '';
    for await (const part of request) text += part;
    if (request.url !== '/payments/refund') return void response.writeHead(404).end('{}');
    const key = String(request.headers['idempotency-key']);
    calls.push({ key, body: JSON.parse(text) });
    onAsked(() => {
      const body = { refund_id: `R-${key.slice(0, 8)}`, created_at: new Date().toISOString() };
      response.writeHead(202, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    calls,
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** What is done with the next calls. */
    onAsked: (act: typeof onAsked) => {
      onAsked = act;
    },
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

const KILLS = [
  ...['while it is proposed', 'a little later', 'once it is proposed'],
  ...['while the gateway has it', 'when the gateway answers', 'just after the answer'],
] as const;

test('given a kill at any step of a proposed refund, then it is made once after the start', {
  timeout: 300_000,
}, async () => {
  const gateway = await recordingGateway();
  const site = makeSite({
    ...{ accounts: [accountAt(gateway.host)], outgoing: { allow: [gateway.host] }, rules: './rules.yaml' },
  });
  writeFileSync(join(site.dir, 'rules.yaml'), 'review: { threshold: { KES: "500" } }\n');
  const store = new KeyStore(site.data);
  const key = store.create({ role: 'admin', merchants: ['*'], label: '', person: null, expiresAt: null }, 0).text;
  const maker = store.create({ role: 'operator', merchants: ['*'], label: '', person: null, expiresAt: null }, 0).text;
  // biome-ignore lint/suspicious/noExplicitAny: answers of several shapes.
  const ask = async ({ url }: Serving, by: string, path: string, name = '', body?: object): Promise<any> => {
    const headers = { authorization: `Bearer ${by}`, 'content-type': 'application/json', 'idempotency-key': name };
    const more = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
    const answer = await fetch(`${url}${path}`, { headers, ...more });
    return { status: answer.status, json: await answer.json() };
  };
  const start = async () => {
    const serving = await serve(site.config);
    running.push(serving);
    return serving;
  };
  try {
    let serving = await start();
    for (const [at, when] of KILLS.entries()) {
      const reference = `A-${at}`;
      const order = { merchant: 'shop', transaction_reference: reference, amount: '1000.00', currency: 'KES' };
      await ask(serving, key, '/v1/orders', `o-${at}`, order);
      const paid = signed(paymentBody(String(at), { amount: '1080.00' }));
      await fetch(`${serving.url}/webhooks/mfs-africa/main`, { method: 'POST', ...paid });
      const shown = async () =>
        (await ask(serving, maker, `/v1/cases?reason=AMOUNT_OVER&q=${reference}`)).json.cases?.[0];
      await expect.poll(shown, { timeout: 60_000 }).toBeDefined();
      const { id, finding } = await shown();
      const wanted = { finding, kind: 'refund', cause: 'customer_error' };
      const propose = (on: Serving) => ask(on, maker, `/v1/cases/${id}/proposals`, `p-${at}`, wanted);
      const killed = Promise.withResolvers<void>();
      const kill = () => {
        serving.process.kill('SIGKILL');
        killed.resolve();
      };
      gateway.onAsked((answer) => {
        if (when === 'while the gateway has it') return kill();
        answer();
        if (when === 'when the gateway answers') kill();
        if (when === 'just after the answer') setTimeout(kill, 4);
      });
      const sending = propose(serving).catch(() => null);
      if (when === 'while it is proposed') await pause(2).then(kill);
      if (when === 'a little later') await pause(15).then(kill);
      if (when === 'once it is proposed') await sending.then(kill);
      await killed.promise;
      await serving.ended;
      await sending;
      gateway.onAsked((answer) => answer());
      serving = await start();
      // Who got no answer asks again under his key.
      const again = await propose(serving);
      expect(again.status, `${when}: ${again.json.detail}`).toBe(201);
      const became = async () => (await ask(serving, maker, `/v1/cases/${id}`)).json.proposals[0].refund.state;
      await expect.poll(became, { timeout: 60_000, interval: 200 }).toBe('sent');
      const own = gateway.calls.filter(({ body }) => JSON.stringify(body).includes(reference));
      expect([when, new Set(own.map((call) => call.key)).size]).toEqual([when, 1]);
      if (when === 'while the gateway has it') expect(own).toHaveLength(2);
    }
    expect(await end(serving)).toBe(0);
  } finally {
    gateway.close();
    removeSite(site);
  }
});
