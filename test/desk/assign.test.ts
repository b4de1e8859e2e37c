// Assigning in a dialog what others assigned meanwhile: what was read stands beside what is now, and is sent then.
import { describe, expect, test } from 'vitest';
import { EN } from '../../desk/words/en.ts';
import { givenPerson } from '../http/access/given-people.ts';
import { withDesk } from '../http/api/given-cases.ts';
import { signIn, told } from './at-the-page.ts';
import { axeFaults, withBrowser } from './browser.ts';
import { chromiumPath } from './chromium.js';

describe.skipIf(chromiumPath() === undefined)('the dialog that assigns', () => {
  test.each(['on a case', 'over the list'])('%s shows that another one changed it, and sends what is seen', (where) =>
    withDesk(async (desk) => {
      const { given } = desk;
      const { id } = await desk.short('A-1', '250.00');
      await givenPerson(given, 'Jing', 'operator');
      await withBrowser(given, async ({ open, url, complaints }) => {
        const page = await open('en');
        const { keyboard } = page;
        const { conflict, acts, breaks, nobody } = EN;
        // She hears of nothing but what she asks for.
        await page.route('**/v1/changes*', (route) => route.abort());
        await signIn(page, url, where === 'on a case' ? `breaks/${id}` : 'breaks', { name: 'Jing' });
        await page.waitForSelector(where === 'on a case' ? '.proposal-form' : 'tr[data-framed]');
        await keyboard.press('a');
        await page.waitForSelector('dialog[open]');
        const other = given.keyOf('Otieno', 'operator', 'shop-1');
        await desk.post(other, `/v1/cases/${id}/assignment`, { owner: 'team-a' });
        await keyboard.press('Control+Enter');
        await page.waitForSelector(`dialog [role=alert]:has-text("${conflict.title}")`);
        expect(await page.locator('dialog .conflict tbody tr').allTextContents()).toContain(
          `${breaks.columns.owner}${nobody}team-a`,
        );
        expect(await page.evaluate('document.activeElement.closest("dialog") !== null')).toBe(true);
        expect(await axeFaults(page, 'all')).toEqual([]);
        await keyboard.press('Control+Enter');
        await told(page, acts.done.assigned('A-1', 'Jing'));
        await page.waitForSelector('dialog[open]', { state: 'detached' });
        expect(complaints.filter((line) => !/status of 409|ERR_FAILED/.test(line))).toEqual([]);
      });
    }),
  );
});
