// How MTN MoMo is called: by which ids and products, and what of it is a repetition.
import { expect, test } from 'vitest';
import { NO_IDS } from '../../../src/producers/gateway.ts';
import { gatewayOf, PAYMENT } from '../../contract/provider/sample-gateway.ts';
import { MTN_MOMO_SAMPLE } from './sample.ts';

const OK = { status: 202, body: '' };
const refund = { ...PAYMENT, paymentId: '23503452', reason: null };
const PAID = '8a6c3a4e-0b57-4f43-9c0b-1d2e3f405162';

test('a request has a UUID of its key, which the network must see again to know a repetition', async () => {
  const { gateway, asked } = gatewayOf(MTN_MOMO_SAMPLE, () => OK);
  await gateway.initiate!(PAYMENT);
  const [{ headers, url, body }] = asked as [(typeof asked)[0]];
  expect(url).toBe('https://momo.example/collection/v1_0/requesttopay');
  expect(headers).toMatchObject({
    authorization: 'Bearer t-1',
    'ocp-apim-subscription-key': 'the-subscription-of-mtn',
    'x-target-environment': 'mtnuganda',
    'x-callback-url': 'https://hesabu.example/webhooks/mtn-momo/main',
  });
  expect(JSON.parse(body!)).toMatchObject({
    ...{ amount: '1500.00', currency: 'KES', externalId: 'A-1' },
    payer: { partyIdType: 'MSISDN', partyId: '254711223344' },
  });
});

test('a request that the network has already is the same attempt', async () => {
  const body = '{"code":"RESOURCE_ALREADY_EXIST","message":"Duplicated reference id."}';
  const { gateway } = gatewayOf(MTN_MOMO_SAMPLE, () => ({ status: 409, body }));
  expect(await gateway.initiate!(PAYMENT)).toMatchObject({ fault: null, facts: [{ body: { status: 'initiated' } }] });
});

test("a refusal is told in the network's words", async () => {
  const body = '{"code":"PAYER_NOT_FOUND","message":"no such payer"}';
  const { gateway } = gatewayOf(MTN_MOMO_SAMPLE, () => ({ status: 400, body }));
  await expect(gateway.initiate!(PAYMENT)).rejects.toMatchObject({
    ...{ code: 'HESABU_GATEWAY_REFUSED', status: 400 },
    message: expect.stringContaining('PAYER_NOT_FOUND no such payer'),
  });
});

test('a refund is of the other product, with its token, and names the request of the payment', async () => {
  const { gateway, asked, tokens } = gatewayOf(MTN_MOMO_SAMPLE, () => OK);
  await gateway.refund!({ ...refund, paymentIds: ['23503452', PAID] });
  expect(tokens.map(({ url }) => url)).toEqual(['https://momo.example/disbursement/token/']);
  expect(asked).toMatchObject([
    {
      url: 'https://momo.example/disbursement/v1_0/refund',
      headers: { 'ocp-apim-subscription-key': 'the-other-subscription' },
    },
  ]);
  expect(asked[0]!.headers).not.toHaveProperty('x-callback-url');
  expect(JSON.parse(asked[0]!.body!)).toMatchObject({ referenceIdToRefund: PAID });
});

test('a refund of a payment whose request nobody knows is refused before the call', async () => {
  const { gateway, asked } = gatewayOf(MTN_MOMO_SAMPLE, () => OK);
  await expect(gateway.refund!(refund)).rejects.toMatchObject({ code: 'HESABU_REQUEST_INVALID' });
  expect(asked).toEqual([]);
});

test('a status is asked for by the request only, and an unknown one is no fact', async () => {
  const { gateway, asked } = gatewayOf(MTN_MOMO_SAMPLE, () => ({ status: 404, body: '{"code":"RESOURCE_NOT_FOUND"}' }));
  expect(await gateway.status!({ reference: 'A-1', ids: { ...NO_IDS, provider_transaction_id: '1' } })).toBeNull();
  expect(asked).toEqual([]);
  expect(await gateway.status!({ reference: 'A-1', ids: { ...NO_IDS, request_id: PAID } })).toMatchObject({
    facts: [],
    fault: null,
  });
});
