// What a stranger asks of limits: a difference in two parts does not slip under one, and who widens one tells others.
import { expect, test } from 'vitest';
import { caseId } from '../../src/domain/case-id.ts';
import { fingerprintOf } from '../../src/matching/decision-names.ts';
import { parseRules } from '../../src/matching/rules.ts';
import { withDesk } from '../http/api/given-cases.ts';
import { SERVICE } from '../matching/given-decisions.ts';
import { withNotices } from '../service/given-notices.ts';
import { factOf, order, paid } from '../service/ledger/given-live-ledger.ts';

test('two differences of one order, each below the threshold and together above, await a second person (4.7)', () =>
  withDesk(async ({ given, post, operator }) => {
    const line = {
      ...{ transaction_reference: 'A-1', transaction_id: 'P-A-1', type: 'payment', line_id: 'L-1' },
      ...{ amount_received: '880.00', fee_deduction: '13.20', currency: 'KES', settlement_date: '2026-06-01' },
    };
    await given.ledger.writer.append([
      ...[order('A-1'), paid('A-1', { data: { amount: '940.00' } }), factOf('settlements', line)],
    ]);
    const key = given.key('auditor', '*');
    const { findings } = (await given.ask({ url: '/v1/transactions/A-1', key })).json;
    const proposals: { readonly id: string; readonly state: string }[] = [];
    const cases: string[] = [];
    for (const wanted of ['AMOUNT_UNDER', 'SETTLEMENT_AMOUNT']) {
      const finding = findings.find(({ reason }: { reason: string }) => reason === wanted);
      expect(finding.difference).toBe('-60.00');
      const { stage, reason, subject } = finding;
      const id = caseId({ key: 'A-1', stage, reason, subject });
      const body = { finding: fingerprintOf(finding), kind: 'write_off', cause: 'goodwill' };
      proposals.push((await post(operator, `/v1/cases/${id}/proposals`, body)).json);
      cases.push(id);
    }
    // The first one alone was below: it held until the second one came.
    expect(proposals.map(({ state }) => state)).toEqual(['effective', 'awaiting_approval']);
    for (const id of cases) {
      const whole = (await given.ask({ url: `/v1/cases/${id}`, key })).json;
      expect([whole.case.status, whole.proposals.at(-1).state]).toEqual(['awaiting_approval', 'awaiting_approval']);
    }
    const { stages } = (await given.ask({ url: '/v1/transactions/A-1', key })).json;
    expect([stages.payment, stages.settlement]).toEqual(['unmatched', 'unmatched']);
  }));

test('new rules tell approvers how many cases they swallow, and of what value (4.14)', () =>
  withNotices(async (world) => {
    const { ledger } = world.given;
    const chen = world.person('Chen', 'approver', '*');
    world.person('Asha', 'operator', '*');
    for (const [name, by] of [
      ['A-1', '300.00'],
      ['A-2', '20.00'],
      ['A-3', '7.50'],
    ] as const)
      await world.short(name, by);
    await world.told();
    const tolerance = { KES: '1000000.00' };
    ledger.loop.rules = parseRules({
      review: { threshold: { KES: '100.00' } },
      decision_keys: [SERVICE.signer],
      tolerance,
    });
    const told = await world.told();
    expect(new Set(told)).toEqual(new Set(['rules.changed  -> Chen', 'rules.changed  -> room']));
    expect(world.textFor(`mail ${chen}`).slice(0, 2)).toEqual(['New rules ended 3 open cases', '327.50 KES']);
  }));
