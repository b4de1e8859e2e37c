// How Airtel Money is called: what its numbers, amounts and references must look like, and which errors it hides.
import { describe, expect, test } from 'vitest';
import { NO_IDS } from '../../../src/producers/gateway.ts';
import { gatewayOf, PAYMENT } from '../../contract/provider/sample-gateway.ts';
import { AIRTEL_SAMPLE } from './sample.ts';

const OK = AIRTEL_SAMPLE.gateway!.answers.initiate!;
const payment = { ...PAYMENT, reference: 'A1' };

test('a number has no calling code, an amount is a number with its own digits', async () => {
  const { gateway, asked } = gatewayOf(AIRTEL_SAMPLE, () => OK);
  await gateway.initiate!({ ...payment, amount: '9007199254740993.10' });
  expect(asked).toMatchObject([
    {
      url: 'https://airtel.example/merchant/v1/payments/',
      headers: { authorization: 'Bearer t-1', 'x-country': 'KE', 'x-currency': 'KES' },
    },
  ]);
  expect(asked[0]!.body).toBe(
    '{"reference":"A1","subscriber":{"country":"KE","currency":"KES","msisdn":"711223344"},' +
      '"transaction":{"amount":9007199254740993.10,"country":"KE","currency":"KES","id":"A1"}}',
  );
});

test.each(['A-1', 'A 1', 'A_1', 'é', '', 'A'.repeat(65)])(
  'the reference %j is refused before the call, since the network takes it for an unknown one',
  async (reference) => {
    const { gateway, asked, tokens } = gatewayOf(AIRTEL_SAMPLE, () => OK);
    await expect(gateway.initiate!({ ...payment, reference })).rejects.toMatchObject({
      code: 'HESABU_REFERENCE_INVALID',
    });
    expect(await gateway.status!({ reference, ids: NO_IDS })).toBeNull();
    expect([asked, tokens]).toEqual([[], []]);
  },
);

test('a number of a country without Airtel Money is refused before the call, and not told', async () => {
  const { gateway, asked } = gatewayOf(AIRTEL_SAMPLE, () => OK);
  const error = (await gateway.initiate!({ ...payment, phone: '+46733123450' }).catch((thrown) => thrown)) as Error;
  expect(error).toMatchObject({ code: 'HESABU_REQUEST_INVALID' });
  expect(error.message).not.toContain('733123450');
  expect(asked).toEqual([]);
});

test('an error inside HTTP 200 is a refusal of a request, and no fact of a status', async () => {
  const body = '{"status":{"code":"400","message":"Invalid Amount","response_code":"DP00800001004","success":false}}';
  const { gateway } = gatewayOf(AIRTEL_SAMPLE, () => ({ status: 200, body }));
  await expect(gateway.initiate!(payment)).rejects.toMatchObject({
    code: 'HESABU_GATEWAY_REFUSED',
    message: expect.stringContaining('DP00800001004: Invalid Amount'),
  });
  expect(await gateway.status!({ reference: 'A1', ids: NO_IDS })).toMatchObject({ facts: [], fault: null });
});

describe('a reference that the network took before', () => {
  const refusal = {
    status: 200,
    body: '{"status":{"code":"400","message":"External Transaction ID already exists","result_code":"ESB000041"}}',
  };
  const enquired = (more: object) => ({
    status: 200,
    body: JSON.stringify({
      data: { transaction: { id: 'A1', airtel_money_id: 'MP1', status: 'TIP', ...more } },
      status: { code: '200', success: true },
    }),
  });
  const begun = (answer: { status: number; body: string }) =>
    gatewayOf(AIRTEL_SAMPLE, ({ method }) => (method === 'GET' ? answer : refusal));

  test.each(['TIP', 'TA', 'TS'])('is the payment whose answer was lost, where it is %s', async (status) => {
    const { gateway, asked } = begun(enquired({ status }));
    const { facts } = await gateway.initiate!({ ...payment, currency: 'KES' });
    expect(facts).toMatchObject([{ transaction_reference: 'A1', body: { provider_transaction_id: 'MP1' } }]);
    expect(asked.map(({ method }) => method)).toEqual(['POST', 'GET']);
  });

  test.each([
    ['ended', enquired({ status: 'TF' })],
    ['is of another amount', enquired({ status: 'TS', amount: 1, currency: 'KES' })],
    ['is of another currency', enquired({ status: 'TS', amount: PAYMENT.amount, currency: 'UGX' })],
    ['is not known', { status: 404, body: '{}' }],
  ])('is refused where that payment %s', async (_what, answer) => {
    const { gateway } = begun(answer);
    await expect(gateway.initiate!({ ...payment, currency: 'KES' })).rejects.toMatchObject({
      code: 'HESABU_GATEWAY_REFUSED',
      message: expect.stringContaining('already exists'),
    });
  });
});

test('an enquiry is by our own reference', async () => {
  const { gateway, asked } = gatewayOf(AIRTEL_SAMPLE, () => AIRTEL_SAMPLE.gateway!.answers.status!);
  await gateway.status!({ reference: 'A1', ids: NO_IDS });
  expect(asked).toMatchObject([{ method: 'GET', url: 'https://airtel.example/standard/v1/payments/A1' }]);
});
