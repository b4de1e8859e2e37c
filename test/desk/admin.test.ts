// An admin and an auditor at the page, by keyboard alone: one takes an invite with an authenticator app, and looks at
// settings and at who asked for what; the other at what was imported.
import type { Page } from 'playwright-core';
import decodeQR from 'qr/decode.js';
import { describe, expect, test } from 'vitest';
import { EN } from '../../desk/words/en.ts';
import { ZH } from '../../desk/words/zh.ts';
import { REFUND_SENDING } from '../../src/http/api/call-kinds.ts';
import { apiRoutes } from '../../src/http/api/server/routes.ts';
import { codeOf, givenPerson, PASSWORD, signIn as sendSignIn } from '../http/access/given-people.ts';
import type { Given } from '../http/api/given-api.ts';
import { withDesk } from '../http/api/given-cases.ts';
import { signIn, tabTo, told } from './at-the-page.ts';
import { excessWidth, type GivenBrowser, withBrowser } from './browser.ts';
import { chromiumPath } from './chromium.js';

const ROUTING = [{ currency: 'KES', value_from: '100.00', owner: 'team-a', due: 3, escalate_to: 'team-b' }];

/** What a camera reads from the drawn cells. */
function readCode(box: string, path: string): string {
  const scale = 4;
  const side = Number(box.split(' ')[2]) * scale;
  const data = new Uint8Array(side * side * 4).fill(255);
  for (const [, x, y, run] of path.matchAll(/M(\d+) (\d+)h(\d+)v1H\d+z/g)) {
    for (let row = Number(y) * scale; row < (Number(y) + 1) * scale; row++) {
      const [from, to] = [Number(x) * scale, (Number(x) + Number(run)) * scale];
      for (let at = from; at < to; at++) data.set([0, 0, 0], 4 * (row * side + at));
    }
  }
  return decodeQR({ width: side, height: side, data });
}

async function takeInvite(given: Given, { open, url }: GivenBrowser): Promise<Page> {
  const request = { name: 'Amina', mail: 'amina@example.com', language: 'zh-CN', zone: 'UTC' } as const;
  const grants = [{ role: 'admin', merchant: '*' }] as const;
  const { invite } = given.parts.people.create({ ...request, grants }, given.clock.now());
  const page = await open('zh-CN');
  const { keyboard } = page;
  await page.goto(`${url}/desk/`);
  await page.waitForSelector('.sign-in');
  await tabTo(page, '.sign-in-box > .link');
  await keyboard.press('Enter');
  await page.waitForSelector('[name=invite]:focus');
  await keyboard.type(invite!);
  await keyboard.press('Enter');
  await page.waitForSelector('[name=password]:focus');
  await keyboard.type(PASSWORD);
  const secret = (await page.textContent('.secret'))!;
  expect(secret).toMatch(/^([A-Z2-7]{4} ){7}[A-Z2-7]{4}$/);
  const uri = await page.getAttribute('.sign-in a', 'href');
  expect(uri).toMatch(new RegExp(`^otpauth://totp/.*secret=${secret.replaceAll(' ', '')}`));
  await page.waitForSelector('.sign-in .qr[aria-label] path');
  expect(readCode((await page.getAttribute('.qr', 'viewBox'))!, (await page.getAttribute('.qr path', 'd'))!)).toBe(uri);
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
  return page;
}

/** An import with more rejected rows than a page of them. */
async function importRows(given: Given): Promise<void> {
  const rows = Array.from({ length: 102 }, (_, at) => `shop-1,B-${at},x,KES,2026-06-01T11:00:00Z`);
  const payload = [
    'merchant,transaction_reference,amount,currency,placed_at',
    'shop-1,A-1,1.00,KES,2026-06-01T11:00:00Z',
    ...rows,
  ].join('\n');
  const url = '/v1/imports?kind=orders&name=orders.csv';
  const headers = { 'content-type': 'text/csv' };
  const taken = await given.ask({ method: 'POST', url, key: given.key('operator', '*'), payload, headers });
  expect(taken.status).toBe(201);
}

async function checkSources(page: Page): Promise<void> {
  await page.waitForSelector('td .figure-link');
  const cells = await page.locator('.box:first-child tbody tr > *').allTextContents();
  expect(cells.toSpliced(2, 1)).toEqual(['orders.csv', '订单', '103', '102', '已导入，拒收的行除外']);
  await tabTo(page, 'td .figure-link');
  await page.keyboard.press('Enter');
  await page.waitForSelector('h2:focus');
  expect(page.url()).toMatch(/\/sources\?rejects=1$/);
  const rows = page.locator('.box:first-child tbody tr');
  await rows.nth(99).waitFor();
  expect([await rows.count(), await rows.first().textContent()]).toEqual([
    100,
    '3✗ 金额不对 amount · 应为 普通小数，没有千分位、指数与空格 · 实际为 "x" · 处理 改正金额，或在映射中写明小数点与千分位。 HESABU_AMOUNT_INVALID',
  ]);
  await tabTo(page, '.box:first-child p .link');
  await page.keyboard.press('Enter');
  await page.waitForSelector('.box:first-child tbody tr:nth-child(3)', { state: 'detached' });
  expect(await rows.count()).toBe(2);
  // In a narrow window too each box is as high as what it holds.
  const before = page.viewportSize()!;
  await page.setViewportSize({ width: 320, height: 480 });
  const squeezed =
    '[...document.querySelectorAll(".box")].filter((box) => box.scrollHeight > box.clientHeight + 1).length';
  expect([await excessWidth(page), await page.evaluate(squeezed)]).toEqual([0, 0]);
  const endOf = (selector: string) =>
    page.evaluate<number>(`document.querySelector('${selector}').getBoundingClientRect().bottom`);
  expect(await endOf('.stack')).toBeLessThanOrEqual(await endOf('.key-line'));
  await page.setViewportSize(before);
}

async function checkAudit(page: Page, url: string): Promise<void> {
  await page.goto(`${url}/desk/audit`);
  await page.waitForSelector('.facts.wide tbody tr');
  const outcome = await page.locator('.facts.wide th:last-child').boundingBox();
  expect(outcome!.x + outcome!.width).toBeLessThanOrEqual(page.viewportSize()!.width);
  // Who tried to be somebody else, and from where.
  const [refused] = await page.locator('tbody tr:has-text("自称")').allTextContents();
  expect(refused!.slice(19)).toBe('自称 Asha登录 POST /v1/sessionAsha 来自 127.0.0.1拒绝 401 HESABU_SIGN_IN_REFUSED');
  // Refused ways in alone: the address has both filters, and another reader sees the same.
  await tabTo(page, '.tabs a[href$="what=sign_ins"]');
  await page.keyboard.press('Enter');
  await page.waitForSelector('.tabs [aria-current]:has-text("登录")');
  await tabTo(page, `select[aria-label="${ZH.audit.outcome}"]`);
  await page.keyboard.press('End');
  await page.waitForURL(/audit\?what=sign_ins&outcome=refused$/);
  await page.waitForSelector('tbody td:last-child:has-text("完成")', { state: 'detached' });
  expect(await page.locator('tbody tr').count()).toBe(1);
  await page.keyboard.press('Home');
  await page.waitForURL(/audit\?what=sign_ins$/);
  await tabTo(page, '.search input');
  await page.keyboard.type('Amina');
  await page.keyboard.press('Enter');
  await page.waitForURL(/audit\?what=sign_ins&person=p-/);
  await page.waitForSelector('tbody td:nth-child(2):not(:has-text("Amina"))', { state: 'detached' });
  expect(await page.inputValue('.search input')).toBe('Amina');
  expect((await page.locator('tbody tr').last().textContent())!.slice(19)).toBe(
    'Amina接受邀请 POST /v1/session/inviteAmina 来自 127.0.0.1完成 201 ',
  );
}

/** Who may do what, and what is configured. */
async function checkSettings(page: Page, url: string, given: Given): Promise<void> {
  const { keyboard } = page;
  await page.goto(`${url}/desk/settings`);
  const box = (title: string) => page.locator(`.box:has(h2:has-text("${title}"))`);
  await page.waitForSelector('h2:has-text("差错分派")');
  await page.waitForSelector('[aria-label="修改角色 Asha"]');
  await page.waitForSelector('[name=notices-mail]');
  const routed = await box('差错分派').locator('tbody tr').allTextContents();
  expect(routed).toEqual(['1KES · ≥ 100.00team-a3 个营业日team-b1', '没有命中任何一条无——1']);
  await tabTo(page, '.channels .link');
  const { notices } = given.parts;
  const own = '310000: sign not match, more: [https://ding-doc.dingtalk.com]';
  Object.assign(notices, { answer: { taken: false, words: own } });
  await keyboard.press('Enter');
  await box('通知渠道').locator(`p:has-text("对方没有收下： ${own}")`).waitFor();
  Object.assign(notices, { answer: { taken: true, words: '200 ok' } });
  await keyboard.press('Enter');
  await box('通知渠道').locator('p:has-text("对方已收下： 200 ok")').waitFor();

  await tabTo(page, '[aria-label="修改角色 Asha"]', 'Shift+Tab');
  await keyboard.press('Enter');
  await tabTo(page, 'dialog [name=operator]');
  await keyboard.type('shop-1，shop-2');
  await keyboard.press('Control+Enter');
  await box('人员').locator('td:has-text("审计：全部商户 · 经办：shop-1、shop-2")').waitFor();

  await tabTo(page, '[name=notices-mail]', 'Shift+Tab');
  await keyboard.press('ArrowRight');
  await told(page, '已保存。');
  const [amina] = given.parts.people.list().filter(({ name }) => name === 'Amina');
  expect(notices.preferencesOf(amina!.id)).toEqual({ mail: 'critical', detail: 'reference' });
}

describe.skipIf(chromiumPath() === undefined)('an admin at the page', () => {
  test('takes an invite with a code as apps show it, and finds rejected rows and who asked for what', () =>
    withDesk(
      (desk) =>
        withBrowser(desk.given, async (browser) => {
          const { given } = desk;
          const { url, complaints } = browser;
          await desk.short('A-2', '250.00');
          await desk.short('A-3', '50.00');
          await importRows(given);
          const page = await takeInvite(given, browser);
          expect(await page.locator('.wide-nav a').allTextContents()).toEqual(['审计', '设置']);
          await givenPerson(given, 'Asha', 'auditor');
          await sendSignIn(given, { name: 'Asha', password: 'four other short words' });
          const auditor = await browser.open('zh-CN');
          await signIn(auditor, url, 'sources', { name: 'Asha' });
          await checkSources(auditor);
          await checkSettings(page, url, given);
          await checkAudit(page, url);
          expect(complaints.filter((line) => !/status of 401/.test(line))).toEqual([]);
        }),
      { routing: () => ROUTING },
    ));
});

test('what each request is for has words in the audit trail, in every language', () =>
  withDesk(async ({ given }) => {
    const routes = apiRoutes(given.parts).map(({ method, url }) => `${method} ${url}`);
    for (const { audit } of [ZH, EN])
      expect(Object.keys(audit.requests).sort()).toEqual([...routes, REFUND_SENDING].sort());
  }));
