// What lists and cases say became of a refund: also after the gateway took it, when evidence comes, and once it ended
// the case.
import { expect, test } from 'vitest';
import { GatewayRefused } from '../../../src/domain/gateway-errors.ts';
import { order } from '../../service/ledger/given-live-ledger.ts';
import { limited, type RefundDesk, returned, withRefunds } from './given-refunds.ts';

async function listed({ given }: RefundDesk, query = '') {
  const { json } = await given.ask({ url: `/v1/cases?status=all${query}`, key: given.key('auditor', '*') });
  const counts = json.facets.refund.map(({ value, count }: { value: string; count: number }) => `${value} ${count}`);
  return {
    refunds: json.cases.map(({ key, reason, refund }: Record<string, string | null>) => [key, reason, refund]),
    counts: counts.sort(),
  };
}

async function caseShown({ given }: RefundDesk, id: string) {
  return (await given.ask({ url: `/v1/cases/${id}`, key: given.key('auditor', '*') })).json;
}

/** One that waits, one that the gateway took, one that it refused, one without a clear answer, and one of none. */
async function several(desk: RefundDesk) {
  const { gateway } = desk.given;
  const made: Record<string, { id: string; finding: string }> = {};
  for (const [reference, state, prepare] of [
    ['A-1', 'sent', () => {}],
    ['A-2', 'failed', () => Object.assign(gateway, { failure: new GatewayRefused({ found: 'no' }, 422) })],
    ['A-3', 'unclear', () => Object.assign(gateway, { isAnswerLost: true })],
    ['A-4', 'waiting', () => Object.assign(gateway, { failure: limited() })],
  ] as const) {
    made[reference] = await desk.over(reference, '80.00');
    prepare();
    await desk.propose(desk.zuri, made[reference]);
    await expect.poll(() => gateway.failure).toBeNull();
    await desk.becomes(made[reference].id, state);
  }
  await desk.over('A-5', '80.00');
  return made;
}

test('the list says it of each case, counts it, and lets it through a filter', () =>
  withRefunds(async (desk) => {
    const made = await several(desk);
    const all = await listed(desk, '&sort=reference&reason=AMOUNT_OVER');
    expect(all.refunds.map(([key, , refund]: string[]) => [key, refund])).toEqual([
      ...[
        ['A-1', 'sent'],
        ['A-2', 'failed'],
        ['A-3', 'unclear'],
        ['A-4', 'waiting'],
        ['A-5', null],
      ],
    ]);
    expect(all.counts).toEqual(['- 1', 'failed 1', 'sent 1', 'unclear 1', 'waiting 1']);
    const some = await listed(desk, '&sort=reference&refund=sent&refund=-');
    expect(some.refunds.map(([key]: string[]) => key)).toEqual(['A-1', 'A-5']);
    expect((await caseShown(desk, made['A-2']!.id)).case.refund).toBe('failed');
  }));

test('evidence of it is told at once, also that it did not arrive after all', () =>
  withRefunds(async (desk) => {
    const at = await desk.over('A-1', '80.00');
    await desk.propose(desk.zuri, at);
    await desk.becomes(at.id, 'sent');
    await desk.given.ledger.writer.append([returned('A-1', 'F-1', '80.00')]);
    const shown = await caseShown(desk, at.id);
    expect([shown.case.refund, shown.case.status]).toEqual(['succeeded', 'proposed']);
    expect(shown.proposals[0].refund).toMatchObject({ state: 'sent', outcome: 'succeeded' });
    expect((await listed(desk)).refunds).toEqual([['A-1', 'AMOUNT_OVER', 'succeeded']]);
    const said = { finding: at.finding, kind: 'explain', cause: 'customer_error' };
    await desk.post(desk.zuri, `/v1/cases/${at.id}/proposals`, said);
    await desk.given.ledger.loop.catchUp();
    expect((await listed(desk)).refunds).toEqual([['A-1', 'AMOUNT_OVER', 'succeeded']]);
    const failed = returned('A-1', 'F-1', '80.00', 'P-A-1', 'refund.failed');
    await desk.given.ledger.writer.append([{ ...failed, occurred_at: failed.occurred_at! + 60_000 }]);
    expect((await caseShown(desk, at.id)).case.refund).toBe('failed');
  }));

test.each(['alone', 'with a second person'])('the case of one that was made %s says that it was returned', (how) =>
  withRefunds(async (desk) => {
    const { given } = desk;
    const at = await desk.kept('A-1');
    if (how === 'alone') {
      const key = given.key('shop', 'shop-1');
      const request = { method: 'POST', url: '/v1/orders/A-1/refunds', key, idempotencyKey: 'r-1' } as const;
      await given.ask({ ...request, json: { amount: '99.00' } });
      await given.ledger.writer.append([returned('A-1', 'F-1', '99.00')]);
      given.ledger.loop.rules = { ...given.ledger.loop.rules, review: { threshold: { KES: '5000.00' } } };
    }
    const made = await desk.propose(desk.zuri, await desk.caseOf('A-1', 'CANCELLED_BUT_PAID'));
    if (how !== 'alone') await desk.answer(desk.wanjiru, made);
    await desk.becomes(at.id, 'sent');
    given.clock.at += 60_000;
    const id = how === 'alone' ? 'F-2' : 'F-1';
    await given.ledger.writer.append([returned('A-1', id, made.json.amount)]);
    const shown = await caseShown(desk, at.id);
    expect([shown.case, shown.standing, shown.end]).toEqual([null, null, 'returned_to_customer']);
    expect(shown.proposals[0]).toMatchObject({ state: 'settled_by_evidence', refund: { outcome: 'succeeded' } });
    const url = '/v1/proposals?state=settled_by_evidence';
    const { settled } = (await given.ask({ url, key: given.key('auditor', '*') })).json;
    expect(settled).toMatchObject([{ key: 'A-1', end: 'returned_to_customer', proposal: { id: made.json.id } }]);
  }),
);

test('the case that ended by other evidence than the refund does not say that it was returned', () =>
  withRefunds(async (desk) => {
    const { given } = desk;
    const at = await desk.kept('A-1');
    const made = await desk.propose(desk.zuri, at, { amount: '60.00' });
    await desk.answer(desk.wanjiru, made);
    await desk.becomes(at.id, 'sent');
    await given.ledger.writer.append([returned('A-1', 'F-1', '60.00')]);
    // The rest is kept: the shop delivers after all.
    given.clock.at += 60_000;
    const placed_at = '2026-05-01T11:00:00Z';
    const after = { status: 'fulfilled', status_at: '2026-06-01T11:55:00Z' };
    await given.ledger.writer.append([order('A-1', { amount: '180.00', placed_at, ...after })]);
    const shown = await caseShown(desk, at.id);
    expect([shown.case, shown.proposals[0].refund.outcome, shown.end]).toEqual([null, 'succeeded', null]);
    const url = '/v1/proposals?state=settled_by_evidence';
    const { settled } = (await given.ask({ url, key: given.key('auditor', '*') })).json;
    expect(settled.map(({ end }: { end: string | null }) => end)).toEqual([null]);
  }));
