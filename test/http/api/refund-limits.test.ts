// All of an order's money that goes back counts against what a case may send back, by whichever way it goes: nobody
// knows whether an earlier refund was for goods or of what was too much.
import { describe, expect, test } from 'vitest';
import { order, paid } from '../../service/ledger/given-live-ledger.ts';
import { quiet, type RefundDesk, refundsOf, returned, withRefunds } from './given-refunds.ts';

let asked = 0;

/** By the API, as for goods: below the threshold it needs nobody else. */
async function sendOtherwise({ given }: RefundDesk, amount: string, payment = 'P-A-1'): Promise<void> {
  const key = given.key('shop', 'shop-1');
  const json = { amount, payment };
  const url = '/v1/orders/A-1/refunds';
  const { status } = await given.ask({ method: 'POST', url, key, idempotencyKey: `o-${asked++}`, json });
  expect(status).toBe(202);
}

/** What a proposal of too much says is left; the whole of the difference is asked for. */
async function leftOf(desk: RefundDesk, at: { id: string; finding: string }): Promise<string | undefined> {
  const { json } = await desk.propose(desk.zuri, at);
  if (json.code === undefined) return 'all';
  expect(json.code).toBe('HESABU_AMOUNT_RANGE');
  expect(json.detail).toContain('POST /v1/orders/A-1/refunds');
  return /at most (\S+) KES, with what goes back otherwise/.exec(json.detail)?.[1];
}

async function twice(desk: RefundDesk) {
  const data = { amount: '1000.00', transaction_id: 'P-2', completed_at: '2026-06-01T11:06:00Z' };
  await desk.given.ledger.writer.append([order('A-1'), paid('A-1'), paid('A-1', { id: 'ev-2', data })]);
  return desk.caseOf('A-1', 'DUPLICATE_PAYMENT');
}

describe('against an excess counts', () => {
  test('what the API was asked for, while it is on its way and once it arrived', () =>
    withRefunds(async (desk) => {
      const at = await desk.over('A-1', '80.00');
      await sendOtherwise(desk, '30.00');
      expect(await leftOf(desk, at)).toBe('50.00');
      await desk.given.ledger.writer.append([returned('A-1', 'F-1', '30.00')]);
      expect(await leftOf(desk, at)).toBe('50.00');
      expect((await desk.propose(desk.zuri, at, { amount: '50.01', currency: 'KES' })).status).toBe(400);
      expect((await desk.propose(desk.zuri, at, { amount: '50.00', currency: 'KES' })).status).toBe(201);
      await expect.poll(() => refundsOf(desk).map(([amount]) => amount)).toEqual(['30.00', '50.00']);
    }));

  test("what somebody sent on the gateway's page, and an open chargeback; what failed does not", () =>
    withRefunds(async (desk) => {
      const at = await desk.over('A-1', '80.00');
      const { writer } = desk.given.ledger;
      await writer.append([returned('A-1', 'F-7', '20.00', 'P-A-1', 'refund.failed')]);
      await writer.append([returned('A-1', 'F-8', '25.00')]);
      expect(await leftOf(desk, at)).toBe('55.00');
      await writer.append([returned('A-1', 'F-9', '55.00', 'P-A-1', 'chargeback.opened')]);
      expect(await leftOf(desk, at)).toBe('0.00');
    }));

  test('a return of which nobody knows the payment', () =>
    withRefunds(async (desk) => {
      const at = await twice(desk);
      await desk.given.ledger.writer.append([returned('A-1', 'F-9', '990.00', null)]);
      expect(await leftOf(desk, at)).toBe('10.00');
    }));

  test('nothing of a payment that was returned in full: that made the excess smaller', () =>
    withRefunds(async (desk) => {
      await twice(desk);
      const data = { amount: '60.00', transaction_id: 'P-3', completed_at: '2026-06-01T11:07:00Z' };
      const { writer } = desk.given.ledger;
      await writer.append([paid('A-1', { id: 'ev-3', data }), returned('A-1', 'F-2', '1000.00', 'P-2')]);
      expect(await leftOf(desk, await desk.caseOf('A-1', 'DUPLICATE_PAYMENT'))).toBe('all');
    }));

  test('what was sent while a second person was asked: he cannot approve it any more', () =>
    withRefunds(async (desk) => {
      const at = await desk.over('A-1');
      const made = await desk.propose(desk.zuri, at);
      await sendOtherwise(desk, '50.00');
      await desk.answer(desk.wanjiru, made);
      await desk.becomes(at.id, 'failed');
      expect(await desk.shown(at.id)).toEqual([['effective', 'failed', 'HESABU_AMOUNT_RANGE']]);
      await quiet();
      expect(refundsOf(desk).map(([amount]) => amount)).toEqual(['50.00']);
    }));
});

describe('of a cancelled order', () => {
  test('what is on its way counts, and what arrived has made the difference smaller', () =>
    withRefunds(async (desk) => {
      const at = await desk.kept('A-1');
      await sendOtherwise(desk, '70.00');
      expect(await leftOf(desk, at)).toBe('110.00');
      await desk.given.ledger.writer.append([returned('A-1', 'F-1', '70.00')]);
      const now = await desk.caseOf('A-1', 'CANCELLED_BUT_PAID');
      expect((await desk.propose(desk.zuri, now)).json).toMatchObject({ amount: '110.00', state: 'awaiting_approval' });
    }));

  test('what somebody sends while the refund awaits its approval is not sent again by that', () =>
    withRefunds(async (desk) => {
      const at = await desk.kept('A-1');
      await sendOtherwise(desk, '90.00');
      await desk.given.ledger.writer.append([returned('A-1', 'F-1', '90.00')]);
      await desk.propose(desk.zuri, await desk.caseOf('A-1', 'CANCELLED_BUT_PAID'));
      await desk.becomes(at.id, 'held');
      await desk.given.ledger.writer.append([returned('A-1', 'F-9', '40.00', 'P-A-1', 'refund.pending')]);
      const { json } = await desk.given.ask({ url: '/v1/approvals?status=waiting', headers: desk.otieno });
      const url = `/v1/approvals/${json.approvals[0].id}`;
      const decided = await desk.post(desk.otieno, url, { decision: 'approve' });
      expect([decided.status, decided.json.code]).toEqual([400, 'HESABU_AMOUNT_RANGE']);
      expect(refundsOf(desk)).toHaveLength(1);
    }));
});

test('for a refund that failed counts what is on its way of its payment, as evidence will count it', () =>
  withRefunds(async (desk) => {
    const { writer } = desk.given.ledger;
    await writer.append([order('A-1'), paid('A-1'), returned('A-1', 'F-7', '60.00')]);
    const failed = returned('A-1', 'F-7', '60.00', 'P-A-1', 'refund.failed');
    await writer.append([{ ...failed, occurred_at: failed.occurred_at! + 60_000 }]);
    const at = await desk.caseOf('A-1', 'REFUND_FAILED');
    await sendOtherwise(desk, '45.00');
    expect(await leftOf(desk, at)).toBe('15.00');
  }));
