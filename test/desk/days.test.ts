// Days on the page: how they ended, what a close misses, how two people close one, and where a late fact goes.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { givenPerson } from '../http/access/given-people.ts';
import { withDesk } from '../http/api/given-cases.ts';
import { factOf, order, paid } from '../service/ledger/given-live-ledger.ts';
import { approverAt, signIn, tabTo, told } from './at-the-page.ts';
import { withBrowser } from './browser.ts';
import { chromiumPath } from './chromium.js';

const [MONDAY, TUESDAY] = ['2026-06-01', '2026-06-02'] as const;
const DAY_MILLIS = 86_400_000;

const settled = (reference: string, date: string) =>
  factOf('settlements', {
    ...{ transaction_reference: reference, transaction_id: `P-${reference}`, type: 'payment' },
    ...{ line_id: `L-${reference}`, amount_received: '1000.00', fee_deduction: '15.00', currency: 'KES' },
    settlement_date: date,
  });

const rowOf = (page: Page, day: string) => page.textContent(`.days tr:has(a[href$="/${day}"]) td`);

describe.skipIf(chromiumPath() === undefined)('days on the page', () => {
  test('are closed by two people once their conditions are met; a late fact is in the first open day', () =>
    withDesk(async ({ given }) => {
      await given.ledger.writer.append([order('A-1'), paid('A-1'), order('A-2'), paid('A-2'), settled('A-2', MONDAY)]);
      await given.ledger.loop.catchUp();
      given.clock.at += 2 * DAY_MILLIS;
      await givenPerson(given, 'Jing', 'operator');
      await withBrowser(given, async (browser) => {
        const { open, url, complaints } = browser;
        const page = await open('zh-CN');
        await signIn(page, url, `calendar?month=2026-06`, { name: 'Jing' });
        await page.waitForSelector('.days');
        expect(await rowOf(page, MONDAY)).toContain('条件在提议时检查');
        await tabTo(page, '.close-acts button');
        await page.keyboard.press('Enter');
        await told(page, `${MONDAY} 的结账已提议，等待第二人`);
        const checker = await approverAt(given, browser, 'calendar?month=2026-06');
        await checker.waitForSelector('.close-acts .main');
        await tabTo(checker, '.close-acts .main');
        await checker.keyboard.press('Enter');
        await told(checker, `${MONDAY} 已结账`);
        await page.waitForSelector('.days .tag:has-text("已结账")');
        expect(await rowOf(page, TUESDAY)).toContain('可结账');

        given.settlements.reports.push({ date: TUESDAY, status: 'waiting' } as never);
        await page.reload();
        await page.waitForSelector('.days');
        expect(await rowOf(page, TUESDAY)).toContain('尚不能结账');
        expect(await page.textContent(`.days tr:has(a[href$="/${TUESDAY}"]) .why`)).toContain('结算报表未到齐');
        given.settlements.reports.length = 0;

        await page.goto(`${url}/desk/statements/${MONDAY}`);
        await page.waitForSelector('.sheet');
        const frozen = await page.textContent('.sheet');
        expect(frozen).toMatch(/已结账.*sha256 [0-9a-f]{64}/);
        await given.ledger.writer.append([settled('A-1', MONDAY)]);
        await given.ledger.loop.catchUp();
        await page.goto(`${url}/desk/statements/${TUESDAY}`);
        await page.waitForSelector('.sheet:has-text("前期调整：结算净额")');
        await page.keyboard.press('[');
        await page.waitForSelector(`.sheet h2:has-text("${MONDAY}")`);
        expect((await page.textContent('.sheet'))!.replace(/数据截至 [\d-]+ [\d:]+/, '')).toBe(
          frozen!.replace(/数据截至 [\d-]+ [\d:]+/, ''),
        );
        expect(complaints).toEqual([]);
      });
    }));

  test('say how much is explained and how many breaks were open; each number opens its rows, and goes as CSV', () =>
    withDesk(async (desk) => {
      const { given } = desk;
      await desk.short('A-1', '250.00');
      const summary = {
        ...{ as_of: '2026-06-01T16:00:00Z', keys: 400, standing: { unmatched: 1 }, breaks: { AMOUNT_UNDER: 7 } },
        ...{ money: { KES: { received: '4000.00' } }, break_value: { AMOUNT_UNDER: { KES: '250.00' } } },
      };
      writeFileSync(join(given.reportDir, 'summary.json'), JSON.stringify(summary));
      await givenPerson(given, 'Jing', 'operator');
      await withBrowser(given, async ({ open, url, complaints }) => {
        const page = await open('zh-CN');
        await signIn(page, url, 'overview', { name: 'Jing' });
        await page.waitForSelector('.trend svg');
        expect(await page.locator('.figures').textContent()).toContain('99.75%');
        expect(await page.locator('.trend svg').getAttribute('aria-label')).toContain('最低 1，最高 7');
        expect(await page.locator('.trend tbody tr').allTextContents()).toEqual(['现在1−6', '2026-06-017—']);
        const money = page.locator('table:has(th:has-text("币种")) tbody tr');
        expect(await money.allTextContents()).toEqual(['KES93.75%1−250.000.000.00']);
        await tabTo(page, 'td .figure-link.missing');
        await page.keyboard.press('Enter');
        await page.waitForSelector('.breaks-table tbody tr');
        expect(page.url()).toBe(`${url}/desk/breaks?currency=KES&sort=value`);

        await page.goto(`${url}/desk/statements/${MONDAY}`);
        await page.waitForSelector('.sheet');
        await tabTo(page, '.page-bar .button:nth-last-child(2)');
        const [file] = await Promise.all([page.waitForEvent('download'), page.keyboard.press('Enter')]);
        expect(file.suggestedFilename()).toBe(`hesabu-statements-${MONDAY}.csv`);
        const lines = readFileSync(await file.path(), 'utf8').split('\r\n');
        expect(lines[0]).toBe('\ufeff日期,时区,商户,支付服务商,币种,部分,行名,项目,长短,笔数,金额');
        expect(lines.filter((line) => line.includes(',AMOUNT_UNDER,'))).toEqual([
          expect.stringMatching(/,shop-1,mfs-africa,KES,2 从订单到到账,AMOUNT_UNDER,少付,短款,1,250\.00$/),
        ]);
        expect(complaints).toEqual([]);
      });
    }));
});
