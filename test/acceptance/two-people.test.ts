// What a stranger asks of two people who decide: nobody decides alone, by whatever way; and what both decided can be
// read, proved and replayed.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { ZH } from '../../desk/words/zh.ts';
import { proveEntry } from '../../src/app/proof.ts';
import { replayLedger } from '../../src/app/replay.ts';
import { traceName } from '../../src/app/trace/trace.ts';
import { entryId } from '../../src/domain/entry.ts';
import { verifyDirectory } from '../../src/engine/verification/directory.ts';
import { approverAt, told } from '../desk/at-the-page.ts';
import { withBrowser } from '../desk/browser.ts';
import { chromiumPath } from '../desk/chromium.js';
import { withDesk } from '../http/api/given-cases.ts';
import { approved, type Proposed, SERVICE, STRANGER, WANJIRU } from '../matching/given-decisions.ts';
import { openLiveLedger } from '../service/ledger/given-live-ledger.ts';

const dir = mkdtempSync(join(tmpdir(), 'hesabu-two-people-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

/** What her own page sends: the service cannot tell it from a command line. */
const SEND = (url: string, body: object) => `fetch(${JSON.stringify(url)}, {
  method: 'POST',
  headers: { 'content-type': 'application/json', 'idempotency-key': 'own-1', 'x-hesabu-request': '1' },
  body: ${JSON.stringify(JSON.stringify(body))},
}).then(async (answer) => [answer.status, (await answer.json()).code])`;

describe.skipIf(chromiumPath() === undefined)('given a break that needs a second person', () => {
  test('then its maker has no button, gets 403, and changes nothing by hand in the log, which verify tells (4.3)', () =>
    withDesk(async (desk) => {
      const { given } = desk;
      const { id } = await desk.short('A-1', '250.00');
      await withBrowser(given, async (browser) => {
        const page = await approverAt(given, browser, `breaks/${id}`);
        await page.waitForSelector('.proposal-form');
        await page.keyboard.press('p');
        await page.keyboard.press('Tab');
        await page.keyboard.press('ArrowDown');
        await page.keyboard.press('Control+Enter');
        await told(page, ZH.acts.done.proposed);
        await page.goto(`${browser.url}/desk/approvals`);
        await page.waitForSelector(`.card:has-text("${ZH.approvals.ownTitle}")`);
        expect(await page.locator('.card .button.main').count()).toBe(0);
        const { json } = await given.ask({ url: `/v1/cases/${id}`, key: given.key('auditor', '*') });
        const [{ id: proposal, content }] = json.proposals;
        const own = await page.evaluate(SEND(`/v1/proposals/${proposal}/approval`, { content }));
        expect(own).toEqual([403, 'HESABU_SAME_PERSON']);
      });

      const { decisions } = (await given.ledger.reader.findKey('A-1'))!;
      const made = decisions.find(({ body }) => body.type === 'ResolutionProposed') as unknown as Proposed;
      const copy = join(dir, 'copy');
      cpSync(given.dir, copy, { recursive: true });
      const ledger = await openLiveLedger(copy, given.clock);
      ledger.loop.rules = given.ledger.loop.rules;
      const said = { about: 'A-1', at: given.clock.at };
      // As herself, with the service's own key; and as somebody else, without it.
      const own = approved(made, { ...said, by: { ...WANJIRU, person: made.body.by.person }, signedBy: SERVICE });
      await ledger.writer.append([own, approved(made, { ...said, key: 'k2', signedBy: STRANGER })]);
      await ledger.loop.catchUp();
      const [found] = await ledger.reader.transactions('A-1', 'all claims');
      expect(found!.view.stages.payment).toBe('unmatched');
      await ledger.close();
      const { faults, partitions } = await verifyDirectory({ data: copy });
      expect([faults, partitions.reduce((sum, { unheard }) => sum + unheard, 0)]).toEqual([[], 1]);
    }));

  test('then another one approves it: resolved, with both in the trace, proved, and replayed byte for byte (4.4)', () =>
    withDesk(async (desk) => {
      const { given } = desk;
      const { id, finding } = await desk.short('A-1', '250.00');
      await desk.post(desk.operator, `/v1/cases/${id}/proposals`, { finding, kind: 'write_off', cause: 'goodwill' });
      await withBrowser(given, async (browser) => {
        const page = await approverAt(given, browser, 'approvals');
        await page.waitForSelector('.card[data-framed] .button.main');
        await page.keyboard.press('Control+Enter');
        await told(page, ZH.acts.done.approved('A-1'));
      });
      expect(await desk.standing('A-1')).toBe('resolved');
      const { entries } = await given.ledger.reader.entriesAfter(null, 100);
      const decided = entries.find(({ finding: { reason } }) => reason === 'WRITTEN_OFF')!;
      const { json } = await given.ask({ url: `/v1/cases/${id}`, key: given.key('auditor', '*') });
      const [{ by, approved: second }] = json.proposals;
      expect(by.person).not.toBe(second.person);
      await given.ledger.close();

      const shown = JSON.stringify(await traceName(given.dir, 'A-1'));
      expect([by, second].map(({ person }) => shown.includes(person))).toEqual([true, true]);
      const out = join(dir, 'proof');
      const { check } = await proveEntry(given.dir, entryId(decided.partition, decided.height, decided.index), out);
      const { stdout, status } = spawnSync(process.execPath, check.split(' ').slice(1), { cwd: out, encoding: 'utf8' });
      expect([status, stdout]).toEqual([0, expect.stringMatching(/^ok: /)]);
      // It throws where a byte of a block is another one.
      expect((await replayLedger({ data: given.dir })).facts).toBe(4);
    }));
});
