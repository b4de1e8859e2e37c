// What is said of files that are refused, and of rows that are: once for a file, and each row with its own cells.

import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { given, run, shown } from './given-run.ts';

describe('one refusal tells of a file', () => {
  const paystack = {
    event: 'charge.success',
    data: { id: 5, reference: 'PK-1', amount: 200_000, gateway_response: 'Approved', currency: 'NGN' },
  };
  const flutterwave = { event: 'charge.completed', data: { id: 1, tx_ref: 'PK-1', flw_ref: 'FLW-1', amount: 2_000 } };
  const stk = { Body: { stkCallback: { CheckoutRequestID: 'ws_CO_1', ResultCode: 0 } } };
  const c2b = { TransactionType: 'Pay Bill', TransID: 'TAB1', TransAmount: '5.00', BusinessShortCode: '600000' };
  const unsaid = (name: string) => `This (${name}) is not read, and no mapping can say it.`;
  it.each([
    ['This looks like a Paystack webhook; use --provider paystack.', paystack, true],
    ['This looks like a Flutterwave webhook (API v3); use --provider flutterwave.', flutterwave, false],
    [unsaid('webhook of Rave'), { txRef: 'PK-1', flwRef: 'FLW-1', amount: 2_000 }, false],
    [unsaid('STK push result'), stk, false],
    ['This looks like an M-Pesa C2B confirmation; use --provider mpesa.', c2b, false],
  ])('whose bodies are of another network: %s', async (remedy, body, isInHundredths) => {
    const mapping =
      'callbacks: { columns: { transaction_reference: reference }, constants: { event: payment.success } }';
    const ledger = given({ 'hooks.jsonl': `${JSON.stringify(body)}\n`.repeat(3), 'hooks.yaml': mapping });
    const { files } = ledger;
    const hooks = ['--callbacks', files['hooks.jsonl']!];
    const plain = await run(ledger, ...hooks);
    expect([plain.code, plain.stderr.split('\n').length]).toEqual([2, 2]);
    expect(plain.stderr).toContain(`Nothing was taken. ${remedy}`);
    expect(plain.summary.files.map(shown)).toEqual(['hooks.jsonl not read: 0 0 0 0']);
    // A mapping of names knows no unit: 200,000 would be 200,000.00 NGN instead of 2,000.00.
    const mapped = await run(ledger, ...hooks, '--mapping', files['hooks.yaml']!);
    expect(mapped.stderr.includes(remedy)).toBe(isInHundredths);
    expect(mapped.summary.money).toEqual({});
  });
});

describe('rejects.csv', () => {
  it('has the rows as they came, so that they can be corrected and given again', async () => {
    const orders = `merchant,transaction_reference,amount,currency,placed_at,note\n${[
      'shop-1,A-1,"1,000.00",KES,2026-06-01T09:00:00Z,"a ""b"", c"',
      'shop-1,A-2,-5,KES,2026-06-01T09:00:00Z,=1+1',
      'shop-1,A-3,5,KES,2026-06-01T09:00:00Z,x,y',
      'shop-1,A-4,5,KES,2026-06-01T09:00:00Z,fine',
    ].join('\n')}\n`;
    const hook = '{"id":"e1","event":"payment.success","data":7}';
    const ledger = given({ 'orders.csv': orders, 'hooks.jsonl': `${hook}\n` });
    const { files, dir } = ledger;
    const inputs = ['--orders', files['orders.csv']!, '--callbacks', files['hooks.jsonl']!];
    const { rejects } = await run(ledger, ...inputs);
    const place = { merchant: 'shop-1', currency: 'KES', placed_at: '2026-06-01T09:00:00Z' };
    const none = { merchant: '', transaction_reference: '', amount: '', currency: '', placed_at: '', note: '' };
    const order = { ...place, 'column 7': '', row: '' };
    const told = rejects.map(({ file: _, line: __, message: ___, field, code, ...original }) => [
      field,
      code,
      original,
    ]);
    expect(told).toEqual([
      ['data', 'HESABU_ROW_SHAPE', { ...none, 'column 7': '', row: hook }],
      [
        'amount',
        'HESABU_AMOUNT_INVALID',
        { ...order, transaction_reference: 'A-1', amount: '1,000.00', note: 'a "b", c' },
      ],
      ['amount', 'HESABU_AMOUNT_RANGE', { ...order, transaction_reference: 'A-2', amount: '-5', note: "'=1+1" }],
      ['', 'HESABU_ROW_RAGGED', { ...order, transaction_reference: 'A-3', amount: '5', note: 'x', 'column 7': 'y' }],
    ]);
    // Given again as it is, it has the same faults again but for the row that now has its cells.
    const again = await run(ledger, '--orders', join(dir, 'out', 'rejects.csv'));
    expect(again.summary.files.map(shown)).toEqual(['rejects.csv read: 4 1 0 3']);
  });
});
