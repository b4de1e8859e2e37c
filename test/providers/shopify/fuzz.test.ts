// Shopify's bodies, changed at random.
import { SHOPIFY } from '../../../src/providers/shopify/shopify.ts';
import { fuzzReaders } from '../fuzz.ts';

const refund = {
  ...{ id: 50, order_id: 450, created_at: '2024-05-02T12:00:00+03:00', refund_line_items: [] },
  transactions: [{ id: 39, kind: 'refund', status: 'success', amount: '500.00', currency: 'KES' }],
};
const order = {
  ...{ id: 450, name: '#1001', financial_status: 'paid', total_price: '1500.00', currency: 'KES' },
  ...{ created_at: '2024-05-01T12:00:00+03:00', updated_at: '2024-05-01T12:05:00+03:00', refunds: [refund] },
};

fuzzReaders(SHOPIFY, {
  'an order': { kind: 'order', body: order },
  'a refund': { kind: 'order', body: refund },
});
