// The API of a service process: acknowledged requests survive a kill, and are not done again.
import { describe, expect, test } from 'vitest';
import { KeyStore } from '../../../src/http/access/key-store.ts';
import { makeSite, removeSite, type Serving, serve } from '../../service/service-client.ts';

const ORDER = { merchant: 'shop-1', amount: '1250.00', currency: 'KES', msisdn: '+254711223344' };

const post = async ({ url }: Serving, key: string, number: number) => {
  const headers = {
    authorization: `Bearer ${key}`,
    'content-type': 'application/json',
    'idempotency-key': `key-${number}`,
  };
  const body = JSON.stringify({ ...ORDER, transaction_reference: `A-${number}` });
  const response = await fetch(`${url}/v1/orders`, { method: 'POST', headers, body });
  return {
    status: response.status,
    text: await response.text(),
    replayed: response.headers.get('idempotency-replayed'),
  };
};

describe('a service that is killed while orders come', () => {
  test('keeps every acknowledged order, and gives the same answer to the same request (S23)', async () => {
    const site = makeSite();
    const { text: key } = new KeyStore(site.data).create(
      { role: 'shop', merchants: ['shop-1'], label: '', expiresAt: null },
      0,
    );
    const first = await serve(site.config);
    try {
      const acknowledged = new Map<number, string>();
      let next = 0;
      const clients = Array.from({ length: 8 }, async () => {
        while (next < 400) {
          const number = next++;
          const { status, text } = await post(first, key, number);
          expect(status).toBe(201);
          acknowledged.set(number, text);
          if (acknowledged.size === 120) first.process.kill('SIGKILL');
        }
      });
      const ends = await Promise.allSettled(clients);
      expect(ends.every(({ status }) => status === 'rejected')).toBe(true);
      expect(await first.ended).toBe('SIGKILL');
      expect(acknowledged.size).toBeGreaterThanOrEqual(120);
      const second = await serve(site.config);
      try {
        for (const [number, text] of acknowledged) {
          const again = await post(second, key, number);
          expect(again).toEqual({ status: 201, text, replayed: 'true' });
        }
        const headers = { authorization: `Bearer ${key}` };
        for (const number of [...acknowledged.keys()].filter((_, at) => at % 50 === 0)) {
          const answer = await fetch(`${second.url}/v1/transactions/A-${number}`, { headers });
          const body = (await answer.json()) as { claims: unknown[]; exchanges: string[] };
          expect([answer.status, body.claims.length, body.exchanges.length > 0]).toEqual([200, 1, true]);
        }
        // A phone number appears nowhere as it was sent: neither in answers nor in log lines.
        expect(JSON.stringify([first.lines, second.lines])).not.toContain('711223344');
        const lines = first.lines.filter((line) => line.route === 'POST /v1/orders' && line.status === 201);
        expect(lines.length).toBeGreaterThanOrEqual(100);
        expect(lines[0]).toMatchObject({ request_id: expect.any(String), reference: expect.stringMatching(/^A-/) });
      } finally {
        second.process.kill('SIGTERM');
        expect(await second.ended).toBe(0);
      }
    } finally {
      first.process.kill('SIGKILL');
      removeSite(site);
    }
  }, 60_000);
});
