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

const dispute = {
  ...{ id: 5, order_id: 450, type: 'chargeback', amount: '11.50', currency: 'USD', status: 'lost' },
  ...{ initiated_at: '2024-05-03T12:00:00+03:00', finalized_on: '2024-05-09T12:00:00+03:00' },
};
const charge = {
  ...{ id: 699519475, type: 'charge', test: false, payout_id: 623721858, payout_status: 'paid', currency: 'USD' },
  ...{ amount: '50.00', fee: '2.00', net: '48.00', source_order_id: 450, source_order_transaction_id: 38 },
  processed_at: '2024-05-03T12:00:00+03:00',
};
const payouts = [{ id: 854088011, status: 'paid', date: '2024-05-04', currency: 'USD', amount: '43.12' }];

fuzzReaders(SHOPIFY, {
  'an order': { kind: 'order', body: order },
  'a refund': { kind: 'order', body: refund },
  'a dispute': { kind: 'order', body: dispute, headers: { 'x-shopify-topic': 'disputes/update' } },
  'rows of a balance': {
    kind: 'settlement',
    body: { transactions: [charge, { ...charge, type: 'refund', amount: '-5' }] },
  },
  payouts: { kind: 'settlement', body: { payouts } },
});
