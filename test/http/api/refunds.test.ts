// Refunds through the API: never more than was paid, with every refund counted that the gateway may have accepted.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { HesabuError } from '../../../src/domain/errors.ts';
import type { Fact, PaymentObserved, PaymentStatus } from '../../../src/domain/fact.ts';
import { GatewayLimited, GatewayRefused } from '../../../src/domain/gateway-errors.ts';
import { factOf, NOON, order, paid } from '../../service/ledger/given-live-ledger.ts';
import { type Given, givenApi } from './given-api.ts';

const refund = (given: Given, key: string, idempotencyKey: string, json: object = {}) =>
  given.ask({ method: 'POST', url: '/v1/orders/A-1/refunds', key, idempotencyKey, json });

describe('POST /v1/orders/:ref/refunds', () => {
  test('returns the whole rest once, and nothing after it', () =>
    givenApi(async (given) => {
      const key = given.key('operator', 'shop-1');
      await given.ledger.writer.append([order('A-1'), paid('A-1')]);
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
      // A crash before the answer was stored: the answer comes from the stored refund, without another call.
      given.database.exec('DELETE FROM idempotency');
      expect(await refund(given, key, 'k-1', { reason: 'broken' })).toMatchObject({ status: 202, text: started.text });
      const more = await refund(given, key, 'k-2');
      expect([more.status, more.json.code]).toEqual([400, 'HESABU_AMOUNT_RANGE']);
      expect(given.gateway.refunds).toHaveLength(1);
    }));

  test('of a part are refused before the call by a network that gives back whole payments only', () =>
    givenApi(async (given) => {
      const key = given.key('operator', 'shop-1');
      given.gateway.refundsWholeOnly = true;
      await given.ledger.writer.append([order('A-1'), paid('A-1')]);
      const part = await refund(given, key, 'k-1', { amount: '400.00' });
      expect([part.status, part.json.code]).toEqual([400, 'HESABU_AMOUNT_RANGE']);
      expect(part.json.detail).toContain('1000.00 KES: mfs-africa gives back whole payments only');
      expect(given.gateway.refunds).toEqual([]);
      expect(await refund(given, key, 'k-2')).toMatchObject({ status: 202, json: { amount: '1000.00' } });
      expect(given.gateway.refunds).toMatchObject([{ paymentIds: ['P-A-1'] }]);
    }));

  const outcome = (id: string, amount: string, event = 'refund.success') =>
    factOf('callbacks', {
      ...{ id: `ev-${id}`, event, created_at: '2026-06-01T11:50:00Z' },
      data: {
        ...{ transaction_reference: 'A-1', transaction_id: id, original_transaction_id: 'P-A-1' },
        ...{ amount, currency: 'KES' },
      },
    });
  const left = async (given: Given, key: string) => {
    const { json } = await refund(given, key, `left-${Math.random()}`, { amount: '5000.00' });
    return /of at most (\S+) KES/.exec(json.detail)?.[1];
  };

  test('is reserved while it is in progress, and counts with its real amount once that is reported', () =>
    givenApi(async (given) => {
      const key = given.key('shop', 'shop-1');
      await given.ledger.writer.append([order('A-1'), paid('A-1')]);
      await refund(given, key, 'k-1', { amount: '600.00' });
      expect(await left(given, key)).toBe('400.00');
      // The gateway returned less than the request: its report decides.
      await given.ledger.writer.append([outcome('F-1', '500.00')]);
      expect(await left(given, key)).toBe('500.00');
      // Another refund, which this service did not start.
      await given.ledger.writer.append([outcome('F-9', '100.00')]);
      expect(await left(given, key)).toBe('400.00');
      expect((await refund(given, key, 'k-2', { amount: '400.00' })).status).toBe(202);
      expect(await left(given, key)).toBe('0.00');
      const shown = await given.ask({ url: '/v1/transactions/A-1', key });
      expect(shown.json.amounts.returned).toBe('600.00');
    }));

  test('with an unknown result is reserved; a refused or unsent refund is not', () =>
    givenApi(async (given) => {
      const key = given.key('shop', 'shop-1');
      await given.ledger.writer.append([order('A-1'), paid('A-1')]);
      const fails = async (error: HesabuError, idempotencyKey: string) => {
        given.gateway.failure = error;
        return (await refund(given, key, idempotencyKey, { amount: '600.00' })).json.code;
      };
      expect(await fails(new GatewayRefused({}, 400), 'k-1')).toBe('HESABU_GATEWAY_REFUSED');
      expect(await left(given, key)).toBe('1000.00');
      expect(await fails(new GatewayLimited({}, NOON), 'k-2')).toBe('HESABU_GATEWAY_LIMITED');
      expect(await left(given, key)).toBe('1000.00');
      expect(await fails(new HesabuError('HESABU_GATEWAY_FAILED'), 'k-3')).toBe('HESABU_GATEWAY_FAILED');
      expect(await left(given, key)).toBe('400.00');
      // A limit now says nothing about the earlier call.
      expect(await fails(new GatewayLimited({}, NOON), 'k-3')).toBe('HESABU_GATEWAY_LIMITED');
      expect(await left(given, key)).toBe('400.00');
      expect((await refund(given, key, 'k-3', { amount: '600.00' })).status).toBe(202);
      expect(await left(given, key)).toBe('400.00');
    }));

  test.each<[string, HesabuError, string]>([
    ['a refusal', new GatewayRefused({}, 422), '1000.00'],
    ['a refusal of access', new GatewayRefused({}, 401), '400.00'],
    ['a refusal by a proxy', new GatewayRefused({}, 403), '400.00'],
    ['a reported timeout', new GatewayRefused({}, 408), '400.00'],
    ['a conflict', new GatewayRefused({}, 409), '400.00'],
    ['a redirect', new GatewayRefused({}, 302), '400.00'],
    ['the limit of this service', new GatewayLimited({}, NOON), '1000.00'],
    ["the gateway's limit", new GatewayLimited({}, NOON, 429), '1000.00'],
    ['a fault that means a limit', new GatewayLimited({}, NOON, 500), '400.00'],
    ['a forbidden address', new HesabuError('HESABU_ADDRESS_FORBIDDEN'), '1000.00'],
    ['a missing secret', new HesabuError('HESABU_SECRET_MISSING'), '1000.00'],
    ['a full disk after the answer', new HesabuError('HESABU_DISK_FULL'), '400.00'],
    ['an unwritable archive after the answer', new HesabuError('HESABU_DATA_UNWRITABLE'), '400.00'],
    ['an archive that fails after the answer', new HesabuError('HESABU_LOG_FAILED'), '400.00'],
  ])('after %s leaves the amount that the gateway cannot have accepted', (_what, failure, rest) =>
    givenApi(async (given) => {
      const key = given.key('shop', 'shop-1');
      await given.ledger.writer.append([order('A-1'), paid('A-1')]);
      given.gateway.failure = failure;
      expect((await refund(given, key, 'k-1', { amount: '600.00' })).status).toBeGreaterThanOrEqual(400);
      expect(await left(given, key)).toBe(rest);
    }),
  );

  test.each([400, 401, 409, 422])('whose answer was lost is reserved, even if its repeat is answered %i', (status) =>
    givenApi(async (given) => {
      const key = given.key('shop', 'shop-1');
      await given.ledger.writer.append([order('A-1'), paid('A-1')]);
      for (const failure of [new HesabuError('HESABU_GATEWAY_FAILED'), new GatewayRefused({}, status)]) {
        given.gateway.failure = failure;
        await refund(given, key, 'k-1', { amount: '600.00' });
      }
      expect(await left(given, key)).toBe('400.00');
    }),
  );

  test.each<[PaymentStatus, string]>([
    ['succeeded', '400.00'],
    ['failed', '1000.00'],
    ['expired', '1000.00'],
    ['voided', '1000.00'],
    ['pending', '400.00'],
    ['authorised', '400.00'],
    ['inconclusive', '400.00'],
    ['unclassified', '400.00'],
  ])('with the status %s leaves %s', (status, rest) =>
    givenApi(async (given) => {
      const key = given.key('shop', 'shop-1');
      await given.ledger.writer.append([order('A-1'), paid('A-1')]);
      await refund(given, key, 'k-1', { amount: '600.00' });
      const reported = outcome('F-1', '600.00') as Fact<PaymentObserved>;
      await given.ledger.writer.append([{ ...reported, body: { ...reported.body, status } }]);
      expect(await left(given, key)).toBe(rest);
    }),
  );

  test('with an unknown event is reserved', () =>
    givenApi(async (given) => {
      const key = given.key('shop', 'shop-1');
      await given.ledger.writer.append([order('A-1'), paid('A-1')]);
      await refund(given, key, 'k-1', { amount: '600.00' });
      await given.ledger.writer.append([outcome('F-1', '600.00', 'refund.queued_for_review')]);
      expect(await left(given, key)).toBe('400.00');
    }));

  test('that was started elsewhere and cannot be read is reserved too', () =>
    givenApi(async (given) => {
      const key = given.key('shop', 'shop-1');
      await given.ledger.writer.append([
        order('A-1'),
        paid('A-1'),
        outcome('F-9', '250.00', 'refund.queued_for_review'),
      ]);
      expect(Number(await left(given, key))).toBeLessThanOrEqual(750);
    }));

  test('is requested in the precision of the operator, and refused if that would change the amount', () =>
    givenApi(async (given) => {
      const key = given.key('shop', 'shop-1');
      const through = { data: { operator: 'MPESA_KE' } };
      await given.ledger.writer.append([order('A-1', { country: 'KE' }), paid('A-1', through)]);
      const refused = await refund(given, key, 'k-1', { amount: '250.50' });
      expect([refused.status, refused.json.code]).toEqual([422, 'HESABU_AMOUNT_PRECISION']);
      const started = await refund(given, key, 'k-2', { amount: '250.00' });
      expect([started.status, started.json.amount, given.gateway.refunds[0]!.amount]).toEqual([202, '250.00', '250']);
      given.database.exec('DELETE FROM idempotency');
      expect((await refund(given, key, 'k-2', { amount: '250.00' })).text).toBe(started.text);
      expect((await refund(given, key, 'k-3')).json.amount).toBe('750.00');
    }));

  test('whose amount was lost with service.db reserves everything', () =>
    givenApi(async (given) => {
      const key = given.key('shop', 'shop-1');
      await given.ledger.writer.append([order('A-1'), paid('A-1')]);
      await refund(given, key, 'k-1', { amount: '1.00' });
      given.database.exec('DELETE FROM idempotency; DELETE FROM refunds_asked');
      expect(await left(given, key)).toBe('0.00');
      await given.ledger.writer.append([outcome('F-1', '1.00')]);
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
      await given.ledger.writer.append([order('A-1'), paid('A-1')]);
      const refused = await refund(given, given.key('shop', 'shop-1'), 'k-1', json);
      expect([refused.status, refused.json.code]).toEqual([status, code]);
      expect(given.gateway.refunds).toEqual([]);
    }),
  );

  test('of an unpaid order is refused; of an order with two payments it must name one', () =>
    givenApi(async (given) => {
      const key = given.key('shop', 'shop-1');
      await given.ledger.writer.append([order('A-1')]);
      expect((await refund(given, key, 'k-1')).json.code).toBe('HESABU_ORDER_CLOSED');
      const half = (id: string) => paid('A-1', { id, data: { transaction_id: id, amount: '500.00' } });
      await given.ledger.writer.append([half('P-1'), half('P-2')]);
      expect((await refund(given, key, 'k-2')).json.detail).toContain('one of P-1, P-2');
      expect((await refund(given, key, 'k-3', { payment: 'P-2' })).json).toMatchObject({
        amount: '500.00',
        original_transaction_id: 'P-2',
      });
    }));

  test('names the first payments only of an order with very many', () =>
    givenApi(async (given) => {
      const part = (n: number) => paid('A-1', { id: `ev-${n}`, data: { transaction_id: `P-${n}`, amount: '1.00' } });
      await given.ledger.writer.append([order('A-1'), ...Array.from({ length: 300 }, (_, n) => part(n))]);
      const { json } = await refund(given, given.key('shop', 'shop-1'), 'k-1');
      expect(json.expected).toMatch(/^one of (P-\d+, ){19}P-\d+ and 280 more$/);
    }));

  test('never returns more than was paid, for any number of concurrent refunds', () =>
    givenApi(async (given) => {
      const key = given.key('shop', 'shop-1');
      await given.ledger.writer.append([order('A-1'), paid('A-1')]);
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
