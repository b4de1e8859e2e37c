// What the provider `paga` sends, for the contract of providers.

import { PAGA } from '../../../src/providers/paga/paga.ts';
import type { ProviderSample } from '../../contract/provider/sample.ts';
import { notification } from './given-bodies.ts';

export const PAGA_SAMPLE: ProviderSample = {
  provider: PAGA,
  account: {
    ...{ provider: 'paga', account: 'main', merchants: ['shop-1'] },
    webhook: { scheme: 'basic', secrets: [{ env: 'PAGA_BASIC' }], tolerance: 'PT5M' },
  },
  secrets: { PAGA_BASIC: 'the-user-of-paga:the-password-of-paga' },
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
};
