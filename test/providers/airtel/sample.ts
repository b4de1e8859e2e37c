// What the provider `airtel` sends, for the contract of providers.

import { AIRTEL } from '../../../src/providers/airtel/airtel.ts';
import type { ProviderSample } from '../../contract/provider/sample.ts';

const transaction = { id: 'A1', message: 'Paid KES 1,500', status_code: 'TS', airtel_money_id: 'MP260601.1159.A1' };

export const AIRTEL_SAMPLE: ProviderSample = {
  provider: AIRTEL,
  account: {
    ...{ provider: 'airtel', account: 'main', merchants: ['shop-1'], currency: 'KES' },
    webhook: { scheme: 'none' },
  },
  secrets: {},
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
};
