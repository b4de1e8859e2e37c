// One break on its page: files of notes, what was sent and received, and a case that changes while two look at it.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ZH } from '../../desk/words/zh.ts';
import type { Exchange } from '../../src/archive/exchanges/exchange.ts';
import { CAUSES } from '../../src/domain/decision.ts';
import { givenPerson } from '../http/access/given-people.ts';
import { withDesk } from '../http/api/given-cases.ts';
import { paid } from '../service/ledger/given-live-ledger.ts';
import { signIn, tabTo, told } from './at-the-page.ts';
import { axeFaults, withBrowser } from './browser.ts';
import { chromiumPath } from './chromium.js';
import { inZoneOf, readersOf } from './readers.ts';

const HOSTILE = '<img src=x onerror="complain(`run`)">';

const exchange = (at: number): Exchange => ({
  ...{ id: 'ex-1', direction: 'in', at, elapsed_ms: 3, account: 'mfs-africa/main', method: 'POST', url: '/webhooks' },
  ...{ status: 200, fault: null, names: ['A-1'], facts: [] },
  request: { headers: { 'content-type': 'application/json' }, body: Buffer.from(`{"note":"${HOSTILE}"}`) },
  response: { headers: {}, body: Buffer.from([0xff, 0xfe, 0x00]) },
});

describe.skipIf(chromiumPath() === undefined)('a break on its page', () => {
  test('has the files of its notes as downloads, and the exchanges as they are archived, of which nothing runs', () =>
    withDesk(async (desk) => {
      const { given } = desk;
      const { id } = await desk.short('A-1', '250.00');
      given.exchanges.push(exchange(given.clock.at));
      await givenPerson(given, 'Jing', 'operator');
      const [receipt, picture] = ['receipt.html', 'a.png'].map((name) => join(given.dir, name));
      writeFileSync(receipt!, `<script>${HOSTILE}</script>`);
      writeFileSync(picture!, Buffer.from('89504e470d0a1a0a0000000d', 'hex'));
      await withBrowser(given, async ({ open, url, complaints }) => {
        const page = await open('zh-CN');
        const { keyboard } = page;
        await signIn(page, url, `breaks/${id}`, { name: 'Jing' });
        await page.waitForSelector('.proposal-form');
        await keyboard.press('n');
        await page.waitForSelector('dialog[open]');
        await keyboard.type('收据见附件');
        await page.setInputFiles('dialog input[type=file]', [receipt!, picture!]);
        await keyboard.press('Control+Enter');
        await told(page, '备注已保存');
        const links = page.locator('section[aria-label="附件"] a');
        await links.nth(1).waitFor();
        expect((await links.allTextContents()).sort()).toEqual(['image/png · 12 B', expect.stringMatching(/^text\//)]);
        const [download] = await Promise.all([page.waitForEvent('download'), links.first().press('Enter')]);
        expect(download.suggestedFilename()).toMatch(/^hesabu-[0-9a-f]{12}\.(txt|png|html)$/);

        await tabTo(page, 'section[aria-label="原始往来"] summary');
        expect(await page.textContent('section[aria-label="原始往来"] summary')).toContain(
          '收到 mfs-africa/main · POST',
        );
        await keyboard.press('Enter');
        await page.waitForSelector('.bodies');
        expect(await page.locator('.bodies > pre').allTextContents()).toEqual([
          `{"note":"${HOSTILE}"}`,
          '二进制正文，3 字节',
        ]);
        // An auditor goes from the case to who looked at it; nobody else is led there.
        expect(await page.locator('a[href*="/audit?"]').count()).toBe(0);
        await givenPerson(given, 'Asha', 'auditor');
        const auditor = await open('en');
        await signIn(auditor, url, `breaks/${id}`, { name: 'Asha' });
        await auditor.waitForSelector('.timeline');
        await tabTo(auditor, 'a[href*="/audit?what=reads&reference=A-1"]');
        await auditor.keyboard.press('Enter');
        await auditor.waitForSelector('tbody tr:has-text("Jing"):has-text("Look at a case")');
        expect(complaints).toEqual([]);
      });
    }));

  test('sends nothing on a case that others changed: both stand side by side, and nothing is lost', () =>
    withDesk(async (desk) => {
      const { given } = desk;
      const { id } = await desk.short('A-1', '250.00');
      await givenPerson(given, 'Jing', 'operator');
      await withBrowser(given, async ({ open, url, complaints }) => {
        const page = await open('zh-CN');
        const { keyboard } = page;
        const { conflict, acts, states, breaks, nobody } = ZH;
        // She hears of nothing but what she asks for.
        await page.route('**/v1/changes*', (route) => route.abort());
        await signIn(page, url, `breaks/${id}`, { name: 'Jing' });
        await page.waitForSelector('.proposal-form');
        await keyboard.press('n');
        await page.waitForSelector('dialog[open]');
        await keyboard.type('第一稿');
        const other = given.keyOf('Otieno', 'operator', 'shop-1');
        await desk.post(other, `/v1/cases/${id}/assignment`, { owner: 'team-a' });
        await keyboard.press('Control+Enter');
        await page.waitForSelector(`dialog [role=alert]:has-text("${conflict.title}")`);
        const lines = await page.locator('dialog .conflict tbody tr').allTextContents();
        expect(lines.slice(0, 2)).toEqual([
          `${breaks.columns.status}${states.new}${states.assigned}`,
          `${breaks.columns.owner}${nobody}team-a`,
        ]);
        expect(await page.inputValue('dialog textarea:focus')).toBe('第一稿');
        expect(await axeFaults(page, 'all')).toEqual([]);
        await keyboard.press('Control+Enter');
        await told(page, acts.done.noted);
        await page.waitForSelector('dialog[open]', { state: 'detached' });
        const cause = page.locator('.proposal-form select');
        await cause.press('ArrowDown');
        expect(await cause.inputValue()).toBe(CAUSES[0]);
        given.clock.at += 1_000;
        await desk.post(other, `/v1/cases/${id}/notes`, { text: '我已问过银行' });
        await cause.press('Control+Enter');
        await page.waitForSelector('.column .conflict:has-text("我已问过银行")');
        await page.waitForSelector('.proposal-form select:focus');
        given.clock.at += 1_000;
        await desk.post(other, `/v1/cases/${id}/notes`, { text: '银行会回复' });
        await page.locator('.page-bar .button:enabled').first().press('m');
        await page.waitForSelector('.detail > .conflict:has-text("银行会回复")');
        await keyboard.press('m');
        await told(page, acts.done.assigned('A-1', 'Jing'));
        await page.waitForSelector('.detail > .conflict', { state: 'detached' });
        expect(complaints.filter((line) => !/status of 409|ERR_FAILED/.test(line))).toEqual([]);
      });
    }));

  test('nor from the list: what differs of the row stands in the dialog, and many at once leave it out', () =>
    withDesk(async (desk) => {
      const { given } = desk;
      const [{ id }, second] = [await desk.short('A-1', '250.00'), await desk.short('A-2', '250.00')];
      await given.ledger.loop.catchUp();
      await givenPerson(given, 'Jing', 'operator');
      await withBrowser(given, async ({ open, url, complaints }) => {
        const page = await open('zh-CN');
        const { keyboard } = page;
        const { conflict, acts, states, breaks } = ZH;
        await page.route('**/v1/changes*', (route) => route.abort());
        await signIn(page, url, 'breaks?sort=reference', { name: 'Jing' });
        await page.waitForSelector('tr[data-framed]:has-text("A-1")');
        await keyboard.press('a');
        await page.waitForSelector('dialog[open]');
        const other = given.keyOf('Otieno', 'operator', 'shop-1');
        await desk.post(other, `/v1/cases/${id}/assignment`, { owner: 'team-a' });
        await keyboard.press('Control+Enter');
        await page.waitForSelector(`dialog [role=alert]:has-text("${conflict.title}")`);
        const [line] = await page.locator('dialog .conflict tbody tr').allTextContents();
        expect(line).toBe(`${breaks.columns.status}${states.new}${states.assigned}`);
        await keyboard.press('Control+Enter');
        await told(page, acts.done.assigned('A-1', 'Jing'));
        // Of both, the one that somebody else took meanwhile is refused.
        await page.waitForSelector('dialog[open]', { state: 'detached' });
        await keyboard.press('Escape');
        await page.locator('thead .tick input').check();
        await desk.post(other, `/v1/cases/${second.id}/assignment`, { owner: 'team-b' });
        await keyboard.press('m');
        await told(page, acts.done.refusedMany(1, 1));
        expect(complaints.filter((one) => !/status of 409|ERR_FAILED/.test(one))).toEqual([]);
      });
    }));

  test.each(readersOf('C'))(
    'opens again in two tabs by a late fact, with what was read and what changed it: $name',
    (reader) =>
      withDesk(async (desk) => {
        inZoneOf(reader, desk.given);
        const { given } = desk;
        const { words, language, zone } = reader;
        const { id, finding } = await desk.short('A-1', '250.00');
        const asha = given.browserOf('Asha', { role: 'approver', merchant: '*' });
        await givenPerson(given, 'Jing', 'operator');
        await withBrowser(given, async ({ open, url, complaints }) => {
          const tabs = [await open(language, zone), await open(language, zone)] as const;
          const isIn = (state: string) =>
            Promise.all(tabs.map((tab) => tab.waitForSelector(`.facts-line:has-text("${state}")`)));
          for (const tab of tabs) {
            await signIn(tab, url, `breaks/${id}`, { name: 'Jing' });
            await tab.waitForSelector('.proposal-form');
          }
          const made = { finding, kind: 'explain', cause: 'timing' };
          const { json } = await desk.post(desk.operator, `/v1/cases/${id}/proposals`, made);
          await desk.post(asha, `/v1/proposals/${json.id}/approval`, { content: json.content });
          await isIn(words.states.resolved);
          const later = { amount: '800.00', completed_at: '2026-06-01T11:06:00Z' };
          await given.ledger.writer.append([paid('A-1', { id: 'ev-late', data: later })]);
          await given.ledger.loop.catchUp();
          await isIn(words.states.reopened);
          const [, second] = tabs;
          // What the decision had replaced, and the decision itself.
          const former = await second.locator('.timeline .former').allTextContents();
          const replaced = new RegExp(words.detail.replacedBy('\\d+-\\d+-\\d+'));
          expect(former).toEqual([expect.stringMatching(replaced), expect.stringMatching(replaced)]);
          const { expected, observed, difference } = words.detail;
          expect(await second.locator('.old-values tbody tr').allTextContents()).toEqual([
            `${expected}1,000.001,000.00=`,
            `${observed}750.00800.00≠`,
            `${difference}−250.00−200.00≠`,
          ]);
          const changed = second.locator('.old-values .fact-links a');
          expect(await changed.allTextContents()).toHaveLength(1);
          await changed.press('Enter');
          expect(await second.textContent('li:target')).toContain('ev-late');
          const came = second.locator('.said');
          const { happened, topics } = words.detail;
          expect(await came.allTextContents()).toContain(happened.fact('shop-1', topics['orders.v1']!));
          expect(complaints).toEqual([]);
        });
      }),
  );
});
