// What the provider `paga` sends, for the contract of providers.

import { PAGA } from '../../../src/providers/paga/paga.ts';
import type { ProviderSample } from '../../contract/provider/sample.ts';
import { collected, notification } from './given-bodies.ts';

const answer = { referenceNumber: 'A-1', statusCode: '0', statusMessage: 'success' };

export const PAGA_SAMPLE: ProviderSample = {
  provider: PAGA,
  account: {
    ...{ provider: 'paga', account: 'main', merchants: ['shop-1'], rate: { burst: 10 } },
    ...{ base_url: 'https://paga.example', sandbox: false },
    app: {
      ...{ public_key: { env: 'PAGA_PUBLIC' }, secret_key: { env: 'PAGA_SECRET' }, hash_key: { env: 'PAGA_HASH' } },
      ...{ name: 'Shop', account_number: '9' },
      callback_url: 'https://hesabu.example/webhooks/paga/main',
    },
    webhook: { scheme: 'basic', secrets: [{ env: 'PAGA_BASIC' }], tolerance: 'PT5M' },
  },
  secrets: {
    ...{ PAGA_BASIC: 'the-user-of-paga:the-password-of-paga', PAGA_PUBLIC: 'the-public-key-of-paga' },
    ...{ PAGA_SECRET: 'the-secret-key-of-paga', PAGA_HASH: 'the-hash-key-of-paga' },
  },
  // The network has no files of its own: they are read in the canonical formats.
  files: [
    {
      kind: 'settlements',
      text: [
        'transaction_reference,transaction_id,type,amount_received,currency,fee_deduction,settlement_date',
        'A-1,X9K2L,payment,1500.50,NGN,12.50,2026-06-02',
        '',
      ].join('\n'),
      facts: [{ transaction_reference: 'A-1', body: { line_type: 'payment', gross: '1500.50', fee: '12.50' } }],
    },
  ],
  webhook: {
    body: JSON.stringify(notification()),
    fact: {
      transaction_reference: '?paga:X9K2L',
      body: { via: 'callback', status: 'succeeded', amount: '5000.00', fee: '37.50', provider_transaction_id: 'X9K2L' },
    },
    unknownEvent: JSON.stringify(notification({ statusCode: '77' })),
    headers: (_, secret) => ({ authorization: `Basic ${Buffer.from(secret).toString('base64')}` }),
    secret: 'PAGA_BASIC',
    tolerance: null,
  },
  gateway: {
    answers: {
      initiate: { status: 200, body: JSON.stringify(answer) },
      refund: { status: 200, body: JSON.stringify(answer) },
      status: { status: 200, body: JSON.stringify(collected('0', { referenceNumber: 'A-1' })) },
      check: { status: 200, body: '{"statusCode":"0","banks":[]}' },
    },
    initiated: { transaction_reference: 'A-1', body: { via: 'poll', kind: 'payment', status: 'initiated' } },
    refunded: { transaction_reference: 'A-1', body: {} },
    status: { transaction_reference: 'A-1', body: { via: 'poll', status: 'succeeded', amount: '1500.50' } },
  },
};
