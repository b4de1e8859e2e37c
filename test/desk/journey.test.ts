// People at the page, by keyboard alone, each in a language and a zone: one assigns and proposes, another one approves
// in a browser of her own (A); and a sign-in that ends and goes on (G).
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { ZH } from '../../desk/words/zh.ts';
import { CAUSES } from '../../src/domain/decision.ts';
import { codeOf, givenPerson, PASSWORD } from '../http/access/given-people.ts';
import { type Desk, withDesk } from '../http/api/given-cases.ts';
import { paid } from '../service/ledger/given-live-ledger.ts';
import { approverAt, signIn, told } from './at-the-page.ts';
import { type GivenBrowser, withBrowser } from './browser.ts';
import { chromiumPath } from './chromium.js';
import { inZoneOf, type Reader, readersOf } from './readers.ts';

async function propose(desk: Desk, { open, url }: GivenBrowser, { language, zone, words }: Reader): Promise<Page> {
  await givenPerson(desk.given, 'Jing', 'operator');
  const page = await open(language, zone);
  const { keyboard } = page;
  await signIn(page, url, '', { name: 'Jing' });
  await page.waitForSelector('tr[data-framed]');
  await keyboard.press('/');
  await keyboard.type('A-2');
  await keyboard.press('Enter');
  await page.waitForSelector('tbody tr:nth-child(2)', { state: 'detached' });
  expect(page.url()).toBe(`${url}/desk/breaks?q=A-2`);
  await keyboard.press('m');
  await told(page, words.acts.done.assigned('A-2', 'Jing'));
  await keyboard.press('Enter');
  await page.waitForSelector('.proposal-form');
  await keyboard.press('p');
  await keyboard.press('ArrowLeft');
  expect(await page.textContent('.proposal-form')).toContain(words.proposal.needs);
  await keyboard.press('Tab');
  await keyboard.press('ArrowDown');
  await keyboard.press('Tab');
  await keyboard.type('银行扣了手续费');
  await keyboard.press('Control+Enter');
  await told(page, words.acts.done.proposed);
  await page.waitForSelector('.proposal.live');
  return page;
}

async function approve({ given }: Desk, browser: GivenBrowser, reader: Reader): Promise<void> {
  const { words } = reader;
  const page = await approverAt(given, browser, 'approvals', { reader });
  await page.waitForSelector('.card[data-framed] .button.main');
  expect(await page.textContent('.card')).toContain(words.proposal.kinds.write_off);
  await page.keyboard.press('Control+Enter');
  await told(page, words.acts.done.approved('A-2'));
}

describe.skipIf(chromiumPath() === undefined)('the page in a browser', () => {
  test.each(readersOf('A'))(
    'lets one propose and another approve, and the case is resolved for both: $name',
    (reader) =>
      withDesk(async (desk) => {
        inZoneOf(reader, desk.given);
        const { language, zone, words } = reader;
        for (const [reference, by] of [
          ['A-1', '50.00'],
          ['A-2', '250.00'],
          ['A-3', '10.00'],
        ] as const)
          await desk.short(reference, by);
        await withBrowser(desk.given, async (browser) => {
          const maker = await propose(desk, browser, reader);
          const own = await browser.open(language, zone);
          await signIn(own, browser.url, 'approvals', { name: 'Jing' });
          await own.waitForSelector('.card');
          expect(await own.textContent('.decide')).toContain(words.approvals.ownTitle);
          await approve(desk, browser, reader);
          expect(await desk.standing('A-2')).toBe('resolved');
          await maker.reload();
          await maker.waitForSelector(`.facts-line:has-text("${words.states.resolved}")`);
          expect(browser.complaints).toEqual([]);
        });
      }),
  );

  test('sends nothing when the evidence changed, shows both, and asks for a sign-in where the session ended', () =>
    withDesk(async (desk) => {
      const { given } = desk;
      const { id } = await desk.short('A-1', '250.00');
      const jing = await givenPerson(given, 'Jing', 'operator');
      await withBrowser(given, async ({ open, url, complaints }) => {
        const page = await open('zh-CN');
        const { keyboard } = page;
        await signIn(page, url, `breaks/${id}`, { name: 'Jing' });
        await page.waitForSelector('.proposal-form');
        const later = { amount: '800.00', completed_at: '2026-06-01T11:06:00Z' };
        await given.ledger.writer.append([paid('A-1', { id: 'ev-later', data: later })]);
        await keyboard.press('p');
        await keyboard.press('Tab');
        await keyboard.press('ArrowDown');
        await keyboard.press('Control+Enter');
        await page.waitForSelector('.changed');
        const rows = await page.locator('.changed tbody tr').allTextContents();
        expect(rows.map((row) => row.replaceAll(/\s/g, ''))).toEqual([
          '应有1,000.001,000.00=',
          '实际750.00800.00≠',
          '差额-250.00-200.00≠'.replaceAll('-', '−'),
        ]);
        expect((await given.ask({ url: `/v1/cases/${id}`, key: given.key('auditor', '*') })).json.proposals).toEqual(
          [],
        );
        given.parts.people.disable(jing.id, given.clock.now());
        await keyboard.press('Escape');
        await page.waitForSelector('.sign-in [role=status]:has-text("会话已结束")');
        // The stream of changes may have said so before the key was heard; either page is come back to.
        expect([`${url}/desk/breaks`, `${url}/desk/breaks/${id}`]).toContain(page.url());
        // The browser itself says what was refused: the proposal, and the requests of a session that ended.
        expect(complaints.filter((line) => !/status of (409|401)/.test(line))).toEqual([]);
      });
    }));

  test('resolves nothing where evidence changed while an approver reads, and shows both values (4.5)', () =>
    withDesk(async (desk) => {
      const { given, post, operator } = desk;
      const { id, finding } = await desk.short('A-1', '250.00');
      await post(operator, `/v1/cases/${id}/proposals`, { finding, kind: 'write_off', cause: 'goodwill' });
      await withBrowser(given, async (browser) => {
        const page = await approverAt(given, browser, 'settings');
        // She has not heard of it yet.
        await page.route('**/v1/changes*', (route) => route.abort());
        await page.goto(`${browser.url}/desk/approvals`);
        await page.waitForSelector('.card[data-framed] .button.main');
        const data = { amount: '800.00', completed_at: '2026-06-01T11:06:00Z' };
        await given.ledger.writer.append([paid('A-1', { id: 'ev-later', data })]);
        await page.keyboard.press('Control+Enter');
        const { approvals, proposal } = ZH;
        await page.waitForSelector(`.card:has-text("${approvals.staleTitle}")`);
        const rows = await page.locator('.card tbody tr').allTextContents();
        expect(rows.map((row) => row.replaceAll(/\s/g, ''))).toEqual([
          expect.stringContaining('1,000.001,000.00'),
          expect.stringContaining('750.00800.00≠'),
          expect.stringContaining('−250.00−200.00≠'),
        ]);
        expect(await page.locator('body').textContent()).toContain(proposal.changedTitle);
        expect([await desk.standing('A-1'), await page.locator('.card .button.main').count()]).toEqual([
          'unmatched',
          0,
        ]);
        await page.waitForSelector('body :focus');
        expect(browser.complaints.filter((line) => !/409|ERR_FAILED/.test(line))).toEqual([]);
      });
    }));

  test('takes a proposal away from an approver who looks at it, once evidence answered it', () =>
    withDesk(async (desk) => {
      const { given, post, operator } = desk;
      const { id, finding } = await desk.short('A-1', '250.00');
      await post(operator, `/v1/cases/${id}/proposals`, { finding, kind: 'write_off', cause: 'goodwill' });
      await withBrowser(given, async (browser) => {
        const page = await approverAt(given, browser, 'approvals');
        await page.waitForSelector('.card');
        const data = { amount: '250.00', transaction_id: 'P-rest', completed_at: '2026-06-01T11:06:00Z' };
        await given.ledger.writer.append([paid('A-1', { id: 'ev-rest', data })]);
        await page.waitForSelector('.card', { state: 'detached' });
        await page.waitForSelector('main :text("没有待复核的提议")');
        expect(browser.complaints).toEqual([]);
      });
    }));

  test.each(readersOf('G'))(
    'asks an approver for her code again when the session ended, and has all that she wrote: $name',
    (reader) =>
      withDesk(async (desk) => {
        inZoneOf(reader, desk.given);
        const { given } = desk;
        const { language, zone, words } = reader;
        const { id } = await desk.short('A-1', '250.00');
        const { secret } = await givenPerson(given, 'Neema', 'approver');
        const code = () => {
          given.clock.at += 60_000;
          return codeOf(given, secret!);
        };
        await withBrowser(given, async ({ open, url, complaints }) => {
          const page = await open(language, zone);
          const { keyboard } = page;
          await signIn(page, url, `breaks/${id}`, { name: 'Neema', code: code() });
          await page.waitForSelector('.proposal-form');
          await keyboard.press('p');
          await keyboard.press('ArrowLeft');
          await keyboard.press('Tab');
          await keyboard.press('ArrowDown');
          await keyboard.press('Tab');
          await keyboard.type('银行扣了手续费');
          await keyboard.press('Tab');
          await keyboard.press('n');
          await page.waitForSelector('dialog[open]');
          await keyboard.type('第一稿');
          await page.context().clearCookies();
          await keyboard.press('Control+Enter');
          await page.waitForSelector(`.sign-in [role=status]:has-text("${words.signIn.ended}")`);
          for (const text of ['Neema', PASSWORD, code()]) {
            await keyboard.press('Tab');
            await keyboard.type(text);
          }
          await keyboard.press('Enter');
          await page.waitForSelector('.proposal-form');
          expect(page.url()).toBe(`${url}/desk/breaks/${id}`);
          expect(await page.locator('.proposal-form label:has(input:checked)').textContent()).toBe(
            words.proposal.kinds.write_off,
          );
          const [cause, text] = ['.proposal-form select', '.proposal-form .line > input'] as const;
          expect([await page.inputValue(cause), await page.inputValue(text)]).toEqual([CAUSES[0], '银行扣了手续费']);
          await keyboard.press('n');
          await page.waitForSelector('dialog[open]');
          expect(await page.inputValue('dialog textarea')).toBe('第一稿');
          await keyboard.press('Control+Enter');
          await told(page, words.acts.done.noted);
          expect(complaints.filter((line) => !line.includes('401'))).toEqual([]);
        });
      }),
  );
});
