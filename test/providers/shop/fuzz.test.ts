// The events of a shop of one's own, changed at random.
import { SHOP } from '../../../src/providers/shop/shop.ts';
import { fuzzReaders } from '../fuzz.ts';

const order = {
  ...{ transaction_reference: 'A-1', amount: '1500.00', currency: 'KES', placed_at: '2026-06-01T11:00:00Z' },
  parent: 'W-1',
};
const refund = { transaction_reference: 'A-1', refund_id: 'R-1', amount: '20.00', currency: 'KES' };
const timestamp = '2026-06-01T11:30:00Z';

fuzzReaders(SHOP, {
  'an order': { kind: 'order', body: { type: 'order.placed', timestamp, data: order } },
  'a refund': { kind: 'order', body: { type: 'refund.requested', timestamp, data: refund } },
});
