// Links beside refunds: money that a refund of the same finding sent back, or may have, pays no other order.
import { expect, test } from 'vitest';
import { caseId } from '../../../src/domain/case-id.ts';
import { fingerprintOf } from '../../../src/matching/decision-names.ts';
import { order, paid } from '../../service/ledger/given-live-ledger.ts';
import { bulk } from './given-bulk.ts';
import { codeOf, limited, type RefundDesk, refundsOf, returned, withRefunds } from './given-refunds.ts';

const CHANGED = [409, 'HESABU_CASE_CHANGED'];
const LINK = { kind: 'link', to: [{ reference: 'B-1' }] };

/** An excess of 300.00 that waits for its link to B-1, and whose refund the gateway took. */
async function sentAndLinked(desk: RefundDesk) {
  const { given, zuri, wanjiru, over, propose, answer, becomes } = desk;
  await given.ledger.writer.append([order('B-1', { amount: '300.00' })]);
  const at = await over('A-1');
  const link = await propose(zuri, at, LINK);
  await answer(wanjiru, await propose(zuri, at));
  await becomes(at.id, 'sent');
  return { at, link };
}

/** What the gateway says of the refund that was sent. */
const told = ({ given }: RefundDesk, event?: string) => {
  const id = given.parts.tables.refunds.of('A-1')[0]!.transaction_id!;
  return given.ledger.writer.append([returned('A-1', id, '300.00', 'P-A-1', event)]);
};

test('a link is not approved, proposed or tried once the refund was sent, also after it arrived', () =>
  withRefunds(async (desk) => {
    const { zuri, wanjiru, post, propose, answer, standing } = desk;
    const { at, link } = await sentAndLinked(desk);
    const refused = async () => {
      const tried = { finding: at.finding, cause: 'customer_error', ...LINK };
      const preview = await post(zuri, `/v1/cases/${at.id}/proposals/preview`, tried);
      return [codeOf(await answer(wanjiru, link)), codeOf(await propose(zuri, at, LINK)), codeOf(preview)];
    };
    expect(await refused()).toEqual([CHANGED, CHANGED, CHANGED]);
    await told(desk);
    expect(await refused()).toEqual([CHANGED, CHANGED, CHANGED]);
    expect([await standing('B-1'), refundsOf(desk)]).toEqual(['pending', [['300.00', 'P-A-1']]]);
  }));

test('of a refund that failed the money is there, and may be linked', () =>
  withRefunds(async (desk) => {
    const { wanjiru, answer, standing } = desk;
    const { link } = await sentAndLinked(desk);
    await told(desk, 'refund.failed');
    expect((await answer(wanjiru, link)).json.state).toBe('effective');
    expect(await standing('B-1')).toBe('resolved');
  }));

test('a link that holds before the gateway was asked stops the refund', () =>
  withRefunds(async (desk) => {
    const { given, zuri, wanjiru, over, propose, answer, becomes, standing } = desk;
    await given.ledger.writer.append([order('B-1', { amount: '300.00' })]);
    given.gateway.failure = limited();
    const at = await over('A-1');
    const link = await propose(zuri, at, LINK);
    await answer(wanjiru, await propose(zuri, at));
    await becomes(at.id, 'waiting');
    expect((await answer(wanjiru, link)).json.state).toBe('effective');
    given.gateway.failure = null;
    given.clock.at += 3_600_000;
    given.parts.refundWork.wake();
    await becomes(at.id, 'stopped');
    expect([await standing('B-1'), refundsOf(desk)]).toEqual(['resolved', []]);
  }));

test('in bulk none is proposed or approved beside a refund that holds', () =>
  withRefunds(async (desk) => {
    const { zuri, wanjiru, answer } = desk;
    const { at, link } = await sentAndLinked(desk);
    const act = { kind: 'link', cause: 'customer_error', to: [{ reference: 'B-1' }] };
    const refused = async (by: RefundDesk['zuri'], name: 'propose' | 'approve') => {
      const { preview } = await bulk(desk, by, { act: { act: name, ...act }, cases: [at.id] });
      expect([preview.count, preview.refused_cases]).toMatchObject([0, [{ code: 'HESABU_CASE_CHANGED' }]]);
    };
    await refused(wanjiru, 'approve');
    await answer(zuri, link, 'rejection');
    await refused(zuri, 'propose');
  }));

test("money that was linked to a cancelled order is not returned by that order's own payment", () =>
  withRefunds(async (desk) => {
    const { given, propose } = desk;
    const by = (name: string) => given.browserOf(name, { role: 'operator', merchant: '*' });
    const caseAt = async (key: string, subject: string) => {
      const { json } = await given.ask({ url: `/v1/transactions/${key}`, key: given.key('auditor', '*') });
      const finding = json.findings.find((one: { subject: string }) => one.subject === subject);
      return { id: caseId({ ...finding, key }), finding: fingerprintOf(finding) };
    };
    const placed = { amount: '1090.00', placed_at: '2026-06-01T11:00:00Z' };
    await given.ledger.writer.append([order('B-1', placed), paid('B-1'), paid('a-1', { data: { amount: '90.00' } })]);
    given.clock.at += 7_200_000;
    const link = await propose(by('Chebet'), await caseAt('a-1', ''), LINK);
    expect(link.json.state).toBe('effective');
    const status_at = '2026-06-01T14:30:00Z';
    await given.ledger.writer.append([order('B-1', { ...placed, status: 'cancelled', status_at })]);
    given.clock.at += 20 * 86_400_000;
    await given.ledger.loop.catchUp();
    const mutua = by('Mutua');
    const refused = await propose(mutua, await caseAt('B-1', 'a-1'));
    expect([codeOf(refused), refused.json.expected]).toEqual([
      [400, 'HESABU_AMOUNT_RANGE'],
      'a payment of the order itself',
    ]);
    expect((await propose(mutua, await caseAt('B-1', 'P-B-1'))).status).toBe(201);
  }));
