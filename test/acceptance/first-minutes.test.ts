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
/** Reasons of keys that have a row of a settlement file. */
const OF_A_ROW = /^(SETTLEMENT_(AMOUNT|CURRENCY)|SETTLED_NOT_PAID|DUPLICATE_SETTLEMENT|FEE_VARIANCE)$/;
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

  test('then figures lead to rows of files, add up, leave 0.00, and a byte changed in a fact is told (4.12)', () =>
    withOperator(async (page) => {
      const { days } = await asked<{ days: readonly { day: string; state: string }[] }>(
        page,
        '/v1/periods?month=2026-06',
      );
      const over = days.filter(({ state }) => state === 'over').map(({ day }) => day);
      expect(over).toHaveLength(5);
      // The statement of each day adds up, its bridge too, and nothing is left in any currency.
      const closings = new Map<string, string>();
      for (const day of over) {
        const { statements } = await asked<{ statements: readonly Statement[] }>(page, `/v1/statements/${day}`);
        expect(statements.length).toBeGreaterThan(10);
        for (const statement of statements) {
          expectEven(day, statement, closings);
          await expectSums(page, day, statement);
        }
      }
      // Each part of the bridge is the sum of its rows.
      const day = over.at(-2)!;
      const { statements } = await asked<{ statements: readonly Statement[] }>(page, `/v1/statements/${day}`);
      for (const statement of statements) await expectBridge(page, day, statement);
      // By clicks, from the account and from a reason of the bridge, to a row of a file.
      await followFigure(page, `statements/${day}`, 'settled');
      const explained = statements.flatMap(({ bridge, merchant, provider, currency }) =>
        bridge.explained.map(({ line }) => ({ line, of: [merchant, provider, currency].join('|') })),
      );
      const { line, of } = explained.find((one) => OF_A_ROW.test(one.line))!;
      await followFigure(page, `statements/${day}?${new URLSearchParams({ of })}`, line);

      // When somebody changes a byte of a stored fact, then the page and verify say so.
      const data = join(dir, 'week', 'books');
      changeByte(data);
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

/** In the middle of the largest batch of orders. */
function changeByte(data: string): void {
  const database = new DatabaseSync(join(data, 'hesabu.db'), { timeout: 10_000 });
  const row = database
    .prepare("SELECT rowid AS id, payload FROM batches WHERE topic = 'orders.v1' ORDER BY length(payload) DESC LIMIT 1")
    .get() as { id: number; payload: Uint8Array };
  row.payload[row.payload.length >> 1]! ^= 1;
  database.prepare('UPDATE batches SET payload = ? WHERE rowid = ?').run(row.payload, row.id);
  database.close();
}

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

interface Figure {
  readonly line: string;
  readonly sign: '+' | '-';
  readonly value: string;
}

interface Statement {
  readonly merchant: string;
  readonly provider: string;
  readonly currency: string;
  readonly residual: string;
  readonly gateway: { readonly opening: string; readonly moves: readonly Figure[]; readonly closing: string };
  readonly bridge: {
    readonly begins: readonly Figure[];
    readonly difference: string;
    readonly agreed: readonly Figure[];
    readonly explained: readonly { line: string; side: string; count: number; value: string }[];
  };
}

const sumOf = (figures: readonly { readonly value: string; readonly sign?: string }[]) =>
  figures.reduce((sum, { value, sign }) => sum + (sign === '-' ? -unitsOf(value) : unitsOf(value)), 0n);

/** The account goes on from the day before, and comes to its closing; what is not settled is explained whole. */
function expectEven(day: string, statement: Statement, closings: Map<string, string>): void {
  const { merchant, provider, currency, gateway, bridge, residual } = statement;
  const name = `${merchant} ${provider} ${currency}`;
  const { opening, moves, closing } = gateway;
  expect([day, name, opening]).toEqual([day, name, closings.get(name) ?? opening]);
  closings.set(name, closing);
  expect([day, name, unitsOf(opening) + sumOf(moves)]).toEqual([day, name, unitsOf(closing)]);
  const difference = unitsOf(bridge.difference);
  const explained = sumOf([...bridge.agreed, ...bridge.explained]);
  expect([day, name, sumOf(bridge.begins), explained]).toEqual([day, name, difference, difference]);
  expect([day, name, unitsOf(residual)]).toEqual([day, name, 0n]);
}

/** Each figure of the account beside all of its rows, in the last places of both. */
async function expectSums(page: Page, day: string, statement: Statement): Promise<void> {
  for (const { line, value } of statement.gateway.moves) {
    if (!/[1-9]/.test(value)) continue;
    const [sum] = await drillOf(page, day, statement, { line });
    expect([line, sum]).toEqual([line, unitsOf(value)]);
  }
}

async function expectBridge(page: Page, day: string, statement: Statement): Promise<void> {
  const { begins, agreed, explained } = statement.bridge;
  for (const { line, value } of [...begins, ...agreed]) {
    if (!/[1-9]/.test(value)) continue;
    const [sum] = await drillOf(page, day, statement, { line });
    expect([line, sum]).toEqual([line, unitsOf(value)]);
  }
  for (const { line, side, count, value } of explained) {
    const [sum, rows] = await drillOf(page, day, statement, { line, side });
    expect([line, side, sum]).toEqual([line, side, unitsOf(value)]);
    // What is left of a key at its order and at the gateway counts as two, and has two rows.
    expect([line, side, rows]).toEqual([line, side, count]);
  }
}

/** What the rows of a figure come to, and how many they are. */
async function drillOf(page: Page, day: string, statement: Statement, figure: Readonly<Record<string, string>>) {
  const { merchant, provider, currency } = statement;
  const query = { ...figure, provider, currency, limit: '1000', ...(merchant === '' ? {} : { merchant }) };
  const url = `/v1/statements/${day}/lines?${new URLSearchParams(query)}`;
  const { rows } = await asked<{ rows: readonly { merchant: string; amount: string }[] }>(page, url);
  const own = rows.filter((row) => row.merchant === merchant);
  return [sumOf(own.map(({ amount: value }) => ({ value }))), own.length] as const;
}

/** In millionths: no float is near the money. */
function unitsOf(amount: string): bigint {
  const [whole = '', part = ''] = amount.replace('-', '').split('.');
  return (amount.startsWith('-') ? -1n : 1n) * BigInt(whole + part.padEnd(6, '0'));
}

/** By clicks: from a figure of a day to a key, and on to the file that its settlement row stands in. */
async function followFigure(page: Page, path: string, line: string): Promise<void> {
  await page.goto(new URL(path, shown.url).href);
  await page.click(`.sheet a.figure-link[href*="line=${line}"] >> nth=0`);
  await page.waitForSelector('.facts tfoot .total');
  await page.click('.facts tbody a.mono >> nth=0');
  const fact = page
    .locator(`.fact-list details:has(summary:has-text("${ZH.detail.topics['settlements.v1']}"))`)
    .first();
  await fact.locator('summary').click();
  const key = await page.textContent('.box-head .mono');
  const amount = (await fact.locator('div:has(> dt:text-is("gross")) dd').textContent())!.replaceAll(',', '');
  const file = await fact.locator('a[href*="preview="]').getAttribute('title');
  const rows = readFileSync(file!, 'utf8')
    .split('\n')
    .filter((row) => row.includes(key!) && row.includes(amount));
  expect(rows).toHaveLength(1);
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
