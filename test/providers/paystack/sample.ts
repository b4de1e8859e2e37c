// What Paystack sends, beside its files.

import { createHmac } from 'node:crypto';

const data = {
  ...{ id: 302961, domain: 'live', status: 'success', reference: 'A-1', amount: 150000, currency: 'KES', fees: 2250 },
  ...{ paid_at: '2026-06-01T11:59:00.000Z', created_at: '2026-06-01T11:58:00.000Z', channel: 'mobile_money' },
};
const body = {
  via: 'callback',
  status: 'succeeded',
  amount: '1500.00',
  fee: '22.50',
  provider_transaction_id: '302961',
};

export const PAYSTACK_FURTHER = {
  account: { webhook: { scheme: 'hmac-sha512-hex', secrets: [{ env: 'PAYSTACK_KEY' }], tolerance: 'PT5M' } },
  secrets: { PAYSTACK_KEY: 'the-secret-key-of-paystack' },
  webhook: {
    body: JSON.stringify({ event: 'charge.success', data }),
    fact: { transaction_reference: 'A-1', occurred_at: Date.parse('2026-06-01T11:59:00Z'), body },
    unknownEvent: JSON.stringify({ event: 'charge.levitated', data }),
    headers: (bytes: Uint8Array, secret: string) => ({
      'x-paystack-signature': createHmac('sha512', secret).update(bytes).digest('hex'),
    }),
    secret: 'PAYSTACK_KEY',
    tolerance: null,
  },
};
