// All of one case, and the proposals that wait: what is shown, when its ETag changes, and to whom it is not there.
import { expect, test } from 'vitest';
import { order, paid } from '../../service/ledger/given-live-ledger.ts';
import { withDesk } from './given-cases.ts';

test('a case has its evidence, its decided values, its proposals and what happened, with the texts', () =>
  withDesk(async (desk) => {
    const { id, finding } = await desk.short('A-1', '300.00');
    const key = desk.given.key('auditor', '*');
    const shown = async () => desk.given.ask({ url: `/v1/cases/${id}`, key });
    const first = await shown();
    expect((await shown()).headers.etag).toBe(first.headers.etag);
    desk.given.clock.at += 60_000;
    await desk.post(desk.operator, `/v1/cases/${id}/assignment`, { owner: 'team-a' });
    const hostile = '<img src=x onerror=alert(1)> \u202egnp.exe =1+1';
    await desk.post(desk.operator, `/v1/cases/${id}/notes`, { text: hostile });
    await desk.post(desk.operator, `/v1/cases/${id}/proposals`, {
      ...{ finding, kind: 'write_off', cause: 'goodwill', text: 'a regular customer' },
    });
    const { json, headers } = await shown();
    expect(headers.etag).not.toBe(first.headers.etag);
    expect(json.case).toMatchObject({ id, status: 'awaiting_approval', owner: 'team-a', notes: 1 });
    expect(json.transaction).toMatchObject({ transaction_reference: 'A-1', stages: { payment: 'unmatched' } });
    expect(json.transaction.decided.length).toBeGreaterThan(0);
    expect(json.proposals).toMatchObject([{ state: 'awaiting_approval', amount: '300.00' }]);
    const told = json.timeline.map(({ what, by, text }: Record<string, string>) => [
      what,
      by?.replace(/^p-.*/, 'person').replace(/:.*/, '') ?? null,
      text,
    ]);
    expect(told).toEqual([
      ['fact', 'mfs-africa', null],
      ['fact', 'mfs-africa', null],
      ['entry', null, null],
      ['assignment', 'person', 'team-a'],
      ['note', 'person', hostile],
      ['proposal', 'person', 'a regular customer'],
    ]);
  }));

test('its timeline has the entries that later ones replaced, and names those', () =>
  withDesk(async ({ given, short }) => {
    const { id } = await short('A-1', '300.00');
    const key = given.key('auditor', '*');
    const entries = async () => {
      const { timeline } = (await given.ask({ url: `/v1/cases/${id}`, key })).json;
      return timeline.filter(({ what }: { what: string }) => what === 'entry');
    };
    const [first, ...none] = await entries();
    expect([first.replaced_by, none]).toEqual([null, []]);
    const more = { amount: '100.00', transaction_id: 'P-more', completed_at: '2026-06-01T11:06:00Z' };
    await given.ledger.writer.append([paid('A-1', { id: 'ev-more', data: more })]);
    const then = await entries();
    const last = then.at(-1);
    expect(then.map(({ id: one }: { id: string }) => one)).toEqual([first.id, last.id]);
    expect(then.map(({ replaced_by: by }: { replaced_by: string }) => by)).toEqual([last.id, null]);
  }));

test('a case has the risk signals of its order, which are for whoever decides', () =>
  withDesk(async ({ given, short }) => {
    const crowd = { count: 9, observed: '#1', threshold: '8', window: 'PT24H', others: 8 };
    given.risks.push({ signal: 'SAME_DEVICE', since: given.clock.at, ...crowd });
    const { id } = await short('A-1', '300.00');
    const { json } = await given.ask({ url: `/v1/cases/${id}`, key: given.key('operator', 'shop-1') });
    expect(json.transaction.risk).toMatchObject([{ signal: 'SAME_DEVICE', count: 9 }]);
    expect(json.transaction.risk[0].message['zh-CN']).toMatch(/\p{Script=Han}/u);
  }));

test('a stale proposal shows what its maker read, whatever its kind, and the fact that changed it', () =>
  withDesk(async (desk) => {
    const { given, post, operator } = desk;
    const { id, finding } = await desk.short('A-1', '300.00');
    const key = given.key('auditor', '*');
    const stale = async () => (await given.ask({ url: `/v1/cases/${id}`, key })).json.stale;
    const made = await post(operator, `/v1/cases/${id}/proposals`, { finding, kind: 'explain', cause: 'timing' });
    expect(await stale()).toEqual([]);
    const other = { amount: '800.00', completed_at: '2026-06-01T11:06:00Z' };
    const late = paid('A-1', { id: 'ev-late', data: other });
    await given.ledger.writer.append([late]);
    expect(await stale()).toEqual([
      {
        ...{ proposal: made.json.id, expected: '1000.00', observed: '700.00', difference: '-300.00', currency: 'KES' },
        reason: 'AMOUNT_UNDER',
        changed_by: [late.id],
      },
    ]);
  }));

test('a case of the longest reference is opened, worked and proposed about by its own id', () =>
  withDesk(async (desk) => {
    const reference = `R-${'ñ単'.repeat(125)}`;
    const { id, finding } = await desk.short(reference, '300.00');
    expect(id.length).toBeGreaterThan(800);
    const key = desk.given.key('auditor', '*');
    expect((await desk.given.ask({ url: `/v1/cases/${id}`, key })).json.case).toMatchObject({ id, key: reference });
    const named = await desk.given.ask({ url: `/v1/transactions/${encodeURIComponent(reference)}`, key });
    expect([named.status, named.json.transaction_reference]).toEqual([200, reference]);
    const proposed = { finding, kind: 'write_off', cause: 'goodwill' };
    const { json } = await desk.post(desk.operator, `/v1/cases/${id}/proposals`, proposed);
    const approver = desk.given.browserOf('Wanjiru', { role: 'approver', merchant: '*' });
    const approved = await desk.given.ask({
      ...{ method: 'POST', url: `/v1/proposals/${json.id}/approval`, headers: approver, idempotencyKey: 'a-1' },
      json: { content: json.content },
    });
    expect([approved.status, approved.json.state]).toEqual([200, 'effective']);
  }));

test("another merchant's case is not found, and neither is what never was one", () =>
  withDesk(async (desk) => {
    const { id } = await desk.short('A-1', '20.00');
    const other = desk.given.key('auditor', 'shop-2');
    await desk.given.ledger.writer.append([order('A-2')]);
    const matched = Buffer.from(JSON.stringify(['A-2', 'payment', 'AMOUNT_UNDER', ''])).toString('base64url');
    const all = desk.given.key('auditor', '*');
    for (const [key, name] of [
      ...[[other, id] as const, [all, matched] as const],
      ...['x', '..%2f..', `${id}A`].map((text) => [all, text] as const),
    ]) {
      expect((await desk.given.ask({ url: `/v1/cases/${name}`, key })).status).toBe(404);
    }
  }));

test('proposals that wait are listed, and one is never told that his own waits for him', () =>
  withDesk(async (desk) => {
    const { id, finding } = await desk.short('A-1', '300.00');
    await desk.short('A-2', '20.00');
    const { json } = await desk.post(desk.operator, `/v1/cases/${id}/proposals`, {
      ...{ finding, kind: 'write_off', cause: 'goodwill' },
    });
    const waiting = async (key: string, query = '') =>
      (await desk.given.ask({ url: `/v1/proposals${query}`, key })).json.proposals;
    const approver = desk.given.keyOf('p-wanjiru', 'approver', '*');
    expect(await waiting(approver, '?awaiting=me')).toMatchObject([{ case: { id }, proposal: { id: json.id } }]);
    expect(await waiting(desk.operator, '?awaiting=me')).toEqual([]);
    expect(await waiting(desk.operator)).toHaveLength(1);
    expect(await waiting(desk.given.keyOf('p-otieno', 'approver', 'shop-2'))).toEqual([]);
  }));
