// Money of several keys that was paid for one order, by keyboard alone: chosen in the list, tried, proposed after its
// count was typed, approved as one in a second browser. What the order comes to is shown before anything is sent.
import { describe, expect, test } from 'vitest';
import { givenPerson } from '../http/access/given-people.ts';
import type { Given } from '../http/api/given-api.ts';
import { withDesk } from '../http/api/given-cases.ts';
import { order, paid } from '../service/ledger/given-live-ledger.ts';
import { approverAt, signIn, tabTo, told } from './at-the-page.ts';
import { axeFaults, excessWidth, withBrowser } from './browser.ts';
import { chromiumPath } from './chromium.js';
import { inZoneOf, readersOf } from './readers.ts';

const HOURS = 2 * 3_600_000;

/** An order of 350.00, two payments for it under other references, and one in another currency. */
async function paidAstray({ ledger, clock }: Given): Promise<void> {
  const astray = (name: string, amount: string, currency = 'KES') => paid(name, { data: { amount, currency } });
  await ledger.writer.append([
    order('INV-7', { amount: '350.00' }),
    ...[astray('x-0', '100.00'), astray('x-1', '200.00'), astray('x-2', '900', 'UGX')],
  ]);
  clock.at += HOURS;
  await ledger.loop.catchUp();
}

describe.skipIf(chromiumPath() === undefined)('money of several breaks', () => {
  test.each(readersOf('H'))('is counted for one order: $name', { timeout: 120_000 }, (reader) =>
    withDesk(async ({ given }) => {
      inZoneOf(reader, given);
      const { words, language } = reader;
      const { bulk, trial, search } = words;
      await paidAstray(given);
      await givenPerson(given, 'Jing', 'operator');
      await withBrowser(given, async (browser) => {
        const { url, complaints } = browser;
        const page = await browser.open(language, reader.zone);
        const { keyboard } = page;
        await signIn(page, url, 'breaks?reason=ORDER_MISSING&sort=reference', { name: 'Jing' });
        await page.waitForSelector('.breaks-table tbody tr:nth-child(3)');
        for (const key of ['x', 'j', 'x', 'j', 'x', 'l']) await keyboard.press(key);
        await page.waitForSelector('dialog[open]');
        expect(await page.textContent('dialog h2')).toBe(bulk.orderTitle(3));

        // One that is not there is said at once; the right one is looked up, and what it comes to is shown.
        await keyboard.type('nowhere');
        await keyboard.press('Enter');
        await page.waitForSelector(`dialog .problem:has-text("${words.link.faults.missing('nowhere')}")`);
        await keyboard.press('Control+A');
        await keyboard.type('INV-7');
        await keyboard.press('Tab');
        await keyboard.press('ArrowDown');
        await page.waitForSelector('dialog .tried');
        expect(await page.locator('dialog tbody .off').allTextContents()).toEqual([
          expect.stringContaining(bulk.orderRefusals.HESABU_FIELD_INVALID),
        ]);
        expect(await page.locator('dialog tfoot tr').allTextContents()).toEqual([`${bulk.sums} · 2300.00 KES`]);
        const tried = await page.locator('dialog .facts:has(.tried) tbody tr').allTextContents();
        expect(tried.slice(1)).toEqual([`${trial.counted}0.00 KES300.00 KES`, `${trial.left}350.00 KES50.00 KES`]);
        expect(tried[0]).toContain(search.standings.unmatched);
        expect(await axeFaults(page, 'all')).toEqual([]);
        await page.emulateMedia({ colorScheme: 'dark' });
        expect(await axeFaults(page, 'contrast')).toEqual([]);
        for (const width of [320, 1_366]) {
          await page.setViewportSize({ width, height: 768 });
          expect(await excessWidth(page)).toBe(0);
        }

        // Nothing is sent before the count is right.
        await keyboard.press('Control+Enter');
        await page.waitForSelector(`dialog .problem:has-text("${bulk.typedWrong}")`);
        await tabTo(page, 'dialog [inputmode=numeric]');
        await keyboard.type('2');
        await keyboard.press('Control+Enter');
        await told(page, bulk.done(bulk.acts.propose(2), 0, 1));
        await page.waitForSelector('dialog[open]', { state: 'detached' });
        expect(await page.evaluate('document.activeElement === document.body')).toBe(false);

        // The approver has them as one, with what the order comes to, and approves them as one.
        const checker = await approverAt(given, browser, 'approvals', { name: 'Neema', reader });
        await checker.waitForSelector('.card[data-framed] .button.main');
        expect(await checker.locator('.card').count()).toBe(1);
        expect(await checker.textContent('.card .box-head')).toContain(`INV-7${bulk.orderGroup(2)}300.00 KES`);
        expect(await axeFaults(checker, 'all')).toEqual([]);
        await checker.keyboard.press('Control+Enter');
        await checker.waitForSelector('dialog[open] .tried');
        await tabTo(checker, 'dialog [inputmode=decimal]');
        await checker.keyboard.type('300');
        await checker.keyboard.press('Control+Enter');
        await told(checker, bulk.approved(2, 0));
        const { json } = await given.ask({ url: '/v1/transactions/INV-7', key: given.key('auditor', '*') });
        expect(json.findings.map(({ reason }: { reason: string }) => reason)).toEqual([
          ...['AMOUNT_UNDER', 'LINKED_IN', 'LINKED_IN'],
        ]);
        expect(complaints.filter((line) => !line.includes('404'))).toEqual([]);
      });
    }),
  );
});
