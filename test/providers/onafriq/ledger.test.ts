// What is read of Onafriq's ledger, and of the callbacks and answers of its hub.
import { describe, expect, test } from 'vitest';
import { ONAFRIQ } from '../../../src/providers/onafriq/onafriq.ts';
import { type Given, READ_AT, readBody } from '../body-reader.ts';

const UGX: Given = { settings: { currencies: { 123: 'UGX' } } };
const row = (type: string, amount: string, more: object = {}) => ({
  ...{ id: 218, account: 123, amount, description: 'x', created: '2024-05-01T09:00:00Z', type },
  ...more,
});
const page = (...results: object[]) => ({ count: results.length, next: null, previous: null, results });
const ledger = (body: unknown, given = UGX) => readBody(ONAFRIQ, 'settlement', body, given);

describe('a row of the ledger', () => {
  test('of a collection is the payment, in the currency of its account', () => {
    expect(ledger(page(row('mobile_collection', '228.0000'))).facts).toEqual([
      expect.objectContaining({
        ...{ transaction_reference: '?onafriq:218', line: '218', payout: null },
        occurred_at: Date.parse('2024-05-01T09:00:00Z'),
        body: {
          ...{ type: 'SettlementLineReported', line_type: 'payment', word: null, gross: '228', currency: 'UGX' },
          ...{ provider_transaction_id: '218', operator_transaction_id: null, request_id: null, fee: null },
          ...{ original_transaction_id: null, settlement_date: '2024-05-01', settlement_currency: null },
          ...{ settlement_amount: null, fx_rate: null, series: { provider_transaction_id: 'transaction' } },
        },
      }),
    ]);
  });

  test.each([
    ['mobile_withdrawal', '-600.0000', 'payout'],
    ['bank_withdrawal', '-600.0000', 'payout'],
    ['funds_deposit', '600.0000', 'transfer'],
    ['funds_adjustment', '-600.0000', 'adjustment'],
    ['admin_funds_update', '600.0000', 'adjustment'],
    ['mobile_funds_update', '600.0000', 'adjustment'],
    ['admin_funds_transfer', '600.0000', 'transfer'],
    ['mobile_payment', '-600.0000', 'transfer'],
    ['airtime_topup', '-600.0000', 'transfer'],
  ])('of type %s and %s is a line of type %s, of the account', (type, amount, line_type) => {
    const { facts, rejects } = ledger(page(row(type, amount)));
    expect(rejects).toEqual([]);
    expect(facts).toMatchObject([{ line: '218', body: { line_type, gross: amount.slice(0, -5), word: null } }]);
    expect(facts[0]!.transaction_reference).toMatch(/^!onafriq\/main/);
  });

  test('of a type that nobody knows is unclassified', () => {
    expect(ledger(page(row('painted', '5.0000'))).facts).toMatchObject([
      { body: { line_type: 'unclassified', word: 'painted', gross: '5' } },
    ]);
  });

  test('of a charge is a fee, below zero, of the payment that the ledger names', () => {
    const body = page(
      row('mobile_collection', '228.0000', { id: 217, fee_transaction: 218 }),
      row('service_charge', '-3.0000'),
      row('service_charge', '-4.0000', { id: 219 }),
      row('service_charge', '5.0000', { id: 220, transaction: { id: 217 } }),
    );
    expect(ledger(body).facts).toMatchObject([
      { line: '217', body: { line_type: 'payment' } },
      {
        transaction_reference: '?onafriq:217',
        line: '218',
        body: { line_type: 'fee', gross: '-3', original_transaction_id: '217' },
      },
      {
        transaction_reference: expect.stringMatching(/^!onafriq\/main/),
        line: '219',
        body: { gross: '-4', original_transaction_id: null },
      },
      { transaction_reference: '?onafriq:217', line: '220', body: { gross: '-5', original_transaction_id: '217' } },
    ]);
  });

  test('without a currency is refused, and so is one of another sign, a bad amount, time or no id', () => {
    expect(ledger(page(row('mobile_collection', '1.0000')), {}).rejects).toMatchObject([{ place: 'results[0]' }]);
    const body = page(
      row('mobile_collection', '-1.0000'),
      row('mobile_collection', '1.5000'),
      row('mobile_collection', '1.0000', { created: null }),
      row('mobile_collection', '1.0000', { id: null }),
      row('mobile_collection', '1.0000', { id: 3 }),
    );
    const { facts, rejects } = ledger(body);
    expect(rejects.map(({ place, code }) => `${place} ${code}`)).toEqual([
      'results[0] HESABU_AMOUNT_SIGN',
      'results[1] HESABU_AMOUNT_PRECISION',
      'results[2] HESABU_FIELD_MISSING',
      'results[3] HESABU_FIELD_MISSING',
    ]);
    expect(facts).toMatchObject([{ line: '3' }]);
  });

  test('alone is read, and an empty page has none', () => {
    expect(ledger(row('mobile_collection', '228.0000')).facts).toHaveLength(1);
    expect(ledger(page())).toEqual({ facts: [], rejects: [], ignored: [], unread: null });
    expect(ledger({ hello: 1 }).unread).not.toBeNull();
  });
});

describe('the hub', () => {
  const status = (code: string, message = 'x') => ({
    thirdPartyTransId: 'X1',
    mfsTransId: '900',
    status: { code, message },
  });

  test.each([
    ['MR101', 'succeeded'],
    ['MR102', 'inconclusive'],
    ['MR103', 'inconclusive'],
    ['MR108', 'pending'],
    ['ER103', 'failed'],
    ['ER201', 'failed'],
    ['MR999', 'unclassified'],
    ['ERROR', 'unclassified'],
  ])('says with %s that the payout is %s', (code, expected) => {
    expect(readBody(ONAFRIQ, 'webhook', status(code)).facts).toMatchObject([
      {
        ...{ transaction_reference: 'X1', occurred_at: READ_AT },
        body: {
          ...{ via: 'callback', kind: 'payout', status: expected, word: expected === 'unclassified' ? code : null },
          ...{ provider_transaction_id: '900', amount: null, hint: true, untimed: true },
        },
      },
    ]);
    expect(readBody(ONAFRIQ, 'poll', status(code)).facts).toMatchObject([{ body: { via: 'poll', status: expected } }]);
  });

  test.each(['Duplicate transaction', 'Transaction already exists', 'duplicate third party id'])(
    'says nothing of the first request where it refuses its repetition: %s',
    (message) => {
      expect(readBody(ONAFRIQ, 'webhook', status('ER107', message))).toMatchObject({
        ...{ facts: [], rejects: [], unread: null },
        ignored: [{ id: 'X1', why: expect.stringContaining('ER107') }],
      });
    },
  );

  test('tells of each request of a batch whether it was accepted, and nothing new of a repeated one', () => {
    const sent = (thirdPartyId: string, code: string, message: string, messageDetail?: string) => ({
      ...{ thirdPartyId, status: { code, message, messageDetail } },
    });
    const transResponse = [
      sent('X1', '100', 'Accepted'),
      sent('X2', '101', 'Rejected', 'Other error'),
      sent('X3', '101', 'Rejected', 'Transaction already exist with given ThirdParty'),
      sent('X4', '102', 'Painted'),
    ];
    const body = { totalTxSent: 4, noTxAccepted: 1, noTxRejected: 2, details: { transResponse }, timestamp: 'x' };
    for (const given of [body, { data: body }]) {
      const { facts, ignored, rejects } = readBody(ONAFRIQ, 'initiation', given);
      expect(facts).toMatchObject([
        { transaction_reference: 'X1', body: { kind: 'payout', status: 'initiated' } },
        { transaction_reference: 'X2', body: { kind: 'payout', status: 'failed' } },
        { transaction_reference: 'X4', body: { status: 'unclassified', word: '102' } },
      ]);
      expect([ignored.map(({ id }) => id), rejects]).toEqual([['X3'], []]);
    }
  });

  test('without a code is not understood', () => {
    expect(readBody(ONAFRIQ, 'webhook', { thirdPartyTransId: 'X1', mfsTransId: '900' }).facts).toMatchObject([
      { body: { status: 'unclassified' } },
    ]);
  });
});
