// No secret and no phone number of headers and URLs is stored; the names that find an exchange are.

import { describe, expect, it } from 'vitest';
import { Redactor } from '../../../src/archive/privacy/redactor.ts';
import { knownSecrets } from '../../../src/runtime/known-secrets.ts';
import { pseudonym } from '../exchanges/given.ts';

const redactor = new Redactor(pseudonym);
const PHONE = '254712345678';

describe('a secret of this process', () => {
  it('is hidden by its value in all parts of an exchange, whatever their names say (S24)', () => {
    const secret = 'k3y/of-this+process';
    knownSecrets.add(secret);
    const base64 = Buffer.from(`main:${secret}`).toString('base64');
    const json = `{"reference":"${secret}","message":"the key ${secret} is not known","echo":"${base64}"}`;
    const stored = [
      redactor.header('x-request-id', secret),
      redactor.url(`/echo/${encodeURIComponent(secret)}?reference=${encodeURIComponent(secret)}`),
      redactor.text(`refused: ${secret}`),
      redactor.body(Buffer.from(json), 'application/json').text,
      redactor.body(Buffer.from(`reference=${encodeURIComponent(secret)}`), '').text,
      redactor.body(Buffer.from(`<a><reference>${secret}</reference></a>`), '').text,
      redactor.body(Buffer.from(`reference,echo\n${secret},${base64}\n`), 'text/csv').text,
      redactor.body(Buffer.from(`no such key: ${base64}`), '').text,
    ];
    expect(stored).toEqual([
      '(redacted)',
      '/echo/(redacted)?reference=(redacted)',
      'refused: (redacted)',
      '{"reference":"(redacted)","message":"the key (redacted) is not known","echo":"(redacted)"}',
      'reference=(redacted)',
      '<a><reference>(redacted)</reference></a>',
      'reference,echo\n(redacted),(redacted)\n',
      'no such key: (redacted)',
    ]);
  });
});

describe('headers and addresses', () => {
  it.each([
    ['authorization', 'Bearer abc', '(redacted)'],
    ['x-api-key', 'abc', '(redacted)'],
    ['set-cookie', 'a=b', '(redacted)'],
    ['x-webhook-token', 'abc', '(redacted)'],
    ['verif-hash', 'abc', '(redacted)'],
    ['x-auth', 'abc', '(redacted)'],
    ['mfssign', 'abc', '(redacted)'],
    ['x-consumer-key', 'abc', '(redacted)'],
    ['x-callback-url', 'https://pay.example/webhooks/mtn-momo/main/q7Rk2_vVx9-ZpLw3TnB8mYd4', '(redacted)'],
    ['x-signature', `t=1782000000,v1=${'ab'.repeat(32)}`, 't=1782000000,v1=(redacted)'],
    ['webhook-signature', 'v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=', 'v1,(redacted)'],
    ['x-hub-signature-256', `sha256=${'0f'.repeat(32)}`, 'sha256=(redacted)'],
    ['x-forwarded-for', '192.0.2.7', `#${pseudonym('192.0.2.7')}`],
    ['x-event-id', 'ev-254712345678', 'ev-254712345678'],
    ['idempotency-key', '254712345678', `#${pseudonym(PHONE)}`],
    ['x-request-id', 'jane@mail.example', `#${pseudonym('jane@mail.example')}`],
    ['user-agent', 'shop/1.2 (Jane Wanjiku; +254712345678)', 'shop/1.2'],
    ['location', '/msisdn/254712345678/active', `/msisdn/%23${pseudonym(PHONE)}/active`],
    ['location', '/reference/254712345678/active', '/reference/254712345678/active'],
    ['x-request-id', 'Jane Wanjiku', `#${pseudonym('Jane Wanjiku')}`],
    ['date', 'Mon, 01 Jun 2026 12:00:00 GMT', 'Mon, 01 Jun 2026 12:00:00 GMT'],
    ['accept', 'application/json, text/plain;q=0.5, */*', 'application/json, text/plain;q=0.5, */*'],
    ['x-note', 'anything', undefined],
    ['x-client-id', 'anything', undefined],
    [
      'location',
      'https://me:secret@pay.example/a?token=abc&ref=1',
      'https://(redacted)@pay.example/a?token=(redacted)&ref=1',
    ],
  ])('%s: %s', (name, value, expected) => {
    expect(redactor.header(name, value)).toBe(expected);
  });

  it.each(['key', 'sig', 'sign', 'signature', 'auth', 'pwd'])('a query with a secret: %s', (name) => {
    expect(redactor.url(`/a?${name}=abc&reference=key-1`)).toBe(`/a?${name}=(redacted)&reference=key-1`);
  });

  it('the values of a query, by their names', () => {
    expect(redactor.url(`/a?phone=${PHONE}&transaction_reference=${PHONE}`)).toBe(
      `/a?phone=%23${pseudonym(PHONE)}&transaction_reference=${PHONE}`,
    );
  });
});

describe('a header that comes again', () => {
  it('is stored as before, and another value of it as its own', () => {
    const one = new Redactor(pseudonym);
    const twice = ['x-forwarded-for', 'user-agent', 'x-note', 'content-type'].flatMap((name) =>
      ['203.0.113.7', 'curl/8.5 (Jane)', '203.0.113.7'].map((value) => [name, value] as const),
    );
    for (const [name, value] of [...twice, ...twice]) {
      expect([name, one.header(name, value)]).toEqual([name, new Redactor(pseudonym).header(name, value)]);
    }
    expect(one.url('/webhooks/a/b?key=1')).toBe(new Redactor(pseudonym).url('/webhooks/a/b?key=1'));
    expect(one.url('/webhooks/a/b?key=1')).toBe('/webhooks/a/b?key=(redacted)');
  });

  it('is hidden once it is known for a secret', () => {
    const one = new Redactor(pseudonym);
    expect(one.header('x-event-id', 'becomes-a-secret-later')).toBe('becomes-a-secret-later');
    knownSecrets.add('becomes-a-secret-later');
    expect(one.header('x-event-id', 'becomes-a-secret-later')).toBe('(redacted)');
  });
});
