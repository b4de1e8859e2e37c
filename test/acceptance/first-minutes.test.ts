// The first minutes of a stranger: one command prints an address and three sign-ins, the page shows the breaks that the
// report has, and a byte that somebody changed in what is stored is told by the page and by `hesabu verify`.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';
import { chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ZH } from '../../desk/words/zh.ts';
import { chromiumPath } from '../desk/chromium.js';
import { MAIN } from '../program.ts';

interface SignIn {
  readonly role: string;
  readonly name: string;
  readonly password: string;
  readonly code: string | null;
}

const dir = mkdtempSync(join(tmpdir(), 'hesabu-first-minutes-'));
const WANTED_MILLIS = 30_000;
/** Of each file. */
const ORDERS_TRIED = 12;
let demo: ReturnType<typeof spawn>;
let shown: { readonly url: string; readonly sign_ins: readonly SignIn[] };
let elapsed = 0;

describe.skipIf(chromiumPath() === undefined)('given `hesabu demo --desk`', { timeout: 180_000 }, () => {
  beforeAll(async () => {
    const began = performance.now();
    demo = spawn(process.execPath, [MAIN, 'demo', '--desk', '--dir', join(dir, 'week'), '--format', 'json'], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    for await (const line of createInterface({ input: demo.stdout! })) {
      if (!line.startsWith('{"url"')) continue;
      shown = JSON.parse(line);
      break;
    }
    elapsed = performance.now() - began;
  }, 180_000);

  afterAll(async () => {
    if (demo.exitCode === null) {
      demo.kill('SIGTERM');
      await once(demo, 'exit');
    }
    rmSync(dir, { recursive: true, force: true });
  });

  test('then it prints an address and three sign-ins within 30 s, and the page is Chinese, with its breaks (4.1)', () =>
    withOperator(async (page) => {
      expect(elapsed).toBeLessThan(WANTED_MILLIS);
      expect(shown.sign_ins.map(({ role }) => role)).toEqual(['operator', 'approver', 'auditor']);
      expect(await page.getAttribute('html', 'lang')).toBe('zh-CN');
      await page.goto(new URL('breaks', shown.url).href);
      await page.waitForSelector('tr[data-framed]');
      expect(await page.textContent('h1')).toContain(ZH.breaks.title);
      const { total } = await asked<{ total: number }>(page, '/v1/cases?limit=1');
      const reports = join(dir, 'week', 'reports');
      const last = readdirSync(reports, { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith('breaks.csv'))
        .sort()
        .at(-1)!;
      const rows = readFileSync(join(reports, last), 'utf8').trimEnd().split('\n').length - 1;
      expect(total).toBe(rows);
    }));

  test('then a byte that is changed in a stored fact is told by the page and by verify (4.12)', () =>
    withOperator(async (page) => {
      const data = join(dir, 'week', 'books');
      const database = new DatabaseSync(join(data, 'hesabu.db'), { timeout: 10_000 });
      const row = database
        .prepare(
          "SELECT rowid AS id, payload FROM batches WHERE topic = 'orders.v1' ORDER BY length(payload) DESC LIMIT 1",
        )
        .get() as { id: number; payload: Uint8Array };
      row.payload[row.payload.length >> 1]! ^= 1;
      database.prepare('UPDATE batches SET payload = ? WHERE rowid = ?').run(row.payload, row.id);
      database.close();

      const damaged = await firstDamaged(page);
      await page.goto(new URL(`search?q=${damaged}`, shown.url).href);
      await page.waitForSelector(`[role=alert]:has-text("${ZH.failed.codes.HESABU_LOG_DAMAGED}")`);
      await page.goto(new URL('alerts', shown.url).href);
      await page.waitForSelector('.alerts tr:has-text("账本的存储已损坏：orders.v1")', { timeout: 120_000 });
      const verified = spawnSync(process.execPath, [MAIN, 'verify', '--data', data], { encoding: 'utf8' });
      expect(verified.stdout + verified.stderr).toContain('HESABU_LOG_DAMAGED');
      expect(verified.status).not.toBe(0);
    }));
});

async function withOperator(work: (page: Page) => Promise<void>): Promise<void> {
  const flags = ['--no-sandbox', '--disable-background-networking', '--disable-dev-shm-usage'];
  const browser = await chromium.launch({ executablePath: chromiumPath()!, args: flags });
  try {
    const page = await browser.newPage();
    const [{ name, password }] = shown.sign_ins as [SignIn];
    await page.goto(shown.url);
    await page.waitForSelector('.sign-in');
    for (const text of [name, password]) {
      await page.keyboard.press('Tab');
      await page.keyboard.type(text);
    }
    await page.keyboard.press('Enter');
    await page.waitForSelector('.shell');
    await work(page);
  } finally {
    await browser.close();
  }
}

function asked<Answer>(page: Page, url: string): Promise<Answer> {
  return page.evaluate<Answer>(`fetch(${JSON.stringify(url)}).then((answer) => answer.json())`);
}

/** The first order that cannot be read. What agrees is read from the log, and what is open the ledger has at hand. */
async function firstDamaged(page: Page): Promise<string> {
  const shop = join(dir, 'week', 'shop');
  const names = readdirSync(shop, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /orders[^/]*\.csv$/.test(name),
  );
  const orders = names.map((name) => readFileSync(join(shop, name), 'utf8').trimEnd().split('\n').slice(1));
  for (const line of orders.flatMap((lines) => lines.slice(0, ORDERS_TRIED))) {
    const [, reference] = line.split(',');
    const { code } = await asked<{ code?: string }>(page, `/v1/transactions/${reference}`);
    if (code === 'HESABU_LOG_DAMAGED') return reference!;
  }
  throw new Error('every order can be read');
}
