// What a stranger asks of every page: it is fit for everybody, in both languages, on a wide screen and on a telephone,
// and what is done on a telephone is done by keyboard alone.
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { type Words, ZH } from '../../desk/words/zh.ts';
import { approverAt, signIn, tabTo, told } from '../desk/at-the-page.ts';
import { axeFaults, excessWidth, type GivenBrowser, withBrowser } from '../desk/browser.ts';
import { chromiumPath } from '../desk/chromium.js';
import { givenPerson } from '../http/access/given-people.ts';
import { type Desk, withDesk } from '../http/api/given-cases.ts';

const SIZES = [
  { width: 1_366, height: 768 },
  { width: 360, height: 740 },
] as const;
const DAY = '2026-06-01';
/** The eleven, but for the page of a case. */
const PAGES = [
  ...['overview', 'breaks', 'approvals', `statements/${DAY}`, 'calendar?month=2026-06', 'search?q=A-1'],
  ...['sources', 'alerts', 'settings'],
];

/** English has the same elements as Chinese: on a telephone only its widths are others, and the soak looks again. */
const IS_SOAK = process.env.HESABU_TEST_READERS !== undefined;

async function check(page: Page, where: string, faults: string[]): Promise<void> {
  await page.waitForSelector('#content');
  await page.waitForSelector('.state[role=status]', { state: 'detached' });
  for (const size of SIZES) {
    await page.setViewportSize(size);
    const isLooked = IS_SOAK || size === SIZES[0] || !where.endsWith(' en');
    const found = [...(isLooked ? await axeFaults(page, 'all') : []), `wider by ${await excessWidth(page)}`];
    faults.push(
      ...found.filter((fault) => fault !== 'wider by 0').map((fault) => `${where} at ${size.width}: ${fault}`),
    );
  }
}

/** An operator finds a break, takes it and proposes; an approver agrees; an auditor reads who did what. */
async function workOnTelephones({ given, standing }: Desk, browser: GivenBrowser, words: Words): Promise<void> {
  const [, telephone] = SIZES;
  const maker = await browser.open('zh-CN');
  await maker.setViewportSize(telephone);
  await signIn(maker, browser.url, 'breaks', { name: 'Jing' });
  await maker.waitForSelector('tr[data-framed]');
  await maker.keyboard.press('/');
  await maker.keyboard.type('A-2');
  await maker.keyboard.press('Enter');
  await maker.waitForSelector('tbody tr:nth-child(2)', { state: 'detached' });
  await maker.keyboard.press('m');
  await told(maker, words.acts.done.assigned('A-2', 'Jing'));
  await maker.keyboard.press('Enter');
  await maker.waitForSelector('.proposal-form');
  await maker.keyboard.press('p');
  await maker.keyboard.press('ArrowLeft');
  await maker.keyboard.press('Tab');
  await maker.keyboard.press('ArrowDown');
  await maker.keyboard.press('Control+Enter');
  await told(maker, words.acts.done.proposed);

  const checker = await approverAt(given, browser, 'settings');
  await checker.setViewportSize(telephone);
  await checker.keyboard.press('g');
  await checker.keyboard.press('a');
  await checker.waitForSelector('.card[data-framed] .button.main');
  await checker.keyboard.press('Control+Enter');
  await told(checker, words.acts.done.approved('A-2'));
  expect(await standing('A-2')).toBe('resolved');

  const auditor = await browser.open('zh-CN');
  await auditor.setViewportSize(telephone);
  await signIn(auditor, browser.url, `statements/${DAY}`, { name: 'Asha' });
  await auditor.waitForSelector('.sheet');
  await tabTo(auditor, '.bridge .figure-link[href*="resolved"], .sheet .figure-link[href*="line=received"]');
  await auditor.keyboard.press('Enter');
  await auditor.waitForSelector('.facts tbody tr');
  await tabTo(auditor, '.facts tbody a.mono');
  await auditor.keyboard.press('Enter');
  await auditor.waitForSelector('.fact-list');
  await auditor.goto(`${browser.url}/desk/audit`);
  await auditor.waitForSelector('main table tbody tr');
  for (const page of [maker, checker, auditor]) expect(await excessWidth(page)).toBe(0);
}

test.skipIf(chromiumPath() === undefined)(
  'given every page in both languages, then axe, the policy, the console and other hosts have nothing to say of it ' +
    'at 1366 px and at 360 px, where three people work by keyboard alone (4.17)',
  { timeout: 300_000 },
  () =>
    withDesk(async (desk) => {
      const { id } = await desk.short('A-1', '250.00');
      await desk.short('A-2', '350.00');
      await givenPerson(desk.given, 'Jing', 'operator');
      await givenPerson(desk.given, 'Asha', 'auditor');
      await withBrowser(desk.given, async (browser) => {
        const { open, url, complaints } = browser;
        const faults: string[] = [];
        for (const language of ['zh-CN', 'en'] as const) {
          const [worker, auditor] = [await open(language), await open(language)];
          await signIn(worker, url, '', { name: 'Jing' });
          for (const path of [...PAGES, `breaks/${id}`]) {
            await worker.goto(`${url}/desk/${path}`);
            await check(worker, `${path} ${language}`, faults);
          }
          await signIn(auditor, url, 'audit', { name: 'Asha' });
          await check(auditor, `audit ${language}`, faults);
          // A person has a few streams of changes at most.
          for (const page of [worker, auditor]) await page.context().close();
        }
        await workOnTelephones(desk, browser, ZH);
        expect([faults, complaints]).toEqual([[], []]);
      });
    }),
);
