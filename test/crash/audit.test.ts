// The service is killed while a gateway has a refund: the audit trail has who asked for it, without an outcome, and the
// request that is sent again is the same refund.
import { afterEach, expect, test } from 'vitest';
import { KeyStore } from '../../src/http/access/key-store.ts';
import {
  accountAt,
  end,
  makeSite,
  paymentBody,
  removeSite,
  type Serving,
  serve,
  signed,
} from '../service/service-client.ts';
import { deafGateway } from './deaf-gateway.ts';

const running: Serving[] = [];
afterEach(async () => {
  for (const serving of running) serving.process.kill('SIGKILL');
  await Promise.all(running.splice(0).map(({ ended }) => ended));
});

test('a refund during which the service is killed stays in the trail with its person (S23, R15)', {
  timeout: 240_000,
}, async () => {
  const gateway = await deafGateway();
  const { host, keys } = gateway;
  const site = makeSite({ accounts: [accountAt(host)], outgoing: { allow: [host] }, log: { level: 'info' } });
  const store = new KeyStore(site.data);
  const person = { merchants: ['*'], label: '', person: 'Asha', expiresAt: null };
  const asha = store.create({ ...person, role: 'admin' }, 0);
  const start = async () => {
    running.push(await serve(site.config));
    return running.at(-1)!;
  };
  const headers = {
    authorization: `Bearer ${asha.text}`,
    'content-type': 'application/json',
    'idempotency-key': 'k-1',
  };
  const refund = ({ url }: Serving) =>
    fetch(`${url}/v1/orders/A-1/refunds`, { method: 'POST', headers, body: '{"amount":"100.00"}' });
  const trail = async ({ url }: Serving) => {
    const answer = await fetch(`${url}/v1/audit?reference=A-1`, { headers });
    const { calls } = (await answer.json()) as { calls: { person: string; outcome: { status: number } | null }[] };
    return calls.map((call) => [call.person, call.outcome?.status ?? null]);
  };
  try {
    const first = await start();
    const order = { merchant: 'shop', transaction_reference: 'A-1', amount: '1000.00', currency: 'KES' };
    const placing = { ...headers, 'idempotency-key': 'k-0' };
    await fetch(`${first.url}/v1/orders`, { method: 'POST', headers: placing, body: JSON.stringify(order) });
    const webhook = signed(paymentBody('1'));
    await fetch(`${first.url}/webhooks/mfs-africa/main`, { method: 'POST', ...webhook });
    const cut = refund(first).catch(() => 'cut');
    await gateway.asked;
    await end(first, 'SIGKILL');
    expect(await cut).toBe('cut');
    const second = await start();
    expect(await trail(second)).toEqual([
      ['Asha', null],
      ['Asha', 201],
    ]);
    expect((await refund(second)).status).toBe(202);
    expect(await trail(second)).toEqual([
      ['Asha', 202],
      ['Asha', null],
      ['Asha', 201],
    ]);
    expect(new Set(keys).size).toBe(1);
    expect(await end(second)).toBe(0);
  } finally {
    gateway.close();
    removeSite(site);
  }
});
