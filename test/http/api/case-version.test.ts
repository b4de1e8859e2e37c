// Acting on what was read: a request that names the version of a case by If-Match is refused where others acted since.
import { expect, test } from 'vitest';
import { paid } from '../../service/ledger/given-live-ledger.ts';
import { type Desk, withDesk } from './given-cases.ts';

const read = async ({ given }: Desk, id: string): Promise<string> => {
  const { headers } = await given.ask({ url: `/v1/cases/${id}`, key: given.key('auditor', '*') });
  return headers.etag as string;
};
let asked = 0;
const act = (
  { given }: Desk,
  key: string,
  url: string,
  json: object,
  ifMatch: string,
  idempotencyKey = `v-${asked++}`,
) => given.ask({ method: 'POST', url, key, idempotencyKey, json, headers: { 'if-match': ifMatch } });

test('a case that somebody else took meanwhile is not assigned over his head', () =>
  withDesk(async (desk) => {
    const { id, finding } = await desk.short('A-1', '20.00');
    const version = await read(desk, id);
    const url = `/v1/cases/${id}/assignment`;
    const first = await act(desk, desk.operator, url, { owner: 'team-a' }, version, 'mine');
    expect(first.status).toBe(200);
    const other = desk.given.keyOf('Otieno', 'operator', 'shop-1');
    const refused = await act(desk, other, url, { owner: 'team-b' }, version);
    expect([refused.status, refused.json.code]).toEqual([409, 'HESABU_CASE_CHANGED']);
    const now = await read(desk, id);
    expect(refused.json.expected).toBe(`the version ${version}`);
    expect(refused.json.found).toContain(`${now}, assigned, owner team-a: `);
    for (const [what, json] of [
      ['notes', { text: 'late' }],
      ['proposals', { finding, kind: 'explain', cause: 'timing' }],
    ] as const) {
      expect((await act(desk, other, `/v1/cases/${id}/${what}`, json, version)).json.code).toBe('HESABU_CASE_CHANGED');
    }
    // What was done and is sent again is no change by others.
    expect((await act(desk, desk.operator, url, { owner: 'team-a' }, version, 'mine')).status).toBe(200);
    expect((await act(desk, other, url, { owner: 'team-b' }, `"x", ${now}`)).status).toBe(200);
    expect((await act(desk, other, url, { owner: 'team-c' }, '*')).status).toBe(200);
  }));

test('a version changes with facts, and not by the day', () =>
  withDesk(async (desk) => {
    const { id } = await desk.short('A-1', '20.00');
    const version = await read(desk, id);
    desk.given.clock.at += 24 * 3_600_000;
    expect(await read(desk, id)).toBe(version);
    await desk.given.ledger.writer.append([paid('A-1', { id: 'ev-late', data: { amount: '990.00' } })]);
    await desk.given.ledger.loop.catchUp();
    expect(await read(desk, id)).not.toBe(version);
  }));

test('a proposal about what is no longer so is refused with what was read and what there is', () =>
  withDesk(async (desk) => {
    const { id, finding } = await desk.short('A-1', '300.00');
    const data = { amount: '800.00', completed_at: '2026-06-01T11:06:00Z' };
    await desk.given.ledger.writer.append([paid('A-1', { id: 'ev-late', data })]);
    await desk.given.ledger.loop.catchUp();
    const wanted = { finding, kind: 'explain', cause: 'timing' };
    const { status, json } = await desk.post(desk.operator, `/v1/cases/${id}/proposals`, wanted);
    expect(status).toBe(409);
    expect(json.expected).toBe(`the finding ${finding.slice(0, 12)}, AMOUNT_UNDER: 700.00 instead of 1000.00`);
    expect(json.found).toMatch(/^[0-9a-f]{12}, \w+: .* instead of 1000\.00$/);
  }));

test('a row of the list has the version of its case, before and after each thing that changes it', () =>
  withDesk(async (desk) => {
    const { given } = desk;
    const auditor = given.key('auditor', '*');
    const rowOf = async (id: string) => {
      await given.ledger.loop.catchUp();
      const { json } = await given.ask({ url: '/v1/cases?status=all', key: auditor });
      return json.cases.find((one: { id: string }) => one.id === id).version;
    };
    const { id, finding } = await desk.short('A-1', '20.00');
    const seen = new Set<string>();
    const same = async () => {
      const version = await rowOf(id);
      expect(version).toBe(await read(desk, id));
      seen.add(version);
    };
    await same();
    const url = `/v1/cases/${id}`;
    await desk.post(desk.operator, `${url}/assignment`, { owner: 'team-a' });
    await same();
    await desk.post(desk.operator, `${url}/notes`, { text: 'asked the shop' });
    await same();
    await given.ledger.writer.append([paid('A-1', { id: 'ev-again', data: { amount: '980.00' } })]);
    await same();
    const wanted = { finding, kind: 'explain', cause: 'timing' };
    const { json } = await desk.post(desk.operator, `${url}/proposals`, wanted);
    await same();
    await desk.post(desk.operator, `/v1/proposals/${json.id}/rejection`, { content: json.content });
    await same();
    expect(seen.size).toBe(6);
    const taken = await act(desk, desk.operator, `${url}/notes`, { text: 'and again' }, [...seen].at(-1)!);
    expect(taken.status).toBe(200);
    expect((await act(desk, desk.operator, `${url}/notes`, { text: 'late' }, [...seen].at(-1)!)).status).toBe(409);
  }));

test('of many cases those that others changed since they were read are refused', () =>
  withDesk(async (desk) => {
    const { given } = desk;
    const cases = [await desk.short('A-1', '20.00'), await desk.short('A-2', '30.00')].map(({ id }) => id);
    await given.ledger.loop.catchUp();
    const { json: list } = await given.ask({ url: '/v1/cases', key: given.key('auditor', '*') });
    const versions = Object.fromEntries(
      list.cases.map(({ id, version }: { id: string; version: string }) => [id, version]),
    );
    const other = given.keyOf('Otieno', 'operator', 'shop-1');
    await desk.post(other, `/v1/cases/${cases[0]}/assignment`, { owner: 'team-b' });
    const asked = { act: { act: 'assign', owner: 'team-a' }, cases, versions };
    const { json } = await desk.post(desk.operator, '/v1/cases/bulk/preview', asked);
    expect([json.count, json.refused, json.refused_cases.map((one: { case: string }) => one.case)]).toEqual([
      1,
      [{ code: 'HESABU_CASE_CHANGED', why: 'expected the version that was read, found another', count: 1 }],
      [cases[0]],
    ]);
    const anew = await desk.post(desk.operator, '/v1/cases/bulk/preview', { ...asked, versions: {} });
    expect(anew.json.count).toBe(2);
  }));
