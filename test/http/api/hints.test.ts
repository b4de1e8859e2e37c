// What a break that asks which order it is about may be about, as the API shows it.
import { expect, test } from 'vitest';
import { order, paid } from '../../service/ledger/given-live-ledger.ts';
import { givenApi } from './given-api.ts';

test('names the order that money may be for, and to a shop only what is its own', () =>
  givenApi(async (given) => {
    const phone = '+254711223344';
    const fits = { data: { msisdn: phone } };
    await given.ledger.writer.append([
      ...[order('A-1', { msisdn: phone, status: 'paid', placed_at: '2026-05-31T11:00:00Z' }), paid('a - 1', fits)],
      ...[order('B-1', { amount: '500.00' }), order('B-2'), paid('B-2', { data: { amount: '1500.00' } })],
    ]);
    const all = given.key('auditor', '*');
    const ask = async (url: string, key: string) => (await given.ask({ url, key })).json;
    const money = await ask('/v1/transactions/a%20-%201', all);
    const named = { named: [{ name: 'A-1', signs: ['same_reference'] }], others: 0 };
    expect(money.findings[0]).toMatchObject({ reason: 'ORDER_MISSING', hints: named });
    expect(money.findings[0].message.en).toMatch(/^The money may be for A-1 /);
    expect(money.findings[0].message['zh-CN']).toMatch(/^这笔款可能属于 A-1/);
    const missing = await ask('/v1/transactions/A-1', all);
    expect(missing.findings[0]).toMatchObject({ reason: 'PAYMENT_MISSING', hints: { named: [{ name: 'a - 1' }] } });
    const shop = given.key('shop', 'shop-1');
    expect((await ask('/v1/transactions/A-1', shop)).findings[0]).not.toHaveProperty('hints');
    const over = { named: [{ name: 'B-1', signs: ['excess_is_amount'] }], others: 0 };
    expect((await ask('/v1/transactions/B-2', shop)).findings[0]).toMatchObject({ hints: over });
    const list = await ask('/v1/transactions?reason=AMOUNT_OVER', shop);
    expect(list.transactions[0].findings[0]).toMatchObject({ hints: over });
  }));
