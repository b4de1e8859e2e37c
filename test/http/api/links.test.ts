// Links by the API: a payment under a mistyped reference, and one for two orders, are counted for their orders by two
// people, and nobody links money to an order that he may not work for.
import { describe, expect, test } from 'vitest';
import { caseId } from '../../../src/domain/case-id.ts';
import { fingerprintOf } from '../../../src/matching/decision-names.ts';
import { order, paid } from '../../service/ledger/given-live-ledger.ts';
import type { Answered } from './given-api.ts';
import { type Desk, withDesk } from './given-cases.ts';

const codeOf = ({ status, json }: Answered) => [status, json.code];
const HOURS = 2 * 3_600_000;

/** The browser of a person with these roles for all merchants. */
const browserOf = ({ given }: Desk, name: string, ...roles: ('operator' | 'approver')[]) =>
  given.browserOf(name, ...roles.map((role) => ({ role, merchant: '*' })));

/** The finding of a key for a reason, with where it is proposed how it ends. */
async function breakOf({ given }: Desk, key: string, reason: string) {
  const { json } = await given.ask({ url: `/v1/transactions/${key}`, key: given.key('auditor', '*') });
  const finding = json.findings.find((one: { reason: string }) => one.reason === reason);
  const id = caseId({ ...finding, key });
  return { id, url: `/v1/cases/${id}/proposals`, finding: fingerprintOf(finding) };
}

/** The order A-1, and a payment of it that came under a-1. */
async function typed(desk: Desk, amount = '300.00') {
  await desk.given.ledger.writer.append([order('A-1', { amount }), paid('a-1', { data: { amount } })]);
  desk.given.clock.at += HOURS;
  const { finding, ...found } = await breakOf(desk, 'a-1', 'ORDER_MISSING');
  return { ...found, wanted: { finding, kind: 'link', cause: 'customer_error', to: [{ reference: 'A-1' }] } };
}

async function reasonsOf({ given }: Desk, reference: string): Promise<string[]> {
  const { json } = await given.ask({ url: `/v1/transactions/${reference}`, key: given.key('auditor', '*') });
  return json.findings.map(({ reason }: { reason: string }) => reason);
}

describe('a link', () => {
  test('from the threshold on is approved by another person; both keys say so, and neither once it is revoked', () =>
    withDesk(async (desk) => {
      const { id, url, wanted } = await typed(desk);
      const made = await desk.post(browserOf(desk, 'Zhang Wei', 'operator'), url, wanted);
      expect(made.status).toBe(201);
      expect(made.json).toMatchObject({
        ...{ state: 'awaiting_approval', kind: 'link', amount: '300.00', currency: 'KES' },
        to: [{ reference: 'A-1', merchant: 'shop-1', amount: '300.00' }],
      });
      expect(await desk.standing('a-1')).toBe('unmatched');
      const { content } = made.json;
      const wanjiru = browserOf(desk, 'Wanjiru', 'approver');
      const done = await desk.post(wanjiru, `/v1/proposals/${made.json.id}/approval`, { content });
      expect([done.status, done.json.state]).toEqual([200, 'effective']);
      expect([await desk.standing('a-1'), await desk.standing('A-1')]).toEqual(['resolved', 'resolved']);
      expect([await reasonsOf(desk, 'a-1'), await reasonsOf(desk, 'A-1')]).toEqual([['LINKED'], ['LINKED_IN']]);
      const shown = await desk.given.ask({ url: `/v1/cases/${id}`, key: desk.given.key('auditor', '*') });
      expect(shown.json.proposals).toMatchObject([{ kind: 'link', state: 'effective', to: [{ reference: 'A-1' }] }]);
      await desk.post(wanjiru, `/v1/proposals/${made.json.id}/rejection`, { content, text: 'not theirs' });
      expect([await desk.standing('a-1'), await reasonsOf(desk, 'A-1')]).toEqual(['unmatched', []]);
    }));

  test('below the threshold holds at once, and sent again is one', () =>
    withDesk(async (desk) => {
      const { url, wanted } = await typed(desk, '90.00');
      const operator = browserOf(desk, 'Zhang Wei', 'operator');
      const made = await desk.post(operator, url, wanted, 'k-1');
      expect([made.status, made.json.state]).toEqual([201, 'effective']);
      desk.given.database.exec('DELETE FROM idempotency');
      expect((await desk.post(operator, url, wanted, 'k-1')).json.id).toBe(made.json.id);
    }));

  test('of an excess pays a second order', () =>
    withDesk(async (desk) => {
      const facts = [order('ML-A'), order('ML-B', { amount: '90.00' }), paid('ML-A', { data: { amount: '1090.00' } })];
      await desk.given.ledger.writer.append(facts);
      const { url, finding } = await breakOf(desk, 'ML-A', 'AMOUNT_OVER');
      const to = [{ reference: 'ML-B', amount: '90.0' }];
      const made = await desk.post(desk.operator, url, { finding, kind: 'link', cause: 'customer_error', to });
      expect([made.status, made.json.state, made.json.to[0].amount]).toEqual([201, 'effective', '90.00']);
      expect([await desk.standing('ML-A'), await desk.standing('ML-B')]).toEqual(['resolved', 'resolved']);
    }));

  test('that could never hold is refused with what would, and nothing of it is written', () =>
    withDesk(async (desk) => {
      const { url, wanted } = await typed(desk);
      await desk.given.ledger.writer.append([
        order('A-2', { currency: 'UGX', amount: '300' }),
        order('B-1', { amount: '300.00', parent: 'B' }),
      ]);
      const zhang = browserOf(desk, 'Zhang Wei', 'operator');
      for (const [more, where] of [
        [{ to: undefined }, 'to'],
        [{ to: [{ reference: 'A-1', amount: '299.00' }] }, 'to'],
        [{ to: [{ reference: 'A-1' }, { reference: 'A-1' }] }, 'to'],
        [{ to: [{ reference: 'A-2' }] }, 'to'],
        [{ to: [{ reference: 'B-1' }] }, 'to'],
        [{ amount: '299.00' }, 'amount'],
        [{ currency: 'UGX', amount: '300' }, 'currency'],
        [{ kind: 'explain' }, 'to'],
      ] as const) {
        const refused = await desk.post(zhang, url, { ...wanted, ...more });
        expect([...codeOf(refused), refused.json.where], JSON.stringify(more)).toEqual([
          ...[422, 'HESABU_FIELD_INVALID', where],
        ]);
      }
      expect((await desk.given.ledger.reader.findKey('a-1'))!.decisions).toEqual([]);
    }));

  test('of a shortage is none', () =>
    withDesk(async (desk) => {
      const { id, finding } = await desk.short('A-1', '20.00');
      await desk.given.ledger.writer.append([order('A-2')]);
      const wanted = { finding, kind: 'link', cause: 'customer_error', to: [{ reference: 'A-2' }] };
      const refused = await desk.post(desk.operator, `/v1/cases/${id}/proposals`, wanted);
      expect([...codeOf(refused), refused.json.where]).toEqual([422, 'HESABU_FIELD_INVALID', 'kind']);
    }));

  test('to an order of a merchant for whom somebody has no role is neither proposed nor approved by him', () =>
    withDesk(async (desk) => {
      const facts = [order('S-1'), paid('S-1', { data: { amount: '1300.00' } })];
      const theirs = order('T-1', { merchant: 'shop-2', amount: '300.00' });
      await desk.given.ledger.writer.append([...facts, theirs]);
      const { url, finding } = await breakOf(desk, 'S-1', 'AMOUNT_OVER');
      const wanted = { finding, kind: 'link', cause: 'customer_error', to: [{ reference: 'T-1' }] };
      const own = { role: 'operator', merchant: 'shop-1' } as const;
      expect(codeOf(await desk.post(desk.given.browserOf('Own', own), url, wanted))).toEqual([404, 'HESABU_NOT_FOUND']);
      const both = desk.given.browserOf('Both', own, { role: 'operator', merchant: 'shop-2' });
      const { json } = await desk.post(both, url, wanted);
      const { content } = json;
      const approval = `/v1/proposals/${json.id}/approval`;
      const half = desk.given.browserOf(
        'Half',
        { role: 'approver', merchant: 'shop-1' },
        { role: 'operator', merchant: 'shop-2' },
      );
      for (const who of [half, desk.given.browserOf('One', { role: 'approver', merchant: 'shop-1' })]) {
        expect(codeOf(await desk.post(who, approval, { content }))).toEqual([403, 'HESABU_FORBIDDEN']);
      }
      expect(await desk.standing('T-1')).toBe('pending');
      const all = browserOf(desk, 'Wanjiru', 'approver');
      expect((await desk.post(all, approval, { content })).json.state).toBe('effective');
      expect(await desk.standing('T-1')).toBe('resolved');
    }));

  test('is no ground for another one: what other money makes of a key is not linked on', () =>
    withDesk(async (desk) => {
      const { url, wanted } = await typed(desk, '90.00');
      await desk.post(browserOf(desk, 'Zhang Wei', 'operator'), url, wanted);
      await desk.given.ledger.writer.append([
        paid('A-1', { id: 'own', data: { amount: '90.00', transaction_id: 'P-2' } }),
      ]);
      await desk.given.ledger.writer.append([order('A-9', { amount: '90.00' })]);
      const twice = await breakOf(desk, 'A-1', 'DUPLICATE_PAYMENT');
      const next = { ...wanted, finding: twice.finding, to: [{ reference: 'A-9' }] };
      const refused = await desk.post(desk.operator, twice.url, next);
      expect([...codeOf(refused), refused.json.where]).toEqual([422, 'HESABU_FIELD_INVALID', 'finding']);
    }));

  test('raced by approvals and rejections counts for nothing: deny wins', () =>
    withDesk(async (desk) => {
      const { url, wanted } = await typed(desk);
      const { json } = await desk.post(browserOf(desk, 'Zhang Wei', 'operator'), url, wanted);
      const people = ['Wanjiru', 'Otieno'].map((name) => browserOf(desk, name, 'approver'));
      const { content } = json;
      await Promise.all(
        Array.from({ length: 50 }, (_, at) => {
          const answer = at % 2 === 0 ? 'approval' : 'rejection';
          return desk.post(people[at % 2]!, `/v1/proposals/${json.id}/${answer}`, { content, text: 'seen' });
        }),
      );
      expect([await desk.standing('a-1'), await reasonsOf(desk, 'A-1')]).toEqual(['unmatched', []]);
    }));
});
