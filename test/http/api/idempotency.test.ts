// Money is asked for once: an Idempotency-Key belongs to the merchant, whichever of its API keys carries it, however
// the reference is written, and whatever was lost or broke off in between.
import { hash } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, test } from 'vitest';
import { GatewayRefused } from '../../../src/domain/gateway-errors.ts';
import { apiTables } from '../../../src/service/tables/api-tables.ts';
import { NOON, order, paid } from '../../service/ledger/given-live-ledger.ts';
import { FakeGateway } from './fake-gateway.ts';
import { type Given, givenApi } from './given-api.ts';

const PAY = { phone: '0711223344', country: 'KE', operator: 'MPESA_KE' };

const refund = (given: Given, key: string, json: object, { reference = 'A-1', idempotencyKey = 'k-1' } = {}) =>
  given.ask({ method: 'POST', url: `/v1/orders/${reference}/refunds`, key, idempotencyKey, json });

const pay = (given: Given, key: string, reference = 'A-1') =>
  given.ask({ method: 'POST', url: `/v1/orders/${reference}/payments`, key, idempotencyKey: 'k-1', json: PAY });

/** A shop's key, and the one that replaces it: the first is revoked. */
function rotation(given: Given): { readonly before: string; rotate(): string } {
  const before = given.key('shop', 'shop-1');
  return {
    before,
    rotate: () => {
      const after = given.key('shop', 'shop-1');
      given.keys.revoke(given.keys.list()[0]!.id, given.clock.now());
      return after;
    },
  };
}

const withPaid = (work: (given: Given) => Promise<void>) =>
  givenApi(async (given) => {
    await given.ledger.writer.append([order('A-1'), paid('A-1')]);
    await work(given);
  });

const calls = ({ gateway }: Given) => new Set(gateway.refunds.map(({ idempotencyKey }) => idempotencyKey)).size;

describe('a refund that is sent again', () => {
  test('under a rotated API key is the same refund, whether its answer was lost on the way or here (S23)', () =>
    withPaid(async (given) => {
      const { before, rotate } = rotation(given);
      const first = await refund(given, before, { amount: '100.00' });
      const after = rotate();
      const again = await refund(given, after, { amount: '100.00' });
      expect([again.status, again.text]).toEqual([202, first.text]);
      expect(again.headers['idempotency-replayed']).toBe('true');
      // The answer was not stored: the service was killed in between.
      given.database.exec('DELETE FROM idempotency');
      expect((await refund(given, after, { amount: '100.00' })).text).toBe(first.text);
      expect(calls(given)).toBe(1);
    }));

  test('after a lost answer of the gateway has the same key there, also when service.db is lost', () =>
    withPaid(async (given) => {
      const { before, rotate } = rotation(given);
      given.gateway.isAnswerLost = true;
      expect((await refund(given, before, { amount: '100.00' })).status).toBe(502);
      given.database.exec('DELETE FROM idempotency; DELETE FROM refunds_asked');
      const after = rotate();
      expect((await refund(given, after, { amount: '100.00' })).status).toBe(202);
      expect(calls(given)).toBe(1);
    }));

  test.each(['A-1%20', '%20A-1', 'A-1%E2%80%A8', '%EF%BB%BFA-1'])('to %s is one to A-1', (reference) =>
    withPaid(async (given) => {
      const key = given.key('shop', 'shop-1');
      given.gateway.isAnswerLost = true;
      await refund(given, key, { amount: '100.00' }, { reference });
      expect((await refund(given, key, { amount: '100.00' })).status).toBe(202);
      const again = await refund(given, key, { amount: '100.00' }, { reference });
      expect(again.headers['idempotency-replayed']).toBe('true');
      expect(calls(given)).toBe(1);
    }),
  );

  test('after its merchant moved to another account goes to the account that may have it (S23)', () =>
    withPaid(async (given) => {
      const { gateway, parts } = given;
      const key = given.key('shop', 'shop-1');
      gateway.isAnswerLost = true;
      expect((await refund(given, key, { amount: '100.00' })).status).toBe(502);
      const other = Object.assign(new FakeGateway(), { account: 'other' });
      parts.gateways = () => other;
      parts.gatewayNamed = () => undefined;
      const gone = await refund(given, key, { amount: '100.00' });
      expect([gone.status, gone.json.code, gone.json.detail]).toEqual([
        ...[404, 'HESABU_NOT_FOUND'],
        expect.stringContaining('mfs-africa/main'),
      ]);
      parts.gatewayNamed = (account) => (account === 'mfs-africa/main' ? gateway : undefined);
      expect((await refund(given, key, { amount: '100.00' })).status).toBe(202);
      expect([calls(given), other.refunds]).toEqual([1, []]);
      // What is asked for the first time goes to the account of today.
      expect((await refund(given, key, { amount: '50.00' }, { idempotencyKey: 'k-2' })).status).toBe(202);
      expect([calls(given), other.refunds.length]).toEqual([1, 1]);
    }));

  test('in another Unicode form is the same one', () =>
    givenApi(async (given) => {
      const [composed, decomposed] = ['Caf\u00e9-1', 'Cafe\u0301-1'];
      await given.ledger.writer.append([order(composed), paid(composed)]);
      const key = given.key('shop', 'shop-1');
      for (const written of [decomposed, composed]) {
        const asked = { reference: encodeURIComponent(written) };
        expect((await refund(given, key, { amount: '100.00' }, asked)).status).toBe(202);
      }
      expect(calls(given)).toBe(1);
    }));

  test('by an operator of all merchants and by the shop itself is one of the shop', () =>
    withPaid(async (given) => {
      expect((await refund(given, given.key('operator', '*'), { amount: '100.00' })).status).toBe(202);
      const again = await refund(given, given.key('shop', 'shop-1'), { amount: '100.00' });
      expect(again.headers['idempotency-replayed']).toBe('true');
      expect(calls(given)).toBe(1);
    }));

  test('with the key of another merchant is another one, and gives nothing away (S23)', () =>
    withPaid(async (given) => {
      await given.ledger.writer.append([order('B-1', { merchant: 'shop-2' }), paid('B-1')]);
      expect((await refund(given, given.key('shop', 'shop-1'), { amount: '100.00' })).status).toBe(202);
      const other = given.key('shop', 'shop-2');
      expect((await refund(given, other, { amount: '100.00' })).status).toBe(404);
      expect((await refund(given, other, { amount: '100.00' }, { reference: 'B-1' })).status).toBe(202);
      expect(calls(given)).toBe(2);
    }));
});

describe('another request under the same key', () => {
  const reused = [422, 'HESABU_IDEMPOTENCY_REUSED'];
  const answer = async (asked: ReturnType<typeof refund>) => {
    const { status, json } = await asked;
    return [status, json.code];
  };

  test('is refused, under any API key of the merchant (S23)', () =>
    withPaid(async (given) => {
      const { before, rotate } = rotation(given);
      await refund(given, before, { amount: '100.00' });
      expect(await answer(refund(given, before, { amount: '200.00' }))).toEqual(reused);
      expect(await answer(refund(given, rotate(), { amount: '200.00' }))).toEqual(reused);
    }));

  test('is refused for another order too', () =>
    withPaid(async (given) => {
      await given.ledger.writer.append([order('A-2'), paid('A-2')]);
      const key = given.key('shop', 'shop-1');
      await refund(given, key, { amount: '100.00' });
      expect(await answer(refund(given, key, { amount: '100.00' }, { reference: 'A-2' }))).toEqual(reused);
    }));

  test('is refused after the service was killed while the gateway was asked, or got no answer from it (S23)', () =>
    withPaid(async (given) => {
      const key = given.key('shop', 'shop-1');
      given.gateway.isAnswerLost = true;
      expect((await refund(given, key, { amount: '100.00' })).status).toBe(502);
      expect(await answer(refund(given, key, { amount: '200.00' }))).toEqual(reused);
      expect((await refund(given, key, { amount: '100.00' })).status).toBe(202);
      given.database.exec('DELETE FROM idempotency');
      expect(await answer(refund(given, key, { amount: '200.00' }))).toEqual(reused);
      expect(calls(given)).toBe(1);
    }));

  test('is taken after the gateway refused the first: nothing was done', () =>
    withPaid(async (given) => {
      const key = given.key('shop', 'shop-1');
      given.gateway.failure = new GatewayRefused({}, 422);
      expect((await refund(given, key, { amount: '100.00' })).status).toBe(422);
      expect((await refund(given, key, { amount: '200.00' })).status).toBe(202);
    }));
});

describe('a payment that is sent again', () => {
  test('under a rotated API key and another spelling is the same payment', () =>
    givenApi(async (given) => {
      await given.ledger.writer.append([order('A-1')]);
      const { before, rotate } = rotation(given);
      given.gateway.isAnswerLost = true;
      expect((await pay(given, before)).status).toBe(502);
      given.gateway.isAnswerLost = true;
      const after = rotate();
      expect((await pay(given, after, 'A-1%20')).status).toBe(502);
      given.database.exec('DELETE FROM idempotency; DELETE FROM payments_asked');
      expect((await pay(given, after)).status).toBe(202);
      expect(given.gateway.payments).toHaveLength(3);
      expect(new Set(given.gateway.payments.map(({ idempotencyKey }) => idempotencyKey)).size).toBe(1);
    }));

  test('for another phone is refused while the result of the first is unknown', () =>
    givenApi(async (given) => {
      await given.ledger.writer.append([order('A-1')]);
      const key = given.key('shop', 'shop-1');
      given.gateway.isAnswerLost = true;
      await pay(given, key);
      const json = { ...PAY, phone: '0722334455' };
      const other = await given.ask({
        method: 'POST',
        url: '/v1/orders/A-1/payments',
        key,
        idempotencyKey: 'k-1',
        json,
      });
      expect([other.status, other.json.code]).toEqual([422, 'HESABU_IDEMPOTENCY_REUSED']);
    }));
});

test('an order that is placed again under a rotated key, with blanks around it, is the same order', () =>
  givenApi(async (given) => {
    const json = { merchant: 'shop-1', transaction_reference: 'A-1', amount: '500.00', currency: 'KES' };
    const place = (key: string, more: object = {}) =>
      given.ask({ method: 'POST', url: '/v1/orders', key, idempotencyKey: 'k-1', json: { ...json, ...more } });
    const { before, rotate } = rotation(given);
    expect((await place(before)).status).toBe(201);
    const after = rotate();
    const again = await place(after, { merchant: ' shop-1', transaction_reference: ' A-1 ' });
    expect(again.headers['idempotency-replayed']).toBe('true');
    const all = given.key('admin', '*');
    expect((await place(all, { merchant: ' shop-1' })).headers['idempotency-replayed']).toBe('true');
    expect((await place(all, { merchant: 'shop-2', transaction_reference: 'B-1' })).status).toBe(201);
  }));

describe('what an earlier version stored for an API key', () => {
  const keyOf = (...parts: string[]) => hash('sha256', JSON.stringify(parts), 'hex').slice(0, 40);

  test('is answered again under that API key', () =>
    withPaid(async (given) => {
      const key = given.key('shop', 'shop-1');
      const first = await refund(given, key, { amount: '100.00' });
      const { id } = given.keys.list()[0]!;
      const written = JSON.stringify(['POST', '/v1/orders/A-1/refunds', { amount: '100.00' }]);
      given.database
        .prepare('UPDATE idempotency SET key = ?, fingerprint = ?')
        .run(`${id}:k-1`, hash('sha256', written, 'hex'));
      const again = await refund(given, key, { amount: '100.00' });
      expect([again.headers['idempotency-replayed'], again.text]).toEqual(['true', first.text]);
      expect((await refund(given, key, { amount: '200.00' })).status).toBe(422);
    }));

  test('is asked of the gateway under the same key as before, by any API key', () =>
    withPaid(async (given) => {
      const { rotate } = rotation(given);
      const former = keyOf('refund', 'A-1', `${given.keys.list()[0]!.id}:k-1`);
      given.parts.tables.refunds.add({
        ...{
          key: former,
          reference: 'A-1',
          account: null,
          fingerprint: null,
          payment: 'P-A-1',
          amount: '100.00',
          currency: 'KES',
        },
      });
      expect((await refund(given, rotate(), { amount: '100.00' })).status).toBe(202);
      expect(given.gateway.refunds.map(({ idempotencyKey }) => idempotencyKey)).toEqual([former]);
    }));

  test('is read from its tables, which had no fingerprints', () => {
    const database = new DatabaseSync(':memory:');
    database.exec(
      'CREATE TABLE refunds_asked (key TEXT PRIMARY KEY, reference TEXT NOT NULL, payment TEXT NOT NULL, ' +
        'amount TEXT NOT NULL, currency TEXT NOT NULL, transaction_id TEXT) STRICT, WITHOUT ROWID; ' +
        "INSERT INTO refunds_asked VALUES ('k', 'A-1', 'P-1', '1.00', 'KES', NULL); " +
        'CREATE TABLE payments_asked (key TEXT PRIMARY KEY, reference TEXT NOT NULL, at INTEGER NOT NULL, ' +
        'amount TEXT NOT NULL, transaction_id TEXT) STRICT, WITHOUT ROWID; ' +
        "INSERT INTO payments_asked VALUES ('k', 'A-1', 1, '1.00', NULL)",
    );
    for (const { refunds, payments } of [1, 2].map(() =>
      apiTables(database, { now: () => NOON, sleep: async () => {} }),
    )) {
      expect(refunds.of('A-1')[0]).toMatchObject({ amount: '1.00', fingerprint: null });
      expect(payments.of('A-1')[0]).toMatchObject({ amount: '1.00', fingerprint: null });
    }
    database.close();
  });
});

test.each(['.', '..', 'A\u200B1'])('an order under %j, which nobody can name or see, is refused', (reference) =>
  givenApi(async (given) => {
    const json = { merchant: 'shop-1', transaction_reference: reference, amount: '500.00', currency: 'KES' };
    const asked = {
      method: 'POST',
      url: '/v1/orders',
      key: given.key('shop', 'shop-1'),
      idempotencyKey: 'k-1',
    } as const;
    const refused = await given.ask({ ...asked, json });
    expect([refused.status, refused.json.code]).toEqual([422, 'HESABU_REFERENCE_INVALID']);
  }),
);

test('a transaction is shown however its reference is written', () =>
  withPaid(async (given) => {
    const key = given.key('shop', 'shop-1');
    const shown = await given.ask({ url: '/v1/transactions/%20A-1%20', key });
    expect([shown.status, shown.json.transaction_reference]).toEqual([200, 'A-1']);
  }));
