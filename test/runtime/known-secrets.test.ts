// S24: a secret is hidden by its value, in whatever form a text quotes it.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KnownSecrets, REDACTED } from '../../src/runtime/known-secrets.ts';

const SECRET = 'q7Rk2_vVx9/ZpLw3+TnB8mYd4';

function given(...secrets: string[]): KnownSecrets {
  const known = new KnownSecrets();
  for (const secret of secrets) known.add(secret);
  return known;
}

describe('S24: a secret in a text', () => {
  it.each([
    ['as it is', SECRET],
    ['in an address', encodeURIComponent(SECRET)],
    ['in lower case escapes', encodeURIComponent(SECRET).replace('%2F', '%2f').replace('%2B', '%2b')],
    ['with slashes escaped, as some JSON has them', SECRET.replaceAll('/', '\\/')],
    ['in hexadecimal digits', Buffer.from(SECRET).toString('hex')],
    ['in capital hexadecimal digits', Buffer.from(SECRET).toString('hex').toUpperCase()],
    ['in base64', Buffer.from(SECRET).toString('base64')],
    ['in base64url', Buffer.from(SECRET).toString('base64url')],
    ['in base64 after one byte', Buffer.from(`a${SECRET}b`).toString('base64')],
    ['in base64 after a user', Buffer.from(`us${SECRET}20260601`).toString('base64')],
  ])('is hidden %s', (_, quoted) => {
    expect(given(SECRET).hide(`the key "${quoted}" is not known`)).toBe(`the key "${REDACTED}" is not known`);
  });

  it('is hidden in XML', () => {
    expect(given('a<b>&"cdefgh').hide('<k>a&lt;b&gt;&amp;&quot;cdefgh</k>')).toBe(`<k>${REDACTED}</k>`);
  });

  it('is hidden as often as it stands there, at any place', () => {
    const known = given(SECRET, 'another-secret-1');
    fc.assert(
      fc.property(fc.array(fc.constantFrom(SECRET, 'another-secret-1', 'x', '-', ' and ', 'q7Rk2')), (parts) => {
        const hidden = parts.map((part) => (part.length > 12 ? REDACTED : part));
        expect(known.hide(parts.join(''))).toBe(hidden.join(''));
      }),
    );
  });

  it('nothing else is touched', () => {
    const known = given(SECRET);
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        fc.pre(!text.includes(SECRET));
        expect(known.hide(text)).toBe(text);
      }),
    );
  });

  it('the longer one of two that begin alike', () => {
    expect(given('a-secret-one', 'a-secret-one-and-more').hide('a-secret-one-and-more')).toBe(REDACTED);
  });

  it('each word of one that has several', () => {
    expect(given('whsec_AAAAAAAA whsec_BBBBBBBB').hide('by whsec_BBBBBBBB')).toBe(`by ${REDACTED}`);
  });

  it('a password without its user, and a key without its prefix', () => {
    expect(given('hesabu:the-password').hide('the-password of hesabu')).toBe(`${REDACTED} of hesabu`);
    expect(given('whsec_AAAAAAAABBBB').hide('AAAAAAAABBBB')).toBe(REDACTED);
  });

  it('but not a short one, which may be a part of anything', () => {
    expect(given('1234567').hide('1234567.00')).toBe('1234567.00');
  });

  it('the newest of those that pass', () => {
    const known = given();
    for (let at = 0; at < 65; at++) known.addPassing(`a-granted-token-${String(at).padStart(2, '0')}`);
    expect(known.hide('a-granted-token-00')).toBe('a-granted-token-00');
    expect(known.hide('a-granted-token-01 a-granted-token-64')).toBe(`${REDACTED} ${REDACTED}`);
  });

  it('an API key of our own, by its form: only its hash is known', () => {
    expect(given().hide('hsb_k1_AbCdEfGhIjKlMnOpQrStUvWx12')).toBe(`hsb_k1_${REDACTED}`);
  });
});
