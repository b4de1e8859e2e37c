// A charge or a refund whose answer was lost: it is looked for before it is begun again, and nobody guesses.
import { describe, expect, test } from 'vitest';
import { PAYMENT } from '../../contract/provider/sample-gateway.ts';
import { charge, given, named, ok, pages, refusal, UNKNOWN } from './given-gateway.ts';

describe('a charge that may have been begun before', () => {
  const VERIFY = 'verify_by_reference';
  const LIST = '/transactions?tx_ref=A-1';

  test('is the one that keeps its key, and no second one is begun', async () => {
    const { gateway, calls } = given([[VERIFY, ok(charge(7, named('key-1')))]]);
    expect(await gateway.initiate!(PAYMENT)).toMatchObject({
      ...{ fault: null },
      facts: [{ body: { status: 'initiated', provider_transaction_id: '7', operator: 'OPERATOR' } }],
    });
    expect(calls()).toHaveLength(1);
  });

  test('is found behind another one of its reference', async () => {
    const rows = [charge(9), charge(8), charge(7), charge(6, { tx_ref: 'A-2' })];
    const { gateway, calls } = given([
      [VERIFY, ok(charge(9, named('key-3')))],
      [LIST, ok(rows, pages(1))],
      ['/transactions/8/verify', ok(charge(8, named('key-2')))],
      ['/transactions/7/verify', ok(charge(7, { meta: [{ metaname: 'idempotency_key', metavalue: 'key-1' }] }))],
    ]);
    const { facts } = await gateway.initiate!(PAYMENT);
    expect(facts).toMatchObject([{ body: { provider_transaction_id: '7' } }]);
    expect(calls().filter((one) => one.startsWith('POST'))).toEqual([]);
    expect(calls().some((one) => one.includes('/6/'))).toBe(false);
  });

  test.each([
    ['has another key', charge(9, named('key-2')), true],
    ['failed', charge(9, { status: 'failed' }), true],
    ['is of another amount', charge(9, { amount: 1500.01 }), true],
    ['is in another currency', charge(9, { currency: 'UGX' }), true],
    ['is from another wallet', charge(9, { customer: { phone_number: '0722000000' } }), true],
    ['keeps no key, and is as much from the same wallet', charge(9), false],
    ['keeps no key and hides the wallet', charge(9, { customer: { phone_number: '0711XXXXXX' } }), false],
    ['keeps no key, and succeeded', charge(9, { status: 'successful' }), false],
  ])('where one of its reference %s', async (_what, found, isBegun) => {
    const { gateway, calls } = given([
      [VERIFY, ok(found)],
      [LIST, ok([found], pages(1))],
      ['POST', ok(charge(10))],
    ]);
    const { facts } = await gateway.initiate!(PAYMENT);
    expect(facts).toMatchObject([{ body: { status: 'initiated', provider_transaction_id: isBegun ? '10' : '9' } }]);
    expect(calls().filter((one) => one.startsWith('POST'))).toHaveLength(isBegun ? 1 : 0);
  });

  test('is not guessed between two', async () => {
    const { gateway, calls } = given([
      [VERIFY, ok(charge(9))],
      [LIST, ok([charge(9), charge(8)], pages(1))],
      ['/transactions/8/verify', ok(charge(8))],
    ]);
    await expect(gateway.initiate!(PAYMENT)).rejects.toMatchObject({
      ...{ code: 'HESABU_REQUEST_INVALID', detail: { found: '9, 8' } },
    });
    expect(calls().filter((one) => one.startsWith('POST'))).toEqual([]);
  });

  test.each([
    ['an error of the network', { status: 500, body: '' }, 'HESABU_GATEWAY_FAILED'],
    ['too many calls', { status: 429, body: '' }, 'HESABU_GATEWAY_LIMITED'],
    ['too many calls in words', refusal(400, 'Merchant 1 rate limited. try again'), 'HESABU_GATEWAY_LIMITED'],
    ['no right', refusal(401, 'Authorization required'), 'HESABU_GATEWAY_REFUSED'],
    ['another fault', refusal(400, 'tx_ref is required'), 'HESABU_GATEWAY_REFUSED'],
    ['an error inside 200', refusal(200, 'An error occurred. Please contact support'), 'HESABU_GATEWAY_REFUSED'],
    ['a page', { status: 200, body: '<html>Just a moment</html>' }, 'HESABU_GATEWAY_FAILED'],
    ['nothing', { status: 200, body: '' }, 'HESABU_GATEWAY_FAILED'],
    ['half of it', { status: 200, body: ok(charge(7, named('key-1'))).body.slice(0, -9) }, 'HESABU_GATEWAY_FAILED'],
    ['another reference', ok(charge(7, { tx_ref: 'A-2' })), 'HESABU_GATEWAY_FAILED'],
  ])('is not begun where the question is answered with %s', async (_what, answer, code) => {
    const { gateway, calls } = given([[VERIFY, answer]]);
    await expect(gateway.initiate!(PAYMENT)).rejects.toMatchObject({ code });
    expect(calls()).toHaveLength(1);
  });

  test.each([
    ['another reference', ok(charge(7, { tx_ref: 'A-2' })), 'transaction_reference'],
    ['a page', { status: 200, body: '<html>' }, ''],
    ['nothing', { status: 200, body: '' }, ''],
    ['half of it', { status: 200, body: ok(charge(7)).body.slice(0, -9) }, ''],
  ])('has no fact of an answer with %s', async (_what, answer, field) => {
    const { gateway } = given([
      ['GET', UNKNOWN],
      ['POST', answer],
    ]);
    expect(await gateway.initiate!(PAYMENT)).toMatchObject({ facts: [], fault: { field } });
  });

  test.each([
    [refusal(200, 'Charge declined'), 200, 'Charge declined'],
    [refusal(400, 'phone_number is required'), 400, 'phone_number is required'],
  ])("that the network refuses is refused in the network's words", async (answer, status, words) => {
    const { gateway } = given([
      ['GET', UNKNOWN],
      ['POST', answer],
    ]);
    await expect(gateway.initiate!(PAYMENT)).rejects.toMatchObject({
      ...{ code: 'HESABU_GATEWAY_REFUSED', status, message: expect.stringContaining(words) },
    });
  });
});

describe('a refund', () => {
  const REFUND = { reference: 'A-1', paymentId: 'FLW-7', paymentIds: ['FLW-7', '7'], amount: '500.00' };
  const refund = { ...REFUND, currency: 'KES', reason: 'broken', idempotencyKey: 'key-9' };
  const row = (id: number, more: object = {}) => {
    return { id, transaction_id: 7, amount_refunded: 500, status: 'completed', comment: 'by hand', ...more };
  };
  const NEW = ok({ id: 12, tx_id: 7, amount_refunded: 500, status: 'completed' });

  test('is of the charge, with its key in the comment', async () => {
    const { gateway, asked, calls } = given([
      ['GET', ok([], pages(0))],
      ['POST', NEW],
    ]);
    expect(await gateway.refund!(refund)).toMatchObject({
      fault: null,
      facts: [
        {
          transaction_reference: 'A-1',
          body: {
            ...{ kind: 'refund', status: 'initiated', amount: '500.00', currency: 'KES' },
            ...{ provider_transaction_id: '12', original_transaction_id: 'FLW-7' },
          },
        },
      ],
    });
    expect(calls()).toEqual(['GET /refunds?id=7&page=1', 'POST /transactions/7/refund']);
    expect(JSON.parse(asked[1]!.body!)).toEqual({ amount: '500', comments: 'broken (key-9)' });
  });

  test('that came before is the first one, on whichever page it is', async () => {
    const { gateway, calls } = given([
      ['page=1', ok([row(14), row(13, { comment: 'broken (key-8)' })], pages(2))],
      ['page=2', ok([row(12, { comment: 'broken (key-9)' })], pages(2))],
    ]);
    const { facts } = await gateway.refund!(refund);
    expect(facts).toMatchObject([{ body: { provider_transaction_id: '12', amount: '500.00', currency: 'KES' } }]);
    expect(calls().filter((one) => one.startsWith('POST'))).toEqual([]);
  });

  test.each([
    ['of another request', row(13, { comment: 'broken (key-8)' }), true],
    ['by hand', row(13), true],
    ['that says nothing, of another amount', row(13, { comment: null, amount_refunded: 501 }), true],
    ['that says nothing and failed', row(13, { comment: null, status: 'failed' }), true],
    ['that says nothing, of another charge', row(13, { comment: null, transaction_id: 8 }), true],
    ['that says nothing, of this amount', row(13, { comment: null }), false],
    ['that says nothing, under other names', { id: 13, TransactionId: 7, AmountRefunded: 500, status: 'new' }, false],
  ])('beside one %s', async (_what, other, isBegun) => {
    const { gateway, calls } = given([
      ['GET', ok([other], pages(1))],
      ['POST', NEW],
    ]);
    const made = gateway.refund!(refund);
    if (isBegun) expect((await made).facts).toMatchObject([{ body: { provider_transaction_id: '12' } }]);
    else await expect(made).rejects.toMatchObject({ code: 'HESABU_REQUEST_INVALID', detail: { found: '13' } });
    expect(calls().filter((one) => one.startsWith('POST'))).toHaveLength(isBegun ? 1 : 0);
  });

  test.each([
    ['a page', { status: 200, body: '<html>' }],
    ['no list', ok({})],
    ['an error', { status: 503, body: '' }],
  ])('is not begun where the question is answered with %s', async (_what, answer) => {
    const { gateway, calls } = given([['GET', answer]]);
    await expect(gateway.refund!(refund)).rejects.toMatchObject({ code: 'HESABU_GATEWAY_FAILED' });
    expect(calls()).toHaveLength(1);
  });

  test('of which the answer names another charge is a fault', async () => {
    const { gateway } = given([
      ['GET', ok([], pages(0))],
      ['POST', ok({ id: 12, tx_id: 8, amount_refunded: 500, status: 'completed' })],
    ]);
    expect(await gateway.refund!(refund)).toMatchObject({ facts: [], fault: { field: 'tx_id' } });
  });

  test('of a payment whose number is not known is refused', async () => {
    const { gateway, asked } = given([]);
    const other = { ...refund, paymentIds: ['FLW-7', 'chg_1'] };
    await expect(gateway.refund!(other)).rejects.toMatchObject({ code: 'HESABU_REQUEST_INVALID' });
    expect(asked).toEqual([]);
  });
});
