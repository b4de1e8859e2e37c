// Refunds at Paystack: each is looked for before it is made, and none is made twice.
import { describe, expect, test } from 'vitest';
import { PAYMENT } from '../../contract/provider/sample-gateway.ts';
import { given, refusedWith, sentIn, told } from './given-gateway.ts';

describe('a refund', () => {
  const REQUEST = { ...PAYMENT, amount: '500.00', paymentId: '302961', reason: 'broken', idempotencyKey: 'key-9' };
  const MADE = {
    ...{ id: 3018284, transaction: 302961, amount: 50000, currency: 'KES', status: 'pending', deducted_amount: 0 },
    ...{ merchant_note: 'key-9 broken', createdAt: '2026-06-01T12:00:00.000Z' },
  };
  const other = (nth: number) => ({ ...MADE, id: nth, merchant_note: `Refund for transaction ${nth}` });

  test('is looked for first, and then asked for with our key in the note that the payer does not see', async () => {
    const { gateway, asked, paths } = given(({ method }) => told(method === 'GET' ? [other(1)] : MADE));
    const { facts, fault } = await gateway.refund!(REQUEST);
    expect(paths()).toEqual(['GET /refund?transaction=302961&perPage=100&page=1', 'POST /refund']);
    expect(sentIn(asked[1])).toEqual({
      ...{ transaction: '302961', amount: '50000', currency: 'KES', merchant_note: 'key-9 broken' },
    });
    expect([fault, facts]).toMatchObject([
      null,
      [{ transaction_reference: 'A-1', body: { status: 'initiated', provider_transaction_id: '3018284' } }],
    ]);
  });

  test('whose answer was lost is found by its key, on whichever page, and not asked for again', async () => {
    const first = Array.from({ length: 100 }, (_, nth) => other(nth + 1));
    const { gateway, asked, paths } = given(() => told(asked.length === 1 ? first : [other(101), MADE]));
    const { facts, fault } = await gateway.refund!(REQUEST);
    expect(paths().map((path) => path.replace(/transaction=\d+&perPage=100&/, ''))).toEqual([
      'GET /refund?page=1',
      'GET /refund?page=2',
    ]);
    const again = await given(({ method }) => told(method === 'GET' ? [] : MADE)).gateway.refund!(REQUEST);
    expect([fault, facts.map(({ id }) => id)]).toEqual([null, again.facts.map(({ id }) => id)]);
    const ids = { provider_transaction_id: '3018284', original_transaction_id: '302961' };
    expect(facts).toMatchObject([{ body: { kind: 'refund', status: 'initiated', ...ids } }]);
  });

  test('that was made and failed is told as that', async () => {
    const { gateway, asked } = given(() => told([{ ...MADE, status: 'failed' }]));
    expect(await gateway.refund!(REQUEST)).toMatchObject({
      ...{ fault: null, facts: [{ transaction_reference: 'A-1', body: { kind: 'refund', status: 'failed' } }] },
    });
    expect(asked).toHaveLength(1);
  });

  test.each([
    ['asked for', []],
    ['found', [{ ...MADE, transaction_reference: 'T-77' }]],
    ['found without its reference', [MADE]],
  ])('is that of the order where references are not those of Paystack: %s', async (_what, known) => {
    const made = { ...MADE, transaction: { id: 302961, reference: 'T-77', metadata: '' } };
    const { gateway } = given(({ method }) => told(method === 'GET' ? known : made), {
      reference: 'metadata.order_id',
    });
    const ids = { provider_transaction_id: '3018284', original_transaction_id: '302961' };
    expect(await gateway.refund!({ ...REQUEST, reference: 'O-9' })).toMatchObject({
      ...{ fault: null, facts: [{ transaction_reference: 'O-9', body: { status: 'initiated', ...ids } }] },
    });
  });

  test.each([
    ['a page for people', '<html><body>Maintenance</body></html>'],
    ['half a list', '{"status":true,"data":[{"id":1,'],
    ['no list', '{"status":true,"message":"Refunds retrieved"}'],
  ])('is not asked for while it is not known whether it was: %s', async (_what, body) => {
    const { gateway, asked } = given(() => ({ status: 200, body }));
    expect(await gateway.refund!(REQUEST)).toMatchObject({ facts: [], fault: { field: 'data' } });
    expect(asked.map(({ method }) => method)).toEqual(['GET']);
  });

  test('is not asked for after a list without an end', async () => {
    const { gateway, asked } = given(() => told([other(1)], { meta: { page: 1, pageCount: 900_000 } }));
    expect(await gateway.refund!(REQUEST)).toMatchObject({ facts: [], fault: { field: 'data' } });
    expect(asked.every(({ method }) => method === 'GET')).toBe(true);
  });

  test.each([
    ['amount', { amount: 5000 }],
    ['currency', { currency: 'GHS' }],
    ['transaction', { transaction: { id: 302962, reference: 'A-1' } }],
    ['transaction', { transaction: 302962 }],
  ])('whose answer has another %s is a fault', async (_what, more) => {
    for (const answers of [
      (method: string) => (method === 'GET' ? [] : { ...MADE, ...more }),
      () => [{ ...MADE, ...more }],
    ]) {
      const { gateway } = given(({ method }) => told(answers(method)));
      expect(await gateway.refund!(REQUEST)).toMatchObject({ facts: [], fault: { code: 'HESABU_FIELD_INVALID' } });
    }
  });

  test('without a reason, and with a long one, has the key whole', async () => {
    for (const reason of [null, '\u{1f600}'.repeat(300)]) {
      const { gateway, asked } = given(({ method }) => told(method === 'GET' ? [] : MADE));
      await gateway.refund!({ ...REQUEST, reason });
      const note = String(sentIn(asked[1]).merchant_note);
      expect([note.split(' ')[0], note.length <= 255, note.isWellFormed()]).toEqual(['key-9', true, true]);
    }
  });

  test('that the network refuses is refused in its words', async () => {
    const { gateway } = given(({ method }) =>
      method === 'GET' ? told([]) : refusedWith(400, 'Transaction has been fully reversed'),
    );
    await expect(gateway.refund!(REQUEST)).rejects.toMatchObject({
      ...{ code: 'HESABU_GATEWAY_REFUSED', status: 400 },
      message: expect.stringContaining('Transaction has been fully reversed'),
    });
  });
});
