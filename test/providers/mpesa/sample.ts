// What M-Pesa sends, beside its files.

import { CONFIRMATION, ITEMS, RECEIPT, REQUEST, stkCallback } from './given-bodies.ts';

const fact = {
  transaction_reference: `?mpesa:${RECEIPT}`,
  occurred_at: Date.parse('2026-06-01T05:04:03Z'),
  body: {
    ...{ via: 'callback', kind: 'payment', status: 'succeeded', amount: '1500.50', currency: 'KES', hint: true },
    ...{ provider_transaction_id: CONFIRMATION.TransID, request_id: REQUEST },
  },
};

export const MPESA_FURTHER = {
  account: { webhook: { scheme: 'none' } },
  webhook: {
    body: JSON.stringify(stkCallback()),
    fact,
    unknownEvent: JSON.stringify(stkCallback('LEVITATED', ITEMS)),
    headers: () => ({}),
    tolerance: null,
  },
};
