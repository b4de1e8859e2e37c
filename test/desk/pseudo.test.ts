// Every text that a reader meets on the page comes from the tables of words, which every language has, or is the data's
// own: found by a language that nobody speaks.
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { givenPerson } from '../http/access/given-people.ts';
import type { Given } from '../http/api/given-api.ts';
import { type Desk, settledByEvidence, withDesk } from '../http/api/given-cases.ts';
import { order, paid } from '../service/ledger/given-live-ledger.ts';
import { approverAt, signIn, tabTo } from './at-the-page.ts';
import { type GivenBrowser, saidTexts, withBrowser } from './browser.ts';
import { chromiumPath } from './chromium.js';
import { pseudoSource, textsOf, unworded } from './pseudo-page.ts';

const PAGES = [
  ...[
    'overview',
    'breaks',
    'approvals',
    'approvals?show=own',
    'approvals?show=settled',
    'statements/2026-06-01',
    'calendar',
    'alerts',
    'audit',
    'audit?show=rules',
  ],
  ...[
    'statements/2026-06-01/rows?line=received&merchant=shop-1&provider=mfs-africa&currency=KES',
    'statements/2020-01-01',
  ],
  ...[
    'search',
    'search?q=A-1',
    'search?q=N-0',
    'sources',
    'sources?preview=file',
    'settings',
    'nothing',
    'breaks?q=N-0',
  ],
];

test('a text that is in no table of words is found, and what the service answered is not', () => {
  const data = ['A-1', 'Jing', 'awaiting_approval', 'The order is for 1,000.00 KES, and 750.00 were paid.'];
  const said = [
    'Ａｐｐｒｏｖｅ A-1',
    'Approve A-1',
    '核销',
    'Jing',
    'awaiting_approval',
    'and 750.00 were paid.',
    '12.00 −',
    'Open',
  ];
  expect(unworded(said, data)).toEqual(['Approve A-1', '核销', 'awaiting_approval', 'Open']);
  expect(textsOf({ a: [{ b: 'x' }, null, 1], c: 'y' })).toEqual(['x', 'y']);
});

/** Collects what a page says that has no words, with where it stands. */
function collector(page: Page, faults: string[]) {
  const answers: Promise<unknown>[] = [];
  page.on('response', (response) => {
    const url = response.url();
    if (!url.includes('/v1/') || url.includes('/v1/changes?')) return;
    const asked = [...new URL(url).searchParams.values()];
    answers.push(
      response.json().catch(() => null),
      Promise.resolve(asked),
    );
  });
  return async (where: string) => {
    const data = [...(await Promise.all(answers)).flatMap(textsOf), 'Jing', 'Neema', 'N-0', '2026-06-01'];
    faults.push(...unworded(await saidTexts(page), data).map((text) => `${where}: ${text}`));
  };
}

async function settled(page: Page): Promise<void> {
  await page.waitForSelector('#content');
  await page.waitForSelector('.state[role=status]', { state: 'detached' });
}

type Check = ReturnType<typeof collector>;

const dialog = (page: Page) => page.waitForSelector('dialog[open]');

/** What comes up over a case by a key. */
async function checkDialogs(page: Page, check: Check): Promise<void> {
  for (const key of ['?', 'a', 'n']) {
    await page.keyboard.press(key);
    await dialog(page);
    await check(`the dialog of ${key}`);
    await page.keyboard.press('Escape');
  }
}

/** A list with a filter, a selection, its menu and its dialogs. */
async function checkList(page: Page, url: string, check: Check): Promise<void> {
  const { keyboard } = page;
  await page.goto(`${url}/desk/breaks?reason=AMOUNT_OVER`);
  await page.waitForSelector('tr[data-framed]');
  await check('filters');
  await keyboard.press('*');
  await keyboard.press('p');
  await page.waitForSelector('.bulk-bar');
  await keyboard.press('Control+Enter');
  await check('a selection');
  await keyboard.press('Escape');
  await keyboard.press('Escape');
  for (const [name, selectors] of [
    ['a view', ['.views summary', '.views .link']],
    ['a workbook', ['button.export']],
  ] as const) {
    for (const selector of selectors) {
      await tabTo(page, selector);
      await keyboard.press('Enter');
      await check(`to ${name}`);
    }
    await dialog(page);
    await check(name);
    await keyboard.press('Escape');
  }
}

/** The money of a break that is counted for an order, with what that comes to. */
async function checkOrder(page: Page, url: string, check: Check): Promise<void> {
  const { keyboard } = page;
  await page.goto(`${url}/desk/breaks?reason=AMOUNT_OVER`);
  await page.waitForSelector('tr[data-framed]');
  await keyboard.press('l');
  await dialog(page);
  await keyboard.type('A-2');
  await keyboard.press('Tab');
  await keyboard.press('ArrowDown');
  await page.waitForSelector('dialog .tried');
  await keyboard.press('Control+Enter');
  await check('money for an order');
  await keyboard.press('Escape');
}

/** A link with an order, and with one that is not there. */
async function checkLink(page: Page, url: string, check: Check): Promise<void> {
  const { keyboard } = page;
  await page.goto(`${url}/desk/breaks?reason=AMOUNT_OVER`);
  await page.waitForSelector('tr[data-framed]');
  await keyboard.press('Enter');
  await page.waitForSelector('.proposal-form');
  await keyboard.press('l');
  await page.waitForSelector('.link-fields .line input:focus');
  await keyboard.type('A-2');
  await keyboard.press('Enter');
  await page.waitForSelector('.link-fields li');
  await keyboard.type('N-0');
  await keyboard.press('Enter');
  await page.waitForSelector('.link-fields .problem:not(:empty)');
  await check('a link');
}

async function checkApprovals(given: Given, browser: GivenBrowser, faults: string[]): Promise<void> {
  const page = await approverAt(given, browser, 'settings');
  const check = collector(page, faults);
  await page.goto(`${browser.url}/desk/approvals`);
  await page.waitForSelector('.card[data-framed]');
  await check('approvals of another');
  await tabTo(page, '.decide .button:not(.main)');
  await page.keyboard.press('Enter');
  await dialog(page);
  await page.keyboard.press('Control+Enter');
  await check('a rejection');
}

async function checkPages(desk: Desk, browser: GivenBrowser): Promise<string[]> {
  const { url } = browser;
  const faults: string[] = [];
  const { id, finding } = await desk.short('A-1', '250.00');
  await desk.short('A-2', '20.00');
  const gone = await settledByEvidence(desk, 'A-9');
  await desk.given.ledger.writer.append([order('A-5'), paid('A-5', { data: { amount: '1090.00' } })]);
  await desk.post(desk.operator, `/v1/cases/${id}/proposals`, { finding, kind: 'write_off', cause: 'goodwill' });
  await givenPerson(desk.given, 'Jing', 'operator');
  const page = await browser.open('zh-CN');
  const check = collector(page, faults);
  await page.goto(`${url}/desk/`);
  await page.waitForSelector('.sign-in');
  await check('sign-in');
  await signIn(page, url, '', { name: 'Jing' });
  for (const path of [...PAGES, `breaks/${gone.case}`, `breaks/${id}`]) {
    await page.goto(`${url}/desk/${path}`);
    await settled(page);
    await check(path);
  }
  await checkDialogs(page, check);
  await checkList(page, url, check);
  await checkOrder(page, url, check);
  await checkLink(page, url, check);
  await checkApprovals(desk.given, browser, faults);
  return [...new Set(faults)];
}

describe.skipIf(chromiumPath() === undefined)('the page in a language that nobody speaks', () => {
  test('has no text without words, on any page or in any of its states', () =>
    withDesk((desk) =>
      withBrowser(
        desk.given,
        async (browser) => {
          expect(await checkPages(desk, browser)).toEqual([]);
          // What one may not see, or is not there, is refused, and the browser says so.
          expect(browser.complaints.filter((line) => !/status of (403|404)/.test(line))).toEqual([]);
        },
        pseudoSource,
      ),
    ));
});
