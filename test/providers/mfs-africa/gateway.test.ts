// The gateway over HTTP: what goes out for each question, and what becomes of each answer.
import { describe, expect, test } from 'vitest';
import { type Fact, isInitiation, type PaymentObserved } from '../../../src/domain/fact.ts';
import type { OutgoingCall } from '../../../src/outbound/client/client.ts';
import { MfsAfricaGateway } from '../../../src/providers/mfs-africa/gateway.ts';
import { NO_METER } from '../../../src/runtime/meter.ts';
import { ManualClock } from '../../producers/poller/manual-clock.ts';

const NOW = Date.parse('2026-06-01T12:00:00Z');
const HOUR = 3_600_000;

/** A gateway whose answers are these, one after the other, the last one for ever; and what it was asked. */
function given(...answers: readonly (readonly [status: number, body: unknown, headers?: object])[]) {
  const asked: Omit<OutgoingCall, 'names'>[] = [];
  const clock = new ManualClock(NOW);
  const gateway = new MfsAfricaGateway({
    ...{ account: 'main', baseUrl: 'https://api.example.com/v2/', apiKey: () => `key-${asked.length}` },
    ...{ rate: () => ({ per_minute: 600, burst: 60 }), reportFormat: 'csv', meter: NO_METER, clock },
    pseudonym: (text) => `hash-of-${text.length}`,
    client: {
      call: async (call) => {
        const [status, body, headers = {}] = answers[Math.min(asked.length, answers.length - 1)]!;
        asked.push(call);
        const bytes = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
        return { exchange: `x-${asked.length}`, status, headers: headers as Record<string, string>, body: bytes };
      },
    },
  });
  return { gateway, asked, clock };
}

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
  test('is asked for with its key, its amount as it was written, and the key of the account as it is now', async () => {
    const { gateway, asked } = given([202, TAKEN]);
    const { facts, fault, exchange } = await gateway.initiate(PAYMENT);
    expect(asked).toEqual([
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
        id: 'mfs-africa:initiated:P-1',
        transaction_reference: 'A-1',
        raw: 'x-1',
        body: expect.objectContaining({ status: 'initiated', provider_transaction_id: 'P-1', msisdn: 'hash-of-13' }),
      }),
    ]);
    expect(JSON.stringify(facts)).not.toContain('712345678');
  });

  test.each([200, 201, 202])('that is answered %i was taken', async (status) => {
    const { facts, fault } = await given([status, TAKEN]).gateway.initiate(PAYMENT);
    expect([facts.length, fault]).toEqual([1, null]);
  });

  test('that is asked for again has the same key and gives the same fact', async () => {
    const { gateway, asked } = given([202, TAKEN]);
    const [first] = (await gateway.initiate(PAYMENT)).facts;
    const [again] = (await gateway.initiate(PAYMENT)).facts;
    expect(asked.map(({ headers }) => headers['idempotency-key'])).toEqual(['k-1', 'k-1']);
    expect({ ...again!, raw: first!.raw }).toEqual(first);
  });

  test.each([
    ['no JSON', 'thank you'],
    ['no id', { ...TAKEN, transaction_id: undefined }],
    ['an id that is a number with no end', `{"transaction_id":${'9'.repeat(300)},"created_at":"2026-06-01T12:00:01Z"}`],
    ['a time without a zone', { ...TAKEN, created_at: '2026-06-01 12:00' }],
  ])('whose answer has %s is known to have been asked for, and nothing more', async (_what, body) => {
    const { gateway } = given([202, body]);
    const { facts, fault, exchange } = await gateway.initiate(PAYMENT);
    expect([facts, exchange, fault!.code]).toEqual([[], 'x-1', 'HESABU_ROW_SHAPE']);
  });

  test('whose id is a long number keeps every digit', async () => {
    const { gateway } = given([202, '{"transaction_id":12345678901234567890,"created_at":"2026-06-01T12:00:01Z"}']);
    const [fact] = (await gateway.initiate(PAYMENT)).facts;
    expect(fact!.id).toBe('mfs-africa:initiated:12345678901234567890');
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
  ])('that is answered %i %j throws %s', async (status, body, code, found) => {
    const { gateway } = given([status, body]);
    const where = 'mfs-africa/main: POST /';
    await expect(gateway.initiate(PAYMENT)).rejects.toMatchObject({
      code,
      detail: { where: expect.stringContaining(where), found },
    });
  });
});

test.each([200, 201, 202])('a refund that is answered %i was taken', async (status) => {
  const { gateway } = given([status, { refund_id: 'RF-1', created_at: '2026-06-03T12:00:00Z' }]);
  const refund = { reference: 'A-1', paymentId: 'P-1', amount: '500.00', currency: 'KES', reason: null };
  const { facts, fault } = await gateway.refund({ ...refund, idempotencyKey: 'k-2' });
  expect([facts.length, fault]).toEqual([1, null]);
});

test('only the answer to a payment that was asked for begins an attempt, whatever the gateway calls it', async () => {
  const begins = ([fact]: readonly Fact[]) => isInitiation((fact as Fact<PaymentObserved>).body);
  const refund = { reference: 'A-1', paymentId: 'P-1', amount: '5.00', currency: 'KES', reason: null };
  const refunded = given([202, { refund_id: 'RF-1', created_at: '2026-06-03T12:00:00Z' }]).gateway;
  const polled = given([200, { ...STATUS, status: 'initiated' }]).gateway;
  expect(begins((await given([202, TAKEN]).gateway.initiate(PAYMENT)).facts)).toBe(true);
  expect(begins((await refunded.refund({ ...refund, idempotencyKey: 'k-2' })).facts)).toBe(false);
  expect(begins((await polled.status('A-1')).facts)).toBe(false);
});

test('a refund names its payment, and is known by its own id', async () => {
  const { gateway, asked } = given([202, { refund_id: 'RF-1', created_at: '2026-06-03T12:00:00Z' }]);
  const refund = { reference: 'A-1', paymentId: 'P-1', amount: '500.00', currency: 'KES', reason: null };
  const { facts } = await gateway.refund({ ...refund, idempotencyKey: 'k-2' });
  expect(JSON.parse(asked[0]!.body!)).toEqual({
    ...{ transaction_reference: 'A-1', transaction_id: 'P-1', amount: '500.00', currency: 'KES', reason: null },
  });
  const body = { kind: 'refund', status: 'initiated', original_transaction_id: 'P-1', provider_transaction_id: 'RF-1' };
  expect(facts).toEqual([
    expect.objectContaining({ id: 'mfs-africa:initiated:RF-1', body: expect.objectContaining(body) }),
  ]);
});

describe('a status', () => {
  test('becomes a fact', async () => {
    const { gateway, asked } = given([200, STATUS]);
    const { facts, fault } = await gateway.status('A-1');
    expect(asked[0]!.url).toBe('https://api.example.com/v2/payments/status?transaction_reference=A-1');
    const body = { via: 'poll', status: 'succeeded', amount: '1500.00', operator_transaction_id: 'OP-1' };
    expect([fault, facts]).toEqual([
      null,
      [expect.objectContaining({ transaction_reference: 'A-1', body: expect.objectContaining(body) })],
    ]);
  });

  test.each([
    ['another payment', { ...STATUS, transaction_reference: 'B-1' }, 'HESABU_FIELD_INVALID'],
    ['an amount that the currency cannot have', { ...STATUS, amount: '1500.005' }, 'HESABU_AMOUNT_PRECISION'],
    ['no status', { ...STATUS, status: undefined }, 'HESABU_FIELD_MISSING'],
  ])('of %s is no fact, and is kept', async (_what, body, code) => {
    const { gateway } = given([200, body]);
    expect(await gateway.status('A-1')).toMatchObject({ exchange: 'x-1', facts: [], fault: { code } });
  });

  test('that nobody knows yet is neither', async () => {
    const { gateway } = given([404, { error: { code: 'not_found' } }]);
    expect(await gateway.status('A-1')).toEqual({ exchange: 'x-1', facts: [], fault: null });
  });

  test('of a reference with signs in it is asked for as it is', async () => {
    const { gateway, asked } = given([404, '']);
    await gateway.status('A&date=1/ü #');
    expect(new URL(asked[0]!.url).searchParams.get('transaction_reference')).toBe('A&date=1/ü #');
  });
});

describe('operators', () => {
  const list = (name: string) => ({
    operators: [{ code: 'mpesa-ke', name, country: 'KE', currencies: ['KES'], amount_decimals: 0 }],
  });

  test('are asked for once an hour, a country at a time', async () => {
    const { gateway, asked, clock } = given([200, list('one')], [200, list('two')], [200, list('three')]);
    const name = async (country: string) => (await gateway.operators(country))[0]!.name;
    expect([await name('KE'), await name('KE'), await name('UG')]).toEqual(['one', 'one', 'two']);
    clock.skip(HOUR);
    // An old list is good enough at once, and the new one is there a moment later.
    expect([await name('KE'), asked.length]).toEqual(['one', 3]);
    await new Promise((resolve) => setImmediate(resolve));
    expect([await name('KE'), asked.length]).toEqual(['three', 3]);
  });

  test('that many ask for at once are asked for once', async () => {
    const { gateway, asked, clock } = given([200, list('one')], [200, list('two')]);
    const ask = () => Promise.all(Array.from({ length: 100 }, () => gateway.operators('KE')));
    expect((await ask()).map(([operator]) => operator!.name)).toEqual(Array(100).fill('one'));
    clock.skip(25 * HOUR);
    expect((await ask()).map(([operator]) => operator!.name)).toEqual(Array(100).fill('two'));
    expect(asked).toHaveLength(2);
  });

  test('of a country that has none are remembered too', async () => {
    const { gateway, asked } = given([200, { operators: [] }]);
    expect([await gateway.operators('CN'), await gateway.operators('CN'), asked.length]).toEqual([[], [], 1]);
  });

  test('that the gateway does not list again are asked for once a minute behind the old ones', async () => {
    const { gateway, asked, clock } = given([200, list('one')], [404, '']);
    await gateway.operators('KE');
    clock.skip(HOUR);
    for (let count = 0; count < 130; count++) {
      expect((await gateway.operators('KE'))[0]!.name).toBe('one');
      clock.skip(1_000);
    }
    expect(asked).toHaveLength(1 + 3);
  });

  test('of many countries leave a call to who pays', async () => {
    const { gateway, asked } = given([200, { operators: [] }]);
    const countries = Array.from({ length: 100 }, (_, at) => `C${at}`);
    await Promise.allSettled(countries.map((country) => gateway.operators(country)));
    expect(asked).toHaveLength(59);
    await gateway.initiate(PAYMENT);
    expect(asked).toHaveLength(60);
  });

  test('that were listed are used while the gateway is silent, for a day', async () => {
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
    ['decimals that no currency has', { operators: [{ ...list('x').operators[0], amount_decimals: 9 }] }],
    ['no JSON', 'hello'],
  ])('of %s are refused', async (_what, body) => {
    await expect(given([200, body]).gateway.operators('KE')).rejects.toMatchObject({ code: 'HESABU_GATEWAY_REFUSED' });
  });
});

describe('a settlement report', () => {
  test('comes as its bytes, with more time and room than other answers', async () => {
    const { gateway, asked } = given([200, 'a;b\n']);
    expect(await gateway.settlement('2026-06-01')).toEqual({
      exchange: 'x-1',
      format: 'csv',
      bytes: Buffer.from('a;b\n'),
    });
    expect(asked[0]).toMatchObject({
      url: 'https://api.example.com/v2/settlements/report?date=2026-06-01&format=csv',
      timeoutMillis: 120_000,
      bytesMax: 256 * 2 ** 20,
    });
  });

  test('that is not there yet is none', async () => {
    expect(await given([404, '']).gateway.settlement('2026-06-01')).toBeNull();
  });
});
