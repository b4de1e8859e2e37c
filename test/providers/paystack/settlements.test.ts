// Settlements of Paystack and its balance ledger, in the shapes of its documentation, with made-up values.

import { describe, expect, test } from 'vitest';
import { PAYSTACK } from '../../../src/providers/paystack/paystack.ts';
import { readBody } from '../body-reader.ts';

const CHARGE = {
  ...{ id: 4099260516, status: 'success', reference: 'ord-77', amount: 1000000, currency: 'GHS', fees: 19500 },
  ...{ paid_at: '2024-05-01T09:00:00.000Z', created_at: '2024-05-01T08:58:00.000Z' },
};

describe('a settlement', () => {
  const head = {
    ...{ id: 30, status: 'success', currency: 'NGN', total_amount: 9610, effective_amount: 9610, total_fees: 390 },
    ...{ total_processed: 10000, deductions: null, settlement_date: '2024-05-02T00:00:00.000Z' },
  };
  const settlement = (data: unknown, about = {}) => readBody(PAYSTACK, 'settlement', { status: true, data }, { about });

  test('has a head, which says what was paid out', () => {
    expect(settlement([head]).facts).toMatchObject([
      {
        ...{ transaction_reference: '!paystack/main:30', payout: '30' },
        body: { line_type: 'payout', gross: '-96.10', currency: 'NGN', settlement_date: '2024-05-02' },
      },
    ]);
  });

  test.each(['pending', 'processing', 'failed'])('that is %s is not paid out yet', (status) => {
    expect(settlement([{ ...head, status }])).toMatchObject({ facts: [], ignored: [{ id: '30' }] });
  });

  test('has transactions, which get its id and its date from beside', () => {
    const about = { settlement_id: '30', settlement_date: '2024-05-02' };
    const fact = { transaction_reference: 'ord-77', payout: '30' };
    const body = { line_type: 'payment', gross: '10000.00', fee: '195.00', settlement_date: '2024-05-02' };
    expect(settlement([CHARGE], about).facts).toMatchObject([{ ...fact, body }]);
    expect(settlement([CHARGE])).toMatchObject({ facts: [], rejects: [{ field: 'data[0].settlement_date' }] });
  });

  test('has transactions of an unknown status as unclassified, and leaves out those that are no money', () => {
    const about = { settlement_id: '30', settlement_date: '2024-05-02' };
    const rows = [
      { ...CHARGE, status: 'strange' },
      { ...CHARGE, status: 'abandoned' },
    ];
    const { facts, ignored } = settlement(rows, about);
    expect(facts).toMatchObject([{ body: { line_type: 'unclassified', word: 'strange', gross: '10000.00' } }]);
    expect(ignored).toMatchObject([{ place: 'data[1]', why: 'a transaction that is abandoned' }]);
  });

  test('of a ledger is moved by its rows, each with a sign', () => {
    const row = { id: 1, currency: 'NGN', createdAt: '2021-04-08T09:39:49.000Z', model_row: 5 };
    const rows = [
      { ...row, difference: -50000, model_responsible: 'Transfer' },
      { ...row, id: 2, difference: 10000, model_responsible: 'Transaction' },
      { ...row, id: 3, difference: -2100, model_responsible: 'Refund' },
      { ...row, id: 4, difference: 5, model_responsible: 'Magic' },
    ];
    expect(settlement(rows).facts.map(({ body }) => 'line_type' in body && [body.line_type, body.gross])).toEqual([
      ...[
        ['transfer', '-500.00'],
        ['payment', '100.00'],
        ['refund', '-21.00'],
        ['unclassified', '0.05'],
      ],
    ]);
  });
});
