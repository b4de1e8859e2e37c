// Payments and refunds through the API: what the gateway is asked for, once, and what it is never asked for.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { HesabuError } from '../../../src/domain/errors.ts';
import { GatewayLimited } from '../../../src/producers/gateway.ts';
import { factOf, NOON, order, paid } from '../../cli/live/live-books.ts';
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

const refund = (given: Given, key: string, idempotencyKey: string, json: object = {}) =>
  given.ask({ method: 'POST', url: '/v1/orders/A-1/refunds', key, idempotencyKey, json });

describe('POST /v1/orders/:ref/payments', () => {
  test("asks the gateway for the order's amount, and links its ids to the order before it answers", () =>
    givenApi(async (given) => {
      const key = given.key('shop', 'shop-1');
      await given.books.append([order('A-1', { order_number: '77' })]);
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
        amount: '1000.00',
        currency: 'KES',
        phone: '+254711223344',
        operator: 'MPESA_KE',
      });
      expect(idempotencyKey).toMatch(/^[0-9a-f]{40}$/);
      await given.books.catchUp();
      expect((await given.books.find('T-1')).map((found) => found.key)).toEqual(['A-1']);
      expect(given.exchanges[0]).toMatchObject({ names: ['A-1', 'T-1', 'Q-T-1'], status: 202 });
    }));

  test('sent again is answered from what was kept; the gateway is asked once', () =>
    givenApi(async (given) => {
      const key = given.key('shop', 'shop-1');
      await given.books.append([order('A-1')]);
      const first = await pay(given, key, 'k-1');
      const again = await pay(given, key, 'k-1');
      expect(again.text).toBe(first.text);
      expect(given.gateway.payments).toHaveLength(1);
    }));

  test('after a crash before the answer was kept, the gateway is asked with the same key', () =>
    givenApi(async (given) => {
      const key = given.key('shop', 'shop-1');
      await given.books.append([order('A-1')]);
      const first = await pay(given, key, 'k-1');
      given.database.exec('DELETE FROM idempotency');
      const again = await pay(given, key, 'k-1');
      expect(again.text).toBe(first.text);
      const [one, other] = given.gateway.payments;
      expect(other).toEqual(one);
      const third = await pay(given, key, 'k-2');
      expect(third.json.transaction_id).toBe('T-2');
      expect(given.gateway.payments[2]!.idempotencyKey).not.toBe(one!.idempotencyKey);
      await given.books.catchUp();
      expect((await given.books.findKey('A-1'))!.claims).toHaveLength(3);
    }));

  test('what failed at the gateway is not kept and may be tried again', () =>
    givenApi(async (given) => {
      const key = given.key('shop', 'shop-1');
      await given.books.append([order('A-1')]);
      given.gateway.failure = new HesabuError('HESABU_GATEWAY_FAILED');
      expect(await pay(given, key, 'k-1')).toMatchObject({ status: 502, json: { code: 'HESABU_GATEWAY_FAILED' } });
      given.gateway.failure = new GatewayLimited({}, NOON + 12_001);
      const limited = await pay(given, key, 'k-1');
      expect(limited).toMatchObject({ status: 503, json: { code: 'HESABU_GATEWAY_LIMITED' } });
      expect(limited.headers['retry-after']).toBe('13');
      expect((await pay(given, key, 'k-1')).status).toBe(202);
    }));

  test.each([
    ['cancelled', [order('A-1', { status: 'cancelled' })], 0],
    ['counted as paid', [order('A-1', { status: 'paid' })], 0],
    ['paid', [order('A-1'), paid('A-1')], 0],
    ['expired', [order('A-1', { expires_at: '2026-06-01T12:00:00Z' })], 0],
    ['expired by the rules', [order('A-1')], 24 * 3_600_000],
  ])('refuses an order that is %s', (_what, facts, later) =>
    givenApi(async (given) => {
      await given.books.append(facts);
      given.clock.at = NOON + later;
      const refused = await pay(given, given.key('shop', 'shop-1'), 'k-1');
      expect([refused.status, refused.json.code]).toEqual([409, 'HESABU_ORDER_CLOSED']);
      expect(given.gateway.payments).toEqual([]);
    }),
  );

  test.each([
    [{ phone: '12' }, {}, 400, 'HESABU_REQUEST_INVALID'],
    [{ operator: 'MTN_UG' }, {}, 422, 'HESABU_OPERATOR_UNKNOWN'],
    [{ phone: '+256772123456' }, {}, 422, 'HESABU_OPERATOR_UNKNOWN'],
    [{}, { currency: 'UGX', amount: '1000' }, 422, 'HESABU_OPERATOR_UNKNOWN'],
    [{}, { amount: '1000.50' }, 422, 'HESABU_AMOUNT_PRECISION'],
    [{ amount: '1.00' }, {}, 400, 'HESABU_REQUEST_INVALID'],
  ])('refuses %j for an order with %j', (more, placed, status, code) =>
    givenApi(async (given) => {
      await given.books.append([order('A-1', placed)]);
      const refused = await pay(given, given.key('shop', 'shop-1'), 'k-1', more);
      expect([refused.status, refused.json.code]).toEqual([status, code]);
      // A phone number is personal: it is not told back.
      expect(refused.text).not.toMatch(/254711|772123/);
      expect(given.gateway.payments).toEqual([]);
    }),
  );

  test('refuses an order that nobody knows, and a merchant without a gateway', () =>
    givenApi(async (given) => {
      const unknown = await pay(given, given.key('shop', 'shop-1'), 'k-1', {}, 'A-9');
      expect([unknown.status, unknown.json.code]).toEqual([404, 'HESABU_NOT_FOUND']);
      await given.books.append([order('B-1', { merchant: 'nobody' })]);
      const without = await pay(given, given.key('shop', 'nobody'), 'k-2', {}, 'B-1');
      expect([without.status, without.json.code]).toEqual([404, 'HESABU_NOT_FOUND']);
    }));
});

describe('POST /v1/orders/:ref/refunds', () => {
  test('returns all that is left, once, and nothing more after it', () =>
    givenApi(async (given) => {
      const key = given.key('operator', 'shop-1');
      await given.books.append([order('A-1'), paid('A-1')]);
      const started = await refund(given, key, 'k-1', { reason: 'broken' });
      expect(started.json).toEqual({
        transaction_reference: 'A-1',
        kind: 'refund',
        transaction_id: 'F-1',
        request_id: null,
        original_transaction_id: 'P-A-1',
        status: 'initiated',
        amount: '1000.00',
        currency: 'KES',
      });
      expect(given.gateway.refunds[0]).toMatchObject({ paymentId: 'P-A-1', amount: '1000.00', reason: 'broken' });
      // A crash before the answer was kept: it is answered from what was asked, and the gateway is not asked again.
      given.database.exec('DELETE FROM idempotency');
      expect(await refund(given, key, 'k-1', { reason: 'broken' })).toMatchObject({ status: 202, text: started.text });
      const more = await refund(given, key, 'k-2');
      expect([more.status, more.json.code]).toEqual([400, 'HESABU_AMOUNT_RANGE']);
      expect(given.gateway.refunds).toHaveLength(1);
    }));

  const outcome = (id: string, amount: string) =>
    factOf('callbacks', {
      ...{ id: `ev-${id}`, event: 'refund.success', created_at: '2026-06-01T11:50:00Z' },
      data: {
        ...{ transaction_reference: 'A-1', transaction_id: id, original_transaction_id: 'P-A-1' },
        ...{ amount, currency: 'KES' },
      },
    });
  const left = async (given: Given, key: string) => {
    const { json } = await refund(given, key, `left-${Math.random()}`, { amount: '5000.00' });
    return /of at most (\S+) KES/.exec(json.detail)?.[1];
  };

  test('is held back while it is under way, and counts as what it was once it is told', () =>
    givenApi(async (given) => {
      const key = given.key('shop', 'shop-1');
      await given.books.append([order('A-1'), paid('A-1')]);
      await refund(given, key, 'k-1', { amount: '600.00' });
      expect(await left(given, key)).toBe('400.00');
      // The gateway returned less than it was asked for: its word holds, not ours.
      await given.books.append([outcome('F-1', '500.00')]);
      expect(await left(given, key)).toBe('500.00');
      // Another refund, of which this service was not asked.
      await given.books.append([outcome('F-9', '100.00')]);
      expect(await left(given, key)).toBe('400.00');
      expect((await refund(given, key, 'k-2', { amount: '400.00' })).status).toBe(202);
      expect(await left(given, key)).toBe('0.00');
      const told = await given.ask({ url: '/v1/transactions/A-1', key });
      expect(told.json.amounts.returned).toBe('600.00');
    }));

  test('that nobody knows the end of is held back; one that was refused, or never sent, is not', () =>
    givenApi(async (given) => {
      const key = given.key('shop', 'shop-1');
      await given.books.append([order('A-1'), paid('A-1')]);
      const fails = async (error: HesabuError, idempotencyKey: string) => {
        given.gateway.failure = error;
        return (await refund(given, key, idempotencyKey, { amount: '600.00' })).json.code;
      };
      expect(await fails(new HesabuError('HESABU_GATEWAY_REFUSED'), 'k-1')).toBe('HESABU_GATEWAY_REFUSED');
      expect(await left(given, key)).toBe('1000.00');
      expect(await fails(new GatewayLimited({}, NOON), 'k-2')).toBe('HESABU_GATEWAY_LIMITED');
      expect(await left(given, key)).toBe('1000.00');
      expect(await fails(new HesabuError('HESABU_GATEWAY_FAILED'), 'k-3')).toBe('HESABU_GATEWAY_FAILED');
      expect(await left(given, key)).toBe('400.00');
      // Not now says nothing of the time before.
      expect(await fails(new GatewayLimited({}, NOON), 'k-3')).toBe('HESABU_GATEWAY_LIMITED');
      expect(await left(given, key)).toBe('400.00');
      expect((await refund(given, key, 'k-3', { amount: '600.00' })).status).toBe(202);
      expect(await left(given, key)).toBe('400.00');
    }));

  test('whose amount was lost with service.db holds back everything', () =>
    givenApi(async (given) => {
      const key = given.key('shop', 'shop-1');
      await given.books.append([order('A-1'), paid('A-1')]);
      await refund(given, key, 'k-1', { amount: '1.00' });
      given.database.exec('DELETE FROM idempotency; DELETE FROM refunds_asked');
      expect(await left(given, key)).toBe('0.00');
      await given.books.append([outcome('F-1', '1.00')]);
      expect(await left(given, key)).toBe('999.00');
    }));

  test.each([
    [{ amount: '0.00' }, 400, 'HESABU_AMOUNT_RANGE'],
    [{ amount: '-5.00' }, 400, 'HESABU_AMOUNT_RANGE'],
    [{ amount: '5.001' }, 422, 'HESABU_AMOUNT_PRECISION'],
    [{ amount: 5 }, 400, 'HESABU_REQUEST_INVALID'],
    [{ payment: 'P-9' }, 400, 'HESABU_REQUEST_INVALID'],
    [{ why: 'x' }, 400, 'HESABU_REQUEST_INVALID'],
  ])('refuses %j', (json, status, code) =>
    givenApi(async (given) => {
      await given.books.append([order('A-1'), paid('A-1')]);
      const refused = await refund(given, given.key('shop', 'shop-1'), 'k-1', json);
      expect([refused.status, refused.json.code]).toEqual([status, code]);
      expect(given.gateway.refunds).toEqual([]);
    }),
  );

  test('of an order without money is refused; of one with two payments names which', () =>
    givenApi(async (given) => {
      const key = given.key('shop', 'shop-1');
      await given.books.append([order('A-1')]);
      expect((await refund(given, key, 'k-1')).json.code).toBe('HESABU_ORDER_CLOSED');
      const half = (id: string) => paid('A-1', { id, data: { transaction_id: id, amount: '500.00' } });
      await given.books.append([half('P-1'), half('P-2')]);
      expect((await refund(given, key, 'k-2')).json.detail).toContain('one of P-1, P-2');
      expect((await refund(given, key, 'k-3', { payment: 'P-2' })).json).toMatchObject({
        amount: '500.00',
        original_transaction_id: 'P-2',
      });
    }));

  test('however many are asked for at once, never more is asked of the gateway than was paid', () =>
    givenApi(async (given) => {
      const key = given.key('shop', 'shop-1');
      await given.books.append([order('A-1'), paid('A-1')]);
      const parts = fc.array(fc.integer({ min: 1, max: 60_000 }), { minLength: 2, maxLength: 8 });
      let at = 0;
      await fc.assert(
        fc.asyncProperty(parts, async (amounts) => {
          const texts = amounts.map((minor) => `${Math.floor(minor / 100)}.${String(minor % 100).padStart(2, '0')}`);
          await Promise.all(texts.map((amount) => refund(given, key, `p-${at++}`, { amount })));
          const asked = given.gateway.refunds.reduce((sum, { amount }) => sum + BigInt(amount.replace('.', '')), 0n);
          expect(asked).toBeLessThanOrEqual(100_000n);
        }),
        { numRuns: 5 },
      );
      expect(given.gateway.refunds.length).toBeGreaterThan(0);
    }));
});

describe('GET /v1/operators', () => {
  test("lists what the gateway lists, for the key's merchant or the one that is named", () =>
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
