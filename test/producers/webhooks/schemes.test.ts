// The schemes by which networks sign. Vectors: RFC 4231, test case 2, for HMAC; the example of standardwebhooks.com.

import { createHmac } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { describe, expect, test } from 'vitest';
import {
  basicScheme,
  hmacScheme,
  standardWebhooksScheme,
  tokenScheme,
  type WebhookScheme,
} from '../../../src/producers/webhooks/schemes.ts';

const BODY = Buffer.from('what do ya want for nothing?');
const KEY = Buffer.from('Jefe');
const SHA256 = '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843';
const SHA512 = [
  '164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea250554',
  '9758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737',
].join('');
const TOLERANCE = 300_000;

interface Vector {
  readonly name: string;
  readonly scheme: WebhookScheme;
  readonly secret: Buffer;
  readonly body: Buffer;
  readonly headers: Readonly<Record<string, string>>;
  /** Whether the body is covered. */
  readonly isSigned: boolean;
  readonly now: number;
}

const plain = { body: BODY, now: 0, secret: KEY };
const VECTORS: readonly Vector[] = [
  {
    ...{ ...plain, name: 'HMAC-SHA256 in hex', isSigned: true, headers: { 'x-sign': SHA256 } },
    scheme: hmacScheme({ header: 'x-sign', algorithm: 'sha256', encoding: 'hex' }),
  },
  {
    ...{ ...plain, name: 'HMAC-SHA512 in hex', isSigned: true, headers: { 'x-sign': SHA512 } },
    scheme: hmacScheme({ header: 'x-sign', algorithm: 'sha512', encoding: 'hex' }),
  },
  {
    ...{ ...plain, name: 'HMAC-SHA256 in base64', isSigned: true },
    headers: { 'x-new': Buffer.from(SHA256, 'hex').toString('base64') },
    scheme: hmacScheme({ header: ['x-old', 'x-new'], algorithm: 'sha256', encoding: 'base64' }),
  },
  {
    ...{ ...plain, name: 'HMAC with a prefix', isSigned: true, headers: { 'x-sign': `sha256=${SHA256}` } },
    scheme: hmacScheme({ header: 'x-sign', algorithm: 'sha256', encoding: 'hex', prefix: 'sha256=' }),
  },
  {
    ...{ ...plain, name: 'a token', isSigned: false, headers: { 'x-token': 'Jefe' }, scheme: tokenScheme('x-token') },
  },
  {
    ...{ ...plain, name: 'Basic', isSigned: false, scheme: basicScheme() },
    ...{ secret: Buffer.from('Aladdin:open sesame'), headers: { authorization: 'Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==' } },
  },
  {
    ...{ name: 'Standard Webhooks', isSigned: true, scheme: standardWebhooksScheme() },
    secret: Buffer.from('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'),
    body: Buffer.from('{"test": 2432232314}'),
    headers: {
      ...{ 'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek', 'webhook-timestamp': '1614265330' },
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    },
    now: 1_614_265_330_000,
  },
];

describe.each(VECTORS)('$name', ({ scheme, secret, body, headers, isSigned, now }) => {
  const judge = (given: Readonly<Record<string, string | readonly string[]>>, bytes: Uint8Array = body, at = now) =>
    scheme.open([secret], TOLERANCE)((name) => [given[name] ?? []].flat(), bytes, at);

  test('is taken as published, and with the older of two secrets', () => {
    expect(judge(headers)).toBeNull();
    const older = scheme.open([Buffer.from('whsec_bmV3ZXI='), secret], TOLERANCE);
    expect(older((name) => [headers[name] ?? []].flat(), body, now)).toBeNull();
    expect(scheme.headers).toEqual(expect.arrayContaining(Object.keys(headers)));
  });

  test('is refused with another secret', () => {
    const other = scheme.open([Buffer.from('whsec_bmV3ZXI=')], TOLERANCE);
    expect(other((name) => [headers[name] ?? []].flat(), body, now)?.code).toBe('HESABU_SIGNATURE_INVALID');
  });

  test('is refused without a header, with an empty one, and with one twice', () => {
    for (const name of Object.keys(headers)) {
      const { [name]: value, ...rest } = headers;
      for (const given of [rest, { ...rest, [name]: '' }, { ...rest, [name]: [value!, value!] }]) {
        expect(judge(given)?.code).toBe('HESABU_SIGNATURE_INVALID');
      }
    }
  });

  test('is refused with one bit changed anywhere', () => {
    for (const [name, value] of Object.entries(headers)) {
      for (let bit = 0; bit < value.length * 8; bit++) {
        const changed = Buffer.from(value, 'latin1');
        changed[bit >> 3]! ^= 1 << (bit & 7);
        const given = changed.toString('latin1');
        // The name of the scheme may be in any case.
        if (/^basic /i.test(given) && given.slice(6) === value.slice(6)) continue;
        expect(judge({ ...headers, [name]: given }), given).not.toBeNull();
      }
    }
    for (let bit = 0; isSigned && bit < body.length * 8; bit++) {
      const changed = Buffer.from(body);
      changed[bit >> 3]! ^= 1 << (bit & 7);
      expect(judge(headers, changed)).not.toBeNull();
    }
  });

  test('says nothing of the secret in a fault', () => {
    expect(JSON.stringify(judge({}))).not.toContain(secret.toString());
  });
});

describe('a signed time', () => {
  test('is refused beyond the tolerance, both ways', () => {
    const { scheme, secret, body, headers, now } = VECTORS.at(-1)!;
    const judge = (at: number) => scheme.open([secret], TOLERANCE)((name) => [headers[name] ?? []].flat(), body, at);
    for (const sign of [-1, 1]) {
      expect(judge(now + sign * TOLERANCE)).toBeNull();
      expect(judge(now + sign * (TOLERANCE + 1000))?.code).toBe('HESABU_SIGNATURE_STALE');
    }
  });
});

describe('the signatures of Standard Webhooks', () => {
  const { scheme, secret, body, headers, now } = VECTORS.at(-1)!;
  const right = headers['webhook-signature']!;
  const wrong = `v1,${Buffer.alloc(32).toString('base64')}`;
  const judge = (signature: string, secrets: readonly string[] = [`${secret}`]) => {
    const values = { ...headers, 'webhook-signature': signature };
    const keys = secrets.map((one) => Buffer.from(one));
    return scheme.open(keys, TOLERANCE)((name) => [values[name as keyof typeof values] ?? []].flat(), body, now);
  };

  test('may be several while a secret is changed, of which one fits', () => {
    expect(judge(`${wrong} ${right}`)).toBeNull();
    expect(judge(`${right} ${wrong}`)).toBeNull();
    expect(judge(`v1a,${wrong.slice(3)} v2,x ${right}`)).toBeNull();
    expect(judge(`${wrong} ${wrong}`)).not.toBeNull();
    expect(judge(Array(9).fill(right).join(' '))).not.toBeNull();
  });

  test.each(['', 'v1', 'v1,', `v2,${right.slice(3)}`, right.slice(3), `V1,${right.slice(3)}`, `${right}=`])(
    'are none of version 1 in %j',
    (signature) => {
      expect(judge(signature)?.code).toBe('HESABU_SIGNATURE_INVALID');
    },
  );

  test('are taken with the secret without its prefix, and with one of two', () => {
    expect(judge(right, [`${secret}`.replace('whsec_', '')])).toBeNull();
    expect(judge(right, ['whsec_bmV3ZXI=', `${secret}`])).toBeNull();
    expect(judge(right, ['whsec_bmV3ZXI='])).not.toBeNull();
  });

  test('are those of the library that shops sign with', () => {
    const at = new Date(now);
    const signed = new Webhook(`${secret}`).sign('msg_2', at, '{"type":"order.placed"}');
    const values: Record<string, string> = {
      ...{ 'webhook-id': 'msg_2', 'webhook-timestamp': String(now / 1000), 'webhook-signature': signed },
    };
    const check = scheme.open([secret], TOLERANCE);
    const verify = (text: string) => check((name) => [values[name] ?? []].flat(), Buffer.from(text), now);
    expect(verify('{"type":"order.placed"}')).toBeNull();
    expect(verify('{"type":"order.placed" }')).not.toBeNull();
  });

  test.each(['', 'whsec_', 'whsec_!!!!', 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwx', ' \n', '{"a":1}'])(
    'are never made with the empty key of %j',
    (broken) => {
      const content = `${headers['webhook-id']}.${headers['webhook-timestamp']}.`;
      const forged = createHmac('sha256', '').update(content).update(body).digest('base64');
      expect(judge(`v1,${forged}`, [broken])?.code).toBe('HESABU_SIGNATURE_INVALID');
      expect(judge(right, [broken, `${secret}`])).toBeNull();
    },
  );
});

test('the word Basic may be in any case (RFC 7235), the password may not', () => {
  const judge = (value: string) => basicScheme().open([Buffer.from('a:b')], TOLERANCE)(() => [value], BODY, 0);
  expect(judge('basic YTpi')).toBeNull();
  expect(judge('BASIC  YTpi')).toBeNull();
  expect(judge('basic ytpi')).not.toBeNull();
  expect(judge('Bearer YTpi')).not.toBeNull();
});
