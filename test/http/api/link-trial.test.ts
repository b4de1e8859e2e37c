// A link is tried before anybody proposes it: both keys are shown as they are and as they would be. What the trial says
// is what comes of it, its refusals are those of the proposal, and nothing is written.
import { describe, expect, test } from 'vitest';
import { caseId } from '../../../src/domain/case-id.ts';
import { fingerprintOf } from '../../../src/matching/decision-names.ts';
import { order, paid } from '../../service/ledger/given-live-ledger.ts';
import type { Answered } from './given-api.ts';
import { bulk } from './given-bulk.ts';
import { type Desk, withDesk } from './given-cases.ts';

const HOURS = 2 * 3_600_000;
const codeOf = ({ status, json }: Answered) => [status, json.code];

const browserOf = ({ given }: Desk, name: string, ...grants: readonly (readonly ['operator' | 'approver', string])[]) =>
  given.browserOf(name, ...grants.map(([role, merchant]) => ({ role, merchant })));

/** The break of a key with the proposal of its link, which is not made yet. */
async function breakOf({ given }: Desk, key: string, reason: string, ...to: object[]) {
  await given.ledger.loop.catchUp();
  const { json } = await given.ask({ url: `/v1/transactions/${key}`, key: given.key('auditor', '*') });
  const finding = json.findings.find((one: { reason: string }) => one.reason === reason);
  const id = caseId({ ...finding, key });
  const wanted = { finding: fingerprintOf(finding), kind: 'link', cause: 'customer_error', to };
  return { id, url: `/v1/cases/${id}/proposals`, wanted };
}

interface Stand {
  readonly stages: { readonly payment: string };
  readonly counted: string | null;
  readonly left: string | null;
  readonly findings: readonly { readonly reason: string; readonly difference: string | null }[];
}

/** Of each key where its payment stands, what counts there, what is left, and its breaks. */
function told({ keys }: { readonly keys: readonly { key: string; before: Stand; after: Stand }[] }): unknown[] {
  const shown = ({ stages, counted, left, findings }: Stand) => [
    ...[stages.payment, counted, left],
    ...findings.map(({ reason, difference }) => `${reason} ${difference ?? ''}`.trim()),
  ];
  return keys.map(({ key, before, after }) => [key, shown(before), shown(after)]);
}

/** What the ledger has of some keys, but for the times at which it was asked. */
async function written({ given }: Desk, ...names: string[]): Promise<object[]> {
  await given.ledger.loop.catchUp();
  const shown = names.map((name) => given.ask({ url: `/v1/transactions/${name}`, key: given.key('auditor', '*') }));
  return (await Promise.all(shown)).map(({ json: { as_of: _, ...rest } }) => rest);
}

describe('a link that is tried', () => {
  test('says of the key of the money, and of each order, what then comes of it', () =>
    withDesk(async (desk) => {
      await desk.given.ledger.writer.append([
        ...[order('A-1', { amount: '200.00', status: 'paid' }), order('A-2', { amount: '150.00', status: 'paid' })],
        paid('lost', { data: { amount: '300.00' } }),
      ]);
      desk.given.clock.at += HOURS;
      const to = [
        { reference: 'A-1', amount: '200.00' },
        { reference: 'A-2', amount: '100.00' },
      ];
      const { url, wanted } = await breakOf(desk, 'lost', 'ORDER_MISSING', ...to);
      const maker = browserOf(desk, 'Zhang Wei', ['operator', '*']);
      const before = await written(desk, 'lost', 'A-1', 'A-2');
      const tried = await desk.post(maker, `${url}/preview`, wanted);
      expect([tried.status, tried.json.state, tried.json.needs_approval]).toEqual([200, 'awaiting_approval', true]);
      expect(told(tried.json)).toEqual([
        ['lost', ['unmatched', '300.00', null, 'ORDER_MISSING 300.00'], ['resolved', '0.00', null, 'LINKED 300.00']],
        ['A-1', ['pending', '0.00', '200.00'], ['resolved', '200.00', '0.00', 'LINKED_IN']],
        [
          ...['A-2', ['pending', '0.00', '150.00']],
          ['unmatched', '100.00', '50.00', 'AMOUNT_UNDER -50.00', 'LINKED_IN'],
        ],
      ]);
      expect(await written(desk, 'lost', 'A-1', 'A-2')).toEqual(before);

      const { json } = await desk.post(maker, url, wanted);
      const wanjiru = browserOf(desk, 'Wanjiru', ['approver', '*']);
      await desk.post(wanjiru, `/v1/proposals/${json.id}/approval`, { content: json.content });
      const after = await written(desk, 'lost', 'A-1', 'A-2');
      const timeless = ({ reason, observed, difference }: Record<string, unknown>) => [reason, observed, difference];
      expect(after.map((one) => (one as { findings: Record<string, unknown>[] }).findings.map(timeless))).toEqual(
        tried.json.keys.map((key: { after: { findings: Record<string, unknown>[] } }) =>
          key.after.findings.map(timeless),
        ),
      );
    }));

  test('below the threshold would hold at once; what is no link is tried alike', () =>
    withDesk(async (desk) => {
      const { id, finding } = await desk.short('S-1', '20.00');
      const wanted = { finding, kind: 'write_off', cause: 'goodwill' };
      const tried = await desk.post(desk.operator, `/v1/cases/${id}/proposals/preview`, wanted);
      expect([tried.json.state, tried.json.needs_approval]).toEqual(['effective', false]);
      expect(told(tried.json)).toEqual([
        [
          'S-1',
          ['unmatched', '980.00', '20.00', 'AMOUNT_UNDER -20.00'],
          ['resolved', '980.00', '20.00', 'WRITTEN_OFF -20.00'],
        ],
      ]);
    }));

  test('is refused with the code of the proposal', () =>
    withDesk(async (desk) => {
      await desk.given.ledger.writer.append([
        ...[order('A-1', { amount: '300.00' }), order('U-1', { amount: '300', currency: 'UGX' })],
        paid('lost', { data: { amount: '300.00' } }),
      ]);
      desk.given.clock.at += HOURS;
      const { url, wanted } = await breakOf(desk, 'lost', 'ORDER_MISSING', { reference: 'A-1' });
      const maker = browserOf(desk, 'Zhang Wei', ['operator', 'shop-1']);
      for (const more of [
        { to: [{ reference: 'U-1' }] },
        { to: [{ reference: 'nowhere' }] },
        { to: [{ reference: 'A-1', amount: '299.99' }] },
        { finding: 'ab'.repeat(32) },
        { kind: 'explain' },
      ]) {
        const body = { ...wanted, ...more };
        const [tried, made] = [await desk.post(maker, `${url}/preview`, body), await desk.post(maker, url, body)];
        expect([tried.status, tried.json.code, tried.json.detail]).toEqual([
          made.status,
          made.json.code,
          made.json.detail,
        ]);
        expect(tried.status).toBeGreaterThan(399);
      }
      const other = browserOf(desk, 'Other', ['operator', 'shop-2']);
      expect(codeOf(await desk.post(other, `${url}/preview`, wanted))).toEqual([404, 'HESABU_NOT_FOUND']);
    }));

  test('of several keys for one order says in the preview of them all what the order comes to', () =>
    withDesk(async (desk) => {
      const parts = ['100.00', '200.00'].map((amount, at) => paid(`x-${at}`, { data: { amount } }));
      await desk.given.ledger.writer.append([order('INV-7', { amount: '350.00', status: 'paid' }), ...parts]);
      await desk.short('S-1', '20.00');
      desk.given.clock.at += HOURS;
      await desk.given.ledger.loop.catchUp();
      const maker = browserOf(desk, 'Zhang Wei', ['operator', '*']);
      const end = { kind: 'link', cause: 'customer_error', to: [{ reference: 'INV-7' }] };
      const filter = { reason: ['ORDER_MISSING', 'AMOUNT_UNDER'] };
      const { preview } = await bulk(desk, maker, { act: { act: 'propose', ...end }, filter });
      const short = caseId({ key: 'S-1', stage: 'payment', reason: 'AMOUNT_UNDER', subject: '' });
      expect(preview.refused_cases).toMatchObject([{ case: short, code: 'HESABU_FIELD_INVALID' }]);
      const comes = [
        ...['INV-7', ['pending', '0.00', '350.00']],
        ['unmatched', '300.00', '50.00', 'AMOUNT_UNDER -50.00', 'LINKED_IN', 'LINKED_IN'],
      ];
      expect(told({ keys: [preview.order] })).toEqual([comes]);
      const wanjiru = browserOf(desk, 'Wanjiru', ['approver', '*']);
      const approving = { act: { act: 'approve', ...end }, filter: { reason: ['ORDER_MISSING'] } };
      const asked = await desk.post(wanjiru, '/v1/cases/bulk/preview', approving);
      expect(told({ keys: [asked.json.order] })).toEqual([comes]);
    }));
});

describe('who is an operator here and an approver there', () => {
  /** Money of shop-1, and an order of shop-2 that it was paid for. */
  async function ofTwoShops(desk: Desk) {
    const facts = [order('S-1'), paid('S-1', { data: { amount: '1300.00' } })];
    await desk.given.ledger.writer.append([...facts, order('B-1', { merchant: 'shop-2', amount: '300.00' })]);
    return breakOf(desk, 'S-1', 'AMOUNT_OVER', { reference: 'B-1' });
  }

  test.each([
    ['of the money, and of the order', 'operator', 'approver', [404, 'HESABU_NOT_FOUND']],
    ['of the order, and of the money', 'approver', 'operator', [403, 'HESABU_FORBIDDEN']],
  ] as const)('%s, proposes a link as an operator, and approves none', (_what, ofMoney, ofOrder, refusal) =>
    withDesk(async (desk) => {
      const { id, url, wanted } = await ofTwoShops(desk);
      const mixed = browserOf(desk, 'Mixed', [ofMoney, 'shop-1'], [ofOrder, 'shop-2']);
      const made = await desk.post(mixed, url, wanted);
      expect([made.status, made.json.state]).toEqual([201, 'awaiting_approval']);
      const other = browserOf(desk, 'Other', [ofMoney, 'shop-1'], [ofOrder, 'shop-2']);
      const { content } = made.json;
      const refused = await desk.post(other, `/v1/proposals/${made.json.id}/approval`, { content });
      expect(codeOf(refused)).toEqual(refusal);
      const act = { act: 'approve', kind: 'link', cause: 'customer_error', to: [{ reference: 'B-1' }] };
      const asked = await desk.post(other, '/v1/cases/bulk/preview', { act, cases: [id] });
      expect(asked.status === 403 || asked.json.refused[0].code === 'HESABU_FORBIDDEN').toBe(true);
      const both = browserOf(desk, 'Wanjiru', ['approver', 'shop-1'], ['approver', 'shop-2']);
      const done = await desk.post(both, `/v1/proposals/${made.json.id}/approval`, { content });
      expect([done.status, done.json.state]).toEqual([200, 'effective']);
    }),
  );

  test('proposes links of many at once alike', () =>
    withDesk(async (desk) => {
      const { id } = await ofTwoShops(desk);
      const mixed = browserOf(desk, 'Mixed', ['operator', 'shop-1'], ['approver', 'shop-2']);
      const act = { act: 'propose', kind: 'link', cause: 'customer_error', to: [{ reference: 'B-1' }] };
      const { batch } = await bulk(desk, mixed, { act, cases: [id] });
      expect(batch.rows).toMatchObject([{ status: 'done', state: 'awaiting_approval' }]);
    }));
});
