// What Shopify sends, beside its files.

import { createHmac } from 'node:crypto';

const order = {
  ...{ id: 450, name: '#1001', financial_status: 'paid', total_price: '1500.00', currency: 'KES', test: false },
  ...{ created_at: '2026-06-01T14:00:00+03:00', updated_at: '2026-06-01T14:05:00+03:00', cancelled_at: null },
};

export const SHOPIFY_FURTHER = {
  account: {
    ...{ base_url: 'https://shop-a.myshopify.com', api_key: { env: 'SHOPIFY_TOKEN' } },
    webhook: { scheme: 'hmac-sha256-base64', secrets: [{ env: 'SHOPIFY_SECRET' }], tolerance: 'PT5M' },
  },
  gateway: {
    answers: {
      gaps: { status: 200, body: JSON.stringify({ orders: [order] }) },
      check: { status: 200, body: '{"shop":{}}' },
    },
  },
  secrets: { SHOPIFY_TOKEN: 'the-token-of-shopify', SHOPIFY_SECRET: 'the-client-secret-of-the-app' },
  webhook: {
    body: JSON.stringify(order),
    fact: {
      id: 'order:450',
      transaction_reference: '450',
      body: { amount: '1500.00', currency: 'KES', status: 'paid' },
    },
    headers: (bytes: Uint8Array, secret: string) => ({
      'x-shopify-hmac-sha256': createHmac('sha256', secret).update(bytes).digest('base64'),
    }),
    secret: 'SHOPIFY_SECRET',
    tolerance: null,
  },
};
