// The sandbox over HTTP: what it accepts and refuses, its webhooks with their retries, its call faults, and its truth.
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import Papa from 'papaparse';
import { afterEach, describe, expect, test } from 'vitest';
import { NO_IDS } from '../../../src/producers/gateway.ts';
import { MfsAfricaGateway } from '../../../src/providers/mfs-africa/gateway.ts';
import { SignatureKey, signatureFault } from '../../../src/providers/mfs-africa/signature.ts';
import { type Clock, fastClock } from '../../../src/runtime/clock.ts';
import { NO_METER } from '../../../src/runtime/meter.ts';
import { FAULT_NAMES, type FaultName } from '../../../src/simulation/gateway/faults.ts';
import { type SandboxOptions, startSandbox } from '../../../src/simulation/gateway/sandbox.ts';
import { MFS_AFRICA } from '../../../src/simulation/personalities/mfs-africa/mfs-africa.ts';
import { givenClient } from '../../outbound/client/given.ts';
import { ManualClock } from '../../producers/poller/manual-clock.ts';

const NOW = Date.parse('2026-06-01T06:00:00Z');
const HOUR = 3_600_000;
const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of closers.splice(0).reverse()) await end();
});

type Json = Record<string, unknown>;
const SCHEME = { scheme: 'timestamped', tolerance: 300_000 } as const;

async function given(faults: readonly FaultName[] = [], more: Partial<SandboxOptions> = {}) {
  const clock = (more.clock ?? new ManualClock(NOW)) as ManualClock;
  const secret = (name: string) => (name === 'api_key' ? 'the-key' : 'shared');
  const options = { personality: MFS_AFRICA, seed: 1, secret, faults: new Set(faults), slowMillis: 50, ...more, clock };
  const sandbox = await startSandbox(options);
  closers.push(() => sandbox.close());
  const call = async (method: string, path: string, body?: object | string, headers: Record<string, string> = {}) => {
    const answer = await fetch(`${sandbox.url}${path}`, {
      method,
      headers: { authorization: 'Bearer the-key', 'content-type': 'application/json', ...headers },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await answer.text();
    const json = text.startsWith('{') ? (JSON.parse(text) as Json) : {};
    return { status: answer.status, text, json, code: (json.error as Json | undefined)?.code };
  };
  const pay = (reference: string, extra: object = {}, headers = {}) =>
    call('POST', '/payments/initiate', { ...PAYMENT, transaction_reference: reference, ...extra }, headers);
  return { sandbox, clock, call, pay };
}

const PAYMENT = {
  ...{ order_number: '#1', amount: '1500.00', currency: 'KES', phone: '+254712345678', operator_code: 'airtel-ke' },
};

/** A receiver of webhooks that answers with these statuses in turn, then always with the last. */
async function receiver(...statuses: readonly number[]) {
  const came: { readonly at: number; readonly body: string; readonly headers: IncomingHttpHeaders }[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      response.writeHead(statuses[Math.min(came.length, statuses.length - 1)]!).end();
      came.push({ at: Date.now(), body: Buffer.concat(chunks).toString(), headers: request.headers });
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  closers.push(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  return { came, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook` };
}

describe('a call', () => {
  test.each([
    ['without a key', { authorization: '' }],
    ['with another key', { authorization: 'Bearer the-kez' }],
    ['with half the key', { authorization: 'Bearer the-k' }],
  ])('%s is refused everywhere but at the truth', async (_what, headers) => {
    const { call } = await given();
    for (const path of [
      '/operators',
      '/payments/status?transaction_reference=A',
      '/settlements/report?date=2026-06-01',
    ]) {
      expect(await call('GET', path, undefined, headers)).toMatchObject({ status: 401, code: 'unauthorised' });
    }
    expect((await call('POST', '/payments/initiate', PAYMENT, headers)).status).toBe(401);
    expect((await call('GET', '/truth', undefined, headers)).status).toBe(200);
  });

  test('shows the truth under its public names', async () => {
    const { call, pay } = await given();
    await pay('A-1');
    const { references } = (await call('GET', '/truth')).json as { references: Record<string, Json> };
    const fields = Object.values(references).map((reference) => Object.keys(reference));
    expect(fields).toEqual([['amount', 'currency', 'fate', 'payments', 'expected']]);
  });

  test('lists operators, all or those of a country', async () => {
    const { call } = await given();
    const codes = async (query: string) =>
      ((await call('GET', `/operators${query}`)).json.operators as Json[]).map(({ code }) => code);
    expect((await codes('')).length).toBeGreaterThan(5);
    expect(await codes('?country=KE')).toEqual(['mpesa-ke', 'airtel-ke']);
    expect(await codes('?country=CN')).toEqual([]);
  });
});

describe('a payment', () => {
  test('is accepted, and known from then on', async () => {
    const { call, pay, clock } = await given();
    const taken = await pay('A-1');
    expect(taken).toMatchObject({
      status: 202,
      json: {
        ...{ transaction_reference: 'A-1', transaction_id: expect.stringMatching(/^TX\d+$/), status: 'pending' },
        created_at: '2026-06-01T06:00:00Z',
      },
    });
    const status = async () => (await call('GET', '/payments/status?transaction_reference=A-1')).json;
    expect(await status()).toMatchObject({
      transaction_id: taken.json.transaction_id,
      status: 'pending',
      amount: '1500.00',
    });
    clock.skip(6 * HOUR);
    expect((await status()).status).not.toBe('pending');
    const unknown = await call('GET', '/payments/status?transaction_reference=B-1');
    expect(unknown).toMatchObject({ status: 404, code: 'not_found' });
  });

  test.each([
    ['no reference', { transaction_reference: '' }, 'invalid'],
    ['a number as amount', { amount: 1500 }, 'invalid'],
    ['a phone without its country', { phone: '0712345678' }, 'invalid'],
    ['an unknown operator', { operator_code: 'vodafone-de' }, 'operator_unknown'],
    ['a currency that its operator does not accept', { currency: 'UGX', amount: '1500' }, 'currency_unsupported'],
    ['more decimals than the currency has', { amount: '1500.005' }, 'amount_precision'],
    ['more decimals than its operator accepts', { operator_code: 'mpesa-ke', amount: '1500.0' }, 'amount_precision'],
    ['nothing to pay', { amount: '0.00' }, 'amount_range'],
  ])('with %s is refused, with its code', async (_what, extra, code) => {
    const { pay, sandbox } = await given();
    expect(await pay('A-1', extra)).toMatchObject({ status: 400, code });
    expect(sandbox.truth().references).toEqual({});
  });

  test('requested again with its key is the same one, and with a new key another one', async () => {
    const { pay, sandbox } = await given();
    const first = await pay('A-1', {}, { 'idempotency-key': 'k-1' });
    expect((await pay('A-1', {}, { 'idempotency-key': 'k-1' })).json).toEqual(first.json);
    expect(sandbox.truth().references['A-1']!.payments).toHaveLength(1);
    const other = await pay('A-1', { amount: '1.00' }, { 'idempotency-key': 'k-1' });
    expect(other).toMatchObject({ status: 409, code: 'idempotency_reused' });
    await pay('A-1', {}, { 'idempotency-key': 'k-2' });
    expect(sandbox.truth().references['A-1']!.payments).toHaveLength(2);
  });

  test('that succeeded is refunded in parts, up to its amount', async () => {
    const { call, pay, clock, sandbox } = await given();
    const names = Array.from({ length: 20 }, (_, nth) => `A-${nth}`);
    for (const name of names) await pay(name);
    const name = names.find((one) => sandbox.truth().references[one]!.outcome === 'paid')!;
    const { id } = sandbox.truth().references[name]!.payments[0]!;
    const refund = (amount: string) =>
      call('POST', '/payments/refund', { transaction_reference: name, transaction_id: id, amount, currency: 'KES' });
    expect(await refund('500.00')).toMatchObject({ status: 409, code: 'not_refundable' });
    clock.skip(HOUR);
    expect((await refund('500.00')).json).toMatchObject({ refund_id: `RF1-${id}`, original_transaction_id: id });
    expect((await refund('1000.01')).status).toBe(409);
    expect((await refund('1000.00')).json).toMatchObject({ refund_id: `RF2-${id}` });
    expect((await refund('0.01')).status).toBe(409);
    expect(sandbox.truth().references[name]!.payments[0]!.returned).toBe('1500.00');
  });
});

test('an operator that accepts whole amounts gets whole amounts, for payments and refunds', async () => {
  const { call, pay, clock, sandbox } = await given();
  const names = Array.from({ length: 20 }, (_, nth) => `A-${nth}`);
  const whole = { operator_code: 'mpesa-ke', amount: '1500' };
  for (const name of names) expect((await pay(name, whole)).status).toBe(202);
  const name = names.find((one) => sandbox.truth().references[one]!.outcome === 'paid')!;
  const { id } = sandbox.truth().references[name]!.payments[0]!;
  clock.skip(HOUR);
  const refund = (amount: string) =>
    call('POST', '/payments/refund', { transaction_reference: name, transaction_id: id, amount, currency: 'KES' });
  expect(await refund('500.00')).toMatchObject({ status: 400, code: 'amount_precision' });
  expect((await refund('500')).status).toBe(202);
});

test('a report is available the next morning, the same as CSV and as JSON, and adds up to the truth', async () => {
  const { call, pay, clock, sandbox } = await given();
  for (let nth = 0; nth < 60; nth++) await pay(`A-${nth}`);
  const report = (format: string) => call('GET', `/settlements/report?date=2026-06-01&format=${format}`);
  clock.skip(20 * HOUR);
  expect(await report('json')).toMatchObject({ status: 404, code: 'report_not_ready' });
  clock.skip(2 * HOUR);
  const { lines } = (await report('json')).json as { lines: Record<string, string>[] };
  const csv = Papa.parse<Record<string, string>>((await report('csv')).text, { header: true, skipEmptyLines: true });
  expect(csv.data).toEqual(lines.map((line) => ({ ...line })));
  expect((await call('GET', '/settlements/report?date=2026-6-1')).status).toBe(400);

  const sumOf = (values: readonly string[]) => values.reduce((sum, text) => sum + BigInt(text.replace('.', '')), 0n);
  const paid = Object.values(sandbox.truth().references).flatMap(({ payments }) =>
    payments.filter(({ paid_at: at }) => at !== null && at < '2026-06-01T21:00:00Z'),
  );
  const payments = lines.filter(({ type }) => type === 'payment');
  expect(payments.map((line) => line.transaction_id).sort()).toEqual(paid.map(({ id }) => id).sort());
  expect(sumOf(payments.map((line) => line.fee_deduction!))).toBe(sumOf(paid.map((one) => one.agreed_fee!)));
  const returned = sumOf(paid.map((one) => one.returned));
  const back = lines.filter(({ type }) => type !== 'payment').map((line) => line.amount_received!);
  expect(-sumOf(back)).toBe(returned);
  expect(returned).toBeGreaterThan(0n);
});

describe('webhooks', () => {
  /** A day in one second. */
  const fast = (): Clock => fastClock(NOW, 86_400);
  const signatureOf = (headers: IncomingHttpHeaders) => [String(headers['x-signature'])];

  test('are signed, and sent again until a receiver accepts them', async () => {
    const { came, url } = await receiver(500, 503, 200);
    const { sandbox, pay } = await given([], { clock: fast() as ManualClock });
    sandbox.sendWebhooks(url);
    await pay('A-1');
    await expect.poll(() => sandbox.deliveries.acknowledged).toBe(1);
    expect(new Set(came.map(({ body }) => body)).size).toBe(1);
    expect(sandbox.deliveries).toMatchObject({ sent: came.length, refused: 2, forged: 0 });
    expect(sandbox.waiting).toBe(0);
    const signed = new Set(came.map(({ headers }) => headers['x-signature']));
    // Each attempt has a signature with its own time.
    expect(signed.size).toBe(3);
    for (const { headers, body } of came) {
      const [, seconds] = /^t=(\d+),/.exec(signatureOf(headers)[0]!)!;
      const at = Number(seconds) * 1_000;
      const keys = [new SignatureKey('shared')];
      expect(signatureFault(signatureOf(headers), Buffer.from(body), keys, SCHEME, at)).toBeNull();
    }
  });

  test('that are forged lack the signature of the gateway, and come once', async () => {
    const { came, url } = await receiver(401);
    const { sandbox, pay } = await given(['forged'], { clock: fast() as ManualClock });
    sandbox.sendWebhooks(url);
    for (let nth = 0; nth < 30; nth++) await pay(`A-${nth}`);
    await expect.poll(() => sandbox.deliveries.forged).toBeGreaterThan(1);
    const forged = came.filter(({ body }) => body.includes('"X'));
    expect(forged.length).toBeGreaterThan(1);
    for (const { headers, body } of forged) {
      const [, seconds] = /^t=(\d+),/.exec(signatureOf(headers)[0]!)!;
      const keys = [new SignatureKey('shared')];
      const at = Number(seconds) * 1_000;
      const fault = signatureFault(signatureOf(headers), Buffer.from(body), keys, SCHEME, at);
      expect(fault?.code).toBe('HESABU_SIGNATURE_INVALID');
    }
    expect(new Set(forged.map(({ body }) => body)).size).toBe(forged.length);
  });
});

describe('call faults', () => {
  const KINDS: Partial<Record<FaultName, 'limited' | 'errors' | 'slow' | 'cut'>> = {
    ...{ limited: 'limited', errors: 'errors', slow: 'slow', cut: 'cut' },
  };
  test.each([...FAULT_NAMES])('with %s alone do what its sentence says', async (name) => {
    const { sandbox, call } = await given([name], { callsPerMinute: 1_000_000 });
    for (let nth = 0; nth < 90; nth++) await call('GET', '/operators').catch(() => 'cut');
    const seen = Object.entries(sandbox.calls).filter(([kind, count]) => kind !== 'fine' && count > 0);
    expect(seen.map(([kind]) => kind)).toEqual(KINDS[name] === undefined ? [] : [KINDS[name]]);
  });

  test('of limits are obeyed, and no more calls are made than the budget allows', async () => {
    const { sandbox, clock } = await given(['limited'], { callsPerMinute: 10 });
    const { client } = givenClient({ allow: [new URL(sandbox.url).host], clock });
    closers.push(() => client.close());
    const gateway = new MfsAfricaGateway({
      ...{ account: 'main', baseUrl: sandbox.url, apiKey: () => 'the-key', client, clock, meter: NO_METER },
      ...{ rate: () => ({ per_minute: 30, burst: 25 }), reportFormat: 'csv', pseudonym: () => '' },
    });
    const heard: number[] = [];
    let last = 0;
    let waited = 0;
    for (let nth = 0; nth < 400; nth++) {
      const counts = await gateway.status({ reference: `A-${nth}`, ids: NO_IDS }).then(
        () => null,
        (error: { retryAt?: number }) => error.retryAt ?? null,
      );
      const total = Object.values(sandbox.calls).reduce((sum, count) => sum + count, 0);
      if (total > last) heard.push(clock.now());
      // No call must be made before the announced time.
      if (clock.now() < waited) expect(total).toBe(last);
      last = total;
      if (counts !== null) waited = Math.max(waited, counts);
      clock.skip(1_000);
    }
    expect(sandbox.calls.limited).toBeGreaterThan(2);
    for (const from of heard) {
      expect(heard.filter((at) => at >= from && at < from + 60_000).length).toBeLessThanOrEqual(30 + 25);
    }
  });
});
