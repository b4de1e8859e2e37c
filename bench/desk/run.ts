// `npm run bench:desk`: how long people wait at the page, in a Chromium of the system, beside a plain table of the same
// rows that a server renders. See ../README.md.

import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { KeyStore } from '../../src/http/access/key-store.ts';
import { PeopleStore } from '../../src/http/access/people-store.ts';
import { chromiumPath } from '../../test/desk/chromium.js';
import { Commands } from '../commands.ts';
import { generate } from '../generate.ts';
import { makeSite, quiet, type Server, startService } from '../serve/server.ts';
import { type Ask, floorTasks, startFloor } from './floor.ts';
import { heapAfter } from './heap.ts';
import { deskTasks, p95, shown, type Tasks, times } from './tasks.ts';

const { values: options } = parseArgs({
  options: {
    keys: { type: 'string', default: '350000' },
    times: { type: 'string', default: '50' },
    minutes: { type: 'string', default: '0' },
    json: { type: 'string' },
  },
});
const dir = fileURLToPath(new URL('../out/desk', import.meta.url));
const entry = fileURLToPath(new URL('../../bin/hesabu.js', import.meta.url));
const print = (line: string): boolean => process.stderr.write(`${line}\n`);
const count = Number(options.times);
const minutes = Number(options.minutes);

const PASSWORD = 'a sentence for measurements';
const ATTEMPTS = 100;
const DAY = '2026-06-03';
/** 1.6 Mbit/s and 150 ms, as a telephone has them. */
const SLOW = { offline: false, latency: 150, downloadThroughput: 200_000, uploadThroughput: 94_000 };
const SLOW_LOADS = 3;
const HEAP_MIB = 150;

interface Figure {
  readonly what: string;
  /** Milliseconds, of which 95 % of all took at most so many. */
  readonly desk: number;
  /** The same task on the plain table; null where it has none. */
  readonly floor: number | null;
  /** Null where only the floor says how long it should take. */
  readonly wanted: number | null;
}

rmSync(dir, { recursive: true, force: true });
mkdirSync(dir, { recursive: true });
try {
  await main();
} finally {
  rmSync(dir, { recursive: true, force: true });
}

async function main(): Promise<void> {
  print(`${cpus()[0]?.model ?? 'unknown'}, ${cpus().length} cores, Node ${process.version}`);
  const made = Commands.fresh(entry, join(dir, 'made'));
  await made.reconcile(generate(Number(options.keys), join(dir, 'files')));
  const site = makeSite(dir);
  const data = join(dir, 'books');
  rmSync(data, { recursive: true });
  renameSync(made.data, data);
  const about = { role: 'operator', merchants: ['*'], label: 'bench', person: 'Bench', expiresAt: null } as const;
  const { text: key } = new KeyStore(data).create(about, Date.now());
  const grants = [{ role: 'operator', merchant: '*' }] as const;
  const person = { name: 'Desk', mail: null, language: 'en', zone: 'UTC', grants } as const;
  const { invite } = new PeopleStore(data).create(person, Date.now());
  const service = await startService(site, false);
  const browser = await chromium.launch({ executablePath: chromiumPath()!, args: ['--no-sandbox'] });
  try {
    const figures = await measured(browser, service, { key, invite: invite! });
    for (const { what, desk, floor, wanted } of figures) {
      const bar = wanted === null ? '' : ` (wanted: ${wanted})`;
      const beside = floor === null ? '' : `, plain table ${Math.round(floor)} ms`;
      print(`${what}: ${Math.round(desk)} ms${bar}${beside}`);
    }
    if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(figures, null, 2)}\n`);
    if (figures.some(({ desk, wanted }) => wanted !== null && desk > wanted)) process.exitCode = 1;
  } finally {
    await browser.close();
    await service.stop();
  }
}

function askWith(url: string, key: string): Ask {
  let sent = 0;
  return async (path, body) => {
    const headers = { authorization: `Bearer ${key}`, 'idempotency-key': `bench-${process.pid}-${sent++}` };
    const json = { 'content-type': 'application/json', ...headers };
    const request = body === undefined ? { headers } : { method: 'POST', headers: json, body: JSON.stringify(body) };
    for (let attempt = 1; ; attempt++) {
      const answer = await fetch(url + path, request);
      if (answer.ok) return answer.json();
      // The ledger reads every key as it takes new rules.
      const text = await answer.text();
      if (!text.includes('HESABU_OVERLOADED') || attempt === ATTEMPTS) throw new Error(`${path}: ${text}`);
    }
  };
}

/** A window of the person who took the invite. */
async function signedIn(browser: Browser, url: string, request: object, path: string): Promise<BrowserContext> {
  const context = await browser.newContext({ viewport: { width: 1_366, height: 768 }, reducedMotion: 'reduce' });
  const headers = { origin: url, 'x-hesabu-request': '1' };
  const answer = await context.request.post(url + path, { data: request, headers });
  if (!answer.ok()) throw new Error(`${path}: ${await answer.text()}`);
  return context;
}

async function measured(browser: Browser, service: Server, who: { key: string; invite: string }): Promise<Figure[]> {
  const { url } = service;
  const ask = askWith(url, who.key);
  const { cases, total } = await ask('/v1/cases?sort=reference&limit=1000');
  print(`${total} cases`);
  // A new service makes reports and prepares the sums of all days beside what people do, once.
  const begun = performance.now();
  await ask(`/v1/statements/${DAY}`);
  print(`first statement after ${Math.round((performance.now() - begun) / 1_000)} s`);
  await quiet(service);
  const keys: string[] = cases.map((row: { key: string }) => row.key);
  // Each decides on rows of its own.
  const [own, others, watched] = [0, 1, 2].map((at) => keys.slice(at * count, (at + 1) * count)) as Rows;
  if (watched.length < count) throw new Error(`${total} cases are too few for three times ${count} turns`);
  const invited = { invite: who.invite, password: PASSWORD };
  const context = await signedIn(browser, url, invited, '/v1/session/invite');
  const page = await context.newPage();
  const desk = await round(deskTasks(page, url), own);
  const moves = await focusMoves(page, url);
  const inp = await slowestInteraction(page);
  const slow = await slowLoad(context, url);
  const decisions = await seenByAnother(page, await context.newPage(), url, watched);
  if (minutes > 0) {
    const heap = await heapAfter(await context.newPage(), url, keys, minutes);
    print(`the page has ${heap.toFixed(1)} MiB after ${minutes} minutes (wanted: ${HEAP_MIB})`);
    if (heap > HEAP_MIB) process.exitCode = 1;
  }
  const floor = await startFloor(ask);
  const plain = await browser.newContext();
  const beside = await round(floorTasks(await plain.newPage(), floor.url), others);
  floor.server.closeAllConnections();
  floor.server.close();
  const figure = (what: string, task: keyof Tasks, wanted: number | null): Figure => {
    return { what, desk: p95(desk[task]), floor: p95(beside[task]), wanted };
  };
  return [
    figure('load to rows', 'load', 1_200),
    { what: 'first load at 1.6 Mbit/s and 150 ms', desk: slow, floor: null, wanted: 4_000 },
    figure('find a row', 'find', 250),
    figure('open its case', 'open', 350),
    figure('decide', 'decide', null),
    { what: 'decision until its answer', desk: p95(decisions.answered), floor: null, wanted: 150 },
    { what: 'decision until another window shows it', desk: p95(decisions.seen), floor: null, wanted: 500 },
    figure('next case', 'next', 350),
    { what: 'key to focus moved', desk: p95(moves), floor: null, wanted: 50 },
    { what: 'slowest interaction until it is painted', desk: inp, floor: null, wanted: 200 },
  ];
}

type Rows = [own: string[], others: string[], watched: string[]];

/** From the key that sends a decision, while another window has the same case before it. */
async function seenByAnother(page: Page, other: Page, url: string, keys: readonly string[]) {
  const taken = { answered: [] as number[], seen: [] as number[] };
  const tasks = deskTasks(page, url);
  for (const key of keys) {
    await tasks.load();
    await tasks.find(key);
    await tasks.open();
    await other.goto(page.url());
    await shown(other, '.sentence');
    await page.selectOption('.proposal-form select', 'timing');
    const answer = page.waitForResponse((one) => one.url().endsWith('/proposals'));
    const [ended, begun] = [answer.then((one) => one.finished()), performance.now()];
    const since = () => performance.now() - begun;
    await page.keyboard.press('Control+Enter');
    const seen = shown(other, '.proposal.live').then(since);
    taken.answered.push(await ended.then(since));
    taken.seen.push(await seen);
  }
  return taken;
}

/** Every task for each row in turn, then from case to case. */
async function round(tasks: Tasks, keys: readonly string[]): Promise<Record<keyof Tasks, number[]>> {
  const taken: Record<keyof Tasks, number[]> = { load: [], find: [], open: [], decide: [], next: [] };
  for (const key of keys) {
    taken.load.push(...(await times(1, tasks.load)));
    taken.find.push(...(await times(1, () => tasks.find(key))));
    taken.open.push(...(await times(1, tasks.open)));
    taken.decide.push(...(await times(1, tasks.decide)));
  }
  await tasks.load();
  await tasks.open();
  taken.next.push(...(await times(keys.length, tasks.next)));
  return taken;
}

/** From a key to the next row having the focus. */
async function focusMoves(page: Page, url: string): Promise<number[]> {
  await deskTasks(page, url).load();
  const place = () => page.evaluate<number>('document.activeElement.rowIndex ?? 0');
  return times(count, async () => {
    const before = await place();
    await page.keyboard.press(before > count ? 'k' : 'j');
    while ((await place()) === before);
  });
}

/** Of the list: what a browser measures from a key to the next frame, the slowest of all. */
async function slowestInteraction(page: Page): Promise<number> {
  return page.evaluate<number>(`new Promise((resolve) => {
    new PerformanceObserver((list, observer) => {
      observer.disconnect();
      resolve(Math.max(0, ...list.getEntries().map(({ duration }) => duration)));
    }).observe({ type: 'event', buffered: true, durationThreshold: 16 });
    setTimeout(() => resolve(0), 1_000);
  })`);
}

/** The slowest of a few first loads over a slow network, of which the browser kept nothing. */
async function slowLoad(context: BrowserContext, url: string): Promise<number> {
  const page = await context.newPage();
  const network = await context.newCDPSession(page);
  await network.send('Network.enable');
  await network.send('Network.setCacheDisabled', { cacheDisabled: true });
  await network.send('Network.emulateNetworkConditions', SLOW);
  const taken = await times(SLOW_LOADS, deskTasks(page, url).load);
  await page.close();
  return Math.max(...taken);
}
