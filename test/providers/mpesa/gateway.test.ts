// How M-Pesa is called: what is sent, what is asked for by which id, and which errors are none.
import { describe, expect, test } from 'vitest';
import { NO_IDS } from '../../../src/producers/gateway.ts';
import { MPESA } from '../../../src/providers/mpesa/mpesa.ts';
import { gatewayOf, PAYMENT } from '../../contract/provider/sample-gateway.ts';
import { FILE_SAMPLES } from '../file-samples.ts';
import { error, pulled, RECEIPT, REQUEST, STK_ACCEPTED, stkQuery } from './given-bodies.ts';

const SAMPLE = FILE_SAMPLES.find(({ provider }) => provider === MPESA)!;
const answering = (body: object, status = 200) => gatewayOf(SAMPLE, () => ({ status, body: JSON.stringify(body) }));
const sent = (call: { readonly body?: string }) => JSON.parse(call.body!) as Record<string, string>;
const refund = { ...PAYMENT, paymentId: REQUEST, paymentIds: [REQUEST, RECEIPT], reason: null };

describe('a payment', () => {
  test('is asked for with a password of this moment in Nairobi', async () => {
    const { gateway, asked, tokens } = answering(STK_ACCEPTED);
    await gateway.initiate!(PAYMENT);
    expect(tokens.map(({ url }) => url)).toEqual([
      'https://daraja.example/oauth/v1/generate?grant_type=client_credentials',
    ]);
    const [{ url, headers }] = asked as [(typeof asked)[0]];
    expect([url, headers.authorization]).toEqual([
      'https://daraja.example/mpesa/stkpush/v1/processrequest',
      'Bearer t-1',
    ]);
    const body = sent(asked[0]!);
    expect(body).toMatchObject({
      ...{ TransactionType: 'CustomerBuyGoodsOnline', Amount: '1500', AccountReference: 'A-1', PartyB: '5600123' },
      ...{ PartyA: '254711223344', PhoneNumber: '254711223344', BusinessShortCode: '600123' },
      CallBackURL: 'https://hesabu.example/webhooks/mpesa/main',
    });
    expect(body.TransactionDesc!.length).toBeLessThanOrEqual(13);
    expect(body.Timestamp).toMatch(/^\d{14}$/);
    const password = Buffer.from(body.Password!, 'base64').toString();
    expect(password).toBe(`600123the-passkey-of-mpesa${body.Timestamp}`);
  });

  test.each([
    [{ reference: 'longer-than-12' }, 'HESABU_REFERENCE_INVALID'],
    [{ amount: '10.50' }, 'HESABU_REQUEST_INVALID'],
    [{ phone: '+256772123456' }, 'HESABU_REQUEST_INVALID'],
  ])('with %j is refused before the call', async (more, code) => {
    const { gateway, asked } = answering(STK_ACCEPTED);
    await expect(gateway.initiate!({ ...PAYMENT, ...more })).rejects.toMatchObject({ code });
    expect(asked).toEqual([]);
  });

  test("is refused in the network's words", async () => {
    const refused = error('400.002.02', 'Bad Request - Invalid PhoneNumber');
    for (const status of [200, 400]) {
      await expect(answering(refused, status).gateway.initiate!(PAYMENT)).rejects.toMatchObject({
        ...{ code: 'HESABU_GATEWAY_REFUSED', message: expect.stringContaining('400.002.02') },
      });
    }
  });

  test.each(['500.003.02', '500.003.03'])('is limited by the error %s with HTTP 500', async (code) => {
    const limited = answering(error(code, 'Error Occurred: Spike Arrest Violation'), 500);
    await expect(limited.gateway.initiate!(PAYMENT)).rejects.toMatchObject({ code: 'HESABU_GATEWAY_LIMITED' });
  });

  test('gets a new token where the old one is refused, whatever the status', async () => {
    let calls = 0;
    const { gateway, tokens } = gatewayOf(SAMPLE, () => {
      calls++;
      return calls === 1
        ? { status: 404, body: JSON.stringify(error('404.001.03', 'Invalid Access Token')) }
        : { status: 200, body: JSON.stringify(STK_ACCEPTED) };
    });
    expect(await gateway.initiate!(PAYMENT)).toMatchObject({ fault: null, facts: [{}] });
    expect([calls, tokens.length]).toEqual([2, 2]);
  });
});

describe('a status', () => {
  const ids = { ...NO_IDS, request_id: REQUEST, provider_transaction_id: RECEIPT };

  test('is asked for by the request first, at once', async () => {
    const { gateway, asked } = answering(stkQuery('1032'));
    expect(await gateway.status!({ reference: 'A-1', ids })).toMatchObject({
      ...{ fault: null, facts: [{ transaction_reference: 'A-1', body: { status: 'failed', request_id: REQUEST } }] },
    });
    expect(sent(asked[0]!)).toMatchObject({ CheckoutRequestID: REQUEST, BusinessShortCode: '600123' });
  });

  test('that is too early says pending, though the network answers 500', async () => {
    const busy = error('500.001.1001', 'The transaction is being processed');
    expect(await answering(busy, 500).gateway.status!({ reference: 'A-1', ids })).toMatchObject({
      ...{ fault: null, facts: [{ body: { status: 'pending', request_id: REQUEST } }] },
    });
    const broken = answering(error('500.001.1001', 'Wrong credentials'), 500).gateway;
    await expect(broken.status!({ reference: 'A-1', ids })).rejects.toMatchObject({ code: 'HESABU_GATEWAY_FAILED' });
  });

  test('of another request is no fact', async () => {
    const other = { ...stkQuery('0'), CheckoutRequestID: 'ws_CO_2' };
    expect(await answering(other).gateway.status!({ reference: 'A-1', ids })).toMatchObject({
      ...{ facts: [], fault: { field: 'CheckoutRequestID' } },
    });
  });

  test('of a receipt comes later, to a URL of its own', async () => {
    const { gateway, asked } = answering({ ConversationID: 'AG_1', ResponseCode: '0' });
    const known = { ...NO_IDS, provider_transaction_id: RECEIPT };
    expect(await gateway.status!({ reference: null, ids: known })).toMatchObject({ facts: [], isLater: true });
    expect(sent(asked[0]!)).toMatchObject({
      ...{ TransactionID: RECEIPT, CommandID: 'TransactionStatusQuery', Initiator: 'hesabu' },
      ResultURL: 'https://hesabu.example/webhooks/mpesa/main/status',
      QueueTimeOutURL: 'https://hesabu.example/webhooks/mpesa/main/timeout',
    });
  });

  test('cannot be asked for without an id of either kind', async () => {
    const { gateway, asked } = answering({});
    for (const known of [
      NO_IDS,
      { ...NO_IDS, request_id: 'x' },
      { ...NO_IDS, provider_transaction_id: 'no receipt' },
    ]) {
      expect(await gateway.status!({ reference: 'A-1', ids: known })).toBeNull();
    }
    expect(asked).toEqual([]);
  });
});

test('a refund reverses the receipt, and its result comes to a URL of its own', async () => {
  const { gateway, asked } = answering({ OriginatorConversationID: 'o-1', ConversationID: 'AG_1', ResponseCode: '0' });
  expect(await gateway.refund!(refund)).toMatchObject({
    facts: [{ body: { kind: 'refund', status: 'initiated', request_id: 'o-1', original_transaction_id: REQUEST } }],
  });
  expect(sent(asked[0]!)).toMatchObject({
    ...{ CommandID: 'TransactionReversal', TransactionID: RECEIPT, Amount: '1500', ReceiverParty: '600123' },
    ResultURL: 'https://hesabu.example/webhooks/mpesa/main/refund',
  });
});

test('gaps are pulled for two days at most, page by page while they are full', async () => {
  const page = pulled(...Array.from({ length: 100 }, (_, at) => ({ transactionId: `TF2AAA0${at + 100}` })));
  const { gateway, asked } = answering(page);
  const until = Date.parse('2026-06-10T00:00:00Z');
  const first = await gateway.gaps!({ since: 0, until }, null);
  expect([first.next, first.bodies.length]).toEqual(['1', 1]);
  expect(sent(asked[0]!)).toMatchObject({
    ...{ StartDate: '2026-06-08 03:00:00', EndDate: '2026-06-10 03:00:00', OffSetValue: '0', ShortCode: '600123' },
  });
  await gateway.gaps!({ since: 0, until }, '1');
  expect(sent(asked[1]!)).toMatchObject({ OffSetValue: '1' });
  expect((await answering(pulled({})).gateway.gaps!({ since: 0, until }, null)).next).toBeNull();
});

test('an account without keys calls nobody, and one that is not registered pulls nothing', () => {
  const settings = (more: object) => MPESA.account.parse({ provider: 'mpesa', account: 'main', ...more });
  const open = (initial: ReturnType<typeof settings>) => MPESA.gateway!({ account: 'main', initial } as never);
  expect(Object.keys(open(settings({})))).toEqual(['provider', 'account']);
  expect(MPESA.account.safeParse({ ...SAMPLE.account, callback_url: undefined }).success).toBe(false);
  const { gateway } = gatewayOf({ ...SAMPLE, account: { ...SAMPLE.account, pull: false } }, () => ({
    status: 500,
    body: '',
  }));
  expect(gateway.gaps).toBeUndefined();
});
