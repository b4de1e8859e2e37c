// The pictures of docs/desk.md: made from a simulated week by `npm run docs:pictures`, and otherwise looked at for what
// the document says of them.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { MAIN } from '../program.ts';
import { chromiumPath } from './chromium.js';
import { smallPng } from './small-png.ts';

const folder = fileURLToPath(new URL('../../docs/pictures/', import.meta.url));
const document = fileURLToPath(new URL('../../docs/desk.md', import.meta.url));
const isAsked = process.env.HESABU_PICTURES === 'write';
const BYTES_MAX = 200_000;
const SIZES = { wide: { width: 1366, height: 768 }, small: { width: 360, height: 740 } } as const;
const PNG = Buffer.from('89504e470d0a1a0a', 'hex');

interface Picture {
  readonly name: string;
  readonly of: readonly (keyof typeof LANGUAGES)[];
  readonly role: string;
  readonly path: string;
  readonly until: string;
  readonly size: keyof typeof SIZES;
  /** What is pressed once it stands there. */
  readonly key?: string;
}

/** What is shown in the tours of which languages, to whom, and what must stand there first. */
const PICTURES: readonly Picture[] = [
  { name: 'breaks', of: ['zh', 'en'], role: 'operator', path: 'breaks', until: 'tr[data-framed]', size: 'wide' },
  { name: 'breaks-360', of: ['zh'], role: 'operator', path: 'breaks', until: 'tr[data-framed]', size: 'small' },
  {
    name: 'case',
    of: ['zh', 'en'],
    role: 'operator',
    path: 'breaks',
    until: 'tr[data-framed]',
    size: 'wide',
    key: 'Enter',
  },
  { name: 'sources', of: ['en'], role: 'operator', path: 'sources', until: '.facts tbody tr', size: 'wide' },
  { name: 'approvals', of: ['zh', 'en'], role: 'approver', path: 'approvals', until: '.card', size: 'wide' },
  {
    name: 'statement',
    of: ['zh', 'en'],
    role: 'approver',
    path: 'statements/2026-06-04',
    until: '.sheet',
    size: 'wide',
  },
  { name: 'calendar', of: ['en'], role: 'approver', path: 'calendar?month=2026-06', until: '.days', size: 'wide' },
  { name: 'overview', of: ['zh', 'en'], role: 'approver', path: 'overview', until: 'svg', size: 'wide' },
  {
    name: 'audit',
    of: ['zh', 'en'],
    role: 'auditor',
    path: 'audit',
    until: '.facts tbody tr, .trail tr',
    size: 'wide',
  },
];
const LANGUAGES = { zh: 'zh-CN', en: 'en' } as const;

interface SignIn {
  readonly role: string;
  readonly name: string;
  readonly password: string;
  readonly code: string | null;
}

describe.runIf(isAsked && chromiumPath() !== undefined)('given a simulated week', { timeout: 300_000 }, () => {
  test('then its pages are pictures', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'hesabu-pictures-'));
    const demo = spawn(process.execPath, [MAIN, 'demo', '--desk', '--dir', join(dir, 'week'), '--format', 'json'], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const flags = ['--no-sandbox', '--disable-background-networking', '--disable-dev-shm-usage'];
    const browser = await chromium.launch({ executablePath: chromiumPath()!, args: flags });
    try {
      const { url, sign_ins: people } = await addressOf(demo);
      rmSync(folder, { recursive: true, force: true });
      mkdirSync(folder);
      for (const role of ['approver', 'operator', 'auditor']) {
        const page = await signedIn(browser, url, people.find((person) => person.role === role)!);
        for (const short of ['zh', 'en'] as const) {
          const language = LANGUAGES[short];
          await page.evaluate(`localStorage['hesabu.desk'] = ${JSON.stringify(JSON.stringify({ language }))}`);
          for (const picture of PICTURES.filter((one) => one.role === role && one.of.includes(short))) {
            await take(page, url, picture, join(folder, `${picture.name}-${short}.png`));
          }
        }
      }
    } finally {
      await browser.close();
      if (demo.exitCode === null) {
        demo.kill('SIGTERM');
        await once(demo, 'exit');
      }
      rmSync(dir, { recursive: true, force: true });
    }
  });
});

test('every picture of the tour is there, is of a width that is told, and no other is', () => {
  const named = [...readFileSync(document, 'utf8').matchAll(/!\[[^\]]+\]\(pictures\/([\w-]+\.png)\)/g)].map(
    ([, name]) => name!,
  );
  expect(named.length).toBeGreaterThan(8);
  expect([...new Set(named)].sort()).toEqual(readdirSync(folder).sort());
  const found = named.map((name) => {
    const bytes = readFileSync(join(folder, name));
    const isSmall = name.includes('-360-');
    const isRight = bytes.subarray(0, 8).equals(PNG) && bytes.length < BYTES_MAX;
    return [name, isRight, bytes.readUInt32BE(16) === SIZES[isSmall ? 'small' : 'wide'].width];
  });
  expect(found.filter(([, isRight, isWide]) => !isRight || !isWide)).toEqual([]);
});

async function addressOf(demo: ChildProcess): Promise<{ url: string; sign_ins: readonly SignIn[] }> {
  for await (const line of createInterface({ input: demo.stdout! })) {
    if (line.startsWith('{"url"')) return JSON.parse(line);
  }
  throw new Error('the demo ended without an address');
}

/** A code counts once, so each signs in once. */
async function signedIn(browser: Browser, url: string, { name, password, code }: SignIn): Promise<Page> {
  const page = await browser.newPage({ colorScheme: 'light', timezoneId: 'Asia/Shanghai' });
  await page.goto(url);
  await page.waitForSelector('.sign-in');
  for (const text of [name, password, ...(code === null ? [] : [code])]) {
    await page.keyboard.press('Tab');
    await page.keyboard.type(text);
  }
  await page.keyboard.press('Enter');
  await page.waitForSelector('.shell');
  return page;
}

async function take(page: Page, url: string, picture: Picture, path: string): Promise<void> {
  await page.setViewportSize(SIZES[picture.size]);
  await page.goto(new URL(picture.path, url).href);
  await page.waitForSelector(picture.until);
  if (picture.key !== undefined) {
    await page.keyboard.press(picture.key);
    await page.waitForSelector('.fact-list');
  }
  await page.waitForLoadState('networkidle').catch(() => {});
  writeFileSync(path, smallPng(await page.screenshot({ animations: 'disabled' })));
}
