// Changes of rules at the page: what changed, and which open cases it ended.
import { describe, expect, test } from 'vitest';
import { givenPerson } from '../http/access/given-people.ts';
import { withDesk } from '../http/api/given-cases.ts';
import { signIn, tabTo } from './at-the-page.ts';
import { axeFaults, excessWidth, withBrowser } from './browser.ts';
import { chromiumPath } from './chromium.js';
import { readersOf } from './readers.ts';

describe.skipIf(chromiumPath() === undefined)('the history of rules on the page', () => {
  test.each(readersOf('R'))('says what new rules changed, and what they ended: $name', (reader) =>
    withDesk(async (desk) => {
      const { given } = desk;
      const { audit } = reader.words;
      await desk.short('A-1', '20.00');
      const { loop } = given.ledger;
      given.clock.at += 60_000;
      loop.rules = { ...loop.rules, tolerance: { KES: '1000000.00' } } as never;
      await loop.catchUp();
      await givenPerson(given, 'Asha', 'auditor');
      await withBrowser(given, async ({ open, url, complaints }) => {
        const page = await open(reader.language, reader.zone);
        await signIn(page, url, 'audit', { name: 'Asha' });
        await page.waitForSelector('.tabs');
        await tabTo(page, '.tabs a[href$="show=rules"]');
        await page.keyboard.press('Enter');
        await page.waitForSelector('.rules tbody tr');
        const cells = await page.locator('.rules tbody tr > :nth-child(n+3)').allTextContents();
        expect(cells).toEqual(['tolerance.KES: — → "1000000.00"', '1', '20.00 KES', audit.firstRules, '0', '']);
        expect(await axeFaults(page, 'all')).toEqual([]);
        await page.setViewportSize({ width: 320, height: 640 });
        expect(await excessWidth(page)).toBe(0);
        expect(complaints).toEqual([]);
      });
    }),
  );
});
