// What a shop system of one's own sends.

import { createHmac } from 'node:crypto';
import { SHOP } from '../../../src/providers/shop/shop.ts';
import type { ProviderSample } from '../../contract/provider/sample.ts';

const data = {
  ...{ transaction_reference: 'A-1', amount: '1500.00', currency: 'KES', placed_at: '2026-06-01T11:00:00Z' },
  ...{ order_number: '1001', msisdn: '+254711223344' },
};

export const SHOP_SAMPLE: ProviderSample = {
  provider: SHOP,
  account: {
    ...{ provider: 'shop', account: 'main', merchants: ['shop-1'] },
    webhook: { scheme: 'standard-webhooks', secrets: [{ env: 'SHOP_SECRET' }], tolerance: 'PT5M' },
  },
  secrets: { SHOP_SECRET: `whsec_${Buffer.from('the-secret-of-our-shop-system!').toString('base64')}` },
  files: [
    {
      kind: 'orders',
      text: 'merchant,transaction_reference,amount,currency,placed_at\nshop-1,A-2,5.00,KES,2026-06-01T11:00:00Z\n',
      facts: [{ id: 'order:A-2', transaction_reference: 'A-2', body: { amount: '5.00' } }],
    },
  ],
  webhook: {
    body: JSON.stringify({ type: 'order.placed', timestamp: '2026-06-01T11:00:01Z', data }),
    fact: { id: 'order:A-1', transaction_reference: 'A-1', body: { amount: '1500.00', status: 'awaiting_payment' } },
    headers: (bytes, secret, at) => {
      const [id, time] = ['msg_1', String(Math.floor(at / 1000))];
      const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
      const signed = createHmac('sha256', key).update(`${id}.${time}.`).update(bytes).digest('base64');
      return { 'webhook-id': id, 'webhook-timestamp': time, 'webhook-signature': `v1,${signed}` };
    },
    secret: 'SHOP_SECRET',
    tolerance: 300_000,
  },
};
