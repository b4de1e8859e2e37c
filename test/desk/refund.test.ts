// Money that a customer paid too much goes back from the page, by keyboard alone: the maker says how much, the approver
// is told what follows, the gateway is asked once, and the case says what became of it.
import { describe, expect, test } from 'vitest';
import { caseId } from '../../src/domain/case-id.ts';
import { GatewayRefused } from '../../src/domain/gateway-errors.ts';
import { givenPerson } from '../http/access/given-people.ts';
import { withDesk } from '../http/api/given-cases.ts';
import { returned } from '../http/api/given-refunds.ts';
import { order, paid } from '../service/ledger/given-live-ledger.ts';
import { approverAt, signIn, tabTo, told } from './at-the-page.ts';
import { axeFaults, withBrowser } from './browser.ts';
import { chromiumPath } from './chromium.js';
import { inZoneOf, readersOf } from './readers.ts';

describe.skipIf(chromiumPath() === undefined)('a refund on the page', () => {
  test.each(readersOf('K'))('is proposed, approved and sent: $name', (reader) =>
    withDesk(async ({ given }) => {
      inZoneOf(reader, given);
      const { words } = reader;
      await given.ledger.writer.append([order('A-1'), paid('A-1', { data: { amount: '1300.00' } })]);
      await given.ledger.loop.catchUp();
      await givenPerson(given, 'Jing', 'operator');
      await withBrowser(given, async (browser) => {
        const { url, complaints } = browser;
        const maker = await browser.open(reader.language, reader.zone);
        const { keyboard } = maker;
        await signIn(maker, url, 'breaks?reason=AMOUNT_OVER', { name: 'Jing' });
        await maker.waitForSelector('tr[data-framed]');
        await keyboard.press('Enter');
        await maker.waitForSelector('.proposal-form');

        // The maker gives back a part, and is told what follows; more than the difference is not sent.
        await tabTo(maker, '[name=kind]');
        for (let turn = 0; turn < 4 && !(await maker.isVisible('[inputmode=decimal]')); turn++) {
          await keyboard.press('ArrowDown');
        }
        expect(await maker.inputValue('[inputmode=decimal]')).toBe('300.00');
        expect(await maker.textContent('.proposal-form')).toContain(words.refund.follows('MFS Africa'));
        await tabTo(maker, '[inputmode=decimal]');
        await keyboard.press('Control+a');
        await keyboard.type('300.01');
        await tabTo(maker, 'select');
        await keyboard.press('ArrowDown');
        await keyboard.press('Control+Enter');
        await maker.waitForSelector(`.problem:has-text("${words.refund.fault('300.00 KES')}")`);
        expect(await axeFaults(maker, 'all')).toEqual([]);
        await tabTo(maker, '[inputmode=decimal]', 'Shift+Tab');
        await keyboard.press('Control+a');
        await keyboard.type('250');
        await keyboard.press('Control+Enter');
        await told(maker, words.acts.done.proposed);
        await maker.waitForSelector(`.refund-state:has-text("${words.refund.states.waiting}")`);

        // The approver reads what follows, approves, and the gateway is asked once.
        const approver = await approverAt(given, browser, 'approvals', { reader });
        await approver.waitForSelector('.card');
        expect(await approver.textContent('.card')).toContain(words.refund.onApproval('250.00 KES', 'MFS Africa'));
        expect(await axeFaults(approver, 'all')).toEqual([]);
        await approver.keyboard.press('Control+Enter');
        await told(approver, words.refund.approved('A-1'));
        await maker.waitForSelector(`.refund-state:has-text("${words.refund.states.sent}")`);
        expect(given.gateway.refunds.map(({ amount }) => amount)).toEqual(['250.00']);

        // Nobody takes it back; beside it the case may be explained, and no second refund is offered.
        const proposal = maker.locator('.proposal').first();
        expect(await proposal.locator('button').count()).toBe(0);
        await maker.waitForSelector('.proposal-form');
        expect(await maker.textContent('.proposal-form fieldset')).not.toContain(words.proposal.kinds.refund);
        expect(await axeFaults(maker, 'all')).toEqual([]);

        // The list says it beside the state, and after its evidence that the money went back.
        await maker.goto(`${url}/desk/breaks?refund=sent`);
        const state = `${words.states.proposed} · ${words.refund.signs.sent}`;
        await maker.waitForSelector(`td.status:has-text("${state}")`);
        await given.ledger.writer.append([returned('A-1', 'F-1', '250.00')]);
        await given.ledger.loop.catchUp();
        await maker.goto(`${url}/desk/breaks?refund=succeeded`);
        await maker.waitForSelector(`td.status:has-text("${words.refund.signs.succeeded}")`);
        expect(complaints).toEqual([]);
      });
    }),
  );

  test('that the gateway refuses says so, with why, and may be proposed anew', () =>
    withDesk(async ({ given }) => {
      await given.ledger.writer.append([order('A-1'), paid('A-1', { data: { amount: '1080.00' } })]);
      await given.ledger.loop.catchUp();
      await givenPerson(given, 'Jing', 'operator');
      given.gateway.failure = new GatewayRefused({ found: 'no' }, 422);
      const [reader] = readersOf('K');
      const { words } = reader!;
      await withBrowser(given, async (browser) => {
        const maker = await browser.open(reader!.language, reader!.zone);
        const id = caseId({ key: 'A-1', stage: 'payment', reason: 'AMOUNT_OVER', subject: '' });
        await signIn(maker, browser.url, `breaks/${id}`, { name: 'Jing' });
        await maker.waitForSelector('.proposal-form');
        await tabTo(maker, '[name=kind]');
        for (let turn = 0; turn < 4 && !(await maker.isVisible('[inputmode=decimal]')); turn++) {
          await maker.keyboard.press('ArrowDown');
        }
        await tabTo(maker, 'select');
        await maker.keyboard.press('ArrowDown');
        await maker.keyboard.press('Control+Enter');
        await told(maker, words.refund.made);
        const { states, codes } = words.refund;
        await maker.waitForSelector(`.refund-state:has-text("${states.failed} (${codes.HESABU_GATEWAY_REFUSED})")`);
        expect(await maker.textContent('.proposal-form fieldset')).toContain(words.proposal.kinds.refund);
        expect(given.gateway.refunds).toEqual([]);
      });
    }));
});
