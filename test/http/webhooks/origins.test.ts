// Where a webhook may come from and what its URL may be: the addresses, the secret path, further URLs, the methods, and
// the answer that each network expects.
import type { InjectOptions } from 'fastify';
import { describe, expect, test } from 'vitest';
import type { BodyReading } from '../../../src/producers/bodies/body.ts';
import { AddressList, webhookGate } from '../../../src/producers/webhooks/origin.ts';
import { type Given, givenWebhooks, PATH, payment, readerOf, signed } from './given.ts';

const SECRET_PATH = 'q7Rk2_vVx9-ZpLw3TnB8mYd4';
const EMPTY: BodyReading = { facts: [], rejects: [], ignored: [], unread: null };
const gateOf = (webhook: object) => webhookGate(webhook, () => SECRET_PATH, 'mfs-africa/main');

async function call(given: Given, url: string, more: InjectOptions = {}) {
  const body = payment('1');
  const { statusCode: status, payload: text } = await given.app.inject({
    ...{ method: 'POST', url, payload: body, headers: { 'content-type': 'application/json', ...signed(body) } },
    ...more,
  });
  return { status, text };
}

describe('a list of addresses', () => {
  test.each([
    ['198.51.100.7', '198.51.100.7', true],
    ['198.51.100.7', '198.51.100.8', false],
    ['198.51.100.0/24', '198.51.100.255', true],
    ['198.51.100.0/24', '198.51.101.0', false],
    ['198.51.100.0/24', '::ffff:198.51.100.9', true],
    ['0.0.0.0/0', '203.0.113.1', true],
    ['0.0.0.0/0', '2001:db8::1', false],
    ['2001:db8::/32', '2001:db8:ffff::1', true],
    ['2001:db8::/32', '2001:db9::1', false],
    ['2001:db8::1', '2001:DB8:0:0::1', true],
    ['::/0', '198.51.100.7', false],
    ['198.51.100.0/24', 'unknown', false],
    ['198.51.100.0/24', '', false],
  ])('%s has %s: %s', (network, address, expected) => {
    expect(new AddressList([network]).has(address)).toBe(expected);
  });

  test.each([
    '198.51.100',
    '198.51.100.0/33',
    '198.51.100.0/',
    '198.51.100.0/-1',
    '0x7f.0.0.1',
    'example.com',
    '::/129',
  ])('with %s, which is no network, has nothing', (text) => {
    expect(['127.0.0.1', '198.51.100.0', '::1'].filter((one) => new AddressList([text]).has(one))).toEqual([]);
  });
});

describe('the addresses of an account', () => {
  test('are asked for before the signature, and what comes from elsewhere is refused', () =>
    givenWebhooks(async (given) => {
      given.account = { ...given.account, gate: gateOf({ addresses: ['198.51.100.0/24', '2001:db8::/32'] }) };
      const from = async (remoteAddress: string) => (await call(given, PATH, { remoteAddress })).status;
      expect(await from('203.0.113.9')).toBe(401);
      expect(await from('2001:db9::1')).toBe(401);
      expect(given.facts).toEqual([]);
      expect(await from('198.51.100.4')).toBe(200);
      expect(await from('::ffff:198.51.100.4')).toBe(200);
      expect(await from('2001:db8::7')).toBe(200);
      expect(given.counts).toMatchObject({ forged: 2, accepted: 1, repeated: 2 });
    }));

  test('behind a proxy are those that the proxy saw, never those that a client claims', () =>
    givenWebhooks(
      async (given) => {
        given.account = { ...given.account, gate: gateOf({ addresses: ['198.51.100.4'] }) };
        const through = async (forwarded: string) => {
          const headers = { ...signed(payment('1')), 'x-forwarded-for': forwarded };
          return (await call(given, PATH, { headers, remoteAddress: '10.0.0.1' })).status;
        };
        expect(await through('198.51.100.4, 203.0.113.9')).toBe(401);
        expect(await through('203.0.113.9, 198.51.100.4')).toBe(200);
      },
      { behindProxy: true },
    ));

  test('without a proxy are never those of a header', () =>
    givenWebhooks(async (given) => {
      given.account = { ...given.account, gate: gateOf({ addresses: ['198.51.100.4'] }) };
      const headers = { ...signed(payment('1')), 'x-forwarded-for': '198.51.100.4', forwarded: 'for=198.51.100.4' };
      expect((await call(given, PATH, { headers, remoteAddress: '203.0.113.9' })).status).toBe(401);
    }));
});

describe('a secret path', () => {
  test('is the only URL of its account, and stays out of everything that is told or kept', () =>
    givenWebhooks(async (given) => {
      given.account = {
        ...given.account,
        gate: gateOf({ path: { env: 'PATH_SECRET' } }),
        port: { ...given.account.port, endpoints: ['result'] },
      };
      const near = `${SECRET_PATH.slice(0, -1)}5`;
      const refused = ['', '/', `/${near}`, `/${SECRET_PATH}x`, `/${SECRET_PATH}/other`, `/${SECRET_PATH}/result/x`];
      const told: string[] = [];
      for (const below of refused) {
        const { status, text } = await call(given, `${PATH}${below}`);
        expect([below, status]).toEqual([below, 404]);
        told.push(text);
      }
      expect(given.facts).toEqual([]);
      for (const below of [`/${SECRET_PATH}`, `/${SECRET_PATH}/result`, `/${SECRET_PATH}?a=1`]) {
        const { status, text } = await call(given, `${PATH}${below}`);
        expect([below, status]).toEqual([below, 200]);
        told.push(text);
      }
      const forged = await call(given, `${PATH}/${SECRET_PATH}`, { headers: {} });
      const large = await call(given, `${PATH}/${SECRET_PATH}`, { payload: 'x'.repeat(2 ** 20 + 1) });
      expect([forged.status, large.status]).toEqual([401, 413]);
      const kept = JSON.stringify(given.exchanges.map(({ request: _, ...exchange }) => exchange));
      for (const text of [...told, forged.text, large.text, kept, given.log()]) {
        expect(text).not.toContain(SECRET_PATH);
        expect(text).not.toContain(near);
      }
      expect(new Set(given.exchanges.map(({ url }) => url))).toEqual(
        new Set([`${PATH}/(redacted)`, `${PATH}/(redacted)/result`, `${PATH}/(redacted)?a=1`]),
      );
    }));

  test.each(['short', 'x'.repeat(23), `${'x'.repeat(24)}/`, 'a path with blanks in it is none'])(
    'of "%s" is refused when it is read, without being told',
    (path) => {
      const refused = () => webhookGate({ path: { env: 'P' } }, () => path, 'mpesa/till');
      expect(refused).toThrow(expect.objectContaining({ code: 'HESABU_CONFIG_INVALID' }));
      expect(refused).not.toThrow(new RegExp(path.slice(0, 23)));
    },
  );
});

describe('methods and further URLs', () => {
  test('are those of the network; all others are not there', () =>
    givenWebhooks(async (given) => {
      const methods = async () => {
        const found = [];
        for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'PATCH'] as const) {
          if ((await call(given, PATH, { method })).status === 200) found.push(method);
        }
        return found;
      };
      expect(await methods()).toEqual(['POST']);
      given.account = { ...given.account, port: { ...given.account.port, methods: ['POST', 'PUT'] } };
      expect(await methods()).toEqual(['POST', 'PUT']);
      expect((await call(given, `${PATH}/result`)).status).toBe(404);
      expect(given.exchanges.at(-1)).toMatchObject({ method: 'PUT' });
    }));

  test('are told to the reader, and the same body at another URL is another one', () =>
    givenWebhooks(async (given) => {
      const told: object[] = [];
      given.account = {
        ...given.account,
        port: { ...given.account.port, endpoints: ['result', 'validation'] },
        read: (body) => {
          told.push(body.about);
          return readerOf('main')(body);
        },
      };
      for (const below of ['', '/validation', '/result']) await call(given, `${PATH}${below}`);
      expect(told).toEqual([
        { http_method: 'POST' },
        { http_method: 'POST', endpoint: 'validation' },
        { http_method: 'POST', endpoint: 'result' },
      ]);
      expect(given.counts).toEqual({ accepted: 3 });
    }));

  test('the body of a GET is its query', () =>
    givenWebhooks(async (given) => {
      const told: string[] = [];
      given.account = {
        ...given.account,
        verify: () => null,
        port: { ...given.account.port, methods: ['GET'] },
        read: ({ text }) => {
          told.push(text);
          return EMPTY;
        },
      };
      const query = 'OrderTrackingId=a1&OrderMerchantReference=A%2F1';
      const { app } = given;
      expect((await app.inject({ method: 'GET', url: `${PATH}?${query}` })).json()).toMatchObject({
        status: 'ignored',
      });
      expect(told).toEqual([query]);
      expect(given.exchanges[0]).toMatchObject({ method: 'GET', url: PATH, request: { body: Buffer.from(query) } });
    }));
});

describe('the answer', () => {
  test('is the one that the network expects, once the facts are on disk, also to a repeated webhook', () =>
    givenWebhooks(async (given) => {
      given.account = {
        ...given.account,
        port: {
          ...given.account.port,
          reply: ({ reading }) => ({
            contentType: 'application/json',
            body: `{"ResultCode":0,"facts":${reading.facts.length},"stored":${given.facts.length}}`,
          }),
        },
      };
      const wanted = { status: 200, text: '{"ResultCode":0,"facts":1,"stored":1}' };
      expect([await call(given, PATH), await call(given, PATH)]).toEqual([wanted, wanted]);
      given.disk = () => Promise.reject(new Error('the disk is gone'));
      const body = payment('2');
      const { status, text } = await call(given, PATH, { payload: body, headers: signed(body) });
      expect(status).toBe(500);
      expect(text).not.toContain('ResultCode');
    }));

  test('to a body with facts and a part that cannot be read is that it is kept, and nothing of it is lost', () =>
    givenWebhooks(async (given) => {
      const reject = {
        ...{ place: 'data[1]', field: 'data[1].amount', code: 'HESABU_FIELD_MISSING' as const },
        ...{ expected: 'an amount', found: 'none' },
      };
      given.account = { ...given.account, read: (body) => ({ ...readerOf('main')(body), rejects: [reject] }) };
      const { status, text } = await call(given, PATH);
      expect([status, JSON.parse(text).status, given.facts.length]).toEqual([202, 'kept', 1]);
      expect(given.unread.page(null, 9).webhooks).toHaveLength(1);
    }));

  test('to what is no fact of ours is 200, and says so', () =>
    givenWebhooks(async (given) => {
      const ignored = [{ place: '', id: '7', why: 'no payment' }];
      given.account = { ...given.account, read: () => ({ ...EMPTY, ignored }) };
      const { status, text } = await call(given, PATH);
      expect([status, JSON.parse(text).status]).toEqual([200, 'ignored']);
      expect([given.facts, given.counts]).toEqual([[], { ignored: 1 }]);
    }));

  test("to a shop's first call, which has no signature, is 200, and a forged order is still refused", () =>
    givenWebhooks(async (given) => {
      const isPing = (text: string) => /^webhook_id=\d+$/.test(text);
      given.account = { ...given.account, port: { ...given.account.port, isPing } };
      const send = (payload: string) => call(given, PATH, { payload, headers: {} });
      const ping = await send('webhook_id=7');
      expect([ping.status, JSON.parse(ping.text).status]).toEqual([200, 'ignored']);
      expect([(await send(payment('1'))).status, (await send(`webhook_id=${'7'.repeat(2000)}`)).status]).toEqual([
        401, 401,
      ]);
      expect(given.facts).toEqual([]);
    }));

  test('to a callback that nobody signed comes once it is on disk, and somebody asks at once', () =>
    givenWebhooks(async (given) => {
      const order: string[] = [];
      given.account = {
        ...given.account,
        verify: () => null,
        read: (body) => {
          const reading = readerOf('main')(body);
          return {
            ...reading,
            facts: reading.facts.map((fact) => ({ ...fact, body: { ...fact.body, hint: true } as never })),
          };
        },
      };
      given.disk = async () => void order.push(`on disk, told ${given.hints} times`);
      expect((await call(given, PATH, { headers: {} })).status).toBe(200);
      expect([order, given.hints]).toEqual([['on disk, told 0 times'], 1]);
    }));
});
