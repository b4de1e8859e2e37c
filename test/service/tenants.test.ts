// The service with an account for each shop: the configuration alone decides for whom an account speaks, over webhooks
// that its gateway signed, a reload, and a removed account.
import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { KeyStore } from '../../src/http/access/key-store.ts';
import { end, makeSite, paymentBody, removeSite, type Serving, serve, signed } from './service-client.ts';

const accountOf = (shop: string, secret: string) => ({
  ...{ provider: 'mfs-africa', account: shop, base_url: 'http://127.0.0.1:1', api_key: { env: 'TEST_API_KEY' } },
  ...{ merchants: [`shop-${shop}`], webhook: { secrets: [{ env: secret }] } },
});
const ENV = { SECRET_A: 'the secret of the account a', SECRET_B: 'the secret of the account b' };

test('an account pays orders of its own shop only, and another account with its secret pays none (S06)', async () => {
  const site = makeSite({ accounts: [accountOf('a', 'SECRET_A'), accountOf('b', 'SECRET_B')] });
  const wanted = { role: 'admin', merchants: ['*'], label: '', expiresAt: null } as const;
  const { text: key } = new KeyStore(site.data).create(wanted, 0);
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
  let serving: Serving | undefined;
  const hook = async (account: string, secret: string, reference: string) => {
    const sent = signed(paymentBody(reference, { transaction_reference: reference }), secret);
    return (await fetch(`${serving!.url}/webhooks/mfs-africa/${account}`, { method: 'POST', ...sent })).status;
  };
  const stateOf = async (reference: string) => {
    const answer = await fetch(`${serving!.url}/v1/transactions/${reference}`, { headers });
    const { stages, findings } = (await answer.json()) as Record<string, never> & {
      stages: { payment: string };
      findings: { reason: string | null; observed: string }[];
    };
    const told = findings.filter(({ reason }) => reason === 'FOREIGN_ACCOUNT').map(({ observed }) => observed);
    return [stages.payment, ...told];
  };
  try {
    serving = await serve(site.config, ENV);
    for (const shop of ['a', 'b']) {
      const order = {
        merchant: `shop-${shop}`,
        transaction_reference: `${shop}-1`,
        amount: '1000.00',
        currency: 'KES',
      };
      const asked = { method: 'POST', headers: { ...headers, 'idempotency-key': shop }, body: JSON.stringify(order) };
      expect((await fetch(`${serving.url}/v1/orders`, asked)).status).toBe(201);
    }
    expect(await hook('b', ENV.SECRET_A, 'b-1')).toBe(401);
    expect(await hook('a', ENV.SECRET_A, 'b-1')).toBe(200);
    expect(await stateOf('b-1')).toEqual(['pending', 'mfs-africa/a']);
    expect(await hook('b', ENV.SECRET_B, 'b-1')).toBe(200);
    expect(await stateOf('b-1')).toEqual(['matched', 'mfs-africa/a']);
    expect(await hook('a', ENV.SECRET_A, 'a-1')).toBe(200);
    expect(await stateOf('a-1')).toEqual(['matched']);
    expect(await end(serving)).toBe(0);
    // What account b said stays true when it is taken out.
    const config = parse(readFileSync(site.config, 'utf8'));
    writeFileSync(site.config, stringify({ ...config, accounts: [accountOf('a', 'SECRET_A')] }));
    serving = await serve(site.config, ENV);
    expect(await stateOf('b-1')).toEqual(['matched', 'mfs-africa/a']);
    expect(await end(serving)).toBe(0);
  } finally {
    serving?.process.kill('SIGKILL');
    removeSite(site);
  }
}, 120_000);
