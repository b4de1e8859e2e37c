// What a gateway answers to a proposed refund, and that the limits of every refund hold.
import { describe, expect, test } from 'vitest';
import { GatewayRefused } from '../../../src/domain/gateway-errors.ts';
import { parseRules } from '../../../src/matching/rules.ts';
import { SERVICE } from '../../matching/given-decisions.ts';
import { NOON, order, paid } from '../../service/ledger/given-live-ledger.ts';
import {
  codeOf,
  keyFor,
  keysOf,
  limited,
  quiet,
  type RefundDesk,
  refundsOf,
  returned,
  startAnew,
  withRefunds,
} from './given-refunds.ts';

describe('the gateway', () => {
  test('that does not answer clearly is asked again under the same key, whatever was decided since', () =>
    withRefunds(async (desk) => {
      const { gateway, clock, parts } = desk.given;
      gateway.isAnswerLost = true;
      const at = await desk.over('A-1', '80.00');
      const made = await desk.propose(desk.zuri, at);
      await desk.becomes(at.id, 'unclear');
      expect(await desk.shown(at.id)).toEqual([['effective', 'unclear', 'HESABU_GATEWAY_FAILED']]);
      expect(codeOf(await desk.answer(desk.otieno, made, 'rejection'))).toEqual([409, 'HESABU_APPROVAL_DECIDED']);
      expect(codeOf(await desk.propose(desk.zuri, at))).toEqual([409, 'HESABU_CASE_CHANGED']);
      const said = { finding: at.finding, kind: 'explain', cause: 'goodwill' };
      await desk.post(desk.zuri, `/v1/cases/${at.id}/proposals`, said);
      clock.at = NOON + 3_600_000;
      parts.refundWork.wake();
      await desk.becomes(at.id, 'sent');
      expect(keysOf(desk)).toEqual([keyFor('A-1', made), keyFor('A-1', made)]);
    }));

  test('that knows no key of a refund is not asked again by itself', () =>
    withRefunds(async (desk) => {
      const { gateway, clock, parts } = desk.given;
      Object.assign(gateway, { knowsNoRefundKey: true, isAnswerLost: true });
      const at = await desk.over('A-1', '80.00');
      await desk.propose(desk.zuri, at);
      await desk.becomes(at.id, 'unclear');
      clock.at = NOON + 86_400_000;
      parts.refundWork.wake();
      await quiet();
      expect([refundsOf(desk).length, await desk.shown(at.id)]).toEqual([
        ...[1, [['effective', 'unclear', 'HESABU_GATEWAY_FAILED']]],
      ]);
    }));

  test('that refuses has the last word: nothing was sent, and another refund may be proposed', () =>
    withRefunds(async (desk) => {
      const { gateway } = desk.given;
      gateway.failure = new GatewayRefused({ where: 'POST /payments/refund', found: 'no' }, 422);
      const at = await desk.over('A-1', '80.00');
      const made = await desk.propose(desk.zuri, at);
      await desk.becomes(at.id, 'failed');
      expect(await desk.shown(at.id)).toEqual([['effective', 'failed', 'HESABU_GATEWAY_REFUSED']]);
      const again = await desk.propose(desk.zuri, at);
      expect(again.status).toBe(201);
      await expect.poll(() => refundsOf(desk)).toEqual([['80.00', 'P-A-1']]);
      expect(keysOf(desk)).toEqual([keyFor('A-1', again)]);
      expect((await desk.answer(desk.zuri, made, 'rejection')).status).toBe(200);
    }));

  test('that takes nothing now is asked later', () =>
    withRefunds(async (desk) => {
      desk.given.gateway.failure = limited();
      const at = await desk.over('A-1', '80.00');
      await desk.propose(desk.zuri, at);
      await expect.poll(() => desk.given.gateway.failure).toBeNull();
      await desk.becomes(at.id, 'waiting');
      desk.given.clock.at = NOON + 120_000;
      desk.given.parts.refundWork.wake();
      await desk.becomes(at.id, 'sent');
      expect(refundsOf(desk)).toHaveLength(1);
    }));

  test.each([
    ['before the call was made', 0, 'failed'],
    ['while the gateway may have had it', 1, 'unclear'],
  ])('that refuses after a crash %s is believed as far as it can know', (_when, calls, state) =>
    withRefunds(async (desk) => {
      const { gateway, clock, parts } = desk.given;
      const { refunds, refundProposals } = parts.tables;
      gateway.failure = limited();
      const at = await desk.over('A-1', '80.00');
      const { json } = await desk.propose(desk.zuri, at);
      await expect.poll(() => gateway.failure).toBeNull();
      await desk.becomes(at.id, 'waiting');
      const { key, reference } = refundProposals.get(json.id)!;
      const asked = { account: 'mfs-africa/main', payment: 'P-A-1', amount: '80.00', currency: 'KES' };
      refunds.add({ key, reference, fingerprint: `proposal ${json.id}`, ...asked });
      refundProposals.set(json.id, { state: calls === 0 ? 'waiting' : 'asked', calls });
      gateway.failure = new GatewayRefused({ found: 'no' }, 422);
      clock.at = NOON + 120_000;
      await startAnew(desk);
      await desk.becomes(at.id, state);
      expect([refunds.of(reference).length, refundsOf(desk)]).toEqual([calls, []]);
    }),
  );

  test('whose call another request made under the same key is not asked for the proposal', () =>
    withRefunds(async (desk) => {
      const at = await desk.over('A-1');
      const made = await desk.propose(desk.zuri, at);
      const { rules } = desk.given.ledger.loop;
      desk.given.ledger.loop.rules = rulesWith('99999.00');
      const request = { method: 'POST', url: '/v1/orders/A-1/refunds', key: desk.given.key('shop', 'shop-1') } as const;
      await desk.given.ask({ ...request, idempotencyKey: made.json.id, json: { amount: '1.00' } });
      desk.given.ledger.loop.rules = rules;
      await desk.answer(desk.wanjiru, made);
      await desk.becomes(at.id, 'failed');
      expect(await desk.shown(at.id)).toEqual([['effective', 'failed', 'HESABU_IDEMPOTENCY_REUSED']]);
      expect(refundsOf(desk)).toEqual([['1.00', 'P-A-1']]);
    }));

  test('that gives back whole payments only is not asked for a part', () =>
    withRefunds(async (desk) => {
      desk.given.gateway.refundsWholeOnly = true;
      const at = await desk.over('A-1', '80.00');
      await desk.propose(desk.zuri, at);
      await desk.becomes(at.id, 'failed');
      expect(await desk.shown(at.id)).toEqual([['effective', 'failed', 'HESABU_AMOUNT_RANGE']]);
      expect(refundsOf(desk)).toEqual([]);
    }));
});

describe('the limits of refunds hold', () => {
  test('what was asked for otherwise is not asked for twice', () =>
    withRefunds(async (desk) => {
      const at = await desk.over('A-1');
      const key = desk.given.key('shop', 'shop-1');
      const json = { amount: '1050.00' };
      const url = '/v1/orders/A-1/refunds';
      const made = await desk.propose(desk.zuri, at);
      const { rules } = desk.given.ledger.loop;
      desk.given.ledger.loop.rules = rulesWith('99999.00');
      await desk.given.ask({ method: 'POST', url, key, idempotencyKey: 'r-1', json });
      desk.given.ledger.loop.rules = rules;
      await desk.answer(desk.wanjiru, made);
      await desk.becomes(at.id, 'failed');
      expect(await desk.shown(at.id)).toEqual([['effective', 'failed', 'HESABU_AMOUNT_RANGE']]);
      expect((await desk.propose(desk.zuri, at)).json.code).toBe('HESABU_AMOUNT_RANGE');
      expect(refundsOf(desk)).toEqual([['1050.00', 'P-A-1']]);
    }));

  test('all that proposals send back comes to the difference at most, also where the finding was another one', () =>
    withRefunds(async (desk) => {
      const at = await desk.over('A-1', '80.00');
      await desk.propose(desk.zuri, at);
      await desk.becomes(at.id, 'sent');
      const data = { amount: '15.00', transaction_id: 'P-more', completed_at: '2026-06-01T11:06:00Z' };
      await desk.given.ledger.writer.append([paid('A-1', { id: 'ev-more', data })]);
      const more = await desk.caseOf('A-1', 'DUPLICATE_PAYMENT');
      const refused = await desk.propose(desk.zuri, more, { amount: '15.01', currency: 'KES' });
      expect([refused.json.code, refused.json.detail]).toEqual([
        ...['HESABU_AMOUNT_RANGE', expect.stringContaining('at most 15.00 KES, with what goes back otherwise')],
      ]);
      const rest = await desk.propose(desk.zuri, more, { amount: '15.00', currency: 'KES' });
      expect(rest.status).toBe(201);
      await expect.poll(() => refundsOf(desk).map(([amount]) => amount)).toEqual(['80.00', '15.00']);
    }));

  test('with what went back before, a second person approves it as any refund', () =>
    withRefunds(async (desk) => {
      const { at, made, waiting, decide } = await heldRefund(desk);
      const own = desk.given.keyOf('Zuri', 'approver', '*');
      expect((await decide(own, waiting)).json.code).toBe('HESABU_SAME_PERSON');
      // A key may approve what keys ask for, and nothing that people decide of a case.
      const juma = desk.given.keyOf('Juma', 'approver', '*');
      expect(codeOf(await decide(juma, waiting))).toEqual([403, 'HESABU_SIGN_IN_NEEDED']);
      expect(refundsOf(desk)).toHaveLength(1);
      expect((await decide(desk.otieno, waiting)).json.status).toBe('done');
      desk.given.clock.at = NOON + 60_000;
      desk.given.parts.refundWork.wake();
      await desk.becomes(at.id, 'sent');
      expect(keysOf(desk).at(-1)).toBe(keyFor('A-1', made));
      expect(refundsOf(desk)).toHaveLength(2);
    }));

  test('what was rejected while a second person was waited for is not sent by his approval', () =>
    withRefunds(async (desk) => {
      const { at, made, waiting, decide } = await heldRefund(desk);
      const juma = desk.given.keyOf('Juma', 'approver', '*');
      await desk.answer(desk.zuri, made, 'rejection');
      expect((await decide(desk.otieno, waiting)).status).toBe(409);
      await desk.becomes(at.id, 'stopped');
      expect((await desk.given.ask({ url: `/v1/approvals/${waiting}`, key: juma })).json.status).toBe('failed');
      expect(refundsOf(desk)).toHaveLength(1);
    }));

  test('nor is it asked again by itself where the gateway knows no key, and the answer to the approval was lost', () =>
    withRefunds(async (desk) => {
      const { gateway, clock, parts } = desk.given;
      const { at, waiting, decide } = await heldRefund(desk);
      Object.assign(gateway, { knowsNoRefundKey: true, isAnswerLost: true });
      const decided = await decide(desk.otieno, waiting);
      expect([decided.status, decided.json.code]).toEqual([502, 'HESABU_GATEWAY_FAILED']);
      for (let hour = 0; hour < 4; hour++) {
        clock.at += 3_700_000;
        parts.refundWork.wake();
        await quiet();
      }
      expect(refundsOf(desk)).toHaveLength(2);
      expect(await desk.shown(at.id)).toEqual([['effective', 'unclear', 'HESABU_GATEWAY_FAILED']]);
    }));

  test('a provider without refunds is refused at once', () =>
    withRefunds(async (desk) => {
      Object.assign(desk.given.gateway, { refund: undefined });
      const refused = await desk.propose(desk.zuri, await desk.over('A-1'));
      expect(refused.json.code).toBe('HESABU_PROVIDER_CANNOT');
      expect((await desk.given.ledger.reader.findKey('A-1'))!.decisions).toEqual([]);
    }));

  test('nobody is asked for a payment that the provider never spoke of, before or after it was proposed', () =>
    withRefunds(async (desk) => {
      const { given, zuri, wanjiru, propose, answer, caseOf, becomes } = desk;
      const data = { amount: '1300.00' };
      await given.ledger.writer.append([order('A-1'), { ...paid('A-1', { data }), provider: 'elsewhere' }]);
      const asked = { method: 'POST', url: '/v1/orders/A-1/refunds', key: given.key('shop', 'shop-1') } as const;
      const direct = await given.ask({ ...asked, idempotencyKey: 'k-1', json: { amount: '10.00' } });
      expect(codeOf(direct)).toEqual([422, 'HESABU_PROVIDER_CANNOT']);
      expect(codeOf(await propose(zuri, await caseOf('A-1')))).toEqual([422, 'HESABU_PROVIDER_CANNOT']);
      const at = await desk.over('A-2');
      const made = await propose(zuri, at);
      // The shop goes to another provider before anybody approves.
      Object.assign(given.gateway, { provider: 'elsewhere' });
      await answer(wanjiru, made);
      await becomes(at.id, 'failed');
      expect([await desk.shown(at.id), refundsOf(desk)]).toEqual([
        [['effective', 'failed', 'HESABU_PROVIDER_CANNOT']],
        [],
      ]);
    }));

  test('in bulk no refund is proposed, approved or rejected', () =>
    withRefunds(async (desk) => {
      await desk.over('A-1');
      for (const act of ['propose', 'approve', 'reject']) {
        const json = { act: { act, kind: 'refund', cause: 'customer_error', text: 'x' }, filter: {} };
        const refused = await desk.post(desk.wanjiru, '/v1/cases/bulk/preview', json);
        expect(refused.status).toBe(400);
      }
    }));
});

function rulesWith(threshold: string) {
  return parseRules({ review: { threshold: { KES: threshold } }, decision_keys: [SERVICE.signer] });
}

/** Half of what was kept of a cancelled order went back; with the other half, it takes a second person. */
async function heldRefund(desk: RefundDesk) {
  const { given } = desk;
  const at = await desk.kept('A-1');
  const refund = { method: 'POST', url: '/v1/orders/A-1/refunds', key: given.key('shop', 'shop-1') } as const;
  await given.ask({ ...refund, idempotencyKey: 'r-1', json: { amount: '90.00' } });
  await given.ledger.writer.append([returned('A-1', 'F-1', '90.00')]);
  const half = await desk.caseOf('A-1', 'CANCELLED_BUT_PAID');
  expect(half.id).toBe(at.id);
  const made = await desk.propose(desk.zuri, half);
  expect([made.json.state, made.json.amount]).toEqual(['effective', '90.00']);
  await desk.becomes(at.id, 'held');
  expect(refundsOf(desk)).toHaveLength(1);
  const { json } = await given.ask({ url: '/v1/approvals?status=waiting', key: given.keyOf('Juma', 'approver', '*') });
  let times = 0;
  const decide = (by: string | RefundDesk['otieno'], id: string) =>
    desk.post(by, `/v1/approvals/${id}`, { decision: 'approve' }, `held-${times++}`);
  return { at, made, waiting: json.approvals[0].id as string, decide };
}
