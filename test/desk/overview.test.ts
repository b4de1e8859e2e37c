// The overview: what only waits for its time stands apart from open breaks, and its figures open their rows.
import { describe, expect, test } from 'vitest';
import { waitingIn } from '../../desk/state/waiting-money.ts';
import { ZH } from '../../desk/words/zh.ts';
import { givenPerson } from '../http/access/given-people.ts';
import { withDesk } from '../http/api/given-cases.ts';
import { factOf, order, paid } from '../service/ledger/given-live-ledger.ts';
import { signIn, tabTo } from './at-the-page.ts';
import { axeFaults, withBrowser } from './browser.ts';
import { chromiumPath } from './chromium.js';
import { readersOf } from './readers.ts';

test('what waits is added up by currency, never over currencies, and what goes back apart', () => {
  const explained = (line: string, side: string, count: number, value: string) => ({ line, side, count, value });
  const of = (currency: string, ...lines: object[]) => ({ currency, bridge: { explained: lines } });
  const statements = [
    of('UGX', explained('pending', 'under', 1, '500')),
    of('KES', explained('pending', 'under', 2, '10.50'), explained('AMOUNT_UNDER', 'under', 1, '3.00')),
    of('KES', explained('pending', 'under', 1, '0.25'), explained('pending', 'over', 1, '-4.00')),
    of('TND', explained('tolerance', 'under', 1, '0.001')),
  ];
  expect(waitingIn({ statements } as never)).toEqual([
    { currency: 'KES', count: 4, under: '10.75', over: '-4.00' },
    { currency: 'UGX', count: 1, under: '500', over: '0' },
  ]);
});

describe.skipIf(chromiumPath() === undefined)('the overview', () => {
  test('has a row too of breaks in a currency in which nothing is missing, so that all come to the total', () =>
    withDesk(async (desk) => {
      const { given } = desk;
      await desk.short('A-1', '250.00');
      const line = factOf('settlements', {
        ...{ transaction_reference: 'A-2', transaction_id: 'P-A-2', type: 'payment', currency: 'USD' },
        ...{ line_id: 'L-1', amount_received: '7.70', fee_deduction: '0.00', settlement_date: '2026-06-01' },
      });
      await given.ledger.writer.append([order('A-2'), paid('A-2'), line]);
      await given.ledger.loop.catchUp();
      await givenPerson(given, 'Jing', 'operator');
      await withBrowser(given, async ({ open, url, complaints }) => {
        const page = await open('zh-CN');
        await signIn(page, url, 'overview', { name: 'Jing' });
        const box = page.locator('.column:first-child > .box:first-child');
        await box.locator('tbody tr').nth(1).waitFor();
        const rows = (await box.locator('tbody tr').allTextContents()).map((row) => row.slice(0, 4));
        expect([rows, await box.locator('.big-number').first().textContent()]).toEqual([['KES1', 'USD1'], '2']);
        await box.locator('a[href*="currency=USD"]').click();
        await page.waitForSelector('tr[data-framed]:has-text("A-2")');
        expect(complaints).toEqual([]);
      });
    }));

  test('says in words that there is no open break, and has no table without a row', () =>
    withDesk(async ({ given }) => {
      await givenPerson(given, 'Jing', 'operator');
      await withBrowser(given, async ({ open, url, complaints }) => {
        const page = await open('zh-CN');
        await signIn(page, url, 'overview', { name: 'Jing' });
        const box = page.locator('.column:first-child > .box:first-child');
        await box.locator(`:text("${ZH.overview.openNone}")`).waitFor();
        expect(await box.locator('table').count()).toBe(0);
        expect(await axeFaults(page, 'all')).toEqual([]);
        expect(complaints).toEqual([]);
      });
    }));

  test.each(readersOf('O'))('shows what is pending apart from open breaks, and opens its rows: $name', (reader) =>
    withDesk(async (desk) => {
      const { given } = desk;
      await desk.short('A-1', '250.00');
      const other = { merchant: 'shop-2' };
      await given.ledger.writer.append([
        ...[order('A-2'), paid('A-2'), order('B-3', other), paid('B-3'), order('B-4', other)],
      ]);
      await given.ledger.loop.catchUp();
      await givenPerson(given, 'Jing', 'operator');
      await withBrowser(given, async ({ open, url, complaints }) => {
        const page = await open(reader.language, reader.zone);
        await signIn(page, url, 'overview', { name: 'Jing' });
        const rows = page.locator('.pending tbody tr');
        await rows.first().waitFor();
        // What was paid of A-1 waits too; what it was paid too little is its break, and stands above.
        expect(await rows.allTextContents()).toEqual(['KES43,750.000.00']);
        const breaks = page.locator('.column:first-child > .box:first-child tbody tr');
        expect(await breaks.allTextContents()).toEqual(['KES1−250.000.000.00']);
        expect(await axeFaults(page, 'all')).toEqual([]);
        await tabTo(page, '.pending .figure-link');
        await page.keyboard.press('Enter');
        await page.waitForSelector('.facts.wide tbody tr');
        const behind = await page.locator('.facts.wide tbody tr td:nth-child(-n+3)').allTextContents();
        expect(behind.join(' ')).toBe('A-1 shop-1 750.00 A-2 shop-1 1,000.00 B-3 shop-2 1,000.00 B-4 shop-2 1,000.00');
        expect(await page.textContent('.facts.wide tfoot')).toContain('3,750.00');
        expect(complaints).toEqual([]);
      });
    }),
  );
});
