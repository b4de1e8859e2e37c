// The service is killed between a second person's approval and the gateway's answer: the approval is kept, the amount
// stays held back, and the refund is made once.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
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

test('given a kill after the approval, then it is kept over the restart and the refund is one (S23)', {
  timeout: 240_000,
}, async () => {
  const gateway = await deafGateway();
  const site = makeSite({
    ...{ accounts: [accountAt(gateway.host)], outgoing: { allow: [gateway.host] }, rules: './rules.yaml' },
  });
  writeFileSync(join(site.dir, 'rules.yaml'), 'review: { threshold: { KES: "500" } }\n');
  const store = new KeyStore(site.data);
  const keyOf = (person: string, role: 'admin' | 'approver') =>
    store.create({ role, merchants: ['*'], label: '', person, expiresAt: null }, 0).text;
  const [asha, juma, neema] = [keyOf('Asha', 'admin'), keyOf('Juma', 'approver'), keyOf('Neema', 'approver')];
  let nth = 0;
  const ask = async ({ url }: Serving, key: string, path: string, body?: object) => {
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
    const more = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
    const answer = await fetch(`${url}${path}`, { headers: { ...headers, 'idempotency-key': `k-${nth++}` }, ...more });
    return { status: answer.status, json: (await answer.json()) as Record<string, string> };
  };
  const start = async () => {
    const serving = await serve(site.config);
    running.push(serving);
    return serving;
  };
  try {
    const first = await start();
    const order = { merchant: 'shop', transaction_reference: 'A-1', amount: '1000.00', currency: 'KES' };
    await ask(first, asha, '/v1/orders', order);
    await fetch(`${first.url}/webhooks/mfs-africa/main`, { method: 'POST', ...signed(paymentBody('1')) });
    const { id } = (await ask(first, asha, '/v1/orders/A-1/refunds', { amount: '600.00' })).json;
    const path = `/v1/approvals/${id}`;
    const cut = ask(first, juma, path, { decision: 'approve' }).catch(() => 'cut');
    await gateway.asked;
    await end(first, 'SIGKILL');
    expect(await cut).toBe('cut');

    const second = await start();
    expect((await ask(second, asha, path)).json).toMatchObject({ status: 'approved', decided_by: { person: 'Juma' } });
    const more = await ask(second, asha, '/v1/orders/A-1/refunds', { amount: '500.00' });
    expect(more.json.code).toBe('HESABU_AMOUNT_RANGE');
    expect((await ask(second, asha, path, { decision: 'approve' })).json.code).toBe('HESABU_SAME_PERSON');
    const done = await ask(second, neema, path, { decision: 'approve' });
    expect(done.json).toMatchObject({ status: 'done', result: 'R-1' });
    expect([gateway.keys.length, new Set(gateway.keys).size]).toEqual([2, 1]);
    expect(await end(second)).toBe(0);
  } finally {
    gateway.close();
    removeSite(site);
  }
});
