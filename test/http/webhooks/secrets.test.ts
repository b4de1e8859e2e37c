// Which secrets and which form of signature an account accepts: two secrets while they are rotated, one form.
import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { givenWebhooks, OLD_SECRET, payment, SECRET, signed, verifierOf } from './given.ts';

describe('a changed secret', () => {
  test('two configured secrets are both valid, and a third is not (S05)', () =>
    givenWebhooks(async ({ send }) => {
      const statuses = [];
      for (const secret of [SECRET, OLD_SECRET, 'another']) {
        statuses.push((await send(payment(secret), signed(payment(secret), secret))).status);
      }
      expect(statuses).toEqual([200, 200, 401]);
    }));

  test('is valid from the moment at which the account has it (S05)', () =>
    givenWebhooks(async (given) => {
      const next = { ...given.account, verify: verifierOf('timestamped', SECRET) };
      expect((await given.send(payment('1'), signed(payment('1'), OLD_SECRET))).status).toBe(200);
      given.account = next;
      // An earlier acknowledgement does not make the old secret valid again.
      expect((await given.send(payment('1'), signed(payment('1'), OLD_SECRET))).status).toBe(401);
    }));
});

describe('a plain signature over the body', () => {
  test('is a setting, and then the only accepted form', () =>
    givenWebhooks(async (given) => {
      given.account = { ...given.account, verify: verifierOf('body', SECRET, OLD_SECRET) };
      const plain = (secret: string) => ({
        'x-signature': `sha256=${createHmac('sha256', secret).update(payment('1')).digest('hex')}`,
      });
      expect((await given.send(payment('1'), plain(OLD_SECRET))).status).toBe(200);
      expect((await given.send(payment('1'), plain('other'))).status).toBe(401);
      expect((await given.send(payment('1'), signed(payment('1')))).status).toBe(401);
    }));
});
