// Money that lost its reference is linked to its order on the page, by keyboard alone: taken from a suggestion or found
// by its reference, shared out to the last cent, approved in a second browser, and revoked (journey B).
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import type { Words } from '../../desk/words/zh.ts';
import { sentenceFor } from '../../src/domain/reason-words.ts';
import { givenPerson } from '../http/access/given-people.ts';
import type { Given } from '../http/api/given-api.ts';
import { withDesk } from '../http/api/given-cases.ts';
import { order, paid } from '../service/ledger/given-live-ledger.ts';
import { approverAt, compose, signIn, tabTo, told } from './at-the-page.ts';
import { axeFaults, withBrowser } from './browser.ts';
import { chromiumPath } from './chromium.js';
import { inZoneOf, type Reader, readersOf } from './readers.ts';

const PHONE = '+254711223344';
const HOUR_MILLIS = 3_600_000;
/** What a payment goes by whose reference was lost. */
const LOST = '?mfs-africa:P-77';

/** What the ledger says of both keys, but for the times at which it was asked. */
async function bothKeys({ ask, key, ledger }: Given): Promise<object[]> {
  await ledger.loop.catchUp();
  const shown = await Promise.all(
    [LOST, 'A-1'].map((name) => ask({ url: `/v1/transactions/${encodeURIComponent(name)}`, key: key('auditor', '*') })),
  );
  return shown.map(({ json: { stages, standing, amounts, findings } }) => ({
    ...{ stages, standing, amounts },
    findings: findings.map(({ entry: _, ...finding }: { entry: unknown }) => finding),
  }));
}

/** What the page of a transaction says was found of it. */
async function found(page: Page, url: string, name: string): Promise<string[]> {
  await page.goto(`${url}/desk/search?q=${encodeURIComponent(name)}`);
  await page.waitForSelector('.figures');
  return page.locator('.finding').allTextContents();
}

const sentence = (reader: Reader, reason: 'LINKED' | 'LINKED_IN', subject: string) => {
  const amount = { observed: '300.00', difference: '300.00', expected: null, currency: 'KES' };
  return sentenceFor({ stage: 'payment', kind: 'decision', reason, subject, ...amount }, reader.language);
};

describe.skipIf(chromiumPath() === undefined)('a link on the page', () => {
  test.each(readersOf('E'))('of a payment without a reference, from suggestion to end (4.11): $name', (reader) =>
    withDesk(async ({ given }) => {
      inZoneOf(reader, given);
      const { words } = reader;
      // A customer ordered and paid five minutes later; the callback came without the shop's reference.
      await given.ledger.writer.append([
        order('A-1', { amount: '300.00', msisdn: PHONE }),
        paid(null, { id: 'ev-1', data: { transaction_id: 'P-77', amount: '300.00', msisdn: PHONE } }),
      ]);
      given.clock.at += 2 * HOUR_MILLIS;
      const before = await bothKeys(given);
      await givenPerson(given, 'Jing', 'operator');
      await withBrowser(given, async (browser) => {
        const { url, complaints } = browser;
        const maker = await browser.open(reader.language, reader.zone);
        const { keyboard } = maker;

        // The operator opens the break: the order is suggested, with its signs.
        await signIn(maker, url, 'breaks?reason=ORDER_MISSING', { name: 'Jing' });
        await maker.waitForSelector('tr[data-framed]');
        await keyboard.press('Enter');
        await maker.waitForSelector('.suggestions .take');
        const signs = (await maker.textContent('.suggestions li'))!;
        for (const sign of [words.detail.plainSigns.same_amount, words.detail.plainSigns.same_phone]) {
          expect(signs).toContain(`✓ ${words.detail.yes} ${sign}`);
        }
        expect(signs).toContain(words.detail.apart(5));

        // One key takes it: all of the money is shared out, and the cause has the focus.
        await keyboard.press('l');
        await maker.waitForSelector('.link-fields[data-even]');
        expect(await maker.inputValue('.link-fields li input')).toBe('300.00');
        expect(await maker.textContent('.link-fields .left')).toContain(`${words.link.left} 0.00 KES`);
        await maker.waitForSelector('select:focus');
        expect(await axeFaults(maker, 'all')).toEqual([]);
        await keyboard.press('ArrowDown');
        await keyboard.press('Control+Enter');
        await told(maker, words.acts.done.proposed);
        expect(await bothKeys(given)).toEqual(before);

        // Another person approves it in a browser of her own.
        const checker = await approverAt(given, browser, 'approvals', { name: 'Neema', reader });
        await checker.waitForSelector('.card[data-framed] .button.main');
        expect(await checker.textContent('.proposed')).toContain(
          `${words.proposal.kinds.link} 300.00 KES → A-1 300.00`,
        );
        await checker.keyboard.press('Control+Enter');
        await told(checker, words.acts.done.approved(LOST));

        // Both keys say so, and the break is resolved where the operator still has it open.
        await maker.waitForSelector(`.facts-line:has-text("${words.states.resolved}")`);
        const address = maker.url();
        expect(await found(maker, url, 'A-1')).toEqual([sentence(reader, 'LINKED_IN', LOST)]);
        expect(await found(maker, url, LOST)).toEqual([sentence(reader, 'LINKED', 'ORDER_MISSING/')]);

        // It is revoked, with a reason: both keys are as before, and the break is open again.
        await checker.goto(address);
        await checker.waitForSelector('.proposal.live');
        await tabTo(checker, '.proposal.live button');
        await checker.keyboard.press('Enter');
        await checker.waitForSelector('dialog[open]');
        await checker.keyboard.type('another order');
        await checker.keyboard.press('Control+Enter');
        await told(checker, words.acts.done.revoked);
        expect(await bothKeys(given)).toEqual(before);
        await checker.waitForSelector('.suggestions .take');
        expect(complaints).toEqual([]);
      });
    }),
  );

  test('is shared out to the cent over orders by their references; what does not fit is said at its field', () =>
    withDesk(async (desk) => {
      const { given } = desk;
      await givenExcess(given);
      const [{ language, words }] = readersOf('E') as [Reader];
      const { faults } = words.link;
      await withBrowser(given, async ({ open, url, complaints }) => {
        const page = await open(language);
        const { keyboard } = page;
        await signIn(page, url, 'breaks?reason=AMOUNT_OVER', { name: 'Jing' });
        await page.waitForSelector('tr[data-framed]');
        await keyboard.press('Enter');
        await page.waitForSelector('.proposal-form');
        await refuseOrders(page, words);

        // What is left is counted as it is typed; the service's own refusal stands at the field too.
        await add(page, 'P-1');
        await page.waitForSelector('.link-fields li:nth-child(2)');
        await tabTo(page, 'select');
        await keyboard.press('ArrowDown');
        await keyboard.press('Control+Enter');
        await problem(page, words.link.refused.to('KES'));
        await tabTo(page, 'button[aria-label$="P-1"]', 'Shift+Tab');
        await keyboard.press('Enter');
        await page.waitForSelector('.link-fields li:nth-child(2)', { state: 'detached' });
        await keyboard.press('Control+Enter');
        await problem(page, faults.left('30.00 KES'));
        await add(page, 'A-3');
        await page.waitForSelector('.link-fields[data-even]');
        await tabTo(page, '.link-fields li:nth-child(2) input', 'Shift+Tab');
        await typeOver(page, '40');
        await page.waitForSelector(`.link-fields .left:has-text("${words.link.tooMuch} 10.00 KES")`);
        await keyboard.press('Enter');
        await keyboard.press('Control+Enter');
        await problem(page, faults.over('10.00 KES'));
        await typeOver(page, '３０');
        expect(await page.locator('.link-fields .about').allTextContents()).toEqual([
          expect.stringContaining(words.link.outcomes.full('')),
          expect.stringContaining(words.link.outcomes.short('20.00')),
        ]);
        expect((await given.ledger.reader.findKey('A-1'))!.decisions).toEqual([]);
        await keyboard.press('Control+Enter');
        await told(page, words.acts.done.resolved);
        const proposal = await page.textContent('.proposal.live');
        expect(proposal).toContain(`${words.proposal.kinds.link} 90.00 KES → A-2 60.00, → A-3 30.00`);
        expect(await desk.standing('A-2')).toBe('resolved');
        // The browser itself says what was refused.
        expect(complaints.filter((line) => !/status of (404|422|300)/.test(line))).toEqual([]);
      });
    }));
});

/** An order that was paid 90.00 too much, and others that this may, or may not, have been for. */
async function givenExcess(given: Given): Promise<void> {
  const shared = { operator_transaction_id: 'OP-1' };
  await given.ledger.writer.append([
    order('A-1'),
    paid('A-1', { data: { amount: '1090.00' } }),
    order('A-2', { amount: '60.00' }),
    order('A-3', { amount: '50.00' }),
    order('U-1', { amount: '60', currency: 'UGX' }),
    order('P-1', { amount: '30.00', parent: 'P' }),
    paid('X-9', { data: { amount: '90.00', transaction_id: 'P-9', ...shared } }),
    paid('X-8', { data: { amount: '70.00', transaction_id: 'P-8', ...shared } }),
  ]);
  await given.ledger.loop.catchUp();
  await givenPerson(given, 'Jing', 'operator');
}

/** Nothing is suggested, so the key of a link goes to the field; each order that does not fit says why. */
async function refuseOrders(page: Page, { link: { faults } }: Words): Promise<void> {
  await page.keyboard.press('l');
  await page.waitForSelector('.link-fields .line input:focus');
  await page.keyboard.press('Control+Enter');
  await problem(page, faults.none);
  // The Enter of an input method asks for nothing.
  await compose(page, 'dd', '订单');
  expect(await page.inputValue('.link-fields .line input')).toBe('订单');
  await problem(page, faults.none);
  for (const [name, text] of [
    ['N-0', faults.missing('N-0')],
    ['OP-1', faults.several('OP-1')],
    ['A-1', faults.own('A-1')],
    ['U-1', faults.currency('U-1', 'UGX')],
    ['X-9', faults.noOrder('X-9')],
  ] as const) {
    await add(page, name);
    await problem(page, text);
  }
  await add(page, 'A-2');
  await page.waitForSelector('.link-fields li');
  await add(page, 'A-2');
  await problem(page, faults.twice('A-2'));
}

const problem = (page: Page, text: string) => page.waitForSelector(`.link-fields .problem:has-text("${text}")`);

async function typeOver(page: Page, text: string): Promise<void> {
  await page.keyboard.press('Control+A');
  await page.keyboard.type(text);
}

async function add(page: Page, name: string): Promise<void> {
  await typeOver(page, name);
  await page.keyboard.press('Enter');
}
