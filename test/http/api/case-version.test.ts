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
