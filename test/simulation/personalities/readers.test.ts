// What the sandbox's side of each network sends is proved and read by our own readers of that network, which were
// written apart from it: every webhook and every row becomes what the sandbox knows to be true, and nothing is
// rejected.

import { afterEach, describe, expect, test } from 'vitest';
import type { Fact } from '../../../src/domain/fact.ts';
import { providerNamed } from '../../../src/providers/registry.ts';
import type { NetworkName } from '../../../src/simulation/personalities/names.ts';
import { PERSONALITIES } from '../../../src/simulation/personalities/personalities.ts';
import { givenNetwork, HOUR, namesWith } from './given.ts';
import { begin, PASSWORD, pass, read, readersOf, STARTS } from './starts.ts';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function given(name: NetworkName) {
  const network = await begin(name);
  closers.push(() => network.close());
  await pass(network, 9);
  return { ...network, ...readersOf(name, network) };
}

test('the push of M-Pesa is told by its own ids, and without the reference of the order', async () => {
  const network = await givenNetwork('mpesa');
  closers.push(() => network.close());
  const { readers } = readersOf('mpesa', network);
  const headers = await STARTS.mpesa!.login!(network.sandbox.url);
  const requests = new Set<string>();
  for (let nth = 0; nth < 30; nth++) {
    const answer = await fetch(`${network.sandbox.url}/mpesa/stkpush/v1/processrequest`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({
        ...{ BusinessShortCode: '174379', Password: PASSWORD, Timestamp: '20260601090000', Amount: '1500' },
        ...{ TransactionType: 'CustomerPayBillOnline', PhoneNumber: '254712345678', AccountReference: `A${nth}` },
        ...{ CallBackURL: `${network.receiver}/hook`, TransactionDesc: 'order' },
      }),
    });
    const text = await answer.text();
    const about = { transaction_reference: `A${nth}`, endpoint: '/mpesa/stkpush/v1/processrequest' };
    const [{ body, transaction_reference }] = read(readers, 'initiation', text, about) as [Fact];
    expect([transaction_reference, body]).toMatchObject([`A${nth}`, { status: 'initiated' }]);
    requests.add((body as { request_id: string }).request_id);
  }
  await network.clock.advance(9 * HOUR);
  await expect.poll(() => network.sandbox.waiting).toBe(0);
  const pushed = network.came.filter(({ text }) => text.includes('stkCallback'));
  const facts = pushed.flatMap(({ text }) => read(readers, 'webhook', text));
  expect(facts.length).toBeGreaterThan(20);
  for (const { body, transaction_reference } of facts) {
    expect(transaction_reference).toMatch(/^\?mpesa:/);
    expect(requests.has((body as { request_id: string }).request_id)).toBe(true);
    if ('status' in body && body.status === 'succeeded')
      expect(body).toMatchObject({ amount: '1500.00', currency: 'KES' });
  }
});

test.each(Object.keys(PERSONALITIES) as NetworkName[])('the account of %s is one that a service takes', (name) => {
  const place = { url: 'http://127.0.0.1:1', webhookUrl: 'http://127.0.0.1:2/hook', tolerance: 'PT300S' };
  const settings = PERSONALITIES[name].account({ ...place, secret: (one) => ({ file: one }) });
  const read = providerNamed(PERSONALITIES[name].name)!.account.safeParse({
    provider: PERSONALITIES[name].name,
    account: 'main',
    ...settings,
  });
  expect(read.error?.issues ?? []).toEqual([]);
});

describe.each(Object.keys(STARTS) as NetworkName[])('the webhooks of %s', (name) => {
  test('are read as what happened, with the amount and the reference of the order', async () => {
    const { readers, came, sandbox } = await given(name);
    const facts = came.flatMap(({ text }) => read(readers, 'webhook', text));
    const paid = namesWith(sandbox, 'paid');
    expect(paid.length).toBeGreaterThan(20);
    // The callback of Airtel Money says no amount: the enquiry does.
    const isWithoutAmount = name === 'airtel';
    for (const reference of paid) {
      const found = facts.filter(({ transaction_reference: name }) => name === reference);
      const succeeded = found.filter(({ body }) => 'status' in body && body.status === 'succeeded');
      expect([reference, succeeded.length > 0]).toEqual([reference, true]);
      for (const { body } of succeeded) {
        const { amount, currency } = sandbox.truth().references[reference]!;
        const told = isWithoutAmount ? { amount: null } : { amount, currency };
        expect(body).toMatchObject({ ...told, kind: 'payment' });
      }
    }
  });
});

type Ask = (path: string) => Promise<{ readonly text: string; readonly json: { data: { id: number }[] } }>;
type Read = (text: string, about?: Record<string, string>) => Fact[];

/** The facts of the first day's settlement. */
const SETTLED: Partial<Record<NetworkName, (ask: Ask, read: Read) => Promise<Fact[]>>> = {
  async paystack(ask, read) {
    const heads = await ask('/settlement?from=2026-06-02&to=2026-06-02');
    const [{ id }] = heads.json.data as [{ id: number }];
    const lines = await ask(`/settlement/${id}/transactions?perPage=100`);
    return [...read(heads.text), ...read(lines.text, { settlement_id: `${id}`, settlement_date: '2026-06-02' })];
  },
  async flutterwave(ask, read) {
    const [{ id }] = (await ask('/v3/settlements?from=2026-06-01&to=2026-06-01')).json.data as [{ id: number }];
    return read((await ask(`/v3/settlements/${id}`)).text);
  },
  async onafriq(ask, read) {
    const pages = await Promise.all([0, 100].map((offset) => ask(`/transactions?limit=100&offset=${offset}`)));
    return pages.flatMap(({ text }) => read(text, { endpoint: '/transactions' }));
  },
};

describe.each(Object.keys(SETTLED) as NetworkName[])('the settlement of %s', (name) => {
  test('is read as a line for each payment, and fees that add up to the agreed ones', async () => {
    const { readers, sandbox, clock } = await given(name);
    clock.skip(30 * HOUR);
    const ask: Ask = async (path) => {
      const answer = await fetch(`${sandbox.url}${path}`, { headers: STARTS[name]!.headers(0) });
      const text = await answer.text();
      return { text, json: JSON.parse(text) };
    };
    const facts = await SETTLED[name]!(ask, (text, about) => read(readers, 'settlement', text, about));
    const lines = facts.flatMap(({ body }) => (body.type === 'SettlementLineReported' ? body : []));
    const payments = lines.filter(({ line_type }) => line_type === 'payment');
    const paid = Object.values(sandbox.truth().references).flatMap((one) =>
      one.payments.filter((two) => two.paid_at !== null),
    );
    expect(payments.length).toBe(paid.length);
    expect(payments.every(({ gross }) => gross === sandbox.truth().references.A0!.amount)).toBe(true);
    const fees = lines.map(({ fee, gross, line_type: type }) => (type === 'fee' ? -Number(gross) : Number(fee ?? '0')));
    const agreed = paid.map((one) => Number(one.agreed_fee));
    expect(fees.reduce((sum, one) => sum + one)).toBe(agreed.reduce((sum, one) => sum + one));
  });
});

const SIGNED_WITH = {
  paystack: 'the-secret_key',
  flutterwave: 'the-secret_hash',
  'flutterwave-v4': 'the-secret_hash_4',
  airtel: 'the-private_key',
};

describe.each(['paystack', 'flutterwave', 'flutterwave-v4', 'airtel'] as const)('the proof of %s', (name) => {
  test('is accepted by the check of that network, and refused once a bit or the secret is another', async () => {
    const { came, check } = await given(name);
    const secret = SIGNED_WITH[name];
    for (const { headers, text } of came) {
      const values = (header: string) => [headers[header] ?? []].flat();
      expect(check(secret)!(values, Buffer.from(text), 0)).toBeNull();
      expect(check(`${secret}x`)!(values, Buffer.from(text), 0)?.code).toBe('HESABU_SIGNATURE_INVALID');
      if (name !== 'flutterwave') expect(check(secret)!(values, Buffer.from(text.replace('A', 'B')), 0)).not.toBeNull();
    }
  });
});
