// A figure leads to the row of the file that it is from: on a case, on a transaction, and behind a statement's figure.
import { describe, expect, test } from 'vitest';
import { EN } from '../../desk/words/en.ts';
import { ZH } from '../../desk/words/zh.ts';
import { caseId } from '../../src/domain/case-id.ts';
import { givenPerson } from '../http/access/given-people.ts';
import { withDesk } from '../http/api/given-cases.ts';
import { paid } from '../service/ledger/given-live-ledger.ts';
import { signIn } from './at-the-page.ts';
import { axeFaults, withBrowser } from './browser.ts';
import { chromiumPath } from './chromium.js';

const ORDERS = [
  'merchant,transaction_reference,amount,currency,placed_at',
  'shop-1,A-0,1000.00,KES,2026-06-01T10:00:00Z',
  'shop-1,A-1,1000.00,KES,2026-06-01T10:00:00Z',
];
const LINES = [
  'transaction_reference,transaction_id,type,line_id,amount_received,fee_deduction,currency,settlement_date',
  'A-1,P-A-1,payment,L-1,1000.00,15.00,KES,2026-06-01',
];
const CASE = caseId({ key: 'A-0', stage: 'payment', reason: 'AMOUNT_UNDER', subject: '' });

describe.skipIf(chromiumPath() === undefined)('facts of files on the page', () => {
  test('name the file and the row, and so does what a figure is made of', () =>
    withDesk(async ({ given }) => {
      for (const [kind, lines] of Object.entries({ orders: ORDERS, settlements: LINES })) {
        const url = `/v1/imports?${new URLSearchParams({ kind, name: `${kind}.csv` })}`;
        const file = { payload: `${lines.join('\n')}\n`, headers: { 'content-type': 'text/csv' } };
        await given.ask({ method: 'POST', url, key: given.key('operator', '*'), ...file });
      }
      await given.ledger.writer.append([paid('A-0', { data: { amount: '900.00' } })]);
      await givenPerson(given, 'Jing', 'operator');
      await withBrowser(given, async ({ open, url, complaints }) => {
        const page = await open('en');
        await signIn(page, url, `breaks/${CASE}`, { name: 'Jing' });
        await page.waitForSelector(`.fact-list summary:has-text("orders.csv · ${EN.detail.row(2)}")`);
        await page.goto(`${url}/desk/search?q=A-1`);
        await page.waitForSelector(`.fact-list summary:has-text("settlements.csv · ${EN.detail.row(2)}")`);
        const chinese = await open('zh-CN');
        await signIn(chinese, url, 'statements/2026-06-01/rows?line=settled&currency=KES', { name: 'Jing' });
        await chinese.waitForSelector(`tbody td:has(a[href$="preview=2"]):has-text("${ZH.detail.row(2)}")`);
        expect(await axeFaults(chinese, 'all')).toEqual([]);
        expect(complaints).toEqual([]);
      });
    }));
});
