// What WooCommerce sends, beside its files.

import { createHmac } from 'node:crypto';

const order = {
  ...{ id: 727, number: '727', status: 'processing', currency: 'KES', total: '1500.00', refunds: [] },
  ...{ date_created_gmt: '2026-06-01T11:00:00', date_paid_gmt: '2026-06-01T11:05:00' },
};

export const WOOCOMMERCE_FURTHER = {
  account: {
    ...{ base_url: 'https://shop.example', api: { key: { env: 'WOO_KEY' }, secret: { env: 'WOO_API_SECRET' } } },
    webhook: { scheme: 'hmac-sha256-base64', secrets: [{ env: 'WOO_SECRET' }], tolerance: 'PT5M' },
  },
  gateway: {
    answers: {
      gaps: { status: 200, body: JSON.stringify([order]) },
      check: { status: 200, body: '[]' },
    },
  },
  secrets: {
    WOO_KEY: 'the-key-of-woocommerce',
    WOO_API_SECRET: 'the-secret-of-woocommerce',
    WOO_SECRET: 'the-secret-of-the-webhook',
  },
  webhook: {
    body: JSON.stringify(order),
    fact: {
      id: 'order:727',
      transaction_reference: '727',
      body: { amount: '1500.00', currency: 'KES', status: 'paid' },
    },
    headers: (bytes: Uint8Array, secret: string) => ({
      'x-wc-webhook-signature': createHmac('sha256', secret).update(bytes).digest('base64'),
    }),
    secret: 'WOO_SECRET',
    tolerance: null,
  },
};
