// Who is told that a proposed refund was not sent: its maker and who approved it, once, and in their words.
import { expect, test } from 'vitest';
import { caseId } from '../../src/domain/case-id.ts';
import { GatewayRefused } from '../../src/domain/gateway-errors.ts';
import type { RefundRunner } from '../../src/http/api/cases/refund-runner.ts';
import { fingerprintOf } from '../../src/matching/decision-names.ts';
import { OWN_PAGE } from '../http/api/given-api.ts';
import { withNotices } from './given-notices.ts';
import { order, paid } from './ledger/given-live-ledger.ts';

test('a refund that the gateway refuses is told to its maker and its checker, once', () =>
  withNotices(async (world) => {
    const { given, post } = world;
    const maker = world.person('Asha', 'operator', 'shop-1');
    const chen = world.person('Chen', 'approver', 'shop-1');
    world.person('Dede', 'approver', 'shop-1');
    await given.ledger.writer.append([order('A-1'), paid('A-1', { data: { amount: '1300.00' } })]);
    const auditor = given.key('auditor', '*');
    const { json: shown } = await given.ask({ url: '/v1/transactions/A-1', key: auditor });
    const finding = shown.findings.find((one: { reason: string }) => one.reason === 'AMOUNT_OVER');
    const id = caseId({ key: 'A-1', stage: finding.stage, reason: 'AMOUNT_OVER', subject: finding.subject });
    const wanted = { finding: fingerprintOf(finding), kind: 'refund', cause: 'customer_error' };
    const { json } = await post(given.keyOf(maker, 'operator', 'shop-1'), `/v1/cases/${id}/proposals`, wanted);
    await world.told();
    given.gateway.failure = new GatewayRefused({ found: 'no' }, 422);
    const { people, sessions } = given.parts;
    const checker = { ...OWN_PAGE, cookie: `hesabu=${sessions.start(people.get(chen)!)}` };
    await post(checker, `/v1/proposals/${json.id}/approval`, { content: json.content });
    await expect.poll(() => given.parts.tables.refundProposals.get(json.id)?.state, { timeout: 20_000 }).toBe('failed');
    const all = ['Asha', 'Chen', 'room'].map((who) => `refund.failed A-1 -> ${who}`);
    expect((await world.told()).filter((line) => line.startsWith('refund'))).toEqual(all);
    expect(world.textFor(`mail ${maker}`)).toContain(`https://desk.example/desk/breaks/${id}`);
    for (const [language, text] of [
      ['en', 'A proposed refund was not sent'],
      ['zh-CN', '1 笔退款提议未能发出'],
      ['fr', 'Un remboursement proposé n’a pas été envoyé'],
    ] as const) {
      expect(world.textFor(`mail ${maker}`, language).join('\n')).toContain(text);
    }
    await post(given.keyOf(maker, 'operator', 'shop-1'), `/v1/proposals/${json.id}/rejection`, {
      content: json.content,
    });
    await (given.parts.refundWork as RefundRunner).stop();
    world.again();
    expect((await world.told()).filter((line) => line.startsWith('refund'))).toEqual([]);
  }));
