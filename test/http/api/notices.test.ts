// The routes of notices: a test of a channel by an admin, and what a person wants by mail.
import { describe, expect, test } from 'vitest';
import { givenApi } from './given-api.ts';

describe('notices', () => {
  test('are tried by an admin, who sees the words of the other side', () =>
    givenApi(async (given) => {
      const asked = { method: 'POST', url: '/v1/notify/test', json: { channel: 'finance' } } as const;
      const { status, json } = await given.ask({ ...asked, key: given.key('admin', '*') });
      expect([status, json]).toEqual([200, { taken: true, words: '200 ok' }]);
      // A key of nobody has no address.
      const own = await given.ask({ ...asked, json: { mail: true }, key: given.key('admin', '*') });
      expect([own.status, own.json.code]).toEqual([401, 'HESABU_UNAUTHORISED']);
    }));

  test('come by mail as the person says, and to nobody else', () =>
    givenApi(async (given) => {
      const asha = given.browserOf('Asha', { role: 'operator', merchant: 'shop-1' });
      const brian = given.browserOf('Brian', { role: 'operator', merchant: 'shop-1' });
      const url = '/v1/me/notices';
      const wanted = { mail: 'digest', detail: 'none' };
      expect((await given.ask({ method: 'POST', url, headers: asha, json: wanted })).json).toEqual(wanted);
      expect((await given.ask({ url, headers: asha })).json).toEqual(wanted);
      expect((await given.ask({ url, headers: brian })).json).toEqual({ mail: 'all', detail: 'reference' });
      const wrong = await given.ask({
        method: 'POST',
        url,
        headers: asha,
        json: { mail: 'sometimes', detail: 'none' },
      });
      expect(wrong.status).toBe(400);
    }));
});
