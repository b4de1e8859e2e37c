// WooCommerce's bodies, changed at random.
import { WOOCOMMERCE } from '../../../src/providers/woocommerce/woocommerce.ts';
import { fuzzReaders } from '../fuzz.ts';

const order = {
  ...{ id: 727, number: '727', status: 'processing', currency: 'KES', total: '1500.00' },
  ...{ date_created_gmt: '2024-05-01T13:28:02', date_paid_gmt: '2024-05-01T13:28:08' },
  refunds: [{ id: 728, total: '-500.00' }],
};

const refund = {
  ...{ id: 728, date_created_gmt: '2024-05-02T10:00:00', amount: '500.00' },
  _links: { up: [{ href: 'https://shop.example/wp-json/wc/v3/orders/727' }] },
};

fuzzReaders(WOOCOMMERCE, {
  'an order': { kind: 'order', body: order },
  'a list of orders': { kind: 'order', body: [order, { ...order, id: 729, status: 'cancelled' }] },
  'a refund': { kind: 'order', body: refund, settings: { currency: 'KES' } },
});
