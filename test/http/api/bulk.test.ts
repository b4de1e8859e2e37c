// Work on many cases at once: what a preview counts is what is done, each row once, for the merchants that one sees,
// and it can be taken back in one step.
import { describe, expect, test } from 'vitest';
import { factOf, order, paid } from '../../service/ledger/given-live-ledger.ts';
import { batchOf, bulk, finished, outcomes } from './given-bulk.ts';
import { type Desk, withDesk } from './given-cases.ts';

const list = async ({ given }: Desk, query = '') =>
  (await given.ask({ url: `/v1/cases?sort=reference&${query}`, key: given.key('auditor', '*') })).json;
const ownersOf = async (desk: Desk) =>
  (await list(desk)).cases.map(({ key, owner }: { key: string; owner: string | null }) => [key, owner]);

/** Orders of a shop, each paid so much too little. */
const shorts = async ({ given }: Desk, names: readonly string[], { merchant = 'shop-1', by = '20.00' } = {}) => {
  const data = { amount: (1_000 - Number(by)).toFixed(2) };
  const facts = names.flatMap((name) => [order(name, { merchant }), paid(name, { data })]);
  await given.ledger.writer.append(facts);
  await given.ledger.loop.catchUp();
};

const names = (count: number, letter = 'A') => Array.from({ length: count }, (_, at) => `${letter}-${at}`);
const asha = ({ given }: Desk, merchant = '*') => given.browserOf('Asha', { role: 'approver', merchant });
const propose = (kind = 'write_off') => ({ act: 'propose', kind, cause: 'rounding' });

describe('work on many cases', () => {
  test('goes to all that match, as many as the preview counted, and is undone in one step', () =>
    withDesk(async (desk) => {
      await shorts(desk, names(10));
      await shorts(desk, names(2, 'B'), { by: '300.00' });
      const { cases } = await list(desk, 'q=A-3');
      await desk.post(desk.operator, `/v1/cases/${cases[0].id}/assignment`, { owner: 'p-former', waiting_on: 'bank' });
      desk.given.clock.at += 1_000;
      const before = await ownersOf(desk);
      const act = { act: 'assign', owner: 'team-nairobi' };
      const filter = { reason: ['AMOUNT_UNDER'], value_to: '100' };
      const { preview, batch } = await bulk(desk, desk.operator, { act, filter });
      expect(preview).toMatchObject({ count: 10, value: [{ currency: 'KES', amount: '200.00' }], unchanged: 0 });
      expect(batch).toMatchObject({ counts: { done: 10, waiting: 0, refused: 0 }, act: { owner: 'team-nairobi' } });
      expect(batch.finished_at).not.toBeNull();
      expect((await list(desk, 'owner=team-nairobi')).total).toBe(10);
      expect((await bulk(desk, desk.operator, { act, filter })).preview).toMatchObject({ count: 0, unchanged: 10 });
      // One is assigned by hand meanwhile, and stays.
      const { cases: other } = await list(desk, 'q=A-7');
      desk.given.clock.at += 1_000;
      await desk.post(desk.operator, `/v1/cases/${other[0].id}/assignment`, { owner: 'p-later' });
      desk.given.clock.at += 1_000;
      const undo = await desk.post(desk.operator, `/v1/batches/${batch.id}/withdrawal`, {});
      const undone = await finished(desk, desk.operator, undo);
      expect(undone.counts).toMatchObject({ done: 9, refused: 1 });
      expect(outcomes(undone)).toContainEqual(['A-7', 'refused', 'HESABU_CASE_CHANGED']);
      const after = before.map(([key, owner]: [string, string | null]) => [key, key === 'A-7' ? 'p-later' : owner]);
      expect(await ownersOf(desk)).toEqual(after);
      expect((await list(desk, 'q=A-3')).cases[0]).toMatchObject({ owner: 'p-former', waiting_on: 'bank' });
      const again = await desk.post(desk.operator, `/v1/batches/${batch.id}/withdrawal`, {});
      expect(again.json.id).toBe(undone.id);
      expect((await batchOf(desk, desk.operator, batch.id)).withdrawn_by).toBe(undone.id);
    }));

  test('is done and taken back by a key for its own merchants alone, also by another key of the same person', () =>
    withDesk(async (desk) => {
      await shorts(desk, names(2));
      const { given } = desk;
      const other = given.keyOf('Zhang', 'operator', 'shop-2');
      const body = { act: { act: 'assign', owner: 'team-nairobi' }, filter: {} };
      const previewed = (await desk.post(desk.operator, '/v1/cases/bulk/preview', body)).json;
      const { batch: own } = await bulk(desk, desk.operator, body);
      const undone = await finished(desk, other, await desk.post(other, `/v1/batches/${own.id}/withdrawal`, {}));
      expect(undone.rows).toEqual([]);
      await finished(desk, other, await desk.post(other, '/v1/cases/bulk', { token: previewed.token }));
      expect(await ownersOf(desk)).toEqual(names(2).map((name) => [name, 'team-nairobi']));
    }));

  test('of one preview is done once, whichever request says so', () =>
    withDesk(async (desk) => {
      await shorts(desk, names(2));
      const body = { act: { act: 'note', text: 'asked the bank' }, filter: {} };
      const { token } = (await desk.post(desk.operator, '/v1/cases/bulk/preview', body)).json;
      const [first, second] = [
        await desk.post(desk.operator, '/v1/cases/bulk', { token }, 'once'),
        await desk.post(desk.operator, '/v1/cases/bulk', { token }, 'twice'),
      ];
      await finished(desk, desk.operator, first);
      expect(second.json.id).toBe(first.json.id);
      expect((await list(desk)).cases.map(({ notes }: { notes: number }) => notes)).toEqual([1, 1]);
    }));

  test('proposes what fits, says how much waits for a second person, and is approved of one kind and one cause', () =>
    withDesk(async (desk) => {
      await shorts(desk, names(3));
      await shorts(desk, ['B-0', 'B-1'], { by: '300.00' });
      await desk.given.ledger.writer.append([order('C-0'), paid('C-0', { data: { currency: 'UGX' } })]);
      const { preview, batch } = await bulk(desk, desk.operator, { act: propose(), filter: {} });
      expect(preview).toMatchObject({
        ...{ count: 5, needs_approval: 2, value: [{ currency: 'KES', amount: '660.00' }] },
        refused: [{ code: 'HESABU_FIELD_INVALID', count: 1 }],
      });
      const states = batch.rows.map(({ key, state }: Record<string, string>) => `${key} ${state}`).sort();
      expect(states).toEqual([
        ...['A-0 effective', 'A-1 effective', 'A-2 effective'],
        ...['B-0 awaiting_approval', 'B-1 awaiting_approval', 'C-0 null'],
      ]);
      expect((await bulk(desk, desk.operator, { act: propose(), filter: { status: ['all'] } })).preview).toMatchObject({
        ...{ count: 0, unchanged: 5, token: null },
      });
      const approve = { act: { act: 'approve', kind: 'write_off', cause: 'rounding' }, filter: {} };
      const byKey = await desk.post(desk.given.key('approver', '*'), '/v1/cases/bulk/preview', approve);
      expect([byKey.status, byKey.json.code]).toEqual([403, 'HESABU_SIGN_IN_NEEDED']);
      const approver = asha(desk);
      const other = { act: { ...approve.act, cause: 'goodwill' }, filter: {} };
      expect((await desk.post(approver, '/v1/cases/bulk/preview', other)).json).toMatchObject({ count: 0 });
      const done = await bulk(desk, approver, approve);
      expect(done.preview).toMatchObject({ count: 2, refused: [{ code: 'HESABU_NOT_FOUND', count: 1 }] });
      expect((await list(desk, 'status=resolved')).total).toBe(5);
      // What was approved is revoked, and open again.
      const undo = await desk.post(approver, `/v1/batches/${done.batch.id}/withdrawal`, {});
      expect((await finished(desk, approver, undo)).counts).toMatchObject({ done: 2 });
      expect((await list(desk, 'status=reopened')).total).toBe(2);
      expect((await list(desk, 'status=resolved')).total).toBe(3);
    }));

  test('lets nobody approve his own, and counts two differences of one key together', () =>
    withDesk(async (desk) => {
      await shorts(desk, ['A-0'], { by: '300.00' });
      const approver = asha(desk);
      await bulk(desk, approver, { act: propose('explain'), filter: {} });
      const approve = { act: { act: 'approve', kind: 'explain', cause: 'rounding' }, filter: {} };
      expect((await desk.post(approver, '/v1/cases/bulk/preview', approve)).json).toMatchObject({
        ...{ count: 0, refused: [{ code: 'HESABU_SAME_PERSON', count: 1 }] },
      });
      // Each of the two is below the threshold of 100, and both are above it.
      const line = {
        ...{ transaction_reference: 'D-0', transaction_id: 'P-D-0', type: 'payment', line_id: 'L-1' },
        ...{ amount_received: '880.00', currency: 'KES', settlement_date: '2026-06-01' },
      };
      const facts = [order('D-0'), paid('D-0', { data: { amount: '940.00' } }), factOf('settlements', line)];
      await desk.given.ledger.writer.append(facts);
      const found = await desk.post(desk.operator, '/v1/cases/bulk/preview', {
        ...{ act: propose('explain'), filter: { q: 'D-0' } },
      });
      expect(found.json).toMatchObject({ count: 2, needs_approval: 2 });
    }));

  test('refuses the rows whose case changed after the preview, and takes none that came to match', () =>
    withDesk(async (desk) => {
      await shorts(desk, names(3));
      const asked = { act: propose(), filter: { reason: ['AMOUNT_UNDER'] } };
      const { json } = await desk.post(desk.operator, '/v1/cases/bulk/preview', asked);
      await desk.given.ledger.writer.append([paid('A-1', { id: 'ev-2', data: { amount: '970.00' } })]);
      await shorts(desk, ['A-9']);
      const begun = await desk.post(desk.operator, '/v1/cases/bulk', { token: json.token });
      const batch = await finished(desk, desk.operator, begun);
      expect(outcomes(batch)).toEqual([
        ...[
          ['A-0', 'done'],
          ['A-1', 'refused', 'HESABU_CASE_CHANGED'],
          ['A-2', 'done'],
        ],
      ]);
      expect(batch.rows.find(({ key }: { key: string }) => key === 'A-1').message).toMatch(/expected the finding/);
    }));

  test('is the same batch however often it is asked for, and nobody uses the preview of another', () =>
    withDesk(async (desk) => {
      await shorts(desk, names(4));
      const act = { act: 'note', text: 'asked the bank +254 700 000 001' };
      const { json } = await desk.post(desk.operator, '/v1/cases/bulk/preview', { act, filter: {} });
      const stranger = desk.given.keyOf('Otieno', 'operator', 'shop-1');
      const stolen = await desk.post(stranger, '/v1/cases/bulk', { token: json.token });
      expect([stolen.status, stolen.json.code]).toEqual([409, 'HESABU_PREVIEW_GONE']);
      const begin = () => desk.post(desk.operator, '/v1/cases/bulk', { token: json.token }, 'once');
      const answers = await Promise.all([begin(), begin(), begin()]);
      const begun = answers.find(({ status }) => status === 202)!;
      expect(answers.every(({ status }) => status === 202 || status === 409)).toBe(true);
      await finished(desk, desk.operator, begun);
      expect((await begin()).json.id).toBe(begun.json.id);
      // As if the answer had been lost with the service: the batch alone is there.
      desk.given.database.exec('DELETE FROM idempotency');
      expect((await begin()).json.id).toBe(begun.json.id);
      expect((await list(desk)).cases.map(({ notes }: { notes: number }) => notes)).toEqual([1, 1, 1, 1]);
      const unused = await desk.post(desk.operator, '/v1/cases/bulk/preview', { act, filter: {} });
      desk.given.clock.at += 16 * 60_000;
      const late = await desk.post(desk.operator, '/v1/cases/bulk', { token: unused.json.token }, 'twice');
      expect(late.json.code).toBe('HESABU_PREVIEW_GONE');
      const mine = await desk.given.ask({ url: '/v1/batches', key: desk.operator });
      expect(mine.json).toMatchObject({ batches: [{ id: begun.json.id, counts: { done: 4 } }], older: false });
      desk.given.database.exec(
        `WITH RECURSIVE more (at) AS (SELECT 1 UNION ALL SELECT at + 1 FROM more WHERE at < 50)
         INSERT INTO batches (id, at, person, said, is_whole)
         SELECT 'b-' || more.at, more.at, person, said, 1 FROM more, batches`,
      );
      const { batches, older } = (await desk.given.ask({ url: '/v1/batches', key: desk.operator })).json;
      expect([batches.length, older]).toEqual([50, true]);
    }));

  test("counts, names and shows nothing of another merchant's", () =>
    withDesk(async (desk) => {
      await shorts(desk, names(2));
      await shorts(desk, names(3, 'B'), { merchant: 'shop-2' });
      const { cases } = await list(desk, 'merchant=shop-2');
      const act = { act: 'assign', owner: 'team-a' };
      const all = await desk.post(desk.operator, '/v1/cases/bulk/preview', { act, filter: { status: ['all'] } });
      expect(all.json).toMatchObject({ count: 2, value: [{ currency: 'KES', amount: '40.00' }] });
      const named = await desk.post(desk.operator, '/v1/cases/bulk/preview', {
        act,
        cases: [cases[0].id, cases[1].id],
      });
      expect(named.json).toEqual({
        ...{ count: 0, value: [], needs_approval: 0, unchanged: 0, refused: [], refused_cases: [] },
        ...{ order: null, order_left_out: false, token: null },
      });
      const boss = desk.given.keyOf('Boss', 'operator', '*');
      const { batch } = await bulk(desk, boss, { act, filter: {} });
      expect(batch.counts.done).toBe(5);
      const seen = await batchOf(desk, desk.operator, batch.id);
      expect([seen.counts.done, seen.rows.map(({ key }: { key: string }) => key)]).toEqual([2, ['A-0', 'A-1']]);
      expect((await batchOf(desk, desk.given.key('auditor', 'shop-3'), batch.id)).code).toBe('HESABU_NOT_FOUND');
      const undo = await desk.post(desk.operator, `/v1/batches/${batch.id}/withdrawal`, {});
      expect([undo.status, undo.json.code]).toEqual([403, 'HESABU_FORBIDDEN']);
    }));

  test('stays denied whichever of approvals and rejections at once comes first', () =>
    withDesk(async (desk) => {
      await shorts(desk, names(3), { by: '300.00' });
      await bulk(desk, desk.operator, { act: propose(), filter: {} });
      const people = names(4, 'P').map((name) => desk.given.browserOf(name, { role: 'approver', merchant: '*' }));
      await Promise.all(
        people.map(async (person, at) => {
          const act = { act: at === 2 ? 'reject' : 'approve', kind: 'write_off', cause: 'rounding', text: 'seen' };
          const { json } = await desk.post(person, '/v1/cases/bulk/preview', { act, filter: {} });
          if (json.token === null) return;
          const begun = await desk.post(person, '/v1/cases/bulk', { token: json.token });
          await finished(desk, person, begun);
        }),
      );
      expect((await list(desk, 'status=all')).total).toBe(3);
      expect((await list(desk, 'status=resolved')).total).toBe(0);
    }));
});
