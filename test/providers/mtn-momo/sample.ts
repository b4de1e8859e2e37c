// What the provider `mtn-momo` sends, for the contract of providers.

import { MTN_MOMO } from '../../../src/providers/mtn-momo/mtn-momo.ts';
import type { ProviderSample } from '../../contract/provider/sample.ts';

const payment = {
  ...{ financialTransactionId: '23503452', externalId: 'A-1', amount: '1500', currency: 'UGX' },
  ...{ payer: { partyIdType: 'MSISDN', partyId: '256772123456' }, status: 'SUCCESSFUL' },
};

export const MTN_MOMO_SAMPLE: ProviderSample = {
  provider: MTN_MOMO,
  account: {
    ...{ provider: 'mtn-momo', account: 'main', merchants: ['shop-1'] },
    webhook: { scheme: 'none' },
  },
  secrets: {},
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
};
