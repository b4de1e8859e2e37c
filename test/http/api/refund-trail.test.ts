// The audit trail has each call of a gateway for a proposed refund: before it is made, and what came of it.
import { expect, test } from 'vitest';
import { HesabuError } from '../../../src/domain/errors.ts';
import { GatewayRefused } from '../../../src/domain/gateway-errors.ts';
import { NOON } from '../../service/ledger/given-live-ledger.ts';
import { limited, quiet, type RefundDesk, refundsOf, withRefunds } from './given-refunds.ts';

/** The calls of gateways in the trail, the first one first. */
async function sendings({ given }: RefundDesk, query = '') {
  const { json } = await given.ask({ url: `/v1/audit?limit=1000${query}`, key: given.key('auditor', '*') });
  const calls: { route: string }[] = json.calls;
  // biome-ignore lint/suspicious/noExplicitAny: calls as the API shows them.
  return calls.filter(({ route }) => route === 'SEND refund').reverse() as any[];
}

test('with the proposal, the amount and the account, and the id of the refund; without a name of anybody', () =>
  withRefunds(async (desk) => {
    const { gateway, parts } = desk.given;
    const seen: unknown[] = [];
    const ask = gateway.refund.bind(gateway);
    gateway.refund = (request) => {
      seen.push(...parts.tables.trail.find({ limit: 1 }).map(({ route, outcome }) => [route, outcome]));
      return ask(request);
    };
    const at = await desk.over('A-1', '80.00');
    const { json: made } = await desk.propose(desk.zuri, at, { text: 'call Asha, 0711223344' });
    await desk.becomes(at.id, 'sent');
    expect(seen).toEqual([['SEND refund', null]]);
    const [call, ...more] = await sendings(desk, '&reference=A-1&what=changes&outcome=done');
    expect(more).toEqual([]);
    expect(call).toMatchObject({
      ...{ key: 'service', person: null, role: 'service', address: '', query: '', names: ['A-1', made.id, 'F-1'] },
      outcome: { status: 202, code: null, replayed: false },
    });
    expect(JSON.parse(call.body)).toEqual({
      ...{ proposal: made.id, account: 'mfs-africa/main', payment: 'P-A-1', amount: '80.00', currency: 'KES' },
    });
  }));

test('of each call what came of it: refused, taken nothing, not clear, and then taken', () =>
  withRefunds(async (desk) => {
    const { gateway, clock, parts } = desk.given;
    const later = (minutes: number) => {
      clock.at = NOON + minutes * 60_000;
      parts.refundWork.wake();
    };
    const at = await desk.over('A-1', '80.00');
    gateway.failure = new GatewayRefused({ found: 'no' }, 422);
    await desk.propose(desk.zuri, at);
    await desk.becomes(at.id, 'failed');
    gateway.failure = limited();
    const { json: made } = await desk.propose(desk.zuri, at);
    const state = () => parts.tables.refundProposals.get(made.id)!.state;
    await expect.poll(() => gateway.failure).toBeNull();
    await expect.poll(state).toBe('waiting');
    gateway.isAnswerLost = true;
    later(2);
    await expect.poll(state).toBe('unclear');
    later(60);
    await expect.poll(state, { timeout: 20_000 }).toBe('sent');
    const told = (await sendings(desk)).map(({ outcome: { status, code } }) => [status, code]);
    expect(told).toEqual([
      ...[
        [expect.any(Number), 'HESABU_GATEWAY_REFUSED'],
        [503, 'HESABU_GATEWAY_LIMITED'],
      ],
      ...[
        [504, 'HESABU_GATEWAY_FAILED'],
        [202, null],
      ],
    ]);
  }));

test('and is a condition: what cannot be written there is not asked for, and is once it can', () =>
  withRefunds(async (desk) => {
    const { trail } = desk.given.parts.tables;
    const { asked } = trail;
    const at = await desk.over('A-1', '80.00');
    trail.asked = (call, outcome) => {
      if (call.route === 'SEND refund') throw new HesabuError('HESABU_DISK_FULL', { where: 'service.db' });
      return asked.call(trail, call, outcome);
    };
    await desk.propose(desk.zuri, at);
    await quiet();
    // Looked at again, it is as it was: nobody may say that the gateway was asked.
    desk.given.clock.at += 60_000;
    desk.given.parts.refundWork.wake();
    await quiet();
    expect(refundsOf(desk)).toEqual([]);
    expect(await desk.shown(at.id)).toEqual([['effective', 'waiting', null]]);
    Object.assign(trail, { asked });
    desk.given.clock.at += 120_000;
    desk.given.parts.refundWork.wake();
    await desk.becomes(at.id, 'sent');
    expect(refundsOf(desk)).toEqual([['80.00', 'P-A-1']]);
  }));

test('and who rejects it while it cannot be written there keeps it from being sent', () =>
  withRefunds(async (desk) => {
    const { trail } = desk.given.parts.tables;
    const { asked } = trail;
    const at = await desk.over('A-1', '80.00');
    trail.asked = (call, outcome) => {
      if (call.route === 'SEND refund') throw new HesabuError('HESABU_DISK_FULL', { where: 'service.db' });
      return asked.call(trail, call, outcome);
    };
    const made = await desk.propose(desk.zuri, at);
    await quiet();
    expect((await desk.answer(desk.otieno, made, 'rejection')).status).toBe(200);
    Object.assign(trail, { asked });
    desk.given.clock.at += 120_000;
    desk.given.parts.refundWork.wake();
    await desk.becomes(at.id, 'stopped');
    expect(refundsOf(desk)).toEqual([]);
  }));
