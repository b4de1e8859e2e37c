// What a stranger asks of a decision that evidence overtakes: it covers nothing else, and whom it concerns hears of it.
import { describe, expect, test } from 'vitest';
import { ZH } from '../../desk/words/zh.ts';
import { caseId } from '../../src/domain/case-id.ts';
import { fingerprintOf } from '../../src/matching/decision-names.ts';
import { signIn } from '../desk/at-the-page.ts';
import { withBrowser } from '../desk/browser.ts';
import { chromiumPath } from '../desk/chromium.js';
import { givenPerson } from '../http/access/given-people.ts';
import { withNotices } from '../service/given-notices.ts';
import { factOf, order, paid } from '../service/ledger/given-live-ledger.ts';

const HOUR = 3_600_000;

const line = (id: string, amount: string) =>
  factOf('settlements', {
    ...{ transaction_reference: 'A-1', transaction_id: 'P-A-1', type: 'payment', currency: 'KES' },
    ...{ line_id: id, amount_received: amount, fee_deduction: '0.00', settlement_date: '2026-06-01' },
  });

describe.skipIf(chromiumPath() === undefined)(
  'given a settlement that was too small, written off by two people',
  () => {
    test('then a late line that changes the amount opens it again, says why, and three people are told (4.6)', () =>
      withNotices(async (world) => {
        const { given, post } = world;
        const owner = world.person('Baraka', 'operator', 'shop-1');
        world.routing.rows = [{ owner }];
        const maker = await givenPerson(given, 'Jing', 'operator', 'shop-1');
        const checker = await givenPerson(given, 'Neema', 'approver', 'shop-1');
        const auditor = given.key('auditor', '*');
        const shown = async () => (await given.ask({ url: '/v1/transactions/A-1', key: auditor })).json;
        await given.ledger.writer.append([order('A-1'), paid('A-1'), line('L-1', '700.00')]);
        await given.ledger.loop.catchUp();
        const finding = (await shown()).findings.find((one: { reason: string }) => one.reason === 'SETTLEMENT_AMOUNT');
        expect(finding).toMatchObject({ stage: 'settlement', difference: '-300.00', currency: 'KES' });
        const id = caseId({ key: 'A-1', stage: 'settlement', reason: 'SETTLEMENT_AMOUNT', subject: finding.subject });
        const wanted = { finding: fingerprintOf(finding), kind: 'write_off', cause: 'goodwill' };
        const { json: proposal } = await post(maker.headers, `/v1/cases/${id}/proposals`, wanted);
        const { content } = proposal;
        const approval = await post(checker.headers, `/v1/proposals/${proposal.id}/approval`, { content });
        expect([approval.status, (await shown()).stages.settlement]).toEqual([200, 'resolved']);
        await world.told();

        given.clock.at += HOUR;
        await given.ledger.writer.append([line('L-2', '100.00')]);
        await given.ledger.loop.catchUp();
        expect((await shown()).stages.settlement).toBe('unmatched');
        expect(await world.told()).toEqual(
          ['Baraka', 'Jing', 'Neema', 'room'].map((who) => `case.reopened A-1 -> ${who}`),
        );
        expect(world.textFor(`mail ${owner}`).at(-2)).toContain('was 300.00 KES, is 200.00 KES');

        await withBrowser(given, async ({ open, url, complaints }) => {
          const page = await open('zh-CN');
          await signIn(page, url, `breaks/${id}`, { name: 'Jing' });
          await page.waitForSelector(`.facts-line:has-text("${ZH.states.reopened}")`);
          const read = page.locator(`table:has(th:has-text("${ZH.proposal.wasProposed}"))`);
          await read.waitFor();
          expect((await read.locator('tbody tr').allTextContents()).map((row) => row.replaceAll(/\s/g, ''))).toEqual([
            expect.stringContaining('1,000.001,000.00'),
            expect.stringContaining('700.00800.00≠'),
            expect.stringContaining('−300.00−200.00≠'),
          ]);
          expect(complaints).toEqual([]);
        });
      }));
  },
);
