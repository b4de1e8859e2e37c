// How M-Pesa is called: what is sent, what is asked for by which id, and which errors are none.
import { describe, expect, test } from 'vitest';
import { NO_IDS } from '../../../src/producers/gateway.ts';
import { MPESA } from '../../../src/providers/mpesa/mpesa.ts';
import { gatewayOf, PAYMENT } from '../../contract/provider/sample-gateway.ts';
import { FILE_SAMPLES } from '../file-samples.ts';
import { error, RECEIPT, REQUEST, STK_ACCEPTED, stkQuery } from './given-bodies.ts';

const SAMPLE = FILE_SAMPLES.find(({ provider }) => provider === MPESA)!;
const answering = (body: object, status = 200) => gatewayOf(SAMPLE, () => ({ status, body: JSON.stringify(body) }));
const sent = (call: { readonly body?: string }) => JSON.parse(call.body!) as Record<string, string>;
const SPIKE_OF_PROXY = {
  fault: { faultstring: 'Spike arrest violation', detail: { errorcode: 'policies.ratelimit.SpikeArrestViolation' } },
};
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

  test.each<[string, number, object]>([
    ['a spike', 500, error('500.003.02', 'Error Occurred: Spike Arrest Violation')],
    ['a busy system', 500, error('500.003.02', 'System is busy. Please try again in few minutes.')],
    ['a quota', 503, error('500.003.03', 'Quota Violation')],
    ['a quota told as done', 200, error('500.003.03', 'Quota Violation')],
    ['the proxy', 500, SPIKE_OF_PROXY],
  ])('is limited by %s, with HTTP %i, and is tried later', async (_, status, body) => {
    const { gateway } = answering(body, status);
    const limited = { code: 'HESABU_GATEWAY_LIMITED', retryAt: expect.any(Number) };
    await expect(gateway.initiate!(PAYMENT)).rejects.toMatchObject(limited);
    const ids = { ...NO_IDS, request_id: REQUEST };
    // Our own calls wait too: the network was not asked again.
    await expect(gateway.status!({ reference: 'A-1', ids })).rejects.toMatchObject({ ...limited, status: null });
  });

  test.each(['Unable to lock subscriber, a transaction is already in process', 'Merchant does not exist'])(
    'that the network began nothing of is refused, though by HTTP 500: %s',
    async (message) => {
      const { gateway, asked } = answering(error('500.001.1001', message), 500);
      const refused = { code: 'HESABU_GATEWAY_REFUSED', isNothingStarted: true };
      // Many busy payers do not stop the calls of others.
      for (let nth = 0; nth < 8; nth++) await expect(gateway.initiate!(PAYMENT)).rejects.toMatchObject(refused);
      expect(asked).toHaveLength(8);
    },
  );

  test('of which nobody knows what was begun has failed, and is not refused', async () => {
    for (const body of [error('500.001.1001', 'Internal Server Error'), error('500.003.1001', 'x'), {}]) {
      await expect(answering(body, 500).gateway.initiate!(PAYMENT)).rejects.toMatchObject({
        code: 'HESABU_GATEWAY_FAILED',
      });
    }
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

  test('whose second token is refused too failed, and may be repeated; the token is not told', async () => {
    const { gateway, asked } = answering(error('401.002.01', 'Error Occurred - Invalid Access Token - t-1'), 401);
    const failure = await gateway.initiate!(PAYMENT).catch((thrown: Error) => thrown);
    expect(failure).toMatchObject({ code: 'HESABU_GATEWAY_FAILED' });
    expect(`${(failure as Error).message}`).toContain('401.002.01');
    expect(`${(failure as Error).message}`).not.toContain('t-1');
    expect(asked).toHaveLength(2);
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
    const wrong = answering(error('500.001.1001', 'Wrong credentials'), 500).gateway;
    await expect(wrong.status!({ reference: 'A-1', ids })).rejects.toMatchObject({ code: 'HESABU_GATEWAY_REFUSED' });
    const broken = answering(error('500.001.1001', 'Internal Server Error'), 500).gateway;
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

describe('an answer that is not what was asked for', () => {
  const bodies: readonly (readonly [what: string, status: number, body: string])[] = [
    ['a page', 200, '<html><body>Maintenance: ResultCode 0</body></html>'],
    ['a cut answer', 200, JSON.stringify(stkQuery('0')).slice(0, -20)],
    ['nothing', 200, ''],
    ['a list', 200, '[{"ResultCode":"0"}]'],
    ['a text', 200, '"0"'],
    ['a name twice', 200, '{"ResultCode":"0","ResultCode":"1032","CheckoutRequestID":"x"}'],
    ['another object', 200, '{"status":"ok"}'],
    ['an answer in parts', 200, JSON.stringify({ ...stkQuery('0'), ResultCode: { code: '0' } })],
  ];
  const ids = { ...NO_IDS, request_id: REQUEST };

  test.each(bodies)('is no fact of a question: %s', async (_, status, body) => {
    const { gateway } = gatewayOf(SAMPLE, () => ({ status, body }));
    expect(await gateway.status!({ reference: 'A-1', ids })).toMatchObject({ facts: [], fault: {} });
  });

  const others = bodies.filter(([what]) => what !== 'an answer in parts');
  test.each(others)('is no attempt and no refund: %s', async (_, status, body) => {
    const { gateway } = gatewayOf(SAMPLE, () => ({ status, body: body.replaceAll('CheckoutRequestID', 'x') }));
    for (const began of [() => gateway.initiate!(PAYMENT), () => gateway.refund!(refund)]) {
      const answer = await began().catch((thrown: { code: string }) => thrown.code);
      if (typeof answer === 'string') expect(answer).toMatch(/^HESABU_GATEWAY_/);
      else expect(answer).toMatchObject({ facts: [], fault: {} });
    }
  });

  test.each(bodies)('is no promise of a later one: %s', async (_, status, body) => {
    const { gateway } = gatewayOf(SAMPLE, () => ({ status, body }));
    const known = { ...NO_IDS, provider_transaction_id: RECEIPT };
    const answer = await gateway.status!({ reference: null, ids: known }).catch(() => null);
    expect(answer?.isLater).toBeUndefined();
  });

  test('of HTTP 502 is a failure of the network, whatever it holds', async () => {
    for (const body of ['<html>', JSON.stringify(stkQuery('0')), JSON.stringify(STK_ACCEPTED)]) {
      const { gateway } = gatewayOf(SAMPLE, () => ({ status: 502, body }));
      await expect(gateway.status!({ reference: 'A-1', ids })).rejects.toMatchObject({ code: 'HESABU_GATEWAY_FAILED' });
      await expect(gateway.initiate!(PAYMENT)).rejects.toMatchObject({ code: 'HESABU_GATEWAY_FAILED' });
    }
  });

  test('without the request that was asked about, or with another, is no fact', async () => {
    for (const more of [
      { CheckoutRequestID: 'ws_CO_2' },
      { CheckoutRequestID: undefined },
      { CheckoutRequestID: '' },
    ]) {
      const { gateway } = answering({ ...stkQuery('0'), ...more });
      expect(await gateway.status!({ reference: 'A-1', ids })).toMatchObject({
        ...{ facts: [], fault: { field: 'CheckoutRequestID' } },
      });
    }
  });

  test('as a token is a failure, and no call is made with it', async () => {
    for (const body of ['<html>', '{"access_token":', '{}', '{"access_token":""}']) {
      const token = { ...SAMPLE.gateway!.token!, body };
      const given = gatewayOf({ ...SAMPLE, gateway: { ...SAMPLE.gateway!, token } }, () => ({
        status: 200,
        body: '{}',
      }));
      await expect(given.gateway.initiate!(PAYMENT)).rejects.toMatchObject({ code: 'HESABU_GATEWAY_FAILED' });
      expect(given.asked).toEqual([]);
    }
  });
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
