// A disk without space, under a service that goes on: what it answers, what it says of itself, and that it needs nobody
// once there is space again.
import { once } from 'node:events';
import { rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { KeyStore } from '../../src/http/access/key-store.ts';
import { smallDisk } from '../log/files.ts';
import { accountAt, end, makeSite, paymentBody, removeSite, serve, signed } from './service-client.ts';

const MEBIBYTES = 32;
const WAIT = { timeout: 60_000 };
const WANTED = { role: 'admin', merchants: ['*'], label: '', expiresAt: null } as const;
const disk = smallDisk(MEBIBYTES);

/** A gateway that takes every refund. */
async function refundingGateway(): Promise<{ readonly server: Server; readonly host: string; refunds: number }> {
  const gateway = { server: createServer(), host: '', refunds: 0 };
  gateway.server.on('request', (request, response) => {
    request.resume();
    if (request.method === 'POST') gateway.refunds++;
    response.setHeader('content-type', 'application/json').end('{}');
  });
  gateway.server.listen(0, '127.0.0.1');
  await once(gateway.server, 'listening');
  return Object.assign(gateway, { host: `127.0.0.1:${(gateway.server.address() as AddressInfo).port}` });
}

function fill(path: string): void {
  for (let bytes = 2 ** 20; bytes >= 1; bytes /= 4) {
    try {
      for (;;) writeFileSync(path, Buffer.alloc(bytes), { flag: 'a' });
    } catch {
      // A smaller piece may still find its place.
    }
  }
}

test.skipIf(disk === undefined)(
  'given a full disk, then all that is sent is refused at once, /readyz says so, and space is enough to go on (F09)',
  async () => {
    const gateway = await refundingGateway();
    const site = makeSite({ data: disk, accounts: [accountAt(gateway.host)], outgoing: { allow: [gateway.host] } });
    const { text: key } = new KeyStore(disk!).create(WANTED, 0);
    const filler = join(disk!, 'filler');
    let nth = 0;
    const serving = await serve(site.config);
    const ask = (path: string, body: object | string, headers: object = {}) =>
      fetch(`${serving.url}${path}`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${key}`,
          'content-type': 'application/json',
          'idempotency-key': `k-${nth++}`,
          ...headers,
        },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      });
    const order = (name: string) =>
      ask('/v1/orders', { merchant: 'shop', transaction_reference: `A-${name}`, amount: '1000.00', currency: 'KES' });
    const refund = () => ask('/v1/orders/A-1/refunds', {});
    const webhook = (name: string) => {
      const { body, headers } = signed(paymentBody(name));
      return ask('/webhooks/mfs-africa/main', body, headers);
    };
    const ready = async () => (await fetch(`${serving.url}/readyz`)).status;
    try {
      expect([(await order('1')).status, (await webhook('1')).status, await ready()]).toEqual([201, 200, 200]);
      fill(filler);
      await expect.poll(ready, WAIT).toBe(503);
      for (const asked of [webhook('2'), order('2'), refund(), refund()]) {
        const answer = await asked;
        const { code } = (await answer.json()) as { code: string };
        expect([answer.status, code, answer.headers.get('retry-after')]).toEqual([503, 'HESABU_DISK_FULL', '2']);
      }
      const file = await ask('/v1/imports?kind=callbacks&name=a.jsonl', paymentBody('3'));
      expect([file.status, ((await file.json()) as { code: string }).code]).toEqual([507, 'HESABU_DISK_FULL']);
      expect(gateway.refunds).toBe(0);
      rmSync(filler);
      await expect.poll(ready, WAIT).toBe(200);
      expect([(await webhook('2')).status, (await order('2')).status]).toEqual([200, 201]);
      await refund();
      expect(gateway.refunds).toBe(1);
      expect(await end(serving)).toBe(0);
    } finally {
      serving.process.kill('SIGKILL');
      gateway.server.close();
      removeSite(site);
    }
  },
  240_000,
);
