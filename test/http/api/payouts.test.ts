// What the API shows of payouts: their sums, their findings, and only to those who see all merchants.
import { describe, expect, test } from 'vitest';
import { factOf, order, paid } from '../../service/ledger/given-live-ledger.ts';
import { type Given, givenApi } from './given-api.ts';

const line = (more: object) =>
  factOf('settlements', {
    ...{ type: 'payout', amount_received: '-500.00', currency: 'KES', settlement_date: '2026-06-01' },
    ...more,
  });
const fee = (payout: string) =>
  line({ type: 'fee', amount_received: '-20.00', payout_id: payout, line_id: `F-${payout}` });
const bank = (payout: string, amount: string) =>
  factOf('bank', {
    ...{ account: 'KE-1', bank_reference: 'B1', value_date: '2026-06-01', currency: 'KES', narration: 'OF JANE DOE' },
    ...{ amount, payout_id: payout },
  });

async function givenPayouts({ ledger }: Given): Promise<void> {
  const facts = [line({ payout_id: 'PAY-1', line_id: 'L1' }), fee('PAY-1'), fee('PAY-2'), bank('PAY-1', '490.00')];
  await ledger.writer.append([order('A-1'), paid('A-1'), ...facts]);
  await ledger.loop.catchUp();
}

describe('GET /v1/payouts', () => {
  test('lists payouts by page, and by where they stand', () =>
    givenApi(async (given) => {
      await givenPayouts(given);
      const key = given.key('auditor', '*');
      const all = await given.ask({ url: '/v1/payouts', key });
      expect(all.json).toMatchObject({ payouts: [{ payout_id: 'PAY-1' }, { payout_id: 'PAY-2' }], next: null });
      const page = await given.ask({ url: '/v1/payouts?limit=1', key });
      expect(page.json.next).toBe('!mfs-africa:PAY-1');
      const rest = await given.ask({ url: `/v1/payouts?limit=1&after=${encodeURIComponent(page.json.next)}`, key });
      expect(rest.json).toMatchObject({ payouts: [{ payout_id: 'PAY-2', state: 'pending' }], next: null });
      const unmatched = await given.ask({ url: '/v1/payouts?state=unmatched', key });
      expect(unmatched.json.payouts.map(({ key: name }: { key: string }) => name)).toEqual(['!mfs-africa:PAY-1']);
    }));

  test('shows one by its id or its key, with its findings in words', () =>
    givenApi(async (given) => {
      await givenPayouts(given);
      const key = given.key('operator', '*');
      const { status, json, text } = await given.ask({ url: '/v1/payouts/PAY-1', key });
      expect(status).toBe(200);
      expect(json).toMatchObject({
        ...{ key: '!mfs-africa:PAY-1', provider: 'mfs-africa', account: null, payout_id: 'PAY-1', state: 'unmatched' },
        amounts: [
          {
            ...{ currency: 'KES', date: '2026-06-01', lines: 1, gross: '0.00', fees: '20.00', returns: '0.00' },
            ...{ other: '0.00', expected: '-20.00', paid: '500.00', banked: '490.00', difference: '520.00' },
            state: 'unmatched',
          },
        ],
      });
      expect(json.findings.map(({ reason }: { reason: string }) => reason)).toEqual(['PAYOUT_AMOUNT', 'BANK_AMOUNT']);
      expect(json.findings[1].message.en).toContain('the bank received 490.00 KES (10.00 KES less than expected)');
      expect(json.findings[1].message['zh-CN']).toContain('490.00 KES');
      expect(json.findings[1].entry).toMatch(/^\d+-\d+-\d+$/);
      expect(text).not.toContain('JANE');
      const byKey = await given.ask({ url: `/v1/payouts/${encodeURIComponent('!mfs-africa:PAY-1')}`, key });
      expect(byKey.json).toEqual(json);
      expect((await given.ask({ url: '/v1/payouts/PAY-3', key })).status).toBe(404);
    }));

  test('is no transaction, and not for keys of one merchant', () =>
    givenApi(async (given) => {
      await givenPayouts(given);
      const key = given.key('auditor', '*');
      const { json } = await given.ask({ url: '/v1/transactions', key });
      expect(json.transactions.map((one: { transaction_reference: string }) => one.transaction_reference)).toEqual([]);
      const named = await given.ask({ url: `/v1/transactions/${encodeURIComponent('!mfs-africa:PAY-1')}`, key });
      expect(named.status).toBe(404);
      expect((await given.ask({ url: '/v1/payouts', key: given.key('auditor', 'shop-1') })).status).toBe(403);
    }));
});
