// Payments through the API: which calls the gateway gets, each once, and which it never gets.
import { describe, expect, test } from 'vitest';
import { HesabuError } from '../../../src/domain/errors.ts';
import { GatewayLimited } from '../../../src/domain/gateway-errors.ts';
import { NOON, order, paid } from '../../service/ledger/given-live-ledger.ts';
import { type Given, givenApi } from './given-api.ts';

const PAY = { phone: '0711223344', country: 'KE', operator: 'MPESA_KE' };

const pay = (given: Given, key: string, idempotencyKey: string, more: object = {}, reference = 'A-1') =>
  given.ask({
    method: 'POST',
    url: `/v1/orders/${reference}/payments`,
    key,
    idempotencyKey,
    json: { ...PAY, ...more },
  });

describe('POST /v1/orders/:ref/payments', () => {
  test("asks the gateway for the order's amount, and links its ids to the order before it answers", () =>
    givenApi(async (given) => {
      const key = given.key('shop', 'shop-1');
      await given.ledger.writer.append([order('A-1', { order_number: '77' })]);
      const started = await pay(given, key, 'k-1');
      expect(started.status).toBe(202);
      expect(started.json).toEqual({
        transaction_reference: 'A-1',
        kind: 'payment',
        transaction_id: 'T-1',
        request_id: 'Q-T-1',
        original_transaction_id: null,
        status: 'initiated',
        amount: '1000.00',
        currency: 'KES',
      });
      const { idempotencyKey, ...asked } = given.gateway.payments[0]!;
      expect(asked).toEqual({
        reference: 'A-1',
        orderNumber: '77',
        // As many decimals as the operator accepts.
        amount: '1000',
        currency: 'KES',
        phone: '+254711223344',
        operator: 'MPESA_KE',
      });
      expect(idempotencyKey).toMatch(/^[0-9a-f]{40}$/);
      await given.ledger.loop.catchUp();
      expect(
        (await given.ledger.reader.transactions('T-1', 'all claims')).map(({ view }) => view.transaction_reference),
      ).toEqual(['A-1']);
      expect(given.exchanges[0]).toMatchObject({ names: ['A-1', 'T-1', 'Q-T-1'], status: 202 });
    }));

  test('tells where the payer goes on, if nobody asks on the phone, also when it is sent again', () =>
    givenApi(async (given) => {
      const key = given.key('shop', 'shop-1');
      await given.ledger.writer.append([order('A-1')]);
      given.gateway.link = 'https://network.example/captcha/1';
      const first = await pay(given, key, 'k-1');
      expect(first).toMatchObject({ status: 202, json: { link: 'https://network.example/captcha/1' } });
      expect((await pay(given, key, 'k-1')).text).toBe(first.text);
    }));

  test('sent again gets the stored answer; the gateway is called once', () =>
    givenApi(async (given) => {
      const key = given.key('shop', 'shop-1');
      await given.ledger.writer.append([order('A-1')]);
      const first = await pay(given, key, 'k-1');
      const again = await pay(given, key, 'k-1');
      expect(again.text).toBe(first.text);
      expect(given.gateway.payments).toHaveLength(1);
    }));

  test('after a crash before the answer was stored, the gateway is called with the same key', () =>
    givenApi(async (given) => {
      const key = given.key('shop', 'shop-1');
      await given.ledger.writer.append([order('A-1')]);
      const first = await pay(given, key, 'k-1');
      given.database.exec('DELETE FROM idempotency');
      const again = await pay(given, key, 'k-1');
      expect(again.text).toBe(first.text);
      const [one, other] = given.gateway.payments;
      expect(other).toEqual(one);
      await given.ledger.loop.catchUp();
      expect((await given.ledger.reader.findKey('A-1'))!.claims).toHaveLength(2);
    }));

  test('a failure at the gateway is not stored and may be tried again', () =>
    givenApi(async (given) => {
      const key = given.key('shop', 'shop-1');
      await given.ledger.writer.append([order('A-1')]);
      given.gateway.failure = new HesabuError('HESABU_GATEWAY_FAILED');
      expect(await pay(given, key, 'k-1')).toMatchObject({ status: 502, json: { code: 'HESABU_GATEWAY_FAILED' } });
      given.gateway.failure = new GatewayLimited({}, NOON + 12_001);
      const limited = await pay(given, key, 'k-1');
      expect(limited).toMatchObject({ status: 503, json: { code: 'HESABU_GATEWAY_LIMITED' } });
      expect(limited.headers['retry-after']).toBe('13');
      expect((await pay(given, key, 'k-1')).status).toBe(202);
    }));

  test.each([
    ['MPESA_KE', 0, '1000'],
    ['AIRTEL_KE', null, '1000.00'],
    ['ONE_KE', 1, '1000.0'],
    ['TWO_KE', 2, '1000.00'],
    ['THREE_KE', 3, '1000.00'],
  ])('through %s, with %s decimals, request the amount as %s', (code, amountDecimals, amount) =>
    givenApi(async (given) => {
      given.gateway.listed.push({ code, name: code, country: 'KE', currencies: ['KES'], amountDecimals });
      await given.ledger.writer.append([order('A-1')]);
      const started = await pay(given, given.key('shop', 'shop-1'), 'k-1', { operator: code });
      expect([started.status, started.json.amount, given.gateway.payments[0]!.amount]).toEqual([
        202,
        '1000.00',
        amount,
      ]);
    }),
  );

  test('sent again requests the same amount, even if the operator accepts other decimals by then', () =>
    givenApi(async (given) => {
      const key = given.key('shop', 'shop-1');
      await given.ledger.writer.append([order('A-1')]);
      given.gateway.failure = new HesabuError('HESABU_GATEWAY_FAILED');
      await pay(given, key, 'k-1');
      given.gateway.listed[0] = { ...given.gateway.listed[0]!, amountDecimals: 2 };
      expect((await pay(given, key, 'k-1')).status).toBe(202);
      expect(given.gateway.payments.map(({ amount }) => amount)).toEqual(['1000']);
    }));

  test.each([
    ['cancelled', [order('A-1', { status: 'cancelled' })], 0],
    ['counted as paid', [order('A-1', { status: 'paid' })], 0],
    ['paid', [order('A-1'), paid('A-1')], 0],
    ['expired', [order('A-1', { expires_at: '2026-06-01T12:00:00Z' })], 0],
    ['expired by the rules', [order('A-1')], 24 * 3_600_000],
  ])('refuses an order that is %s', (_what, facts, later) =>
    givenApi(async (given) => {
      await given.ledger.writer.append(facts);
      given.clock.at = NOON + later;
      const refused = await pay(given, given.key('shop', 'shop-1'), 'k-1');
      expect([refused.status, refused.json.code]).toEqual([409, 'HESABU_ORDER_CLOSED']);
      expect(given.gateway.payments).toEqual([]);
    }),
  );

  test.each([
    [{ phone: '12' }, {}, 422, 'HESABU_FIELD_INVALID'],
    [{ operator: 'MTN_UG' }, {}, 422, 'HESABU_OPERATOR_UNKNOWN'],
    [{ phone: '+256772123456' }, {}, 422, 'HESABU_OPERATOR_UNKNOWN'],
    [{}, { currency: 'UGX', amount: '1000' }, 422, 'HESABU_OPERATOR_UNKNOWN'],
    [{}, { amount: '1000.50' }, 422, 'HESABU_AMOUNT_PRECISION'],
    [{ amount: '1.00' }, {}, 400, 'HESABU_REQUEST_INVALID'],
  ])('refuses %j, given an order with %j', (more, placed, status, code) =>
    givenApi(async (given) => {
      await given.ledger.writer.append([order('A-1', placed)]);
      const refused = await pay(given, given.key('shop', 'shop-1'), 'k-1', more);
      expect([refused.status, refused.json.code]).toEqual([status, code]);
      // A phone number is personal data: the answer does not repeat it.
      expect(refused.text).not.toMatch(/254711|772123/);
      expect(given.gateway.payments).toEqual([]);
    }),
  );

  test('refuses an unknown order, and a merchant without a gateway', () =>
    givenApi(async (given) => {
      const unknown = await pay(given, given.key('shop', 'shop-1'), 'k-1', {}, 'A-9');
      expect([unknown.status, unknown.json.code]).toEqual([404, 'HESABU_NOT_FOUND']);
      await given.ledger.writer.append([order('B-1', { merchant: 'nobody' })]);
      const without = await pay(given, given.key('shop', 'nobody'), 'k-2', {}, 'B-1');
      expect([without.status, without.json.code]).toEqual([404, 'HESABU_NOT_FOUND']);
    }));
});

describe('GET /v1/operators', () => {
  test("lists the gateway's operators, for the key's merchant or the given one", () =>
    givenApi(async (given) => {
      const listed = await given.ask({ url: '/v1/operators?country=KE', key: given.key('shop', 'shop-1') });
      expect(listed.json.operators).toEqual([
        { code: 'MPESA_KE', name: 'M-Pesa', country: 'KE', currencies: ['KES'], amount_decimals: 0 },
        { code: 'AIRTEL_KE', name: 'Airtel Money', country: 'KE', currencies: ['KES'], amount_decimals: null },
      ]);
      const asked = async (url: string, ...merchants: string[]) => {
        const { status, json } = await given.ask({ url, key: given.key('shop', ...merchants) });
        return [status, json.code ?? json.operators.length];
      };
      expect(await asked('/v1/operators?country=UG', '*')).toEqual([200, 0]);
      expect(await asked('/v1/operators?country=KE', 'a', 'b')).toEqual([400, 'HESABU_REQUEST_INVALID']);
      expect(await asked('/v1/operators?country=KE&merchant=b', 'a', 'b')).toEqual([200, 2]);
      expect(await asked('/v1/operators?country=KE&merchant=c', 'a', 'b')).toEqual([403, 'HESABU_FORBIDDEN']);
      expect(await asked('/v1/operators?country=Kenya', 'a')).toEqual([400, 'HESABU_REQUEST_INVALID']);
      expect(await asked('/v1/operators?country=KE&x=1', 'a')).toEqual([400, 'HESABU_REQUEST_INVALID']);
    }));
});
