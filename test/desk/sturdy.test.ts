// The page in bad conditions: an input method that composes, a network that is cut, a service that is away, a wrong
// clock, colours that the reader forces; and a way back that leads to where one was.
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { givenPerson } from '../http/access/given-people.ts';
import { type Desk, withDesk } from '../http/api/given-cases.ts';
import { compose, signIn, told } from './at-the-page.ts';
import { type GivenBrowser, withBrowser } from './browser.ts';
import { chromiumPath } from './chromium.js';

const DAY_MILLIS = 86_400_000;
const keyOfFramed = (page: Page) => page.textContent('tr[data-framed] .key');
const hasFocus = (page: Page) => page.evaluate<boolean>('document.activeElement !== document.body');
/** What a browser says of a network that was cut. */
const isOfNetwork = (line: string) => /net::ERR_/.test(line);

async function atTheList(desk: Desk, { open, url }: GivenBrowser, before?: (page: Page) => Promise<unknown>) {
  for (const [reference, by] of [
    ['A-1', '50.00'],
    ['A-2', '250.00'],
  ] as const)
    await desk.short(reference, by);
  await givenPerson(desk.given, 'Jing', 'operator');
  const page = await open('zh-CN');
  await before?.(page);
  await signIn(page, url, 'breaks?sort=reference', { name: 'Jing' });
  await page.waitForSelector('tr[data-framed]');
  return page;
}

describe.skipIf(chromiumPath() === undefined)('the page', () => {
  test('leaves the keys of an input method to it, and takes the Enter right after it', () =>
    withDesk((desk) =>
      withBrowser(desk.given, async (browser) => {
        const page = await atTheList(desk, browser);
        const { keyboard } = page;
        const address = page.url();
        await keyboard.press('n');
        await page.waitForSelector('dialog[open] textarea');
        await compose(page, 'xj', '已问银行');
        expect(await page.inputValue('dialog textarea')).toBe('已问银行');
        await keyboard.press('Control+Enter');
        await told(page, '备注已保存');
        await keyboard.press('/');
        await compose(page, 'jk', '订单');
        expect([page.url(), await keyOfFramed(page)]).toEqual([address, 'A-1']);
        await keyboard.press('Enter');
        await page.waitForSelector('.chip:has-text("订单")');
        expect(new URL(page.url()).searchParams.get('q')).toBe('订单');
        const notes = (await desk.given.ask({ url: '/v1/cases?q=A-1', key: desk.operator })).json.cases[0].notes;
        expect([notes, browser.complaints]).toEqual([1, []]);
      }),
    ));

  test('goes on at the row that a search found, not at the field', () =>
    withDesk((desk) =>
      withBrowser(desk.given, async (browser) => {
        const page = await atTheList(desk, browser);
        const { keyboard } = page;
        // It has the frame before and after.
        await keyboard.press('/');
        await keyboard.type('A-1');
        await keyboard.press('Enter');
        await page.waitForSelector('tbody tr:nth-child(2)', { state: 'detached' });
        // Longer than it takes until a focus that is lost is led on.
        await page.waitForTimeout(250);
        expect(await page.evaluate('document.activeElement.matches("input")')).toBe(false);
        await keyboard.press('Enter');
        await page.waitForSelector('.title-key:has-text("A-1")');
        expect(browser.complaints).toEqual([]);
      }),
    ));

  test('goes back to the row that one came from, forward again, and never loses the focus', () =>
    withDesk((desk) =>
      withBrowser(desk.given, async (browser) => {
        const page = await atTheList(desk, browser);
        const { keyboard } = page;
        const address = page.url();
        await keyboard.press('j');
        await keyboard.press('Enter');
        await page.waitForSelector('.title-key:has-text("A-2")');
        expect(await hasFocus(page)).toBe(true);
        const opened = page.url();
        await page.goBack();
        await page.waitForSelector('tr[data-framed]');
        expect([page.url(), await keyOfFramed(page)]).toEqual([address, 'A-2']);
        expect(await page.evaluate('document.activeElement.matches("tr[data-framed]")')).toBe(true);
        await page.goForward();
        await page.waitForSelector('.title-key:has-text("A-2")');
        expect(page.url()).toBe(opened);
        await keyboard.press('Escape');
        await page.waitForSelector('tr[data-framed]');
        expect(await keyOfFramed(page)).toBe('A-2');
        // After an act the next row has the frame, and the focus.
        await keyboard.press('k');
        await keyboard.press('m');
        await told(page, 'A-1 已分派给 Jing');
        await page.waitForSelector('tr[data-framed]:has-text("A-2")');
        expect([await hasFocus(page), browser.complaints]).toEqual([true, []]);
      }),
    ));

  test('goes on by itself after a cut, keeps what one wrote while the service is away, and needs no right clock', () =>
    withDesk((desk) =>
      withBrowser(desk.given, async (browser) => {
        const wrong = `{ const right = Date.now; Date.now = () => right() + ${DAY_MILLIS}; }`;
        const page = await atTheList(desk, browser, (one) => one.addInitScript(wrong));
        const { keyboard } = page;
        const again = page.waitForRequest((request) => request.url().includes('/v1/changes?after='));
        browser.cut();
        await again;
        await desk.short('A-3', '30.00');
        await page.waitForSelector('tr:has-text("A-3")');

        await keyboard.press('n');
        await page.waitForSelector('dialog[open]');
        await keyboard.type('asked the bank');
        await browser.away(async () => {
          await keyboard.press('Control+Enter');
          await page.waitForSelector('dialog .problem:has-text("服务没有回应")');
        });
        expect(await page.inputValue('dialog textarea')).toBe('asked the bank');
        await keyboard.press('Control+Enter');
        await told(page, '备注已保存');

        const { cases } = (await desk.given.ask({ url: '/v1/cases?q=A-1', key: desk.operator })).json;
        const due_at = new Date(desk.given.clock.at + 3_600_000).toISOString();
        await desk.post(desk.operator, `/v1/cases/${cases[0].id}/assignment`, { owner: 'team-a', due_at });
        await page.waitForSelector('tr:has-text("A-1") .due:has-text("今日")');
        expect(await page.textContent('.as-of')).toMatch(/2026-06-01 .*延迟 \d{1,2} 秒/);
        expect(browser.complaints.filter((line) => !isOfNetwork(line))).toEqual([]);
      }),
    ));

  test('has a frame, edges and a focus that are seen in the colours that a reader forces', () =>
    withDesk((desk) =>
      withBrowser(desk.given, async (browser) => {
        const page = await atTheList(desk, browser);
        await page.emulateMedia({ forcedColors: 'active' });
        const styleOf = (selector: string, name: string) =>
          page.evaluate<string>(`getComputedStyle(document.querySelector('${selector}')).${name}`);
        expect(await styleOf('tr[data-framed]', 'outlineStyle')).toBe('solid');
        await page.keyboard.press('*');
        await page.keyboard.press('Control+Enter');
        await page.waitForSelector('.bulk-bar .button.main');
        expect(await styleOf('.bulk-bar .button.main', 'borderStyle')).toBe('solid');
        expect(await styleOf('.bulk-bar .button.main', 'color')).not.toBe(
          await styleOf('.bulk-bar .button.main', 'backgroundColor'),
        );
        expect(browser.complaints).toEqual([]);
      }),
    ));
});
