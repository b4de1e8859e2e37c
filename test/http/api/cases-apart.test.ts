// Cases of one key that ask different questions: each has its own id, so a page's edge passes over none of them, and
// what is said of one is not said of another.
import { expect, test } from 'vitest';
import { decisionFact } from '../../../src/producers/decisions/decision-facts.ts';
import { SERVICE, ZHANG } from '../../matching/given-decisions.ts';
import { order, paid } from '../../service/ledger/given-live-ledger.ts';
import { withDesk } from './given-cases.ts';

test('money of two currencies without an order is two cases, and what was said before stands at each', () =>
  withDesk(async ({ given, post }) => {
    const operator = given.keyOf('Zhang', 'operator', '*');
    const key = given.key('auditor', '*');
    const listed = async (query: string) => (await given.ask({ url: `/v1/cases?${query}`, key })).json;
    const data = { currency: 'UGX', amount: '2000', transaction_id: 'P-2' };
    await given.ledger.writer.append([paid('B-1'), paid('B-1', { id: 'ev-2', data })]);
    given.clock.at += 9 * 24 * 3_600_000;
    await given.ledger.loop.catchUp();
    const first = await listed('reason=ORDER_MISSING&limit=1');
    const second = await listed(`reason=ORDER_MISSING&limit=1&after=${encodeURIComponent(first.next)}`);
    const cases = [first, second].flatMap((page) => page.cases);
    expect(cases.map(({ currency }: { currency: string }) => currency).sort()).toEqual(['KES', 'UGX']);
    expect(second.next).toBe(null);
    const [one, other] = cases;
    await post(operator, `/v1/cases/${one.id}/notes`, { text: 'whose money is it?' });
    const kind = { kind: 'explain', cause: 'test_order' };
    await post(operator, `/v1/cases/${one.id}/proposals`, { finding: one.finding, ...kind });
    const whole = async (id: string) => (await given.ask({ url: `/v1/cases/${id}`, key })).json;
    expect(await whole(one.id)).toMatchObject({ case: { notes: 1 }, proposals: [{ state: 'awaiting_approval' }] });
    expect(await whole(other.id)).toMatchObject({ case: { notes: 0, status: 'new' }, proposals: [] });
    // As it was written before currencies were told apart.
    const about = { about: 'B-1', case: { stage: 'payment', reason: 'ORDER_MISSING', subject: '' } } as const;
    const note = {
      ...about,
      type: 'NoteAdded',
      by: ZHANG,
      batch: null,
      text: 'ab'.repeat(32),
      attachments: [],
    } as const;
    await given.ledger.writer.append([decisionFact(note, { merchant: '', at: given.clock.at, key: 'n-1' }, SERVICE)]);
    expect([(await whole(one.id)).case.notes, (await whole(other.id)).case.notes]).toEqual([2, 1]);
    const former = Buffer.from(JSON.stringify(['B-1', 'payment', 'ORDER_MISSING', ''])).toString('base64url');
    expect(await whole(former)).toMatchObject({ case: null, standing: expect.stringMatching(/./) });
  }));

test('payments of one name at two providers are two cases, and what was said of the first stands at each', () =>
  withDesk(async ({ given, post, operator }) => {
    const key = given.key('auditor', '*');
    const listed = async () => (await given.ask({ url: '/v1/cases?reason=SETTLEMENT_MISSING', key })).json.cases;
    const whole = async (id: string) => (await given.ask({ url: `/v1/cases/${id}`, key })).json;
    await given.ledger.writer.append([order('A-1'), paid('A-1')]);
    given.clock.at += 9 * 24 * 3_600_000;
    await given.ledger.loop.catchUp();
    const [former] = await listed();
    expect(former.subject).toBe('P-A-1');
    await post(operator, `/v1/cases/${former.id}/notes`, { text: 'asked the network' });
    const wanted = { finding: former.finding, kind: 'explain', cause: 'timing' };
    const { json: proposal } = await post(operator, `/v1/cases/${former.id}/proposals`, wanted);
    const fact = paid('A-1');
    await given.ledger.writer.append([{ ...fact, provider: 'paga', id: fact.id.replace('mfs-africa', 'paga') }]);
    await given.ledger.loop.catchUp();
    const cases = await listed();
    expect(cases.map(({ subject, notes }: { subject: string; notes: number }) => [subject, notes]).sort()).toEqual([
      ['P-A-1 (mfs-africa)', 1],
      ['P-A-1 (paga)', 1],
    ]);
    expect(new Set(cases.map(({ id }: { id: string }) => id)).size).toBe(2);
    const before = await whole(former.id);
    expect([before.case, cases.map(({ id }: { id: string }) => id).includes(before.standing)]).toEqual([null, true]);
    expect((await whole(before.standing)).proposals).toMatchObject([{ id: proposal.id, state: 'stale' }]);
    // Who has the finding of now and the name of before hears of the name.
    const known = cases.find(({ id }: { id: string }) => id === before.standing);
    const asked = { finding: known.finding, kind: 'explain', cause: 'timing' };
    const { json: refused } = await post(operator, `/v1/cases/${former.id}/proposals`, asked);
    expect([refused.code, refused.detail]).toEqual(['HESABU_CASE_CHANGED', expect.stringContaining(before.standing)]);
    const [{ id, finding }] = cases;
    await post(operator, `/v1/cases/${id}/notes`, { text: 'and again' });
    await post(operator, `/v1/cases/${id}/proposals`, { finding, kind: 'explain', cause: 'timing' });
    const after = await Promise.all(cases.map(({ id }: { id: string }) => whole(id)));
    expect(after.map(({ case: { notes } }) => notes)).toEqual([2, 1]);
  }));
