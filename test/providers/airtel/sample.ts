// What the provider `airtel` sends, for the contract of providers.

import { AIRTEL } from '../../../src/providers/airtel/airtel.ts';
import type { ProviderSample } from '../../contract/provider/sample.ts';

const transaction = { id: 'A1', message: 'Paid KES 1,500', status_code: 'TS', airtel_money_id: 'MP260601.1159.A1' };

const answer = (of: object) =>
  JSON.stringify({
    data: { transaction: of },
    status: { code: '200', message: 'SUCCESS', response_code: 'DP00800001006', success: true },
  });

export const AIRTEL_SAMPLE: ProviderSample = {
  provider: AIRTEL,
  account: {
    ...{ provider: 'airtel', account: 'main', merchants: ['shop-1'], rate: { burst: 10 }, currency: 'KES' },
    ...{ base_url: 'https://airtel.example', sandbox: true },
    client: { id: { env: 'AIRTEL_ID' }, secret: { env: 'AIRTEL_SECRET' }, country: 'KE' },
    webhook: { scheme: 'none' },
  },
  secrets: { AIRTEL_ID: 'the-id-of-airtel', AIRTEL_SECRET: 'the-secret-of-airtel' },
  // The network has no files of its own: they are read in the canonical formats.
  files: [
    {
      kind: 'settlements',
      text: [
        'transaction_reference,transaction_id,type,amount_received,currency,fee_deduction,settlement_date',
        'A1,MP1,payment,1500.00,KES,,2026-06-02',
        '',
      ].join('\n'),
      facts: [{ transaction_reference: 'A1', body: { line_type: 'payment', gross: '1500.00', fee: null } }],
    },
  ],
  webhook: {
    body: JSON.stringify({ transaction }),
    fact: {
      transaction_reference: 'A1',
      body: {
        ...{ via: 'callback', kind: 'payment', status: 'succeeded', amount: null, currency: 'KES', hint: true },
        ...{ provider_transaction_id: 'MP260601.1159.A1', untimed: true },
      },
    },
    unknownEvent: JSON.stringify({ transaction: { ...transaction, status_code: 'TX' } }),
    headers: () => ({}),
    tolerance: null,
  },
  gateway: {
    token: {
      ...{ path: /\/auth\/oauth2\/token$/, status: 200 },
      body: '{"token_type":"bearer","access_token":"t-1","expires_in":"180"}',
    },
    reference: 'A1',
    answers: {
      initiate: { status: 200, body: answer({ id: false, status: 'SUCCESS' }) },
      refund: { status: 200, body: answer({ airtel_money_id: 'CI1', status: 'SUCCESS' }) },
      status: { status: 200, body: answer({ id: 'A1', status: 'TS', airtel_money_id: 'MP1', amount: 1500 }) },
      check: { status: 200, body: answer({}) },
    },
    initiated: { transaction_reference: 'A1', body: { via: 'poll', kind: 'payment', status: 'initiated' } },
    refunded: { transaction_reference: 'A1', body: {} },
    status: {
      transaction_reference: 'A1',
      body: { via: 'poll', status: 'succeeded', amount: '1500.00', provider_transaction_id: 'MP1' },
    },
  },
};
