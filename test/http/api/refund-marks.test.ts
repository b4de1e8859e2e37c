// A service.db that is older than the ledger: what the ledger has of calls of gateways keeps them from being made
// again.
import { expect, test } from 'vitest';
import { order } from '../../service/ledger/given-live-ledger.ts';
import type { Answered } from './given-api.ts';
import { codeOf, quiet, type RefundDesk, refundsOf, returned, startAnew, withRefunds } from './given-refunds.ts';

/** What was sent is unknown to the tables, as in a file from before. */
function forget({ given }: RefundDesk, { json }: Answered, state: 'waiting' | 'held'): void {
  const { refunds, refundProposals, approvals } = given.parts.tables;
  const { key } = refundProposals.get(json.id)!;
  refunds.refused(key);
  refundProposals.set(json.id, { state, code: null, calls: 0, sendings: 0, next_at: 0 });
  const approval = approvals.ofKey(key);
  if (approval !== undefined) approvals.waitAgain(approval);
}

test('nothing is sent again, taken back, or proposed beside it', () =>
  withRefunds(async (desk) => {
    const { clock, parts, ledger } = desk.given;
    desk.given.gateway.isAnswerLost = true;
    const at = await desk.over('A-1', '80.00');
    const made = await desk.propose(desk.zuri, at);
    await desk.becomes(at.id, 'unclear');
    forget(desk, made, 'waiting');
    await startAnew(desk);
    await desk.becomes(at.id, 'unclear');
    for (let hour = 0; hour < 3; hour++) {
      clock.at += 500_000;
      parts.refundWork.wake(made.json.id);
      await quiet();
    }
    expect(refundsOf(desk)).toHaveLength(1);
    expect(codeOf(await desk.answer(desk.otieno, made, 'rejection'))).toEqual([409, 'HESABU_APPROVAL_DECIDED']);
    expect(codeOf(await desk.propose(desk.zuri, at))).toEqual([409, 'HESABU_CASE_CHANGED']);
    await ledger.writer.append([order('A-1', { status: 'cancelled', status_at: '2026-06-01T11:02:00Z' })]);
    const other = await desk.propose(desk.zuri, await desk.caseOf('A-1', 'PAID_AFTER_CANCEL'));
    expect([other.json.code, other.json.detail]).toEqual([
      ...['HESABU_AMOUNT_RANGE', expect.stringContaining('at most 0.00 KES')],
    ]);
    // The archive has it too, by the exchange that the fact names.
    const kept = desk.given.exchanges.filter(({ method }) => method === 'SEND');
    expect(kept.map(({ id, facts }) => facts?.map(({ raw, body }) => [raw === id, body.type]))).toEqual([
      [[true, 'NoteAdded']],
    ]);
    // What the ledger was told shows at no case, and is no note of anybody.
    const shown = await desk.given.ask({ url: `/v1/cases/${at.id}`, key: desk.given.key('auditor', '*') });
    expect(shown.json.timeline.filter(({ what }: { what: string }) => what === 'note')).toEqual([]);
  }));

test('nor by who approves it again', () =>
  withRefunds(async (desk) => {
    const { given } = desk;
    await desk.kept('A-1');
    const refund = { method: 'POST', url: '/v1/orders/A-1/refunds', key: given.key('shop', 'shop-1') } as const;
    await given.ask({ ...refund, idempotencyKey: 'r-1', json: { amount: '90.00' } });
    await given.ledger.writer.append([returned('A-1', 'F-1', '90.00')]);
    const at = await desk.caseOf('A-1', 'CANCELLED_BUT_PAID');
    const made = await desk.propose(desk.zuri, at);
    await desk.becomes(at.id, 'held');
    const { json } = await given.ask({ url: '/v1/approvals?status=waiting', headers: desk.otieno });
    const url = `/v1/approvals/${json.approvals[0].id}`;
    const decide = (idempotencyKey: string) => desk.post(desk.otieno, url, { decision: 'approve' }, idempotencyKey);
    given.gateway.isAnswerLost = true;
    expect((await decide('a-1')).status).toBe(502);
    forget(desk, made, 'held');
    expect(codeOf(await decide('a-2'))).toEqual([409, 'HESABU_APPROVAL_DECIDED']);
    given.clock.at += 60_000;
    given.parts.refundWork.wake();
    await desk.becomes(at.id, 'unclear');
    expect(refundsOf(desk)).toHaveLength(2);
  }));

test('nor where service.db is from before it was proposed: it is not taken back, and none is sent beside it', () =>
  withRefunds(async (desk) => {
    const { given } = desk;
    given.gateway.isAnswerLost = true;
    const at = await desk.over('A-1', '80.00');
    const made = await desk.propose(desk.zuri, at);
    await desk.becomes(at.id, 'unclear');
    forget(desk, made, 'waiting');
    given.database.prepare('DELETE FROM refund_proposals WHERE id = ?').run(made.json.id);
    await startAnew(desk);
    expect(await desk.shown(at.id)).toEqual([['effective', null, null]]);
    expect(codeOf(await desk.answer(desk.otieno, made, 'rejection'))).toEqual([409, 'HESABU_APPROVAL_DECIDED']);
    expect(codeOf(await desk.propose(desk.zuri, at))).toEqual([409, 'HESABU_CASE_CHANGED']);
    await given.ledger.writer.append([order('A-1', { status: 'cancelled', status_at: '2026-06-01T11:02:00Z' })]);
    const other = await desk.propose(desk.zuri, await desk.caseOf('A-1', 'PAID_AFTER_CANCEL'));
    expect([other.json.code, other.json.detail]).toEqual([
      ...['HESABU_AMOUNT_RANGE', expect.stringContaining('at most 0.00 KES')],
    ]);
    await quiet();
    expect(refundsOf(desk)).toHaveLength(1);
  }));
