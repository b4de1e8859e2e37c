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

const answer = (of: unknown) => JSON.stringify({ status: true, message: 'fine', data: of });

export const PAYSTACK_FURTHER = {
  account: {
    ...{ base_url: 'https://api.paystack.co', api_key: { env: 'PAYSTACK_KEY' }, email: 'payer@shop.example' },
    settlement: { at: '06:30' },
    webhook: { scheme: 'hmac-sha512-hex', secrets: [{ env: 'PAYSTACK_OLD_KEY' }], tolerance: 'PT5M' },
  },
  secrets: { PAYSTACK_KEY: 'the-secret-key-of-paystack', PAYSTACK_OLD_KEY: 'the-older-key-of-paystack' },
  gateway: {
    answers: {
      initiate: { status: 200, body: answer({ reference: 'A-1', status: 'pay_offline', display_text: 'Approve' }) },
      refund: {
        status: 200,
        body: answer({
          id: 7,
          transaction: { id: 'P-1', reference: 'A-1' },
          amount: 150000,
          currency: 'KES',
          deducted_amount: 0,
        }),
      },
      status: { status: 200, body: answer(data) },
      settlement: { status: 200, body: answer([]) },
      gaps: { status: 200, body: answer([data]) },
      check: { status: 200, body: answer([]) },
    },
    initiated: { transaction_reference: 'A-1', body: { via: 'poll', status: 'initiated' } },
    refunded: { transaction_reference: 'A-1', body: {} },
    status: { transaction_reference: 'A-1', body: { ...body, via: 'poll' } },
  },
  webhook: {
    body: JSON.stringify({ event: 'charge.success', data }),
    fact: { transaction_reference: 'A-1', occurred_at: Date.parse('2026-06-01T11:59:00Z'), body },
    unknownEvent: JSON.stringify({ event: 'charge.levitated', data }),
    headers: (bytes: Uint8Array, secret: string) => ({
      'x-paystack-signature': createHmac('sha512', secret).update(bytes).digest('hex'),
    }),
    secret: 'PAYSTACK_OLD_KEY',
    tolerance: null,
  },
};
