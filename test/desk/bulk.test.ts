// Many breaks at once, by keyboard alone: proposed and approved after a preview, taken back in one step, decided in a
// workbook; and lists that have a name.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Workbook } from '@cj-tech-master/excelts';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { shownAmount } from '../../desk/state/amount.ts';
import { CAUSE_WORDS, SHEET_ACT_WORDS, SHEET_COLUMN_WORDS } from '../../src/domain/decision-words.ts';
import type { Language } from '../../src/domain/language.ts';
import { givenPerson } from '../http/access/given-people.ts';
import type { Given } from '../http/api/given-api.ts';
import { withDesk } from '../http/api/given-cases.ts';
import { order, paid } from '../service/ledger/given-live-ledger.ts';
import { approverAt, signIn, tabTo, told } from './at-the-page.ts';
import { withBrowser } from './browser.ts';
import { chromiumPath } from './chromium.js';
import { inZoneOf, readersOf } from './readers.ts';

/** Of journey D; a soak has 10,000. */
const BREAKS = Number(process.env.HESABU_TEST_DESK_BREAKS ?? 6);

/** Orders that were each paid so much too little. */
async function shorts({ ledger }: Given, by: string, names: readonly string[]): Promise<void> {
  const data = { amount: (1_000 - Number(by)).toFixed(2) };
  await ledger.writer.append(names.flatMap((name) => [order(name), paid(name, { data })]));
  await ledger.loop.catchUp();
}

const status = (page: Page, text: string) => page.waitForSelector(`[role=status]:has-text("${text}")`);
const rows = (page: Page) => page.locator('.breaks-table tbody tr');
const hasRows = (page: Page, count: number) =>
  page.waitForSelector(`.breaks-table tbody tr:nth-child(${count}):last-child`);

/** The workbook of the list with cells filled in, by the row of the sheet and the title of the column. */
async function decided(
  given: Given,
  key: string,
  language: Language,
  cells: Readonly<Record<number, Record<string, unknown>>>,
) {
  const headers = { authorization: `Bearer ${key}` };
  const { rawPayload } = await given.app.inject({ url: `/v1/cases.xlsx?sort=reference&lang=${language}`, headers });
  const path = join(given.dir, 'decided.xlsx');
  writeFileSync(path, rawPayload);
  const book = new Workbook();
  await book.xlsx.readFile(path);
  const sheet = book.worksheets[0]!;
  const titles = (sheet.getRow(1).values as (string | undefined)[]).slice(1);
  for (const [row, filled] of Object.entries(cells)) {
    for (const [title, value] of Object.entries(filled)) {
      sheet.getRow(Number(row)).getCell(titles.indexOf(title) + 1).value = value as string;
    }
  }
  await book.xlsx.writeFile(path);
  expect(readFileSync(path).length).toBeGreaterThan(1_000);
  return path;
}

/** One question about a batch that is not answered ends nothing. */
async function refuseOnce(page: Page): Promise<void> {
  const busy = {
    status: 503,
    contentType: 'application/problem+json',
    body: '{"code":"HESABU_OVERLOADED","status":503}',
  };
  await page.route('**/v1/batches/b-*?limit=1', (route) => route.fulfill(busy), { times: 1 });
}

describe.skipIf(chromiumPath() === undefined)('many breaks at once', () => {
  test.each(readersOf('D'))(
    `${BREAKS} are proposed as the preview counted, approved, and taken back in one step after a reload: $name`,
    { timeout: 120_000 + BREAKS * 300 },
    (reader) =>
      withDesk(async (desk) => {
        inZoneOf(reader, desk.given);
        const { given } = desk;
        const { bulk } = reader.words;
        await shorts(
          given,
          '20.00',
          Array.from({ length: BREAKS - 2 }, (_, at) => `A-${at + 1}`),
        );
        await shorts(given, '300.00', ['B-1', 'B-2']);
        await givenPerson(given, 'Jing', 'operator');
        await withBrowser(given, async (browser) => {
          const { url, complaints } = browser;
          const page = await browser.open(reader.language, reader.zone);
          page.setDefaultTimeout(30_000 + BREAKS * 100);
          const { keyboard } = page;
          await signIn(page, url, 'breaks', { name: 'Jing' });
          await page.waitForSelector('tr[data-framed]');
          await keyboard.press('*');
          await page.waitForSelector('.bulk-bar');
          await keyboard.press('p');
          await keyboard.press('Control+Enter');
          expect(await page.textContent('.bulk-bar .problem')).toContain(bulk.incomplete);
          await tabTo(page, 'select[id$=cause]');
          await keyboard.press('ArrowDown');
          await keyboard.press('Control+Enter');

          const worth = shownAmount(`${20 * (BREAKS - 2) + 600}.00`);
          const counted = bulk.counted(bulk.acts.propose(BREAKS), 0, 0);
          await status(page, `${counted} · KES ${worth} · ${bulk.needs(2)}`);
          expect(await page.textContent('.bulk-bar .button.main')).toContain(bulk.button.propose(BREAKS));
          await keyboard.press('Control+Enter');
          await told(page, bulk.done(bulk.acts.propose(BREAKS), 0, 0));
          await hasRows(page, 2);
          const waiting = expect.stringContaining(reader.words.states.awaiting_approval);
          expect(await rows(page).allTextContents()).toEqual([waiting, waiting]);

          const checker = await approverAt(given, browser, 'approvals', { reader });
          await checker.waitForSelector('.card[data-framed]');
          await tabTo(checker, '.page-bar .button');
          await checker.keyboard.press('Enter');
          await checker.waitForSelector('dialog tfoot:has-text("600.00 KES")');
          await status(checker, bulk.acts.approve(2));
          await tabTo(checker, 'dialog input');
          await checker.keyboard.type('6');
          await checker.keyboard.press('Control+Enter');
          await checker.waitForSelector(`dialog .problem:has-text("${bulk.totalWrong}")`);
          await checker.keyboard.type('00.00');
          await checker.keyboard.press('Control+Enter');
          await told(checker, bulk.approved(2, 0));
          expect(await Promise.all(['A-1', 'B-1', 'B-2'].map((name) => desk.standing(name)))).toEqual(
            Array(3).fill('resolved'),
          );

          await page.reload();
          await page.waitForSelector(`.undo-line:has-text("${bulk.acts.propose(BREAKS)}")`);
          await tabTo(page, '.undo-line .link');
          await refuseOnce(page);
          await keyboard.press('Enter');
          await told(page, bulk.undone(BREAKS, 0));
          await hasRows(page, Math.min(BREAKS, 100));
          expect(await desk.standing('A-1')).toBe('unmatched');
          expect(complaints.filter((line) => !line.includes('status of 503'))).toEqual([]);
        });
      }),
  );

  test.each(readersOf('S'))(
    'are selected over pages, a thousand at once, and all that match beyond them: $name',
    (reader) =>
      withDesk(async (desk) => {
        inZoneOf(reader, desk.given);
        const { given } = desk;
        const { bulk, breaks } = reader.words;
        const count = 1_050;
        await shorts(
          given,
          '20.00',
          Array.from({ length: count }, (_, at) => `A-${10_000 + at}`),
        );
        await givenPerson(given, 'Jing', 'operator');
        await withBrowser(given, async ({ open, url, complaints }) => {
          const page = await open(reader.language, reader.zone);
          const { keyboard } = page;
          await signIn(page, url, 'breaks?sort=reference', { name: 'Jing' });
          await page.waitForSelector('tr[data-framed]');
          for (let at = 1; at <= 11; at++) {
            await page.waitForSelector(
              `.pager:has-text("${breaks.range(`${at * 100 - 99}`, `${Math.min(count, at * 100)}`, `${count}`)}")`,
            );
            await tabTo(page, '.breaks-table thead input');
            await keyboard.press('Space');
            await page.waitForSelector(`.bulk-bar strong:has-text("${breaks.selected(Math.min(1_000, at * 100))}")`);
            if (at < 11) await keyboard.press(']');
          }
          await told(page, bulk.full(1_000));
          expect(await page.textContent('.bulk-bar .quiet')).toBe(bulk.elsewhere(1_000));
          await keyboard.press('a');
          await keyboard.press('Control+Enter');
          await status(page, bulk.counted(bulk.acts.assign(1_000), 0, 0));
          await keyboard.press('Control+Enter');
          await told(page, bulk.done(bulk.acts.assign(1_000), 0, 0));
          await page.waitForSelector('.bulk-bar', { state: 'detached' });
          const { json } = await given.ask({ url: '/v1/cases?owner=-&limit=1', key: desk.operator });
          expect(json.total).toBe(50);

          // All that match go beyond every page; who selects anew afterwards means only these.
          await keyboard.press('*');
          await keyboard.press('Control+Enter');
          await status(page, bulk.counted(bulk.acts.assign(50), 1_000, 0));
          await keyboard.press('Escape');
          await page.waitForSelector('.bulk-bar', { state: 'detached' });
          await keyboard.press('x');
          await page.waitForSelector('.bulk-bar input[name=scope]:checked');
          expect(await page.textContent('.bulk-bar label:has(input[name=scope]:checked)')).toBe(bulk.these(1));
          // Another order is the same list, and another list begins with none.
          await tabTo(page, '.breaks-table thead .sort:not(.sorted)');
          await keyboard.press('Enter');
          await page.waitForSelector('.breaks-table:not([aria-busy=true]) thead .sort.sorted');
          expect(page.url()).toBe(`${url}/desk/breaks?sort=value`);
          await page.waitForSelector('.bulk-bar input[name=scope]:checked');
          expect(await page.textContent('.bulk-bar label:has(input[name=scope]:checked)')).toBe(bulk.these(1));
          await page.goto(`${url}/desk/breaks?sort=value&merchant=shop-1`);
          await page.waitForSelector('tr[data-framed]');
          await page.waitForSelector('.bulk-bar', { state: 'detached' });
          expect(complaints).toEqual([]);
        });
      }),
  );

  test.each(readersOf('E'))(
    'come back decided in a workbook: what each row would come to, then what became of it: $name',
    (reader) =>
      withDesk(async (desk) => {
        inZoneOf(reader, desk.given);
        const { given, operator } = desk;
        const { language, zone, words } = reader;
        const { bulk, book } = words;
        await shorts(given, '20.00', ['A-1', 'A-2', 'A-3', 'A-4']);
        const [act, cause] = [SHEET_COLUMN_WORDS[language].act, SHEET_COLUMN_WORDS[language].cause];
        const rounding = CAUSE_WORDS[language].rounding;
        const proposal = { [act]: SHEET_ACT_WORDS[language].write_off, [cause]: rounding };
        const formula = { ...proposal, [cause]: { formula: 'A1', result: rounding } };
        const path = await decided(given, operator, language, { 2: proposal, 3: proposal, 4: formula });
        const late = { amount: '970.00', completed_at: '2026-06-01T11:06:00Z' };
        await given.ledger.writer.append([paid('A-2', { id: 'ev-late', data: late })]);
        await givenPerson(given, 'Jing', 'operator');
        await withBrowser(given, async ({ open, url, complaints }) => {
          const page = await open(language, zone);
          await signIn(page, url, 'breaks', { name: 'Jing' });
          await page.waitForSelector('tr[data-framed]');
          await tabTo(page, 'button.export');
          await page.keyboard.press('Enter');
          // The browser's own dialog of files has no keyboard for a test.
          await page.setInputFiles('dialog input[type=file]', path);
          await status(page, book.rows(3, 1));
          const table = async () => (await page.locator('dialog tbody tr').allTextContents()).sort();
          const { refused, done } = bulk.statuses;
          const changed = `3A-2${refused}${bulk.refusals.HESABU_CASE_CHANGED}`;
          const invalid = `${refused}${bulk.refusals.HESABU_FIELD_INVALID}`;
          expect(await table()).toEqual([changed, `4A-3${invalid}`]);
          await page.keyboard.press('Control+Enter');
          await told(page, bulk.done(bulk.acts.book(1), 0, 2));
          await page.waitForSelector('dialog tbody tr:nth-child(3)');
          expect(await table()).toEqual([
            `2A-1${done} · ${words.proposal.states.effective}`,
            changed,
            expect.stringMatching(new RegExp(`^4.*${invalid}$`)),
          ]);
          expect([await desk.standing('A-1'), await desk.standing('A-2')]).toEqual(['resolved', 'unmatched']);
          await page.keyboard.press('Escape');
          await page.waitForSelector('.undo-line');
          expect(complaints).toEqual([]);
        });
      }),
  );

  test('are a list whose address has a name, also in another browser', () =>
    withDesk(async ({ given }) => {
      await shorts(given, '20.00', ['A-1']);
      await shorts(given, '300.00', ['B-1']);
      await givenPerson(given, 'Jing', 'operator');
      await withBrowser(given, async ({ open, url, complaints }) => {
        const page = await open('zh-CN');
        const { keyboard } = page;
        const address = `${url}/desk/breaks?reason=AMOUNT_UNDER&value_from=100&sort=value`;
        await signIn(page, url, 'breaks?sort=value&value_from=100&reason=AMOUNT_UNDER', { name: 'Jing' });
        await page.waitForSelector('tr[data-framed]');
        await tabTo(page, '.views summary');
        await keyboard.press('Enter');
        await tabTo(page, '.views .menu-list > .link');
        await keyboard.press('Enter');
        await tabTo(page, 'dialog input');
        await keyboard.type('大额短款');
        await keyboard.press('Control+Enter');
        await told(page, '视图“大额短款”已保存');
        await page.waitForSelector('.views summary:has-text("视图：大额短款")');
        await page.goto(`${url}/desk/settings`);
        await page.waitForSelector('.view a:has-text("大额短款")');
        const other = await open('en');
        await signIn(other, url, 'breaks', { name: 'Jing' });
        await other.waitForSelector('.breaks-table tbody tr:nth-child(2)');
        await tabTo(other, '.views summary');
        await other.keyboard.press('Enter');
        await tabTo(other, '.view a');
        await other.keyboard.press('Enter');
        await other.waitForSelector('.breaks-table tbody tr:nth-child(2)', { state: 'detached' });
        expect(other.url()).toBe(address);
        expect(await rows(other).allTextContents()).toEqual([expect.stringContaining('B-1')]);

        // The wide digits and signs of an input method are digits and signs.
        await other.fill('[name=from]', '１００．５');
        await other.press('[name=from]', 'Enter');
        await other.waitForURL(/value_from=100\.5&/);
        await rows(other).first().waitFor();
        expect(complaints).toEqual([]);
      });
    }));
});
