// How Paga is called: with HTTP Basic, and a hash over the values that it names.
import { hash } from 'node:crypto';
import { expect, test } from 'vitest';
import { NO_IDS } from '../../../src/producers/gateway.ts';
import { PAGA } from '../../../src/providers/paga/paga.ts';
import { gatewayOf, PAYMENT } from '../../contract/provider/sample-gateway.ts';
import { PAGA_SAMPLE } from './sample.ts';

const answering = (body: object, status = 200) =>
  gatewayOf(PAGA_SAMPLE, () => ({ status, body: JSON.stringify(body) }));
const accepted = { referenceNumber: 'A-1', statusCode: '0', statusMessage: 'success' };
const hashOf = (...values: string[]) => hash('sha512', `${values.join('')}the-hash-key-of-paga`, 'hex');

test('a payment is asked for with the hash of its values in their order', async () => {
  const { gateway, asked } = answering(accepted);
  await gateway.initiate!({ ...PAYMENT, currency: 'NGN' });
  const [{ url, headers, body }] = asked as [(typeof asked)[0]];
  expect(url).toBe('https://paga.example/paymentRequest');
  expect(headers).toMatchObject({
    authorization: `Basic ${Buffer.from('the-public-key-of-paga:the-secret-key-of-paga').toString('base64')}`,
    hash: hashOf('A-1', '1500.00', 'NGN', '+254711223344', '9'),
  });
  expect(JSON.parse(body!)).toMatchObject({
    ...{ referenceNumber: 'A-1', amount: '1500.00', currency: 'NGN', payee: { name: 'Shop', accountNumber: '9' } },
    ...{ payer: { phoneNumber: '+254711223344' }, callBackUrl: 'https://hesabu.example/webhooks/paga/main' },
  });
});

test.each(['-1', '7'])('a refusal with the code %s inside HTTP 200 is told', async (statusCode) => {
  const { gateway } = answering({ referenceNumber: 'A-1', statusCode, statusMessage: 'Duplicate reference' });
  await expect(gateway.initiate!(PAYMENT)).rejects.toMatchObject({
    ...{ code: 'HESABU_GATEWAY_REFUSED', message: expect.stringContaining(statusCode) },
  });
});

test('a status is asked for by the reference alone', async () => {
  const { gateway, asked } = answering({ ...accepted, statusCode: '1', statusMessage: 'in process' });
  expect(await gateway.status!({ reference: 'A-1', ids: NO_IDS })).toMatchObject({
    ...{ fault: null, facts: [{ transaction_reference: 'A-1', body: { status: 'pending', amount: null } }] },
  });
  expect(asked[0]!.headers.hash).toBe(hashOf('A-1'));
  expect(await gateway.status!({ reference: null, ids: NO_IDS })).toBeNull();
  expect(asked).toHaveLength(1);
});

test('a refund has its own hash, and names the payment', async () => {
  const { gateway, asked } = answering(accepted);
  const refund = { ...PAYMENT, paymentId: 'X9K2L', reason: null };
  expect(await gateway.refund!(refund)).toMatchObject({
    facts: [{ body: { kind: 'refund', status: 'initiated', original_transaction_id: 'X9K2L' } }],
  });
  expect(asked[0]!.headers.hash).toBe(hashOf('A-1', '1500.00'));
});

test('an account without keys calls nobody', () => {
  const initial = PAGA.account.parse({ provider: 'paga', account: 'main' });
  expect(PAGA.gateway!({ account: 'main', initial } as never)).toEqual({ provider: 'paga', account: 'main' });
});
