// The first half minute of an operator, by keyboard alone: what is large and old is found, taken and proposed, and the
// address of the list shows somebody else the same rows.
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { titleOf } from '../../src/domain/reason-words.ts';
import { givenPerson } from '../http/access/given-people.ts';
import { withDesk } from '../http/api/given-cases.ts';
import { order } from '../service/ledger/given-live-ledger.ts';
import { signIn, tabTo, told } from './at-the-page.ts';
import { withBrowser } from './browser.ts';
import { chromiumPath } from './chromium.js';
import { inZoneOf, readersOf } from './readers.ts';

const DAY_MILLIS = 86_400_000;
const YESTERDAY = '2026-06-05T11:00:00Z';
/** Goes on by Tab until the focus is on the box of a filter. */
async function tabToLabel(page: Page, text: string): Promise<void> {
  const label = `document.activeElement.closest('.facets label')?.textContent ?? ''`;
  for (let turn = 0; turn < 60; turn++) {
    await page.keyboard.press('Tab');
    if ((await page.evaluate<string>(label)).startsWith(text)) return;
  }
  throw new Error(`no Tab leads to ${text}`);
}

const keysOf = (page: Page) => page.locator('.breaks-table tbody .key').allTextContents();

test.skipIf(chromiumPath() === undefined).each(readersOf('B'))(
  'a payment that is missing for days, of more than 5,000 KES, is found, taken and proposed (4.2): $name',
  (reader) =>
    withDesk(async (desk) => {
      inZoneOf(reader, desk.given);
      const { given } = desk;
      const { words, language, zone } = reader;
      const amounts = { 'M-1': '6000.00', 'M-2': '4999.99', 'M-3': '7000.00' };
      const placed = (status: string) =>
        Object.entries(amounts).map(([reference, amount]) => order(reference, { amount, status }));
      await given.ledger.writer.append(placed('paid'));
      await desk.short('A-1', '900.00');
      given.clock.at += 5 * DAY_MILLIS;
      await given.ledger.loop.catchUp();
      // One of yesterday is as large, and not as old.
      await given.ledger.writer.append([order('M-4', { amount: '8000.00', status: 'paid', placed_at: YESTERDAY })]);
      await given.ledger.loop.catchUp();
      await givenPerson(given, 'Jing', 'operator');
      await givenPerson(given, 'Asha', 'auditor');
      await withBrowser(given, async ({ open, url, complaints }) => {
        const page = await open(language, zone);
        const { keyboard } = page;
        await signIn(page, url, 'breaks', { name: 'Jing' });
        await page.waitForSelector('tr[data-framed]');
        const from = performance.now();
        await tabToLabel(page, titleOf('PAYMENT_MISSING', language));
        await keyboard.press('Space');
        await page.waitForURL(/reason=PAYMENT_MISSING/);
        await tabTo(page, '[name=from]');
        await keyboard.type('5000');
        await keyboard.press('Enter');
        await page.waitForURL(/value_from=5000/);
        await page.waitForSelector('.breaks-table tbody tr:nth-child(3):last-child');
        await tabToLabel(page, '3–5');
        await keyboard.press('Space');
        await page.waitForURL(/age=3-5/);
        await page.waitForSelector('.breaks-table tbody tr:nth-child(2):last-child');
        const keys = await keysOf(page);
        expect(keys.toSorted()).toEqual(['M-1', 'M-3']);
        const other = await open(language === 'en' ? 'zh-CN' : 'en', 'UTC');
        await signIn(other, url, page.url().split('/desk/')[1]!, { name: 'Asha' });
        await other.waitForSelector('.breaks-table tbody tr:nth-child(2):last-child');
        expect(await keysOf(other)).toEqual(keys);

        await keyboard.press('Escape');
        await keyboard.press('m');
        await told(page, words.acts.done.assigned(keys[0]!, 'Jing'));
        await keyboard.press('k');
        await keyboard.press('p');
        await page.waitForSelector('.proposal-form input:checked:focus');
        await keyboard.press('Tab');
        await keyboard.press('ArrowDown');
        await keyboard.press('Control+Enter');
        await page.waitForSelector('.proposal');
        expect(performance.now() - from).toBeLessThan(30_000);
        const { json } = await given.ask({ url: '/v1/proposals', key: given.key('auditor', '*') });
        expect(json.proposals.map((one: { case: { key: string } }) => one.case.key)).toEqual([keys[0]]);
        expect(complaints).toEqual([]);
      });
    }),
);
