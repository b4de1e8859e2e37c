// Webhooks of strangers take no places from authentic ones, and little disk space.
import { describe, expect, test } from 'vitest';
import { givenWebhooks, payment, signed } from './given.ts';

const forged = (name: string) => [payment(name), signed(payment(name), 'guessed')] as const;

describe('forged webhooks', () => {
  test('take no place in the queue of authentic webhooks', () =>
    givenWebhooks(async (given) => {
      const archive = Promise.withResolvers<void>();
      let archiving = 0;
      given.archiveDisk = () => {
        archiving++;
        return archive.promise;
      };
      given.waitingMax = 2;
      const sending = Array.from({ length: 200 }, (_, at) => given.send(...forged(String(at))));
      await expect.poll(() => archiving).toBeGreaterThan(given.waitingMax);
      const authentic = given.send(payment('1'));
      await expect.poll(() => given.facts).toHaveLength(1);
      archive.resolve();
      expect((await authentic).status).toBe(200);
      expect(new Set((await Promise.all(sending)).map(({ status }) => status))).toEqual(new Set([401]));
    }));

  test('above a small number that waits for the disk are refused at once', () =>
    givenWebhooks(async (given) => {
      const archive = Promise.withResolvers<void>();
      given.archiveDisk = () => archive.promise;
      let refused = 0;
      const sending = Array.from({ length: 50 }, (_, at) => given.send(...forged(String(at))).then(() => refused++));
      await expect.poll(() => refused).toBe(50 - 16);
      archive.resolve();
      await Promise.all(sending);
    }));

  test('are archived up to a hundred times per hour and account, and all are counted', () =>
    givenWebhooks(async ({ send, exchanges, counts, clock }) => {
      for (let at = 0; at < 130; at++) expect((await send(...forged(String(at)))).status).toBe(401);
      expect([exchanges.length, counts]).toEqual([100, { forged: 130 }]);
      clock.at += 3_600_000;
      expect((await send(...forged('later'))).status).toBe(401);
      expect([exchanges.length, counts]).toEqual([101, { forged: 131 }]);
    }));

  test('are archived with the few headers that identify them, cut if they are long', () =>
    givenWebhooks(async ({ send, exchanges }) => {
      const [body, signature] = forged('1');
      const more = { 'user-agent': 'u'.repeat(5_000), 'x-filler': 'f'.repeat(5_000), cookie: 'c'.repeat(2_000) };
      await send(body, { ...signature, ...more });
      const { headers } = exchanges[0]!.request;
      expect(Object.keys(headers).sort()).toEqual([
        ...['content-length', 'content-type', 'host', 'user-agent', 'x-signature'],
      ]);
      expect(headers['user-agent']).toHaveLength(512);
      expect(headers['x-signature']).toBe(signature['x-signature']);
    }));
});
