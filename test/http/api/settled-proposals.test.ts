// Proposals whose case evidence ended before anybody answered them: who is told, where, and which are none of them.
import { expect, test } from 'vitest';
import { paid } from '../../service/ledger/given-live-ledger.ts';
import { type Desk, settledByEvidence, withDesk } from './given-cases.ts';

const settled = async ({ given }: Desk, key: string, query = '') =>
  (await given.ask({ url: `/v1/proposals?state=settled_by_evidence${query}`, key })).json;

async function proposed({ post, operator }: Desk, { id, finding }: { readonly id: string; readonly finding: string }) {
  const { json } = await post(operator, `/v1/cases/${id}/proposals`, { finding, kind: 'write_off', cause: 'goodwill' });
  return json;
}

/** The rest of an order comes, in a payment of its own. */
async function rest({ given }: Desk, reference: string, amount: string): Promise<void> {
  given.clock.at += 60_000;
  const data = { amount, transaction_id: `P-rest-${reference}`, completed_at: '2026-06-01T11:06:00Z' };
  await given.ledger.writer.append([paid(reference, { id: `ev-rest-${reference}`, data })]);
}

test('a proposal that the rest of the money answers is told with the entry, in the list and at its case', () =>
  withDesk(async (desk) => {
    const { given } = desk;
    const short = await desk.short('A-1', '300.00');
    const made = await proposed(desk, short);
    expect(made.state).toBe('awaiting_approval');
    const auditor = given.key('auditor', '*');
    expect(await settled(desk, auditor)).toMatchObject({ settled: [], total: 0 });
    await rest(desk, 'A-1', '300.00');
    const page = await settled(desk, auditor);
    const read = (await given.ask({ url: '/v1/transactions/A-1', key: auditor })).json;
    const entry = read.findings.find(({ stage }: { stage: string }) => stage === 'payment').entry;
    expect(page).toMatchObject({
      total: 1,
      settled: [
        {
          ...{ key: 'A-1', merchant: 'shop-1', reason: 'AMOUNT_UNDER', difference: '-300.00', currency: 'KES', entry },
          proposal: { id: made.id, state: 'settled_by_evidence', amount: '300.00' },
        },
      ],
    });
    const { json } = await given.ask({ url: `/v1/cases/${short.id}`, key: auditor });
    expect(json).toMatchObject({ case: null, standing: null, proposals: [{ state: 'settled_by_evidence' }] });
    expect(json.timeline.at(-1)).toMatchObject({ what: 'settled', id: entry, at: page.settled[0].at, by: null });
    const waiting = (await given.ask({ url: '/v1/proposals', key: auditor })).json;
    expect(waiting).toMatchObject({ proposals: [], settled: [], total: 0 });
  }));

test('what held, what was approved, and what was withdrawn before is not among them', () =>
  withDesk(async (desk) => {
    const { given, post } = desk;
    const auditor = given.key('auditor', '*');
    const small = await desk.short('A-1', '20.00');
    expect((await proposed(desk, small)).state).toBe('effective');
    const large = await proposed(desk, await desk.short('A-2', '300.00'));
    const approver = given.browserOf('Wanjiru', { role: 'approver', merchant: '*' });
    await post(approver, `/v1/proposals/${large.id}/approval`, { content: large.content });
    const taken = await proposed(desk, await desk.short('A-3', '300.00'));
    await post(desk.operator, `/v1/proposals/${taken.id}/rejection`, { content: taken.content });
    for (const [reference, amount] of [
      ['A-1', '20.00'],
      ['A-2', '300.00'],
      ['A-3', '300.00'],
    ] as const) {
      await rest(desk, reference, amount);
      expect(await desk.standing(reference)).toBe('matched');
    }
    expect(await settled(desk, auditor)).toMatchObject({ settled: [], total: 0 });
  }));

test('one is told of a merchant to those alone who may see it, and at most as many as are asked for', () =>
  withDesk(async (desk) => {
    const { given } = desk;
    for (const reference of ['A-1', 'A-2']) {
      await settledByEvidence(desk, reference);
    }
    const keysOf = (page: { settled: { key: string }[] }) => page.settled.map(({ key }) => key);
    const auditor = given.key('auditor', '*');
    // The latest first.
    expect(keysOf(await settled(desk, auditor))).toEqual(['A-2', 'A-1']);
    const one = await settled(desk, auditor, '&limit=1');
    expect([keysOf(one), one.total]).toEqual([['A-2'], 2]);
    expect(await settled(desk, given.key('auditor', 'shop-2'))).toMatchObject({ settled: [], total: 0 });
    given.clock.at += 31 * 24 * 3_600_000;
    expect(await settled(desk, auditor)).toMatchObject({ settled: [], total: 0 });
  }));

test('where the question is open again, the proposal is stale again and told of no more', () =>
  withDesk(async (desk) => {
    const { given } = desk;
    await settledByEvidence(desk, 'A-1');
    const auditor = given.key('auditor', '*');
    expect((await settled(desk, auditor)).total).toBe(1);
    await given.ledger.writer.append([
      paid('A-1', {
        id: 'ev-more',
        data: { amount: '50.00', transaction_id: 'P-more', completed_at: '2026-06-01T12:00:00Z' },
      }),
    ]);
    expect((await settled(desk, auditor)).total).toBe(0);
    const stale = (await given.ask({ url: '/v1/proposals?state=stale', key: auditor })).json;
    expect(stale).toMatchObject({ total: 1, proposals: [{ proposal: { state: 'stale' } }] });
  }));

test('its case says so however long ago that was; what held until then is stale', () =>
  withDesk(async (desk) => {
    const { given } = desk;
    const auditor = given.key('auditor', '*');
    const [large, small] = [await desk.short('A-1', '300.00'), await desk.short('A-2', '20.00')];
    await proposed(desk, large);
    await proposed(desk, small);
    await rest(desk, 'A-1', '300.00');
    await rest(desk, 'A-2', '20.00');
    given.clock.at += 31 * 24 * 3_600_000;
    const states = await Promise.all(
      [large, small].map(async ({ id }) => {
        const { proposals } = (await given.ask({ url: `/v1/cases/${id}`, key: auditor })).json;
        return proposals.map(({ state }: { state: string }) => state);
      }),
    );
    expect(states).toEqual([['settled_by_evidence'], ['stale']]);
  }));
