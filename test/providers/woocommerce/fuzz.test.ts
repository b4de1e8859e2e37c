// WooCommerce's bodies, changed at random.
import { WOOCOMMERCE } from '../../../src/providers/woocommerce/woocommerce.ts';
import { fuzzReaders } from '../fuzz.ts';

const order = {
  ...{ id: 727, number: '727', status: 'processing', currency: 'KES', total: '1500.00' },
  ...{ date_created_gmt: '2024-05-01T13:28:02', date_paid_gmt: '2024-05-01T13:28:08' },
  refunds: [{ id: 728, total: '-500.00' }],
};

fuzzReaders(WOOCOMMERCE, { 'an order': { kind: 'order', body: order } });
