// A payment under a mistyped reference is linked to its order by the API: it counts there, once, until it is revoked.
import { expect, test } from 'vitest';
import { caseId } from '../../../src/domain/case-id.ts';
import { fingerprintOf } from '../../../src/matching/decision-names.ts';
import { order, paid } from '../../service/ledger/given-live-ledger.ts';
import type { Answered } from './given-api.ts';
import { type Desk, withDesk } from './given-cases.ts';

const codeOf = ({ status, json }: Answered) => [status, json.code];

/** The order A-1, and a payment of so much that came under a-1; the case of the payment without an order. */
async function typed({ given }: Desk, amount = '90.00') {
  await given.ledger.writer.append([order('A-1', { amount }), paid('a-1', { data: { amount } })]);
  const auditor = given.key('auditor', '*');
  const { json } = await given.ask({ url: '/v1/transactions/a-1', key: auditor });
  const finding = json.findings.find((one: { reason: string }) => one.reason === 'ORDER_MISSING');
  const { stage, reason, subject } = finding;
  const [payment] = json.claims.map((claim: { body: object }) => claim.body);
  return {
    url: `/v1/cases/${caseId({ key: 'a-1', stage, reason, subject })}/links`,
    wanted: {
      ...{ finding: fingerprintOf(finding), provider: 'mfs-africa', to: 'A-1' },
      id: payment.provider_transaction_id as string,
    },
  };
}

const operatorOf = ({ given }: Desk) => given.keyOf('p-zhang', 'operator', '*');

test('a link below the threshold holds at once, and its withdrawal puts both keys back', () =>
  withDesk(async (desk) => {
    desk.given.clock.at += 2 * 3_600_000;
    const { url, wanted } = await typed(desk);
    const operator = operatorOf(desk);
    const made = await desk.post(operator, url, wanted);
    expect([made.status, made.json.state, made.json.to]).toEqual([201, 'effective', 'A-1']);
    expect(await desk.standing('A-1')).toBe('matched');
    const { id, content } = made.json;
    const back = await desk.post(operator, `/v1/links/${id}/rejection`, { content });
    expect([back.status, back.json.state]).toEqual([200, 'rejected']);
    expect(await desk.standing('a-1')).toBe('unmatched');
  }));

test('a link from the threshold on waits for another person, whom no key of the API is', () =>
  withDesk(async (desk) => {
    desk.given.clock.at += 2 * 3_600_000;
    const { url, wanted } = await typed(desk, '300.00');
    const { json } = await desk.post(operatorOf(desk), url, wanted);
    expect([json.state, json.needs_approval, await desk.standing('a-1')]).toEqual([
      ...['awaiting_approval', true, 'unmatched'],
    ]);
    const key = desk.given.keyOf('p-wanjiru', 'approver', '*');
    const { content } = json;
    expect(codeOf(await desk.post(key, `/v1/links/${json.id}/approval`, { content }))).toEqual([
      ...[403, 'HESABU_SIGN_IN_NEEDED'],
    ]);
  }));

test('a payment that is not there, and an order that is not there or of another merchant, are not found', () =>
  withDesk(async (desk) => {
    desk.given.clock.at += 2 * 3_600_000;
    const { url, wanted } = await typed(desk);
    const operator = operatorOf(desk);
    const stranger = desk.given.keyOf('p-otieno', 'operator', 'shop-2');
    for (const [key, body] of [
      [operator, { ...wanted, id: 'P-unknown' }],
      [operator, { ...wanted, to: 'A-unknown' }],
      [stranger, wanted],
    ] as const) {
      expect(codeOf(await desk.post(key, url, body))).toEqual([404, 'HESABU_NOT_FOUND']);
    }
  }));
