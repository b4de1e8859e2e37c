// Signatures of webhooks: a valid one is accepted, and one changed bit makes it invalid.
import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SignatureKey, type SignatureScheme, signatureFault } from '../../../src/providers/mfs-africa/signature.ts';

const AT = 1_780_000_000;
const NOW = AT * 1000;
const BODY = Buffer.from('{"id":"ev-1","event":"payment.success"}');
const timestamped = { scheme: 'timestamped', tolerance: 300_000 } as const;
const plain = { scheme: 'body', tolerance: 300_000 } as const;
const hmac = (secret: string, ...parts: (string | Buffer)[]) => {
  const made = createHmac('sha256', secret);
  for (const part of parts) made.update(part);
  return made.digest('hex');
};
const headerOf = (secret: string, body: Buffer = BODY, at = AT) => `t=${at},v1=${hmac(secret, `${at}.`, body)}`;
const keys = (...secrets: string[]) => secrets.map((secret) => new SignatureKey(secret));
const check = (headers: string[], body = BODY, scheme: { scheme: SignatureScheme; tolerance: number } = timestamped) =>
  signatureFault(headers, body, keys('new', 'old'), scheme, NOW)?.code ?? null;

describe('HMAC-SHA256', () => {
  // RFC 4231, test cases 1, 2, 3 and 6: short, textual and long keys.
  test.each([
    ['\x0b'.repeat(20), Buffer.from('Hi There'), 'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7'],
    [
      'Jefe',
      Buffer.from('what do ya want for nothing?'),
      '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
    ],
  ])('agrees with the test vectors of RFC 4231', (secret, data, expected) => {
    expect(new SignatureKey(secret).sign('', data)).toBe(expected);
  });

  test('agrees with node:crypto, for any secret, time and body', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 200 }), fc.uint8Array({ maxLength: 300 }), (secret, bytes) => {
        const body = Buffer.from(bytes);
        const key = new SignatureKey(secret);
        expect(key.sign('', body)).toBe(hmac(secret, body));
        expect(key.sign('12', body)).toBe(hmac(secret, '12.', body));
      }),
    );
  });
});

describe('a timestamped signature', () => {
  test('is valid, also under the older of two secrets', () => {
    expect(check([headerOf('new')])).toBeNull();
    expect(check([headerOf('old')])).toBeNull();
    expect(check([headerOf('gone')])).toBe('HESABU_SIGNATURE_INVALID');
  });

  test('may be one of two, because a gateway sends two while it changes its secret', () => {
    const other = headerOf('unknown').split(',')[1];
    expect(check([`${headerOf('new')},${other}`])).toBeNull();
    expect(check([`t=${AT},${other},${headerOf('old').split(',')[1]}`])).toBeNull();
    expect(check([`${headerOf('new')},v2=00`])).toBeNull();
  });

  test.each([
    [-300, null],
    [-301, 'HESABU_SIGNATURE_STALE'],
    [300, null],
    [301, 'HESABU_SIGNATURE_STALE'],
  ])('%i s from now: %s (S03)', (seconds, code) => {
    expect(check([headerOf('new', BODY, AT + seconds)])).toBe(code);
  });

  test.each([
    ['missing', []],
    ['in two headers', [headerOf('new'), headerOf('new')]],
    ['twice, joined by a comma', [`${headerOf('new')}, ${headerOf('new')}`]],
    ['empty', ['']],
    ['without its time', [`v1=${headerOf('new').split('v1=')[1]}`]],
    ['with two times', [`t=${AT},${headerOf('new')}`]],
    ['in capitals', [headerOf('new').toUpperCase().replace('T=', 't=').replace('V1=', 'v1=')]],
    ['cut', [headerOf('new').slice(0, -1)]],
    ['after a blank', [` ${headerOf('new')}`]],
    ['with too many signatures', [`t=${AT}${`,v1=${'0'.repeat(64)}`.repeat(5)}`]],
    ['with a negative time', [headerOf('new').replace('t=', 't=-')]],
    ['with a time that goes on in letters', [headerOf('new').replace(`t=${AT}`, `t=${AT}abc`)]],
    ['with a time in letters', [headerOf('new').replace(`t=${AT}`, 't=123abc')]],
    ['with a time of parts of a second', [headerOf('new').replace(`t=${AT}`, `t=${AT}.9`)]],
    ['with an empty time', [headerOf('new').replace(`t=${AT}`, 't=')]],
    ['of the other scheme', [`sha256=${hmac('new', BODY)}`]],
  ])('%s is refused (S03)', (_what, headers) => {
    expect(check(headers)).toBe('HESABU_SIGNATURE_INVALID');
  });

  test('with one bit changed anywhere is refused', () => {
    const header = Buffer.from(headerOf('new'));
    for (let bit = 0; bit < header.length * 8; bit++) {
      const changed = Buffer.from(header);
      changed[bit >> 3]! ^= 1 << (bit & 7);
      expect(check([changed.toString('latin1')]), changed.toString('latin1')).not.toBeNull();
    }
    for (let bit = 0; bit < BODY.length * 8; bit++) {
      const changed = Buffer.from(BODY);
      changed[bit >> 3]! ^= 1 << (bit & 7);
      expect(check([headerOf('new')], changed)).toBe('HESABU_SIGNATURE_INVALID');
    }
  });
});

describe('a plain signature over the body', () => {
  const header = `sha256=${hmac('old', BODY)}`;

  test('is valid, and has no time that could be stale', () => {
    expect(check([header], BODY, plain)).toBeNull();
  });

  test.each([[header.toUpperCase()], [`${header}0`], [header.slice(7)], [headerOf('new')]])(
    '%s is refused',
    (other) => {
      expect(check([other], BODY, plain)).toBe('HESABU_SIGNATURE_INVALID');
    },
  );

  test('with one bit changed anywhere is refused', () => {
    for (let bit = 0; bit < header.length * 8; bit++) {
      const changed = Buffer.from(header);
      changed[bit >> 3]! ^= 1 << (bit & 7);
      expect(check([changed.toString('latin1')], BODY, plain)).toBe('HESABU_SIGNATURE_INVALID');
    }
  });
});
