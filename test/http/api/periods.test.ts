// Days that two people close by the API: what must be so before, and what a close is refused for.
import { describe, expect, test } from 'vitest';
import type { Answered } from './given-api.ts';
import { MONDAY, settled, TUESDAY, WEDNESDAY, withClosing } from './given-closes.ts';

const codeOf = ({ status, json }: Answered) => [status, json.code];
const late = (statement: Answered['json']) =>
  Object.fromEntries(statement.late.map((one: { what: string; value: string }) => [one.what, one.value]));

describe('a day that two people closed', () => {
  test('is closed to those who are for one merchant, who see no figure of all of them', () =>
    withClosing(async ({ given, close }) => {
      await close(MONDAY);
      const monday = async (...merchants: string[]) => {
        const url = `/v1/periods?month=2026-06&merchant=shop-1`;
        const { days } = (await given.ask({ url, key: given.key('shop', ...merchants) })).json;
        return [days[0].state, days[0].proposals.length];
      };
      expect([await monday('shop-1'), await monday('*')]).toEqual([
        ['closed', 0],
        ['closed', 1],
      ]);
    }));

  test('is not made where the checker rejects it, who says why; its maker takes it back without a word', () =>
    withClosing(async ({ post, wanjiru, zhang, propose }) => {
      const made = await propose(MONDAY);
      const url = `/v1/proposals/${made.json.id}/rejection`;
      const { content } = made.json;
      const unsaid = await post(wanjiru, url, { content });
      expect(codeOf(unsaid)).toEqual([422, 'HESABU_FIELD_INVALID']);
      expect([unsaid.json.where, unsaid.json.expected]).toEqual(['text', 'why it is rejected']);
      const said = await post(wanjiru, url, { content, text: 'the report of MFS is not whole' });
      expect([said.status, said.json.state]).toEqual([200, 'rejected']);
      const own = await propose(MONDAY);
      const back = await post(zhang, `/v1/proposals/${own.json.id}/rejection`, { content: own.json.content });
      expect([back.status, back.json.state]).toEqual([200, 'rejected']);
    }));

  test('is never opened: neither a rejection nor another proposal changes it', () =>
    withClosing(async ({ post, wanjiru, propose, approve }) => {
      const [first, second] = [await propose(MONDAY), await propose(MONDAY, {}, undefined)];
      expect((await approve(second)).json.state).toBe('effective');
      const { id, content } = second.json;
      const rejection = await post(wanjiru, `/v1/proposals/${id}/rejection`, { content, text: 'wrong' });
      expect(codeOf(rejection)).toEqual([409, 'HESABU_CASE_CHANGED']);
      expect(codeOf(await approve(first))).toEqual([409, 'HESABU_CASE_CHANGED']);
      expect(codeOf(await propose(MONDAY))).toEqual([409, 'HESABU_DAY_NOT_READY']);
    }));

  test('is not opened by a rejection in the same millisecond whose text was not on the disk yet', () =>
    withClosing(async ({ given, post, wanjiru, propose, approve }) => {
      const made = await propose(MONDAY);
      const { id, content } = made.json;
      const { texts } = given.parts;
      const keep = texts.keep.bind(texts);
      const began = Promise.withResolvers<void>();
      const written = Promise.withResolvers<void>();
      texts.keep = async (text) => {
        if (text !== 'wrong') return keep(text);
        began.resolve();
        await written.promise;
        return keep(text);
      };
      const rejection = post(wanjiru, `/v1/proposals/${id}/rejection`, { content, text: 'wrong' });
      await began.promise;
      const approval = approve(made);
      await Promise.race([approval, new Promise((resolve) => setTimeout(resolve, 300))]);
      written.resolve();
      const answers = [await approval, await rejection];
      const key = given.key('auditor', '*');
      const { json } = await given.ask({ url: '/v1/periods?month=2026-06', key });
      const [{ state }] = json.days[0].proposals;
      // One of them holds, and the other is told so.
      expect(answers.map(codeOf).sort()).toEqual([
        [200, undefined],
        [409, 'HESABU_CASE_CHANGED'],
      ]);
      expect(answers.find(({ status }) => status === 200)!.json.state).toBe(state);
    }));

  test('is closed by one of two that are approved at once, and the other is told', () =>
    withClosing(async ({ given, propose, approve, wanjiru }) => {
      const mutua = given.browserOf('Mutua', { role: 'approver', merchant: '*' });
      const made = [await propose(MONDAY), await propose(MONDAY, {}, mutua)];
      given.clock.at += 1;
      await Promise.all([approve(made[0]!, mutua), approve(made[1]!, wanjiru)]);
      const key = given.key('auditor', '*');
      const { json } = await given.ask({ url: '/v1/periods?month=2026-06', key });
      const { proposals } = json.days[0];
      const states = proposals.map(({ state }: { state: string }) => state);
      expect(states.toSorted()).toEqual(['effective', 'stale']);
      const both = proposals.filter(({ approved }: { approved: object | null }) => approved !== null);
      const { json: cases } = await given.ask({ url: '/v1/cases?reason=PERIOD_CLOSED_TWICE', key });
      expect(cases.total).toBe(both.length - 1);
      // Nobody takes a day for a transaction.
      const period = encodeURIComponent('?period:2026-06-01:*');
      expect(codeOf(await given.ask({ url: `/v1/transactions/${period}`, key }))).toEqual([404, 'HESABU_NOT_FOUND']);
    }));
});

describe('a close is refused', () => {
  test('to its maker, to a key of the API, to others than approvers, and for other bytes', () =>
    withClosing(async ({ given, operator, post, zhang, propose, approve, wanjiru }) => {
      const made = await propose(MONDAY);
      const both = given.browserOf('Both', { role: 'operator', merchant: '*' }, { role: 'approver', merchant: '*' });
      const own = await propose(MONDAY, {}, both);
      expect(codeOf(await approve(own, both))).toEqual([403, 'HESABU_SAME_PERSON']);
      expect(codeOf(await approve(made, zhang))).toEqual([403, 'HESABU_FORBIDDEN']);
      const url = `/v1/periods/${MONDAY}/proposals`;
      expect(codeOf(await post(operator, url, { merchant: 'shop-1' }))).toEqual([403, 'HESABU_FORBIDDEN']);
      expect(codeOf(await post(operator, url, {}))).toEqual([403, 'HESABU_FORBIDDEN']);
      const other = { ...made, json: { ...made.json, content: 'ab'.repeat(32) } };
      expect(codeOf(await approve(other, wanjiru))).toEqual([409, 'HESABU_CASE_CHANGED']);
      const narrow = given.browserOf('Narrow', { role: 'approver', merchant: 'shop-2' });
      expect(codeOf(await approve(made, narrow))).toEqual([404, 'HESABU_NOT_FOUND']);
    }));

  test('before the day is over, out of turn, and where nothing was', () =>
    withClosing(async ({ propose, close }) => {
      expect(codeOf(await propose(WEDNESDAY))).toEqual([409, 'HESABU_DAY_NOT_READY']);
      expect(codeOf(await propose('2026-05-01'))).toEqual([409, 'HESABU_DAY_NOT_READY']);
      await close(MONDAY);
      const early = await propose('2026-05-31');
      expect(early.json.detail).toContain('2026-06-02, which comes first');
      expect((await close(TUESDAY)).json.state).toBe('effective');
    }));

  test('while something is missing, unread or unowned; an approver overrules it with a reason', () =>
    withClosing(async ({ given, short, post, operator, propose, wanjiru, approve }) => {
      const { id } = await short('B-1', '400.00');
      given.unread.push({ id: 1 } as never);
      given.settlements.reports.push({ date: MONDAY, status: 'waiting' } as never);
      const refused = await propose(MONDAY);
      expect(codeOf(refused)).toEqual([409, 'HESABU_DAY_NOT_READY']);
      expect(refused.json.detail).toContain('reports, unread, owners');
      given.unread.length = 0;
      given.settlements.reports.length = 0;
      expect((await propose(MONDAY, { overrule: true, text: 'late' })).json.detail).toContain('approver');
      expect(codeOf(await propose(MONDAY, { overrule: true }, wanjiru))).toEqual([409, 'HESABU_DAY_NOT_READY']);
      const overruled = await propose(MONDAY, { overrule: true, text: 'the owner is on leave' }, wanjiru);
      expect([overruled.status, overruled.json.overruled]).toEqual([201, ['owners']]);
      expect(overruled.json.text).toBe('the owner is on leave');
      const mutua = given.browserOf('Mutua', { role: 'approver', merchant: '*' });
      await post(operator, `/v1/cases/${id}/assignment`, { owner: 'team-a' });
      expect((await propose(MONDAY)).json.overruled).toEqual([]);
      expect((await approve(overruled, mutua)).json.state).toBe('effective');
    }));
});

test('a day of one merchant is his, and the close of all merchants has it as he closed it', () =>
  withClosing(async ({ given, post, propose, approve, statement, wanjiru }) => {
    const own = await propose(MONDAY, { merchant: 'shop-1' });
    expect((await approve(own)).json.state).toBe('effective');
    const monday = await statement(MONDAY);
    await given.ledger.writer.append([settled('A-1', MONDAY)]);
    given.clock.at += 1;
    const all = await propose(MONDAY);
    expect([all.status, all.json.statements[0].closing]).toEqual([201, '1000.00']);
    expect((await approve(all)).json.state).toBe('effective');
    expect(await statement(MONDAY)).toEqual(monday);
    expect(late(await statement(TUESDAY))).toEqual({ fee: '15.005', settled: '984.995' });
    const seen = await given.ask({ url: '/v1/periods?month=2026-06', key: given.key('shop', 'shop-2') });
    expect(codeOf(seen)).toEqual([403, 'HESABU_FORBIDDEN']);
    expect(codeOf(await post(wanjiru, '/v1/periods/2026-06-02/proposals', { merchant: 'nobody' }))).toEqual([
      ...[409, 'HESABU_DAY_NOT_READY'],
    ]);
  }));

test('the days of a month say where each stands, and a retry is the proposal that was made', () =>
  withClosing(async ({ given, post, zhang, wanjiru }) => {
    const daysOf = async () => {
      const { json } = await given.ask({ url: '/v1/periods?month=2026-06', key: given.key('auditor', '*') });
      return json.days.slice(0, 3).map(({ day, state, unmet }: Answered['json']) => [day, state, unmet]);
    };
    expect(await daysOf()).toEqual([
      [MONDAY, 'over', null],
      [TUESDAY, 'over', null],
      [WEDNESDAY, 'open', null],
    ]);
    const url = `/v1/periods/${MONDAY}/proposals`;
    const made = await post(zhang, url, {}, 'k-1');
    given.database.exec('DELETE FROM idempotency');
    await given.ledger.writer.append([settled('A-1', MONDAY)]);
    const again = await post(zhang, url, {}, 'k-1');
    expect([again.json.id, again.json.content]).toEqual([made.json.id, made.json.content]);
    expect((await daysOf())[0]).toEqual([MONDAY, 'proposed', null]);
    const waiting = async (by: Record<string, string>) =>
      (await given.ask({ url: '/v1/proposals?awaiting=me', headers: by })).json.closes.length;
    expect([await waiting(zhang), await waiting(wanjiru)]).toEqual([0, 1]);
    const approval = { content: made.json.content };
    const once = await post(wanjiru, `/v1/proposals/${made.json.id}/approval`, approval, 'k-2');
    // As after a kill between the fact and the answer that was kept.
    given.database.exec('DELETE FROM idempotency');
    given.clock.at += 1;
    const twice = await post(wanjiru, `/v1/proposals/${made.json.id}/approval`, approval, 'k-2');
    expect([once.json.state, twice.status, twice.json]).toEqual(['effective', 200, once.json]);
    const anew = await post(wanjiru, `/v1/proposals/${made.json.id}/approval`, approval, 'k-3');
    expect(codeOf(anew)).toEqual([409, 'HESABU_CASE_CHANGED']);
    expect((await daysOf()).slice(0, 2)).toEqual([
      [MONDAY, 'closed', null],
      [TUESDAY, 'over', []],
    ]);
  }));
