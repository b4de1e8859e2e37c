// A success that only a query told of: it names no receipt, and what a statement says names no request. The status of
// the transaction joins both.
import { describe, expect, test } from 'vitest';
import type { PaymentObserved } from '../../../src/domain/fact.ts';
import { ownIds } from '../../../src/domain/payment-ids.ts';
import { type KnownIds, NO_IDS } from '../../../src/producers/gateway.ts';
import { MPESA } from '../../../src/providers/mpesa/mpesa.ts';
import { gatewayOf } from '../../contract/provider/sample-gateway.ts';
import { readBody } from '../body-reader.ts';
import { FILE_SAMPLES } from '../file-samples.ts';
import { error, MERCHANT_REQUEST, RECEIPT, REQUEST, result, stkQuery, transaction } from './given-bodies.ts';

const SAMPLE = FILE_SAMPLES.find(({ provider }) => provider === MPESA)!;
const sent = (call: { readonly body?: string }) => JSON.parse(call.body!) as Record<string, string>;

describe('a success whose receipt nobody told', () => {
  const ids = { ...NO_IDS, request_id: REQUEST, provider_transaction_id: RECEIPT };
  const unknown = { ...NO_IDS, request_id: REQUEST };
  const later = { OriginatorConversationID: 'o-9', ConversationID: 'AG_9', ResponseCode: '0' };
  const given = (code: string, more: object = {}, status = 200, answer: object | string = later) => {
    return gatewayOf({ ...SAMPLE, account: { ...SAMPLE.account, ...more } }, ({ url }) => {
      if (!url.includes('/transactionstatus/')) return { status: 200, body: JSON.stringify(stkQuery(code)) };
      return { status, body: typeof answer === 'string' ? answer : JSON.stringify(answer) };
    });
  };

  test('asks for the receipt too, by the id that results have of the request', async () => {
    const { gateway, asked } = given('0');
    expect(await gateway.status!({ reference: 'A-1', ids: unknown })).toMatchObject({
      ...{ fault: null, facts: [{ body: { status: 'succeeded', provider_transaction_id: null } }] },
    });
    expect(asked).toHaveLength(2);
    const body = sent(asked[1]!);
    expect(body).toMatchObject({ OriginalConversationID: MERCHANT_REQUEST, CommandID: 'TransactionStatusQuery' });
    expect(body).not.toHaveProperty('TransactionID');
  });

  test('is joined to the receipt by the result', () => {
    const values = transaction('Completed').map((one) =>
      one[0] === 'OriginatorConversationID' ? ([one[0], MERCHANT_REQUEST] as const) : one,
    );
    const { facts } = readBody(MPESA, 'webhook', result(0, values), { about: { endpoint: 'status' } });
    const [queried] = readBody(MPESA, 'poll', stkQuery('0')).facts;
    expect(facts).toMatchObject([{ body: { provider_transaction_id: RECEIPT, amount: '1500.50' } }]);
    const shared = [facts[0]!, queried!].map(({ body }) => ownIds(body as PaymentObserved));
    expect(shared[0]!.filter((id) => shared[1]!.includes(id))).toEqual([MERCHANT_REQUEST]);
  });

  test.each<[string, ReturnType<typeof given>, KnownIds, number]>([
    ['is not asked again where the receipt is known', given('0'), ids, 1],
    ['is not asked for where nothing was paid', given('1032'), unknown, 1],
    ['is not asked for without an initiator', given('0', { initiator: undefined }), unknown, 1],
    ['stands where the network refuses', given('0', {}, 400, error('400.002.02', 'x')), unknown, 2],
    ['stands where the network fails', given('0', {}, 502, '<html>'), unknown, 2],
    ['stands where the network limits', given('0', {}, 500, error('500.003.02', 'busy')), unknown, 2],
  ])('%s', async (_, { gateway, asked }, known, calls) => {
    const answer = await gateway.status!({ reference: 'A-1', ids: known });
    expect([answer!.facts.length, answer!.fault, asked.length]).toEqual([1, null, calls]);
  });
});
