// How a file would be read, at the page by keyboard alone: rows that are pasted, a mapping that is written there, and a
// file that was imported.
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { givenPerson } from '../http/access/given-people.ts';
import { withDesk } from '../http/api/given-cases.ts';
import { signIn, tabTo } from './at-the-page.ts';
import { axeFaults, excessWidth, withBrowser } from './browser.ts';
import { chromiumPath } from './chromium.js';
import { readersOf } from './readers.ts';

const ROWS = 'Shop;Ref;Total\nshop-1;A-1;1000.00\nshop-1;A-2;5.001\n';
const MAPPING =
  'orders: { separator: ";", columns: { merchant: Shop, transaction_reference: Ref, amount: Total }, ' +
  'constants: { currency: KES, placed_at: "2026-06-01T11:00:00Z" } }';

const rowsOf = (page: Page) => page.locator('.preview tbody tr').allTextContents();

describe.skipIf(chromiumPath() === undefined)('a preview on the page', () => {
  test.each(readersOf('P'))('shows cells beside fields and why a row is rejected: $name', (reader) =>
    withDesk(async ({ given }) => {
      const { sources } = reader.words;
      const query = new URLSearchParams({ kind: 'orders', name: 'may.csv', mapping: MAPPING });
      const asked = { method: 'POST', url: `/v1/imports?${query}`, headers: { 'content-type': 'text/csv' } } as const;
      await given.ask({ ...asked, key: given.key('operator', '*'), payload: ROWS });
      await givenPerson(given, 'Jing', 'operator');
      await withBrowser(given, async ({ open, url, complaints }) => {
        const page = await open(reader.language, reader.zone);
        const { keyboard } = page;
        await signIn(page, url, 'sources', { name: 'Jing' });
        await page.waitForSelector('.box a[href$="preview=1"]');
        await tabTo(page, 'a[href$="preview=file"]');
        await keyboard.press('Enter');
        await page.waitForSelector('h2:focus');
        await tabTo(page, '[name=pasted]');
        await keyboard.insertText(ROWS);
        await tabTo(page, '[name=kind]', 'Shift+Tab');
        await keyboard.press('Home');
        await page.selectOption('[name=mapping]', 'import:1');
        await keyboard.press('Control+Enter');
        await page.waitForSelector('.preview');
        const [first, second] = await rowsOf(page);
        expect(first).toBe('2shop-1A-11000.00A-1shop-11000.00KES2026-06-01T11:00:00Zawaiting_payment');
        expect(second).toContain(`✗ ${sources.faults.HESABU_AMOUNT_AMBIGUOUS} amount`);
        expect(second).toContain(sources.remedies.HESABU_AMOUNT_AMBIGUOUS);
        expect([...given.parts.imports()]).toHaveLength(1);
        expect(await axeFaults(page, 'all')).toEqual([]);
        await page.selectOption('[name=mapping]', 'written');
        await tabTo(page, '[name=text]');
        await keyboard.insertText('orders: [');
        await keyboard.press('Control+Enter');
        await page.waitForSelector('.preview-form .problem:not(:empty)');
        await page.setViewportSize({ width: 320, height: 640 });
        expect(await excessWidth(page)).toBe(0);
        await page.setViewportSize({ width: 1366, height: 768 });

        await page.goto(`${url}/desk/sources`);
        await page.waitForSelector('.box a[href$="preview=1"]');
        await tabTo(page, '.box a[href$="preview=1"]');
        await keyboard.press('Enter');
        await page.waitForSelector('h2:focus');
        await page.waitForSelector('.preview');
        expect(await rowsOf(page)).toEqual([first, second]);
        await page.goto(`${url}/desk/sources?preview=1&mapping=none`);
        await page.waitForSelector('.box [role=alert]');
        expect(complaints.filter((line) => !/status of 422/.test(line))).toEqual([]);
      });
    }),
  );

  test('stands above dead letters, each with what it is about', () =>
    withDesk(async ({ given }) => {
      const about = { provider: 'paystack', transaction_reference: 'A-1', import: 2, line: 7 };
      const found = { at: given.clock.at, reason: 'HESABU_RECORD_KEY', detail: 'A-1 belongs to partition 5' } as const;
      const letters = Array.from({ length: 101 }, (_, at) => {
        return { topic: 'orders.v1', partition: 3, offset: `${at}`, bytes: 120, ...found, ...about };
      });
      Object.assign(given.parts, { deadLetters: { list: async () => ({ letters, isCut: false }) } });
      await givenPerson(given, 'Jing', 'operator');
      await withBrowser(given, async ({ open, url, complaints }) => {
        const page = await open('zh-CN');
        await signIn(page, url, 'sources', { name: 'Jing' });
        const rows = page.locator('.dead-letters tbody tr');
        await rows.nth(99).waitFor();
        expect(await page.textContent('.dead-letters h2')).toBe('死信 共 101 条');
        expect((await rows.first().textContent())!.slice(19)).toBe(
          'orders.v1/3/0A-1 paystack · 第 2 次导入，第 7 行键不对，或不属于该分区 A-1 belongs to partition 5 HESABU_RECORD_KEY',
        );
        expect(await axeFaults(page, 'all')).toEqual([]);
        await tabTo(page, '.dead-letters p .link', 'Shift+Tab');
        await page.keyboard.press('Enter');
        await page.waitForSelector('.dead-letters tbody tr:nth-child(2)', { state: 'detached' });
        expect(complaints).toEqual([]);
      });
    }));
});
