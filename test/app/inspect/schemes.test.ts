// Every scheme by which an account may be signed, as `hesabu inspect` proves it: the scheme comes from the settings,
// the secret from its file byte for byte, and one bit changed anywhere is another message.

import { createHmac, hash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { inspectFile } from '../../../src/app/inspect/inspect.ts';
import { writeFiles } from '../../cli/cli-process.ts';
import { freshDirectory } from '../../cli/commands/given-ledger.ts';

const NOW = '2026-06-01T12:00:00Z';
const SECONDS = String(Date.parse(NOW) / 1000);
/** Secrets are bytes: this one ends a line. */
const SECRET = 'a secret\n';
const BODY = '{"id":"e-1","status":"paid","amount":"1500.00"}';

const hmac = (algorithm: string, encoding: 'hex' | 'base64', text: string, secret: string | Buffer = SECRET) =>
  createHmac(algorithm, secret).update(text).digest(encoding);

interface Signed {
  readonly provider: string;
  /** As under `webhook` of the account; left out for the scheme that the provider has without one. */
  readonly webhook: object;
  readonly headers: (body: string) => Record<string, string>;
  readonly secret?: string;
  readonly body?: string;
  /** Whether the body is covered. */
  readonly isSigned?: boolean;
}

const KEY = Buffer.from('a key of twenty-four b..');
const standard = (body: string) => ({
  ...{ 'webhook-id': 'msg_1', 'webhook-timestamp': SECONDS },
  'webhook-signature': `v1,${hmac('sha256', 'base64', `msg_1.${SECONDS}.${body}`, KEY)}`,
});
const basic = { headers: () => ({ Authorization: `Basic ${btoa('user:pass:word')}` }), secret: 'user:pass:word' };
const paga = { statusCode: '0', accountNumber: '123', amount: '1500.00', clearingFeeAmount: '10.00' };
const ofGeneric = (algorithm: 'sha256' | 'sha512', encoding: 'hex' | 'base64', more: object = {}) => ({
  ...{ provider: 'generic', webhook: { scheme: `hmac-${algorithm}-${encoding}`, header: 'X-Net-Sign', ...more } },
});
const timed = { time_header: 'X-Net-Time', prefix: 'v0=' };

const SIGNED: readonly Signed[] = [
  {
    ...{ provider: 'mfs-africa', webhook: { scheme: 'timestamped' } },
    headers: (body) => ({ 'X-Signature': `t=${SECONDS},v1=${hmac('sha256', 'hex', `${SECONDS}.${body}`)}` }),
  },
  {
    ...{ provider: 'mfs-africa', webhook: { scheme: 'body' } },
    headers: (body) => ({ 'X-Signature': `sha256=${hmac('sha256', 'hex', body)}` }),
  },
  {
    ...{ provider: 'paystack', webhook: { scheme: 'hmac-sha512-hex' } },
    headers: (body) => ({ 'x-paystack-signature': hmac('sha512', 'hex', body) }),
  },
  {
    ...{ provider: 'flutterwave', webhook: { scheme: 'token' }, isSigned: false, secret: 'the-hash' },
    headers: () => ({ 'verif-hash': 'the-hash' }),
  },
  {
    ...{ provider: 'flutterwave', webhook: { scheme: 'hmac-sha256-base64' } },
    headers: (body) => ({ 'Flutterwave-Signature': hmac('sha256', 'base64', body) }),
  },
  {
    ...{ provider: 'shopify', webhook: { scheme: 'hmac-sha256-base64' } },
    headers: (body) => ({ 'X-Shopify-Hmac-Sha256': hmac('sha256', 'base64', body) }),
  },
  {
    ...{ provider: 'woocommerce', webhook: { scheme: 'hmac-sha256-base64' } },
    headers: (body) => ({ 'X-WC-Webhook-Signature': hmac('sha256', 'base64', body) }),
  },
  { provider: 'onafriq', webhook: { scheme: 'basic' }, isSigned: false, ...basic },
  { provider: 'paga', webhook: { scheme: 'basic' }, isSigned: false, ...basic },
  {
    ...{ provider: 'paga', webhook: { scheme: 'paga-sha512' }, headers: () => ({}) },
    body: JSON.stringify({
      ...{ ...paga, hash: hash('sha512', `${Object.values(paga).join('')}${SECRET}`, 'hex') },
    }),
  },
  {
    ...{ provider: 'shop', webhook: { scheme: 'standard-webhooks' }, headers: standard },
    secret: `whsec_${KEY.toString('base64')}`,
  },
  {
    ...{ provider: 'generic', webhook: { scheme: 'standard-webhooks' }, headers: standard },
    secret: `whsec_${KEY.toString('base64')}`,
  },
  { ...ofGeneric('sha256', 'hex'), headers: (body) => ({ 'x-net-sign': hmac('sha256', 'hex', body) }) },
  { ...ofGeneric('sha256', 'base64'), headers: (body) => ({ 'X-NET-SIGN': hmac('sha256', 'base64', body) }) },
  { ...ofGeneric('sha512', 'hex'), headers: (body) => ({ 'X-Net-Sign': hmac('sha512', 'hex', body) }) },
  { ...ofGeneric('sha512', 'base64'), headers: (body) => ({ 'X-Net-Sign': hmac('sha512', 'base64', body) }) },
  ...(['sha256', 'sha512'] as const).flatMap((algorithm) =>
    (['hex', 'base64'] as const).map((encoding) => ({
      ...ofGeneric(algorithm, encoding, timed),
      headers: (body: string) => ({
        'X-Net-Time': SECONDS,
        'X-Net-Sign': `v0=${hmac(algorithm, encoding, `${SECONDS}.${body}`)}`,
      }),
    })),
  ),
  {
    ...{ provider: 'generic', webhook: { scheme: 'token', header: 'X-Net-Token' }, isSigned: false, secret: 'tok' },
    headers: () => ({ 'X-Net-Token': 'tok' }),
  },
  { provider: 'generic', webhook: { scheme: 'basic' }, isSigned: false, ...basic },
];

const titled = SIGNED.map((signed) => ({ ...signed, title: `${signed.provider}: ${JSON.stringify(signed.webhook)}` }));

/** The text with one bit of each of its bytes changed, one after the other. */
function* changed(text: string): Iterable<Buffer> {
  for (let at = 0; at < text.length; at++) {
    const bytes = Buffer.from(text);
    bytes[at]! ^= 1 << (at % 5);
    yield bytes;
  }
}

describe.each(titled)('$title', ({ provider, webhook, headers, secret = SECRET, body = BODY, isSigned = true }) => {
  const sent = headers(body);
  const config = JSON.stringify({ accounts: [{ provider, account: 'main', mapping: { callbacks: {} }, webhook }] });
  const dir = freshDirectory();
  const judge = async (given: Record<string, string>, bytes: Buffer = Buffer.from(body), key: string = secret) => {
    const files = { body: bytes, 'h.json': JSON.stringify(given), key, 'hesabu.yaml': config };
    const paths = writeFiles(dir, files);
    const options = { provider, as: provider === 'shop' ? ('order' as const) : ('webhook' as const), now: NOW };
    const proof = { headers: paths['h.json'], secretFile: paths.key, config: paths['hesabu.yaml'] };
    return (await inspectFile(paths.body, { ...options, ...proof })).verified;
  };

  test('is verified, and by no other secret, and never without a required header', async () => {
    expect(await judge(sent)).toBe(true);
    expect(await judge(sent, undefined, `${secret}x`)).toBe(false);
    for (const name of Object.keys(sent)) {
      const { [name]: _, ...rest } = sent;
      expect(await judge(rest), `without ${name}`).toBe(false);
    }
  });

  test('is told of a body that nobody can read', async () => {
    if (Object.keys(sent).length > 0) expect(await judge(headers('no JSON'), Buffer.from('no JSON'))).toBe(true);
    expect(await judge({}, Buffer.from('no JSON'))).toBe(false);
  });

  test('is refused with one bit changed anywhere', async () => {
    for (const bytes of isSigned ? changed(body) : []) {
      // Paga's hash says nothing of how its values are written.
      if (body !== BODY && isSameNotification(bytes)) continue;
      expect(await judge(sent, bytes), bytes.toString('latin1')).toBe(false);
    }
    for (const [name, value] of Object.entries(sent)) {
      for (const bytes of changed(value)) {
        const other = bytes.toString('latin1');
        if (other.toLowerCase().startsWith('basic ') && other.slice(6) === value.slice(6)) continue;
        expect(await judge({ ...sent, [name]: other }), `${name}: ${other}`).toBe(false);
      }
    }
  });
});

function isSameNotification(bytes: Buffer): boolean {
  try {
    const read = JSON.parse(bytes.toString('utf8')) as Record<string, unknown>;
    return Object.entries(paga).every(([name, value]) => read[name] === value) && 'hash' in read;
  } catch {
    return false;
  }
}

test('an account without a scheme is not verified, whatever the secret', async () => {
  const config = JSON.stringify({
    accounts: [{ provider: 'generic', account: 'a', webhook: { scheme: 'none' }, mapping: { callbacks: {} } }],
  });
  const paths = writeFiles(freshDirectory(), { body: BODY, key: SECRET, 'hesabu.yaml': config });
  const options = { provider: 'generic', secretFile: paths.key, config: paths['hesabu.yaml'] };
  expect((await inspectFile(paths.body, options)).verified).toBeNull();
});
