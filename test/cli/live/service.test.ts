// The service as a process: how it ends while others are slow, and what it keeps of what it does not understand.

import { existsSync, readFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { KeyStore } from '../../../src/http/access/key-store.ts';
import { end, makeSite, paymentBody, removeSite, type Serving, serve, signed } from './served.ts';

const ACCOUNT = { provider: 'mfs-africa', account: 'main', api_key: { env: 'TEST_API_KEY' } };
const PHONE = '254712345678';

/** Takes every connection and never says a word. */
async function silentGateway(): Promise<{
  readonly server: Server;
  readonly host: string;
  readonly taken: () => number;
}> {
  let taken = 0;
  const server = createServer((socket) => {
    taken++;
    socket.on('error', () => {});
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, host: `127.0.0.1:${(server.address() as AddressInfo).port}`, taken: () => taken };
}

const until = async (isSo: () => boolean) => {
  for (let tries = 0; !isSo() && tries < 400; tries++) await new Promise((resolve) => setTimeout(resolve, 25));
  expect(isSo()).toBe(true);
};

describe('a service that is told to end', () => {
  test('given a gateway that hangs under all that asks it, when SIGTERM comes, then it ends in time and seals the books', async () => {
    const { server, host, taken } = await silentGateway();
    const account = { ...ACCOUNT, base_url: `http://${host}`, settlement: { at: '00:00' } };
    const site = makeSite({ accounts: [account], outgoing: { allow: [host], timeout: 'PT60S' } });
    const request = { role: 'operator', merchants: ['*'], label: '', expiresAt: null } as const;
    const { text: key } = new KeyStore(site.data).create(request, 0);
    try {
      const serving = await serve(site.config);
      const headers = { authorization: `Bearer ${key}` };
      const asked = fetch(`${serving.url}/v1/operators?country=KE&merchant=shop-1`, { headers });
      await until(() => taken() >= 2);
      const begun = performance.now();
      const code = await end(serving);
      expect([code, performance.now() - begun < 9_000]).toEqual([0, true]);
      expect((await asked).status).toBeGreaterThanOrEqual(500);
      expect(existsSync(join(site.data, 'hesabu.db.seal'))).toBe(true);
      expect(serving.lines.filter(({ msg }) => msg === 'a part did not end as it should')).toEqual([]);
    } finally {
      server.close();
      removeSite(site);
    }
  }, 40_000);
});

describe('a webhook that is not understood', () => {
  test('given a phone where none belongs, when it is kept, then nobody reads the number', async () => {
    const site = makeSite();
    const { text: key } = new KeyStore(site.data).create(
      { role: 'admin', merchants: ['*'], label: '', expiresAt: null },
      0,
    );
    let serving: Serving | undefined;
    try {
      serving = await serve(site.config);
      const webhook = signed(paymentBody('1', { currency: PHONE }));
      const answer = await fetch(`${serving.url}/webhooks/mfs-africa/main`, { method: 'POST', ...webhook });
      expect(answer.status).toBe(202);
      const shown = await fetch(`${serving.url}/v1/webhooks/unread`, { headers: { authorization: `Bearer ${key}` } });
      const text = await shown.text();
      expect(text).toContain('HESABU_CURRENCY');
      expect(text).not.toContain(PHONE);
      await end(serving);
      expect(readFileSync(join(site.data, 'service.db')).includes(PHONE)).toBe(false);
    } finally {
      serving?.process.kill('SIGKILL');
      removeSite(site);
    }
  }, 40_000);
});
