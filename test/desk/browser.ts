// For tests: the page in a real browser, against the API over a real ledger. What a browser complains of is collected:
// faults of the policy, lines of the console, and requests that leave the service.

import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import pino from 'pino';
import { type BrowserContext, chromium, type Page } from 'playwright-core';
import { tokenOf } from '../../src/http/access/caller.ts';
import { registerApi } from '../../src/http/api/server/register.ts';
import { buildApp } from '../../src/http/app.ts';
import { registerDesk } from '../../src/http/desk/desk-page.ts';
import { deskSource as builtDesk } from '../../src/service/desk-build.ts';
import type { Given } from '../http/api/given-api.ts';
import { chromiumPath } from './chromium.js';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const FLAGS = ['--no-sandbox', '--disable-background-networking', '--disable-dev-shm-usage'];

/** Scripts of the page are texts here: tests know the types of Node alone. */
const WATCH_POLICY = `document.addEventListener('securitypolicyviolation', (event) => {
  complain('policy: ' + event.violatedDirective);
});`;
const RUN_AXE = (
  options: object,
) => `axe.run(${JSON.stringify(options)}).then(({ violations }) => violations.map(({ id, nodes }) => {
  return id + ' x' + nodes.length + ': ' + nodes[0].html.slice(0, 160);
}))`;

/** A Chromium whose windows show a service. */
export interface Windows {
  readonly url: string;
  /** What any page complained of since. */
  readonly complaints: string[];
  /** A window of somebody else, in a language, on a machine in a zone. */
  open(language: 'zh-CN' | 'en', zone?: string): Promise<Page>;
}

export interface GivenBrowser extends Windows {
  /** Ends every connection, as a network does; the service goes on. */
  cut(): void;
  /** Nothing answers at the service's address meanwhile. */
  away(work: () => Promise<void>): Promise<void>;
}

/** Another source gives another page than the built one. */
export async function withBrowser(
  given: Given,
  work: (browser: GivenBrowser) => Promise<void>,
  deskSource: typeof builtDesk = builtDesk,
): Promise<void> {
  const logger = pino({ level: 'silent' });
  const app = buildApp({
    ...{ clock: given.clock, logger, limits: given.limits, notReady: () => [] },
    register: (server) => {
      const hasSession = (request: Parameters<typeof tokenOf>[1]) => {
        const token = tokenOf(given.parts, request);
        return token !== null && given.parts.sessions.find(token, false) !== undefined;
      };
      const issuer = () => given.parts.issuerSignIn.label;
      registerDesk(server, { source: deskSource(logger), limits: given.limits, hasSession, issuer });
      registerApi(server, given.parts);
    },
  });
  await app.listen({ host: '127.0.0.1', port: 0 });
  const url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
  try {
    await withWindows(url, (windows) => work({ ...windows, ...networkOf(app.server) }));
  } finally {
    await app.close();
  }
}

/** For a service that runs already. */
export async function withWindows(url: string, work: (windows: Windows) => Promise<void>): Promise<void> {
  const browser = await chromium.launch({ executablePath: chromiumPath()!, args: FLAGS });
  const complaints: string[] = [];
  try {
    const open = async (language: 'zh-CN' | 'en', zone?: string) => {
      const context = await browser.newContext({
        ...{ viewport: { width: 1366, height: 768 }, reducedMotion: 'reduce' },
        ...(zone === undefined ? {} : { timezoneId: zone }),
      });
      const page = await context.newPage();
      await listen(context, page, url, complaints);
      const chosen = JSON.stringify(JSON.stringify({ language }));
      await page.addInitScript(`localStorage['hesabu.desk'] ??= ${chosen};`);
      return page;
    };
    await work({ url, complaints, open });
  } finally {
    await browser.close();
  }
}

function networkOf(server: Server): Pick<GivenBrowser, 'cut' | 'away'> {
  const { port } = server.address() as AddressInfo;
  return {
    cut: () => server.closeAllConnections(),
    away: async (work) => {
      server.close();
      server.closeAllConnections();
      await work();
      server.listen(port, '127.0.0.1');
      await once(server, 'listening');
    },
  };
}

async function listen(context: BrowserContext, page: Page, url: string, complaints: string[]): Promise<void> {
  page.on('console', (line) => complaints.push(`console ${line.type()}: ${line.text()}`));
  page.on('pageerror', (error) => complaints.push(`error: ${error.message}`));
  context.on('request', (request) => {
    if (!request.url().startsWith(url) && !request.url().startsWith('data:')) complaints.push(`asks ${request.url()}`);
  });
  await page.exposeFunction('complain', (text: string) => complaints.push(text));
  await page.addInitScript(WATCH_POLICY);
}

/** How far the page is wider than the window, in pixels. */
export const excessWidth = (page: Page) =>
  page.evaluate<number>('document.documentElement.scrollWidth - document.documentElement.clientWidth');

/** What a reader sees or hears of the page: not what is the data's own, such as ids and names of keys. */
const SAID = `[...document.querySelectorAll('#desk *')].flatMap((one) => {
  if (one.closest('.mono, pre, kbd, .kbd, .brand, .key, .address, .body') !== null) return [];
  const own = [...one.childNodes].filter(({ nodeType }) => nodeType === 3).map(({ data }) => data);
  return [...own, ...['aria-label', 'placeholder', 'title', 'alt'].map((name) => one.getAttribute(name) ?? '')];
}).map((text) => text.trim()).filter((text) => text !== '')`;

export const saidTexts = (page: Page) => page.evaluate<string[]>(SAID);

/** The faults that axe finds, each by its rule and the first element. */
export async function axeFaults(page: Page, rules: 'all' | 'contrast'): Promise<string[]> {
  await page.evaluate(AXE);
  return page.evaluate(RUN_AXE(rules === 'all' ? {} : { runOnly: ['color-contrast'] }));
}
