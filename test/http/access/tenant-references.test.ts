// What a shop may place and see where others share its ledger: reserved references, money that came before its order,
// and files of several accounts.
import { describe, expect, test } from 'vitest';
import { parseRules } from '../../../src/matching/rules.ts';
import { order } from '../../service/ledger/given-live-ledger.ts';
import type { Given } from '../api/given-api.ts';
import { hook, idOf, RULES, withTenants } from './given-tenants.ts';

describe('references', () => {
  const place = ({ ask }: Given, key: string, merchant: string, transaction_reference: string) =>
    ask({
      ...{
        method: 'POST',
        url: '/v1/orders',
        key,
        idempotencyKey: `${merchant}${transaction_reference}`.replace(' ', '-'),
      },
      json: { merchant, transaction_reference, amount: '5.00', currency: 'KES' },
    });

  test('that are reserved for a merchant are refused to all others, whether the order is there or not', () =>
    withTenants(async (given, keys) => {
      for (const reference of ['B-1', 'B-paid', ' B-2']) {
        const { status, json } = await place(given, keys.a, 'shop-a', reference);
        expect([status, json.code]).toEqual([422, 'HESABU_REFERENCE_RESERVED']);
      }
      expect((await place(given, keys.b, 'shop-b', 'B-1')).status).toBe(201);
      expect((await place(given, keys.b, 'shop-b', 'X-1')).json.code).toBe('HESABU_REFERENCE_RESERVED');
      const admin = given.key('admin', '*');
      expect((await place(given, admin, 'shop-d', 'A-9')).json.code).toBe('HESABU_REFERENCE_RESERVED');
      expect((await place(given, admin, 'shop-d', 'D-9')).status).toBe(201);
    }));

  test('of an uploaded file are refused row by row', () =>
    withTenants(async ({ ask, key }) => {
      const row = (merchant: string, reference: string) => `${merchant},${reference},5.00,KES,2026-06-01T11:00:00Z\n`;
      const head = 'merchant,transaction_reference,amount,currency,placed_at\n';
      const { json } = await ask({
        ...{ method: 'POST', url: '/v1/imports?kind=orders&name=o.csv', key: key('operator', '*') },
        payload: head + row('shop-a', 'B-7') + row('shop-a', 'A-7'),
        headers: { 'content-type': 'text/csv' },
      });
      expect(json.rejects).toEqual([
        expect.objectContaining({ line: 2, field: 'transaction_reference', code: 'HESABU_REFERENCE_RESERVED' }),
      ]);
      expect(json.import).toMatchObject({ rows: 2, rejected: 1 });
    }));

  test("a reference that is another shop's payment id hides nothing of it", () =>
    withTenants(async (given, keys) => {
      const { status } = await place(given, given.key('admin', '*'), 'shop-d', idOf('b', 'paid'));
      expect(status).toBe(201);
      const seen = await given.ask({ url: `/v1/transactions/${idOf('b', 'paid')}`, key: keys.b });
      expect([seen.status, seen.json.transaction_reference]).toEqual([200, 'B-paid']);
    }));
});

describe('a part', () => {
  const place = ({ ask }: Given, key: string, merchant: string, reference: string, more: object) =>
    ask({
      ...{ method: 'POST', url: '/v1/orders', key, idempotencyKey: `part-${merchant}-${reference}` },
      json: { merchant, transaction_reference: reference, amount: '1000.00', currency: 'KES', ...more },
    });

  test("of another merchant's order is refused, known or reserved only, and changes nothing of it (S11)", () =>
    withTenants(async (given, keys) => {
      const seen = async (reference: string) =>
        (await given.ask({ url: `/v1/transactions/${reference}`, key: keys.b })).text;
      const before = await Promise.all(['B-paid', 'B-new'].map(seen));
      for (const [at, parent] of ['B-paid', 'B-new', ' B-new', 'B-later'].entries()) {
        const { status, json } = await place(given, keys.a, 'shop-a', `A-part-${at}`, { parent });
        expect([status, json.code, json.where]).toEqual([403, 'HESABU_FORBIDDEN', 'parent']);
      }
      await given.ledger.loop.catchUp();
      expect(await Promise.all(['B-paid', 'B-new'].map(seen))).toEqual(before);
      expect((await given.ask({ url: '/v1/transactions/A-part-0', key: keys.a })).status).toBe(404);
    }));

  test('of a marketplace is taken from the merchants that it names, and from no other', () =>
    withTenants(async (given, keys) => {
      const marketplaces = { plaza: ['shop-a'], mall: ['*'] };
      given.ledger.loop.rules = parseRules({ ...RULES, marketplaces });
      const admin = given.key('admin', '*');
      for (const merchant of ['plaza', 'mall'])
        expect((await place(given, admin, merchant, merchant, {})).status).toBe(201);
      const part = async (key: string, shop: 'a' | 'b', parent: string) =>
        (await place(given, key, `shop-${shop}`, `${shop.toUpperCase()}-of-${parent}`, { parent })).status;
      expect([await part(keys.a, 'a', 'plaza'), await part(keys.b, 'b', 'plaza')]).toEqual([201, 403]);
      expect([await part(keys.a, 'a', 'mall'), await part(keys.b, 'b', 'mall')]).toEqual([201, 201]);
    }));

  test('of a whole without an order is refused to others than its parts’ merchants', () =>
    withTenants(async (given, keys) => {
      const part = (key: string, merchant: string, parent: string) =>
        place(given, key, merchant, `${merchant === 'shop-a' ? 'A' : 'B'}-of-${parent}`, { parent });
      expect((await part(keys.a, 'shop-a', 'CART-1')).status).toBe(201);
      expect((await part(keys.b, 'shop-b', 'CART-1')).json.code).toBe('HESABU_FORBIDDEN');
      expect((await part(given.key('shop', 'shop-a', 'shop-b'), 'shop-b', 'CART-1')).status).toBe(201);
      expect((await part(given.key('shop', '*'), 'shop-b', 'CART-2')).status).toBe(201);
      expect((await part(keys.a, 'shop-a', 'CART-2')).json.code).toBe('HESABU_FORBIDDEN');
    }));
});

describe('money before the order', () => {
  test('of an account that does not speak for the shop is neither seen nor refunded by it', () =>
    withTenants(async ({ ledger, ask, key, gateway }, keys) => {
      await ledger.writer.append([
        hook('b', 'early', 'payment.success', { transaction_reference: 'S-1', transaction_id: 'T-early' }),
      ]);
      await ledger.writer.append([order('S-1', { merchant: 'shop-a' })]);
      await ledger.loop.catchUp();
      const seen = await ask({ url: '/v1/transactions/S-1', key: keys.a });
      expect(seen.json.amounts.paid).toBe(null);
      expect(seen.json.findings.map(({ reason }: { reason: string }) => reason)).toEqual(['FOREIGN_ACCOUNT']);
      expect(seen.text).not.toContain('T-early');
      expect((await ask({ url: '/v1/transactions/T-early', key: keys.a })).status).toBe(404);
      const refund = {
        method: 'POST',
        url: '/v1/orders/S-1/refunds',
        key: keys.a,
        json: {},
        idempotencyKey: 'r',
      } as const;
      expect((await ask(refund)).json.code).toBe('HESABU_ORDER_CLOSED');
      expect(gateway.refunds).toEqual([]);
      const whole = await ask({ url: '/v1/transactions/S-1', key: key('auditor', '*') });
      expect(whole.text).toContain('T-early');
    }));
});

describe('uploads', () => {
  const named = { transaction_reference: 'B-new', transaction_id: 'T' };
  const upload = ({ ask, key }: Given, account: string) =>
    ask({
      ...{ method: 'POST', url: `/v1/imports?kind=polls&name=p.jsonl${account}`, key: key('admin', '*') },
      payload: `${JSON.stringify({ ...named, status: 'success', amount: '1000.00', currency: 'KES' })}\n`,
      headers: { 'content-type': 'application/x-ndjson' },
    });

  test('name one of several accounts, and speak for its merchants only', () =>
    withTenants(async (given) => {
      expect((await upload(given, '')).json.code).toBe('HESABU_ACCOUNT_UNKNOWN');
      expect((await upload(given, '&account=z')).json.code).toBe('HESABU_ACCOUNT_UNKNOWN');
      expect((await upload(given, '&provider=other')).json.code).toBe('HESABU_ACCOUNT_UNKNOWN');
      expect((await upload(given, '&account=a')).status).toBe(201);
      const standing = async () =>
        (await given.ask({ url: '/v1/transactions/B-new', key: given.key('auditor', '*') })).json.stages.payment;
      expect(await standing()).toBe('pending');
    }));
});
