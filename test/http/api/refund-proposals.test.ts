// Proposed refunds by the API: once a second person agreed the gateway is asked once, under the id of the proposal.
import { describe, expect, test } from 'vitest';
import { NOON, paid } from '../../service/ledger/given-live-ledger.ts';
import { codeOf, keyFor, keysOf, limited, quiet, refundsOf, startAnew, withRefunds } from './given-refunds.ts';

describe('a proposed refund', () => {
  test('is asked for once, under its own id, as soon as a second person approved it', () =>
    withRefunds(async (desk) => {
      const at = await desk.over('A-1');
      const made = await desk.propose(desk.zuri, at);
      expect(made.json).toMatchObject({
        kind: 'refund',
        amount: '300.00',
        currency: 'KES',
        refund: { state: 'waiting' },
      });
      await quiet();
      expect(refundsOf(desk)).toEqual([]);
      const done = await desk.answer(desk.wanjiru, made);
      expect([done.status, done.json.state]).toEqual([200, 'effective']);
      await desk.becomes(at.id, 'sent');
      expect([refundsOf(desk), keysOf(desk)]).toEqual([[['300.00', 'P-A-1']], [keyFor('A-1', made)]]);
      // The break stays until evidence ends it, and the case says that somebody acted.
      expect(await desk.standing('A-1')).toBe('unmatched');
      expect(await desk.shown(at.id)).toEqual([['effective', 'sent', null]]);
      await desk.answer(desk.otieno, made);
      await quiet();
      expect(refundsOf(desk)).toHaveLength(1);
    }));

  test('below the threshold needs nobody else, and gives back a part', () =>
    withRefunds(async (desk) => {
      const at = await desk.over('A-1', '80.00');
      const made = await desk.propose(desk.zuri, at, { amount: '50.00', currency: 'KES' });
      expect([made.json.state, made.json.needs_approval]).toEqual(['effective', false]);
      await desk.becomes(at.id, 'sent');
      expect(refundsOf(desk)).toEqual([['50.00', 'P-A-1']]);
    }));

  test('is never approved by its maker, also by another role', () =>
    withRefunds(async (desk) => {
      const at = await desk.over('A-1');
      const made = await desk.propose(desk.wanjiru, at);
      expect(codeOf(await desk.answer(desk.wanjiru, made))).toEqual([403, 'HESABU_SAME_PERSON']);
      await quiet();
      expect(refundsOf(desk)).toEqual([]);
    }));

  test.each([
    [{ amount: '300.01' }, 'amount'],
    [{ amount: '0.00' }, 'amount'],
    [{ amount: '300.00', currency: 'UGX' }, 'currency'],
  ])('of %j is refused', (more, where) =>
    withRefunds(async (desk) => {
      const refused = await desk.propose(desk.zuri, await desk.over('A-1'), more);
      expect(refused.status).toBeGreaterThanOrEqual(400);
      expect(refused.json.where).toBe(where);
      expect(desk.given.parts.tables.refundProposals.of('A-1')).toEqual([]);
    }),
  );

  test('of too little is refused, with the reasons for which money goes back', () =>
    withRefunds(async (desk) => {
      const refused = await desk.propose(desk.zuri, await desk.short('A-1', '300.00'));
      expect([...codeOf(refused), refused.json.where]).toEqual([422, 'HESABU_FIELD_INVALID', 'kind']);
      expect(refused.json.detail).toContain('AMOUNT_OVER');
    }));

  test('waits for a second person as long as it takes, also over a restart', () =>
    withRefunds(async (desk) => {
      const { clock, parts } = desk.given;
      const at = await desk.over('A-1');
      const made = await desk.propose(desk.zuri, at);
      for (let day = 0; day < 3; day++) {
        clock.at += 86_400_000;
        await startAnew(desk);
        const row = () => parts.tables.refundProposals.of('A-1')[0]!;
        await expect.poll(() => row().next_at).toBeGreaterThan(clock.at);
        expect(row().state).toBe('waiting');
      }
      const later = desk.given.browserOf('Njeri', { role: 'approver', merchant: '*' });
      expect((await desk.answer(later, made)).status).toBe(200);
      await desk.becomes(at.id, 'sent');
      await startAnew(desk);
      await quiet();
      expect(refundsOf(desk)).toEqual([['300.00', 'P-A-1']]);
    }));

  test('rejected or withdrawn before it was asked for is never sent, though it was approved', () =>
    withRefunds(async (desk) => {
      for (const [reference, who] of [
        ['A-1', desk.otieno],
        ['A-2', desk.zuri],
      ] as const) {
        desk.given.gateway.failure = limited();
        const at = await desk.over(reference);
        const made = await desk.propose(desk.zuri, at);
        await desk.answer(desk.wanjiru, made);
        await expect.poll(() => desk.given.gateway.failure).toBeNull();
        await desk.becomes(at.id, 'waiting');
        expect((await desk.answer(who, made, 'rejection')).status).toBe(200);
        await desk.becomes(at.id, 'stopped');
      }
      desk.given.clock.at = NOON + 3_600_000;
      desk.given.parts.refundWork.wake();
      await quiet();
      expect(refundsOf(desk)).toEqual([]);
    }));

  test('whose evidence changed before it was asked for is never sent, also where it is again as it was', () =>
    withRefunds(async (desk) => {
      desk.given.gateway.failure = limited();
      const at = await desk.over('A-1');
      const made = await desk.propose(desk.zuri, at);
      await desk.answer(desk.wanjiru, made);
      await expect.poll(() => desk.given.gateway.failure).toBeNull();
      const data = { amount: '10.00', transaction_id: 'P-more', completed_at: '2026-06-01T11:06:00Z' };
      await desk.given.ledger.writer.append([paid('A-1', { id: 'ev-more', data })]);
      desk.given.clock.at = NOON + 3_600_000;
      desk.given.parts.refundWork.wake();
      const row = () => desk.given.parts.tables.refundProposals.of('A-1')[0]!.state;
      await expect.poll(row, { timeout: 20_000 }).toBe('stopped');
      expect(refundsOf(desk)).toEqual([]);
    }));

  test('once asked for is not rejected any more', () =>
    withRefunds(async (desk) => {
      const at = await desk.over('A-1');
      const made = await desk.propose(desk.zuri, at);
      await desk.answer(desk.wanjiru, made);
      await desk.becomes(at.id, 'sent');
      for (const who of [desk.otieno, desk.zuri]) {
        expect(codeOf(await desk.answer(who, made, 'rejection'))).toEqual([409, 'HESABU_APPROVAL_DECIDED']);
      }
      expect((await desk.given.ledger.reader.findKey('A-1'))!.decisions).toHaveLength(2);
    }));

  test('of which another may still be sent is refused, and two made at once are one', () =>
    withRefunds(async (desk) => {
      const at = await desk.over('A-1', '80.00');
      const half = { amount: '40.00', currency: 'KES' };
      const both = await Promise.all([desk.propose(desk.zuri, at, half), desk.propose(desk.otieno, at, half)]);
      expect(both.map(({ status }) => status).sort()).toEqual([201, 409]);
      await desk.becomes(at.id, 'sent');
      expect(codeOf(await desk.propose(desk.zuri, at, half))).toEqual([409, 'HESABU_CASE_CHANGED']);
      expect(refundsOf(desk)).toEqual([['40.00', 'P-A-1']]);
    }));

  test('is one however often it is sent with its key', () =>
    withRefunds(async (desk) => {
      const { id, finding } = await desk.over('A-1', '80.00');
      const wanted = { finding, kind: 'refund', cause: 'customer_error' };
      const url = `/v1/cases/${id}/proposals`;
      const made = await Promise.all([1, 2, 3].map(() => desk.post(desk.zuri, url, wanted, 'k-1')));
      const known = new Set(made.flatMap(({ status, json }) => (status === 201 ? [json.id] : [])));
      expect(known.size).toBe(1);
      await desk.becomes(id, 'sent');
      expect((await desk.post(desk.zuri, url, wanted, 'k-1')).json.id).toBe([...known][0]);
      expect(refundsOf(desk)).toHaveLength(1);
    }));

  test('keeps nobody from saying otherwise why the case ends, and the case still shows that it was sent', () =>
    withRefunds(async (desk) => {
      const at = await desk.over('A-1', '80.00');
      await desk.propose(desk.zuri, at);
      await desk.becomes(at.id, 'sent');
      const said = { finding: at.finding, kind: 'explain', cause: 'goodwill' };
      expect((await desk.post(desk.zuri, `/v1/cases/${at.id}/proposals`, said)).status).toBe(201);
      expect(await desk.standing('A-1')).toBe('resolved');
      expect(await desk.shown(at.id)).toEqual([['effective', 'sent', null]]);
    }));
});
