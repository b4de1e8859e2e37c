// The gateway over HTTP: which request each call sends, and what each answer becomes.
import { describe, expect, test } from 'vitest';
import type { Fact, PaymentObserved } from '../../../src/domain/fact.ts';
import { isInitiation } from '../../../src/domain/payment-ids.ts';
import type { OutgoingCall } from '../../../src/outbound/client/client.ts';
import { type GatewayAnswer, NO_IDS } from '../../../src/producers/gateway.ts';
import { MfsAfricaGateway } from '../../../src/providers/mfs-africa/gateway.ts';
import { NO_METER } from '../../../src/runtime/meter.ts';
import { ManualClock } from '../../producers/poller/manual-clock.ts';

const NOW = Date.parse('2026-06-01T12:00:00Z');
const HOUR = 3_600_000;

/** A gateway with these answers in order, the last one for ever; and the calls that it gets. */
function given(...answers: readonly (readonly [status: number, body: unknown, headers?: object])[]) {
  const calls: Omit<OutgoingCall, 'names'>[] = [];
  const clock = new ManualClock(NOW);
  const gateway = new MfsAfricaGateway({
    ...{ account: 'main', baseUrl: 'https://api.example.com/v2/', apiKey: () => `key-${calls.length}` },
    ...{ rate: () => ({ per_minute: 600, burst: 60 }), reportFormat: 'csv', meter: NO_METER, clock },
    pseudonym: (text) => `hash-of-${text.length}`,
    client: {
      call: async (call) => {
        const [status, body, headers = {}] = answers[Math.min(calls.length, answers.length - 1)]!;
        calls.push(call);
        const bytes = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
        return { exchange: `x-${calls.length}`, status, headers: headers as Record<string, string>, body: bytes };
      },
    },
  });
  return { gateway, calls, clock };
}

const statusOf = async (gateway: MfsAfricaGateway, reference = 'A-1') =>
  (await gateway.status({ reference, ids: NO_IDS })) as GatewayAnswer;

const PAYMENT = {
  ...{ reference: 'A-1', orderNumber: '#1', amount: '1500.00', currency: 'KES', phone: '+254712345678' },
  ...{ operator: 'mpesa-ke', idempotencyKey: 'k-1' },
};
const TAKEN = { transaction_id: 'P-1', request_id: 'R-1', status: 'pending', created_at: '2026-06-01T12:00:01Z' };
const STATUS = {
  ...{ transaction_reference: 'A-1', transaction_id: 'P-1', operator_transaction_id: 'OP-1', status: 'success' },
  ...{ amount: '1500.00', currency: 'KES', updated_at: '2026-06-01T12:03:00Z' },
};

describe('a payment', () => {
  test('is requested with its key, its amount as written, and the current key of the account', async () => {
    const { gateway, calls } = given([202, TAKEN]);
    const { facts, fault, exchange } = await gateway.initiate(PAYMENT);
    expect(calls).toEqual([
      {
        account: 'mfs-africa/main',
        method: 'POST',
        url: 'https://api.example.com/v2/payments/initiate',
        headers: {
          authorization: 'Bearer key-0',
          accept: 'application/json, text/csv',
          'content-type': 'application/json',
          'idempotency-key': 'k-1',
        },
        body: JSON.stringify({
          ...{ order_number: '#1', transaction_reference: 'A-1', amount: '1500.00', currency: 'KES' },
          ...{ phone: '+254712345678', operator_code: 'mpesa-ke' },
        }),
        names: ['A-1'],
      },
    ]);
    expect([fault, exchange]).toEqual([null, 'x-1']);
    expect(facts).toEqual([
      expect.objectContaining({
        id: 'mfs-africa/main:initiated:P-1',
        transaction_reference: 'A-1',
        raw: 'x-1',
        body: expect.objectContaining({ status: 'initiated', provider_transaction_id: 'P-1', msisdn: 'KE:hash-of-12' }),
      }),
    ]);
    expect(JSON.stringify(facts)).not.toContain('712345678');
  });

  test.each([200, 201, 202])('with the answer %i was accepted', async (status) => {
    const { facts, fault } = await given([status, TAKEN]).gateway.initiate(PAYMENT);
    expect([facts.length, fault]).toEqual([1, null]);
  });

  test('that is repeated has the same key and gives the same fact', async () => {
    const { gateway, calls } = given([202, TAKEN]);
    const [first] = (await gateway.initiate(PAYMENT)).facts;
    const [again] = (await gateway.initiate(PAYMENT)).facts;
    expect(calls.map(({ headers }) => headers['idempotency-key'])).toEqual(['k-1', 'k-1']);
    expect({ ...again!, raw: first!.raw }).toEqual(first);
  });

  test.each([
    ['invalid JSON', 'thank you'],
    ['no id', { ...TAKEN, transaction_id: undefined }],
    ['a very long number as its id', `{"transaction_id":${'9'.repeat(300)},"created_at":"2026-06-01T12:00:01Z"}`],
    ['a time without a zone', { ...TAKEN, created_at: '2026-06-01 12:00' }],
  ])('whose answer has %s gives a fault and no fact', async (_what, body) => {
    const { gateway } = given([202, body]);
    const { facts, fault, exchange } = await gateway.initiate(PAYMENT);
    expect([facts, exchange, fault!.code]).toEqual([[], 'x-1', 'HESABU_ROW_SHAPE']);
  });

  test('whose id is a long number keeps every digit', async () => {
    const { gateway } = given([202, '{"transaction_id":12345678901234567890,"created_at":"2026-06-01T12:00:01Z"}']);
    const [fact] = (await gateway.initiate(PAYMENT)).facts;
    expect(fact!.id).toBe('mfs-africa/main:initiated:12345678901234567890');
  });

  test.each([
    [
      400,
      { error: { code: 'amount_precision', message: '1500.50' } },
      'HESABU_GATEWAY_REFUSED',
      '400 "amount_precision" "1500.50"',
    ],
    [401, 'no', 'HESABU_GATEWAY_REFUSED', '401'],
    [302, '', 'HESABU_GATEWAY_REFUSED', '302'],
    [500, { error: { code: 'oops' } }, 'HESABU_GATEWAY_FAILED', '500'],
    [429, '', 'HESABU_GATEWAY_LIMITED', '429'],
    [500, { error: { code: '500.003.02', message: 'System is busy' } }, 'HESABU_GATEWAY_LIMITED', '500'],
    [500, { error: { code: '500.003.03' } }, 'HESABU_GATEWAY_LIMITED', '500'],
  ])('with the answer %i %j throws %s', async (status, body, code, found) => {
    const { gateway } = given([status, body]);
    const where = 'mfs-africa/main: POST /';
    await expect(gateway.initiate(PAYMENT)).rejects.toMatchObject({
      code,
      detail: { where: expect.stringContaining(where), found },
    });
  });
});

test.each([200, 201, 202])('a refund with the answer %i was accepted', async (status) => {
  const { gateway } = given([status, { refund_id: 'RF-1', created_at: '2026-06-03T12:00:00Z' }]);
  const refund = { reference: 'A-1', paymentId: 'P-1', amount: '500.00', currency: 'KES', reason: null };
  const { facts, fault } = await gateway.refund({ ...refund, idempotencyKey: 'k-2' });
  expect([facts.length, fault]).toEqual([1, null]);
});

test('only the answer to a requested payment begins an attempt, whatever its status', async () => {
  const begins = ([fact]: readonly Fact[]) => isInitiation((fact as Fact<PaymentObserved>).body);
  const refund = { reference: 'A-1', paymentId: 'P-1', amount: '5.00', currency: 'KES', reason: null };
  const refunded = given([202, { refund_id: 'RF-1', created_at: '2026-06-03T12:00:00Z' }]).gateway;
  const polled = given([200, { ...STATUS, status: 'initiated' }]).gateway;
  expect(begins((await given([202, TAKEN]).gateway.initiate(PAYMENT)).facts)).toBe(true);
  expect(begins((await refunded.refund({ ...refund, idempotencyKey: 'k-2' })).facts)).toBe(false);
  expect(begins((await statusOf(polled)).facts)).toBe(false);
});

test('a refund names its payment, and has its own id', async () => {
  const { gateway, calls } = given([202, { refund_id: 'RF-1', created_at: '2026-06-03T12:00:00Z' }]);
  const refund = { reference: 'A-1', paymentId: 'P-1', amount: '500.00', currency: 'KES', reason: null };
  const { facts } = await gateway.refund({ ...refund, idempotencyKey: 'k-2' });
  expect(JSON.parse(calls[0]!.body!)).toEqual({
    ...{ transaction_reference: 'A-1', transaction_id: 'P-1', amount: '500.00', currency: 'KES', reason: null },
  });
  const body = { kind: 'refund', status: 'initiated', original_transaction_id: 'P-1', provider_transaction_id: 'RF-1' };
  expect(facts).toEqual([
    expect.objectContaining({ id: 'mfs-africa/main:initiated:RF-1', body: expect.objectContaining(body) }),
  ]);
});

describe('a status', () => {
  test('becomes a fact', async () => {
    const { gateway, calls } = given([200, STATUS]);
    const { facts, fault } = await statusOf(gateway);
    expect(calls[0]!.url).toBe('https://api.example.com/v2/payments/status?transaction_reference=A-1');
    const body = { via: 'poll', status: 'succeeded', amount: '1500.00', operator_transaction_id: 'OP-1' };
    expect([fault, facts]).toEqual([
      null,
      [expect.objectContaining({ transaction_reference: 'A-1', body: expect.objectContaining(body) })],
    ]);
  });

  test.each([
    ['the reference of another payment', { ...STATUS, transaction_reference: 'B-1' }, 'HESABU_FIELD_INVALID'],
    ['an amount with too many decimals', { ...STATUS, amount: '1500.005' }, 'HESABU_AMOUNT_PRECISION'],
    ['no status', { ...STATUS, status: undefined }, 'HESABU_FIELD_MISSING'],
  ])('with %s is not a fact, and its exchange is returned', async (_what, body, code) => {
    const { gateway } = given([200, body]);
    expect(await statusOf(gateway)).toMatchObject({ exchange: 'x-1', facts: [], fault: { code } });
  });

  test('of a payment that the gateway does not know yet is neither a fact nor a fault', async () => {
    const { gateway } = given([404, { error: { code: 'not_found' } }]);
    expect(await statusOf(gateway)).toEqual({ exchange: 'x-1', facts: [], fault: null });
  });

  test('of a reference with special characters is requested encoded', async () => {
    const { gateway, calls } = given([404, '']);
    await statusOf(gateway, 'A&date=1/ü #');
    expect(new URL(calls[0]!.url).searchParams.get('transaction_reference')).toBe('A&date=1/ü #');
  });
});

describe('operators', () => {
  const list = (name: string) => ({
    operators: [{ code: 'mpesa-ke', name, country: 'KE', currencies: ['KES'], amount_decimals: 0 }],
  });

  test('are requested once an hour for each country', async () => {
    const { gateway, calls, clock } = given([200, list('one')], [200, list('two')], [200, list('three')]);
    const name = async (country: string) => (await gateway.operators(country))[0]!.name;
    expect([await name('KE'), await name('KE'), await name('UG')]).toEqual(['one', 'one', 'two']);
    clock.skip(HOUR);
    // The old list is returned at once, and the new one is there a moment later.
    expect([await name('KE'), calls.length]).toEqual(['one', 3]);
    await new Promise((resolve) => setImmediate(resolve));
    expect([await name('KE'), calls.length]).toEqual(['three', 3]);
  });

  test('for many concurrent callers are requested once', async () => {
    const { gateway, calls, clock } = given([200, list('one')], [200, list('two')]);
    const ask = () => Promise.all(Array.from({ length: 100 }, () => gateway.operators('KE')));
    expect((await ask()).map(([operator]) => operator!.name)).toEqual(Array(100).fill('one'));
    clock.skip(25 * HOUR);
    expect((await ask()).map(([operator]) => operator!.name)).toEqual(Array(100).fill('two'));
    expect(calls).toHaveLength(2);
  });

  test('of a country without operators are remembered too', async () => {
    const { gateway, calls } = given([200, { operators: [] }]);
    expect([await gateway.operators('CN'), await gateway.operators('CN'), calls.length]).toEqual([[], [], 1]);
  });

  test('are retried once a minute in the background after an error, and the old list is used', async () => {
    const { gateway, calls, clock } = given([200, list('one')], [404, '']);
    await gateway.operators('KE');
    clock.skip(HOUR);
    for (let count = 0; count < 130; count++) {
      expect((await gateway.operators('KE'))[0]!.name).toBe('one');
      clock.skip(1_000);
    }
    expect(calls).toHaveLength(1 + 3);
  });

  test('of many countries leave a call for a payment', async () => {
    const { gateway, calls } = given([200, { operators: [] }]);
    const countries = Array.from({ length: 100 }, (_, at) => `C${at}`);
    await Promise.allSettled(countries.map((country) => gateway.operators(country)));
    expect(calls).toHaveLength(59);
    await gateway.initiate(PAYMENT);
    expect(calls).toHaveLength(60);
  });

  test('are used from the old list for up to a day if the gateway fails', async () => {
    const { gateway, clock } = given([200, list('one')], [503, '']);
    const [operator] = await gateway.operators('KE');
    expect(operator).toEqual({
      ...{ code: 'mpesa-ke', name: 'one', country: 'KE', currencies: ['KES'], amountDecimals: 0 },
    });
    clock.skip(23 * HOUR);
    expect((await gateway.operators('KE'))[0]!.name).toBe('one');
    clock.skip(2 * HOUR);
    await expect(gateway.operators('KE')).rejects.toMatchObject({ code: 'HESABU_GATEWAY_FAILED' });
  });

  test.each([
    ['another shape', { operators: [{ code: 'x' }] }],
    ['decimals that do not exist in any currency', { operators: [{ ...list('x').operators[0], amount_decimals: 9 }] }],
    ['invalid JSON', 'hello'],
  ])('from an answer with %s are refused', async (_what, body) => {
    await expect(given([200, body]).gateway.operators('KE')).rejects.toMatchObject({ code: 'HESABU_GATEWAY_REFUSED' });
  });
});

describe('a settlement report', () => {
  test('is returned as bytes, with higher limits of time and size than other answers', async () => {
    const { gateway, calls } = given([200, 'a;b\n']);
    expect(await gateway.settlement('2026-06-01')).toEqual({
      exchange: 'x-1',
      format: 'csv',
      bytes: Buffer.from('a;b\n'),
    });
    expect(calls[0]).toMatchObject({
      url: 'https://api.example.com/v2/settlements/report?date=2026-06-01&format=csv',
      timeoutMillis: 120_000,
      bytesMax: 256 * 2 ** 20,
    });
  });

  test('that does not exist yet is null', async () => {
    expect(await given([404, '']).gateway.settlement('2026-06-01')).toBeNull();
  });
});
