// The service as a process: how it ends while other systems are slow, which certificate it serves, what it stores of
// an unread webhook, and what a burst does to its heap.

import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { copyFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { Agent, request } from 'undici';
import { describe, expect, test } from 'vitest';
import { KeyStore } from '../../src/http/access/key-store.ts';
import {
  connections,
  end,
  makeSite,
  paymentBody,
  removeSite,
  type Serving,
  send,
  serve,
  signed,
} from './service-client.ts';

const ACCOUNT = { provider: 'mfs-africa', account: 'main', api_key: { env: 'TEST_API_KEY' } };
const PHONE = '254712345678';

/** Accepts every connection and never answers. */
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
  await expect.poll(isSo).toBe(true);
};

describe('a service that receives SIGTERM', () => {
  test('given a gateway that hangs, then it ends in time and seals the ledger', async () => {
    const { server, host, taken } = await silentGateway();
    const account = { ...ACCOUNT, base_url: `http://${host}`, settlement: { at: '00:00' } };
    const site = makeSite({ accounts: [account], outgoing: { allow: [host], timeout: 'PT1H' } });
    const wanted = { role: 'operator', merchants: ['*'], label: '', expiresAt: null } as const;
    const { text: key } = new KeyStore(site.data).create(wanted, 0);
    try {
      const serving = await serve(site.config);
      const headers = { authorization: `Bearer ${key}` };
      const asked = fetch(`${serving.url}/v1/operators?country=KE&merchant=shop-1`, { headers });
      await until(() => taken() >= 2);
      // The answer that the service waits for comes long after this test.
      expect(await end(serving)).toBe(0);
      expect((await asked).status).toBeGreaterThanOrEqual(500);
      expect(existsSync(join(site.data, 'hesabu.db.seal'))).toBe(true);
      expect(serving.lines.filter(({ msg }) => msg === 'a part of the service did not stop cleanly')).toEqual([]);
    } finally {
      server.close();
      removeSite(site);
    }
  }, 120_000);
});

describe("the service's own certificate", () => {
  const at = (name: string) => fileURLToPath(new URL(`../fixtures/tls/${name}`, import.meta.url));
  const shown = async (url: string) => {
    const socket = connect({ port: Number(new URL(url).port), host: '127.0.0.1', rejectUnauthorized: false });
    await once(socket, 'secureConnect');
    const { fingerprint256 } = socket.getPeerCertificate();
    socket.destroy();
    return fingerprint256;
  };
  const printOf = (name: string) => new X509Certificate(readFileSync(at(name))).fingerprint256;

  test('given it was renewed, when SIGHUP comes, then the new one is served, and a metric shows its days', async () => {
    const site = makeSite({ listen: { port: 0, tls: { cert: './cert.pem', key: './key.pem' } } });
    const place = (prefix: string) => {
      for (const name of ['cert.pem', 'key.pem']) copyFileSync(at(`${prefix}${name}`), join(site.dir, name));
    };
    place('');
    const { text: key } = new KeyStore(site.data).create(
      { role: 'admin', merchants: ['*'], label: '', expiresAt: null },
      0,
    );
    let serving: Serving | undefined;
    try {
      serving = await serve(site.config);
      expect(await shown(serving.url)).toBe(printOf('cert.pem'));
      const agent = new Agent({ connect: { rejectUnauthorized: false } });
      const headers = { authorization: `Bearer ${key}` };
      const metrics = async () => {
        const answer = await request(`${serving!.url}/metrics`, { dispatcher: agent, headers });
        return answer.body.text();
      };
      const days = /hesabu_certificate_days_left\{host="listen\.tls"\} 3\d{4}/;
      await expect.poll(metrics).toMatch(days);
      await agent.close();
      writeFileSync(join(site.dir, 'cert.pem'), 'not a certificate');
      serving.process.kill('SIGHUP');
      const { lines } = serving;
      await until(() => lines.some(({ code }) => code === 'HESABU_CONFIG_INVALID'));
      expect(await shown(serving.url)).toBe(printOf('cert.pem'));
      place('renewed-');
      serving.process.kill('SIGHUP');
      await until(() => lines.some(({ msg }) => String(msg).includes('certificate were read again')));
      expect(await shown(serving.url)).toBe(printOf('renewed-cert.pem'));
      expect(await end(serving)).toBe(0);
    } finally {
      serving?.process.kill('SIGKILL');
      removeSite(site);
    }
  }, 120_000);
});

describe('a webhook that is not understood', () => {
  test('given a phone number in a wrong field, when it is stored, then the number is hidden', async () => {
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
  }, 120_000);
});

describe('a first burst of webhooks', () => {
  test('never makes V8 decide that objects of requests are old from the start', async () => {
    const rate = { per_second: 1_000_000, burst: 1_000_000 };
    const site = makeSite({ limits: { key: rate, account: rate } });
    const agent = connections(64);
    try {
      const serving = await serve(site.config, {}, ['--trace-gc', '--trace-pretenuring-statistics']);
      let text = '';
      serving.process.stdout!.on('data', (bytes) => {
        text += bytes;
      });
      const webhooks = Array.from({ length: 2_000 }, (_, nth) => signed(paymentBody(`burst-${nth}`)));
      const statuses = await Promise.all(webhooks.map((webhook) => send(agent, serving.url, webhook)));
      expect(new Set(statuses)).toEqual(new Set([200]));
      expect(await end(serving)).toBe(0);
      expect(text).toContain('Scavenge');
      expect(text.match(/pretenuring: AllocationSite.*/g)).toBe(null);
    } finally {
      await agent.close();
      removeSite(site);
    }
  }, 120_000);
});
