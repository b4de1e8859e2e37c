// Settlements of Flutterwave, in the shapes of its documentation, with made-up values.

import { describe, expect, test } from 'vitest';
import { FLUTTERWAVE } from '../../../src/providers/flutterwave/flutterwave.ts';
import { readBody } from '../body-reader.ts';

describe('a settlement', () => {
  const line = {
    ...{ flw_ref: 'FLW1', tx_ref: 'ord-77', id: 9, charged_amount: 2500, app_fee: 35, merchant_fee: 0 },
    ...{ stampduty_charge: 0, settlement_amount: 2465, status: 'successful', currency: 'NGN' },
  };
  const head = {
    ...{ id: 63016, status: 'completed', currency: 'NGN', due_date: '2024-05-02T00:00:00.000Z', processed_date: null },
    ...{
      gross_amount: 2500,
      app_fee: 35,
      chargeback: 0,
      refund: 0,
      net_amount: 2465,
      disburse_ref: 'INSTANT_SETTLEMENT',
    },
  };
  const settlement = (data: unknown) => readBody(FLUTTERWAVE, 'settlement', { status: 'success', data });
  const linesOf = (data: unknown) =>
    settlement(data).facts.map(({ body }) => 'line_type' in body && [body.line_type, body.gross, body.fee]);

  test('has what was paid out, and a line for each charge', () => {
    expect(settlement({ ...head, transactions: [line] }).facts).toMatchObject([
      { payout: '63016', body: { line_type: 'payout', gross: '-2465.00', settlement_date: '2024-05-02' } },
      {
        transaction_reference: 'ord-77',
        payout: '63016',
        body: { line_type: 'payment', gross: '2500.00', fee: '35.00' },
      },
    ]);
  });

  test('has a tax line only where exactly the tax is missing', () => {
    const taxed = linesOf({ ...head, transactions: [{ ...line, settlement_amount: 2462.37 }] });
    expect(taxed.slice(1)).toEqual([
      ['payment', '2500.00', '35.00'],
      ['tax', '-2.63', null],
    ]);
    const other = linesOf({ ...head, transactions: [{ ...line, settlement_amount: 2460 }] });
    expect(other.slice(1)).toEqual([['payment', '2500.00', '35.00']]);
    const dutiable = { ...line, stampduty_charge: 50, settlement_amount: 2412.37 };
    expect(linesOf({ ...head, transactions: [dutiable] }).slice(1)).toEqual([
      ['payment', '2500.00', '85.00'],
      ['tax', '-2.63', null],
    ]);
  });

  test('keeps a line of an unknown status as unclassified, and leaves out one that is no money', () => {
    const transactions = [
      { ...line, status: 'SUCCESSFUL' },
      { ...line, id: 10, status: 'strange' },
      { ...line, id: 11, status: 'failed' },
    ];
    const { facts, ignored } = settlement({ ...head, transactions });
    expect(facts.slice(1)).toMatchObject([
      { body: { line_type: 'payment', word: null } },
      { body: { line_type: 'unclassified', word: 'strange', provider_transaction_id: '10', gross: '2500.00' } },
    ]);
    expect(ignored).toMatchObject([{ id: '11', why: 'a charge that is failed' }]);
  });

  test('has what its head took back, and stamp duty among the fees', () => {
    const duty = { ...line, stampduty_charge: 50 };
    expect(linesOf({ ...head, refund: 300, chargeback: 20, transactions: [duty] })).toEqual([
      ...[
        ['payout', '-2465.00', null],
        ['adjustment', '-300.00', null],
        ['adjustment', '-20.00', null],
      ],
      ['payment', '2500.00', '85.00'],
    ]);
  });

  test.each(['pending', 'processing', 'flagged', 'on-hold', 'failed', 'disburse-pending'])(
    'that is %s has no line, and says so of each',
    (status) => {
      const { facts, ignored } = settlement({ ...head, status, transactions: [line] });
      expect([facts, ignored.map(({ id }) => id)]).toEqual([[], ['63016', '9']]);
    },
  );
});
