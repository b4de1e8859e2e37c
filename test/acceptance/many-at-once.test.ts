// What a stranger asks of work on very many breaks: what was counted is what is done, others see it, one step takes it
// back, and a service that is killed half-way does each row once.

import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { ZH } from '../../desk/words/zh.ts';
import { PeopleStore } from '../../src/http/access/people-store.ts';
import { openReader } from '../../src/log/log-reader.ts';
import { signIn, tabTo, told } from '../desk/at-the-page.ts';
import { withWindows } from '../desk/browser.ts';
import { chromiumPath } from '../desk/chromium.js';
import { freePort } from '../free-port.ts';
import { grants, PASSWORD } from '../http/access/given-people.ts';
import { openLiveLedger, order, paid, StillClock } from '../service/ledger/given-live-ledger.ts';
import { end, makeSite, removeSite, serve } from '../service/service-client.ts';

/** More than two rounds of a batch; a soak has 10,000. */
const BREAKS = Number(process.env.HESABU_TEST_DESK_BREAKS ?? 600);
const PAGE_ROWS = 100;
const KILL_MILLIS_MAX = 60_000;
const TEAM = 'team-a';
const LIST = 'breaks?reason=AMOUNT_UNDER';
/** The team has one break already, so that the page offers it. */
const ROUTING = [{ reason: 'AMOUNT_UNDER', value_from: '500', owner: TEAM }];

type Site = ReturnType<typeof makeSite>;

async function putBreaks({ data }: Site): Promise<void> {
  const ledger = await openLiveLedger(data, new StillClock());
  const short = (name: string, amount: string) => [order(name), paid(name, { data: { amount } })];
  const names = Array.from({ length: BREAKS }, (_, at) => `A-${10_000 + at}`);
  await ledger.writer.append([...names.flatMap((name) => short(name, '980.00')), ...short('T-1', '400.00')]);
  await ledger.loop.catchUp();
  await ledger.close();
}

async function putPerson({ data }: Site, url: string, name: string, role: 'operator' | 'auditor'): Promise<void> {
  const about = { name, mail: null, language: 'en', zone: 'UTC', grants: grants(role) } as const;
  const { invite } = new PeopleStore(data).create(about, Date.now());
  const headers = { origin: url, 'x-hesabu-request': '1', 'content-type': 'application/json' };
  const body = JSON.stringify({ invite, password: PASSWORD });
  expect((await fetch(`${url}/v1/session/invite`, { method: 'POST', headers, body })).status).toBe(201);
}

/** How many assignments are facts on the disk. */
function assignments({ data }: Site): number {
  const reader = openReader(data);
  try {
    const ends = Array.from({ length: reader.partitions }, (_, at) => Number(reader.end('decisions.v1', at)));
    return ends.reduce((sum, count) => sum + count, 0);
  } finally {
    reader.close();
  }
}

/** Ends a service once facts of a batch are on the disk whose rows are not marked as done, before it has done all. */
async function killHalfWay(site: Site, serving: Awaited<ReturnType<typeof serve>>): Promise<void> {
  const database = new DatabaseSync(join(site.data, 'service.db'), { timeout: KILL_MILLIS_MAX });
  const done = database.prepare("SELECT count(*) AS count FROM batch_rows WHERE status = 'done'");
  const marked = () => Number(done.get()!.count);
  const until = (isSo: () => boolean) => {
    const latest = performance.now() + KILL_MILLIS_MAX;
    while (!isSo()) if (performance.now() > latest) throw new Error('the batch does not go on');
  };
  until(() => marked() > 0);
  // No row can be marked from here on.
  database.exec('BEGIN IMMEDIATE');
  until(() => assignments(site) > marked());
  serving.process.kill('SIGKILL');
  await serving.ended;
  database.exec('ROLLBACK');
  database.close();
  expect(assignments(site)).toBeLessThan(BREAKS);
}

const hasRows = (page: Page, owner: string, count: number) =>
  expect.poll(() => page.locator(`.breaks-table tbody tr:has-text("${owner}")`).count()).toBe(count);

test.skipIf(chromiumPath() === undefined)(
  `given ${BREAKS} breaks, when all that match go to a team and the service is killed half-way, then as many as the ` +
    'preview counted are the team’s, each row once, also in another browser, and one step takes them back (4.9)',
  { timeout: 180_000 + BREAKS * 100 },
  async () => {
    const site = makeSite({ listen: { port: await freePort() }, desk: { routing: ROUTING } });
    let serving: Awaited<ReturnType<typeof serve>> | undefined;
    try {
      await putBreaks(site);
      serving = await serve(site.config);
      await putPerson(site, serving.url, 'Jing', 'operator');
      await putPerson(site, serving.url, 'Asha', 'auditor');
      await withWindows(serving.url, async ({ open, url, complaints }) => {
        const [page, other] = [await open('zh-CN'), await open('en')];
        await signIn(other, url, LIST, { name: 'Asha' });
        await signIn(page, url, LIST, { name: 'Jing' });
        await page.waitForSelector('tr[data-framed]');

        // When all that match go to the team, after a preview.
        const { bulk } = ZH;
        await page.keyboard.press('*');
        await page.waitForSelector('.bulk-bar');
        await page.keyboard.press('a');
        await page.waitForSelector('.bulk-bar select:focus');
        await page.keyboard.type(TEAM);
        await page.keyboard.press('Control+Enter');
        const counted = bulk.counted(bulk.acts.assign(BREAKS), 1, 0);
        await page.waitForSelector(`.bulk-bar [role=status]:has-text("${counted}")`);
        await hasRows(other, TEAM, 0);
        await page.keyboard.press('Control+Enter');

        // When the service is killed half-way, and started again.
        await killHalfWay(site, serving!);
        serving = await serve(site.config);

        // Then the result is what the preview counted, each row once.
        await told(page, bulk.done(bulk.acts.assign(BREAKS), 1, 0));
        expect(assignments(site)).toBe(BREAKS);
        const answer = await page.evaluate<{ total: number }>(
          `fetch('/v1/cases?reason=AMOUNT_UNDER&owner=${TEAM}&limit=1').then((answer) => answer.json())`,
        );
        expect(answer.total).toBe(BREAKS + 1);

        // Then the other browser shows them, and nobody reloaded it.
        await hasRows(other, TEAM, Math.min(PAGE_ROWS, BREAKS + 1));

        // Then one step takes all of them back, in both.
        await page.reload();
        await page.waitForSelector(`.undo-line:has-text("${bulk.acts.assign(BREAKS)}")`);
        await tabTo(page, '.undo-line .link');
        await page.keyboard.press('Enter');
        await told(page, bulk.undone(BREAKS, 0));
        expect(assignments(site)).toBe(2 * BREAKS);
        await hasRows(other, TEAM, 0);
        // What a browser says of a service that is away.
        expect(complaints.filter((line) => !/net::ERR_|status of 50[23]/.test(line))).toEqual([]);
      });
      expect(await end(serving)).toBe(0);
    } finally {
      serving?.process.kill('SIGKILL');
      await serving?.ended;
      removeSite(site);
    }
  },
);
