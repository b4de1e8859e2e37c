// What the provider `mtn-momo` sends, for the contract of providers.

import { expect } from 'vitest';
import { NO_IDS } from '../../../src/producers/gateway.ts';
import { MTN_MOMO } from '../../../src/providers/mtn-momo/mtn-momo.ts';
import type { ProviderSample } from '../../contract/provider/sample.ts';

const ID = '8a6c3a4e-0b57-4f43-9c0b-1d2e3f405162';
/** Of version 4 by its form. */
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const payment = {
  ...{ financialTransactionId: '23503452', externalId: 'A-1', amount: '1500', currency: 'UGX' },
  ...{ payer: { partyIdType: 'MSISDN', partyId: '256772123456' }, status: 'SUCCESSFUL' },
};

export const MTN_MOMO_SAMPLE: ProviderSample = {
  provider: MTN_MOMO,
  account: {
    ...{ provider: 'mtn-momo', account: 'main', merchants: ['shop-1'], rate: { burst: 10 } },
    ...{ base_url: 'https://momo.example', target_environment: 'mtnuganda', currency: 'KES' },
    collection: {
      ...{ subscription_key: { env: 'MTN_COLLECTION' }, api_user: { env: 'MTN_USER' }, api_key: { env: 'MTN_KEY' } },
    },
    disbursement: {
      ...{
        subscription_key: { env: 'MTN_PAYING' },
        api_user: { env: 'MTN_PAYER' },
        api_key: { env: 'MTN_PAYING_KEY' },
      },
    },
    ...{ callback_url: 'https://hesabu.example/webhooks/mtn-momo/main', webhook: { scheme: 'none' } },
  },
  secrets: {
    ...{ MTN_COLLECTION: 'the-subscription-of-mtn', MTN_USER: 'the-user-of-mtn', MTN_KEY: 'the-key-of-mtn' },
    ...{ MTN_PAYING: 'the-other-subscription', MTN_PAYER: 'the-other-user', MTN_PAYING_KEY: 'the-other-key' },
  },
  // The network has no files of its own: they are read in the canonical formats.
  files: [
    {
      kind: 'settlements',
      text: [
        'transaction_reference,transaction_id,type,amount_received,currency,fee_deduction,settlement_date',
        'A-1,23503452,payment,1500,UGX,,2026-06-02',
        '',
      ].join('\n'),
      facts: [{ transaction_reference: 'A-1', body: { line_type: 'payment', gross: '1500', fee: null } }],
    },
  ],
  webhook: {
    body: JSON.stringify(payment),
    fact: {
      transaction_reference: 'A-1',
      body: {
        ...{ via: 'callback', kind: 'payment', status: 'succeeded', amount: '1500', currency: 'UGX', hint: true },
        ...{ provider_transaction_id: '23503452', untimed: true },
      },
    },
    unknownEvent: JSON.stringify({ ...payment, status: 'PAINTED' }),
    headers: () => ({}),
    tolerance: null,
  },
  gateway: {
    token: {
      path: /\/token\/$/,
      status: 200,
      body: '{"access_token":"t-1","token_type":"access_token","expires_in":3600}',
    },
    answers: {
      initiate: { status: 202, body: '' },
      refund: { status: 202, body: '' },
      status: { status: 200, body: JSON.stringify(payment) },
      check: { status: 200, body: '{"availableBalance":"1000","currency":"UGX"}' },
    },
    initiated: {
      transaction_reference: 'A-1',
      body: { via: 'poll', kind: 'payment', status: 'initiated', request_id: expect.stringMatching(UUID) },
    },
    refunded: { transaction_reference: 'A-1', body: {} },
    status: {
      transaction_reference: 'A-1',
      body: { via: 'poll', status: 'succeeded', amount: '1500', provider_transaction_id: '23503452', request_id: ID },
    },
    ids: { ...NO_IDS, request_id: ID },
  },
};
