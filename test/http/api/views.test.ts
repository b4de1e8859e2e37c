// Views: names for lists of the desk, which are one person's own.
import { expect, test } from 'vitest';
import { givenApi } from './given-api.ts';

test('a view is a name for a page of the desk, of one person alone', () =>
  givenApi(async ({ ask, keyOf, browserOf }) => {
    const asha = browserOf('Asha', { role: 'operator', merchant: '*' });
    const otieno = keyOf('Otieno', 'auditor', 'shop-1');
    const put = (json: object, headers = asha) => ask({ method: 'POST', url: '/v1/views', json, headers });
    await put({ name: ' 今天的短款 ', url: '/desk/breaks?reason=AMOUNT_UNDER&age=0' });
    await put({ name: 'B', url: '/desk/breaks?owner=me' });
    const { json } = await put({ name: 'B', url: '/desk/breaks?owner=-' });
    expect(json.views).toMatchObject([
      { name: 'B', url: '/desk/breaks?owner=-' },
      { name: '今天的短款', url: '/desk/breaks?reason=AMOUNT_UNDER&age=0' },
    ]);
    expect((await ask({ url: '/v1/views', key: otieno })).json.views).toEqual([]);
    for (const url of [
      '//evil.example/desk/',
      'https://evil.example',
      '/desk/"><script>',
      '/v1/cases',
      'javascript:1',
    ]) {
      expect((await put({ name: 'C', url })).json).toMatchObject({ code: 'HESABU_REQUEST_INVALID', where: 'url' });
    }
    expect((await put({ name: 'a\u202eb', url: '/desk/' })).json.where).toBe('name');
    expect((await put({ name: 'B', url: null })).json.views).toHaveLength(1);
    expect((await put({ name: 'B', url: null })).json.code).toBe('HESABU_NOT_FOUND');
    for (let at = 0; at < 99; at++) await put({ name: `V${at}`, url: '/desk/' });
    expect((await put({ name: 'one more', url: '/desk/' })).json.code).toBe('HESABU_REQUEST_INVALID');
    expect((await put({ name: 'V1', url: '/desk/breaks' })).status).toBe(200);
  }));
