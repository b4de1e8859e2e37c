// Webhooks that nobody signs, through the running service: each is a hint that makes it ask the network at once, and
// counts once the network or a settlement line says the same; unless the settings of the account trust the network.
import { writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { KeyStore } from '../../src/http/access/key-store.ts';
import { hesabu } from '../cli/cli-process.ts';
import { end, makeSite, removeSite, type Serving, serve } from './service-client.ts';

const PATHS = { UG_PATH: 'q7Rk2_vVx9-ZpLw3TnB8mYd4', TRUSTED_PATH: 'Zb5Hn8_rQw2-TkVx7LmC3sPf' };
const SECRETS = { ...PATHS, SUBSCRIPTION: 'subscription', API_USER: 'user', MOMO_KEY: 'momo-key' };
const OTHER_PATH = 'a'.repeat(24);
const idOf = (reference: string) => `8a6c3a4e-0b57-4f43-9c0b-${Buffer.from(reference).toString('hex').padEnd(12, '0')}`;
const bodyOf = (reference: string, status: string) => ({
  ...{ financialTransactionId: `F-${reference}`, externalId: reference, amount: '1000', currency: 'UGX', status },
  payer: { partyIdType: 'MSISDN', partyId: '256772000001' },
});

/** The network: what it answers about each payment, and the times at which it was asked about it. */
class Network {
  readonly statuses = new Map<string, string>();
  readonly asked: string[] = [];
  private readonly server: Server;

  constructor() {
    this.server = createServer(({ method, url = '' }, response) => {
      if (method === 'POST') return void response.end(JSON.stringify({ access_token: 'token', expires_in: 3600 }));
      const reference = [...this.statuses.keys()].find((one) => url.endsWith(idOf(one)));
      this.asked.push(reference ?? url);
      if (reference !== undefined) return void response.end(JSON.stringify(bodyOf(reference, this.said(reference))));
      response.statusCode = 404;
      response.end('{"code":"RESOURCE_NOT_FOUND"}');
    });
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.server.close();
  }

  timesAsked(reference: string): number {
    return this.asked.filter((one) => one === reference || one.endsWith(idOf(reference))).length;
  }

  private said(reference: string): string {
    return this.statuses.get(reference)!;
  }
}

const network = new Network();
let site: ReturnType<typeof makeSite>;
let serving: Serving;
let headers: Record<string, string>;

beforeAll(async () => {
  const host = await network.listen();
  const product = {
    subscription_key: { env: 'SUBSCRIPTION' },
    api_user: { env: 'API_USER' },
    api_key: { env: 'MOMO_KEY' },
  };
  const account = (name: string, webhook: object) => ({
    ...{ provider: 'mtn-momo', account: name, merchants: [`shop-${name}`], base_url: `http://${host}` },
    // Nothing of this schedule is due within the test: only a hint makes the service ask.
    ...{ collection: product, webhook, polling: { schedule: ['PT24H'] } },
  });
  const trusted = (addresses: string) => {
    return { trust: 'network', path: { env: 'TRUSTED_PATH' }, addresses: [addresses] };
  };
  const accounts = [
    account('ug', { path: { env: 'UG_PATH' } }),
    account('trusted', trusted('127.0.0.1/32')),
    account('far', trusted('198.51.100.0/24')),
  ];
  site = makeSite({ accounts, outgoing: { allow: [host] }, rules: './rules.yaml' });
  writeFileSync(join(site.dir, 'rules.yaml'), 'grace: { inconclusive: PT1S }\n');
  const wanted = { role: 'admin', merchants: ['*'], label: '', expiresAt: null } as const;
  const { text: key } = new KeyStore(site.data).create(wanted, 0);
  headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
  serving = await serve(site.config, SECRETS);
}, 120_000);

afterAll(() => {
  serving?.process.kill('SIGKILL');
  network.close();
  removeSite(site);
});

async function order(account: string, reference: string): Promise<void> {
  const body = JSON.stringify({
    ...{ merchant: `shop-${account}`, transaction_reference: reference, amount: '1000', currency: 'UGX' },
  });
  const asked = { method: 'POST', headers: { ...headers, 'idempotency-key': reference }, body };
  expect((await fetch(`${serving.url}/v1/orders`, asked)).status).toBe(201);
}

async function callback(account: string, path: string, reference: string, status = 'SUCCESSFUL'): Promise<number> {
  const sent = { 'content-type': 'application/json', 'x-reference-id': idOf(reference) };
  const answer = await fetch(`${serving.url}/webhooks/mtn-momo/${account}/${path}`, {
    ...{ method: 'PUT', headers: sent, body: JSON.stringify(bodyOf(reference, status)) },
  });
  return answer.status;
}

interface Transaction {
  readonly stages: { readonly payment: string };
  readonly claims: readonly { readonly type?: string; readonly unsigned: boolean; readonly body: { via?: string } }[];
}

async function transaction(reference: string): Promise<Transaction> {
  const answer = await fetch(`${serving.url}/v1/transactions/${reference}`, { headers });
  expect(answer.status).toBe(200);
  return (await answer.json()) as Transaction;
}

/** The payment's stage, and which of its callbacks and polls count. */
async function standing(reference: string): Promise<[string, ...string[]]> {
  const { stages, claims } = await transaction(reference);
  const told = claims.flatMap(({ body, unsigned }) => (body.via ? [`${body.via}${unsigned ? ', unsigned' : ''}`] : []));
  return [stages.payment, ...told.sort()];
}

describe('a callback of an account that nobody signs', () => {
  test('given a network that says the same, then it is asked at once, and its answer is what counts', async () => {
    network.statuses.set('A1', 'SUCCESSFUL');
    await order('ug', 'A1');
    expect(await standing('A1')).toEqual(['pending']);
    expect(await callback('ug', PATHS.UG_PATH, 'A1')).toBe(200);
    await expect.poll(() => standing('A1')).toEqual(['matched', 'callback, unsigned', 'poll']);
    expect(network.timesAsked('A1')).toBe(1);
  });

  test('given the same callback again, then nobody is asked again (S08)', async () => {
    expect(await callback('ug', PATHS.UG_PATH, 'A1')).toBe(200);
    network.statuses.set('A2', 'FAILED');
    await order('ug', 'A2');
    await callback('ug', PATHS.UG_PATH, 'A2');
    await expect.poll(() => network.timesAsked('A2')).toBe(1);
    expect(network.timesAsked('A1')).toBe(1);
  });

  test('given a network that says otherwise, then it is no money (S08)', async () => {
    await expect.poll(() => standing('A2')).toEqual(['pending', 'callback, unsigned', 'poll']);
  });

  test('given a network that knows no such payment, then it is no money (S08)', async () => {
    await order('ug', 'A3');
    expect(await callback('ug', PATHS.UG_PATH, 'A3')).toBe(200);
    await expect.poll(() => network.timesAsked('A3')).toBe(1);
    expect((await standing('A3'))[0]).not.toBe('matched');
  });

  test('given no answer, then a settlement line decides', async () => {
    await order('ug', 'A4');
    expect(await callback('ug', PATHS.UG_PATH, 'A4')).toBe(200);
    await expect.poll(() => network.timesAsked('A4')).toBe(1);
    expect((await standing('A4'))[0]).not.toBe('matched');
    const report =
      'transaction_reference,transaction_id,type,amount_received,currency,fee_deduction,settlement_date,line_id\n' +
      `A4,F-A4,payment,1000,UGX,0,${new Date().toISOString().slice(0, 10)},L4\n`;
    const query = new URLSearchParams({ kind: 'settlements', name: 'report.csv', provider: 'mtn-momo', account: 'ug' });
    const taken = await fetch(`${serving.url}/v1/imports?${query}`, {
      ...{ method: 'POST', headers: { ...headers, 'content-type': 'application/octet-stream' }, body: report },
    });
    expect(taken.status).toBe(201);
    await expect.poll(() => standing('A4')).toEqual(['matched', 'callback, unsigned']);
  });

  test('given a wrong path, then there is nothing there', async () => {
    await order('ug', 'A5');
    expect(await callback('ug', OTHER_PATH, 'A5')).toBe(404);
    expect(await callback('ug', PATHS.TRUSTED_PATH, 'A5')).toBe(404);
    expect(await standing('A5')).toEqual(['pending']);
    expect(network.timesAsked('A5')).toBe(0);
  });
});

describe('a callback of a network that the account trusts', () => {
  test('counts at once, and nobody is asked', async () => {
    await order('trusted', 'T1');
    expect(await callback('trusted', PATHS.TRUSTED_PATH, 'T1')).toBe(200);
    expect(await standing('T1')).toEqual(['matched', 'callback']);
    expect(network.timesAsked('T1')).toBe(0);
  });

  test('is refused from another address, and under another path (S08)', async () => {
    await order('far', 'T2');
    expect(await callback('far', PATHS.TRUSTED_PATH, 'T2')).toBe(401);
    expect(await callback('trusted', OTHER_PATH, 'T2')).toBe(404);
    expect(await standing('T2')).toEqual(['pending']);
    expect(network.timesAsked('T2')).toBe(0);
  });
});

describe('what nobody confirmed', () => {
  test('raises an alert, and the trace shows that it does not count', async () => {
    // The alerts are evaluated at the start.
    expect(await end(serving)).toBe(0);
    serving = await serve(site.config, SECRETS);
    const alerts = async () => {
      const answer = await fetch(`${serving.url}/v1/alerts`, { headers });
      const told = ((await answer.json()) as { alerts: { alert: string; about: string; value: string }[] }).alerts;
      return told.filter(({ alert }) => alert === 'unsigned_callbacks').map(({ about, value }) => [about, value]);
    };
    await expect.poll(alerts).toEqual([['mtn-momo', '1']]);
    expect(await end(serving)).toBe(0);
    for (const path of Object.values(PATHS)) expect(JSON.stringify(serving.lines)).not.toContain(path);
    const traced = async (reference: string) => (await hesabu(['trace', reference, '--data', site.data])).stdout;
    expect(await traced('A3')).toContain('unsigned, not counted');
    expect(await traced('A3')).toContain('nobody signed the callback: a status query or a settlement line decides');
    expect(await traced('A1')).toContain('unsigned, not counted');
    expect(await traced('T1')).not.toContain('unsigned');
  }, 120_000);
});
