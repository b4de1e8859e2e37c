// People at the sign-in page, where an issuer of another site is configured: by keyboard alone they go there, come back
// signed in where they were, or read why not.
import { describe, expect, test } from 'vitest';
import { type GivenIssuer, withIssuer } from '../http/access/given-issuer.ts';
import { tabTo } from './at-the-page.ts';
import { axeFaults, type GivenBrowser, withBrowser } from './browser.ts';
import { chromiumPath } from './chromium.js';

const BUTTON = '.issuer .button';

/** The issuer's host is another site than the desk's: browsers do not look at ports. */
const withPage = (work: (desk: GivenIssuer, browser: GivenBrowser) => Promise<void>) =>
  withIssuer(
    (desk) =>
      withBrowser(desk.given, async (browser) => {
        desk.settings.redirectUri = `${browser.url}/v1/session/oidc`;
        await work(desk, browser);
        const { origin } = new URL(desk.issuer.url);
        expect(browser.complaints.filter((line) => !line.startsWith(`asks ${origin}`))).toEqual([]);
      }),
    {},
    { host: 'localhost' },
  );

describe.skipIf(chromiumPath() === undefined)('the sign-in page, with an issuer', () => {
  test('takes an invite there, and from then on lets the person in where they were', () =>
    withPage(async ({ issuer, invited }, { open, url }) => {
      const page = await open('zh-CN');
      await page.goto(`${url}/desk/`);
      await page.waitForSelector(BUTTON);
      expect(await page.textContent(BUTTON)).toBe('用 Acme 登录');
      expect(await axeFaults(page, 'all')).toEqual([]);
      await tabTo(page, '.sign-in-box > .link');
      await page.keyboard.press('Enter');
      await tabTo(page, '[name=invite]');
      await page.keyboard.type(invited('Jing'));
      await page.keyboard.press('Enter');
      await page.waitForSelector('[name=password]');
      expect(await axeFaults(page, 'all')).toEqual([]);
      await tabTo(page, BUTTON);
      await page.keyboard.press('Enter');
      await page.waitForSelector('.shell');
      const again = await open('en');
      await again.goto(`${url}/desk/breaks?sort=reference`);
      await again.waitForSelector(BUTTON);
      expect(await again.textContent(BUTTON)).toBe('Sign in with Acme');
      await tabTo(again, BUTTON);
      await again.keyboard.press('Enter');
      await again.waitForSelector('.shell');
      expect(again.url()).toBe(`${url}/desk/breaks?sort=reference`);
      await again.goto(`${url}/desk/settings`);
      await again.waitForSelector('.setting');
      expect(await again.locator('[name=next]').count()).toBe(0);
      expect(issuer.asked.filter((path) => path === '/authorize')).toHaveLength(2);
    }));

  test('at another address of the service begins at the one to which the issuer sends people back', () =>
    withPage(async ({ issuer }, { open, url, complaints }) => {
      const page = await open('en');
      await page.goto(`${url.replace('127.0.0.1', 'localhost')}/desk/breaks?sort=reference`);
      await page.waitForSelector(BUTTON);
      await tabTo(page, BUTTON);
      await page.keyboard.press('Enter');
      await page.waitForURL(`${url}/desk/breaks?sort=reference`);
      await page.waitForSelector(BUTTON);
      expect(issuer.asked).not.toContain('/authorize');
      complaints.splice(
        0,
        complaints.length,
        ...complaints.filter((line) => !line.startsWith('asks http://localhost')),
      );
    }));

  test('says why nobody was let in, in words, and keeps the address', () =>
    withPage(async (_desk, { open, url, complaints }) => {
      const page = await open('en');
      await page.goto(`${url}/desk/breaks?sort=reference`);
      await page.waitForSelector(BUTTON);
      await tabTo(page, BUTTON);
      await page.keyboard.press('Enter');
      await page.waitForSelector('.problem:has-text("Ask an admin for an invite")');
      expect(page.url()).toBe(`${url}/desk/breaks?sort=reference`);
      expect(await axeFaults(page, 'all')).toEqual([]);
      // Browsers write down that an answer was 403.
      complaints.splice(0, complaints.length, ...complaints.filter((line) => !line.includes('403')));
    }));
});
