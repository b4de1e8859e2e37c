// An admin at the page, by keyboard alone: takes an invite with an authenticator app.
import { describe, expect, test } from 'vitest';
import { codeOf, PASSWORD } from '../http/access/given-people.ts';
import { withDesk } from '../http/api/given-cases.ts';
import { tabTo } from './at-the-page.ts';
import { withBrowser } from './browser.ts';
import { chromiumPath } from './chromium.js';

describe.skipIf(chromiumPath() === undefined)('an admin at the page', () => {
  test('takes an invite with a code as apps show it', () =>
    withDesk(({ given }) =>
      withBrowser(given, async ({ open, url, complaints }) => {
        const request = { name: 'Amina', mail: 'amina@example.com', language: 'zh-CN', zone: 'UTC' } as const;
        const grants = [{ role: 'admin', merchant: '*' }] as const;
        const { invite } = given.parts.people.create({ ...request, grants }, given.clock.now());
        const page = await open('zh-CN');
        const { keyboard } = page;
        await page.goto(`${url}/desk/`);
        await page.waitForSelector('.sign-in');
        await tabTo(page, '.sign-in-box > .link');
        await keyboard.press('Enter');
        await page.waitForFunction('document.activeElement.name === "invite"');
        await keyboard.type(invite);
        await keyboard.press('Enter');
        await page.waitForFunction('document.activeElement.name === "password"');
        await keyboard.type(PASSWORD);
        const secret = (await page.textContent('.secret'))!;
        expect(secret).toMatch(/^([A-Z2-7]{4} ){7}[A-Z2-7]{4}$/);
        const uri = await page.getAttribute('.sign-in a', 'href');
        expect(uri).toMatch(new RegExp(`^otpauth://totp/.*secret=${secret.replaceAll(' ', '')}`));
        const code = codeOf(given, secret.replaceAll(' ', ''));
        const wrong = `${code[0] === '9' ? 0 : Number(code[0]) + 1}${code.slice(1)}`;
        await tabTo(page, '[name=code]');
        for (const [written, answer] of [
          ['12345', '验证码是身份验证器上的 6 位数字。'],
          [wrong, '验证码不对：请核对本机时间'],
        ] as const) {
          await keyboard.type(written);
          await keyboard.press('Enter');
          await page.waitForSelector(`.problem:has-text("${answer}")`);
          await keyboard.press('Control+a');
        }
        await keyboard.type(`${code.slice(0, 3)} ${code.slice(3)}`);
        await keyboard.press('Enter');
        await page.waitForSelector('.shell');
        expect(complaints.filter((line) => !/status of 401/.test(line))).toEqual([]);
      }),
    ));
});
