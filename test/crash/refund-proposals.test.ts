// The service is killed at every step of a proposed refund: while it is proposed, before the gateway is called, while
// the gateway has it, and when the answer comes. After the start the refund is made, and there is one.
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, renameSync, rmSync, writeFileSync } from 'node:fs';
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

type Gateway = Awaited<ReturnType<typeof recordingGateway>>;

/** A gateway that makes one refund for each key, and tells when it is asked. */
async function recordingGateway() {
  const calls: { readonly key: string; readonly body: Record<string, string> }[] = [];
  let onAsked: (answer: () => void, refuse: () => void) => void = (answer) => answer();
  const server = createServer(async (request, response: ServerResponse) => {
    let text = '';
    for await (const part of request) text += part;
    if (request.url !== '/payments/refund') return void response.writeHead(404).end('{}');
    const key = String(request.headers['idempotency-key']);
    calls.push({ key, body: JSON.parse(text) });
    const refuse = () => response.writeHead(429, { 'retry-after': '1' }).end('{}');
    onAsked(() => {
      const body = { refund_id: `R-${key.slice(0, 8)}`, created_at: new Date().toISOString() };
      response.writeHead(202, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    }, refuse);
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

/** A site with a gateway, and the keys of a shop's admin and of a maker. */
class Site {
  readonly gateway: Gateway;
  private readonly site: ReturnType<typeof makeSite>;
  private readonly admin: string;
  private readonly maker: string;
  serving!: Serving;

  constructor(gateway: Gateway) {
    this.gateway = gateway;
    this.site = makeSite({
      ...{ accounts: [accountAt(gateway.host)], outgoing: { allow: [gateway.host] }, rules: './rules.yaml' },
    });
    writeFileSync(join(this.site.dir, 'rules.yaml'), 'review: { threshold: { KES: "500" } }\n');
    const store = new KeyStore(this.site.data);
    const keyOf = (role: 'admin' | 'operator') =>
      store.create({ role, merchants: ['*'], label: '', person: null, expiresAt: null }, 0).text;
    [this.admin, this.maker] = [keyOf('admin'), keyOf('operator')];
  }

  async start(): Promise<void> {
    this.serving = await serve(this.site.config);
    running.push(this.serving);
  }

  /** An order that was paid too much, and how its refund is proposed. */
  async over(name: string) {
    const reference = `A-${name}`;
    const order = { merchant: 'shop', transaction_reference: reference, amount: '1000.00', currency: 'KES' };
    await this.ask(this.admin, '/v1/orders', `o-${name}`, order);
    const paid = signed(paymentBody(name, { amount: '1080.00' }));
    await fetch(`${this.serving.url}/webhooks/mfs-africa/main`, { method: 'POST', ...paid });
    const shown = async () =>
      (await this.ask(this.maker, `/v1/cases?reason=AMOUNT_OVER&q=${reference}`)).json.cases?.[0];
    await expect.poll(shown, { timeout: 60_000 }).toBeDefined();
    const { id, finding } = await shown();
    const wanted = { finding, kind: 'refund', cause: 'customer_error' };
    const became = async () => (await this.ask(this.maker, `/v1/cases/${id}`)).json.proposals[0].refund.state;
    return {
      propose: () => this.ask(this.maker, `/v1/cases/${id}/proposals`, `p-${name}`, wanted),
      becomes: (state: string) => expect.poll(became, { timeout: 60_000, interval: 200 }).toBe(state),
      isSent: () => expect.poll(became, { timeout: 60_000, interval: 200 }).toBe('sent'),
      keys: () => {
        const own = this.gateway.calls.filter(({ body }) => JSON.stringify(body).includes(reference));
        return own.map(({ key }) => key);
      },
    };
  }

  /** A backup of the directory as it is. */
  keep(): void {
    execFileSync('cp', ['-a', this.site.data, `${this.site.data}.kept`]);
  }

  /** Only service.db, beside the ledger as it is; or the whole directory, and the newer archive put in. */
  restore(what: 'service.db' | 'the directory'): void {
    const { data } = this.site;
    const kept = `${data}.kept`;
    if (what === 'service.db') {
      for (const end of ['', '-wal', '-shm']) {
        rmSync(join(data, `service.db${end}`), { force: true });
        const from = join(kept, `service.db${end}`);
        if (existsSync(from)) execFileSync('cp', ['-a', from, data]);
      }
      return;
    }
    renameSync(data, `${data}.broken`);
    execFileSync('cp', ['-a', kept, data]);
    execFileSync('cp', ['-a', `${data}.broken/raw/exchanges/.`, `${data}/raw/exchanges/`]);
  }

  close(): void {
    this.gateway.close();
    removeSite(this.site);
  }

  // biome-ignore lint/suspicious/noExplicitAny: answers of several shapes.
  private async ask(key: string, path: string, name = '', body?: object): Promise<any> {
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json', 'idempotency-key': name };
    const more = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
    const answer = await fetch(`${this.serving.url}${path}`, { headers, ...more });
    return { status: answer.status, json: await answer.json() };
  }
}

const KILLS = [
  ...['while it is proposed', 'a little later', 'once it is proposed'],
  ...['while the gateway has it', 'when the gateway answers', 'just after the answer'],
] as const;

test.each(KILLS)(
  'given a kill of the service %s, then the refund is made once after the start',
  {
    timeout: 120_000,
  },
  async (when) => {
    const site = new Site(await recordingGateway());
    try {
      await site.start();
      const refund = await site.over('1');
      const { gateway } = site;
      const killed = Promise.withResolvers<void>();
      const kill = () => {
        site.serving.process.kill('SIGKILL');
        killed.resolve();
      };
      gateway.onAsked((answer) => {
        if (when === 'while the gateway has it') return kill();
        answer();
        if (when === 'when the gateway answers') kill();
        if (when === 'just after the answer') setTimeout(kill, 4);
      });
      const sending = refund.propose().catch(() => null);
      if (when === 'while it is proposed') await pause(2).then(kill);
      if (when === 'a little later') await pause(15).then(kill);
      if (when === 'once it is proposed') await sending.then(kill);
      await killed.promise;
      await site.serving.ended;
      await sending;
      gateway.onAsked((answer) => answer());
      await site.start();
      // Who got no answer asks again under his key.
      const again = await refund.propose();
      expect(again.status, again.json.detail).toBe(201);
      await refund.isSent();
      expect(new Set(refund.keys()).size).toBe(1);
      if (when === 'while the gateway has it') expect(refund.keys()).toHaveLength(2);
      expect(await end(site.serving)).toBe(0);
    } finally {
      site.close();
    }
  },
);

test('given an end in good order while the gateway has it, then the next start asks again under the same key', {
  timeout: 120_000,
}, async () => {
  const site = new Site(await recordingGateway());
  try {
    await site.start();
    const refund = await site.over('1');
    const asked = Promise.withResolvers<void>();
    site.gateway.onAsked(() => asked.resolve());
    await refund.propose();
    await asked.promise;
    expect(await end(site.serving)).toBe(0);
    site.gateway.onAsked((answer) => answer());
    await site.start();
    await refund.isSent();
    expect([refund.keys().length, new Set(refund.keys()).size]).toEqual([2, 1]);
    expect(await end(site.serving)).toBe(0);
  } finally {
    site.close();
  }
});

test.each([
  ['answers', 'service.db'],
  ['never answers', 'service.db'],
  ['answers', 'the directory'],
  ['never answers', 'the directory'],
] as const)(
  'given a gateway that %s, then after a restore of %s from before the refund nothing is asked again',
  { timeout: 120_000 },
  async (how, what) => {
    const site = new Site(await recordingGateway());
    try {
      const { gateway } = site;
      await site.start();
      const refund = await site.over('1');
      // It takes nothing yet: so an older file has a proposal that holds and is not sent.
      gateway.onAsked((_answer, refuse) => refuse());
      await refund.propose();
      await refund.becomes('waiting');
      await expect.poll(() => refund.keys().length, { timeout: 60_000 }).toBeGreaterThan(0);
      expect(await end(site.serving)).toBe(0);
      site.keep();
      const refused = refund.keys().length;
      const asked = Promise.withResolvers<void>();
      gateway.onAsked((answer) => {
        if (how === 'answers') answer();
        asked.resolve();
      });
      await site.start();
      await asked.promise;
      if (how === 'answers') await refund.isSent();
      else site.serving.process.kill('SIGKILL');
      if (how === 'answers') expect(await end(site.serving)).toBe(0);
      else await site.serving.ended;
      site.restore(what);
      await site.start();
      const isLost = site.serving.lines.some(({ msg }) => /log had lost/.test(String(msg)));
      expect(isLost).toBe(what === 'the directory');
      await refund.becomes('unclear');
      // Nobody takes it back or makes another of it, and nothing is sent, however often it is looked at.
      expect((await refund.propose()).status).toBe(201);
      await pause(3_000);
      expect(refund.keys()).toHaveLength(refused + 1);
      await refund.becomes('unclear');
      expect(await end(site.serving)).toBe(0);
    } finally {
      site.close();
    }
  },
);
