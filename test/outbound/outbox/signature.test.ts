// The signature of outgoing messages, checked against the specification's own example and against forgeries.
import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { parseSigningSecrets, signedHeaders, wantsMessage } from '../../../src/outbound/outbox/target.ts';

// Example of https://github.com/standard-webhooks/standard-webhooks, spec/standard-webhooks.md and its libraries'
// tests.
const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const ID = 'msg_p5jXN8AQM9LWM0D4loKWxJek';
const AT = 1_614_265_330_000;
const BODY = '{"test": 2432232314}';
const SIGNATURE = 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=';
const OTHER = `whsec_${Buffer.from('another key of twenty-four').toString('base64')}`;

const at = (millis: number) => vi.setSystemTime(millis);
beforeEach(() => {
  vi.useFakeTimers();
  at(AT);
});
afterEach(() => vi.useRealTimers());

const signed = (secrets = [SECRET], time = AT) => signedHeaders(secrets, ID, time, BODY);
const isTaken = (secret: string, headers: Record<string, string>, body = BODY) => {
  try {
    new Webhook(secret).verify(body, headers);
    return true;
  } catch {
    return false;
  }
};

/** A text with one bit of one of its bytes flipped. */
function turned(text: string, byte: number, bit: number): string {
  const bytes = Buffer.from(text, 'latin1');
  const place = byte % bytes.length;
  bytes[place] = bytes[place]! ^ (1 << bit);
  return bytes.toString('latin1');
}

describe('a signature', () => {
  test("matches the specification's example (S01 partly)", () => {
    expect(signed()).toMatchObject({
      'webhook-id': ID,
      'webhook-timestamp': '1614265330',
      'webhook-signature': SIGNATURE,
      'content-type': 'application/json',
    });
    expect(isTaken(SECRET, signed())).toBe(true);
  });

  test('is invalid for other bytes: one flipped bit anywhere is refused', () => {
    const names = ['webhook-id', 'webhook-timestamp', 'webhook-signature'] as const;
    fc.assert(
      fc.property(fc.constantFrom(...names, 'body'), fc.nat(500), fc.nat(6), (part, byte, bit) => {
        const headers: Record<string, string> = signed();
        if (part === 'body') return !isTaken(SECRET, headers, turned(BODY, byte, bit));
        const value = turned(headers[part]!, byte, bit);
        // The verifier reads the number at the start of the header; a longer text has the same meaning.
        fc.pre(part !== 'webhook-timestamp' || Number.parseInt(value, 10) !== AT / 1000);
        return !isTaken(SECRET, { ...headers, [part]: value });
      }),
      { numRuns: 500 },
    );
  });

  test('is valid for five minutes in both directions', () => {
    for (const [millis, taken] of [
      [300_000, true],
      [301_000, false],
      [-300_000, true],
      [-301_000, false],
    ] as const) {
      at(AT + millis);
      expect([millis, isTaken(SECRET, signed())]).toEqual([millis, taken]);
    }
  });

  test('comes once per secret during a rotation, so that either verifies', () => {
    const headers = signed([OTHER, SECRET]);
    expect(headers['webhook-signature'].split(' ')).toHaveLength(2);
    expect(headers['webhook-signature'].endsWith(` ${SIGNATURE}`)).toBe(true);
    expect([isTaken(SECRET, headers), isTaken(OTHER, headers)]).toEqual([true, true]);
    expect(isTaken(OTHER, signed([SECRET]))).toBe(false);
  });

  test('is required, with id and time', () => {
    for (const name of ['webhook-id', 'webhook-timestamp', 'webhook-signature']) {
      const { [name]: _, ...others } = signed() as Record<string, string>;
      expect(isTaken(SECRET, others)).toBe(false);
    }
  });
});

describe('a signing secret', () => {
  test('is one, or two on lines of their own', () => {
    expect(parseSigningSecrets(`${SECRET}\n`, 'x')).toEqual([SECRET]);
    expect(parseSigningSecrets(`${OTHER}\n${SECRET}`, 'x')).toEqual([OTHER, SECRET]);
  });

  const bad = [
    '',
    'secret',
    'whsec_',
    'whsec_????',
    'whsec_c2hvcnQ=',
    `whsec_${'A'.repeat(200)}`,
    `${SECRET}\n`.repeat(3),
  ];
  test.each(bad)('is not %j, and the error does not show it', (text) => {
    const parse = () => parseSigningSecrets(text, 'notify.0.secret');
    expect(parse).toThrow(/^HESABU_CONFIG_INVALID: notify\.0\.secret: .*; expected one or two secrets/);
    if (text.length > 6) expect(parse).not.toThrow(text.trim());
  });
});

describe('a target', () => {
  const message = { id: 'm', type: 'order.expired', timestamp: 0, merchant: 'duka', names: [], data: {} };

  test.each([
    [['*'], true],
    [['order.*'], true],
    [['*.expired'], true],
    [['order.expired'], true],
    [['alert.*', 'order.e*d'], true],
    [['order'], false],
    [['orderXexpired'], false],
    [['order.expired.late'], false],
    [['.*'], false],
  ] as const)('that wants %j', (types, wants) => {
    expect(wantsMessage({ types, merchants: ['*'] }, message)).toBe(wants);
  });

  test('gets messages of its own merchants only', () => {
    const wants = (merchants: string[], merchant: string) =>
      wantsMessage({ types: ['*'], merchants }, { ...message, merchant });
    expect([wants(['duka'], 'duka'), wants(['duka'], 'other'), wants(['*'], 'other')]).toEqual([true, false, true]);
    expect([wants(['duka'], ''), wants(['*'], ''), wants([''], '')]).toEqual([false, true, false]);
  });
});
