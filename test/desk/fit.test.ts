// Every page is fit for everybody: for those who cannot see it, in both languages, light and dark, on narrow and wide
// screens, in words of the reader's language, and without a complaint of the browser.
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { titleOf } from '../../src/domain/reason-words.ts';
import { REASON_CODES } from '../../src/domain/reasons.ts';
import { givenPerson } from '../http/access/given-people.ts';
import { settledByEvidence, withDesk } from '../http/api/given-cases.ts';
import { signIn, tabTo } from './at-the-page.ts';
import { axeFaults, excessWidth, type GivenBrowser, saidTexts, withBrowser } from './browser.ts';
import { chromiumPath } from './chromium.js';

const PAGES = [
  ...['overview', 'breaks', 'approvals', 'statements', 'statements/2026-06-01', 'calendar', 'search?q=A-1'],
  'approvals?show=settled',
  ...['sources', 'sources?preview=file', 'alerts', 'audit', 'audit?show=rules', 'settings', 'nothing', 'breaks?q=none'],
];
/** English has the longer words; of Chinese the ends are enough. */
const WIDTHS = { en: [320, 719, 720, 1_023, 1_024, 1_279, 1_280, 1_920], 'zh-CN': [320, 1_280] } as const;
const ENGLISH_IN_DARK = ['overview', 'breaks', 'statements/2026-06-01', 'audit'];
const IS_SOAK = process.env.HESABU_TEST_READERS !== undefined;
/** Names that no language translates. */
const NAMES = [
  ...['Hesabu', 'XLSX', 'xlsx', 'CSV', 'UTC', 'MFS', 'Africa', 'English', '简体中文', 'Nairobi', 'sha256', 'MiB'],
  ...['Enter', 'Tab', 'Ctrl', 'Kafka', 'YAML'],
];

type Language = 'zh-CN' | 'en';

/** Words that are neither of the reader's language nor of what the service answered. */
function strangeWords(language: Language, said: readonly string[], answered: string): string[] {
  const words = said.flatMap((text) => text.match(language === 'en' ? /\p{Script=Han}+/gu : /[A-Za-z][\w-]+/g) ?? []);
  const known = (word: string) => answered.includes(word) || NAMES.includes(word);
  return [...new Set(words.filter((word) => !known(word)))];
}

interface Seen {
  readonly page: Page;
  readonly language: Language;
  readonly faults: string[];
  /** What the service answered. */
  readonly answers: Promise<string>[];
}

async function check({ page, language, faults, answers }: Seen, where: string, isState = false): Promise<void> {
  const add = (found: readonly (string | number)[]) =>
    faults.push(...found.map((fault) => `${where} ${language}: ${fault}`));
  // English has other words and the same elements: the soak looks again.
  if (language === 'zh-CN' || isState || where === 'audit' || IS_SOAK) add(await axeFaults(page, 'all'));
  // In the dark only the colours are others, and they are those of every language: of English a sample is enough.
  if (language === 'zh-CN' || isState || ENGLISH_IN_DARK.includes(where)) {
    await page.emulateMedia({ colorScheme: 'dark' });
    add(await axeFaults(page, 'contrast'));
    await page.emulateMedia({ colorScheme: 'light' });
  }
  const said = await saidTexts(page);
  add(strangeWords(language, said, (await Promise.all(answers)).join()));
}

async function checkWidths({ page, language, faults }: Seen, where: string): Promise<void> {
  const before = page.viewportSize()!;
  for (const width of WIDTHS[language]) {
    await page.setViewportSize({ width, height: before.height });
    const excess = await excessWidth(page);
    if (excess > 0) faults.push(`${where} ${language} at ${width}: wider by ${excess}`);
  }
  await page.setViewportSize(before);
}

async function settled(page: Page): Promise<void> {
  await page.waitForSelector('#content');
  await page.waitForSelector('.state[role=status]', { state: 'detached' });
  await page.waitForTimeout(150);
}

/** What comes up on the list of breaks: a selection, a menu, and dialogs. */
async function checkStates(seen: Seen, url: string): Promise<void> {
  const { page } = seen;
  const { keyboard } = page;
  await page.goto(`${url}/desk/breaks`);
  await page.waitForSelector('tr[data-framed]');
  await keyboard.press('*');
  await keyboard.press('p');
  await page.waitForSelector('.bulk-bar');
  await check(seen, 'a selection', true);
  await keyboard.press('Escape');
  await keyboard.press('Escape');
  await tabTo(page, '.views summary');
  await keyboard.press('Enter');
  await check(seen, 'views', true);
  await tabTo(page, '.views .link');
  await keyboard.press('Enter');
  await page.waitForSelector('dialog[open]');
  await check(seen, 'a view', true);
  await keyboard.press('Escape');
  await tabTo(page, 'button.export');
  await keyboard.press('Enter');
  await page.waitForSelector('dialog[open]');
  await check(seen, 'a workbook', true);
  await keyboard.press('Escape');
  await page.waitForSelector('tr[data-framed]');
  await keyboard.press('m');
  await page.waitForSelector('.notice:not(:empty)');
  await check(seen, 'what an act says', true);
  await checkWaiting(seen, url);
}

/** While the service has not answered, and when it does not. */
async function checkWaiting(seen: Seen, url: string): Promise<void> {
  const { page } = seen;
  for (const path of IS_SOAK ? WAITING : WAITING.slice(0, 3)) {
    const asked = /\/v1\/(cases|periods|statements|audit|alerts|imports|proposals)[/?]?/;
    let answer: () => void = () => {};
    const answered = new Promise<void>((resolve) => {
      answer = resolve;
    });
    await page.route(asked, async (route) => {
      await answered;
      await route.fulfill({ status: 500, contentType: 'application/problem+json', body: INTERNAL }).catch(() => {});
    });
    await page.goto(`${url}/desk/${path}`);
    await page.waitForSelector('.state[role=status]');
    await check(seen, `${path}, not answered yet`, true);
    answer();
    await page.waitForSelector('.state[role=alert], .box [role=alert]');
    await check(seen, `${path}, not answered`, true);
    await page.unroute(asked);
  }
}

/** Pages of other forms first: a list, a month, boxes. */
const WAITING = ['breaks', 'calendar', 'sources', 'statements/2026-06-01', 'audit', 'alerts', 'approvals'];
const INTERNAL = '{"code":"HESABU_INTERNAL","status":500,"title":"internal","detail":"internal"}';

/** An auditor has no acts: somebody who works sees what they bring up. */
async function workerSeen(seen: Seen, open: GivenBrowser['open'], url: string): Promise<Seen> {
  if (seen.language === 'zh-CN') return seen;
  const page = await open(seen.language);
  await signIn(page, url, '', { name: 'Jing' });
  return { ...seen, page };
}

describe.skipIf(chromiumPath() === undefined)('every page', () => {
  test(
    'has no fault of axe, is as wide as its window, and speaks the language of its reader',
    { timeout: 400_000 },
    () =>
      withDesk(async (desk) => {
        const { id } = await desk.short('A-1', '250.00');
        const gone = await settledByEvidence(desk, 'A-9');
        await givenPerson(desk.given, 'Asha', 'auditor');
        await givenPerson(desk.given, 'Jing', 'operator');
        await withBrowser(desk.given, async ({ open, url, complaints }) => {
          const faults: string[] = [];
          for (const language of ['zh-CN', 'en'] as const) {
            const page = await open(language);
            const seen: Seen = { page, language, faults, answers: [Promise.resolve('Asha Jing none')] };
            page.on('response', (response) => {
              const isStream = response.url().includes('/v1/changes?');
              if (response.url().includes('/v1/') && !isStream) seen.answers.push(response.text().catch(() => ''));
            });
            await page.goto(`${url}/desk/`);
            await page.waitForSelector('.sign-in');
            await check(seen, 'sign-in');
            await checkWidths(seen, 'sign-in');
            // An auditor sees the audit trail, and an operator what is done.
            await signIn(page, url, '', { name: language === 'en' ? 'Asha' : 'Jing' });
            for (const path of [...PAGES, `breaks/${gone.case}`, `breaks/${id}`]) {
              await page.goto(`${url}/desk/${path}`);
              await settled(page);
              await check(seen, path);
              await checkWidths(seen, path);
            }
            await page.keyboard.press('?');
            await page.waitForSelector('dialog[open]');
            await check(seen, 'keys');
            await checkStates(await workerSeen(seen, open, url), url);
          }
          expect(faults).toEqual([]);
          // What one may not see is refused, and the browser says so.
          expect(complaints.filter((line) => !/403|status of 500/.test(line))).toEqual([]);
        });
      }),
  );
});

/** As narrow as the column is on a screen of 1,366 pixels beside the longest names. */
const COLUMN_WIDTH = 142;

test.skipIf(chromiumPath() === undefined)('the title of every reason is whole in its row of the list', () =>
  withDesk(async (desk) => {
    await desk.short('A-1', '250.00');
    await givenPerson(desk.given, 'Jing', 'operator');
    await withBrowser(desk.given, async ({ open, url }) => {
      for (const language of ['zh-CN', 'en'] as const) {
        const page = await open(language);
        await signIn(page, url, 'breaks', { name: 'Jing' });
        await page.waitForSelector('tr[data-framed]');
        const titles = REASON_CODES.map((reason) => titleOf(reason, language));
        const cut = await page.evaluate<string[]>(`(() => {
          const box = document.querySelector('.two-lines');
          box.style.width = '${COLUMN_WIDTH}px';
          const title = box.querySelector('strong');
          return ${JSON.stringify(titles)}.filter((text) => {
            title.textContent = text;
            // A line of text is taller than the space between two lines.
            const room = title.getBoundingClientRect();
            const { bottom, right } = box.getBoundingClientRect();
            return room.bottom > bottom + 8 || room.right > right + 1;
          });
        })()`);
        expect([titles.length > 20, cut]).toEqual([true, []]);
      }
    });
  }),
);
