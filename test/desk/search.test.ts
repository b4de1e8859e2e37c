// Any transaction by any of its ids: of a name that several have, each is listed and opens.
import { describe, expect, test } from 'vitest';
import { givenPerson } from '../http/access/given-people.ts';
import { withDesk } from '../http/api/given-cases.ts';
import { order, paid } from '../service/ledger/given-live-ledger.ts';
import { signIn, tabTo } from './at-the-page.ts';
import { withBrowser } from './browser.ts';
import { chromiumPath } from './chromium.js';

describe.skipIf(chromiumPath() === undefined)('a search on the page', () => {
  test('lists all transactions that have a name, and opens one of them by keyboard', () =>
    withDesk(async ({ given }) => {
      const shared = { operator_transaction_id: 'OP-1' };
      await given.ledger.writer.append([
        ...[order('A-1'), paid('A-1', { data: shared }), order('A-2'), paid('A-2', { data: shared })],
      ]);
      await given.ledger.loop.catchUp();
      await givenPerson(given, 'Jing', 'operator');
      await withBrowser(given, async ({ open, url, complaints }) => {
        const page = await open('zh-CN');
        await signIn(page, url, 'search?q=OP-1', { name: 'Jing' });
        await page.waitForSelector('.suggestions li:nth-child(2)');
        expect((await page.locator('.suggestions a').allTextContents()).sort()).toEqual(['A-1', 'A-2']);
        await tabTo(page, '.suggestions a[href$="A-2"]');
        await page.keyboard.press('Enter');
        await page.waitForSelector('.box-head h2:has-text("A-2")');
        expect(page.url()).toBe(`${url}/desk/search?q=A-2`);
        expect(complaints).toEqual([]);
      });
    }));
});
