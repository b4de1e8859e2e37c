// Days on the page: how they ended, what a close misses, how two people close one, and where a late fact goes.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { ZH } from '../../desk/words/zh.ts';
import { givenPerson } from '../http/access/given-people.ts';
import { withDesk } from '../http/api/given-cases.ts';
import { factOf, order, paid } from '../service/ledger/given-live-ledger.ts';
import { approverAt, signIn, tabTo, told } from './at-the-page.ts';
import { axeFaults, withBrowser } from './browser.ts';
import { chromiumPath } from './chromium.js';
import { inZoneOf, type Reader, readersOf } from './readers.ts';

const [MONDAY, TUESDAY] = ['2026-06-01', '2026-06-02'] as const;
const DAY_MILLIS = 86_400_000;

const settled = (reference: string, date: string, fee = '15.00') =>
  factOf('settlements', {
    ...{ transaction_reference: reference, transaction_id: `P-${reference}`, type: 'payment' },
    ...{ line_id: `L-${reference}`, amount_received: '1000.00', fee_deduction: fee, currency: 'KES' },
    settlement_date: date,
  });

const rowOf = (page: Page, day: string) => page.textContent(`.days tr:has(a[href$="/${day}"]) td`);

/** From the calendar to what came about Monday later, and on to the statement that has it. */
async function openLate(page: Page, url: string, { words: { calendar } }: Pick<Reader, 'words'>): Promise<void> {
  await page.goto(`${url}/desk/calendar?month=2026-06`);
  await page.waitForSelector(`.days tr:has(a[href$="/${MONDAY}"]) .late`);
  expect(await page.locator('.late summary').allTextContents()).toEqual([calendar.late('shop-1', '1')]);
  // The money that it moved stands beside it, and opens its rows.
  expect(await page.locator('.late .moved li').allTextContents()).toEqual([
    expect.stringMatching(/15\.00 KES$/),
    expect.stringMatching(/985\.00 KES$/),
  ]);
  expect(await page.locator('.late .moved a[href*="line=late%3Asettled"]').count()).toBe(1);
  await tabTo(page, '.late summary');
  await page.keyboard.press('Enter');
  await page.waitForSelector('.late [open] li a[href$="search?q=A-1"]');
  expect(await axeFaults(page, 'all')).toEqual([]);
  await tabTo(page, `.late a[href$="/statements/${TUESDAY}"]`);
  await page.keyboard.press('Enter');
  await page.waitForSelector(`.sheet h2:has-text("${TUESDAY}")`);
}

/** From a late figure to the fact that it is made of. */
async function openLateFigure(page: Page, { words: { statement } }: Pick<Reader, 'words'>): Promise<void> {
  await tabTo(page, '.sheet a[href*="line=late%3Asettled"]');
  await page.keyboard.press('Enter');
  await page.waitForSelector(`h1:has-text("${statement.late(statement.moves.settled!)}")`);
  await page.waitForSelector('.facts tbody tr:has-text("A-1")');
  expect(await page.locator('.facts tbody tr, .facts tfoot tr').allTextContents()).toEqual([
    expect.stringMatching(/^A-1985\.00.*L-A-1/),
    `${statement.sum}, KES985.00`,
  ]);
  expect(await axeFaults(page, 'all')).toEqual([]);
  await page.goBack();
  await page.waitForSelector('.sheet');
}

describe.skipIf(chromiumPath() === undefined)('days on the page', () => {
  test.each(readersOf('F'))('are closed by two people; a late fact is in the first open day: $name', (reader) =>
    withDesk(async ({ given }) => {
      inZoneOf(reader, given);
      const { words, language, zone } = reader;
      const { calendar, statement } = words;
      await given.ledger.writer.append([order('A-1'), paid('A-1'), order('A-2'), paid('A-2'), settled('A-2', MONDAY)]);
      await given.ledger.loop.catchUp();
      given.clock.at += 2 * DAY_MILLIS;
      await givenPerson(given, 'Jing', 'operator');
      await withBrowser(given, async (browser) => {
        const { open, url, complaints } = browser;
        const page = await open(language, zone);
        await signIn(page, url, `calendar?month=2026-06`, { name: 'Jing' });
        await page.waitForSelector('.days');
        expect(await rowOf(page, MONDAY)).toContain(calendar.first);
        await tabTo(page, '.close-acts button');
        await page.keyboard.press('Enter');
        await told(page, calendar.proposed(MONDAY));
        // The button is gone, and the focus stays in the day's row.
        await page.waitForSelector(`tr:has(a[href$="/${MONDAY}"]):has(button:has-text("${calendar.withdraw}")) :focus`);
        const checker = await approverAt(given, browser, 'calendar?month=2026-06', { reader });
        await checker.waitForSelector('.close-acts .main');
        await tabTo(checker, '.close-acts .main');
        await checker.keyboard.press('Enter');
        await told(checker, calendar.done(MONDAY));
        await page.waitForSelector(`.days .tag:has-text("${calendar.states.closed}")`);
        expect(await rowOf(page, TUESDAY)).toContain(calendar.ready);

        given.settlements.reports.push({ date: TUESDAY, status: 'waiting' } as never);
        await page.reload();
        await page.waitForSelector('.days');
        expect(await rowOf(page, TUESDAY)).toContain(calendar.waits);
        expect(await page.textContent(`.days tr:has(a[href$="/${TUESDAY}"]) .why`)).toContain(
          calendar.conditions.reports,
        );
        given.settlements.reports.length = 0;
        // Who works for one merchant alone sees its days, and closes them.
        await givenPerson(given, 'Juma', 'operator', 'shop-1');
        const own = await open(language, zone);
        await signIn(own, url, `calendar?month=2026-06`, { name: 'Juma' });
        await own.waitForSelector('.days');
        expect(await own.locator('.page-bar option').allTextContents()).toEqual(['shop-1']);
        expect([await rowOf(own, MONDAY), await rowOf(own, TUESDAY)]).toEqual([
          expect.stringContaining(calendar.states.closed),
          expect.stringContaining(calendar.ready),
        ]);
        await tabTo(own, '.close-acts button');
        await own.keyboard.press('Enter');
        await told(own, calendar.proposed(TUESDAY));
        await page.goto(`${url}/desk/calendar?month=2026-06&merchant=shop-1`);
        await page.waitForSelector(`.days tr:has(a[href$="/${TUESDAY}"]) .tag:has-text("${calendar.states.proposed}")`);

        await page.goto(`${url}/desk/statements/${MONDAY}`);
        await page.waitForSelector('.sheet');
        const frozen = await page.textContent('.sheet');
        expect(frozen).toMatch(new RegExp(`${statement.closedTitle}.*sha256 [0-9a-f]{64}`));
        given.clock.at += 60_000;
        await given.ledger.writer.append([{ ...settled('A-1', MONDAY), received_at: given.clock.at }]);
        await given.ledger.loop.catchUp();
        await openLate(page, url, reader);
        await page.goto(`${url}/desk/statements/${TUESDAY}`);
        await page.waitForSelector(`.sheet:has-text("${statement.late(statement.moves.settled!)}")`);
        await openLateFigure(page, reader);
        await page.keyboard.press('[');
        await page.waitForSelector(`.sheet h2:has-text("${MONDAY}")`);
        const asOf = new RegExp(statement.asOf('[\\d-]+ [\\d:]+'));
        expect((await page.textContent('.sheet'))!.replace(asOf, '')).toBe(frozen!.replace(asOf, ''));
        expect(complaints).toEqual([]);
      });
    }),
  );

  test('have below the rows of a figure the sum of these rows, and none where the service has only that of more', () =>
    withDesk(async ({ given }) => {
      await given.ledger.writer.append([order('A-1'), paid('A-1'), order('A-2'), paid('A-2'), paid('NO-ORDER')]);
      await given.ledger.loop.catchUp();
      await givenPerson(given, 'Jing', 'operator');
      await withBrowser(given, async ({ open, url, complaints }) => {
        const page = await open('zh-CN');
        const figure = { line: 'received', provider: 'mfs-africa', currency: 'KES' };
        const rowsAt = async (more: Readonly<Record<string, string>>) => {
          await page.goto(`${url}/desk/statements/${MONDAY}/rows?${new URLSearchParams({ ...figure, ...more })}`);
          await page.waitForSelector('.facts tbody tr');
          const keys = await page.locator('.facts tbody tr td:first-child').allTextContents();
          return [keys, await page.locator('.facts tfoot tr').allTextContents()];
        };
        await signIn(page, url, 'statements', { name: 'Jing' });
        const { sum } = ZH.statement;
        expect(await rowsAt({ merchant: 'shop-1' })).toEqual([['A-1', 'A-2'], [`${sum}, KES2,000.00`]]);
        expect(await rowsAt({})).toEqual([['A-1', 'A-2', 'NO-ORDER'], [`${sum}, KES3,000.00`]]);
        // Keys without an order have no merchant to ask for: the sum of the answer is that of all three.
        expect(await rowsAt({ merchant: '' })).toEqual([['NO-ORDER'], []]);
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
        const money = page.locator('.box:not(.pending) > table:has(th:has-text("币种")) tbody tr');
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
        const lines = readFileSync(await file.path(), 'utf8').split('\n');
        expect(lines[0]).toBe('\ufeff日期,时区,商户,支付服务商,币种,部分,行名,项目,长短,笔数,金额');
        expect(lines.filter((line) => line.includes(',AMOUNT_UNDER,'))).toEqual([
          expect.stringMatching(/,shop-1,mfs-africa,KES,差额的构成,AMOUNT_UNDER,少付,短款,1,250\.00$/),
        ]);

        // What is so many days old opens what it counts, and no other.
        await tabTo(page, '.bridge .figure-link[href*="line=AMOUNT_UNDER"][href*="age="]');
        await page.keyboard.press('Enter');
        await page.waitForSelector('h1:has-text("构成：少付 · 短款 · 账龄，日 0–1")');
        await page.waitForSelector('.facts tbody tr:has-text("A-1"):has-text("250.00")');
        await page.goto(page.url().replace('age=0-1', 'age=8-30'));
        await page.waitForSelector(`main:has-text("${ZH.statement.empty}")`);
        expect(complaints).toEqual([]);
      });
    }));

  test('have statements whose amounts stand with their points below one another, whatever fees have', () =>
    withDesk(async ({ given }) => {
      await given.ledger.writer.append([order('A-1'), paid('A-1'), settled('A-1', MONDAY, '15.005')]);
      await givenPerson(given, 'Jing', 'operator');
      await withBrowser(given, async ({ open, url }) => {
        const page = await open('zh-CN');
        await signIn(page, url, `statements/${MONDAY}`, { name: 'Jing' });
        await page.waitForSelector('.sheet');
        const cells = await page.locator('.sums:not(.bridge) td.number').allTextContents();
        expect(cells.map((text) => text.replace(/^[^\d]+/, '').replace(/^[\d,]+/, ''))).toContain('.005');
        expect(cells.every((text) => /\.\d{3}$/.test(text))).toBe(true);
        // What is there for the eye alone is read to nobody.
        expect(await page.locator('.sums .places:not([aria-hidden])').count()).toBe(0);
      });
    }));
});
