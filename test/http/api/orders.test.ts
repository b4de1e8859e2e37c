// Orders through the API: what is accepted, what is refused, and that a repeated request has no second effect.
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { NOON, paid } from '../../service/ledger/given-live-ledger.ts';
import { type Given, givenApi } from './given-api.ts';

const ORDER = { merchant: 'shop-1', transaction_reference: 'A-1', amount: '1250.00', currency: 'KES' };

async function place(given: Given, key: string, idempotencyKey: string, more: object = {}) {
  return given.ask({ method: 'POST', url: '/v1/orders', key, idempotencyKey, json: { ...ORDER, ...more } });
}

const claimsOf = async ({ ledger }: Given, reference: string) => {
  await ledger.loop.catchUp();
  return (await ledger.reader.findKey(reference))?.claims ?? [];
};

describe('POST /v1/orders', () => {
  test('asks for the claims of the order alone, and not for all that its key has (L08 partly)', () =>
    givenApi(async (given) => {
      const all = vi.spyOn(given.ledger.reader, 'findKey');
      const key = given.key('shop', 'shop-1');
      await given.ledger.writer.append([paid('A-1'), paid('A-9')]);
      expect((await place(given, key, 'k-1')).status).toBe(201);
      expect((await place(given, key, 'k-2')).status).toBe(200);
      const asked = { method: 'POST', json: {}, key, idempotencyKey: 'k-3' } as const;
      expect((await given.ask({ ...asked, url: '/v1/orders/A-9/cancel' })).status).toBe(404);
      expect(all.mock.calls.map(([reference]) => reference)).toEqual(['A-1']);
    }));

  test('makes the same fact as a row of an orders file, with the archived exchange as its source', () =>
    givenApi(async (given) => {
      const key = given.key('shop', 'shop-1');
      const more = { msisdn: '+254711223344', ip: '10.0.0.7', device_id: 'd-1', order_number: '77', country: 'KE' };
      const placed = await place(given, key, 'k-1', { ...more, placed_at: '2026-06-01T14:00:00+03:00' });
      expect(placed.status).toBe(201);
      expect(placed.json).toEqual({
        ...ORDER,
        provider: 'mfs-africa',
        status: 'awaiting_payment',
        status_at: '2026-06-01T11:00:00Z',
        placed_at: '2026-06-01T11:00:00Z',
        expires_at: null,
        order_number: '77',
        country: 'KE',
        operator: null,
      });
      const [claim] = await claimsOf(given, 'A-1');
      expect(claim).toMatchObject({
        id: 'order:A-1',
        merchant: 'shop-1',
        body: { msisdn: 'KE:hash-of-12', ip: 'hash-of-8', device: 'hash-of-3', amount: '1250.00' },
      });
      const [exchange] = given.exchanges;
      expect(exchange).toMatchObject({
        id: placed.headers['x-request-id'],
        direction: 'in',
        method: 'POST',
        url: '/v1/orders',
        status: 201,
        fault: null,
        names: ['A-1', '77'],
      });
      expect(JSON.parse(Buffer.from(exchange!.request.body).toString())).toMatchObject(more);
    }));

  test('gives the same answer under the same key, and refuses another request under it (S23)', () =>
    givenApi(async (given) => {
      const key = given.key('shop', 'shop-1');
      const first = await place(given, key, 'k-1');
      const again = await place(given, key, '"k-1"');
      expect([again.status, again.text]).toEqual([201, first.text]);
      expect([first.headers['idempotency-replayed'], again.headers['idempotency-replayed']]).toEqual([
        undefined,
        'true',
      ]);
      const other = await place(given, key, 'k-1', { amount: '1.00' });
      expect([other.status, other.json.code]).toEqual([422, 'HESABU_IDEMPOTENCY_REUSED']);
      // The key is the merchant's, whichever API key carries it.
      const colleague = await place(given, given.key('shop', 'shop-1'), 'k-1', { amount: '1.00' });
      expect([colleague.status, colleague.json.code]).toEqual([422, 'HESABU_IDEMPOTENCY_REUSED']);
      const stranger = await place(given, given.key('shop', 'shop-2'), 'k-1', { merchant: 'shop-2', amount: '1.00' });
      expect([stranger.status, stranger.json.code]).toEqual([409, 'HESABU_ORDER_EXISTS']);
      given.clock.at = NOON + 48 * 3_600_000 + 1;
      expect((await place(given, key, 'k-1')).status).toBe(200);
    }));

  test('answers 200 to the same order under another key, 409 to another order with the reference', () =>
    givenApi(async (given) => {
      const key = given.key('shop', 'shop-1');
      const first = await place(given, key, 'k-1');
      given.clock.at = NOON + 60_000;
      const same = await place(given, key, 'k-2');
      expect([same.status, same.json]).toEqual([200, first.json]);
      const other = await place(given, key, 'k-3', { currency: 'UGX' });
      expect([other.status, other.json.code]).toEqual([409, 'HESABU_ORDER_EXISTS']);
      const otherPlain = await place(given, key, 'k-3', { amount: '1250' });
      expect(otherPlain.status).toBe(200);
      const different = await place(given, key, 'k-4', { amount: '1251' });
      expect([different.status, different.json.code]).toEqual([409, 'HESABU_ORDER_EXISTS']);
      expect(await claimsOf(given, 'A-1')).toHaveLength(1);
    }));

  test.each([
    ['no key', undefined, {}, 400, 'HESABU_IDEMPOTENCY_MISSING', 'Idempotency-Key'],
    ['a key with blanks', 'a b', {}, 400, 'HESABU_REQUEST_INVALID', 'Idempotency-Key'],
    ['too many decimals', 'k', { amount: '1.005' }, 422, 'HESABU_AMOUNT_PRECISION', 'amount'],
    ['zero', 'k', { amount: '0.00' }, 400, 'HESABU_AMOUNT_RANGE', 'amount'],
    ['a negative amount', 'k', { amount: '-1.00' }, 400, 'HESABU_AMOUNT_RANGE', 'amount'],
    ['an exponent', 'k', { amount: '1e3' }, 400, 'HESABU_REQUEST_INVALID', 'amount'],
    ['an unknown currency', 'k', { currency: 'KEX' }, 422, 'HESABU_CURRENCY_UNKNOWN', 'currency'],
    ['a time without offset', 'k', { placed_at: '2026-06-01T00:00:00' }, 400, 'HESABU_REQUEST_INVALID', 'placed_at'],
    ['the year 1', 'k', { placed_at: '0001-01-01T00:00:00Z' }, 400, 'HESABU_TIME_INVALID', 'placed_at'],
    ['the year 9999', 'k', { expires_at: '9999-12-31T23:59:59Z' }, 400, 'HESABU_TIME_INVALID', 'expires_at'],
    [
      'the key of an identity',
      'k',
      { transaction_reference: '?a:b' },
      422,
      'HESABU_REFERENCE_INVALID',
      'transaction_reference',
    ],
    ['null', 'k', { operator: null }, 400, 'HESABU_REQUEST_INVALID', 'operator'],
    ['an invalid address', 'k', { ip: 'localhost' }, 400, 'HESABU_REQUEST_INVALID', 'ip'],
    ['a status', 'k', { status: 'paid' }, 400, 'HESABU_REQUEST_INVALID', 'status'],
  ])('refuses %s and stores nothing', (_what, idempotencyKey, more, status, code, field) =>
    givenApi(async (given) => {
      const key = given.key('shop', 'shop-1');
      const asked = { method: 'POST', url: '/v1/orders', key, json: { ...ORDER, ...more } } as const;
      const refused = await given.ask(idempotencyKey === undefined ? asked : { ...asked, idempotencyKey });
      expect([refused.status, refused.json.code]).toEqual([status, code]);
      expect(refused.json.where).toBe(field);
      expect(await claimsOf(given, 'A-1')).toEqual([]);
      expect(given.exchanges).toMatchObject([{ fault: code, status }]);
    }),
  );

  test.each([
    '',
    '[]',
    'null',
    '{',
    '"x"',
    '{"a":1}',
    JSON.stringify(ORDER).replace('}', ',"amount":"1.00"}'),
    '\u0000',
    Buffer.from([0xff, 0x7b, 0x7d]),
  ])('refuses the body %j', (payload) =>
    givenApi(async (given) => {
      const headers = { 'content-type': 'application/json' };
      const asked = { method: 'POST', url: '/v1/orders', headers, payload, idempotencyKey: 'k' } as const;
      const refused = await given.ask({ ...asked, key: given.key('admin', '*') });
      expect([refused.status, refused.json.code]).toEqual([400, 'HESABU_REQUEST_INVALID']);
    }),
  );

  test('refuses a body that is too large, and a body with another content type', () =>
    givenApi(async (given) => {
      const asked = { method: 'POST', url: '/v1/orders', idempotencyKey: 'k', key: given.key('admin', '*') } as const;
      const large = await given.ask({ ...asked, json: { ...ORDER, operator: 'x'.repeat(70_000) } });
      expect([large.status, large.json.code]).toEqual([413, 'HESABU_BODY_TOO_LARGE']);
      const headers = { 'content-type': 'application/x-www-form-urlencoded' };
      const form = await given.ask({ ...asked, headers, payload: 'amount=1' });
      expect([form.status, form.json.code]).toEqual([415, 'HESABU_REQUEST_INVALID']);
    }));

  test('accepts a reference that must be encoded in a URL', () =>
    givenApi(async (given) => {
      const key = given.key('shop', 'shop-1');
      const reference = 'Bestellung 7/2 ñ?#%';
      expect(
        (await place(given, key, 'k-1', { transaction_reference: ` ${reference.normalize('NFD')} ` })).status,
      ).toBe(201);
      const url = `/v1/orders/${encodeURIComponent(reference)}/cancel`;
      const cancelled = await given.ask({ method: 'POST', url, key, idempotencyKey: 'k-2' });
      expect(cancelled.json).toMatchObject({ transaction_reference: reference, status: 'cancelled' });
    }));

  test('refuses every unknown field and every number (S12)', () =>
    givenApi(async (given) => {
      const key = given.key('shop', 'shop-1');
      const known = new Set([...Object.keys(ORDER), 'placed_at', 'expires_at', 'order_number', 'msisdn', 'country']);
      for (const name of ['operator', 'ip', 'device_id']) known.add(name);
      const name = fc.oneof(fc.string({ minLength: 1 }), fc.constantFrom('__proto__', 'constructor', 'Amount'));
      let at = 0;
      await fc.assert(
        fc.asyncProperty(name, fc.jsonValue(), async (field, value) => {
          fc.pre(!known.has(field));
          const payload = `{${JSON.stringify(field)}:${JSON.stringify(value)},${JSON.stringify(ORDER).slice(1)}`;
          const headers = { 'content-type': 'application/json' };
          const asked = {
            method: 'POST',
            url: '/v1/orders',
            key,
            headers,
            payload,
            idempotencyKey: `u${at++}`,
          } as const;
          const refused = await given.ask(asked);
          expect([refused.status, refused.json.code]).toEqual([400, 'HESABU_REQUEST_INVALID']);
        }),
        { numRuns: 60 },
      );
      const number = fc.oneof(fc.double(), fc.integer(), fc.constantFrom(1250, 0.1, 1e21));
      await fc.assert(
        fc.asyncProperty(number, async (amount) => {
          const refused = await place(given, key, `n${at++}`, { amount });
          expect([refused.status, refused.json.code]).toEqual([400, 'HESABU_REQUEST_INVALID']);
        }),
        { numRuns: 40 },
      );
      expect(await claimsOf(given, 'A-1')).toEqual([]);
    }));

  test('sent many times at once makes one order, and every answer is the same or asks for a retry (S23)', () =>
    givenApi(async (given) => {
      const key = given.key('shop', 'shop-1');
      await fc.assert(
        fc.asyncProperty(fc.integer({ min: 2, max: 12 }), fc.uuid(), fc.boolean(), async (count, id, shared) => {
          const more = { transaction_reference: id };
          const sent = Array.from({ length: count }, (_, at) => place(given, key, shared ? id : `${id}-${at}`, more));
          const answers = await Promise.all(sent);
          if (shared) {
            const first = answers.filter(({ status }) => status === 201);
            expect(first).toHaveLength(1);
            for (const other of answers) {
              if (other.status !== 201)
                expect([other.status, other.json.code]).toEqual([409, 'HESABU_IDEMPOTENCY_BUSY']);
            }
            const later = await place(given, key, id, more);
            expect([later.status, later.text]).toEqual([201, first[0]!.text]);
          } else {
            expect(answers.map(({ status }) => status).sort()).toEqual([...Array(count - 1).fill(200), 201]);
            expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
          }
          expect(await claimsOf(given, id)).toHaveLength(1);
        }),
        { numRuns: 12 },
      );
    }));
});

describe('POST /v1/orders/:ref/cancel', () => {
  const cancel = (given: Given, key: string, idempotencyKey: string, reference = 'A-1') =>
    given.ask({ method: 'POST', url: `/v1/orders/${reference}/cancel`, key, idempotencyKey });

  test('becomes a new status of the order, once', () =>
    givenApi(async (given) => {
      const key = given.key('shop', 'shop-1');
      await place(given, key, 'k-1');
      given.clock.at = NOON + 60_000;
      const cancelled = await cancel(given, key, 'k-2');
      expect(cancelled.status).toBe(200);
      expect(cancelled.json).toMatchObject({ status: 'cancelled', status_at: '2026-06-01T12:01:00Z' });
      given.clock.at = NOON + 120_000;
      const again = await cancel(given, key, 'k-3');
      expect([again.status, again.json]).toEqual([200, cancelled.json]);
      expect(await claimsOf(given, 'A-1')).toHaveLength(2);
      const shown = await given.ask({ url: '/v1/transactions/A-1', key });
      expect(shown.json.findings).toMatchObject([{ kind: 'closed', reason: 'ORDER_CANCELLED' }]);
      // The placed order is still the same order.
      expect((await place(given, key, 'k-4')).json).toMatchObject({ status: 'cancelled' });
    }));

  test('is refused if the order has money or does not exist', () =>
    givenApi(async (given) => {
      const key = given.key('shop', 'shop-1');
      await place(given, key, 'k-1');
      await given.ledger.writer.append([paid('A-1', { data: { amount: '1250.00' } })]);
      const refused = await cancel(given, key, 'k-2');
      expect([refused.status, refused.json.code]).toEqual([409, 'HESABU_ORDER_CLOSED']);
      const unknown = await cancel(given, key, 'k-3', 'A-2');
      expect([unknown.status, unknown.json.code]).toEqual([404, 'HESABU_NOT_FOUND']);
    }));
});
