// Money of several keys for one order: an operator links it in one step, another person approves it in one, each key by
// itself, and a step is taken back in one. Who has no role for the order's merchant does neither.
import { describe, expect, test } from 'vitest';
import type { Fact } from '../../../src/domain/fact.ts';
import { order, paid } from '../../service/ledger/given-live-ledger.ts';
import type { Answered } from './given-api.ts';
import { bulk, finished, outcomes } from './given-bulk.ts';
import { type Desk, withDesk } from './given-cases.ts';

const HOURS = 2 * 3_600_000;
const ORDER = 'INV-7';
const link = (more: object = {}) => ({ kind: 'link', cause: 'customer_error', to: [{ reference: ORDER }], ...more });
const PROPOSE = { act: 'propose', ...link() };
const APPROVE = { act: 'approve', ...link() };
const codeOf = ({ status, json }: Answered) => [status, json.code];

const browserOf = ({ given }: Desk, name: string, role: 'operator' | 'approver', ...merchants: string[]) =>
  given.browserOf(name, ...(merchants.length === 0 ? ['*'] : merchants).map((merchant) => ({ role, merchant })));

/** A payment under a reference that no shop gave. */
const astray = (name: string, amount: string, more: object = {}) => paid(name, { data: { amount, ...more } });

/** The order, and what was paid of it under other references; resolves with the ids of their cases. */
async function paidInParts(desk: Desk, amounts: readonly string[], more: readonly Fact[] = []): Promise<string[]> {
  const parts = amounts.map((amount, at) => astray(`x-${at}`, amount));
  await desk.given.ledger.writer.append([order(ORDER, { status: 'paid' }), ...parts, ...more]);
  desk.given.clock.at += HOURS;
  return casesOf(desk, 'ORDER_MISSING');
}

async function casesOf({ given }: Desk, reason: string): Promise<string[]> {
  await given.ledger.loop.catchUp();
  const url = `/v1/cases?reason=${reason}&sort=reference&status=all&limit=1000`;
  const { json } = await given.ask({ url, key: given.key('auditor', '*') });
  return json.cases.map(({ id }: { id: string }) => id);
}

async function standingOf({ given }: Desk, reference: string): Promise<string[]> {
  const { json } = await given.ask({ url: `/v1/transactions/${reference}`, key: given.key('auditor', '*') });
  return [json.stages.payment, ...json.findings.map(({ reason }: { reason: string }) => reason)];
}

describe('money of three keys for one order', () => {
  test('is linked in one step and approved in one; the order is paid, and open again when that is taken back', () =>
    withDesk(async (desk) => {
      const cases = await paidInParts(desk, ['300.00', '300.00', '400.00']);
      const zhang = browserOf(desk, 'Zhang Wei', 'operator');
      const wanjiru = browserOf(desk, 'Wanjiru', 'approver');
      const made = await bulk(desk, zhang, { act: PROPOSE, cases });
      expect(made.preview).toMatchObject({
        ...{ count: 3, needs_approval: 3, refused: [], value: [{ currency: 'KES', amount: '1000.00' }] },
      });
      expect(made.batch.act).toMatchObject({ act: 'propose', kind: 'link', to: ORDER });
      expect(made.batch.rows.map(({ state }: { state: string }) => state)).toEqual(Array(3).fill('awaiting_approval'));
      expect(await standingOf(desk, ORDER)).toEqual(['pending']);
      expect((await bulk(desk, zhang, { act: PROPOSE, cases })).preview).toMatchObject({ count: 0, unchanged: 3 });
      const own = await desk.post(zhang, '/v1/cases/bulk/preview', { act: APPROVE, cases });
      expect(codeOf(own)).toEqual([403, 'HESABU_FORBIDDEN']);

      const done = await bulk(desk, wanjiru, { act: APPROVE, cases });
      expect(done.preview).toMatchObject({ count: 3, value: [{ currency: 'KES', amount: '1000.00' }] });
      expect(await standingOf(desk, ORDER)).toEqual(['resolved', 'LINKED_IN', 'LINKED_IN', 'LINKED_IN']);
      expect(await standingOf(desk, 'x-0')).toEqual(['resolved', 'LINKED']);

      const undo = await desk.post(wanjiru, `/v1/batches/${done.batch.id}/withdrawal`, {});
      expect((await finished(desk, wanjiru, undo)).counts).toMatchObject({ done: 3, refused: 0 });
      expect(await standingOf(desk, ORDER)).toEqual(['pending']);
      expect(await standingOf(desk, 'x-0')).toEqual(['unmatched', 'ORDER_MISSING']);
    }));

  test('each counts for itself: what changed since is refused, and the order shows what it lacks', () =>
    withDesk(async (desk) => {
      const cases = await paidInParts(desk, ['30.00', '40.00', '50.00']);
      const zhang = browserOf(desk, 'Zhang Wei', 'operator');
      const preview = (await desk.post(zhang, '/v1/cases/bulk/preview', { act: PROPOSE, cases })).json;
      expect([preview.count, preview.needs_approval]).toEqual([3, 0]);
      await desk.given.ledger.writer.append([
        paid('x-1', { id: 'more', data: { amount: '5.00', transaction_id: 'P-more' } }),
      ]);
      const begun = await desk.post(zhang, '/v1/cases/bulk', { token: preview.token });
      expect(outcomes(await finished(desk, zhang, begun))).toEqual([
        ...[
          ['x-0', 'done'],
          ['x-1', 'refused', 'HESABU_CASE_CHANGED'],
          ['x-2', 'done'],
        ],
      ]);
      expect(await standingOf(desk, ORDER)).toEqual(['unmatched', 'AMOUNT_UNDER', 'LINKED_IN', 'LINKED_IN']);
    }));

  test('is refused where it could never hold: in another currency, and of too little money', () =>
    withDesk(async (desk) => {
      await paidInParts(desk, ['90.00'], [astray('u-1', '900', { currency: 'UGX' })]);
      await desk.short('S-1', '20.00');
      const zhang = browserOf(desk, 'Zhang Wei', 'operator');
      const { preview } = await bulk(desk, zhang, {
        act: PROPOSE,
        filter: { reason: ['ORDER_MISSING', 'AMOUNT_UNDER'] },
      });
      expect(preview).toMatchObject({ count: 1, refused: [{ code: 'HESABU_FIELD_INVALID', count: 2 }] });
      for (const [act, code] of [
        [{ ...PROPOSE, to: undefined }, [422, 'HESABU_FIELD_INVALID']],
        [{ ...PROPOSE, kind: 'explain' }, [422, 'HESABU_FIELD_INVALID']],
        [{ ...PROPOSE, to: [{ reference: 'nowhere' }] }, [404, 'HESABU_NOT_FOUND']],
        [{ ...PROPOSE, to: [{ reference: ORDER }, { reference: 'S-1' }] }, [400, 'HESABU_REQUEST_INVALID']],
      ] as const) {
        expect(codeOf(await desk.post(zhang, '/v1/cases/bulk/preview', { act, filter: {} }))).toEqual(code);
      }
    }));

  test('is neither proposed nor approved by somebody without the role for the merchant of the order', () =>
    withDesk(async (desk) => {
      const excess = (name: string) => [order(name), paid(name, { data: { amount: '1300.00' } })];
      const theirs = order(ORDER, { merchant: 'shop-2', amount: '600.00' });
      await desk.given.ledger.writer.append([...excess('S-1'), ...excess('S-2'), theirs]);
      const cases = await casesOf(desk, 'AMOUNT_OVER');
      const ask = (by: Record<string, string>, act: object) => desk.post(by, '/v1/cases/bulk/preview', { act, cases });
      const own = browserOf(desk, 'Own', 'operator', 'shop-1');
      expect(codeOf(await ask(own, PROPOSE))).toEqual([404, 'HESABU_NOT_FOUND']);
      const both = browserOf(desk, 'Both', 'operator', 'shop-1', 'shop-2');
      const made = await bulk(desk, both, { act: PROPOSE, cases });
      expect(made.batch.counts).toMatchObject({ done: 2 });
      const [approver, operator] = [
        { role: 'approver', merchant: 'shop-1' },
        { role: 'operator', merchant: 'shop-2' },
      ] as const;
      const half = desk.given.browserOf('Half', approver, operator);
      expect(codeOf(await ask(half, APPROVE))).toEqual([403, 'HESABU_FORBIDDEN']);
      const done = await bulk(desk, browserOf(desk, 'Wanjiru', 'approver'), { act: APPROVE, cases });
      expect(done.batch.counts).toMatchObject({ done: 2 });
      expect(await standingOf(desk, ORDER)).toEqual(['resolved', 'LINKED_IN', 'LINKED_IN']);
    }));

  test('of a part that is approved alone, the order has exactly that', () =>
    withDesk(async (desk) => {
      const cases = await paidInParts(desk, ['100.00', '200.00', '300.00', '400.00']);
      await bulk(desk, browserOf(desk, 'Zhang Wei', 'operator'), { act: PROPOSE, cases });
      const wanjiru = browserOf(desk, 'Wanjiru', 'approver');
      await bulk(desk, wanjiru, {
        act: { act: 'reject', ...link(), text: 'not this order' },
        cases: [cases[0], cases[3]],
      });
      const { preview } = await bulk(desk, wanjiru, { act: APPROVE, cases });
      expect(preview).toMatchObject({ count: 2, value: [{ currency: 'KES', amount: '500.00' }] });
      const url = `/v1/transactions/${ORDER}`;
      const { json } = await desk.given.ask({ url, key: desk.given.key('auditor', '*') });
      const of = (reason: string) => json.findings.filter((one: { reason: string }) => one.reason === reason);
      expect(of('AMOUNT_UNDER')).toMatchObject([{ expected: '1000.00', observed: '500.00' }]);
      expect(of('LINKED_IN').map(({ observed }: { observed: string }) => observed)).toEqual(['200.00', '300.00']);
    }));
});

test('of more than a hundred cases it is told that what the order would come to is not worked out', () =>
  withDesk(async (desk) => {
    const all = await paidInParts(desk, Array<string>(101).fill('9.00'));
    const zhang = browserOf(desk, 'Zhang Wei', 'operator');
    const previewOf = async (some: readonly string[]) =>
      (await desk.post(zhang, '/v1/cases/bulk/preview', { act: PROPOSE, cases: some })).json;
    expect(await previewOf(all)).toMatchObject({ count: 101, order: null, order_left_out: true });
    expect(await previewOf(all.slice(0, 2))).toMatchObject({ order: { key: ORDER }, order_left_out: false });
  }));
