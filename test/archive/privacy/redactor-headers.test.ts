// No secret and no phone number of headers and URLs is stored; the names that find an exchange are.

import { describe, expect, it } from 'vitest';
import { Redactor } from '../../../src/archive/privacy/redactor.ts';
import { pseudonym } from '../exchanges/given.ts';

const redactor = new Redactor(pseudonym);
const PHONE = '254712345678';

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
    ['idempotency-key', '254712345678', '254712345678'],
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
