// How Paystack is called: what is sent, what of it is a repetition, and what its answers must agree with.
import { describe, expect, test } from 'vitest';
import { NO_IDS } from '../../../src/producers/gateway.ts';
import { PAYMENT } from '../../contract/provider/sample-gateway.ts';
import { given, refusedWith, sentIn, told } from './given-gateway.ts';

const STARTED = told({ reference: 'A-1', status: 'pay_offline', display_text: 'Approve' });
const DUPLICATE = refusedWith(400, 'Duplicate Transaction Reference', { code: 'duplicate_reference' });
const CHARGE = {
  ...{ id: 302961, status: 'ongoing', reference: 'A-1', amount: 150000, requested_amount: 150000, currency: 'KES' },
  ...{ created_at: '2026-06-01T11:58:00.000Z', metadata: { idempotency_key: 'key-1' }, fees: null },
};

describe('a request for a payment', () => {
  test('has the amount in hundredths, the number of the phone and our key', async () => {
    const { gateway, asked, paths } = given(() => STARTED);
    await gateway.initiate!(PAYMENT);
    expect(paths()).toEqual(['POST /charge']);
    expect(asked[0]!.headers).toMatchObject({ authorization: 'Bearer the-secret-key-of-paystack' });
    expect(sentIn(asked[0])).toEqual({
      ...{ email: 'payer@shop.example', reference: 'A-1', amount: '150000', currency: 'KES' },
      mobile_money: { phone: '+254711223344', provider: 'OPERATOR' },
      metadata: { idempotency_key: 'key-1' },
    });
  });

  test.each([
    ['+254711223344', 'mpesa', '+254711223344'],
    ['+254711223344', 'mpesa_offline', '254711223344'],
    ['+233551234987', 'mtn', '0551234987'],
    ['+2250712345678', 'wave', '+2250712345678'],
  ])('writes %s for %s as %s', async (phone, operator, written) => {
    const { gateway, asked } = given(() => STARTED);
    await gateway.initiate!({ ...PAYMENT, phone, operator });
    expect(sentIn(asked[0])).toMatchObject({ mobile_money: { phone: written, provider: operator } });
  });

  test.each([
    ['metadata.order_id', { order_id: 'A-1' }],
    ['data.metadata.shop.order', { shop: { order: 'A-1' } }],
    ['metadata.custom_fields.0.value', {}],
    ['id', {}],
    ['reference', {}],
  ])('has the reference where the account says that it is: %s', async (reference, own) => {
    const { gateway, asked } = given(() => STARTED, { reference });
    const { facts } = await gateway.initiate!(PAYMENT);
    expect(sentIn(asked[0])).toMatchObject({ reference: 'A-1', metadata: { idempotency_key: 'key-1', ...own } });
    expect(sentIn(asked[0]).metadata).toEqual({ idempotency_key: 'key-1', ...own });
    expect(facts).toMatchObject([{ transaction_reference: 'A-1' }]);
  });

  test.each([
    [{ status: 'open_url', url: 'https://pay.example/x' }, 'https://pay.example/x'],
    [{ status: 'open_url', url: 'javascript:alert(1)' }, undefined],
    [{ status: 'open_url', url: null }, undefined],
    [{ status: 'pay_offline', url: 'https://pay.example/x' }, undefined],
  ])('that is answered with %o tells the payer to go on at %s', async (data, link) => {
    const { gateway } = given(() => told({ reference: 'A-1', ...data }));
    const answer = await gateway.initiate!(PAYMENT);
    expect([answer.fault, answer.facts.length, answer.link]).toEqual([null, 1, link]);
  });

  test.each([
    ['another reference', { reference: 'B-1' }, 'data.reference'],
    ['another amount', { reference: 'A-1', amount: 15000 }, 'data.amount'],
    ['another currency', { reference: 'A-1', amount: 150000, currency: 'GHS' }, 'data.currency'],
  ])('whose answer has %s began nothing that is known', async (_what, data, field) => {
    const { gateway } = given(() => told({ status: 'pay_offline', ...data }));
    expect(await gateway.initiate!(PAYMENT)).toMatchObject({ facts: [], fault: { field } });
  });
});

describe('a repeated request for a payment, whose reference is taken', () => {
  /** The first answer was lost; the reference is asked about. */
  const repeated = (verified: ReturnType<typeof told>, more: object = {}) =>
    given(({ method }) => (method === 'POST' ? DUPLICATE : verified), more);

  test('is the first one, if that still waits for its payer', async () => {
    const { gateway, paths } = repeated(told(CHARGE));
    const { facts, fault } = await gateway.initiate!(PAYMENT);
    expect(paths()).toEqual(['POST /charge', 'GET /transaction/verify/A-1']);
    expect([fault, facts]).toMatchObject([
      null,
      [
        {
          transaction_reference: 'A-1',
          body: {
            ...{ status: 'initiated', provider_transaction_id: '302961', amount: '1500.00', currency: 'KES' },
            msisdn: expect.stringMatching(/^KE:/),
          },
        },
      ],
    ]);
    expect((await gateway.initiate!(PAYMENT)).facts[0]!.id).toBe(facts[0]!.id);
  });

  test.each([
    ['success', 'succeeded'],
    ['failed', 'failed'],
    ['reversed', 'reversed'],
    ['levitated', 'unclassified'],
  ])('has its status where that is %s', async (status, known) => {
    const { gateway } = repeated(told({ ...CHARGE, status }));
    expect(await gateway.initiate!(PAYMENT)).toMatchObject({
      ...{ fault: null, facts: [{ transaction_reference: 'A-1', body: { status: known, kind: 'payment' } }] },
    });
  });

  test('is known by its amount alone where the network gives no metadata back', async () => {
    const { gateway } = repeated(told({ ...CHARGE, metadata: '' }));
    expect(await gateway.initiate!(PAYMENT)).toMatchObject({ fault: null, facts: [{ body: { status: 'initiated' } }] });
  });

  test('may have come to more, where the payer bore the fee', async () => {
    const { gateway } = repeated(told({ ...CHARGE, status: 'success', amount: 152250, fees: 2250 }));
    expect(await gateway.initiate!(PAYMENT)).toMatchObject({ facts: [{ body: { amount: '1522.50' } }] });
  });

  test.each([
    ['of another amount', told({ ...CHARGE, amount: 1, requested_amount: 1 })],
    ['of another currency', told({ ...CHARGE, currency: 'GHS' })],
    ['under another key', told({ ...CHARGE, metadata: { idempotency_key: 'key-0' } })],
    ['that nobody knows', refusedWith(400, 'Transaction reference not found.')],
  ])('that took the reference for a charge %s is refused in the words of the network', async (_what, verified) => {
    const { gateway } = repeated(verified);
    await expect(gateway.initiate!(PAYMENT)).rejects.toMatchObject({
      ...{ code: 'HESABU_GATEWAY_REFUSED', status: 400 },
      message: expect.stringContaining('Duplicate Transaction Reference'),
    });
  });

  test('is no fact where the answer is about another reference', async () => {
    const { gateway } = repeated(told({ ...CHARGE, reference: 'B-1' }));
    expect(await gateway.initiate!(PAYMENT)).toMatchObject({ facts: [], fault: { field: 'data.reference' } });
  });

  test('is not known where the question fails too', async () => {
    const { gateway } = repeated({ status: 502, body: '<html>' });
    await expect(gateway.initiate!(PAYMENT)).rejects.toMatchObject({ code: 'HESABU_GATEWAY_FAILED' });
  });

  test('is asked about only after these words', async () => {
    const { gateway, asked } = given(() => refusedWith(400, 'Invalid Amount Sent'));
    await expect(gateway.initiate!(PAYMENT)).rejects.toMatchObject({
      message: expect.stringContaining('Invalid Amount Sent'),
    });
    expect(asked).toHaveLength(1);
  });
});

describe('a question about a payment', () => {
  const ids = { ...NO_IDS, provider_transaction_id: '302961' };

  test.each([
    [400, 'Transaction reference not found.', {}],
    [404, 'Transaction not found', {}],
    [404, 'no such thing', { code: 'transaction_not_found' }],
  ])('that is answered with %i %s is about none', async (status, message, more) => {
    const { gateway } = given(() => refusedWith(status, message, more));
    expect(await gateway.status!({ reference: 'A-1', ids: NO_IDS })).toMatchObject({ facts: [], fault: null });
  });

  test.each([
    [400, 'Transaction ID should be numeric.'],
    [400, 'Invalid key'],
    [404, 'Page not found'],
    [403, 'Integration has been deactivated'],
  ])('that is answered with %i %s is refused in these words', async (status, message) => {
    const { gateway } = given(() => refusedWith(status, message));
    await expect(gateway.status!({ reference: 'A-1', ids: NO_IDS })).rejects.toMatchObject({
      ...{ code: 'HESABU_GATEWAY_REFUSED', status, message: expect.stringContaining(message) },
    });
  });

  test.each([404, 400])('that somebody between us answers with %i is refused', async (status) => {
    const { gateway } = given(() => ({ status, body: '<html>Transaction reference not found.</html>' }));
    await expect(gateway.status!({ reference: 'A-1', ids: NO_IDS })).rejects.toMatchObject({ status });
  });

  test.each([
    [{}, 'A-1', ids, '/transaction/verify/A-1'],
    [{}, null, ids, '/transaction/302961'],
    [{}, null, NO_IDS, null],
    [{}, null, { ...NO_IDS, provider_transaction_id: '../balance' }, null],
    [{ reference: 'metadata.order_id' }, 'O-9', ids, '/transaction/302961'],
    [{ reference: 'metadata.order_id' }, 'O-9', NO_IDS, '/transaction/verify/O-9'],
    [{ reference: 'id' }, '302961', NO_IDS, '/transaction/302961'],
    [{}, 'A/1?x', NO_IDS, '/transaction/verify/A%2F1%3Fx'],
  ])('of an account %o about %j with %o is %j', async (settings, reference, known, path) => {
    const { gateway, asked } = given(() => refusedWith(404, 'Transaction not found'), settings);
    const answer = await gateway.status!({ reference, ids: known });
    expect([answer === null, asked.map(({ url }) => new URL(url).pathname)]).toEqual(
      path === null ? [true, []] : [false, [path]],
    );
  });

  test('by an id is not answered by another payment', async () => {
    const { gateway } = given(() => told({ ...CHARGE, id: 302962 }));
    expect(await gateway.status!({ reference: null, ids })).toMatchObject({ facts: [], fault: { field: 'data.id' } });
  });

  test('of an account with references of its own is answered by the place of those', async () => {
    const { gateway } = given(() => told({ ...CHARGE, metadata: { order_id: 'O-9' } }), {
      reference: 'metadata.order_id',
    });
    const of = (reference: string) => gateway.status!({ reference, ids });
    expect(await of('O-9')).toMatchObject({ facts: [{ body: { aliases: { reference: 'A-1' } } }], fault: null });
    expect(await of('O-8')).toMatchObject({ facts: [], fault: { field: 'transaction_reference' } });
  });
});

describe('what webhooks missed', () => {
  const until = Date.parse('2026-06-01T12:00:00Z');
  const span = { since: until - 3_600_000, until };

  test('is in the lists of transactions, refunds and disputes, page by page', async () => {
    const full = Array.from({ length: 100 }, (_, nth) => ({ ...CHARGE, id: nth + 1 }));
    const { gateway, paths } = given(({ url }) =>
      told(/\/transaction\?/.test(url) && url.endsWith('page=1') ? full : []),
    );
    const cursors: (string | null)[] = [null];
    do cursors.push((await gateway.gaps!(span, cursors.at(-1)!)).next);
    while (cursors.at(-1) !== null);
    expect(cursors).toEqual([null, '/transaction 2', '/refund 1', '/dispute 1', null]);
    const [hour, month] = ['from=2026-06-01T11:00:00.000Z', 'from=2026-05-02T11:00:00.000Z'];
    const to = 'to=2026-06-01T12:00:00.000Z&perPage=100';
    expect(paths()).toEqual([
      `GET /transaction?${hour}&${to}&page=1`,
      `GET /transaction?${hour}&${to}&page=2`,
      `GET /refund?${month}&${to}&page=1`,
      `GET /dispute?${month}&${to}&page=1`,
    ]);
  });

  test('is not passed over where a page is no list', async () => {
    for (const body of ['<html>', '{"status":false,"message":"later"}', '{"status":true,"data":[{"id"']) {
      const { gateway } = given(() => ({ status: 200, body }));
      await expect(gateway.gaps!(span, '/refund 1')).rejects.toMatchObject({ code: 'HESABU_GATEWAY_FAILED' });
    }
  });

  test('has more pages where the network gives shorter ones than asked for', async () => {
    const { gateway } = given(() => told([CHARGE], { meta: { total: 3, perPage: 1, page: 1, pageCount: 3 } }));
    expect((await gateway.gaps!(span, null)).next).toBe('/transaction 2');
  });
});
